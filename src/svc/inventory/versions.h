/*
 * versions.h - versions of the inventory: drafts, published, in force, and what they said when.
 *
 * A version is a draft until it is published.  A publication puts it in force from a day on: from
 * that day's first instant, or, on the day itself, from the moment of publishing.  Of those that
 * are due the one with the latest day counts, and of one day the latest.  What was in force
 * on a past day never changes: nothing is published for a day that is over, and only what is not
 * in force yet can be withdrawn.
 */
#ifndef SVC_INVENTORY_VERSIONS_H
#define SVC_INVENTORY_VERSIONS_H

#include "svc/act.h"

#define DECISION_MAX 300	/* bytes of the document that a publication rests on */

struct inventory_version { int64_t version, imported_at; char sha256_hex[65]; };

struct publication {
	int64_t seq, version;
	int64_t effective_day, published_at, withdrawn_at;	/* withdrawn_at: 0 if it was not */
	char published_by[32], decision[DECISION_MAX + 1];
};

/* All of them: versions newest first, publications by effective_day and seq. */
struct versions {
	struct inventory_version *version;
	size_t n;
	struct publication *publication;
	size_t npublications;
};
int versions_read(struct store_reader *reader, struct versions *ret_versions, struct fault *f);
void versions_free(struct versions *v);

/* When a version was in force: from inclusive, until exclusive, INT64_MAX where no end is known. */
struct span { int64_t from, until; const struct publication *publication; };
/* In the order of time, without a gap; at most npublications of them. */
size_t versions_spans(const struct versions *v, struct span *ret_span);
/* The publication in force at an instant, NULL before the first. */
const struct publication *versions_at(const struct versions *v, int64_t at);

/* An instant, but never before the last publication: records' times may be ahead of the clock. */
int64_t versions_now(const struct versions *v, int64_t at);

/* What is to be said of a version at an instant: "draft", "planned", "in_force", "past" or "withdrawn". */
const char *versions_state(const struct versions *v, int64_t version, int64_t at);

/*
 * Adds the operation that publishes a version from day on.  FAULT_INVENTORY_VERSION (no such
 * version), FAULT_EFFECTIVE_PAST, FAULT_INVENTORY_SAME (it is in force then already).
 */
int inventory_publish(struct act *act, int64_t version, int64_t day, const char *decision,
    struct fault *f);

/* The same of a version that an operation before it writes (inventory_derive_add); ret_seq: its number. */
int inventory_publish_new(struct act *act, int64_t version, int64_t day, const char *decision,
    int64_t *ret_seq, struct fault *f);

/*
 * Publishes a version (0: the newest, which *version then names) from a day on (0: today) and puts
 * it in force if that is due: for whoever has the instance to himself.
 */
int inventory_publish_alone(struct app *app, const struct actor *actor, int64_t *version,
    int64_t day, const char *decision, struct fault *f);

/*
 * Adds the operation that takes a publication back before its day.  FAULT_PUBLICATION_UNKNOWN,
 * FAULT_PUBLICATION_DUE, FAULT_PUBLICATION_OF_CHANGE: the change of agencies is to be withdrawn, and then takes
 * its publication back by inventory_withdraw_any.
 */
int inventory_withdraw(struct act *act, int64_t seq, const char *reason, struct fault *f);
int inventory_withdraw_any(struct act *act, int64_t seq, const char *reason, struct fault *f);

/* What a version said of some items: one row of items.csv over a time. */
struct item_said {
	const char *code;
	int64_t from, until;			/* as of a span */
	const struct publication *publication;	/* with which it began */
	const struct inventory_rows *rows;	/* the version's items.csv, and the row in it; NULL: not on the list */
	size_t row;
};
/* 0 to go on, -1 with a fault set. */
typedef int item_said_fn(const struct item_said *said, void *ctx, struct fault *f);
/*
 * What the list has said, since the first version in force, of the items whose column has this
 * value ("code", an item's own; "matter_code", those of a matter): by code, then in the order of
 * time, one call for each time in which the row stayed the same, also where it left the list.
 */
int inventory_history(struct store_reader *reader, const struct versions *v, const char *column,
    const char *value, item_said_fn *each, void *ctx, struct fault *f);

#endif
