#include "rules/json_read.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"

void
json_read_start(struct json_read *r, const char *text, size_t len)
{
	*r = (struct json_read){ .at = text, .end = text + len };
}

static int
fail(struct json_read *r)
{
	r->failed = 1;
	r->at = r->end;
	return -1;
}

int
json_read_peek(struct json_read *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
	return r->at < r->end ? (unsigned char)*r->at : -1;
}

static int
take(struct json_read *r, char c)
{
	if (json_read_peek(r) != (unsigned char)c)
		return fail(r);
	r->at++;
	return 0;
}

int
json_read_end(const struct json_read *r)
{
	struct json_read rest = *r;

	return r->failed || json_read_peek(&rest) >= 0 ? -1 : 0;
}

int
json_read_open(struct json_read *r, char open)
{
	if (take(r, open) < 0)
		return -1;
	r->first = 1;
	return 0;
}

int
json_read_next(struct json_read *r, char close)
{
	int first = r->first, c = json_read_peek(r);

	r->first = 0;
	if (c == (unsigned char)close) {
		r->at++;
		return 0;
	}
	if (c < 0 || (!first && take(r, ',') < 0)) {
		fail(r);
		return 0;
	}
	return 1;
}

int
json_read_name(struct json_read *r, char *name, size_t size)
{
	return json_read_text(r, name, size) < 0 ? -1 : take(r, ':');
}

/* Four hexadecimal digits; -1 if they are none. */
static int
hex4(struct json_read *r)
{
	int value = 0;

	if (r->end - r->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = *r->at++;
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* What stands behind \u, a pair of surrogates counted as one: as UTF-8; bytes, or 0. */
static size_t
escaped(struct json_read *r, char to[4])
{
	int32_t c = hex4(r), low;

	if (c <= 0 || (c >= 0xdc00 && c < 0xe000))
		return 0;
	if (c >= 0xd800 && c < 0xdc00) {
		if (r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u')
			return 0;
		r->at += 2;
		if ((low = hex4(r)) < 0xdc00 || low >= 0xe000)
			return 0;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* One character behind a backslash; bytes, or 0. */
static size_t
escape(struct json_read *r, char to[4])
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *which;
	char c;

	if (r->at == r->end)
		return 0;
	if ((c = *r->at++) == 'u')
		return escaped(r, to);
	if (c == '\0' || (which = strchr(names, c)) == NULL)
		return 0;
	to[0] = means[which - names];
	return 1;
}

int
json_read_text(struct json_read *r, char *text, size_t size)
{
	size_t n = 0;

	if (take(r, '"') < 0)
		return -1;
	for (;;) {
		size_t len = buf_json_plain(r->at, (size_t)(r->end - r->at));
		char c[4];

		if (len >= size - n)
			return fail(r);
		memcpy(text + n, r->at, len);
		n += len;
		r->at += len;
		if (r->at == r->end || (unsigned char)*r->at < 0x20)
			return fail(r);
		if (*r->at++ == '"')
			break;
		if ((len = escape(r, c)) == 0 || len >= size - n)
			return fail(r);
		memcpy(text + n, c, len);
		n += len;
	}
	text[n] = '\0';
	return 0;
}

int
json_read_bool(struct json_read *r, int *ret_yes)
{
	int c = json_read_peek(r);
	const char *word = c == 't' ? "true" : "false";
	size_t len = strlen(word);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, word, len) != 0)
		return fail(r);
	r->at += len;
	*ret_yes = c == 't';
	return 0;
}

/* Behind the quote that ends a string; -1 if none does. */
static int
pass_text(struct json_read *r)
{
	for (r->at++; r->at < r->end && *r->at != '"'; r->at++)
		if (*r->at == '\\' && ++r->at == r->end)
			return -1;
	if (r->at == r->end)
		return -1;
	r->at++;
	return 0;
}

int
json_read_raw(struct json_read *r, const char **ret_text, size_t *ret_len)
{
	size_t depth = 0;

	if (json_read_peek(r) < 0)
		return fail(r);
	*ret_text = r->at;
	while (r->at < r->end) {
		char c = *r->at;

		if (depth == 0 && (c == ',' || c == '}' || c == ']'))
			break;
		if (c == '"') {
			if (pass_text(r) < 0)
				return fail(r);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		r->at++;
	}
	*ret_len = (size_t)(r->at - *ret_text);
	return depth > 0 || *ret_len == 0 ? fail(r) : 0;
}
