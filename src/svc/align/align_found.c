/* align_found.c - a difference as it is kept: its key, its row, its evidence, its candidates. */
#include <stdlib.h>
#include <string.h>

#include "svc/align/align_ops.h"

#define EXPLANATION_MAX 8000	/* bytes */

/*
 * What a difference is about: a key says nothing else, so that it is found again in another list.  An
 * item is its matter and its proof: its code may be another's in the next version of the inventory.
 */
static void
key_of(const char *county, const struct align_difference *d, const struct align_row *row,
    uint32_t nth, uint8_t ret_key[ALIGN_KEY_LEN])
{
	const char *kind = align_kind_name(d->kind), *of = "", *asks = "", *settled = "";
	const char *matter = "", *proof = "", *method = "";
	uint8_t n[4] = { (uint8_t)(nth >> 24), (uint8_t)(nth >> 16), (uint8_t)(nth >> 8), (uint8_t)nth };
	struct sha256 hash;

	if (d->item != NULL) {
		of = d->item->matter->code;
		asks = d->item->proof->code;
	}
	if (d->kind == ALIGN_MATTER_NAME || d->kind == ALIGN_EXTRA)
		matter = row->matter;
	if (d->kind == ALIGN_PROOF_NAME || d->kind == ALIGN_EXTRA)
		proof = row->proof;
	if (d->kind == ALIGN_METHOD || d->kind == ALIGN_EXTRA)
		method = method_name(row->method);
	if (d->kind == ALIGN_METHOD)
		settled = method_name(d->item->method);
	hash = hash_sha256((const struct hash_part[]){ { "wzm-align-2", 12 },
	    { county, strlen(county) + 1 }, { kind, strlen(kind) + 1 }, { of, strlen(of) + 1 },
	    { asks, strlen(asks) + 1 }, { settled, strlen(settled) + 1 },
	    { matter, strlen(matter) + 1 }, { proof, strlen(proof) + 1 },
	    { method, strlen(method) + 1 }, { n, sizeof(n) } }, 10);
	memcpy(ret_key, hash.b, ALIGN_KEY_LEN);
}

struct order { uint8_t key[ALIGN_KEY_LEN]; size_t at; };

static int
by_key(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(x->key));

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

/* The keys of all; a row that a list has twice is told apart by its turn. */
static int
make_keys(struct align_compared *c, struct fault *f)
{
	size_t n = c->r->ndifferences;
	struct order *order = calloc(n + 1, sizeof(*order));
	uint32_t nth = 0;

	if (order == NULL || (c->key = calloc(n + 1, sizeof(*c->key))) == NULL) {
		free(order);
		fault_set(f, FAULT_MEMORY, "%s", "keys");
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		const struct align_difference *d = &c->r->difference[i];

		order[i].at = i;
		key_of(c->county, d, d->row != ALIGN_NO_ROW ? align_list_row(c->list, d->row) : NULL, 0,
		    order[i].key);
	}
	qsort(order, n, sizeof(*order), by_key);
	for (size_t i = 0; i < n; i++) {
		const struct align_difference *d = &c->r->difference[order[i].at];

		nth = i > 0 && memcmp(order[i].key, order[i - 1].key, ALIGN_KEY_LEN) == 0 ? nth + 1 : 0;
		if (nth == 0)
			memcpy(c->key[order[i].at], order[i].key, ALIGN_KEY_LEN);
		else
			key_of(c->county, d, align_list_row(c->list, d->row), nth, c->key[order[i].at]);
	}
	free(order);
	return 0;
}

struct scope {
	const struct inventory *inv;
	const struct division *county;		/* of inv */
	const struct align_saying *say;		/* NULL: nothing new */
	struct align_scope *one;
	size_t n, cap;
};

static int
add_agency(struct scope *s, const struct agency *a, enum align_runs runs, struct fault *f)
{
	if (s->n == s->cap) {
		struct align_scope *more = reallocarray(s->one, s->cap * 2 + 16, sizeof(*more));

		if (more == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "scope");
			return -1;
		}
		s->one = more;
		s->cap = s->cap * 2 + 16;
	}
	s->one[s->n++] = (struct align_scope){ a, runs };
	return 0;
}

static int
add_scope(const struct align_said *said, void *ctx, struct fault *f)
{
	struct scope *s = ctx;
	const struct agency *a = inventory_agency(s->inv, said->agency);

	/* It may be of another version of the inventory, or be said anew. */
	if (a == NULL || (s->say != NULL && strcmp(s->say->agency->code, a->code) == 0))
		return 0;
	return add_agency(s, a, said->runs, f);
}

/* The comparison before: what it presumed, and the version of the inventory that it was made with. */
struct last { int64_t inventory; json_t *presumed; };

static int
take_last(const struct align_measure *m, void *ctx, struct fault *f)
{
	struct last *last = ctx;
	struct align_figures figures;

	last->inventory = m->inventory;
	return align_figures_read(m->figures, &figures, &last->presumed, f);
}

static int
was_presumed(const struct last *last, const char *agency)
{
	json_t *one;
	size_t i;

	json_array_foreach(last->presumed, i, one)
		if (strcmp(json_string_value(json_array_get(one, 0)), agency) == 0)
			return 1;
	return 0;
}

static int
is_said(const struct scope *s, const char *agency)
{
	if (s->say != NULL && strcmp(s->say->agency->code, agency) == 0)
		return 1;
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->one[i].agency->code, agency) == 0)
			return 1;
	return 0;
}

/*
 * A department that the county's list answered for before is not presumed to be the city's because its
 * rows are not there any more: they are missing, until it is said who runs it.
 */
static int
add_answered(struct scope *s, const struct inventory *then, const char *county,
    const struct last *last, struct fault *f)
{
	const struct division *d = inventory_division(then, county);

	for (size_t i = 0; d != NULL && i < then->nitems; i++) {
		const struct matter *m = then->items[i].matter;
		const struct agency *a = inventory_agency(s->inv, m->agency->code);

		if (a == NULL || strcmp(m->level, "county") != 0 || is_said(s, a->code) ||
		    was_presumed(last, a->code) || inventory_acting(then, m->agency, d)->division != d ||
		    inventory_acting(s->inv, a, s->county)->division != s->county)
			continue;
		if (add_agency(s, a, ALIGN_RUN_BY_COUNTY, f) < 0)
			return -1;
	}
	return 0;
}

static int
read_answered(struct act *act, const struct align_compared *c, struct scope *s, struct fault *f)
{
	struct last last = { .inventory = 0 };
	struct inventory *then;
	int rc = align_measures(act, c->home, c->county, NULL, 1, take_last, &last, f);

	if (rc == 0 && last.inventory > 0) {
		then = app_inventory_version(act->app, act->reader, last.inventory, f);
		rc = then != NULL ? add_answered(s, then, c->county, &last, f) : -1;
		inventory_unref(then);
	}
	json_decref(last.presumed);
	return rc;
}

/* What is said of the county's departments, with what is being said and what the list answered for before. */
static int
read_scope(struct act *act, const struct align_compared *c, struct scope *s, struct fault *f)
{
	const struct agency *a;

	if (align_scopes(act, c->home, c->county, add_scope, s, f) < 0)
		return -1;
	if (s->say != NULL && !s->say->unsaid &&
	    (a = inventory_agency(s->inv, s->say->agency->code)) != NULL &&
	    add_agency(s, a, s->say->runs, f) < 0)
		return -1;
	return read_answered(act, c, s, f);
}

int
align_compare_list(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, struct align_list *list, int64_t number,
    const struct align_saying *say, struct align_compared **ret_compared, struct fault *f)
{
	struct align_compared *c = calloc(1, sizeof(*c));
	struct scope scope = { .inv = inv, .say = say };
	int rc = -1;

	if (c == NULL) {
		align_list_free(list);
		fault_set(f, FAULT_MEMORY, "%s", "comparison");
		return -1;
	}
	c->list = list;
	c->inv = inventory_ref(inv);
	c->number = number;
	c->division = scope.county = inventory_division(inv, county->code);
	snprintf(c->home, sizeof(c->home), "%s", home);
	snprintf(c->county, sizeof(c->county), "%s", county->code);
	if (c->division == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", county->code);
	} else if (read_scope(act, c, &scope, f) == 0 &&
	    align_compare(inv, c->division, scope.one, scope.n, list, &c->r, f) == 0 &&
	    make_keys(c, f) == 0) {
		c->figures = align_figures_of(c->r, align_list_rows(list));
		*ret_compared = c;
		c = NULL;
		rc = 0;
	}
	free(scope.one);
	align_compared_free(c);
	return rc;
}

int
align_compare_kept(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, int64_t number, const struct align_saying *say,
    struct align_compared **ret_compared, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct buf text = BUF_INIT_MAX(2 * ALIGN_LIST_MAX);
	struct align_list *list = NULL;
	int rc = -1;

	if (align_list_content(act, home, county->code, number, &text, f) == 0 &&
	    align_list_read("list.csv", text.data, text.len, &list, &report, f) == 0)
		rc = align_compare_list(act, home, inv, county, list, number, say, ret_compared, f);
	buf_free(&text);
	inventory_report_free(&report);
	return rc;
}

void
align_compared_free(struct align_compared *c)
{
	if (c == NULL)
		return;
	align_result_free(c->r);
	align_list_free(c->list);
	inventory_unref(c->inv);
	free(c->key);
	free(c);
}

const char *
align_agency_of(const struct align_difference *d)
{
	return d->matter != NULL ? d->matter->agency->code : "";
}

static json_t *
row_json(const struct align_row *row)
{
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "line", (json_int_t)row->line, "code",
	    row->code, "matter", row->matter, "proof", row->proof, "method", method_name(row->method),
	    "basis", row->legal_basis);
}

static json_t *
candidates_json(const struct align_compared *c, const struct align_difference *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->ncandidates; i++) {
		const struct align_candidate *k = &d->candidate[i];
		json_t *one = json_pack("{s:i}", "likeness", (int)k->likeness);

		if (k->item != NULL)
			json_object_set_new(one, "item", json_string(k->item->code));
		if (k->row != ALIGN_NO_ROW)
			json_object_set_new(one, "row", row_json(align_list_row(c->list, k->row)));
		json_array_append_new(list, one);
	}
	return list;
}

/* The sentences in one language, and what they come to. */
static int
add_evidence(const struct align_compared *c, const struct align_difference *d, enum lang lang,
    json_t *onto)
{
	struct buf text = BUF_INIT_MAX(EXPLANATION_MAX);
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < d->nevidence && rc == 0; i++) {
		buf_clear(&text);
		rc = align_evidence_text(&d->evidence[i], lang, &text);
		json_array_append_new(list, json_stringn(text.len > 0 ? text.data : "", text.len));
	}
	buf_clear(&text);
	if (rc == 0)
		rc = align_explain(c->list, d, lang, &text);
	json_object_set_new(onto, lang == LANG_ZH ? "zh" : "en", list);
	json_object_set_new(onto, lang == LANG_ZH ? "says_zh" : "says_en",
	    json_stringn(text.len > 0 ? text.data : "", text.len));
	buf_free(&text);
	return rc;
}

static void
add_names(const struct align_difference *d, const struct align_row *row, struct buf *names)
{
	if (d->item != NULL)
		buf_fmt(names, "%s\n%s\n", d->item->matter->name, d->item->proof->name);
	if (row != NULL)
		buf_fmt(names, "%s\n%s\n", row->matter, row->proof);
}

int
align_found_text(const struct align_compared *c, const struct align_difference *d, struct buf *json,
    struct buf *names, struct fault *f)
{
	const struct align_row *row = d->row != ALIGN_NO_ROW ? align_list_row(c->list, d->row) : NULL;
	json_t *found = json_pack("{s:o, s:o}", "row", row != NULL ? row_json(row) : json_null(),
	    "candidates", candidates_json(c, d));
	char *text = NULL;

	buf_clear(json);
	buf_clear(names);
	add_names(d, row, names);
	if (found != NULL && add_evidence(c, d, LANG_ZH, found) == 0 &&
	    add_evidence(c, d, LANG_EN, found) == 0 &&
	    (text = json_dumps(found, JSON_COMPACT | JSON_SORT_KEYS)) != NULL)
		buf_str(json, text);
	free(text);
	json_decref(found);
	if (text == NULL || buf_failed(json) || buf_failed(names)) {
		fault_set(f, FAULT_MEMORY, "%s", "difference");
		return -1;
	}
	return 0;
}
