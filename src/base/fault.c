#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct row {
	const char *name;
	enum fault_kind kind;
	int status;
	const char *text[2][2];		/* [lang][next] */
} rows[] = {
	[FAULT_NONE] = { "none", FAULT_KIND_BUG, 500, { { "", "" }, { "", "" } } },
#define FAULT(sym, name, kind, status, zh, en, next_zh, next_en) \
	[FAULT_##sym] = { name, FAULT_KIND_##kind, status, { { zh, next_zh }, { en, next_en } } },
#include "base/faults.def"
#undef FAULT
};

/* vsnprintf that never leaves half a character at the end. */
static void
vset(char *text, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(text, size, fmt, ap);

	if (n < 0)
		text[0] = '\0';
	else if ((size_t)n >= size)
		text[utf8_whole(text, size - 1)] = '\0';
}

void
fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
{
	va_list ap;

	if (f == NULL)
		return;
	f->code = code;
	f->nargs = 0;
	va_start(ap, fmt);
	vset(f->cause, sizeof(f->cause), fmt, ap);
	va_end(ap);
}

void
fault_arg(struct fault *f, const char *name, const char *fmt, ...)
{
	struct fault_arg *a = NULL;
	va_list ap;

	if (f == NULL)
		return;
	for (size_t i = 0; i < f->nargs; i++)
		if (strcmp(f->arg[i].name, name) == 0)
			a = &f->arg[i];
	if (a == NULL) {
		if (f->nargs == FAULT_NARGS)
			return;
		a = &f->arg[f->nargs++];
		snprintf(a->name, sizeof(a->name), "%s", name);
	}
	va_start(ap, fmt);
	vset(a->value, sizeof(a->value), fmt, ap);
	va_end(ap);
}

const char *
fault_arg_get(const struct fault *f, const char *name)
{
	for (size_t i = 0; i < f->nargs; i++)
		if (strcmp(f->arg[i].name, name) == 0)
			return f->arg[i].value;
	return NULL;
}

void
fault_prefix(struct fault *f, const char *where)
{
	char old[sizeof(f->cause)];

	if (f == NULL)
		return;
	memcpy(old, f->cause, sizeof(old));
	if (snprintf(f->cause, sizeof(f->cause), "%s%s%s", where, old[0] ? ": " : "",
	    old) >= (int)sizeof(f->cause))
		f->cause[utf8_whole(f->cause, sizeof(f->cause) - 1)] = '\0';
}

const char *
fault_name(enum fault_code code)
{
	return rows[code].name;
}

enum fault_kind
fault_kind(enum fault_code code)
{
	return rows[code].kind;
}

int
fault_status(enum fault_code code)
{
	return rows[code].status;
}

enum fault_code
fault_by_name(const char *name)
{
	for (size_t i = 1; i < FAULT_NCODES; i++)
		if (strcmp(rows[i].name, name) == 0)
			return (enum fault_code)i;
	return FAULT_NONE;
}

const char *
fault_template(enum fault_code code, enum lang lang, int next)
{
	return rows[code].text[lang][next != 0];
}

/* The value for the {name} that starts at p, and how long "{name}" is; or NULL. */
static const char *
placeholder(const struct fault *f, const char *p, size_t *ret_len)
{
	const char *end = strchr(p, '}');

	if (*p != '{' || end == NULL)
		return NULL;
	*ret_len = (size_t)(end - p) + 1;
	for (size_t i = 0; i < f->nargs; i++)
		if (strlen(f->arg[i].name) == *ret_len - 2 &&
		    memcmp(f->arg[i].name, p + 1, *ret_len - 2) == 0)
			return f->arg[i].value;
	return "?";
}

void
fault_text(const struct fault *f, enum lang lang, int next, char *text, size_t size)
{
	const char *p = fault_template(f->code, lang, next);
	size_t len = 0;

	while (*p != '\0') {
		size_t skip = 1, n = 1;
		const char *from = placeholder(f, p, &skip);

		if (from != NULL)
			n = strlen(from);
		else
			from = p;
		if (len + n >= size) {
			n = size - 1 - len;
			memcpy(text + len, from, n);
			len = utf8_whole(text, size - 1);
			break;
		}
		memcpy(text + len, from, n);
		len += n;
		p += skip;
	}
	text[len] = '\0';
}
