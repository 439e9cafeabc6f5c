/*
 * pace.c - bench-pace PORT CONNECTIONS RATE SECONDS FILE: requests at even distances,
 * whatever became of those before.
 *
 * FILE holds whole requests, each ended by a byte 0; they are sent in this order over kept-alive
 * connections, each over one that waits for no answer, and from the first again after the last.  What
 * an answer took counts from when its request was due, so that a server which is late cannot hide it
 * by slowing the generator.  A request that is due while every connection waits is not sent, and
 * counted.  Prints one line of JSON: how many of which kind, times in ms, and each second by itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX 65536	/* bytes of an answer with its header */
#define PATIENCE_US 10000000	/* for what is still unanswered at the end */
#define SECONDS_MAX 600

enum kind { KIND_OK, KIND_SHED, KIND_OTHER, NKINDS };

struct conn {
	int fd;
	int64_t due;		/* of the request that waits for its answer; -1: none */
	const char *out;	/* what of it is still to be sent */
	size_t outlen, len;
	char in[ANSWER_MAX];
};

static struct {
	struct sockaddr_in to;
	struct conn *conn;
	size_t nconns, nfree, waiting;
	size_t *free;		/* indexes of connections that wait for nothing */
	const char *request, *end, *at;
	int poll;
	int64_t begin;
	int seconds;
	uint32_t *took[NKINDS];	/* microseconds, of each answer */
	uint16_t *when[NKINDS];	/* the second it was due in */
	size_t n[NKINDS], max;
	size_t sent, unsent, broken, hinted;
} g;

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
	fprintf(stderr, "bench-pace: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
reach(struct conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&g.to, sizeof(g.to)) < 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0 || epoll_ctl(g.poll, EPOLL_CTL_ADD, c->fd, &ev) < 0)
		die("socket");
	c->due = -1;
	c->outlen = c->len = 0;
}

static void
release(struct conn *c)
{
	c->due = -1;
	c->len = 0;
	g.waiting--;
	g.free[g.nfree++] = (size_t)(c - g.conn);
}

/* The server hung up: what it owed is broken, and another connection takes the place of this. */
static void
lost(struct conn *c)
{
	close(c->fd);
	if (c->due >= 0) {
		g.broken++;
		release(c);
	}
	reach(c);
}

static void
push(struct conn *c)
{
	while (c->outlen > 0) {
		ssize_t n = write(c->fd, c->out, c->outlen);

		if (n < 0) {
			if (errno != EAGAIN)
				lost(c);
			return;
		}
		c->out += n;
		c->outlen -= (size_t)n;
	}
}

static void
send_next(int64_t due)
{
	struct conn *c;

	if (g.nfree == 0) {
		g.unsent++;
		return;
	}
	c = &g.conn[g.free[--g.nfree]];
	c->due = due;
	c->out = g.at;
	c->outlen = strlen(g.at);
	if ((g.at += c->outlen + 1) >= g.end)
		g.at = g.request;
	g.sent++;
	g.waiting++;
	push(c);
}

/* The length of the answer that in begins with, or 0 while it is not whole. */
static size_t
whole(struct conn *c)
{
	const char *end, *length;
	size_t head;

	c->in[c->len] = '\0';
	if ((end = strstr(c->in, "\r\n\r\n")) == NULL)
		return 0;
	head = (size_t)(end - c->in) + 4;
	length = strcasestr(c->in, "\r\nContent-Length:");
	if (length != NULL && length < end)
		head += strtoul(length + 17, NULL, 10);
	return c->len >= head ? head : 0;
}

static void
count(struct conn *c)
{
	int status = (int)strtol(c->in + 9, NULL, 10);
	enum kind k = status >= 200 && status < 300 ? KIND_OK : status == 503 ? KIND_SHED : KIND_OTHER;
	int64_t took = now_us() - c->due, second = (c->due - g.begin) / 1000000;

	if (k == KIND_SHED && strcasestr(c->in, "\r\nRetry-After:") != NULL)
		g.hinted++;
	if (g.n[k] < g.max) {
		g.took[k][g.n[k]] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
		g.when[k][g.n[k]++] = (uint16_t)second;
	}
}

static void
pull(struct conn *c)
{
	for (;;) {
		ssize_t n = read(c->fd, c->in + c->len, sizeof(c->in) - 1 - c->len);
		size_t len;
		int closes;

		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			lost(c);
			return;
		}
		c->len += (size_t)n;
		if ((len = whole(c)) == 0)
			continue;
		if (c->due < 0)
			die("an answer that nobody asked for");
		count(c);
		closes = strcasestr(c->in, "\r\nConnection: close") != NULL;
		release(c);
		if (closes) {
			lost(c);
			return;
		}
	}
}

static void
wait_for_events(int64_t until)
{
	static struct epoll_event ev[512];
	int64_t us = until - now_us();
	struct timespec t = { 0 };
	int n;

	if (us > 0)
		t = (struct timespec){ us / 1000000, us % 1000000 * 1000 };
	n = epoll_pwait2(g.poll, ev, 512, &t, NULL);
	for (int i = 0; i < n; i++) {
		struct conn *c = ev[i].data.ptr;
		int fd = c->fd;

		if (ev[i].events & EPOLLOUT)
			push(c);
		if (c->fd == fd && ev[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			pull(c);
	}
}

static int
by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double
part(const uint32_t *sorted, size_t n, double share)
{
	return n == 0 ? 0 : sorted[(size_t)((double)(n - 1) * share)] / 1000.0;
}

/* Of each second: answered, shed, and the p99 of what was answered. */
static void
print_seconds(void)
{
	uint32_t *one = calloc(g.max + 1, sizeof(*one));

	if (one == NULL)
		die("memory");
	printf(",\"second\":[");
	for (int s = 0; s < g.seconds; s++) {
		size_t n = 0, shed = 0;

		for (size_t i = 0; i < g.n[KIND_OK]; i++)
			if (g.when[KIND_OK][i] == s)
				one[n++] = g.took[KIND_OK][i];
		for (size_t i = 0; i < g.n[KIND_SHED]; i++)
			shed += g.when[KIND_SHED][i] == s;
		qsort(one, n, sizeof(*one), by_size);
		printf("%s[%zu,%zu,%.2f]", s > 0 ? "," : "", n, shed, part(one, n, 0.99));
	}
	printf("]");
	free(one);
}

static void
print_all(void)
{
	uint32_t *ok = g.took[KIND_OK], *shed = g.took[KIND_SHED];

	printf("{\"sent\":%zu,\"unsent\":%zu,\"ok\":%zu,\"shed\":%zu,\"hinted\":%zu,\"other\":%zu,"
	    "\"broken\":%zu,\"unanswered\":%zu", g.sent, g.unsent, g.n[KIND_OK], g.n[KIND_SHED],
	    g.hinted, g.n[KIND_OTHER], g.broken, g.waiting);
	print_seconds();
	qsort(ok, g.n[KIND_OK], sizeof(*ok), by_size);
	qsort(shed, g.n[KIND_SHED], sizeof(*shed), by_size);
	printf(",\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"shed_p99\":%.3f}\n",
	    part(ok, g.n[KIND_OK], 0.5), part(ok, g.n[KIND_OK], 0.99), part(ok, g.n[KIND_OK], 1),
	    part(shed, g.n[KIND_SHED], 0.99));
}

static void
read_requests(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) < 0)
		die(path);
	g.request = g.at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	g.end = g.request + st.st_size;
	if (st.st_size == 0 || g.request == MAP_FAILED || g.end[-1] != '\0') {
		errno = EINVAL;
		die(path);
	}
	close(fd);
}

static void
prepare(const char *port, double rate)
{
	struct rlimit files = { g.nconns + 64, g.nconns + 64 };

	setrlimit(RLIMIT_NOFILE, &files);
	g.to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(port, NULL, 10)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	g.max = (size_t)(rate * g.seconds) + 1;
	g.conn = calloc(g.nconns, sizeof(*g.conn));
	g.free = calloc(g.nconns, sizeof(*g.free));
	for (int k = 0; k < NKINDS; k++) {
		g.took[k] = calloc(g.max, sizeof(*g.took[k]));
		g.when[k] = calloc(g.max, sizeof(*g.when[k]));
		if (g.took[k] == NULL || g.when[k] == NULL)
			die("memory");
	}
	if (g.conn == NULL || g.free == NULL || (g.poll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		die("memory");
	for (size_t i = 0; i < g.nconns; i++) {
		reach(&g.conn[i]);
		g.free[g.nfree++] = i;
	}
}

int
main(int argc, char **argv)
{
	double rate;
	size_t due = 0;

	if (argc != 6 || (g.nconns = strtoul(argv[2], NULL, 10)) == 0 ||
	    (rate = strtod(argv[3], NULL)) <= 0 || (g.seconds = (int)strtol(argv[4], NULL, 10)) < 1 ||
	    g.seconds > SECONDS_MAX) {
		fprintf(stderr, "usage: bench-pace PORT CONNECTIONS RATE SECONDS FILE\n");
		return 2;
	}
	read_requests(argv[5]);
	prepare(argv[1], rate);
	g.begin = now_us();
	for (;;) {
		int64_t next = g.begin + (int64_t)((double)due * 1e6 / rate);

		if (due == g.max - 1)
			break;
		if (next > now_us())
			wait_for_events(next);
		else {
			send_next(next);
			/* Answers must not wait for a long row of requests that are due. */
			if (++due % 16 == 0)
				wait_for_events(0);
		}
	}
	while (g.waiting > 0 && now_us() < g.begin + (int64_t)g.seconds * 1000000 + PATIENCE_US)
		wait_for_events(now_us() + 100000);
	print_all();
	return 0;
}
