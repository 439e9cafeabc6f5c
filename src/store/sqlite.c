#include "store/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "store/migrations.h"

#define BUSY_MS 10000

static const char *const sql[] = {
#define STMT(sym, text) [ST_##sym] = text,
#include "store/statements.def"
#undef STMT
};

/* A connection and its prepared statements, each prepared when first used. */
struct connection {
	sqlite3 *db;
	sqlite3_stmt *stmt[ST_NSTATEMENTS];
};

struct store {
	struct connection writer;
	char *path;
};

struct store_reader {
	struct connection c;
	int depth;		/* of begin and end */
};

struct store_row {
	sqlite3_stmt *stmt;
};

static int
broken(struct fault *f, sqlite3 *db, const char *what)
{
	/* sqlite's message names tables and columns, never values. */
	fault_set(f, FAULT_STORE, "%s: %s", what,
	    db != NULL ? sqlite3_errmsg(db) : "out of memory");
	return -1;
}

static int
plain(struct connection *c, const char *text, struct fault *f)
{
	return sqlite3_exec(c->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 :
	    broken(f, c->db, text);
}

static void
disconnect(struct connection *c)
{
	for (size_t i = 0; i < ST_NSTATEMENTS; i++)
		sqlite3_finalize(c->stmt[i]);
	sqlite3_close(c->db);
	memset(c, 0, sizeof(*c));
}

static int
connect_to(struct connection *c, const char *path, int flags, struct fault *f)
{
	memset(c, 0, sizeof(*c));
	if (sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		broken(f, c->db, "open");
		disconnect(c);
		return -1;
	}
	sqlite3_busy_timeout(c->db, BUSY_MS);
	if (plain(c, "PRAGMA foreign_keys = ON", f) < 0 ||
	    plain(c, "PRAGMA synchronous = FULL", f) < 0 ||
	    plain(c, "PRAGMA cache_size = -65536", f) < 0 ||
	    plain(c, "PRAGMA temp_store = MEMORY", f) < 0) {
		disconnect(c);
		return -1;
	}
	return 0;
}

struct sql_value
sql_text(const char *text)
{
	if (text == NULL)
		return (struct sql_value){ .kind = SQL_NULL };
	return (struct sql_value){ .kind = SQL_TEXT, .data = text, .len = strlen(text) };
}

static sqlite3_stmt *
bound(struct connection *c, enum stmt id, const struct sql_value *param, size_t n, struct fault *f)
{
	static const char nothing[1];
	char name[24];
	int rc = SQLITE_OK;

	if (c->stmt[id] == NULL && sqlite3_prepare_v3(c->db, sql[id], -1,
	    SQLITE_PREPARE_PERSISTENT, &c->stmt[id], NULL) != SQLITE_OK) {
		broken(f, c->db, sql[id]);
		return NULL;
	}
	for (size_t i = 0; i < n && rc == SQLITE_OK; i++) {
		const struct sql_value *p = &param[i];
		int at;

		/* SQLite numbers $n by first appearance; the name says which one is meant. */
		snprintf(name, sizeof(name), "$%zu", i + 1);
		if ((at = sqlite3_bind_parameter_index(c->stmt[id], name)) == 0) {
			fault_set(f, FAULT_BUG, "statement has no %s: %s", name, sql[id]);
			return NULL;
		}
		switch (p->kind) {
		case SQL_NULL:
			rc = sqlite3_bind_null(c->stmt[id], at);
			break;
		case SQL_INT:
			rc = sqlite3_bind_int64(c->stmt[id], at, p->i);
			break;
		case SQL_TEXT:
			rc = sqlite3_bind_text64(c->stmt[id], at, p->data, p->len, SQLITE_STATIC,
			    SQLITE_UTF8);
			break;
		case SQL_BLOB:
			rc = sqlite3_bind_blob64(c->stmt[id], at, p->len != 0 ? p->data : nothing,
			    p->len, SQLITE_STATIC);
			break;
		}
	}
	if (rc != SQLITE_OK) {
		broken(f, c->db, "bind");
		return NULL;
	}
	return c->stmt[id];
}

/* Runs a statement without rows: the number of rows changed, -1 on a fault, -2 on a constraint. */
static int64_t
change(struct connection *c, enum stmt id, const struct sql_value *param, size_t n,
    struct fault *f)
{
	sqlite3_stmt *stmt = bound(c, id, param, n, f);
	int rc;

	if (stmt == NULL)
		return -1;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		;
	if (rc != SQLITE_DONE)
		rc = sqlite3_extended_errcode(c->db);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	/* Somebody was there first; any other constraint is a bug of ours. */
	if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
		return -2;
	if (rc != SQLITE_DONE)
		return broken(f, c->db, sql[id]);
	return sqlite3_changes64(c->db);
}

/* Schema */

static int
user_version(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		version = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return version;
}

/* A copy beside the store, made before its first migration by this program. */
static int
keep_copy(struct store *s, int version, struct fault *f)
{
	struct buf text = BUF_INIT;
	int rc = -1;

	buf_fmt(&text, "%s.before-%04d", s->path, version + 1);
	if (!buf_failed(&text) && access(text.data, F_OK) == 0)
		rc = 0;		/* an earlier start made it and was stopped */
	else {
		buf_clear(&text);
		/* The path is the operator's; a quote in it is doubled. */
		buf_str(&text, "VACUUM INTO '");
		for (const char *p = s->path; *p != '\0'; p++)
			buf_fmt(&text, *p == '\'' ? "''" : "%c", *p);
		buf_fmt(&text, ".before-%04d'", version + 1);
		if (buf_failed(&text))
			fault_set(f, FAULT_MEMORY, "%s", "");
		else
			rc = plain(&s->writer, text.data, f);
	}
	buf_free(&text);
	return rc;
}

static int
migrate(struct store *s, enum store_open how, struct fault *f)
{
	int have = user_version(s->writer.db);
	char set[48];

	if (have < 0)
		return broken(f, s->writer.db, "user_version");
	if (have > MIGRATIONS_N) {
		fault_set(f, FAULT_SCHEMA_NEWER, "%s", "");
		fault_arg(f, "found", "%d", have);
		fault_arg(f, "known", "%d", MIGRATIONS_N);
		return -1;
	}
	if (how == STORE_LOOK && have != MIGRATIONS_N) {
		fault_set(f, FAULT_STORE, "schema %d, not %d: start the server once", have, MIGRATIONS_N);
		return -1;
	}
	if (have > 0 && have < MIGRATIONS_N && keep_copy(s, have, f) < 0)
		return -1;
	for (; have < MIGRATIONS_N; have++) {
		snprintf(set, sizeof(set), "PRAGMA user_version = %d", have + 1);
		if (plain(&s->writer, "BEGIN IMMEDIATE", f) < 0)
			return -1;
		if (plain(&s->writer, migrations_sqlite[have], f) < 0 ||
		    plain(&s->writer, set, f) < 0 || plain(&s->writer, "COMMIT", f) < 0) {
			sqlite3_exec(s->writer.db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
	}
	return 0;
}

int
store_open_sqlite(const char *path, enum store_open how, struct store **ret_store,
    struct fault *f)
{
	struct store *s = calloc(1, sizeof(*s));
	int flags = SQLITE_OPEN_READWRITE | (how == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);

	if (s == NULL || (s->path = strdup(path)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto fail;
	}
	if (connect_to(&s->writer, path, flags, f) < 0 ||
	    plain(&s->writer, "PRAGMA journal_mode = WAL", f) < 0 || migrate(s, how, f) < 0)
		goto fail;
	*ret_store = s;
	return 0;
fail:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	disconnect(&s->writer);
	free(s->path);
	free(s);
}

/* The writer */

int
store_begin(struct store *s, struct fault *f)
{
	return plain(&s->writer, "BEGIN IMMEDIATE", f);
}

int
store_run(struct store *s, const struct store_step *step, size_t n,
    struct store_verdict *ret_verdict, struct fault *f)
{
	struct store_verdict v = { .won = 1 };

	if (n > 0 && plain(&s->writer, "SAVEPOINT op", f) < 0)
		return -1;
	for (size_t i = 0; i < n && v.won; i++) {
		int64_t count = change(&s->writer, step[i].stmt, step[i].param, step[i].nparams, f);

		if (count == -1)
			return -1;
		if (count == -2 || (step[i].expect != STORE_ANY_COUNT && count != step[i].expect))
			v = (struct store_verdict){ .won = 0, .lost_step = i };
	}
	if (!v.won && plain(&s->writer, "ROLLBACK TO op", f) < 0)
		return -1;
	if (n > 0 && plain(&s->writer, "RELEASE op", f) < 0)
		return -1;
	*ret_verdict = v;
	return 0;
}

int
store_exec(struct store *s, enum stmt stmt, const struct sql_value *param, size_t n,
    int64_t expect, struct fault *f)
{
	int64_t count = change(&s->writer, stmt, param, n, f);

	if (count == -1)
		return -1;
	if (count == -2 || (expect != STORE_ANY_COUNT && count != expect)) {
		fault_set(f, FAULT_STORE, "%lld rows changed, not %lld: %s", (long long)count,
		    (long long)expect, sql[stmt]);
		return -1;
	}
	return 0;
}

int
store_commit(struct store *s, struct fault *f)
{
	return plain(&s->writer, "COMMIT", f);
}

void
store_rollback(struct store *s)
{
	/* Some errors have ended the transaction already. */
	if (!sqlite3_get_autocommit(s->writer.db))
		sqlite3_exec(s->writer.db, "ROLLBACK", NULL, NULL, NULL);
}

/* Readers */

int
store_reader_open(struct store *s, struct store_reader **ret_reader, struct fault *f)
{
	struct store_reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (connect_to(&r->c, s->path, SQLITE_OPEN_READWRITE, f) < 0 ||
	    plain(&r->c, "PRAGMA query_only = ON", f) < 0) {
		store_reader_close(r);
		return -1;
	}
	*ret_reader = r;
	return 0;
}

void
store_reader_close(struct store_reader *r)
{
	if (r == NULL)
		return;
	disconnect(&r->c);
	free(r);
}

int
store_reader_begin(struct store_reader *r, struct fault *f)
{
	if (r->depth == 0 && plain(&r->c, "BEGIN", f) < 0)
		return -1;
	r->depth++;
	return 0;
}

void
store_reader_end(struct store_reader *r)
{
	if (--r->depth == 0 && !sqlite3_get_autocommit(r->c.db))
		sqlite3_exec(r->c.db, "COMMIT", NULL, NULL, NULL);
}

int64_t
store_read(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f)
{
	struct store_row at = { .stmt = bound(&r->c, stmt, param, n, f) };
	int64_t count = 0;
	int rc;

	if (at.stmt == NULL)
		return -1;
	while ((rc = sqlite3_step(at.stmt)) == SQLITE_ROW) {
		int said = row != NULL ? row(&at, ctx, f) : 0;

		if (said < 0) {
			sqlite3_reset(at.stmt);
			return -1;
		}
		count++;
		if (said > 0) {
			rc = SQLITE_DONE;
			break;
		}
	}
	sqlite3_reset(at.stmt);
	sqlite3_clear_bindings(at.stmt);
	if (rc != SQLITE_DONE)
		return broken(f, r->c.db, sql[stmt]);
	return count;
}

int64_t
row_int(const struct store_row *row, int column)
{
	return sqlite3_column_int64(row->stmt, column);
}

const char *
row_text(const struct store_row *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row->stmt, column);

	return text != NULL ? (const char *)text : "";
}

const void *
row_blob(const struct store_row *row, int column, size_t *ret_len)
{
	const void *data = sqlite3_column_blob(row->stmt, column);

	*ret_len = (size_t)sqlite3_column_bytes(row->stmt, column);
	return data != NULL ? data : "";
}

int
row_null(const struct store_row *row, int column)
{
	return sqlite3_column_type(row->stmt, column) == SQLITE_NULL;
}
