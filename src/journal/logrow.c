#include "journal/logrow.h"

#include <stdlib.h>
#include <string.h>

#include "journal/tilerow.h"

static int
keep_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct logrow *l = ctx;
	size_t len;
	const void *edge = row_blob(row, 5, &len);

	l->found = 1;
	l->epoch = row_int(row, 2);
	l->at = row_int(row, 6);
	if (merkle_edge_load(&l->edge, (uint64_t)row_int(row, 3), edge, len) < 0) {
		fault_set(f, FAULT_STORE, "the edge of log %s does not fit its size", row_text(row, 0));
		return -1;
	}
	return 0;
}

int
logrow_read(struct store_reader *reader, const char *log, struct logrow *ret_row,
    struct fault *f)
{
	memset(ret_row, 0, sizeof(*ret_row));
	if (store_read(reader, ST_LOG_GET, PARAMS(sql_text(log)), keep_row, ret_row, f) < 0)
		return -1;
	if (ret_row->found)
		return 0;
	fault_set(f, FAULT_STORE, "there is no log %s", log);
	return -1;
}

static int
taken(const char *log, struct fault *f)
{
	fault_set(f, FAULT_LOG_TAKEN, "%s", "while it was being taken over");
	fault_arg(f, "log", "%s", log);
	return -1;
}

/* The next epoch is ours if nobody has had it. */
static int
raise_epoch(struct store *store, const char *log, int64_t epoch, struct fault *f)
{
	const struct sql_value param[] = { sql_text(log), sql_int(epoch) };
	const struct store_step step = { ST_LOG_TAKE, param, 2, 1 };
	struct store_verdict v;

	if (store_begin(store, f) < 0)
		return -1;
	if (store_run(store, &step, 1, &v, f) < 0 || (v.won && store_commit(store, f) < 0)) {
		store_rollback(store);
		return -1;
	}
	if (v.won)
		return 0;
	store_rollback(store);
	return taken(log, f);
}

int
logrow_take(struct store *store, const char *log, struct logrow *ret_row, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct logrow before, row;
	int rc = -1;

	/* Nobody older can make it grow once the epoch is raised: so the tree is read after that. */
	if (store_reader_open(store, &reader, f) < 0 || logrow_read(reader, log, &before, f) < 0 ||
	    raise_epoch(store, log, before.epoch, f) < 0 || logrow_read(reader, log, &row, f) < 0)
		goto out;
	if (row.epoch == before.epoch + 1) {
		*ret_row = row;
		rc = 0;
	} else
		taken(log, f);
out:
	store_reader_close(reader);
	return rc;
}

int
logrow_append(struct store *store, const char *log, struct op *op, int64_t at,
    struct merkle_edge *edge, struct tile_edge *tiles, struct fault *f)
{
	const struct record *r = op->record;
	struct buf text = BUF_INIT_MAX(RECORD_TEXT_MAX);
	uint8_t salt[RECORD_SALT_LEN];
	struct sha256 entry, leaf;
	int rc = -1;

	hash_random(salt, sizeof(salt));
	if (record_finish(r, at, &text, f) < 0)
		goto out;
	entry = record_entry(salt, text.data, text.len);
	leaf = merkle_leaf(entry.b, sizeof(entry.b));
	if (store_exec(store, ST_RECORD_INSERT, PARAMS(
	    sql_text(record_division(r)), sql_blob(record_id(r), RECORD_ID_LEN),
	    sql_text(log), sql_int((int64_t)edge->size),
	    sql_text(record_type_name(record_type_of(r))), sql_int(at),
	    op->has_case ? sql_blob(op->case_id, RECORD_ID_LEN) : sql_text(NULL),
	    sql_blob(salt, sizeof(salt)),
	    ((struct sql_value){ .kind = SQL_TEXT, .data = text.data, .len = text.len }),
	    op->sealed.len > 0 ? sql_blob(op->sealed.data, op->sealed.len) : sql_text(NULL),
	    op->subjects_len > 0 ? sql_blob(op->subjects, op->subjects_len) : sql_text(NULL)),
	    1, f) < 0)
		goto out;
	if (store_exec(store, ST_ENTRY_INSERT, PARAMS(sql_text(log),
	    sql_int((int64_t)edge->size), sql_blob(entry.b, sizeof(entry.b)),
	    sql_blob(leaf.b, sizeof(leaf.b)), sql_text(record_division(r)),
	    sql_blob(record_id(r), RECORD_ID_LEN)), 1, f) < 0 ||
	    tilerow_append(store, log, tiles, leaf, f) < 0)
		goto out;
	op->result.has_record = 1;
	memcpy(op->result.record, record_id(r), RECORD_ID_LEN);
	op->result.index = (int64_t)edge->size;
	op->result.at = at;
	snprintf(op->result.log, sizeof(op->result.log), "%s", log);
	merkle_append(edge, leaf);
	rc = 0;
out:
	buf_free(&text);
	return rc;
}

int
logrow_grow(struct store *store, const char *log, int64_t epoch, uint64_t old_size,
    const struct merkle_edge *edge, int64_t at, struct fault *f)
{
	struct sha256 root = merkle_edge_root(edge);

	return store_exec(store, ST_LOG_GROW, PARAMS(sql_int((int64_t)edge->size),
	    sql_blob(root.b, sizeof(root.b)), sql_blob(edge->node, edge->n * sizeof(edge->node[0])),
	    sql_int(at), sql_text(log), sql_int(epoch), sql_int((int64_t)old_size)), 1, f);
}

int
journal_create_log(struct store *store, const char *log, const char *origin, struct record *r,
    int64_t at, struct fault *f)
{
	const struct sha256 empty = hash_sha256(NULL, 0);
	const struct sql_value row[] = { sql_text(log), sql_text(origin),
		sql_blob(empty.b, sizeof(empty.b)), sql_blob("", 0), sql_int(at) };
	const struct store_step step = { ST_LOG_INSERT, row, 5, 1 };
	struct merkle_edge edge = { 0 };
	struct tile_edge *tiles = calloc(1, sizeof(*tiles));
	struct store_verdict v = { 0 };
	struct op *op = op_new();
	int rc = -1;

	if (op == NULL)
		record_free(r);
	else
		op_record(op, r);
	if (op == NULL || op->failed || tiles == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "log");
		goto out;
	}
	if (store_begin(store, f) < 0)
		goto out;
	if (store_run(store, &step, 1, &v, f) == 0 && (!v.won ||
	    (logrow_append(store, log, op, at, &edge, tiles, f) == 0 &&
	    logrow_grow(store, log, 0, 0, &edge, at, f) == 0 && store_commit(store, f) == 0)))
		rc = v.won;
	if (rc <= 0)
		store_rollback(store);
out:
	op_free(op);
	free(tiles);
	return rc;
}
