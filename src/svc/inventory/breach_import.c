#include "svc/inventory/breach_import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow/inventory_report.h"
#include "rules/csv.h"
#include "rules/ident.h"
#include "svc/inventory/inventory_svc.h"

#define FILE_NAME BREACH_DATASET ".csv"
#define FILE_MAX (16u << 20)
#define DIGITS_SHOWN_MAX 11	/* more of them may be somebody's number */

enum { CODE, KIND, SUBJECT, MATTER, ITEM, COMMITTED, CHECKED, OUTCOME, MEASURE, NCOLUMNS };

static const char *const kinds[] = { "person", "enterprise", NULL };
static const char *const outcomes[] = { "fulfilled", "corrected", "breach_minor",
	"breach_serious", "pending", NULL };

static const struct column {
	const char *name;
	size_t max;			/* bytes */
	int optional;
	const char *const *words;	/* NULL: anything */
} columns[NCOLUMNS] = {
	[CODE]      = { "code", 31, 0, NULL },
	[KIND]      = { "subject_kind", 31, 0, kinds },
	[SUBJECT]   = { "subject_id", IDENT_MAX - 1, 0, NULL },
	[MATTER]    = { "matter_code", 31, 0, NULL },
	[ITEM]      = { "item_code", 31, 0, NULL },
	[COMMITTED] = { "commitment_date", 31, 0, NULL },
	[CHECKED]   = { "checked_date", 31, 1, NULL },
	[OUTCOME]   = { "outcome", 31, 0, outcomes },
	[MEASURE]   = { "measure", 600, 1, NULL },
};

/* A row in the order of columns, and which column of the file is which of ours. */
struct row { size_t at[NCOLUMNS], line; const char *cell[NCOLUMNS]; };

struct code { char text[32]; size_t line; };

struct checking {
	const struct inventory *inv;
	int64_t today;
	struct reporting reporting;
	struct row row;
	struct code *code;		/* of every row so far */
	size_t ncodes, codes_cap;
};

/* What looks like somebody's number, in whatever column it stands, is shown nowhere. */
static const char *
shown(const char *text)
{
	size_t digits = 0;

	for (const char *p = text; *p != '\0'; p++)
		digits += *p >= '0' && *p <= '9';
	return digits > DIGITS_SHOWN_MAX ? NULL : text;
}

static struct place
place_of(const struct checking *k, int column)
{
	return (struct place){ .file = INVENTORY_FILE_NONE, .name = FILE_NAME, .line = k->row.line,
		.column = columns[column].name,
		.value = column == SUBJECT ? NULL : shown(k->row.cell[column]) };
}

static void
complain(struct checking *k, int column, enum problem problem, struct says says)
{
	report_add(&k->reporting, problem, place_of(k, column), says);
}

/* An error of a line, or, if that is 0, of the file. */
static void
complain_of_line(struct checking *k, size_t line, const char *column, enum problem problem,
    struct says says)
{
	report_add(&k->reporting, problem, (struct place){ .file = INVENTORY_FILE_NONE,
	    .name = FILE_NAME, .line = line, .column = column, .value = column }, says);
}

static int
is_word(const char *const *words, const char *text)
{
	while (*words != NULL && strcmp(*words, text) != 0)
		words++;
	return *words != NULL;
}

static void
not_a_word(struct checking *k, int column)
{
	const char *const *words = columns[column].words;
	struct nearest near = { 0 };
	char list[160];
	size_t len = 0;

	for (size_t i = 0; words[i] != NULL && len < sizeof(list); i++) {
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i > 0 ? ", " : "",
		    words[i]);
		report_nearer(k->row.cell[column], words[i], &near);
	}
	complain(k, column, PROBLEM_ENUM_UNKNOWN, (struct says){ list, NULL, near.word });
}

static int
has_control(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f)
			return 1;
	return 0;
}

/* What holds for each cell alone; 1 if it is right and not blank. */
static int
check_cell(struct checking *k, int column)
{
	const struct column *c = &columns[column];
	const char *text = k->row.cell[column];
	char most[24];

	if (text[0] == '\0') {
		if (!c->optional)
			complain(k, column, PROBLEM_CELL_BLANK, (struct says){ .a = c->name });
	} else if (strlen(text) > c->max) {
		snprintf(most, sizeof(most), "%zu", c->max);
		complain(k, column, PROBLEM_CELL_LONG, (struct says){ .a = most });
	} else if (has_control(text)) {
		complain(k, column, PROBLEM_CELL_CONTROL, (struct says){ 0 });
	} else if (c->words != NULL && !is_word(c->words, text)) {
		not_a_word(k, column);
	} else {
		return 1;
	}
	return 0;
}

static int
check_code(struct checking *k)
{
	const char *text = k->row.cell[CODE];

	if (!inventory_is_code(text)) {
		complain(k, CODE, PROBLEM_CODE_FORM, (struct says){ 0 });
		return 0;
	}
	if (k->ncodes == k->codes_cap) {
		size_t cap = k->codes_cap != 0 ? k->codes_cap * 2 : 128;
		struct code *more = reallocarray(k->code, cap, sizeof(*more));

		if (more == NULL)
			return -1;
		k->code = more;
		k->codes_cap = cap;
	}
	snprintf(k->code[k->ncodes].text, sizeof(k->code[0].text), "%s", text);
	k->code[k->ncodes++].line = k->row.line;
	return 0;
}

static enum ident_type
subject_type(const char *kind)
{
	return strcmp(kind, "person") == 0 ? IDENT_CITIZEN_ID : IDENT_USCC;
}

static void
check_subject(struct checking *k)
{
	char number[IDENT_MAX];
	struct fault bad = FAULT_INIT;

	if (ident_check(subject_type(k->row.cell[KIND]), k->row.cell[SUBJECT],
	    columns[SUBJECT].name, k->today, number, &bad) < 0)
		report_add_fault(&k->reporting, place_of(k, SUBJECT), &bad);
	explicit_bzero(number, sizeof(number));
}

/* The matter and the item are on the list, belong together, and allow a commitment. */
static void
check_item(struct checking *k, const int *right)
{
	const struct matter *matter = inventory_matter(k->inv, k->row.cell[MATTER]);
	const struct item *item = inventory_item(k->inv, k->row.cell[ITEM]);

	if (right[MATTER] && matter == NULL)
		complain(k, MATTER, PROBLEM_REF_UNKNOWN, (struct says){ .a = "matters.csv" });
	if (right[ITEM] && item == NULL)
		complain(k, ITEM, PROBLEM_REF_UNKNOWN, (struct says){ .a = "items.csv" });
	if (item == NULL)
		return;
	if (matter != NULL && item->matter != matter)
		complain(k, ITEM, PROBLEM_BREACH_MATTER, (struct says){ .a = matter->code,
		    .b = item->matter->code });
	else if (item->method != METHOD_COMMITMENT)
		complain(k, ITEM, PROBLEM_BREACH_METHOD, (struct says){ .a = method_name(item->method) });
}

static void
check_dates(struct checking *k, const int *right)
{
	const char *checked = k->row.cell[CHECKED], *committed = k->row.cell[COMMITTED];
	int64_t from = 0, until = 0;
	int pending = strcmp(k->row.cell[OUTCOME], "pending") == 0;

	if (right[COMMITTED] && clock_parse_day(committed, &from) < 0)
		complain(k, COMMITTED, PROBLEM_DATE_FORM, (struct says){ 0 });
	else if (right[CHECKED] && clock_parse_day(checked, &until) < 0)
		complain(k, CHECKED, PROBLEM_DATE_FORM, (struct says){ 0 });
	else if (right[OUTCOME] && pending != (checked[0] == '\0'))
		complain(k, CHECKED, PROBLEM_BREACH_CHECKED, (struct says){ 0 });
	else if (right[COMMITTED] && right[CHECKED] && until < from)
		complain(k, CHECKED, PROBLEM_BREACH_DATES, (struct says){ .a = committed });
}

static int
check_row(struct checking *k)
{
	int right[NCOLUMNS];

	for (int c = 0; c < NCOLUMNS; c++)
		right[c] = check_cell(k, c);
	if (right[CODE] && check_code(k) < 0)
		return -1;
	if (right[KIND] && right[SUBJECT])
		check_subject(k);
	if (k->inv != NULL)
		check_item(k, right);
	check_dates(k, right);
	return 0;
}

/* Finds our columns; 0 if any is missing, unknown or there twice. */
static int
read_header(struct checking *k, const char *const *name, size_t n, size_t line, size_t *ret_at)
{
	int seen[NCOLUMNS] = { 0 }, right = 1;

	for (size_t i = 0; i < n; i++) {
		int c = 0;

		while (c < NCOLUMNS && strcmp(columns[c].name, name[i]) != 0)
			c++;
		if (c < NCOLUMNS && !seen[c]++) {
			ret_at[c] = i;
			continue;
		}
		complain_of_line(k, line, shown(name[i]), c < NCOLUMNS ? PROBLEM_COLUMN_REPEATED :
		    PROBLEM_COLUMN_UNKNOWN, (struct says){ 0 });
		right = 0;
	}
	for (int c = 0; c < NCOLUMNS; c++) {
		if (seen[c])
			continue;
		complain_of_line(k, line, columns[c].name, PROBLEM_COLUMN_MISSING,
		    (struct says){ .a = columns[c].name });
		right = 0;
	}
	return right;
}

static void
no_header(struct checking *k)
{
	char header[200];
	size_t len = 0;

	for (int c = 0; c < NCOLUMNS && len < sizeof(header); c++)
		len += (size_t)snprintf(header + len, sizeof(header) - len, "%s%s", c > 0 ? "," : "",
		    columns[c].name);
	complain_of_line(k, 0, NULL, PROBLEM_FILE_EMPTY, (struct says){ .a = header });
}

/* The next row in our order: 1, 0 at the end, -1; an error of its width goes to ret_width. */
static int
next_row(struct csv *csv, struct row *row, size_t *ret_width, struct fault *f)
{
	const char **field;
	int more = csv_next(csv, &field, ret_width, &row->line, f);

	if (more == 1 && *ret_width == NCOLUMNS)
		for (int c = 0; c < NCOLUMNS; c++)
			row->cell[c] = field[row->at[c]];
	return more;
}

static int
read_failed(struct checking *k, struct fault *bad, struct fault *f)
{
	const char *line = fault_arg_get(bad, "line");

	if (bad->code == FAULT_MEMORY) {
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
		return -1;
	}
	report_add_fault(&k->reporting, (struct place){ .file = INVENTORY_FILE_NONE,
	    .name = FILE_NAME, .line = line != NULL ? strtoul(line, NULL, 10) : 0 }, bad);
	return 0;
}

static int
check_rows(struct checking *k, struct csv *csv, int64_t *ret_rows, struct fault *f)
{
	struct fault bad = FAULT_INIT;
	const char **field;
	size_t n, line;
	int more = csv_next(csv, &field, &n, &line, &bad);

	if (more == 0)
		no_header(k);
	if (more == 1 && !read_header(k, field, n, line, k->row.at))
		return 0;
	while (more == 1 && (more = next_row(csv, &k->row, &n, &bad)) == 1) {
		char got[24], want[24];

		++*ret_rows;
		if (n == NCOLUMNS) {
			if (check_row(k) == 0)
				continue;
			fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
			return -1;
		}
		snprintf(got, sizeof(got), "%zu", n);
		snprintf(want, sizeof(want), "%d", NCOLUMNS);
		complain_of_line(k, k->row.line, NULL, PROBLEM_ROW_WIDTH, (struct says){ got, want, NULL });
	}
	return more < 0 ? read_failed(k, &bad, f) : 0;
}

static int
by_text_and_line(const void *a, const void *b)
{
	const struct code *one = a, *two = b;
	int order = strcmp(one->text, two->text);

	return order != 0 ? order : (one->line > two->line) - (one->line < two->line);
}

static void
check_unique(struct checking *k)
{
	char line[24];

	if (k->ncodes > 0)
		qsort(k->code, k->ncodes, sizeof(*k->code), by_text_and_line);
	for (size_t i = 1; i < k->ncodes; i++) {
		if (strcmp(k->code[i].text, k->code[i - 1].text) != 0)
			continue;
		snprintf(line, sizeof(line), "%zu", k->code[i - 1].line);
		report_add(&k->reporting, PROBLEM_KEY_REPEATED, (struct place){
		    .file = INVENTORY_FILE_NONE, .name = FILE_NAME, .line = k->code[i].line,
		    .column = columns[CODE].name, .value = shown(k->code[i].text) },
		    (struct says){ line, columns[CODE].name, NULL });
	}
}

int
breach_check(struct dataset_table *t, const struct inventory *inv, int64_t today,
    struct inventory_report *report, struct fault *f)
{
	struct checking k = { .inv = inv, .today = today, .reporting.report = report };
	struct csv *csv = csv_new(t->text.data, t->text.len);
	int rc = -1;

	t->rows = 0;
	if (csv == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
		goto out;
	}
	if (check_rows(&k, csv, &t->rows, f) < 0)
		goto out;
	check_unique(&k);
	if (k.reporting.no_memory)
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
	else
		rc = 0;
out:
	report_close(&k.reporting);
	free(k.code);
	csv_free(csv);
	return rc;
}

void
breach_free(struct dataset_table *t)
{
	if (t == NULL)
		return;
	dataset_table_free(t);
	free(t);
}

/* Reads and compares; the reader is the caller's, or NULL: nothing to compare with. */
static int
read_file(const char *path, struct dataset_table *t, struct store_reader *reader,
    struct fault *f)
{
	/* Found by outcome as well, so that a look-up opens no row but a breach. */
	static const char *const keys[] = { "outcome", "subject_id" };
	const char *name[NCOLUMNS];

	for (int c = 0; c < NCOLUMNS; c++)
		name[c] = columns[c].name;
	t->text.max = FILE_MAX;
	if (dataset_table_keyset(t, keys, 2) < 0) {
		fault_set(f, FAULT_BUG, "%s", "key set");
		return -1;
	}
	if (buf_read_file(&t->text, path, FILE_MAX, f) < 0)
		return -1;
	if (buf_add(&t->text, "", 0) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
		return -1;
	}
	if (dataset_table_columns(t, name, NCOLUMNS, f) < 0)
		return -1;
	return reader == NULL ? 0 : dataset_table_compare(t, reader, f);
}

int
breach_read(struct app *app, const char *src, struct dataset_table **ret_table,
    struct fault *f)
{
	struct store_reader *reader = NULL;
	struct dataset_table *t;
	char path[4400];
	int n = snprintf(path, sizeof(path), "%s/%s", src, FILE_NAME), rc = -1;

	*ret_table = NULL;
	if (n < 0 || (size_t)n >= sizeof(path)) {
		fault_set(f, FAULT_FILE_READ, "%s", "path too long");
		fault_arg(f, "file", "%s", FILE_NAME);
		return -1;
	}
	if (access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if ((t = calloc(1, sizeof(*t))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
		return -1;
	}
	t->name = BREACH_DATASET;
	if ((app == NULL || store_reader_open(app->store, &reader, f) == 0) &&
	    read_file(path, t, reader, f) == 0) {
		*ret_table = t;
		t = NULL;
		rc = 0;
	}
	store_reader_close(reader);
	breach_free(t);
	return rc;
}

int
breach_write(struct app *app, struct op *op, const struct dataset_table *t, int64_t today,
    struct fault *f)
{
	struct checking k = { .today = today };
	struct csv *csv = csv_new(t->text.data, t->text.len);
	char number[IDENT_MAX];
	const char **field;
	int64_t id = 0;
	size_t n, line;
	int rc = -1, more;

	if (csv == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", FILE_NAME);
		return -1;
	}
	/* What stands there was checked: the header is right and every row as wide. */
	if ((more = csv_next(csv, &field, &n, &line, f)) == 1)
		read_header(&k, field, n, line, k.row.at);
	while (more == 1 && (more = next_row(csv, &k.row, &n, f)) == 1) {
		if (ident_check(subject_type(k.row.cell[KIND]), k.row.cell[SUBJECT],
		    columns[SUBJECT].name, today, number, f) < 0)
			goto out;
		k.row.cell[SUBJECT] = number;	/* as parties of cases have theirs */
		if (dataset_table_row(app, op, t, k.row.cell, ++id, f) < 0)
			goto out;
	}
	rc = more;
out:
	explicit_bzero(number, sizeof(number));
	csv_free(csv);
	return rc;
}
