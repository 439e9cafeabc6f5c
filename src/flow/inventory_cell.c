/* What a single cell may hold. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "flow/inventory_sheet.h"

#define LIST_MAX 100	/* entries */
#define NAME_MAX_BYTES 47

static const char *const no_words[] = { NULL };

const char *
sheet_words(const char *const *words, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (; *words != NULL && used < size; words++) {
		int n = snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", *words);

		if (n < 0 || (size_t)n >= size - used) {
			text[used] = '\0';
			break;
		}
		used += (size_t)n;
	}
	return text;
}

int
sheet_has(const char *const *words, const char *word)
{
	for (; *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return 1;
	return 0;
}

const char *const *
sheet_split(struct arena *a, const char *text, char sep)
{
	size_t n = 1;
	char *copy = arena_text(a, text, strlen(text));
	const char **words;

	for (const char *p = text; *p != '\0'; p++)
		n += *p == sep;
	words = arena_alloc(a, n + 1, sizeof(*words));
	if (copy == NULL || words == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		char *end = strchr(copy, sep);

		words[i] = copy;
		if (end != NULL) {
			*end = '\0';
			copy = end + 1;
		}
	}
	return words;
}

/* Usual ceilings in bytes, where the column says none. */
static int64_t
ceiling(const struct column *c)
{
	if (c->type != CELL_INT && c->max > 0)
		return c->max;
	switch (c->type) {
	case CELL_CODE:
		return 31;
	case CELL_NAME:
		return NAME_MAX_BYTES;
	case CELL_LIST:
		return 4000;
	case CELL_LOGIC:
		return JSONLOGIC_TEXT_MAX;
	default:
		return 1000;
	}
}

#define WIDE_SPACE "\xE3\x80\x80"	/* U+3000 */

int
sheet_has_outer_space(const char *text, size_t len)
{
	const size_t wide = sizeof(WIDE_SPACE) - 1;

	return text[0] == ' ' || text[len - 1] == ' ' || (len >= wide &&
	    (memcmp(text, WIDE_SPACE, wide) == 0 || memcmp(text + len - wide, WIDE_SPACE, wide) == 0));
}

int
sheet_has_control(const char *text, size_t len)
{
	unsigned found = 0;

	/* Without a branch: several bytes at a time. */
	for (size_t i = 0; i < len; i++)
		found |= (unsigned)((unsigned char)text[i] < 0x20) | (unsigned)(text[i] == 0x7f);
	return found != 0;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

int
inventory_is_code(const char *text)
{
	size_t len = strlen(text);
	int between = 1;	/* signs stand between others: so no code is "..", or ends in a slash */
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		if ((n = utf8_decode(text + i, len - i, &c)) == 0)
			return 0;
		if (c < 0x80 && strchr("-_./", (int)c) != NULL) {
			if (i == 0 || i + 1 == len || (between && c != '-'))
				return 0;
			between = 1;
			continue;
		}
		if (!(c < 0x80 && strchr(LOWER UPPER DIGITS, (int)c) != NULL) &&
		    !(c >= 0x3400 && c <= 0x9fff))
			return 0;
		between = 0;
	}
	return len > 0;
}

int
sheet_is_name(const char *text)
{
	return text[0] != '\0' && strlen(text) <= NAME_MAX_BYTES && strchr(LOWER, text[0]) != NULL &&
	    text[strspn(text, LOWER DIGITS "_")] == '\0';
}

static int
is_dataset(const char *text)
{
	static const char before[] = "registry/", after[] = ".csv";
	size_t len = strlen(text);
	size_t name = sizeof(before) - 1;

	if (strncmp(text, before, name) != 0 || len < name + sizeof(after) ||
	    strcmp(text + len - (sizeof(after) - 1), after) != 0)
		return 0;
	return name + strspn(text + name, LOWER DIGITS "_") == len - (sizeof(after) - 1);
}

static int
parse_int(const char *text, int64_t min, int64_t max, int64_t *ret_num)
{
	char *end;
	long long num;

	if (text[strspn(text, DIGITS)] != '\0')
		return -1;
	errno = 0;
	num = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || num < min || num > max)
		return -1;
	*ret_num = num;
	return 0;
}

static int64_t
enum_index(const char *const *values, const char *text)
{
	for (int64_t i = 0; values[i] != NULL; i++)
		if (strcmp(values[i], text) == 0)
			return i;
	return -1;
}

static void
check_enum(struct sheets *s, enum sheet_id id, struct row *row, int column)
{
	const struct column *c = &s->sheet[id].spec->column[column];
	struct cell *cell = &row->cell[column];
	struct nearest near = { 0 };
	char words[160];

	cell->num = enum_index(c->values, cell->text);
	if (cell->num >= 0)
		return;
	for (size_t i = 0; c->values[i] != NULL; i++)
		report_nearer(cell->text, c->values[i], &near);
	sheet_complain(s, id, row, column, PROBLEM_ENUM_UNKNOWN,
	    (struct says){ sheet_words(c->values, words, sizeof(words)), NULL, near.word });
}

static int
check_list(struct sheets *s, enum sheet_id id, struct row *row, int column)
{
	struct cell *cell = &row->cell[column];
	const char *const *words = sheet_split(s->keep, cell->text, s->sheet[id].spec->column[column].sep);
	size_t n = 0;
	char most[24];

	if (words == NULL)
		return -1;
	while (words[n] != NULL)
		n++;
	if (n > LIST_MAX) {
		snprintf(most, sizeof(most), "%d", LIST_MAX);
		sheet_complain(s, id, row, column, PROBLEM_LIST_LONG, (struct says){ most, NULL, NULL });
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (words[i][0] == '\0') {
			sheet_complain(s, id, row, column, PROBLEM_LIST_BLANK, (struct says){ 0 });
			return 0;
		}
		if (sheet_has(words + i + 1, words[i]))
			sheet_complain_of(s, id, row, column, words[i], PROBLEM_LIST_REPEATED,
			    (struct says){ 0 });
	}
	cell->list = words;
	return 0;
}

static void
check_int(struct sheets *s, enum sheet_id id, struct row *row, int column)
{
	const struct column *c = &s->sheet[id].spec->column[column];
	struct cell *cell = &row->cell[column];
	char min[24], max[24];

	if (parse_int(cell->text, c->min, c->max, &cell->num) == 0)
		return;
	snprintf(min, sizeof(min), "%lld", (long long)c->min);
	snprintf(max, sizeof(max), "%lld", (long long)c->max);
	sheet_complain(s, id, row, column, PROBLEM_INT_FORM, (struct says){ min, max, NULL });
}

/* What holds for every cell; 0 if its type need not be looked at any more. */
static int
check_shape(struct sheets *s, enum sheet_id id, struct row *row, int column)
{
	const struct column *c = &s->sheet[id].spec->column[column];
	struct cell *cell = &row->cell[column];
	size_t len = strlen(cell->text);
	char most[24];

	if (len == 0) {
		if (c->presence == REQUIRED)
			sheet_complain(s, id, row, column, PROBLEM_CELL_BLANK,
			    (struct says){ c->name, NULL, NULL });
	} else if ((int64_t)len > ceiling(c)) {
		snprintf(most, sizeof(most), "%lld", (long long)ceiling(c));
		sheet_complain(s, id, row, column, PROBLEM_CELL_LONG, (struct says){ most, NULL, NULL });
	} else if (sheet_has_control(cell->text, len)) {
		sheet_complain(s, id, row, column, PROBLEM_CELL_CONTROL, (struct says){ 0 });
	} else if (sheet_has_outer_space(cell->text, len)) {
		sheet_complain(s, id, row, column, PROBLEM_CELL_SPACE, (struct says){ 0 });
	} else {
		return 1;
	}
	return 0;
}

void
sheet_void_cell(const struct column *c, struct cell *cell)
{
	cell->text = "";
	cell->num = -1;
	if (c->type == CELL_LIST)
		cell->list = no_words;
}

int
sheet_check_cell(struct sheets *s, enum sheet_id id, struct row *row, int column)
{
	const struct column *c = &s->sheet[id].spec->column[column];
	struct cell *cell = &row->cell[column];
	struct office_hours hours;
	int ok = 1;
	enum problem problem = PROBLEM_N;

	cell->num = -1;
	if (c->type == CELL_LIST)
		cell->list = no_words;
	if (!check_shape(s, id, row, column))
		return 0;
	switch (c->type) {
	case CELL_CODE:
		ok = inventory_is_code(cell->text);
		problem = PROBLEM_CODE_FORM;
		break;
	case CELL_DIVISION:
		ok = strlen(cell->text) == 6 && cell->text[strspn(cell->text, DIGITS)] == '\0';
		problem = PROBLEM_DIVISION_FORM;
		break;
	case CELL_NAME:
		ok = sheet_is_name(cell->text);
		problem = PROBLEM_NAME_FORM;
		break;
	case CELL_DATE:
		ok = clock_parse_day(cell->text, &cell->num) == 0;
		problem = PROBLEM_DATE_FORM;
		break;
	case CELL_HOURS:
		ok = office_hours_parse(cell->text, &hours, NULL) == 0;
		problem = PROBLEM_HOURS_FORM;
		break;
	case CELL_DATASET:
		ok = is_dataset(cell->text);
		problem = PROBLEM_DATASET_FORM;
		break;
	case CELL_ENUM:
		check_enum(s, id, row, column);
		break;
	case CELL_INT:
		check_int(s, id, row, column);
		break;
	case CELL_LIST:
		return check_list(s, id, row, column);
	case CELL_TEXT: case CELL_REF: case CELL_LOGIC:
		break;
	}
	if (!ok)
		sheet_complain(s, id, row, column, problem, (struct says){ 0 });
	return 0;
}
