/*
 * agency_route.h - what a change of agencies moves, and where to.
 *
 * It follows from the versions before and after and from where things are now: nothing has to be
 * remembered of what was moved already.  For the files of this folder.
 */
#ifndef SVC_AGENCIES_AGENCY_ROUTE_H
#define SVC_AGENCIES_AGENCY_ROUTE_H

#include "svc/agencies/agency_change.h"

/* From one agency or desk to another; in one division, or, where that is "", in all. */
struct agency_route { char division[7]; const char *from, *to; };
struct agency_route_list { struct agency_route *route; size_t n, cap; };

struct agency_routes {
	const struct agency_change *change;
	const struct inventory *old, *new;
	struct app *app;
	struct agency_route_list cases, agencies, desks, owners;	/* owners: of data */
	json_t *matters, *proofs, *services;	/* {code: true}; NULL: all of them go */
};

/* old and new are borrowed.  Free in either case. */
int agency_routes_make(struct app *app, const struct agency_change *c, const struct inventory *old,
    const struct inventory *new, struct agency_routes *ret_routes, struct fault *f);
void agency_routes_free(struct agency_routes *r);

/* Something that is to be moved. */
struct agency_object {
	enum agency_moves kind;
	char division[7], name[RECORD_NAME_MAX];	/* name: "<division>-<uuid>", or an id */
	uint8_t id[RECORD_ID_LEN], case_id[RECORD_ID_LEN];
	int has_case;
	int64_t version;
	char from[32], to[32];
	char desk[32];			/* of a user: the desk that he then has; "" for none */
};
/* 0 to go on, 1 to stop, -1. */
typedef int agency_object_fn(const struct agency_object *o, void *ctx, struct fault *f);

/* Gives everything that is to be moved now to each; between calls nothing is being read. */
int agency_objects(const struct agency_routes *r, struct store_reader *reader, agency_object_fn *each,
    void *ctx, struct fault *f);

#endif
