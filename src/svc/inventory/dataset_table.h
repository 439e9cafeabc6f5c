/*
 * dataset_table.h - a table on its way into the store: its text, the key sets it is found
 * by, and the steps of an operation that put it in the place of what was there.
 *
 * For the files of this folder.  The text is personal data: dataset_table_free wipes it.
 */
#ifndef SVC_INVENTORY_DATASET_TABLE_H
#define SVC_INVENTORY_DATASET_TABLE_H

#include "journal/journal.h"
#include "source/dataset.h"
#include "svc/access/access.h"
#include "svc/app.h"

#define DATASET_KEYSETS_MAX 8

/* The inputs by which a table is asked: sorted by name, each with its column number. */
struct dataset_keyset {
	char text[120];
	size_t n, column[DATASET_INPUTS_MAX];
	const char *name[DATASET_INPUTS_MAX];
};

/* Zeroed but for name it is empty. */
struct dataset_table {
	const char *name;
	struct buf text;		/* CSV */
	char sha256_hex[65];
	struct dataset_keyset keyset[DATASET_KEYSETS_MAX];
	size_t nkeysets;
	char **column;			/* NULL until dataset_table_columns */
	size_t ncolumns;
	int64_t rows;
	int unchanged;
};

void dataset_table_free(struct dataset_table *t);

/* Adds the key set of these inputs, unless it is there; the names are borrowed. -1: too many. */
int dataset_table_keyset(struct dataset_table *t, const char *const *name, size_t n);

/* Sets sha256_hex to the hash of key sets and text, and unchanged if that is in the store. */
int dataset_table_compare(struct dataset_table *t, struct store_reader *reader, struct fault *f);

/*
 * Names the columns and finds those of the key sets: the number of a column that is not
 * there is ncolumns.  FAULT_MEMORY.
 */
int dataset_table_columns(struct dataset_table *t, const char *const *name, size_t n,
    struct fault *f);

/* Adds the steps that empty the dataset and name what it holds from now on. */
void dataset_table_replace(struct op *op, const struct dataset_table *t);

/* An operation of these steps, with its record; rows are added to it.  NULL: FAULT_MEMORY. */
struct op *dataset_table_op(struct app *app, const struct actor *actor,
    const struct dataset_table *t, struct fault *f);

/*
 * Adds the steps of one row: its fields sealed and, for each key set whose values it has,
 * its blind index.  id counts rows from 1; field has ncolumns texts.
 */
int dataset_table_row(struct app *app, struct op *op, const struct dataset_table *t,
    const char *const *field, int64_t id, struct fault *f);

#endif
