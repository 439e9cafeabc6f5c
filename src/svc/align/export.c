#include "svc/align/export.h"

#include <string.h>

#include "align/align.h"
#include "align/state.h"
#include "flow/inventory.h"

static const struct { const char *name, *type; } forms[ALIGN_FORMATS] = {
	[ALIGN_CSV] = { "csv", "text/csv; charset=utf-8" },
	[ALIGN_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	[ALIGN_JSON] = { "json", "application/json" },
};

const struct align_column align_columns[] = {
	{ NULL, "", { "序号", "no." }, 5, ALIGN_AS_ORDER },
	{ "division", "division.code", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "division_name", "division.name", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "kind", "kind", { "差异类别", "difference" }, 9, ALIGN_AS_KIND },
	{ "item", "item.code", { "市证明事项", "city's item" }, 8, ALIGN_AS_TEXT },
	{ "matter_code", "item.matter.code", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "agency", "agency.code", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "agency_name", "agency.name", { "主管部门", "department" }, 12, ALIGN_AS_TEXT },
	{ "city_matter", "item.matter.name", { "市级事项", "city's matter" }, 16, ALIGN_AS_TEXT },
	{ "city_proof", "item.proof.name", { "市级证明", "city's proof" }, 16, ALIGN_AS_TEXT },
	{ "county_matter", "row.matter", { "县级写法:事项", "county's matter" }, 16, ALIGN_AS_TEXT },
	{ "county_proof", "row.proof", { "县级写法:证明", "county's proof" }, 16, ALIGN_AS_TEXT },
	{ "city_method", "item.method", { "市级方式", "city's method" }, 9, ALIGN_AS_METHOD },
	{ "county_method", "row.method", { "县级方式", "county's method" }, 9, ALIGN_AS_METHOD },
	{ "certainty", "certainty", { "把握", "certainty" }, 7, ALIGN_AS_SHARE },
	{ "explanation", "explanation", { "依据", "why" }, 36, ALIGN_AS_TEXT },
	{ "state", "state", { "认定", "decision" }, 9, ALIGN_AS_STATE },
	{ "gone", "gone", { NULL, NULL }, 0, ALIGN_AS_INTEGER },
	{ NULL, "decision.reason|decision.basis", { "理由和法律依据", "reason and law" }, 20, ALIGN_AS_PAIR },
	{ "reason", "decision.reason", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "basis", "decision.basis", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "assignee", "assignee.id", { NULL, NULL }, 0, ALIGN_AS_TEXT },
	{ "assignee_name", "assignee.name", { "责任人", "with" }, 8, ALIGN_AS_TEXT },
	{ "until", "until", { "期限", "until" }, 11, ALIGN_AS_TEXT },
	{ NULL, "row.line|row.code", { "县清单行号、编码", "county's line and code" }, 12, ALIGN_AS_PAIR },
	{ "line", "row.line", { NULL, NULL }, 0, ALIGN_AS_INTEGER },
	{ "code", "row.code", { NULL, NULL }, 0, ALIGN_AS_TEXT },
};
const size_t align_ncolumns = sizeof(align_columns) / sizeof(align_columns[0]);

int
align_format_parse(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (int i = 0; i < ALIGN_FORMATS; i++)
		if (strcasecmp(dot != NULL ? dot + 1 : name, forms[i].name) == 0)
			return i;
	return -1;
}

const char *
align_format_name(enum align_format format)
{
	return forms[format].name;
}

const char *
align_format_type(enum align_format format)
{
	return forms[format].type;
}

const json_t *
align_at(const json_t *object, const char *path)
{
	const char *dot;
	char name[32];

	while ((dot = strchr(path, '.')) != NULL && (size_t)(dot - path) < sizeof(name)) {
		memcpy(name, path, (size_t)(dot - path));
		name[dot - path] = '\0';
		object = json_object_get(object, name);
		path = dot + 1;
	}
	return json_object_get(object, path);
}

const char *
align_text(const json_t *object, const char *path)
{
	const char *text = json_string_value(align_at(object, path));

	return text != NULL ? text : "";
}

int64_t
align_number(const json_t *object, const char *path)
{
	return json_integer_value(align_at(object, path));
}

static const char *
method_word(const char *code, enum lang lang)
{
	static const char *const en[METHOD_N] = { [METHOD_DIRECT_CANCEL] = "abolished",
		[METHOD_COMMITMENT] = "commitment", [METHOD_DATA_QUERY] = "data query",
		[METHOD_DEPARTMENT_VERIFY] = "verification" };
	enum method m;

	if (method_parse(code, &m) < 0)
		return code;
	return lang == LANG_ZH ? method_zh(m) : en[m];
}

static const char *
state_word(const char *code, enum lang lang)
{
	enum align_state state;

	if (strcmp(code, "gone") == 0)
		return lang == LANG_ZH ? "已消失" : "gone";
	return align_state_parse(code, &state) == 0 ? align_state_word(state, lang) : code;
}

const char *
align_word(const struct align_column *column, const char *code, enum lang lang)
{
	enum align_kind kind;

	if (column->kind == ALIGN_AS_KIND)
		return align_kind_parse(code, &kind) == 0 ? align_kind_word(kind, lang) : code;
	if (column->kind == ALIGN_AS_METHOD)
		return method_word(code, lang);
	return column->kind == ALIGN_AS_STATE ? state_word(code, lang) : code;
}

/*
 * A field that a spreadsheet would take for a formula gets an apostrophe: names are those of
 * a file that somebody else made.
 */
static void
put_field(struct buf *out, const char *text)
{
	buf_char(out, '"');
	if (text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL)
		buf_char(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	buf_char(out, '"');
}

static void
put_value(struct buf *out, const json_t *difference, const struct align_column *column)
{
	const json_t *value = align_at(difference, column->path);

	if (json_is_integer(value))
		buf_fmt(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_string(value))
		put_field(out, json_string_value(value));
}

/* For programs: codes, not words, a certainty of a thousand, and no mark before it; people have the workbook. */
static void
export_csv(const json_t *document, struct buf *out)
{
	const json_t *difference;
	const char *comma = "";
	size_t i;

	for (size_t c = 0; c < align_ncolumns; c++)
		if (align_columns[c].name != NULL) {
			buf_fmt(out, "%s%s", comma, align_columns[c].name);
			comma = ",";
		}
	buf_str(out, "\r\n");
	json_array_foreach(json_object_get(document, "differences"), i, difference) {
		comma = "";
		for (size_t c = 0; c < align_ncolumns; c++)
			if (align_columns[c].name != NULL) {
				buf_str(out, comma);
				put_value(out, difference, &align_columns[c]);
				comma = ",";
			}
		buf_str(out, "\r\n");
	}
}

static int
add_text(const char *text, size_t len, void *out)
{
	return buf_add(out, text, len);
}

int
align_export(const json_t *document, enum align_format format, enum lang lang, const char *day,
    struct buf *out, struct fault *f)
{
	int rc = 0;

	out->max = ALIGN_EXPORT_MAX;
	if (format == ALIGN_XLSX)
		return align_export_xlsx(document, lang, day, out, f);
	if (format == ALIGN_CSV)
		export_csv(document, out);
	else
		rc = json_dump_callback(document, add_text, out, JSON_INDENT(1));
	if (rc == 0 && !buf_failed(out))
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "export");
	return -1;
}
