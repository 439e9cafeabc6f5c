#include "bench/office.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 2048		/* operations handed over and not yet done */

/* What dice are thrown for, each with a sequence of its own; 0 is the application's. */
enum purpose { FOR_COMMITMENTS = 1, FOR_SIGNING, FOR_END, FOR_ANSWERS };

struct office {
	struct app *app;
	struct store_reader *reader;
	const struct inventory *inv;
	const struct invent *invent;
	uint64_t seed;
	struct actor *clerk, *verifier;	/* by division and by desk, as the inventory has them */
	struct act *act;
	struct office_done done;

	pthread_mutex_t lock;
	pthread_cond_t some_done;
	size_t waiting, lost;
	struct fault why;		/* of the first that was not written */
};

/* Writing: many operations under way, and never more than the queue takes. */

static void
done(void *ctx, const struct op_result *result)
{
	struct office *o = ctx;

	pthread_mutex_lock(&o->lock);
	o->waiting--;
	o->done.records += (size_t)result->has_record;
	if (result->status != OP_COMMITTED && o->lost++ == 0) {
		if (result->status == OP_FAILED)
			o->why = *result->fault;
		if (result->status == OP_LOST)
			fault_set(&o->why, FAULT_CONFLICT, "step %zu", result->lost_step);
	}
	if (o->waiting == 0 || o->waiting == WAITING_MAX / 2)
		pthread_cond_signal(&o->some_done);
	pthread_mutex_unlock(&o->lock);
}

/* Waits until at most that many are under way; -1 if one was not written. */
static int
wait_until(struct office *o, size_t most, struct fault *f)
{
	int rc;

	pthread_mutex_lock(&o->lock);
	while (o->waiting > most)
		pthread_cond_wait(&o->some_done, &o->lock);
	if ((rc = o->lost > 0 ? -1 : 0) < 0)
		*f = o->why;
	pthread_mutex_unlock(&o->lock);
	return rc;
}

static int
hand_over(struct office *o, struct op **op, size_t n, struct fault *f)
{
	int full;

	pthread_mutex_lock(&o->lock);
	full = o->waiting + n > WAITING_MAX;
	pthread_mutex_unlock(&o->lock);
	if (full && wait_until(o, WAITING_MAX / 2, f) < 0)
		return -1;
	pthread_mutex_lock(&o->lock);
	o->waiting += n;
	pthread_mutex_unlock(&o->lock);
	if (journal_submit_all(o->app->journal, op, n, done, o, f) == 0)
		return 0;
	pthread_mutex_lock(&o->lock);
	o->waiting -= n;
	pthread_mutex_unlock(&o->lock);
	return -1;
}

/* A new request of somebody's. */
static struct act *
begin(struct office *o, const struct actor *actor, enum action action)
{
	struct act *act = o->act;

	act_clear(act);
	memset(act, 0, sizeof(*act));
	act->app = o->app;
	act->reader = o->reader;
	act->actor = *actor;
	act->action = action;
	act->now = clock_now(o->app->clock);
	act->if_match = ACT_ANY_VERSION;
	return act;
}

/* What the request came to is written, or nothing of it. */
static int
end(struct office *o, int rc, struct fault *f)
{
	struct act *act = o->act;

	act_tell(act);
	if (rc == 0 && (rc = hand_over(o, act->op, act->nops, f)) == 0)
		act->nops = 0;
	else
		act_clear(act);
	return rc;
}

/* Who works: the users that are there, and those that the demonstration lacks. */

static size_t
division_place(const struct office *o, const char *code)
{
	return (size_t)(inventory_division(o->inv, code) - o->inv->divisions);
}

static int
keep_user(const struct actor *user, void *ctx, struct fault *f)
{
	struct office *o = ctx;
	const struct desk *desk = inventory_desk(o->inv, user->desk);

	(void)f;
	if (strcmp(user->role, "clerk") == 0 && strcmp(user->scope, "division") == 0 &&
	    inventory_division(o->inv, user->division) != NULL)
		o->clerk[division_place(o, user->division)] = *user;
	if (strcmp(user->role, "verifier") == 0 && desk != NULL)
		o->verifier[desk - o->inv->desks] = *user;
	return 0;
}

static int
add_user(struct office *o, struct actor *u, const char *id, const char *role,
    const char *agency, const char *name, struct fault *f)
{
	snprintf(u->id, sizeof(u->id), "%s", id);
	snprintf(u->role, sizeof(u->role), "%s", role);
	snprintf(u->agency, sizeof(u->agency), "%s", agency);
	snprintf(u->division, sizeof(u->division), "%.6s", agency);
	snprintf(u->name, sizeof(u->name), "%s", name);
	snprintf(u->says, sizeof(u->says), "%s", name);
	if (access_add_user(o->app, u, f) == 0)
		return 0;
	u->id[0] = '\0';
	return -1;
}

/* The clerk of a division; NULL with a fault. */
static const struct actor *
clerk_of(struct office *o, const char *division, struct fault *f)
{
	struct actor *u = &o->clerk[division_place(o, division)];
	char id[32], agency[24];

	if (u->id[0] != '\0')
		return u;
	snprintf(id, sizeof(id), "b-%s", division);
	snprintf(agency, sizeof(agency), "%s-XZF", division);
	snprintf(u->scope, sizeof(u->scope), "division");
	return add_user(o, u, id, "clerk", agency, "综合窗口", f) == 0 ? u : NULL;
}

static const struct actor *
verifier_of(struct office *o, const char *code, struct fault *f)
{
	const struct desk *desk = inventory_desk(o->inv, code);
	struct actor *u;
	char id[32];

	if (desk == NULL) {
		fault_set(f, FAULT_DESK_MISSING, "%s", code);
		fault_arg(f, "agency", "%s", code);
		return NULL;
	}
	u = &o->verifier[desk - o->inv->desks];
	if (u->id[0] != '\0')
		return u;
	snprintf(id, sizeof(id), "b-%s", desk->code);
	snprintf(u->scope, sizeof(u->scope), "agency");
	snprintf(u->desk, sizeof(u->desk), "%s", desk->code);
	return add_user(o, u, id, "verifier", desk->agency->code, "核验岗", f) == 0 ? u : NULL;
}

/* The stages of a case */

static int
load(struct office *o, const struct made *m, struct case_file **ret_case, struct fault *f)
{
	const struct actor *clerk = clerk_of(o, m->division, f);

	return clerk == NULL ? -1 : case_load_id(begin(o, clerk, ACTION_CASE_WORK), m->division,
	    m->id, 0, ret_case, f);
}

static int
open_one(struct office *o, struct made *m, struct fault *f)
{
	struct case_request req;
	const struct actor *clerk;
	int rc = -1;

	if (invent_case(o->invent, m->index, &req, f) < 0)
		return -1;
	if ((clerk = clerk_of(o, req.division, f)) != NULL)
		rc = case_open(begin(o, clerk, ACTION_CASE_OPEN), &req, f);
	if (rc == 0 && record_object_parse(o->act->object, m->division, m->id) < 0) {
		fault_set(f, FAULT_BUG, "%s", "object of case_open");
		rc = -1;
	}
	json_decref(req.form);
	return end(o, rc, f);
}

/* What is to be done in the case next, so that nobody opens it in vain. */
static void
note_work(struct made *m, const struct case_file *c)
{
	m->nverifications = 0;
	for (size_t i = 0; i < c->nitems; i++) {
		enum item_state s = c->item[i].state;

		m->has_more |= s == ITEM_TO_COMMIT || s == ITEM_NOT_ESTABLISHED;
		if (s == ITEM_VERIFYING && m->nverifications < OFFICE_VERIFICATIONS_MAX)
			memcpy(m->verification[m->nverifications++], c->item[i].verification,
			    RECORD_ID_LEN);
	}
}

static int
settle_one(struct office *o, struct made *m, struct fault *f)
{
	struct case_file *c = NULL;
	int rc = load(o, m, &c, f);

	if (rc == 0 && (rc = case_settle(o->act, c, f)) == 0)
		note_work(m, c);
	case_free(c);
	return end(o, rc, f);
}

static int
sign_commitment(struct office *o, struct case_file *c, struct case_item *ci, struct fault *f)
{
	static const char *const signers[] = { INVENTORY_APPLICANT, INVENTORY_LEGAL_REPRESENTATIVE,
		"guardian" };
	struct commitment_texts t;
	size_t i = 0;
	int rc;

	while (i < 3 && !commitment_may_sign(c, signers[i]))
		i++;
	if (i == 3)
		return case_verify(o->act, c, ci, NULL, f);
	if (commitment_texts(c, ci, &t, f) < 0)
		return -1;
	rc = case_commit(o->act, c, ci, t.notice_hex, t.letter_hex, signers[i], f);
	commitment_texts_free(&t);
	return rc;
}

/* Most sign; the rest, and half of what the data did not establish, go to the department. */
static int
commit_one(struct office *o, struct made *m, struct fault *f)
{
	struct dice d = dice_of(o->seed, m->index, FOR_COMMITMENTS);
	struct case_file *c = NULL;
	int rc;

	if (!m->has_more)
		return 0;
	rc = load(o, m, &c, f);
	for (size_t i = 0; rc == 0 && i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];

		if (ci->state == ITEM_TO_COMMIT)
			rc = dice_chance(&d, 950) ? sign_commitment(o, c, ci, f) :
			    case_verify(o->act, c, ci, NULL, f);
		else if (ci->state == ITEM_NOT_ESTABLISHED && dice_chance(&d, 500))
			rc = case_verify(o->act, c, ci, "请核对纸质档案", f);
	}
	if (rc == 0)
		note_work(m, c);
	case_free(c);
	return end(o, rc, f);
}

/* The verification, as the one at its desk has it before him; 1 if he is to act, 0 if it is over. */
static int
load_verification(struct office *o, const struct made *m, size_t i, struct verification *v,
    struct fault *f)
{
	const struct actor *actor = &o->clerk[division_place(o, m->division)];

	begin(o, actor, ACTION_VERIFICATION_WORK);
	if (verification_load_id(o->act, m->division, m->verification[i], v, f) < 0 ||
	    (actor = verifier_of(o, v->desk, f)) == NULL)
		return -1;
	begin(o, actor, ACTION_VERIFICATION_WORK);
	return !verification_state_final(v->state);
}

static int
sign_one(struct office *o, struct made *m, struct fault *f)
{
	struct dice d = dice_of(o->seed, m->index, FOR_SIGNING);
	struct verification v;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < m->nverifications; i++)
		if (dice_chance(&d, 500) && (rc = load_verification(o, m, i, &v, f)) > 0)
			rc = end(o, verification_sign(o->act, &v, f), f);
	return rc < 0 ? -1 : 0;
}

/* The i-th question of a case; one in a hundred is left lying. */
static int
answer_nth(struct office *o, struct made *m, size_t i, struct fault *f)
{
	static const struct { uint32_t below; const char *answer, *basis; } answers[] = {
		{ 900, "match", "查本部门台账,一致" },
		{ 935, "mismatch", "台账所载与申请不符" },
		{ 965, "not_found", "台账中没有记载" },
		{ 980, "cannot_verify", "档案正在整理,暂时无法核验" },
	};
	struct dice d = dice_of(o->seed, m->index, FOR_ANSWERS + (unsigned)i);
	uint32_t at = dice_below(&d, 1000);
	struct verification v;
	size_t k = 0;
	int rc;

	if (i >= m->nverifications || at >= 990)
		return 0;
	if ((rc = load_verification(o, m, i, &v, f)) <= 0)
		return rc;
	while (k < sizeof(answers) / sizeof(answers[0]) && at >= answers[k].below)
		k++;
	if (k < sizeof(answers) / sizeof(answers[0]))
		rc = verification_answer(o->act, &v, answers[k].answer, answers[k].basis, f);
	else
		rc = verification_return(o->act, &v, "不属于本岗职责", f);
	return end(o, rc, f);
}

/* How a case is meant to go on when its proofs allow it. */
enum fate { GOES_ON, LIES, IS_WITHDRAWN };

static enum fate
fate_of(const struct office *o, const struct made *m)
{
	struct dice d = dice_of(o->seed, m->index, FOR_END);

	return dice_chance(&d, 15) ? LIES : dice_chance(&d, 30) ? IS_WITHDRAWN : GOES_ON;
}

static int
accept_one(struct office *o, struct made *m, struct fault *f)
{
	struct case_file *c = NULL;
	enum fate fate = fate_of(o, m);
	int rc, ready = 1;

	if (fate == LIES)
		return 0;
	if ((rc = load(o, m, &c, f)) < 0)
		goto out;
	for (size_t i = 0; i < c->nitems; i++)
		ready &= c->item[i].state != ITEM_UNDECIDED && c->item[i].state != ITEM_WAITING_INPUT;
	if (fate == IS_WITHDRAWN || !ready) {
		o->done.ended[CASE_WITHDRAWN]++;
		rc = case_conclude(o->act, c, CASE_WITHDRAWN, "申请人撤回", NULL, f);
	} else
		rc = case_accept(o->act, c, NULL, f);
out:
	case_free(c);
	return end(o, rc, f);
}

/* Settled where everything is; refused where a proof failed; what waits for a desk goes on waiting. */
static int
conclude_one(struct office *o, struct made *m, struct fault *f)
{
	enum case_state to = CASE_SETTLED;
	struct case_file *c = NULL;
	int rc, waits = 0;

	if (fate_of(o, m) != GOES_ON)
		return 0;
	if ((rc = load(o, m, &c, f)) < 0 || c->state != CASE_ACCEPTED)
		goto out;
	for (size_t i = 0; i < c->nitems; i++) {
		enum item_state s = c->item[i].state;

		waits |= item_state_waits(s);
		if (s != ITEM_DOES_NOT_APPLY && !item_state_settled(s))
			to = CASE_REFUSED;
	}
	if (waits)
		goto out;
	o->done.ended[to]++;
	rc = case_conclude(o->act, c, to, to == CASE_REFUSED ? "有一项证明事项未证实" : NULL, NULL, f);
out:
	case_free(c);
	return end(o, rc, f);
}

/* One question is answered at a time: whatever is answered in a case bumps its version. */
int
office_work(struct office *o, struct made *m, size_t stage, struct fault *f)
{
	static int (*const first[])(struct office *o, struct made *m, struct fault *f) = { open_one,
		settle_one, commit_one, sign_one };
	const size_t nfirst = sizeof(first) / sizeof(first[0]);

	if (stage < nfirst)
		return first[stage](o, m, f);
	if (stage < nfirst + OFFICE_VERIFICATIONS_MAX)
		return answer_nth(o, m, stage - nfirst, f);
	return (stage == nfirst + OFFICE_VERIFICATIONS_MAX ? accept_one : conclude_one)(o, m, f);
}

int
office_submit(struct office *o, struct op *op, struct fault *f)
{
	if (hand_over(o, &op, 1, f) == 0)
		return 0;
	op_free(op);
	return -1;
}

int
office_wait(struct office *o, struct fault *f)
{
	return wait_until(o, 0, f);
}

struct office_done
office_done(struct office *o)
{
	struct office_done d;

	pthread_mutex_lock(&o->lock);
	d = o->done;
	pthread_mutex_unlock(&o->lock);
	return d;
}

int
office_new(struct app *app, struct store_reader *reader, const struct inventory *inv,
    const struct invent *invent, uint64_t seed, struct office **ret_office, struct fault *f)
{
	struct office *o = calloc(1, sizeof(*o));

	if (o == NULL || (o->clerk = calloc(inv->ndivisions, sizeof(*o->clerk))) == NULL ||
	    (o->verifier = calloc(inv->ndesks, sizeof(*o->verifier))) == NULL ||
	    (o->act = calloc(1, sizeof(*o->act))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "office");
		office_free(o);
		return -1;
	}
	o->app = app;
	o->reader = reader;
	o->inv = inv;
	o->invent = invent;
	o->seed = seed;
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->some_done, NULL);
	if (access_users(app, reader, keep_user, o, f) < 0) {
		office_free(o);
		return -1;
	}
	*ret_office = o;
	return 0;
}

void
office_free(struct office *o)
{
	if (o == NULL)
		return;
	if (o->act != NULL)
		act_clear(o->act);
	free(o->act);
	free(o->clerk);
	free(o->verifier);
	free(o);
}
