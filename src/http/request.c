/*
 * request.c - one request from its first line to its answer, and what it says.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/server.h"

#define BODY_KEEP_MAX 16384	/* a larger buffer is not kept for the next request */

/* What the walk over the header fields found. */
struct fields {
	const char *at;		/* where the next field must begin; NULL: not checked */
	const char *wrong;
	unsigned count, hosts, lengths, codings;
	uint64_t length;
	int chunked;
};

static void
refuse(struct http_request *req, enum fault_code code, const char *what)
{
	if (req->refusal != FAULT_NONE)
		return;
	req->refusal = code;
	req->refusal_what = what;
}

/* Called when the request line is there, before anything in it is decoded. */
void *
request_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info;
	struct loop *loop = cls;
	struct http_request *req;
	struct conn *c;
	const char *wrong;
	size_t len = strlen(uri);

	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	c = info->socket_context;
	req = &c->req;
	conn_place(c, PLACE_READING, loop->server->conf.request_seconds * INT64_C(1000));
	req->phase = PHASE_HEAD;
	req->method = HTTP_NMETHODS;
	req->target_end = uri + len;
	if (len > HTTP_PATH_MAX)
		refuse(req, FAULT_PATH_TOO_LONG, NULL);
	else if ((wrong = target_parse(&req->target, uri, len)) != NULL)
		refuse(req, FAULT_BAD_REQUEST, wrong);
	if (req->refusal != FAULT_NONE) {
		req->target.path[0] = '\0';
		req->target.query_len = 0;
	}
	return c;
}

static int
is_token(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char ch = text[i];

		if ((ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z') && ch != '-' &&
		    (ch < '0' || ch > '9') && memchr("!#$%&'*+.^_`|~", ch, 14) == NULL)
			return 0;
	}
	return len > 0;
}

static const char *
value_wrong(const char *value, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char ch = (unsigned char)value[i];

		if ((ch < ' ' && ch != '\t') || ch == 0x7f)
			return "control character";
	}
	return utf8_valid(value, len, NULL) ? NULL : "UTF-8";
}

static enum MHD_Result
field_seen(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t len)
{
	struct fields *h = cls;

	(void)kind;
	/* libmicrohttpd ends names and values at a NUL; then the next field is not adjacent. */
	if (h->at != NULL && key != h->at)
		h->wrong = "NUL or line end";
	else if (!is_token(key, key_len))
		h->wrong = "header name";
	else
		h->wrong = value_wrong(value, len);
	if (h->wrong != NULL)
		return MHD_NO;
	if (h->at != NULL)
		h->at = value + len + 2;
	h->count++;
	if (key_len == 4 && strcasecmp(key, "Host") == 0) {
		h->hosts++;
	} else if (key_len == 14 && strcasecmp(key, "Content-Length") == 0) {
		h->lengths++;
		h->length = strtoull(value, NULL, 10);	/* libmicrohttpd took it: digits */
	} else if (key_len == 17 && strcasecmp(key, "Transfer-Encoding") == 0) {
		h->codings++;
		h->chunked = strcasecmp(value, "chunked") == 0;
	}
	return MHD_YES;
}

/* Reads the header; 0, or -1 if not even its length can be trusted. */
static int
check_fields(struct http_request *req, const char *method, const char *version,
    struct fields *h)
{
	const union MHD_ConnectionInfo *info;
	struct MHD_Connection *mhd = req->conn->mhd;
	int exact = req->conn->loop->server->exact_headers;
	size_t bytes = 0;

	if ((info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)) != NULL)
		bytes = info->header_size;
	if (exact && version != req->target_end + 1) {
		refuse(req, FAULT_BAD_REQUEST, "NUL");
		return -1;
	}
	h->at = exact ? version + strlen(version) + 2 : NULL;
	MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, field_seen, h);
	if (h->wrong == NULL && exact && h->at + 2 != method + bytes)
		h->wrong = "NUL or line end";
	if (h->wrong == NULL && (h->lengths > 1 || h->codings > 1 ||
	    (h->codings == 1 && (h->lengths > 0 || !h->chunked))))
		h->wrong = "length of the body";
	if (h->wrong != NULL) {
		req->refusal = FAULT_NONE;	/* this one weighs more */
		refuse(req, FAULT_BAD_REQUEST, h->wrong);
		return -1;
	}
	if (bytes > HEADERS_BYTES_MAX || h->count > HEADERS_COUNT_MAX)
		refuse(req, FAULT_HEADERS_TOO_LARGE, NULL);
	if (h->hosts != 1 && (h->hosts > 1 || strcmp(version, "HTTP/1.1") == 0))
		refuse(req, FAULT_BAD_REQUEST, "Host");
	return 0;
}

static size_t
body_max(const struct http_request *req)
{
	return req->route != NULL ? route_definition(req->route)->body_max : 0;
}

/* Answers with the refusal: builds its fault only now, because most requests have none. */
static void
answer_refusal(struct http_request *req)
{
	const struct http_conf *conf = &req->conn->loop->server->conf;
	struct fault f = FAULT_INIT;
	char allow[40] = "";

	fault_set(&f, req->refusal, "%s", req->refusal_what != NULL ? req->refusal_what : "");
	if (req->refusal == FAULT_BAD_REQUEST)
		fault_arg(&f, "what", "%s", req->refusal_what);
	else if (req->refusal == FAULT_PATH_TOO_LONG)
		fault_arg(&f, "max", "%d", HTTP_PATH_MAX);
	else if (req->refusal == FAULT_BODY_TOO_LARGE)
		fault_arg(&f, "max", "%zu", body_max(req));
	else if (req->refusal == FAULT_REQUEST_SLOW)
		fault_arg(&f, "seconds", "%d", conf->request_seconds);
	if (req->refusal == FAULT_METHOD_UNKNOWN) {
		size_t n = 0;

		fault_arg(&f, "method", "%s", req->method < HTTP_NMETHODS ?
		    route_method_name(req->method) : "?");
		for (enum http_method m = HTTP_GET; m < HTTP_NMETHODS; m++) {
			if (req->allow & 1u << m)
				n += (size_t)snprintf(allow + n, sizeof(allow) - n, "%s%s", n ? ", " : "",
				    route_method_name(m));
		}
		http_answer_header(req, "Allow", allow);
	}
	answer_fault(req, &f);
}

/* Answers before the body: libmicrohttpd closes the connection after that. */
static enum MHD_Result
answer_early(struct http_request *req)
{
	req->phase = PHASE_OVER;
	req->conn->linger = 1;
	answer_refusal(req);
	return answer_queue(req);
}

/* Whether a body that may be large is worth being read; the answer is given if not. */
static int
ask_first(struct http_request *req)
{
	const struct http_conf *conf = &req->conn->loop->server->conf;
	struct fault f = FAULT_INIT;

	if (body_max(req) <= HTTP_LARGE || conf->admit == NULL || conf->admit(req, conf->ctx, &f) == 0)
		return 0;
	req->phase = PHASE_OVER;
	req->conn->linger = 1;
	answer_fault(req, &f);
	return -1;
}

/* The header is there.  Decides where the request goes, and whether its body is read. */
static enum MHD_Result
admit(struct http_request *req, const char *method, const char *version)
{
	struct fields h = { 0 };
	int sane, has_body;

	req->phase = PHASE_BODY;
	req->method = route_method(method);
	sane = check_fields(req, method, version, &h) == 0;
	has_body = h.chunked || h.length > 0;
	if (req->refusal == FAULT_NONE) {
		req->route = route_find(req->conn->loop->server->routes, req->method, &req->target,
		    &req->allow);
		if (req->route == NULL)
			refuse(req, req->allow != 0 ? FAULT_METHOD_UNKNOWN : FAULT_ROUTE_UNKNOWN, NULL);
		else if (h.length > body_max(req) || (h.chunked && body_max(req) == 0))
			refuse(req, FAULT_BODY_TOO_LARGE, NULL);
		req->body.max = body_max(req);
	}
	if (req->refusal == FAULT_NONE)
		return has_body && ask_first(req) < 0 ? answer_queue(req) : MHD_YES;
	/* A short body is read and dropped, which keeps the connection. */
	if (!sane || (has_body && (h.chunked || h.length > DISCARD_MAX ||
	    http_header(req, "Expect") != NULL)))
		return answer_early(req);
	return MHD_YES;
}

static enum MHD_Result
take_body(struct http_request *req, const char *part, size_t len)
{
	if (req->refusal != FAULT_NONE)
		return MHD_YES;
	if (len > body_max(req) - req->body.len) {
		/* Chunked, so nobody knew; here libmicrohttpd takes no answer any more. */
		refuse(req, FAULT_BODY_TOO_LARGE, NULL);
		answer_refusal(req);
		answer_raw(req);
		req->phase = PHASE_OVER;
		req->conn->linger = 1;
		return MHD_NO;
	}
	if (buf_add(&req->body, part, len) < 0)
		refuse(req, FAULT_MEMORY, "body");
	return MHD_YES;
}

/* Whether it would have to wait for too many others. */
static int
is_too_much(struct http_request *req)
{
	struct loop *loop = req->conn->loop;
	const struct http_conf *conf = &loop->server->conf;

	if (!crowd_has_room(&loop->crowd) ||
	    (conf->full != NULL && conf->full(req, crowd_is_strict(&loop->crowd), conf->ctx))) {
		crowd_refuses(&loop->crowd);
		return 1;
	}
	crowd_takes(&loop->crowd);
	return 0;
}

static void
count_writing(struct http_request *req, int writes)
{
	crowd_writes(&req->conn->loop->crowd, writes - req->writes);
	req->writes = writes;
}

static enum http_done
hand_over(struct http_request *req)
{
	struct loop *loop = req->conn->loop;
	int64_t began = clock_running_us();
	int first = !req->resumed;
	enum http_done done = route_definition(req->route)->handler(req, loop->server->conf.ctx);

	crowd_spent(&loop->crowd, clock_running_us() - began, first);
	/* Who only reads and waits waits for something else, and often for long. */
	count_writing(req, done == HTTP_LATER && req->method != HTTP_GET && req->method != HTTP_HEAD);
	return done;
}

static enum MHD_Result
handle(struct http_request *req)
{
	struct loop *loop = req->conn->loop;
	struct http_server *s = loop->server;

	if (!req->resumed && atomic_load(&s->stopping))
		refuse(req, FAULT_STOPPING, NULL);
	if (req->refusal != FAULT_NONE) {
		answer_refusal(req);
		return answer_queue(req);
	}
	if (hand_over(req) == HTTP_LATER) {
		req->resumed = 0;
		atomic_fetch_add_explicit(&loop->waiting, 1, memory_order_relaxed);
		MHD_suspend_connection(req->conn->mhd);
		return MHD_YES;
	}
	if (!req->answered) {
		struct fault f = FAULT_INIT;

		fault_set(&f, FAULT_BUG, "%s: no answer", route_definition(req->route)->pattern);
		log_fault(LOG_ERROR, "handler", &f);
		answer_fault(req, &f);
	}
	return answer_queue(req);
}

/*
 * Called once when the header is there, then for each part of the body, then, without
 * a part, again and again until it has answered or suspended the connection.
 */
enum MHD_Result
request_step(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_len, void **context)
{
	struct conn *c = *context;
	struct http_request *req = &c->req;
	size_t len = *upload_len;

	(void)cls;
	(void)mhd;
	(void)url;
	switch (req->phase) {
	case PHASE_HEAD:
		atomic_fetch_add_explicit(&c->loop->requests, 1, memory_order_relaxed);
		return admit(req, method, version);
	case PHASE_BODY:
		if (len > 0) {
			*upload_len = 0;
			return take_body(req, upload, len);
		}
		conn_place(c, PLACE_NONE, 0);
		req->phase = PHASE_WHOLE;
		if (req->refusal == FAULT_NONE && !atomic_load(&c->loop->server->stopping) && is_too_much(req))
			refuse(req, FAULT_QUEUE_FULL, NULL);
		if (req->refusal != FAULT_NONE)
			return handle(req);
		/*
		 * One more round before the handler: from there a suspended connection
		 * comes back without a read, which would find the end of a half-closed
		 * one and drop it before it is answered.
		 */
		return MHD_YES;
	case PHASE_WHOLE:
		return handle(req);
	case PHASE_OVER:
		break;
	}
	return MHD_NO;
}

/* Makes req ready for the next one on this connection. */
static void
reset(struct http_request *req)
{
	if (req->writes)
		count_writing(req, 0);
	if (req->free_data != NULL)
		req->free_data(req->data);
	req->data = NULL;
	req->free_data = NULL;
	if (req->body.len > 0)
		explicit_bzero(req->body.data, req->body.len);
	if (req->body.cap > BODY_KEEP_MAX)
		buf_free(&req->body);
	else
		buf_clear(&req->body);
	answer_reset(req);
	req->route = NULL;
	req->refusal = FAULT_NONE;
	req->refusal_what = NULL;
	req->allow = 0;
	req->resumed = 0;
}

void
request_completed(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_RequestTerminationCode code)
{
	struct loop *loop = cls;
	struct conn *c = *context;

	(void)mhd;
	if (c == NULL)
		return;
	if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		atomic_fetch_add_explicit(&loop->answered, 1, memory_order_relaxed);
	reset(&c->req);
	*context = NULL;
	conn_rest(c);
}

void
request_slow(struct http_request *req)
{
	req->refusal = FAULT_REQUEST_SLOW;
	answer_refusal(req);
	answer_raw(req);
	req->phase = PHASE_OVER;
	conn_end(req->conn);
}

void
request_free(struct http_request *req)
{
	reset(req);
	buf_free(&req->body);
	buf_free(&req->heads);
}

enum http_method
http_method_of(const struct http_request *req)
{
	return req->method;
}

const struct http_route *
http_route_of(const struct http_request *req)
{
	return req->route != NULL && req->refusal == FAULT_NONE ? route_definition(req->route) : NULL;
}

const char *
http_path(const struct http_request *req)
{
	return req->target.path;
}

const char *
http_param(const struct http_request *req, const char *name)
{
	return req->route != NULL ? route_param(req->route, &req->target, name) : NULL;
}

const char *
http_query(const struct http_request *req, const char *name)
{
	return target_query(&req->target, name);
}

const char *
http_header(const struct http_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->conn->mhd, MHD_HEADER_KIND, name);
}

const char *
http_cookie(const struct http_request *req, const char *name)
{
	return MHD_lookup_connection_value(req->conn->mhd, MHD_COOKIE_KIND, name);
}

const char *
http_body(const struct http_request *req, size_t *ret_len)
{
	*ret_len = req->body.len;
	return req->body.data != NULL ? req->body.data : "";
}

void *
http_loop_data(const struct http_request *req)
{
	return req->conn->loop->data;
}

int
http_is_unix(const struct http_request *req)
{
	return req->conn->is_unix;
}

int
http_is_tls(const struct http_request *req)
{
	return req->conn->session != NULL;
}

uint32_t
http_peer_uid(const struct http_request *req)
{
	return req->conn->uid;
}

void
http_peer_prefix(const struct http_request *req, char *text, size_t size)
{
	const struct conn *c = req->conn;
	const uint8_t *b = c->peer.in6.sin6_addr.s6_addr;
	char address[INET6_ADDRSTRLEN] = "";
	struct in6_addr net = { 0 };

	if (c->is_unix) {
		snprintf(text, size, "unix");
		return;
	}
	if (c->peer.any.sa_family == AF_INET)
		b = (const uint8_t *)&c->peer.in.sin_addr;
	else if (IN6_IS_ADDR_V4MAPPED(&c->peer.in6.sin6_addr))
		b += 12;
	else {
		memcpy(&net, b, 7);
		inet_ntop(AF_INET6, &net, address, sizeof(address));
		snprintf(text, size, "%s/56", address);
		return;
	}
	snprintf(text, size, "%d.%d.%d.0/24", b[0], b[1], b[2]);
}

void
http_set_data(struct http_request *req, void *data, void (*free_data)(void *))
{
	if (req->free_data != NULL)
		req->free_data(req->data);
	req->data = data;
	req->free_data = free_data;
}

void *
http_data(const struct http_request *req)
{
	return req->data;
}

int
http_resumed(const struct http_request *req)
{
	return req->resumed;
}

int
http_hung_up(const struct http_request *req)
{
	return conn_is_at_end(req->conn);
}
