/*
 * keyfile.c - keys as files.
 */
#include "crypto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "crypto/hash.h"

static int
refuse(struct fault *f, const char *dir, const char *name, const char *why)
{
	fault_set(f, FAULT_KEY_FILE, "%s", why);
	fault_arg(f, "file", "%s%s%s", dir, name[0] != '\0' ? "/" : "", name);
	return -1;
}

/* NULL if only we (or root for us, as systemd credentials are) can use it, else why not. */
static const char *
others_may(const struct stat *st)
{
	if (st->st_uid != geteuid() && st->st_uid != 0)
		return "belongs to another user";
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return "others have access";
	return NULL;
}

/* Opens the directory of keys after looking at whose it is. */
static int
open_dir(const char *dir, struct fault *f)
{
	struct stat st;
	const char *why;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return refuse(f, dir, "", strerror(errno));
	why = fstat(fd, &st) < 0 ? strerror(errno) : others_may(&st);
	if (why != NULL) {
		close(fd);
		return refuse(f, dir, "", why);
	}
	return fd;
}

static int
write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
write_key(const char *dir, const char *name, const uint8_t *key, struct fault *f)
{
	int dirfd, fd = -1, rc = -1;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return refuse(f, dir, "", strerror(errno));
	if ((dirfd = open_dir(dir, f)) < 0)
		return -1;
	fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		refuse(f, dir, name, strerror(errno));
		goto out;
	}
	/* Durable before anything is sealed with it: the name in the directory too. */
	if (write_all(fd, key, KEYFILE_LEN) < 0 || fsync(fd) < 0 || fsync(dirfd) < 0) {
		refuse(f, dir, name, strerror(errno));
		unlinkat(dirfd, name, 0);
		goto out;
	}
	rc = 0;
out:
	if (fd >= 0)
		close(fd);
	close(dirfd);
	return rc;
}

int
keyfile_create(const char *dir, const char *name, struct fault *f)
{
	uint8_t key[KEYFILE_LEN];
	int rc;

	hash_random(key, sizeof(key));
	rc = write_key(dir, name, key, f);
	sodium_memzero(key, sizeof(key));
	return rc;
}

int
keyfile_copy(const char *from, const char *dir, const char *name, struct fault *f)
{
	uint8_t key[KEYFILE_LEN];
	int rc = keyfile_load(from, name, key, f);

	if (rc == 0)
		rc = write_key(dir, name, key, f);
	sodium_memzero(key, sizeof(key));
	return rc;
}

/* Reads a key of exactly KEYFILE_LEN bytes; NULL, or why not. */
static const char *
read_key(int fd, uint8_t *key)
{
	uint8_t text[KEYFILE_LEN + 1];
	size_t len = 0;
	ssize_t n = 1;

	while (len < sizeof(text) && n > 0) {
		n = read(fd, text + len, sizeof(text) - len);
		if (n > 0)
			len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (n >= 0 && len == KEYFILE_LEN)
		memcpy(key, text, KEYFILE_LEN);
	sodium_memzero(text, sizeof(text));
	if (n < 0)
		return strerror(errno);
	return len == KEYFILE_LEN ? NULL : "does not have 32 bytes";
}

int
keyfile_load(const char *dir, const char *name, uint8_t *ret_key, struct fault *f)
{
	struct stat st;
	const char *why;
	int dirfd, fd;

	if ((dirfd = open_dir(dir, f)) < 0)
		return -1;
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if ((why = others_may(&st)) == NULL)
		why = read_key(fd, ret_key);
	if (why != NULL)
		refuse(f, dir, name, why);
	if (fd >= 0)
		close(fd);
	close(dirfd);
	return why == NULL ? 0 : -1;
}
