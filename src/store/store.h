/*
 * store.h - the one contract of everything that is kept: SQLite or PostgreSQL.
 *
 * Writing happens on one thread, in batches: begin, any number of operations, the rows
 * that go with them, commit.  Reading happens on readers of their own, one per thread,
 * and never waits for the writer.  Statements have names (statements.def, and those that
 * tables.def and checks.def make) and parameters $1..$n; there is no other SQL.  docs/decisions.md 7 and 9.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum stmt {
#define STMT(sym, sql) ST_##sym,
#include "store/statements.def"
#undef STMT
#define TABLE(sym, name, key, ncols, columns) ST_COPY_FIRST_##sym, ST_COPY_NEXT_##sym, \
	ST_COPY_LAST_##sym, ST_COPY_COUNT_##sym, ST_COPY_INSERT_##sym,
#include "store/tables.def"
#undef TABLE
#define CHECK(sym, code, table, nkeys, keys, condition, zh, en) ST_CHECK_##sym,
#include "store/checks.def"
#undef CHECK
	/* Those of the index come last: from ST_INDEX_FIRST on. */
	ST_INDEX_FIRST, ST_INDEX_BEFORE = ST_INDEX_FIRST - 1,
#define STMT(sym, sql) ST_##sym,
#include "store/index_statements.def"
#undef STMT
	ST_NSTATEMENTS
};

enum sql_kind { SQL_NULL, SQL_INT, SQL_TEXT, SQL_BLOB };

/* A parameter; data is borrowed. */
struct sql_value {
	enum sql_kind kind;
	int64_t i;
	const void *data;
	size_t len;
};

static inline struct sql_value
sql_int(int64_t i)
{
	return (struct sql_value){ .kind = SQL_INT, .i = i };
}

static inline struct sql_value
sql_blob(const void *data, size_t len)
{
	return (struct sql_value){ .kind = SQL_BLOB, .data = data, .len = len };
}

struct sql_value sql_text(const char *text);	/* NULL gives SQL_NULL */

/* One statement of an operation and the number of rows that it must change. */
#define STORE_ANY_COUNT (-1)
struct store_step {
	enum stmt stmt;
	const struct sql_value *param;
	size_t nparams;
	int64_t expect;
};

/* How an operation ended: every count as expected, or the first step that was not. */
#define STORE_CHAIN SIZE_MAX		/* lost because the one before it in its chain did */
struct store_verdict {
	int won;
	size_t lost_step;
};

/* An operation of a batch.  A chained one loses if the one before it did not win. */
struct store_op {
	const struct store_step *step;
	size_t nsteps;
	int chained;
	struct store_verdict verdict;	/* set by store_run_all */
};

/* One row of an answer; valid during the callback only.  Columns count from 0. */
struct store_row;
int64_t row_int(const struct store_row *row, int column);
const char *row_text(const struct store_row *row, int column);	/* "" for NULL */
const void *row_blob(const struct store_row *row, int column, size_t *ret_len);
int row_null(const struct store_row *row, int column);
/* Whatever it is, as a parameter; its data is valid as long as the row. */
struct sql_value row_value(const struct store_row *row, int column);

/* 0 to go on, 1 to stop; -1 with a fault set. */
typedef int store_row_fn(const struct store_row *row, void *ctx, struct fault *f);

struct store;
struct store_reader;

/*
 * How a store is opened.  To look changes nothing, not even the schema, and may take long.
 * A copy has its stores to itself: it looks at the one, and the other is new or has today's
 * schema, else FAULT_STORE_NOT_EMPTY, and it is left as it was.
 */
enum store_open { STORE_EXISTING, STORE_CREATE, STORE_LOOK, STORE_COPY_FROM, STORE_COPY_TO };

/*
 * Opens the store at an address and brings its schema up to date: postgresql://... is a
 * database with encoding UTF8, anything else the path of an SQLite file, of which a copy is
 * made before something is migrated.  An address holds no password (libpq reads a passfile).
 * STORE_CREATE makes the file; a database must be there, and STORE_CREATE refuses one that
 * somebody uses already.  FAULT_SCHEMA_NEWER, FAULT_STORE, FAULT_STORE_AWAY; of a database,
 * FAULT_STORE_IN_USE when a copy of it is being made, or is to be made and somebody uses it (a
 * file is as its instance's lock says).
 */
int store_open(const char *address, enum store_open how, struct store **ret_store,
    struct fault *f);
void store_close(struct store *s);

/*
 * The index: another store with tables of its own (migrations index_*, index_statements.def),
 * whose contents can be made again from the store itself.  Opened as a store is, and made when
 * it is not there: a file of its own, or in a database beside the other tables.  What is
 * written to a file may be lost again when the power goes, the latest first.
 */
int store_open_index(const char *address, struct store **ret_store, struct fault *f);

int store_is_file(const char *address);

/*
 * The writer's side; one thread at a time.  A connection that was lost is made again by the
 * next store_begin; FAULT_STORE_AWAY says that it cannot be now.
 */
int store_begin(struct store *s, struct fault *f);
/* Runs operations in this order.  A loser leaves no trace in the batch.  -1: the batch is lost. */
int store_run_all(struct store *s, struct store_op *op, size_t n, struct fault *f);
int store_run(struct store *s, const struct store_step *step, size_t n,
    struct store_verdict *ret_verdict, struct fault *f);
/*
 * One statement that must change exactly `expect` rows, else the batch is lost.  The store may
 * find that out later, at the latest in store_commit.
 */
int store_exec(struct store *s, enum stmt stmt, const struct sql_value *param, size_t n,
    int64_t expect, struct fault *f);
/* -1: not committed, or nobody knows (the connection was cut): ask store_settle. */
int store_commit(struct store *s, struct fault *f);
/*
 * After store_commit failed, what became of the transaction.  STORE_OVER: it is over and the
 * store does not remember how it ended, but a reader now sees what became of it for ever.
 * -1 when the store cannot be asked.
 */
enum store_outcome { STORE_NOT_COMMITTED, STORE_COMMITTED, STORE_OVER };
int store_settle(struct store *s, struct fault *f);
void store_rollback(struct store *s);

/* Readers.  A reader belongs to one thread at a time. */
int store_reader_open(struct store *s, struct store_reader **ret_reader, struct fault *f);
void store_reader_close(struct store_reader *r);
/* Between these, all reads see one state: that of the first of them.  They nest: the outermost counts. */
int store_reader_begin(struct store_reader *r, struct fault *f);
void store_reader_end(struct store_reader *r);
/*
 * For a reader that reads one state after the other: from the first of these on a database hears of the
 * end of one with the first read of the next, or by this, which is to be called before a wait.
 */
void store_reader_rest(struct store_reader *r);
/* Returns the number of rows given to row (which may be NULL to count), or -1. */
int64_t store_read(struct store_reader *r, enum stmt stmt, const struct sql_value *param,
    size_t n, store_row_fn *row, void *ctx, struct fault *f);
/*
 * Says that this will be read before store_reader_end: a database is asked for it together with the
 * next read, so that both take one way there and back.  What is then read otherwise, or not at all,
 * costs what was asked in vain.  Parameters are copied.  A file does nothing, nor does a reader without
 * store_reader_begin.
 */
void store_read_ahead(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n);

#define PARAMS(...) (const struct sql_value[]){ __VA_ARGS__ }, \
	sizeof((const struct sql_value[]){ __VA_ARGS__ }) / sizeof(struct sql_value)

#endif
