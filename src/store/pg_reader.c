#include "store/pg_reader.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define AHEAD_MAX 64		/* reads that are said ahead */
#define AHEAD_BYTES 160		/* of the parameters of one */

/* A read that was said ahead: its answer, when it is there. */
struct ahead {
	enum stmt stmt;
	int taken;
	size_t len;
	uint8_t param[AHEAD_BYTES];	/* as put_params writes them */
	PGresult *rows;
};

struct pg_reader {
	struct store_reader base;
	struct pg_conn c;
	int open;		/* between begin and end */
	int begun;		/* and the server was told: with the first read */
	int fresh;		/* and nothing was read yet: it can begin again */
	int rests;		/* it says when there will be nothing to read for a while */
	struct ahead ahead[AHEAD_MAX];
	size_t nahead, ntaken;
};

struct pg_row {
	struct store_row base;
	const PGresult *result;
	int row;
};

static struct pg_reader *
reader_of(struct store_reader *r)
{
	return (struct pg_reader *)r;
}

static void
forget_ahead(struct pg_reader *r)
{
	for (size_t i = 0; i < r->nahead; i++)
		PQclear(r->ahead[i].rows);
	r->nahead = r->ntaken = 0;
}

void
pg_reader_close(struct store_reader *r)
{
	forget_ahead(reader_of(r));
	pg_free(&reader_of(r)->c);
	free(r);
}

int
pg_reader_open(const struct pg_conn *of, struct store_reader **ret_reader, struct fault *f)
{
	struct pg_reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	r->base.type = &store_pg;
	/* It connects when it is used: whoever opens one while the database is away waits for it so. */
	if (pg_init(&r->c, of->address, f) < 0) {
		free(r);
		return -1;
	}
	/* Who has the database to himself locks it once, on the writer's connection. */
	r->c.lock = of->lock == PG_ALONE ? PG_UNLOCKED : PG_SHARED;
	r->c.patient = of->patient;
	*ret_reader = &r->base;
	return 0;
}

int
pg_reader_begin(struct store_reader *reader, struct fault *f)
{
	struct pg_reader *r = reader_of(reader);

	pg_forget(&r->c);
	if (pg_connect(&r->c, f) < 0)
		return -1;
	r->open = r->fresh = 1;
	r->begun = 0;
	return 0;
}

/* The answer to ROLLBACK is read with those of whoever comes next, and may be asked for with them. */
void
pg_reader_end(struct store_reader *reader)
{
	struct pg_reader *r = reader_of(reader);

	if (!r->open)
		return;
	r->open = r->fresh = 0;
	if (r->begun) {
		pg_drain(&r->c);
		pg_forget(&r->c);
	}
	forget_ahead(r);
	if (!r->begun || r->c.pg == NULL)
		return;
	pg_send_frame(&r->c, PG_ROLLBACK);
	if (!r->rests)
		pg_part(&r->c);
	pg_forget(&r->c);
}

void
pg_reader_rest(struct store_reader *reader)
{
	struct pg_reader *r = reader_of(reader);

	r->rests = 1;
	if (!r->open)
		pg_part(&r->c);
}

static void
tell_begun(struct pg_reader *r)
{
	if (!r->open || r->begun)
		return;
	pg_send_frame(&r->c, PG_BEGIN_READ);
	r->begun = 1;
}

/* Parameters one after the other: kind, length, value; 0: they are too long to be kept. */
static size_t
put_params(const struct sql_value *param, size_t n, uint8_t to[AHEAD_BYTES])
{
	size_t at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = param[i].kind == SQL_INT ? sizeof(param[i].i) : param[i].kind == SQL_NULL ? 0 :
		    param[i].len;

		if (len > UINT8_MAX || at + 2 + len > AHEAD_BYTES)
			return 0;
		to[at++] = (uint8_t)param[i].kind;
		to[at++] = (uint8_t)len;
		if (len > 0)
			memcpy(to + at, param[i].kind == SQL_INT ? (const void *)&param[i].i : param[i].data, len);
		at += len;
	}
	return at;
}

/* The same read said ahead, or NULL. */
static struct ahead *
find_ahead(struct pg_reader *r, enum stmt stmt, const struct sql_value *param, size_t n)
{
	uint8_t key[AHEAD_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < r->nahead; i++) {
		struct ahead *a = &r->ahead[i];

		if (a->stmt != stmt || a->taken || (len == 0 && (len = put_params(param, n, key)) == 0))
			continue;
		if (a->len == len && memcmp(a->param, key, len) == 0)
			return a;
	}
	return NULL;
}

void
pg_read_ahead(struct store_reader *reader, enum stmt stmt, const struct sql_value *param, size_t n)
{
	struct pg_reader *r = reader_of(reader);
	struct ahead *a = &r->ahead[r->nahead];

	if (r->nahead == AHEAD_MAX || r->c.pg == NULL || r->c.trouble != PG_FINE ||
	    find_ahead(r, stmt, param, n) != NULL || (a->len = put_params(param, n, a->param)) == 0)
		return;
	a->stmt = stmt;
	a->taken = 0;
	a->rows = NULL;
	tell_begun(r);
	r->nahead++;
	pg_send(&r->c, (int)stmt, param, n, (struct pg_want){ .rows = STORE_ANY_COUNT, .op = PG_NO_OP,
	    .keep = &a->rows });
}

/* The answer, the caller's; NULL with the trouble kept in the connection. */
static PGresult *
answer(struct pg_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    struct fault *f)
{
	struct ahead *a = r->open ? find_ahead(r, stmt, param, n) : NULL;
	PGresult **rows = a != NULL ? &a->rows : &r->c.rows, *mine;

	if (!r->open) {
		pg_forget(&r->c);
		if (pg_connect(&r->c, f) < 0)
			return NULL;
	}
	tell_begun(r);
	if (a == NULL)
		pg_send(&r->c, (int)stmt, param, n, (struct pg_want){ .rows = STORE_ANY_COUNT, .op = PG_NO_OP });
	if (pg_drain(&r->c) != PG_FINE) {
		pg_blame(&r->c, f);
		return NULL;
	}
	mine = *rows;
	*rows = NULL;
	r->fresh = 0;
	if (a != NULL) {
		a->taken = 1;
		if (++r->ntaken == r->nahead)
			forget_ahead(r);
	}
	return mine;
}

int64_t
pg_read(struct store_reader *reader, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f)
{
	struct pg_reader *r = reader_of(reader);
	struct pg_row at = { { &store_pg }, NULL, 0 };
	int may_repeat = r->open ? r->fresh : r->c.pg != NULL, nrows, said = 0;
	PGresult *rows = answer(r, stmt, param, n, f);

	/* The server may have been restarted since this reader was last used. */
	if (rows == NULL && may_repeat && r->c.pg == NULL) {
		forget_ahead(r);
		if (r->open && pg_reader_begin(reader, f) < 0)
			return -1;
		rows = answer(r, stmt, param, n, f);
	}
	if (rows == NULL)
		return -1;
	at.result = rows;
	nrows = PQntuples(rows);
	while (row != NULL && at.row < nrows && said == 0) {
		said = row(&at.base, ctx, f);
		at.row++;
	}
	PQclear(rows);
	return said < 0 ? -1 : row == NULL ? nrows : at.row;
}

int64_t
pg_column_int(const struct store_row *row, int column)
{
	const struct pg_row *at = (const struct pg_row *)row;
	uint64_t value = 0;

	/* A statement that answers with another type is wrong; the tests run every one. */
	assert(PQftype(at->result, column) == OID_INT8);
	if (!PQgetisnull(at->result, at->row, column))
		memcpy(&value, PQgetvalue(at->result, at->row, column), sizeof(value));
	return (int64_t)be64toh(value);
}

const char *
pg_column_text(const struct store_row *row, int column)
{
	const struct pg_row *at = (const struct pg_row *)row;

	return PQgetvalue(at->result, at->row, column);
}

const void *
pg_column_blob(const struct store_row *row, int column, size_t *ret_len)
{
	const struct pg_row *at = (const struct pg_row *)row;

	*ret_len = (size_t)PQgetlength(at->result, at->row, column);
	return PQgetvalue(at->result, at->row, column);
}

int
pg_column_null(const struct store_row *row, int column)
{
	const struct pg_row *at = (const struct pg_row *)row;

	return PQgetisnull(at->result, at->row, column);
}

struct sql_value
pg_column_value(const struct store_row *row, int column)
{
	const struct pg_row *at = (const struct pg_row *)row;
	struct sql_value v = { .kind = SQL_NULL };

	if (pg_column_null(row, column))
		return v;
	if (PQftype(at->result, column) == OID_INT8)
		return sql_int(pg_column_int(row, column));
	v.kind = PQftype(at->result, column) == OID_TEXT ? SQL_TEXT : SQL_BLOB;
	v.data = pg_column_blob(row, column, &v.len);
	return v;
}
