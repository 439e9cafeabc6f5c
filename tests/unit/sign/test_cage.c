/* What a program that was shut in can still do: keep its state, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sign/cage.h"
#include "sign/state.h"

#define ORIGIN "city.example/log/a"
#define ENDED 200		/* as a status: it was killed for trying */

static char top[] = "/tmp/wzm-cage-XXXXXX";
static const struct sign_names *names;
static struct sign_names ours;
static int dirfd;

static int
make(void **state)
{
	(void)state;
	if (crypto_start() < 0 || mkdtemp(top) == NULL || sign_dir_open(top, &dirfd, NULL) < 0)
		return -1;
	sign_names(&ours, "a");
	return (names = cage_names(&ours, NULL)) != NULL ? 0 : -1;
}

static int
drop(void **state)
{
	char sub[64];

	(void)state;
	unlinkat(dirfd, names->state, 0);
	unlinkat(dirfd, names->fresh, 0);
	close(dirfd);
	snprintf(sub, sizeof(sub), "%s/sign", top);
	return rmdir(sub) < 0 || rmdir(top) < 0;
}

/* What comes of it inside: its errno (0: it could), or ENDED. */
static int
inside(int (*what)(void))
{
	pid_t child = fork();
	int status, rc;

	assert_true(child >= 0);
	if (child == 0) {
		if (cage_prepare(NULL) < 0 || cage_shut(dirfd, names, NULL) < 0)
			syscall(SYS_exit_group, 99);
		errno = 0;
		rc = what();
		syscall(SYS_exit_group, rc < 0 ? errno : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return ENDED;
	}
	return WEXITSTATUS(status);
}

static int keep(void) { return sign_state_write(dirfd, names, ORIGIN, &(struct sign_head){ .size = 9 }) == 0 ? 0 : -1; }
static int make_socket(void) { return (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }
static int connect_away(void) { return (int)syscall(SYS_connect, 0, "", 0); }
static int open_other(void) { return openat(dirfd, "b.state", CAGE_OPEN_FLAGS, CAGE_OPEN_MODE); }
static int open_same_name(void) { return openat(dirfd, ours.fresh, CAGE_OPEN_FLAGS, CAGE_OPEN_MODE); }
static int open_to_read(void) { return openat(dirfd, names->fresh, O_RDONLY); }
static int open_key(void) { return openat(dirfd, names->key, O_RDONLY); }
static int open_passwd(void) { return openat(AT_FDCWD, "/etc/passwd", O_RDONLY); }
static int open_from_here(void) { return openat(AT_FDCWD, names->fresh, CAGE_OPEN_FLAGS, CAGE_OPEN_MODE); }
static int old_open(void) { return (int)syscall(SYS_open, "/etc/passwd", O_RDONLY); }
static int rename_other(void) { return renameat2(dirfd, names->state, dirfd, "b.state", 0); }
static int run_program(void) { return (int)syscall(SYS_execve, "/bin/true", NULL, NULL); }
static int have_child(void) { return (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static int trace(void) { return (int)syscall(SYS_ptrace, 0, 0, 0, 0); }
static int unprotect(void) { return (int)syscall(SYS_mprotect, names, 4096, PROT_READ | PROT_WRITE); }
static int map(void) { return (int)syscall(SYS_mmap, NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static int unlink_state(void) { return unlinkat(dirfd, names->state, 0); }
static int change_mode(void) { return fchmod(dirfd, 0777); }
static int kill_parent(void) { return kill(getppid(), 0); }
static int other_option(void) { int on; socklen_t n = sizeof(on); return getsockopt(0, SOL_SOCKET, SO_TYPE, &on, &n); }

static void
inside_the_state_can_be_kept_and_nothing_else_be_done(void **state)
{
	static const struct { const char *name; int (*what)(void); int want; } row[] = {
		{ "keep", keep, 0 }, { "socket", make_socket, ENDED }, { "connect", connect_away, ENDED },
		{ "open another name", open_other, EPERM }, { "open by another address", open_same_name, EPERM },
		{ "open to read", open_to_read, EPERM }, { "open the key", open_key, EPERM },
		{ "open /etc/passwd", open_passwd, EPERM }, { "open from elsewhere", open_from_here, EPERM },
		{ "open", old_open, ENDED }, { "rename", rename_other, EPERM }, { "execve", run_program, ENDED },
		{ "clone", have_child, ENDED }, { "ptrace", trace, ENDED }, { "mprotect", unprotect, ENDED },
		{ "mmap", map, EPERM }, { "unlink", unlink_state, EPERM }, { "chmod", change_mode, EPERM },
		{ "kill", kill_parent, EPERM }, { "getsockopt", other_option, EPERM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int got = inside(row[i].what);

		if (got != row[i].want)
			fail_msg("%s: %d instead of %d", row[i].name, got, row[i].want);
	}
}

/* What cage_prepare took away, as bits. */
static int
limits(void)
{
	struct rlimit core = { 1, 1 }, children = { 1, 1 };

	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_NPROC, &children);
	return (prctl(PR_GET_DUMPABLE) != 0) | (core.rlim_max != 0) << 1 | (children.rlim_max != 0) << 2 |
	    (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) << 3;
}

static void
no_core_no_debugger_no_children(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0)
		syscall(SYS_exit_group, cage_prepare(NULL) < 0 ? 99 : limits());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inside_the_state_can_be_kept_and_nothing_else_be_done),
		cmocka_unit_test(no_core_no_debugger_no_children),
	};

	return cmocka_run_group_tests_name("cage", tests, make, drop);
}
