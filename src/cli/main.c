/*
 * main.c - wzm.
 */
#include <signal.h>

#include "cli/cli.h"

int
main(int argc, char **argv)
{
	/* The one real clock of the program. */
	static struct clock clock;

	/* A reader that went away is an error of the write, not the end of the program. */
	signal(SIGPIPE, SIG_IGN);
	return cli_run(argc, argv, stdin, stdout, stderr, &clock);
}
