#include "svc/instance_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"

#define CONF_BYTES_MAX 65536

int
instance_path(char *text, size_t size, const char *dir, const char *name, struct fault *f)
{
	int n = snprintf(text, size, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= size) {
		fault_set(f, FAULT_FILE_READ, "%s", "path too long");
		fault_arg(f, "file", "%s", name);
		return -1;
	}
	return 0;
}

int
instance_make_dir(const char *path, struct fault *f)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(f, "file", "%s", path);
		return -1;
	}
	return 0;
}

int
instance_write_conf(const char *path, const char *division, const char *origin, const char *store,
    int demo, const char *log, struct fault *f)
{
	struct buf text = BUF_INIT;
	int fd = -1, rc = -1;

	buf_fmt(&text, "division = %s\norigin = %s\ndemo = %d\nlog = %s\n", division, origin, demo,
	    log);
	if (store != NULL)
		buf_fmt(&text, "store = %s\n", store);
	buf_char(&text, '\n');
	conf_sample(&text);
	if (buf_failed(&text) || (fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600)) < 0 || write(fd, text.data, text.len) != (ssize_t)text.len || fsync(fd) < 0) {
		fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(f, "file", "%s", path);
	} else
		rc = 0;
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return rc;
}

static int
not_written(const char *path, struct fault *f)
{
	fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
	fault_arg(f, "file", "%s", path);
	return -1;
}

/* The lines of a wzm.conf with another log; the line may be missing: then it was the built-in one. */
static void
with_log(const char *text, const char *log, struct buf *out)
{
	int there = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), key = strspn(text, " \t");

		len += text[len] == '\n';
		if (strncmp(text + key, "log", 3) == 0 && text[key + 3 + strspn(text + key + 3, " \t")] == '=') {
			buf_fmt(out, "log = %s\n", log);
			there = 1;
		} else
			buf_add(out, text, len);
		text += len;
	}
	if (!there)
		buf_fmt(out, "log = %s\n", log);
}

int
instance_conf_log(const char *dir, const char *log, struct fault *f)
{
	char path[4200], fresh[4200];
	struct buf text = BUF_INIT, out = BUF_INIT;
	int fd = -1, rc = -1;

	if (instance_path(path, sizeof(path), dir, "wzm.conf", f) < 0 ||
	    instance_path(fresh, sizeof(fresh), dir, "wzm.conf.new", f) < 0 ||
	    buf_read_file(&text, path, CONF_BYTES_MAX, f) < 0)
		goto out;
	with_log(text.data != NULL ? text.data : "", log, &out);
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || buf_failed(&out) || write(fd, out.data, out.len) != (ssize_t)out.len || fsync(fd) < 0 ||
	    rename(fresh, path) < 0)
		not_written(path, f);
	else
		rc = 0;
out:
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	buf_free(&out);
	return rc;
}
