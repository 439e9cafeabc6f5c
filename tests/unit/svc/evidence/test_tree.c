/* The rows of a log's tree, on both kinds of store: made late, read few, proven from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "journal/tilerow.h"
#include "kinds.h"
#include "svc/evidence/tree.h"

/* Three levels: 257 full tiles and one full tile of those. */
#define NLEAF 66000
#define LOG "a"

static struct sha256 leaf[NLEAF];
static struct tile_edge *edge;
static enum kind kind;
static char dir[64], db[ADDRESS_MAX];
static struct store *store;
static struct store_reader *reader;

/* A log as it was before there were tiles: rows of entries, and the log's own. */
static int
write_old_log(void)
{
	struct merkle_edge m = { 0 };
	struct sha256 root = hash_sha256(NULL, 0);

	if (store_begin(store, NULL) < 0 || store_exec(store, ST_LOG_INSERT, PARAMS(sql_text(LOG),
	    sql_text("localhost/log/a"), sql_blob(root.b, 32), sql_blob("", 0), sql_int(7)), 1, NULL) < 0)
		return -1;
	for (int64_t i = 0; i < NLEAF; i++) {
		leaf[i] = merkle_leaf(&i, sizeof(i));
		merkle_append(&m, leaf[i]);
		if (store_exec(store, ST_ENTRY_INSERT, PARAMS(sql_text(LOG), sql_int(i),
		    sql_blob(leaf[i].b, 32), sql_blob(leaf[i].b, 32), sql_text("330703"),
		    sql_blob(&i, sizeof(i))), 1, NULL) < 0)
			return -1;
	}
	root = merkle_edge_root(&m);
	if (store_exec(store, ST_LOG_GROW, PARAMS(sql_int(NLEAF), sql_blob(root.b, 32),
	    sql_blob(m.node, m.n * 32), sql_int(7), sql_text(LOG), sql_int(0), sql_int(0)), 1, NULL) < 0)
		return -1;
	return store_commit(store, NULL);
}

static int
begin(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-tree-XXXXXX");
	if (crypto_start() < 0 || mkdtemp(dir) == NULL || kind_place(kind, dir, db) < 0 ||
	    (edge = calloc(1, sizeof(*edge))) == NULL ||
	    store_open(db, STORE_CREATE, &store, NULL) < 0 || write_old_log() < 0)
		return -1;
	return store_reader_open(store, &reader, NULL);
}

static int
end(void **state)
{
	char command[128];

	(void)state;
	store_reader_close(reader);
	store_close(store);
	free(edge);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int64_t
count_level(unsigned level)
{
	return store_read(reader, ST_TILE_ROOTS, PARAMS(sql_text(LOG), sql_int(level), sql_int(0),
	    sql_int(1000000)), NULL, NULL, NULL);
}

static int
check_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const uint64_t *at = ctx;	/* the first leaf, the number of leaves */
	struct sha256 root = merkle_root(leaf + at[0], at[1]), hash;
	size_t len;

	(void)f;
	assert_memory_equal(row_blob(row, 0, &len), root.b, 32);
	for (size_t i = 0; i < 256; i++) {
		hash = merkle_root(leaf + at[0] + i * at[1] / 256, at[1] / 256);
		assert_memory_equal((const char *)row_blob(row, 1, &len) + i * 32, hash.b, 32);
	}
	assert_int_equal(len, TILE_BYTES);
	return 0;
}

static void
assert_all_tiles(void)
{
	assert_int_equal(count_level(0), 257);
	assert_int_equal(count_level(1), 1);
	assert_int_equal(count_level(2), 0);
	for (uint64_t i = 0; i < 257; i += i < 250 ? 31 : 1)
		assert_int_equal(store_read(reader, ST_TILE_GET, PARAMS(sql_text(LOG), sql_int(0),
		    sql_int((int64_t)i)), check_row, (uint64_t[]){ i * 256, 256 }, NULL), 1);
	assert_int_equal(store_read(reader, ST_TILE_GET, PARAMS(sql_text(LOG), sql_int(1), sql_int(0)),
	    check_row, (uint64_t[]){ 0, 65536 }, NULL), 1);
}

/* As the journal does it. */
static int
start(struct fault *f)
{
	struct logrow row;

	if (logrow_take(store, LOG, &row, f) < 0)
		return -1;
	return tilerow_start(store, LOG, &row, edge, f);
}

static void
a_log_from_before_tiles_gets_them_at_its_start(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(count_level(0), 0);
	assert_int_equal(start(&f), 0);
	assert_all_tiles();
	assert_int_equal(edge->size, NLEAF);
}

static void
what_was_interrupted_goes_on_where_it_was(void **state)
{
	static const char *const left[] = {
		"DELETE FROM tile WHERE level = 1 OR idx >= 100",
		"DELETE FROM tile WHERE level = 0 AND idx = 256",
		"DELETE FROM tile WHERE level = 1 OR idx >= 1",
		"DELETE FROM tile",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		struct fault f = FAULT_INIT;

		assert_int_equal(kind_sql(db, left[i]), 0);
		assert_int_equal(start(&f), 0);
		assert_all_tiles();
	}
}

/* An owner whose log was taken over while it made tiles writes none. */
static void
only_the_owner_makes_tiles(void **state)
{
	struct fault f = FAULT_INIT;
	struct logrow mine, later;

	(void)state;
	assert_int_equal(kind_sql(db, "DELETE FROM tile"), 0);
	assert_int_equal(logrow_take(store, LOG, &mine, &f), 0);
	assert_int_equal(logrow_take(store, LOG, &later, &f), 0);
	assert_int_equal(tilerow_start(store, LOG, &mine, edge, &f), -1);
	assert_int_equal(count_level(0), 0);
	assert_int_equal(tilerow_start(store, LOG, &later, edge, &f), 0);
	assert_all_tiles();
}

static void
a_start_reads_few_rows(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	/* 66,000 = 65,536 + 256 + 208 */
	assert_int_equal(tilerow_load(reader, LOG, NLEAF, edge, &f), 1 + 1 + 208);
	/* At worst. */
	assert_int_equal(tilerow_load(reader, LOG, 65535, edge, &f), 255 + 255);
	assert_int_equal(tilerow_load(reader, LOG, 65536, edge, &f), 1);
	assert_int_equal(tilerow_load(reader, LOG, 0, edge, &f), 0);
}

static void
rows_that_do_not_fit_are_not_written_upon(void **state)
{
	static const struct { const char *spoil, *repair; enum fault_code code; } broken[] = {
		{ "UPDATE entry SET leaf = entry.record WHERE idx = 65999",
		    "UPDATE entry SET leaf = entry.entry WHERE idx = 65999", FAULT_STORE },
		{ "UPDATE entry SET leaf = (SELECT y.leaf FROM entry y WHERE y.idx = 1) WHERE idx = 65900",
		    "UPDATE entry SET leaf = entry.entry WHERE idx = 65900", FAULT_LOG_BROKEN },
		{ "UPDATE entry SET idx = 70000 WHERE idx = 65999",
		    "UPDATE entry SET idx = 65999 WHERE idx = 70000", FAULT_STORE },
		{ "UPDATE tile SET root = (SELECT y.root FROM tile y WHERE y.level = 0 AND y.idx = 1)"
		    " WHERE level = 0 AND idx = 256", "DELETE FROM tile WHERE level = 0 AND idx = 256",
		    FAULT_LOG_BROKEN },
		{ "DELETE FROM tile WHERE level = 1", "DELETE FROM tile", FAULT_STORE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct fault f = FAULT_INIT;

		assert_int_equal(kind_sql(db, broken[i].spoil), 0);
		assert_int_equal(start(&f), -1);
		assert_int_equal(f.code, broken[i].code);
		assert_int_equal(kind_sql(db, broken[i].repair), 0);
		assert_int_equal(start(&f), 0);
	}
	assert_all_tiles();
}

static const uint64_t size[] = { 1, 2, 255, 256, 257, 300, 65535, 65536, 65537, 65792, 65800, NLEAF };
#define NSIZES (sizeof(size) / sizeof(size[0]))

static void
proofs_of_every_size_hold(void **state)
{
	struct sha256 path[EVIDENCE_PATH_MAX], root[NSIZES];
	struct fault f = FAULT_INIT;
	size_t len;

	(void)state;
	for (size_t s = 0; s < NSIZES; s++) {
		assert_int_equal(evidence_root(reader, LOG, size[s], &root[s], &f), 0);
		assert_memory_equal(root[s].b, merkle_root(leaf, size[s]).b, 32);
		for (uint64_t i = 0; i < size[s]; i += 1 + size[s] / 7) {
			assert_int_equal(evidence_prove_inclusion(reader, LOG, i, size[s], path, &len, &f),
			    0);
			assert_int_equal(merkle_verify(leaf[i], i, size[s], path, len, root[s]),
			    MERKLE_PROVEN);
		}
		for (size_t o = 0; o <= s; o++) {
			assert_int_equal(evidence_prove_consistency(reader, LOG, size[o], size[s], path, &len,
			    &f), 0);
			assert_int_equal(merkle_verify_consistency(size[o], root[o], size[s], root[s], path,
			    len), MERKLE_PROVEN);
		}
	}
}

/* As it was before the server was started for the first time with tiles: of a log that nobody runs. */
static void
tiles_that_are_full_and_not_there_are_made_from_what_is_below(void **state)
{
	struct sha256 hash[TILE_WIDTH];
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(kind_sql(db, "DELETE FROM tile WHERE level = 1 OR idx = 3"), 0);
	assert_int_equal(tilerow_read(reader, LOG, 0, 3, 256, hash, &f), 0);
	assert_memory_equal(hash, leaf + 3 * 256, sizeof(hash));
	assert_int_equal(tilerow_read(reader, LOG, 1, 0, 256, hash, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	assert_int_equal(tilerow_read(reader, LOG, 1, 0, 3, hash, &f), 0);
	assert_memory_equal(hash[2].b, merkle_root(leaf + 512, 256).b, 32);
}

static void
what_is_not_there_is_not_proven(void **state)
{
	struct sha256 path[EVIDENCE_PATH_MAX], root;
	struct fault f = FAULT_INIT;
	size_t len;

	(void)state;
	assert_int_equal(evidence_prove_inclusion(reader, LOG, 5, 5, path, &len, &f), -1);
	assert_int_equal(evidence_prove_consistency(reader, LOG, 6, 5, path, &len, &f), -1);
	assert_int_equal(evidence_root(reader, LOG, UINT64_MAX, &root, &f), -1);
	assert_int_equal(evidence_root(reader, LOG, NLEAF + 1, &root, &f), -1);
	assert_int_equal(f.code, FAULT_STORE);
	assert_int_equal(evidence_root(reader, "z", 1, &root, &f), -1);
	assert_int_equal(evidence_prove_inclusion(reader, LOG, 0, NLEAF + 300, path, &len, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_from_before_tiles_gets_them_at_its_start),
		cmocka_unit_test(what_was_interrupted_goes_on_where_it_was),
		cmocka_unit_test(only_the_owner_makes_tiles),
		cmocka_unit_test(a_start_reads_few_rows),
		cmocka_unit_test(rows_that_do_not_fit_are_not_written_upon),
		cmocka_unit_test(proofs_of_every_size_hold),
		cmocka_unit_test(what_is_not_there_is_not_proven),
		cmocka_unit_test(tiles_that_are_full_and_not_there_are_made_from_what_is_below),
	};
	int failed;

	kind = KIND_SQLITE;
	failed = cmocka_run_group_tests_name("tree, SQLite", tests, begin, end);
	kind = KIND_PG;
	return failed + cmocka_run_group_tests_name("tree, PostgreSQL", tests, begin, end);
}
