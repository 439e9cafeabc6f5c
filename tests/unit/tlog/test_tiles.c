/* Tiles: their paths, the right edge that grows, and proofs made from them, at every size that tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "tlog/tiles.h"

#define NLEAF 70000
#define NFULL (NLEAF / TILE_WIDTH)

static struct sha256 leaf[NLEAF];

/* What a store would hold: the full tiles of three levels. */
struct shelf { size_t n[3]; struct sha256 hash[3][NFULL][TILE_WIDTH], root[3][NFULL]; };
static struct shelf *shelf;
static struct tile_edge *edge;

static int
keep_full(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	struct shelf *s = ctx;

	assert_true(level < 3);
	assert_int_equal(index, s->n[level]);
	memcpy(s->hash[level][index], hash, sizeof(s->hash[level][index]));
	s->root[level][index] = root;
	s->n[level]++;
	return 0;
}

static int
make_tiles(void **state)
{
	(void)state;
	if (crypto_start() < 0 || (shelf = calloc(1, sizeof(*shelf))) == NULL ||
	    (edge = calloc(1, sizeof(*edge))) == NULL)
		return -1;
	for (size_t i = 0; i < NLEAF; i++) {
		leaf[i] = merkle_leaf(&i, sizeof(i));
		if (tile_edge_append(edge, leaf[i], keep_full, shelf) < 0)
			return -1;
	}
	tile_edge_keep(edge);
	return 0;
}

static int
free_tiles(void **state)
{
	(void)state;
	free(shelf);
	free(edge);
	return 0;
}

static void
assert_same(struct sha256 a, struct sha256 b)
{
	assert_memory_equal(a.b, b.b, sizeof(a.b));
}

/* Paths */

static void
paths_have_one_spelling(void **state)
{
	static const struct { const char *text; struct tile_path path; } good[] = {
		{ "0/000", { 0, 0, 256, 0 } },
		{ "63/999", { 0, 63, 256, 999 } },
		{ "1/x001/000", { 0, 1, 256, 1000 } },
		{ "0/x001/x234/067", { 0, 0, 256, 1234067 } },
		{ "0/x001/x234/067.p/1", { 0, 0, 1, 1234067 } },
		{ "0/273.p/112", { 0, 0, 112, 273 } },
		{ "0/273.p/255", { 0, 0, 255, 273 } },
		{ "entries/273.p/112", { 1, 0, 112, 273 } },
		{ "entries/x001/x234/067", { 1, 0, 256, 1234067 } },
		{ "63/x999/x999/x999/x999/x999/999.p/255", { 0, 63, 255, 999999999999999999 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct tile_path path = { 0 };
		char text[TILE_PATH_MAX];

		if (tile_path_parse(good[i].text, &path) < 0)
			fail_msg("%s is a path", good[i].text);
		assert_int_equal(path.entries, good[i].path.entries);
		assert_int_equal(path.level, good[i].path.level);
		assert_int_equal(path.width, good[i].path.width);
		assert_int_equal(path.index, good[i].path.index);
		tile_path_format(&path, text);
		assert_string_equal(text, good[i].text);
	}
}

static void
nothing_else_is_a_path(void **state)
{
	static const char *const bad[] = {
		"", "0", "0/", "/000", "0/0", "0/00", "0/0000", "00/000", "01/000", "64/000", "100/000",
		"-1/000", "+1/000", " 0/000", "0/000 ", "0/000/", "0//000", "0/x000", "0/x000/001",
		"0/001/001", "0/x001/x001", "0/x001x001", "0/X001/001", "0/x01/001", "0/x0001/001",
		"0/x001/1", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/00", "0/000.p/01",
		"0/000.p/256", "0/000.p/999", "0/000.p/1000", "0/000.p/1/", "0/000.p/1.p/1", "0/000.P/1",
		"0/000p/1", "0/x001.p/1/000", "entries", "entries/", "entries/0", "entries/0/000",
		"Entries/000", "entry/000", "data/000", "0/x001/x001/x001/x001/x001/x001/001", "0/00a",
		"0/x00a/000", "0/０00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct tile_path path = { .width = 77 };

		if (tile_path_parse(bad[i], &path) == 0)
			fail_msg("\"%s\" is no path", bad[i]);
		assert_int_equal(path.width, 77);
	}
}

static json_t *
vectors(const char *name)
{
	json_t *v = json_load_file(name, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(v);
	return v;
}

static uint64_t
number(const json_t *v, const char *name)
{
	const json_t *n = json_object_get(v, name);

	assert_true(json_is_integer(n));
	return (uint64_t)json_integer_value(n);
}

static void
paths_and_widths_are_those_of_the_document(void **state)
{
	json_t *v = vectors(VECTORS "/c2sp/tlog-tiles.json"), *row, *level;
	char text[TILE_PATH_MAX], want[TILE_PATH_MAX];
	size_t i, l;

	(void)state;
	json_array_foreach(json_object_get(v, "paths"), i, row) {
		tile_path_format(&(struct tile_path){ 0, 0, 256, number(row, "index") }, text);
		snprintf(want, sizeof(want), "0/%s", json_string_value(json_object_get(row, "path")));
		assert_string_equal(text, want);
	}
	assert_int_equal(i, 1);
	json_array_foreach(json_object_get(v, "trees"), i, row) {
		uint64_t size = number(row, "size");

		json_array_foreach(json_object_get(row, "levels"), l, level) {
			uint64_t full = number(level, "full");

			assert_int_equal(tile_width(size, (unsigned)l, full), number(level, "partial"));
			assert_int_equal(tile_width(size, (unsigned)l, full + 1), 0);
			if (full > 0)
				assert_int_equal(tile_width(size, (unsigned)l, full - 1), 256);
		}
		assert_int_equal(tile_width(size, (unsigned)l, 0), 0);
	}
	assert_int_equal(i, 2);
	json_decref(v);
}

static void
no_size_and_no_tile_is_too_large_to_ask_for(void **state)
{
	(void)state;
	assert_int_equal(tile_width(UINT64_MAX, 0, UINT64_MAX), 0);
	assert_int_equal(tile_width(UINT64_MAX, 0, UINT64_MAX / 256), 255);
	assert_int_equal(tile_width(UINT64_MAX, 7, 0), 255);
	assert_int_equal(tile_width(UINT64_MAX, 7, 1), 0);
	assert_int_equal(tile_width(UINT64_MAX, 8, 0), 0);
	assert_int_equal(tile_width(UINT64_MAX, 63, 0), 0);
	assert_int_equal(tile_width(0, 0, 0), 0);
}

/* The right edge */

static void
full_tiles_are_the_hashes_of_the_definition(void **state)
{
	(void)state;
	assert_int_equal(shelf->n[0], 273);
	assert_int_equal(shelf->n[1], 1);
	assert_int_equal(shelf->n[2], 0);
	for (size_t i = 0; i < shelf->n[0]; i++) {
		assert_memory_equal(shelf->hash[0][i], leaf + i * 256, TILE_BYTES);
		assert_same(shelf->root[0][i], merkle_root(leaf + i * 256, 256));
		if (i < 256)
			assert_same(shelf->hash[1][0][i], shelf->root[0][i]);
	}
	assert_same(shelf->root[1][0], merkle_root(leaf, 65536));
	assert_same(edge->hash[2][0], shelf->root[1][0]);
	assert_same(edge->hash[1][16], shelf->root[0][272]);
	assert_memory_equal(edge->hash[0], leaf + 69888, 112 * 32);
	assert_same(tile_edge_root(edge), merkle_root(leaf, NLEAF));
}

static int
count_full(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	(void)level;
	(void)index;
	(void)hash;
	(void)root;
	++*(int *)ctx;
	return 0;
}

static int
refuse_full(void *ctx, unsigned level, uint64_t index, const struct sha256 hash[TILE_WIDTH],
    struct sha256 root)
{
	(void)index;
	(void)hash;
	(void)root;
	return level == *(unsigned *)ctx ? -1 : 0;
}

/* A batch of any length, thrown away at any point, leaves what was there; the next one goes on. */
static void
what_was_not_kept_leaves_no_trace(void **state)
{
	static const unsigned batch[] = { 1, 3, 200, 255, 256, 257, 700, 66000 };
	struct tile_edge *e = calloc(1, sizeof(*e));
	int full = 0;

	(void)state;
	assert_non_null(e);
	assert_same(tile_edge_root(e), hash_sha256(NULL, 0));
	for (uint64_t kept = 0; kept < 1500; kept += 1 + kept % 97) {
		while (e->size < kept)
			assert_int_equal(tile_edge_append(e, leaf[e->size], count_full, &full), 0);
		tile_edge_keep(e);
		for (size_t b = 0; b < sizeof(batch) / sizeof(batch[0]); b++) {
			/* The long one only now and then: it is slow. */
			if (batch[b] > 1000 && kept % 5 != 0)
				continue;
			for (unsigned i = 0; i < batch[b]; i++)
				assert_int_equal(tile_edge_append(e, leaf[NLEAF - 1 - i], count_full, &full), 0);
			tile_edge_forget(e);
			assert_int_equal(e->size, kept);
			assert_same(tile_edge_root(e), merkle_root(leaf, kept));
		}
	}
	free(e);
}

static void
a_tile_that_cannot_be_kept_takes_the_batch_with_it(void **state)
{
	struct tile_edge *e = calloc(1, sizeof(*e));
	int full = 0;

	(void)state;
	assert_non_null(e);
	for (unsigned level = 0; level < 2; level++) {
		uint64_t kept = level == 0 ? 250 : 65530;
		int rc = 0;

		while (e->size < kept)
			assert_int_equal(tile_edge_append(e, leaf[e->size], count_full, &full), 0);
		tile_edge_keep(e);
		while (rc == 0)
			rc = tile_edge_append(e, leaf[0], refuse_full, &level);
		assert_int_equal(e->size, level == 0 ? 255 : 65535);
		tile_edge_forget(e);
		assert_int_equal(e->size, kept);
		assert_same(tile_edge_root(e), merkle_root(leaf, kept));
	}
	free(e);
}

/* Roots and proofs */

struct reader { uint64_t size; int reads[TILE_LEVELS], fail_at, n; };

/* A tile as somebody has it who knows the full tiles and the leaves. */
static int
read_tile(void *ctx, unsigned level, uint64_t index, unsigned width,
    struct sha256 ret_hash[TILE_WIDTH])
{
	struct reader *r = ctx;

	assert_int_equal(width, tile_width(r->size, level, index));
	assert_in_range(width, 1, 256);
	if (++r->n == r->fail_at)
		return -1;
	r->reads[level]++;
	for (unsigned i = 0; i < width; i++)
		ret_hash[i] = level == 0 ? leaf[index * 256 + i] : shelf->root[level - 1][index * 256 + i];
	return 0;
}

static void
assert_few_reads(const struct reader *r)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++)
		assert_in_range(r->reads[level], 0, 2);
}

static const uint64_t sizes[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 127, 128, 129, 255, 256, 257, 258, 383,
	384, 385, 511, 512, 513, 600, 767, 768, 1000, 65279, 65280, 65281, 65535, 65536, 65537, 65792,
	65793, 69999, 70000 };
#define NSIZES (sizeof(sizes) / sizeof(sizes[0]))

static struct sha256 root_of[NSIZES];

static void
the_root_of_every_size_comes_from_tiles(void **state)
{
	struct sha256 root;

	(void)state;
	for (size_t s = 0; s < NSIZES; s++) {
		struct reader r = { .size = sizes[s] };

		root_of[s] = merkle_root(leaf, sizes[s]);
		assert_int_equal(tile_root(sizes[s], read_tile, &r, &root), 0);
		assert_same(root, root_of[s]);
		assert_few_reads(&r);
	}
	assert_int_equal(tile_root(0, NULL, NULL, &root), 0);
	assert_same(root, hash_sha256(NULL, 0));
	assert_int_equal(tile_root(UINT64_MAX, NULL, NULL, &root), -1);
}

static void
an_entry_of_any_size_is_proven_from_few_tiles(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX], want[MERKLE_PATH_MAX];
	size_t len, want_len;

	(void)state;
	for (size_t s = 0; s < NSIZES; s++)
		for (uint64_t i = 0; i < sizes[s]; i += sizes[s] < 1000 ? 1 : 1 + i % 1009) {
			struct reader r = { .size = sizes[s] };

			assert_int_equal(tile_prove_inclusion(i, sizes[s], read_tile, &r, path, &len), 0);
			assert_int_equal(merkle_verify(leaf[i], i, sizes[s], path, len, root_of[s]),
			    MERKLE_PROVEN);
			assert_few_reads(&r);
			if (sizes[s] > 130)
				continue;
			assert_int_equal(merkle_prove(leaf, sizes[s], i, want, &want_len), 0);
			assert_int_equal(len, want_len);
			assert_memory_equal(path, want, len * sizeof(path[0]));
		}
	assert_int_equal(tile_prove_inclusion(5, 5, NULL, NULL, path, &len), -1);
	assert_int_equal(tile_prove_inclusion(5, UINT64_MAX, NULL, NULL, path, &len), -1);
}

static void
every_beginning_is_proven_from_few_tiles(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 1];
	size_t len;

	(void)state;
	for (size_t n = 0; n < NSIZES; n++)
		for (size_t o = 0; o <= n; o++) {
			struct reader r = { .size = sizes[n] };

			assert_int_equal(tile_prove_consistency(sizes[o], sizes[n], read_tile, &r, path,
			    &len), 0);
			assert_int_equal(merkle_verify_consistency(sizes[o], root_of[o], sizes[n],
			    root_of[n], path, len), MERKLE_PROVEN);
			assert_few_reads(&r);
		}
	assert_int_equal(tile_prove_consistency(0, 70000, NULL, NULL, path, &len), 0);
	assert_int_equal(len, 0);
	assert_int_equal(tile_prove_consistency(3, 2, NULL, NULL, path, &len), -1);
	assert_int_equal(tile_prove_consistency(3, UINT64_MAX, NULL, NULL, path, &len), -1);
}

static void
a_tile_that_cannot_be_read_is_no_proof(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 1] = { 0 }, untouched[MERKLE_PATH_MAX + 1] = { 0 };
	size_t len = 77;

	(void)state;
	for (int fail = 1;; fail++) {
		struct reader r = { .size = 70000, .fail_at = fail };

		if (tile_prove_inclusion(300, 70000, read_tile, &r, path, &len) == 0)
			break;
		assert_int_equal(len, 77);
		assert_memory_equal(path, untouched, sizeof(path));
	}
	assert_true(len != 77);
}

/* Vectors */

static size_t
read_path(const json_t *row, struct sha256 *ret_path)
{
	const json_t *list = json_object_get(row, "path"), *item;
	size_t i;

	json_array_foreach(list, i, item)
		assert_int_equal(dec_hex(json_string_value(item), ret_path[i].b, 32), 0);
	return json_array_size(list);
}

static int
read_few(void *ctx, unsigned level, uint64_t index, unsigned width,
    struct sha256 ret_hash[TILE_WIDTH])
{
	assert_int_equal(level, 0);
	assert_int_equal(index, 0);
	memcpy(ret_hash, ctx, width * sizeof(ret_hash[0]));
	return 0;
}

static void
proofs_of_eight_leaves_are_those_that_others_make(void **state)
{
	json_t *v = vectors(VECTORS "/rfc6962/eight.json"), *row, *list;
	struct sha256 d[8], root[9], path[MERKLE_PATH_MAX + 1], want[MERKLE_PATH_MAX + 1];
	size_t i, len;

	(void)state;
	json_array_foreach(json_object_get(v, "entries"), i, row) {
		uint8_t entry[16];
		size_t n = strlen(json_string_value(row)) / 2;

		assert_int_equal(dec_hex(json_string_value(row), entry, n), 0);
		d[i] = merkle_leaf(entry, n);
	}
	list = json_object_get(v, "roots");
	json_array_foreach(list, i, row) {
		assert_int_equal(dec_hex(json_string_value(row), root[i + 1].b, 32), 0);
		assert_same(merkle_root(d, i + 1), root[i + 1]);
	}
	json_array_foreach(json_object_get(v, "inclusion"), i, row) {
		uint64_t index = number(row, "index"), size = number(row, "size");

		assert_int_equal(tile_prove_inclusion(index, size, read_few, d, path, &len), 0);
		assert_int_equal(len, read_path(row, want));
		assert_memory_equal(path, want, len * 32);
		assert_int_equal(merkle_verify(d[index], index, size, want, len, root[size]), MERKLE_PROVEN);
	}
	assert_int_equal(i, 4);
	json_array_foreach(json_object_get(v, "consistency"), i, row) {
		uint64_t old = number(row, "old_size"), size = number(row, "size");

		assert_int_equal(tile_prove_consistency(old, size, read_few, d, path, &len), 0);
		assert_int_equal(len, read_path(row, want));
		assert_memory_equal(path, want, len * 32);
		assert_int_equal(merkle_verify_consistency(old, root[old], size, root[size], want, len),
		    MERKLE_PROVEN);
	}
	assert_int_equal(i, 4);
	json_decref(v);
}

/* The hashes that the path names, from the leaves. */
static void
assert_named(const json_t *v, const json_t *row, const struct sha256 *path, size_t len)
{
	const json_t *names = json_object_get(row, "path"), *name;
	size_t i;

	assert_int_equal(len, json_array_size(names));
	json_array_foreach(names, i, name) {
		const json_t *r = json_object_get(json_object_get(v, "hashes"), json_string_value(name));
		uint64_t from = (uint64_t)json_integer_value(json_array_get(r, 0));
		uint64_t to = (uint64_t)json_integer_value(json_array_get(r, 1));

		assert_true(to > from);
		assert_same(path[i], merkle_root(leaf + from, to - from));
	}
}

static void
proofs_of_seven_leaves_are_those_of_the_standard(void **state)
{
	json_t *v = vectors(VECTORS "/rfc6962/example.json"), *row;
	struct sha256 path[MERKLE_PATH_MAX + 1];
	uint64_t size = number(v, "size");
	size_t i, len;

	(void)state;
	json_array_foreach(json_object_get(v, "inclusion"), i, row) {
		assert_int_equal(tile_prove_inclusion(number(row, "index"), size, read_few, leaf, path,
		    &len), 0);
		assert_named(v, row, path, len);
	}
	assert_int_equal(i, 4);
	json_array_foreach(json_object_get(v, "consistency"), i, row) {
		assert_int_equal(tile_prove_consistency(number(row, "old_size"), size, read_few, leaf, path,
		    &len), 0);
		assert_named(v, row, path, len);
	}
	assert_int_equal(i, 3);
	json_decref(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_have_one_spelling),
		cmocka_unit_test(nothing_else_is_a_path),
		cmocka_unit_test(paths_and_widths_are_those_of_the_document),
		cmocka_unit_test(no_size_and_no_tile_is_too_large_to_ask_for),
		cmocka_unit_test(full_tiles_are_the_hashes_of_the_definition),
		cmocka_unit_test(what_was_not_kept_leaves_no_trace),
		cmocka_unit_test(a_tile_that_cannot_be_kept_takes_the_batch_with_it),
		cmocka_unit_test(the_root_of_every_size_comes_from_tiles),
		cmocka_unit_test(an_entry_of_any_size_is_proven_from_few_tiles),
		cmocka_unit_test(every_beginning_is_proven_from_few_tiles),
		cmocka_unit_test(a_tile_that_cannot_be_read_is_no_proof),
		cmocka_unit_test(proofs_of_eight_leaves_are_those_that_others_make),
		cmocka_unit_test(proofs_of_seven_leaves_are_those_of_the_standard),
	};

	return cmocka_run_group_tests_name("tiles", tests, make_tiles, free_tiles);
}
