/*
 * run.c - from the command line to the exit code.
 */
#include <string.h>

#include "cli/cli.h"
#include "crypto/hash.h"

int
cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err, const struct clock *clock)
{
	struct cli c = { .in = in, .out = out, .err = err, .clock = clock };
	struct fault f = FAULT_INIT;
	enum cli_exit rc;

	c.given = calloc((size_t)argc + 1, sizeof(*c.given));
	c.setting = calloc((size_t)argc + 1, sizeof(*c.setting));
	if (c.given == NULL || c.setting == NULL || crypto_start() < 0) {
		fault_set(&f, FAULT_MEMORY, "%s", "");
		rc = cli_fault(&c, &f);
		goto out;
	}
	if ((rc = cli_args(&c, argc, argv)) != CLI_OK)
		goto out;
	if (c.help && c.command != NULL)
		help_command(out, c.command, c.lang);
	else if (c.help)
		help_all(out, c.lang);
	else
		rc = c.command->run(&c);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(out) != 0 && rc == CLI_OK) {
		fault_set(&f, FAULT_FILE_WRITE, "%s", "");
		fault_arg(&f, "file", "%s", "stdout");
		rc = cli_fault(&c, &f);
	}
out:
	free(c.given);
	free(c.setting);
	buf_free(&c.raw);
	return (int)rc;
}
