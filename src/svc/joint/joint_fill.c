/* joint_fill.c - the applicant fills in the one form on a phone of their own, by a link. */
#include <string.h>

#include "svc/joint/joint_link.h"

/* What a running step was returned for, or lacks before it can begin. */
static void
add_lacking(const struct joint_file *j, size_t step, struct event_set *set)
{
	struct event_set steps, fields = { 0 };

	if (j->run.step[step].state == EVENT_RETURNED)
		fields = j->run.step[step].missing;
	else if (j->run.step[step].state == EVENT_WAITING)
		event_run_waits(j->event->plan, &j->run, step, &steps, &fields);
	for (size_t i = event_set_next(&fields, 0); i < j->event->nform; i = event_set_next(&fields, i + 1))
		if (!j->event->form[i].confirms)
			event_set_add(set, i);
}

struct event_set
joint_fillable(const struct joint_file *j)
{
	const json_t *known = json_object_get(j->people, "prefilled");
	struct event_set set = { 0 };

	for (size_t i = 0; j->state == JOINT_DRAFT && i < j->event->nform; i++)
		if (!j->event->form[i].confirms &&
		    json_object_get(known, j->event->form[i].field.name) == NULL)
			event_set_add(&set, i);
	for (size_t i = 0; j->state == JOINT_RUNNING && i < j->event->nsteps; i++)
		add_lacking(j, i, &set);
	return set;
}

static int
check_fillable(const struct joint_file *j, json_t *form, struct fault *f)
{
	struct event_set set = joint_fillable(j);
	const char *name;
	json_t *value;

	json_object_foreach(form, name, value) {
		size_t i = 0;

		while (i < j->event->nform && strcmp(j->event->form[i].field.name, name) != 0)
			i++;
		/* One that there is not is refused with the rest. */
		if (i == j->event->nform || event_set_has(&set, i))
			continue;
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "form.%s", name);
		fault_arg(f, "why_zh", "%s", "这一项现在不能在手机上改,请联系办理窗口");
		fault_arg(f, "why_en", "%s", "it cannot be changed by this link now; ask the counter");
		return -1;
	}
	return 0;
}

/* As the form would be. */
static int
check_complete(const struct joint_file *j, json_t *given, struct fault *f)
{
	json_t *form = json_copy(json_object_get(j->people, "form"));
	json_t *people = json_pack("{s:o}", "form", form);
	int rc = -1;

	if (people == NULL || json_object_update(form, given) < 0)
		fault_set(f, FAULT_MEMORY, "%s", "form");
	else
		rc = joint_check_complete(j->event, people, f);
	json_decref(people);
	return rc;
}

int
joint_fill(struct act *act, struct joint_file *j, json_t *form, int submit, struct fault *f)
{
	if (check_fillable(j, form, f) < 0 || (submit && check_complete(j, form, f) < 0))
		return -1;
	return joint_supply(act, j, form, submit, f);
}
