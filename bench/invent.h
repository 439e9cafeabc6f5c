/*
 * invent.h - invented applications: who applies where for what, with which parties and answers.
 *
 * The same seed and index give the same application, whatever else was made before.  About
 * half of the people are those of the example registries, some of them far more often than
 * others; the rest are invented, with valid numbers, and most of them come once.
 */
#ifndef BENCH_INVENT_H
#define BENCH_INVENT_H

#include <stdint.h>

#include "base/fault.h"
#include "flow/inventory.h"
#include "svc/cases/case.h"

/* A sequence of pseudo-random numbers (splitmix64): fixed for ever, unlike the library's. */
struct dice { uint64_t state; };

/* Its own sequence for each case and each thing that is decided about it. */
struct dice dice_of(uint64_t seed, uint64_t index, unsigned purpose);
uint32_t dice_below(struct dice *d, uint32_t n);	/* 0 to n - 1; n > 0 */
int dice_chance(struct dice *d, uint32_t per_mille);

struct invent;

/* Reads persons.csv and enterprises.csv of the directory; inv must outlive it. */
int invent_new(const struct inventory *inv, const char *registry, uint64_t seed,
    struct invent **ret_invent, struct fault *f);
void invent_free(struct invent *v);

/* Application number index; its form belongs to the caller.  FAULT_MEMORY. */
int invent_case(const struct invent *v, uint64_t index, struct case_request *ret_request,
    struct fault *f);

#endif
