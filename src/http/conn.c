/*
 * conn.c - connections: accepting, sharing them out, their time limits, their end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"

#define ACCEPT_BATCH 64
#define RETRY_LISTEN_MS 100
#define WARN_MS 10000		/* the same trouble is not logged more often */
#define CROWDED_IDLE_MS 1000	/* when all places are taken, who idles longer must leave */
#define LINGER_MS 2000		/* of silence */
#define LINGER_MAX_MS 30000
#define LINGER_BYTES (64u << 20)	/* twice the longest body of a route */
#define SWEEP_MS 500
#define REST_MS 250
#define SEND_BYTES_PER_SECOND 4000	/* a client that takes less is not worth its place */

static struct conn *
conn_new(int fd, int is_unix)
{
	struct conn *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	c->fd = fd;
	c->is_unix = is_unix;
	c->shake.fd = -1;
	c->req.conn = c;
	c->req.file = -1;
	if (is_unix) {
		struct ucred cred;
		socklen_t len = sizeof(cred);

		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0) {
			free(c);
			return NULL;
		}
		c->uid = cred.uid;
	}
	return c;
}

static void
conn_free(struct conn *c)
{
	request_free(&c->req);
	free(c);
}

/* For one that libmicrohttpd has not seen. */
void
conn_drop(struct conn *c)
{
	atomic_fetch_sub(&c->loop->nconns, 1);
	atomic_fetch_sub(&c->loop->server->nconns, 1);
	close(c->fd);
	conn_free(c);
}

void
conn_place(struct conn *c, enum place place, int64_t ms)
{
	struct loop *loop = c->loop;

	if (c->place != PLACE_NONE)
		TAILQ_REMOVE(&loop->place[c->place], c, entry);
	c->place = place;
	c->since = loop->now;
	c->until = loop->now + ms;
	if (place != PLACE_NONE)
		TAILQ_INSERT_TAIL(&loop->place[place], c, entry);
}

/* No request is there, and none has begun. */
void
conn_rest(struct conn *c)
{
	conn_place(c, PLACE_RESTING, REST_MS);
}

/* libmicrohttpd sees the hang-up in its next run, and closes. */
void
conn_end(struct conn *c)
{
	conn_place(c, PLACE_NONE, 0);
	if (c->session != NULL)
		shake_end(c);
	shutdown(c->fd, SHUT_RDWR);
}

/* Gives c to libmicrohttpd. */
void
conn_take(struct loop *loop, struct conn *c)
{
	static const struct sockaddr unix_peer = { .sa_family = AF_UNIX };
	const struct sockaddr *peer = c->is_unix ? &unix_peer : &c->peer.any;
	socklen_t len = c->is_unix ? sizeof(sa_family_t) :
	    c->peer.any.sa_family == AF_INET6 ? sizeof(c->peer.in6) : sizeof(c->peer.in);
	int tls = !c->is_unix && loop->server->tls != NULL;

	loop->arriving = c;
	/* It closes the socket when it refuses; if it had started, conn_notify freed c. */
	if (MHD_add_connection(loop->daemon[tls ? TLS : PLAIN], c->fd, peer, len) == MHD_YES) {
		if (tls)
			shake_hold(c);
	} else if (loop->arriving != NULL) {
		atomic_fetch_sub(&loop->nconns, 1);
		atomic_fetch_sub(&loop->server->nconns, 1);
		conn_free(c);
	}
	loop->arriving = NULL;
}

/* To the loop with the fewest connections: they live long, so luck would not even out. */
static void
hand_over(struct loop *loop, struct conn *c)
{
	struct http_server *s = loop->server;
	struct loop *to = loop;
	int fewest = atomic_load(&loop->nconns);

	for (int i = 0; i < s->nloops; i++) {
		int n = atomic_load(&s->loop[i].nconns);

		if (n < fewest) {
			fewest = n;
			to = &s->loop[i];
		}
	}
	c->loop = to;
	atomic_fetch_add(&to->nconns, 1);
	if (to == loop) {
		conn_take(loop, c);
		return;
	}
	c->next = atomic_load(&to->incoming);
	while (!atomic_compare_exchange_weak(&to->incoming, &c->next, c))
		continue;
	loop_wake(to);
}

/* Of those from whom nothing whole has come: who has been there longest, or NULL. */
static struct conn *
longest_idle(struct loop *loop)
{
	struct conn *idle = TAILQ_FIRST(&loop->place[PLACE_IDLE]);
	struct conn *shaking = TAILQ_FIRST(&loop->place[PLACE_SHAKING]);

	if (idle == NULL || (shaking != NULL && shaking->since < idle->since))
		return shaking;
	return idle;
}

/* No place or no descriptor is left: let the kernel keep the next ones for a while. */
static void
pause_listening(struct loop *loop, const char *why)
{
	struct conn *oldest;

	if (loop->now - loop->warned > WARN_MS) {
		log_event(LOG_WARN, "accept_paused", "why", why, NULL);
		loop->warned = loop->now;
	}
	/* As many as can be accepted in one go: else thousands that idle would keep others out for long. */
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		oldest = longest_idle(loop);
		if (oldest == NULL || loop->now - oldest->since <= CROWDED_IDLE_MS)
			break;
		conn_end(oldest);
	}
	loop_listen(loop, 0);
	loop->retry_listen = loop->now + RETRY_LISTEN_MS;
}

void
conn_accept(struct loop *loop, const struct watch *listener)
{
	struct http_server *s = loop->server;

	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct sockaddr_storage peer = { 0 };
		socklen_t len = sizeof(peer);
		struct conn *c;
		int fd;

		if (atomic_fetch_add(&s->nconns, 1) >= s->conf.connections) {
			atomic_fetch_sub(&s->nconns, 1);
			pause_listening(loop, "all places are taken");
			return;
		}
		fd = accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 || (c = conn_new(fd, listener->is_unix)) == NULL) {
			int why = errno;

			if (fd >= 0)
				close(fd);
			atomic_fetch_sub(&s->nconns, 1);
			if (fd < 0 && (why == EAGAIN || why == EINTR || why == ECONNABORTED))
				return;
			pause_listening(loop, strerror(why));
			return;
		}
		if (!c->is_unix)
			memcpy(&c->peer, &peer, sizeof(c->peer));
		hand_over(loop, c);
	}
}

/*
 * A client that still sends when we close gets a reset, which can overtake our answer.
 * So the socket lives on, read and forgotten, until the client is done or silent.
 */
static void
linger(struct loop *loop, const struct conn *c)
{
	for (int i = 0; i < LINGER_MAX; i++) {
		struct watch *w = &loop->linger[i];

		if (w->fd >= 0)
			continue;
		if ((w->fd = dup(c->fd)) < 0)
			return;
		loop->lingering++;
		shutdown(w->fd, SHUT_WR);
		w->until = loop->now + LINGER_MS;
		w->end = loop->now + LINGER_MAX_MS;
		w->left = LINGER_BYTES;
		if (loop_watch(loop, w, EPOLLIN) < 0)
			conn_linger_free(loop, w);
		return;
	}
}

void
conn_linger_free(struct loop *loop, struct watch *w)
{
	if (w->fd < 0)
		return;
	close(w->fd);
	w->fd = -1;
	loop->lingering--;
}

void
conn_linger_event(struct loop *loop, struct watch *w)
{
	static _Thread_local char waste[65536];
	ssize_t n = recv(w->fd, waste, sizeof(waste), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || (uint64_t)n >= w->left) {
		conn_linger_free(loop, w);
		return;
	}
	w->left -= (uint64_t)n;
	w->until = loop->now + LINGER_MS < w->end ? loop->now + LINGER_MS : w->end;
}

void
conn_notify(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct loop *loop = cls;
	struct conn *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		c = loop->arriving;
		loop->arriving = NULL;
		c->mhd = mhd;
		*context = c;
		if (!c->is_unix && loop->server->tls != NULL)
			shake_begin(c);
		else
			conn_rest(c);
		return;
	}
	c = *context;
	conn_place(c, PLACE_NONE, 0);
	shake_gone(c);
	if (c->linger)
		linger(loop, c);
	atomic_fetch_sub(&loop->nconns, 1);
	atomic_fetch_sub(&loop->server->nconns, 1);
	conn_free(c);
}

/*
 * Whether the client has taken enough of its answer since it was last looked at.  On
 * the unix socket nobody is doubted.
 */
static int
takes_its_answer(struct conn *c)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	uint64_t least = (uint64_t)c->loop->server->conf.request_seconds * SEND_BYTES_PER_SECOND;

	if (c->is_unix)
		return 1;
	if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
	    info.tcpi_bytes_acked < c->acked + least)
		return 0;
	c->acked = info.tcpi_bytes_acked;
	return 1;
}

/*
 * libmicrohttpd misses the end of a half-closed connection if it came together with
 * the last request: it takes a short read for the last one.
 */
int
conn_is_at_end(const struct conn *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLRDHUP };
	char byte;

	/* With TLS the word that ends it stands unread before the end. */
	if (c->session != NULL)
		return poll(&p, 1, 0) == 1;
	return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static struct conn *
overdue(const struct loop *loop, enum place place)
{
	struct conn *c = TAILQ_FIRST(&loop->place[place]);

	return c != NULL && c->until <= loop->now ? c : NULL;
}

void
conn_deadlines(struct loop *loop)
{
	struct conn *c;

	while ((c = overdue(loop, PLACE_SHAKING)) != NULL)
		conn_end(c);
	while ((c = overdue(loop, PLACE_RESTING)) != NULL) {
		if (conn_is_at_end(c))
			conn_end(c);
		else
			conn_place(c, PLACE_IDLE, loop->server->conf.idle_seconds * INT64_C(1000) - REST_MS);
	}
	while ((c = overdue(loop, PLACE_IDLE)) != NULL)
		conn_end(c);
	while ((c = overdue(loop, PLACE_READING)) != NULL)
		request_slow(&c->req);
	while ((c = overdue(loop, PLACE_SENDING)) != NULL) {
		if (takes_its_answer(c))
			conn_place(c, PLACE_SENDING,
			    loop->server->conf.request_seconds * INT64_C(1000));
		else
			conn_end(c);
	}
	if (loop->lingering == 0 || loop->now - loop->swept < SWEEP_MS)
		return;
	loop->swept = loop->now;
	for (int i = 0; i < LINGER_MAX; i++) {
		if (loop->linger[i].fd >= 0 && loop->linger[i].until <= loop->now)
			conn_linger_free(loop, &loop->linger[i]);
	}
}

/* When conn_deadlines must be called next; INT64_MAX: not before something happens. */
int64_t
conn_next_deadline(const struct loop *loop)
{
	int64_t at = loop->lingering > 0 ? loop->swept + SWEEP_MS : INT64_MAX;

	for (enum place p = PLACE_NONE + 1; p < NPLACES; p++) {
		const struct conn *c = TAILQ_FIRST(&loop->place[p]);

		if (c != NULL && c->until < at)
			at = c->until;
	}
	return at;
}
