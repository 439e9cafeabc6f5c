/*
 * recent.h - which matters each counter opened lately, for the order in which a search lists them.
 *
 * In memory only: read from the store when a counter first searches, then kept up as it opens
 * cases.  A hint, not a fact: a case whose opening was not written after all may count.  Knows
 * codes of agencies and matters, nobody's name.  Safe from any thread.
 */
#ifndef SVC_RECENT_H
#define SVC_RECENT_H

#include "find/find.h"
#include "svc/app.h"

#define RECENT_CASES 64		/* of a counter that count: its last ones */
#define RECENT_COUNTERS 4096	/* counters that are remembered: the first that ask */

struct recent;

struct recent *recent_new(void);	/* NULL without memory */
void recent_free(struct recent *recent);

/* A counter opened a case for a matter. */
void recent_note(struct recent *recent, const char *division, const char *agency, const char *matter);

/*
 * The matters of this inventory that a counter opened lately; agency is "" for a counter that
 * serves the whole division.  ret_boost has room for FIND_BOOSTS_MAX.
 */
int recent_read(struct recent *recent, struct store_reader *reader, const char *division,
    const char *agency, const struct inventory *inv, struct find_boost *ret_boost, size_t *ret_n,
    struct fault *f);

#endif
