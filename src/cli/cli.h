/*
 * cli.h - the wzm command: one table of commands and options (table.c) feeds dispatch,
 * --help, the manual pages and the completion; one function runs each command.
 *
 * What talks to the server goes through <dir>/run/wzm.sock; init, offline import, export, log
 * check and the store commands open the instance themselves.  Texts for people go to out, faults to err; with
 * --json the server's JSON goes to out, problems included.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"

enum cli_exit {
	CLI_OK,
	CLI_FAILED,		/* refused, or tried in vain */
	CLI_USAGE,
	CLI_NOT_FOUND,
	CLI_CONFLICT,
	CLI_SYSTEM,
	CLI_MALFORMED,		/* what was to be checked is not a receipt */
	CLI_FORK,		/* the store is older than what was signed */
	CLI_NEXITS
};

enum opt {
#define OPT(sym, name, letter, many, arg, values, zh, en) OPT_##sym,
#include "cli/options.def"
#undef OPT
	CLI_NOPTS
};

struct opt_row {
	const char *name;
	char letter;			/* 0: only the long form */
	int many;			/* may be given several times */
	const char *arg;		/* name of its argument; NULL: a flag */
	const char *values;		/* "zh|en": the only values it takes; NULL: any */
	const char *says[2];		/* [lang] */
};

struct cli;

struct command {
	const char *words;		/* "case open" */
	const char *operands;		/* "ID ITEM", one word each, "..." at the end for more */
	unsigned least;			/* operands it needs */
	int settings;			/* also takes the settings of conf.def as options */
	const enum opt *opts;		/* ended by CLI_NOPTS; the global ones are understood */
	unsigned exits;			/* bit per cli_exit that can happen */
	const char *summary[2], *description[2];
	const char *example;		/* command lines, one a line */
	enum cli_exit (*run)(struct cli *c);
};

extern const struct command cli_commands[];
extern const size_t cli_ncommands;

const struct opt_row *opt_row(enum opt opt);
int opt_is_global(enum opt opt);

/* Whether a setting can be given as an option: wzm init writes the others, once. */
int is_setting(enum conf_key key);

struct given { enum opt opt; const char *value; };
struct setting { const char *name, *value; };

struct cli {
	const struct command *command;
	FILE *in, *out, *err;
	const struct clock *clock;
	enum lang lang;
	const char *group;		/* "case", where a command of that group was meant */
	int json, help;
	const char *dir, *as;
	char **operand;
	size_t noperands;
	struct given *given;		/* the options, in the order they were given */
	size_t ngiven;
	struct setting *setting;	/* settings of conf.def given as options */
	size_t nsettings;
	struct buf raw;			/* the server's last answer, as it came, or what stands for it */
};

/*
 * The whole program: reads the command line, runs the command, returns the exit code.  Nothing
 * global but getopt's state is used.
 */
int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err, const struct clock *clock);

/* Fills c from the command line; otherwise says on err what is wrong and returns CLI_USAGE. */
enum cli_exit cli_args(struct cli *c, int argc, char **argv);

/* The value of an option (the last, if given twice), "" for a flag, NULL if not given. */
const char *cli_opt(const struct cli *c, enum opt opt);

/* The i-th value of an option that may be given several times, or NULL. */
const char *cli_opt_nth(const struct cli *c, enum opt opt, size_t i);

/* help.c, man.c, completion.c: everything here comes from the tables. */
const struct command *cli_find(const char *words);
/* Whether there are commands whose first word it is. */
int cli_is_group(const char *word);
/* Refuses words that name no command, with the one that was probably meant. */
enum cli_exit cli_unknown(struct cli *c, const char *first, const char *second);
void help_command(FILE *out, const struct command *cmd, enum lang lang);
void help_all(FILE *out, enum lang lang);
const char *help_exit(enum cli_exit code, enum lang lang);
void man_command(FILE *out, const struct command *cmd, enum lang lang);
void man_all(FILE *out, enum lang lang);
enum cli_exit man_write(struct cli *c, const char *dir);
void completion_bash(FILE *out);

/* words.c: messages and the names of the codes that the server sends. */
enum message {
#define MSG(sym, zh, en) SAY_##sym,
#include "cli/messages.def"
#undef MSG
	CLI_NMSGS
};

const char *msg(enum lang lang, enum message m);

/* The word for a code of a group ("state", "verify_hours" ...), or the code itself. */
const char *word(enum lang lang, const char *group, const char *code);

/* Prints a message with its arguments on out. */
void say(struct cli *c, enum message m, ...);

/*
 * problem.c: faults and problem details become sentence, next step and code on err (with
 * --json: the problem on out), and an exit code.
 */
enum cli_exit cli_fault(struct cli *c, const struct fault *f);
enum cli_exit cli_problem(struct cli *c, json_t *problem);
enum cli_exit cli_usage(struct cli *c, enum message m, ...);

/* client.c */
#define VERSION_ANY ((json_int_t)-1)
struct request {
	const char *method;		/* POST carries a new Idempotency-Key */
	const char *path;		/* "/api/v1/cases/{}": each {} is the next of arg, escaped */
	const char *arg[3];
	const char *query[17];		/* name, value, ..., NULL; one with a NULL value is left out */
	json_t *body;			/* taken over; NULL: none */
	const struct buf *bytes;	/* instead of a body: a file */
	int file;			/* the answer is one: it stays in c->raw */
	json_int_t version;		/* If-Match; 0: none; VERSION_ANY: whatever it is now */
	int patient;			/* may take as long as it takes: imports */
	int *absent;			/* if set: gets 1, and nothing is said, when no server runs */
};

/* Sends; ret_body (may be NULL) is the caller's.  Any failure is told and is the exit code. */
enum cli_exit call(struct cli *c, struct request request, json_t **ret_body);

/*
 * Sends, for somebody who will show the answer: NULL when there is nothing left to do (it failed,
 * or --json has shown it), and ret_rc says how it went.
 */
json_t *fetch(struct cli *c, struct request request, enum cli_exit *ret_rc);

/* print.c: texts from outside are printed without control characters. */
size_t text_width(const char *text);
void print_text(FILE *out, const char *text);
/* Whether a line may be broken before p: at a space, or before an ideograph that is no mark. */
int text_may_break(const char *p);
/* Our own text in lines of at most 78 columns. */
void print_wrapped(FILE *out, const char *text);

#define PRINT_COLUMNS 16

struct table {
	size_t ncols, n;		/* cells so far */
	char **cell;
	int failed;
};

void table_start(struct table *t, size_t ncols);
void table_head(struct cli *c, struct table *t, const enum message *heads, size_t ncols);
void table_cell(struct table *t, const char *text);
void table_fmt(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints the rows in columns as wide as they need, two for an ideograph; frees the cells. */
void table_print(struct table *t, FILE *out);

/* "label  value" lines, labels to one width. */
void print_pair(struct cli *c, enum message label, const char *value);

/* A string of an object, "" if it has none; of an object within, by a path "agency.name". */
const char *str(const json_t *object, const char *path);
json_int_t num(const json_t *object, const char *path);
/* "2026-11-23 09:30" of an instant. */
const char *minute(const char *instant, char *ret_text, size_t size);

/* Prints the server's JSON as it came; for --json.  keep_raw: what stands for it where no server was asked. */
enum cli_exit print_raw(struct cli *c);
void keep_raw(struct cli *c, const json_t *answer);
void print_more(struct cli *c, const json_t *page);

/* report.c: what was read of an inventory, and notes, of an answer or a problem. */
void report_show(struct cli *c, const json_t *answer, FILE *out);
/* Whether --report names a file that can be written. */
enum cli_exit report_check(struct cli *c);
/* Writes the last answer to the file of --report, if there is one; rc, unless that fails. */
enum cli_exit report_save(struct cli *c, enum cli_exit rc);
int write_file(const char *path, const struct buf *bytes, struct fault *f);

/* One function per command. */
enum cli_exit cmd_init(struct cli *c);
enum cli_exit cmd_import_inventory(struct cli *c);
enum cli_exit cmd_inventory_list(struct cli *c);
enum cli_exit cmd_inventory_diff(struct cli *c);
enum cli_exit cmd_lifeevent_list(struct cli *c);
enum cli_exit cmd_lifeevent_show(struct cli *c);
enum cli_exit cmd_lifeevent_start(struct cli *c);
enum cli_exit cmd_lifeevent_cases(struct cli *c);
enum cli_exit cmd_lifeevent_progress(struct cli *c);
enum cli_exit cmd_lifeevent_watch(struct cli *c);
enum cli_exit cmd_lifeevent_answer(struct cli *c);
enum cli_exit cmd_lifeevent_commit(struct cli *c);
enum cli_exit cmd_lifeevent_retry(struct cli *c);
enum cli_exit cmd_lifeevent_skip(struct cli *c);
enum cli_exit cmd_lifeevent_replace(struct cli *c);
enum cli_exit cmd_lifeevent_withdraw(struct cli *c);
enum cli_exit cmd_lifeevent_correct(struct cli *c);
enum cli_exit cmd_lifeevent_publish(struct cli *c);
enum cli_exit cmd_lifeevent_link(struct cli *c);
enum cli_exit cmd_lifeevent_clock(struct cli *c);
enum cli_exit cmd_agency_list(struct cli *c);
enum cli_exit cmd_agency_show(struct cli *c);
enum cli_exit cmd_agency_create(struct cli *c);
enum cli_exit cmd_agency_rename(struct cli *c);
enum cli_exit cmd_agency_merge(struct cli *c);
enum cli_exit cmd_agency_split(struct cli *c);
enum cli_exit cmd_agency_withdraw(struct cli *c);
enum cli_exit cmd_align_compare(struct cli *c);
enum cli_exit cmd_align_run(struct cli *c);
enum cli_exit cmd_align_rounds(struct cli *c);
enum cli_exit cmd_align_show(struct cli *c);
enum cli_exit cmd_align_matrix(struct cli *c);
enum cli_exit cmd_align_decide(struct cli *c);
enum cli_exit cmd_align_assign(struct cli *c);
enum cli_exit cmd_align_comment(struct cli *c);
enum cli_exit cmd_align_close(struct cli *c);
enum cli_exit cmd_align_reopen(struct cli *c);
enum cli_exit cmd_align_lists(struct cli *c);
enum cli_exit cmd_align_scope(struct cli *c);
enum cli_exit cmd_align_export(struct cli *c);
enum cli_exit cmd_align_template(struct cli *c);
enum cli_exit cmd_inventory_publish(struct cli *c);
enum cli_exit cmd_inventory_withdraw(struct cli *c);
enum cli_exit cmd_inventory_history(struct cli *c);
enum cli_exit cmd_inventory_asof(struct cli *c);
enum cli_exit cmd_import_dataset(struct cli *c);
enum cli_exit cmd_inventory_lint(struct cli *c);
enum cli_exit cmd_inventory_export(struct cli *c);
enum cli_exit cmd_serve(struct cli *c);
enum cli_exit cmd_sign(struct cli *c);
enum cli_exit cmd_log_new(struct cli *c);
enum cli_exit cmd_case_open(struct cli *c);
enum cli_exit cmd_case_show(struct cli *c);
enum cli_exit cmd_case_list(struct cli *c);
enum cli_exit cmd_case_answers(struct cli *c);
enum cli_exit cmd_case_settle(struct cli *c);
enum cli_exit cmd_case_accept(struct cli *c);
enum cli_exit cmd_case_correct(struct cli *c);
enum cli_exit cmd_case_transfer(struct cli *c);
enum cli_exit cmd_case_conclude(struct cli *c);
enum cli_exit cmd_case_slip(struct cli *c);
enum cli_exit cmd_case_query(struct cli *c);
enum cli_exit cmd_case_verify(struct cli *c);
enum cli_exit cmd_case_supply(struct cli *c);
enum cli_exit cmd_case_recall(struct cli *c);
enum cli_exit cmd_case_remind(struct cli *c);
enum cli_exit cmd_case_commit(struct cli *c);
enum cli_exit cmd_case_records(struct cli *c);
enum cli_exit cmd_record_list(struct cli *c);
enum cli_exit cmd_verification_list(struct cli *c);
enum cli_exit cmd_verification_show(struct cli *c);
enum cli_exit cmd_verification_sign_for(struct cli *c);
enum cli_exit cmd_verification_answer(struct cli *c);
enum cli_exit cmd_verification_return(struct cli *c);
enum cli_exit cmd_case_dispute(struct cli *c);
enum cli_exit cmd_case_withdraw_dispute(struct cli *c);
enum cli_exit cmd_case_see_notice(struct cli *c);
enum cli_exit cmd_dispute_list(struct cli *c);
enum cli_exit cmd_dispute_show(struct cli *c);
enum cli_exit cmd_dispute_answer(struct cli *c);
enum cli_exit cmd_verification_need_more(struct cli *c);
enum cli_exit cmd_verification_transfer(struct cli *c);
enum cli_exit cmd_verification_overdue(struct cli *c);
enum cli_exit cmd_verification_remind(struct cli *c);
enum cli_exit cmd_desk_list(struct cli *c);
enum cli_exit cmd_desk_deputies(struct cli *c);
enum cli_exit cmd_desk_deputise(struct cli *c);
enum cli_exit cmd_desk_dismiss(struct cli *c);
enum cli_exit cmd_complaint_file(struct cli *c);
enum cli_exit cmd_complaint_list(struct cli *c);
enum cli_exit cmd_complaint_show(struct cli *c);
enum cli_exit cmd_complaint_answer(struct cli *c);
enum cli_exit cmd_review_open(struct cli *c);
enum cli_exit cmd_review_list(struct cli *c);
enum cli_exit cmd_review_show(struct cli *c);
enum cli_exit cmd_review_methods(struct cli *c);
enum cli_exit cmd_review_opinion(struct cli *c);
enum cli_exit cmd_review_defer(struct cli *c);
enum cli_exit cmd_review_resume(struct cli *c);
enum cli_exit cmd_review_decide(struct cli *c);
enum cli_exit cmd_review_withdraw(struct cli *c);
enum cli_exit cmd_review_apply(struct cli *c);
enum cli_exit cmd_find(struct cli *c);
enum cli_exit cmd_item_find(struct cli *c);
enum cli_exit cmd_item_show(struct cli *c);
enum cli_exit cmd_matter_find(struct cli *c);
enum cli_exit cmd_matter_show(struct cli *c);
enum cli_exit cmd_user_list(struct cli *c);
enum cli_exit cmd_source_list(struct cli *c);
enum cli_exit cmd_source_on(struct cli *c);
enum cli_exit cmd_source_off(struct cli *c);
enum cli_exit cmd_platform_add(struct cli *c);
enum cli_exit cmd_platform_list(struct cli *c);
enum cli_exit cmd_platform_show(struct cli *c);
enum cli_exit cmd_platform_set(struct cli *c);
enum cli_exit cmd_platform_on(struct cli *c);
enum cli_exit cmd_platform_off(struct cli *c);
enum cli_exit cmd_platform_rotate(struct cli *c);
enum cli_exit cmd_platform_deliveries(struct cli *c);
enum cli_exit cmd_receipt_get(struct cli *c);
enum cli_exit cmd_receipt_verify(struct cli *c);
enum cli_exit cmd_log_size(struct cli *c);
enum cli_exit cmd_log_check(struct cli *c);
enum cli_exit cmd_store_check(struct cli *c);
enum cli_exit cmd_store_copy(struct cli *c);
enum cli_exit cmd_index_status(struct cli *c);
enum cli_exit cmd_index_rebuild(struct cli *c);
enum cli_exit cmd_conf_sample(struct cli *c);
enum cli_exit cmd_completion(struct cli *c);
enum cli_exit cmd_version(struct cli *c);
enum cli_exit cmd_help(struct cli *c);

/* answers.c: the values of --answer, --ask, --party as the server wants them. */
enum cli_exit add_answers(struct cli *c, const json_t *fields, json_t *form);
enum cli_exit add_asks(struct cli *c, json_t *asks);
enum cli_exit add_parties(struct cli *c, json_t *parties);

/* Reads a file, or standard input for "-", up to the buffer's ceiling. */
int read_input(struct cli *c, const char *file, struct buf *text, struct fault *f);

/* The object of the JSON file given by opt, or an empty one. */
enum cli_exit read_object(struct cli *c, enum opt opt, json_t **ret_object);

/* Puts the options that were given into body, under their names. */
void put_texts(struct cli *c, const enum opt *opts, size_t n, json_t *body);

/* The version to send with a change: --seen, or that of the object at this path now. */
enum cli_exit version_of(struct cli *c, const char *path, json_int_t *ret_version);

/*
 * Posts a change of the object at path (its id is the first operand) to change, at the version that was seen,
 * else at that of now; body is taken over.
 */
enum cli_exit post_change(struct cli *c, const char *path, const char *change, json_t *body,
    json_t **ret_changed);

/* The body of a search: --state, --number, --agency, --division, --desk, --person, --cursor, --limit. */
enum cli_exit search_body(struct cli *c, json_t **ret_body);

/* An option that must be given. */
enum cli_exit need_opt(struct cli *c, enum opt opt, const char **ret_value);

/* The text of a number, for messages. */
#define NUM_SIZE 24
const char *num_text(json_int_t n, char ret_text[NUM_SIZE]);

/* verification.c: "1.5 office hours  nearly due"; "" for what has ended. */
const char *time_left(struct cli *c, const json_t *one, char *ret_text, size_t size);

/* catalogue.c: an item as it is listed, or as it was on a day (asof, NULL: now). */
enum cli_exit show_listed_item(struct cli *c, const char *code, const char *asof);

/* case_show.c, for whoever changed a case or an item of it; and how many items are not settled. */
json_int_t items_open(const json_t *one);
enum cli_exit show_case(struct cli *c, const json_t *one);
enum cli_exit show_item(struct cli *c, const json_t *changed);

/* review_show.c: a review, all of it. */
void show_review(struct cli *c, const json_t *one);

/* case_item.c: notice and letter; has the person read and signed?  Asked on the terminal, unless --yes says so. */
void show_commitment(struct cli *c, const json_t *texts);
enum cli_exit confirm_signing(struct cli *c, const char *signer);

/* inventory_files.c: checks what import would, and tells; writes files into a directory, made if need be. */
enum cli_exit lint_list(struct cli *c, const char *src, json_t **ret_result);
struct export_files;
int write_files(const struct export_files *files, const char *dir, struct fault *f);

/* instance.c: as a draft, by the server or, where none runs, by the command itself. */
enum cli_exit import_inventory(struct cli *c, const char *src, json_t **ret_result);

/* inventory.c: each difference, then how many; "to" is null where that is no version yet. */
void show_differences(struct cli *c, const json_t *diff);
/* Whether there is somebody to ask, or need not be; and asks. */
enum cli_exit can_ask(struct cli *c);
enum cli_exit ask_to_publish(struct cli *c, enum message question, const char *version);
/* From --effective on, by the server or, where none runs, by the command itself. */
enum cli_exit publish_version(struct cli *c, const char *version, const char *decision);

/* joint.c: what --result gives, NAME=VALUE.  joint_show.c: a joint case, as it is. */
enum cli_exit add_results(struct cli *c, json_t *results);
enum cli_exit show_joint(struct cli *c, const json_t *joint);

#endif
