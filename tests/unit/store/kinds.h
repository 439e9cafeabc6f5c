/*
 * kinds.h - the kinds of store that the tests run on, each test in an empty one of its own.
 *
 * PostgreSQL is the server at WZM_TEST_PG (the address of a database whose user may make
 * others), or a private one that ends with this process (tools/private-pg).
 */
#ifndef TESTS_STORE_KINDS_H
#define TESTS_STORE_KINDS_H

enum kind { KIND_SQLITE, KIND_PG };

#define ADDRESS_MAX 256

/* An empty place: a file in dir that is not there yet, or an empty database.  0 or -1, said on stderr. */
int kind_place(enum kind kind, const char *dir, char address[ADDRESS_MAX]);

/* Runs SQL from outside, on a connection of its own.  0 or -1, said on stderr. */
int kind_sql(const char *address, const char *text);

/*
 * A server between: address_through leads to the database at address through a socket in dir.
 * When it sees COMMIT come from the client it does this, once:
 */
enum cut { CUT_NOT, CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, CUT_COMMIT_IS_LATE };
int cut_start(const char *address, const char *dir, char address_through[ADDRESS_MAX]);
void cut_at_next_commit(enum cut how);
/* Whether whoever comes now is turned away. */
void cut_stay_away(int yes);
/* 1 once the cut was made. */
int cut_was_made(void);

#endif
