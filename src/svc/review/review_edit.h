/*
 * review_edit.h - what decisions change in the files of the list.
 *
 * For the files of this folder.
 */
#ifndef SVC_REVIEW_REVIEW_EDIT_H
#define SVC_REVIEW_REVIEW_EDIT_H

#include "flow/inventory_arena.h"
#include "flow/inventory_edit.h"
#include "svc/review/review.h"

/* The edits as they are gathered; their texts are in the arena.  Failures stick and show in failed. */
struct review_edits {
	const struct inventory *inv;		/* that is edited */
	const struct inventory_rows *bindings;	/* its item_bindings.csv */
	int64_t today;
	struct inventory_edit *edit;
	size_t n, cap;
	struct arena texts;
	int64_t items, grants;			/* added so far */
	int failed;
};
#define REVIEW_EDITS_MAX_BYTES ((size_t)16 << 20)

/*
 * Adds what one decision changes.  opened, decided: bodies of the records.  ret_item: the code of the item, in the
 * arena.  FAULT_FIELD_VALUE where matter or proof have left the list, FAULT_MEMORY.
 */
int review_edit(struct review_edits *e, const struct app *app, const struct review *r,
    const json_t *opened, const json_t *decided, const char **ret_item, struct fault *f);
void review_edits_free(struct review_edits *e);

#endif
