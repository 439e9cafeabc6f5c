#include "rules/csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

struct csv {
	const char *p, *end;
	size_t line;		/* of p, from 1 */
	struct buf text;	/* the row's fields, each followed by a NUL */
	size_t start[CSV_COLUMNS_MAX];	/* of each field in text */
	const char *field[CSV_COLUMNS_MAX];
	size_t n;		/* fields of the row so far */
	int trusted;		/* the text is known to be UTF-8 */
	int failed;		/* for good; bad says why, or is NULL: out of memory */
	const struct csv_error *bad;
	size_t bad_line;
};

/* What can be wrong with a file; the name is for programs, the sentences for people. */
struct csv_error { const char *what, *zh, *en; };

static const struct csv_error
    bad_nul = { "nul_byte", "有 NUL 字节", "there is a NUL byte" },
    bad_utf8 = { "bad_utf8", "不是 UTF-8 编码", "the text is not UTF-8" },
    bad_quote = { "stray_quote", "未加引号的内容里有引号", "there is a quote inside an unquoted field" },
    bad_after = { "text_after_quote", "右引号后面还有内容", "text follows the closing quote" },
    bad_open = { "unclosed_quote", "引号没有闭合", "the quote is never closed" },
    bad_cr = { "stray_cr", "有单独的回车符", "a carriage return stands alone" },
    bad_columns = { "too_many_columns", "列数太多", "there are too many columns" };

struct csv *
csv_new(const char *text, size_t len)
{
	struct csv *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	c->p = text;
	c->end = text + len;
	c->line = 1;
	/* A row is never longer than the file, plus a NUL for each of its fields. */
	c->text.max = len + CSV_COLUMNS_MAX + 1;
	return c;
}

void
csv_trust(struct csv *c)
{
	c->trusted = 1;
}

void
csv_free(struct csv *c)
{
	if (c == NULL)
		return;
	buf_free(&c->text);
	free(c);
}

/* Notes what is wrong. */
static int
refuse(struct csv *c, const struct csv_error *bad, size_t line)
{
	c->bad = bad;
	c->bad_line = line;
	return -1;
}

static int
say(struct csv *c, struct fault *f)
{
	c->failed = 1;
	if (c->bad == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	fault_set(f, FAULT_CSV_MALFORMED, "%s", c->bad->what);
	fault_arg(f, "line", "%zu", c->bad_line);
	fault_arg(f, "column", "%zu", c->n);
	fault_arg(f, "what", "%s", c->bad->what);
	fault_arg(f, "why_zh", "%s", c->bad->zh);
	fault_arg(f, "why_en", "%s", c->bad->en);
	return -1;
}

/* Adds the part of a field up to the first byte that is one of stop, counting lines. */
static int
copy_until(struct csv *c, const char *stop)
{
	const char *from = c->p;

	for (; c->p < c->end; c->p++) {
		if (*c->p == '\0')
			return refuse(c, &bad_nul, c->line);
		if (strchr(stop, *c->p) != NULL)
			break;
		c->line += *c->p == '\n';
	}
	return buf_add(&c->text, from, (size_t)(c->p - from));
}

/* Reads from after the opening quote to after the closing one. */
static int
read_quoted(struct csv *c)
{
	size_t opened = c->line;

	for (;;) {
		if (copy_until(c, "\"") < 0)
			return -1;
		if (c->p == c->end)
			return refuse(c, &bad_open, opened);
		c->p++;
		if (c->p == c->end || *c->p != '"')
			return 0;
		if (buf_char(&c->text, *c->p++) < 0)
			return -1;
	}
}

/* Whether p is at the end of a line, and how many bytes that end has. */
static size_t
line_end(const struct csv *c)
{
	if (c->p < c->end && *c->p == '\n')
		return 1;
	return c->end - c->p >= 2 && c->p[0] == '\r' && c->p[1] == '\n' ? 2 : 0;
}

/* Reads one field and stops before the comma or the end of the line. */
static int
read_field(struct csv *c)
{
	size_t start = c->text.len, line = c->line;

	c->n++;
	if (c->n > CSV_COLUMNS_MAX)
		return refuse(c, &bad_columns, c->line);
	c->start[c->n - 1] = start;
	if (c->p < c->end && *c->p == '"') {
		c->p++;
		if (read_quoted(c) < 0)
			return -1;
		if (c->p < c->end && *c->p != ',' && line_end(c) == 0)
			return refuse(c, &bad_after, c->line);
	} else {
		if (copy_until(c, ",\"\r\n") < 0)
			return -1;
		if (c->p < c->end && *c->p == '"')
			return refuse(c, &bad_quote, c->line);
		if (c->p < c->end && *c->p == '\r' && line_end(c) == 0)
			return refuse(c, &bad_cr, c->line);
	}
	if (!c->trusted && c->text.len > start && !utf8_valid(c->text.data + start, c->text.len - start, NULL))
		return refuse(c, &bad_utf8, line);
	return buf_char(&c->text, '\0');
}

/* Reads a row and the end of its line; sets ret_empty if no field holds anything. */
static int
read_row(struct csv *c, int *ret_empty)
{
	size_t end;

	buf_clear(&c->text);
	c->n = 0;
	for (;;) {
		if (read_field(c) < 0)
			return -1;
		if (c->p == c->end || *c->p != ',')
			break;
		c->p++;
	}
	end = line_end(c);
	c->p += end;
	c->line += end > 0;
	*ret_empty = c->text.len == c->n;
	return 0;
}

int
csv_next(struct csv *c, const char ***ret_fields, size_t *ret_n, size_t *ret_line,
    struct fault *f)
{
	int empty = 1;
	size_t line = c->line;

	if (c->failed)
		return say(c, f);
	while (empty) {
		if (c->p == c->end)
			return 0;
		line = c->line;
		if (read_row(c, &empty) < 0)
			return say(c, f);
	}
	for (size_t i = 0; i < c->n; i++)
		c->field[i] = c->text.data + c->start[i];
	*ret_fields = c->field;
	*ret_n = c->n;
	*ret_line = line;
	return 1;
}
