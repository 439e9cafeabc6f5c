/*
 * print.c - text for people: columns, pairs, and nothing that moves the cursor.
 */
#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/cli.h"

#define GAP 2			/* columns of space between cells */
#define LABEL_WIDTH 12
#define LINE_WIDTH 78

/* Ranges that take two columns of a terminal (Unicode East Asian Width W and F). */
static const struct { uint32_t from, to; } wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static size_t
char_width(uint32_t ch)
{
	if (ch < 0x20 || (ch >= 0x7f && ch < 0xa0))
		return 1;	/* printed as a question mark */
	if ((ch >= 0x300 && ch <= 0x36f) || (ch >= 0x200b && ch <= 0x200f) ||
	    (ch >= 0xfe00 && ch <= 0xfe0f))
		return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (ch >= wide[i].from && ch <= wide[i].to)
			return 2;
	return 1;
}

/* The next character of a text; a byte that is none counts as one. */
static size_t
next(const char *p, uint32_t *ret_ch)
{
	size_t n = utf8_decode(p, strlen(p), ret_ch);

	if (n == 0) {
		*ret_ch = 0x7f;
		return 1;
	}
	return n;
}

size_t
text_width(const char *text)
{
	size_t width = 0;
	uint32_t ch;

	while (*text != '\0') {
		text += next(text, &ch);
		width += char_width(ch);
	}
	return width;
}

/*
 * Control characters would let a name that somebody typed steer the terminal, and the marks
 * of writing direction (U+202A to 202E, 2066 to 2069) let it read as another.
 */
void
print_text(FILE *out, const char *text)
{
	uint32_t ch;
	size_t n;

	for (const char *p = text; *p != '\0'; p += n) {
		n = next(p, &ch);
		if ((ch < 0x20 && ch != '\n') || (ch >= 0x7f && ch < 0xa0) ||
		    (ch >= 0x202a && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069))
			fputc('?', out);
		else
			fwrite(p, 1, n, out);
	}
}

int
text_may_break(const char *p)
{
	static const char marks[] = ",。、;:!?)」”";
	uint32_t ch;
	size_t n = next(p, &ch);

	if (*p == ' ')
		return 1;
	return char_width(ch) == 2 && memmem(marks, strlen(marks), p, n) == NULL;
}

void
print_wrapped(FILE *out, const char *text)
{
	size_t column = 0;
	uint32_t ch;

	while (*text != '\0') {
		size_t len = 0, width = 0;

		/* One piece that must stay together. */
		do {
			len += next(text + len, &ch);
			width += char_width(ch);
		} while (text[len] != '\0' && !text_may_break(text + len));
		if (column > 0 && column + width > LINE_WIDTH) {
			fputc('\n', out);
			column = 0;
			/* The space was the break. */
			while (len > 0 && *text == ' ') {
				text++;
				len--;
				width--;
			}
		}
		fwrite(text, 1, len, out);
		text += len;
		column += width;
	}
	fputc('\n', out);
}

void
table_start(struct table *t, size_t ncols)
{
	memset(t, 0, sizeof(*t));
	t->ncols = ncols;
}

void
table_head(struct cli *c, struct table *t, const enum message *heads, size_t ncols)
{
	table_start(t, ncols);
	for (size_t i = 0; i < ncols; i++)
		table_cell(t, msg(c->lang, heads[i]));
}

void
table_cell(struct table *t, const char *text)
{
	char **cell = reallocarray(t->cell, t->n + 1, sizeof(*cell));

	if (cell == NULL) {
		t->failed = 1;
		return;
	}
	t->cell = cell;
	if ((t->cell[t->n] = strdup(text)) == NULL)
		t->failed = 1;
	else
		t->n++;
}

void
table_fmt(struct table *t, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text[utf8_whole(text, strlen(text))] = '\0';
	table_cell(t, text);
}

void
table_print(struct table *t, FILE *out)
{
	size_t width[PRINT_COLUMNS] = { 0 };

	for (size_t i = 0; i < t->n; i++) {
		size_t w = text_width(t->cell[i]);

		if (w > width[i % t->ncols])
			width[i % t->ncols] = w;
	}
	for (size_t i = 0; i < t->n; i++) {
		size_t col = i % t->ncols, rest = 0;

		/* No spaces at the end of a line: not after the last cell that says anything. */
		for (size_t k = i + 1; k < t->n && k % t->ncols != 0; k++)
			rest += t->cell[k][0] != '\0';
		print_text(out, t->cell[i]);
		if (rest > 0)
			fprintf(out, "%*s", (int)(width[col] - text_width(t->cell[i]) + GAP), "");
		if (col == t->ncols - 1)
			fputc('\n', out);
	}
	for (size_t i = 0; i < t->n; i++)
		free(t->cell[i]);
	free(t->cell);
	table_start(t, t->ncols);
}

void
print_pair(struct cli *c, enum message label, const char *value)
{
	const char *text = msg(c->lang, label);
	size_t width = text_width(text);

	if (value[0] == '\0')
		return;
	fprintf(c->out, "%s%*s", text, width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 0, "");
	fprintf(c->out, "%*s", GAP, "");
	print_text(c->out, value);
	fputc('\n', c->out);
}

/* The member that a path of names leads to, or NULL. */
static const json_t *
member(const json_t *object, const char *path)
{
	while (object != NULL) {
		const char *dot = strchr(path, '.');
		char name[64];

		if (dot == NULL)
			return json_object_get(object, path);
		if ((size_t)(dot - path) >= sizeof(name))
			return NULL;
		memcpy(name, path, (size_t)(dot - path));
		name[dot - path] = '\0';
		object = json_object_get(object, name);
		path = dot + 1;
	}
	return NULL;
}

const char *
str(const json_t *object, const char *path)
{
	const char *text = json_string_value(member(object, path));

	return text != NULL ? text : "";
}

json_int_t
num(const json_t *object, const char *path)
{
	return json_integer_value(member(object, path));
}

const char *
minute(const char *instant, char *ret_text, size_t size)
{
	/* "2026-11-23T09:30:12.345+08:00" */
	if (strlen(instant) < 16 || instant[10] != 'T')
		snprintf(ret_text, size, "%s", instant);
	else
		snprintf(ret_text, size, "%.10s %.5s", instant, instant + 11);
	return ret_text;
}

void
keep_raw(struct cli *c, const json_t *answer)
{
	char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;

	buf_clear(&c->raw);
	if (text != NULL)
		buf_str(&c->raw, text);
	free(text);
}

enum cli_exit
print_raw(struct cli *c)
{
	if (c->raw.len > 0)
		fwrite(c->raw.data, 1, c->raw.len, c->out);
	fputc('\n', c->out);
	return CLI_OK;
}

void
print_more(struct cli *c, const json_t *page)
{
	const char *cursor = str(page, "next");

	if (cursor[0] != '\0')
		say(c, SAY_MORE, cursor);
}
