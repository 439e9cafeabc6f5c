/*
 * shake.c - connections of TLS until hands are shaken, and what differs on them afterwards.
 *
 * libmicrohttpd shakes hands, but (0.9.75) calls its own epoll ready for as long as that
 * waits for the client: its loop would turn without end.  So it has a connection only
 * for one step at a time, and between two it is suspended while our epoll waits.
 */
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/log.h"
#include "http/server.h"

/* libmicrohttpd has made the session, and nothing has been read. */
void
shake_begin(struct conn *c)
{
	const union MHD_ConnectionInfo *info;
	struct http_server *s = c->loop->server;

	info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	c->session = info->tls_session;
	c->pair = tls_take(s->tls, c->session);
	conn_place(c, PLACE_SHAKING, s->conf.request_seconds * INT64_C(1000));
}

void
shake_gone(struct conn *c)
{
	struct loop *loop = c->loop;

	for (int i = 0; i < loop->nshaken; i++)
		if (loop->shaken[i] == c)
			loop->shaken[i] = NULL;
	tls_leave(c->pair);
	c->pair = NULL;
}

/* Takes c from libmicrohttpd until the next step of its handshake can be made. */
void
shake_hold(struct conn *c)
{
	int writes = c->begun && gnutls_record_get_direction(c->session) == 1;

	MHD_suspend_connection(c->mhd);
	c->shake = (struct watch){ .kind = WATCH_SHAKE, .fd = c->fd, .conn = c };
	if (loop_watch(c->loop, &c->shake, writes ? EPOLLOUT : EPOLLIN) == 0)
		return;
	log_event(LOG_ERROR, "watch_failed", "why", strerror(errno), NULL);
	c->shake.fd = -1;
	MHD_resume_connection(c->mhd);
	conn_end(c);
}

static void
give_back(struct conn *c)
{
	epoll_ctl(c->loop->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	c->shake.fd = -1;
	MHD_resume_connection(c->mhd);
}

/* A request without TLS, whose browser shows this; libmicrohttpd then sees no handshake, and closes. */
static void
answer_plain(struct conn *c)
{
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;
	char zh[FAULT_TEXT_MAX], en[FAULT_TEXT_MAX];

	fault_set(&f, FAULT_TLS_EXPECTED, "%s", "");
	fault_text(&f, LANG_ZH, 0, zh, sizeof(zh));
	fault_text(&f, LANG_EN, 0, en, sizeof(en));
	buf_fmt(&out, "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s\n%s\n", fault_status(f.code),
	    MHD_get_reason_phrase_for((unsigned)fault_status(f.code)), strlen(zh) + strlen(en) + 2, zh, en);
	if (!buf_failed(&out) && send(c->fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_event(LOG_DEBUG, "answer_cut", NULL);
	buf_free(&out);
	shutdown(c->fd, SHUT_WR);
	c->linger = 1;
}

/* The next step can be made: once per turn of the loop and event. */
void
shake_event(struct conn *c)
{
	struct loop *loop = c->loop;
	char first;

	if (c->shake.fd < 0)
		return;
	if (!c->begun && recv(c->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && first >= 'A' && first <= 'Z')
		answer_plain(c);
	c->begun = 1;
	give_back(c);
	loop->shaken[loop->nshaken++] = c;
}

static int
is_shaking(const struct conn *c)
{
	/* Asks for nothing, so that nothing is read. */
	return gnutls_record_recv(c->session, NULL, 0) == GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE;
}

/* After libmicrohttpd made its step: those that are not done wait again. */
void
shake_look(struct loop *loop)
{
	for (int i = 0; i < loop->nshaken; i++) {
		struct conn *c = loop->shaken[i];

		if (c == NULL)
			continue;
		if (is_shaking(c))
			shake_hold(c);
		else if (c->place == PLACE_SHAKING)
			conn_rest(c);
	}
	loop->nshaken = 0;
}

/* The connection is about to be shut down. */
void
shake_end(struct conn *c)
{
	if (c->shake.fd >= 0)
		give_back(c);
	else if (!is_shaking(c))
		gnutls_bye(c->session, GNUTLS_SHUT_WR);
}

/* Behind libmicrohttpd's back: as far as the socket takes it. */
ssize_t
shake_send(struct conn *c, const char *data, size_t len)
{
	size_t sent = 0;

	while (sent < len) {
		ssize_t n = gnutls_record_send(c->session, data + sent, len - sent);

		if (n <= 0)
			break;
		sent += (size_t)n;
	}
	return (ssize_t)sent;
}
