#include "flow/inventory_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const struct sentence { const char *reason[2], *next[2]; } sentences[PROBLEM_N] = {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) \
	[PROBLEM_##sym] = { { zh, en }, { next_zh, next_en } },
#include "flow/inventory_errors.def"
#undef INVENTORY_ERROR
};

static const char *const meant[2] = { ";是不是“{near}”?", ". Did you mean {near}?" };

/* Adds len bytes to text, cut at a character. */
static void
append(char *text, size_t size, const char *what, size_t len)
{
	size_t used = strlen(text), room = size - used - 1;

	if (len > room)
		len = utf8_whole(what, room);
	memcpy(text + used, what, len);
	text[used + len] = '\0';
}

/* Writes a template with its {names} filled in behind what text holds. */
static void
fill(char *text, size_t size, const char *template, const struct place *place,
    const struct says *says)
{
	enum { NARGS = 4 };
	const struct { const char *name, *value; } arg[NARGS] = {
		{ "{value}", place->value }, { "{a}", says->a }, { "{b}", says->b },
		{ "{near}", says->near },
	};

	while (*template != '\0') {
		size_t i = 0, len = strcspn(template, "{");

		append(text, size, template, len);
		template += len;
		while (i < NARGS && strncmp(template, arg[i].name, strlen(arg[i].name)) != 0)
			i++;
		if (i < NARGS) {
			append(text, size, arg[i].value, strlen(arg[i].value));
			template += strlen(arg[i].name);
		} else if (*template == '{') {
			append(text, size, template++, 1);
		}
	}
}

/* Makes room for an error at its place in the order; NULL if it is only counted. */
static struct inventory_error *
insert(struct reporting *r, const struct place *place)
{
	struct inventory_report *rep = r->report;
	size_t at = rep->n;

	rep->total++;
	if (rep->error == NULL)
		rep->error = calloc(INVENTORY_ERRORS_MAX, sizeof(*rep->error));
	if (r->key == NULL)
		r->key = calloc(INVENTORY_ERRORS_MAX, sizeof(*r->key));
	if (rep->error == NULL || r->key == NULL) {
		r->no_memory = 1;
		return NULL;
	}
	while (at > 0 && (r->key[at - 1].file > place->file ||
	    (r->key[at - 1].file == place->file && r->key[at - 1].line > place->line)))
		at--;
	if (at == INVENTORY_ERRORS_MAX)
		return NULL;
	rep->n += rep->n < INVENTORY_ERRORS_MAX;
	memmove(rep->error + at + 1, rep->error + at, (rep->n - at - 1) * sizeof(*rep->error));
	memmove(r->key + at + 1, r->key + at, (rep->n - at - 1) * sizeof(*r->key));
	memset(rep->error + at, 0, sizeof(*rep->error));
	r->key[at].file = place->file;
	r->key[at].line = place->line;
	return rep->error + at;
}

static struct inventory_error *
begin(struct reporting *r, const struct place *place, const char *file)
{
	struct inventory_error *e = insert(r, place);

	if (e == NULL)
		return NULL;
	append(e->file, sizeof(e->file), file, strlen(file));
	e->line = place->line;
	if (place->column != NULL)
		append(e->column, sizeof(e->column), place->column, strlen(place->column));
	if (place->value != NULL)
		append(e->value, sizeof(e->value), place->value, strlen(place->value));
	return e;
}

static const char *
file_name(const struct place *place, const char *otherwise)
{
	if (place->file != INVENTORY_FILE_NONE)
		return inventory_files[place->file];
	return place->name != NULL ? place->name : otherwise;
}

void
report_add(struct reporting *r, enum problem problem, struct place place, struct says says)
{
	const struct sentence *s = &sentences[problem];
	struct inventory_error *e;

	if (place.value == NULL)
		place.value = "";
	if (says.a == NULL)
		says.a = "";
	if (says.b == NULL)
		says.b = "";
	e = begin(r, &place, file_name(&place, says.a));
	if (e == NULL)
		return;
	for (int lang = 0; lang < 2; lang++) {
		fill(e->reason[lang], sizeof(e->reason[lang]), s->reason[lang], &place, &says);
		fill(e->next[lang], sizeof(e->next[lang]), s->next[lang], &place, &says);
		if (says.near != NULL)
			fill(e->next[lang], sizeof(e->next[lang]), meant[lang], &place, &says);
	}
}

void
report_add_fault(struct reporting *r, struct place place, const struct fault *f)
{
	struct inventory_error *e = begin(r, &place, file_name(&place, ""));

	if (e == NULL)
		return;
	for (int lang = 0; lang < 2; lang++) {
		fault_text(f, lang, 0, e->reason[lang], sizeof(e->reason[lang]));
		fault_text(f, lang, 1, e->next[lang], sizeof(e->next[lang]));
	}
}

int
report_has_room(const struct reporting *r)
{
	return r->report->n < INVENTORY_ERRORS_MAX;
}

void
report_close(struct reporting *r)
{
	free(r->key);
	r->key = NULL;
}

void
inventory_report_free(struct inventory_report *report)
{
	free(report->error);
	report->error = NULL;
	report->n = report->total = 0;
}

#define WORD_MAX 64

size_t
report_distance(const char *a, const char *b)
{
	size_t row[3][WORD_MAX + 1], na = strlen(a), nb = strlen(b);
	size_t *before = row[0], *last = row[1], *now = row[2];

	if (na > WORD_MAX || nb > WORD_MAX)
		return WORD_MAX + 1;
	for (size_t j = 0; j <= nb; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *turn = before;

		now[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = turn;
	}
	return last[nb];
}

void
report_nearer(const char *text, const char *word, const char **near)
{
	size_t len = strlen(text), other = strlen(word);
	size_t limit = len < 8 ? 1 : len < 12 ? 2 : 3;
	size_t distance;

	if (len + limit < other || other + limit < len)
		return;
	distance = report_distance(text, word);
	if (distance <= limit && (*near == NULL || distance < report_distance(text, *near)))
		*near = word;
}
