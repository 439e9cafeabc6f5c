/*
 * align.c - what comparing county lists takes: bench/align runs it.
 *
 * The ten lists of examples/jinhua against its inventory, from bytes to differences; then the same with
 * the matters, proofs and items of 10 and 100 cities in one inventory, and lists as many times as long.
 * Their names have the city's before them, so that most of a name is shared with all the other cities.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "align/align.h"

#define GOAL_SECONDS 1.0
#define GOAL_MB 100.0
#define GOAL_GROWTH 1.5		/* times the time of a row with one city */
#define LISTS_MAX 16
#define ROUNDS 5

static void
die(const char *what, const struct fault *f)
{
	fprintf(stderr, "bench-align: %s: %s %s\n", what, fault_name(f->code), f->cause);
	exit(1);
}

static void *
room(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		exit(1);
	return p;
}

/* Seconds of the processor. */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The most that the process ever held. */
static double
megabytes(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024;
}

static struct inventory *
read_city(const char *dir)
{
	struct inventory_report report = { 0 };
	struct inventory_file file[24] = { { 0 } };
	struct buf text[24];
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;
	size_t n;

	for (n = 0; inventory_files[n] != NULL; n++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, inventory_files[n]);
		text[n] = (struct buf)BUF_INIT;
		if (buf_read_file(&text[n], path, BUF_MAX_DEFAULT, &f) < 0)
			die(path, &f);
		file[n] = (struct inventory_file){ inventory_files[n], text[n].data, text[n].len };
	}
	if (inventory_build(file, n, &inv, &report, &f) < 0)
		die("inventory", &f);
	for (size_t i = 0; i < n; i++)
		buf_free(&text[i]);
	return inv;
}

struct lists { char division[LISTS_MAX][7]; struct buf text[LISTS_MAX]; size_t n; };

static int
is_list(const struct dirent *e)
{
	return strlen(e->d_name) == 10 && strcmp(e->d_name + 6, ".csv") == 0;
}

static void
read_lists(const char *dir, struct lists *lists)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, is_list, alphasort);
	struct fault f = FAULT_INIT;

	for (int i = 0; i < n && i < LISTS_MAX; i++) {
		char path[4400];

		snprintf(path, sizeof(path), "%s/%s", dir, entry[i]->d_name);
		snprintf(lists->division[i], sizeof(lists->division[i]), "%.6s", entry[i]->d_name);
		if (buf_read_file(&lists->text[i], path, BUF_MAX_DEFAULT, &f) < 0)
			die(path, &f);
		lists->n++;
	}
}

static struct align_list *
parse(const struct lists *lists, size_t i)
{
	struct inventory_report report = { 0 };
	struct align_list *list = NULL;
	struct fault f = FAULT_INIT;

	if (align_list_read(lists->division[i], lists->text[i].data, lists->text[i].len, &list, &report, &f) < 0)
		die(lists->division[i], &f);
	return list;
}

static size_t
compare(const struct inventory *inv, const char *division, const struct align_list *list)
{
	struct align_result *r = NULL;
	struct fault f = FAULT_INIT;
	size_t n;

	if (align_compare(inv, inventory_division(inv, division), NULL, 0, list, &r, &f) < 0)
		die(division, &f);
	n = r->ndifferences;
	align_result_free(r);
	return n;
}

/* The ten lists from their bytes on, the best of some rounds. */
static double
one_city(const struct inventory *inv, const struct lists *lists, size_t *ret_rows, size_t *ret_differences)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++) {
		double from = now(), took;

		*ret_rows = *ret_differences = 0;
		for (size_t i = 0; i < lists->n; i++) {
			struct align_list *list = parse(lists, i);

			*ret_rows += align_list_rows(list);
			*ret_differences += compare(inv, lists->division[i], list);
			align_list_free(list);
		}
		took = now() - from;
		best = took < best ? took : best;
	}
	return best;
}

static const char *
named(size_t city, const char *name)
{
	static const char *const first[] = { "临", "安", "清", "永", "丽", "海", "江", "平", "东", "南" };
	static const char *const second[] = { "州", "阳", "城", "川", "港", "山", "溪", "源", "宁", "台" };
	char *text = room(strlen(name) + 16, 1);

	snprintf(text, strlen(name) + 16, "%s%s市%s", first[city / 10 % 10], second[city % 10], name);
	return text;
}

static const char *
aliased(size_t city, const char *aliases)
{
	struct buf out = BUF_INIT;

	for (const char *at = aliases; *at != '\0'; ) {
		size_t len = strcspn(at, ";");
		char one[256];

		snprintf(one, sizeof(one), "%.*s", (int)len, at);
		buf_fmt(&out, "%s%s", out.len > 0 ? ";" : "", named(city, one));
		at += len + (at[len] == ';');
	}
	return out.data != NULL ? out.data : "";
}

/*
 * Puts the matters, proofs and items of many cities in the place of one's.  Not by way of files: an imported
 * inventory has a ceiling of rows.  They live until the end.
 */
static void
many_cities(const struct inventory *one, size_t cities, struct inventory *inv)
{
	struct proof *proofs = room(cities * one->nproofs, sizeof(*proofs));
	struct matter *matters = room(cities * one->nmatters, sizeof(*matters));
	struct item *items = room(cities * one->nitems, sizeof(*items));

	for (size_t city = 0; city < cities; city++) {
		struct proof *p = proofs + city * one->nproofs;
		struct matter *m = matters + city * one->nmatters;
		struct item *it = items + city * one->nitems;

		for (size_t i = 0; i < one->nproofs; i++) {
			p[i] = one->proofs[i];
			p[i].name = named(city, one->proofs[i].name);
			p[i].aliases = aliased(city, one->proofs[i].aliases);
		}
		for (size_t i = 0; i < one->nmatters; i++) {
			const struct item **of = room(one->matters[i].nitems + 1, sizeof(*of));

			m[i] = one->matters[i];
			m[i].name = named(city, one->matters[i].name);
			for (size_t k = 0; k < m[i].nitems; k++)
				of[k] = it + (one->matters[i].items[k] - one->items);
			m[i].items = of;
		}
		for (size_t i = 0; i < one->nitems; i++) {
			it[i] = one->items[i];
			it[i].matter = m + (one->items[i].matter - one->matters);
			it[i].proof = p + (one->items[i].proof - one->proofs);
		}
	}
	inv->proofs = proofs;
	inv->nproofs = cities * one->nproofs;
	inv->matters = matters;
	inv->nmatters = cities * one->nmatters;
	inv->items = items;
	inv->nitems = cities * one->nitems;
}

static struct align_list *
long_list(const struct align_list *one, size_t cities)
{
	size_t n = align_list_rows(one);
	struct align_row *row = room(cities * n, sizeof(*row));
	struct align_list *list = NULL;
	struct fault f = FAULT_INIT;

	for (size_t city = 0; city < cities; city++)
		for (size_t i = 0; i < n; i++) {
			row[city * n + i] = *align_list_row(one, i);
			row[city * n + i].matter = named(city, row[city * n + i].matter);
			row[city * n + i].proof = named(city, row[city * n + i].proof);
			row[city * n + i].line = city * n + i + 2;
		}
	if (align_list_of(row, cities * n, &list, &f) < 0)
		die("list", &f);
	for (size_t i = 0; i < cities * n; i++) {
		free((char *)row[i].matter);
		free((char *)row[i].proof);
	}
	free(row);
	return list;
}

/* The lists of so many cities, compared but not read. */
static double
cities_of(struct inventory *inv, const struct lists *lists, size_t cities, size_t *ret_rows,
    size_t *ret_differences)
{
	const struct inventory one = *inv;
	double took = 0;

	many_cities(&one, cities, inv);
	*ret_rows = *ret_differences = 0;
	for (size_t i = 0; i < lists->n; i++) {
		struct align_list *short_one = parse(lists, i), *list = long_list(short_one, cities);
		double from = now();

		*ret_rows += align_list_rows(list);
		*ret_differences += compare(inv, lists->division[i], list);
		took += now() - from;
		align_list_free(short_one);
		align_list_free(list);
	}
	*inv = one;
	return took;
}

int
main(int argc, char **argv)
{
	struct lists lists = { .n = 0 };
	struct inventory *inv;
	size_t rows, differences;
	double took, each = 0;
	char path[4096];

	if (argc != 2) {
		fputs("usage: bench-align EXAMPLES\n", stderr);
		return 2;
	}
	inv = read_city(argv[1]);
	snprintf(path, sizeof(path), "%s/county_lists", argv[1]);
	read_lists(path, &lists);
	took = one_city(inv, &lists, &rows, &differences);
	printf("%zu lists, %zu rows against %zu items, from bytes to %zu differences: %.3f s (goal %.1f: %s), "
	    "%.0f MB at most (goal %.0f: %s)\n", lists.n, rows, inv->nitems, differences, took, GOAL_SECONDS,
	    took < GOAL_SECONDS ? "met" : "not met", megabytes(), GOAL_MB, megabytes() < GOAL_MB ? "met" : "not met");
	for (size_t cities = 1; cities <= 100; cities *= 10) {
		took = cities_of(inv, &lists, cities, &rows, &differences);
		if (cities == 1)
			each = took / (double)rows;
		printf("%3zu cities: %8zu rows, %7zu items, %6zu differences: %7.3f s, %.2f us a row, %.2f times that of one "
		    "city%s, %.0f MB\n", cities, rows, cities * inv->nitems, differences, took,
		    took / (double)rows * 1e6, took / (double)rows / each,
		    cities == 1 ? "" : took / (double)rows / each < GOAL_GROWTH ? " (goal 1.5: met)" : " (goal 1.5: not met)",
		    megabytes());
	}
	return 0;
}
