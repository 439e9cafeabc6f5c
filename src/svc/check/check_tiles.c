/* check_tiles.c - the tiles of a log and its checkpoint against the leaves that check_log.c computes. */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "svc/check/finding.h"
#include "tlog/checkpoint.h"
#include "tlog/tiles.h"

struct tile_check {
	struct check *c;
	const char *log;
	struct tile_edge *edge;
	struct buf note, vkey;
	int64_t signed_size;		/* -1: no checkpoint */
	struct sha256 signed_root;	/* once edge has come to signed_size */
	int wanted;			/* full tiles must be there */
	struct fault *f;
};

static int
keep_checkpoint(const struct store_row *row, void *ctx, struct fault *f)
{
	struct tile_check *t = ctx;

	t->signed_size = row_int(row, 0);
	if (buf_str(&t->note, row_text(row, 1)) == 0 && buf_str(&t->vkey, row_text(row, 2)) == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "checkpoint");
	return -1;
}

int
check_tiles_begin(struct check *c, const char *log, struct tile_check **ret, struct fault *f)
{
	struct tile_check *t = calloc(1, sizeof(*t));
	int64_t signs, tiles;

	if (t == NULL || (t->edge = calloc(1, sizeof(*t->edge))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "tiles");
		goto fail;
	}
	t->c = c;
	t->log = log;
	t->signed_size = -1;
	if ((signs = store_read(c->reader, ST_CHECKPOINT_GET, PARAMS(sql_text(log)), keep_checkpoint, t,
	    f)) < 0 || (tiles = store_read(c->reader, ST_TILE_ROOTS, PARAMS(sql_text(log), sql_int(0),
	    sql_int(0), sql_int(1)), NULL, NULL, f)) < 0)
		goto fail;
	/* A log from before there were tiles has none until its process is started again. */
	t->wanted = signs > 0 || tiles > 0;
	if (t->signed_size == 0)
		t->signed_root = tile_edge_root(t->edge);
	*ret = t;
	return 0;
fail:
	check_tiles_free(t);
	return -1;
}

void
check_tiles_free(struct tile_check *t)
{
	if (t == NULL)
		return;
	buf_free(&t->note);
	buf_free(&t->vkey);
	free(t->edge);
	free(t);
}

static void
wrong(struct tile_check *t, enum finding what, int64_t level, int64_t index)
{
	char key[64];

	snprintf(key, sizeof(key), "%s/%lld/%lld", t->log, (long long)level, (long long)index);
	check_found(t->c, what, "tile", key, 1);
}

struct compared { const struct sha256 *hash, *root; int same; };

static int
compare_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct compared *c = ctx;
	size_t root_len, len;
	const void *root = row_blob(row, 0, &root_len), *data = row_blob(row, 1, &len);

	(void)f;
	c->same = root_len == sizeof(c->root->b) && memcmp(root, c->root->b, root_len) == 0 &&
	    len == TILE_BYTES && memcmp(data, c->hash, TILE_BYTES) == 0;
	return 0;
}

/* A tile that is full, as the leaves make it. */
static int
compare_tile(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	struct tile_check *t = ctx;
	struct compared c = { .hash = hash, .root = &root };
	int64_t n = store_read(t->c->reader, ST_TILE_GET, PARAMS(sql_text(t->log), sql_int((int64_t)level),
	    sql_int((int64_t)index)), compare_row, &c, t->f);

	if (n < 0)
		return -1;
	if (n == 0 && t->wanted)
		wrong(t, FOUND_TILE_MISSING, (int64_t)level, (int64_t)index);
	else if (n > 0 && !c.same)
		wrong(t, FOUND_TILE_OTHER, (int64_t)level, (int64_t)index);
	return 0;
}

int
check_tiles_leaf(struct tile_check *t, struct sha256 leaf, struct fault *f)
{
	t->f = f;
	if (tile_edge_append(t->edge, leaf, compare_tile, t) < 0)
		return -1;
	if (t->signed_size >= 0 && t->edge->size == (uint64_t)t->signed_size)
		t->signed_root = tile_edge_root(t->edge);
	return 0;
}

static int
place_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct tile_check *t = ctx;
	int64_t level = row_int(row, 0), index = row_int(row, 1);

	(void)f;
	if (level < 0 || level >= TILE_LEVELS || index < 0 ||
	    tile_width(t->edge->size, (unsigned)level, (uint64_t)index) < TILE_WIDTH)
		wrong(t, FOUND_TILE_BEYOND, level, index);
	return 0;
}

/* The note is of this log, of the size beside it, signed by the key beside it, and of this tree. */
static void
check_checkpoint(struct tile_check *t, const char *origin)
{
	struct note_key key;
	struct checkpoint cp;

	if (note_key_parse(&key, t->vkey.data, t->vkey.len) < 0 || strcmp(key.name, origin) != 0 ||
	    checkpoint_open(&cp, t->note.data, t->note.len, origin, &key) != NOTE_SIGNED ||
	    cp.size != (uint64_t)t->signed_size) {
		check_found(t->c, FOUND_CHECKPOINT_FORGED, "checkpoint", t->log, 1);
		return;
	}
	/* One that is beyond the log has no root to compare; that it is, is said of itself. */
	if (cp.size <= t->edge->size && !hash_equal(cp.root.b, t->signed_root.b, sizeof(cp.root.b)))
		check_found(t->c, FOUND_CHECKPOINT_ROOT, "checkpoint", t->log, 1);
	if (cp.size > t->edge->size)
		check_found(t->c, FOUND_CHECKPOINT_AHEAD, "checkpoint", t->log, 1);
}

int
check_tiles_end(struct tile_check *t, const char *origin, struct fault *f)
{
	if (store_read(t->c->reader, ST_CHECK_TILE_PLACES, PARAMS(sql_text(t->log)), place_row, t, f) < 0)
		return -1;
	if (t->signed_size >= 0 || t->note.len > 0)
		check_checkpoint(t, origin);
	return 0;
}
