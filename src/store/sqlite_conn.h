/*
 * sqlite_conn.h - a connection to an SQLite file and its prepared statements; for src/store only.
 *
 * What fails says what SQLite says: its messages name tables and columns, never values.
 */
#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <sqlite3.h>

#include "store/type.h"

#define SQLITE_PARAMS_MAX 32

/* SQLite numbers $n by first appearance: place[n] is where the parameter of that name is bound. */
struct sqlite_statement {
	sqlite3_stmt *stmt;
	unsigned char place[SQLITE_PARAMS_MAX + 1];
};

/* What begins and ends transactions and operations, hundreds of times a batch. */
enum sqlite_frame {
	SQLITE_F_BEGIN, SQLITE_F_READ, SQLITE_F_COMMIT, SQLITE_F_SAVEPOINT, SQLITE_F_RELEASE, SQLITE_F_BACK,
	SQLITE_NFRAMES
};

/* A connection and its prepared statements, each prepared when first used. */
struct sqlite_conn {
	sqlite3 *db;
	struct sqlite_statement statement[ST_NSTATEMENTS];
	sqlite3_stmt *frame[SQLITE_NFRAMES];
};

/* Whose connection it is, which says what it keeps in memory. */
enum sqlite_role { SQLITE_WRITER, SQLITE_READER };

/* flags: of sqlite3_open_v2.  FAULT_STORE and its like; then there is nothing to disconnect. */
int sqlite_connect(struct sqlite_conn *c, const char *path, enum store_part part, enum sqlite_role role, int flags,
    struct fault *f);
void sqlite_disconnect(struct sqlite_conn *c);

/* -1, with the last error of db (NULL: out of memory) as a fault. */
int sqlite_broken(struct fault *f, sqlite3 *db, const char *what);
/* Plain SQL, several statements too. */
int sqlite_plain(struct sqlite_conn *c, const char *text, struct fault *f);
int sqlite_frame(struct sqlite_conn *c, enum sqlite_frame frame, struct fault *f);
/* The statement with its parameters, prepared at its first use; whoever has stepped through it resets it.  NULL: a fault. */
sqlite3_stmt *sqlite_bound(struct sqlite_conn *c, enum stmt id, const struct sql_value *param, size_t n, struct fault *f);
/* Runs a statement without rows: the number of rows changed, -1 on a fault, -2 on a constraint. */
int64_t sqlite_change(struct sqlite_conn *c, enum stmt id, const struct sql_value *param, size_t n, struct fault *f);

#endif
