/*
 * compare.h - lists of counties beside an inventory, without a store: what `wzm align compare` and a first look
 * are made of.
 *
 * The answer is the document that a round is exported as, too (export.h); what only a round has is not in it.
 */
#ifndef SVC_ALIGN_COMPARE_H
#define SVC_ALIGN_COMPARE_H

#include <jansson.h>

#include "align/align.h"
#include "svc/align/gather.h"

/* One thing that is known of who runs a department's matters in a division. */
struct compare_scope { const struct division *division; struct align_scope scope; };

/* Told before each list: the i-th of n, from 0. */
typedef void compare_progress(void *ctx, const char *shown, size_t i, size_t n);

/*
 * Compares each list and gives the document.  FAULT_IMPORT_REFUSED with the report filled, of all lists
 * together; what align_compare fails with, with the list before the cause.
 */
int compare_lists(const struct inventory *inv, const struct gathering *lists, const struct compare_scope *scope,
    size_t nscope, enum lang lang, compare_progress *progress, void *ctx, json_t **ret_document,
    struct inventory_report *report, struct fault *f);

#endif
