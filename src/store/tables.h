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

#include "store/store.h"

#define TABLE_KEYS_MAX 4
#define TABLE_COLUMNS_MAX 20

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

#endif
