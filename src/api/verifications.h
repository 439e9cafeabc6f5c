/*
 * verifications.h - what the files about verifications share.
 */
#ifndef API_VERIFICATIONS_H
#define API_VERIFICATIONS_H

#include "api/api.h"

/* Adds where it is and how its time stands; also what a supervisor sees of it. */
void view_verification_time(const struct call *call, const struct verification *v,
    const struct inventory *inv, json_t *json);
/* What happened to it, oldest first, from the records of its case; sent: the record that put it. */
json_t *view_verification_events(struct call *call, const struct verification *v,
    const struct stored_record *sent, struct fault *f);

/* What a supervisor sees of it: nothing of whom it is about. */
json_t *view_verification_due(struct call *call, const struct verification *v, struct fault *f);

/* The order of lists: what is due first. */
int verification_by_due(const void *a, const void *b);

/* Loads the one of the address and checks the version that the caller saw. */
int verification_load_matched(struct call *call, struct verification *v, struct fault *f);
/* Reads the members answer and basis; a basis that is not there is "". */
int verification_read_answer(struct in *in, const char **ret_answer, const char **ret_basis);

#endif
