#include "base/utf8.h"

#include <string.h>

size_t
utf8_decode(const void *text, size_t len, uint32_t *ret_char)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = text;
	uint32_t c;
	size_t n;

	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*ret_char = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_char = c;
	return n;
}

int
utf8_valid(const void *text, size_t len, size_t *ret_bad)
{
	const uint8_t *p = text;
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		if ((n = utf8_decode(p + i, len - i, &c)) == 0) {
			if (ret_bad != NULL)
				*ret_bad = i;
			return 0;
		}
	}
	return 1;
}

size_t
utf8_count(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

int
utf8_blank(const char *text)
{
	size_t len = strlen(text);
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		if ((n = utf8_decode(text + i, len - i, &c)) == 0)
			return 0;
		if (c != ' ' && (c < '\t' || c > '\r') && c != 0xa0 && c != 0x3000 && c != 0xfeff &&
		    (c < 0x2000 || c > 0x200d))
			return 0;
	}
	return 1;
}

size_t
utf8_whole(const char *text, size_t len)
{
	size_t start = len;
	uint32_t c;

	/* Step back to the start of the last character; keep it if it is whole. */
	while (start > 0 && len - start < 4) {
		start--;
		if (((unsigned char)text[start] & 0xc0) != 0x80)
			return utf8_decode(text + start, len - start, &c) == 0 ? start : len;
	}
	return len;
}
