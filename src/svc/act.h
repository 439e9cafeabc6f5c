/*
 * act.h - one request that writes: who, guarded by what, and the operations it comes to.
 *
 * A use case reads, decides and adds operations; nothing is written until the caller hands
 * them to the journal.  The first operation carries the idempotency row, so that the same
 * request cannot happen twice.  docs/decisions.md 7 and 8.
 */
#ifndef SVC_ACT_H
#define SVC_ACT_H

#include <jansson.h>

#include "journal/journal.h"
#include "svc/access/access.h"
#include "svc/app.h"

#define ACT_OPS_MAX 512
#define ACT_ANY_VERSION (-1)	/* If-Match: * */

/* Where the idempotency row stands in the first operation: that step lost means "done before". */
#define ACT_KEY_STEP 0

#define ACT_OPS_FEW 4		/* what one request mostly has at most */

/* What an operation is about. */
struct act_about {
	uint8_t case_id[RECORD_ID_LEN];	/* the case that act_add was given; zeros: none */
	int tells;			/* the platform that sent the case in is told, of this: */
	enum record_type type;
	uint8_t record[RECORD_ID_LEN];
	char division[7];
};

struct act {
	struct app *app;
	struct store_reader *reader;
	struct actor actor;
	enum action action;
	int64_t now;
	int64_t if_match;
	int has_key;
	uint8_t key[16];
	uint8_t body_blind[BLIND_LEN];	/* of address and body: the same key means the same request */
	size_t nops;
	int apart;		/* each operation stands alone, under the key that it finds here */
	char object[RECORD_NAME_MAX];	/* what the request made or changed, for the answer and its replay */
	uint8_t record[RECORD_ID_LEN];	/* of the first operation */
	int has_case;			/* the case that it is about, found also where it is refused */
	char case_division[7];
	uint8_t case_id[RECORD_ID_LEN];
	int looks;			/* a first look is recorded: remembered once that is durable */
	int joint;			/* a joint case was changed: whoever drives them is to look */
	int driving;			/* by what drives joint cases, which knows of it */
	int has_quiet;			/* a case that no platform sent in and that is no step: nobody is told of it */
	uint8_t quiet[RECORD_ID_LEN];

	/* nops of them; where they are not few the room is the heap's, and act_clear gives it back. */
	struct op **op;
	struct act_about *about;
	size_t room;

	/* Last, because all before is zero to begin with, and this need not be. */
	struct op *few_op[ACT_OPS_FEW];
	struct act_about few[ACT_OPS_FEW];
};

/* Adds an operation that has nothing to do with a case; it is freed where there is no room (FAULT_MEMORY). */
int act_put(struct act *act, struct op *op, struct fault *f);

/*
 * Adds an operation with a record of this type; ret_record is the record to fill, owned by
 * the operation.  case_id may be NULL; a joint case that it is a step of is touched.  NULL with a fault when there is no memory or too many.
 */
struct op *act_add(struct act *act, enum record_type type, const char *division,
    const uint8_t *case_id, struct record **ret_record, struct fault *f);

/*
 * The last steps of each operation, before it is handed over: where its case came from a platform,
 * a row of what that is told, with the version and state that the operation leaves the case in.
 * Says whether there may be such rows.
 */
int act_tell(struct act *act);

/* Says that this case came from no platform and is no step of a joint case, so that act_tell need not ask. */
void act_quiet(struct act *act, const uint8_t case_id[RECORD_ID_LEN]);

/*
 * Binds body to the record, with a salt of its own; body is taken over, NULL is "out of
 * memory" (as json_pack says it).  Its text is wiped afterwards.
 */
int act_body(struct record *r, json_t *body, struct fault *f);
/* The same of a text that is written already, names in order; it is wiped and freed, and may have failed. */
int act_body_text(struct record *r, struct buf *text, struct fault *f);

/*
 * Whose idempotency key it is.  Strangers have one name among them: the 74 random bits of a key
 * tell them apart, and a phone that changes its network in between stays the same caller.
 */
const char *act_key_division(const struct act *act);
const char *act_key_caller(const struct act *act);

/* The key of one of several parts: that of the request in its time, the part's own in the rest. */
void act_part_key(const uint8_t request[16], const char *part, uint8_t ret_key[16]);

/* Frees operations that were not handed over; act can be used again. */
void act_clear(struct act *act);
/* Frees those after the first n: what a part of the request had begun and cannot end. */
void act_drop(struct act *act, size_t n);

/*
 * How many operations of this request touch the case already: its version will be that much
 * higher when the next one runs.
 */
int64_t act_ahead(const struct act *act, const uint8_t case_id[RECORD_ID_LEN]);

/* Whether the object's version is the one the caller saw; FAULT_VERSION_STALE names who and when. */
int act_match(const struct act *act, int64_t version, const char *changed_by, int64_t changed_at,
    struct fault *f);

/* An id in a column of a row; shorter ones leave the rest as it was. */
void act_row_id(const struct store_row *row, int column, uint8_t ret_id[RECORD_ID_LEN]);

/* An operation that only records that this request was refused. */
struct op *act_refusal(const struct act *act, const struct fault *why, struct fault *f);

#endif
