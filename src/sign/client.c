#include "sign/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MS 5000		/* a signer that is silent for longer is given up */
#define END_TRIES 100		/* hundredths of a second that a child may take to end */

extern char **environ;

struct sign_client {
	int fd;
	pid_t child;		/* 0: none */
	char log[8];
	struct sign_message out, in;
};

static int
away(struct fault *f, const char *what, int err)
{
	fault_set(f, FAULT_SIGN_AWAY, "%s%s%s", what, err != 0 ? ": " : "", err != 0 ? strerror(err) : "");
	return -1;
}

/* "wzm sign dir" of this very program, with its end of the pair as standard input. */
static int
start_child(struct sign_client *c, const char *dir, struct fault *f)
{
	char name[] = "wzm", command[] = "sign", *at = strdup(dir), *argv[] = { name, command, at, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int pair[2], err;

	if (at == NULL || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		free(at);
		return away(f, "socketpair", errno);
	}
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, pair[1], STDIN_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	err = posix_spawn(&c->child, "/proc/self/exe", &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	close(pair[1]);
	free(at);
	if (err == 0) {
		c->fd = pair[0];
		return 0;
	}
	c->child = 0;
	close(pair[0]);
	return away(f, "posix_spawn", err);
}

/* Root and we ourselves may hold the key; whoever else listens there is somebody's mistake, or worse. */
static int
check_peer(int fd, const char *path, struct fault *f)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return away(f, "SO_PEERCRED", errno);
	if (peer.uid == 0 || peer.uid == geteuid())
		return 0;
	fault_set(f, FAULT_SIGN_PEER, "uid %u", (unsigned)peer.uid);
	fault_arg(f, "file", "%s", path);
	return -1;
}

static int
connect_to(struct sign_client *c, const char *path, struct fault *f)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path))
		return away(f, "path too long", 0);
	memcpy(at.sun_path, path, strlen(path));
	if ((c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0 ||
	    connect(c->fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return away(f, path, errno);
	return check_peer(c->fd, path, f);
}

int
sign_client_open(const char *dir, const char *log, const char *path, struct sign_client **ret_client,
    struct fault *f)
{
	struct sign_client *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "signer");
		return -1;
	}
	c->fd = -1;
	snprintf(c->log, sizeof(c->log), "%s", log);
	rc = path[0] == '\0' ? start_child(c, dir, f) : connect_to(c, path, f);
	if (rc < 0)
		sign_client_close(c);
	else
		*ret_client = c;
	return rc;
}

/* Waits for the child, and not for ever. */
static void
reap(pid_t child)
{
	for (int i = 0; i < END_TRIES; i++) {
		if (waitpid(child, NULL, WNOHANG) != 0)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

void
sign_client_close(struct sign_client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	if (c->child > 0)
		reap(c->child);
	free(c);
}

/* Asks what is in c->out; the answer, of this kind, is in c->in. */
static int
ask(struct sign_client *c, enum sign_kind kind, struct fault *f)
{
	enum fault_code code;
	uint64_t signed_size;
	char name[40];
	int got;

	if (sign_send(c->fd, &c->out, ANSWER_MS) < 0)
		return away(f, "it is gone", 0);
	if ((got = sign_receive(c->fd, &c->in, ANSWER_MS)) <= 0)
		return away(f, got == 0 ? "it is gone" : "no answer", 0);
	if (c->in.kind == kind)
		return 0;
	if (sign_get_refused(&c->in, &signed_size, name, sizeof(name)) < 0 ||
	    (code = fault_by_name(name)) == FAULT_NONE)
		return away(f, "an answer that is none", 0);
	fault_set(f, code, "%s", "");
	fault_arg(f, "log", "%s", c->log);
	fault_arg(f, "signed", "%llu", (unsigned long long)signed_size);
	fault_arg(f, "file", "sign/%s.key", c->log);
	return -1;
}

/* The answer as text; it must fit, and have no NUL. */
static int
text_of(struct sign_client *c, char *ret_text, size_t size, struct fault *f)
{
	if (c->in.len >= size || memchr(c->in.data, '\0', c->in.len) != NULL)
		return away(f, "an answer that is none", 0);
	memcpy(ret_text, c->in.data, c->in.len);
	ret_text[c->in.len] = '\0';
	return 0;
}

int
sign_client_head(struct sign_client *c, struct sign_head *ret_head, struct fault *f)
{
	sign_put_text(&c->out, SIGN_HEAD, "", 0);
	if (ask(c, SIGN_IS_HEAD, f) < 0)
		return -1;
	return sign_get_head(&c->in, ret_head) < 0 ? away(f, "an answer that is none", 0) : 0;
}

int
sign_client_public(struct sign_client *c, char ret_vkey[NOTE_VKEY_MAX], struct fault *f)
{
	sign_put_text(&c->out, SIGN_PUBLIC, "", 0);
	return ask(c, SIGN_IS_PUBLIC, f) < 0 ? -1 : text_of(c, ret_vkey, NOTE_VKEY_MAX, f);
}

int
sign_client_sign(struct sign_client *c, const struct sign_request *request,
    char ret_note[CHECKPOINT_NOTE_MAX], struct fault *f)
{
	sign_put_request(&c->out, request);
	return ask(c, SIGN_SIGNED, f) < 0 ? -1 : text_of(c, ret_note, CHECKPOINT_NOTE_MAX, f);
}

int
sign_client_gone(const struct sign_client *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	/* Nobody says anything unasked. */
	return poll(&p, 1, 0) > 0;
}

long
sign_client_pid(const struct sign_client *c)
{
	return (long)c->child;
}
