/*
 * inventory_edit.h - the files of a version with some cells and rows changed: what a draft is made of.
 *
 * Pure: files come and go as bytes.  Nothing is validated here: what the edits come to is built and
 * checked as any import is.  The order of the rows and columns stays; a file that no edit is about
 * stays as it is, byte for byte, one that is changed is written anew as CSV in UTF-8.
 */
#ifndef FLOW_INVENTORY_EDIT_H
#define FLOW_INVENTORY_EDIT_H

#include "base/buf.h"
#include "flow/inventory_rows.h"

/*
 * One edit, named as a difference is (inventory_rows.h).  INVENTORY_CHANGED: the cell of the row gets
 * the value.  INVENTORY_ADDED: a row with that key, at the end, its other cells blank: edits that follow
 * fill them.  INVENTORY_REMOVED: the row goes.  In life_events.json cells can be changed only: key is the event, key2 a
 * step of it or "" for the event itself, column a member that is a text, or that
 * is left out.  Texts are borrowed.
 */
struct inventory_edit {
	enum inventory_change_kind kind;
	const char *file, *key, *key2;		/* key2: NULL or "" where one column is the key */
	const char *column, *value;		/* of INVENTORY_CHANGED */
};

/*
 * Adds to out what the file becomes with those of the n edits that name it, in their order.
 * FAULT_INVENTORY_EDIT (no such table, row or column; a row that is there already), FAULT_CSV_MALFORMED,
 * FAULT_MEMORY.
 */
int inventory_edit_file(const struct inventory_file *file, const struct inventory_edit *edit, size_t n,
    struct buf *out, struct fault *f);

/* Whether one of the edits names the file. */
int inventory_edits_name(const struct inventory_edit *edit, size_t n, const char *file);

#endif
