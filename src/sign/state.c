#include "sign/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sign/cage.h"

void
sign_names(struct sign_names *ret_names, const char *log)
{
	memset(ret_names, 0, sizeof(*ret_names));
	snprintf(ret_names->key, sizeof(ret_names->key), "%.1s.key", log);
	snprintf(ret_names->state, sizeof(ret_names->state), "%.1s.state", log);
	snprintf(ret_names->fresh, sizeof(ret_names->fresh), "%.1s.state.new", log);
	snprintf(ret_names->lock, sizeof(ret_names->lock), "%.1s.lock", log);
}

int
sign_dir_open(const char *dir, int *ret_fd, struct fault *f)
{
	char path[4200];
	const char *why = NULL;
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/sign", dir);
	/* An instance from before there were signers may lack it. */
	(void)mkdir(path, 0700);
	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || fstat(fd, &st) < 0)
		why = strerror(errno);
	else if (st.st_uid != geteuid())
		why = "belongs to another user";
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		why = "others have access";
	if (why == NULL) {
		*ret_fd = fd;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	fault_set(f, FAULT_KEY_FILE, "%s", why);
	fault_arg(f, "file", "%s", path);
	return -1;
}

static int
bad(const struct sign_names *names, struct fault *f, const char *why)
{
	fault_set(f, FAULT_SIGN_STATE_BAD, "%s", why);
	fault_arg(f, "file", "sign/%s", names->state);
	return -1;
}

int
sign_state_read(int dirfd, const struct sign_names *names, const char *origin, struct sign_head *ret_head,
    int *ret_there, struct fault *f)
{
	char text[CHECKPOINT_TEXT_MAX + 1];
	struct checkpoint cp;
	ssize_t n;
	int fd = openat(dirfd, names->state, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		*ret_head = (struct sign_head){ 0, hash_sha256(NULL, 0) };
		if (ret_there != NULL)
			*ret_there = 0;
		return 0;
	}
	if (fd < 0)
		return bad(names, f, strerror(errno));
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n < 0)
		return bad(names, f, strerror(errno));
	if (checkpoint_parse(&cp, text, (size_t)n) < 0 || cp.extension_len != 0)
		return bad(names, f, "is not origin, size and root");
	if (strcmp(cp.origin, origin) != 0)
		return bad(names, f, "is of another log");
	*ret_head = (struct sign_head){ cp.size, cp.root };
	if (ret_there != NULL)
		*ret_there = 1;
	return 0;
}

int
sign_state_write(int dirfd, const struct sign_names *names, const char *origin, const struct sign_head *head)
{
	struct checkpoint cp = { .size = head->size, .root = head->root };
	char text[CHECKPOINT_TEXT_MAX];
	int fd, err = 0;
	size_t len;

	snprintf(cp.origin, sizeof(cp.origin), "%s", origin);
	len = checkpoint_format(&cp, text);
	if ((fd = openat(dirfd, names->fresh, CAGE_OPEN_FLAGS, CAGE_OPEN_MODE)) < 0)
		return errno;
	errno = ENOSPC;		/* a write that stops half way sets none */
	if (write(fd, text, len) != (ssize_t)len || fsync(fd) < 0)
		err = errno;
	close(fd);
	if (err == 0 && (renameat2(dirfd, names->fresh, dirfd, names->state, 0) < 0 || fsync(dirfd) < 0))
		err = errno;
	return err;
}
