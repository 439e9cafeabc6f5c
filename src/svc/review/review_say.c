/* review_say.c - what experts say of a review, and what the reform office puts off or takes back. */
#include <string.h>

#include "svc/review/review.h"

/* Opinions */

static struct review_event *
of_expert(struct review_opinions *o, const char *expert)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcmp(o->opinion[i].actor, expert) == 0)
			return &o->opinion[i];
	return NULL;
}

/* A later opinion of the same expert takes the place of the earlier one. */
static int
keep_opinion(const struct review_event *e, void *ctx, struct fault *f)
{
	struct review_opinions *o = ctx;
	struct review_event *mine;

	if (strcmp(e->event, "opinion") != 0)
		return 0;
	if ((mine = of_expert(o, e->actor)) == NULL) {
		if (o->n == REVIEW_EXPERTS_MAX) {
			fault_set(f, FAULT_STORE, "%s", "a review has too many experts");
			return -1;
		}
		mine = &o->opinion[o->n++];
	}
	*mine = *e;
	return 0;
}

int
review_opinions(struct act *act, const struct review *r, struct review_opinions *ret_opinions,
    struct fault *f)
{
	struct review_opinions *o = ret_opinions;
	enum method method;

	memset(o, 0, sizeof(*o));
	if (review_events(act, r, keep_opinion, o, f) < 0)
		return -1;
	for (size_t i = 0; i < o->n; i++) {
		if (method_parse(o->opinion[i].vote, &method) == 0)
			o->votes[method]++;
		else
			o->abstained++;
	}
	o->majority = review_majority(o->votes);
	return 0;
}

json_t *
review_votes(const struct review_opinions *o)
{
	json_t *votes = json_object();

	for (int m = 0; m < METHOD_N; m++)
		json_object_set_new(votes, method_name((enum method)m), json_integer(o->votes[m]));
	json_object_set_new(votes, VOTE_ABSTAIN, json_integer(o->abstained));
	return votes;
}

/* While it is put off they may go on discussing. */
static int
may_opine(const struct review *r, const struct review_opinions *o, const struct review_event *mine,
    struct fault *f)
{
	if (review_state_final(r->state))
		return review_may(r, r->state, f);
	if (mine != NULL || o->n < REVIEW_EXPERTS_MAX)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "text");
	fault_arg(f, "why_zh", "一件评审最多 %d 位专家", REVIEW_EXPERTS_MAX);
	fault_arg(f, "why_en", "a review has at most %d experts", REVIEW_EXPERTS_MAX);
	return -1;
}

int
review_opine(struct act *act, const struct review *r, const struct review_opinion *opinion,
    struct fault *f)
{
	struct review_opinions o;
	const struct review_event *mine;
	struct record *record;
	struct op *op;

	if (review_opinions(act, r, &o, f) < 0)
		return -1;
	mine = of_expert(&o, act->actor.id);
	if (may_opine(r, &o, mine, f) < 0 ||
	    (op = review_op(act, r, RECORD_REVIEW_OPINED, &record, f)) == NULL ||
	    act_body(record, json_pack("{s:s, s:O}", "text", opinion->text, "citations",
	    opinion->citations), f) < 0)
		return -1;
	record_str(record, "vote", opinion->vote);
	review_put_change(op, act, r, ST_REVIEW_CHANGE);
	op_text(op, review_state_name(r->state));
	op_int(op, mine == NULL);
	review_happened(op, act, r, "opinion", opinion->vote, record_id(record));
	return 0;
}

/* Putting off, taking up again, taking back */

static const struct move {
	enum record_type type;
	const char *event, *member;	/* member: of the body */
} moves[REVIEW_NSTATES] = {
	[REVIEW_OPEN] = { RECORD_REVIEW_RESUMED, "resumed", "reason" },
	[REVIEW_UNRESOLVED] = { RECORD_REVIEW_DEFERRED, "deferred", "unclear" },
	[REVIEW_WITHDRAWN] = { RECORD_REVIEW_WITHDRAWN, "withdrawn", "reason" },
};

int
review_move(struct act *act, const struct review *r, enum review_state to, const char *text,
    struct fault *f)
{
	const struct move *m = &moves[to];
	struct record *record;
	struct op *op;

	if (review_may(r, to, f) < 0 || (op = review_op(act, r, m->type, &record, f)) == NULL ||
	    act_body(record, json_pack("{s:s}", m->member, text), f) < 0)
		return -1;
	review_put_change(op, act, r, ST_REVIEW_CHANGE);
	op_text(op, review_state_name(to));
	op_int(op, 0);
	review_happened(op, act, r, m->event, NULL, record_id(record));
	return 0;
}
