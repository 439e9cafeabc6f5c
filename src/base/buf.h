/*
 * buf.h - a growing run of bytes with a ceiling.
 *
 * A buf owns its memory; buf_free releases it and leaves an empty buf.  Data
 * always has a NUL after its len bytes once anything was added.  Adding sticks:
 * after the first failure (no memory, or past max) the buf stays failed, holds
 * what it held before, and every later call fails too, so that a writer may
 * check once at the end with buf_failed.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/fault.h"

#define BUF_MAX_DEFAULT (16u << 20)

struct buf {
	char *data;
	size_t len, cap;
	size_t max;		/* 0 means BUF_MAX_DEFAULT */
	int failed;
};

#define BUF_INIT { 0 }
#define BUF_INIT_MAX(n) { .max = (n) }

/* Makes room for n more bytes: for who knows how much is coming. */
int buf_room(struct buf *b, size_t n);
int buf_add(struct buf *b, const void *data, size_t len);
int buf_str(struct buf *b, const char *text);
int buf_int(struct buf *b, int64_t n);		/* decimal digits, without asking for a format */
int buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds text as a JSON string as RFC 8785 writes it, quotes included.  text is valid UTF-8. */
int buf_json(struct buf *b, const char *text, size_t len);
/* How many bytes from text on stand for themselves in a JSON string. */
size_t buf_json_plain(const char *text, size_t len);

int buf_failed(const struct buf *b);

static inline int
buf_char(struct buf *b, char c)
{
	/* Half of what makes up a text of JSON is one character long; cap is never more than max and a NUL. */
	if (b->failed || b->len + 1 >= b->cap)
		return buf_add(b, &c, 1);
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
	return 0;
}

/* As much of a text as fits into size bytes, and a NUL. */
static inline void
text_copy(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(to, text, len);
	to[len] = '\0';
}

/* Forgets the content and a failure; keeps the memory. */
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

/* Overwrites the content, then releases it: for clear text of personal data and keys. */
void buf_wipe(struct buf *b);

/*
 * Adds the whole file.  More than max bytes (of this buf: content included) is
 * FAULT_FILE_TOO_LARGE, anything else FAULT_FILE_READ; both with the argument file.
 */
int buf_read_file(struct buf *b, const char *path, size_t max, struct fault *f);

#endif
