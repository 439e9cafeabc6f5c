/*
 * lookups.c - bench-lookups ADDRESS FILE THREADS SECONDS AHEAD: what the reads of data queries cost by themselves.
 *
 * Each thread has a reader of its own and takes the lines of FILE round and round: token, division, key, case, item, service,
 * dataset, keyset, blind (bytes in hex).  It reads what a data query reads, of one state and said ahead as the server says it;
 * where AHEAD is not 0, all reads of so many queries are said ahead at once, and are of one state.  Those must differ in
 * each read.  Nothing is decided, unsealed or written.  Prints queries and errors.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "store/store.h"

#define THREADS_MAX 16
#define BYTES_MAX 32

struct bytes { uint8_t b[BYTES_MAX]; size_t len; };

struct line {
	struct bytes token, key, id, blind;
	char division[16], item[16], service[64], dataset[64], keyset[128];
};

static struct line *lines;
static size_t nlines;
static struct store *store;
static size_t ahead;
static _Atomic int ending;
static _Atomic size_t done, errors;

static int
unhex(const char *text, struct bytes *to)
{
	unsigned byte;

	for (to->len = 0; to->len < BYTES_MAX && sscanf(text + 2 * to->len, "%2x", &byte) == 1; to->len++)
		to->b[to->len] = (uint8_t)byte;
	return text[2 * to->len] == '\0' ? 0 : -1;
}

static int
read_lines(const char *path)
{
	char text[1024], token[80], key[80], id[80], blind[80];
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return -1;
	while (fgets(text, sizeof(text), file) != NULL) {
		struct line *more = realloc(lines, (nlines + 1) * sizeof(*lines)), *l;

		if (more == NULL)
			break;
		lines = more;
		l = &lines[nlines];
		if (sscanf(text, "%79s %15s %79s %79s %15s %63s %63s %127s %79s", token, l->division, key, id, l->item,
		    l->service, l->dataset, l->keyset, blind) == 9 && unhex(token, &l->token) == 0 &&
		    unhex(key, &l->key) == 0 && unhex(id, &l->id) == 0 && unhex(blind, &l->blind) == 0)
			nlines++;
	}
	fclose(file);
	return nlines > 0 ? 0 : -1;
}

#define BLOB(x) sql_blob((x).b, (x).len)
#define SESSION(l) ST_SESSION_GET, PARAMS(BLOB((l)->token), sql_int(0))
#define KEY(l) ST_IDEMPOTENCY_GET, PARAMS(sql_text((l)->division), BLOB((l)->key))
#define CASE(l) ST_CASE_GET, PARAMS(sql_text((l)->division), BLOB((l)->id))
#define ITEM(l) ST_ITEM_OF_CASE, PARAMS(sql_text((l)->division), BLOB((l)->id), sql_text((l)->item))
#define SOURCE(l) ST_SOURCE_GET, PARAMS(sql_text((l)->service))
#define FIND(l) ST_DATASET_FIND, PARAMS(sql_text((l)->dataset), sql_text((l)->keyset), BLOB((l)->blind), sql_int(101))

static int
any_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)row;
	(void)ctx;
	(void)f;
	return 0;
}

static void
say(struct store_reader *r, const struct line *l)
{
	if (ahead > 0)
		store_read_ahead(r, SESSION(l));
	store_read_ahead(r, KEY(l));
	store_read_ahead(r, CASE(l));
	store_read_ahead(r, ITEM(l));
	if (ahead > 0) {
		store_read_ahead(r, SOURCE(l));
		store_read_ahead(r, FIND(l));
	}
}

/* The reads of one query; -1: one failed, or found nothing where there is something. */
static int
look_up(struct store_reader *r, const struct line *l)
{
	struct fault f = FAULT_INIT;

	if (store_read(r, SESSION(l), any_row, NULL, &f) != 1 || store_read(r, KEY(l), any_row, NULL, &f) != 0 ||
	    store_read(r, CASE(l), any_row, NULL, &f) != 1 || store_read(r, ITEM(l), any_row, NULL, &f) != 1)
		return -1;
	if (ahead == 0)
		store_read_ahead(r, FIND(l));
	return store_read(r, SOURCE(l), any_row, NULL, &f) >= 0 && store_read(r, FIND(l), any_row, NULL, &f) > 0 ? 0 : -1;
}

/* So many queries of one state, from this line on. */
static void
look_up_all(struct store_reader *r, size_t from, size_t n)
{
	struct fault f = FAULT_INIT;

	if (store_reader_begin(r, &f) < 0) {
		atomic_fetch_add(&errors, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		say(r, &lines[(from + i) % nlines]);
	for (size_t i = 0; i < n; i++)
		atomic_fetch_add(look_up(r, &lines[(from + i) % nlines]) == 0 ? &done : &errors, 1);
	store_reader_end(r);
}

static void *
work(void *ctx)
{
	size_t at = *(size_t *)ctx;
	struct store_reader *r;
	struct fault f = FAULT_INIT;

	if (store_reader_open(store, &r, &f) < 0)
		return NULL;
	store_reader_rest(r);
	for (size_t n = ahead > 0 ? ahead : 1; !atomic_load(&ending); at += n)
		look_up_all(r, at, n);
	store_reader_close(r);
	return NULL;
}

int
main(int argc, char **argv)
{
	size_t n = argc == 6 ? strtoul(argv[3], NULL, 10) : 0, start[THREADS_MAX];
	pthread_t thread[THREADS_MAX];
	struct fault f = FAULT_INIT;
	struct timespec second = { .tv_sec = 0 };

	if (n < 1 || n > THREADS_MAX) {
		fprintf(stderr, "usage: bench-lookups ADDRESS FILE THREADS SECONDS AHEAD\n");
		return 2;
	}
	if (read_lines(argv[2]) < 0 || store_open(argv[1], STORE_LOOK, &store, &f) < 0) {
		fprintf(stderr, "bench-lookups: %s %s\n", argv[2], f.cause);
		return 1;
	}
	ahead = strtoul(argv[5], NULL, 10);
	second.tv_sec = strtol(argv[4], NULL, 10);
	for (size_t i = 0; i < n; i++) {
		start[i] = nlines / n * i;
		if (pthread_create(&thread[i], NULL, work, &start[i]) != 0)
			return 1;
	}
	nanosleep(&second, NULL);
	atomic_store(&ending, 1);
	for (size_t i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	printf("%zu %zu\n", atomic_load(&done), atomic_load(&errors));
	store_close(store);
	free(lines);
	return 0;
}
