/*
 * align_run.c - all lists handed in at once, and the round that they are in.
 */
#include <string.h>
#include <unistd.h>

#include "api/serve.h"
#include "cli/align.h"
#include "svc/align/gather.h"

#define ROUND_DAYS 30	/* that a round is open, unless --closes says */
#define NAME_MAX_BYTES 100

/* Divisions by their names: of the version in force, which the server knows as well. */
static enum cli_exit
read_lists(struct cli *c, struct gathering *lists, struct inventory **ret_inv)
{
	struct fault f = FAULT_INIT;

	if (inventory_in_force(c->dir, ret_inv, &f) < 0 || gather(c->operand[0], *ret_inv, lists, &f) < 0)
		return cli_fault(c, &f);
	return CLI_OK;
}

/* The newest round, or NULL; told on failure. */
static enum cli_exit
newest_round(struct cli *c, int *ret_absent, json_t **ret_round)
{
	json_t *list = NULL;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/align/rounds",
	    .absent = ret_absent }, &list);

	*ret_round = NULL;
	if (rc == CLI_OK)
		*ret_round = json_incref(json_array_get(json_object_get(list, "rounds"), 0));
	json_decref(list);
	return rc;
}

/* What became of one list. */
static void
show_handed_in(struct cli *c, const json_t *done)
{
	char number[NUM_SIZE], rows[NUM_SIZE], n[4][NUM_SIZE];
	const json_t *list = json_object_get(done, "list"), *round = json_object_get(done, "round");

	say(c, json_is_true(json_object_get(done, "changed")) ? SAY_LIST_TAKEN : SAY_LIST_SAME,
	    str(list, "division.code"), str(list, "division.name"), num_text(num(list, "number"), number),
	    num_text(num(list, "rows"), rows));
	if (json_is_object(round) && json_is_true(json_object_get(done, "changed")))
		say(c, SAY_LIST_IN_ROUND, num_text(num(round, "new"), n[0]), num_text(num(round, "gone"), n[1]),
		    num_text(num(round, "back"), n[2]), num_text(num(round, "same"), n[3]));
	show_presumed(c, json_object_get(list, "division"), json_object_get(done, "comparison"));
	show_drift(c, json_object_get(list, "division"), json_object_get(json_object_get(done, "drift"), "counts"));
}

/* Hands one list in, under a name that says where it comes from. */
static enum cli_exit
hand_in(struct cli *c, const struct gathered *g)
{
	char name[NAME_MAX_BYTES + 24];
	json_t *done = NULL;
	enum cli_exit rc;

	/* A sheet has become CSV: "ten.xlsx 武义县.csv". */
	if (strlen(g->shown) > NAME_MAX_BYTES)
		snprintf(name, sizeof(name), "%s", g->name);
	else if (strstr(g->shown, ".csv") != NULL || strchr(g->shown, ' ') == NULL)
		snprintf(name, sizeof(name), "%.100s", g->shown);
	else
		snprintf(name, sizeof(name), "%.100s.csv", g->shown);
	rc = call(c, (struct request){ .method = "PUT", .path = "/api/v1/align/lists/{}",
	    .arg = { g->division->code }, .query = { "name", name }, .bytes = &g->bytes, .patient = 1 }, &done);
	if (rc == CLI_OK && !c->json)
		show_handed_in(c, done);
	json_decref(done);
	return rc;
}

/* Opens a round over the lists that are there. */
static enum cli_exit
open_round(struct cli *c)
{
	const char *title = cli_opt(c, OPT_TITLE), *closes = cli_opt(c, OPT_CLOSES);
	int64_t today = clock_day(clock_now(c->clock));
	char day[CLOCK_TEXT_MAX], plain[CLOCK_TEXT_MAX + 40], number[NUM_SIZE];
	json_t *round = NULL;
	enum cli_exit rc;

	clock_day_text(today, day);
	snprintf(plain, sizeof(plain), "%.30s %s", msg(c->lang, SAY_PLAIN_TITLE), day);
	clock_day_text(today + ROUND_DAYS, day);
	rc = call(c, (struct request){ .method = "POST", .path = "/api/v1/align/rounds",
	    .body = json_pack("{s:s, s:s}", "title", title != NULL ? title : plain, "closes",
	    closes != NULL ? closes : day), .patient = 1 }, &round);
	if (rc == CLI_OK && !c->json)
		say(c, SAY_ROUND_OPENED, num_text(num(round, "round"), number), str(round, "title"), str(round, "closes"));
	json_decref(round);
	return rc;
}

/* The round as it is then: every difference with --json, else the matrix; and the file of --to. */
static enum cli_exit
show_round(struct cli *c)
{
	const char *to = cli_opt(c, OPT_ALIGN_TO);
	char round[NUM_SIZE];
	json_t *matrix = NULL;
	enum cli_exit rc = align_round(c, round);

	if (rc == CLI_OK && to != NULL)
		rc = fetch_file(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/export", .arg = { round },
		    .query = { "format", strrchr(to, '.') + 1 } });
	if (rc == CLI_OK && c->json) {
		rc = call(c, (struct request){ .method = "GET", .path = ALIGN_ROUND "/export", .arg = { round },
		    .query = { "format", "json" }, .file = 1, .patient = 1 }, NULL);
		return rc == CLI_OK ? print_raw(c) : rc;
	}
	if (rc == CLI_OK)
		rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/align/matrix", .query = { "round",
		    round } }, &matrix);
	if (rc == CLI_OK) {
		show_kinds(c, json_object_get(matrix, "divisions"));
		fputc('\n', c->out);
		show_matrix(c, matrix);
	}
	json_decref(matrix);
	return rc;
}

/* Hands in all lists, or that of --division. */
static enum cli_exit
hand_in_all(struct cli *c, const struct gathering *lists)
{
	const char *only = cli_opt(c, OPT_ONE_DIVISION);
	enum cli_exit rc = CLI_OK;
	struct fault f = FAULT_INIT;
	size_t found = 0;

	for (size_t i = 0; rc == CLI_OK && i < lists->n; i++) {
		if (only != NULL && strcmp(lists->list[i].division->code, only) != 0)
			continue;
		found++;
		rc = hand_in(c, &lists->list[i]);
	}
	if (found > 0)
		return rc;
	fault_set(&f, FAULT_ALIGN_NO_LISTS, "%s", "");
	fault_arg(&f, "file", "%s %s", c->operand[0], only);
	return cli_fault(c, &f);
}

/* Hands all lists in; opens a round where none ever was, or a title asks for one. */
static enum cli_exit
run(struct cli *c, const json_t *newest)
{
	struct inventory *inv = NULL;
	struct gathering lists = { 0 };
	int open = strcmp(str(newest, "state"), "open") == 0;
	enum cli_exit rc = read_lists(c, &lists, &inv);

	if (rc == CLI_OK)
		rc = hand_in_all(c, &lists);
	gathering_free(&lists);
	inventory_unref(inv);
	if (rc == CLI_OK && !open && (newest == NULL || cli_opt(c, OPT_TITLE) != NULL))
		rc = open_round(c);
	else if (rc == CLI_OK && !open && !c->json)
		say(c, SAY_ROUND_NOT_OPENED);
	return rc == CLI_OK ? show_round(c) : rc;
}

enum cli_exit
cmd_align_run(struct cli *c)
{
	json_t *newest = NULL;
	int absent = 0;
	enum cli_exit rc = align_to_check(c);

	if (rc != CLI_OK)
		return rc;
	if (cli_opt(c, OPT_INVENTORY) == NULL)
		rc = newest_round(c, &absent, &newest);
	if (cli_opt(c, OPT_INVENTORY) != NULL || absent) {
		if (!c->json)
			fprintf(c->err, "%s\n", msg(c->lang, SAY_ONLY_COMPARED));
		return compare_here(c);
	}
	if (rc == CLI_OK)
		rc = run(c, newest);
	json_decref(newest);
	return rc;
}
