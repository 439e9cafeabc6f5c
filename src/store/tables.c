#include "store/tables.h"

#define KEY1(a) 1
#define KEY2(a, b) 2
#define KEY3(a, b, c) 3
#define KEY4(a, b, c, d) TABLE_KEYS_MAX

const struct store_table store_table[STORE_NTABLES] = {
#define TABLE(sym, name, key, ncols, columns) \
	[TABLE_##sym] = { name, columns, key, ncols, ST_COPY_FIRST_##sym, ST_COPY_NEXT_##sym, \
	    ST_COPY_LAST_##sym, ST_COPY_COUNT_##sym, ST_COPY_INSERT_##sym },
#include "store/tables.def"
#undef TABLE
};

#define PAGE_ROWS 2000
#define PAGE_FILES 4	/* whole files of an inventory are megabytes */

void
table_key_free(struct table_key *key)
{
	buf_free(&key->bytes);
	*key = (struct table_key)TABLE_KEY_INIT;
}

/* Keeps the first n columns of a row; the bytes first, for they may move while they grow. */
static int
keep_key(struct table_key *key, const struct store_row *row, int n, struct fault *f)
{
	size_t at = 0;

	buf_clear(&key->bytes);
	for (int i = 0; i < n; i++) {
		key->part[i] = row_value(row, i);
		if (key->part[i].kind != SQL_INT)
			buf_add(&key->bytes, key->part[i].data, key->part[i].len);
	}
	if (buf_failed(&key->bytes)) {
		fault_set(f, FAULT_MEMORY, "%s", "key");
		return -1;
	}
	for (int i = 0; i < n; i++) {
		if (key->part[i].kind == SQL_INT)
			continue;
		key->part[i].data = key->bytes.data != NULL ? key->bytes.data + at : "";
		at += key->part[i].len;
	}
	key->set = 1;
	return 0;
}

struct last { const struct store_table *table; struct table_key *key; };

static int
last_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct last *last = ctx;

	return keep_key(last->key, row, last->table->nkeys, f);
}

int
table_last(struct store_reader *r, const struct store_table *t, struct table_key *ret_key,
    struct fault *f)
{
	struct last last = { t, ret_key };

	return store_read(r, t->last, NULL, 0, last_row, &last, f) < 0 ? -1 : 0;
}

static int
count_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

int64_t
table_count(struct store_reader *r, const struct store_table *t, struct fault *f)
{
	int64_t n = 0;

	return store_read(r, t->count, NULL, 0, count_row, &n, f) < 0 ? -1 : n;
}

struct page {
	const struct store_table *table;
	struct table_key last;
	store_row_fn *row;
	void *ctx;
};

static int
page_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct page *page = ctx;

	return keep_key(&page->last, row, page->table->nkeys, f) < 0 ? -1 :
	    page->row(row, page->ctx, f);
}

int64_t
table_page(struct store_reader *r, const struct store_table *t, struct table_key *key,
    store_row_fn *row, void *ctx, struct fault *f)
{
	/* The key is bound while rows come in: the next one is kept elsewhere. */
	struct page page = { .table = t, .row = row, .ctx = ctx };
	struct sql_value param[TABLE_KEYS_MAX + 1];
	size_t n = key->set ? (size_t)t->nkeys : 0;
	int64_t rows;

	for (size_t i = 0; i < n; i++)
		param[i] = key->part[i];
	param[n] = sql_int(table_page_rows(t));
	rows = store_read(r, key->set ? t->next : t->first, param, n + 1, page_row, &page, f);
	if (rows > 0) {
		table_key_free(key);
		*key = page.last;
	} else
		table_key_free(&page.last);
	return rows;
}

int64_t
table_page_rows(const struct store_table *t)
{
	return t == &store_table[TABLE_INVENTORY_FILE] ? PAGE_FILES : PAGE_ROWS;
}
