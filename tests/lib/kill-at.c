/*
 * kill-at.c - ends a process between two steps; loaded before a program's own libraries.
 *
 * KILL_WHO is a word of its command line (serve, sign), KILL_AT the number of the step that it does not
 * come to.  Steps are what others can see of it: what is synced, renamed, sent, written to a socket.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static long at;			/* 0: never */
static _Atomic long steps;
static int (*real_fsync)(int), (*real_fdatasync)(int);
static int (*real_renameat2)(int, const char *, int, const char *, unsigned);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static ssize_t (*real_writev)(int, const struct iovec *, int);

__attribute__((constructor)) static void
begin(void)
{
	const char *who = getenv("KILL_WHO"), *when = getenv("KILL_AT");
	char line[4096];
	ssize_t n;
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);

	/* Looked up now: a process that is shut in cannot do it later. */
	*(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
	*(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
	*(void **)&real_renameat2 = dlsym(RTLD_NEXT, "renameat2");
	*(void **)&real_send = dlsym(RTLD_NEXT, "send");
	*(void **)&real_sendmsg = dlsym(RTLD_NEXT, "sendmsg");
	*(void **)&real_writev = dlsym(RTLD_NEXT, "writev");
	n = fd >= 0 ? read(fd, line, sizeof(line) - 1) : -1;
	if (fd >= 0)
		close(fd);
	if (n <= 0 || who == NULL || when == NULL)
		return;
	line[n] = '\0';
	/* The second word: wzm serve, wzm sign. */
	if (strlen(line) + 1 < (size_t)n && strcmp(line + strlen(line) + 1, who) == 0)
		at = strtol(when, NULL, 10);
}

static void
step(void)
{
	if (at == 0 || atomic_fetch_add(&steps, 1) + 1 != at)
		return;
	kill(getpid(), SIGKILL);
	/* Who is shut in may not kill, not even itself: this ends it as surely. */
	syscall(SYS_execve, "", NULL, NULL);
}

int fsync(int fd) { step(); return real_fsync(fd); }
int fdatasync(int fd) { step(); return real_fdatasync(fd); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { step(); return real_renameat2(a, from, b, to, flags); }
ssize_t send(int fd, const void *data, size_t len, int flags) { step(); return real_send(fd, data, len, flags); }
ssize_t sendmsg(int fd, const struct msghdr *m, int flags) { step(); return real_sendmsg(fd, m, flags); }
ssize_t writev(int fd, const struct iovec *v, int n) { step(); return real_writev(fd, v, n); }
