/*
 * number.h - the numbers that people see: 330703-261123-A00042-N.
 *
 * Division, day in China, a mark for the kind and the letter of the log, a counter of that kind,
 * log and day, check character (ISO 7064 MOD 37,36 over the rest).  Each process gives
 * the numbers of its own log, so that two never give the same.  docs/decisions.md 2.
 */
#ifndef SVC_NUMBER_H
#define SVC_NUMBER_H

#include "svc/act.h"

#define NUMBER_MAX 32

struct number { char text[NUMBER_MAX]; enum number_kind kind; int64_t day, count; };

/* The next one; a gap is left where the operation is lost. */
int number_next(struct act *act, enum number_kind kind, const char *division,
    struct number *ret_number, struct fault *f);

/* Adds the step that keeps the place. */
void number_keep(struct op *op, const struct app *app, const struct number *number);

#endif
