#include "kinds.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

/* The server's database to begin from; NULL when there is no server. */
static const char *
server(void)
{
	static char address[ADDRESS_MAX];
	const char *given = getenv("WZM_TEST_PG");
	char command[512], dir[] = "/tmp/wzm-pg-XXXXXX";
	FILE *out;

	if (given != NULL && given[0] != '\0')
		return given;
	if (address[0] != '\0')
		return address;
	/* Not named by the process: what a killed run left has the name of a number that comes again. */
	if (mkdtemp(dir) == NULL)
		return NULL;
	snprintf(command, sizeof(command), "%s/tools/private-pg start %s %ld",
	    SOURCE_ROOT, dir, (long)getpid());
	if ((out = popen(command, "r")) == NULL)
		return NULL;
	if (fgets(address, sizeof(address), out) == NULL)
		address[0] = '\0';
	address[strcspn(address, "\n")] = '\0';
	return pclose(out) == 0 && address[0] != '\0' ? address : NULL;
}

/* The same server, another database. */
static void
with_database(const char *address, const char *name, char ret[ADDRESS_MAX])
{
	const char *path = strstr(address, "//");
	size_t before, rest;

	path = strchr(path + 2, '/');
	before = (size_t)(path - address) + 1;
	rest = before + strcspn(address + before, "?");
	snprintf(ret, ADDRESS_MAX, "%.*s%s%s", (int)before, address, name, address + rest);
}

int
kind_place(enum kind kind, const char *dir, char address[ADDRESS_MAX])
{
	static int places;
	static uint32_t run;
	char name[64], text[160];

	if (kind == KIND_SQLITE) {
		snprintf(address, ADDRESS_MAX, "%s/%d.db", dir, ++places);
		return 0;
	}
	if (server() == NULL) {
		fprintf(stderr, "no PostgreSQL: install it (tools/install test), or set WZM_TEST_PG\n");
		return -1;
	}
	/* The database of an earlier run stays in a server that was given. */
	if (run == 0)
		run = arc4random();
	snprintf(name, sizeof(name), "wzm_test_%08" PRIx32 "_%d", run, ++places);
	snprintf(text, sizeof(text), "CREATE DATABASE %s TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'",
	    name);
	with_database(server(), name, address);
	return kind_sql(server(), text);
}

static int
sql_file(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_busy_timeout(db, 10000) == SQLITE_OK &&
	    sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;

	if (rc < 0)
		fprintf(stderr, "%s: %s\n", text, sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc;
}

int
kind_sql(const char *address, const char *text)
{
	PGconn *pg;
	PGresult *r;
	int rc;

	if (store_is_file(address))
		return sql_file(address, text);
	pg = PQconnectdb(address);
	r = PQexec(pg, text);
	rc = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK ? 0 : -1;
	if (rc < 0)
		fprintf(stderr, "%s: %s\n", text, PQerrorMessage(pg));
	PQclear(r);
	PQfinish(pg);
	return rc;
}
