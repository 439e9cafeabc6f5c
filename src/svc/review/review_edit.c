#include "svc/review/review_edit.h"

#include <stdlib.h>
#include <string.h>

#include "flow/ground.h"

/* What the remark of a commitment says (README.md of the reference data). */
#define COMMITMENT_REMARK "书面承诺,事后核查"

#define ITEMS "items.csv"
#define GRANTS "grants.csv"
#define ITEM_BINDINGS "item_bindings.csv"

static void
add(struct review_edits *e, struct inventory_edit edit)
{
	if (e->n == e->cap) {
		size_t cap = e->cap != 0 ? e->cap * 2 : 64;
		struct inventory_edit *more = reallocarray(e->edit, cap, sizeof(*more));

		if (more == NULL) {
			e->failed = 1;
			return;
		}
		e->edit = more;
		e->cap = cap;
	}
	e->edit[e->n++] = edit;
}

/* A text of our own; "" where there is no memory, and failed. */
static const char *
keep(struct review_edits *e, const char *text)
{
	const char *copy = arena_text(&e->texts, text, strlen(text));

	if (copy != NULL)
		return copy;
	e->failed = 1;
	return "";
}

static void
set(struct review_edits *e, const char *file, const char *key, const char *column, const char *value)
{
	add(e, (struct inventory_edit){ .kind = INVENTORY_CHANGED, .file = file, .key = key,
	    .column = column, .value = value });
}

static void
add_row(struct review_edits *e, const char *file, const char *key)
{
	add(e, (struct inventory_edit){ .kind = INVENTORY_ADDED, .file = file, .key = key });
}

static void
remove_row(struct review_edits *e, const char *file, const char *key, const char *key2)
{
	add(e, (struct inventory_edit){ .kind = INVENTORY_REMOVED, .file = file, .key = key, .key2 = key2 });
}

/* Codes count up: "I-04052" is followed by "I-04053". */

static size_t
digits_at(const char *code)
{
	size_t len = strlen(code), at = len;

	while (at > 0 && code[at - 1] >= '0' && code[at - 1] <= '9' && len - at < 15)
		at--;
	return at;
}

/* The greatest of the codes that count, or NULL; all of a list mostly begin the same. */
static const char *
greatest(const char *best, const char *code)
{
	size_t at = digits_at(code);

	if (code[at] == '\0')
		return best;
	return best == NULL || strtoll(code + at, NULL, 10) > strtoll(best + digits_at(best), NULL, 10) ?
	    code : best;
}

static const char *
count_up(struct review_edits *e, const char *last, const char *otherwise, int64_t by)
{
	char text[REVIEW_CODE_MAX];
	const char *from = last != NULL ? last : otherwise;
	size_t at = digits_at(from);

	snprintf(text, sizeof(text), "%.*s%0*lld", (int)at, from, (int)strlen(from + at),
	    strtoll(from + at, NULL, 10) + (long long)by);
	return keep(e, text);
}

static const char *
next_item(struct review_edits *e)
{
	const char *last = NULL;

	for (size_t i = 0; i < e->inv->nitems; i++)
		last = greatest(last, e->inv->items[i].code);
	return count_up(e, last, "I-00000", ++e->items);
}

static const char *
next_grant(struct review_edits *e)
{
	const char *last = NULL;

	for (size_t i = 0; i < e->inv->ngrants; i++)
		last = greatest(last, e->inv->grants[i].code);
	return count_up(e, last, "G-0000", ++e->grants);
}

/* Cells */

static const char *
member(const json_t *body, const char *name)
{
	return json_string_value(json_object_get(body, name));
}

/* The fields of the decision, or those that the item has; with ; between, as the file has them. */
static const char *
fields_of(struct review_edits *e, const struct item *item, const json_t *decided)
{
	const json_t *fields = json_object_get(decided, "fields"), *one;
	struct buf text = BUF_INIT;
	const char *kept;
	size_t i;

	json_array_foreach(fields, i, one)
		buf_fmt(&text, "%s%s", i > 0 ? ";" : "", json_string_value(one));
	for (i = 0; fields == NULL && item != NULL && item->fields[i] != NULL; i++)
		buf_fmt(&text, "%s%s", i > 0 ? ";" : "", item->fields[i]);
	kept = keep(e, text.data != NULL ? text.data : "");
	buf_free(&text);
	return kept;
}

static const char *
hours_of(struct review_edits *e, const json_t *decided)
{
	const json_t *hours = json_object_get(decided, "verify_hours");
	char text[24] = "";

	if (hours != NULL)
		snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT, json_integer_value(hours));
	return keep(e, text);
}

static const char *
remark_of(const struct review *r)
{
	return r->method == METHOD_DIRECT_CANCEL ? ground_remark(r->ground) :
	    r->method == METHOD_COMMITMENT ? COMMITMENT_REMARK : "";
}

/* What stays on the row of an item that is settled this way already. */
static void
set_item(struct review_edits *e, const struct review *r, const struct item *item, const char *code,
    const json_t *decided)
{
	int was = item != NULL && item->method == r->method;

	set(e, ITEMS, code, "method", method_name(r->method));
	if (!was || r->method == METHOD_DIRECT_CANCEL)
		set(e, ITEMS, code, "remark", remark_of(r));
	set(e, ITEMS, code, "fields", r->method == METHOD_DATA_QUERY ? fields_of(e, item, decided) : "");
	if (!was || json_object_get(decided, "verify_hours") != NULL)
		set(e, ITEMS, code, "verify_hours", hours_of(e, decided));
}

/* Inputs of its own, and a grant, belong to a query. */
static void
drop_query(struct review_edits *e, const struct item *item)
{
	const char *key, *key2;

	if (item->grant != NULL)
		remove_row(e, GRANTS, item->grant->code, NULL);
	for (int64_t i = inventory_rows_find(e->bindings, item->code); i >= 0 &&
	    (size_t)i < inventory_rows_count(e->bindings); i++) {
		inventory_rows_key(e->bindings, (size_t)i, &key, &key2);
		if (strcmp(key, item->code) != 0)
			break;
		remove_row(e, ITEM_BINDINGS, key, key2);
	}
}

/* A grant covers the fields that come back, and nothing besides. */
static void
put_grant(struct review_edits *e, const struct review_subject *s, const char *item,
    const json_t *decided)
{
	const char *until = member(decided, "grant_until"), *code, *fields = fields_of(e, s->item, decided);
	char text[CLOCK_TEXT_MAX], purpose[1024];

	if (s->item != NULL && s->item->grant != NULL) {
		set(e, GRANTS, s->item->grant->code, "fields", fields);
		return;
	}
	if (until == NULL)
		return;
	code = next_grant(e);
	clock_day_text(e->today, text);
	snprintf(purpose, sizeof(purpose), "办理“%s”时核验“%s”", s->matter->name, s->proof->name);
	add_row(e, GRANTS, code);
	set(e, GRANTS, code, "requesting_agency_code", s->matter->agency->code);
	set(e, GRANTS, code, "matter_code", s->matter->code);
	set(e, GRANTS, code, "item_code", item);
	set(e, GRANTS, code, "service_code", s->proof->query->code);
	set(e, GRANTS, code, "fields", fields);
	set(e, GRANTS, code, "purpose", keep(e, purpose));
	set(e, GRANTS, code, "valid_from", keep(e, text));
	set(e, GRANTS, code, "valid_until", keep(e, until));
	set(e, GRANTS, code, "state", "accepted");
}

/* An item that was proposed comes onto the list with the names that the catalogue has. */
static const char *
put_new(struct review_edits *e, const struct review_subject *s, const json_t *opened)
{
	const char *code = next_item(e), *basis = member(opened, "legal_basis");

	add_row(e, ITEMS, code);
	set(e, ITEMS, code, "matter_code", s->matter->code);
	set(e, ITEMS, code, "proof_code", s->proof->code);
	set(e, ITEMS, code, "matter_name", s->matter->name);
	set(e, ITEMS, code, "proof_name", s->proof->name);
	set(e, ITEMS, code, "legal_basis", keep(e, basis != NULL ? basis : "无"));
	return code;
}

int
review_edit(struct review_edits *e, const struct app *app, const struct review *r,
    const json_t *opened, const json_t *decided, const char **ret_item, struct fault *f)
{
	const char *basis = member(decided, "legal_basis");
	struct review_subject s;

	if (review_subject(app, e->inv, r, basis, &s, f) < 0)
		return -1;
	*ret_item = s.item != NULL ? keep(e, s.item->code) : put_new(e, &s, opened);
	if (s.item != NULL && s.item->method == METHOD_DATA_QUERY && r->method != METHOD_DATA_QUERY)
		drop_query(e, s.item);
	set_item(e, r, s.item, *ret_item, decided);
	if (basis != NULL)
		set(e, ITEMS, *ret_item, "legal_basis", keep(e, basis));
	if (r->method == METHOD_DATA_QUERY)
		put_grant(e, &s, *ret_item, decided);
	if (!e->failed)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "edits of decisions");
	return -1;
}

void
review_edits_free(struct review_edits *e)
{
	free(e->edit);
	arena_free(&e->texts);
	memset(e, 0, sizeof(*e));
}
