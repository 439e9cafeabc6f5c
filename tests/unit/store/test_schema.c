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
#include <unistd.h>

#include "base/buf.h"
#include "kinds.h"
#include "store/tables.h"

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
	" WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '%schema_version'" \
	" AND starts_with(c.table_name, 'index_') = $1" \
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
	" WHERE c.contype = 'f' AND starts_with(c.conrelid::regclass::text, 'index_') = $1) y" \
	" ORDER BY x COLLATE \"C\""

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
	" AND NOT i.indisprimary AND starts_with(t.relname, 'index_') = $1) y ORDER BY x COLLATE \"C\""

/* The index is a file of its own beside the store, and in the database tables with a prefix. */
static char dir[64], file[ADDRESS_MAX], index_file[ADDRESS_MAX], database[ADDRESS_MAX];

static int
make_both(void **state)
{
	struct store *s;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-schema-XXXXXX");
	if (mkdtemp(dir) == NULL || kind_place(KIND_SQLITE, dir, file) < 0 ||
	    kind_place(KIND_SQLITE, dir, index_file) < 0 ||
	    kind_place(KIND_PG, dir, database) < 0 || store_open(file, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	if (store_open_index(index_file, &s, NULL) < 0)
		return -1;
	store_close(s);
	if (store_open(database, STORE_CREATE, &s, NULL) < 0)
		return -1;
	store_close(s);
	if (store_open_index(database, &s, NULL) < 0)
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

static size_t
same_in(const char *path, const char *is_index, const char *sqlite_query, const char *pg_query)
{
	struct buf here = BUF_INIT, there = BUF_INIT;
	PGconn *pg = PQconnectdb(database);
	PGresult *r = PQexecParams(pg, pg_query, 1, NULL, &is_index, NULL, NULL, 0);
	sqlite3 *db;
	size_t len;

	buf_str(&here, "");
	buf_str(&there, "");

	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		fail_msg("%s", PQerrorMessage(pg));
	for (int i = 0; i < PQntuples(r); i++)
		buf_fmt(&there, "%s\n", PQgetvalue(r, i, 0));
	PQclear(r);
	PQfinish(pg);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sqlite_query, line, &here, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	assert_string_equal(here.data, there.data);
	len = here.len;
	buf_free(&here);
	buf_free(&there);
	return len;
}

/* The index has tables, but no references and no keys but their primary ones. */
static void
same(const char *sqlite_query, const char *pg_query, int in_index)
{
	assert_true(same_in(file, "false", sqlite_query, pg_query) > 0);
	assert_int_equal(same_in(index_file, "true", sqlite_query, pg_query) > 0, in_index);
}

static void
both_have_the_same_columns(void **state)
{
	(void)state;
	same(SQLITE_COLUMNS, PG_COLUMNS, 1);
}

static void
both_have_the_same_references(void **state)
{
	(void)state;
	same(SQLITE_FOREIGN, PG_FOREIGN, 0);
}

static void
both_have_the_same_indexes(void **state)
{
	(void)state;
	same(SQLITE_INDEXES, PG_INDEXES, 0);
}

/* What a query on a file answers with in its only row. */
static void
answer_of(const char *path, const char *query, char *ret, size_t size)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, query, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", query, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	snprintf(ret, size, "%s", (const char *)sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
answer(const char *query, char *ret, size_t size)
{
	answer_of(file, query, ret, size);
}

/* A table or column that tables.def forgets would be left behind by a copy. */
static void
the_table_of_tables_is_the_schema(void **state)
{
	char query[256], is[512], key[128];

	(void)state;
	answer("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", is, sizeof(is));
	assert_int_equal(strtol(is, NULL, 10), STORE_NTABLES);
	for (size_t i = 0; i < STORE_NTABLES; i++) {
		const struct store_table *t = &store_table[i];
		const char *column = t->columns;

		snprintf(query, sizeof(query), "SELECT group_concat(name, ', ') FROM pragma_table_info('%s')",
		    t->name);
		answer(query, is, sizeof(is));
		assert_string_equal(is, t->columns);
		snprintf(query, sizeof(query), "SELECT count(*) FROM pragma_table_info('%s')", t->name);
		answer(query, is, sizeof(is));
		assert_int_equal(strtol(is, NULL, 10), t->ncols);
		assert_true(t->ncols <= TABLE_COLUMNS_MAX && t->nkeys <= TABLE_KEYS_MAX);
		for (int k = 0; k < t->nkeys; k++)
			column += strcspn(column, ",") + (k < t->nkeys - 1);
		snprintf(query, sizeof(query), "SELECT group_concat(name, ', ') FROM (SELECT name FROM"
		    " pragma_table_info('%s') WHERE pk > 0 ORDER BY pk)", t->name);
		answer(query, key, sizeof(key));
		snprintf(is, sizeof(is), "%.*s", (int)(column - t->columns), t->columns);
		assert_string_equal(key, is);
	}
}

static size_t
place_of(const char *table)
{
	size_t i = 0;

	while (i < STORE_NTABLES && strcmp(store_table[i].name, table) != 0)
		i++;
	return i;
}

static void
parents_stand_before_those_that_refer_to_them(void **state)
{
	char query[256], parent[64], n[32];

	(void)state;
	for (size_t i = 0; i < STORE_NTABLES; i++) {
		snprintf(query, sizeof(query), "SELECT count(DISTINCT \"table\") FROM pragma_foreign_key_list('%s')",
		    store_table[i].name);
		answer(query, n, sizeof(n));
		for (long k = 0; k < strtol(n, NULL, 10); k++) {
			snprintf(query, sizeof(query), "SELECT DISTINCT \"table\" FROM"
			    " pragma_foreign_key_list('%s') ORDER BY 1 LIMIT 1 OFFSET %ld", store_table[i].name, k);
			answer(query, parent, sizeof(parent));
			assert_true(place_of(parent) < i);
		}
	}
}

/* The store that the first version of the program made, by its own DDL. */
static void
make_first_schema(const char *address)
{
	char path[256];
	struct buf text = BUF_INIT;
	int is_file = store_is_file(address);

	snprintf(path, sizeof(path), SOURCE_ROOT "/src/store/migrations/0001_start.%s.sql",
	    is_file ? "sqlite" : "pg");
	assert_int_equal(buf_read_file(&text, path, 1 << 20, NULL), 0);
	buf_str(&text, is_file ? "PRAGMA user_version = 1;" :
	    "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY);"
	    "INSERT INTO schema_version VALUES (1);");
	buf_str(&text, "INSERT INTO meta VALUES ('origin', 'old.example.cn')");
	assert_int_equal(kind_sql(address, text.data), 0);
	buf_free(&text);
}

static int
old_value(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 64, "%s", row_text(row, 0));
	return 0;
}

static void
a_store_of_the_first_schema_is_migrated(void **state)
{
	char address[ADDRESS_MAX], copy[ADDRESS_MAX + 32], value[64];
	struct fault f = FAULT_INIT;
	struct store_reader *r;
	struct store *s;

	(void)state;
	for (int kind = KIND_SQLITE; kind <= KIND_PG; kind++) {
		assert_int_equal(kind_place((enum kind)kind, dir, address), 0);
		make_first_schema(address);
		/* To look changes nothing. */
		assert_int_equal(store_open(address, STORE_LOOK, &s, &f), -1);
		assert_int_equal(f.code, FAULT_STORE);
		if (kind == KIND_SQLITE) {
			/* An earlier start that was stopped in the middle left half a copy. */
			snprintf(copy, sizeof(copy), "%s.before-0002.part", address);
			assert_int_equal(kind_sql(copy, "CREATE TABLE half (n INTEGER)"), 0);
		}
		assert_int_equal(store_open(address, STORE_EXISTING, &s, &f), 0);
		assert_int_equal(store_reader_open(s, &r, &f), 0);
		assert_int_equal(store_read(r, ST_COPY_FIRST_TOMBSTONE, PARAMS(sql_int(1)), NULL, NULL, &f), 0);
		assert_int_equal(store_read(r, ST_META_GET, PARAMS(sql_text("origin")), old_value, value, &f), 1);
		assert_string_equal(value, "old.example.cn");
		store_reader_close(r);
		store_close(s);
		assert_int_equal(store_open(address, STORE_LOOK, &s, &f), 0);
		store_close(s);
		if (kind == KIND_SQLITE) {
			assert_int_equal(access(copy, F_OK), -1);
			snprintf(copy, sizeof(copy), "%s.before-0002", address);
			assert_int_equal(kind_sql(copy, "INSERT INTO meta SELECT 'copy', user_version"
			    " FROM pragma_user_version WHERE user_version = 1"
			    " AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'tombstone')"
			    " AND EXISTS (SELECT 1 FROM meta WHERE value = 'old.example.cn')"), 0);
			answer_of(copy, "SELECT count(*) FROM meta", value, sizeof(value));
			assert_string_equal(value, "2");
		}
	}
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
		cmocka_unit_test(the_table_of_tables_is_the_schema),
		cmocka_unit_test(parents_stand_before_those_that_refer_to_them),
		cmocka_unit_test(a_store_of_the_first_schema_is_migrated),
	};

	return cmocka_run_group_tests_name("schema", tests, make_both, remove_dir);
}
