/*
 * agency_change.h - agencies are created, renamed, merged and split from a day on.
 *
 * Planning a change makes a draft of the inventory and publishes it for the day; on the day what is
 * under way is moved (agency_move).  docs/decisions/0015-agencies-change.md.
 */
#ifndef SVC_AGENCIES_AGENCY_CHANGE_H
#define SVC_AGENCIES_AGENCY_CHANGE_H

#include <jansson.h>

#include "svc/act.h"
#include "svc/inventory/derive.h"
#include "svc/inventory/versions.h"

#define AGENCY_CODE_MAX 24	/* bytes with the NUL: what users, cases and desks keep of it */
#define AGENCY_LIST_MAX 2000	/* matters, proofs, services or users of a split */

enum agency_change_kind { AGENCY_CREATE, AGENCY_RENAME, AGENCY_MERGE, AGENCY_SPLIT, AGENCY_NKINDS };
enum agency_change_state { AGENCY_PLANNED, AGENCY_IN_FORCE, AGENCY_WITHDRAWN, AGENCY_NSTATES };

const char *agency_kind_name(enum agency_change_kind kind);	/* "create" ... */
int agency_kind_parse(const char *name, enum agency_change_kind *ret_kind);
const char *agency_state_name(enum agency_change_state state);

struct agency_change {
	int64_t seq, version;
	enum agency_change_kind kind;
	enum agency_change_state state;
	int64_t effective_day, from, inventory, publication;	/* from, inventory: versions before and after */
	char agency[32], other[32], decision[DECISION_MAX + 1];	/* other: "" for none */
	json_t *plan;		/* {"pairs":[{"from","to"}],"touches":[code],"matters","proofs","services","users":[code]} */
	int64_t planned_at, begun_at, ended_at, changed_at;	/* 0: not yet */
	char planned_by[32], changed_by[32];
};

/*
 * What somebody asks for.  Texts and lists are borrowed, what may be left out is NULL; lists are arrays of texts.
 * agency: the new one, or the one that changes; into: into which it merges or splits; the rest is of a
 * new agency, or, name and short_name, of one that is renamed.
 */
struct agency_request {
	enum agency_change_kind kind;
	const char *agency, *into, *name, *short_name, *type, *division, *parent;
	const json_t *counterparts;	/* divisions in which it has one */
	int desk;			/* it and its counterparts have desks */
	const json_t *matters, *proofs, *services, *users;	/* what goes to the other in a split */
	int64_t day;
	const char *decision;		/* NULL in a dry run */
};

/* What a change moves, or has moved: kinds of objects. */
enum agency_moves { MOVES_CASE, MOVES_VERIFICATION, MOVES_COMPLAINT, MOVES_DISPUTE, MOVES_JOINT, MOVES_USER,
	MOVES_DEPUTY, MOVES_PLATFORM, MOVES_NKINDS };
const char *agency_moves_name(enum agency_moves kind);	/* "case" ... */

/* What a change comes to: what differs in the list, and what would be moved if the day were now. */
struct agency_outlook {
	int64_t from;
	size_t matters, items, proofs, services, grants, agencies, desks;	/* rows that name another agency, came or went */
	int64_t moves[MOVES_NKINDS];
};

/*
 * Adds the operations that plan it, unless dry: the draft, its publication, the change; act->object is
 * its number.  FAULT_AGENCY_UNKNOWN, FAULT_AGENCY_ITSELF, FAULT_AGENCY_TAKEN, FAULT_AGENCY_LEVEL, FAULT_AGENCY_BUSY,
 * FAULT_AGENCY_NOT_ITS, FAULT_EFFECTIVE_PAST, FAULT_CHANGE_ORDER, FAULT_DIVISION_UNKNOWN, FAULT_FIELD_*;
 * FAULT_IMPORT_REFUSED with the report filled, which is to be freed in either case.
 */
int agency_change_plan(struct act *act, const struct agency_request *q, int dry,
    struct agency_outlook *ret_outlook, struct inventory_report *report, struct fault *f);

/* Adds the operations that take a planned change back.  FAULT_CHANGE_BEGUN, FAULT_CHANGE_ORDER. */
int agency_change_withdraw(struct act *act, int64_t seq, const char *reason, struct fault *f);

/* FAULT_CHANGE_UNKNOWN.  Freed by agency_change_free. */
int agency_change_load(struct store_reader *reader, int64_t seq, struct agency_change *ret_change,
    struct fault *f);
void agency_change_free(struct agency_change *c);
/* All of them, by number. */
typedef int agency_change_fn(const struct agency_change *c, void *ctx, struct fault *f);
int agency_changes(struct store_reader *reader, agency_change_fn *each, void *ctx, struct fault *f);
/* Those whose day has come and that are not ended, in the order of days. */
int agency_changes_due(struct store_reader *reader, int64_t day, agency_change_fn *each, void *ctx,
    struct fault *f);
/* How many objects of each kind were moved for it. */
int agency_change_moved(struct store_reader *reader, int64_t seq, int64_t ret_moved[MOVES_NKINDS],
    struct fault *f);
/* Whether the change is about an agency, as one that it names or as a counterpart of one. */
int agency_change_touches(const struct agency_change *c, const char *code);

#endif
