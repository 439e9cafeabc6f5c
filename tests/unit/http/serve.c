#include "serve.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define HELD_MAX 2048
#define LARGE (4u << 20)
#define PATIENCE_MS 20000

char serve_dir[64];
atomic_int serve_given, serve_freed;

/* Requests that wait: the first list is resumed at once, the other on demand. */
static struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct http_request *req[HELD_MAX];
	int n, over;
} later = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER },
held = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };
static pthread_t resumer;

static void
put(struct waiting *w, struct http_request *req)
{
	pthread_mutex_lock(&w->lock);
	if (w->n == HELD_MAX)
		abort();
	w->req[w->n++] = req;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static int
take(struct waiting *w, struct http_request **list)
{
	int n = w->n;

	memcpy(list, w->req, (size_t)n * sizeof(list[0]));
	w->n = 0;
	return n;
}

static void *
resume_later(void *arg)
{
	static struct http_request *list[HELD_MAX];
	int n;

	(void)arg;
	for (;;) {
		pthread_mutex_lock(&later.lock);
		while (later.n == 0 && !later.over)
			pthread_cond_wait(&later.changed, &later.lock);
		n = take(&later, list);
		pthread_mutex_unlock(&later.lock);
		if (n == 0)
			return NULL;
		for (int i = 0; i < n; i++)
			http_resume(list[i]);
	}
}

int
serve_release(void)
{
	static struct http_request *list[HELD_MAX];
	int n;

	pthread_mutex_lock(&held.lock);
	n = take(&held, list);
	pthread_mutex_unlock(&held.lock);
	for (int i = 0; i < n; i++)
		http_resume(list[i]);
	return n;
}

int
serve_held(void)
{
	int n;

	pthread_mutex_lock(&held.lock);
	n = held.n;
	pthread_mutex_unlock(&held.lock);
	return n;
}

static void
free_data(void *data)
{
	atomic_fetch_add(&serve_freed, 1);
	free(data);
}

static void
give_data(struct http_request *req)
{
	atomic_fetch_add(&serve_given, 1);
	http_set_data(req, malloc(16), free_data);
}

static void
text(struct http_request *req, int status, const char *says)
{
	struct buf b = BUF_INIT;

	buf_str(&b, says);
	http_answer(req, status, "text/plain", &b);
}

static enum http_done
hello(struct http_request *req, void *ctx)
{
	(void)ctx;
	text(req, 200, http_query(req, "name") != NULL ? http_query(req, "name") : "hello");
	return HTTP_ANSWERED;
}

/* The processor is taken for a millisecond. */
static enum http_done
toil(struct http_request *req, void *ctx)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	return hello(req, ctx);
}

static enum http_done
echo(struct http_request *req, void *ctx)
{
	struct buf b = BUF_INIT;
	const char *body;
	size_t len;

	(void)ctx;
	give_data(req);
	body = http_body(req, &len);
	buf_add(&b, body, len);
	http_answer(req, 200, "text/plain", &b);
	return HTTP_ANSWERED;
}

static enum http_done
params(struct http_request *req, void *ctx)
{
	struct buf b = BUF_INIT;

	(void)ctx;
	buf_fmt(&b, "%s|%s|%s|%s", http_param(req, "a"), http_param(req, "b"), http_path(req),
	    http_param(req, "c") == NULL ? "none" : "?");
	http_answer(req, 200, "text/plain", &b);
	return HTTP_ANSWERED;
}

static enum http_done
wait_for_other(struct http_request *req, void *ctx)
{
	if (http_resumed(req)) {
		assert_non_null(http_data(req));
		return http_method_of(req) == HTTP_POST ? echo(req, ctx) : hello(req, ctx);
	}
	give_data(req);
	put(&later, req);
	return HTTP_LATER;
}

static enum http_done
hold(struct http_request *req, void *ctx)
{
	if (http_resumed(req))
		return hello(req, ctx);
	give_data(req);
	put(&held, req);
	return HTTP_LATER;
}

static enum http_done
large(struct http_request *req, void *ctx)
{
	char part[65536];
	struct buf b = BUF_INIT;

	(void)ctx;
	memset(part, 'L', sizeof(part));
	while (b.len < LARGE && !buf_failed(&b))
		buf_add(&b, part, sizeof(part));
	http_answer(req, 200, "text/plain", &b);
	return HTTP_ANSWERED;
}

static enum http_done
files(struct http_request *req, void *ctx)
{
	(void)ctx;
	if (http_answer_file(req, serve_dir, http_param(req, "*")) < 0)
		text(req, 404, "no file");
	return HTTP_ANSWERED;
}

static enum http_done
mute(struct http_request *req, void *ctx)
{
	(void)req;
	(void)ctx;
	return HTTP_ANSWERED;
}

static enum http_done
inject(struct http_request *req, void *ctx)
{
	(void)ctx;
	http_answer_header(req, "Location", "/a\r\nSet-Cookie: x=y");
	text(req, 200, "injected");
	return HTTP_ANSWERED;
}

static enum http_done
who(struct http_request *req, void *ctx)
{
	struct buf b = BUF_INIT;
	char prefix[64];

	(void)ctx;
	http_peer_prefix(req, prefix, sizeof(prefix));
	buf_fmt(&b, "%s %d %d", prefix, http_is_unix(req), (int)http_peer_uid(req));
	if (http_is_tls(req))
		buf_str(&b, " tls");
	http_answer(req, 200, "text/plain", &b);
	return HTTP_ANSWERED;
}

static enum http_done
cookie(struct http_request *req, void *ctx)
{
	(void)ctx;
	text(req, 200, http_cookie(req, "session") != NULL ? http_cookie(req, "session") : "none");
	return HTTP_ANSWERED;
}

static void
refuse(struct http_request *req, const struct fault *f, void *ctx)
{
	(void)ctx;
	assert_null(http_route_of(req));
	text(req, fault_status(f->code), fault_name(f->code));
}

static const struct http_route routes[] = {
	{ HTTP_GET, "/hello", 0, 1, hello },
	{ HTTP_POST, "/echo", 1024, 1, echo },
	{ HTTP_PUT, "/echo", 0, 1, echo },
	{ HTTP_GET, "/p/{a}/x/{b}", 0, 1, params },
	{ HTTP_GET, "/later", 0, 1, wait_for_other },
	{ HTTP_POST, "/later", 1024, 1, wait_for_other },
	{ HTTP_GET, "/hold", 0, 1, hold },
	{ HTTP_GET, "/toil", 0, 1, toil },
	{ HTTP_GET, "/large", 0, 1, large },
	{ HTTP_GET, "/files/{*}", 0, 1, files },
	{ HTTP_GET, "/mute", 0, 1, mute },
	{ HTTP_GET, "/inject", 0, 1, inject },
	{ HTTP_GET, "/who", 0, 1, who },
	{ HTTP_GET, "/cookie", 0, 1, cookie },
};

struct http_conf
serve_conf(void)
{
	static struct clock clock = { .is_virtual = 1, .virtual_ms = INT64_C(1795397412345) };

	return (struct http_conf){
		.address = "127.0.0.1", .loops = 2, .connections = 1000, .idle_seconds = 30,
		.request_seconds = 30, .routes = routes, .nroutes = sizeof(routes) / sizeof(routes[0]),
		.refuse = refuse, .clock = &clock,
	};
}

struct http_server *
serve(const struct http_conf *conf)
{
	struct http_server *s = NULL;
	struct fault f = FAULT_INIT;

	later.over = 0;
	assert_int_equal(pthread_create(&resumer, NULL, resume_later, NULL), 0);
	if (http_start(conf, &s, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), f.cause);
	return s;
}

void
serve_end(struct http_server *s)
{
	http_stop(s);
	pthread_mutex_lock(&later.lock);
	later.over = 1;
	pthread_cond_signal(&later.changed);
	pthread_mutex_unlock(&later.lock);
	pthread_join(resumer, NULL);
	assert_int_equal(atomic_load(&serve_given), atomic_load(&serve_freed));
}

int
client(const struct http_server *s)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(http_port(s)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

void
say_bytes(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;		/* the server hung up: the answer will tell */
		p += n;
		len -= (size_t)n;
	}
}

void
say(int fd, const char *says)
{
	say_bytes(fd, says, strlen(says));
}

/* Waits, then reads; 0 at the end, after an error or in vain. */
static size_t
listen_to(int fd, char *data, size_t size, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, ms) != 1)
		return 0;
	n = recv(fd, data, size, 0);
	return n > 0 ? (size_t)n : 0;
}

struct reply
hear_head(int fd, int is_head)
{
	struct reply r = { 0 };
	const char *value;
	size_t n = 0, left;
	char waste[65536];

	while (n < sizeof(r.head) - 1 && strstr(r.head, "\r\n\r\n") == NULL) {
		if (listen_to(fd, r.head + n, 1, PATIENCE_MS) == 0)
			return (struct reply){ 0 };
		r.head[++n] = '\0';
	}
	if (sscanf(r.head, "HTTP/1.1 %d", &r.status) != 1)
		fail_msg("not an answer: %s", r.head);
	value = header(&r, "Content-Length");
	left = value != NULL && !is_head && r.status != 304 ? strtoul(value, NULL, 10) : 0;
	while (left > 0) {
		size_t room = sizeof(r.body) - 1 - r.len;

		n = room > 0 ? listen_to(fd, r.body + r.len, left < room ? left : room, PATIENCE_MS) :
		    listen_to(fd, waste, left < sizeof(waste) ? left : sizeof(waste), PATIENCE_MS);
		if (n == 0)
			return (struct reply){ 0 };
		if (room > 0)
			r.len += n;
		left -= n;
	}
	return r;
}

struct reply
hear(int fd)
{
	return hear_head(fd, 0);
}

int
ended(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&p, 1, ms) == 1 && recv(fd, &c, 1, 0) <= 0;
}

struct reply
ask(const struct http_server *s, const char *request)
{
	int fd = client(s);
	struct reply r;

	say(fd, request);
	r = hear_head(fd, strncmp(request, "HEAD ", 5) == 0);
	close(fd);
	return r;
}

const char *
header(const struct reply *r, const char *name)
{
	static char value[1024];
	const char *line = strstr(r->head, "\r\n");
	size_t len = strlen(name);

	for (; line != NULL && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, len) == 0 && line[2 + len] == ':') {
			const char *from = line + 4 + len;

			snprintf(value, sizeof(value), "%.*s", (int)strcspn(from, "\r"), from);
			return value;
		}
	}
	return NULL;
}
