#include "store/type.h"

#include <string.h>

/* What a key of tables.def gives: its columns, in descending order, as parameters, the next one. */
#define KEY1(a) a, a " DESC", "$1", "$2"
#define KEY2(a, b) a ", " b, a " DESC, " b " DESC", "$1, $2", "$3"
#define KEY3(a, b, c) a ", " b ", " c, a " DESC, " b " DESC, " c " DESC", "$1, $2, $3", "$4"
#define KEY4(a, b, c, d) a ", " b ", " c ", " d, \
	a " DESC, " b " DESC, " c " DESC, " d " DESC", "$1, $2, $3, $4", "$5"

/* As many parameters as there are columns. */
#define VALUES_1 "$1"
#define VALUES_2 VALUES_1 ", $2"
#define VALUES_3 VALUES_2 ", $3"
#define VALUES_4 VALUES_3 ", $4"
#define VALUES_5 VALUES_4 ", $5"
#define VALUES_6 VALUES_5 ", $6"
#define VALUES_7 VALUES_6 ", $7"
#define VALUES_8 VALUES_7 ", $8"
#define VALUES_9 VALUES_8 ", $9"
#define VALUES_10 VALUES_9 ", $10"
#define VALUES_11 VALUES_10 ", $11"
#define VALUES_12 VALUES_11 ", $12"
#define VALUES_13 VALUES_12 ", $13"
#define VALUES_14 VALUES_13 ", $14"
#define VALUES_15 VALUES_14 ", $15"
#define VALUES_16 VALUES_15 ", $16"
#define VALUES_17 VALUES_16 ", $17"
#define VALUES_18 VALUES_17 ", $18"
#define VALUES_19 VALUES_18 ", $19"
#define VALUES_20 VALUES_19 ", $20"
#define VALUES_21 VALUES_20 ", $21"
#define VALUES_22 VALUES_21 ", $22"
#define VALUES_23 VALUES_22 ", $23"
#define VALUES_24 VALUES_23 ", $24"
#define VALUES_25 VALUES_24 ", $25"
#define VALUES_26 VALUES_25 ", $26"
#define VALUES_27 VALUES_26 ", $27"

#define TABLE(sym, name, key, ncols, columns) TEXTS(sym, name, columns, VALUES_##ncols, key)
#define TEXTS(...) TEXTS_(__VA_ARGS__)
#define TEXTS_(sym, name, columns, values, key, descending, after, limit) \
	[ST_COPY_FIRST_##sym] = "SELECT " columns " FROM " name " ORDER BY " key " LIMIT $1", \
	[ST_COPY_NEXT_##sym] = "SELECT " columns " FROM " name " WHERE (" key ") > (" after ")" \
	    " ORDER BY " key " LIMIT " limit, \
	[ST_COPY_LAST_##sym] = "SELECT " key " FROM " name " ORDER BY " descending " LIMIT 1", \
	[ST_COPY_COUNT_##sym] = "SELECT count(*) FROM " name, \
	[ST_COPY_INSERT_##sym] = "INSERT INTO " name " (" columns ") VALUES (" values ")",

const char *const store_sql[ST_NSTATEMENTS] = {
#define STMT(sym, text) [ST_##sym] = text,
#include "store/statements.def"
#include "store/index_statements.def"
#undef STMT
#include "store/tables.def"
#define CHECK(sym, code, table, nkeys, keys, condition, zh, en) \
	[ST_CHECK_##sym] = "SELECT " keys ", count(*) OVER () FROM " table " x WHERE " condition \
	    " ORDER BY " keys " LIMIT $1",
#include "store/checks.def"
#undef CHECK
};

struct sql_value
sql_text(const char *text)
{
	if (text == NULL)
		return (struct sql_value){ .kind = SQL_NULL };
	return (struct sql_value){ .kind = SQL_TEXT, .data = text, .len = strlen(text) };
}

int
store_is_file(const char *address)
{
	return strncmp(address, "postgresql://", 13) != 0 && strncmp(address, "postgres://", 11) != 0;
}

static int
open_part(const char *address, enum store_part part, enum store_open how,
    struct store **ret_store, struct fault *f)
{
	const struct store_type *type = store_is_file(address) ? &store_sqlite : &store_pg;

	return type->open(address, part, how, ret_store, f);
}

int
store_open(const char *address, enum store_open how, struct store **ret_store, struct fault *f)
{
	return open_part(address, STORE_MAIN, how, ret_store, f);
}

int
store_open_index(const char *address, struct store **ret_store, struct fault *f)
{
	return open_part(address, STORE_INDEX, STORE_CREATE, ret_store, f);
}

void
store_close(struct store *s)
{
	if (s != NULL)
		s->type->close(s);
}

int
store_begin(struct store *s, struct fault *f)
{
	return s->type->begin(s, f);
}

int
store_run_all(struct store *s, struct store_op *op, size_t n, struct fault *f)
{
	return s->type->run(s, op, n, f);
}

int
store_run(struct store *s, const struct store_step *step, size_t n,
    struct store_verdict *ret_verdict, struct fault *f)
{
	struct store_op op = { .step = step, .nsteps = n };

	if (s->type->run(s, &op, 1, f) < 0)
		return -1;
	*ret_verdict = op.verdict;
	return 0;
}

int
store_exec(struct store *s, enum stmt stmt, const struct sql_value *param, size_t n,
    int64_t expect, struct fault *f)
{
	return s->type->exec(s, stmt, param, n, expect, f);
}

int
store_commit(struct store *s, struct fault *f)
{
	return s->type->commit(s, f);
}

int
store_settle(struct store *s, struct fault *f)
{
	return s->type->settle(s, f);
}

void
store_rollback(struct store *s)
{
	s->type->rollback(s);
}

int
store_reader_open(struct store *s, struct store_reader **ret_reader, struct fault *f)
{
	return s->type->reader_open(s, ret_reader, f);
}

void
store_reader_close(struct store_reader *r)
{
	if (r != NULL)
		r->type->reader_close(r);
}

int
store_reader_begin(struct store_reader *r, struct fault *f)
{
	if (r->depth == 0 && r->type->reader_begin(r, f) < 0)
		return -1;
	r->depth++;
	return 0;
}

void
store_reader_end(struct store_reader *r)
{
	/* Where it could not be begun there is nothing to end. */
	if (r->depth > 0 && --r->depth == 0)
		r->type->reader_end(r);
}

void
store_reader_rest(struct store_reader *r)
{
	if (r->type->reader_rest != NULL)
		r->type->reader_rest(r);
}

int64_t
store_read(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f)
{
	return r->type->read(r, stmt, param, n, row, ctx, f);
}

void
store_read_ahead(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n)
{
	if (r->type->read_ahead != NULL && r->depth > 0)
		r->type->read_ahead(r, stmt, param, n);
}

int64_t
row_int(const struct store_row *row, int column)
{
	return row->type->column_int(row, column);
}

const char *
row_text(const struct store_row *row, int column)
{
	return row->type->column_text(row, column);
}

const void *
row_blob(const struct store_row *row, int column, size_t *ret_len)
{
	return row->type->column_blob(row, column, ret_len);
}

int
row_null(const struct store_row *row, int column)
{
	return row->type->column_null(row, column);
}

struct sql_value
row_value(const struct store_row *row, int column)
{
	return row->type->column_value(row, column);
}
