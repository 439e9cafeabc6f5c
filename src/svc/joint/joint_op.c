/* joint_op.c - one operation on a joint case: what happened, what follows, and the rows that say so. */
#include <stdlib.h>
#include <string.h>

#include "svc/joint/joint.h"

int64_t
joint_due(const struct joint_file *j, const struct agency *city, int64_t from, int minutes)
{
	const struct desk *desk = inventory_acting_desk(j->inv, city,
	    inventory_division(j->inv, j->division));
	struct office_hours hours = { 0 };

	if (desk == NULL)
		office_hours_parse(JOINT_HOURS, &hours, NULL);
	return calendar_add_office(j->inv->calendar, desk != NULL ? &desk->hours : &hours, from,
	    (int64_t)minutes * 60000);
}

int
joint_op_begin(struct act *act, struct joint_file *j, enum record_type type, struct joint_op *ret_op,
    struct fault *f)
{
	memset(ret_op, 0, sizeof(*ret_op));
	ret_op->j = j;
	act->joint = 1;
	if ((ret_op->op = act_add(act, type, j->division, NULL, &ret_op->r, f)) == NULL)
		return -1;
	record_str(ret_op->r, "event", j->event->code);
	record_object(ret_op->r, "joint", j->id);
	return 0;
}

static void
note(struct joint_op *o, size_t step, const char *event, uint32_t attempt)
{
	if (o->nnotes < JOINT_NOTES_MAX)
		o->note[o->nnotes++] = (struct joint_note){ step, event, attempt };
}

void
joint_op_note(struct joint_op *o, const char *event)
{
	note(o, EVENT_STEPS_MAX, event, 0);
}

/* What somebody wants to know of what happened, by itself. */
static void
note_happened(struct joint_op *o, const struct event_happened *h)
{
	static const char *const names[EVENT_NHAPPENINGS] = { [EVENT_SUPPLIED] = "supplied",
		[EVENT_GOT_DONE] = "done", [EVENT_RETRY] = "retried", [EVENT_REPLACE] = "replaced",
		[EVENT_CORRECT] = "corrected" };

	if (names[h->what] != NULL)
		note(o, h->what == EVENT_SUPPLIED ? EVENT_STEPS_MAX : h->step, names[h->what],
		    h->what == EVENT_SUPPLIED ? 0 : o->j->run.step[h->step].attempt);
}

static const char *
told(enum event_state s)
{
	return s == EVENT_RUNNING || s == EVENT_REPLACED ? "late" : s == EVENT_DONE ? "kept" :
	    event_state_name(s);
}

static void
follow(const struct act *act, struct joint_op *o, const struct event_action *a)
{
	struct joint_step *s = &o->j->step[a->step];

	switch (a->order) {
	case EVENT_START: case EVENT_REDO:
		note(o, a->step, a->order == EVENT_START ? "ready" : "again", a->attempt);
		s->ready_at = act->now;
		s->reason[0] = '\0';
		s->changed = 1;
		break;
	case EVENT_STOP:
		note(o, a->step, "stopped", a->attempt);
		break;
	case EVENT_TELL:
		note(o, a->step, told(a->state), a->attempt);
		break;
	case EVENT_FINISH:
		note(o, EVENT_STEPS_MAX, "finished", 0);
		break;
	}
}

enum event_verdict
joint_op_apply(const struct act *act, struct joint_op *o, const struct event_happened *h)
{
	enum event_verdict v = event_run_apply(o->j->event->plan, &o->j->run, h, &o->actions);

	if (v != EVENT_TAKEN)
		return v;
	note_happened(o, h);
	for (size_t i = 0; i < o->actions.n; i++)
		follow(act, o, &o->actions.action[i]);
	return v;
}

int
joint_op_refuse(const struct joint_file *j, const struct event_happened *h, enum event_verdict v,
    struct fault *f)
{
	static const char *const zh[EVENT_NSTATES] = { "还在等前面的步骤", "正在办", "由窗口人工办理", "已退回申请人",
		"没有办成", "已办成", "已跳过", "已撤回" };
	enum event_state s;

	if (h->what == EVENT_SUPPLIED || h->what == EVENT_WITHDRAW_ALL || h->step >= j->event->nsteps) {
		fault_set(f, FAULT_JOINT_ENDED, "%s", "");
		fault_arg(f, "number", "%s", j->number);
		return -1;
	}
	s = j->run.step[h->step].state;
	fault_set(f, FAULT_STEP_STATE, "verdict %d", (int)v);
	fault_arg(f, "step", "%s", j->event->steps[h->step].code);
	fault_arg(f, "why_zh", "%s", zh[s]);
	fault_arg(f, "why_en", "%s", event_state_name(s));
	return -1;
}

static void
op_time(struct op *op, int64_t at)
{
	if (at != 0)
		op_int(op, at);
	else
		op_text(op, NULL);
}

static void
put_step(struct joint_op *o, size_t i)
{
	const struct joint_step *s = &o->j->step[i];

	op_step(o->op, ST_JOINT_STEP_PUT, 1);
	op_text(o->op, o->j->division);
	op_blob(o->op, o->j->id, RECORD_ID_LEN);
	op_text(o->op, o->j->event->steps[i].code);
	op_text(o->op, event_state_name(o->j->run.step[i].state));
	op_int(o->op, s->attempt);
	op_blob(o->op, s->has_case ? s->case_id : NULL, RECORD_ID_LEN);
	op_blob(o->op, s->has_result ? s->result : NULL, RECORD_ID_LEN);
	op_time(o->op, s->ready_at);
	op_time(o->op, s->started_at);
	op_time(o->op, s->due_at);
	op_time(o->op, s->ended_at);
	op_text(o->op, s->reason[0] != '\0' ? s->reason : NULL);
}

/* What is done has an end; what is being done again has none any more. */
static void
set_end(const struct act *act, struct joint_file *j, size_t i)
{
	struct joint_step *s = &j->step[i];

	if (j->run.step[i].state != EVENT_DONE)
		s->ended_at = 0;
	else if (s->ended_at == 0)
		s->ended_at = act->now;
}

void
joint_op_rows(const struct act *act, struct joint_op *o, int64_t version)
{
	struct joint_file *j = o->j;

	for (size_t i = 0; i < j->event->nsteps; i++) {
		if (!j->step[i].changed && j->step[i].stored == j->run.step[i].state)
			continue;
		set_end(act, j, i);
		put_step(o, i);
	}
	for (size_t i = 0; i < o->nnotes; i++) {
		op_step(o->op, ST_JOINT_EVENT_INSERT, 1);
		op_text(o->op, j->division);
		op_blob(o->op, j->id, RECORD_ID_LEN);
		op_int(o->op, version);
		op_int(o->op, (int64_t)i);
		op_text(o->op, o->note[i].step < j->event->nsteps ? j->event->steps[o->note[i].step].code : "");
		op_text(o->op, o->note[i].event);
		op_int(o->op, o->note[i].attempt);
		op_at(o->op);
		op_blob(o->op, record_id(o->r), RECORD_ID_LEN);
	}
}

/* What the whole has come to. */
static void
set_state(const struct act *act, struct joint_file *j)
{
	if (j->state == JOINT_DRAFT && !j->run.withdrawn)
		return;
	j->state = j->run.withdrawn ? JOINT_WITHDRAWN : j->run.finished ? JOINT_FINISHED : JOINT_RUNNING;
	if (j->state == JOINT_RUNNING)
		j->ended_at = 0;
	else if (j->ended_at == 0)
		j->ended_at = act->now;
}

int
joint_op_end(struct act *act, struct joint_op *o, int64_t next_at, struct fault *f)
{
	struct joint_file *j = o->j;
	struct buf people = BUF_INIT;
	char *run = joint_run_text(j->event->plan, &j->run);
	int rc = -1;

	set_state(act, j);
	if (run == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "run");
	else if (!j->people_changed || joint_put_people(act, j, &people, f) == 0) {
		op_step(o->op, ST_JOINT_CHANGE, 1);
		op_at(o->op);
		op_text(o->op, access_record_actor(&act->actor).id);
		op_text(o->op, j->division);
		op_blob(o->op, j->id, RECORD_ID_LEN);
		op_int(o->op, j->version);
		op_int(o->op, j->touched);
		op_text(o->op, joint_state_name(j->state));
		op_blob(o->op, j->people_changed ? people.data : NULL, people.len);
		op_text(o->op, run);
		op_time(o->op, j->started_at);
		op_time(o->op, j->due_at);
		op_time(o->op, j->ended_at);
		op_time(o->op, next_at);
		joint_op_rows(act, o, j->version + 1);
		if (!act->driving)
			joint_put_subjects(act, j, o->op);
		rc = 0;
	}
	buf_free(&people);
	free(run);
	return rc;
}
