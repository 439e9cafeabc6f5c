#include <stdlib.h>
#include <string.h>

#include "svc/joint/joint_pass.h"

#define OPS_KEPT 64		/* left for what one step may take */
#define UNDER_WAY(s) ((s) == EVENT_RUNNING || (s) == EVENT_REPLACED)

static int
load_case(struct drive *d, size_t i, struct fault *f)
{
	const struct joint_step *s = &d->j->step[i];

	if (d->c[i] != NULL || !s->has_case)
		return 0;
	if (case_load_id(&d->act, d->j->division, s->case_id, 1, &d->c[i], f) < 0)
		return -1;
	d->c[i]->step_due = s->due_at;
	return 0;
}

/* Nobody works any more on what is not to be done. */
static int
stop(struct drive *d, size_t i, struct fault *f)
{
	if (load_case(d, i, f) < 0)
		return -1;
	if (d->c[i] == NULL || case_workable(d->c[i], NULL) < 0)
		return 0;
	return case_conclude(&d->act, d->c[i], CASE_WITHDRAWN, "一件事的这个步骤不再办理", NULL, f);
}

static int
look_at(struct drive *d, size_t i, struct fault *f)
{
	struct joint_step *s = &d->j->step[i];
	enum event_state state = d->j->run.step[i].state;

	if (state == EVENT_SKIPPED || state == EVENT_WITHDRAWN || (state == EVENT_DONE && s->has_case))
		return stop(d, i, f);
	if (!UNDER_WAY(state))
		return 0;
	if (load_case(d, i, f) < 0)
		return -1;
	if (s->attempt != d->j->run.step[i].attempt && joint_step_start(d, i, f) < 0)
		return -1;
	if (d->c[i] == NULL || !UNDER_WAY(d->j->run.step[i].state))
		return 0;
	if (!d->j->run.step[i].late && s->due_at != 0 && d->act.now > s->due_at)
		joint_step_apply(d, i, EVENT_GOT_LATE, 0, NULL);
	if (case_workable(d->c[i], NULL) == 0)
		return joint_step_work(d, i, f);
	return joint_step_end(d, i, f);
}

/* Over all steps until nothing follows any more, or as much as fits in one request. */
static int
go_over(struct drive *d, struct fault *f)
{
	const struct event_plan *plan = d->j->event->plan;
	uint64_t now;

	do {
		now = d->j->run.now;
		for (size_t k = 0; k < plan->nsteps; k++) {
			if (d->act.nops + OPS_KEPT > ACT_OPS_MAX) {
				d->pass.again = 1;
				return 0;
			}
			if (look_at(d, plan->order[k], f) < 0)
				return -1;
		}
	} while (d->j->run.now != now);
	return 0;
}

/* When something is late next; 0: nothing waits for a time. */
static int64_t
next_time(const struct drive *d)
{
	int64_t next = d->pass.again ? d->act.now : 0;

	for (size_t i = 0; i < d->j->event->nsteps && !d->pass.again; i++) {
		const struct joint_step *s = &d->j->step[i];

		if (UNDER_WAY(d->j->run.step[i].state) && !d->j->run.step[i].late && s->due_at != 0 &&
		    (next == 0 || s->due_at + 1 < next))
			next = s->due_at + 1;
	}
	return next;
}

/* Only that it was looked at. */
static int
put_looked(struct drive *d, struct fault *f)
{
	const struct joint_file *j = d->j;
	int64_t next = next_time(d);
	struct op *op;

	act_clear(&d->act);
	if (next == j->next_at)
		return 0;
	if ((op = op_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	op_step(op, ST_JOINT_LOOKED, 1);
	op_text(op, j->division);
	op_blob(op, j->id, RECORD_ID_LEN);
	op_int(op, j->version);
	op_int(op, j->touched);
	if (next != 0)
		op_int(op, next);
	else
		op_text(op, NULL);
	return act_put(&d->act, op, f);
}

static int
is_changed(const struct drive *d)
{
	int changed = d->o->nnotes > 0 || d->act.nops > 1;

	for (size_t i = 0; i < d->j->event->nsteps && !changed; i++)
		changed = d->j->step[i].changed || d->j->step[i].stored != d->j->run.step[i].state;
	return changed;
}

/* What each step came to, for the record: "NB3 started 1". */
static int
put_steps(struct drive *d, struct fault *f)
{
	const struct joint_op *o = d->o;
	char (*text)[80] = calloc(o->nnotes + 1, sizeof(*text));
	const char **list = calloc(o->nnotes + 1, sizeof(*list));
	int rc = text != NULL && list != NULL ? 0 : -1;

	if (rc < 0)
		fault_set(f, FAULT_MEMORY, "%s", "steps");
	for (size_t i = 0; rc == 0 && i < o->nnotes; i++) {
		const struct joint_note *n = &o->note[i];

		snprintf(text[i], sizeof(text[i]), "%s %s %u", n->step < d->j->event->nsteps ?
		    d->j->event->steps[n->step].code : "*", n->event, n->attempt);
		list[i] = text[i];
	}
	if (rc == 0)
		record_list(o->r, "steps", list);
	free(text);
	free(list);
	return rc;
}

/* One pass in memory: the operations that it comes to are in act. */
static int
decide(struct drive *d, const char *division, const uint8_t *id, struct fault *f)
{
	if (joint_load_id(&d->act, division, id, &d->j, f) < 0)
		return -1;
	snprintf(d->act.actor.agency, sizeof(d->act.actor.agency), "%s", d->j->agency->code);
	if (d->j->state == JOINT_DRAFT || joint_op_begin(&d->act, d->j, RECORD_JOINT_ADVANCED, d->o, f) < 0)
		return d->j->state == JOINT_DRAFT ? 0 : -1;
	if (go_over(d, f) < 0)
		return -1;
	if (!is_changed(d))
		return put_looked(d, f);
	if (put_steps(d, f) < 0)
		return -1;
	return joint_op_end(&d->act, d->o, next_time(d), f);
}

int
joint_drive(struct app *app, struct store_reader *reader, const char *division, const uint8_t *id,
    struct joint_pass *ret_pass, struct fault *f)
{
	struct drive *d = calloc(1, sizeof(*d));
	struct op_result result = { 0 };
	int rc = -1;

	memset(ret_pass, 0, sizeof(*ret_pass));
	if (d == NULL || (d->o = calloc(1, sizeof(*d->o))) == NULL) {
		free(d);
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	d->act.app = app;
	d->act.reader = reader;
	d->act.action = ACTION_JOINT_DRIVE;
	d->act.driving = 1;
	d->act.now = clock_now(app->clock);
	d->act.actor = (struct actor){ .id = "wzm", .name = "wzm", .role = "system", .scope = "division" };
	snprintf(d->act.actor.division, sizeof(d->act.actor.division), "%s", division);
	if (store_reader_begin(reader, f) == 0) {
		rc = decide(d, division, id, f);
		store_reader_end(reader);
	}
	d->pass.operations = d->act.nops;
	if (rc == 0 && d->act.nops > 0) {
		act_tell(&d->act);
		rc = journal_run_all(app->journal, d->act.op, d->act.nops, &result, f);
		d->act.nops = 0;
		/* Somebody was quicker. */
		if (rc < 0 && result.status == OP_LOST)
			rc = 0;
	}
	act_clear(&d->act);
	*ret_pass = d->pass;
	for (size_t i = 0; i < EVENT_STEPS_MAX; i++)
		case_free(d->c[i]);
	joint_free(d->j);
	free(d->o);
	free(d);
	return rc;
}
