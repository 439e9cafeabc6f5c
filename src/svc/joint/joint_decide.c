/* joint_decide.c - what people decide about the steps of a joint case, correct and sign. */
#include <stdlib.h>
#include <string.h>

#include "svc/joint/joint.h"

static const struct { const char *name; enum event_happening what; } decisions[JOINT_NDECISIONS] = {
	[JOINT_RETRY] = { "retry", EVENT_RETRY },
	[JOINT_SKIP] = { "skip", EVENT_SKIP },
	[JOINT_REPLACE] = { "replace", EVENT_REPLACE },
	[JOINT_WITHDRAW] = { "withdraw", EVENT_WITHDRAW },
};

const char *
joint_decision_name(enum joint_decision d)
{
	return decisions[d].name;
}

/* A step that is left keeps the reason with it, for those who wait for it. */
static void
keep_reason(struct joint_file *j, enum joint_decision d, size_t step)
{
	struct joint_step *s = &j->step[step];

	snprintf(s->reason, sizeof(s->reason), "%s", d == JOINT_SKIP ? "skipped_by_lead" :
	    d == JOINT_WITHDRAW ? "withdrawn_by_applicant" : "");
	s->changed = 1;
}

int
joint_decide(struct act *act, struct joint_file *j, enum joint_decision d, const char *step,
    const char *reason, struct fault *f)
{
	struct event_happened h = { .what = step == NULL ? EVENT_WITHDRAW_ALL : decisions[d].what };
	struct joint_op *o;
	enum event_verdict v;
	int rc = -1;

	if (step != NULL && joint_step_find(j, step, &h.step, f) < 0)
		return -1;
	if (j->state == JOINT_DRAFT && step != NULL)
		return joint_op_refuse(j, &h, EVENT_NOT_NOW, f);
	if ((o = calloc(1, sizeof(*o))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	if (joint_op_begin(act, j, RECORD_JOINT_DECIDED, o, f) < 0 ||
	    act_body(o->r, json_pack("{s:s}", "reason", reason), f) < 0)
		goto out;
	record_str(o->r, "decision", decisions[step == NULL ? JOINT_WITHDRAW : d].name);
	if (step != NULL)
		record_str(o->r, "step", step);
	if ((v = joint_op_apply(act, o, &h)) != EVENT_TAKEN) {
		joint_op_refuse(j, &h, v, f);
		goto out;
	}
	if (step != NULL)
		keep_reason(j, d, h.step);
	rc = joint_op_end(act, o, act->now, f);
out:
	free(o);
	return rc;
}

static int
wrong_output(enum fault_code code, const char *output, struct fault *f)
{
	fault_set(f, code, "%s", "");
	fault_arg(f, "field", "results.%s", output);
	return -1;
}

/* The values of results held against the definition, taken into ret. */
static int
take_results(const struct event *e, size_t step, const json_t *results, int64_t now, json_t *ret,
    struct fault *f)
{
	const struct event_step *s = &e->steps[step];
	char normal[EVALUATE_VALUE_MAX];
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)results, name, value) {
		size_t i = 0;
		int rc;

		while (i < s->noutputs && strcmp(s->outputs[i], name) != 0)
			i++;
		if (i == s->noutputs)
			return wrong_output(FAULT_FIELD_UNKNOWN, name, f);
		if (!json_is_string(value)) {
			wrong_output(FAULT_FIELD_TYPE, name, f);
			fault_arg(f, "expected", "%s", "string");
			return -1;
		}
		rc = event_check_output(e, step, i, json_string_value(value), clock_day(now), normal, f);
		if (rc == 0)
			json_object_set_new(ret, name, json_string(normal));
		explicit_bzero(normal, sizeof(normal));
		if (rc < 0) {
			fault_arg(f, "field", "results.%s", name);
			return -1;
		}
	}
	return 0;
}

/* A case is settled for the attempt that it serves, while that is under way: nobody takes another's results. */
static int
check_current(const struct joint_file *j, const struct case_file *c, size_t step, struct fault *f)
{
	const struct event_step_run *r = &j->run.step[step];
	const struct joint_step *s = &j->step[step];
	struct event_happened h = { .what = EVENT_GOT_DONE, .step = step, .attempt = r->attempt };

	if ((r->state == EVENT_RUNNING || r->state == EVENT_REPLACED) && s->attempt == r->attempt &&
	    s->has_case && memcmp(s->case_id, c->id, RECORD_ID_LEN) == 0)
		return 0;
	joint_op_refuse(j, &h, EVENT_OVER, f);
	if (r->state == EVENT_RUNNING || r->state == EVENT_REPLACED) {
		fault_arg(f, "why_zh", "%s", "刚有新的答案,正在更新");
		fault_arg(f, "why_en", "%s", "being given new values");
	}
	return -1;
}

int
joint_check_results(struct act *act, const struct case_file *c, const json_t *results,
    json_t **ret_results, struct fault *f)
{
	struct joint_file *j = NULL;
	json_t *kept;
	size_t step;
	int rc = -1;

	*ret_results = NULL;
	if (c->step[0] == '\0')
		return results == NULL || json_object_size(results) == 0 ? 0 :
		    wrong_output(FAULT_FIELD_UNKNOWN, json_object_iter_key(json_object_iter(
		    (json_t *)(uintptr_t)results)), f);
	kept = json_object();
	if (joint_load_id(act, c->division, c->joint, &j, f) == 0 &&
	    joint_step_find(j, c->step, &step, f) == 0 && check_current(j, c, step, f) == 0 &&
	    take_results(j->event, step, results, act->now, kept, f) == 0) {
		const struct event_step *s = &j->event->steps[step];

		rc = 0;
		for (size_t i = 0; i < s->noutputs && rc == 0; i++)
			if (s->output_used[i] && json_object_get(kept, s->outputs[i]) == NULL)
				rc = wrong_output(FAULT_FIELD_MISSING, s->outputs[i], f);
	}
	joint_free(j);
	if (rc == 0)
		*ret_results = kept;
	else
		json_decref(kept);
	return rc;
}

int
joint_correct(struct act *act, struct joint_file *j, const char *step, json_t *results,
    const char *reason, struct fault *f)
{
	struct event_happened h = { .what = EVENT_CORRECT };
	struct joint_op *o;
	struct joint_step *s;
	enum event_verdict v;
	json_t *kept;
	int rc = -1;

	if (joint_step_find(j, step, &h.step, f) < 0)
		return -1;
	s = &j->step[h.step];
	if ((o = calloc(1, sizeof(*o))) == NULL || (kept = json_copy(joint_results(act, j, h.step, f))) == NULL) {
		free(o);
		return joint_op_refuse(j, &h, EVENT_NOT_NOW, f);
	}
	if (take_results(j->event, h.step, results, act->now, kept, f) < 0)
		goto out;
	if (json_equal(kept, s->results)) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "results");
		fault_arg(f, "why_zh", "%s", "与原来的结果相同");
		fault_arg(f, "why_en", "%s", "they are what they were");
		goto out;
	}
	if (joint_op_begin(act, j, RECORD_JOINT_CORRECTED, o, f) < 0 ||
	    act_body(o->r, json_pack("{s:s, s:O}", "reason", reason, "results", kept), f) < 0)
		goto out;
	record_str(o->r, "step", step);
	if ((v = joint_op_apply(act, o, &h)) != EVENT_TAKEN) {
		joint_op_refuse(j, &h, v, f);
		goto out;
	}
	memcpy(s->result, record_id(o->r), RECORD_ID_LEN);
	s->changed = 1;
	rc = joint_op_end(act, o, act->now, f);
out:
	json_decref(kept);
	free(o);
	return rc;
}
