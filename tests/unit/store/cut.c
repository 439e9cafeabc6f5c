/* A connection that breaks at the worst moment: a proxy that knows the word COMMIT. */
#include "kinds.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LATE_US 400000		/* by when the client has come again to ask */

static _Atomic int how, made, away;
static char real_path[100];

static int
unix_socket(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Passes on what is there; 0 at the end. */
static int
pass(int from, int to, int is_client, int *ret_cut)
{
	char bytes[65536];
	ssize_t n = read(from, bytes, sizeof(bytes));
	int cut = CUT_NOT;

	if (n <= 0)
		return 0;
	if (is_client && memmem(bytes, (size_t)n, "COMMIT", 6) != NULL)
		cut = atomic_exchange(&how, CUT_NOT);
	*ret_cut = cut;
	if (cut == CUT_BEFORE_COMMIT)
		return 0;
	if (cut == CUT_COMMIT_IS_LATE) {
		/* The client sees the end now; the server is given COMMIT only later. */
		shutdown(from, SHUT_RDWR);
		made = 1;
		usleep(LATE_US);
	}
	if (send(to, bytes, (size_t)n, MSG_NOSIGNAL) != n)
		return 0;
	if (cut == CUT_AFTER_COMMIT) {
		struct pollfd p = { .fd = to, .events = POLLIN };

		poll(&p, 1, 5000);	/* the server has answered: it is committed */
	}
	return cut == CUT_NOT;
}

static void *
carry(void *ctx)
{
	int client = (int)(intptr_t)ctx, cut = CUT_NOT;
	struct sockaddr_un a;
	int back = unix_socket(real_path, &a);
	struct pollfd p[2] = { { .fd = client, .events = POLLIN }, { .fd = back, .events = POLLIN } };

	if (connect(back, (struct sockaddr *)&a, sizeof(a)) == 0)
		while (poll(p, 2, -1) > 0)
			if ((p[0].revents != 0 && pass(client, back, 1, &cut) == 0) ||
			    (p[1].revents != 0 && pass(back, client, 0, &(int){ 0 }) == 0))
				break;
	close(client);
	close(back);
	if (cut != CUT_NOT)
		made = 1;
	return NULL;
}

static void *
listen_on(void *ctx)
{
	int front = (int)(intptr_t)ctx, client;
	pthread_t thread;

	while ((client = accept(front, NULL, NULL)) >= 0)
		if (away)
			close(client);
		else if (pthread_create(&thread, NULL, carry, (void *)(intptr_t)client) == 0)
			pthread_detach(thread);
	return NULL;
}

int
cut_start(const char *address, const char *dir, char address_through[ADDRESS_MAX])
{
	static const char mark[] = "host=";
	const char *host = strstr(address, mark), *rest;
	char path[100];
	struct sockaddr_un a;
	pthread_t thread;
	int front;

	if (host == NULL || host[sizeof(mark) - 1] != '/')
		return -1;	/* only a server on a socket of its own */
	host += sizeof(mark) - 1;
	rest = host + strcspn(host, "&");
	snprintf(real_path, sizeof(real_path), "%.*s/.s.PGSQL.5432", (int)(rest - host), host);
	snprintf(path, sizeof(path), "%s/.s.PGSQL.5432", dir);
	snprintf(address_through, ADDRESS_MAX, "%.*s%s%s", (int)(host - address), address, dir, rest);
	unlink(path);
	front = unix_socket(path, &a);
	if (bind(front, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(front, 64) < 0)
		return -1;
	if (pthread_create(&thread, NULL, listen_on, (void *)(intptr_t)front) != 0)
		return -1;
	pthread_detach(thread);
	return 0;
}

void
cut_at_next_commit(enum cut what)
{
	made = 0;
	how = what;
}

void
cut_stay_away(int yes)
{
	away = yes;
}

int
cut_was_made(void)
{
	return made;
}
