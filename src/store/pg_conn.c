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
	c->times = 1;
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
	c->times++;
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

/* Whether an answer names each of the places 1 to n once: of n rows one could have changed two, and one none. */
static int
has_places(const PGresult *r, int64_t n)
{
	uint8_t seen[PG_SET_ROWS] = { 0 };

	if (n > PG_SET_ROWS || PQntuples(r) != n || PQnfields(r) != 1 || PQftype(r, 0) != OID_INT8)
		return 0;
	for (int i = 0; i < n; i++) {
		uint64_t place;

		memcpy(&place, PQgetvalue(r, i, 0), sizeof(place));
		place = be64toh(place);
		if (place < 1 || place > (uint64_t)n || seen[place - 1]++)
			return 0;
	}
	return 1;
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
	if (want->rows == STORE_ANY_COUNT || (rows == want->rows && (!want->places || has_places(r, rows))))
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
		PGresult **keep = want->keep != NULL ? want->keep : &c->rows;

		judge(c, r, want);
		if (PQresultStatus(r) == PGRES_TUPLES_OK) {
			PQclear(*keep);
			*keep = r;
		} else
			PQclear(r);
	}
	if (rc < 0 || r == NULL || next_result(c, &end) < 0 || end != NULL) {
		PQclear(end);
		return -1;
	}
	return 0;
}

/* The end of a part: after an error, the server begins anew behind it. */
static int
one_sync(struct pg_conn *c)
{
	PGresult *r = NULL;
	int rc = next_result(c, &r) < 0 || PQresultStatus(r) != PGRES_PIPELINE_SYNC ? -1 : 0;

	PQclear(r);
	return rc;
}

/* Puts the end of a part behind what was sent; -1: the connection is lost. */
static int
send_sync(struct pg_conn *c)
{
	if (c->nwant == 0 || c->want[c->nwant - 1].sync)
		return 0;
	if (PQpipelineSync(c->pg) == 0) {
		lost(c, "sync");
		return -1;
	}
	c->want[c->nwant++] = (struct pg_want){ .sql = "sync", .sync = 1 };
	return 0;
}

void
pg_part(struct pg_conn *c)
{
	if (c->pg != NULL && send_sync(c) == 0 && PQflush(c->pg) < 0)
		lost(c, "flush");
}

enum pg_trouble
pg_drain(struct pg_conn *c)
{
	size_t n;

	if (send_sync(c) < 0)
		return c->trouble;
	n = c->nwant;
	c->nwant = 0;
	for (size_t i = 0; i < n; i++) {
		const struct pg_want *want = &c->want[i];

		if ((want->sync ? one_sync(c) : one_answer(c, want)) < 0) {
			lost(c, want->sql);
			return c->trouble;
		}
	}
	if (c->trouble == PG_FAULT && c->fault.code == FAULT_STORE_AWAY)
		give_up(c);
	return c->trouble;
}

/* Sending */

static const char *
text_of(int id)
{
	static const char *const frame[] = { [PG_BEGIN - ST_NSTATEMENTS] = "BEGIN",
		[PG_BEGIN_READ - ST_NSTATEMENTS] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		[PG_SAVEPOINT - ST_NSTATEMENTS] = "SAVEPOINT op", [PG_RELEASE - ST_NSTATEMENTS] = "RELEASE op",
		[PG_XID - ST_NSTATEMENTS] = "SELECT pg_current_xact_id()::text",
		[PG_ROLLBACK - ST_NSTATEMENTS] = "ROLLBACK" };

	return id < ST_NSTATEMENTS ? store_sql[id] : frame[id - ST_NSTATEMENTS];
}

/* Prepares a statement at its first use and learns the types of its parameters. */
static void
prepare(struct pg_conn *c, const char *name, const char *text, struct pg_statement *s)
{
	const struct pg_want want = { .sql = text, .rows = STORE_ANY_COUNT, .op = PG_NO_OP };
	PGresult *r = NULL, *end = NULL;

	if (pg_drain(c) != PG_FINE)
		return;
	if (PQsendPrepare(c->pg, name, text, 0, NULL) == 0 ||
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
		trouble(c, FAULT_STORE, text, "cannot be prepared");
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
	lost(c, text);
}

/* Whether something can be sent: not after trouble, not on a connection that is gone. */
static int
ready(struct pg_conn *c)
{
	if (c->nwant >= PG_WINDOW)
		pg_drain(c);
	if (c->trouble == PG_FINE && c->pg == NULL)
		lost(c, "send");
	return c->trouble == PG_FINE;
}

#define NAME_SIZE 16

static void
name_of(char kind, int id, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "%c%d", kind, id);
}

const struct pg_statement *
pg_fits(struct pg_conn *c, int id, const struct sql_value *param, size_t n)
{
	static const Oid type_of[] = { [SQL_INT] = OID_INT8, [SQL_TEXT] = OID_TEXT, [SQL_BLOB] = OID_BYTEA };
	struct pg_statement *s = &c->stmt[id];
	char name[NAME_SIZE];

	if (ready(c) && !s->prepared) {
		name_of('s', id, name);
		prepare(c, name, text_of(id), s);
	}
	if (c->trouble != PG_FINE)
		return NULL;
	if (n != (size_t)s->nparams) {
		trouble(c, FAULT_BUG, text_of(id), "wrong number of parameters");
		return NULL;
	}
	/* Values go as they are in memory; one of another type would be misread, not refused. */
	for (size_t i = 0; i < n; i++) {
		if (param[i].kind != SQL_NULL && s->type[i] != type_of[param[i].kind]) {
			trouble(c, FAULT_BUG, text_of(id), "parameter of another type");
			return NULL;
		}
	}
	return s;
}

void
pg_no_memory(struct pg_conn *c)
{
	trouble(c, FAULT_MEMORY, "rows", "no memory");
}

/* Executes what was prepared under a name, with binary parameters, for binary answers. */
static void
send_named(struct pg_conn *c, const char *name, const char *const *value, const int *length, size_t n,
    struct pg_want want)
{
	int format[PG_PARAMS_MAX];

	for (size_t i = 0; i < n; i++)
		format[i] = 1;
	if (PQsendQueryPrepared(c->pg, name, (int)n, value, length, format, 1) == 0)
		lost(c, want.sql);
	else
		c->want[c->nwant++] = want;
}

void
pg_send(struct pg_conn *c, int id, const struct sql_value *param, size_t n, struct pg_want want)
{
	const char *value[PG_PARAMS_MAX];
	int length[PG_PARAMS_MAX];
	uint64_t integer[PG_PARAMS_MAX];
	char name[NAME_SIZE];

	want.sql = text_of(id);
	if (pg_fits(c, id, param, n) == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		integer[i] = htobe64((uint64_t)param[i].i);
		value[i] = param[i].kind == SQL_NULL ? NULL : param[i].kind == SQL_INT ?
		    (const char *)&integer[i] : param[i].len != 0 ? param[i].data : "";
		length[i] = param[i].kind == SQL_INT ? 8 : (int)param[i].len;
	}
	name_of('s', id, name);
	send_named(c, name, value, length, n, want);
}

void
pg_send_set(struct pg_conn *c, enum stmt id, const char *text, unsigned *prepared, const char *const *value,
    const int *length, size_t n, size_t nrows)
{
	struct pg_statement now = { .prepared = 0 };
	char name[NAME_SIZE];

	name_of('m', (int)id, name);
	if (ready(c) && *prepared != c->times) {
		prepare(c, name, text, &now);
		*prepared = now.prepared ? c->times : 0;
	}
	if (c->trouble != PG_FINE)
		return;
	send_named(c, name, value, length, n, (struct pg_want){ .sql = text, .rows = (int64_t)nrows,
	    .op = PG_NO_OP, .places = strncmp(text, "UPDATE", 6) == 0 });
}

void
pg_send_frame(struct pg_conn *c, enum pg_frame frame)
{
	pg_send(c, (int)frame, NULL, 0, (struct pg_want){ .rows = STORE_ANY_COUNT, .op = PG_NO_OP });
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
