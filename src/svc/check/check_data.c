/*
 * check_data.c - what refers to something refers to what is there; sealed values open, numbers
 * of cases are counted.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "rules/ident.h"
#include "source/dataset.h"
#include "store/tables.h"
#include "svc/check/finding.h"

#define CASE_NUMBER_MIN 22		/* characters of "330703-261123-A00042-N" */

/* References: what a query finds */

static const struct reference {
	enum stmt stmt;
	enum finding what;
	const char *table;
	int nkeys;
} references[] = {
#define CHECK(sym, code, table, nkeys, keys, condition, zh, en) \
	{ ST_CHECK_##sym, FOUND_##sym, table, nkeys },
#include "store/checks.def"
#undef CHECK
};

struct listing {
	struct check *c;
	const struct reference *reference;
	int64_t listed, all;
};

static int
reference_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct listing *l = ctx;
	char key[FINDING_KEY_MAX];

	(void)f;
	check_key(row, l->reference->nkeys, key);
	check_found(l->c, l->reference->what, l->reference->table, key, 1);
	l->all = row_int(row, l->reference->nkeys);
	l->listed++;
	return 0;
}

int
check_references(struct check *c, struct fault *f)
{
	const size_t n = sizeof(references) / sizeof(references[0]);

	for (size_t i = 0; i < n; i++) {
		struct listing l = { .c = c, .reference = &references[i] };
		struct progress p = { .kind = PROGRESS_CHECKED, .table = references[i].table,
		    .done = (int64_t)i, .of = (int64_t)n };

		if (check_say(c, &p, f) < 0 || store_read(c->reader, references[i].stmt,
		    PARAMS(sql_int(FINDINGS_MAX)), reference_row, &l, f) < 0)
			return -1;
		c->found += l.all - l.listed;
	}
	return 0;
}

/* Tables that are read row by row: sealed values, numbers, texts kept by their hash */

struct walked {
	enum table_id table;
	store_row_fn *row;
	int id, column;			/* the row's id in the seal, and what is sealed */
	const char *name;
};

struct walk {
	struct check *c;
	const struct walked *now;
	char log[2];			/* the counter that was read last */
	int64_t day, last;
};

static void
broken(const struct walk *w, enum finding what, const struct store_row *row)
{
	const struct store_table *t = &store_table[w->now->table];
	char key[FINDING_KEY_MAX];

	check_key(row, t->nkeys, key);
	check_found(w->c, what, t->name, key, 1);
}

static int
sealed_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct walk *w = ctx;
	struct sql_value id = row_value(row, w->now->id);
	struct buf clear = BUF_INIT;
	size_t len;
	const void *bytes = row_blob(row, w->now->column, &len);

	(void)f;
	if (unseal(w->c->app->seal, (struct seal_place){ store_table[w->now->table].name, w->now->name,
	    id.data, id.len }, bytes, len, &clear, NULL) < 0)
		broken(w, FOUND_SEALED, row);
	buf_wipe(&clear);
	return 0;
}

static int
dataset_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct walk *w = ctx;
	struct buf clear = BUF_INIT;
	size_t len;
	const void *bytes = row_blob(row, 2, &len);

	(void)f;
	if (dataset_unseal_row(w->c->app->seal, row_text(row, 0), row_int(row, 1), bytes, len, &clear,
	    NULL) < 0)
		broken(w, FOUND_SEALED, row);
	buf_wipe(&clear);
	return 0;
}

static int
legal_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct walk *w = ctx;
	struct sql_value text = row_value(row, 1);
	struct sha256 hash = hash_sha256(&(struct hash_part){ text.data, text.len }, 1);
	size_t len;
	const void *bytes = row_blob(row, 0, &len);

	(void)f;
	if (len != sizeof(hash.b) || memcmp(bytes, hash.b, len) != 0)
		broken(w, FOUND_LEGAL_TEXT, row);
	return 0;
}

static int
counter_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

/* "330703-261123-A00042-N" taken apart; -1 if it is anything else. */
static int
read_number(const char *number, char ret_log[2], int64_t *ret_day, int64_t *ret_count)
{
	size_t len = strlen(number);
	char day[CLOCK_TEXT_MAX], *end;

	if (len < CASE_NUMBER_MIN || strspn(number, "0123456789") != 6 || number[6] != '-' || number[13] != '-' ||
	    number[14] < 'A' || number[14] > 'Z' || number[len - 2] != '-' ||
	    ident_mod37(number, len - 1) != number[len - 1])
		return -1;
	snprintf(day, sizeof(day), "20%.2s-%.2s-%.2s", number + 7, number + 9, number + 11);
	*ret_count = strtoll(number + 15, &end, 10);
	ret_log[0] = (char)(number[14] - 'A' + 'a');
	ret_log[1] = '\0';
	return end == number + len - 2 ? clock_parse_day(day, ret_day) : -1;
}

/* A case's number is of its division, and no greater than the counter that gave it. */
static int
case_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct walk *w = ctx;
	const char *number = row_text(row, 2);
	int64_t day, count;
	char log[2];

	if (read_number(number, log, &day, &count) < 0 || strncmp(number, row_text(row, 0), 6) != 0) {
		broken(w, FOUND_NUMBER, row);
		return sealed_row(row, ctx, f);
	}
	/* They come in the order of their opening: mostly the counter is that of the one before. */
	if (w->day != day || strcmp(w->log, log) != 0) {
		memcpy(w->log, log, sizeof(w->log));
		w->day = day;
		w->last = 0;
		if (store_read(w->c->reader, ST_CASE_COUNTER_GET, PARAMS(sql_text(log), sql_int(day)),
		    counter_row, &w->last, f) < 0)
			return -1;
	}
	if (count > w->last)
		broken(w, FOUND_COUNTER, row);
	return sealed_row(row, ctx, f);
}

static int
walk(struct walk *w, struct fault *f)
{
	const struct store_table *t = &store_table[w->now->table];
	struct progress p = { .kind = PROGRESS_CHECKED, .table = t->name };
	struct table_key key = TABLE_KEY_INIT;
	int64_t n;
	int rc = -1;

	if ((p.of = table_count(w->c->reader, t, f)) < 0)
		return -1;
	do {
		if (check_say(w->c, &p, f) < 0 ||
		    (n = table_page(w->c->reader, t, &key, w->now->row, w, f)) < 0)
			goto out;
		p.done += n;
	} while (n == table_page_rows(t));
	rc = 0;
out:
	table_key_free(&key);
	return rc;
}

int
check_values(struct check *c, struct fault *f)
{
	static const struct walked table[] = {
		{ TABLE_USER, sealed_row, 0, 1, "name" },
		{ TABLE_SOURCE, sealed_row, 0, 3, "reason" },
		{ TABLE_CASE, case_row, 1, 9, "people" },
		{ TABLE_JOINT, sealed_row, 1, 9, "people" },
		{ TABLE_DATASET_ROW, dataset_row, 0, 2, "sealed" },
		{ TABLE_LEGAL_TEXT, legal_row, 0, 0, NULL },
	};
	struct walk w = { .c = c };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		w.now = &table[i];
		if (walk(&w, f) < 0)
			return -1;
	}
	return 0;
}
