/* The workbook of a comparison or a round: a summary, the degrees of unity, a sheet for each county. */
#include <stdlib.h>
#include <string.h>

#include "align/align.h"
#include "base/utf8.h"
#include "sheet/write.h"
#include "svc/align/export.h"

#define SHEET_NAME_MAX 24	/* characters of a division's name beside its code */
#define COLUMNS_MAX XLSX_FORM_COLUMNS_MAX
#define TEXTS_MAX 3000	/* a reason of 2000 bytes and a law */

/* Words of the workbook. */
struct words { const char *zh, *en; };
static const char *
say(struct words w, enum lang lang)
{
	return lang == LANG_ZH ? w.zh : w.en;
}

static const struct words footer = { "第 &P 页,共 &N 页", "page &P of &N" },
    summary = { "汇总", "Summary" }, unity = { "统一度", "Unity" },
    title = { "三统一 县级清单与市清单比对", "County lists beside the city's" },
    total = { "合计", "all" }, nobody = { "未指派", "nobody" };

/* The columns of the summary: a path into a division of the document, and how its value is shown. */
struct figure { struct words title; const char *path; unsigned width; enum xlsx_kind kind; int of_round; };

static const struct figure figures[] = {
	{ { "区划", "code" }, "division.code", 7, XLSX_TEXT, 0 },
	{ { "县市区", "division" }, "division.name", 16, XLSX_TEXT, 0 },
	{ { "清单行数", "rows" }, "list.rows", 7, XLSX_INTEGER, 0 },
	{ { "范围内事项", "items in scope" }, "found.scope", 7, XLSX_INTEGER, 0 },
	{ { "相同事项", "same items" }, "found.paired", 7, XLSX_INTEGER, 0 },
	{ { "其中方式相同", "same method" }, "found.same_method", 7, XLSX_INTEGER, 0 },
	{ { "范围外行", "rows outside" }, "found.outside", 7, XLSX_INTEGER, 0 },
	{ { "缺少", "missing" }, "found.kinds.missing", 6, XLSX_INTEGER, 0 },
	{ { "多出", "extra" }, "found.kinds.extra", 6, XLSX_INTEGER, 0 },
	{ { "事项名称不同", "matter named otherwise" }, "found.kinds.matter_name", 6, XLSX_INTEGER, 0 },
	{ { "证明名称不同", "proof named otherwise" }, "found.kinds.proof_name", 6, XLSX_INTEGER, 0 },
	{ { "方式不同", "method differs" }, "found.kinds.method", 6, XLSX_INTEGER, 0 },
	{ { "差异合计", "all differences" }, "found.kinds", 6, XLSX_INTEGER, 0 },
	{ { "待认定", "open" }, "states.open", 6, XLSX_INTEGER, 1 },
	{ { "采用", "adopt" }, "states.adopt", 6, XLSX_INTEGER, 1 },
	{ { "保留", "keep" }, "states.keep", 6, XLSX_INTEGER, 1 },
	{ { "建议修改", "propose" }, "states.propose", 6, XLSX_INTEGER, 1 },
	{ { "已消失", "gone" }, "states.gone", 6, XLSX_INTEGER, 1 },
	{ { "事项统一度", "unity of items" }, "found.unity.items", 8, XLSX_SHARE, 0 },
	{ { "事项统一度(认定后)", "unity of items as decided" }, "decided.items", 8, XLSX_SHARE, 1 },
	{ { "方式统一度", "unity of methods" }, "found.unity.methods", 8, XLSX_SHARE, 0 },
	{ { "方式统一度(认定后)", "unity of methods as decided" }, "decided.methods", 8, XLSX_SHARE, 1 },
	{ { "数量统一度", "unity of counts" }, "found.unity.counts", 8, XLSX_SHARE, 0 },
	{ { "数量统一度(认定后)", "unity of counts as decided" }, "decided.counts", 8, XLSX_SHARE, 1 },
	{ { "待认定+待落实+建议修改的在谁手上", "open + to be done + proposed ones are with" }, "remaining", 20, XLSX_TEXT, 1 },
};
#define NFIGURES (sizeof(figures) / sizeof(figures[0]))

static const struct figure shares[] = {
	{ { "区划", "code" }, "division.code", 7, XLSX_TEXT, 0 },
	{ { "县市区", "division" }, "division.name", 16, XLSX_TEXT, 0 },
#define SHARE(zh, en, path, of_round) \
	{ { zh ":相同", en ": same" }, path ".same", 8, XLSX_INTEGER, of_round }, \
	{ { "应有", "of" }, path ".of", 8, XLSX_INTEGER, of_round }, \
	{ { "统一度", "unity" }, path, 8, XLSX_SHARE, of_round }
	SHARE("事项", "items", "found.unity.items", 0),
	SHARE("认定后事项", "items as decided", "decided.items", 1),
	SHARE("方式", "methods", "found.unity.methods", 0),
	SHARE("认定后方式", "methods as decided", "decided.methods", 1),
	SHARE("数量", "counts", "found.unity.counts", 0),
	SHARE("认定后数量", "counts as decided", "decided.counts", 1),
#undef SHARE
};
#define NSHARES (sizeof(shares) / sizeof(shares[0]))

struct work {
	struct xlsx_writer *writer;
	const json_t *document;
	enum lang lang;
	int round;			/* it is one, with decisions */
	char title[300];
};

/* "张三 12;未指派 5" */
static void
put_holders(const json_t *holders, enum lang lang, char *text, size_t size)
{
	const json_t *one;
	size_t i, used = 0;

	text[0] = '\0';
	json_array_foreach(holders, i, one) {
		const char *name = align_text(one, "assignee.name");

		if (used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s %lld+%lld+%lld", i > 0 ? ";" : "",
			    name[0] != '\0' ? name : say(nobody, lang), (long long)align_number(one, "open"),
			    (long long)align_number(one, "adopt"), (long long)align_number(one, "propose"));
	}
	if (used >= size)
		text[utf8_whole(text, size - 1)] = '\0';
}

/* Of all kinds together. */
static int64_t
sum_of(const json_t *numbers)
{
	const json_t *one;
	const char *name;
	int64_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)numbers, name, one)
		n += json_integer_value(one);
	return n;
}

/* The value of a figure of one division; adds it to the sums. */
static struct xlsx_cell
figure_cell(const struct work *w, const json_t *division, const struct figure *figure, char text[TEXTS_MAX],
    struct xlsx_cell *sum)
{
	const json_t *value = align_at(division, figure->path);
	struct xlsx_cell cell = { .kind = figure->kind };

	if (figure->kind == XLSX_TEXT) {
		if (json_is_array(value))
			put_holders(value, w->lang, text, TEXTS_MAX);
		cell.text = json_is_array(value) ? text : align_text(division, figure->path);
	} else if (figure->kind == XLSX_SHARE) {
		cell.n = align_number(value, "same");
		cell.of = align_number(value, "of");
	} else if (json_is_object(value)) {
		cell.n = sum_of(value);
	} else {
		cell.n = json_integer_value(value);
	}
	sum->n += cell.n;
	sum->of += cell.of;
	return cell;
}

/* A sheet with a row for each division and their sum. */
static void
put_figures(struct work *w, struct words name, const struct figure *figure, size_t n)
{
	struct xlsx_column column[COLUMNS_MAX];
	struct xlsx_cell cell[COLUMNS_MAX], sum[COLUMNS_MAX] = { 0 };
	const struct figure *shown[COLUMNS_MAX];
	char text[TEXTS_MAX] = "";
	const json_t *division;
	size_t ncolumns = 0, i;

	for (i = 0; i < n && ncolumns < COLUMNS_MAX; i++) {
		if (figure[i].of_round && !w->round)
			continue;
		sum[ncolumns] = (struct xlsx_cell){ .kind = figure[i].kind, .text = "" };
		column[ncolumns] = (struct xlsx_column){ say(figure[i].title, w->lang), figure[i].width };
		shown[ncolumns++] = &figure[i];
	}
	xlsx_writer_form(w->writer, &(struct xlsx_form){ say(name, w->lang), w->title, say(footer, w->lang),
	    column, ncolumns });
	json_array_foreach(json_object_get(w->document, "divisions"), i, division) {
		for (size_t c = 0; c < ncolumns; c++)
			cell[c] = figure_cell(w, division, shown[c], text, &sum[c]);
		xlsx_writer_cells(w->writer, cell);
	}
	sum[0].text = say(total, w->lang);
	xlsx_writer_sums(w->writer, sum);
}

static void
note(struct work *w, struct words fmt, const char *a, const char *b)
{
	char text[TEXTS_MAX];
	size_t used = 0;

	for (const char *p = say(fmt, w->lang); *p != '\0' && used + 1 < sizeof(text);) {
		if (p[0] == '%' && p[1] == 's') {
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", a);
			a = b;
			p += 2;
		} else {
			text[used++] = *p++;
		}
	}
	if (used >= sizeof(text))
		used = utf8_whole(text, sizeof(text) - 1);
	text[used] = '\0';
	xlsx_writer_note(w->writer, text);
}

/* Departments that a county's list has not a row of, and who are taken to be run by the city. */
static void
note_presumed(struct work *w)
{
	const json_t *division, *agency;
	size_t i, k;

	json_array_foreach(json_object_get(w->document, "divisions"), i, division) {
		char text[TEXTS_MAX] = "";
		size_t used = 0;

		json_array_foreach(align_at(division, "found.presumed"), k, agency)
			if (used < sizeof(text))
				used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %lld", k > 0 ?
				    ";" : "", align_text(agency, "agency.name"), (long long)align_number(agency, "items"));
		if (used >= sizeof(text))
			text[utf8_whole(text, sizeof(text) - 1)] = '\0';
		if (used > 0)
			note(w, (struct words){ "推定由市直管、不计入差异(单位 项数):%s:%s",
			    "taken to be run by the city, not counted (department, items): %s: %s" },
			    align_text(division, "division.name"), text);
	}
}

static void
put_notes(struct work *w, const char *day)
{
	const json_t *round = json_object_get(w->document, "round");
	char version[24];

	snprintf(version, sizeof(version), "%lld", (long long)align_number(w->document, "inventory.version"));
	if (json_is_object(round))
		note(w, (struct words){ "轮次:%s,至 %s", "round: %s, until %s" }, align_text(round, "title"),
		    align_text(round, "closes"));
	if (align_number(w->document, "inventory.version") > 0)
		note(w, (struct words){ "市清单第 %s 版;制表日期 %s", "version %s of the city's list; made on %s" },
		    version, day);
	else
		note(w, (struct words){ "制表日期 %s", "made on %s" }, day, "");
	note(w, (struct words){ "事项统一度 =(相同 + 依法保留的)÷(范围内事项 + 多出且未依法保留的)",
	    "unity of items = (same + lawfully kept) of (items in scope + extra ones not kept)" }, "", "");
	note(w, (struct words){ "方式统一度 =(方式相同 + 依法保留的)÷ 相同事项",
	    "unity of methods = (same method + lawfully kept) of same items" }, "", "");
	note(w, (struct words){ "数量统一度 = 1 − 各方式项数之差的绝对值之和 ÷ 市清单范围内项数",
	    "unity of counts = 1 - sum over methods of |county - city| of the city's items in scope" }, "", "");
	note_presumed(w);
}

/* A name that a sheet may have: no signs that it may not, not too long. */
static void
sheet_name(const json_t *division, char *text, size_t size)
{
	const char *name = align_text(division, "name"), *code = align_text(division, "code");

	if (utf8_count(name, strlen(name)) > SHEET_NAME_MAX || name[strcspn(name, "[]:*?/\\'")] != '\0')
		snprintf(text, size, "%s", code);
	else
		snprintf(text, size, "%s %s", name, code);
}

/* Two values in a cell, one below the other. */
static const char *
pair_text(const json_t *difference, const char *paths, char text[TEXTS_MAX])
{
	const char *bar = strchr(paths, '|');
	size_t used = 0;
	char path[48];

	text[0] = '\0';
	for (int i = 0; i < 2; i++) {
		const json_t *value;

		snprintf(path, sizeof(path), "%.*s", (int)(bar - paths), paths);
		value = align_at(difference, i == 0 ? path : bar + 1);
		if (json_is_integer(value))
			used += (size_t)snprintf(text + used, TEXTS_MAX - used, "%lld", (long long)json_integer_value(value));
		else if (json_is_string(value) && used < TEXTS_MAX)
			used += (size_t)snprintf(text + used, TEXTS_MAX - used, "%s%s", used > 0 ? "\n" : "",
			    json_string_value(value));
	}
	if (used >= TEXTS_MAX)
		text[utf8_whole(text, TEXTS_MAX - 1)] = '\0';
	return text;
}

/* text: room for a cell that is made of two. */
static struct xlsx_cell
difference_cell(const json_t *difference, const struct align_column *column, size_t order, enum lang lang,
    char text[TEXTS_MAX])
{
	const json_t *value = align_at(difference, column->path);
	struct xlsx_cell cell = { .text = "" };

	if (column->kind == ALIGN_AS_ORDER)
		cell = (struct xlsx_cell){ XLSX_INTEGER, NULL, (int64_t)order, 0 };
	else if (column->kind == ALIGN_AS_PAIR)
		cell.text = pair_text(difference, column->path, text);
	else if (json_is_integer(value))
		cell = (struct xlsx_cell){ column->kind == ALIGN_AS_SHARE ? XLSX_SHARE : XLSX_INTEGER, NULL,
		    json_integer_value(value), ALIGN_CERTAIN };
	else if (column->kind == ALIGN_AS_STATE && json_is_integer(json_object_get(difference, "gone")))
		cell.text = align_word(column, "gone", lang);
	else if (json_is_string(value))
		cell.text = align_word(column, json_string_value(value), lang);
	return cell;
}

/* The sheet of one county: its differences, from *at on; those of a county stand together. */
static void
put_division(struct work *w, const json_t *division, size_t *at)
{
	const json_t *all = json_object_get(w->document, "differences");
	const char *code = align_text(division, "division.code");
	const struct align_column *shown[COLUMNS_MAX];
	struct xlsx_column column[COLUMNS_MAX];
	struct xlsx_cell cell[COLUMNS_MAX];
	char name[200], head[TEXTS_MAX], text[COLUMNS_MAX][TEXTS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < align_ncolumns && n < COLUMNS_MAX; i++)
		if (align_columns[i].title[w->lang] != NULL) {
			column[n] = (struct xlsx_column){ align_columns[i].title[w->lang], align_columns[i].width };
			shown[n++] = &align_columns[i];
		}
	sheet_name(json_object_get(division, "division"), name, sizeof(name));
	snprintf(head, sizeof(head), "%s:%s", w->title, align_text(division, "division.name"));
	xlsx_writer_form(w->writer, &(struct xlsx_form){ name, head, say(footer, w->lang), column, n });
	for (size_t order = 1; *at < json_array_size(all); order++, (*at)++) {
		const json_t *difference = json_array_get(all, *at);

		if (strcmp(align_text(difference, "division.code"), code) != 0)
			return;
		for (size_t c = 0; c < n; c++)
			cell[c] = difference_cell(difference, shown[c], order, w->lang, text[c]);
		xlsx_writer_cells(w->writer, cell);
	}
}

int
align_export_xlsx(const json_t *document, enum lang lang, const char *day, struct buf *out, struct fault *f)
{
	const json_t *round = json_object_get(document, "round"), *division;
	struct work w = { .document = document, .lang = lang, .round = json_is_object(round) };
	size_t i, at = 0;
	int rc;

	if (xlsx_writer_new(&w.writer, f) < 0)
		return -1;
	snprintf(w.title, sizeof(w.title), "%s", json_is_object(round) ? align_text(round, "title") : say(title, lang));
	put_figures(&w, summary, figures, NFIGURES);
	put_notes(&w, day);
	put_figures(&w, unity, shares, NSHARES);
	json_array_foreach(json_object_get(document, "divisions"), i, division)
		put_division(&w, division, &at);
	rc = xlsx_writer_end(w.writer, out, f);
	xlsx_writer_free(w.writer);
	return rc;
}
