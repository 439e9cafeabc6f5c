#include "sign/proto.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define HASH 32

static void
put64(uint8_t *to, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(n >> (56 - 8 * i));
}

static uint64_t
get64(const uint8_t *from)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | from[i];
	return n;
}

void
sign_put_head(struct sign_message *m, const struct sign_head *head)
{
	m->kind = SIGN_IS_HEAD;
	m->len = 8 + HASH;
	put64(m->data, head->size);
	memcpy(m->data + 8, head->root.b, HASH);
}

int
sign_get_head(const struct sign_message *m, struct sign_head *ret_head)
{
	if (m->kind != SIGN_IS_HEAD || m->len != 8 + HASH || get64(m->data) > INT64_MAX)
		return -1;
	ret_head->size = get64(m->data);
	memcpy(ret_head->root.b, m->data + 8, HASH);
	return 0;
}

void
sign_put_request(struct sign_message *m, const struct sign_request *request)
{
	uint8_t *p = m->data;

	assert(request->nproof <= SIGN_PROOF_MAX && request->note_len <= SIGN_NOTE_MAX);
	m->kind = SIGN_SIGN;
	put64(p, request->old_size);
	put64(p + 8, request->new_size);
	memcpy(p + 16, request->root.b, HASH);
	p[16 + HASH] = (uint8_t)request->nproof;
	p += 17 + HASH;
	for (size_t i = 0; i < request->nproof; i++, p += HASH)
		memcpy(p, request->proof[i].b, HASH);
	if (request->note_len > 0)
		memcpy(p, request->note, request->note_len);
	m->len = (size_t)(p - m->data) + request->note_len;
}

int
sign_get_request(const struct sign_message *m, struct sign_request *ret_request)
{
	const uint8_t *p = m->data;
	size_t n;

	if (m->kind != SIGN_SIGN || m->len < 17 + HASH || (n = p[16 + HASH]) > SIGN_PROOF_MAX ||
	    m->len < 17 + HASH + n * HASH || m->len - (17 + HASH + n * HASH) > SIGN_NOTE_MAX ||
	    get64(p) > INT64_MAX || get64(p + 8) > INT64_MAX)
		return -1;
	memset(ret_request, 0, sizeof(*ret_request));
	ret_request->old_size = get64(p);
	ret_request->new_size = get64(p + 8);
	memcpy(ret_request->root.b, p + 16, HASH);
	ret_request->nproof = n;
	p += 17 + HASH;
	for (size_t i = 0; i < n; i++, p += HASH)
		memcpy(ret_request->proof[i].b, p, HASH);
	ret_request->note = (const char *)p;
	ret_request->note_len = m->len - (size_t)(p - m->data);
	return 0;
}

void
sign_put_text(struct sign_message *m, enum sign_kind kind, const char *text, size_t len)
{
	assert(len <= sizeof(m->data));
	m->kind = (uint8_t)kind;
	m->len = len;
	memcpy(m->data, text, len);
}

void
sign_put_refused(struct sign_message *m, const struct sign_head *head, const char *code)
{
	m->kind = SIGN_REFUSED;
	m->len = 8 + strlen(code);
	put64(m->data, head->size);
	memcpy(m->data + 8, code, strlen(code));
}

int
sign_get_refused(const struct sign_message *m, uint64_t *ret_size, char *ret_code, size_t size)
{
	if (m->kind != SIGN_REFUSED || m->len <= 8 || m->len - 8 >= size || get64(m->data) > INT64_MAX)
		return -1;
	for (size_t i = 8; i < m->len; i++)
		if ((m->data[i] < 'a' || m->data[i] > 'z') && m->data[i] != '_')
			return -1;
	*ret_size = get64(m->data);
	memcpy(ret_code, m->data + 8, m->len - 8);
	ret_code[m->len - 8] = '\0';
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits until something can be done with fd: -1 when until (0: never) is past. */
static int
ready(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = until != 0 ? until - now_ms() : -1;
		int n;

		if (until != 0 && left <= 0)
			return -1;
		if ((n = poll(&p, 1, (int)left)) > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -1;
	}
}

static int
send_all(int fd, const uint8_t *data, size_t len, int64_t until)
{
	while (len > 0) {
		ssize_t n;

		if (ready(fd, POLLOUT, until) < 0)
			return -1;
		n = send(fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -1;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

/* 1, or 0 when the other end was closed before the first byte, or -1. */
static int
receive_all(int fd, uint8_t *data, size_t len, int64_t until)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n;

		if (ready(fd, POLLIN, until) < 0)
			return -1;
		n = recv(fd, data + got, len - got, MSG_DONTWAIT);
		if (n == 0)
			return got == 0 ? 0 : -1;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -1;
		if (n > 0)
			got += (size_t)n;
	}
	return 1;
}

int
sign_send(int fd, const struct sign_message *m, int ms)
{
	int64_t until = now_ms() + ms;
	uint32_t n = (uint32_t)m->len + 1;
	const uint8_t head[5] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n, m->kind };

	return send_all(fd, head, sizeof(head), until) < 0 || send_all(fd, m->data, m->len, until) < 0 ? -1 : 0;
}

int
sign_receive(int fd, struct sign_message *ret_message, int ms)
{
	int64_t until = ms >= 0 ? now_ms() + ms : 0;
	uint8_t head[5];
	size_t n;
	int rc;

	if ((rc = receive_all(fd, head, sizeof(head), until)) <= 0)
		return rc;
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	if (n < 1 || n > SIGN_MESSAGE_MAX)
		return -1;
	ret_message->kind = head[4];
	ret_message->len = n - 1;
	return n == 1 || receive_all(fd, ret_message->data, n - 1, until) > 0 ? 1 : -1;
}
