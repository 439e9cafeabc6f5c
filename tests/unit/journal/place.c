#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "tlog/tiles.h"

int
place_log(struct place *p, const char *log)
{
	struct sha256 empty = hash_sha256(NULL, 0);

	if (store_begin(p->store, NULL) < 0 || store_exec(p->store, ST_LOG_INSERT,
	    PARAMS(sql_text(log), sql_text("localhost/log"), sql_blob(empty.b, 32),
	    sql_blob("", 0), sql_int(0)), 1, NULL) < 0)
		return -1;
	return store_commit(p->store, NULL);
}

int
place_begin(struct place *p, enum kind kind, size_t queue, struct fault *f)
{
	uint8_t wrapped[SEAL_WRAPPED_LEN];

	memset(p, 0, sizeof(*p));
	snprintf(p->dir, sizeof(p->dir), "/tmp/wzm-journal-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	if (kind_place(kind, p->dir, p->db) < 0)
		return -1;
	snprintf(p->keys, sizeof(p->keys), "%s/keys", p->dir);
	p->clock.is_virtual = 1;
	atomic_store(&p->clock.virtual_ms, INT64_C(1795397412345));
	if (seal_create(p->keys, f) < 0 || seal_open(p->keys, &p->seal, f) < 0 ||
	    seal_new_key(p->seal, 1, wrapped, f) < 0 ||
	    seal_add_key(p->seal, 1, wrapped, sizeof(wrapped), f) < 0 ||
	    store_open(p->db, STORE_CREATE, &p->store, f) < 0 || place_log(p, "a") < 0)
		return -1;
	return journal_start(p->store, p->seal, &p->clock, "a", queue, &p->journal, f);
}

void
place_end(struct place *p)
{
	char command[128];

	journal_stop(p->journal);
	store_close(p->store);
	seal_close(p->seal);
	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
}

struct op *
claim(struct place *p, const char *key)
{
	struct record_actor actor = { NULL, "u-1", "operator" };
	struct op *op = op_new();
	uint8_t id[16];
	struct record *r;

	if (op == NULL)
		return NULL;
	op_step(op, ST_LEGAL_TEXT_PUT, 1);	/* ON CONFLICT DO NOTHING: 0 rows for the second */
	op_blob(op, key, strlen(key));
	op_text(op, "text");
	uuid7_new(&p->clock, id);
	if ((r = record_new(RECORD_SOURCE_SWITCHED, "330703", id, &actor)) != NULL) {
		record_str(r, "service", key);
		record_str(r, "state", "on");
		record_body(r, "{}", 2, (const uint8_t[32]){ 1 });
	}
	op_record(op, r);
	return op;
}

void
place_fill(struct place *p, size_t n)
{
	struct op **op = calloc(n, sizeof(*op));
	char key[32];

	assert_non_null(op);
	for (size_t i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "fill %zu", i);
		op[i] = claim(p, key);
	}
	assert_int_equal(journal_run_all(p->journal, op, n, NULL, NULL), 0);
	free(op);
}

void
count_result(void *ctx, const struct op_result *result)
{
	struct tally *t = ctx;

	if (result->status == OP_COMMITTED)
		t->committed++;
	else if (result->status == OP_LOST)
		t->lost++;
	else
		t->failed++;
	t->done++;
}

/* The tree recomputed from the store's records; asserts that all of it fits. */
struct recomputed {
	struct merkle_edge edge;
	struct tile_edge tiles;
	struct sha256 root;
	uint64_t size;
	int64_t last_at;
	struct store_reader *reader;
	const char *log;
	uint64_t full[TILE_LEVELS];
};

struct tile { const struct sha256 *hash, *root; };

static int
check_tile_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct tile *t = ctx;
	size_t len;

	(void)f;
	assert_memory_equal(row_blob(row, 0, &len), t->root, 32);
	assert_int_equal(len, 32);
	assert_memory_equal(row_blob(row, 1, &len), t->hash, TILE_BYTES);
	assert_int_equal(len, TILE_BYTES);
	return 0;
}

/* A tile that must be there. */
static int
check_tile(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	struct recomputed *c = ctx;
	struct tile t = { hash, &root };

	assert_int_equal(store_read(c->reader, ST_TILE_GET, PARAMS(sql_text(c->log),
	    sql_int(level), sql_int((int64_t)index)), check_tile_row, &t, NULL), 1);
	c->full[level] = index + 1;
	return 0;
}

static int
check_entry(const struct store_row *row, void *ctx, struct fault *f)
{
	struct recomputed *c = ctx;
	size_t len;
	const void *salt = row_blob(row, 3, &len);
	struct sha256 entry = record_entry(salt, row_text(row, 4), strlen(row_text(row, 4)));

	(void)f;
	assert_int_equal(row_int(row, 0), (int64_t)c->edge.size);
	assert_memory_equal(row_blob(row, 1, &len), entry.b, 32);
	merkle_append(&c->edge, merkle_leaf(entry.b, 32));
	assert_int_equal(tile_edge_append(&c->tiles, merkle_leaf(entry.b, 32), check_tile, c), 0);
	return 0;
}

static int
check_log(const struct store_row *row, void *ctx, struct fault *f)
{
	struct recomputed *c = ctx;
	size_t len;

	(void)f;
	c->size = (uint64_t)row_int(row, 3);
	memcpy(c->root.b, row_blob(row, 4, &len), 32);
	return 0;
}

uint64_t
recompute(const char *db, const char *log)
{
	static struct recomputed c;
	struct store_reader *reader;
	struct store *store;
	struct sha256 root;

	memset(&c, 0, sizeof(c));
	c.log = log;
	assert_int_equal(store_open(db, STORE_LOOK, &store, NULL), 0);
	assert_int_equal(store_reader_open(store, &reader, NULL), 0);
	c.reader = reader;
	assert_int_equal(store_read(reader, ST_LOG_GET, PARAMS(sql_text(log)), check_log, &c, NULL), 1);
	assert_true(store_read(reader, ST_ENTRIES, PARAMS(sql_text(log), sql_int(0), sql_int(100000)),
	    check_entry, &c, NULL) >= 0);
	root = merkle_edge_root(&c.edge);
	assert_int_equal(c.size, c.edge.size);
	assert_memory_equal(root.b, c.root.b, 32);
	/* And no tile more. */
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		assert_int_equal(store_read(reader, ST_TILE_ROOTS, PARAMS(sql_text(log), sql_int(level),
		    sql_int((int64_t)c.full[level]), sql_int(1)), NULL, NULL, NULL), 0);
	store_reader_close(reader);
	store_close(store);
	return c.size;
}
