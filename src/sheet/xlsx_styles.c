/* Which styles show a number as a day, as a time of day, or with leading zeros. */
#include <stdlib.h>
#include <string.h>

#include "sheet/xlsx.h"
#include "sheet/xml.h"

#define STYLES_MAX 65536
#define FORMATS_MAX 5000

struct format { unsigned long id; struct xlsx_style style; };

struct styles {
	struct book *book;
	struct format *format;
	size_t n, cap;
	int in_cells;
};

/* The numbers that need no format of their own: those of ECMA-376 18.8.30, and of Chinese Excel. */
static const struct { unsigned char from, to, look; } built_in[] = {
	{ 14, 17, LOOK_DATE }, { 18, 21, LOOK_TIME }, { 22, 22, LOOK_DATE }, { 27, 31, LOOK_DATE },
	{ 32, 35, LOOK_TIME }, { 36, 36, LOOK_DATE }, { 45, 47, LOOK_TIME }, { 50, 54, LOOK_DATE },
	{ 55, 56, LOOK_TIME }, { 57, 58, LOOK_DATE },
};

/* Skips what is shown as it stands: "年", \-, _x, *x; and [Red], [h]. */
static const char *
skip_literal(const char *p, int *ret_time)
{
	const char *end = *p == '"' ? strchr(p + 1, '"') : *p == '[' ? strchr(p, ']') : NULL;

	if (*p == '[' && p[1] != '\0' && strchr("hmsHMS", p[1]) != NULL && p[2] != '\0' &&
	    strchr("hmsHMS]", p[2]) != NULL)
		*ret_time = 1;
	if (end != NULL)
		return end;
	return (*p == '\\' || *p == '_' || *p == '*') && p[1] != '\0' ? p + 1 : NULL;
}

struct xlsx_style
xlsx_look_of(const char *format)
{
	struct xlsx_style style = { LOOK_NUMBER, 0 };
	int day = 0, month = 0, time = 0;
	size_t zeros = strspn(format, "0");

	if (strcasecmp(format, "General") == 0)
		return style;
	for (const char *p = format; *p != '\0' && *p != ';'; p++) {
		const char *end = skip_literal(p, &time);

		if (end != NULL) {
			p = end;
			continue;
		}
		day |= strchr("yYdD", *p) != NULL;
		month |= strchr("mM", *p) != NULL;
		time |= strchr("hHsS", *p) != NULL;
	}
	style.look = day || (month && !time) ? LOOK_DATE : time ? LOOK_TIME : LOOK_NUMBER;
	if (zeros > 1 && zeros < 16 && format[zeros] == '\0')
		style.digits = (uint8_t)zeros;
	return style;
}

static struct xlsx_style
style_of(const struct styles *s, unsigned long id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->format[i].id == id)
			return s->format[i].style;
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (id >= built_in[i].from && id <= built_in[i].to)
			return (struct xlsx_style){ built_in[i].look, 0 };
	return (struct xlsx_style){ LOOK_NUMBER, 0 };
}

static int
add_format(struct styles *s, const char **attributes, struct fault *f)
{
	const char *id = xml_attribute(attributes, "numFmtId"),
	    *code = xml_attribute(attributes, "formatCode");

	if (id == NULL || code == NULL)
		return 0;
	if (s->n == FORMATS_MAX)
		return xlsx_over(f, XLSX_LIMIT_STYLES, FORMATS_MAX);
	if (xlsx_grow((void **)&s->format, s->n, &s->cap, sizeof(*s->format), f) < 0)
		return -1;
	s->format[s->n++] = (struct format){ strtoul(id, NULL, 10), xlsx_look_of(code) };
	return 0;
}

static int
add_style(struct styles *s, const char **attributes, struct fault *f)
{
	struct book *b = s->book;
	const char *id = xml_attribute(attributes, "numFmtId");

	if (b->nstyles == STYLES_MAX)
		return xlsx_over(f, XLSX_LIMIT_STYLES, STYLES_MAX);
	if (xlsx_grow((void **)&b->style, b->nstyles, &b->styles_cap, sizeof(*b->style), f) < 0)
		return -1;
	b->style[b->nstyles++] = style_of(s, id == NULL ? 0 : strtoul(id, NULL, 10));
	return 0;
}

static int
start(void *ctx, const char *name, const char **attributes, struct fault *f)
{
	struct styles *s = ctx;

	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = 1;
	if (strcmp(name, "numFmt") == 0)
		return add_format(s, attributes, f);
	return s->in_cells && strcmp(name, "xf") == 0 ? add_style(s, attributes, f) : 0;
}

static int
end(void *ctx, const char *name, struct fault *f)
{
	struct styles *s = ctx;

	(void)f;
	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = 0;
	return 0;
}

int
xlsx_read_styles(struct book *b, const char *part, struct fault *f)
{
	struct styles s = { .book = b };
	struct xml_reader reader = { start, end, NULL, &s };
	int rc = xml_read(b->zip, part, &reader, f);

	free(s.format);
	return rc;
}
