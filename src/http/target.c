#include "http/target.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Decodes %XX; in a query (plus) also "+" for a space.  out has room for len bytes.
 * Returns what is wrong, or NULL.
 */
static const char *
decode(char *out, size_t *ret_len, const char *in, size_t len, int plus)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)in[i];

		if (c == ' ')
			return "space";
		if (c == '%') {
			if (len - i < 3 || hex(in[i + 1]) < 0 || hex(in[i + 2]) < 0)
				return "percent-encoding";
			c = (unsigned char)(hex(in[i + 1]) << 4 | hex(in[i + 2]));
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		if (c == '\0')
			return "NUL";
		if (c < 0x20 || c == 0x7f)
			return "control character";
		out[n++] = (char)c;
	}
	if (!utf8_valid(out, n, NULL))
		return "UTF-8";
	*ret_len = n;
	return NULL;
}

/* Each segment is decoded alone: an encoded slash does not part segments. */
static const char *
parse_path(struct target *t, const char *raw, size_t len)
{
	size_t at = 0, out = 0, n;
	const char *wrong;

	t->nseg = 0;
	while (at < len) {
		const char *from = raw + at + 1;	/* raw[at] is a slash */
		const char *slash = NULL;

		t->path[out] = '/';
		t->cut[out++] = '\0';
		if (t->nseg + 1 < TARGET_SEGMENTS_MAX)
			slash = memchr(from, '/', len - at - 1);
		n = slash != NULL ? (size_t)(slash - from) : len - at - 1;
		if ((wrong = decode(t->path + out, &n, from, n, 0)) != NULL)
			return wrong;
		memcpy(t->cut + out, t->path + out, n);
		t->seg[t->nseg++] = (uint16_t)out;
		out += n;
		at = slash != NULL ? (size_t)(slash - raw) : len;
	}
	t->path[out] = t->cut[out] = '\0';
	return NULL;
}

static const char *
parse_query(struct target *t, const char *raw, size_t len)
{
	const char *wrong, *end = raw + len;
	size_t out = 0, n;

	while (raw < end) {
		const char *amp = memchr(raw, '&', (size_t)(end - raw)), *eq;

		if (amp == NULL)
			amp = end;
		if ((eq = memchr(raw, '=', (size_t)(amp - raw))) == NULL)
			eq = amp;
		if (amp > raw) {
			if ((wrong = decode(t->query + out, &n, raw, (size_t)(eq - raw), 1)) != NULL)
				return wrong;
			out += n;
			t->query[out++] = '\0';
			n = 0;
			if (eq < amp && (wrong = decode(t->query + out, &n, eq + 1,
			    (size_t)(amp - eq - 1), 1)) != NULL)
				return wrong;
			out += n;
			t->query[out++] = '\0';
		}
		raw = amp < end ? amp + 1 : end;
	}
	t->query_len = out;
	return NULL;
}

const char *
target_parse(struct target *t, const char *raw, size_t len)
{
	const char *mark, *wrong;
	size_t scheme = 0;

	if (len > HTTP_PATH_MAX)
		return "length";
	if (len > 7 && strncasecmp(raw, "http://", 7) == 0)
		scheme = 7;
	else if (len > 8 && strncasecmp(raw, "https://", 8) == 0)
		scheme = 8;
	if (scheme != 0) {
		if ((mark = memchr(raw + scheme, '/', len - scheme)) == NULL)
			return "path";
		len -= (size_t)(mark - raw);
		raw = mark;
	}
	if (len == 0 || raw[0] != '/')
		return "path";
	mark = memchr(raw, '?', len);
	if ((wrong = parse_path(t, raw, mark != NULL ? (size_t)(mark - raw) : len)) != NULL)
		return wrong;
	if (mark != NULL)
		return parse_query(t, mark + 1, len - (size_t)(mark - raw) - 1);
	t->query_len = 0;
	return NULL;
}

const char *
target_segment(const struct target *t, size_t i)
{
	return t->cut + t->seg[i];
}

const char *
target_rest(const struct target *t, size_t i)
{
	return t->path + t->seg[i];
}

const char *
target_query(const struct target *t, const char *name)
{
	for (size_t at = 0; at < t->query_len;) {
		const char *key = t->query + at, *value = key + strlen(key) + 1;

		if (strcmp(key, name) == 0)
			return value;
		at = (size_t)(value - t->query) + strlen(value) + 1;
	}
	return NULL;
}
