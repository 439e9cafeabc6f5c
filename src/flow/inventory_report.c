#include "flow/inventory_report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static const struct sentence { const char *reason[2], *next[2]; } sentences[PROBLEM_N] = {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) \
	[PROBLEM_##sym] = { { zh, en }, { next_zh, next_en } },
#include "flow/inventory_errors.def"
#undef INVENTORY_ERROR
};

static const char *const notes[NOTE_N][2] = {
#define INVENTORY_NOTE(sym, zh, en) [NOTE_##sym] = { zh, en },
#include "flow/inventory_notes.def"
#undef INVENTORY_NOTE
};

static const char *const meant[2] = { ";是不是“{near}”?", ". Did you mean {near}?" };

static const char *
file_name(int file)
{
	return file == REPORT_EVENTS ? INVENTORY_EVENTS : inventory_files[file];
}

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

/* Sets the bit of a line. */
static void
mark(struct reporting *r, const struct place *place)
{
	struct report_lines *lines = &r->lines[place->file];
	size_t byte = place->line / 8, size = lines->size;
	unsigned char *more, bit = (unsigned char)(1u << place->line % 8);

	if (byte >= size) {
		for (size = size == 0 ? 64 : size; size <= byte; size *= 2)
			;
		if ((more = realloc(lines->bit, size)) == NULL) {
			r->no_memory = 1;
			return;
		}
		memset(more + lines->size, 0, size - lines->size);
		lines->bit = more;
		lines->size = size;
	}
	lines->n += (lines->bit[byte] & bit) == 0;
	lines->bit[byte] |= bit;
}

static void
put(char *text, size_t size, const char *what)
{
	if (what != NULL)
		append(text, size, what, strlen(what));
}

/* "AB" of 28. */
static void
put_letters(char text[4], size_t at)
{
	char turned[4];
	size_t n = 0;

	for (; at > 0 && n < 3; at = (at - 1) / 26)
		turned[n++] = (char)('A' + (at - 1) % 26);
	for (size_t i = 0; i < n; i++)
		text[i] = turned[n - 1 - i];
}

/* Says where it is in the words of the office's own file. */
static void
locate(struct inventory_error *e, const struct place *place, const struct report_origin *o)
{
	const char *title = place->column;
	size_t at = place->at;

	for (size_t i = 0; at == 0 && place->column != NULL && i < o->ncolumns; i++) {
		if (strcmp(o->column[i].name, place->column) != 0)
			continue;
		title = o->column[i].title;
		at = o->column[i].at;
	}
	put(e->file, sizeof(e->file), o->file != NULL ? o->file : file_name(place->file));
	put(e->sheet, sizeof(e->sheet), o->sheet);
	put(e->column, sizeof(e->column), title);
	put_letters(e->letter, at);
}

static struct inventory_error *
begin(struct reporting *r, const struct place *place, const char *otherwise)
{
	struct inventory_error *e = insert(r, place);
	int ours = place->file != INVENTORY_FILE_NONE;

	if (ours && place->line > 0)
		mark(r, place);
	if (e == NULL)
		return NULL;
	if (ours) {
		locate(e, place, &r->origin[place->file]);
	} else {
		put(e->file, sizeof(e->file), place->name != NULL ? place->name : otherwise);
		put(e->column, sizeof(e->column), place->column);
	}
	e->line = place->line;
	put(e->value, sizeof(e->value), place->value);
	return e;
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
	e = begin(r, &place, says.a);
	if (e == NULL)
		return;
	put(e->suggestion, sizeof(e->suggestion), says.near);
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
	struct inventory_error *e = begin(r, &place, "");

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
	for (size_t i = 0; i < REPORT_FILES; i++) {
		free(r->lines[i].bit);
		r->lines[i] = (struct report_lines){ 0 };
	}
}

void
report_note(struct reporting *r, enum note note, const char *file, const char *sheet,
    const char *a, const char *near)
{
	struct inventory_report *rep = r->report;
	struct place none = { .value = "" };
	struct says says = { a, "", near };
	struct inventory_note *n;

	if (rep->note == NULL && (rep->note = calloc(INVENTORY_NOTES_MAX, sizeof(*rep->note))) == NULL) {
		r->no_memory = 1;
		return;
	}
	if (rep->nnotes == INVENTORY_NOTES_MAX)
		return;
	n = &rep->note[rep->nnotes++];
	put(n->file, sizeof(n->file), file);
	put(n->sheet, sizeof(n->sheet), sheet);
	for (int lang = 0; lang < 2; lang++) {
		fill(n->text[lang], sizeof(n->text[lang]), notes[note][lang], &none, &says);
		if (near != NULL)
			fill(n->text[lang], sizeof(n->text[lang]), meant[lang], &none, &says);
	}
}

void
report_read(struct reporting *r, int file, const char *encoding, size_t rows)
{
	struct inventory_report *rep = r->report;
	struct inventory_read *read;

	if (rep->read == NULL && (rep->read = calloc(REPORT_FILES, sizeof(*read))) == NULL) {
		r->no_memory = 1;
		return;
	}
	read = &rep->read[rep->nread++];
	put(read->file, sizeof(read->file), r->origin[file].file != NULL ? r->origin[file].file :
	    file_name(file));
	put(read->sheet, sizeof(read->sheet), r->origin[file].sheet);
	append(read->table, sizeof(read->table), file_name(file), strcspn(file_name(file), "."));
	read->encoding = encoding;
	read->rows = rows;
	read->refused = r->lines[file].n;
}

void
inventory_report_free(struct inventory_report *report)
{
	free(report->error);
	free(report->read);
	free(report->note);
	memset(report, 0, sizeof(*report));
}

#define WORD_MAX 64	/* characters */

/* The characters of a word; WORD_MAX + 1 if there are more. */
static size_t
characters(const char *text, uint32_t ret[WORD_MAX])
{
	size_t len = strlen(text), n = 0;

	for (size_t i = 0, step; i < len; i += step) {
		uint32_t c = (unsigned char)text[i];

		step = utf8_decode(text + i, len - i, &c);
		step += step == 0;
		if (n == WORD_MAX)
			return WORD_MAX + 1;
		ret[n++] = c;
	}
	return n;
}

static size_t
distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t row[3][WORD_MAX + 1];
	size_t *before = row[0], *last = row[1], *now = row[2];

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

size_t
report_distance(const char *a, const char *b)
{
	uint32_t one[WORD_MAX] = { 0 }, two[WORD_MAX] = { 0 };
	size_t na = characters(a, one), nb = characters(b, two);

	return na > WORD_MAX || nb > WORD_MAX ? WORD_MAX + 1 : distance(one, na, two, nb);
}

/* What a character is taken for: the letter O for a zero, l for a one, capitals for small. */
static uint32_t
looks_like(uint32_t c)
{
	c = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	return c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
}

static int
look_alike(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	if (na != nb)
		return 0;
	for (size_t i = 0; i < na; i++)
		if (looks_like(a[i]) != looks_like(b[i]))
			return 0;
	return 1;
}

void
report_nearer(const char *text, const char *word, struct nearest *near)
{
	uint32_t one[WORD_MAX] = { 0 }, two[WORD_MAX] = { 0 };
	size_t len = characters(text, one), other = characters(word, two), far;
	size_t limit = len < 2 ? 0 : len < 8 ? 1 : len < 12 ? 2 : 3;

	if (len > WORD_MAX || other > WORD_MAX || len + limit < other || other + limit < len)
		return;
	far = distance(one, len, two, other);
	if (far > limit || far == 0)
		return;
	/* Of words that are as near, one that looks the same is meant. */
	far = 2 * far - (size_t)look_alike(one, len, two, other);
	if (near->distance == 0 || far < near->distance) {
		near->word = word;
		near->distance = far;
	} else if (far == near->distance && near->word != NULL && strcmp(near->word, word) != 0) {
		near->word = NULL;
	}
}
