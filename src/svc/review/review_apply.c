/* review_apply.c - a draft of the list in which what experts' reviews decided is followed. */
#include <stdlib.h>
#include <string.h>

#include "svc/cases/case.h"
#include "svc/inventory/derive.h"
#include "svc/inventory/versions.h"
#include "svc/review/review_edit.h"

#define APPLY_MAX 200		/* reviews of one application: a record names them */
#define PAGE 200

/* The decided reviews; of one item only the latest counts. */
struct pending {
	struct review *r;
	size_t n, cap;
	uint8_t last[RECORD_ID_LEN];
	const struct versions *versions;
	int64_t now;
};

static int
same_item(const struct review *a, const struct review *b)
{
	return strcmp(a->matter, b->matter) == 0 && strcmp(a->proof, b->proof) == 0;
}

static int
gather(const struct review *r, void *ctx, struct fault *f)
{
	struct pending *p = ctx;
	size_t at = 0;

	memcpy(p->last, r->id, sizeof(p->last));
	while (at < p->n && !same_item(&p->r[at], r))
		at++;
	if (at < p->n && p->r[at].decided_at > r->decided_at)
		return 0;
	if (at == p->cap) {
		size_t cap = p->cap != 0 ? p->cap * 2 : 64;
		struct review *more = reallocarray(p->r, cap, sizeof(*more));

		if (more == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "reviews");
			return -1;
		}
		p->r = more;
		p->cap = cap;
	}
	p->n += at == p->n;
	p->r[at] = *r;
	return 0;
}

static int
read_decided(struct act *act, struct pending *p, struct fault *f)
{
	struct review_page page = { .has_state = 1, .state = REVIEW_DECIDED, .limit = PAGE };
	uint8_t before[RECORD_ID_LEN];

	do {
		memcpy(before, p->last, sizeof(before));
		page.after_id = before;
		if (review_list(act, &page, gather, p, f) < 0)
			return -1;
	} while (memcmp(before, p->last, sizeof(before)) != 0);
	return 0;
}

/* A draft may be thrown away: only a version that was published has followed a decision for good. */
static int
is_done(const struct pending *p, const struct review *r)
{
	const char *state = r->applied != 0 ? versions_state(p->versions, r->applied, p->now) : "draft";

	return strcmp(state, "draft") != 0 && strcmp(state, "withdrawn") != 0;
}

/* The version of the last day that is published, or the one in force where none is planned. */
static int64_t
last_published(const struct versions *v)
{
	int64_t version = 0;

	for (size_t i = 0; i < v->npublications; i++)
		if (v->publication[i].withdrawn_at == 0)
			version = v->publication[i].version;
	return version;
}

/* What is applied: which reviews, and the code of the item of each. */
struct applying {
	struct review_edits edits;
	const struct review *r[APPLY_MAX];
	const char *item[APPLY_MAX];
	size_t n;
};

static int
add_review(struct act *act, struct applying *a, const struct review *r, struct fault *f)
{
	struct stored_record opened = { .log = "" }, decided = { .log = "" };
	struct review_subject s;
	int rc = -1;

	if (record_load(act, r->division, r->opened, &opened, f) < 0 ||
	    record_load(act, r->division, r->decided, &decided, f) < 0)
		goto out;
	rc = 0;
	/* What has left the list is not brought back by what was decided of it. */
	if (!review_followed(a->edits.inv, r, decided.body) &&
	    review_subject(act->app, a->edits.inv, r, NULL, &s, NULL) == 0 &&
	    !review_item_gone(&s, opened.body)) {
		rc = review_edit(&a->edits, act->app, r, opened.body, decided.body, &a->item[a->n], f);
		a->r[a->n++] = r;
	}
out:
	stored_record_free(&opened);
	stored_record_free(&decided);
	return rc;
}

static int
nothing(struct fault *f)
{
	fault_set(f, FAULT_REVIEW_NOTHING, "%s", "");
	return -1;
}

static int
add_all(struct act *act, struct applying *a, const struct pending *p, struct fault *f)
{
	for (size_t i = 0; i < p->n && a->n < APPLY_MAX; i++)
		if (!is_done(p, &p->r[i]) && add_review(act, a, &p->r[i], f) < 0)
			return -1;
	return a->n > 0 ? 0 : nothing(f);
}

/* Which version follows which reviews, in a record of its own, once the version is written. */
static int
add_record(struct act *act, const struct applying *a, const struct derived *d, struct fault *f)
{
	const char *names[APPLY_MAX + 1] = { NULL };
	char name[APPLY_MAX][RECORD_NAME_MAX];
	struct record *record;
	struct op *op = act_add(act, RECORD_REVIEW_APPLIED, act->app->division, NULL, &record, f);

	if (op == NULL)
		return -1;
	for (size_t i = 0; i < a->n; i++) {
		record_object_name(a->r[i]->division, a->r[i]->id, name[i]);
		names[i] = name[i];
		review_put_change(op, act, a->r[i], ST_REVIEW_APPLY);
		op_int(op, d->inv->version);
		op_text(op, a->item[i]);
		review_happened(op, act, a->r[i], "applied", NULL, record_id(record));
	}
	record_int(record, "from", d->from);
	record_int(record, "inventory", d->inv->version);
	record_list(record, "reviews", names);
	return 0;
}

/* Once more into the same draft: it says so already. */
static int
is_applied(const struct applying *a, int64_t version)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->r[i]->applied != version)
			return 0;
	return 1;
}

static int
derive(struct act *act, struct applying *a, int64_t from, struct inventory_report *report,
    struct fault *f)
{
	struct derived d = { 0 };
	int rc = -1;

	if (inventory_derive(act->reader, from, a->edits.edit, a->edits.n, &d, report, f) < 0)
		return -1;
	if (d.stored && is_applied(a, d.inv->version)) {
		nothing(f);
	} else {
		snprintf(act->object, sizeof(act->object), "%s/%lld", act->app->division,
		    (long long)d.inv->version);
		rc = inventory_derive_add(act, &d, f) < 0 || add_record(act, a, &d, f) < 0 ? -1 : 0;
	}
	inventory_derived_free(&d);
	return rc;
}

static int
read_bindings(struct store_reader *reader, int64_t version, struct inventory_rows **ret_rows,
    struct fault *f)
{
	const struct inventory_file *file = NULL;
	struct inventory_set *set;
	int rc = -1;

	if (inventory_stored_files(reader, version, &set, f) < 0)
		return -1;
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->file[i].name, "item_bindings.csv") == 0)
			file = &set->file[i];
	if (file != NULL)
		rc = inventory_rows_read(file, ret_rows, f);
	else
		fault_set(f, FAULT_STORE, "version %lld has no item_bindings.csv", (long long)version);
	inventory_set_free(set);
	return rc;
}

int
review_apply(struct act *act, int64_t from, struct inventory_report *report, struct fault *f)
{
	struct applying *a = calloc(1, sizeof(*a));
	struct inventory_rows *bindings = NULL;
	struct inventory *inv = NULL;
	struct versions v = { 0 };
	struct pending p = { .versions = &v };
	int rc = -1;

	act->object[0] = '\0';
	if (a == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (review_city(act, f) < 0 || versions_read(act->reader, &v, f) < 0)
		goto out;
	if (from == 0)
		from = last_published(&v);
	p.now = versions_now(&v, act->now);
	if ((inv = app_inventory_version(act->app, act->reader, from, f)) == NULL ||
	    read_bindings(act->reader, from, &bindings, f) < 0 || read_decided(act, &p, f) < 0)
		goto out;
	a->edits = (struct review_edits){ .inv = inv, .bindings = bindings, .today = clock_day(act->now),
	    .texts.max = REVIEW_EDITS_MAX_BYTES };
	if (add_all(act, a, &p, f) == 0)
		rc = derive(act, a, from, report, f);
	review_edits_free(&a->edits);
out:
	free(p.r);
	versions_free(&v);
	inventory_rows_free(bindings);
	inventory_unref(inv);
	free(a);
	return rc;
}
