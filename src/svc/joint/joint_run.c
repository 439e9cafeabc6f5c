/* joint_run.c - the run of a life event as it is kept: {"now","finished","withdrawn","steps","fields"}. */
#include <stdlib.h>
#include <string.h>

#include "svc/joint/joint.h"

static json_t *
set_json(const struct event_set *s)
{
	json_t *list = json_array();

	for (size_t i = event_set_next(s, 0); i < EVENT_FORM_MAX; i = event_set_next(s, i + 1))
		json_array_append_new(list, json_integer((json_int_t)i));
	return list;
}

/* [state, attempt, started, result, returned, flags, because, [missing]] */
static json_t *
step_json(const struct event_step_run *s)
{
	int flags = s->late | s->was_returned << 1 | s->by_desk << 2 | s->told_of << 3;

	return json_pack("[s, I, I, I, I, i, i, o]", event_state_name(s->state),
	    (json_int_t)s->attempt, (json_int_t)s->started, (json_int_t)s->result,
	    (json_int_t)s->returned, flags, (int)s->because, set_json(&s->missing));
}

char *
joint_run_text(const struct event_plan *plan, const struct event_run *run)
{
	json_t *steps = json_array(), *fields = json_array(), *json;
	char *text;

	for (size_t i = 0; i < plan->nsteps; i++)
		json_array_append_new(steps, step_json(&run->step[i]));
	for (size_t i = 0; i < plan->nform; i++)
		json_array_append_new(fields, json_integer((json_int_t)run->field[i]));
	json = json_pack("{s:I, s:i, s:i, s:o, s:o}", "now", (json_int_t)run->now, "finished",
	    (int)run->finished, "withdrawn", (int)run->withdrawn, "steps", steps, "fields", fields);
	text = json != NULL ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	json_decref(json);
	return text;
}

/* A count that is not above now. */
static int
count(const json_t *json, uint64_t now, uint64_t *ret)
{
	json_int_t n = json_integer_value(json);

	*ret = (uint64_t)n;
	return json_is_integer(json) && n >= 0 && (uint64_t)n <= now ? 0 : -1;
}

static int
set_parse(const json_t *list, size_t n, struct event_set *ret_set)
{
	json_t *json;
	size_t i;

	json_array_foreach(list, i, json) {
		if (!json_is_integer(json) || json_integer_value(json) < 0 ||
		    (size_t)json_integer_value(json) >= n)
			return -1;
		event_set_add(ret_set, (size_t)json_integer_value(json));
	}
	return json_is_array(list) ? 0 : -1;
}

static int
step_parse(const struct event_plan *plan, const json_t *json, uint64_t now, struct event_step_run *s)
{
	const char *state = json_string_value(json_array_get(json, 0));
	uint64_t attempt, flags, because;

	if (state == NULL || event_state_parse(state, &s->state) < 0 ||
	    count(json_array_get(json, 1), now, &attempt) < 0 ||
	    count(json_array_get(json, 2), now, &s->started) < 0 ||
	    count(json_array_get(json, 3), now, &s->result) < 0 ||
	    count(json_array_get(json, 4), now, &s->returned) < 0 ||
	    count(json_array_get(json, 5), 15, &flags) < 0 ||
	    count(json_array_get(json, 6), EVENT_STEPS_MAX, &because) < 0 ||
	    set_parse(json_array_get(json, 7), plan->nform, &s->missing) < 0)
		return -1;
	s->attempt = (uint32_t)attempt;
	s->late = flags & 1;
	s->was_returned = flags >> 1 & 1;
	s->by_desk = flags >> 2 & 1;
	s->told_of = flags >> 3 & 1;
	s->because = (uint8_t)because;
	return 0;
}

int
joint_run_parse(const struct event_plan *plan, const char *text, struct event_run *ret_run)
{
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL), *steps, *fields;
	uint64_t finished, withdrawn;
	int rc = -1;

	event_run_begin(ret_run);
	steps = json_object_get(json, "steps");
	fields = json_object_get(json, "fields");
	if (count(json_object_get(json, "now"), INT64_MAX, &ret_run->now) < 0 ||
	    count(json_object_get(json, "finished"), 1, &finished) < 0 ||
	    count(json_object_get(json, "withdrawn"), 1, &withdrawn) < 0 ||
	    json_array_size(steps) != plan->nsteps || json_array_size(fields) != plan->nform)
		goto out;
	ret_run->finished = (uint8_t)finished;
	ret_run->withdrawn = (uint8_t)withdrawn;
	for (size_t i = 0; i < plan->nsteps; i++)
		if (step_parse(plan, json_array_get(steps, i), ret_run->now, &ret_run->step[i]) < 0)
			goto out;
	for (size_t i = 0; i < plan->nform; i++)
		if (count(json_array_get(fields, i), ret_run->now, &ret_run->field[i]) < 0)
			goto out;
	rc = 0;
out:
	json_decref(json);
	return rc;
}
