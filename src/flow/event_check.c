/* life_events.json as a whole: its events and their steps, what comes after what, and how long it takes. */
#include "flow/event_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an event or a step is called in the report: its code, or its place where it has none. */
static const char *
called(const json_t *json, size_t i, char number[24])
{
	const char *code = json_string_value(json_object_get(json, "code"));

	snprintf(number, 24, "[%zu]", i + 1);
	return code == NULL || code[0] == '\0' ? number : code;
}

static int
read_code(struct event_reader *r, const json_t *json, const char **ret_code)
{
	const char *code = event_text(r, json, "code", 31, REQUIRED);

	if (code == NULL)
		return -1;
	if (code[0] != '\0' && !inventory_is_code(code))
		event_complain(r, "code", code, PROBLEM_CODE_FORM, (struct says){ 0 });
	*ret_code = code;
	return 0;
}

static int
read_minutes(struct event_reader *r, const json_t *json, const char *name)
{
	const json_t *value = event_member(r, json, name, JSON_INTEGER, REQUIRED);
	json_int_t minutes = json_integer_value(value);
	char text[24], most[24];

	if (value == NULL)
		return 0;
	if (minutes >= 1 && minutes <= EVENT_MINUTES_MAX)
		return (int)minutes;
	snprintf(text, sizeof(text), "%lld", (long long)minutes);
	snprintf(most, sizeof(most), "%d", EVENT_MINUTES_MAX);
	event_complain(r, name, text, PROBLEM_INT_FORM, (struct says){ "1", most, NULL });
	return 0;
}

/* NULL where there is none of that code, or no code at all. */
static const struct agency *
find_agency(struct event_reader *r, const char *member, const char *code)
{
	const struct inventory *inv = &r->b->snap->inv;
	const struct agency *agency = inventory_agency(inv, code);
	struct nearest near = { 0 };

	if (code[0] == '\0' || r->b->s.sheet[SHEET_AGENCIES].broken)
		return NULL;
	for (size_t i = 0; agency == NULL && i < inv->nagencies && report_has_room(&r->b->s.reporting); i++)
		report_nearer(code, inv->agencies[i].code, &near);
	if (agency == NULL)
		event_complain(r, member, code, PROBLEM_REF_UNKNOWN,
		    (struct says){ inventory_files[SHEET_AGENCIES], NULL, near.word });
	return agency;
}

static const struct agency *
read_agency(struct event_reader *r, const json_t *json, const struct matter *m, int *ret_failed)
{
	const char *code = event_text(r, json, "agency_code", 31, REQUIRED);
	const struct agency *agency = code == NULL ? NULL : find_agency(r, "agency_code", code);

	*ret_failed = code == NULL;
	if (agency != NULL && m != NULL && m->agency != NULL && m->agency != agency)
		event_complain(r, "agency_code", code, PROBLEM_EVENT_AGENCY,
		    (struct says){ m->code, m->agency->code, NULL });
	return agency;
}

static int
read_matter(struct event_reader *r, const json_t *json, struct event_step *step)
{
	const struct inventory *inv = &r->b->snap->inv;
	const char *code = event_text(r, json, "matter_code", 31, REQUIRED);
	const char *name = event_text(r, json, "matter_name", 1000, REQUIRED);
	struct nearest near = { 0 };
	int failed;

	if (code == NULL || name == NULL)
		return -1;
	if (code[0] != '\0' && !r->b->s.sheet[SHEET_MATTERS].broken &&
	    (step->matter = inventory_matter(inv, code)) == NULL) {
		for (size_t i = 0; i < inv->nmatters && report_has_room(&r->b->s.reporting); i++)
			report_nearer(code, inv->matters[i].code, &near);
		event_complain(r, "matter_code", code, PROBLEM_REF_UNKNOWN,
		    (struct says){ inventory_files[SHEET_MATTERS], NULL, near.word });
	}
	if (step->matter != NULL && name[0] != '\0' && strcmp(step->matter->name, name) != 0)
		event_complain(r, "matter_name", name, PROBLEM_NAME_DIFFERS,
		    (struct says){ code, step->matter->name, NULL });
	step->agency = read_agency(r, json, step->matter, &failed);
	return failed ? -1 : 0;
}

/* No two steps of an event give something of the same name: a correction would have two sources. */
static void
check_outputs(struct event_reader *r, const struct event_step *step)
{
	for (size_t i = 0; i < step->noutputs; i++) {
		if (!sheet_is_name(step->outputs[i]))
			event_complain(r, "outputs", step->outputs[i], PROBLEM_NAME_FORM, (struct says){ 0 });
		for (const struct event_step *s = r->steps; s < step; s++)
			if (sheet_has(s->outputs, step->outputs[i]))
				event_complain(r, "outputs", step->outputs[i], PROBLEM_EVENT_OUTPUT_TWO,
				    (struct says){ .a = s->code });
	}
}

static int
read_step(struct event_reader *r, const json_t *json, struct event_step *step)
{
	static const char *const names[] = { "code", "matter_code", "matter_name", "agency_code",
		"depends_on", "auto", "outside", "promised_minutes", "inputs", "answers", "parties",
		"outputs", "gives", NULL };

	event_members(r, json, names);
	if (read_code(r, json, &step->code) < 0 || read_matter(r, json, step) < 0 ||
	    event_texts(r, json, "outputs", 47, &step->outputs, &step->noutputs) < 0)
		return -1;
	if (step->noutputs > EVENT_OUTPUTS_MAX)
		event_complain(r, "outputs", NULL, PROBLEM_EVENT_MANY, (struct says){ .a = "20" });
	step->automatic = json_is_true(event_member(r, json, "auto", JSON_TRUE, REQUIRED));
	step->outside = json_is_true(event_member(r, json, "outside", JSON_TRUE, OPTIONAL));
	if (step->outside && step->automatic)
		event_complain(r, "outside", NULL, PROBLEM_EVENT_OUTSIDE_AUTO, (struct says){ 0 });
	step->minutes = read_minutes(r, json, "promised_minutes");
	check_outputs(r, step);
	for (const struct event_step *s = r->steps; s < step; s++)
		if (step->code[0] != '\0' && strcmp(s->code, step->code) == 0)
			event_complain(r, "code", step->code, PROBLEM_EVENT_REPEATED, (struct says){ 0 });
	return 0;
}

/* -1: no memory; *ret_whole is 0 where the steps could not all be read. */
static int
read_steps(struct event_reader *r, int *ret_whole)
{
	const json_t *list = event_member(r, r->json, "steps", JSON_ARRAY, REQUIRED), *json;
	size_t i, n = json_array_size(list);
	static const char *const nothing[] = { NULL };

	*ret_whole = n > 0 && n <= EVENT_STEPS_MAX;
	if (list != NULL && !*ret_whole)
		event_complain(r, "steps", NULL, n == 0 ? PROBLEM_EVENT_NONE : PROBLEM_EVENT_MANY,
		    (struct says){ .a = "200" });
	if (!*ret_whole)
		return 0;
	r->steps = arena_alloc(r->b->s.keep, n, sizeof(*r->steps));
	if (r->steps == NULL)
		return -1;
	json_array_foreach(list, i, json) {
		char number[24];

		r->steps[i].code = "";
		r->steps[i].outputs = nothing;
		r->at_part = called(json, i, number);
		if (!json_is_object(json)) {
			event_complain(r, "", NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = "object {…}" });
			*ret_whole = 0;
		} else if (read_step(r, json, &r->steps[i]) < 0) {
			return -1;
		}
	}
	r->event->steps = r->steps;
	r->event->nsteps = *ret_whole ? n : 0;
	r->at_part = "";
	return 0;
}

static int
read_after(struct event_reader *r, size_t i, const json_t *json)
{
	struct event_step *step = &r->steps[i];
	const char *const *codes;
	size_t n, *after;

	r->at_part = step->code;
	if (event_texts(r, json, "depends_on", 31, &codes, &n) < 0 ||
	    (after = arena_alloc(r->b->s.keep, n, sizeof(*after))) == NULL)
		return -1;
	for (size_t k = 0; k < n; k++) {
		struct nearest near = { 0 };
		size_t s = 0;

		while (s < r->event->nsteps && strcmp(r->steps[s].code, codes[k]) != 0)
			s++;
		if (s < r->event->nsteps) {
			after[step->nafter++] = s;
			event_set_add(&r->plan->step[i].after, s);
			continue;
		}
		for (s = 0; s < r->event->nsteps; s++)
			report_nearer(codes[k], r->steps[s].code, &near);
		event_complain(r, "depends_on", codes[k], PROBLEM_EVENT_STEP_UNKNOWN,
		    (struct says){ .near = near.word });
	}
	step->after = after;
	r->at_part = "";
	return 0;
}

/* "NB1 → NB2 → NB6", as much as fits. */
static const char *
say_steps(const struct event_reader *r, const size_t *step, size_t n, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? " → " : "",
		    r->steps[step[i]].code);
	return text;
}

/* Puts the steps in order; *ret_closed is 0 where they form a circle. */
static int
order_steps(struct event_reader *r, int *ret_closed)
{
	const json_t *steps = json_object_get(r->json, "steps");
	size_t circle[EVENT_STEPS_MAX + 1], n = 0;
	char text[160];

	if ((r->plan = arena_alloc(r->b->s.keep, 1, sizeof(*r->plan))) == NULL)
		return -1;
	r->event->plan = r->plan;
	r->plan->nsteps = r->event->nsteps;
	for (size_t i = 0; i < r->event->nsteps; i++) {
		r->plan->step[i].minutes = r->steps[i].minutes;
		if (read_after(r, i, json_array_get(steps, i)) < 0)
			return -1;
	}
	*ret_closed = event_plan_close(r->plan, circle, &n) == 0;
	if (*ret_closed)
		return 0;
	circle[n] = circle[0];
	event_complain(r, "depends_on", NULL, PROBLEM_EVENT_CIRCLE,
	    (struct says){ .a = say_steps(r, circle, n + 1, text, sizeof(text)) });
	return 0;
}

/* Whether the minutes add up to what is said, and to what is promised. */
static void
check_path(struct event_reader *r, struct event_times *t)
{
	const struct event *e = r->event;
	size_t path[EVENT_STEPS_MAX];
	char total[24], text[160];

	for (size_t i = 0; i < e->nsteps; i++)
		if (r->steps[i].minutes == 0)
			return;		/* reported */
	event_plan_times(r->plan, t);
	for (size_t i = 0; i < t->npath; i++)
		path[i] = t->path[i];
	snprintf(total, sizeof(total), "%lld", (long long)t->total);
	say_steps(r, path, t->npath, text, sizeof(text));
	if (e->critical_minutes > 0 && t->total != e->critical_minutes) {
		char value[24];

		snprintf(value, sizeof(value), "%d", e->critical_minutes);
		event_complain(r, "critical_path_minutes", value, PROBLEM_EVENT_PATH,
		    (struct says){ total, text, NULL });
	}
	if (e->promised_minutes > 0 && t->total > e->promised_minutes) {
		char value[24];

		snprintf(value, sizeof(value), "%d", e->promised_minutes);
		event_complain(r, "promised_minutes_total", value, PROBLEM_EVENT_PROMISE,
		    (struct says){ total, text, NULL });
	}
}

/* The agency that leads: one of those that have a step; the first, where the file does not say. */
static int
read_lead(struct event_reader *r)
{
	const char *code = event_text(r, r->json, "lead_agency_code", 31, OPTIONAL);
	const struct agency *lead = code == NULL || code[0] == '\0' ? NULL :
	    find_agency(r, "lead_agency_code", code);
	struct nearest near = { 0 };
	int known = 1;

	if (code == NULL)
		return -1;
	r->event->lead = code[0] == '\0' ? r->steps[0].agency : lead;
	for (size_t i = 0; lead != NULL && i < r->event->nsteps; i++) {
		if (r->steps[i].agency == lead)
			return 0;
		known &= r->steps[i].agency != NULL;
		if (r->steps[i].agency != NULL)
			report_nearer(code, r->steps[i].agency->code, &near);
	}
	if (lead != NULL && known)
		event_complain(r, "lead_agency_code", code, PROBLEM_EVENT_LEAD, (struct says){ .near = near.word });
	return 0;
}

static int
read_event(struct event_reader *r)
{
	static const char *const names[] = { "code", "name", "lead_agency_code", "promised_minutes_total",
		"critical_path_minutes", "form", "confirm", "steps", NULL };
	struct event_times *times = arena_alloc(&r->b->s.scratch, 1, sizeof(*times));
	int whole, closed = 0;

	r->form = arena_alloc(r->b->s.keep, EVENT_FORM_MAX, sizeof(*r->form));
	if (r->form == NULL || times == NULL)
		return -1;
	r->event->form = r->form;
	event_members(r, r->json, names);
	if (read_code(r, r->json, &r->event->code) < 0 ||
	    (r->event->name = event_text(r, r->json, "name", 200, REQUIRED)) == NULL)
		return -1;
	r->event->promised_minutes = read_minutes(r, r->json, "promised_minutes_total");
	r->event->critical_minutes = read_minutes(r, r->json, "critical_path_minutes");
	if (event_read_form(r) < 0 || read_steps(r, &whole) < 0)
		return -1;
	if (!whole)
		return 0;
	if (read_lead(r) < 0 || order_steps(r, &closed) < 0)
		return -1;
	if (!closed)
		return 0;
	if (event_bind(r) < 0)
		return -1;
	r->plan->nform = r->event->nform;
	check_path(r, times);
	return 0;
}

static int
read_events(struct build *b, const json_t *list, struct event *events)
{
	const json_t *json;
	size_t i;

	json_array_foreach(list, i, json) {
		struct event_reader r = { .b = b, .event = &events[i], .json = json, .at_event = "",
			.at_part = "" };
		size_t before = b->s.reporting.report->total;
		char number[24];

		r.at_event = called(json, i, number);
		events[i].code = events[i].name = "";
		if (!json_is_object(json))
			event_complain(&r, "", NULL, PROBLEM_EVENT_TYPE, (struct says){ .a = "object {…}" });
		else if (read_event(&r) < 0)
			return -1;
		for (size_t k = 0; k < i; k++)
			if (events[i].code[0] != '\0' && strcmp(events[k].code, events[i].code) == 0)
				event_complain(&r, "code", events[i].code, PROBLEM_EVENT_REPEATED, (struct says){ 0 });
		b->s.reporting.lines[REPORT_EVENTS].n += b->s.reporting.report->total > before;
	}
	return 0;
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct event *)a)->code, ((const struct event *)b)->code);
}

static void
complain_of_file(struct build *b, enum problem problem, size_t line, struct says says)
{
	report_add(&b->s.reporting, problem, (struct place){ .file = REPORT_EVENTS, .line = line }, says);
}

/* NULL with 0 where there is nothing to read, or where what is wrong was reported. */
static int
parse(struct build *b, const struct inventory_file *file, json_t **ret_list)
{
	json_error_t error;
	char line[24], column[24];

	*ret_list = NULL;
	if (file->len > EVENT_BYTES_MAX) {
		snprintf(line, sizeof(line), "%zu", EVENT_BYTES_MAX);
		complain_of_file(b, PROBLEM_FILE_LARGE, 0, (struct says){ .a = line });
		return 0;
	}
	*ret_list = json_loadb(file->text, file->len, JSON_REJECT_DUPLICATES, &error);
	if (*ret_list == NULL && json_error_code(&error) == json_error_out_of_memory)
		return -1;
	if (*ret_list == NULL) {
		snprintf(line, sizeof(line), "%d", error.line);
		snprintf(column, sizeof(column), "%d", error.column);
		complain_of_file(b, PROBLEM_EVENT_JSON, error.line < 1 ? 0 : (size_t)error.line,
		    (struct says){ line, column, NULL });
	} else if (!json_is_array(*ret_list)) {
		complain_of_file(b, PROBLEM_EVENT_TYPE, 0, (struct says){ .a = "list […]" });
	} else if (json_array_size(*ret_list) > EVENTS_MAX) {
		complain_of_file(b, PROBLEM_EVENT_MANY, 0, (struct says){ .a = "500" });
	} else {
		return 0;
	}
	json_decref(*ret_list);
	*ret_list = NULL;
	return 0;
}

static int
has_matter(const struct event *e, const struct matter *m)
{
	for (size_t i = 0; i < e->nsteps; i++)
		if (e->steps[i].matter == m)
			return 1;
	return 0;
}

/* matters.csv names the event that a matter is part of. */
static void
check_matters(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_MATTERS);
	const struct inventory *inv = &b->snap->inv;

	for (size_t i = 0; i < sheet->n; i++) {
		const char *code = sheet->row[i].cell[MATTER_LIFE_EVENT].text;
		const struct matter *m = &b->matters[sheet->row[i].rank];
		const struct event *e = code[0] == '\0' ? NULL : inventory_event(inv, code);
		struct nearest near = { 0 };

		if (code[0] == '\0' || (e != NULL && has_matter(e, m)))
			continue;
		for (size_t k = 0; e == NULL && k < inv->nevents; k++)
			report_nearer(code, inv->events[k].code, &near);
		sheet_complain(&b->s, SHEET_MATTERS, &sheet->row[i], MATTER_LIFE_EVENT, e == NULL ?
		    PROBLEM_REF_UNKNOWN : PROBLEM_EVENT_MATTER_NOT_IN,
		    (struct says){ e == NULL ? INVENTORY_EVENTS : m->code, NULL, near.word });
	}
}

int
build_events(struct build *b)
{
	const struct inventory_report *report = b->s.reporting.report;
	size_t before = report->total, n;
	struct event *events;
	json_t *list;
	int rc;

	if (b->s.events == NULL)
		return 0;
	if (parse(b, b->s.events, &list) < 0)
		return -1;
	if (list == NULL)
		return 0;
	n = json_array_size(list);
	b->s.nevents = n;
	events = arena_alloc(b->s.keep, n, sizeof(*events));
	rc = events == NULL ? -1 : read_events(b, list, events);
	json_decref(list);
	if (rc < 0)
		return -1;
	qsort(events, n, sizeof(*events), by_code);
	b->snap->inv.events = events;
	b->snap->inv.nevents = n;
	/* A definition that is wrong is one error, not one more for each matter. */
	if (report->total == before && !build_sheet(b, SHEET_MATTERS)->broken)
		check_matters(b);
	return 0;
}
