/*
 * place.h - one small instance for a test of the journal: store, keys, a log called a.
 */
#ifndef TESTS_JOURNAL_PLACE_H
#define TESTS_JOURNAL_PLACE_H

#include "journal/journal.h"
#include "kinds.h"

struct place {
	char dir[64], db[ADDRESS_MAX], keys[128];
	struct store *store;
	struct seal *seal;
	struct journal *journal;
	struct clock clock;
};

int place_begin(struct place *p, enum kind kind, size_t queue, struct fault *f);
void place_end(struct place *p);

/* Makes one more log in it. */
int place_log(struct place *p, const char *log);

/* An operation that claims a key, which nobody may have claimed before, and its record; NULL without memory. */
struct op *claim(struct place *p, const char *key);
struct tally { _Atomic int committed, lost, failed, done; };
void count_result(void *ctx, const struct op_result *result);

/* Writes so many records, of keys that nobody else claims; the queue must hold them. */
void place_fill(struct place *p, size_t n);

/*
 * The size of the log, after its tree and its tiles are recomputed from the records; asserts
 * that all of it fits.
 */
uint64_t recompute(const char *db, const char *log);

#endif
