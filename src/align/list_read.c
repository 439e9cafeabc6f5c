/* list_read.c - a list as an office hands it in: CSV in whatever encoding, or a workbook. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align/list.h"
#include "base/utf8.h"
#include "flow/inventory_sheet.h"
#include "rules/csv.h"
#include "sheet/book.h"

/* The columns, and what they may be called, the likeliest first.  LINE is what align_list_csv writes. */
enum { CODE, MATTER, PROOF, METHOD, BASIS, LINE, COLUMNS };
#define TITLES_MAX 8
#define WANTED "事项名称,证明名称,方式"

static const struct { const char *title[TITLES_MAX]; int required; } columns[COLUMNS] = {
	[CODE] = { { "code", "代码", "编码", "编号", "序号" }, 0 },
	[MATTER] = { { "matter_name", "事项名称", "政务服务事项名称", "政务服务事项", "办理事项", "事项" }, 1 },
	[PROOF] = { { "proof_name", "证明名称", "证明材料名称", "证明事项名称", "证明材料", "证明事项", "证明" }, 1 },
	[METHOD] = { { "method", "方式", "办理方式", "取消方式", "处理方式" }, 1 },
	[BASIS] = { { "legal_basis", "设定依据", "法律依据", "依据" }, 0 },
	[LINE] = { { "line" }, 0 },
};

static const struct { const char *word; enum method method; } methods[] = {
	{ "直接取消", METHOD_DIRECT_CANCEL }, { "告知承诺", METHOD_COMMITMENT }, { "书面承诺", METHOD_COMMITMENT },
	{ "承诺", METHOD_COMMITMENT }, { "数据查询", METHOD_DATA_QUERY }, { "数据共享", METHOD_DATA_QUERY },
	{ "部门核验", METHOD_DEPARTMENT_VERIFY }, { "核验", METHOD_DEPARTMENT_VERIFY },
};

struct reading {
	struct align_list *list;
	struct reporting reporting;
	const struct inventory_origin *origin;
	size_t record;			/* below the header, from 1 */
	int at[COLUMNS];		/* index of the field; -1: there is none */
	size_t bad;
};

static void
complain(struct reading *r, size_t line, int column, const char *value, enum problem problem, struct says says)
{
	struct place place = { .file = SHEET_ITEMS, .line = line, .value = value,
		.column = column < 0 ? NULL : columns[column].title[0] };

	if (column >= 0 && r->at[column] >= 0)
		place.at = r->origin->at[r->at[column]] != 0 ? r->origin->at[r->at[column]] : (size_t)r->at[column] + 1;
	r->bad++;
	report_add(&r->reporting, problem, place, says);
}

static void
complain_of_fault(struct reading *r, const struct fault *bad)
{
	const char *at = fault_arg_get(bad, "line");

	r->bad++;
	report_add_fault(&r->reporting, (struct place){ .file = SHEET_ITEMS,
	    .line = at == NULL ? 0 : strtoul(at, NULL, 10) }, bad);
}

/* Whether a header is a title; or, where the reader has joined rows of a workbook, ends with it. */
static int
is_title(const char *field, const char *title, int at_end)
{
	char text[128];
	size_t len, want = strlen(title);

	field += strspn(field, " \t");
	snprintf(text, sizeof(text), "%s", field);
	text[utf8_whole(text, strlen(text))] = '\0';
	sheet_narrow(text);
	len = strlen(text);
	return len >= want && (at_end || len == want) && strcasecmp(text + len - want, title) == 0;
}

static int
find_title(const struct reading *r, const char *const *field, size_t n, int column, int at_end)
{
	for (size_t t = 0; t < TITLES_MAX && columns[column].title[t] != NULL; t++)
		for (size_t i = 0; i < n; i++) {
			int taken = 0;

			for (int c = 0; c < COLUMNS; c++)
				taken |= r->at[c] == (int)i;
			if (!taken && is_title(field[i], columns[column].title[t], at_end))
				return (int)i;
		}
	return -1;
}

static void
read_header(struct reading *r, const char *const *field, size_t n, size_t line)
{
	for (int c = 0; c < COLUMNS; c++)
		r->at[c] = -1;
	for (int at_end = 0; at_end <= 1; at_end++)
		for (int c = 0; c < COLUMNS; c++)
			if (r->at[c] < 0)
				r->at[c] = find_title(r, field, n, c, at_end);
	for (int c = 0; c < COLUMNS; c++)
		if (r->at[c] < 0 && columns[c].required)
			complain(r, line, c, NULL, PROBLEM_COLUMN_MISSING, (struct says){ .a = columns[c].title[1] });
}

static int
read_method(const char *text, enum method *ret_method)
{
	char narrow[64];

	if (strlen(text) >= sizeof(narrow))
		return -1;
	snprintf(narrow, sizeof(narrow), "%s", text);
	sheet_narrow(narrow);
	if (method_parse(narrow, ret_method) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].word, text) == 0) {
			*ret_method = methods[i].method;
			return 0;
		}
	return -1;
}

static const char *
cell(const struct reading *r, const char *const *field, size_t n, int column)
{
	return r->at[column] >= 0 && (size_t)r->at[column] < n ? field[r->at[column]] : "";
}

static void
check_name(struct reading *r, int column, const char *text, size_t line)
{
	char most[24];

	snprintf(most, sizeof(most), "%d", ALIGN_NAME_MAX);
	if (utf8_blank(text))
		complain(r, line, column, text, PROBLEM_CELL_BLANK, (struct says){ .a = columns[column].title[1] });
	else if (strlen(text) > ALIGN_NAME_MAX)
		complain(r, line, column, text, PROBLEM_CELL_LONG, (struct says){ .a = most });
	else if (sheet_has_control(text, strlen(text)))
		complain(r, line, column, text, PROBLEM_CELL_CONTROL, (struct says){ 0 });
}

static int
read_row(struct reading *r, const char *const *field, size_t n, size_t line, struct fault *f)
{
	struct align_row row = { .code = cell(r, field, n, CODE), .matter = cell(r, field, n, MATTER),
		.proof = cell(r, field, n, PROOF), .legal_basis = cell(r, field, n, BASIS), .line = line };
	const char *said = cell(r, field, n, LINE), *method = cell(r, field, n, METHOD);
	size_t before = r->bad;
	char most[24];

	if (said[0] >= '1' && said[0] <= '9' && strlen(said) < 10)
		row.line = strtoul(said, NULL, 10);
	check_name(r, MATTER, row.matter, line);
	check_name(r, PROOF, row.proof, line);
	snprintf(most, sizeof(most), "%d", ALIGN_NAME_MAX);
	if (strlen(row.code) > ALIGN_NAME_MAX)
		complain(r, line, CODE, row.code, PROBLEM_CELL_LONG, (struct says){ .a = most });
	if (strlen(row.legal_basis) > ALIGN_BASIS_MAX)
		complain(r, line, BASIS, row.legal_basis, PROBLEM_CELL_LONG, (struct says){ .a = "2000" });
	if (read_method(method, &row.method) < 0)
		complain(r, line, METHOD, method, PROBLEM_ENUM_UNKNOWN,
		    (struct says){ .a = "直接取消、告知承诺、数据查询、部门核验 (direct_cancel, commitment, data_query, department_verify)" });
	return r->bad > before ? 0 : list_add(r->list, &row, f);
}

static size_t
line_of(const struct reading *r, size_t line)
{
	return r->record < r->origin->nrows ? r->origin->row[r->record] : line;
}

static int
read_rows(struct reading *r, struct csv *csv, struct fault *f)
{
	struct fault bad = FAULT_INIT;
	const char **field;
	size_t n, line;
	char most[24];
	int rc = csv_next(csv, &field, &n, &line, &bad);

	if (rc == 0)
		complain(r, 0, -1, NULL, PROBLEM_FILE_EMPTY, (struct says){ .a = WANTED });
	if (rc > 0)
		read_header(r, field, n, line_of(r, line));
	if (rc > 0 && r->bad > 0)
		return 0;
	while (rc > 0 && (rc = csv_next(csv, &field, &n, &line, &bad)) > 0) {
		if (++r->record > ALIGN_ROWS_MAX) {
			snprintf(most, sizeof(most), "%d", ALIGN_ROWS_MAX);
			complain(r, line, -1, NULL, PROBLEM_FILE_ROWS, (struct says){ .a = most });
			return 0;
		}
		if (read_row(r, field, n, line_of(r, line), f) < 0)
			return -1;
	}
	if (rc < 0 && bad.code == FAULT_MEMORY) {
		*f = bad;
		return -1;
	}
	if (rc < 0)
		complain_of_fault(r, &bad);
	return 0;
}

/* Cells of a workbook that hold no value, where one is wanted. */
static void
report_slips(struct reading *r)
{
	for (size_t i = 0; i < r->origin->nslips; i++) {
		const struct inventory_slip *slip = &r->origin->slip[i];

		if (slip->problem == PROBLEM_CELL_OUTSIDE)
			continue;
		r->bad++;
		report_add(&r->reporting, (enum problem)slip->problem, (struct place){ .file = SHEET_ITEMS,
		    .line = slip->line, .at = slip->at, .value = slip->value,
		    .column = slip->column < r->origin->ncolumns ? r->origin->title[slip->column] : NULL },
		    (struct says){ 0 });
	}
}

static int
read_table(struct reading *r, const struct inventory_source *s, const char *name, struct fault *f)
{
	const struct inventory_file *file;
	const struct fault *bad = NULL;
	struct csv *csv;
	size_t n;
	int rc;

	file = inventory_source_files(s, &n);
	if (n > 0)
		r->origin = s->origin[0];
	r->reporting.origin[SHEET_ITEMS].file = name;
	r->reporting.origin[SHEET_ITEMS].sheet = n > 0 ? r->origin->sheet : NULL;
	if (n == 0 || r->origin->fault.code != FAULT_NONE)
		bad = n == 0 && s->ntroubles > 0 ? &s->trouble[0].fault : n == 0 ? NULL : &r->origin->fault;
	if (bad != NULL)
		complain_of_fault(r, bad);
	else if (n == 0)
		complain(r, 0, -1, NULL, PROBLEM_FILE_EMPTY, (struct says){ .a = WANTED });
	if (bad != NULL || n == 0)
		return 0;
	report_slips(r);
	if ((csv = csv_new(file[0].text != NULL ? file[0].text : "", file[0].len)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", name);
		return -1;
	}
	rc = read_rows(r, csv, f);
	csv_free(csv);
	return rc;
}

int
align_list_read(const char *name, const void *data, size_t len, struct align_list **ret_list,
    struct inventory_report *report, struct fault *f)
{
	/* Whatever it is called, it is read as the table of items. */
	struct inventory_input in = { book_form(data, len) == BOOK_IS_TEXT ? "items.csv" : "items.xlsx", data, len };
	struct reading r = { .reporting.report = report };
	struct inventory_source *s = NULL;
	int rc = -1;

	if (inventory_source_read(&in, 1, &s, f) < 0 || (r.list = list_new(f)) == NULL ||
	    read_table(&r, s, name, f) < 0)
		goto out;
	report_close(&r.reporting);
	if (r.reporting.no_memory) {
		fault_set(f, FAULT_MEMORY, "%s", name);
		goto out;
	}
	if (r.bad > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", name);
		fault_arg(f, "count", "%zu", r.bad);
		goto out;
	}
	*ret_list = r.list;
	r.list = NULL;
	rc = 0;
out:
	inventory_source_free(s);
	align_list_free(r.list);
	return rc;
}
