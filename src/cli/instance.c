/*
 * instance.c - what works on the instance directory: init, import, serve; and
 * what needs no instance at all.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "api/serve.h"
#include "cli/cli.h"
#include "svc/evidence/fence.h"
#include "svc/instance.h"

/* One more process on the store of another instance. */
static enum cli_exit
join(struct cli *c, const char *dir, const char *from)
{
	struct fault f = FAULT_INIT;
	char log[8];

	if (cli_opt(c, OPT_DIVISION) != NULL || cli_opt(c, OPT_ORIGIN) != NULL ||
	    cli_opt(c, OPT_DEMO) != NULL)
		return cli_usage(c, SAY_JOIN_TAKES_OVER);
	if (instance_join(dir, from, cli_opt(c, OPT_STORE), log, &f) < 0)
		return cli_fault(c, &f);
	if (c->json) {
		json_t *made = json_pack("{s:s, s:s}", "dir", dir, "log", log);

		json_dumpf(made, c->out, JSON_COMPACT);
		fputc('\n', c->out);
		json_decref(made);
		return CLI_OK;
	}
	say(c, SAY_INSTANCE_JOINED, dir, log);
	say(c, SAY_JOINED_NEXT, dir);
	return CLI_OK;
}

enum cli_exit
cmd_init(struct cli *c)
{
	const char *division = cli_opt(c, OPT_DIVISION), *origin = cli_opt(c, OPT_ORIGIN);
	const char *dir = c->operand[0];
	struct fault f = FAULT_INIT;

	if (cli_opt(c, OPT_JOIN) != NULL)
		return join(c, dir, cli_opt(c, OPT_JOIN));
	if (instance_init(dir, division != NULL ? division : conf_row(CONF_DIVISION)->def,
	    origin != NULL ? origin : conf_row(CONF_ORIGIN)->def, cli_opt(c, OPT_STORE),
	    cli_opt(c, OPT_DEMO) != NULL, c->clock, &f) < 0)
		return cli_fault(c, &f);
	if (c->json) {
		json_t *made = json_pack("{s:s}", "dir", dir);

		json_dumpf(made, c->out, JSON_COMPACT);
		fputc('\n', c->out);
		json_decref(made);
		return CLI_OK;
	}
	say(c, SAY_INSTANCE_MADE, dir);
	say(c, SAY_INSTANCE_NEXT, dir, dir, dir);
	return CLI_OK;
}

/* wzm.conf, the environment, then the options of the command line. */
static int
settings(struct cli *c, struct conf **ret_conf, struct fault *f)
{
	struct conf *conf = NULL;
	char where[64];

	if (instance_conf(c->dir, &conf, f) < 0)
		return -1;
	for (size_t i = 0; i < c->nsettings; i++) {
		snprintf(where, sizeof(where), "--%s", c->setting[i].name);
		if (conf_set(conf, c->setting[i].name, c->setting[i].value, where, f) < 0) {
			conf_free(conf);
			return -1;
		}
	}
	*ret_conf = conf;
	return 0;
}

enum cli_exit
cmd_serve(struct cli *c)
{
	struct fault f = FAULT_INIT;
	struct conf *conf = NULL;
	enum cli_exit end;
	int rc;

	if (settings(c, &conf, &f) < 0)
		return cli_fault(c, &f);
	rc = serve_run(c->dir, conf, &f);
	conf_free(conf);
	if (rc == 0)
		return CLI_OK;
	end = cli_fault(c, &f);
	/* Whoever starts servers can tell: started again, it would take the log back, or refuse again. */
	if (evidence_is_fork(&f))
		return CLI_FORK;
	return f.code == FAULT_LOG_TAKEN ? CLI_CONFLICT : end;
}

/* Imports without a server; the result, or the problem, as the server would answer. */
static enum cli_exit
offline(struct cli *c, const char *src, enum import_kind kind, json_t **ret_result)
{
	struct fault f = FAULT_INIT;
	json_t *result = NULL;
	enum cli_exit rc = CLI_OK;
	int done = import_offline(c->dir, src, kind, c->lang, &result, &f);

	/* As if it had come from the server, for --json and --report. */
	keep_raw(c, result);
	if (done < 0) {
		rc = result != NULL ? cli_problem(c, result) : cli_fault(c, &f);
		json_decref(result);
	} else {
		*ret_result = result;
	}
	return rc;
}

static enum cli_exit
import(struct cli *c, const char *from, enum import_kind kind, json_t **ret_result)
{
	char src[PATH_MAX];
	struct fault f = FAULT_INIT;
	int absent = 0;
	enum cli_exit rc;

	/* The server may run in another directory. */
	if (realpath(from, src) == NULL) {
		fault_set(&f, FAULT_FILE_READ, "%s", strerror(errno));
		fault_arg(&f, "file", "%s", from);
		return cli_fault(c, &f);
	}
	rc = call(c, (struct request){ .method = "POST",
	    .path = kind == IMPORT_INVENTORY ? "/api/v1/inventory/imports" : "/api/v1/datasets/imports",
	    .body = json_pack("{s:s}", "dir", src), .patient = 1, .absent = &absent }, ret_result);
	return absent ? offline(c, src, kind, ret_result) : rc;
}

enum cli_exit
import_inventory(struct cli *c, const char *src, json_t **ret_result)
{
	return import(c, src, IMPORT_INVENTORY, ret_result);
}

static void
show_inventory(struct cli *c, const json_t *result)
{
	static const char *const paths[] = { "version", "totals.items", "totals.direct_cancel",
		"totals.commitment", "totals.data_query", "totals.department_verify" };
	const json_t *desks = json_object_get(result, "desks_made"), *desk;
	char n[6][NUM_SIZE];
	struct buf names = BUF_INIT;
	size_t i;

	for (i = 0; i < 6; i++)
		num_text(num(result, paths[i]), n[i]);
	if (!json_is_true(json_object_get(result, "changed")))
		say(c, SAY_UNCHANGED);
	say(c, SAY_IMPORTED, n[0], n[1], n[2], n[3], n[4], n[5]);
	json_array_foreach(desks, i, desk)
		buf_fmt(&names, "%s%s", i > 0 ? " " : "", json_is_string(desk) ?
		    json_string_value(desk) : str(desk, "code"));
	if (names.len > 0)
		say(c, SAY_DESKS_MADE, names.data);
	if (json_is_true(json_object_get(result, "changed")))
		say(c, SAY_IMPORT_NEXT);
	buf_free(&names);
}

enum cli_exit
cmd_import_inventory(struct cli *c)
{
	json_t *result = NULL;
	enum cli_exit rc = report_check(c);

	if (rc != CLI_OK)
		return rc;
	rc = report_save(c, import_inventory(c, c->operand[0], &result));
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK) {
		report_show(c, result, c->out);
		show_inventory(c, result);
	}
	json_decref(result);
	return rc;
}

enum cli_exit
cmd_import_dataset(struct cli *c)
{
	json_t *result = NULL;
	char rows[NUM_SIZE];
	enum cli_exit rc = import(c, c->operand[0], IMPORT_DATASET, &result);

	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK && !json_is_true(json_object_get(result, "changed")))
		say(c, SAY_UNCHANGED);
	else if (rc == CLI_OK)
		say(c, SAY_DATASET_IMPORTED, num_text(num(result, "rows"), rows));
	json_decref(result);
	return rc;
}

enum cli_exit
cmd_conf_sample(struct cli *c)
{
	struct buf text = BUF_INIT;

	conf_sample(&text);
	fwrite(text.data, 1, text.len, c->out);
	buf_free(&text);
	return CLI_OK;
}

enum cli_exit
cmd_version(struct cli *c)
{
	fputs(c->json ? "{\"version\":\"" WZM_VERSION "\"}\n" : "wzm " WZM_VERSION "\n", c->out);
	return CLI_OK;
}
