#include "svc/align/compare.h"

#include <stdlib.h>
#include <string.h>

#include "align/figures.h"

static json_t *
view_ref(const char *code, const char *name)
{
	return json_pack("{s:s, s:s}", "code", code, "name", name);
}

/* What the city's list says of an item, and what the county's row says. */
static json_t *
view_item(const struct item *item)
{
	if (item == NULL)
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:s, s:s}", "code", item->code, "matter",
	    view_ref(item->matter->code, item->matter->name), "proof",
	    view_ref(item->proof->code, item->proof->name), "method", method_name(item->method),
	    "legal_basis", item->legal_basis);
}

static json_t *
view_row(const struct align_list *list, size_t i)
{
	const struct align_row *row;

	if (i == ALIGN_NO_ROW)
		return json_null();
	row = align_list_row(list, i);
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "line", (json_int_t)row->line, "code", row->code,
	    "matter", row->matter, "proof", row->proof, "method", method_name(row->method), "legal_basis",
	    row->legal_basis);
}

static json_t *
view_candidates(const struct align_list *list, const struct align_difference *d)
{
	json_t *views = json_array();

	for (size_t i = 0; i < d->ncandidates; i++) {
		const struct align_candidate *c = &d->candidate[i];

		json_array_append_new(views, json_pack("{s:I, s:o, s:o}", "likeness", (json_int_t)c->likeness,
		    "item", view_item(c->item), "row", view_row(list, c->item != NULL ? ALIGN_NO_ROW : c->row)));
	}
	return views;
}

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "comparison");
	return -1;
}

static json_t *
view_evidence(const struct align_difference *d, enum lang lang, struct buf *text)
{
	json_t *views = json_array();

	for (size_t i = 0; i < d->nevidence; i++) {
		buf_clear(text);
		if (align_evidence_text(&d->evidence[i], lang, text) == 0 && text->len > 0)
			json_array_append_new(views, json_stringn(text->data, text->len));
	}
	return views;
}

static int
view_difference(const struct align_list *list, const struct align_difference *d,
    const struct division *division, enum lang lang, json_t **ret_view, struct fault *f)
{
	struct buf text = BUF_INIT;
	const struct agency *agency = d->matter != NULL ? d->matter->agency : NULL;
	json_t *zh = view_evidence(d, LANG_ZH, &text), *en = view_evidence(d, LANG_EN, &text);
	json_t *view = NULL;

	buf_clear(&text);
	if (align_explain(list, d, lang, &text) == 0 && buf_str(&text, "") == 0)
		view = json_pack("{s:o, s:s, s:o, s:o, s:o, s:I, s:s%, s:{s:O, s:O}, s:o}", "division",
		    view_ref(division->code, division->name), "kind", align_kind_name(d->kind), "agency",
		    agency == NULL ? json_null() : view_ref(agency->code, agency->name), "item",
		    view_item(d->item), "row", view_row(list, d->row), "certainty", (json_int_t)d->certainty,
		    "explanation", text.data, text.len, "evidence", "zh", zh, "en", en, "candidates",
		    view_candidates(list, d));
	json_decref(zh);
	json_decref(en);
	buf_free(&text);
	if (view == NULL)
		return no_memory(f);
	*ret_view = view;
	return 0;
}

static json_t *
view_methods(const int64_t n[METHOD_N])
{
	json_t *view = json_object();

	for (int m = 0; m < METHOD_N; m++)
		json_object_set_new(view, method_name((enum method)m), json_integer(n[m]));
	return view;
}

static json_t *
view_kinds(const struct align_figures *f)
{
	json_t *view = json_object();

	for (int k = 0; k < ALIGN_KINDS; k++)
		json_object_set_new(view, align_kind_name((enum align_kind)k), json_integer(f->kind[k]));
	return view;
}

static json_t *
view_fraction(const struct align_fraction *f)
{
	return json_pack("{s:I, s:I, s:I}", "same", (json_int_t)f->same, "of", (json_int_t)f->of, "permille",
	    (json_int_t)f->permille);
}

static json_t *
view_unity(const struct align_figures *f)
{
	struct align_unity u = align_unity_of(f);

	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "items", view_fraction(&u.items), "methods",
	    view_fraction(&u.methods), "counts", view_fraction(&u.counts), "unified", u.unified, "county",
	    view_methods(f->county));
}

static json_t *
view_presumed(const struct align_result *r)
{
	json_t *views = json_array();

	for (size_t i = 0; i < r->npresumed; i++)
		json_array_append_new(views, json_pack("{s:o, s:I}", "agency",
		    view_ref(r->presumed[i].agency->code, r->presumed[i].agency->name), "items",
		    (json_int_t)r->presumed[i].items));
	return views;
}

static json_t *
view_comparison(const struct align_result *r, const struct align_figures *f)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "rows", (json_int_t)f->rows, "scope",
	    (json_int_t)f->scope, "paired", (json_int_t)f->paired, "same_method",
	    (json_int_t)f->same_method, "outside", (json_int_t)f->outside, "kinds", view_kinds(f), "city",
	    view_methods(f->city), "presumed", view_presumed(r), "unity", view_unity(f));
}

/* Adds a county and its differences to the document. */
static int
add_result(json_t *document, const struct gathered *g, const struct align_list *list,
    const struct align_result *r, enum lang lang, struct fault *f)
{
	struct align_figures figures = align_figures_of(r, align_list_rows(list));
	json_t *all = json_object_get(document, "differences"), *view;

	view = json_pack("{s:o, s:{s:s, s:I}, s:o, s:o}", "division",
	    view_ref(g->division->code, g->division->name), "list", "file", g->shown, "rows",
	    (json_int_t)figures.rows, "found", view_comparison(r, &figures), "kinds", view_kinds(&figures));
	if (view == NULL || json_array_append_new(json_object_get(document, "divisions"), view) < 0)
		return no_memory(f);
	for (size_t i = 0; i < r->ndifferences; i++)
		if (view_difference(list, &r->difference[i], g->division, lang, &view, f) < 0 ||
		    json_array_append_new(all, view) < 0)
			return -1;
	return 0;
}

/* What is known of one division. */
static size_t
scope_of(const struct division *division, const struct compare_scope *scope, size_t n,
    struct align_scope *ret_scope)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (scope[i].division == division)
			ret_scope[found++] = scope[i].scope;
	return found;
}

static int
compare_one(const struct inventory *inv, const struct gathered *g, const struct align_scope *scope,
    size_t nscope, enum lang lang, json_t *document, struct inventory_report *report, struct fault *f)
{
	struct align_list *list = NULL;
	struct align_result *r = NULL;
	size_t wrong = report->total;
	int rc = -1;

	if (align_list_read(g->name, g->bytes.data, g->bytes.len, &list, report, f) == 0 &&
	    align_compare(inv, g->division, scope, nscope, list, &r, f) == 0)
		rc = add_result(document, g, list, r, lang, f);
	else
		fault_prefix(f, g->shown);
	/* The report says the name that the office knows. */
	for (size_t i = wrong; i < report->n; i++)
		snprintf(report->error[i].file, sizeof(report->error[i].file), "%.119s", g->shown);
	align_result_free(r);
	align_list_free(list);
	return rc;
}

static json_t *
new_document(const struct inventory *inv, const struct gathering *lists)
{
	json_t *skipped = json_array();

	for (size_t i = 0; i < lists->nskipped; i++)
		json_array_append_new(skipped, json_string(lists->skipped[i]));
	return json_pack("{s:n, s:{s:o, s:s, s:I}, s:[], s:[], s:o}", "round", "inventory", "version",
	    inv->version > 0 ? json_integer(inv->version) : json_null(), "sha256", inv->sha256_hex, "items",
	    (json_int_t)inv->nitems, "divisions", "differences", "skipped", skipped);
}

int
compare_lists(const struct inventory *inv, const struct gathering *lists, const struct compare_scope *scope,
    size_t nscope, enum lang lang, compare_progress *progress, void *ctx, json_t **ret_document,
    struct inventory_report *report, struct fault *f)
{
	struct align_scope *own = calloc(nscope + 1, sizeof(*own));
	json_t *document = new_document(inv, lists);
	int rc = own != NULL && document != NULL ? 0 : no_memory(f);

	for (size_t i = 0; rc == 0 && i < lists->n; i++) {
		const struct gathered *g = &lists->list[i];
		struct fault why = FAULT_INIT;

		if (progress != NULL)
			progress(ctx, g->shown, i, lists->n);
		/* A list that is wrong does not hide what is wrong with the next. */
		if (compare_one(inv, g, own, scope_of(g->division, scope, nscope, own), lang, document, report,
		    &why) < 0 && why.code != FAULT_IMPORT_REFUSED) {
			*f = why;
			rc = -1;
		}
	}
	if (rc == 0 && report->total > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", "");
		fault_arg(f, "count", "%zu", report->total);
		rc = -1;
	}
	free(own);
	if (rc == 0)
		*ret_document = document;
	else
		json_decref(document);
	return rc;
}
