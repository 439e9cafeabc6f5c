/*
 * pg_conn.h - a PostgreSQL connection whose every wait has an end; for src/store only.
 *
 * Statements are sent in libpq's pipeline mode and judged when pg_drain reads their results:
 * the first thing that went wrong is kept, and stays until pg_forget.  A connection that
 * breaks is closed; pg_connect makes it again, not more often than its back-off allows.
 */
#ifndef STORE_PG_CONN_H
#define STORE_PG_CONN_H

#include <libpq-fe.h>

#include "store/type.h"

#define PG_WINDOW 512		/* statements on their way before their results are read */
#define PG_PARAMS_MAX 28
#define PG_SET_ROWS 512		/* that go as one statement */
#define PG_NO_OP SIZE_MAX	/* a statement that belongs to no operation */

#define OID_BYTEA 17
#define OID_INT8 20
#define OID_TEXT 25

/* What frames statements; numbered behind those of store.h. */
enum pg_frame {
	PG_BEGIN = ST_NSTATEMENTS, PG_BEGIN_READ, PG_SAVEPOINT, PG_RELEASE, PG_XID, PG_ROLLBACK,
	PG_NSTATEMENTS
};

/* A statement on its way, and what it must do. */
struct pg_want {
	const char *sql;
	const char *tag;	/* the command tag, or NULL */
	int64_t rows;		/* changed, or STORE_ANY_COUNT */
	size_t op, step;
	PGresult **keep;	/* where its rows go; NULL: to the connection */
	int sync;		/* none, but the end of a part of the pipeline */
	int places;		/* it says which of 1 to rows it has changed: each must be there */
};

enum pg_trouble {
	PG_FINE,
	PG_LOSER,	/* of an operation: a wrong count, or a unique key that was there */
	PG_FAULT,	/* anything else; fault says what */
};

struct pg_statement {
	int prepared, nparams;
	Oid type[PG_PARAMS_MAX];
};

/* The lock that a connection holds on its database as long as it lives. */
enum pg_lock {
	PG_SHARED,	/* everybody, but for a copy */
	PG_ALONE,	/* a copy */
	PG_UNLOCKED,	/* another connection of this process holds it */
};

struct pg_conn {
	char *address;
	enum pg_lock lock;
	int patient;		/* a statement may take hours */
	const char *also;	/* settings beside those of all connections, or NULL */
	PGconn *pg;		/* NULL: not connected */
	unsigned times;		/* that it was connected, and one */
	struct pg_statement stmt[PG_NSTATEMENTS];
	struct pg_want want[PG_WINDOW + 1];	/* one for the end */
	size_t nwant;
	enum pg_trouble trouble;
	size_t op, step;	/* of the loser */
	struct fault fault;
	char state[6];		/* the SQLSTATE of the fault, "" without one */
	int left;		/* process number of a server's process that may still hold our locks, or 0 */
	PGresult *rows;		/* the last answer with rows that nobody else keeps */
	int64_t try_at, delay;	/* the next attempt to connect, monotonic ms */
};

int pg_init(struct pg_conn *c, const char *address, struct fault *f);
/* 0 at once if it is connected already. */
int pg_connect(struct pg_conn *c, struct fault *f);
void pg_disconnect(struct pg_conn *c);
void pg_free(struct pg_conn *c);

/* Plain SQL, several statements too, outside the pipeline; ret (may be NULL): the last result. */
int pg_simple(struct pg_conn *c, const char *text, PGresult **ret, struct fault *f);

/* Into the pipeline: id is of enum stmt or pg_frame.  What fails shows in pg_drain. */
void pg_send(struct pg_conn *c, int id, const struct sql_value *param, size_t n, struct pg_want want);
void pg_send_frame(struct pg_conn *c, enum pg_frame frame);
/* tag: the command tag that it must end with, or NULL. */
void pg_send_text(struct pg_conn *c, const char *text, const char *param, const char *tag);
/* Rows of one statement as one, by text, for arrays in binary form; prepared: of text, 0 at first. */
void pg_send_set(struct pg_conn *c, enum stmt id, const char *text, unsigned *prepared, const char *const *value,
    const int *length, size_t n, size_t nrows);
/* A statement with the types of its parameters, as the server says, if these are such; NULL: trouble. */
const struct pg_statement *pg_fits(struct pg_conn *c, int id, const struct sql_value *param, size_t n);
void pg_no_memory(struct pg_conn *c);

/* Lets go what was sent, as a part that stands alone: a later pg_drain reads how it went. */
void pg_part(struct pg_conn *c);
/* Reads all results; says the first trouble since pg_forget. */
enum pg_trouble pg_drain(struct pg_conn *c);
void pg_forget(struct pg_conn *c);
/* -1, with the trouble as a fault. */
int pg_blame(const struct pg_conn *c, struct fault *f);

#endif
