/*
 * pg_set.h - rows of one statement, sent as one; for src/store only.
 *
 * What PostgreSQL does for a statement costs more than what it does for a row.  So rows of the same INSERT or
 * UPDATE wait for each other, and go as one statement over arrays.  Rows of one statement stay in their order,
 * and so do statements on one table; others may change places, which nothing can tell: a statement that reads
 * another table than it writes waits for all that came before it.
 */
#ifndef STORE_PG_SET_H
#define STORE_PG_SET_H

#include "store/pg_conn.h"

struct pg_sets;

struct pg_sets *pg_sets_new(void);		/* NULL: no memory */
void pg_sets_free(struct pg_sets *s);

/*
 * One statement that must change as many rows as want says, now or with others like it.  Values are copied.
 * What fails shows in pg_drain: of a set without saying which of its rows it was.
 */
void pg_sets_put(struct pg_sets *s, struct pg_conn *c, enum stmt id, const struct sql_value *param, size_t n,
    struct pg_want want);
/* Sends what waits. */
void pg_sets_send(struct pg_sets *s, struct pg_conn *c);
/* Forgets what waits. */
void pg_sets_drop(struct pg_sets *s);

/* A statement as it is sent for many rows, the caller's; NULL: it goes row by row, or there is no memory. */
char *pg_set_text(enum stmt id, const struct pg_statement *types);

#endif
