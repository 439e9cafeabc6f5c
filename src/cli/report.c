/*
 * report.c - what an import or a check of an inventory found: on screen, and as a file that
 * the office which prepares the list can work through.
 */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "sheet/write.h"

enum { KIND, IN_FILE, IN_SHEET, AT_ROW, AT_COLUMN, AT_LETTER, VALUE, WHAT, NEXT, SUGGESTED, NCOLUMNS };

static const enum message heads[NCOLUMNS] = { SAY_KIND, SAY_FILE, SAY_SHEET, SAY_ROW, SAY_COLUMN,
	SAY_COLUMN_LETTER, SAY_VALUE, SAY_FINDING, SAY_NEXT_STEP, SAY_SUGGESTION };

static const char *
ending(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot != NULL && strchr(dot, '/') == NULL ? dot : "";
}

void
report_show(struct cli *c, const json_t *answer, FILE *out)
{
	static const enum message columns[] = { SAY_FILE, SAY_SHEET, SAY_ENCODING, SAY_ROWS_READ,
		SAY_ROWS_REFUSED };
	const json_t *files = json_object_get(answer, "files"), *one;
	struct table t;
	size_t i;

	if (json_array_size(files) > 0) {
		table_head(c, &t, columns, 5);
		json_array_foreach(files, i, one) {
			table_cell(&t, str(one, "file"));
			table_cell(&t, str(one, "sheet"));
			table_cell(&t, str(one, "encoding"));
			table_fmt(&t, "%lld", (long long)num(one, "rows"));
			table_fmt(&t, "%lld", (long long)num(one, "refused"));
		}
		table_print(&t, out);
	}
	json_array_foreach(json_object_get(answer, "notes"), i, one) {
		print_text(out, str(one, "file"));
		if (str(one, "sheet")[0] != '\0') {
			fputs(" [", out);
			print_text(out, str(one, "sheet"));
			fputc(']', out);
		}
		fputs(": ", out);
		print_text(out, str(one, "text"));
		fputc('\n', out);
	}
}

/* Takes the rows of a report, one by one; the header first. */
typedef void row_fn(void *ctx, const char *const *cell);

static void
each_file(struct cli *c, const json_t *answer, row_fn *row, void *ctx)
{
	const json_t *one;
	char text[200], rows[NUM_SIZE], refused[NUM_SIZE];
	size_t i;

	json_array_foreach(json_object_get(answer, "files"), i, one) {
		snprintf(text, sizeof(text), msg(c->lang, SAY_READ_LINE), str(one, "encoding"),
		    num_text(num(one, "rows"), rows), num_text(num(one, "refused"), refused));
		row(ctx, (const char *const[NCOLUMNS]){ msg(c->lang, SAY_KIND_READ), str(one, "file"),
		    str(one, "sheet"), "", "", "", "", text, "", "" });
	}
	json_array_foreach(json_object_get(answer, "notes"), i, one)
		row(ctx, (const char *const[NCOLUMNS]){ msg(c->lang, SAY_KIND_NOTE), str(one, "file"),
		    str(one, "sheet"), "", "", "", "", str(one, "text"), "", "" });
}

static void
each_row(struct cli *c, const json_t *answer, row_fn *row, void *ctx)
{
	const char *head[NCOLUMNS];
	const json_t *one;
	char line[NUM_SIZE];
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		head[i] = msg(c->lang, heads[i]);
	row(ctx, head);
	each_file(c, answer, row, ctx);
	json_array_foreach(json_object_get(answer, "errors"), i, one)
		row(ctx, (const char *const[NCOLUMNS]){ msg(c->lang, SAY_KIND_ERROR), str(one, "file"),
		    str(one, "sheet"), num(one, "line") > 0 ? num_text(num(one, "line"), line) : "",
		    str(one, "column"), str(one, "letter"), str(one, "value"), str(one, "reason"),
		    str(one, "next"), str(one, "suggestion") });
}

/*
 * A field that a spreadsheet would take for a formula gets an apostrophe: values are those of
 * a file that somebody else made.
 */
static void
csv_row(void *ctx, const char *const *cell)
{
	struct buf *out = ctx;

	for (size_t i = 0; i < NCOLUMNS; i++) {
		buf_str(out, i > 0 ? ",\"" : "\"");
		if (cell[i][0] != '\0' && strchr("=+-@\t\r", cell[i][0]) != NULL)
			buf_char(out, '\'');
		for (const char *p = cell[i]; *p != '\0'; p++) {
			if (*p == '"')
				buf_char(out, '"');
			buf_char(out, *p);
		}
		buf_char(out, '"');
	}
	buf_str(out, "\r\n");
}

static int
write_csv(struct cli *c, const json_t *answer, struct buf *out, struct fault *f)
{
	buf_str(out, "\xEF\xBB\xBF");	/* or Excel takes it for GB 18030 */
	each_row(c, answer, csv_row, out);
	if (!buf_failed(out))
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "report");
	return -1;
}

static void
xlsx_row(void *ctx, const char *const *cell)
{
	xlsx_writer_row(ctx, cell, NCOLUMNS);
}

static int
write_xlsx(struct cli *c, const json_t *answer, struct buf *out, struct fault *f)
{
	struct xlsx_writer *w = NULL;
	int rc;

	if (xlsx_writer_new(&w, f) < 0)
		return -1;
	xlsx_writer_sheet(w, msg(c->lang, SAY_REPORT));
	each_row(c, answer, xlsx_row, w);
	rc = xlsx_writer_end(w, out, f);
	xlsx_writer_free(w);
	return rc;
}

static int
write_json(struct cli *c, const json_t *answer, struct buf *out, struct fault *f)
{
	char *text = json_dumps(answer, JSON_INDENT(1));

	(void)c;
	if (text != NULL)
		buf_fmt(out, "%s\n", text);
	free(text);
	if (text != NULL && !buf_failed(out))
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "report");
	return -1;
}

static const struct form {
	const char *ending;
	int (*write)(struct cli *c, const json_t *answer, struct buf *out, struct fault *f);
} forms[] = { { ".csv", write_csv }, { ".xlsx", write_xlsx }, { ".json", write_json } };

static const struct form *
form_of(const char *path)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcasecmp(ending(path), forms[i].ending) == 0)
			return &forms[i];
	return NULL;
}

enum cli_exit
report_check(struct cli *c)
{
	const char *path = cli_opt(c, OPT_REPORT);

	return path == NULL || form_of(path) != NULL ? CLI_OK : cli_usage(c, SAY_REPORT_ENDING);
}

int
write_file(const char *path, const struct buf *bytes, struct fault *f)
{
	FILE *to = fopen(path, "wb");
	int ok = to != NULL && fwrite(bytes->data, 1, bytes->len, to) == bytes->len;

	if (to != NULL && fclose(to) != 0)
		ok = 0;
	if (ok)
		return 0;
	fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
	fault_arg(f, "file", "%s", path);
	return -1;
}

enum cli_exit
report_save(struct cli *c, enum cli_exit rc)
{
	const char *path = cli_opt(c, OPT_REPORT);
	struct buf bytes = BUF_INIT;
	struct fault f = FAULT_INIT;
	json_t *answer;

	if (path == NULL || c->raw.len == 0)
		return rc;
	answer = json_loadb(c->raw.data, c->raw.len, 0, NULL);
	/* Another problem than a wrong list has no report. */
	if (json_object_get(answer, "files") != NULL &&
	    (form_of(path)->write(c, answer, &bytes, &f) < 0 || write_file(path, &bytes, &f) < 0))
		rc = cli_fault(c, &f);
	buf_free(&bytes);
	json_decref(answer);
	return rc;
}
