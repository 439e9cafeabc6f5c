/* Shared strings: runs of rich text joined, what says how they are read aloud left out. */
#include <string.h>

#include "base/utf8.h"
#include "sheet/xlsx.h"
#include "sheet/xml.h"

struct strings {
	struct book *book;
	struct buf text;
	int in_text, phonetic;
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character that _x000D_ stands for; -1: it stands for itself. */
static int
escaped(const char *p)
{
	int c = 0;

	if (p[0] != '_' || p[1] != 'x')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		c = c << 4 | digit;
	}
	/* What could not stand in XML; the rest is left as somebody typed it. */
	return p[6] == '_' && (c == '_' || (c > 0 && c < 0x20)) ? c : -1;
}

int
xlsx_keep_string(struct book *b, struct buf *text, xlsx_text *ret_text, struct fault *f)
{
	size_t to = 0;

	for (size_t at = 0; at < text->len; at++) {
		int c = escaped(text->data + at);

		if (c >= 0)
			at += 6;
		text->data[to++] = c >= 0 ? (char)c : text->data[at];
	}
	return xlsx_keep(b, text->data, to, ret_text, f);
}

static int
start(void *ctx, const char *name, const char **attributes, struct fault *f)
{
	struct strings *s = ctx;

	(void)attributes, (void)f;
	if (strcmp(name, "si") == 0)
		buf_clear(&s->text);
	else if (strcmp(name, "rPh") == 0)
		s->phonetic = 1;
	else if (strcmp(name, "t") == 0)
		s->in_text = !s->phonetic;
	return 0;
}

static int
text(void *ctx, const char *part, size_t len, struct fault *f)
{
	struct strings *s = ctx;

	if (!s->in_text)
		return 0;
	if (len > BOOK_CELL_MAX - s->text.len)
		return xlsx_over(f, XLSX_LIMIT_CELL, BOOK_CELL_MAX);
	if (buf_add(&s->text, part, len) == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "workbook");
	return -1;
}

static int
end(void *ctx, const char *name, struct fault *f)
{
	struct strings *s = ctx;
	struct book *b = s->book;

	if (strcmp(name, "rPh") == 0)
		s->phonetic = 0;
	if (strcmp(name, "t") == 0)
		s->in_text = 0;
	if (strcmp(name, "si") != 0)
		return 0;
	if (b->nstrings == BOOK_CELLS_MAX)
		return xlsx_over(f, XLSX_LIMIT_CELLS, BOOK_CELLS_MAX);
	if (xlsx_grow((void **)&b->string, b->nstrings, &b->strings_cap, sizeof(*b->string), f) < 0 ||
	    xlsx_keep_string(b, &s->text, &b->string[b->nstrings], f) < 0)
		return -1;
	b->nstrings++;
	return 0;
}

int
xlsx_read_strings(struct book *b, const char *part, struct fault *f)
{
	struct strings s = { .book = b };
	struct xml_reader reader = { start, end, text, &s };
	int rc = xml_read(b->zip, part, &reader, f);

	buf_free(&s.text);
	return rc;
}
