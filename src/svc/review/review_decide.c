/* review_decide.c - the decision of a review: what it needs, what it rests on, who saw it otherwise. */
#include <string.h>

#include "flow/ground.h"
#include "svc/cases/case.h"
#include "svc/review/review.h"

/* What a decision needs */

static int
check_quorum(const struct review_opinions *o, struct fault *f)
{
	if (o->n >= REVIEW_QUORUM)
		return 0;
	fault_set(f, FAULT_REVIEW_QUORUM, "%s", "");
	fault_arg(f, "count", "%zu", o->n);
	fault_arg(f, "least", "%d", REVIEW_QUORUM);
	return -1;
}

static int
bad_value(const char *field, const char *zh, const char *en, struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
is_output(const struct service *s, const char *name)
{
	for (size_t i = 0; i < s->noutputs; i++)
		if (strcmp(s->outputs[i].name, name) == 0)
			return 1;
	return 0;
}

/* Only what is asked for comes back: which fields these are is part of the decision. */
static int
check_fields(const struct review_subject *s, const struct review_decision *d, struct fault *f)
{
	const json_t *one;
	size_t i;

	if (json_array_size(d->fields) == 0 &&
	    (s->item == NULL || s->item->method != METHOD_DATA_QUERY)) {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "fields");
		return -1;
	}
	json_array_foreach(d->fields, i, one) {
		if (!is_output(s->proof->query, json_string_value(one)))
			return bad_value("fields", "查询服务不输出这个字段", "the query does not give this field", f);
		for (size_t k = 0; k < i; k++)
			if (json_equal(json_array_get(d->fields, k), one))
				return bad_value("fields", "同一个字段写了两次", "a field is there twice", f);
	}
	return 0;
}

static int
check_query(const struct review_subject *s, const struct review_decision *d, int64_t today,
    struct fault *f)
{
	int needs = s->proof->sharing == SHARING_CONDITIONAL && (s->item == NULL || s->item->grant == NULL);

	if (check_fields(s, d, f) < 0)
		return -1;
	if (needs && d->grant_until < 0) {
		fault_set(f, FAULT_REVIEW_GRANT, "%s", "");
		fault_arg(f, "proof", "%s", s->proof->name);
		return -1;
	}
	if (!needs && d->grant_until >= 0)
		return bad_value("grant_until", "这一项不用新的授权", "this item needs no new grant", f);
	if (d->grant_until >= 0 && d->grant_until < today)
		return bad_value("grant_until", "已经过去了", "it is over", f);
	return 0;
}

/* What belongs to one method is refused with another: it would be forgotten without a word. */
static int
check_belongs(const struct review_decision *d, struct fault *f)
{
	if (d->method != METHOD_DIRECT_CANCEL && d->ground != 0)
		return bad_value("ground", "只有直接取消才有理由", "only a direct_cancel has a ground", f);
	if (d->method != METHOD_DATA_QUERY && d->fields != NULL)
		return bad_value("fields", "只有数据查询才有取回的字段", "only a data_query has fields", f);
	if (d->method != METHOD_DATA_QUERY && d->grant_until >= 0)
		return bad_value("grant_until", "只有数据查询才有授权", "only a data_query has a grant", f);
	if (d->method != METHOD_DEPARTMENT_VERIFY && d->verify_hours != 0)
		return bad_value("verify_hours", "只有部门核验才有核验时限", "only a department_verify has verify_hours",
		    f);
	return 0;
}

static int
check_majority(const struct review_opinions *o, const struct review_decision *d, struct fault *f)
{
	if (o->majority == METHOD_N || o->majority == d->method || d->against_majority != NULL)
		return 0;
	fault_set(f, FAULT_REVIEW_MAJORITY, "%s", "");
	fault_arg(f, "field", "%s", "against_majority");
	fault_arg(f, "majority_en", "%s", method_name(o->majority));
	fault_arg(f, "majority_zh", "%s", method_zh(o->majority));
	return -1;
}

static int
check(const struct review_subject *s, const struct review_opinions *o,
    const struct review_decision *d, int64_t today, struct fault *f)
{
	if (check_quorum(o, f) < 0 || review_method_open(s, d->method, f) < 0 || check_belongs(d, f) < 0)
		return -1;
	if (d->method == METHOD_DIRECT_CANCEL && d->ground == 0) {
		fault_set(f, FAULT_REVIEW_GROUND, "%s", "");
		fault_arg(f, "field", "%s", "ground");
		return -1;
	}
	if (d->method == METHOD_DATA_QUERY && check_query(s, d, today, f) < 0)
		return -1;
	return check_majority(o, d, f);
}

/* What is kept of it */

/* Who voted for another method, with what was said: the decision is read together with it. */
static int
add_dissent(struct act *act, const struct review *r, const struct review_event *e, json_t *list,
    struct fault *f)
{
	char name[RECORD_NAME_MAX];
	struct stored_record said;
	struct actor expert;
	json_t *one;

	if (record_load(act, r->division, e->record, &said, f) < 0)
		return -1;
	record_object_name(r->division, e->record, name);
	one = json_pack("{s:s, s:s, s:s, s:O?, s:O?, s:s}", "expert", e->actor, "name",
	    access_user(act->app, act->reader, e->actor, &expert, NULL) == 0 ? expert.name : e->actor,
	    "vote", e->vote, "text", json_object_get(said.body, "text"), "citations",
	    json_object_get(said.body, "citations"), "record", name);
	stored_record_free(&said);
	return json_array_append_new(list, one);
}

static json_t *
gather_dissent(struct act *act, const struct review *r, const struct review_opinions *o,
    enum method method, struct fault *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->n; i++) {
		const struct review_event *e = &o->opinion[i];

		if (strcmp(e->vote, method_name(method)) == 0 || strcmp(e->vote, VOTE_ABSTAIN) == 0)
			continue;
		if (add_dissent(act, r, e, list, f) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
make_body(const struct review_decision *d, const struct review_opinions *o, json_t *dissent)
{
	char until[CLOCK_TEXT_MAX] = "";
	json_t *body;

	if (d->grant_until >= 0)
		clock_day_text(d->grant_until, until);
	body = json_pack("{s:s, s:O, s:o, s:s?, s:O, s:s*, s:s*, s:O*, s:s*}", "reason", d->reason,
	    "citations", d->citations, "votes", review_votes(o), "majority",
	    o->majority != METHOD_N ? method_name(o->majority) : NULL, "dissent", dissent,
	    "against_majority", d->against_majority, "legal_basis", d->legal_basis, "fields", d->fields,
	    "grant_until", until[0] != '\0' ? until : NULL);
	if (body != NULL && d->verify_hours > 0)
		json_object_set_new(body, "verify_hours", json_integer(d->verify_hours));
	return body;
}

/* Fields in any order are the same fields. */
static int
same_fields(const struct item *item, const json_t *fields)
{
	size_t n = 0, found = 0;

	for (; item->fields[n] != NULL; n++)
		for (size_t i = 0; i < json_array_size(fields); i++)
			found += strcmp(item->fields[n], json_string_value(json_array_get(fields, i))) == 0;
	return n == found && n == json_array_size(fields);
}

int
review_followed(const struct inventory *inv, const struct review *r, const json_t *body)
{
	const json_t *fields = json_object_get(body, "fields"), *hours = json_object_get(body, "verify_hours");
	const char *basis = json_string_value(json_object_get(body, "legal_basis"));
	const struct item *item = review_item(inv, r);

	return item != NULL && item->method == r->method &&
	    (r->method != METHOD_DIRECT_CANCEL || ground_number(item->remark) == r->ground) &&
	    (basis == NULL || strcmp(basis, item->legal_basis) == 0) &&
	    (fields == NULL || same_fields(item, fields)) &&
	    (hours == NULL || json_integer_value(hours) == item->verify_hours);
}

static int
add_decision(struct act *act, const struct review *r, const struct review_decision *d,
    const struct inventory *inv, const struct review_opinions *o, struct fault *f)
{
	json_t *dissent = gather_dissent(act, r, o, d->method, f), *body = NULL;
	struct review as = *r;
	struct record *record;
	struct op *op;
	int rc = -1;

	if (dissent == NULL)
		return -1;
	as.method = d->method;
	as.ground = d->ground;
	if ((body = make_body(d, o, dissent)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "decision");
		goto out;
	}
	if ((op = review_op(act, r, RECORD_REVIEW_DECIDED, &record, f)) == NULL ||
	    act_body(record, json_incref(body), f) < 0)
		goto out;
	record_str(record, "method", method_name(d->method));
	record_int(record, "dissent", (int64_t)json_array_size(dissent));
	if (d->ground != 0)
		record_int(record, "ground", d->ground);
	review_put_change(op, act, r, ST_REVIEW_DECIDE);
	op_text(op, method_name(d->method));
	if (d->ground != 0)
		op_int(op, d->ground);
	else
		op_text(op, NULL);
	op_blob(op, record_id(record), RECORD_ID_LEN);
	if (review_followed(inv, &as, body))
		op_int(op, inv->version);
	else
		op_text(op, NULL);
	review_happened(op, act, r, "decided", NULL, record_id(record));
	rc = 0;
out:
	json_decref(body);
	json_decref(dissent);
	return rc;
}

int
review_decide(struct act *act, const struct review *r, const struct review_decision *d,
    struct fault *f)
{
	struct inventory *inv = NULL;
	struct stored_record opened;
	struct review_subject subject;
	struct review_opinions o;
	int rc = -1;

	if (review_may(r, REVIEW_DECIDED, f) < 0 || review_opinions(act, r, &o, f) < 0 ||
	    record_load(act, r->division, r->opened, &opened, f) < 0)
		return -1;
	if ((inv = app_inventory(act->app, f)) == NULL ||
	    review_subject(act->app, inv, r, d->legal_basis, &subject, f) < 0)
		goto out;
	if (review_item_gone(&subject, opened.body))
		bad_value("item", "这一项已不在清单上", "it is on the list no more", f);
	else if (check(&subject, &o, d, clock_day(act->now), f) == 0)
		rc = add_decision(act, r, d, inv, &o, f);
out:
	stored_record_free(&opened);
	inventory_unref(inv);
	return rc;
}
