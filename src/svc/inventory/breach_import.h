/*
 * breach_import.h - commitments_breach.csv, the one file of an inventory that is about
 * people: checked with the others, but sealed as a dataset and never kept as it came.
 *
 * For the files of this folder.
 */
#ifndef SVC_INVENTORY_BREACH_IMPORT_H
#define SVC_INVENTORY_BREACH_IMPORT_H

#include "svc/inventory/dataset_table.h"

/*
 * Reads the file from the directory src and compares it with what is in the store.  A
 * directory without it leaves *ret_table NULL: what is stored stays.  Free with breach_free.
 * app NULL: it is compared with nothing.
 */
int breach_read(struct app *app, const char *src, struct dataset_table **ret_table,
    struct fault *f);
void breach_free(struct dataset_table *t);

/*
 * Adds what is wrong with it to the report and counts its rows.  inv may be NULL: codes of
 * matters and items are then not looked up.  Fails only for lack of memory.
 */
int breach_check(struct dataset_table *t, const struct inventory *inv, int64_t today,
    struct inventory_report *report, struct fault *f);

/* Adds the steps of its rows, after those of dataset_table_replace. */
int breach_write(struct app *app, struct op *op, const struct dataset_table *t, int64_t today,
    struct fault *f);

#endif
