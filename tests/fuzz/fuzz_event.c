/*
 * Whatever life_events.json holds, beside a small inventory that is right: events that can be used, or
 * errors that can be read.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
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

static void
use(const struct inventory *inv, const struct event *e)
{
	struct event_times times;

	assert(inventory_event(inv, e->code) == e && e->nsteps > 0 && e->nsteps <= EVENT_STEPS_MAX);
	event_plan_times(e->plan, &times);
	assert(times.total == e->critical_minutes && times.total <= e->promised_minutes);
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
