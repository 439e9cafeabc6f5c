/*
 * loop.c - one thread, one daemon of libmicrohttpd, one epoll around it.
 *
 * libmicrohttpd neither accepts nor waits: it is given connections, and MHD_run when
 * its epoll descriptor is readable.  Its own waiting stalls when exactly as many
 * sockets are ready as it reads at once (0.9.75: 128).
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"

/*
 * Of each connection: half of it is the read buffer to begin with, and what remains
 * holds the table of headers and the header of the answer.  It is cleared after
 * every request, so more costs time.
 */
#define POOL_BYTES 20480

/* The limit that counts is in conn.c; that of the library, a moment late, must not bite. */
#define LIMIT_SLACK 64

#define STOP_SEND_MS 5000	/* answers under way when the server stops */
#define RUNS_WITHOUT_WAIT 8	/* before the other descriptors are looked at again */

static int64_t
monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

int
loop_watch(struct loop *loop, struct watch *w, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = w };

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, w->fd, &ev);
}

/* Whether new connections are taken from the listeners. */
void
loop_listen(struct loop *loop, int on)
{
	if (loop->listening == on)
		return;
	loop->listening = on;
	for (int i = 0; i < LISTENERS_MAX; i++) {
		struct watch *w = &loop->listener[i];

		if (w->fd < 0)
			continue;
		/* Exclusive: a new connection wakes one loop, not all. */
		if (on && loop_watch(loop, w, EPOLLIN | EPOLLEXCLUSIVE) < 0)
			log_event(LOG_ERROR, "listen_failed", "why", strerror(errno), NULL);
		else if (!on)
			epoll_ctl(loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	}
}

/* Its messages quote requests, which do not belong in the log: only the fixed part goes in. */
static void
library_message(void *cls, const char *fmt, va_list ap)
{
	(void)cls;
	(void)ap;
	log_event(LOG_DEBUG, "microhttpd", "says", fmt, NULL);
}

/* The target is decoded by target.c. */
static size_t
leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
	(void)cls;
	(void)mhd;
	return strlen(text);
}

static struct MHD_Daemon *
daemon_new(struct loop *loop, int tls)
{
	/* One flag is taken out of the bundle: our own eventfd tells of a resumption. */
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG |
	    MHD_USE_SUPPRESS_DATE_NO_CLOCK | (MHD_ALLOW_SUSPEND_RESUME & ~(unsigned)MHD_USE_ITC) |
	    (tls ? MHD_USE_TLS : 0u);

	return MHD_start_daemon(flags, 0, NULL, NULL, request_step, loop,
	    MHD_OPTION_EXTERNAL_LOGGER, library_message, NULL,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)loop->server->conf.connections + LIMIT_SLACK,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, 0u,
	    MHD_OPTION_NOTIFY_COMPLETED, request_completed, loop,
	    MHD_OPTION_NOTIFY_CONNECTION, conn_notify, loop,
	    MHD_OPTION_URI_LOG_CALLBACK, request_target, loop,
	    MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
	    MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    tls ? MHD_OPTION_HTTPS_PRIORITIES : MHD_OPTION_END, tls_priorities,
	    MHD_OPTION_HTTPS_CERT_CALLBACK2, tls_shows_nothing,
	    MHD_OPTION_END);
}

static int
open_daemon(struct loop *loop, int which)
{
	const union MHD_DaemonInfo *info;

	if ((loop->daemon[which] = daemon_new(loop, which == TLS)) == NULL ||
	    (info = MHD_get_daemon_info(loop->daemon[which], MHD_DAEMON_INFO_EPOLL_FD)) == NULL)
		return -1;
	loop->watch_daemon[which] = (struct watch){ .kind = WATCH_DAEMON, .fd = info->epoll_fd };
	return loop_watch(loop, &loop->watch_daemon[which], EPOLLIN);
}

static void
stop_daemons(struct loop *loop)
{
	for (int i = 0; i < NDAEMONS; i++) {
		if (loop->daemon[i] != NULL)
			MHD_stop_daemon(loop->daemon[i]);
		loop->daemon[i] = NULL;
	}
}

int
loop_open(struct loop *loop, struct http_server *server, struct fault *f)
{
	loop->server = server;
	loop->now = monotonic_ms();
	crowd_init(&loop->crowd, server->conf.crowd_ms * INT64_C(1000));
	loop->warned = INT64_MIN / 2;
	if (server->conf.strict_seconds > 0)
		snprintf(loop->strict, sizeof(loop->strict), "max-age=%d", server->conf.strict_seconds);
	for (int i = 0; i < NPLACES; i++)
		TAILQ_INIT(&loop->place[i]);
	for (int i = 0; i < LINGER_MAX; i++)
		loop->linger[i] = (struct watch){ .kind = WATCH_LINGER, .fd = -1 };
	for (int i = 0; i < LISTENERS_MAX; i++)
		loop->listener[i] = (struct watch){ .kind = WATCH_LISTEN, .fd = server->listener[i],
		    .is_unix = i };
	loop->wake = (struct watch){ .kind = WATCH_WAKE, .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) };
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	/* Edge-triggered, the eventfd need never be read. */
	if (loop->wake.fd >= 0 && loop->epoll >= 0 &&
	    loop_watch(loop, &loop->wake, EPOLLIN | EPOLLET) == 0 && open_daemon(loop, PLAIN) == 0 &&
	    (server->tls == NULL || open_daemon(loop, TLS) == 0))
		return 0;
	fault_set(f, FAULT_NETWORK, "event loop: %s", strerror(errno));
	fault_arg(f, "what", "event loop");
	return -1;
}

/* After its thread has ended, or if it never began. */
void
loop_close(struct loop *loop)
{
	struct conn *c, *next;

	for (c = atomic_exchange(&loop->incoming, NULL); c != NULL; c = next) {
		next = c->next;
		conn_drop(c);
	}
	stop_daemons(loop);
	for (int i = 0; i < LINGER_MAX; i++)
		conn_linger_free(loop, &loop->linger[i]);
	if (loop->wake.fd >= 0)
		close(loop->wake.fd);
	if (loop->epoll >= 0)
		close(loop->epoll);
}

/* Any thread.  One write at most per sleep. */
void
loop_wake(struct loop *loop)
{
	uint64_t one = 1;

	if (atomic_exchange(&loop->sleeping, 0) && write(loop->wake.fd, &one, sizeof(one)) < 0)
		log_event(LOG_ERROR, "wake_failed", "why", strerror(errno), NULL);
}

void
http_resume(struct http_request *req)
{
	struct loop *loop = req->conn->loop;

	/* As soon as req is in the list it may be gone; callers keeps the loop. */
	atomic_fetch_add(&loop->callers, 1);
	req->next = atomic_load(&loop->resumed);
	while (!atomic_compare_exchange_weak(&loop->resumed, &req->next, req))
		continue;
	loop_wake(loop);
	atomic_fetch_sub(&loop->callers, 1);
}

/* Both lists are newest first; who came first is served first. */
static void
take_resumed(struct loop *loop)
{
	struct http_request *req = atomic_exchange(&loop->resumed, NULL), *next, *list = NULL;

	for (; req != NULL; req = next) {
		next = req->next;
		req->next = list;
		list = req;
	}
	for (; list != NULL; list = next) {
		next = list->next;
		list->resumed = 1;
		atomic_fetch_sub_explicit(&loop->waiting, 1, memory_order_relaxed);
		MHD_resume_connection(list->conn->mhd);
	}
}

static void
take_incoming(struct loop *loop)
{
	struct conn *c = atomic_exchange(&loop->incoming, NULL), *next, *list = NULL;

	for (; c != NULL; c = next) {
		next = c->next;
		c->next = list;
		list = c;
	}
	for (; list != NULL; list = next) {
		next = list->next;
		conn_take(loop, list);
	}
}

/*
 * Refuses what is not yet whole, and says whether everything has been answered.
 * Requests that wait are waited for without limit: somebody holds them.
 */
static int
stopped(struct loop *loop, int busy)
{
	static const enum place unready[] = { PLACE_SHAKING, PLACE_RESTING, PLACE_IDLE, PLACE_READING };
	struct conn *c;

	if (loop->stop_by == 0) {
		loop->stop_by = loop->now + STOP_SEND_MS;
		loop_listen(loop, 0);
	}
	for (size_t i = 0; i < sizeof(unready) / sizeof(unready[0]); i++) {
		while ((c = TAILQ_FIRST(&loop->place[unready[i]])) != NULL)
			conn_end(c);
	}
	return !busy && atomic_load(&loop->waiting) == 0 && atomic_load(&loop->incoming) == NULL &&
	    (TAILQ_EMPTY(&loop->place[PLACE_SENDING]) || loop->now >= loop->stop_by);
}

/* Milliseconds until there is something to do without any event; -1: none. */
static int
patience(const struct loop *loop)
{
	int64_t at = conn_next_deadline(loop), ms;

	if (loop->stop_by != 0 && loop->stop_by < at && loop->stop_by > loop->now)
		at = loop->stop_by;
	if (!loop->listening && loop->stop_by == 0 && loop->retry_listen < at)
		at = loop->retry_listen;
	if (at == INT64_MAX)
		return -1;
	/* The coarse clock lags by a tick: one more makes sure that the time has come. */
	ms = at - loop->now + 5;
	return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void
wait_for_events(struct loop *loop, int busy)
{
	struct epoll_event ev[EVENTS];
	int n;

	/* First the flag, then the lists: whoever adds looks at them the other way round. */
	atomic_store(&loop->sleeping, !busy);
	busy |= atomic_load(&loop->resumed) != NULL || atomic_load(&loop->incoming) != NULL ||
	    (atomic_load(&loop->server->stopping) && loop->stop_by == 0);
	n = epoll_wait(loop->epoll, ev, EVENTS, busy ? 0 : patience(loop));
	atomic_store(&loop->sleeping, 0);
	loop->now = monotonic_ms();
	for (int i = 0; i < n; i++) {
		struct watch *w = ev[i].data.ptr;

		if (w->kind == WATCH_LISTEN && loop->listening)
			conn_accept(loop, w);
		else if (w->kind == WATCH_LINGER)
			conn_linger_event(loop, w);
		else if (w->kind == WATCH_SHAKE)
			shake_event(w->conn);
	}
}

/* No time limit of its own is set, so that a daemon names 0 or nothing. */
static int
is_busy(const struct loop *loop)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int busy = 0;

	for (int i = 0; i < NDAEMONS; i++)
		busy |= loop->daemon[i] != NULL && MHD_get_timeout(loop->daemon[i], &ms) == MHD_YES;
	return busy;
}

static void
run(struct loop *loop)
{
	int runs = 0, busy;

	for (;;) {
		take_incoming(loop);
		take_resumed(loop);
		crowd_begin(&loop->crowd, clock_running_us());
		for (int i = 0; i < NDAEMONS; i++)
			if (loop->daemon[i] != NULL)
				MHD_run(loop->daemon[i]);
		if (loop->server->conf.loop_rest != NULL)
			loop->server->conf.loop_rest(loop->data, loop->server->conf.ctx);
		crowd_end(&loop->crowd, clock_running_us());
		shake_look(loop);
		conn_deadlines(loop);
		busy = is_busy(loop);
		if (atomic_load(&loop->server->stopping)) {
			if (stopped(loop, busy))
				return;
		} else if (!loop->listening && loop->now >= loop->retry_listen) {
			loop_listen(loop, 1);
		}
		if (busy && ++runs < RUNS_WITHOUT_WAIT)
			continue;
		runs = 0;
		wait_for_events(loop, busy);
	}
}

void *
loop_main(void *arg)
{
	struct loop *loop = arg;
	const struct http_conf *conf = &loop->server->conf;

	loop->data = conf->loop_start != NULL ? conf->loop_start(conf->ctx) : NULL;
	run(loop);
	/* Closes what is left, so that no request outlives loop_stop. */
	stop_daemons(loop);
	if (conf->loop_stop != NULL)
		conf->loop_stop(loop->data, conf->ctx);
	return NULL;
}
