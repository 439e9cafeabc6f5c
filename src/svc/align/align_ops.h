/*
 * align_ops.h - steps that several use cases of the alignment add to an operation.
 */
#ifndef SVC_ALIGN_ALIGN_OPS_H
#define SVC_ALIGN_ALIGN_OPS_H

#include "svc/align/align_svc.h"

/* The round must still be open when the operation runs. */
void align_put_touch(struct op *op, const char *home, int64_t round);

/* What was done with a difference, or with the round (key NULL). */
void align_put_event(struct op *op, const char *home, int64_t round, const uint8_t *key,
    const struct record *r, const char *event);

/*
 * What is done with a list, a scope or a round of a county takes turns: the turn is read before all
 * else, and of two who read the same one loses, and decides again.  After the round is touched.
 */
int align_turn_load(struct act *act, const char *home, const char *county, int64_t *ret_turn,
    struct fault *f);
void align_put_turn(struct op *op, const char *home, const char *county, int64_t turn);

/*
 * Takes a comparison into a round: what is found again stays as it is, what is not found is gone
 * since the county's list before, what is new is open.  op NULL only counts.
 */
int align_put_merge(struct act *act, struct op *op, const struct align_compared *c,
    const struct align_known *k, struct align_merged *ret_merged, struct fault *f);

/* A measure; figures are those with what was kept. */
struct align_to_measure {
	const char *home, *county, *cause;
	int64_t round, inventory, list, publication;	/* 0: none */
	const struct align_figures *figures;
	json_t *presumed;		/* borrowed; NULL: none */
	const struct align_drift *drift;		/* NULL: none */
};
int align_put_measure(struct act *act, struct op *op, const struct align_to_measure *m, struct fault *f);

/*
 * Compares a list with the inventory in force.  One that cannot be compared is logged, and ret_compared
 * is NULL: the others are measured without it.
 */
int align_compare_in_force(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, int64_t number, struct align_compared **ret_compared,
    struct fault *f);
/* The measure of it, with the drift from the round that is known where that is closed. */
int align_put_in_force(struct act *act, struct op *op, const struct align_compared *c,
    const struct align_known *known, int closed, int64_t publication, struct fault *f);
/* Whether a list is to blame that it cannot be compared, and not the store. */
int align_is_the_lists(const struct fault *f);

/* The figures of a comparison with what the round says was kept. */
struct align_figures align_figures_kept(const struct align_compared *c, const struct align_known *k);

/* What stands in the row of a difference: JSON, and the names that are searched. */
int align_found_text(const struct align_compared *c, const struct align_difference *d, struct buf *json,
    struct buf *names, struct fault *f);
/* The department of the city that a difference belongs to, "" where none is known. */
const char *align_agency_of(const struct align_difference *d);

#endif
