/*
 * joint.h - joint cases 联办件: a life event under way, one form, a case for each step.
 *
 * What the form says and who signed and confirmed is one sealed value; how far each step has come
 * is a plain value of flow/event_run.h.  What a step gives stands in the body of the record by
 * which its case was concluded.  docs/decisions/0012-one-thing.md.
 */
#ifndef SVC_JOINT_JOINT_H
#define SVC_JOINT_JOINT_H

#include <jansson.h>

#include "flow/event_definition.h"
#include "flow/event_run.h"
#include "svc/cases/case.h"

#define JOINT_HOURS "08:30-12:00,13:30-18:00"	/* office hours of an agency that has no desk */
#define JOINT_REASON_MAX 400	/* bytes of "not_established:I-00001,I-00002" and a NUL */

enum joint_state { JOINT_DRAFT, JOINT_RUNNING, JOINT_FINISHED, JOINT_WITHDRAWN, JOINT_NSTATES };

const char *joint_state_name(enum joint_state s);
int joint_state_parse(const char *name, enum joint_state *ret_state);

/* A step as its row says it; its state is that of the run. */
struct joint_step {
	enum event_state stored;	/* as the row has it */
	uint32_t attempt;		/* the one that the case serves; 0: none yet */
	int has_case, has_result;
	char number[NUMBER_MAX];	/* of the case */
	uint8_t case_id[RECORD_ID_LEN];
	uint8_t result[RECORD_ID_LEN];	/* the record whose body has what the step gives */
	int64_t ready_at, started_at, due_at, ended_at;	/* 0 where there is none */
	char reason[JOINT_REASON_MAX];	/* why it does not go on: a code and what it is about; "" */
	json_t *results;		/* loaded when they are asked for; {"child_id_number":"..."} */
	int changed;			/* the row is to be written */
};

struct joint_file {
	char division[7], number[NUMBER_MAX];
	uint8_t id[RECORD_ID_LEN];
	int64_t version, touched;
	enum joint_state state;
	struct inventory *inv;		/* counted */
	const struct event *event;
	const struct agency *agency;	/* the lead agency, where it acts */
	json_t *people;			/* {"form":{},"agent":{},"signed":{},"confirmed":{}} */
	int people_changed;
	char opened_by[32], changed_by[32];
	int64_t opened_at, changed_at, started_at, due_at, ended_at, next_at;
	struct event_run run;
	struct joint_step step[EVENT_STEPS_MAX];	/* event->nsteps of them; only with its steps */
};

void joint_free(struct joint_file *j);

/* By id or number, with its steps, if actor may do action to it; FAULT_NOT_FOUND otherwise. */
int joint_load(struct act *act, const char *id_or_number, struct joint_file **ret_joint,
    struct fault *f);
/* Without asking whether they may. */
int joint_load_id(struct act *act, const char *division, const uint8_t *id,
    struct joint_file **ret_joint, struct fault *f);

/* A page of a division (NULL: the actor's own), newest first, without steps. */
typedef int joint_each_fn(const struct joint_file *j, void *ctx, struct fault *f);
int joint_list(struct act *act, const char *division, struct case_page page, joint_each_fn *each, void *ctx,
    struct fault *f);

/* What happened, oldest first, after a place. */
struct joint_event {
	int64_t version, position, attempt, at;
	char step[INVENTORY_STEP_MAX], event[24];
	uint8_t record[RECORD_ID_LEN];
};
typedef int joint_event_fn(const struct joint_event *e, void *ctx, struct fault *f);
int joint_events(struct act *act, const struct joint_file *j, int64_t after_version,
    int64_t after_position, int limit, joint_event_fn *each, void *ctx, struct fault *f);

/*
 * Adds the operation that opens one; act->object names it.  form and agent ({"identifier_type",
 * "identifier", "name", "phone", "mandate"}, normalised, or NULL) are borrowed.  A draft starts nothing.
 */
struct joint_request { const char *event, *division; json_t *form; const struct party *agent; int draft; };
int joint_open(struct act *act, const struct joint_request *req, struct fault *f);

/*
 * Takes values of the form: those that are new or others than before.  What used one of them is
 * worked out again.  A draft is only kept, unless submit.
 */
int joint_supply(struct act *act, struct joint_file *j, json_t *form, int submit, struct fault *f);

/*
 * Fills in what the form asks and a register knows: by queries that the steps may make, for which
 * there is a grant, each with a record of its own.  What somebody has typed stays.
 */
int joint_prefill(struct act *act, struct joint_file *j, struct fault *f);

/* What the lead agency, or the applicant through it, decides about a step; NULL step: withdraw all. */
enum joint_decision { JOINT_RETRY, JOINT_SKIP, JOINT_REPLACE, JOINT_WITHDRAW, JOINT_NDECISIONS };
const char *joint_decision_name(enum joint_decision d);
int joint_decide(struct act *act, struct joint_file *j, enum joint_decision d, const char *step,
    const char *reason, struct fault *f);

/* A result of a step was another than was said: results has all that are to change. */
int joint_correct(struct act *act, struct joint_file *j, const char *step, json_t *results,
    const char *reason, struct fault *f);

/*
 * One signature for all commitments: who has this number agrees to the texts of these items; what
 * steps open later is signed with them.  hashes: {"I-00004":{"notice":"...","letter":"..."}}.
 * FAULT_COMMITMENT_TEXT where a text is another than the one in force, FAULT_SIGNER; by a link
 * FAULT_LINK_NUMBER where the number is not its holder's, FAULT_JOINT_DRAFT.
 */
struct joint_signer {
	const char *link;		/* whose link it is, as joint_link.who has it; NULL at the counter */
	const char *number;		/* NULL: not said yet */
};
int joint_sign(struct act *act, struct joint_file *j, const json_t *hashes,
    const struct joint_signer *who, struct fault *f);
/*
 * The texts of each item that may be committed to, by the steps that are not settled; by a link
 * only of what runs, and only those that its holder may sign, with the field of the form that has
 * the number of who does.  who: NULL: all, and by is NULL.
 */
typedef int joint_text_fn(size_t step, const struct item *item, const struct commitment_texts *t,
    const struct field *by, void *ctx, struct fault *f);
int joint_texts(struct act *act, struct joint_file *j, const struct joint_signer *who,
    joint_text_fn *each, void *ctx, struct fault *f);
/* Whether just these texts of that item were signed. */
int joint_text_signed(const struct joint_file *j, const struct item *item,
    const struct commitment_texts *t);

/*
 * Holds what somebody says that a step of a joint case gives against the definition: every
 * output that another step takes is there, each fits.  ret_results is what is to be kept, NULL
 * where c is no step.  FAULT_FIELD_MISSING, FAULT_FIELD_UNKNOWN, FAULT_FIELD_VALUE.
 */
int joint_check_results(struct act *act, const struct case_file *c, const json_t *results,
    json_t **ret_results, struct fault *f);

/* Holds the values of a form against its fields, and brings numbers to their normal form; FAULT_FIELD_*, FAULT_IDENT_*.  Pure. */
int joint_check_form(const struct event *e, json_t *form, int64_t now, struct fault *f);
/* Which fields have a value, or are confirmed.  Pure. */
struct event_set joint_supplied(const struct event *e, const json_t *people);
/* Everything that is required has a value; FAULT_FIELD_MISSING says what has none.  Pure. */
int joint_check_complete(const struct event *e, const json_t *people, struct fault *f);

/* For the files of this folder. */

/* The index of the step of that code; FAULT_STEP_UNKNOWN. */
int joint_step_find(const struct joint_file *j, const char *code, size_t *ret_step, struct fault *f);
/* What a source gives; NULL where it gives nothing (yet).  Owned by the caller. */
json_t *joint_value(struct act *act, struct joint_file *j, const struct event_source *s,
    struct fault *f);
/* The request that opens the case of a step; its form is the caller's to free. */
int joint_case_request(struct act *act, struct joint_file *j, size_t step,
    struct case_request *ret_req, struct fault *f);
/* What the step has given so far, loaded; NULL where nothing. */
json_t *joint_results(struct act *act, struct joint_file *j, size_t step, struct fault *f);

/* Whether an item of a step's case was signed, by which texts, and in which role by that person. */
int joint_signed(const struct joint_file *j, const struct case_file *c, const struct case_item *ci,
    const char **ret_notice, const char **ret_letter, const char **ret_role);

/* The run as it is kept, and back; -1: it does not fit the plan. */
char *joint_run_text(const struct event_plan *plan, const struct event_run *run);
int joint_run_parse(const struct event_plan *plan, const char *text, struct event_run *ret_run);

/*
 * An operation on a joint case that is being put together: begun with its record, ended with what
 * the joint case has become.  Of what is added in between the joint case is the guard: it loses
 * where anything happened to one of its cases that was not known.  Notes are rows of what happened.
 */
#define JOINT_NOTES_MAX (2 * EVENT_ACTIONS_MAX)
struct joint_op {
	struct joint_file *j;
	struct op *op;
	struct record *r;
	struct event_actions actions;
	struct joint_note { size_t step; const char *event; uint32_t attempt; } note[JOINT_NOTES_MAX];
	size_t nnotes;
};
int joint_op_begin(struct act *act, struct joint_file *j, enum record_type type,
    struct joint_op *ret_op, struct fault *f);
/* Applies what happened to the run, and notes it and what follows. */
enum event_verdict joint_op_apply(const struct act *act, struct joint_op *o,
    const struct event_happened *h);
/* Notes something that happened to the whole. */
void joint_op_note(struct joint_op *o, const char *event);
/* Why it was not taken; always -1.  step: of h, where it has one. */
int joint_op_refuse(const struct joint_file *j, const struct event_happened *h, enum event_verdict v,
    struct fault *f);
/* next_at: when it is to be looked at; 0: when something happens. */
int joint_op_end(struct act *act, struct joint_op *o, int64_t next_at, struct fault *f);
/* Who does a step: as the version says what is over, and today's for what is not. */
const struct agency *joint_step_agency(struct app *app, const struct joint_file *j, size_t step);
/* The rows of its steps and notes, behind the step that writes the joint case itself. */
void joint_op_rows(const struct act *act, struct joint_op *o, int64_t version);
/* When so many working minutes of the lead agency, or of a step's agency, are over. */
int64_t joint_due(const struct joint_file *j, const struct agency *city, int64_t from, int minutes);
/* Everybody whose number stands in the form is a data subject of what people do with it. */
void joint_put_subjects(const struct act *act, const struct joint_file *j, struct op *op);
/* People sealed for the row. */
int joint_put_people(struct act *act, const struct joint_file *j, struct buf *ret_sealed,
    struct fault *f);

#endif
