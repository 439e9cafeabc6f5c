#include "store/sqlite_conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#define MIGRATIONS_SQLITE
#include "store/migrations.h"

struct sqlite_store {
	struct store base;
	struct sqlite_conn writer;
	enum store_part part;
	char *path;
};

struct sqlite_reader {
	struct store_reader base;
	struct sqlite_conn c;
};

struct sqlite_row {
	struct store_row base;
	sqlite3_stmt *stmt;
};

static struct sqlite_store *
store_of(struct store *s)
{
	return (struct sqlite_store *)s;
}

static struct sqlite_reader *
reader_of(struct store_reader *r)
{
	return (struct sqlite_reader *)r;
}

static sqlite3_stmt *
stmt_of(const struct store_row *row)
{
	return ((const struct sqlite_row *)row)->stmt;
}

/* Schema */

/* A number that a query answers with; -1 if it cannot be asked. */
static int
number(sqlite3 *db, const char *query)
{
	sqlite3_stmt *stmt = NULL;
	int n = -1;

	if (sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

static int
user_version(sqlite3 *db)
{
	return number(db, "PRAGMA user_version");
}

/* Writes the store as it is to a file of that name, which is not there, and to the disk. */
static int
write_copy(struct sqlite_store *s, const char *path, struct fault *f)
{
	struct buf text = BUF_INIT;
	int fd = -1, rc = -1;

	/* The path is the operator's; a quote in it is doubled. */
	buf_str(&text, "VACUUM INTO '");
	for (const char *p = path; *p != '\0'; p++)
		buf_fmt(&text, *p == '\'' ? "''" : "%c", *p);
	buf_char(&text, '\'');
	if (buf_failed(&text)) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	if (sqlite_plain(&s->writer, text.data, f) < 0)
		goto out;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0 || fsync(fd) < 0) {
		fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(f, "file", "%s", path);
		goto out;
	}
	rc = 0;
out:
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return rc;
}

/*
 * A copy beside the store, made before its first migration by this program.  It gets its name
 * when it is whole: who was stopped on the way finds half a copy under another name.
 */
static int
keep_copy(struct sqlite_store *s, int version, struct fault *f)
{
	struct buf path = BUF_INIT, part = BUF_INIT;
	int rc = -1;

	buf_fmt(&path, "%s.before-%04d", s->path, version + 1);
	buf_fmt(&part, "%s.before-%04d.part", s->path, version + 1);
	if (buf_failed(&path) || buf_failed(&part)) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	if (access(path.data, F_OK) < 0) {
		unlink(part.data);
		if (write_copy(s, part.data, f) < 0)
			goto out;
		if (rename(part.data, path.data) < 0) {
			fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
			fault_arg(f, "file", "%s", path.data);
			goto out;
		}
	}
	rc = 0;
out:
	buf_free(&path);
	buf_free(&part);
	return rc;
}

/*
 * A copy goes to a file without anything, or into the tables of this program; they may be those of
 * a copy that was stopped while it made them: then nothing is in them.
 */
static int
check_unused(struct sqlite_store *s, struct fault *f)
{
	int have = user_version(s->writer.db);

	if (have == migrations_sqlite[s->part].n || (have > 0 && number(s->writer.db,
	    "SELECT (SELECT count(*) FROM meta) + (SELECT count(*) FROM log)") == 0) ||
	    (have == 0 && number(s->writer.db, "SELECT count(*) FROM sqlite_schema") == 0))
		return 0;
	fault_set(f, FAULT_STORE_NOT_EMPTY, "schema %d", have);
	fault_arg(f, "store", "%s", s->path);
	return -1;
}

static int
migrate(struct sqlite_store *s, enum store_open how, struct fault *f)
{
	const struct migrations *m = &migrations_sqlite[s->part];
	int have = user_version(s->writer.db);
	char set[48];

	if (have < 0)
		return sqlite_broken(f, s->writer.db, "user_version");
	if (have > m->n) {
		fault_set(f, FAULT_SCHEMA_NEWER, "%s", "");
		fault_arg(f, "found", "%d", have);
		fault_arg(f, "known", "%d", m->n);
		return -1;
	}
	if ((how == STORE_LOOK || how == STORE_COPY_FROM) && have != m->n) {
		fault_set(f, FAULT_STORE, "schema %d, not %d: start the server once", have, m->n);
		return -1;
	}
	/* An index is made again, should it be needed. */
	if (s->part == STORE_MAIN && how != STORE_COPY_TO && have > 0 && have < m->n &&
	    keep_copy(s, have, f) < 0)
		return -1;
	for (; have < m->n; have++) {
		snprintf(set, sizeof(set), "PRAGMA user_version = %d", have + 1);
		if (sqlite_plain(&s->writer, "BEGIN IMMEDIATE", f) < 0)
			return -1;
		if (sqlite_plain(&s->writer, m->text[have], f) < 0 ||
		    sqlite_plain(&s->writer, set, f) < 0 || sqlite_plain(&s->writer, "COMMIT", f) < 0) {
			sqlite3_exec(s->writer.db, "ROLLBACK", NULL, NULL, NULL);
			return -1;
		}
	}
	return 0;
}

static void
close_store(struct store *store)
{
	struct sqlite_store *s = store_of(store);

	sqlite_disconnect(&s->writer);
	free(s->path);
	free(s);
}

static int
open_store(const char *path, enum store_part part, enum store_open how,
    struct store **ret_store, struct fault *f)
{
	struct sqlite_store *s = calloc(1, sizeof(*s));
	int create = how == STORE_CREATE || how == STORE_COPY_TO;
	int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);

	if (s == NULL || (s->path = strdup(path)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		free(s);
		return -1;
	}
	s->base.type = &store_sqlite;
	s->part = part;
	if (sqlite_connect(&s->writer, path, part, SQLITE_WRITER, flags, f) < 0 ||
	    (how == STORE_COPY_TO && check_unused(s, f) < 0) ||
	    sqlite_plain(&s->writer, "PRAGMA journal_mode = WAL", f) < 0 || migrate(s, how, f) < 0) {
		close_store(&s->base);
		return -1;
	}
	*ret_store = &s->base;
	return 0;
}

/* The writer */

/* Some errors have ended the transaction already. */
static void
roll_back(struct store *s)
{
	struct sqlite_conn *c = &store_of(s)->writer;

	if (!sqlite3_get_autocommit(c->db))
		sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static int
begin(struct store *s, struct fault *f)
{
	/* There may not have been memory to roll the last one back. */
	roll_back(s);
	return sqlite_frame(&store_of(s)->writer, SQLITE_F_BEGIN, f);
}

/* One operation in a savepoint of its own. */
static int
run_one(struct sqlite_conn *c, struct store_op *op, struct fault *f)
{
	struct store_verdict v = { .won = 1 };

	if (op->nsteps > 0 && sqlite_frame(c, SQLITE_F_SAVEPOINT, f) < 0)
		return -1;
	for (size_t i = 0; i < op->nsteps && v.won; i++) {
		const struct store_step *step = &op->step[i];
		int64_t count = sqlite_change(c, step->stmt, step->param, step->nparams, f);

		if (count == -1)
			return -1;
		if (count == -2 || (step->expect != STORE_ANY_COUNT && count != step->expect))
			v = (struct store_verdict){ .won = 0, .lost_step = i };
	}
	if (!v.won && sqlite_frame(c, SQLITE_F_BACK, f) < 0)
		return -1;
	if (op->nsteps > 0 && sqlite_frame(c, SQLITE_F_RELEASE, f) < 0)
		return -1;
	op->verdict = v;
	return 0;
}

static int
run(struct store *s, struct store_op *op, size_t n, struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && op[i].chained && !op[i - 1].verdict.won)
			op[i].verdict = (struct store_verdict){ .lost_step = STORE_CHAIN };
		else if (run_one(&store_of(s)->writer, &op[i], f) < 0)
			return -1;
	}
	return 0;
}

static int
exec(struct store *s, enum stmt stmt, const struct sql_value *param, size_t n,
    int64_t expect, struct fault *f)
{
	int64_t count = sqlite_change(&store_of(s)->writer, stmt, param, n, f);

	if (count == -1)
		return -1;
	if (count == -2 || (expect != STORE_ANY_COUNT && count != expect)) {
		fault_set(f, FAULT_STORE, "%lld rows changed, not %lld: %s", (long long)count,
		    (long long)expect, store_sql[stmt]);
		return -1;
	}
	return 0;
}

static int
commit(struct store *s, struct fault *f)
{
	return sqlite_frame(&store_of(s)->writer, SQLITE_F_COMMIT, f);
}

/* A commit runs in this process: when it has failed, it has failed. */
static int
settle(struct store *s, struct fault *f)
{
	(void)f;
	roll_back(s);
	return STORE_NOT_COMMITTED;
}

/* Readers */

static void
reader_close(struct store_reader *r)
{
	sqlite_disconnect(&reader_of(r)->c);
	free(r);
}

static int
reader_open(struct store *s, struct store_reader **ret_reader, struct fault *f)
{
	struct sqlite_reader *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	r->base.type = &store_sqlite;
	if (sqlite_connect(&r->c, store_of(s)->path, store_of(s)->part, SQLITE_READER, SQLITE_OPEN_READWRITE, f) < 0 ||
	    sqlite_plain(&r->c, "PRAGMA query_only = ON", f) < 0) {
		reader_close(&r->base);
		return -1;
	}
	*ret_reader = &r->base;
	return 0;
}

static int
reader_begin(struct store_reader *r, struct fault *f)
{
	return sqlite_frame(&reader_of(r)->c, SQLITE_F_READ, f);
}

static void
reader_end(struct store_reader *r)
{
	struct sqlite_conn *c = &reader_of(r)->c;

	if (!sqlite3_get_autocommit(c->db))
		sqlite_frame(c, SQLITE_F_COMMIT, NULL);
}

static int64_t
read_rows(struct store_reader *r, enum stmt stmt, const struct sql_value *param, size_t n,
    store_row_fn *row, void *ctx, struct fault *f)
{
	struct sqlite_conn *c = &reader_of(r)->c;
	struct sqlite_row at = { { &store_sqlite }, sqlite_bound(c, stmt, param, n, f) };
	int64_t count = 0;
	int rc;

	if (at.stmt == NULL)
		return -1;
	while ((rc = sqlite3_step(at.stmt)) == SQLITE_ROW) {
		int said = row != NULL ? row(&at.base, ctx, f) : 0;

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
		return sqlite_broken(f, c->db, store_sql[stmt]);
	return count;
}

static int64_t
column_int(const struct store_row *row, int column)
{
	return sqlite3_column_int64(stmt_of(row), column);
}

static const char *
column_text(const struct store_row *row, int column)
{
	const unsigned char *text = sqlite3_column_text(stmt_of(row), column);

	return text != NULL ? (const char *)text : "";
}

static const void *
column_blob(const struct store_row *row, int column, size_t *ret_len)
{
	const void *data = sqlite3_column_blob(stmt_of(row), column);

	*ret_len = (size_t)sqlite3_column_bytes(stmt_of(row), column);
	return data != NULL ? data : "";
}

static int
column_null(const struct store_row *row, int column)
{
	return sqlite3_column_type(stmt_of(row), column) == SQLITE_NULL;
}

static struct sql_value
column_value(const struct store_row *row, int column)
{
	struct sql_value v = { .kind = SQL_NULL };

	switch (sqlite3_column_type(stmt_of(row), column)) {
	case SQLITE_INTEGER:
		v = sql_int(column_int(row, column));
		break;
	case SQLITE_TEXT:
		v = (struct sql_value){ .kind = SQL_TEXT, .data = column_text(row, column),
		    .len = (size_t)sqlite3_column_bytes(stmt_of(row), column) };
		break;
	case SQLITE_BLOB:
		v.kind = SQL_BLOB;
		v.data = column_blob(row, column, &v.len);
		break;
	}
	return v;
}

const struct store_type store_sqlite = {
	.open = open_store,
	.close = close_store,
	.begin = begin,
	.run = run,
	.exec = exec,
	.commit = commit,
	.settle = settle,
	.rollback = roll_back,
	.reader_open = reader_open,
	.reader_close = reader_close,
	.reader_begin = reader_begin,
	.reader_end = reader_end,
	.read = read_rows,
	.column_int = column_int,
	.column_text = column_text,
	.column_blob = column_blob,
	.column_null = column_null,
	.column_value = column_value,
};
