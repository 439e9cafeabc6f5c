/*
 * verification.h - questions put to desks: signed for, answered, asked back, passed on, withdrawn.
 *
 * Whatever happens to one happens inside its case, whose version goes up; but a reminder
 * leaves the version of the verification alone, so that nobody's answer is refused for it.
 */
#ifndef SVC_CASES_VERIFICATION_H
#define SVC_CASES_VERIFICATION_H

#include "flow/light.h"
#include "svc/cases/case.h"

#define REMIND_AGAIN_MS INT64_C(3600000)	/* the same side, at most once in that time */

struct verification {
	char division[7], item[32], desk[32], changed_by[32], signed_by[32];
	uint8_t id[RECORD_ID_LEN], case_id[RECORD_ID_LEN], sent[RECORD_ID_LEN], answered[RECORD_ID_LEN];
	uint8_t needed[RECORD_ID_LEN], supplied[RECORD_ID_LEN];	/* what was asked back last, and the answer */
	uint8_t next[RECORD_ID_LEN];				/* goes on at another desk */
	int has_answered, has_needed, has_supplied, has_next;
	int64_t version, sent_at, due_at, due_hours, signed_at, answered_at, changed_at;
	int64_t inventory;		/* the version whose desks and calendar hold */
	int64_t left_ms;		/* need_more: the office time that was left */
	int64_t reminders, reminded_at, urged_at;	/* by the counter, by a supervisor; 0: never */
	enum verification_state state;
	char answer[20];
};

/* Loads one that the actor may see: a verifier their desk's, others by role. */
int verification_load(struct act *act, const char *id, struct verification *ret_v,
    struct fault *f);
int verification_load_id(struct act *act, const char *division, const uint8_t *id,
    struct verification *ret_v, struct fault *f);

/* A page of what is in one state at one desk, by when it is due. */
struct verification_page { const char *desk; enum verification_state state; int64_t after_due;
	const uint8_t *after_id; int limit; };
typedef int verification_each_fn(const struct verification *v, void *ctx, struct fault *f);
int verification_list(struct act *act, struct verification_page page, verification_each_fn *each,
    void *ctx, struct fault *f);
/* The same of all desks of a division, of what is due before an instant. */
int verification_due(struct act *act, const char *division, int64_t before,
    struct verification_page page, verification_each_fn *each, void *ctx, struct fault *f);

/* How the time stands: left is office time of the desk, negative when it is overdue. */
struct verification_time { int64_t left_ms; enum light light; int ended; };
struct verification_time verification_time(struct app *app, const struct verification *v,
    const struct inventory *inv, int64_t now);

/* By the desk. */
int verification_sign(struct act *act, struct verification *v, struct fault *f);
int verification_answer(struct act *act, struct verification *v, const char *answer,
    const char *basis, struct fault *f);
int verification_return(struct act *act, struct verification *v, const char *reason,
    struct fault *f);
int verification_need_more(struct act *act, struct verification *v, const char *what,
    struct fault *f);
int verification_transfer(struct act *act, struct verification *v, const char *desk,
    const char *reason, struct fault *f);

/* By the counter, about the item's verification. */
int case_supply(struct act *act, struct case_file *c, struct case_item *ci, const char *text,
    struct fault *f);
int case_withdraw(struct act *act, struct case_file *c, struct case_item *ci, const char *reason,
    struct fault *f);
int case_remind(struct act *act, struct case_file *c, struct case_item *ci, const char *note,
    struct fault *f);

/* By a supervisor who reaches the desk; note may be NULL. */
int verification_urge(struct act *act, const struct verification *v, const char *note,
    struct fault *f);
/* Whether a supervisor reaches the desk of the verification. */
int verification_reached(struct act *act, const struct verification *v, struct fault *f);

/* For the files of this folder. */

/* FAULT_VERIFICATION_STATE and what to do first, for who asks; always -1. */
enum verification_side { AT_DESK, AT_COUNTER };
int verification_refuse(const struct verification *v, enum verification_side side,
    struct fault *f);
/* FAULT_VERIFICATION_STATE where the state table does not let it. */
int verification_may(const struct verification *v, enum verification_state to, struct fault *f);
/* Its case and item, both of which still wait for it; to be freed by case_free. */
int verification_case(struct act *act, const struct verification *v, struct case_file **ret_case,
    struct case_item **ret_item, struct fault *f);
/* The operation on its case, with what every record of a desk names; matter only if it is asked for. */
enum names_matter { WITHOUT_MATTER, WITH_MATTER };
struct op *verification_op(struct act *act, const struct verification *v, struct case_file *c,
    struct case_item *ci, enum record_type type, enum names_matter matter, struct record **ret_record,
    struct fault *f);
/* The step that ends a verification, guarded by its version; answer and record may be NULL. */
void verification_put_end(struct op *op, const struct act *act, const struct verification *v,
    enum verification_state to, const char *answer, const uint8_t *record);

#endif
