/*
 * type.h - what an implementation of store.h consists of; for src/store only.
 */
#ifndef STORE_TYPE_H
#define STORE_TYPE_H

#include "store/store.h"

enum store_part { STORE_MAIN, STORE_INDEX };

/* The schema of a part, oldest migration first. */
struct migrations { int n; const char *const *text; };

struct store_type {
	int (*open)(const char *address, enum store_part part, enum store_open how,
	    struct store **ret_store, struct fault *f);
	void (*close)(struct store *s);
	int (*begin)(struct store *s, struct fault *f);
	int (*run)(struct store *s, struct store_op *op, size_t n, struct fault *f);
	int (*exec)(struct store *s, enum stmt stmt, const struct sql_value *param, size_t n,
	    int64_t expect, struct fault *f);
	int (*commit)(struct store *s, struct fault *f);
	int (*settle)(struct store *s, struct fault *f);
	void (*rollback)(struct store *s);
	int (*reader_open)(struct store *s, struct store_reader **ret_reader, struct fault *f);
	void (*reader_close)(struct store_reader *r);
	int (*reader_begin)(struct store_reader *r, struct fault *f);
	void (*reader_end)(struct store_reader *r);
	void (*reader_rest)(struct store_reader *r);	/* NULL where ending takes no way */
	int64_t (*read)(struct store_reader *r, enum stmt stmt, const struct sql_value *param,
	    size_t n, store_row_fn *row, void *ctx, struct fault *f);
	void (*read_ahead)(struct store_reader *r, enum stmt stmt, const struct sql_value *param,
	    size_t n);		/* NULL where reading takes no way */
	int64_t (*column_int)(const struct store_row *row, int column);
	const char *(*column_text)(const struct store_row *row, int column);
	const void *(*column_blob)(const struct store_row *row, int column, size_t *ret_len);
	int (*column_null)(const struct store_row *row, int column);
	struct sql_value (*column_value)(const struct store_row *row, int column);
};

/* Each implementation's own structs begin with these. */
struct store { const struct store_type *type; };
struct store_reader {
	const struct store_type *type;
	int depth;		/* of begin and end */
};
struct store_row { const struct store_type *type; };

extern const struct store_type store_sqlite, store_pg;

/* The text of each statement. */
extern const char *const store_sql[ST_NSTATEMENTS];

#endif
