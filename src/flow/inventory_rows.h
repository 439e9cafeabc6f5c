/*
 * inventory_rows.h - the rows of a version's files as texts, and what differs between two versions.
 *
 * For those who ask what the list said and what has changed: cells as the file has them, no
 * meaning.  The files were valid when they were imported; still, anything may come.
 */
#ifndef FLOW_INVENTORY_ROWS_H
#define FLOW_INVENTORY_ROWS_H

#include "flow/inventory.h"

struct inventory_rows;

/*
 * Reads one file; its name says which table it is.  Rows are sorted by their key, which is that
 * of the import.  The text is copied.  FAULT_CSV_MALFORMED, FAULT_STORE (no such table, no
 * header, a column missing), FAULT_MEMORY.
 */
int inventory_rows_read(const struct inventory_file *file, struct inventory_rows **ret_rows,
    struct fault *f);
void inventory_rows_free(struct inventory_rows *rows);

/* The columns, in the order of the import's table; NULL past the end. */
const char *inventory_rows_column(const struct inventory_rows *rows, size_t column);
size_t inventory_rows_count(const struct inventory_rows *rows);
/* A cell of the i-th row by the name of its column; NULL if there is no such column. */
const char *inventory_rows_cell(const struct inventory_rows *rows, size_t i, const char *column);
/* The key of a row: its first key column, and the second where there is one, else "". */
void inventory_rows_key(const struct inventory_rows *rows, size_t i, const char **ret_first,
    const char **ret_second);

/* The row whose first key column is key, the first of them; -1 if there is none.  O(log n). */
int64_t inventory_rows_find(const struct inventory_rows *rows, const char *key);
/* Whether two rows of the same table say the same in every cell. */
int inventory_rows_same(const struct inventory_rows *a, size_t i, const struct inventory_rows *b,
    size_t k);

enum inventory_change_kind { INVENTORY_ADDED, INVENTORY_REMOVED, INVENTORY_CHANGED };

/* One difference: a row that came or went (column is NULL), or a cell that changed. */
struct inventory_change {
	enum inventory_change_kind kind;
	const char *file, *key, *key2;		/* key2: "" where one column is the key */
	const char *name;			/* what the row calls itself, "" if it has no name */
	const char *column, *before, *after;
};

/* 0 to go on, -1 with a fault set. */
typedef int inventory_change_fn(const struct inventory_change *change, void *ctx, struct fault *f);

/*
 * Every difference from a to b, in the order of inventory_files and keys; then those of life events,
 * whose keys are the event and, for a field or a step, "form.<name>" or the step's code.
 */
int inventory_diff(const struct inventory_file *a, size_t na, const struct inventory_file *b,
    size_t nb, inventory_change_fn *each, void *ctx, struct fault *f);

#endif
