/*
 * complaint.h - complaints 索要证明投诉: somebody was still told to bring a proof.
 *
 * Anybody may make one, without a name.  The list answers at once, a supervisor within
 * COMPLAINT_DAYS working days; who made it follows it with its number and a code that is
 * shown once.  What was told and what was answered are in the bodies of the two records.
 */
#ifndef SVC_COMPLAINTS_COMPLAINT_H
#define SVC_COMPLAINTS_COMPLAINT_H

#include "flow/demand.h"
#include "flow/states.h"
#include "svc/act.h"
#include "svc/number.h"

#define COMPLAINT_DAYS 5	/* working days until it is answered, the day of receipt not counted */
#define COMPLAINT_CODE_MAX 16	/* "K7M2Q-9XW4T" and a NUL */
#define COMPLAINT_PHONE_MAX 16

enum complaint_outcome { COMPLAINT_UPHELD, COMPLAINT_NOT_UPHELD, COMPLAINT_NO_JURISDICTION,
	COMPLAINT_NOUTCOMES };

const char *complaint_outcome_name(enum complaint_outcome outcome);	/* "upheld" ... */
int complaint_outcome_parse(const char *name, enum complaint_outcome *ret_outcome);

struct complaint {
	char division[7], number[NUMBER_MAX];
	uint8_t id[RECORD_ID_LEN];
	int64_t version;
	enum complaint_state state;
	char matter[16], item[16], agency[24];	/* codes; matter and item may be "" */
	enum demand_finding finding;
	int64_t inventory;			/* the version of the list that was looked at */
	int64_t received_at, due_at, answered_at, changed_at;
	uint8_t received[RECORD_ID_LEN], answered[RECORD_ID_LEN];	/* records */
	enum complaint_outcome outcome;		/* once it is answered */
	char answered_by[32], changed_by[32];
};

/* What somebody tells; texts are borrowed, what may be left out is NULL. */
struct complaint_request {
	struct demand_asked asked;
	const char *division;		/* where it was; may be left out */
	const char *agency, *counter, *what;
	char phone[COMPLAINT_PHONE_MAX];	/* in its normal form, or "" */
};

/*
 * Adds the operation that receives a complaint; act->object names it.  It belongs to the division
 * where it was: the given one, else the agency's, or the instance's where that is above it.
 * Besides the faults of demand_look: FAULT_AGENCY_UNKNOWN, FAULT_DIVISION_UNKNOWN, FAULT_FIELD_VALUE
 * for an agency that does not work in that division.
 */
int complaint_receive(struct act *act, const struct complaint_request *req, struct fault *f);

/*
 * The code that goes with a complaint: 50 bits, derived from its id by a key.  Nothing of it is
 * stored, and it can be shown again to whoever repeats the request.
 */
void complaint_code(const struct app *app, const uint8_t id[RECORD_ID_LEN],
    char ret_code[COMPLAINT_CODE_MAX]);

/*
 * By number and code, as somebody typed them.  FAULT_COMPLAINT_CODE for both a number that
 * there is not and a code that does not fit, after the same work.
 */
int complaint_follow(struct act *act, const char *number, const char *code,
    struct complaint *ret_complaint, struct fault *f);

/* By id or number, if actor may do action to it; FAULT_NOT_FOUND. */
int complaint_load(struct act *act, const char *id_or_number, struct complaint *ret_complaint,
    struct fault *f);
/* Whoever it is about to be shown to. */
int complaint_load_id(struct act *act, const char *division, const uint8_t *id,
    struct complaint *ret_complaint, struct fault *f);

/*
 * Those of one division in one state after (after_due, after_id) and due before `before`, what
 * is due first comes first.  agency may be NULL.
 */
struct complaint_page {
	const char *division, *agency;
	enum complaint_state state;
	int64_t after_due, before;
	const uint8_t *after_id;	/* NULL for the first page */
	int limit;
};
typedef int complaint_each_fn(const struct complaint *c, void *ctx, struct fault *f);
int complaint_list(struct act *act, const struct complaint_page *page, complaint_each_fn *each,
    void *ctx, struct fault *f);

/* Adds the operation that answers it; FAULT_COMPLAINT_STATE. */
int complaint_answer(struct act *act, const struct complaint *c, enum complaint_outcome outcome,
    const char *answer, struct fault *f);

#endif
