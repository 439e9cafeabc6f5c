/*
 * pace.c - bench-pace PORT CONNECTIONS FILE RATE SECONDS [RATE SECONDS]: requests at even
 * distances, whatever became of those before; then at another rate.
 *
 * FILE holds whole requests, each ended by a byte 0; they are sent in this order over kept-alive
 * connections, each over one that waits for no answer, and from the first again after the last.
 * A key of zeros (00000000-0000-7000-8000-000000000000) becomes a new one each time.  What an
 * answer took counts from when its request was due, so that a server which is late cannot hide it
 * by slowing the generator.  A request that is due while every connection waits is not sent, and
 * counted.  Prints a line of JSON for each rate: how many of which kind, times in ms, and each
 * second by itself.
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
#define REQUEST_MAX 4096
#define NO_KEY "00000000-0000-7000-8000-000000000000"
#define PATIENCE_US 10000000	/* for what is still unanswered at the end */
#define SECONDS_MAX 600

enum kind { KIND_OK, KIND_SHED, KIND_OTHER, NKINDS };

struct phase { double rate; int seconds; size_t sent, unsent, broken, hinted; };

struct conn {
	int fd;
	int64_t due;		/* of the request that waits for its answer; -1: none */
	struct phase *phase;	/* in which it was sent */
	const char *out;	/* what of it is still to be sent */
	size_t outlen, len;
	char request[REQUEST_MAX], in[ANSWER_MAX];
};

static struct {
	struct sockaddr_in to;
	struct conn *conn;
	size_t nconns, nfree, waiting;
	size_t *free;		/* indexes of connections that wait for nothing */
	const char *request, *end, *at;
	int poll;
	int64_t begin;
	struct phase phase[2], *now;
	int seconds;		/* of both */
	uint32_t *took[NKINDS];	/* microseconds, of each answer */
	uint16_t *when[NKINDS];	/* the second it was due in */
	size_t n[NKINDS], max;
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
		c->phase->broken++;
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

/* A UUIDv7 that nobody has used: of now, and with a number that counts on. */
static void
put_key(char *request)
{
	static uint32_t number;
	struct timespec t;
	char *at = strstr(request, NO_KEY), text[80];
	uint64_t ms;

	if (at == NULL)
		return;
	clock_gettime(CLOCK_REALTIME, &t);
	ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	snprintf(text, sizeof(text), "%08x-%04x-7000-8000-%04x%08x", (uint32_t)(ms >> 16),
	    (unsigned)(ms & 0xffff), (unsigned)getpid() & 0xffff, ++number);
	memcpy(at, text, sizeof(NO_KEY) - 1);
}

static void
send_next(int64_t due)
{
	struct conn *c;

	if (g.nfree == 0) {
		g.now->unsent++;
		return;
	}
	c = &g.conn[g.free[--g.nfree]];
	c->due = due;
	c->out = c->request;
	if ((c->outlen = strlen(g.at)) >= REQUEST_MAX)
		die("a request that is too long");
	memcpy(c->request, g.at, c->outlen + 1);
	put_key(c->request);
	if ((g.at += c->outlen + 1) >= g.end)
		g.at = g.request;
	c->phase = g.now;
	c->phase->sent++;
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
		c->phase->hinted++;
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

/* Of one kind, between two seconds: sorted into into; how many. */
static size_t
between(enum kind k, int from, int to, uint32_t *into)
{
	size_t n = 0;

	for (size_t i = 0; i < g.n[k]; i++)
		if (g.when[k][i] >= from && g.when[k][i] < to)
			into[n++] = g.took[k][i];
	qsort(into, n, sizeof(*into), by_size);
	return n;
}

static double
part(const uint32_t *sorted, size_t n, double share)
{
	return n == 0 ? 0 : sorted[(size_t)((double)(n - 1) * share)] / 1000.0;
}

/* Of a rate, and of each second of it: answered, shed, and the p99 of what was answered. */
static void
print_phase(const struct phase *p, int from, uint32_t *took)
{
	int to = from + p->seconds;
	size_t shed = between(KIND_SHED, from, to, took), other, ok;
	double shed_p99 = part(took, shed, 0.99);

	other = between(KIND_OTHER, from, to, took);
	ok = between(KIND_OK, from, to, took);
	printf("{\"sent\":%zu,\"unsent\":%zu,\"ok\":%zu,\"shed\":%zu,\"hinted\":%zu,\"other\":%zu,"
	    "\"broken\":%zu,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f,\"shed_p99\":%.3f,\"second\":[",
	    p->sent, p->unsent, ok, shed, p->hinted, other, p->broken, part(took, ok, 0.5),
	    part(took, ok, 0.99), part(took, ok, 1), shed_p99);
	for (int s = from; s < to; s++) {
		shed = between(KIND_SHED, s, s + 1, took);
		ok = between(KIND_OK, s, s + 1, took);
		printf("%s[%zu,%zu,%.2f]", s > from ? "," : "", ok, shed, part(took, ok, 0.99));
	}
	printf("]}\n");
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
prepare(const char *port)
{
	struct rlimit files = { g.nconns + 64, g.nconns + 64 };

	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		die("setrlimit");
	g.to = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(port, NULL, 10)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	for (int i = 0; i < 2; i++) {
		g.seconds += g.phase[i].seconds;
		g.max += (size_t)(g.phase[i].rate * g.phase[i].seconds) + 1;
	}
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

/* Sends what is due at this rate, from this time on. */
static void
keep_pace(struct phase *p, int64_t begin)
{
	size_t n = (size_t)(p->rate * p->seconds), due = 0;

	g.now = p;
	while (due < n) {
		int64_t next = begin + (int64_t)((double)due * 1e6 / p->rate);

		if (next > now_us())
			wait_for_events(next);
		else {
			send_next(next);
			/* Answers must not wait for a long row of requests that are due. */
			if (++due % 16 == 0)
				wait_for_events(0);
		}
	}
}

int
main(int argc, char **argv)
{
	int64_t end;
	uint32_t *took;

	if (argc == 6 || argc == 8) {
		g.nconns = strtoul(argv[2], NULL, 10);
		for (int i = 0; i < (argc - 4) / 2; i++) {
			g.phase[i].rate = strtod(argv[4 + 2 * i], NULL);
			g.phase[i].seconds = (int)strtol(argv[5 + 2 * i], NULL, 10);
		}
	}
	if (g.nconns == 0 || g.phase[0].rate <= 0 || g.phase[0].seconds < 1 ||
	    (argc == 8 && (g.phase[1].rate <= 0 || g.phase[1].seconds < 1)) ||
	    g.phase[0].seconds + g.phase[1].seconds > SECONDS_MAX) {
		fprintf(stderr, "usage: bench-pace PORT CONNECTIONS FILE RATE SECONDS [RATE SECONDS]\n");
		return 2;
	}
	read_requests(argv[3]);
	prepare(argv[1]);
	if ((took = calloc(g.max, sizeof(*took))) == NULL)
		die("memory");
	g.begin = now_us();
	keep_pace(&g.phase[0], g.begin);
	if (argc == 8)
		keep_pace(&g.phase[1], g.begin + (int64_t)g.phase[0].seconds * 1000000);
	end = now_us() + PATIENCE_US;
	while (g.waiting > 0 && now_us() < end)
		wait_for_events(now_us() + 100000);
	print_phase(&g.phase[0], 0, took);
	if (argc == 8)
		print_phase(&g.phase[1], g.phase[0].seconds, took);
	free(took);
	return 0;
}
