/*
 * serve.h - a server on a free port with a few routes, and a client that says exactly
 * the bytes it is told.
 */
#ifndef TESTS_UNIT_HTTP_SERVE_H
#define TESTS_UNIT_HTTP_SERVE_H

#include <stdatomic.h>
#include <stddef.h>

#include "http/http.h"

/*
 * Its routes: GET /hello, POST /echo (1024 bytes), PUT /echo (no body), GET /p/{a}/x/{b},
 * GET /later and POST /later (resumed by another thread), GET /hold (resumed by
 * serve_release), GET /toil (1 ms), GET /large (4 MiB), GET /files/{*}, GET /mute (forgets to answer),
 * GET /inject (a header with a line end), GET /who, GET /cookie.
 */
struct http_conf serve_conf(void);
struct http_server *serve(const struct http_conf *conf);
void serve_end(struct http_server *s);

/* Resumes what GET /hold holds, and returns how many. */
int serve_release(void);
int serve_held(void);

/* The directory of GET /files. */
extern char serve_dir[64];

/* Data that requests were given, and that was freed again. */
extern atomic_int serve_given, serve_freed;

struct reply {
	int status;		/* 0: the connection ended without one */
	char head[8192];	/* the header, up to its empty line */
	size_t len;
	char body[8192];	/* as much of the body as fits, with a NUL */
};

int client(const struct http_server *s);
void say(int fd, const char *text);
void say_bytes(int fd, const void *data, size_t len);

/* Reads one answer (without a body if it answers HEAD); waits at most twenty seconds. */
struct reply hear_head(int fd, int is_head);
struct reply hear(int fd);

/* Whether the other side has closed, within ms. */
int ended(int fd, int ms);

/* One request on its own connection. */
struct reply ask(const struct http_server *s, const char *request);

/* The value of a header of the reply, or NULL; in a static buffer. */
const char *header(const struct reply *r, const char *name);

#endif
