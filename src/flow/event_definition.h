/*
 * event_definition.h - a life event 一件事: one form, several matters, what each step needs and gives.
 *
 * Read from life_events.json, a file of the inventory that a city may leave out.  Everything
 * points into the snapshot and lives as long as it; codes of other files are resolved.  What
 * a definition must be is docs/decisions/0012-one-thing.md; what is wrong with one stands in
 * the report of the import, by event, step and member.
 */
#ifndef FLOW_EVENT_DEFINITION_H
#define FLOW_EVENT_DEFINITION_H

#include "flow/event_plan.h"
#include "flow/inventory.h"
#include "rules/ident.h"

#define EVENT_BYTES_MAX ((size_t)4 << 20)	/* the file */
#define EVENTS_MAX 500
#define EVENT_OUTPUTS_MAX 20			/* of a step */
#define EVENT_PARTIES_MAX 20			/* of a step */
#define EVENT_CONFIRMS_MAX 4			/* of an event */
#define EVENT_MINUTES_MAX 525600		/* a year */

/* A field of the event's form: one of its own, one that a step's matter reads, or that somebody confirmed. */
struct event_field {
	struct field field;
	int own, required;		/* an own field that a matter reads is required, whatever the file says */
	int confirms;			/* "confirmed.<code>": not asked on a page, but said by whom it names */
	const char *pattern, *checksum, *not_after;	/* NULL: none */
	int64_t max_length;		/* characters; 0: none */
	const double *min, *max;	/* NULL: none */
};

enum event_source_kind { EVENT_FROM_FORM, EVENT_FROM_STEP, EVENT_CONST, EVENT_CASE_NUMBER };

/* Where a value comes from: "form.bank_account", "NB1.birth_cert_number", "const:true" or "case.number". */
struct event_source {
	const char *text;		/* as the file has it */
	enum event_source_kind kind;
	size_t form;			/* EVENT_FROM_FORM: index in the form */
	size_t step, output;		/* EVENT_FROM_STEP: which output of which step */
	const char *value;		/* EVENT_CONST */
};

/* What a field that the step's matter reads is answered with. */
struct event_answer { const struct field *field; struct event_source from; };

/* Who is a party of the step's case.  No number where the type is none. */
struct event_party {
	const struct party_rule *rule;
	enum ident_type type;
	struct event_source number, name;
};

struct event_step {
	const char *code;
	const struct matter *matter;
	const struct agency *agency;
	int automatic;			/* settled by rule where nothing speaks against it */
	int outside;			/* the agency's own system does it and says the result */
	int minutes;			/* working minutes promised */
	const size_t *after;		/* steps, as the file says */
	size_t nafter;
	const struct event_source *inputs;
	size_t ninputs;
	const char *const *outputs;
	size_t noutputs;
	const struct event_source *gives;	/* for each output where a rule takes it from; no text: nowhere */
	const uint8_t *output_used;		/* for each output whether another step takes it */
	const struct event_answer *answers;	/* one for each field that the matter reads, in its order */
	size_t nanswers;
	const struct event_party *parties;
	size_t nparties;
};

/* Who must confirm on a phone of their own before some steps begin. */
struct event_confirm {
	const char *code, *label;
	enum ident_type type;
	struct event_source number, name;	/* of the form */
	size_t field;				/* its place in the form; steps that wait for it need it */
};

struct event {
	const char *code, *name;
	const struct agency *lead;		/* decides how it goes on where a step could not be done */
	int promised_minutes, critical_minutes;
	const struct event_field *form;		/* its own, what the steps' matters read besides, confirmations */
	size_t nform, nown;
	const struct event_step *steps;
	size_t nsteps;
	const struct event_confirm *confirms;
	size_t nconfirms;
	const struct event_plan *plan;
};

/* By code; NULL if there is none. */
const struct event *inventory_event(const struct inventory *inv, const char *code);

/* Whether a text is a value of the field; a list's values are divided by a bar. */
int event_is_value(const struct field *field, const char *text);

/*
 * Holds the value of an output against what the steps that take it make of it: an identifier of
 * the party's type, a name, a value of the field.  FAULT_FIELD_VALUE, FAULT_IDENT_* and FAULT_NAME_INVALID
 * have the output as their field.  ret_normal has EVALUATE_VALUE_MAX bytes.  Pure.
 */
int event_check_output(const struct event *e, size_t step, size_t output, const char *value,
    int64_t today, char *ret_normal, struct fault *f);

/*
 * The events of two versions of the file as changes: which event came or went, and of one that
 * stayed which member of its own, of which field or of which step differs.  A file that cannot
 * be read counts as one without events: it was valid when it was imported.
 */
struct inventory_change;
int event_diff(const struct inventory_file *a, size_t na, const struct inventory_file *b, size_t nb,
    int (*each)(const struct inventory_change *change, void *ctx, struct fault *f), void *ctx,
    struct fault *f);

#endif
