/*
 * deputy.h - who answers for a desk: its own people, and for a time their deputies.
 */
#ifndef SVC_ACCESS_DEPUTY_H
#define SVC_ACCESS_DEPUTY_H

#include "flow/inventory.h"
#include "svc/act.h"

#define DEPUTY_DESKS_MAX 32	/* for which one person answers at a time */
#define DEPUTY_DAYS_MAX 366

/* A deputy of a desk, from one instant until before another. */
struct deputy {
	char desk[32], user[32], named_by[32];
	int64_t from_at, until_at, named_at;
};

/* The desks that somebody answers for at a moment: the own one first. */
struct desks { char code[DEPUTY_DESKS_MAX][32]; size_t n; };
int access_desks(struct store_reader *reader, const struct actor *actor, int64_t now,
    struct desks *ret_desks, struct fault *f);

/* Whether a verifier answers for the desk at that moment: FAULT_NOT_FOUND for another's. */
int access_desk(struct store_reader *reader, const struct actor *actor, const char *desk, int64_t now,
    struct fault *f);

/*
 * Whether the actor may say who answers for the desk: its own people (no deputies), and the
 * supervisors who reach it.  FAULT_DESK_UNKNOWN, FAULT_NOT_FOUND.
 */
int deputy_may_name(const struct act *act, const struct inventory *inv, const char *code,
    const struct desk **ret_desk, struct fault *f);

/* Whether the user may stand in at the desk; FAULT_DEPUTY_UNFIT otherwise. */
int deputy_fits(const struct desk *desk, const struct actor *user, struct fault *f);

/* Adds the operation that names the user deputy, from the first day to the last. */
int deputy_name(struct act *act, const struct desk *desk, const char *user, int64_t from_day,
    int64_t until_day, struct fault *f);
/* Adds the one that ends it; FAULT_NOT_FOUND where the user is none. */
int deputy_end(struct act *act, const struct desk *desk, const char *user, struct fault *f);

/* The deputies of a desk, past and coming ones too, by when they begin. */
typedef int deputy_each_fn(const struct deputy *d, void *ctx, struct fault *f);
int deputy_list(struct act *act, const char *desk, deputy_each_fn *each, void *ctx, struct fault *f);

#endif
