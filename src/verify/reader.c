#include "verify/reader.h"

#include <stdint.h>
#include <string.h>

static void
blank(struct reader *in)
{
	while (in->at < in->end &&
	    (*in->at == ' ' || *in->at == '\t' || *in->at == '\n' || *in->at == '\r'))
		in->at++;
}

int
reader_take(struct reader *in, char c)
{
	blank(in);
	if (in->at == in->end || *in->at != c)
		return 0;
	in->at++;
	return 1;
}

int
reader_ends(struct reader *in)
{
	blank(in);
	return in->at == in->end;
}

static int
hex4(struct reader *in, uint32_t *ret_unit)
{
	uint32_t unit = 0;

	if (in->end - in->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = *in->at++;

		if (c >= '0' && c <= '9')
			unit = unit << 4 | (uint32_t)(c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			unit = unit << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	*ret_unit = unit;
	return 0;
}

/* An escape never says more bytes than it takes: six for at most three, twelve for four. */
static size_t
utf8_put(uint32_t c, char *out)
{
	static const uint8_t lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(lead[n] | c);
	return n;
}

static int
escape(struct reader *in, char *out, size_t *len)
{
	static const char names[] = "\"\\/bfnrt", says[] = "\"\\/\b\f\n\r\t";
	const char *found;
	uint32_t c, low;

	if (in->at == in->end)
		return -1;
	if (*in->at != 'u') {
		if (*in->at == '\0' || (found = strchr(names, *in->at)) == NULL)
			return -1;
		in->at++;
		out[(*len)++] = says[found - names];
		return 0;
	}
	in->at++;
	if (hex4(in, &c) < 0 || (c >= 0xdc00 && c < 0xe000))
		return -1;
	if (c >= 0xd800 && c < 0xdc00) {
		if (in->end - in->at < 2 || in->at[0] != '\\' || in->at[1] != 'u')
			return -1;
		in->at += 2;
		if (hex4(in, &low) < 0 || low < 0xdc00 || low >= 0xe000)
			return -1;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*len += utf8_put(c, out + *len);
	return 0;
}

/* Reads a string; without out it is only passed. */
static int
string(struct reader *in, char *out, size_t *ret_len)
{
	char passed[4];
	size_t len = 0;

	if (!reader_take(in, '"'))
		return -1;
	while (in->at < in->end) {
		char c = *in->at++;

		if (c == '"') {
			*ret_len = len;
			return 0;
		}
		if ((unsigned char)c < 0x20)
			return -1;
		if (out == NULL)
			len = 0;
		if (c != '\\')
			(out != NULL ? out : passed)[len++] = c;
		else if (escape(in, out != NULL ? out : passed, &len) < 0)
			return -1;
	}
	return -1;
}

int
reader_string(struct reader *in, char *out, size_t *ret_len)
{
	return string(in, out, ret_len);
}

static size_t
digits(struct reader *in)
{
	const char *from = in->at;

	while (in->at < in->end && *in->at >= '0' && *in->at <= '9')
		in->at++;
	return (size_t)(in->at - from);
}

static int
next_is(struct reader *in, const char *any)
{
	if (in->at == in->end || *in->at == '\0' || strchr(any, *in->at) == NULL)
		return 0;
	in->at++;
	return 1;
}

static int
number(struct reader *in)
{
	const char *from;
	size_t n;

	next_is(in, "-");
	from = in->at;
	n = digits(in);
	if (n == 0 || (n > 1 && *from == '0'))
		return -1;
	if (next_is(in, ".") && digits(in) == 0)
		return -1;
	if (next_is(in, "eE")) {
		next_is(in, "+-");
		if (digits(in) == 0)
			return -1;
	}
	return 0;
}

static int
word(struct reader *in, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(in->end - in->at) < n || memcmp(in->at, text, n) != 0)
		return -1;
	in->at += n;
	return 0;
}

static int skip(struct reader *in, int depth);

/* The members of an object or the elements of an array, after its opening bracket. */
static int
members(struct reader *in, char close, int depth)
{
	size_t len;

	if (depth == 0)
		return -1;
	if (reader_take(in, close))
		return 0;
	do {
		if (close == '}' && (string(in, NULL, &len) < 0 || !reader_take(in, ':')))
			return -1;
		if (skip(in, depth - 1) < 0)
			return -1;
	} while (reader_take(in, ','));
	return reader_take(in, close) ? 0 : -1;
}

static int
skip(struct reader *in, int depth)
{
	size_t len;

	blank(in);
	if (in->at == in->end)
		return -1;
	switch (*in->at) {
	case '{':
		in->at++;
		return members(in, '}', depth);
	case '[':
		in->at++;
		return members(in, ']', depth);
	case '"':
		return string(in, NULL, &len);
	case 't':
		return word(in, "true");
	case 'f':
		return word(in, "false");
	case 'n':
		return word(in, "null");
	default:
		return number(in);
	}
}

int
reader_value(struct reader *in, const char **ret_from, size_t *ret_len)
{
	const char *from;

	blank(in);
	from = in->at;
	if (skip(in, READER_DEPTH_MAX - 1) < 0)
		return -1;
	*ret_from = from;
	*ret_len = (size_t)(in->at - from);
	return 0;
}
