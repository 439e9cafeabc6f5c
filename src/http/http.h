/*
 * http.h - sockets, limits and routes: libmicrohttpd in loops of our own.
 *
 * Each loop is a thread with one daemon and one eventfd, driven by MHD_run
 * (docs/decisions.md 18); all loops share the listening socket.  A request is read
 * whole (bounded by its route), then its handler runs in the loop's thread.  The
 * handler answers at once, or returns HTTP_LATER after handing the request to somebody
 * who calls http_resume from any thread, once; the handler is then called again, with
 * http_resumed true.  Stopping: refuse new, wait for those that wait, then stop.
 *
 * A request and its strings are valid until its answer is sent; whoever holds one that
 * waits may read it from his own thread.  If its client goes away meanwhile, that shows
 * only when the answer is sent.
 *
 * Before any handler the transport refuses: what is malformed (FAULT_BAD_REQUEST), too
 * long (PATH_TOO_LONG, HEADERS_TOO_LARGE, BODY_TOO_LARGE) or too slow (REQUEST_SLOW),
 * an unknown path or method, what is too much at once (QUEUE_FULL), and everything new once it stops (STOPPING).  All go through
 * refuse.  What libmicrohttpd itself cannot read (a line without a colon, chunks that are
 * none, more header than its buffer) it answers itself, briefly, and closes.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"

struct http_server;
struct http_request;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_NMETHODS };
enum http_done { HTTP_ANSWERED, HTTP_LATER };

/*
 * One route.  Segments of the pattern in braces are parameters:
 * "/api/v1/cases/{id}/items/{item}/query"; a last segment "{*}" takes the rest of the path,
 * which may be empty, and is the parameter "*".  A literal segment wins over a parameter,
 * and both over "{*}".  HEAD goes where GET goes, and its answer loses its body.
 * action is for the handler (api keeps the action of access_check in it; it must not be 0).
 */
struct http_route {
	enum http_method method;
	const char *pattern;
	size_t body_max;		/* bytes; 0: no body is taken */
	int action;
	enum http_done (*handler)(struct http_request *req, void *ctx);
};

#define HTTP_LARGE (1u << 20)		/* a route that takes more asks before it reads a body */
#define HTTP_PARAMS_MAX 4
#define HTTP_PATH_MAX 1024		/* bytes of path and query together: longer is 414 */

struct http_conf {
	const char *address;		/* numeric IPv4 or IPv6; NULL: no TCP socket */
	uint16_t port;			/* 0: a free one, see http_port */
	const char *unix_path;		/* NULL: none; mode 0600, replaced if it is stale */
	const char *certificate, *key;	/* PEM files; both: the TCP socket speaks TLS; both NULL: it does not */
	int strict_seconds;		/* of Strict-Transport-Security, on TLS; 0: none */
	int loops;			/* threads */
	int connections;		/* at most, over all loops; more wait until one ends */
	int idle_seconds;		/* a kept-alive connection without a request ends */
	int request_seconds;		/* from request line to whole request: then 408; also how
					   long an answer may go on without being taken */
	/*
	 * So much work may lie before a loop; whoever comes when there is more, and dozens of others are there, is
	 * refused (FAULT_QUEUE_FULL).  A tenth of it, for a moment after each refusal (crowd.h).  0: no limit.
	 */
	int crowd_ms;
	const struct http_route *routes;	/* outlive the server, as does all else here */
	size_t nroutes;
	/* Called where no route fits, or the transport refuses: fills the answer. */
	void (*refuse)(struct http_request *req, const struct fault *f, void *ctx);
	/*
	 * Called in the loop's thread once the header of a request is there whose body may be large
	 * (HTTP_LARGE): whether it is worth being read at all.  -1 with a fault refuses it at once; NULL: all are.
	 */
	int (*admit)(struct http_request *req, void *ctx, struct fault *f);
	/*
	 * Whether what a whole request needs has too much to do: then it is refused like that as well.  strict: somebody
	 * was refused a moment ago.  Loop's thread; NULL: never.
	 */
	int (*full)(const struct http_request *req, int strict, void *ctx);
	/* Called in each loop's thread as it starts and ends, e.g. to open a store reader. */
	void *(*loop_start)(void *ctx);
	void (*loop_stop)(void *loop_data, void *ctx);
	/* Called when a loop has handed over what there was, and before it waits; NULL: nothing is. */
	void (*loop_rest)(void *loop_data, void *ctx);
	void *ctx;
	const struct clock *clock;	/* for the Date header; limits follow the machine's own time */
};

int http_start(const struct http_conf *conf, struct http_server **ret_server, struct fault *f);
uint16_t http_port(const struct http_server *s);	/* 0 without a TCP socket */
/*
 * Reads certificate and key again, for connections that come from now on; on failure the ones in use stay.
 * One thread at a time.
 */
int http_renew(struct http_server *s, struct fault *f);
/* Waits for requests that wait, then stops and frees.  Not from a handler. */
void http_stop(struct http_server *s);

/* What a request says.  Strings live as long as the request. */
enum http_method http_method_of(const struct http_request *req);	/* HTTP_NMETHODS: another; in refuse only */
const struct http_route *http_route_of(const struct http_request *req);	/* NULL in refuse */
const char *http_path(const struct http_request *req);		/* decoded, without query */
const char *http_param(const struct http_request *req, const char *name);	/* of the path, decoded; NULL if none */
const char *http_query(const struct http_request *req, const char *name);	/* first of that name, decoded; NULL if none */
const char *http_header(const struct http_request *req, const char *name);	/* NULL if none */
const char *http_cookie(const struct http_request *req, const char *name);
const char *http_body(const struct http_request *req, size_t *ret_len);	/* never NULL */
void *http_loop_data(const struct http_request *req);
int http_is_unix(const struct http_request *req);
int http_is_tls(const struct http_request *req);
uint32_t http_peer_uid(const struct http_request *req);		/* of a unix peer (SO_PEERCRED) */
/* The peer's address cut to /24 or /56, for refusal records and rate limits; "unix" for the socket. */
void http_peer_prefix(const struct http_request *req, char *text, size_t size);

/* A place for the handler's own state, freed by free_data when the request ends, however it ends. */
void http_set_data(struct http_request *req, void *data, void (*free_data)(void *));
void *http_data(const struct http_request *req);
int http_resumed(const struct http_request *req);

/* Any thread, exactly once for each HTTP_LATER, also when the server is stopping. */
void http_resume(struct http_request *req);

/*
 * The answer.  Security headers come by themselves, and Cache-Control: no-store unless the
 * handler gives another.  A header with a control character, more than 4 KiB of them, a
 * failed body or a status outside 200 to 599 makes the answer a 500.  http_answer copies
 * nothing of type (NULL: none); body is taken over (emptied) by the call; NULL: none.
 */
void http_answer_header(struct http_request *req, const char *name, const char *value);
void http_answer(struct http_request *req, int status, const char *type, struct buf *body);

/* The same with a body that is compressed on the way for whoever accepts gzip; says Vary. */
void http_answer_compressed(struct http_request *req, int status, const char *type,
    struct buf *body);

/*
 * An answer that goes on for as long as its handler's side likes: 200, sent as it comes.  more runs in the
 * loop's thread, first when the header goes out.  It appends what is to be sent next, or leaves out empty
 * and has the request wait: somebody then calls http_resume, from any thread, once, and more runs again.
 */
enum http_next { HTTP_SENDS, HTTP_WAITS, HTTP_ENDS };
typedef enum http_next http_more_fn(struct http_request *req, void *ctx, struct buf *out);
void http_answer_stream(struct http_request *req, const char *type, http_more_fn *more);

/* Any thread, of a request that waits: whether its client has hung up. */
int http_hung_up(const struct http_request *req);

/*
 * Answers with a file below dir (path relative, as from "{*}"); refuses "..", dot files and
 * links that lead out.  ETag by content, Cache-Control immutable for names with a content hash
 * (-XXXXXXXX.), Content-Type by ending, If-None-Match gives 304.  0, or -1 if there is no such file.
 */
int http_answer_file(struct http_request *req, const char *dir, const char *path);

struct http_stats { uint64_t requests, answered, waiting, refused; };
struct http_stats http_stats(const struct http_server *s);

#endif
