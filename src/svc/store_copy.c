/*
 * store_copy.c - see store_copy.h.
 *
 * The mark of an unfinished copy is a row of meta: the identity of the original, a blank, its
 * address.  The identity is a hash of its data keys and logs: these are of this instance alone,
 * and every start of a server and every record changes it, so that nobody goes on with rows
 * that are no longer the original's.
 */
#include "svc/store_copy.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "store/tables.h"
#include "svc/instance.h"
#include "tlog/merkle.h"

#define MARK "copy"		/* the key in meta */
#define IDENTITY_LEN 64
#define LEAVES 20000		/* of a page */

struct copy {
	const char *from_at, *to_at;
	int from_lock, to_lock;		/* of the instances that the files belong to, or -1 */
	struct store *from, *to;
	struct store_reader *in, *out;
	int reading;			/* one state of the original */
	char identity[IDENTITY_LEN + 1];
	int whole;			/* copied before: only to be compared */
	progress_fn *say;
	void *ctx;
	json_t *tables, *logs;
	int64_t rows;
};

/* Hashing rows */

/* Each row is hashed with the hash of those before it: kind, length and bytes of each value. */
struct digest {
	int ncols;
	struct sha256 hash;
	int64_t rows;
};

static int
digest_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct digest *d = ctx;
	struct hash_part part[1 + 2 * TABLE_COLUMNS_MAX] = { { &d->hash, sizeof(d->hash) } };
	char head[TABLE_COLUMNS_MAX][32];

	(void)f;
	for (int i = 0; i < d->ncols; i++) {
		struct sql_value v = row_value(row, i);
		int n = snprintf(head[i], sizeof(head[i]), "%d %lld\n", (int)v.kind,
		    v.kind == SQL_INT ? (long long)v.i : (long long)v.len);

		part[1 + 2 * i] = (struct hash_part){ head[i], (size_t)n };
		part[2 + 2 * i] = (struct hash_part){ v.data, v.data != NULL ? v.len : 0 };
	}
	d->hash = hash_sha256(part, 1 + 2 * (size_t)d->ncols);
	d->rows++;
	return 0;
}

/* A row of meta; the mark belongs to the copy and not to what is copied. */
static int
digest_meta_row(const struct store_row *row, void *ctx, struct fault *f)
{
	return strcmp(row_text(row, 0), MARK) == 0 ? 0 : digest_row(row, ctx, f);
}

/* Who it is, and in which state. */
static int
identity(struct store_reader *reader, char ret[IDENTITY_LEN + 1], struct fault *f)
{
	struct digest d = { .ncols = 3 };

	if (store_read(reader, ST_KEYS, NULL, 0, digest_row, &d, f) < 0)
		return -1;
	d.ncols = 7;
	if (store_read(reader, ST_LOGS, NULL, 0, digest_row, &d, f) < 0)
		return -1;
	enc_hex(d.hash.b, sizeof(d.hash.b), ret);
	return 0;
}

/* The mark */

static int
mark_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	return buf_str(ctx, row_text(row, 0));
}

/* The mark of a store, empty when there is none. */
static int
read_mark(struct store_reader *reader, struct buf *ret, struct fault *f)
{
	if (store_read(reader, ST_META_GET, PARAMS(sql_text(MARK)), mark_row, ret, f) < 0)
		return -1;
	if (buf_str(ret, "") == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "");
	return -1;
}

int
store_copy_check_whole(struct store_reader *reader, const char *address, struct fault *f)
{
	struct buf mark = BUF_INIT;
	int rc = read_mark(reader, &mark, f);

	if (rc == 0 && mark.len > IDENTITY_LEN) {
		fault_set(f, FAULT_COPY_UNFINISHED, "%s", "");
		fault_arg(f, "store", "%s", address);
		fault_arg(f, "from", "%s", mark.data + IDENTITY_LEN + 1);
		fault_arg(f, "to", "%s", address);
		rc = -1;
	}
	buf_free(&mark);
	return rc;
}

/* Writing */

/* A commit whose answer was lost may have happened; if not, the next run does it again. */
static int
commit(struct copy *c, struct fault *f)
{
	struct fault lost = FAULT_INIT;

	if (store_commit(c->to, f) == 0 || store_settle(c->to, &lost) == 1)
		return 0;
	store_rollback(c->to);
	return -1;
}

static int
progress(struct copy *c, const struct progress *p, struct fault *f)
{
	if (!c->say(p, c->ctx))
		return 0;
	fault_set(f, FAULT_COPY_STOPPED, "%s", "");
	fault_arg(f, "from", "%s", c->from_at);
	fault_arg(f, "to", "%s", c->to_at);
	return -1;
}

struct writing { struct store *to; const struct store_table *table; };

static int
insert_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct writing *w = ctx;
	struct sql_value value[TABLE_COLUMNS_MAX];

	for (int i = 0; i < w->table->ncols; i++)
		value[i] = row_value(row, i);
	return store_exec(w->to, w->table->insert, value, (size_t)w->table->ncols, 1, f);
}

/* A page in a transaction, after the last row that is there. */
static int64_t
copy_page(struct copy *c, const struct store_table *t, struct table_key *key, struct fault *f)
{
	struct writing w = { c->to, t };
	int64_t n;

	if (store_begin(c->to, f) < 0)
		return -1;
	if ((n = table_page(c->in, t, key, insert_row, &w, f)) < 0) {
		store_rollback(c->to);
		return -1;
	}
	return commit(c, f) < 0 ? -1 : n;
}

static int
copy_table(struct copy *c, const struct store_table *t, struct fault *f)
{
	struct progress p = { .kind = PROGRESS_COPIED, .table = t->name };
	struct table_key key = TABLE_KEY_INIT;
	int64_t n;
	int rc = -1;

	if (table_last(c->out, t, &key, f) < 0 || (p.done = table_count(c->out, t, f)) < 0 ||
	    (p.of = table_count(c->in, t, f)) < 0)
		goto out;
	do {
		if (progress(c, &p, f) < 0 || (n = copy_page(c, t, &key, f)) < 0)
			goto out;
		p.done += n;
	} while (n == table_page_rows(t));
	rc = 0;
out:
	table_key_free(&key);
	return rc;
}

/* What an instance is; also where the mark is, and a second time if need be. */
static int
meta_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct copy *c = ctx;

	return store_exec(c->to, ST_META_SET, PARAMS(row_value(row, 0), row_value(row, 1)), 1, f);
}

static int
copy_meta(struct copy *c, struct fault *f)
{
	struct table_key key = TABLE_KEY_INIT;
	int64_t n;

	if (store_begin(c->to, f) < 0)
		return -1;
	n = table_page(c->in, &store_table[TABLE_META], &key, meta_row, c, f);
	table_key_free(&key);
	if (n < 0) {
		store_rollback(c->to);
		return -1;
	}
	return commit(c, f);
}

/* Everything, what makes a store of it last. */
static int
copy_tables(struct copy *c, struct fault *f)
{
	for (size_t i = 0; i < STORE_NTABLES; i++)
		if (i != TABLE_META && copy_table(c, &store_table[i], f) < 0)
			return -1;
	return copy_meta(c, f);
}

/* Comparing */

static int
differs(const char *what, struct fault *f)
{
	fault_set(f, FAULT_COPY_DIFFERS, "%s", "");
	fault_arg(f, "table", "%s", what);
	return -1;
}

static int
digest_table(struct copy *c, struct store_reader *reader, const struct store_table *t,
    int64_t of, struct digest *ret, struct fault *f)
{
	store_row_fn *row = t == &store_table[TABLE_META] ? digest_meta_row : digest_row;
	struct progress p = { .kind = PROGRESS_COMPARED, .table = t->name, .of = of };
	struct table_key key = TABLE_KEY_INIT;
	int64_t n;
	int rc = -1;

	*ret = (struct digest){ .ncols = t->ncols };
	do {
		if (progress(c, &p, f) < 0 || (n = table_page(reader, t, &key, row, ret, f)) < 0)
			goto out;
		p.done += n;
	} while (n == table_page_rows(t));
	rc = 0;
out:
	table_key_free(&key);
	return rc;
}

static int
compare_table(struct copy *c, const struct store_table *t, struct fault *f)
{
	int64_t of = table_count(c->in, t, f);
	struct digest is, copied;
	char hex[IDENTITY_LEN + 1];

	if (of < 0 || digest_table(c, c->in, t, of, &is, f) < 0 ||
	    digest_table(c, c->out, t, of, &copied, f) < 0)
		return -1;
	if (is.rows != of || copied.rows != of || memcmp(&is.hash, &copied.hash, sizeof(is.hash)) != 0)
		return differs(t->name, f);
	enc_hex(is.hash.b, sizeof(is.hash.b), hex);
	c->rows += of;
	json_array_append_new(c->tables, json_pack("{s:s, s:I, s:s}", "table", t->name, "rows",
	    (json_int_t)of, "sha256", hex));
	return 0;
}

struct leaves { struct merkle_edge edge; int broken; int64_t page; };

static int
leaf_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct leaves *l = ctx;
	struct sha256 leaf;
	size_t len;
	const void *bytes = row_blob(row, 1, &len);

	(void)f;
	if (len != sizeof(leaf.b) || (uint64_t)row_int(row, 0) != l->edge.size) {
		l->broken = 1;
		return 1;
	}
	memcpy(leaf.b, bytes, len);
	merkle_append(&l->edge, leaf);
	return 0;
}

/* A row of the original's logs: its root is that of the copy's leaves. */
static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct copy *c = ctx;
	struct leaves l = { 0 };
	char root[ENC_SIZE(32)], name[32];
	struct sha256 found;
	size_t len;
	const void *is = row_blob(row, 4, &len);
	int64_t n;

	snprintf(name, sizeof(name), "log %s", row_text(row, 0));
	do {
		n = store_read(c->out, ST_LEAVES, PARAMS(row_value(row, 0),
		    sql_int((int64_t)l.edge.size), sql_int(LEAVES)), leaf_row, &l, f);
		if (n < 0)
			return -1;
	} while (n == LEAVES && !l.broken);
	found = merkle_edge_root(&l.edge);
	if (l.broken || (int64_t)l.edge.size != row_int(row, 3) || len != sizeof(found.b) ||
	    memcmp(is, found.b, len) != 0)
		return differs(name, f);
	enc_base64(found.b, sizeof(found.b), root);
	json_array_append_new(c->logs, json_pack("{s:s, s:I, s:s}", "log", row_text(row, 0), "size",
	    (json_int_t)l.edge.size, "root", root));
	return 0;
}

static int
compare(struct copy *c, struct fault *f)
{
	for (size_t i = 0; i < STORE_NTABLES; i++)
		if (compare_table(c, &store_table[i], f) < 0)
			return -1;
	return store_read(c->in, ST_LOGS, NULL, 0, log_row, c, f) < 0 ? -1 : 0;
}

/* Opening */

/* The directory of a file, in its one true form; "" for a database. */
static void
dir_of(const char *address, char ret[PATH_MAX])
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", address);
	if (!store_is_file(address) || realpath(dirname(path), ret) == NULL)
		ret[0] = '\0';
}

/* The locks of the instances that files are the stores of: one where both are of one. */
static int
lock_both(struct copy *c, struct fault *f)
{
	char from[PATH_MAX], to[PATH_MAX], run[PATH_MAX + 8];

	dir_of(c->from_at, from);
	dir_of(c->to_at, to);
	snprintf(run, sizeof(run), "%s/run", from);
	if (from[0] != '\0' && access(run, F_OK) == 0 && instance_lock(from, &c->from_lock, f) < 0)
		return -1;
	snprintf(run, sizeof(run), "%s/run", to);
	if (to[0] != '\0' && access(run, F_OK) == 0 && strcmp(from, to) != 0)
		return instance_lock(to, &c->to_lock, f);
	return 0;
}

/* Whether there is anything at all in the copy. */
static int
check_empty(struct copy *c, struct fault *f)
{
	for (size_t i = 0; i < STORE_NTABLES; i++) {
		int64_t n = table_count(c->out, &store_table[i], f);

		if (n < 0)
			return -1;
		if (n > 0) {
			fault_set(f, FAULT_STORE_NOT_EMPTY, "%s", store_table[i].name);
			fault_arg(f, "store", "%s", c->to_at);
			return -1;
		}
	}
	return 0;
}

/* Begins a copy, or finds the one that was begun, or that was made and nobody heard of it. */
static int
begin(struct copy *c, struct fault *f)
{
	char there[IDENTITY_LEN + 1];
	struct buf mark = BUF_INIT;
	int rc = -1;

	if (identity(c->in, c->identity, f) < 0 || read_mark(c->out, &mark, f) < 0)
		goto out;
	if (mark.len > 0) {
		if (strncmp(mark.data, c->identity, IDENTITY_LEN) == 0)
			rc = 0;
		else {
			fault_set(f, FAULT_COPY_OTHER, "%s", "");
			fault_arg(f, "store", "%s", c->to_at);
		}
		goto out;
	}
	if (identity(c->out, there, f) < 0)
		goto out;
	if ((c->whole = strcmp(there, c->identity) == 0)) {
		rc = 0;
		goto out;
	}
	if (check_empty(c, f) < 0)
		goto out;
	buf_fmt(&mark, "%s %s", c->identity, c->from_at);
	if (buf_failed(&mark)) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	if (store_begin(c->to, f) < 0)
		goto out;
	if (store_exec(c->to, ST_META_SET, PARAMS(sql_text(MARK), sql_text(mark.data)), 1, f) < 0) {
		store_rollback(c->to);
		goto out;
	}
	rc = commit(c, f);
out:
	buf_free(&mark);
	return rc;
}

/* The copy is a store from here on. */
static int
end(struct copy *c, struct fault *f)
{
	if (store_begin(c->to, f) < 0)
		return -1;
	if (store_exec(c->to, ST_META_DELETE, PARAMS(sql_text(MARK)), 1, f) < 0) {
		store_rollback(c->to);
		return -1;
	}
	return commit(c, f);
}

static int
open_both(struct copy *c, struct fault *f)
{
	umask(0077);
	if (lock_both(c, f) < 0 || store_open(c->from_at, STORE_COPY_FROM, &c->from, f) < 0 ||
	    store_reader_open(c->from, &c->in, f) < 0 || store_reader_begin(c->in, f) < 0)
		return -1;
	c->reading = 1;
	if (store_copy_check_whole(c->in, c->from_at, f) < 0 ||
	    store_open(c->to_at, STORE_COPY_TO, &c->to, f) < 0)
		return -1;
	return store_reader_open(c->to, &c->out, f);
}

static void
close_both(struct copy *c)
{
	if (c->reading)
		store_reader_end(c->in);
	store_reader_close(c->in);
	store_reader_close(c->out);
	store_close(c->from);
	store_close(c->to);
	if (c->from_lock >= 0)
		close(c->from_lock);
	if (c->to_lock >= 0)
		close(c->to_lock);
}

int
store_copy(const char *from, const char *to, progress_fn *say, void *ctx, json_t **ret,
    struct fault *f)
{
	struct copy c = { .from_at = from, .to_at = to, .from_lock = -1, .to_lock = -1, .say = say,
	    .ctx = ctx, .tables = json_array(), .logs = json_array() };
	int rc = -1;

	if (open_both(&c, f) < 0 || begin(&c, f) < 0 || (!c.whole && copy_tables(&c, f) < 0) ||
	    compare(&c, f) < 0 || (!c.whole && end(&c, f) < 0))
		goto out;
	*ret = json_pack("{s:s, s:s, s:I, s:O, s:O}", "from", from, "to", to, "rows",
	    (json_int_t)c.rows, "tables", c.tables, "logs", c.logs);
	rc = 0;
out:
	close_both(&c);
	json_decref(c.tables);
	json_decref(c.logs);
	return rc;
}
