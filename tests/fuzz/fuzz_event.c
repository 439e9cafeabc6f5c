/*
 * Whatever life_events.json holds, beside a small inventory that is right: events that can be used, or
 * errors that can be read.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "flow/evaluate.h"
#include "flow/event_definition.h"
#include "sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The inventory beside it; read once. */
static const struct sections *
others(void)
{
	static struct buf text = BUF_INIT;
	static struct sections s;
	struct fault f = FAULT_INIT;

	if (s.n == 0) {
		if (buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f) < 0)
			abort();
		sections_split(text.data, text.len, &s);
	}
	return &s;
}

static void
use_source(const struct event *e, size_t step, const struct event_source *s)
{
	assert(s->text != NULL);
	if (s->kind == EVENT_FROM_FORM)
		assert(s->form < e->nform);
	if (s->kind == EVENT_FROM_STEP) {
		assert(s->step < e->nsteps && s->output < e->steps[s->step].noutputs);
		assert(event_set_has(&e->plan->before[step], s->step));
	}
}

/* A confirmation has a place in the form that pages do not ask for, and steps that wait for it. */
static void
use_confirm(const struct event *e, const struct event_confirm *c)
{
	size_t waiting = 0;

	assert(c->field >= e->nform - e->nconfirms && c->field < e->nform && e->form[c->field].confirms);
	assert(c->type != IDENT_NONE && c->type != IDENT_USCC);
	assert(c->number.kind == EVENT_FROM_FORM && c->number.form < e->nown);
	assert(c->name.kind == EVENT_FROM_FORM && c->name.form < e->nown);
	for (size_t i = 0; i < e->nsteps; i++)
		waiting += (size_t)event_set_has(&e->plan->step[i].needs, c->field);
	assert(waiting > 0);
}

/* What a rule gives and another step takes comes from somewhere; any value of it can be judged. */
static void
use_outputs(const struct event *e, size_t step)
{
	const struct event_step *s = &e->steps[step];
	char normal[EVALUATE_VALUE_MAX];

	for (size_t k = 0; k < s->noutputs; k++) {
		struct fault f = FAULT_INIT;

		assert(!s->output_used[k] || !s->automatic || s->gives[k].text != NULL);
		assert(s->automatic || s->gives[k].text == NULL);
		if (s->gives[k].text != NULL)
			use_source(e, step, &s->gives[k]);
		if (s->gives[k].text != NULL && s->gives[k].kind == EVENT_CONST)
			assert(event_check_output(e, step, k, s->gives[k].value, 20000, normal, &f) == 0 ||
			    f.code == FAULT_IDENT_DATE);
		(void)event_check_output(e, step, k, s->outputs[k], 20000, normal, &f);
	}
}

static void
use(const struct inventory *inv, const struct event *e)
{
	struct event_times times;

	assert(inventory_event(inv, e->code) == e && e->nsteps > 0 && e->nsteps <= EVENT_STEPS_MAX);
	event_plan_times(e->plan, &times);
	assert(times.total == e->critical_minutes && times.total <= e->promised_minutes);
	assert(e->lead != NULL && e->nconfirms <= EVENT_CONFIRMS_MAX && e->nform <= EVENT_FORM_MAX);
	for (size_t i = 0; i < e->nconfirms; i++)
		use_confirm(e, &e->confirms[i]);
	for (size_t i = 0; i < e->nsteps; i++) {
		const struct event_step *s = &e->steps[i];

		assert(s->matter != NULL && s->agency == s->matter->agency && s->nanswers == s->matter->nfields);
		for (size_t k = 0; k < s->ninputs; k++)
			use_source(e, i, &s->inputs[k]);
		for (size_t k = 0; k < s->nanswers; k++)
			if (s->answers[k].from.kind != EVENT_CONST)
				use_source(e, i, &s->answers[k].from);
		for (size_t k = 0; k < s->nparties; k++)
			use_source(e, i, &s->parties[k].name);
		assert(!s->outside || !s->automatic);
		use_outputs(e, i);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sections s = *others();
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	s.file[s.n++] = (struct inventory_file){ INVENTORY_EVENTS, (const char *)data, size };
	if (inventory_build(s.file, s.n, &inv, &report, &f) == 0) {
		for (size_t i = 0; i < inv->nevents; i++)
			use(inv, &inv->events[i]);
		inventory_unref(inv);
		return 0;
	}
	assert(f.code == FAULT_IMPORT_REFUSED && report.n > 0);
	for (size_t i = 0; i < report.n; i++) {
		assert(report.error[i].reason[0][0] != '\0' && report.error[i].reason[1][0] != '\0');
		assert(utf8_valid(report.error[i].column, strlen(report.error[i].column), NULL));
		assert(utf8_valid(report.error[i].value, strlen(report.error[i].value), NULL));
	}
	inventory_report_free(&report);
	return 0;
}
