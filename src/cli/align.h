/*
 * align.h - what the commands of the alignment of lists share.
 */
#ifndef CLI_ALIGN_H
#define CLI_ALIGN_H

#include "cli/cli.h"

#define ALIGN_ROUND "/api/v1/align/rounds/{}"
#define ALIGN_ONE ALIGN_ROUND "/differences/{}"

/* align_show.c: the round of --round, else the open one or the latest; its number as a text. */
enum cli_exit align_round(struct cli *c, char ret_round[NUM_SIZE]);
/* A difference, whole. */
void show_difference(struct cli *c, const json_t *one);
/* Fetches one and shows it. */
enum cli_exit fetch_difference(struct cli *c, struct request r);
/* "97.1% 2165/2229" of a fraction, or "–". */
void fraction_cell(struct table *t, const json_t *fraction);
/* The matrix of a round, or of what was last measured. */
void show_matrix(struct cli *c, const json_t *matrix);
/* What the last closed round decided and a division's list does not keep, if there is any. */
void show_drift(struct cli *c, const json_t *division, const json_t *counts);

/* align_compare.c: whether --to names a format; the totals of lists that were compared. */
enum cli_exit align_to_check(struct cli *c);
/* Compares the lists of the first operand here, shows what was found, writes --to. */
enum cli_exit compare_here(struct cli *c);
/* Differences by kind, a row for each division that has a list. */
void show_kinds(struct cli *c, const json_t *divisions);
/* Departments that a comparison took to be run by the city. */
void show_presumed(struct cli *c, const json_t *division, const json_t *comparison);

/* align_files.c: fetches a file and writes it to --to, else to standard output; says where. */
enum cli_exit fetch_file(struct cli *c, struct request r);

#endif
