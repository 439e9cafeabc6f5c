/*
 * import.h - how a version is written, whatever it came from.
 *
 * For the files of this folder.
 */
#ifndef SVC_INVENTORY_IMPORT_H
#define SVC_INVENTORY_IMPORT_H

#include "svc/inventory/inventory_svc.h"

/* The steps that write a version with its files, and what its record says (RECORD_INVENTORY_IMPORTED). */
void import_steps(struct op *op, const struct inventory_set *files, const struct inventory *inv);
void import_says(struct record *r, const struct inventory *inv);

#endif
