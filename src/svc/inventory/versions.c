#include "svc/inventory/versions.h"

#include <stdlib.h>
#include <string.h>

#include "svc/inventory/inventory_svc.h"

#define VERSIONS_MAX 10000	/* of either; a city publishes a few a year */

/* One more of what an array holds; NULL with a fault. */
static void *
one_more(void **array, size_t n, size_t size, struct fault *f)
{
	void *more = NULL;

	/* Room is made at powers of two. */
	if ((n & (n - 1)) != 0)
		return (char *)*array + n * size;
	if (n < VERSIONS_MAX && (more = reallocarray(*array, n == 0 ? 1 : n * 2, size)) != NULL) {
		*array = more;
		return (char *)more + n * size;
	}
	fault_set(f, FAULT_MEMORY, "%s", "versions of the inventory");
	return NULL;
}

static int
version_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct versions *v = ctx;
	struct inventory_version *new = one_more((void **)&v->version, v->n, sizeof(*new), f);

	if (new == NULL)
		return -1;
	new->version = row_int(row, 0);
	snprintf(new->sha256_hex, sizeof(new->sha256_hex), "%s", row_text(row, 1));
	new->imported_at = row_int(row, 2);
	v->n++;
	return 0;
}

static int
publication_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct versions *v = ctx;
	struct publication *p = one_more((void **)&v->publication, v->npublications, sizeof(*p), f);

	if (p == NULL)
		return -1;
	p->seq = row_int(row, 0);
	p->version = row_int(row, 1);
	p->effective_day = row_int(row, 2);
	p->published_at = row_int(row, 3);
	snprintf(p->published_by, sizeof(p->published_by), "%s", row_text(row, 4));
	snprintf(p->decision, sizeof(p->decision), "%s", row_text(row, 5));
	p->withdrawn_at = row_int(row, 6);
	v->npublications++;
	return 0;
}

int
versions_read(struct store_reader *reader, struct versions *ret_versions, struct fault *f)
{
	struct versions v = { 0 };

	if (store_read(reader, ST_INVENTORY_VERSIONS, NULL, 0, version_row, &v, f) < 0 ||
	    store_read(reader, ST_PUBLICATIONS, NULL, 0, publication_row, &v, f) < 0) {
		versions_free(&v);
		return -1;
	}
	*ret_versions = v;
	return 0;
}

void
versions_free(struct versions *v)
{
	free(v->version);
	free(v->publication);
	memset(v, 0, sizeof(*v));
}

/* The instant from which a publication counts. */
static int64_t
due_at(const struct publication *p)
{
	int64_t start = clock_day_start(p->effective_day);

	return start > p->published_at ? start : p->published_at;
}

size_t
versions_spans(const struct versions *v, struct span *ret_span)
{
	size_t n = 0;

	/* By day and seq is by the time from which they count: nothing is published for a day that is over. */
	for (size_t i = 0; i < v->npublications; i++) {
		const struct publication *p = &v->publication[i];
		int64_t from = due_at(p);

		if (p->withdrawn_at != 0)
			continue;
		/* Of two for the same first instant only the later was ever in force. */
		if (n > 0 && ret_span[n - 1].from == from)
			n--;
		if (n > 0)
			ret_span[n - 1].until = from;
		ret_span[n++] = (struct span){ from, INT64_MAX, p };
	}
	return n;
}

const struct publication *
versions_at(const struct versions *v, int64_t at)
{
	const struct publication *in_force = NULL;

	for (size_t i = 0; i < v->npublications; i++) {
		const struct publication *p = &v->publication[i];

		if (p->withdrawn_at == 0 && due_at(p) <= at)
			in_force = p;
	}
	return in_force;
}

int64_t
versions_now(const struct versions *v, int64_t at)
{
	for (size_t i = 0; i < v->npublications; i++)
		if (v->publication[i].published_at > at)
			at = v->publication[i].published_at;
	return at;
}

const char *
versions_state(const struct versions *v, int64_t version, int64_t at)
{
	const struct publication *in_force = versions_at(v, at);
	const char *state = "draft";

	if (in_force != NULL && in_force->version == version)
		return "in_force";
	for (size_t i = 0; i < v->npublications; i++) {
		const struct publication *p = &v->publication[i];

		if (p->version != version)
			continue;
		if (p->withdrawn_at == 0)
			state = due_at(p) > at ? "planned" : "past";
		else if (strcmp(state, "draft") == 0)
			state = "withdrawn";
	}
	return state;
}

/* Publishing and taking back */

static int
check_version(const struct versions *v, int64_t version, struct fault *f)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->version[i].version == version)
			return 0;
	fault_set(f, FAULT_INVENTORY_VERSION, "%s", "");
	fault_arg(f, "version", "%lld", (long long)version);
	return -1;
}

/* A day that is over keeps what it said; and there is nothing to publish twice. */
static int
check_day(const struct versions *v, int64_t version, int64_t day, int64_t now, struct fault *f)
{
	const struct publication *then = versions_at(v, clock_day_start(day + 1) - 1);
	char today[CLOCK_TEXT_MAX];

	if (day < clock_day(now)) {
		clock_day_text(clock_day(now), today);
		fault_set(f, FAULT_EFFECTIVE_PAST, "%s", "");
		fault_arg(f, "today", "%s", today);
		return -1;
	}
	if (then == NULL || then->version != version)
		return 0;
	fault_set(f, FAULT_INVENTORY_SAME, "%s", "");
	fault_arg(f, "version", "%lld", (long long)version);
	return -1;
}

static int64_t
next_seq(const struct versions *v)
{
	int64_t last = 0;

	for (size_t i = 0; i < v->npublications; i++)
		if (v->publication[i].seq > last)
			last = v->publication[i].seq;
	return last + 1;
}

/* Two who publish at once want the same seq: one of them loses, reads again and decides again. */
static int
add_publication(struct act *act, int64_t seq, int64_t version, int64_t day, const char *decision,
    struct fault *f)
{
	char from[CLOCK_TEXT_MAX];
	struct record *r;
	struct op *op = act_add(act, RECORD_INVENTORY_PUBLISHED, act->app->division, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s}", "decision", decision), f) < 0)
		return -1;
	clock_day_text(day, from);
	record_int(r, "inventory", version);
	record_int(r, "publication", seq);
	record_str(r, "effective", from);
	op_step(op, ST_PUBLICATION_INSERT, 1);
	op_int(op, seq);
	op_int(op, version);
	op_int(op, day);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, decision);
	return 0;
}

/* ret_seq: where the version is written by an operation that comes before; NULL: it is there. */
static int
publish(struct act *act, int64_t version, int64_t day, const char *decision, int64_t *ret_seq,
    struct fault *f)
{
	struct versions v;
	int rc = -1;

	if (versions_read(act->reader, &v, f) < 0)
		return -1;
	if ((ret_seq != NULL || check_version(&v, version, f) == 0) &&
	    check_day(&v, version, day, act->now, f) == 0)
		rc = add_publication(act, next_seq(&v), version, day, decision, f);
	if (ret_seq != NULL)
		*ret_seq = next_seq(&v);
	versions_free(&v);
	return rc;
}

int
inventory_publish(struct act *act, int64_t version, int64_t day, const char *decision,
    struct fault *f)
{
	return publish(act, version, day, decision, NULL, f);
}

int
inventory_publish_new(struct act *act, int64_t version, int64_t day, const char *decision,
    int64_t *ret_seq, struct fault *f)
{
	return publish(act, version, day, decision, ret_seq, f);
}

int
inventory_publish_alone(struct app *app, const struct actor *actor, int64_t *version, int64_t day,
    const char *decision, struct fault *f)
{
	struct act act = { .app = app, .actor = *actor, .action = ACTION_INVENTORY_PUBLISH,
	    .now = clock_now(app->clock) };
	int64_t unused;
	int rc = -1;

	if (store_reader_open(app->store, &act.reader, f) < 0)
		return -1;
	if (*version == 0 && inventory_stored_find(act.reader, "", &unused, version, f) < 0)
		goto out;
	if (inventory_publish(&act, *version, day == 0 ? clock_day(act.now) : day, decision, f) == 0) {
		rc = journal_run_all(app->journal, act.op, act.nops, NULL, f);
		act.nops = 0;		/* the journal has them */
	}
	if (rc == 0)
		rc = inventory_follow(app, act.reader, f);
out:
	act_clear(&act);
	store_reader_close(act.reader);
	return rc;
}

static const struct publication *
find_publication(const struct versions *v, int64_t seq, struct fault *f)
{
	for (size_t i = 0; i < v->npublications; i++)
		if (v->publication[i].seq == seq && v->publication[i].withdrawn_at == 0)
			return &v->publication[i];
	fault_set(f, FAULT_PUBLICATION_UNKNOWN, "%s", "");
	fault_arg(f, "publication", "%lld", (long long)seq);
	return NULL;
}

static int
add_withdrawal(struct act *act, const struct publication *p, const char *reason, struct fault *f)
{
	struct record *r;
	struct op *op = act_add(act, RECORD_INVENTORY_WITHDRAWN, act->app->division, NULL, &r, f);

	if (op == NULL || act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		return -1;
	record_int(r, "inventory", p->version);
	record_int(r, "publication", p->seq);
	op_step(op, ST_PUBLICATION_WITHDRAW, 1);
	op_at(op);
	op_int(op, p->seq);
	return 0;
}

static int
change_row(const struct store_row *row, void *ctx, struct fault *f)
{
	fault_set(f, FAULT_PUBLICATION_OF_CHANGE, "%s", "");
	fault_arg(f, "change", "%lld", (long long)row_int(row, 0));
	*(int *)ctx = 1;
	return 1;
}

int
inventory_withdraw(struct act *act, int64_t seq, const char *reason, struct fault *f)
{
	int is_of_change = 0;

	/* What is to be moved on that day would be moved all the same. */
	if (store_read(act->reader, ST_AGENCY_CHANGE_OF_PUBLICATION, PARAMS(sql_int(seq)), change_row,
	    &is_of_change, f) < 0 || is_of_change)
		return -1;
	return inventory_withdraw_any(act, seq, reason, f);
}

int
inventory_withdraw_any(struct act *act, int64_t seq, const char *reason, struct fault *f)
{
	const struct publication *p;
	struct versions v;
	int rc = -1;

	if (versions_read(act->reader, &v, f) < 0)
		return -1;
	p = find_publication(&v, seq, f);
	if (p != NULL && due_at(p) <= act->now) {
		fault_set(f, FAULT_PUBLICATION_DUE, "%s", "");
		fault_arg(f, "version", "%lld", (long long)p->version);
	} else if (p != NULL)
		rc = add_withdrawal(act, p, reason, f);
	versions_free(&v);
	return rc;
}
