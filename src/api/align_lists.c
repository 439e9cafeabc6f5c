/* align_lists.c - lists handed in, and who runs which department where. */
#include <stdlib.h>
#include <string.h>

#include "api/align.h"
#include "base/utf8.h"

/* Lists */

struct lists { struct call *call; const struct align_asked *a; json_t *list; };

static int
add_list(const struct align_kept *kept, void *ctx, struct fault *f)
{
	struct lists *l = ctx;

	(void)f;
	json_array_append_new(l->list, view_align_list(l->call, l->a, kept));
	return 0;
}

static int
give_lists(struct lists *l, int rc, json_t **ret_json)
{
	if (rc == 0)
		*ret_json = json_pack("{s:O}", "lists", l->list);
	json_decref(l->list);
	return rc;
}

int
align_lists_latest(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	struct lists l = { call, &a, json_array() };
	int rc = align_ask(call, &a, f);

	for (size_t i = 0; rc == 0 && i < a.inv->ndivisions; i++) {
		const char *code = a.inv->divisions[i].code;

		if (a.reach[0] == '\0' || strcmp(a.reach, code) == 0)
			rc = align_lists(&call->act, a.home, code, 1, add_list, &l, f);
	}
	align_ask_end(&a);
	return give_lists(&l, rc, ret_json);
}

int
align_lists_of(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	struct lists l = { call, &a, json_array() };
	const struct division *d;
	int rc = -1;

	if (align_ask(call, &a, f) == 0 &&
	    align_county(&call->act, a.inv, http_param(call->req, "division"), &d, f) == 0)
		rc = align_lists(&call->act, a.home, d->code, ALIGN_LISTS_MAX, add_list, &l, f);
	align_ask_end(&a);
	return give_lists(&l, rc, ret_json);
}

int
align_list_file(struct call *call, struct fault *f)
{
	struct buf out = BUF_INIT_MAX(2 * ALIGN_LIST_MAX);
	const char *number = http_param(call->req, "number");
	const struct division *d;
	struct align_asked a;
	char name[80];
	int rc = -1;

	if (align_ask(call, &a, f) == 0 &&
	    align_county(&call->act, a.inv, http_param(call->req, "division"), &d, f) == 0)
		rc = align_list_content(&call->act, a.home, d->code, strlen(number) < 10 ?
		    strtoll(number, NULL, 10) : 0, &out, f);
	if (rc == 0) {
		snprintf(name, sizeof(name), "attachment; filename=\"%s-%lld.csv\"", d->code,
		    strtoll(number, NULL, 10));
		http_answer_header(call->req, "Content-Disposition", name);
		call->answered = 1;
		http_answer(call->req, 200, "text/csv", &out);
	}
	buf_free(&out);
	align_ask_end(&a);
	return rc;
}

/* Handing in */

static int
read_file_name(struct call *call, const char *data, size_t len, const char **ret_name, struct fault *f)
{
	const char *name = http_query(call->req, "name");

	/* A workbook is a zip archive. */
	*ret_name = name != NULL ? name : len > 2 && memcmp(data, "PK", 2) == 0 ? "list.xlsx" : "list.csv";
	if (strlen(*ret_name) < ALIGN_FILE_MAX && !utf8_blank(*ret_name))
		return 0;
	return api_bad_value(f, "name", "1–119 字节", "1–119 bytes");
}

static void
free_handed(void *mine)
{
	align_handed_free(mine);
	free(mine);
}

int
align_handing_in(struct call *call, struct fault *f)
{
	struct align_handed *h = calloc(1, sizeof(*h));
	struct inventory_report report = { 0 };
	const char *data, *name;
	size_t len;
	int rc = -1;

	if (h == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "list");
		return -1;
	}
	call->mine = h;
	call->free_mine = free_handed;
	data = http_body(call->req, &len);
	if (read_file_name(call, data, len, &name, f) == 0)
		rc = align_hand_in(&call->act, http_param(call->req, "division"), name, data, len, h,
		    &report, f);
	if (rc < 0 && f->code == FAULT_IMPORT_REFUSED)
		rc = api_import_refused(call, &report, f);
	inventory_report_free(&report);
	return rc;
}

static json_t *
merged(const struct align_merged *m)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "round", (json_int_t)m->round, "new",
	    (json_int_t)m->fresh, "gone", (json_int_t)m->gone, "back", (json_int_t)m->back, "same",
	    (json_int_t)m->same);
}

int
align_handed_in(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_handed *h = call->mine;
	json_t *drift = json_null(), *presumed;
	struct align_asked a;

	if (h->has_drift && (drift = view_align_drift(call, h->compared, &h->known, f)) == NULL)
		return -1;
	if (align_ask(call, &a, f) < 0) {
		json_decref(drift);
		align_ask_end(&a);
		return -1;
	}
	presumed = align_presumed(h->compared->r);
	*ret_json = json_pack("{s:b, s:o, s:I, s:o, s:o, s:o}", "changed", h->changed, "list",
	    view_align_list(call, &a, &h->kept), "inventory", (json_int_t)h->compared->inv->version,
	    "comparison", view_align_comparison(h->compared->inv, &h->compared->figures, presumed),
	    "round", h->in_round ? merged(&h->merged) : json_null(), "drift", drift);
	json_decref(presumed);
	align_ask_end(&a);
	return 0;
}

int
align_drift_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_known known = { .list = 0 };
	struct align_compared *c = NULL;
	const struct division *d;
	struct align_kept kept;
	struct align_asked a;
	json_t *drift = NULL;

	if (align_ask(call, &a, f) == 0 &&
	    align_county(&call->act, a.inv, http_param(call->req, "division"), &d, f) == 0 &&
	    align_known_load(&call->act, a.home, d->code, &known, f) == 0) {
		if (known.round.number == 0 || known.round.open)
			drift = json_null();
		else if (align_list_load(&call->act, a.home, d->code, 0, &kept, f) == 0 &&
		    align_compare_kept(&call->act, a.home, a.inv, d, kept.number, NULL, &c, f) == 0)
			drift = view_align_drift(call, c, &known, f);
	}
	if (drift != NULL)
		*ret_json = json_pack("{s:o}", "drift", drift);
	align_compared_free(c);
	align_known_free(&known);
	align_ask_end(&a);
	return drift != NULL ? 0 : -1;
}

/* Scope */

struct scope { struct call *call; const struct align_asked *a; json_t *said, *presumed; };

static const char *
runs_name(enum align_runs runs)
{
	return runs == ALIGN_RUN_BY_CITY ? "city" : "county";
}

static int
add_said(const struct align_said *s, void *ctx, struct fault *f)
{
	struct scope *l = ctx;

	(void)f;
	json_array_append_new(l->said, json_pack("{s:o, s:o, s:s, s:o, s:o}", "division",
	    view_align_division(l->a->inv, s->county), "agency", view_align_agency(l->a->inv, s->agency),
	    "runs", runs_name(s->runs), "set_at", api_at(s->set_at), "set_by",
	    view_staff(l->call, s->set_by)));
	return 0;
}

/* What was presumed when the county was measured last. */
static int
add_presumed(const struct align_measure *m, void *ctx, struct fault *f)
{
	struct scope *l = ctx;
	struct align_figures figures;
	json_t *presumed, *one;
	size_t i;

	if (align_figures_read(m->figures, &figures, &presumed, f) < 0)
		return -1;
	json_array_foreach(presumed, i, one)
		json_array_append_new(l->presumed, json_pack("{s:o, s:o, s:O}", "division",
		    view_align_division(l->a->inv, m->county), "agency", view_align_agency(l->a->inv,
		    json_string_value(json_array_get(one, 0))), "items", json_array_get(one, 1)));
	json_decref(presumed);
	return 0;
}

int
align_scope_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct align_asked a;
	struct scope l = { call, &a, json_array(), json_array() };
	const char *county;
	int rc = -1;

	if (align_ask(call, &a, f) == 0 && align_ask_county(call, &a, &county, f) == 0)
		rc = align_scopes(&call->act, a.home, county, add_said, &l, f);
	for (size_t i = 0; rc == 0 && i < a.inv->ndivisions; i++)
		if (county[0] == '\0' || strcmp(county, a.inv->divisions[i].code) == 0)
			rc = align_measures(&call->act, a.home, a.inv->divisions[i].code, NULL, 1,
			    add_presumed, &l, f);
	if (rc == 0)
		*ret_json = json_pack("{s:O, s:O}", "scope", l.said, "presumed", l.presumed);
	json_decref(l.said);
	json_decref(l.presumed);
	align_ask_end(&a);
	return rc;
}

int
align_scope_setting(struct call *call, struct fault *f)
{
	const char *runs;
	struct in in;

	in_start(&in, call->body, "", f);
	runs = in_text(&in, "runs", IN_MUST, 8);
	if (in_end(&in) < 0)
		return -1;
	if (strcmp(runs, "city") != 0 && strcmp(runs, "county") != 0)
		return api_bad_value(f, "runs", "应为 city 或 county", "must be city or county");
	return align_scope_set(&call->act, http_param(call->req, "division"),
	    http_param(call->req, "agency"), strcmp(runs, "city") == 0 ? ALIGN_RUN_BY_CITY :
	    ALIGN_RUN_BY_COUNTY, 0, f);
}

int
align_scope_unsetting(struct call *call, struct fault *f)
{
	return align_scope_set(&call->act, http_param(call->req, "division"),
	    http_param(call->req, "agency"), ALIGN_RUN_BY_CITY, 1, f);
}
