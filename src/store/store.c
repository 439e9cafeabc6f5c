#include "store/type.h"

#include <string.h>

const char *const store_sql[ST_NSTATEMENTS] = {
#define STMT(sym, text) [ST_##sym] = text,
#include "store/statements.def"
#undef STMT
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

int
store_open(const char *address, enum store_open how, struct store **ret_store, struct fault *f)
{
	const struct store_type *type = store_is_file(address) ? &store_sqlite : &store_pg;

	return type->open(address, how, ret_store, f);
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
	if (--r->depth == 0)
		r->type->reader_end(r);
}

int64_t
store_read(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f)
{
	return r->type->read(r, stmt, param, n, row, ctx, f);
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
