/*
 * file.c - answers that are files: our own pages, scripts and styles.
 */
#include <ctype.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "http/server.h"

static const struct type {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".webp", "image/webp" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" },
	{ ".pdf", "application/pdf" },
};

static const char *
type_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(dot, types[i].ending) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

/* Whether each part of path is a plain name: not empty, not ".", "..", or a dot file. */
static int
is_plain(const char *path)
{
	while (path[0] != '\0' && path[0] != '/' && path[0] != '.') {
		size_t n = strcspn(path, "/");

		if (path[n] == '\0')
			return 1;
		path += n + 1;
	}
	return 0;
}

/*
 * "main-Dx3k9_aQ.js": the name changes with the content.  A word of eight letters is
 * no hash, so one of them must be a digit or a capital.
 */
static int
is_hashed(const char *path)
{
	const char *dot = strrchr(path, '.');
	int mixed = 0;

	if (dot == NULL || dot - path < 10 || dot[-9] != '-')
		return 0;
	for (const char *p = dot - 8; p < dot; p++) {
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			return 0;
		mixed |= isdigit((unsigned char)*p) || isupper((unsigned char)*p);
	}
	return mixed;
}

/* The kernel refuses every way out of dir, links included.  -1 if there is no such file. */
static int
open_beneath(int dir, const char *path, struct stat *st)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));

	if (fd >= 0 && (fstat(fd, st) < 0 || !S_ISREG(st->st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* FNV-1a of the content: it tells versions of a file apart, and guards nothing. */
static int
hash_content(int fd, uint64_t *ret_hash)
{
	unsigned char part[16384];
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	off_t at = 0;
	ssize_t n;

	while ((n = pread(fd, part, sizeof(part), at)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			h = (h ^ part[i]) * UINT64_C(0x100000001b3);
		at += n;
	}
	*ret_hash = h;
	return n < 0 ? -1 : 0;
}

static int
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The file's ETag, remembered per loop as long as the file stays what it was. */
static const char *
etag_of(struct loop *loop, int fd, const struct stat *st)
{
	struct etag *e = &loop->etags[(uint64_t)st->st_ino % ETAGS];
	uint64_t hash;

	if (e->text[0] != '\0' && e->dev == st->st_dev && e->ino == st->st_ino &&
	    e->size == st->st_size && same_time(&e->mtime, &st->st_mtim) &&
	    same_time(&e->ctime, &st->st_ctim))
		return e->text;
	if (hash_content(fd, &hash) < 0)
		return NULL;
	*e = (struct etag){ st->st_dev, st->st_ino, st->st_size, st->st_mtim, st->st_ctim, "" };
	snprintf(e->text, sizeof(e->text), "\"%016llx\"", (unsigned long long)hash);
	return e->text;
}

static void
answer_with(struct http_request *req, const char *path, int fd, const struct stat *st,
    const char *etag)
{
	const char *known = http_header(req, "If-None-Match");
	int fresh = known != NULL && (strstr(known, etag) != NULL || strcmp(known, "*") == 0);

	http_answer_header(req, "ETag", etag);
	http_answer_header(req, "Vary", "Accept-Encoding");
	http_answer_header(req, "Cache-Control", is_hashed(path) ?
	    "public, max-age=31536000, immutable" : "no-cache");
	http_answer(req, fresh ? 304 : 200, fresh ? NULL : type_of(path), NULL);
	if (fresh || st->st_size == 0) {
		close(fd);
		return;
	}
	req->file = fd;
	req->file_size = (uint64_t)st->st_size;
}

int
http_answer_file(struct http_request *req, const char *dir, const char *path)
{
	char zipped[HTTP_PATH_MAX + 4];
	struct stat st;
	const char *etag;
	int at, fd = -1, gzip = 0;

	if (!is_plain(path) || strlen(path) > HTTP_PATH_MAX)
		return -1;
	if ((at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	if (http_accepts_gzip(req)) {
		snprintf(zipped, sizeof(zipped), "%s.gz", path);
		gzip = (fd = open_beneath(at, zipped, &st)) >= 0;
	}
	if (fd < 0)
		fd = open_beneath(at, path, &st);
	close(at);
	if (fd < 0)
		return -1;
	if ((etag = etag_of(req->conn->loop, fd, &st)) == NULL) {
		close(fd);
		return -1;
	}
	if (gzip)
		http_answer_header(req, "Content-Encoding", "gzip");
	answer_with(req, path, fd, &st, etag);
	return 0;
}
