/*
 * inventory_files.c - an inventory outside the server: checked before it is imported, exported.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "api/serve.h"
#include "cli/cli.h"

static void
show_linted(struct cli *c, const json_t *result)
{
	char matters[NUM_SIZE], proofs[NUM_SIZE], items[NUM_SIZE], events[NUM_SIZE];

	report_show(c, result, c->out);
	say(c, SAY_LINTED, num_text(num(result, "counts.matters"), matters),
	    num_text(num(result, "counts.proofs"), proofs),
	    num_text(num(result, "totals.items"), items));
	if (num(result, "counts.life_events") > 0)
		say(c, SAY_LINTED_EVENTS, num_text(num(result, "counts.life_events"), events));
}

enum cli_exit
lint_list(struct cli *c, const char *src, json_t **ret_result)
{
	struct fault f = FAULT_INIT;
	int done = lint_offline(src, c->clock, c->lang, ret_result, &f);

	keep_raw(c, *ret_result);
	if (done == 0)
		return CLI_OK;
	return *ret_result != NULL ? cli_problem(c, *ret_result) : cli_fault(c, &f);
}

enum cli_exit
cmd_inventory_lint(struct cli *c)
{
	json_t *result = NULL;
	enum cli_exit rc = report_check(c);

	if (rc != CLI_OK)
		return rc;
	rc = report_save(c, lint_list(c, c->operand[0], &result));
	if (rc == CLI_OK && c->json)
		rc = print_raw(c);
	else if (rc == CLI_OK)
		show_linted(c, result);
	json_decref(result);
	return rc;
}

/* What was asked for, and where it goes. */
struct export { enum inventory_format format; const char *to; long long version; };

static enum cli_exit
read_options(struct cli *c, struct export *e)
{
	static const char *const formats[] = { [INVENTORY_CSV] = "csv", [INVENTORY_XLSX] = "xlsx",
		[INVENTORY_JSON] = "json" };
	const char *format = cli_opt(c, OPT_FORMAT), *version = cli_opt(c, OPT_OF_VERSION);
	char *end = NULL;

	e->to = cli_opt(c, OPT_EXPORT_TO);
	for (size_t i = 0; format != NULL && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i], format) == 0)
			e->format = (enum inventory_format)i;
	if (version == NULL)
		return CLI_OK;
	e->version = strtoll(version, &end, 10);
	return *end == '\0' && e->version > 0 && e->version < 1000000000 ? CLI_OK :
	    cli_usage(c, SAY_BAD_NUMBER, "version", "1", "999999999");
}

int
write_files(const struct export_files *files, const char *dir, struct fault *f)
{
	struct buf path = BUF_INIT;
	int rc = 0;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST) {
		fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(f, "file", "%s", dir);
		return -1;
	}
	for (size_t i = 0; rc == 0 && i < files->n; i++) {
		buf_clear(&path);
		buf_fmt(&path, "%s/%s", dir, files->name[i]);
		rc = write_file(path.data, &files->content[i], f);
	}
	buf_free(&path);
	return rc;
}

enum cli_exit
cmd_inventory_export(struct cli *c)
{
	struct export e = { .format = INVENTORY_CSV };
	struct export_files files = { 0 };
	struct fault f = FAULT_INIT;
	char version[NUM_SIZE];
	enum cli_exit rc = read_options(c, &e);
	int done;

	if (rc != CLI_OK)
		return rc;
	/* To a directory as they are; otherwise whatever it is comes as one file. */
	done = export_offline(c->dir, e.version, e.format, e.format == INVENTORY_CSV && e.to != NULL,
	    &files, &f);
	if (done == 0 && e.to == NULL)
		fwrite(files.content[0].data, 1, files.content[0].len, c->out);
	else if (done == 0)
		done = e.format == INVENTORY_CSV ? write_files(&files, e.to, &f) :
		    write_file(e.to, &files.content[0], &f);
	if (done < 0)
		rc = cli_fault(c, &f);
	else if (e.to != NULL)
		say(c, SAY_EXPORTED, num_text(files.version, version), e.to);
	export_files_free(&files);
	return rc;
}
