/*
 * journal.h - the one way to write: group commit of operations and their records.
 *
 * An operation is data: named statements with parameters and the row count that each
 * must change, and the record of what it did.  One thread gathers what is waiting (no timer: the batch is what arrived while the
 * last one was reaching the disk), runs it in one transaction, without its losers, extends
 * the Merkle tree, commits, and then completes the operations.  Nobody is answered before
 * the commit.  docs/decisions.md 5 to 7.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "crypto/seal.h"
#include "journal/record.h"
#include "store/store.h"

#define JOURNAL_BATCH_MAX 256	/* operations of one transaction */

/* Building an operation.  What goes in is copied; failures stick and show when it is submitted. */
struct op;

struct op *op_new(void);
void op_free(struct op *op);
void op_step(struct op *op, enum stmt stmt, int64_t expect);
/* Parameters of the last step, in order. */
void op_int(struct op *op, int64_t value);
void op_text(struct op *op, const char *text);		/* NULL gives NULL */
void op_blob(struct op *op, const void *data, size_t len);	/* data NULL gives NULL */
void op_at(struct op *op);				/* the time of the batch, known when it runs */
/* Submitted with others it begins a chain of its own: whether those before it won is nothing to it. */
void op_apart(struct op *op);
/* Where the record is found again: of a case, and by the people in it (blind indexes, 16 bytes each). */
void op_case(struct op *op, const uint8_t id[RECORD_ID_LEN]);
void op_subjects(struct op *op, const uint8_t *blinds, size_t len);
/* The record; taken over. */
void op_record(struct op *op, struct record *r);

enum op_status {
	OP_COMMITTED,	/* durable, with its record */
	OP_LOST,	/* a step did not change what it must: nothing of it was written */
	/*
	 * The store failed; fault says why; nothing of it was written, or, where the journal
	 * was stopped while a database was away, nobody knows: the idempotency key says later.
	 */
	OP_FAILED,
};

struct op_result {
	enum op_status status;
	size_t lost_step;
	const struct fault *fault;	/* of OP_FAILED; valid while done runs */
	int has_record;			/* what follows is of the record that was written */
	uint8_t record[RECORD_ID_LEN];
	char log[8];
	int64_t index, at;
};

struct journal;

/*
 * Makes a log with this record (taken over) as its first, in one transaction; the store has
 * no journal.  1 when it is made, 0 when there is one of this name, -1.
 */
int journal_create_log(struct store *store, const char *log, const char *origin,
    struct record *r, int64_t at, struct fault *f);

/*
 * Takes over the log of this name (its epoch rises: an older owner can write no more, and
 * answers FAULT_LOG_TAKEN) and starts the thread.  seal must have a data key.  The store's writer belongs to the journal
 * until journal_stop.
 */
int journal_start(struct store *store, struct seal *seal, const struct clock *clock,
    const char *log, size_t queue_max, struct journal **ret_journal, struct fault *f);

/* From now on nobody waits longer than some seconds for a store that is away: before the end. */
void journal_hurry(struct journal *j);

/* Looks whether the log is still ours; state.taken says so.  -1: it could not be read. */
int journal_watch(struct journal *j, struct store_reader *reader, struct fault *f);

/* From now on nothing is written, and whoever asks is told why: writing on would be a fork. */
void journal_forbid(struct journal *j, const struct fault *why);
/* Whether nothing is written any more, and why (FAULT_LOG_TAKEN, or what it was forbidden for). */
int journal_closed(struct journal *j, struct fault *f);

/* Waits until the committed tree has another size, or so many milliseconds; not once somebody hurries. */
void journal_wait_grown(struct journal *j, uint64_t size, int ms);

/*
 * Whether many operations wait and will for long, by what each took lately, or have already: whoever comes now is
 * better told so before anything is done for him.  What is handed over is taken all the same.
 * strict: where others are refused already, so that there is no need to wait and see; fewer are many then.
 */
int journal_crowded(struct journal *j, int strict);

/* Writes what waits, then ends. */
void journal_stop(struct journal *j);

/*
 * Hands over an operation.  done runs once, on the journal's thread, after the commit; it
 * must be quick and must not submit.  FAULT_QUEUE_FULL, FAULT_STOPPING, FAULT_MEMORY; on
 * failure op still belongs to the caller.
 */
typedef void journal_done_fn(void *ctx, const struct op_result *result);
int journal_submit(struct journal *j, struct op *op, journal_done_fn *done, void *ctx,
    struct fault *f);

/*
 * Several, in this order and without others between them; all or none are taken.  They are
 * a chain, written in one transaction: once one loses, those after it lose too (lost_step
 * JOURNAL_CHAIN); where the store fails none of them happened.  At an op_apart another
 * chain begins, which may be written in another transaction.
 */
#define JOURNAL_CHAIN STORE_CHAIN
int journal_submit_all(struct journal *j, struct op **op, size_t n, journal_done_fn *done,
    void *ctx, struct fault *f);

/*
 * Likewise, for a thread that will hand over more in a moment: they may wait for those, until journal_go
 * of this thread, or until so many wait that a transaction is worth it.  The operations stay the caller's,
 * to be freed once all of them are done: memory goes back to the thread that it came from.
 */
int journal_gather_all(struct journal *j, struct op **op, size_t n, journal_done_fn *done,
    void *ctx, struct fault *f);
void journal_go(struct journal *j);

/*
 * Hands over and waits.  0 when all is committed; else a fault (FAULT_CONFLICT for a loser).
 * op is taken over; ret_result (may be NULL) is of the first that lost or failed, else of one that won.
 */
int journal_run_all(struct journal *j, struct op **op, size_t n, struct op_result *ret_result,
    struct fault *f);
int journal_run(struct journal *j, struct op *op, struct op_result *ret_result, struct fault *f);

struct journal_state {
	char log[8];
	uint64_t size;
	struct sha256 root;
	size_t waiting;
	uint64_t batches, records;
	int taken;		/* another process owns the log: nothing is written any more */
	int forbidden;		/* likewise: journal_forbid */
};
void journal_state(struct journal *j, struct journal_state *ret_state);

/* Opens a sealed body: appends the body, and gives its salt (may be NULL). */
int journal_open_body(struct seal *seal, const uint8_t id[RECORD_ID_LEN], const void *sealed,
    size_t len, uint8_t *ret_salt, struct buf *out, struct fault *f);

#endif
