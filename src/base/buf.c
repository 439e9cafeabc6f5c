#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
buf_room(struct buf *b, size_t n)
{
	size_t max = b->max != 0 ? b->max : BUF_MAX_DEFAULT, cap;
	char *data;

	if (b->failed || n > max || b->len > max - n) {
		b->failed = 1;
		return -1;
	}
	if (b->len + n < b->cap)
		return 0;
	/* What has outgrown a little is going to be a text. */
	cap = b->cap == 0 ? 256 : b->cap < 4096 ? b->cap * 4 : b->cap * 2;
	while (cap <= b->len + n)
		cap *= 2;
	if (cap - 1 > max)
		cap = max + 1;
	if ((data = realloc(b->data, cap)) == NULL) {
		b->failed = 1;
		return -1;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

int
buf_add(struct buf *b, const void *data, size_t len)
{
	if (buf_room(b, len) < 0)
		return -1;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

int
buf_str(struct buf *b, const char *text)
{
	return buf_add(b, text, strlen(text));
}

int
buf_int(struct buf *b, int64_t n)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (n < 0)
		*--p = '-';
	return buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

int
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || buf_room(b, (size_t)n) < 0) {
		b->failed = 1;
		return -1;
	}
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

/* A character that does not stand for itself in a JSON string. */
static int
is_escaped(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

/* Whether one of eight characters is such a one: each byte is compared by what it borrows from its highest bit. */
static int
one_is_escaped(const char *eight)
{
	const uint64_t each = 0x0101010101010101;
	uint64_t c, quote, back;

	memcpy(&c, eight, sizeof(c));
	quote = c ^ each * '"';
	back = c ^ each * '\\';
	return (((c - each * 0x20) & ~c) | ((quote - each) & ~quote) | ((back - each) & ~back)) & each * 0x80 ? 1 : 0;
}

size_t
buf_json_plain(const char *text, size_t len)
{
	size_t i = 0;

	while (len - i >= 8 && !one_is_escaped(text + i))
		i += 8;
	while (i < len && !is_escaped((unsigned char)text[i]))
		i++;
	return i;
}

static void
put_escaped(struct buf *b, unsigned char c)
{
	static const char brief[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	if (c >= 0x20)
		buf_fmt(b, "\\%c", c);
	else if (brief[c] != 0)
		buf_fmt(b, "\\%c", brief[c]);
	else
		buf_fmt(b, "\\u%04x", c);
}

int
buf_json(struct buf *b, const char *text, size_t len)
{
	size_t from = 0, n;

	if (len > SIZE_MAX - 2 || buf_room(b, len + 2) < 0) {
		b->failed = 1;
		return -1;
	}
	b->data[b->len++] = '"';
	while ((n = buf_json_plain(text + from, len - from)) < len - from) {
		buf_add(b, text + from, n);
		put_escaped(b, (unsigned char)text[from + n]);
		from += n + 1;
	}
	buf_add(b, text + from, n);
	return buf_char(b, '"');
}

int
buf_failed(const struct buf *b)
{
	return b->failed;
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
	b->failed = 0;
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->cap);
	buf_free(b);
}

int
buf_read_file(struct buf *b, const char *path, size_t max, struct fault *f)
{
	char part[16384];
	size_t had = b->max;
	ssize_t n = 0;
	int fd, rc = -1;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
		fault_set(f, FAULT_FILE_READ, "%s", strerror(errno));
		fault_arg(f, "file", "%s", path);
		return -1;
	}
	b->max = max;
	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fault_set(f, FAULT_FILE_READ, "%s", strerror(errno));
			break;
		}
		if (buf_add(b, part, (size_t)n) < 0) {
			fault_set(f, FAULT_FILE_TOO_LARGE, "more than %zu bytes", max);
			break;
		}
	}
	if (n == 0)
		rc = 0;
	else
		fault_arg(f, "file", "%s", path);
	explicit_bzero(part, sizeof(part));
	b->max = had;
	close(fd);
	return rc;
}
