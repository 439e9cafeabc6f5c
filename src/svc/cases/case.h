/*
 * case.h - cases: opened, worked out, driven to an end.
 *
 * A case keeps the inventory version of its opening.  What people typed is in one sealed
 * value (parties, form, asked values); what was answered is in the bodies of its records.
 */
#ifndef SVC_CASES_CASE_H
#define SVC_CASES_CASE_H

#include <jansson.h>

#include "flow/evaluate.h"
#include "flow/inventory.h"
#include "flow/states.h"
#include "rules/limits.h"
#include "svc/act.h"
#include "svc/number.h"

#define CASE_PARTIES_MAX 12
#define CASE_ASKS_MAX 64
#define CASE_MISSING_MAX 400	/* bytes of "form:marital_status,party:seller" */
#define CASE_EXTERNAL_MAX 16	/* platforms whose cases of one number are listed */
#define CASE_STEPS_MAX 16	/* of an item, kept on its card */

struct case_item {
	const struct item *item;
	enum item_state state;
	enum method way;		/* in use now: differs from item->method after a fallback */
	/* undecided: form fields; waiting_input: "party:", "form:" or "ask:" and a name; with commas */
	char missing[CASE_MISSING_MAX];
	int has_record, has_verification;
	uint8_t record[RECORD_ID_LEN];		/* whose body holds the answer */
	uint8_t verification[RECORD_ID_LEN];
	json_t *steps;			/* [{"at","way","outcome","reason"}], codes only */
	json_t *rows;			/* what a source has let through just now; NULL: the record has it */
	int deferred;			/* the case was accepted although it still lacked something */
};

struct case_file {
	char division[7], number[NUMBER_MAX];
	uint8_t id[RECORD_ID_LEN];
	int64_t version;
	enum case_state state;
	struct inventory *inv;		/* counted */
	const struct matter *matter;
	const struct agency *agency;	/* the acting one */
	char channel[8], opened_by[32], changed_by[32];
	int64_t opened_at, changed_at, due_day;
	int has_accepted, has_concluded, has_correction;
	uint8_t accepted[RECORD_ID_LEN], concluded[RECORD_ID_LEN], correction[RECORD_ID_LEN];
	int64_t deferred_until, correction_due;	/* days; 0 where there is none */
	char platform[32], external[64];	/* who sent it in, under which number; "" for a counter */
	char step[INVENTORY_STEP_MAX];	/* of the life event that it is a part of; "" where of none */
	uint8_t joint[RECORD_ID_LEN];	/* that joint case, where there is a step */
	struct party party[CASE_PARTIES_MAX];
	size_t nparties;
	json_t *form;
	struct asked *asked;		/* case_put_asked */
	size_t nasked;
	struct case_item *item;		/* matter->nitems of them, or the one that is needed; NULL in a list */
	size_t nitems;
	int64_t step_due;		/* of a step that begins now; 0: as its row says */
	int credit_looked;		/* by credit_look: somebody's credit was looked up */
	int credit_barred;		/* likewise: nobody may commit in this case */
	int only;			/* loaded with one item only; then also known: */
	int untold;			/* at this version there is no dispute in it and no notice that nobody has seen */
};

void case_free(struct case_file *c);
/* What is typed on the cards of items, in the place of what was there; FAULT_MEMORY. */
void case_forget_asked(struct case_file *c);
int case_put_asked(struct case_file *c, const struct asked *asked, size_t n, struct fault *f);

/* What somebody asks to open. */
struct case_request {
	const char *matter, *division, *channel;
	const char *external;		/* the number that a platform gave it; NULL from a counter */
	const char *platform;		/* whose system is told how it goes; NULL: of external, who asks */
	struct inventory *inv;		/* borrowed; NULL: the one in force */
	const char *step;		/* of a life event; NULL where of none */
	const uint8_t *joint;		/* with step: the joint case */
	struct party party[CASE_PARTIES_MAX];
	size_t nparties;
	json_t *form;			/* borrowed */
	struct asked asked[CASE_ASKS_MAX];
	size_t nasked;
};

/*
 * Adds the operation that opens a case; act->object names it.  Of one division a platform opens
 * each of its numbers once: FAULT_EXTERNAL_USED names the case that there is.
 */
int case_open(struct act *act, const struct case_request *req, struct fault *f);
/* Likewise, and gives the case as that operation will leave it, for what follows in the same request. */
int case_begin(struct act *act, const struct case_request *req, struct case_file **ret_case,
    struct fault *f);

/*
 * Loads by "<division>-<uuid>" or by number, with its items, if actor may do action to it;
 * FAULT_NOT_FOUND otherwise.  only: the code of the one item that is needed, or NULL.
 */
int case_load_item(struct act *act, const char *id_or_number, const char *only,
    struct case_file **ret_case, struct fault *f);
int case_load(struct act *act, const char *id_or_number, struct case_file **ret_case,
    struct fault *f);
/* Says ahead to the reader that the case will be loaded so; a number says too little. */
void case_ahead(struct act *act, const char *id_or_number, const char *only);
int case_load_id(struct act *act, const char *division, const uint8_t *id, int checked,
    struct case_file **ret_case, struct fault *f);

/* By what a platform calls a case: its own number, or as case_load does. */
int case_load_external(struct act *act, const char *text, struct case_file **ret_case,
    struct fault *f);

/* A page of cases, newest first, without their items.  before: an id, or NULL for the first page. */
struct case_page { const uint8_t *before; const char *state; int limit; };
typedef int case_each_fn(const struct case_file *c, void *ctx, struct fault *f);
int case_list(struct act *act, struct case_page page, case_each_fn *each, void *ctx,
    struct fault *f);

/* Those that platforms of the actor's division sent in under this number, if actor may see them. */
int case_list_external(struct act *act, const char *number, case_each_fn *each, void *ctx,
    struct fault *f);

/* Gives the case of this id to each, without its items and without asking whether they may; 0 if there is none. */
int64_t case_look(struct act *act, const char *division, const uint8_t *id, case_each_fn *each, void *ctx,
    struct fault *f);

/* What is to be the answers of a case; a list that is NULL stays as it is. */
struct case_answers {
	json_t *form;			/* borrowed */
	const struct asked *asked;
	size_t nasked;
	const struct party *party;	/* all of them: who is not there any more is removed */
	size_t nparties;
};

/*
 * New answers, values typed on cards, parties: items are worked out again.  What was asked
 * about somebody who is another now, or by another value, begins anew; the rest stays.
 */
int case_answer(struct act *act, struct case_file *c, const struct case_answers *to,
    struct fault *f);

/* The item of that code in the case; FAULT_ITEM_NOT_LISTED. */
int case_item_find(const struct case_file *c, const char *code, struct case_item **ret_item,
    struct fault *f);

/*
 * An open case keeps the inventory of its opening, but what has been abolished since is asked for
 * no more: adds the operation that cancels such items, if there are any.  docs/decisions.md 12.
 */
int case_relieve(struct act *act, struct case_file *c, struct fault *f);
/* FAULT_ITEM_CANCELLED if the list in force has abolished an item that is not settled. */
int case_still_asked(struct act *act, const struct case_file *c, const struct case_item *ci,
    struct fault *f);

/* Everything automatic: queries that are ready, verifications that are ready. */
int case_settle(struct act *act, struct case_file *c, struct fault *f);
int case_query(struct act *act, struct case_file *c, struct case_item *ci, const char *again,
    struct fault *f);
int case_verify(struct act *act, struct case_file *c, struct case_item *ci, const char *note,
    struct fault *f);

/* What a source answered to a question that is no item's yet. */
struct case_answer {
	const struct service *service;
	const struct grant *grant;	/* NULL: it answers everybody */
	char role[EVALUATE_ROLE_MAX];	/* the party asked about; "" for none */
	json_t *inputs, *rows;		/* rows: cut to the item's fields */
};
void case_answer_free(struct case_answer *a);
/*
 * Asks the source of an item and writes nothing: the caller records it.  1 answered; 0: an input
 * lacks, or there is no answer (no grant, a source that is off).
 */
int case_ask(struct act *act, struct case_file *c, struct case_item *ci,
    struct case_answer *ret_answer, struct fault *f);
/* Whom an answer is about and whom it mentions, for the operation that records it. */
void case_answer_subjects(const struct act *act, const struct case_file *c,
    const struct case_answer *a, struct op *op);

/* The texts that an applicant is shown and signs; no personal data in them. */
struct commitment_texts {
	struct buf notice, letter;
	char notice_hex[65], letter_hex[65];
};
int commitment_texts(const struct case_file *c, const struct case_item *ci,
    struct commitment_texts *ret_texts, struct fault *f);
void commitment_texts_free(struct commitment_texts *t);
/* Whether somebody in this role signs for himself here. */
int commitment_may_sign(const struct case_file *c, const char *role);
int case_commit(struct act *act, struct case_file *c, struct case_item *ci, const char *notice,
    const char *letter, const char *role, struct fault *f);

/* The promised and the statutory limit, and which of them binds. */
struct limits case_limits(const struct case_file *c);
/* The day in China on which the record, or the case, of this id came about. */
int64_t case_day_of(const uint8_t id[RECORD_ID_LEN]);

/* What may be lacking for some days: all that lacks something, by code, until that day. */
#define CASE_DEFERRED_MAX 64
struct deferral { const char *item[CASE_DEFERRED_MAX]; size_t n; int64_t until; };

/* deferral: NULL where nothing lacks. */
int case_accept(struct act *act, struct case_file *c, const struct deferral *d, struct fault *f);
/* Whether the case waits for a correction: meanwhile no limit runs. */
int case_waits(const struct case_file *c);
/* Whether the item lacks a party or an answer, and so stands in the way of an acceptance. */
int case_item_lacks(const struct case_item *ci);
/* What each item lacks now, {"I-01484":"form:marital_status"}, for the body of a record. */
json_t *case_lacks(const struct case_file *c);
/* Tells the applicant once of all that lacks, with that many working days to add it. */
int case_correct(struct act *act, struct case_file *c, const char *words, int days,
    struct fault *f);
int case_transfer(struct act *act, struct case_file *c, const char *agency, const char *reason,
    struct fault *f);
/* The agency whose matter it is here: its grants are used, wherever the case is worked on. */
const struct agency *case_acting(const struct case_file *c);
/* results: what the step of a life event gives, {"child_id_number":"..."}; borrowed, or NULL. */
int case_conclude(struct act *act, struct case_file *c, enum case_state outcome,
    const char *reason, json_t *results, struct fault *f);

/* What can be done with an item now. */
enum item_may { ITEM_MAY_FILL_IN, ITEM_MAY_QUERY, ITEM_MAY_QUERY_AGAIN, ITEM_MAY_VERIFY,
	ITEM_MAY_COMMIT, ITEM_MAY_DISPUTE, ITEM_MAY_REMIND, ITEM_MAY_SUPPLY, ITEM_MAY_WITHDRAW,
	ITEM_MAY_REFUSE, ITEM_MAY_N };
const char *item_may_name(enum item_may m);
/* Bits of them; v: the state of the item's verification, where it has one.  Pure. */
uint32_t case_item_may(const struct case_file *c, const struct case_item *ci,
    enum verification_state v);

/* For the files of this folder. */

/* FAULT_CASE_* where the case cannot come to that state from its own. */
int case_may_become(const struct case_file *c, enum case_state to, struct fault *f);
/*
 * Adds an operation on the case by a statement whose first five parameters are those of
 * CASE_TOUCH; the caller adds the rest.
 */
struct op *case_change_op(struct act *act, struct case_file *c, enum stmt stmt,
    enum record_type type, struct record **ret_record, struct fault *f);
/* Whether a commitment settles the item in its state. */
int case_item_commits(const struct case_item *ci);

/* Adds an operation on the case: bumps its version, guarded; sets ret_record's matter. */
struct op *case_op(struct act *act, struct case_file *c, enum record_type type,
    struct record **ret_record, struct fault *f);
/* Adds the step that writes ci as it is now. */
void case_put_item(struct op *op, const struct case_file *c, const struct case_item *ci);
/* Gives an item its next state; FAULT_BUG where the state table does not let it. */
int case_move(struct case_item *ci, enum item_state to, struct fault *f);
/* Adds a step of an item's history; reason may be NULL. */
int case_step(struct case_item *ci, int64_t at, const char *outcome, const char *reason,
    struct fault *f);

/*
 * Whether a party in one of these roles (NULL-terminated) broke a commitment and has not
 * been repaired.  Only that is read: no value of a row is shown or kept.
 */
int credit_any_barred(struct act *act, const struct case_file *c, const char *const *roles,
    int *ret_barred, struct fault *f);
/* Sets c->credit_barred by who applies and who would sign; before case_work_out. */
int credit_look(struct act *act, struct case_file *c, struct fault *f);
/* A look-up of credit is part of the operation's record: that it was made, and what it said. */
void credit_note(const struct case_file *c, struct record *r);
/* Whether a commitment waits to be sent to the desk because of a credit record. */
int credit_item(const struct case_item *ci);
/* Says that nobody may commit here: FAULT_CREDIT_EXCLUDED; always -1. */
int credit_refuse(const struct case_item *ci, struct fault *f);

/* The sealed people for the row, and the same text as the body of r. */
int case_put_people(struct act *act, const struct case_file *c, struct record *r,
    struct buf *ret_sealed, struct fault *f);
/* The parties of a case are its data subjects; before: as it was, or NULL. */
void case_put_subjects(const struct act *act, const struct case_file *c,
    const struct case_file *before, struct op *op);
/* Holds the role and kind of party[i] against the matter, and against those before it. */
int case_check_role(const struct matter *m, const struct party *party, size_t i, struct fault *f);
/* Holds parties against the roles of a matter, and an agent against having a mandate. */
int case_check_parties(const struct matter *m, const struct party *party, size_t n,
    struct fault *f);
/* The steps of an item as a parameter. */
void case_put_steps(struct op *op, const struct case_item *ci);
/* FAULT_EXTERNAL_USED where the platform has sent this number in before. */
int case_external_new(struct act *act, const struct case_file *c, struct fault *f);
/* What the clerk typed on cards is for items of this matter and their inputs. */
int case_check_asked(const struct case_file *c, struct fault *f);
/*
 * How a query begins: ready, waiting for what is named in missing, or, where there is no number
 * that the service could be asked by (a passport, a newborn), at the department's desk.
 */
enum item_state case_query_begins(const struct case_file *c, struct case_item *ci);
/* The state that an item begins with in this situation, and what is missing. */
int case_work_out(struct case_file *c, struct fault *f);
/* Checks that work can go on: FAULT_CASE_NOT_OPEN. */
int case_workable(const struct case_file *c, struct fault *f);
/* Adds the step that withdraws the item's verification if it is still open. */
int case_withdraw_verification(struct act *act, struct op *op, const struct case_file *c,
    const struct case_item *ci, struct fault *f);
/* Adds the arguments that say the state: its code, and words of both languages. */
void case_say_state(enum case_state s, struct fault *f);
/* FAULT_ITEM_NOT_VERIFYING and what is to be done first; always -1. */
int case_refuse_unasked(const struct case_item *ci, struct fault *f);
/* FAULT_CASE_NOT_READY where an item is in the way, with what is the matter with each. */
int case_refuse_unready(const struct case_file *c, int (*in_the_way)(const struct case_item *ci),
    const char *next_zh, const char *next_en, struct fault *f);
/* Adds what "form:marital_status,party:seller" is called on the form. */
void case_missing_labels(const struct case_file *c, const char *missing, enum lang lang,
    struct buf *text);
/* Says why an item cannot be worked on by this way now; always -1. */
int case_refuse_item(const struct case_item *ci, struct fault *f);
/* The blind index of a person or enterprise: one for all records. */
void case_subject(const struct app *app, enum ident_type type, const char *number,
    uint8_t ret_blind[BLIND_LEN]);
/* Whom a verification of the item asks about; NULL where nobody applies. */
const struct party *case_asked_about(const struct case_file *c, const struct case_item *ci);
const struct party *case_party(const struct case_file *c, const char *role);

/* A record as it is stored: text and, opened, its body (NULL if there is none). */
struct stored_record {
	char log[8];
	int64_t index, at;
	struct buf text;
	json_t *body;
};
int record_load(struct act *act, const char *division, const uint8_t *id,
    struct stored_record *ret_record, struct fault *f);
void stored_record_free(struct stored_record *r);

#endif
