/*
 * store.c - bench-store KIND ADDRESS ADDRESS [SECONDS [ROUNDS]]: what the contract of a store costs.
 *
 * In turns, for SECONDS each: batches of 64 operations through store_run_all and store_exec, as
 * the journal writes them, and a raw loop of the library (KIND sqlite or pg), which runs the same
 * statements with the same values in transactions of the same size, and can lose nothing and
 * count nothing.  An operation updates an item and adds a record and its entry.  The
 * stores must be new; each side has one of its own.
 */
#include <endian.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/store.h"

#define BATCH 64
#define CASES 20000
#define ROUNDS_MAX 99
#define GOAL 0.7
#define TEXT_LEN 560		/* of a record of a data query */
#define BODY_LEN 480		/* of its sealed body */
#define STEPS_LEN 150

static const char *const sql[] = {
#define STMT(sym, text) [ST_##sym] = text,
#include "store/statements.def"
#undef STMT
};

/* What is written: values of three rows, filled in for each operation. */
enum row { ROW_ITEM, ROW_RECORD, ROW_ENTRY, NROWS };
static const enum stmt row_stmt[NROWS] = { ST_ITEM_UPDATE, ST_RECORD_INSERT, ST_ENTRY_INSERT };
#define COLUMNS_MAX 11

struct values { struct sql_value v[NROWS][COLUMNS_MAX]; uint8_t id[UUID_LEN]; };

static const size_t row_n[NROWS] = { 9, 11, 6 };

static const struct clock clock_real;
static uint8_t case_id[CASES][UUID_LEN];
static char text[TEXT_LEN + 1], steps[STEPS_LEN + 1];
static uint8_t bytes[BODY_LEN];

struct side {
	const char *name;
	int64_t idx;		/* of the log */
	int (*batch)(struct side *s, const struct values *val, struct fault *f);
	struct store *store;
	sqlite3 *sqlite;
	sqlite3_stmt *stmt[NROWS], *begin, *commit;
	PGconn *pg;
	double rate[ROUNDS_MAX];
};

static struct sql_value
text_value(const char *of, size_t len)
{
	return (struct sql_value){ .kind = SQL_TEXT, .data = of, .len = len };
}

static void
fill_values(struct values *val, int64_t idx)
{
	const uint8_t *id = case_id[idx % CASES];

	uuid7_new(&clock_real, val->id);
	memcpy(val->v[ROW_ITEM], (const struct sql_value[]){ sql_text("330703"), sql_blob(id, UUID_LEN),
	    sql_text("I-01384"), sql_text("established"), sql_text("data_query"), sql_text(""),
	    sql_blob(val->id, UUID_LEN), sql_text(NULL), text_value(steps, STEPS_LEN) },
	    9 * sizeof(struct sql_value));
	memcpy(val->v[ROW_RECORD], (const struct sql_value[]){ sql_text("330703"),
	    sql_blob(val->id, UUID_LEN), sql_text("a"), sql_int(idx), sql_text("query.answered"),
	    sql_int(clock_now(&clock_real)), sql_blob(id, UUID_LEN), sql_blob(bytes, 32),
	    text_value(text, TEXT_LEN), sql_blob(bytes, BODY_LEN), sql_blob(bytes, 32) },
	    11 * sizeof(struct sql_value));
	memcpy(val->v[ROW_ENTRY], (const struct sql_value[]){ sql_text("a"), sql_int(idx),
	    sql_blob(bytes, 32), sql_blob(bytes, 32), sql_text("330703"), sql_blob(val->id, UUID_LEN) },
	    6 * sizeof(struct sql_value));
}

static int
fail(struct fault *f, const char *why)
{
	fault_set(f, FAULT_STORE, "%s", why);
	return -1;
}

/* The contract, as journal.c uses it. */
static int
contract_batch(struct side *s, const struct values *val, struct fault *f)
{
	struct store_step step[BATCH];
	struct store_op op[BATCH] = { 0 };

	if (store_begin(s->store, f) < 0)
		return -1;
	for (size_t i = 0; i < BATCH; i++) {
		step[i] = (struct store_step){ row_stmt[ROW_ITEM], val[i].v[ROW_ITEM],
		    row_n[ROW_ITEM], 1 };
		op[i] = (struct store_op){ .step = &step[i], .nsteps = 1 };
	}
	if (store_run_all(s->store, op, BATCH, f) < 0)
		return -1;
	for (size_t i = 0; i < BATCH; i++) {
		if (!op[i].verdict.won)
			return fail(f, "an operation lost");
		for (int r = ROW_RECORD; r < NROWS; r++)
			if (store_exec(s->store, row_stmt[r], val[i].v[r], row_n[r], 1, f) < 0)
				return -1;
	}
	return store_commit(s->store, f);
}

/* Plain SQLite: parameters by number, as the statement first names them. */
static int
sqlite_row(sqlite3_stmt *stmt, const struct sql_value *v, const int *place, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == SQL_INT)
			sqlite3_bind_int64(stmt, place[i], v[i].i);
		else if (v[i].kind == SQL_TEXT)
			sqlite3_bind_text(stmt, place[i], v[i].data, (int)v[i].len, SQLITE_STATIC);
		else if (v[i].kind == SQL_BLOB)
			sqlite3_bind_blob(stmt, place[i], v[i].data, (int)v[i].len, SQLITE_STATIC);
		else
			sqlite3_bind_null(stmt, place[i]);
	}
	return sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK ? 0 : -1;
}

static int
sqlite_batch(struct side *s, const struct values *val, struct fault *f)
{
	/* ITEM_UPDATE names $4 to $9 first, then $1 to $3; the others count up. */
	static const int place[NROWS][COLUMNS_MAX] = { { 7, 8, 9, 1, 2, 3, 4, 5, 6 },
		{ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, { 1, 2, 3, 4, 5, 6 } };

	if (sqlite_row(s->begin, NULL, NULL, 0) < 0)
		return fail(f, sqlite3_errmsg(s->sqlite));
	for (size_t i = 0; i < BATCH; i++)
		for (int r = 0; r < NROWS; r++)
			if (sqlite_row(s->stmt[r], val[i].v[r], place[r], row_n[r]) < 0 ||
			    sqlite3_changes(s->sqlite) != 1)
				return fail(f, sqlite3_errmsg(s->sqlite));
	return sqlite_row(s->commit, NULL, NULL, 0) == 0 ? 0 : fail(f, sqlite3_errmsg(s->sqlite));
}

/* Plain libpq: everything of a batch in one pipeline, COMMIT included. */
static int
pg_row(PGconn *pg, const char *name, const struct sql_value *v, size_t n)
{
	const char *value[COLUMNS_MAX];
	int length[COLUMNS_MAX], format[COLUMNS_MAX];
	uint64_t integer[COLUMNS_MAX];

	for (size_t i = 0; i < n; i++) {
		format[i] = 1;
		integer[i] = htobe64((uint64_t)v[i].i);
		value[i] = v[i].kind == SQL_NULL ? NULL : v[i].kind == SQL_INT ?
		    (const char *)&integer[i] : v[i].len != 0 ? v[i].data : "";
		length[i] = v[i].kind == SQL_INT ? 8 : (int)v[i].len;
	}
	return PQsendQueryPrepared(pg, name, (int)n, value, length, format, 1) == 1 ? 0 : -1;
}

/* The result of one statement, and the end of it. */
static int
pg_result(PGconn *pg)
{
	PGresult *r = PQgetResult(pg);
	int fine = PQresultStatus(r) == PGRES_COMMAND_OK;

	PQclear(r);
	if ((r = PQgetResult(pg)) != NULL) {
		PQclear(r);
		return -1;
	}
	return fine ? 0 : -1;
}

static int
pg_batch(struct side *s, const struct values *val, struct fault *f)
{
	static const char *const name[NROWS] = { "0", "1", "2" };
	PGresult *sync;
	int rc = 0;

	if (PQsendQueryParams(s->pg, "BEGIN", 0, NULL, NULL, NULL, NULL, 0) == 0)
		return fail(f, PQerrorMessage(s->pg));
	for (size_t i = 0; i < BATCH && rc == 0; i++)
		for (int r = 0; r < NROWS && rc == 0; r++)
			rc = pg_row(s->pg, name[r], val[i].v[r], row_n[r]);
	if (rc < 0 || PQsendQueryParams(s->pg, "COMMIT", 0, NULL, NULL, NULL, NULL, 0) == 0 ||
	    PQpipelineSync(s->pg) == 0)
		return fail(f, PQerrorMessage(s->pg));
	for (size_t i = 0; i < BATCH * NROWS + 2; i++)
		if (pg_result(s->pg) < 0)
			return fail(f, PQerrorMessage(s->pg));
	sync = PQgetResult(s->pg);
	rc = PQresultStatus(sync) == PGRES_PIPELINE_SYNC ? 0 : fail(f, PQerrorMessage(s->pg));
	PQclear(sync);
	return rc;
}

/* Preparing */

/* A log, and cases with one item each. */
static int
furnish(struct store *store, struct fault *f)
{
	for (size_t i = 0; i < CASES; i++) {
		const struct sql_value division = sql_text("330703"), id = sql_blob(case_id[i], UUID_LEN);
		char number[32];

		snprintf(number, sizeof(number), "330703-261123-A%05zu-N", i);
		if (i % 1000 == 0 && ((i > 0 && store_commit(store, f) < 0) || store_begin(store, f) < 0))
			return -1;
		if (i == 0 && store_exec(store, ST_LOG_INSERT, PARAMS(sql_text("a"), sql_text("localhost"),
		    sql_blob("", 0), sql_blob("", 0), sql_int(0)), 1, f) < 0)
			return -1;
		if (store_exec(store, ST_CASE_INSERT, PARAMS(division, id, sql_text(number),
		    sql_text("open"), sql_text("M-0303"), sql_int(1), sql_text("330703-ZG"),
		    sql_text("window"), sql_blob(bytes, BODY_LEN), sql_int(0), sql_text("u-1007"),
		    sql_int(0)), 1, f) < 0 || store_exec(store, ST_ITEM_INSERT, PARAMS(division, id,
		    sql_text("I-01384"), sql_int(0), sql_text("to_query"), sql_text("data_query"),
		    sql_text(""), sql_text("[]")), 1, f) < 0)
			return -1;
	}
	return store_commit(store, f);
}

static int
open_sqlite(struct side *s, const char *path, struct fault *f)
{
	if (sqlite3_open_v2(path, &s->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK || sqlite3_exec(s->sqlite, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
	    "PRAGMA cache_size = -65536", NULL, NULL, NULL) != SQLITE_OK)
		return fail(f, sqlite3_errmsg(s->sqlite));
	for (int r = 0; r < NROWS; r++)
		if (sqlite3_prepare_v2(s->sqlite, sql[row_stmt[r]], -1, &s->stmt[r], NULL) != SQLITE_OK)
			return fail(f, sqlite3_errmsg(s->sqlite));
	if (sqlite3_prepare_v2(s->sqlite, "BEGIN IMMEDIATE", -1, &s->begin, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->sqlite, "COMMIT", -1, &s->commit, NULL) != SQLITE_OK)
		return fail(f, sqlite3_errmsg(s->sqlite));
	s->name = "plain SQLite";
	s->batch = sqlite_batch;
	return 0;
}

static int
open_pg(struct side *s, const char *address, struct fault *f)
{
	static const char *const name[NROWS] = { "0", "1", "2" };

	s->pg = PQconnectdb(address);
	for (int r = 0; r < NROWS; r++) {
		PGresult *done = PQprepare(s->pg, name[r], sql[row_stmt[r]], 0, NULL);
		int fine = PQresultStatus(done) == PGRES_COMMAND_OK;

		PQclear(done);
		if (!fine)
			return fail(f, PQerrorMessage(s->pg));
	}
	if (PQenterPipelineMode(s->pg) == 0)
		return fail(f, PQerrorMessage(s->pg));
	s->name = "plain libpq";
	s->batch = pg_batch;
	return 0;
}

/* The raw side's store is made through the contract as well: both begin with the same rows. */
static int
open_both(struct side *ours, struct side *raw, const char *kind, char *const *address,
    struct fault *f)
{
	struct store *other = NULL;
	int rc = -1;

	ours->name = "the contract";
	ours->batch = contract_batch;
	for (size_t i = 0; i < CASES; i++)
		uuid7_new(&clock_real, case_id[i]);
	if (store_open(address[0], STORE_CREATE, &ours->store, f) == 0 &&
	    store_open(address[1], STORE_CREATE, &other, f) == 0 &&
	    furnish(ours->store, f) == 0 && furnish(other, f) == 0)
		rc = 0;
	store_close(other);
	if (rc < 0)
		return -1;
	return strcmp(kind, "pg") == 0 ? open_pg(raw, address[1], f) : open_sqlite(raw, address[1], f);
}

static void
close_both(struct side *ours, struct side *raw)
{
	store_close(ours->store);
	for (int r = 0; r < NROWS; r++)
		sqlite3_finalize(raw->stmt[r]);
	sqlite3_finalize(raw->begin);
	sqlite3_finalize(raw->commit);
	sqlite3_close(raw->sqlite);
	PQfinish(raw->pg);
}

/* Measuring */

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Rows per second. */
static int
measure(struct side *s, double for_seconds, double *ret_rate, struct fault *f)
{
	static struct values val[BATCH];
	double began = seconds(), took;
	size_t rows = 0;

	do {
		for (size_t i = 0; i < BATCH; i++)
			fill_values(&val[i], s->idx++);
		if (s->batch(s, val, f) < 0)
			return -1;
		rows += BATCH * NROWS;
	} while ((took = seconds() - began) < for_seconds);
	*ret_rate = (double)rows / took;
	return 0;
}

static int
by_rate(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
print_side(struct side *s, size_t n)
{
	qsort(s->rate, n, sizeof(s->rate[0]), by_rate);
	printf("%-14s %9.0f rows/s   (%.0f to %.0f, median of %zu)\n", s->name, s->rate[n / 2],
	    s->rate[0], s->rate[n - 1], n);
	return s->rate[n / 2];
}

int
main(int argc, char **argv)
{
	static struct side ours, raw;
	struct fault f = FAULT_INIT;
	double for_seconds = argc > 4 ? strtod(argv[4], NULL) : 1, share[ROUNDS_MAX], a, b;
	size_t n = argc > 5 ? strtoul(argv[5], NULL, 10) : 15;
	int rc = 1;

	if (argc < 4 || argc > 6 || n == 0 || n > ROUNDS_MAX ||
	    (strcmp(argv[1], "sqlite") != 0 && strcmp(argv[1], "pg") != 0)) {
		fprintf(stderr, "usage: bench-store sqlite|pg ADDRESS ADDRESS [SECONDS [ROUNDS]]\n");
		return 2;
	}
	memset(text, 'x', TEXT_LEN);
	memset(steps, 'x', STEPS_LEN);
	memset(bytes, 0x5a, BODY_LEN);
	if (open_both(&ours, &raw, argv[1], argv + 2, &f) < 0)
		goto out;
	for (size_t i = 0; i < n; i++) {
		/* Whoever goes first in one round goes second in the next. */
		if (measure(i % 2 == 0 ? &ours : &raw, for_seconds, i % 2 == 0 ? &a : &b, &f) < 0 ||
		    measure(i % 2 == 0 ? &raw : &ours, for_seconds, i % 2 == 0 ? &b : &a, &f) < 0)
			goto out;
		ours.rate[i] = a;
		raw.rate[i] = b;
		share[i] = a / b;
	}
	qsort(share, n, sizeof(share[0]), by_rate);
	print_side(&ours, n);
	print_side(&raw, n);
	printf("goal %.2f of the raw loop: %.2f (%.2f to %.2f), %s\n", GOAL, share[n / 2], share[0],
	    share[n - 1], share[n / 2] >= GOAL ? "met" : "not met");
	rc = 0;
out:
	if (rc != 0)
		fprintf(stderr, "bench-store: %s: %s\n", fault_name(f.code), f.cause);
	close_both(&ours, &raw);
	return rc;
}
