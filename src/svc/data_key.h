/*
 * data_key.h - the keys that seal values: made in time, shared by all processes of a store.
 */
#ifndef SVC_DATA_KEY_H
#define SVC_DATA_KEY_H

#include "svc/app.h"

/* Reads the store's data keys into the ring, and from now on those that it meets and lacks. */
int data_key_load(struct app *app, struct fault *f);

/* Reads them again; makes a new one when the newest is a day old or much used. */
int data_key_roll(struct app *app, struct fault *f);

#endif
