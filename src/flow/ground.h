/*
 * ground.h - the six grounds 六个一律取消 on which an item is cancelled outright.
 *
 * Pure tables (grounds.def).  Grounds are numbered from 1 to GROUND_MAX.
 */
#ifndef FLOW_GROUND_H
#define FLOW_GROUND_H

#include "base/fault.h"

#define GROUND_MAX 6

/* What items.csv may say in the remark of a direct_cancel: NULL-terminated. */
extern const char *const ground_remarks[];

/* The number of the ground that a remark states; 0 if it states none. */
int ground_number(const char *remark);

/* The remark that states it, and the ground in words; NULL for a number that there is not. */
const char *ground_remark(int number);
const char *ground_words(int number, enum lang lang);

#endif
