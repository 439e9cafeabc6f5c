/*
 * chores.h - what a server does beside answering: follow what other processes did to the
 * store, make data keys, record the refusals of strangers, forget old
 * idempotency keys and what platforms were told.
 */
#ifndef API_CHORES_H
#define API_CHORES_H

#include "api/api.h"

/* A thread of its own: a store that is away holds up nothing else, an end least of all. */
struct chores;
int chores_start(struct api *api, struct chores **ret_chores, struct fault *f);
void chores_stop(struct chores *c);

#endif
