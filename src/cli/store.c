/*
 * store.c - the store as a whole: checked, copied.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "svc/check/check.h"
#include "svc/store_copy.h"

#define TERMINAL_MS 200		/* between two lines of progress on a terminal */
#define FILE_MS 10000		/* elsewhere */

/* How far it has come, on standard error; quiet with --json. */
struct meter {
	struct cli *c;
	int terminal;
	int64_t next;			/* when to say something again */
	int64_t began, first;		/* this table: when, and how many rows were done then */
	char table[32];
	enum progress_kind kind;
};

static volatile sig_atomic_t interrupted;

static void
interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void
meter_start(struct meter *m, struct cli *c)
{
	*m = (struct meter){ .c = c, .terminal = fileno(c->err) >= 0 && isatty(fileno(c->err)) };
	m->next = clock_now(c->clock) + (m->terminal ? TERMINAL_MS : FILE_MS);
}

static void
meter_line(const struct meter *m, const struct progress *p, int64_t now)
{
	static const enum message line[] = { [PROGRESS_COPIED] = SAY_COPYING,
		[PROGRESS_COMPARED] = SAY_COMPARING, [PROGRESS_CHECKED] = SAY_CHECKING };
	int64_t ms = now > m->began ? now - m->began : 1;
	char done[NUM_SIZE], of[NUM_SIZE], percent[NUM_SIZE], rate[NUM_SIZE];

	snprintf(percent, sizeof(percent), "%lld%%",
	    (long long)(p->of > 0 ? p->done * 100 / p->of : 100));
	if (m->terminal)
		fputs("\r\033[K", m->c->err);
	fprintf(m->c->err, msg(m->c->lang, line[p->kind]), p->table, num_text(p->done, done),
	    num_text(p->of, of), percent, num_text((p->done - m->first) * 1000 / ms, rate));
	fputs(m->terminal ? "" : "\n", m->c->err);
	fflush(m->c->err);
}

static int
meter(const struct progress *p, void *ctx)
{
	struct meter *m = ctx;
	int64_t now = clock_now(m->c->clock);

	if (strcmp(m->table, p->table) != 0 || m->kind != p->kind || p->done < m->first) {
		snprintf(m->table, sizeof(m->table), "%s", p->table);
		m->kind = p->kind;
		m->began = now;
		m->first = p->done;
	}
	if (!m->c->json && now >= m->next) {
		m->next = now + (m->terminal ? TERMINAL_MS : FILE_MS);
		meter_line(m, p, now);
	}
	return interrupted;
}

static void
meter_end(const struct meter *m)
{
	if (m->terminal && !m->c->json)
		fputs("\r\033[K", m->c->err);
}

static void
print_json(struct cli *c, const json_t *result)
{
	json_dumpf(result, c->out, JSON_COMPACT);
	fputc('\n', c->out);
}

static void
show_errors(struct cli *c, const json_t *result)
{
	const json_t *errors = json_object_get(result, "errors"), *e;
	char found[NUM_SIZE], listed[NUM_SIZE];
	size_t i;

	json_array_foreach(errors, i, e)
		say(c, SAY_FOUND, str(e, "table"), str(e, "key"), str(e, "what"));
	say(c, SAY_CHECK_BAD, num_text(num(result, "found"), found),
	    num_text((json_int_t)json_array_size(errors), listed));
}

static enum cli_exit
check(struct cli *c, enum check_scope scope)
{
	struct fault f = FAULT_INIT;
	json_t *result = NULL;
	const json_t *log;
	char n[NUM_SIZE];
	struct meter m;
	int rc, ok;
	size_t i;

	meter_start(&m, c);
	rc = store_check(c->dir, scope, c->lang, meter, &m, &result, &f);
	meter_end(&m);
	if (rc < 0)
		return cli_fault(c, &f);
	ok = json_is_true(json_object_get(result, "ok"));
	if (c->json)
		print_json(c, result);
	else if (!ok)
		show_errors(c, result);
	else if (scope == CHECK_EVERYTHING)
		say(c, SAY_STORE_GOOD, num_text(num(result, "records"), n));
	else
		json_array_foreach(json_object_get(result, "logs"), i, log)
			say(c, SAY_LOG_GOOD, str(log, "log"), num_text(num(log, "size"), n));
	json_decref(result);
	return ok ? CLI_OK : CLI_FAILED;
}

enum cli_exit
cmd_log_check(struct cli *c)
{
	return check(c, CHECK_EVIDENCE);
}

enum cli_exit
cmd_store_check(struct cli *c)
{
	return check(c, CHECK_EVERYTHING);
}

enum cli_exit
cmd_store_copy(struct cli *c)
{
	struct sigaction stop = { .sa_handler = interrupt }, was;
	struct fault f = FAULT_INIT;
	json_t *result = NULL;
	const json_t *log;
	char n[NUM_SIZE];
	struct meter m;
	size_t i;
	int rc;

	/* Ctrl-C ends it after the transaction at hand, and says how to go on. */
	interrupted = 0;
	sigemptyset(&stop.sa_mask);
	sigaction(SIGINT, &stop, &was);
	meter_start(&m, c);
	rc = store_copy(c->operand[0], c->operand[1], meter, &m, &result, &f);
	meter_end(&m);
	sigaction(SIGINT, &was, NULL);
	if (rc < 0)
		return cli_fault(c, &f);
	if (c->json)
		print_json(c, result);
	else {
		say(c, SAY_COPIED, c->operand[0], c->operand[1], num_text(num(result, "rows"), n));
		json_array_foreach(json_object_get(result, "logs"), i, log)
			say(c, SAY_COPIED_LOG, str(log, "log"), num_text(num(log, "size"), n), str(log, "root"));
	}
	json_decref(result);
	return CLI_OK;
}
