/*
 * app.h - one opened instance: what every use case is given.
 *
 * Immutable after instance_open but for the inventory in force, which is swapped whole.
 */
#ifndef SVC_APP_H
#define SVC_APP_H

#include <pthread.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/conf.h"
#include "crypto/seal.h"
#include "find/find.h"
#include "flow/inventory.h"
#include "journal/journal.h"
#include "store/store.h"

#define APP_VERSIONS_MAX 64	/* inventory versions kept in memory for open cases */

enum number_kind { NUMBER_CASE, NUMBER_COMPLAINT, NUMBER_JOINT, NUMBER_REVIEW, NUMBER_NKINDS };	/* svc/number.h */

struct looks;
struct recent;

struct app {
	const struct clock *clock;
	struct store *store;
	struct seal *seal;
	struct journal *journal;
	struct index *index;		/* of persons; NULL where nothing is served */
	struct signing *signing;	/* likewise (svc/evidence/signing.h) */
	char dir[4096];
	char division[7], origin[254], log[8];
	int demo;
	int lock_fd;
	int64_t started_at;
	struct recent *recent;			/* has a lock of its own */
	struct looks *looks;			/* likewise (svc/evidence/look.h) */
	int64_t aligned_seq;	/* the publication that was measured last; of whoever follows them */

	pthread_mutex_t lock;			/* of what follows */
	struct inventory *in_force;		/* NULL: none yet */
	struct find *find;			/* its index, swapped with it */
	int64_t in_force_day, in_force_seq;	/* of its publication (svc/inventory/versions.h) */
	struct inventory *version[APP_VERSIONS_MAX];
	size_t nversions;
	struct inventory **kept;		/* those in force of which something was handed out for good */
	size_t nkept;
	struct number_place { int64_t day, last; } number[NUMBER_NKINDS];	/* the day and its last */
};

/* The inventory in force, counted; the caller gives it back with inventory_unref.  FAULT_NO_INVENTORY. */
struct inventory *app_inventory(struct app *app, struct fault *f);

/* The index of the inventory in force, counted; the caller gives it back with find_unref.  FAULT_NO_INVENTORY. */
struct find *app_find(struct app *app, struct fault *f);

/* A version by its number: open cases keep theirs. */
struct inventory *app_inventory_version(struct app *app, struct store_reader *reader,
    int64_t version, struct fault *f);

#endif
