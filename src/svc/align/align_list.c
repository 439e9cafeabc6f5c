/* align_list.c - lists as they were handed in, and who runs which department where. */
#include <stdlib.h>
#include <string.h>

#include "svc/align/align_ops.h"

/* Scope */

struct saying { align_said_fn *each; void *ctx; };

static int
said_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct saying *k = ctx;
	struct align_said s = { .runs = strcmp(row_text(row, 2), "city") == 0 ? ALIGN_RUN_BY_CITY :
	    ALIGN_RUN_BY_COUNTY, .set_at = row_int(row, 3) };

	snprintf(s.county, sizeof(s.county), "%s", row_text(row, 0));
	snprintf(s.agency, sizeof(s.agency), "%s", row_text(row, 1));
	snprintf(s.set_by, sizeof(s.set_by), "%s", row_text(row, 4));
	return k->each(&s, k->ctx, f);
}

int
align_scopes(struct act *act, const char *home, const char *county, align_said_fn *each, void *ctx,
    struct fault *f)
{
	struct saying k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_SCOPES, PARAMS(sql_text(home), sql_text(county)),
	    said_row, &k, f) < 0 ? -1 : 0;
}

/* Lists */

struct keeping { align_kept_fn *each; void *ctx; };

static int
kept_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct keeping *k = ctx;
	struct align_kept l = { .number = row_int(row, 1), .rows = row_int(row, 3),
		.at = row_int(row, 5) };

	snprintf(l.county, sizeof(l.county), "%s", row_text(row, 0));
	snprintf(l.sha256_hex, sizeof(l.sha256_hex), "%s", row_text(row, 2));
	act_row_id(row, 4, l.record);
	snprintf(l.by, sizeof(l.by), "%s", row_text(row, 6));
	return k->each(&l, k->ctx, f);
}

int
align_lists(struct act *act, const char *home, const char *county, int limit, align_kept_fn *each,
    void *ctx, struct fault *f)
{
	struct keeping k = { each, ctx };

	return store_read(act->reader, ST_ALIGN_LISTS, PARAMS(sql_text(home), sql_text(county),
	    sql_int(limit)), kept_row, &k, f) < 0 ? -1 : 0;
}

static int
take_kept(const struct align_kept *kept, void *ctx, struct fault *f)
{
	(void)f;
	*(struct align_kept *)ctx = *kept;
	return 0;
}

int
align_list_load(struct act *act, const char *home, const char *county, int64_t number,
    struct align_kept *ret_kept, struct fault *f)
{
	struct keeping k = { take_kept, ret_kept };
	int64_t n = number > 0 ?
	    store_read(act->reader, ST_ALIGN_LIST_GET, PARAMS(sql_text(home), sql_text(county),
	    sql_int(number)), kept_row, &k, f) :
	    store_read(act->reader, ST_ALIGN_LISTS, PARAMS(sql_text(home), sql_text(county),
	    sql_int(1)), kept_row, &k, f);

	if (n == 0 && number > 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "list");
	else if (n == 0) {
		fault_set(f, FAULT_ALIGN_NO_LIST, "%s", "");
		fault_arg(f, "division", "%s", county);
	}
	return n > 0 ? 0 : -1;
}

static int
content_row(const struct store_row *row, void *ctx, struct fault *f)
{
	size_t len;
	const void *content = row_blob(row, 0, &len);

	if (buf_add(ctx, content, len) == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "list");
	return -1;
}

int
align_list_content(struct act *act, const char *home, const char *county, int64_t number,
    struct buf *out, struct fault *f)
{
	int64_t n = store_read(act->reader, ST_ALIGN_LIST_CONTENT, PARAMS(sql_text(home),
	    sql_text(county), sql_int(number)), content_row, out, f);

	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "list");
	return n > 0 ? 0 : -1;
}

/* Handing in */

/* What stands beside the list: that which the round holds on to, where the county takes part in one. */
static struct inventory *
beside(struct act *act, const struct align_known *k, struct fault *f)
{
	/* What is in force is asked after the turn: what is measured with the next takes a later one. */
	return k->round.open ? app_inventory_version(act->app, act->reader, k->round.inventory, f) :
	    app_inventory(act->app, f);
}

/* The list as it is kept, and what identifies it. */
static int
as_kept(const struct align_list *list, struct buf *csv, char ret_hex[65], struct fault *f)
{
	struct sha256 hash;

	if (align_list_csv(list, csv) < 0) {
		fault_set(f, FAULT_BODY_TOO_LARGE, "%s", "as it is kept");
		fault_arg(f, "max", "%u", ALIGN_LIST_MAX);
		return -1;
	}
	hash = hash_sha256((const struct hash_part[]){ { csv->data, csv->len } }, 1);
	enc_hex(hash.b, sizeof(hash.b), ret_hex);
	return 0;
}

static void
put_insert(struct act *act, struct op *op, const struct align_handed *h, const struct buf *csv)
{
	op_step(op, ST_ALIGN_LIST_INSERT, 1);
	op_text(op, h->compared->home);
	op_text(op, h->compared->county);
	op_int(op, h->kept.number);
	op_text(op, h->kept.sha256_hex);
	op_int(op, h->kept.rows);
	op_blob(op, csv->data, csv->len);
	op_blob(op, h->kept.record, RECORD_ID_LEN);
	op_at(op);
	op_text(op, act->actor.id);
}

static int
put_measured(struct act *act, struct op *op, const struct align_handed *h, const char *cause,
    struct fault *f)
{
	const struct align_compared *c = h->compared;
	struct align_figures figures = align_figures_kept(c, &h->known);
	json_t *presumed = align_presumed(c->r);
	struct align_to_measure m = { .home = c->home, .county = c->county, .cause = cause,
		.round = h->in_round ? h->known.round.number : 0, .inventory = c->inv->version,
		.list = c->number, .figures = &figures, .presumed = presumed,
		.drift = h->has_drift ? &h->drift : NULL };
	int rc = align_put_measure(act, op, &m, f);

	json_decref(presumed);
	return rc;
}

/* All that a new list changes, in one operation; or one that is not new to us, but to the round. */
static int
put_list(struct act *act, struct align_handed *h, const struct buf *csv, struct fault *f)
{
	const struct align_compared *c = h->compared;
	struct record *r;
	struct op *op = act_add(act, RECORD_ALIGN_LIST_RECEIVED, c->home, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s}", "file", h->file), f) < 0)
		return -1;
	record_str(r, "county", c->county);
	record_int(r, "list", c->number);
	record_int(r, "rows", h->kept.rows);
	record_str(r, "sha256", h->kept.sha256_hex);
	if (h->changed) {
		memcpy(h->kept.record, record_id(r), RECORD_ID_LEN);
		put_insert(act, op, h, csv);
	}
	if (h->in_round) {
		record_int(r, "round", h->known.round.number);
		align_put_touch(op, c->home, h->known.round.number);
	}
	align_put_turn(op, c->home, c->county, h->known.turn);
	if (h->in_round && align_put_merge(act, op, c, &h->known, &h->merged, f) < 0)
		return -1;
	return put_measured(act, op, h, "list", f);
}

/* What the comparison says beside a round. */
static void
look_back(struct align_handed *h)
{
	h->in_round = h->known.round.open;
	h->has_drift = h->known.round.number > 0 && !h->known.round.open;
	if (h->has_drift)
		h->drift = align_drift_of(h->compared, &h->known);
}

/* Reads the bytes, and says whether they are what the county handed in last. */
static int
read_list(struct act *act, struct align_handed *h, const char *home, const struct division *county,
    struct align_list *list, struct inventory *inv, struct buf *csv, struct fault *f)
{
	struct align_kept last = { .number = 0 };
	struct fault none = FAULT_INIT;

	if (as_kept(list, csv, h->kept.sha256_hex, f) < 0) {
		align_list_free(list);
		return -1;
	}
	if (align_list_load(act, home, county->code, 0, &last, &none) < 0 &&
	    none.code != FAULT_ALIGN_NO_LIST) {
		*f = none;
		align_list_free(list);
		return -1;
	}
	h->changed = strcmp(last.sha256_hex, h->kept.sha256_hex) != 0;
	if (!h->changed)
		h->kept = last;
	else {
		h->kept.number = last.number + 1;
		h->kept.rows = (int64_t)align_list_rows(list);
		h->kept.at = act->now;
		snprintf(h->kept.county, sizeof(h->kept.county), "%s", county->code);
		snprintf(h->kept.by, sizeof(h->kept.by), "%s", act->actor.id);
	}
	return align_compare_list(act, home, inv, county, list, h->kept.number, NULL, &h->compared,
	    f);
}

int
align_hand_in(struct act *act, const char *county, const char *file, const void *data, size_t len,
    struct align_handed *ret_handed, struct inventory_report *report, struct fault *f)
{
	struct inventory *in_force = app_inventory(act->app, f), *inv = NULL;
	struct buf csv = BUF_INIT_MAX(2 * ALIGN_LIST_MAX);
	struct align_handed *h = ret_handed;
	const struct division *d;
	struct align_list *list;
	char home[7];
	int rc = -1;

	memset(h, 0, sizeof(*h));
	if (in_force == NULL)
		return -1;
	align_home(in_force, &act->actor, home);
	snprintf(h->file, sizeof(h->file), "%s", file);
	if (align_county(act, in_force, county, &d, f) < 0)
		goto out;
	/* What was typed names nothing before that. */
	snprintf(act->object, sizeof(act->object), "%s-%s", home, d->code);
	if (align_known_load(act, home, d->code, &h->known, f) < 0 ||
	    (inv = beside(act, &h->known, f)) == NULL ||
	    align_list_read(file, data, len, &list, report, f) < 0 ||
	    read_list(act, h, home, d, list, inv, &csv, f) < 0)
		goto out;
	look_back(h);
	if (h->changed || (h->in_round && h->known.list != h->kept.number))
		rc = put_list(act, h, &csv, f);
	else
		rc = h->in_round ? align_put_merge(act, NULL, h->compared, &h->known, &h->merged, f) : 0;
out:
	buf_free(&csv);
	inventory_unref(inv);
	inventory_unref(in_force);
	return rc;
}

void
align_handed_free(struct align_handed *h)
{
	align_compared_free(h->compared);
	align_known_free(&h->known);
	h->compared = NULL;
}

/* Saying who runs a department */

/* The department is the city's, and has an agency in the county. */
static const struct agency *
find_agency(const struct inventory *inv, const char *home, const struct division *county,
    const char *code, struct fault *f)
{
	const struct agency *a = inventory_agency(inv, code);

	if (a != NULL && strcmp(a->division->code, home) == 0 && inventory_acting(inv, a, county) != a)
		return a;
	fault_set(f, FAULT_ALIGN_NO_AGENCY, "%s", "");
	fault_arg(f, "agency", "%s", code);
	fault_arg(f, "division", "%s", county->code);
	return NULL;
}

/* The list to look at again: the one that an open round has, else the latest; 0 where there is none. */
static int
which_list(struct act *act, const char *home, const char *county, const struct align_known *k,
    int64_t *ret_number, struct fault *f)
{
	struct fault none = FAULT_INIT;
	struct align_kept kept;

	*ret_number = k->round.open ? k->list : 0;
	if (k->round.open)
		return 0;
	if (align_list_load(act, home, county, 0, &kept, &none) == 0)
		*ret_number = kept.number;
	else if (none.code != FAULT_ALIGN_NO_LIST) {
		*f = none;
		return -1;
	}
	return 0;
}

/* What is compared anew where somebody says who runs a department; an open round goes with it. */
static int
look_again(struct act *act, struct op *op, struct record *r, const char *home,
    const struct division *county, const struct align_saying *say, struct fault *f)
{
	struct align_handed h = { 0 };
	struct inventory *inv = NULL;
	int64_t number = 0;
	int rc = -1;

	if (align_known_load(act, home, county->code, &h.known, f) < 0)
		return -1;
	if (which_list(act, home, county->code, &h.known, &number, f) < 0)
		goto out;
	if (number == 0) {
		align_put_turn(op, home, county->code, h.known.turn);
		rc = 0;
		goto out;
	}
	if ((inv = beside(act, &h.known, f)) == NULL ||
	    align_compare_kept(act, home, inv, county, number, say, &h.compared, f) < 0)
		goto out;
	look_back(&h);
	if (h.in_round) {
		record_int(r, "round", h.known.round.number);
		align_put_touch(op, home, h.known.round.number);
	}
	align_put_turn(op, home, county->code, h.known.turn);
	if (h.in_round && align_put_merge(act, op, h.compared, &h.known, &h.merged, f) < 0)
		goto out;
	rc = put_measured(act, op, &h, "scope", f);
out:
	align_handed_free(&h);
	inventory_unref(inv);
	return rc;
}

static void
put_said(struct act *act, struct op *op, const char *home, const char *county,
    const struct align_saying *say)
{
	op_step(op, say->unsaid ? ST_ALIGN_SCOPE_DELETE : ST_ALIGN_SCOPE_PUT, STORE_ANY_COUNT);
	op_text(op, home);
	op_text(op, county);
	op_text(op, say->agency->code);
	if (say->unsaid)
		return;
	op_text(op, say->runs == ALIGN_RUN_BY_CITY ? "city" : "county");
	op_at(op);
	op_text(op, act->actor.id);
}

int
align_scope_set(struct act *act, const char *county, const char *agency, enum align_runs runs,
    int unsaid, struct fault *f)
{
	struct align_saying say = { .runs = runs, .unsaid = unsaid };
	struct inventory *inv = app_inventory(act->app, f);
	const struct division *d;
	struct record *r;
	struct op *op;
	char home[7];
	int rc = -1;

	if (inv == NULL)
		return -1;
	align_home(inv, &act->actor, home);
	if (align_city_only(act, home, f) < 0 || align_county(act, inv, county, &d, f) < 0 ||
	    (say.agency = find_agency(inv, home, d, agency, f)) == NULL)
		goto out;
	snprintf(act->object, sizeof(act->object), "%s-%s", d->code, say.agency->code);
	if ((op = act_add(act, RECORD_ALIGN_SCOPE_SET, home, NULL, &r, f)) == NULL)
		goto out;
	record_str(r, "county", d->code);
	record_str(r, "agency", say.agency->code);
	record_str(r, "runs", unsaid ? "unsaid" : runs == ALIGN_RUN_BY_CITY ? "city" : "county");
	put_said(act, op, home, d->code, &say);
	rc = look_again(act, op, r, home, d, &say, f);
out:
	inventory_unref(inv);
	return rc;
}
