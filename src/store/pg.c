#include "store/pg_reader.h"
#include "store/pg_set.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIGRATIONS_PG
#include "store/migrations.h"

/*
 * A writer that is paused in a transaction holds its log: not longer than a successor waits for it.
 * What it changes it finds by keys, also where a plan was made while there were few rows.
 */
#define WRITER_SETTINGS "SET idle_in_transaction_session_timeout = '5s'; SET enable_seqscan = off;" \
	"SET enable_hashjoin = off; SET enable_mergejoin = off"
#define MIGRATION_SETTINGS "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s';" \
	"SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on;"
#define SETTLE_TRIES 20		/* of 50 ms, until a commit that is under way is over */

struct pg_store {
	struct store base;
	struct pg_conn c;
	struct pg_sets *sets;	/* of the batch, before they are sent */
	int open;		/* a transaction, on the server's side */
	int loose;		/* something outside operations was written and is not judged yet */
	char xid[24];		/* of the transaction that is being committed */
	int unsettled;		/* its outcome is not known */
};

static struct pg_store *
store_of(struct store *s)
{
	return (struct pg_store *)s;
}

/* Schema */

/* Where a part notes its schema. */
static const char *const version_table[] = { [STORE_MAIN] = "schema_version",
	[STORE_INDEX] = "index_schema_version" };

/* A number that a query answers with. */
static int
number(struct pg_conn *c, const char *query, int *ret, struct fault *f)
{
	PGresult *r;

	if (pg_simple(c, query, &r, f) < 0)
		return -1;
	*ret = PQntuples(r) > 0 ? (int)strtol(PQgetvalue(r, 0, 0), NULL, 10) : 0;
	PQclear(r);
	return 0;
}

static int
schema(struct pg_conn *c, enum store_part part, int *ret_have, struct fault *f)
{
	char query[96];
	int there;

	*ret_have = 0;
	snprintf(query, sizeof(query), "SELECT (to_regclass('%s') IS NOT NULL)::int",
	    version_table[part]);
	if (number(c, query, &there, f) < 0)
		return -1;
	snprintf(query, sizeof(query), "SELECT max(version) FROM %s", version_table[part]);
	return there ? number(c, query, ret_have, f) : 0;
}

/* A database that somebody uses is not made anew. */
static int
check_unused(struct pg_conn *c, int have, struct fault *f)
{
	int rows = 0;

	if (have > 0 && number(c, "SELECT count(*) FROM meta", &rows, f) < 0)
		return -1;
	if (rows == 0)
		return 0;
	fault_set(f, FAULT_INSTANCE_EXISTS, "%s", "");
	fault_arg(f, "dir", "%s", c->address);
	return -1;
}

/*
 * A copy goes to a database without anything, or into the tables of this program; they may be
 * those of a copy that was stopped while it made them: then nothing is in them.
 */
static int
check_empty(struct pg_conn *c, int have, int known, struct fault *f)
{
	int tables = 0, rows = 0;

	if (have == 0 && number(c, "SELECT count(*) FROM pg_tables"
	    " WHERE schemaname = ANY (current_schemas(false))", &tables, f) < 0)
		return -1;
	if (have > 0 && have < known && number(c, "SELECT (SELECT count(*) FROM meta) +"
	    " (SELECT count(*) FROM log)", &rows, f) < 0)
		return -1;
	if (have == known || (have == 0 && tables == 0) || (have > 0 && rows == 0))
		return 0;
	fault_set(f, FAULT_STORE_NOT_EMPTY, "schema %d, %d tables", have, tables);
	fault_arg(f, "store", "%s", c->address);
	return -1;
}

static int
check_version(int have, int known, enum store_open how, struct fault *f)
{
	if (have > known) {
		fault_set(f, FAULT_SCHEMA_NEWER, "%s", "");
		fault_arg(f, "found", "%d", have);
		fault_arg(f, "known", "%d", known);
		return -1;
	}
	if (have == 0 && how != STORE_CREATE && how != STORE_COPY_TO) {
		fault_set(f, FAULT_STORE, "%s", "no store in this database: wzm init makes one");
		return -1;
	}
	if ((how == STORE_LOOK || how == STORE_COPY_FROM) && have != known) {
		fault_set(f, FAULT_STORE, "schema %d, not %d: start the server once", have, known);
		return -1;
	}
	return 0;
}

/* All that is missing in one transaction; the lock holds off other processes. */
static int
migrate(struct pg_conn *c, enum store_part part, enum store_open how, struct fault *f)
{
	const struct migrations *m = &migrations_pg[part];
	char set[200];
	int have;

	if (schema(c, part, &have, f) < 0 || check_version(have, m->n, how, f) < 0 ||
	    (how == STORE_COPY_TO && check_empty(c, have, m->n, f) < 0))
		return -1;
	if (how == STORE_LOOK || how == STORE_COPY_FROM)
		return 0;
	if (pg_simple(c, "BEGIN;" MIGRATION_SETTINGS
	    "SELECT pg_advisory_xact_lock(2003462509)", NULL, f) < 0 || schema(c, part, &have, f) < 0 ||
	    check_version(have, m->n, how, f) < 0 ||
	    (part == STORE_MAIN && how == STORE_CREATE && check_unused(c, have, f) < 0))
		return -1;
	for (; have < m->n; have++) {
		snprintf(set, sizeof(set), "%s%s%sINSERT INTO %s VALUES (%d)", have > 0 ? "" : "CREATE TABLE ",
		    have > 0 ? "" : version_table[part], have > 0 ? "" :
		    " (version BIGINT NOT NULL PRIMARY KEY); ", version_table[part], have + 1);
		if (pg_simple(c, m->text[have], NULL, f) < 0 || pg_simple(c, set, NULL, f) < 0)
			return -1;
	}
	return pg_simple(c, "COMMIT", NULL, f);
}

/* Secrets are only files: an address stands in wzm.conf and in messages. */
static int
check_address(const char *address, struct fault *f)
{
	PQconninfoOption *option = PQconninfoParse(address, NULL);
	const char *why = option == NULL ? "not an address of PostgreSQL" : NULL;

	for (const PQconninfoOption *o = option; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, "password") == 0 && o->val != NULL)
			why = "a password belongs into a passfile (~/.pgpass)";
	PQconninfoFree(option);
	if (why == NULL)
		return 0;
	fault_set(f, FAULT_CONF_INVALID, "%s", "");
	fault_arg(f, "key", "%s", "store");
	fault_arg(f, "why", "%s", why);
	fault_arg(f, "where", "%s", "wzm.conf, --store, WZM_STORE");
	return -1;
}

static void
close_store(struct store *s)
{
	pg_free(&store_of(s)->c);
	pg_sets_free(store_of(s)->sets);
	free(s);
}

static int
open_store(const char *address, enum store_part part, enum store_open how,
    struct store **ret_store, struct fault *f)
{
	struct pg_store *s;
	const char *encoding;

	if (check_address(address, f) < 0)
		return -1;
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	s->base.type = &store_pg;
	if (pg_init(&s->c, address, f) < 0)
		goto fail;
	if ((s->sets = pg_sets_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto fail;
	}
	s->c.lock = how == STORE_COPY_FROM || how == STORE_COPY_TO ? PG_ALONE : PG_SHARED;
	s->c.patient = s->c.lock == PG_ALONE || how == STORE_LOOK;
	s->c.also = s->c.patient ? NULL : WRITER_SETTINGS;
	if (pg_connect(&s->c, f) < 0)
		goto fail;
	encoding = PQparameterStatus(s->c.pg, "server_encoding");
	if (encoding == NULL || strcmp(encoding, "UTF8") != 0) {
		fault_set(f, FAULT_STORE, "the database has encoding %s, not UTF8",
		    encoding != NULL ? encoding : "unknown");
		goto fail;
	}
	if (migrate(&s->c, part, how, f) < 0)
		goto fail;
	*ret_store = &s->base;
	return 0;
fail:
	close_store(&s->base);
	return -1;
}

/* The writer */

static void
roll_back(struct store *store)
{
	struct pg_store *s = store_of(store);

	pg_sets_drop(s->sets);
	pg_drain(&s->c);
	pg_forget(&s->c);
	if (s->open && s->c.pg != NULL) {
		pg_send_text(&s->c, "ROLLBACK", NULL, NULL);
		if (pg_drain(&s->c) != PG_FINE)
			pg_disconnect(&s->c);
		pg_forget(&s->c);
	}
	s->open = 0;
}

/*
 * The server may not know yet that an earlier connection was cut: its process would hold the
 * locks of what it was doing until idle_in_transaction_session_timeout.
 */
static int
end_left(struct pg_conn *c, struct fault *f)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", c->left);
	pg_send_text(c, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1::int"
	    " AND application_name = 'wzm' AND usename = current_user AND pid <> pg_backend_pid()",
	    pid, NULL);
	if (pg_drain(c) != PG_FINE)
		return pg_blame(c, f);
	c->left = 0;
	return 0;
}

static int
begin(struct store *store, struct fault *f)
{
	struct pg_store *s = store_of(store);

	pg_sets_drop(s->sets);
	pg_forget(&s->c);
	s->unsettled = s->loose = 0;
	if (pg_connect(&s->c, f) < 0 || (s->c.left != 0 && end_left(&s->c, f) < 0))
		return -1;
	s->open = 1;
	/* It goes with the first statements. */
	pg_send_frame(&s->c, PG_BEGIN);
	return 0;
}

/* Sends operations from to end, each but the losers, and reads how they went. */
static enum pg_trouble
attempt(struct pg_conn *c, const struct store_op *op, size_t from, size_t end)
{
	pg_send_frame(c, PG_SAVEPOINT);
	for (size_t i = from; i < end; i++)
		for (size_t k = 0; k < op[i].nsteps; k++)
			pg_send(c, (int)op[i].step[k].stmt, op[i].step[k].param, op[i].step[k].nparams,
			    (struct pg_want){ .rows = op[i].step[k].expect, .op = i, .step = k });
	return pg_drain(c);
}

/*
 * All operations, with the rows of all as sets; 0: a row was not as it should be, and nothing of all is there.
 */
static int
run_as_sets(struct pg_store *s, struct store_op *op, size_t n, struct fault *f)
{
	struct pg_conn *c = &s->c;

	/* What was written outside operations is judged before: to go back to here does not take it back. */
	if (s->loose && pg_drain(c) != PG_FINE)
		return pg_blame(c, f);
	s->loose = 0;
	pg_send_frame(c, PG_SAVEPOINT);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < op[i].nsteps; k++)
			pg_sets_put(s->sets, c, op[i].step[k].stmt, op[i].step[k].param, op[i].step[k].nparams,
			    (struct pg_want){ .rows = op[i].step[k].expect, .op = i, .step = k });
	pg_sets_send(s->sets, c);
	if (pg_drain(c) == PG_FINE) {
		pg_send_frame(c, PG_RELEASE);
		for (size_t i = 0; i < n; i++)
			op[i].verdict = (struct store_verdict){ .won = 1 };
		return 1;
	}
	/* Only what a row may have done is worth another look, or that others take locks in the order of rows. */
	if (c->pg == NULL || (c->trouble == PG_FAULT && c->fault.code != FAULT_STORE &&
	    strcmp(c->state, "40P01") != 0))
		return pg_blame(c, f);
	pg_sets_drop(s->sets);
	pg_forget(c);
	pg_send_text(c, "ROLLBACK TO op", NULL, NULL);
	pg_send_frame(c, PG_RELEASE);
	return 0;
}

/*
 * One after the other, but all at once, as long as they win.  A loser takes those before it back as well:
 * they are sent again, without it.  After two losers each goes alone, so that a batch full
 * of losers costs no more than one round trip each.
 */
static int
run_as_rows(struct pg_conn *c, struct store_op *op, size_t n, struct fault *f)
{
	size_t from = 0, end, losers = 0, retry = SIZE_MAX;

	while (from < n) {
		if (op[from].chained && from > 0 && !op[from - 1].verdict.won) {
			op[from++].verdict = (struct store_verdict){ .lost_step = STORE_CHAIN };
			continue;
		}
		if (from == retry) {	/* lost already, and those before it have won */
			from++;
			continue;
		}
		end = retry != SIZE_MAX && retry > from ? retry : losers < 2 ? n : from + 1;
		switch (attempt(c, op, from, end)) {
		case PG_FINE:
			pg_send_frame(c, PG_RELEASE);
			for (; from < end; from++)
				op[from].verdict = (struct store_verdict){ .won = 1 };
			break;
		case PG_LOSER:
			losers++;
			retry = c->op;
			op[retry].verdict = (struct store_verdict){ .lost_step = c->step };
			pg_forget(c);
			pg_send_text(c, "ROLLBACK TO op", NULL, NULL);
			pg_send_frame(c, PG_RELEASE);
			break;
		case PG_FAULT:
			return pg_blame(c, f);
		}
	}
	return 0;
}

static int
run(struct store *store, struct store_op *op, size_t n, struct fault *f)
{
	struct pg_store *s = store_of(store);
	size_t nsteps = 0;
	int rc = 0;

	pg_sets_send(s->sets, &s->c);
	for (size_t i = 0; i < n; i++)
		nsteps += op[i].nsteps;
	/* One request alone has few rows of a kind. */
	if (n > 1 || nsteps > 8)
		rc = run_as_sets(s, op, n, f);
	return rc < 0 ? -1 : rc > 0 ? 0 : run_as_rows(&s->c, op, n, f);
}

static int
exec(struct store *store, enum stmt stmt, const struct sql_value *param, size_t n,
    int64_t expect, struct fault *f)
{
	struct pg_store *s = store_of(store);
	struct pg_conn *c = &s->c;

	s->loose = 1;
	pg_sets_put(s->sets, c, stmt, param, n, (struct pg_want){ .rows = expect, .op = PG_NO_OP });
	return c->trouble == PG_FINE ? 0 : pg_blame(c, f);
}

static int
commit(struct store *store, struct fault *f)
{
	struct pg_store *s = store_of(store);

	/* Everything must have been right before COMMIT is sent. */
	pg_sets_send(s->sets, &s->c);
	pg_send_frame(&s->c, PG_XID);
	if (pg_drain(&s->c) != PG_FINE)
		return pg_blame(&s->c, f);
	snprintf(s->xid, sizeof(s->xid), "%s", PQgetvalue(s->c.rows, 0, 0));
	pg_send_text(&s->c, "COMMIT", NULL, "COMMIT");
	if (pg_drain(&s->c) == PG_FINE) {
		s->open = 0;
		return 0;
	}
	s->unsettled = s->c.fault.code == FAULT_STORE_AWAY;
	return pg_blame(&s->c, f);
}

#define UNDER_WAY (STORE_OVER + 1)

/* What became of the transaction, or UNDER_WAY; -1: a fault. */
static int
outcome(struct pg_store *s, struct fault *f)
{
	const char *status;

	pg_forget(&s->c);
	if (pg_connect(&s->c, f) < 0)
		return -1;
	pg_send_text(&s->c, "SELECT pg_xact_status($1::xid8)", s->xid, NULL);
	if (pg_drain(&s->c) != PG_FINE) {
		/* "in the future": a server restored from an older state does not know of it. */
		if (strcmp(s->c.state, "22023") == 0)
			return STORE_OVER;
		return pg_blame(&s->c, f);
	}
	status = PQgetvalue(s->c.rows, 0, 0);
	if (strcmp(status, "in progress") != 0)
		return strcmp(status, "committed") == 0 ? STORE_COMMITTED :
		    strcmp(status, "aborted") == 0 ? STORE_NOT_COMMITTED : STORE_OVER;
	/* The old connection's process may wait for us for ever: it either commits now or never. */
	pg_send_text(&s->c, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE backend_xid = $1::xid8::xid", s->xid, NULL);
	return pg_drain(&s->c) == PG_FINE ? UNDER_WAY : pg_blame(&s->c, f);
}

static int
settle(struct store *store, struct fault *f)
{
	struct pg_store *s = store_of(store);

	if (!s->unsettled) {
		roll_back(store);
		return STORE_NOT_COMMITTED;
	}
	s->open = 0;
	for (int i = 0; i < SETTLE_TRIES; i++) {
		int how = outcome(s, f);

		if (how < 0)
			return -1;
		if (how != UNDER_WAY) {
			s->unsettled = 0;
			pg_forget(&s->c);
			return how;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	fault_set(f, FAULT_STORE_AWAY, "%s", "the commit is still under way");
	return -1;
}

static int
reader_open(struct store *store, struct store_reader **ret_reader, struct fault *f)
{
	return pg_reader_open(&store_of(store)->c, ret_reader, f);
}

const struct store_type store_pg = {
	.open = open_store,
	.close = close_store,
	.begin = begin,
	.run = run,
	.exec = exec,
	.commit = commit,
	.settle = settle,
	.rollback = roll_back,
	.reader_open = reader_open,
	.reader_close = pg_reader_close,
	.reader_begin = pg_reader_begin,
	.reader_end = pg_reader_end,
	.reader_rest = pg_reader_rest,
	.read = pg_read,
	.read_ahead = pg_read_ahead,
	.column_int = pg_column_int,
	.column_text = pg_column_text,
	.column_blob = pg_column_blob,
	.column_null = pg_column_null,
	.column_value = pg_column_value,
};
