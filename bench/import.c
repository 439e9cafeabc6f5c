/*
 * import.c - what an import takes beside reading and parsing its files: bench/import runs it.
 *
 * In turns: the files of examples/jinhua are read and split into cells, and nothing else; and the
 * same files, with one number changed so that they are a new version, are imported: read, checked
 * as a whole, hashed, written with their record and durable.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "rules/csv.h"
#include "svc/instance.h"
#include "svc/inventory/inventory_svc.h"

#define ROUNDS 51
#define GOAL 3.0
#define CHANGED "matters.csv"	/* the file with the number, and where it stands: a yearly volume */
#define MARK ",both,"

struct bench {
	char dir[64], data[128];
	struct buf changed;		/* the file as it is */
	struct app *app;
	struct clock clock;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
copy_file(struct bench *b, const char *from, const char *name, struct fault *f)
{
	char path[512], to[512];
	struct buf text = BUF_INIT;
	FILE *file = NULL;
	int rc = -1;

	snprintf(path, sizeof(path), "%s/%s", from, name);
	snprintf(to, sizeof(to), "%s/%s", b->data, name);
	if (buf_read_file(&text, path, INVENTORY_FILE_MAX, f) < 0)
		goto out;
	if (strcmp(name, CHANGED) == 0)
		buf_add(&b->changed, text.data, text.len);
	if ((file = fopen(to, "w")) != NULL && fwrite(text.data, 1, text.len, file) == text.len)
		rc = 0;
	else
		fault_set(f, FAULT_FILE_WRITE, "%s: %s", to, strerror(errno));
out:
	if (file != NULL && fclose(file) != 0)
		rc = -1;
	buf_free(&text);
	return rc;
}

static int
start(struct bench *b, const char *from, struct fault *f)
{
	struct conf *conf = NULL;
	char instance[128];
	int rc = -1;

	snprintf(b->dir, sizeof(b->dir), "/tmp/wzm-import-XXXXXX");
	if (mkdtemp(b->dir) == NULL)
		return -1;
	snprintf(b->data, sizeof(b->data), "%s/data", b->dir);
	snprintf(instance, sizeof(instance), "%s/i", b->dir);
	if (mkdir(b->data, 0700) < 0)
		return -1;
	for (size_t i = 0; inventory_files[i] != NULL; i++)
		if (copy_file(b, from, inventory_files[i], f) < 0)
			return -1;
	if (instance_init(instance, "330700", "localhost", NULL, 0, &b->clock, f) == 0 &&
	    instance_conf(instance, &conf, f) == 0)
		rc = instance_open(instance, conf, &b->clock, &b->app, f);
	conf_free(conf);
	return rc;
}

/* Each version has another number in the first row that has the mark. */
static int
next_version(struct bench *b, int round)
{
	const char *at = strstr(b->changed.data, MARK);
	size_t before;
	char path[512];
	FILE *file;

	if (at == NULL)
		return -1;
	before = (size_t)(at - b->changed.data) + strlen(MARK);
	snprintf(path, sizeof(path), "%s/%s", b->data, CHANGED);
	if ((file = fopen(path, "w")) == NULL)
		return -1;
	fprintf(file, "%.*s%d%s", (int)before, b->changed.data, 1000 + round,
	    b->changed.data + before + strcspn(b->changed.data + before, ","));
	return fclose(file);
}

/* Milliseconds; how many cells there were shows that they were read. */
static double
read_and_parse(const struct bench *b, size_t *ret_cells, struct fault *f)
{
	double began = now();

	*ret_cells = 0;
	for (size_t i = 0; inventory_files[i] != NULL; i++) {
		struct buf text = BUF_INIT_MAX(INVENTORY_FILE_MAX);
		const char **cell;
		struct csv *csv;
		size_t n, line;
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", b->data, inventory_files[i]);
		if (buf_read_file(&text, path, INVENTORY_FILE_MAX, f) < 0)
			return -1;
		csv = csv_new(text.data, text.len);
		while (csv != NULL && csv_next(csv, &cell, &n, &line, f) > 0)
			*ret_cells += n;
		csv_free(csv);
		buf_free(&text);
	}
	return now() - began;
}

static double
import(struct bench *b, struct fault *f)
{
	static const struct actor root = { .id = "root", .role = "operator", .scope = "division" };
	struct inventory_report report = { 0 };
	struct import_done done = { 0 };
	double began = now(), took = -1;

	if (inventory_import(b->app, &root, b->data, &done, &report, f) == 0 && done.changed)
		took = now() - began;
	inventory_unref(done.inv);
	inventory_report_free(&report);
	return took;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int
measure(struct bench *b, struct fault *f)
{
	double parsed[ROUNDS], imported[ROUNDS], shares[ROUNDS], share;
	size_t cells = 0;

	for (int i = 0; i < ROUNDS; i++) {
		if (next_version(b, i) != 0 || (parsed[i] = read_and_parse(b, &cells, f)) < 0 ||
		    (imported[i] = import(b, f)) < 0)
			return -1;
		shares[i] = imported[i] / parsed[i];
	}
	qsort(shares, ROUNDS, sizeof(shares[0]), by_size);
	qsort(parsed, ROUNDS, sizeof(parsed[0]), by_size);
	qsort(imported, ROUNDS, sizeof(imported[0]), by_size);
	share = shares[ROUNDS / 2];
	printf("reading and parsing %zu cells  %7.2f ms  (%.2f to %.2f, median of %d)\n", cells,
	    parsed[ROUNDS / 2], parsed[0], parsed[ROUNDS - 1], ROUNDS);
	printf("import as a new version      %9.2f ms  (%.2f to %.2f)\n", imported[ROUNDS / 2],
	    imported[0], imported[ROUNDS - 1]);
	printf("import / reading and parsing %9.2f x   (%.2f to %.2f, of a round)  goal <= %.0f  %s\n",
	    share, shares[0], shares[ROUNDS - 1], GOAL, share <= GOAL ? "met" : "NOT MET");
	return 0;
}

int
main(int argc, char **argv)
{
	struct fault f = FAULT_INIT;
	struct bench b = { 0 };
	char command[128], text[FAULT_TEXT_MAX];
	int rc = argc == 2 && crypto_start() == 0 && start(&b, argv[1], &f) == 0 ? measure(&b, &f) : -1;

	if (rc < 0) {
		fault_text(&f, LANG_EN, 0, text, sizeof(text));
		fprintf(stderr, "bench-import DATA: %s (%s)\n", text, f.cause);
	}
	instance_close(b.app);
	buf_free(&b.changed);
	snprintf(command, sizeof(command), "rm -rf '%s'", b.dir);
	if (b.dir[0] != '\0' && system(command) != 0)
		rc = -1;
	return rc < 0;
}
