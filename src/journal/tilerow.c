#include "journal/tilerow.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

/* Entries of a transaction while missing tiles are made. */
#define MAKE_ENTRIES (64 * TILE_WIDTH)

struct writer { struct store *store; const char *log; struct fault *f; };

static int
insert(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	const struct writer *w = ctx;

	return store_exec(w->store, ST_TILE_INSERT, PARAMS(sql_text(w->log), sql_int((int64_t)level),
	    sql_int((int64_t)index), sql_blob(root.b, sizeof(root.b)), sql_blob(hash, TILE_BYTES)), 1, w->f);
}

int
tilerow_append(struct store *store, const char *log, struct tile_edge *edge, struct sha256 leaf,
    struct fault *f)
{
	struct writer w = { store, log, f };

	return tile_edge_append(edge, leaf, insert, &w);
}

/* Hashes of consecutive rows: column 0 says which one it is. */
struct run { uint64_t next; unsigned n, max; struct sha256 *hash; };

static int
run_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct run *r = ctx;
	size_t len;
	const void *bytes = row_blob(row, 1, &len);

	(void)f;
	if ((uint64_t)row_int(row, 0) != r->next || len != sizeof(r->hash->b) || r->n == r->max)
		return 1;
	memcpy(r->hash[r->n].b, bytes, len);
	r->n++;
	r->next++;
	return 0;
}

static int
not_whole(const char *log, unsigned level, uint64_t index, struct fault *f)
{
	fault_set(f, FAULT_STORE, "log %s lacks hashes of tile %u/%llu", log, level,
	    (unsigned long long)index);
	return -1;
}

/* The hashes of a tile from the rows of entries, or of the tiles below. */
static int
read_below(struct store_reader *reader, const char *log, unsigned level, uint64_t index,
    unsigned width, struct sha256 *ret_hash, struct fault *f)
{
	struct run r = { .next = index * TILE_WIDTH, .max = width, .hash = ret_hash };
	const struct sql_value first = sql_int((int64_t)r.next), most = sql_int((int64_t)width);
	int64_t n = level == 0 ?
	    store_read(reader, ST_LEAVES, PARAMS(sql_text(log), first, most), run_row, &r, f) :
	    store_read(reader, ST_TILE_ROOTS, PARAMS(sql_text(log), sql_int((int64_t)level - 1), first,
	    most), run_row, &r, f);

	if (n < 0)
		return -1;
	return r.n == width ? 0 : not_whole(log, level, index, f);
}

struct whole { unsigned width; int right; struct sha256 *hash; };

static int
whole_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct whole *w = ctx;
	size_t len;
	const void *data = row_blob(row, 1, &len);

	(void)f;
	if (len == TILE_BYTES) {
		memcpy(w->hash, data, w->width * sizeof(*w->hash));
		w->right = 1;
	}
	return 0;
}

int
tilerow_read(struct store_reader *reader, const char *log, unsigned level, uint64_t index,
    unsigned width, struct sha256 ret_hash[TILE_WIDTH], struct fault *f)
{
	struct whole w = { .width = width, .hash = ret_hash };
	int64_t n = store_read(reader, ST_TILE_GET, PARAMS(sql_text(log), sql_int((int64_t)level),
	    sql_int((int64_t)index)), whole_row, &w, f);

	if (n < 0)
		return -1;
	if (n > 0)
		return w.right ? 0 : not_whole(log, level, index, f);
	return read_below(reader, log, level, index, width, ret_hash, f);
}

int64_t
tilerow_load(struct store_reader *reader, const char *log, uint64_t size,
    struct tile_edge *ret_edge, struct fault *f)
{
	int64_t rows = 0;

	/* No tile is full here: what is there of it is in the rows below. */
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned width = tile_edge_width(size, level);

		if (width > 0 && read_below(reader, log, level, size >> 8 * level >> 8, width,
		    ret_edge->hash[level], f) < 0)
			return -1;
		rows += width;
	}
	ret_edge->size = size;
	tile_edge_keep(ret_edge);
	return rows;
}

/* Making what is missing */

/* Whether the tile of level 0 is there; -1 when it cannot be read. */
static int
has_tile(struct store_reader *reader, const char *log, uint64_t index, struct fault *f)
{
	struct sha256 root;
	struct run r = { .next = index, .max = 1, .hash = &root };

	if (store_read(reader, ST_TILE_ROOTS, PARAMS(sql_text(log), sql_int(0), sql_int((int64_t)index),
	    sql_int(1)), run_row, &r, f) < 0)
		return -1;
	return r.n == 1;
}

/*
 * How many tiles of level 0 are there: they are made in their order, each with the tiles above
 * that are full by it.  -1 when it cannot be read.
 */
static int64_t
count_tiles(struct store_reader *reader, const char *log, uint64_t full, struct fault *f)
{
	uint64_t there = 0, missing;
	int has = full == 0 ? 1 : has_tile(reader, log, full - 1, f);

	if (has != 0)
		return has < 0 ? -1 : (int64_t)full;
	/* Below `there` all are, from `missing` - 1 on none is. */
	for (missing = full - 1; there < missing;) {
		uint64_t middle = there + (missing - there) / 2;

		if ((has = has_tile(reader, log, middle, f)) < 0)
			return -1;
		if (has)
			there = middle + 1;
		else
			missing = middle;
	}
	return (int64_t)there;
}

struct making { struct writer w; struct tile_edge *edge; };

static int
make_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct making *m = ctx;
	struct sha256 leaf;
	size_t len;
	const void *bytes = row_blob(row, 1, &len);

	if ((uint64_t)row_int(row, 0) != m->edge->size || len != sizeof(leaf.b))
		return not_whole(m->w.log, 0, m->edge->size / TILE_WIDTH, f);
	memcpy(leaf.b, bytes, len);
	m->w.f = f;
	return tile_edge_append(m->edge, leaf, insert, &m->w);
}

/* One transaction; the log's row is written as it is, which only its owner can do. */
static int
make_some(struct store *store, struct store_reader *reader, const char *log,
    const struct logrow *row, uint64_t to, struct tile_edge *edge, struct fault *f)
{
	struct making m = { .w = { store, log, f }, .edge = edge };

	if (store_begin(store, f) < 0)
		return -1;
	if (store_read(reader, ST_LEAVES, PARAMS(sql_text(log), sql_int((int64_t)edge->size),
	    sql_int((int64_t)(to - edge->size))), make_row, &m, f) < 0)
		goto fail;
	if (edge->size != to) {
		not_whole(log, 0, edge->size / TILE_WIDTH, f);
		goto fail;
	}
	if (logrow_grow(store, log, row->epoch, row->edge.size, &row->edge, row->at, f) < 0 ||
	    store_commit(store, f) < 0)
		goto fail;
	tile_edge_keep(edge);
	return 0;
fail:
	store_rollback(store);
	tile_edge_forget(edge);
	return -1;
}

static void
say(const char *log, uint64_t done, uint64_t of)
{
	char done_text[24], of_text[24];

	snprintf(done_text, sizeof(done_text), "%llu", (unsigned long long)done);
	snprintf(of_text, sizeof(of_text), "%llu", (unsigned long long)of);
	log_event(LOG_INFO, "tiles_made", "log", log, "done", done_text, "of", of_text, NULL);
}

static int
make_missing(struct store *store, struct store_reader *reader, const char *log,
    const struct logrow *row, struct tile_edge *edge, struct fault *f)
{
	uint64_t full = row->edge.size / TILE_WIDTH, end = full * TILE_WIDTH;
	int64_t there = count_tiles(reader, log, full, f);

	if (there < 0)
		return -1;
	if ((uint64_t)there == full)
		return 0;
	if (tilerow_load(reader, log, (uint64_t)there * TILE_WIDTH, edge, f) < 0)
		return -1;
	while (edge->size < end) {
		uint64_t left = end - edge->size;

		if (make_some(store, reader, log, row, left > MAKE_ENTRIES ? edge->size + MAKE_ENTRIES : end,
		    edge, f) < 0)
			return -1;
		say(log, edge->size / TILE_WIDTH, full);
	}
	return 0;
}

int
tilerow_start(struct store *store, const char *log, const struct logrow *row,
    struct tile_edge *ret_edge, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct sha256 root, must = merkle_edge_root(&row->edge);
	int rc = -1;

	if (store_reader_open(store, &reader, f) < 0 ||
	    make_missing(store, reader, log, row, ret_edge, f) < 0 ||
	    tilerow_load(reader, log, row->edge.size, ret_edge, f) < 0)
		goto out;
	root = tile_edge_root(ret_edge);
	if (!hash_equal(root.b, must.b, sizeof(must.b))) {
		fault_set(f, FAULT_LOG_BROKEN, "%s", "");
		fault_arg(f, "log", "%s", log);
		goto out;
	}
	rc = 0;
out:
	store_reader_close(reader);
	return rc;
}
