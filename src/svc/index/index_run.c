#include "svc/index/index_run.h"

#include <stdlib.h>
#include <string.h>

#define RUN_PARAMS(run) sql_text((run)->log), sql_int((run)->level), sql_int((run)->start)

#define MERGE_PAGES 16		/* of a run read at once: a page alone is a round trip to a database */

/* Pages of a run in memory, and how far they were read. */
struct cursor {
	const struct index_run *run;
	struct index_entry first;	/* of the last page */
	struct index_entry *entry;	/* room for as many pages as are asked for */
	size_t n, at;
};

/* A growing list of plain values. */
struct list { char *item; size_t n, cap, size; };

static void *
list_add(struct list *l, struct fault *f)
{
	if (l->n == l->cap) {
		size_t cap = l->cap != 0 ? l->cap * 2 : 16;
		char *item = reallocarray(l->item, cap, l->size);

		if (item == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "index");
			return NULL;
		}
		l->item = item;
		l->cap = cap;
	}
	return memset(l->item + l->n++ * l->size, 0, l->size);
}

static int
position_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct index_position *p = list_add(ctx, f);
	size_t len;
	const void *entry = row_blob(row, 2, &len);

	if (p == NULL)
		return -1;
	snprintf(p->log, sizeof(p->log), "%s", row_text(row, 0));
	p->next = row_int(row, 1);
	memcpy(p->entry, entry, len < sizeof(p->entry) ? len : sizeof(p->entry));
	return 0;
}

static int
run_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct index_run *r = list_add(ctx, f);

	if (r == NULL)
		return -1;
	snprintf(r->log, sizeof(r->log), "%s", row_text(row, 0));
	r->level = row_int(row, 1);
	r->start = row_int(row, 2);
	r->upto = row_int(row, 3);
	return 0;
}

static int
read_list(struct store_reader *reader, enum stmt stmt, store_row_fn *row, struct list *l,
    struct fault *f)
{
	if (store_read(reader, stmt, NULL, 0, row, l, f) >= 0)
		return 0;
	free(l->item);
	return -1;
}

int
index_positions(struct store_reader *reader, struct index_position **ret, size_t *ret_n,
    struct fault *f)
{
	struct list l = { .size = sizeof(**ret) };

	if (read_list(reader, ST_INDEX_POSITIONS, position_row, &l, f) < 0)
		return -1;
	*ret = (struct index_position *)(void *)l.item;
	*ret_n = l.n;
	return 0;
}

int
index_runs(struct store_reader *reader, struct index_run **ret, size_t *ret_n, struct fault *f)
{
	struct list l = { .size = sizeof(**ret) };

	if (read_list(reader, ST_INDEX_RUNS, run_row, &l, f) < 0)
		return -1;
	*ret = (struct index_run *)(void *)l.item;
	*ret_n = l.n;
	return 0;
}

/* Writing */

static int
write_page(struct store *s, const struct index_run *run, const struct index_entry *e, size_t n,
    struct fault *f)
{
	struct index_page page;

	index_page_make(e, n, &page);
	return store_exec(s, ST_INDEX_PAGE_INSERT, PARAMS(RUN_PARAMS(run), sql_blob(e->b, sizeof(e->b)),
	    sql_blob(page.content, page.len)), 1, f);
}

static int
write_run_row(struct store *s, const struct index_run *run, struct fault *f)
{
	return store_exec(s, ST_INDEX_RUN_INSERT, PARAMS(RUN_PARAMS(run), sql_int(run->upto)), 1, f);
}

/* 1 if the position was where it is thought to be: then it has moved, and nobody else moves it now. */
static int
move_position(struct store *s, int64_t from, const struct index_position *to, struct fault *f)
{
	const struct sql_value param[] = { sql_text(to->log), sql_int(to->next),
		sql_blob(to->entry, sizeof(to->entry)), sql_int(from) };
	const struct store_step step = { ST_INDEX_POSITION_MOVE, param, 4, 1 };
	struct store_verdict v;

	if (from == 0 && store_exec(s, ST_INDEX_POSITION_BEGIN, PARAMS(sql_text(to->log),
	    sql_blob("", 0)), STORE_ANY_COUNT, f) < 0)
		return -1;
	return store_run(s, &step, 1, &v, f) < 0 ? -1 : v.won;
}

int
index_run_write(struct store *s, const struct index_shape *shape, int64_t start,
    const struct index_position *position, const struct index_entry *e, size_t n, struct fault *f)
{
	struct index_run run = { .start = start, .upto = position->next };
	int rc;

	memcpy(run.log, position->log, sizeof(run.log));
	if (store_begin(s, f) < 0)
		return -1;
	if ((rc = move_position(s, start, position, f)) <= 0)
		goto out;
	rc = -1;
	for (size_t i = 0; i < n; i += shape->page)
		if (write_page(s, &run, e + i, n - i < shape->page ? n - i : shape->page, f) < 0)
			goto out;
	if (n > 0 && write_run_row(s, &run, f) < 0)
		goto out;
	if (store_commit(s, f) == 0 || store_settle(s, NULL) > 0)
		return 1;
out:
	store_rollback(s);
	return rc;
}

int
index_runs_clear(struct store *s, struct fault *f)
{
	static const enum stmt clear[] = { ST_INDEX_PAGES_CLEAR, ST_INDEX_RUNS_CLEAR,
		ST_INDEX_POSITIONS_CLEAR };

	if (store_begin(s, f) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(clear) / sizeof(clear[0]); i++)
		if (store_exec(s, clear[i], NULL, 0, STORE_ANY_COUNT, f) < 0)
			goto fail;
	if (store_commit(s, f) == 0)
		return 0;
fail:
	store_rollback(s);
	return -1;
}

/* Reading */

static int
page_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct cursor *c = ctx;
	size_t first_len, len, n;
	const void *first = row_blob(row, 0, &first_len), *content;

	if (first_len != sizeof(c->first.b)) {
		fault_set(f, FAULT_STORE, "%s", "a page of the index has no first entry");
		return -1;
	}
	memcpy(c->first.b, first, first_len);
	content = row_blob(row, 1, &len);
	if (index_page_read(content, len, c->entry + c->n, &n, f) < 0)
		return -1;
	if (index_entry_compare(&c->entry[c->n], &c->first) != 0) {
		fault_set(f, FAULT_STORE, "%s", "a page of the index stands in another's place");
		return -1;
	}
	c->n += n;
	return 0;
}

/* The page that e would stand in; 0 if it comes before all of them. */
static int64_t
page_at(struct store_reader *reader, struct cursor *c, const struct index_entry *e,
    struct fault *f)
{
	c->n = c->at = 0;
	return store_read(reader, ST_INDEX_PAGE_AT, PARAMS(RUN_PARAMS(c->run),
	    sql_blob(e->b, sizeof(e->b))), page_row, c, f);
}

/* Up to max pages that begin after e; 0 at the end of the run. */
static int64_t
pages_after(struct store_reader *reader, struct cursor *c, struct index_entry e, int64_t max,
    struct fault *f)
{
	c->n = c->at = 0;
	return store_read(reader, ST_INDEX_PAGE_AFTER, PARAMS(RUN_PARAMS(c->run),
	    sql_blob(e.b, sizeof(e.b)), sql_int(max)), page_row, c, f);
}

int
index_run_find(struct store_reader *reader, const struct index_run *run,
    const struct index_entry *e, struct index_top *top, struct fault *f)
{
	struct index_entry page[INDEX_PAGE_ENTRIES];
	struct cursor c = { .run = run, .entry = page };
	int64_t n = page_at(reader, &c, e, f);

	if (n == 0)
		n = pages_after(reader, &c, *e, 1, f);
	for (; n > 0; n = pages_after(reader, &c, c.first, 1, f))
		for (size_t i = index_entry_after(c.entry, c.n, e); i < c.n; i++)
			if (memcmp(c.entry[i].b, e->b, INDEX_PREFIX_LEN) != 0 ||
			    !index_top_add(top, &c.entry[i]))
				return 0;
	return n < 0 ? -1 : 0;
}

/* Merging */

struct merge {
	struct store *s;
	struct store_reader *reader;
	const struct index_shape *shape;
	struct cursor *c;		/* one for each run */
	size_t n;
	struct index_run to;
	struct index_entry out[INDEX_PAGE_ENTRIES], last;
	size_t nout;
	int any;			/* last was written */
};

/* The cursor with the first of the entries that are left, or NULL. */
static struct cursor *
least(struct merge *m)
{
	struct cursor *first = NULL;

	for (size_t i = 0; i < m->n; i++) {
		struct cursor *c = &m->c[i];

		if (c->at < c->n && (first == NULL ||
		    index_entry_compare(&c->entry[c->at], &first->entry[first->at]) < 0))
			first = c;
	}
	return first;
}

/* Goes on by one entry; at the end of the run, n is 0. */
static int
step(struct merge *m, struct cursor *c, struct fault *f)
{
	if (++c->at < c->n)
		return 0;
	return pages_after(m->reader, c, c->first, MERGE_PAGES, f) < 0 ? -1 : 0;
}

static int
put_out(struct merge *m, const struct index_entry *e, struct fault *f)
{
	if (m->any && index_entry_compare(e, &m->last) == 0)
		return 0;
	m->any = 1;
	m->last = m->out[m->nout++] = *e;
	if (m->nout < m->shape->page)
		return 0;
	m->nout = 0;
	return write_page(m->s, &m->to, m->out, m->shape->page, f);
}

/* All entries of all runs into the new one; 0 if it was told to stop. */
static int
merge_entries(struct merge *m, const atomic_int *stop, struct fault *f)
{
	static const struct index_entry lowest;
	struct cursor *c;

	for (size_t i = 0; i < m->n; i++)
		if (pages_after(m->reader, &m->c[i], lowest, MERGE_PAGES, f) < 0)
			return -1;
	while ((c = least(m)) != NULL) {
		if (put_out(m, &c->entry[c->at], f) < 0 || step(m, c, f) < 0)
			return -1;
		if (m->nout == 0 && atomic_load(stop))
			return 0;
	}
	if (m->nout > 0 && write_page(m->s, &m->to, m->out, m->nout, f) < 0)
		return -1;
	return write_run_row(m->s, &m->to, f) < 0 ? -1 : 1;
}

/* 1 if they were all there: another process that merged them is noticed by the count. */
static int
delete_runs(struct merge *m, struct fault *f)
{
	struct sql_value param[INDEX_FAN_MAX][3];
	struct store_step step[2 * INDEX_FAN_MAX];
	struct store_verdict v;

	for (size_t i = 0; i < m->n; i++) {
		memcpy(param[i], (struct sql_value[]){ RUN_PARAMS(m->c[i].run) }, sizeof(param[i]));
		step[i] = (struct store_step){ ST_INDEX_RUN_DELETE, param[i], 3, 1 };
		step[m->n + i] = (struct store_step){ ST_INDEX_PAGES_DELETE, param[i], 3, STORE_ANY_COUNT };
	}
	return store_run(m->s, step, 2 * m->n, &v, f) < 0 ? -1 : v.won;
}

/* The fan oldest runs of one level, which stand side by side in the list. */
static int
merge_runs(struct merge *m, const struct index_run *run, const atomic_int *stop, struct fault *f)
{
	struct index_entry *room = calloc(m->n * MERGE_PAGES * INDEX_PAGE_ENTRIES, sizeof(*room));
	struct cursor c[INDEX_FAN_MAX] = { 0 };
	int rc = -1;

	if (room == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "merge");
		return -1;
	}
	for (size_t i = 0; i < m->n; i++) {
		c[i].run = &run[i];
		c[i].entry = room + i * MERGE_PAGES * INDEX_PAGE_ENTRIES;
	}
	m->c = c;
	m->to = run[0];
	m->to.level++;
	m->to.upto = run[m->n - 1].upto;
	if (store_begin(m->s, f) == 0) {
		if ((rc = delete_runs(m, f)) > 0)
			rc = merge_entries(m, stop, f);
		if (rc > 0 && store_commit(m->s, f) < 0)
			rc = -1;
		if (rc <= 0)
			store_rollback(m->s);
	}
	free(room);
	return rc;
}

int
index_runs_merge(struct store *s, struct store_reader *reader, const struct index_shape *shape,
    const char *log, const atomic_int *stop, struct fault *f)
{
	struct merge m = { .s = s, .reader = reader, .shape = shape, .n = shape->fan };
	struct index_run *run = NULL;
	size_t n, same = 0;
	int rc = -1;

	/* The pages are read as they are now, whatever the writer does. */
	if (store_reader_begin(reader, f) < 0)
		return -1;
	if (index_runs(reader, &run, &n, f) < 0)
		goto out;
	rc = 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		same = i > 0 && run[i].level == run[i - 1].level &&
		    strcmp(run[i].log, run[i - 1].log) == 0 ? same + 1 : 1;
		if (same == shape->fan && strcmp(run[i].log, log) == 0 &&
		    run[i].level < shape->levels - 1)
			rc = merge_runs(&m, &run[i + 1 - same], stop, f);
	}
out:
	store_reader_end(reader);
	free(run);
	return rc;
}
