/*
 * derive.h - a draft of the inventory made out of a version that there is, by edits of cells and rows.
 *
 * For whoever decides something that changes the list: the files of the version are edited (flow/inventory_edit.h),
 * built and validated by what builds and validates an import, and kept as an import is, with its record.
 * Looking and writing are apart, so that a dry run is the same as far as it goes.
 */
#ifndef SVC_INVENTORY_DERIVE_H
#define SVC_INVENTORY_DERIVE_H

#include "flow/inventory_edit.h"
#include "svc/act.h"
#include "svc/inventory/inventory_svc.h"

/* What a version becomes.  Zeroed it is nothing; inventory_derived_free. */
struct derived {
	int64_t from;
	int stored;			/* a version has these very files already: nothing is to be written */
	struct inventory *inv;		/* with its number: that of the stored version, or the next one */
	struct inventory_set *files;
};

/*
 * Reads the version, edits it, builds it.  FAULT_INVENTORY_VERSION, FAULT_INVENTORY_EDIT;
 * FAULT_IMPORT_REFUSED with the report filled.  The report is to be freed in either case.
 */
int inventory_derive(struct store_reader *reader, int64_t from, const struct inventory_edit *edit,
    size_t n, struct derived *ret_derived, struct inventory_report *report, struct fault *f);
void inventory_derived_free(struct derived *d);

/*
 * Adds the operation that writes it as a draft, if it is not stored.  Two who derive at once want the same
 * number: one of them loses, and decides again.
 */
int inventory_derive_add(struct act *act, const struct derived *d, struct fault *f);

#endif
