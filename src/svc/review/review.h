/*
 * review.h - expert reviews 专家评审: whether an item is settled by the right method, or should be
 * on the list at all.
 *
 * The reform office of the city opens one, experts give opinions and vote, what is unclear is put off,
 * the reform office decides.  Every step is a row of review_event and a record; what people
 * typed is in the bodies.  docs/decisions/0014-expert-review.md.
 */
#ifndef SVC_REVIEW_REVIEW_H
#define SVC_REVIEW_REVIEW_H

#include <jansson.h>

#include "flow/review_rules.h"
#include "flow/states.h"
#include "svc/act.h"
#include "svc/number.h"

#define REVIEW_QUORUM 2		/* opinions that a decision needs */
#define REVIEW_EXPERTS_MAX 64
#define REVIEW_CODE_MAX 72
#define REVIEW_ORIGIN_MAX 65	/* bytes of a round or a difference, NUL included */
#define VOTE_ABSTAIN "abstain"

struct review {
	char division[7], number[NUMBER_MAX];
	char item[REVIEW_CODE_MAX], matter[REVIEW_CODE_MAX], proof[REVIEW_CODE_MAX];	/* item: "" where proposed */
	char round[REVIEW_ORIGIN_MAX], difference[REVIEW_ORIGIN_MAX];			/* "": of no alignment */
	uint8_t id[RECORD_ID_LEN];
	int64_t version;
	enum review_state state;
	int64_t inventory;		/* the version in force when it was opened */
	int64_t opinions;		/* experts who have given one */
	int64_t opened_at, decided_at, changed_at;
	uint8_t opened[RECORD_ID_LEN], decided[RECORD_ID_LEN];	/* records; decided: once it is */
	enum method method;		/* once it is decided */
	int ground;			/* 0: none */
	int64_t applied;		/* the version that follows the decision; 0: none yet */
	char opened_by[32], decided_by[32], changed_by[32];
};

/* What happened: "opened", "opinion", "deferred", "resumed", "decided", "withdrawn", "applied". */
struct review_event {
	int64_t version, at;
	char event[16], vote[24], actor[32];	/* vote: of an opinion, else "" */
	uint8_t record[RECORD_ID_LEN];
};

/* What is asked; texts are borrowed.  Either item, or matter, proof and legal_basis of one that is proposed. */
struct review_request {
	const char *item, *matter, *proof, *legal_basis;
	const char *question;
	const char *round, *difference;		/* NULL: of no alignment */
};

/*
 * Adds the operation that opens one; act->object names it.  FAULT_REVIEW_CITY, FAULT_REVIEW_THERE,
 * FAULT_REVIEW_ON_LIST, FAULT_REVIEW_CATCH_ALL, FAULT_FIELD_VALUE for a code that the list has not.
 */
int review_open(struct act *act, const struct review_request *req, struct fault *f);

/* Whether whoever asks is of the division whose reviews these are; FAULT_REVIEW_CITY. */
int review_city(const struct act *act, struct fault *f);

/* By id or number, if actor may do action to it; FAULT_NOT_FOUND. */
int review_load(struct act *act, const char *id_or_number, struct review *ret_review, struct fault *f);

typedef int review_each_fn(const struct review *r, void *ctx, struct fault *f);
/* In the order in which they were opened, after after_id (NULL: from the first). */
struct review_page {
	int has_state;
	enum review_state state;
	const char *matter, *proof;	/* both: only those of this item; NULL: all */
	const uint8_t *after_id;
	int limit;
};
int review_list(struct act *act, const struct review_page *page, review_each_fn *each, void *ctx,
    struct fault *f);

typedef int review_event_fn(const struct review_event *e, void *ctx, struct fault *f);
int review_events(struct act *act, const struct review *r, review_event_fn *each, void *ctx,
    struct fault *f);

/* The opinions in force, one of each expert, and what they come to. */
struct review_opinions {
	struct review_event opinion[REVIEW_EXPERTS_MAX];
	size_t n;
	int votes[METHOD_N], abstained;
	enum method majority;		/* METHOD_N: there is none */
};
int review_opinions(struct act *act, const struct review *r, struct review_opinions *ret_opinions,
    struct fault *f);

/* {"direct_cancel": 2, ..., "abstain": 0} */
json_t *review_votes(const struct review_opinions *o);

/* What it is about, in a version of the list; FAULT_FIELD_VALUE where matter or proof have left it. */
int review_subject(const struct app *app, const struct inventory *inv, const struct review *r,
    const char *wording, struct review_subject *ret_subject, struct fault *f);

/*
 * Whether the item that it was opened about has left the list; opened: the body of that record.  What was
 * proposed never has.
 */
int review_item_gone(const struct review_subject *s, const json_t *opened);

/* The item that it is about as a version has it, whatever its code is there; NULL: that version has none. */
const struct item *review_item(const struct inventory *inv, const struct review *r);

/* An opinion: citations is an array of {"law","article"}; vote a method or VOTE_ABSTAIN. */
struct review_opinion { const char *text, *vote; const json_t *citations; };
/* Adds the operation; whatever this expert said before stays readable.  FAULT_REVIEW_STATE. */
int review_opine(struct act *act, const struct review *r, const struct review_opinion *o,
    struct fault *f);

/* Puts off (what is unclear), takes up again or withdraws (why).  FAULT_REVIEW_STATE. */
int review_move(struct act *act, const struct review *r, enum review_state to, const char *text,
    struct fault *f);

/* A decision; what is not said is NULL or 0. */
struct review_decision {
	enum method method;
	int ground;			/* of a direct_cancel */
	const char *reason, *against_majority, *legal_basis;
	const json_t *citations, *fields;	/* fields: of a data_query, an array of texts */
	int64_t grant_until;		/* a day; of a data_query whose proof is shared on conditions; -1 */
	int verify_hours;		/* of a department_verify */
};
/*
 * Adds the operation.  Votes for another method are kept with it as dissent.  FAULT_REVIEW_STATE,
 * FAULT_REVIEW_QUORUM, what review_method_open gives, FAULT_REVIEW_GROUND, FAULT_REVIEW_GRANT,
 * FAULT_FIELD_MISSING, FAULT_FIELD_VALUE, FAULT_REVIEW_MAJORITY.
 */
int review_decide(struct act *act, const struct review *r, const struct review_decision *d,
    struct fault *f);

/*
 * Adds the operations that make a draft out of a version (0: that of the last publication) in which every
 * decision is followed that no published version has; act->object is "<division>/<version>".
 * FAULT_REVIEW_CITY, FAULT_REVIEW_NOTHING; FAULT_IMPORT_REFUSED with the report filled, which is to be freed
 * in any case.
 */
int review_apply(struct act *act, int64_t from, struct inventory_report *report, struct fault *f);

/* For the files of this folder. */

/* Whether one state may follow; FAULT_REVIEW_STATE. */
int review_may(const struct review *r, enum review_state to, struct fault *f);
/* An operation on a review with its record; the row that says what happened is added by review_happened. */
struct op *review_op(struct act *act, const struct review *r, enum record_type type,
    struct record **ret_record, struct fault *f);
/* The last step of one: what happened, with the record (NULL: that of the operation is another's). */
void review_happened(struct op *op, const struct act *act, const struct review *r, const char *event,
    const char *vote, const uint8_t record[RECORD_ID_LEN]);
/* The parameters $1 to $5 of each change: when, by whom, which, at which version. */
void review_put_change(struct op *op, const struct act *act, const struct review *r, enum stmt stmt);

/* Whether the list says what was decided.  body: of the decision. */
int review_followed(const struct inventory *inv, const struct review *r, const json_t *body);

#endif
