#include "svc/evidence/public.h"

#include "journal/tilerow.h"

struct newest { uint64_t size; struct buf *note; };

static int
checkpoint_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct newest *c = ctx;

	(void)f;
	c->size = (uint64_t)row_int(row, 0);
	if (c->note != NULL)
		buf_str(c->note, row_text(row, 1));
	return 0;
}

int
public_checkpoint(struct store_reader *reader, const char *log, struct buf *out, struct fault *f)
{
	struct newest c = { .note = out };
	int64_t n = store_read(reader, ST_CHECKPOINT_GET, PARAMS(sql_text(log)), checkpoint_row, &c, f);

	if (n < 0)
		return -1;
	if (n == 0) {
		fault_set(f, FAULT_CHECKPOINT_UNKNOWN, "%s", "");
		fault_arg(f, "log", "%s", log);
		return -1;
	}
	if (buf_failed(out)) {
		fault_set(f, FAULT_MEMORY, "%s", "checkpoint");
		return -1;
	}
	return 0;
}

struct bundle { uint64_t next; unsigned n; struct buf *out; };

static int
bundle_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct bundle *b = ctx;
	size_t len;
	const void *entry = row_blob(row, 1, &len);

	(void)f;
	if ((uint64_t)row_int(row, 0) != b->next || len > UINT16_MAX)
		return 1;
	buf_add(b->out, (const uint8_t[]){ (uint8_t)(len >> 8), (uint8_t)len }, 2);
	buf_add(b->out, entry, len);
	b->next++;
	b->n++;
	return 0;
}

static int
read_bundle(struct store_reader *reader, const char *log, const struct tile_path *path,
    struct buf *out, struct fault *f)
{
	struct bundle b = { .next = path->index * TILE_WIDTH, .out = out };

	if (store_read(reader, ST_ENTRY_PLACES, PARAMS(sql_text(log), sql_int((int64_t)b.next),
	    sql_int((int64_t)path->width)), bundle_row, &b, f) < 0)
		return -1;
	if (b.n == path->width)
		return 0;
	fault_set(f, FAULT_STORE, "log %s lacks entry %llu", log, (unsigned long long)b.next);
	return -1;
}

static int
read_hashes(struct store_reader *reader, const char *log, const struct tile_path *path,
    struct buf *out, struct fault *f)
{
	struct sha256 hash[TILE_WIDTH];

	if (tilerow_read(reader, log, path->level, path->index, path->width, hash, f) < 0)
		return -1;
	buf_add(out, hash, path->width * sizeof(hash[0]));
	return 0;
}

int
public_tile(struct store_reader *reader, const char *log, const struct tile_path *path,
    struct buf *out, struct fault *f)
{
	struct newest c = { .size = 0 };
	int rc;

	if (store_read(reader, ST_CHECKPOINT_GET, PARAMS(sql_text(log)), checkpoint_row, &c, f) < 0)
		return -1;
	if (path->width > tile_width(c.size, path->level, path->index)) {
		fault_set(f, FAULT_TILE_UNKNOWN, "%s", "");
		return -1;
	}
	rc = path->entries ? read_bundle(reader, log, path, out, f) :
	    read_hashes(reader, log, path, out, f);
	if (rc == 0 && buf_failed(out)) {
		fault_set(f, FAULT_MEMORY, "%s", "tile");
		rc = -1;
	}
	return rc;
}
