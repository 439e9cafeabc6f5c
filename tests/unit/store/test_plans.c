/*
 * How the databases would run each statement: none reads a growing table from end to end, and
 * where one has a LIMIT an index gives the order.  Every table grows but those named here; a
 * table or a statement that is new is held to the rule until somebody gives a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kinds.h"
#include "store/store.h"

struct reason { const char *name, *why; };

/* Tables whose size does not follow the number of cases. */
static const struct reason small_table[] = {
	{ "data_key", "one row a day, and read once at the start" },
	{ "log", "one row for each serving process" },
	{ "checkpoint", "the newest of each log" },
	{ "user_account", "the people who work here" },
	{ "deputy", "the people who stand in for others" },
	{ "platform", "one row for each window of others" },
	{ "inventory_version", "one row for each imported list" },
	{ "inventory_publication", "one row for each time that a list is put in force" },
	{ "agency_change", "one row for each time that agencies are merged and the like" },
};

/* Statements that may read a growing table whole; a name with a star stands for all that begin so. */
static const struct reason may_scan[] = {
	{ "SESSION_EXPIRE", "keeps the table as small as the sign-ins of the last hours" },
	{ "CHECK_*", "wzm store check reads everything" },
	{ "COPY_*", "wzm store copy reads everything" },
};

static const struct { const char *name, *text; } statement[] = {
#define STMT(sym, text) { #sym, text },
#include "store/statements.def"
#undef STMT
};
#define NSTATEMENTS (sizeof(statement) / sizeof(statement[0]))
#define NREASONS(table) (sizeof(table) / sizeof((table)[0]))

static char dir[64], file[ADDRESS_MAX], database[ADDRESS_MAX];
static sqlite3 *sqlite;
static PGconn *pg;

static int
is_star(const char *name)
{
	return name[strlen(name) - 1] == '*';
}

static int
has(const struct reason *table, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (is_star(table[i].name) ?
		    strncmp(table[i].name, name, strlen(table[i].name) - 1) == 0 :
		    strcmp(table[i].name, name) == 0)
			return 1;
	return 0;
}

static int
is_small(const char *table)
{
	return has(small_table, NREASONS(small_table), table);
}

static int
has_limit(const char *text)
{
	return strstr(text, " LIMIT ") != NULL;
}

/* One line of SQLite's plan; SCAN names the table by its alias, and an alias is never small. */
static void
judge_line(const char *line, const char *text, struct buf *complaint)
{
	static const char scan[] = "SCAN ";
	char table[64];

	if (strncmp(line, scan, sizeof(scan) - 1) == 0) {
		snprintf(table, sizeof(table), "%.*s", (int)strcspn(line + sizeof(scan) - 1, " "),
		    line + sizeof(scan) - 1);
		if (!is_small(table))
			buf_fmt(complaint, "%s; ", line);
	}
	if (has_limit(text) && strstr(line, "FOR ORDER BY") != NULL)
		buf_fmt(complaint, "%s; ", line);
}

static void
judge_sqlite(const char *text, struct buf *complaint)
{
	struct buf explain = BUF_INIT;
	sqlite3_stmt *stmt;
	int rc;

	buf_fmt(&explain, "EXPLAIN QUERY PLAN %s", text);
	if (sqlite3_prepare_v2(sqlite, explain.data, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(sqlite));
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		judge_line((const char *)sqlite3_column_text(stmt, 3), text, complaint);
	assert_int_equal(rc, SQLITE_DONE);
	sqlite3_finalize(stmt);
	buf_free(&explain);
}

/* A node of PostgreSQL's plan: an index without a condition is read from end to end as well. */
static void
judge_node(const json_t *node, const char *text, struct buf *complaint)
{
	const char *type = json_string_value(json_object_get(node, "Node Type"));
	const char *table = json_string_value(json_object_get(node, "Relation Name"));
	int whole = strcmp(type, "Seq Scan") == 0 || (strncmp(type, "Index", 5) == 0 &&
	    json_object_get(node, "Index Cond") == NULL);
	const json_t *plan;
	size_t i;

	if (whole && table != NULL && !is_small(table))
		buf_fmt(complaint, "%s on %s; ", type, table);
	if (strstr(type, "Sort") != NULL && has_limit(text))
		buf_fmt(complaint, "%s; ", type);
	json_array_foreach(json_object_get(node, "Plans"), i, plan)
		judge_node(plan, text, complaint);
}

/* The plan for any parameters: which they are is not known when a statement is prepared. */
static void
judge_pg(const char *text, struct buf *complaint)
{
	struct buf explain = BUF_INIT;
	PGresult *r = PQprepare(pg, "it", text, 0, NULL);
	json_t *plan;

	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(pg));
	PQclear(r);
	r = PQdescribePrepared(pg, "it");
	buf_str(&explain, "EXPLAIN (FORMAT JSON) EXECUTE it");
	for (int i = 0; i < PQnparams(r); i++)
		buf_fmt(&explain, "%sNULL", i == 0 ? " (" : ", ");
	buf_str(&explain, PQnparams(r) > 0 ? ")" : "");
	PQclear(r);
	r = PQexec(pg, explain.data);
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", explain.data, PQerrorMessage(pg));
	assert_non_null(plan = json_loads(PQgetvalue(r, 0, 0), 0, NULL));
	judge_node(json_object_get(json_array_get(plan, 0), "Plan"), text, complaint);
	json_decref(plan);
	PQclear(r);
	PQclear(PQexec(pg, "DEALLOCATE it"));
	buf_free(&explain);
}

static void
no_growing_table_is_read_whole(void (*judge)(const char *text, struct buf *complaint))
{
	int failed = 0;

	for (size_t i = 0; i < NSTATEMENTS; i++) {
		struct buf complaint = BUF_INIT;

		judge(statement[i].text, &complaint);
		if (complaint.len > 0 && !has(may_scan, NREASONS(may_scan), statement[i].name)) {
			print_error("%s: %s\n", statement[i].name, complaint.data);
			failed++;
		}
		buf_free(&complaint);
	}
	assert_int_equal(failed, 0);
}

static void
no_statement_reads_a_growing_table_whole_on_sqlite(void **state)
{
	(void)state;
	no_growing_table_is_read_whole(judge_sqlite);
}

static void
no_statement_reads_a_growing_table_whole_on_postgresql(void **state)
{
	(void)state;
	no_growing_table_is_read_whole(judge_pg);
}

/* What these tests are worth: statements that read too much are found out, on both. */
static void
a_statement_that_reads_too_much_is_found_out(void **state)
{
	static const char *const bad[] = {
		"SELECT id FROM record WHERE type = $1",
		"SELECT r.id FROM log l JOIN record r ON r.log = l.name WHERE l.name = $1",
		"SELECT count(*) FROM entry",
		"DELETE FROM idempotency WHERE at < $1",
		"SELECT id FROM service_case ORDER BY division, id LIMIT $1",
		"SELECT id FROM service_case WHERE division = $1 ORDER BY opened_at LIMIT $2",
		"SELECT id FROM verification WHERE desk = $1 AND state = $2 ORDER BY sent_at LIMIT $3",
	};
	static const char good[] = "SELECT id FROM record WHERE division = $1 AND id = $2";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf here = BUF_INIT, there = BUF_INIT;

		judge_sqlite(bad[i], &here);
		judge_pg(bad[i], &there);
		if (here.len == 0 || there.len == 0)
			fail_msg("%s: not found out", bad[i]);
		buf_free(&here);
		buf_free(&there);
	}
	for (int k = 0; k < 2; k++) {
		struct buf complaint = BUF_INIT;

		(k == 0 ? judge_sqlite : judge_pg)(good, &complaint);
		assert_int_equal(complaint.len, 0);
		buf_free(&complaint);
	}
}

/* A reason that nothing needs any more would excuse the next one of that name. */
static void
every_excuse_is_needed(void **state)
{
	(void)state;
	for (size_t k = 0; k < NREASONS(may_scan); k++) {
		struct buf complaint = BUF_INIT;

		for (size_t i = 0; i < NSTATEMENTS; i++)
			if (strcmp(statement[i].name, may_scan[k].name) == 0)
				judge_sqlite(statement[i].text, &complaint);
		if (complaint.len == 0 && !is_star(may_scan[k].name))
			fail_msg("%s needs no excuse", may_scan[k].name);
		buf_free(&complaint);
	}
}

static int
make_both(void **state)
{
	struct store *s;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-plans-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(KIND_SQLITE, dir, file) < 0 ||
	    kind_place(KIND_PG, dir, database) < 0 || store_open(file, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	if (store_open(database, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	pg = PQconnectdb(database);
	/* Of an empty table anything is cheap: these leave only what cannot be done otherwise. */
	PQclear(PQexec(pg, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;"
	    "SET enable_sort = off; SET enable_bitmapscan = off"));
	return sqlite3_open(file, &sqlite) == SQLITE_OK && PQstatus(pg) == CONNECTION_OK ? 0 : -1;
}

static int
remove_dir(void **state)
{
	char command[128];

	(void)state;
	sqlite3_close(sqlite);
	PQfinish(pg);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_statement_reads_a_growing_table_whole_on_sqlite),
		cmocka_unit_test(no_statement_reads_a_growing_table_whole_on_postgresql),
		cmocka_unit_test(a_statement_that_reads_too_much_is_found_out),
		cmocka_unit_test(every_excuse_is_needed),
	};

	return cmocka_run_group_tests_name("plans", tests, make_both, remove_dir);
}
