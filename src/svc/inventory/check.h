/*
 * check.h - what an import checks, also without a store to import to.
 *
 * For the files of this folder.
 */
#ifndef SVC_INVENTORY_CHECK_H
#define SVC_INVENTORY_CHECK_H

#include "flow/inventory_source.h"
#include "svc/inventory/breach_import.h"

/*
 * Builds the inventory, unless *inv is one already, and checks the breaches (NULL: there are
 * none) against it: all that is wrong goes into one report.  FAULT_IMPORT_REFUSED, FAULT_MEMORY;
 * what was built stays in *inv.
 */
int inventory_check(const struct inventory_source *source, struct dataset_table *breaches,
    int64_t today, struct inventory **inv, struct inventory_report *report, struct fault *f);

#endif
