/*
 * lifeevent_publish.c - life events 一件事 published by themselves: the list in force with another file of them.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/serve.h"
#include "cli/cli.h"
#include "flow/event_definition.h"

/* The version in force, and the file that takes the place of its life events. */
struct renewed { struct export_files list; struct buf events; };

/*
 * A directory that nobody else may read, made in the instance's own for programs that run, so that a server
 * finds it whatever it sees of the rest of the machine; root makes it for whom the instance belongs to.
 */
static int
make_directory(struct cli *c, char dir[PATH_MAX], struct fault *f)
{
	struct stat st;

	snprintf(dir, PATH_MAX, "%s/run/events-XXXXXX", c->dir);
	if (stat(c->dir, &st) == 0 && mkdtemp(dir) != NULL &&
	    (geteuid() == st.st_uid || chown(dir, st.st_uid, st.st_gid) == 0))
		return 0;
	fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
	fault_arg(f, "file", "%s", dir);
	return -1;
}

static void
remove_directory(const struct renewed *r, const char *dir)
{
	char path[PATH_MAX + 64];

	for (size_t i = 0; i < r->list.n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, r->list.name[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%s", dir, INVENTORY_EVENTS);
	unlink(path);
	rmdir(dir);
}

typedef enum cli_exit work_fn(struct cli *c, const char *dir, json_t **ret_result);

/* Does something with the files in a directory, which is there only for that long. */
static enum cli_exit
with_files(struct cli *c, const struct renewed *r, work_fn *work, json_t **ret_result)
{
	char dir[PATH_MAX], path[PATH_MAX + 64];
	struct fault f = FAULT_INIT;
	enum cli_exit rc;

	if (make_directory(c, dir, &f) < 0)
		return cli_fault(c, &f);
	snprintf(path, sizeof(path), "%s/%s", dir, INVENTORY_EVENTS);
	if (write_files(&r->list, dir, &f) < 0 || write_file(path, &r->events, &f) < 0)
		rc = cli_fault(c, &f);
	else
		rc = work(c, dir, ret_result);
	remove_directory(r, dir);
	return rc;
}

/* What differs from the version in force; with --json what stays of a --dry-run. */
static enum cli_exit
show_renewed(struct cli *c, const struct renewed *r)
{
	struct fault f = FAULT_INIT;
	json_t *diff = NULL;

	if (event_differences(&r->list, &r->events, &diff, &f) < 0)
		return cli_fault(c, &f);
	keep_raw(c, diff);
	if (!c->json)
		show_differences(c, diff);
	json_decref(diff);
	return CLI_OK;
}

/* Checks the whole list as it would be, and shows what is other than now. */
static enum cli_exit
check_renewed(struct cli *c, const struct renewed *r)
{
	json_t *result = NULL;
	enum cli_exit rc = with_files(c, r, lint_list, &result);

	json_decref(result);
	return rc == CLI_OK ? show_renewed(c, r) : rc;
}

/* As wzm import inventory does it: by the operator, whose machine it is.  Publishing is for whom --as names. */
static enum cli_exit
import_renewed(struct cli *c, const char *dir, json_t **ret_result)
{
	const char *as = c->as;
	enum cli_exit rc;

	c->as = NULL;
	rc = import_inventory(c, dir, ret_result);
	c->as = as;
	return rc;
}

static enum cli_exit
publish_renewed(struct cli *c, const struct renewed *r, const char *decision)
{
	char version[NUM_SIZE];
	json_t *result = NULL;
	enum cli_exit rc = CLI_OK;

	if (cli_opt(c, OPT_SURE) == NULL)
		rc = ask_to_publish(c, SAY_PUBLISH_EVENTS, num_text(r->list.version, version));
	if (rc == CLI_OK)
		rc = with_files(c, r, import_renewed, &result);
	if (rc == CLI_OK)
		rc = publish_version(c, num_text(num(result, "version"), version), decision);
	json_decref(result);
	return rc;
}

/* What is asked, before anything is read. */
static enum cli_exit
may_publish(struct cli *c, const char **ret_decision)
{
	const char *effective = cli_opt(c, OPT_EFFECTIVE);
	enum cli_exit rc;
	int64_t day;

	if (effective != NULL && clock_parse_day(effective, &day) < 0)
		return cli_usage(c, SAY_BAD_DATE, "effective");
	if (cli_opt(c, OPT_DRY_RUN) != NULL)
		return CLI_OK;
	return (rc = need_opt(c, OPT_DECISION, ret_decision)) != CLI_OK ? rc : can_ask(c);
}

enum cli_exit
cmd_lifeevent_publish(struct cli *c)
{
	struct renewed r = { .events = BUF_INIT_MAX(EVENT_BYTES_MAX) };
	struct fault f = FAULT_INIT;
	const char *decision = NULL;
	enum cli_exit rc = may_publish(c, &decision);

	if (rc != CLI_OK)
		return rc;
	if (buf_read_file(&r.events, c->operand[0], EVENT_BYTES_MAX, &f) < 0 ||
	    export_offline(c->dir, VERSION_IN_FORCE, INVENTORY_CSV, 1, &r.list, &f) < 0)
		rc = cli_fault(c, &f);
	if (rc == CLI_OK)
		rc = check_renewed(c, &r);
	if (rc == CLI_OK && cli_opt(c, OPT_DRY_RUN) == NULL)
		rc = publish_renewed(c, &r, decision);
	else if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		say(c, SAY_DRY_RUN);
	export_files_free(&r.list);
	buf_free(&r.events);
	return rc;
}
