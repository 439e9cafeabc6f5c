/*
 * index.c - the index of persons: how far it is, and making it anew, by the running server.
 */
#include <time.h>

#include "cli/cli.h"

#define LOOK_NS 200000000	/* between two looks at how far it is */

enum cli_exit
cmd_index_status(struct cli *c)
{
	const json_t *log;
	json_t *health;
	char n[NUM_SIZE];
	struct table t;
	enum cli_exit rc;
	size_t i;

	health = fetch(c, (struct request){ .method = "GET", .path = "/api/v1/health" }, &rc);
	if (health == NULL)
		return rc;
	table_head(c, &t, (const enum message[]){ SAY_LOG, SAY_SIZE, SAY_INDEXED, SAY_BEHIND }, 4);
	json_array_foreach(json_object_get(health, "index"), i, log) {
		table_cell(&t, str(log, "log"));
		table_cell(&t, num_text(num(log, "size"), n));
		table_cell(&t, num_text(num(log, "indexed"), n));
		table_cell(&t, num_text(num(log, "behind"), n));
	}
	table_print(&t, c->out);
	json_decref(health);
	return CLI_OK;
}

/* Sums of all logs. */
static void
sums(const json_t *answer, json_int_t *ret_indexed, json_int_t *ret_size)
{
	const json_t *log;
	size_t i;

	*ret_indexed = *ret_size = 0;
	json_array_foreach(json_object_get(answer, "index"), i, log) {
		*ret_indexed += num(log, "indexed");
		*ret_size += num(log, "size");
	}
}

enum cli_exit
cmd_index_rebuild(struct cli *c)
{
	json_int_t indexed, size, goal = 0, said = -1;
	json_t *answer = NULL;
	char n[2][NUM_SIZE];
	enum cli_exit rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/index/rebuild",
	    .body = json_object() }, &answer);

	/* What is recorded meanwhile is not waited for. */
	for (sums(answer, &indexed, &goal); rc == CLI_OK && indexed < goal; sums(answer, &indexed, &size)) {
		if (!c->json && indexed != said)
			say(c, SAY_INDEX_AT, num_text(indexed, n[0]), num_text(goal, n[1]));
		said = indexed;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_NS }, NULL);
		json_decref(answer);
		answer = NULL;
		rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/health" }, &answer);
	}
	json_decref(answer);
	if (rc != CLI_OK)
		return rc;
	if (c->json)
		return print_raw(c);
	say(c, SAY_INDEX_MADE, num_text(goal, n[0]));
	return CLI_OK;
}
