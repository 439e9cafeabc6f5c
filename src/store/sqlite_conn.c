#include "store/sqlite_conn.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define BUSY_MS 10000

static const char *const frame_sql[SQLITE_NFRAMES] = {
	[SQLITE_F_BEGIN] = "BEGIN IMMEDIATE",
	[SQLITE_F_READ] = "BEGIN",
	[SQLITE_F_COMMIT] = "COMMIT",
	[SQLITE_F_SAVEPOINT] = "SAVEPOINT op",
	[SQLITE_F_RELEASE] = "RELEASE op",
	[SQLITE_F_BACK] = "ROLLBACK TO op",
};

int
sqlite_broken(struct fault *f, sqlite3 *db, const char *what)
{
	int rc = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
	enum fault_code code = FAULT_STORE;

	if (rc == SQLITE_NOMEM)
		code = FAULT_MEMORY;
	else if (rc == SQLITE_BUSY)
		code = FAULT_STORE_BUSY;
	else if (rc == SQLITE_FULL || (rc == SQLITE_IOERR && sqlite3_system_errno(db) == ENOSPC))
		code = FAULT_STORE_FULL;
	/* sqlite's message names tables and columns, never values. */
	fault_set(f, code, "%s: %s", what, db != NULL ? sqlite3_errmsg(db) : "out of memory");
	return -1;
}

int
sqlite_plain(struct sqlite_conn *c, const char *text, struct fault *f)
{
	return sqlite3_exec(c->db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 :
	    sqlite_broken(f, c->db, text);
}

void
sqlite_disconnect(struct sqlite_conn *c)
{
	for (size_t i = 0; i < ST_NSTATEMENTS; i++)
		sqlite3_finalize(c->statement[i].stmt);
	for (size_t i = 0; i < SQLITE_NFRAMES; i++)
		sqlite3_finalize(c->frame[i]);
	sqlite3_close(c->db);
	memset(c, 0, sizeof(*c));
}

/*
 * What the writer has in memory stays right, so that it holds the upper pages of large tables and
 * the lower ones of a batch.  A reader begins anew after every commit of somebody else: it holds
 * what a request reads.  There are a dozen readers, and nobody else limits the memory of a server
 * whose store grows.  The index is read a few pages at a time, and can be made again.
 */
static const char *const settings[][2] = {
	[STORE_MAIN] = { [SQLITE_WRITER] = "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384",
		[SQLITE_READER] = "PRAGMA cache_size = -2048" },
	[STORE_INDEX] = { [SQLITE_WRITER] = "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096",
		[SQLITE_READER] = "PRAGMA cache_size = -2048" },
};

/* Its count of memory in use is under one lock for all threads, and nobody asks for it. */
static void
settle_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int
sqlite_connect(struct sqlite_conn *c, const char *path, enum store_part part, enum sqlite_role role, int flags,
    struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, settle_library);
	memset(c, 0, sizeof(*c));
	if (sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		sqlite_broken(f, c->db, "open");
		sqlite_disconnect(c);
		return -1;
	}
	sqlite3_busy_timeout(c->db, BUSY_MS);
	if (sqlite_plain(c, "PRAGMA foreign_keys = ON", f) < 0 ||
	    sqlite_plain(c, settings[part][role], f) < 0 ||
	    sqlite_plain(c, "PRAGMA temp_store = MEMORY", f) < 0) {
		sqlite_disconnect(c);
		return -1;
	}
	return 0;
}

int
sqlite_frame(struct sqlite_conn *c, enum sqlite_frame frame, struct fault *f)
{
	int rc;

	if (c->frame[frame] == NULL && sqlite3_prepare_v3(c->db, frame_sql[frame], -1,
	    SQLITE_PREPARE_PERSISTENT, &c->frame[frame], NULL) != SQLITE_OK)
		return sqlite_broken(f, c->db, frame_sql[frame]);
	rc = sqlite3_step(c->frame[frame]);
	sqlite3_reset(c->frame[frame]);
	return rc == SQLITE_DONE ? 0 : sqlite_broken(f, c->db, frame_sql[frame]);
}

/* Prepares it and learns where its parameters are. */
static int
prepare(struct sqlite_conn *c, enum stmt id, struct fault *f)
{
	struct sqlite_statement *s = &c->statement[id];
	char name[24];

	if (sqlite3_prepare_v3(c->db, store_sql[id], -1, SQLITE_PREPARE_PERSISTENT, &s->stmt,
	    NULL) != SQLITE_OK)
		return sqlite_broken(f, c->db, store_sql[id]);
	for (size_t n = 1; n <= SQLITE_PARAMS_MAX; n++) {
		snprintf(name, sizeof(name), "$%zu", n);
		s->place[n] = (unsigned char)sqlite3_bind_parameter_index(s->stmt, name);
	}
	return 0;
}

static int
bind(sqlite3_stmt *stmt, int at, const struct sql_value *p)
{
	static const char nothing[1];

	switch (p->kind) {
	case SQL_INT:
		return sqlite3_bind_int64(stmt, at, p->i);
	case SQL_TEXT:
		return sqlite3_bind_text64(stmt, at, p->data, p->len, SQLITE_STATIC, SQLITE_UTF8);
	case SQL_BLOB:
		return sqlite3_bind_blob64(stmt, at, p->len != 0 ? p->data : nothing, p->len,
		    SQLITE_STATIC);
	default:
		return sqlite3_bind_null(stmt, at);
	}
}

sqlite3_stmt *
sqlite_bound(struct sqlite_conn *c, enum stmt id, const struct sql_value *param, size_t n, struct fault *f)
{
	struct sqlite_statement *s = &c->statement[id];

	if (s->stmt == NULL && prepare(c, id, f) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (i >= SQLITE_PARAMS_MAX || s->place[i + 1] == 0) {
			fault_set(f, FAULT_BUG, "statement has no $%zu: %s", i + 1, store_sql[id]);
			return NULL;
		}
		if (bind(s->stmt, s->place[i + 1], &param[i]) != SQLITE_OK) {
			sqlite_broken(f, c->db, "bind");
			return NULL;
		}
	}
	return s->stmt;
}

int64_t
sqlite_change(struct sqlite_conn *c, enum stmt id, const struct sql_value *param, size_t n,
    struct fault *f)
{
	sqlite3_stmt *stmt = sqlite_bound(c, id, param, n, f);
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
		return sqlite_broken(f, c->db, store_sql[id]);
	return sqlite3_changes64(c->db);
}
