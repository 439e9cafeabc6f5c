/*
 * fill.c - bench-fill DIR [options]: an instance with a long past, for benches.
 *
 * Every case goes through the use cases and the journal that a request goes through; what is
 * left out is HTTP, and the rows against repeated requests, which are forgotten after days.
 * The clock is virtual: a day of the office is worked off in slots, and in one slot many cases
 * are opened, others queried, signed for, answered, accepted and concluded.  A case does
 * one thing in a slot, so that nothing has to wait for anything within it.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "bench/invent.h"
#include "bench/office.h"
#include "crypto/hash.h"
#include "svc/data_key.h"
#include "svc/instance.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/inventory/versions.h"

#define SLOTS_A_DAY 8
#define SLOT_MS 3600000			/* of office time */
#define DAYS 120			/* over which the cases are spread, but for few */
#define WAVE_MIN 16			/* cases opened in a slot, at least */
#define FIRST_DAY "2026-01-05"
#define MARK "bench.fill"

struct wave { struct made *made; size_t n; };

struct fill {
	const char *dir, *data, *store;
	uint64_t cases, seed, next;	/* next: the first that is not made yet */
	struct clock clock;
	struct app *app;
	struct store_reader *reader;
	struct inventory *inv;
	struct invent *invent;
	struct office *office;
	struct wave wave[OFFICE_STAGES];	/* a ring: the one that is opened now, and those before it */
	size_t at;
	int64_t key_day;
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "");
	return -1;
}

/* A new wave in place of the oldest. */
static int
next_wave(struct fill *fill, size_t n, struct fault *f)
{
	struct wave *w;

	fill->at = (fill->at + 1) % OFFICE_STAGES;
	w = &fill->wave[fill->at];
	free(w->made);
	w->n = 0;
	if ((w->made = calloc(n + 1, sizeof(*w->made))) == NULL)
		return no_memory(f);
	for (; w->n < n; w->n++)
		w->made[w->n].index = fill->next++;
	return 0;
}

/* Where the next run goes on, written with what it made. */
static int
put_mark(struct fill *fill, struct fault *f)
{
	struct op *op = op_new();
	char text[64];

	if (op == NULL)
		return no_memory(f);
	snprintf(text, sizeof(text), "%llu %llu", (unsigned long long)fill->seed,
	    (unsigned long long)fill->next);
	op_step(op, ST_META_SET, 1);
	op_text(op, MARK);
	op_text(op, text);
	return office_submit(fill->office, op, f);
}

/* Each stage for the wave that has come so far. */
static int
run_stages(struct fill *fill, struct fault *f)
{
	for (size_t s = 0; s < OFFICE_STAGES; s++) {
		const struct wave *w = &fill->wave[(fill->at + OFFICE_STAGES - s) % OFFICE_STAGES];

		for (size_t i = 0; i < w->n; i++)
			if (office_work(fill->office, &w->made[i], s, f) < 0)
				return -1;
	}
	return 0;
}

/*
 * One slot; then the clock goes on.  All that it reads was written in slots before: of one
 * state, so that the reader keeps its pages while the writer goes on.
 */
static int
run_slot(struct fill *fill, size_t n, struct fault *f)
{
	static const struct office_hours hours = { 2, { { 510, 720 }, { 810, 1080 } } };
	int64_t now = clock_now(&fill->clock);
	int rc;

	if (clock_day(now) != fill->key_day) {
		fill->key_day = clock_day(now);
		if (data_key_roll(fill->app, f) < 0)
			return -1;
	}
	if (next_wave(fill, n, f) < 0)
		return -1;
	if (store_reader_begin(fill->reader, f) < 0)
		return -1;
	rc = run_stages(fill, f);
	store_reader_end(fill->reader);
	if (rc < 0)
		return -1;
	if (put_mark(fill, f) < 0 || office_wait(fill->office, f) < 0)
		return -1;
	atomic_store(&fill->clock.virtual_ms, calendar_add_office(fill->inv->calendar, &hours, now,
	    SLOT_MS));
	return 0;
}

/* Beginning */

static int
meta_value(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 64, "%s", row_text(row, 0));
	return 0;
}

static int
row_at(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 6);
	return 0;
}

/* What an earlier run with this seed left, and a time after everything that is there. */
static int
go_on(struct fill *fill, struct fault *f)
{
	unsigned long long seed, next;
	char mark[64] = "";
	int64_t at = 0;

	if (store_read(fill->reader, ST_META_GET, PARAMS(sql_text(MARK)), meta_value, mark, f) < 0 ||
	    store_read(fill->reader, ST_LOG_GET, PARAMS(sql_text(fill->app->log)), row_at, &at, f) < 0)
		return -1;
	if (sscanf(mark, "%llu %llu", &seed, &next) == 2 && seed == fill->seed)
		fill->next = next;
	if (at > clock_now(&fill->clock))
		atomic_store(&fill->clock.virtual_ms, at);
	return 0;
}

/* An instance that is not there yet is made, with the example inventory and registries. */
static int
make(struct fill *fill, int *ret_made, struct fault *f)
{
	char conf[4200];

	snprintf(conf, sizeof(conf), "%s/wzm.conf", fill->dir);
	*ret_made = access(conf, F_OK) < 0;
	return *ret_made ? instance_init(fill->dir, "330700", "localhost", fill->store, 1,
	    &fill->clock, f) : 0;
}

static int
import(struct fill *fill, struct fault *f)
{
	static const struct actor root = { .id = "root", .role = "operator", .scope = "division" };
	struct inventory_report report = { 0 };
	struct datasets_done sets;
	struct import_done inv = { 0 };
	char registry[4200];
	int rc = -1;

	snprintf(registry, sizeof(registry), "%s/registry", fill->data);
	if (inventory_import(fill->app, &root, fill->data, &inv, &report, f) == 0 &&
	    inventory_publish_alone(fill->app, &root, &inv.version, 0, "bench", f) == 0)
		rc = dataset_import(fill->app, &root, registry, &sets, &report, f);
	inventory_unref(inv.inv);
	inventory_report_free(&report);
	return rc;
}

static int
start(struct fill *fill, struct fault *f)
{
	struct conf *conf = NULL;
	char registry[4200];
	int made, rc = -1;

	snprintf(registry, sizeof(registry), "%s/registry", fill->data);
	if (make(fill, &made, f) < 0 || instance_conf(fill->dir, &conf, f) < 0 ||
	    conf_set(conf, conf_row(CONF_QUEUE)->name, "65536", "bench-fill", f) < 0 ||
	    instance_open(fill->dir, conf, &fill->clock, &fill->app, f) < 0 ||
	    (made && import(fill, f) < 0) || (fill->inv = app_inventory(fill->app, f)) == NULL ||
	    store_reader_open(fill->app->store, &fill->reader, f) < 0 || go_on(fill, f) < 0 ||
	    invent_new(fill->inv, registry, fill->seed, &fill->invent, f) < 0)
		goto out;
	fill->key_day = clock_day(clock_now(&fill->clock));
	rc = office_new(fill->app, fill->reader, fill->inv, fill->invent, fill->seed, &fill->office, f);
out:
	conf_free(conf);
	return rc;
}

static void
stop(struct fill *fill)
{
	office_free(fill->office);
	for (size_t i = 0; i < OFFICE_STAGES; i++)
		free(fill->wave[i].made);
	invent_free(fill->invent);
	store_reader_close(fill->reader);
	inventory_unref(fill->inv);
	instance_close(fill->app);
}

/* Telling */

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
tell(const struct fill *fill, uint64_t from, double took)
{
	double rate = (double)(fill->next - from) / (took > 0 ? took : 1);
	char day[CLOCK_TEXT_MAX];

	clock_day_text(clock_day(clock_now(&fill->clock)), day);
	fprintf(stderr, "%llu of %llu cases, %.0f a second, in the office it is %s, %.0f s left\n",
	    (unsigned long long)fill->next, (unsigned long long)fill->cases, rate, day,
	    rate > 0 ? (double)(fill->cases - fill->next) / rate : 0);
}

static volatile sig_atomic_t stopped;

static void
stop_soon(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Slot after slot; who stops it gets the one that is under way. */
static int
run(struct fill *fill, struct fault *f)
{
	uint64_t from = fill->next, a_slot = fill->cases / (DAYS * SLOTS_A_DAY) + 1;
	double began = seconds(), told = began, now;
	struct office_done done;

	if (a_slot < WAVE_MIN)
		a_slot = WAVE_MIN;
	while (fill->next < fill->cases && !stopped) {
		uint64_t left = fill->cases - fill->next;

		if (run_slot(fill, (size_t)(left < a_slot ? left : a_slot), f) < 0)
			return -1;
		if ((now = seconds()) - told >= 5) {
			told = now;
			tell(fill, from, now - began);
		}
	}
	now = seconds() - began;
	done = office_done(fill->office);
	printf("{\"cases\":%llu,\"made\":%llu,\"records\":%zu,\"settled\":%zu,\"refused\":%zu,"
	    "\"withdrawn\":%zu,\"seconds\":%.1f,\"cases_per_second\":%.0f,\"records_per_second\":%.0f}\n",
	    (unsigned long long)fill->next, (unsigned long long)(fill->next - from), done.records,
	    done.ended[CASE_SETTLED], done.ended[CASE_REFUSED], done.ended[CASE_WITHDRAWN], now,
	    (double)(fill->next - from) / now, (double)done.records / now);
	return 0;
}

static int
options(struct fill *fill, int argc, char **argv)
{
	static const struct option known[] = {
		{ "cases", required_argument, NULL, 'n' }, { "seed", required_argument, NULL, 's' },
		{ "store", required_argument, NULL, 'p' }, { "data", required_argument, NULL, 'd' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 'n':
			fill->cases = strtoull(optarg, NULL, 10);
			break;
		case 's':
			fill->seed = strtoull(optarg, NULL, 10);
			break;
		case 'p':
			fill->store = optarg;
			break;
		case 'd':
			fill->data = optarg;
			break;
		default:
			return -1;
		}
	}
	if (optind != argc - 1 || fill->cases == 0)
		return -1;
	fill->dir = argv[optind];
	return 0;
}

int
main(int argc, char **argv)
{
	static struct fill fill = { .data = "examples/jinhua", .cases = 1000000, .seed = 1,
		.clock = { .is_virtual = 1 } };
	struct fault f = FAULT_INIT;
	int64_t day;
	int rc = -1;

	if (options(&fill, argc, argv) < 0) {
		fprintf(stderr, "usage: bench-fill DIR [--cases N] [--seed N] [--store ADDRESS] [--data DIR]\n");
		return 2;
	}
	if (clock_parse_day(FIRST_DAY, &day) < 0 || crypto_start() < 0)
		return 1;
	atomic_store(&fill.clock.virtual_ms, clock_day_start(day) + 510 * 60000);
	log_setup(LOG_WARN, &fill.clock);
	signal(SIGINT, stop_soon);
	signal(SIGTERM, stop_soon);
	if (start(&fill, &f) == 0)
		rc = run(&fill, &f);
	stop(&fill);
	if (rc < 0)
		log_fault(LOG_ERROR, "fill_failed", &f);
	return rc < 0 ? 1 : 0;
}
