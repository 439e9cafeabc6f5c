/*
 * tables.h - what tables.def says, for whoever reads or copies a store as a whole.
 *
 * The statements of a table, by their parameters:
 *	first	LIMIT		its rows in the order of the key, all columns
 *	next	the key, LIMIT	those after this key
 *	last			the greatest key
 *	count			how many rows there are
 *	insert	all columns
 */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "base/buf.h"
#include "store/store.h"

#define TABLE_KEYS_MAX 4
#define TABLE_COLUMNS_MAX 28

enum table_id {
#define TABLE(sym, name, key, ncols, columns) TABLE_##sym,
#include "store/tables.def"
#undef TABLE
	STORE_NTABLES
};

struct store_table {
	const char *name, *columns;	/* columns: with ", " between them */
	int nkeys, ncols;		/* the key is the first nkeys columns */
	enum stmt first, next, last, count, insert;
};

extern const struct store_table store_table[STORE_NTABLES];

/* The key of a row, kept: a place in a table.  Begin with TABLE_KEY_INIT: before all rows. */
struct table_key {
	int set;
	struct sql_value part[TABLE_KEYS_MAX];
	struct buf bytes;
};

#define TABLE_KEY_INIT { 0 }

void table_key_free(struct table_key *key);

/* The greatest key of a table; it stays unset when there are no rows. */
int table_last(struct store_reader *r, const struct store_table *t, struct table_key *ret_key,
    struct fault *f);
int64_t table_count(struct store_reader *r, const struct store_table *t, struct fault *f);

/*
 * Gives the rows that come after key, at most a page of them, and sets key to that of the last
 * one.  Returns how many: less than table_page_rows says that there are no more.
 */
int64_t table_page(struct store_reader *r, const struct store_table *t, struct table_key *key,
    store_row_fn *row, void *ctx, struct fault *f);
int64_t table_page_rows(const struct store_table *t);

#endif
