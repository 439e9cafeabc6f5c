/*
 * answer.c - from what a handler says to an answer on the wire.
 */
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"

#define HEADS_MAX 4096
#define HEADS_KEEP_MAX 1024

/* On every answer.  Our pages bring no script or style in the text of the page. */
static const char *const fixed[][2] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "Content-Security-Policy",
	    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
};

static int
has_controls(const char *text)
{
	for (; text[0] != '\0'; text++) {
		if ((unsigned char)text[0] < ' ' || text[0] == 0x7f)
			return 1;
	}
	return 0;
}

void
http_answer_header(struct http_request *req, const char *name, const char *value)
{
	struct buf *b = &req->heads;

	b->max = HEADS_MAX;
	if (has_controls(name) || has_controls(value)) {
		req->heads_broken = 1;
		return;
	}
	buf_add(b, name, strlen(name) + 1);
	buf_add(b, value, strlen(value) + 1);
	req->heads_broken |= buf_failed(b);
}

void
http_answer(struct http_request *req, int status, const char *type, struct buf *body)
{
	buf_free(&req->text);
	if (req->file >= 0)
		close(req->file);
	req->file = -1;
	req->more = NULL;
	req->sent = 0;
	req->answered = 1;
	req->status = status;
	req->type = type;
	if (body != NULL) {
		req->text = *body;
		*body = (struct buf){ .max = body->max };
	}
}

void
http_answer_stream(struct http_request *req, const char *type, http_more_fn *more)
{
	http_answer(req, 200, type, NULL);
	req->more = more;
}

/* Clears what was said so far, to say something else. */
static void
start_over(struct http_request *req)
{
	buf_clear(&req->heads);
	req->heads_broken = 0;
	http_answer(req, 0, NULL, NULL);
	req->answered = 0;
}

void
answer_reset(struct http_request *req)
{
	start_over(req);
	if (req->heads.cap > HEADS_KEEP_MAX)
		buf_free(&req->heads);
	req->must_close = 0;
}

void
answer_fault(struct http_request *req, const struct fault *f)
{
	struct loop *loop = req->conn->loop;
	const struct http_conf *conf = &loop->server->conf;

	atomic_fetch_add_explicit(&loop->refused, 1, memory_order_relaxed);
	req->refusal = f->code;
	if (conf->refuse != NULL)
		conf->refuse(req, f, conf->ctx);
	if (!req->answered) {
		struct buf text = BUF_INIT;
		char says[FAULT_TEXT_MAX];

		fault_text(f, LANG_EN, 0, says, sizeof(says));
		buf_fmt(&text, "%s\n", says);
		http_answer(req, fault_status(f->code), "text/plain; charset=utf-8", &text);
	}
}

/* A handler's mistake must not reach the client half said. */
static void
check_answer(struct http_request *req)
{
	struct fault f = FAULT_INIT;

	if (!req->heads_broken && !buf_failed(&req->text) && req->status >= 200 &&
	    req->status <= 599)
		return;
	fault_set(&f, FAULT_BUG, "answer: %s", req->heads_broken ? "header" :
	    buf_failed(&req->text) ? "body" : "status");
	log_fault(LOG_ERROR, "answer", &f);
	start_over(req);
	answer_fault(req, &f);
	if (req->heads_broken || buf_failed(&req->text)) {
		start_over(req);
		http_answer(req, 500, NULL, NULL);
	}
}

/* The Date header, made once a second. */
static const char *
date(struct loop *loop)
{
	int64_t ms = clock_now(loop->server->conf.clock);
	time_t second = (time_t)(ms / 1000 - (ms % 1000 < 0));
	struct tm tm;

	if (loop->date[0] != '\0' && loop->date_second == second)
		return loop->date;
	loop->date_second = second;
	gmtime_r(&second, &tm);
	/* The program never calls setlocale for times: names are English. */
	strftime(loop->date, sizeof(loop->date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return loop->date;
}

/* Gives every header of the answer to add, but for Content-Length. */
static void
each_header(struct http_request *req, void (*add)(void *to, const char *name, const char *value),
    void *to)
{
	int cached = 0;

	add(to, "Date", date(req->conn->loop));
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		add(to, fixed[i][0], fixed[i][1]);
	if (req->type != NULL)
		add(to, "Content-Type", req->type);
	for (size_t at = 0; at < req->heads.len;) {
		const char *name = req->heads.data + at, *value = name + strlen(name) + 1;

		cached |= strcasecmp(name, "Cache-Control") == 0;
		add(to, name, value);
		at = (size_t)(value - req->heads.data) + strlen(value) + 1;
	}
	if (!cached)
		add(to, "Cache-Control", "no-store");
	if (req->conn->session != NULL && req->conn->loop->strict[0] != '\0')
		add(to, "Strict-Transport-Security", req->conn->loop->strict);
	if (req->must_close)
		add(to, "Connection", "close");
}

static void
add_to_response(void *to, const char *name, const char *value)
{
	MHD_add_response_header(to, name, value);
}

static void
add_to_text(void *to, const char *name, const char *value)
{
	buf_fmt(to, "%s: %s\r\n", name, value);
}

#define STREAM_BYTES 4096	/* of an answer that goes on, at a time */
#define STREAM_TEXT_MAX 65536

/* No time limit while it waits; what it then has to send must be taken as any answer. */
static ssize_t
read_stream(void *ctx, uint64_t at, char *to, size_t max)
{
	struct http_request *req = ctx;
	struct loop *loop = req->conn->loop;
	struct http_server *s = loop->server;
	size_t left = req->text.len - req->sent;

	(void)at;
	if (left == 0) {
		enum http_next next;

		buf_clear(&req->text);
		req->text.max = STREAM_TEXT_MAX;
		req->sent = 0;
		next = req->more(req, s->conf.ctx, &req->text);
		if (next == HTTP_WAITS) {
			conn_place(req->conn, PLACE_NONE, 0);
			req->resumed = 0;
			atomic_fetch_add_explicit(&loop->waiting, 1, memory_order_relaxed);
			MHD_suspend_connection(req->conn->mhd);
			return 0;
		}
		if (next == HTTP_ENDS || buf_failed(&req->text) || req->text.len == 0)
			return MHD_CONTENT_READER_END_OF_STREAM;
		left = req->text.len;
		conn_place(req->conn, PLACE_SENDING, s->conf.request_seconds * INT64_C(1000));
	}
	if (left > max)
		left = max;
	memcpy(to, req->text.data + req->sent, left);
	req->sent += left;
	return (ssize_t)left;
}

static struct MHD_Response *
body_response(struct http_request *req)
{
	struct MHD_Response *r;

	/* Of chunks that are not to be sent libmicrohttpd sends the last. */
	if (req->more != NULL && req->method != HTTP_HEAD)
		return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BYTES, read_stream, req, NULL);
	if (req->file >= 0) {
		if ((r = MHD_create_response_from_fd64(req->file_size, req->file)) != NULL)
			req->file = -1;
		return r;
	}
	if (req->text.len == 0)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	r = MHD_create_response_from_buffer_with_free_callback(req->text.len, req->text.data, free);
	if (r != NULL)
		req->text = (struct buf)BUF_INIT;
	return r;
}

enum MHD_Result
answer_queue(struct http_request *req)
{
	struct conn *c = req->conn;
	struct MHD_Response *r;
	enum MHD_Result rc;

	req->must_close |= atomic_load(&c->loop->server->stopping);
	check_answer(req);
	if ((r = body_response(req)) == NULL)
		return MHD_NO;
	each_header(req, add_to_response, r);
	conn_place(c, PLACE_SENDING, c->loop->server->conf.request_seconds * INT64_C(1000));
	rc = MHD_queue_response(c->mhd, (unsigned)req->status, r);
	MHD_destroy_response(r);
	return rc;
}

void
answer_raw(struct http_request *req)
{
	struct buf out = BUF_INIT;
	ssize_t n;

	req->must_close = 1;
	check_answer(req);
	buf_fmt(&out, "HTTP/1.1 %d %s\r\n", req->status,
	    MHD_get_reason_phrase_for((unsigned)req->status));
	each_header(req, add_to_text, &out);
	buf_fmt(&out, "Content-Length: %zu\r\n\r\n", req->text.len);
	if (req->method != HTTP_HEAD)
		buf_add(&out, req->text.data, req->text.len);
	if (!buf_failed(&out)) {
		n = req->conn->session != NULL ? shake_send(req->conn, out.data, out.len) :
		    send(req->conn->fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < (ssize_t)out.len)
			log_event(LOG_DEBUG, "answer_cut", NULL);
	}
	buf_free(&out);
}
