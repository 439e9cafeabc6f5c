/*
 * server.h - what the files of this folder share.  Nobody else includes it.
 *
 * A connection belongs to one loop for its whole life, and everything in struct conn
 * and struct loop is touched by that loop's thread only, except the atomics.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>

#include "base/buf.h"
#include "http/crowd.h"
#include "http/http.h"
#include "http/route.h"
#include "http/target.h"

struct conn;
struct loop;
struct tls;
struct tls_pair;

/* How far a request has come. */
enum phase {
	PHASE_HEAD,	/* its header is being read */
	PHASE_BODY,	/* its body is being read */
	PHASE_WHOLE,	/* it is whole; its handler runs or waits */
	PHASE_OVER,	/* it was answered behind libmicrohttpd's back; nothing more is taken */
};

struct http_request {
	struct conn *conn;
	struct http_request *next;	/* among the resumed */
	enum phase phase;
	enum http_method method;
	const struct route *route;
	struct target target;
	const char *target_end;		/* the NUL behind the target in libmicrohttpd's buffer */
	/* Why it is refused, or FAULT_NONE, and the word that the sentence needs. */
	enum fault_code refusal;
	const char *refusal_what;
	unsigned allow;			/* for METHOD_UNKNOWN: 1 << method */
	struct buf body;
	int resumed;
	int writes;	/* counted among those that wait for what they write */
	void *data;
	void (*free_data)(void *data);

	/* The answer. */
	int answered;
	int status;
	int must_close;
	const char *type;
	struct buf heads;		/* name NUL value NUL */
	int heads_broken;
	struct buf text;
	http_more_fn *more;		/* NULL, or what comes after text */
	size_t sent;			/* of text, with more */
	int file;			/* -1, or the body is this file */
	uint64_t file_size;
};

/* Where a connection waits; each place has its own time limit. */
enum place {
	PLACE_NONE,
	PLACE_SHAKING,	/* hands, of TLS: no request can have come */
	PLACE_RESTING,	/* between requests, for a moment only so far */
	PLACE_IDLE,	/* for longer */
	PLACE_READING,
	PLACE_SENDING,
	NPLACES
};

TAILQ_HEAD(conns, conn);

enum watch_kind { WATCH_DAEMON, WATCH_WAKE, WATCH_LISTEN, WATCH_LINGER, WATCH_SHAKE };

/* What an epoll event of a loop points to. */
struct watch {
	enum watch_kind kind;
	int fd;
	int is_unix;		/* of a WATCH_LISTEN */
	int64_t until, end;	/* of a WATCH_LINGER: of its patience, and at most */
	uint64_t left;		/* of a WATCH_LINGER: bytes still read */
	struct conn *conn;	/* of a WATCH_SHAKE */
};

struct conn {
	TAILQ_ENTRY(conn) entry;
	struct conn *next;		/* among those handed over to another loop */
	struct loop *loop;
	struct MHD_Connection *mhd;
	int fd;
	enum place place;
	int64_t since, until;		/* in that place; milliseconds on the monotonic clock */
	int is_unix;
	gnutls_session_t session;	/* libmicrohttpd's; NULL: no TLS */
	struct tls_pair *pair;		/* what it shows */
	struct watch shake;		/* fd -1: libmicrohttpd has it */
	int begun;			/* its first byte was looked at */
	uint32_t uid;
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} peer;
	uint64_t acked;			/* bytes the client had taken when PLACE_SENDING was last checked */
	int linger;			/* the client may still be sending what nobody reads */
	struct http_request req;
};

#define LISTENERS_MAX 2
#define LINGER_MAX 32
#define EVENTS 16		/* taken from epoll at once */

enum { PLAIN, TLS, NDAEMONS };

struct etag {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime, ctime;
	char text[24];		/* empty: the entry is free */
};

#define ETAGS 64

struct loop {
	struct http_server *server;
	pthread_t thread;
	struct MHD_Daemon *daemon[NDAEMONS];	/* TLS: NULL if there is none */
	int epoll;
	struct watch watch_daemon[NDAEMONS], wake, listener[LISTENERS_MAX], linger[LINGER_MAX];
	_Atomic(struct http_request *) resumed;	/* newest first; pushed by any thread */
	_Atomic(struct conn *) incoming;	/* likewise, by the loops that accept */
	atomic_int sleeping;	/* somebody must write to wake */
	atomic_int callers;	/* threads inside http_resume */
	atomic_int nconns;
	_Atomic uint64_t requests, answered, waiting, refused;
	struct conn *arriving;	/* inside MHD_add_connection */
	struct conns place[NPLACES];
	struct conn *shaken[EVENTS];	/* that libmicrohttpd was given for one more step */
	int nshaken;
	int listening;		/* the listeners are watched */
	int lingering;		/* how many of linger are in use */
	int64_t now, swept, retry_listen, warned;
	struct crowd crowd;
	int64_t stop_by;	/* 0: not stopping */
	int64_t date_second;
	char date[40];
	char strict[24];	/* max-age=…; "": none */
	void *data;
	struct etag etags[ETAGS];
};

struct http_server {
	struct http_conf conf;
	struct route_table *routes;
	struct tls *tls;	/* NULL: none */
	int listener[LISTENERS_MAX];	/* TCP, unix; -1: none */
	uint16_t port;
	atomic_int nconns;
	atomic_int stopping;
	int exact_headers;	/* see request.c */
	int nloops;
	struct loop loop[];
};

/* Body bytes of a refused request that are read and dropped to keep the connection. */
#define DISCARD_MAX 65536
#define HEADERS_BYTES_MAX 8192
#define HEADERS_COUNT_MAX 100

/* conn.c: connections, and the callbacks of libmicrohttpd that are about them. */
void conn_accept(struct loop *loop, const struct watch *listener);
void conn_take(struct loop *loop, struct conn *c);
void conn_drop(struct conn *c);
void conn_place(struct conn *c, enum place place, int64_t ms);
void conn_rest(struct conn *c);
void conn_end(struct conn *c);
int conn_is_at_end(const struct conn *c);
void conn_deadlines(struct loop *loop);
int64_t conn_next_deadline(const struct loop *loop);
void conn_linger_event(struct loop *loop, struct watch *w);
void conn_linger_free(struct loop *loop, struct watch *w);
void conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code);

/* request.c: the callbacks of libmicrohttpd that are about a request. */
void *request_target(void *cls, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *upload, size_t *upload_len,
    void **context);
void request_completed(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_RequestTerminationCode code);
void request_slow(struct http_request *req);	/* answers 408 and ends the connection */
void request_free(struct http_request *req);

/* answer.c */
void answer_fault(struct http_request *req, const struct fault *f);
enum MHD_Result answer_queue(struct http_request *req);
void answer_raw(struct http_request *req);	/* writes straight to the socket, as far as it takes it */
void answer_reset(struct http_request *req);

/* tls.c: the certificate and its key. */
int tls_open(const struct http_conf *conf, struct tls **ret_tls, struct fault *f);
int tls_renew(struct tls *t, struct fault *f);
void tls_free(struct tls *t);
struct tls_pair *tls_take(struct tls *t, gnutls_session_t session);
void tls_leave(struct tls_pair *p);
int tls_shows_nothing(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **pcert,
    unsigned *len, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_len, gnutls_privkey_t *key, unsigned *flags);
extern const char tls_priorities[];

/* shake.c: connections of TLS, until they have shaken hands, and what they need afterwards. */
void shake_begin(struct conn *c);
void shake_hold(struct conn *c);
void shake_event(struct conn *c);
void shake_look(struct loop *loop);
void shake_end(struct conn *c);
void shake_gone(struct conn *c);
ssize_t shake_send(struct conn *c, const char *data, size_t len);

/* loop.c */
int loop_open(struct loop *loop, struct http_server *server, struct fault *f);
void loop_close(struct loop *loop);
void *loop_main(void *loop);
void loop_wake(struct loop *loop);
int loop_watch(struct loop *loop, struct watch *w, uint32_t events);
void loop_listen(struct loop *loop, int on);

/* Whether Accept-Encoding has gzip, and not with q=0. */
int http_accepts_gzip(const struct http_request *req);

#endif
