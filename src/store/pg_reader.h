/*
 * pg_reader.h - reading from PostgreSQL, as store.h wants it; for src/store only.
 */
#ifndef STORE_PG_READER_H
#define STORE_PG_READER_H

#include "store/pg_conn.h"

/* A reader of the database that `of` is connected to. */
int pg_reader_open(const struct pg_conn *of, struct store_reader **ret_reader, struct fault *f);
void pg_reader_close(struct store_reader *r);
int pg_reader_begin(struct store_reader *r, struct fault *f);
void pg_reader_end(struct store_reader *r);
void pg_reader_rest(struct store_reader *r);
int64_t pg_read(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f);
void pg_read_ahead(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n);

int64_t pg_column_int(const struct store_row *row, int column);
const char *pg_column_text(const struct store_row *row, int column);
const void *pg_column_blob(const struct store_row *row, int column, size_t *ret_len);
int pg_column_null(const struct store_row *row, int column);
struct sql_value pg_column_value(const struct store_row *row, int column);

#endif
