#include "sign/cage.h"

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sign/state.h"

#define FILES_MAX 32

static int
refuse(struct fault *f, const char *what, int err)
{
	fault_set(f, FAULT_SIGN_CAGE, "%s: %s", what, strerror(err));
	return -1;
}

int
cage_prepare(struct fault *f)
{
	const struct rlimit none = { 0, 0 }, files = { FILES_MAX, FILES_MAX };

	if (setrlimit(RLIMIT_CORE, &none) < 0 || setrlimit(RLIMIT_NPROC, &none) < 0 ||
	    setrlimit(RLIMIT_NOFILE, &files) < 0)
		return refuse(f, "setrlimit", errno);
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return refuse(f, "prctl", errno);
	return 0;
}

const struct sign_names *
cage_names(const struct sign_names *names, struct fault *f)
{
	size_t len = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		refuse(f, "mmap", errno);
		return NULL;
	}
	memcpy(page, names, sizeof(*names));
	if (mprotect(page, len, PROT_READ) < 0) {
		refuse(f, "mprotect", errno);
		return NULL;
	}
	return page;
}

/* What it may always do: nothing of it opens, maps or starts anything. */
static const int may[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(recvmsg),
	SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(fsync), SCMP_SYS(close), SCMP_SYS(accept4),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(brk), SCMP_SYS(futex),
};

/* Who tries these is not ours any more. */
static const int never[] = {
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(clone),
	SCMP_SYS(clone3), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(mprotect), SCMP_SYS(mremap), SCMP_SYS(open),
	SCMP_SYS(rename), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup),
};

static struct scmp_arg_cmp
equals(unsigned arg, scmp_datum_t value)
{
	return (struct scmp_arg_cmp){ .arg = arg, .op = SCMP_CMP_EQ, .datum_a = value };
}

static int
add_rules(scmp_filter_ctx ctx, int dirfd, const struct sign_names *names)
{
	const scmp_datum_t dir = (scmp_datum_t)dirfd, fresh = (uintptr_t)names->fresh;
	const struct scmp_arg_cmp open_fresh[] = {
		equals(0, dir), equals(1, fresh), equals(2, CAGE_OPEN_FLAGS),
	}, put_in_place[] = {
		equals(0, dir), equals(1, fresh), equals(2, dir), equals(3, (uintptr_t)names->state),
	}, peer[] = {
		equals(1, SOL_SOCKET), equals(2, SO_PEERCRED),
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(may) / sizeof(may[0]); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, may[i], 0);
	for (size_t i = 0; rc == 0 && i < sizeof(never) / sizeof(never[0]); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_KILL_PROCESS, never[i], 0);
	if (rc == 0)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 3, open_fresh);
	/* The C library uses either. */
	if (rc == 0)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(renameat), 4, put_in_place);
	if (rc == 0)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(renameat2), 4, put_in_place);
	if (rc == 0)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(getsockopt), 2, peer);
	return rc;
}

int
cage_shut(int dirfd, const struct sign_names *names, struct fault *f)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (ctx == NULL)
		return refuse(f, "seccomp", ENOMEM);
	if ((rc = add_rules(ctx, dirfd, names)) == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == 0 ? 0 : refuse(f, "seccomp", -rc);
}
