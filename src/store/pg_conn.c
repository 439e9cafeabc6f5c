#include "store/pg_conn.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The server gives up first, so that it is the server that says why. */
#define WAIT_MS 40000
#define PATIENT_WAIT_MS (2 * 3600 * 1000 + 10000)
#define PATIENT_SETTINGS \
	"SET statement_timeout = '2h'; SET idle_in_transaction_session_timeout = '2h'"
/* A process that has just ended may hold its lock for a moment longer. */
#define LOCK_TRIES 20		/* of 100 ms */
#define DELAY_MIN_MS 50
#define DELAY_MAX_MS 2000
#define SETTINGS \
	"SET statement_timeout = '30s'; SET lock_timeout = '10s';" \
	"SET idle_in_transaction_session_timeout = '60s'; SET default_transaction_isolation = 'read committed';" \
	/* What is answered is durable, whatever the database's own default. */ \
	"SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The first trouble is the one that is told. */
static void
trouble(struct pg_conn *c, enum fault_code code, const char *what, const char *why)
{
	if (c->trouble == PG_FAULT)
		return;
	c->trouble = PG_FAULT;
	fault_set(&c->fault, code, "%.*s: %s", (int)strcspn(why, "\n"), why, what);
}

/* A connection of which it is not known what the server has done and what it holds. */
static void
give_up(struct pg_conn *c)
{
	if (c->pg != NULL)
		c->left = PQbackendPID(c->pg);
	pg_disconnect(c);
}

static void
lost(struct pg_conn *c, const char *what)
{
	trouble(c, FAULT_STORE_AWAY, what, c->pg != NULL ? PQerrorMessage(c->pg) : "no connection");
	give_up(c);
}

int
pg_blame(const struct pg_conn *c, struct fault *f)
{
	if (c->trouble == PG_LOSER)
		fault_set(f, FAULT_BUG, "step %zu lost where nothing may lose", c->step);
	else if (f != NULL)
		*f = c->fault;
	return -1;
}

void
pg_forget(struct pg_conn *c)
{
	c->trouble = PG_FINE;
	c->fault = (struct fault)FAULT_INIT;
	c->state[0] = '\0';
}

/* Waiting */

/* 0 when the socket is ready; -1 when the time is up. */
static int
wait_for(struct pg_conn *c, short events, int64_t deadline)
{
	struct pollfd p = { .fd = PQsocket(c->pg), .events = events };
	int64_t left;
	int n;

	do {
		left = deadline - now_ms();
		n = left > 0 ? poll(&p, 1, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : -1;
}

/* Sends what libpq holds and reads until there is a result; -1: the connection is of no use. */
static int
next_result(struct pg_conn *c, PGresult **ret)
{
	int64_t deadline = now_ms() + (c->patient ? PATIENT_WAIT_MS : WAIT_MS);

	for (;;) {
		int more = PQflush(c->pg);

		if (more < 0)
			return -1;
		if (more == 0 && !PQisBusy(c->pg))
			break;
		if (wait_for(c, more ? POLLIN | POLLOUT : POLLIN, deadline) < 0 ||
		    PQconsumeInput(c->pg) == 0)
			return -1;
	}
	*ret = PQgetResult(c->pg);
	return PQstatus(c->pg) == CONNECTION_OK ? 0 : -1;
}

/* Connecting */

int
pg_init(struct pg_conn *c, const char *address, struct fault *f)
{
	memset(c, 0, sizeof(*c));
	if ((c->address = strdup(address)) != NULL)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "");
	return -1;
}

void
pg_disconnect(struct pg_conn *c)
{
	PQclear(c->rows);
	PQfinish(c->pg);
	c->rows = NULL;
	c->pg = NULL;
	c->nwant = 0;
	memset(c->stmt, 0, sizeof(c->stmt));
}

void
pg_free(struct pg_conn *c)
{
	pg_disconnect(c);
	free(c->address);
}

/* Whoever waits for a server that is away must not ask it all the time. */
static int
away(struct pg_conn *c)
{
	c->delay = c->delay == 0 ? DELAY_MIN_MS : c->delay * 2;
	if (c->delay > DELAY_MAX_MS)
		c->delay = DELAY_MAX_MS;
	c->try_at = now_ms() + c->delay;
	pg_disconnect(c);
	return -1;
}

/* Takes the connection's lock, or says that somebody uses the database otherwise. */
static int
take_lock(struct pg_conn *c, struct fault *f)
{
	static const char *const try[] = {
		[PG_SHARED] = "SELECT pg_try_advisory_lock_shared(2003462510)::int",
		[PG_ALONE] = "SELECT pg_try_advisory_lock(2003462510)::int",
	};

	if (c->lock == PG_UNLOCKED)
		return 0;
	for (int i = 0; i < LOCK_TRIES; i++) {
		PGresult *r;
		int got;

		if (i > 0)
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
		if (pg_simple(c, try[c->lock], &r, f) < 0)
			return -1;
		got = PQntuples(r) > 0 && PQgetvalue(r, 0, 0)[0] == '1';
		PQclear(r);
		if (got)
			return 0;
	}
	fault_set(f, FAULT_STORE_IN_USE, "%s", "");
	fault_arg(f, "store", "%s", c->address);
	return -1;
}

int
pg_connect(struct pg_conn *c, struct fault *f)
{
	/* Those before dbname can be changed by the address, the others not. */
	const char *const name[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle",
		"keepalives_interval", "keepalives_count", "application_name", "dbname",
		"client_encoding", NULL };
	const char *const value[] = { "5", "20000", "10", "5", "3", "wzm", c->address, "UTF8", NULL };

	if (c->pg != NULL && PQstatus(c->pg) == CONNECTION_OK)
		return 0;
	pg_disconnect(c);
	if (now_ms() < c->try_at) {
		fault_set(f, FAULT_STORE_AWAY, "%s", "no connection; not yet time to try again");
		return -1;
	}
	c->pg = PQconnectdbParams(name, value, 1);
	if (c->pg == NULL || PQstatus(c->pg) != CONNECTION_OK || PQsetnonblocking(c->pg, 1) < 0) {
		const char *why = c->pg != NULL ? PQerrorMessage(c->pg) : "out of memory";

		fault_set(f, FAULT_STORE_AWAY, "%.*s", (int)strcspn(why, "\n"), why);
		return away(c);
	}
	if (pg_simple(c, SETTINGS, NULL, f) < 0 ||
	    (c->patient && pg_simple(c, PATIENT_SETTINGS, NULL, f) < 0) ||
	    (c->also != NULL && pg_simple(c, c->also, NULL, f) < 0) || take_lock(c, f) < 0)
		return away(c);
	c->delay = 0;
	return 0;
}

int
pg_simple(struct pg_conn *c, const char *text, PGresult **ret, struct fault *f)
{
	PGresult *last = NULL, *r = NULL;
	int rc = -1;

	if (c->pg == NULL || PQexitPipelineMode(c->pg) == 0 || PQsendQuery(c->pg, text) == 0) {
		fault_set(f, FAULT_STORE_AWAY, "%s", c->pg != NULL ? PQerrorMessage(c->pg) :
		    "no connection");
		return -1;
	}
	for (;;) {
		if (next_result(c, &r) < 0) {
			fault_set(f, FAULT_STORE_AWAY, "%s", PQerrorMessage(c->pg));
			PQclear(r);
			pg_disconnect(c);
			goto out;
		}
		if (r == NULL)
			break;
		if (last == NULL || PQresultStatus(last) != PGRES_FATAL_ERROR) {
			PQclear(last);
			last = r;
		} else
			PQclear(r);
	}
	if (last == NULL || PQresultStatus(last) == PGRES_FATAL_ERROR) {
		const char *why = PQresultErrorField(last, PG_DIAG_MESSAGE_PRIMARY);

		fault_set(f, FAULT_STORE, "%.60s: %s", text, why != NULL ? why : "no result");
	} else if (PQenterPipelineMode(c->pg) == 0)
		fault_set(f, FAULT_STORE, "%s", PQerrorMessage(c->pg));
	else
		rc = 0;
out:
	if (rc == 0 && ret != NULL)
		*ret = last;
	else
		PQclear(last);
	return rc;
}

/* Reading results */

/* The message names tables and columns; its detail, which has values, is left out. */
static void
judge_error(struct pg_conn *c, const PGresult *r, const struct pg_want *want)
{
	/* By the first characters of the SQLSTATE; all others are FAULT_STORE. */
	static const struct { const char *state; enum fault_code code; } means[] = {
		{ "08", FAULT_STORE_AWAY },	/* connection */
		{ "57P", FAULT_STORE_AWAY },	/* shut down */
		{ "25006", FAULT_STORE_AWAY },	/* read-only: it is a standby now */
		{ "25P03", FAULT_STORE_AWAY },	/* idle in transaction for too long */
		{ "40", FAULT_STORE_BUSY },	/* deadlock */
		{ "55P03", FAULT_STORE_BUSY },	/* lock timeout */
		{ "57014", FAULT_STORE_BUSY },	/* statement timeout */
		{ "53100", FAULT_STORE_FULL },	/* disk full */
	};
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *why = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	enum fault_code code = FAULT_STORE;

	/* Not the server's, but libpq's own: such as no memory for the answer. */
	if (state == NULL)
		state = "08000";
	if (strcmp(state, "23505") == 0 && want->op != PG_NO_OP) {
		/* Somebody was there first; any other constraint is a bug of ours. */
		c->trouble = PG_LOSER;
		c->op = want->op;
		c->step = want->step;
		return;
	}
	for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++)
		if (strncmp(state, means[i].state, strlen(means[i].state)) == 0)
			code = means[i].code;
	trouble(c, code, want->sql, why != NULL ? why : state);
	snprintf(c->state, sizeof(c->state), "%s", state);
}

static void
judge(struct pg_conn *c, PGresult *r, const struct pg_want *want)
{
	ExecStatusType status = PQresultStatus(r);
	int64_t rows;

	if (c->trouble != PG_FINE)
		return;
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		judge_error(c, r, want);
		return;
	}
	/* COMMIT of a transaction that failed reports success, with the tag ROLLBACK. */
	if (want->tag != NULL && strcmp(PQcmdStatus(r), want->tag) != 0) {
		trouble(c, FAULT_STORE, want->sql, PQcmdStatus(r));
		return;
	}
	rows = strtoll(PQcmdTuples(r), NULL, 10);
	if (want->rows == STORE_ANY_COUNT || rows == want->rows)
		return;
	if (want->op == PG_NO_OP) {
		trouble(c, FAULT_STORE, want->sql, "another number of rows changed");
		return;
	}
	c->trouble = PG_LOSER;
	c->op = want->op;
	c->step = want->step;
}

/* The results of one statement: one, and then none. */
static int
one_answer(struct pg_conn *c, const struct pg_want *want)
{
	PGresult *r = NULL, *end = NULL;
	int rc = next_result(c, &r);

	if (r != NULL) {
		judge(c, r, want);
		if (PQresultStatus(r) == PGRES_TUPLES_OK) {
			PQclear(c->rows);
			c->rows = r;
		} else
			PQclear(r);
	}
	if (rc < 0 || r == NULL || next_result(c, &end) < 0 || end != NULL) {
		PQclear(end);
		return -1;
	}
	return 0;
}

enum pg_trouble
pg_drain(struct pg_conn *c)
{
	PGresult *sync = NULL;
	size_t n = c->nwant;

	c->nwant = 0;
	if (n == 0)
		return c->trouble;
	if (PQpipelineSync(c->pg) == 0) {
		lost(c, "sync");
		return c->trouble;
	}
	for (size_t i = 0; i < n; i++) {
		if (one_answer(c, &c->want[i]) < 0) {
			lost(c, c->want[i].sql);
			return c->trouble;
		}
	}
	if (next_result(c, &sync) < 0 || PQresultStatus(sync) != PGRES_PIPELINE_SYNC)
		lost(c, "sync");
	else if (c->trouble == PG_FAULT && c->fault.code == FAULT_STORE_AWAY)
		give_up(c);
	PQclear(sync);
	return c->trouble;
}

/* Sending */

/* Prepares a statement at its first use and learns the types of its parameters. */
static void
prepare(struct pg_conn *c, enum stmt id)
{
	struct pg_statement *s = &c->stmt[id];
	const struct pg_want want = { .sql = store_sql[id], .rows = STORE_ANY_COUNT, .op = PG_NO_OP };
	PGresult *r = NULL, *end = NULL;
	char name[16];

	if (pg_drain(c) != PG_FINE)
		return;
	snprintf(name, sizeof(name), "s%d", (int)id);
	if (PQsendPrepare(c->pg, name, store_sql[id], 0, NULL) == 0 ||
	    PQsendDescribePrepared(c->pg, name) == 0 || PQpipelineSync(c->pg) == 0 ||
	    one_answer(c, &want) < 0 || next_result(c, &r) < 0 || next_result(c, &end) < 0 || end != NULL)
		goto broken;
	if (c->trouble == PG_FINE && PQresultStatus(r) == PGRES_COMMAND_OK &&
	    PQnparams(r) <= PG_PARAMS_MAX) {
		s->prepared = 1;
		s->nparams = PQnparams(r);
		for (int i = 0; i < s->nparams; i++)
			s->type[i] = PQparamtype(r, i);
	} else
		trouble(c, FAULT_STORE, store_sql[id], "cannot be prepared");
	PQclear(r);
	r = NULL;
	if (next_result(c, &end) < 0 || PQresultStatus(end) != PGRES_PIPELINE_SYNC)
		goto broken;
	PQclear(end);
	/* The server may have prepared it all the same. */
	if (!s->prepared)
		give_up(c);
	return;
broken:
	PQclear(r);
	PQclear(end);
	lost(c, store_sql[id]);
}

/* Whether something can be sent: not after trouble, not on a connection that is gone. */
static int
ready(struct pg_conn *c)
{
	if (c->nwant == PG_WINDOW)
		pg_drain(c);
	if (c->trouble == PG_FINE && c->pg == NULL)
		lost(c, "send");
	return c->trouble == PG_FINE;
}

void
pg_send(struct pg_conn *c, enum stmt id, const struct sql_value *param, size_t n,
    struct pg_want want)
{
	static const Oid type_of[] = { [SQL_INT] = OID_INT8, [SQL_TEXT] = OID_TEXT, [SQL_BLOB] = OID_BYTEA };
	const struct pg_statement *s = &c->stmt[id];
	const char *value[PG_PARAMS_MAX];
	int length[PG_PARAMS_MAX], format[PG_PARAMS_MAX];
	uint64_t integer[PG_PARAMS_MAX];
	char name[16];

	want.sql = store_sql[id];
	if (ready(c) && !s->prepared)
		prepare(c, id);
	if (c->trouble != PG_FINE)
		return;
	if (n != (size_t)s->nparams) {
		trouble(c, FAULT_BUG, want.sql, "wrong number of parameters");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		/* Values go as they are in memory; one of another type would be misread, not refused. */
		if (param[i].kind != SQL_NULL && s->type[i] != type_of[param[i].kind]) {
			trouble(c, FAULT_BUG, want.sql, "parameter of another type");
			return;
		}
		format[i] = 1;
		integer[i] = htobe64((uint64_t)param[i].i);
		value[i] = param[i].kind == SQL_NULL ? NULL : param[i].kind == SQL_INT ?
		    (const char *)&integer[i] : param[i].len != 0 ? param[i].data : "";
		length[i] = param[i].kind == SQL_INT ? 8 : (int)param[i].len;
	}
	snprintf(name, sizeof(name), "s%d", (int)id);
	if (PQsendQueryPrepared(c->pg, name, (int)n, value, length, format, 1) == 0)
		lost(c, want.sql);
	else
		c->want[c->nwant++] = want;
}

void
pg_send_text(struct pg_conn *c, const char *text, const char *param, const char *tag)
{
	if (!ready(c))
		return;
	if (PQsendQueryParams(c->pg, text, param != NULL, NULL, &param, NULL, NULL, 0) == 0)
		lost(c, text);
	else
		c->want[c->nwant++] = (struct pg_want){ .sql = text, .tag = tag,
		    .rows = STORE_ANY_COUNT, .op = PG_NO_OP };
}
