/* import_view.c - what an import or a check of an inventory found, as JSON. */
#include "api/api.h"
#include "api/serve.h"
#include "svc/inventory/inventory_svc.h"

static json_t *
view_error(const struct inventory_error *e, enum lang lang)
{
	return json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "file", e->file, "sheet",
	    e->sheet, "line", (json_int_t)e->line, "column", e->column, "letter", e->letter, "value",
	    e->value, "reason", e->reason[lang], "next", e->next[lang], "suggestion", e->suggestion);
}

/* Adds "files" and "notes": what was read, and what somebody may want to know. */
static void
add_report(json_t *onto, const struct inventory_report *report, enum lang lang)
{
	json_t *files = json_array(), *notes = json_array();

	for (size_t i = 0; i < report->nread; i++) {
		const struct inventory_read *r = &report->read[i];

		json_array_append_new(files, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "file", r->file,
		    "sheet", r->sheet, "table", r->table, "encoding", r->encoding, "rows",
		    (json_int_t)r->rows, "refused", (json_int_t)r->refused));
	}
	for (size_t i = 0; i < report->nnotes; i++) {
		const struct inventory_note *n = &report->note[i];

		json_array_append_new(notes, json_pack("{s:s, s:s, s:s}", "file", n->file, "sheet",
		    n->sheet, "text", n->text[lang]));
	}
	json_object_set_new(onto, "files", files);
	json_object_set_new(onto, "notes", notes);
}

json_t *
view_refused(const struct inventory_report *report, const struct fault *f, enum lang lang,
    const char *instance)
{
	json_t *problem = api_problem(f, lang, instance), *list = json_array();

	for (size_t i = 0; i < report->n; i++)
		json_array_append_new(list, view_error(&report->error[i], lang));
	json_object_set_new(problem, "errors", list);
	add_report(problem, report, lang);
	return problem;
}

/* What an inventory holds, with the desks that were made for it. */
static json_t *
view_whole(const struct inventory *inv, json_t *onto, const struct inventory_report *report,
    enum lang lang)
{
	json_t *desks = json_array();

	for (size_t i = 0; i < inv->nmade_desks; i++)
		json_array_append_new(desks, json_string(inv->made_desks[i]->code));
	json_object_set_new(onto, "desks_made", desks);
	add_report(onto, report, lang);
	return view_inventory(inv, onto);
}

json_t *
view_import(const struct inventory *inv, int changed, const struct inventory_report *report,
    enum lang lang)
{
	return view_whole(inv, json_pack("{s:b}", "changed", changed), report, lang);
}

int
lint_offline(const char *path, const struct clock *clock, enum lang lang, json_t **ret_result,
    struct fault *f)
{
	struct inventory_report report = { 0 };
	struct inventory *inv = NULL;
	int rc;

	*ret_result = NULL;
	rc = inventory_lint(path, clock_day(clock_now(clock)), &inv, &report, f);
	if (rc == 0) {
		*ret_result = view_whole(inv, json_object(), &report, lang);
		/* It is no version of anything. */
		json_object_del(*ret_result, "version");
		json_object_del(*ret_result, "sha256");
	} else if (f->code == FAULT_IMPORT_REFUSED) {
		*ret_result = view_refused(&report, f, lang, "");
	}
	inventory_report_free(&report);
	inventory_unref(inv);
	return rc;
}
