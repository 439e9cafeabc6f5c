/* Both DDLs give the same tables: columns, types, nullability and keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "kinds.h"
#include "store/store.h"

/* A line for each column, in the order of table and name: table, column, type, null, place in the primary key. */
#define SQLITE_COLUMNS \
	"SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk" \
	" FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'" \
	" ORDER BY m.name, c.cid"
#define PG_COLUMNS \
	"SELECT c.table_name || ' ' || c.column_name || ' ' ||" \
	" CASE c.data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT'" \
	" ELSE c.data_type END || ' ' || (c.is_nullable = 'NO')::int || ' ' ||" \
	" coalesce((SELECT k.ordinal_position FROM information_schema.key_column_usage k" \
	" JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)" \
	" WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = c.table_name" \
	" AND k.table_name = c.table_name AND k.column_name = c.column_name), 0)" \
	" FROM information_schema.columns c" \
	" WHERE c.table_schema = 'public' AND c.table_name <> 'schema_version'" \
	" ORDER BY c.table_name COLLATE \"C\", c.ordinal_position"

/* Foreign keys: table, columns, the table and columns they refer to. */
#define SQLITE_FOREIGN \
	"SELECT x FROM (SELECT m.name || ' ' || group_concat(f.\"from\") || ' ' || f.\"table\" || ' ' ||" \
	" group_concat(f.\"to\") AS x FROM sqlite_schema m, pragma_foreign_key_list(m.name) f" \
	" WHERE m.type = 'table' GROUP BY m.name, f.id) ORDER BY x"
#define PG_FOREIGN \
	"SELECT x FROM (SELECT c.conrelid::regclass || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY n)" \
	" FROM unnest(c.conkey) WITH ORDINALITY k(att, n) JOIN pg_attribute a ON a.attrelid = c.conrelid" \
	" AND a.attnum = k.att) || ' ' || c.confrelid::regclass || ' ' || (SELECT string_agg(a.attname, ','" \
	" ORDER BY n) FROM unnest(c.confkey) WITH ORDINALITY k(att, n) JOIN pg_attribute a" \
	" ON a.attrelid = c.confrelid AND a.attnum = k.att) AS x FROM pg_constraint c" \
	" WHERE c.contype = 'f') y ORDER BY x COLLATE \"C\""

/* Indexes that are no primary key: table, unique, partial, columns. */
#define SQLITE_INDEXES \
	"SELECT x FROM (SELECT m.name || ' ' || l.\"unique\" || ' ' || l.partial || ' ' ||" \
	" (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i) AS x" \
	" FROM sqlite_schema m, pragma_index_list(m.name) l WHERE m.type = 'table' AND l.origin <> 'pk')" \
	" ORDER BY x"
#define PG_INDEXES \
	"SELECT x FROM (SELECT i.indrelid::regclass || ' ' || i.indisunique::int || ' ' ||" \
	" (i.indpred IS NOT NULL)::int || ' ' || (SELECT string_agg(a.attname, ',' ORDER BY n)" \
	" FROM unnest(i.indkey) WITH ORDINALITY k(att, n) JOIN pg_attribute a" \
	" ON a.attrelid = i.indrelid AND a.attnum = k.att) AS x FROM pg_index i" \
	" JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace" \
	" AND NOT i.indisprimary) y ORDER BY x COLLATE \"C\""

static char dir[64], file[ADDRESS_MAX], database[ADDRESS_MAX];

static int
make_both(void **state)
{
	struct store *s;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-schema-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(KIND_SQLITE, dir, file) < 0 ||
	    kind_place(KIND_PG, dir, database) < 0 || store_open(file, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	if (store_open(database, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	return 0;
}

static int
remove_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int
line(void *ctx, int n, char **value, char **name)
{
	(void)n;
	(void)name;
	buf_fmt(ctx, "%s\n", value[0]);
	return 0;
}

static void
same(const char *sqlite_query, const char *pg_query)
{
	struct buf here = BUF_INIT, there = BUF_INIT;
	PGconn *pg = PQconnectdb(database);
	PGresult *r = PQexec(pg, pg_query);
	sqlite3 *db;

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(pg));
	for (int i = 0; i < PQntuples(r); i++)
		buf_fmt(&there, "%s\n", PQgetvalue(r, i, 0));
	PQclear(r);
	PQfinish(pg);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_exec(db, sqlite_query, line, &here, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	assert_true(here.len > 0);
	assert_string_equal(here.data, there.data);
	buf_free(&here);
	buf_free(&there);
}

static void
both_have_the_same_columns(void **state)
{
	(void)state;
	same(SQLITE_COLUMNS, PG_COLUMNS);
}

static void
both_have_the_same_references(void **state)
{
	(void)state;
	same(SQLITE_FOREIGN, PG_FOREIGN);
}

static void
both_have_the_same_indexes(void **state)
{
	(void)state;
	same(SQLITE_INDEXES, PG_INDEXES);
}

/* Text compares bytewise on both, whatever the database's own collation. */
static void
text_is_collated_bytewise(void **state)
{
	PGconn *pg = PQconnectdb(database);
	PGresult *r = PQexec(pg, "SELECT table_name || '.' || column_name FROM information_schema.columns"
	    " WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'");

	(void)state;
	assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
	for (int i = 0; i < PQntuples(r); i++)
		print_error("%s\n", PQgetvalue(r, i, 0));
	assert_int_equal(PQntuples(r), 0);
	PQclear(r);
	PQfinish(pg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_have_the_same_columns),
		cmocka_unit_test(both_have_the_same_references),
		cmocka_unit_test(both_have_the_same_indexes),
		cmocka_unit_test(text_is_collated_bytewise),
	};

	return cmocka_run_group_tests_name("schema", tests, make_both, remove_dir);
}
