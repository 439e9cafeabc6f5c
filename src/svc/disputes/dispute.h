/*
 * dispute.h - disputes 异议 of a value that a data query gave.
 *
 * A clerk opens one from the card of an item; it goes to the agency that owns the data, which
 * answers within DISPUTE_DAYS working days; the case goes on meanwhile.  Reason, claimed value and
 * basis are in the bodies of the records.  Where the owner has put the source right, every case
 * that rests on such an answer is told (svc/disputes/notice.h).
 */
#ifndef SVC_DISPUTES_DISPUTE_H
#define SVC_DISPUTES_DISPUTE_H

#include "svc/cases/case.h"

#define DISPUTE_DAYS 5		/* working days until it is answered, the day of opening not counted */

struct dispute {
	char division[7], item[32], service[32], agency[24];
	uint8_t id[RECORD_ID_LEN], case_id[RECORD_ID_LEN];
	int64_t version;
	enum dispute_state state;
	uint8_t disputed[RECORD_ID_LEN];	/* the record with the value */
	int64_t opened_at, due_at, answered_at, changed_at;
	uint8_t opened[RECORD_ID_LEN], answered[RECORD_ID_LEN];	/* answered: once it is not open */
	char opened_by[32], answered_by[32], changed_by[32];
};

/*
 * Adds the operation that disputes what the item rests on now; the item's state stays.  claimed:
 * what the value should be, or NULL.  FAULT_DISPUTE_NOTHING unless that is the answer of a
 * data query; FAULT_DISPUTE_THERE where that very answer is disputed already.
 */
int dispute_open(struct act *act, struct case_file *c, struct case_item *ci, const char *reason,
    const char *claimed, struct fault *f);

/* Whoever opened it takes it back: FAULT_NOT_FOUND, FAULT_DISPUTE_STATE, FAULT_DISPUTE_OTHERS. */
int dispute_withdraw(struct act *act, struct case_file *c, struct case_item *ci, const char *id,
    struct fault *f);

/* By id, if it is one of the agency of the actor; FAULT_NOT_FOUND. */
int dispute_load(struct act *act, const char *id, struct dispute *ret_dispute, struct fault *f);

typedef int dispute_each_fn(const struct dispute *d, void *ctx, struct fault *f);
/* Those of a case, oldest first. */
int dispute_of_case(struct act *act, const struct case_file *c, dispute_each_fn *each, void *ctx,
    struct fault *f);
/* Those of an agency in one state after (after_due, after_id), what is due first comes first. */
struct dispute_page {
	const char *agency;
	enum dispute_state state;
	int64_t after_due;
	const uint8_t *after_id;	/* NULL for the first page */
	int limit;
};
int dispute_list(struct act *act, const struct dispute_page *page, dispute_each_fn *each, void *ctx,
    struct fault *f);

/*
 * Adds the operation that answers it, DISPUTE_CORRECTED or DISPUTE_UPHELD: with the former
 * those that tell everybody who rests on such an answer.  FAULT_DISPUTE_STATE, FAULT_BASIS_MISSING,
 * FAULT_INDEX_BEHIND where not everybody would be found.
 */
int dispute_answer(struct act *act, const struct dispute *d, enum dispute_state outcome,
    const char *basis, struct fault *f);

/* For the files of this folder: the blind index of whom the disputed answer is about; 1, 0 for nobody, -1. */
int dispute_subject(struct act *act, const struct dispute *d, uint8_t ret_blind[BLIND_LEN],
    struct fault *f);

#endif
