#include "sheet/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static const struct encoding { const char *name, *iconv; } encodings[] = {
	[TEXT_UTF8] = { "UTF-8", "UTF-8" },
	[TEXT_GB18030] = { "GB 18030", "GB18030" },
	[TEXT_UTF16LE] = { "UTF-16", "UTF-16LE" },
	[TEXT_UTF16BE] = { "UTF-16", "UTF-16BE" },
};

const char *
text_encoding_name(enum text_encoding e)
{
	return encodings[e].name;
}

/* Converts to the end, or to the first byte that is wrong: ret_bad is len where none is. */
static int
convert(iconv_t cd, const char *bytes, size_t len, struct buf *out, size_t *ret_bad)
{
	char part[16384], *in = (char *)(uintptr_t)bytes;	/* iconv never writes there */
	size_t left = len;

	while (left > 0) {
		char *to = part;
		size_t room = sizeof(part);
		size_t rc = iconv(cd, &in, &left, &to, &room);
		int why = errno;

		if (buf_add(out, part, sizeof(part) - room) < 0)
			return -1;
		if (rc == (size_t)-1 && why != E2BIG)
			break;
	}
	*ret_bad = len - left;
	return 0;
}

static int
from(enum text_encoding e, const char *bytes, size_t len, struct buf *out, size_t *ret_bad,
    struct fault *f)
{
	iconv_t cd = iconv_open("UTF-8", encodings[e].iconv);
	int rc;

	if (cd == (iconv_t)-1) {
		fault_set(f, FAULT_MEMORY, "iconv %s: %s", encodings[e].iconv, strerror(errno));
		return -1;
	}
	/* Two bytes of any of these become three, one or four become no more. */
	out->max = 2 * len + 16;
	if ((rc = convert(cd, bytes, len, out, ret_bad)) < 0)
		fault_set(f, FAULT_MEMORY, "%s", "text");
	iconv_close(cd);
	return rc;
}

static int
refuse(enum text_encoding e, const char *bytes, size_t bad, struct fault *f)
{
	size_t line = 1;

	for (size_t i = 0; i < bad; i++)
		line += bytes[i] == '\n';
	fault_set(f, FAULT_TEXT_ENCODING, "%s", "");
	fault_arg(f, "line", "%zu", line);
	fault_arg(f, "byte", "%zu", bad + 1);
	fault_arg(f, "encoding", "%s", encodings[e].name);
	return -1;
}

static int
starts(const char *bytes, size_t len, const char *mark)
{
	return len >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0;
}

int
text_decode(const char *bytes, size_t len, struct buf *ret_text,
    enum text_encoding *ret_encoding, struct fault *f)
{
	size_t bad = len, other = 0, mark = 0;
	enum text_encoding e = TEXT_GB18030;

	if (utf8_valid(bytes, len, &bad)) {
		*ret_encoding = TEXT_UTF8;
		return 0;
	}
	if (starts(bytes, len, "\xEF\xBB\xBF"))
		return refuse(TEXT_UTF8, bytes, bad, f);
	if (starts(bytes, len, "\xFF\xFE") || starts(bytes, len, "\xFE\xFF")) {
		e = bytes[0] == '\xFF' ? TEXT_UTF16LE : TEXT_UTF16BE;
		mark = 2;
	}
	if (from(e, bytes + mark, len - mark, ret_text, &other, f) < 0)
		return -1;
	if (other + mark == len) {
		*ret_encoding = e;
		return 0;
	}
	buf_free(ret_text);
	return e == TEXT_GB18030 && bad >= other ? refuse(TEXT_UTF8, bytes, bad, f) :
	    refuse(e, bytes, other + mark, f);
}
