/* Merkle trees: what RFC 6962 says, tried at every size that fits in a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tlog/merkle.h"

#define NLEAF 130	/* past 128: the first size with a path of eight */

static struct sha256 leaf[NLEAF];

static int
make_leaves(void **state)
{
	(void)state;
	if (crypto_start() < 0)
		return -1;
	for (size_t i = 0; i < NLEAF; i++)
		leaf[i] = merkle_leaf(&i, sizeof(i));
	return 0;
}

static void
assert_hash(struct sha256 hash, const char *hex)
{
	char text[65];

	enc_hex(hash.b, sizeof(hash.b), text);
	assert_string_equal(text, hex);
}

/* The leaves and roots that Certificate Transparency implementations agree on. */
static void
roots_are_those_of_certificate_transparency(void **state)
{
	static const struct { const char *entry; size_t len; const char *root; } step[] = {
		{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
		{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
		{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
		{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
		{ "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
		{ "@ABC", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
		{ "PQRSTUVW", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
		{ "`abcdefghijklmno", 16,
		    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
	};
	struct merkle_edge edge = { 0 };

	(void)state;
	assert_hash(merkle_root(NULL, 0),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		merkle_append(&edge, merkle_leaf(step[i].entry, step[i].len));
		assert_hash(merkle_edge_root(&edge), step[i].root);
	}
}

/* The definition of RFC 6962, 2.1, word for word, as the yardstick. */
static struct sha256
root_by_definition(const struct sha256 *d, uint64_t n)
{
	uint64_t k = 1;

	if (n == 0)
		return hash_sha256(NULL, 0);
	if (n == 1)
		return d[0];
	while (k * 2 < n)
		k *= 2;
	return merkle_node(root_by_definition(d, k), root_by_definition(d + k, n - k));
}

static void
growing_gives_the_root_of_the_whole_at_every_size(void **state)
{
	struct merkle_edge edge = { 0 }, loaded;

	(void)state;
	for (uint64_t n = 0; n <= NLEAF; n++) {
		struct sha256 want = root_by_definition(leaf, n);

		assert_memory_equal(merkle_root(leaf, n).b, want.b, 32);
		assert_memory_equal(merkle_edge_root(&edge).b, want.b, 32);
		assert_int_equal(edge.size, n);
		assert_int_equal(merkle_edge_load(&loaded, n, edge.node, edge.n * 32), 0);
		assert_memory_equal(merkle_edge_root(&loaded).b, want.b, 32);
		if (n < NLEAF)
			merkle_append(&edge, leaf[n]);
	}
}

static void
an_edge_of_another_size_is_not_loaded(void **state)
{
	struct merkle_edge edge = { 0 };
	struct sha256 node[65] = { 0 };

	(void)state;
	assert_int_equal(merkle_edge_load(&edge, 5, node, 3 * 32), -1);
	assert_int_equal(merkle_edge_load(&edge, 5, node, 2 * 32 - 1), -1);
	assert_int_equal(merkle_edge_load(&edge, 0, node, 32), -1);
	assert_int_equal(merkle_edge_load(&edge, UINT64_MAX, node, 65 * 32), -1);
	assert_int_equal(edge.size, 0);
	assert_int_equal(merkle_edge_load(&edge, UINT64_MAX, node, 64 * 32), 0);
	assert_int_equal(edge.n, 64);
}

/* Flips one bit of a hash, asks, and flips it back. */
static void
assert_refuted_with(struct sha256 *changed, size_t bit, const struct sha256 *of, uint64_t index,
    uint64_t n, const struct sha256 *path, size_t len, const struct sha256 *root)
{
	changed->b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	assert_int_equal(merkle_verify(*of, index, n, path, len, *root), MERKLE_REFUTED);
	changed->b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}

static void
every_leaf_of_every_size_is_proven_and_a_changed_bit_refuted(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX], root, mine;
	size_t len, turn = 0;

	(void)state;
	for (uint64_t n = 1; n <= NLEAF; n++) {
		root = merkle_root(leaf, n);
		for (uint64_t i = 0; i < n; i++) {
			mine = leaf[i];
			assert_int_equal(merkle_prove(leaf, n, i, path, &len), 0);
			assert_int_equal(merkle_verify(mine, i, n, path, len, root), MERKLE_PROVEN);
			/* Another bit each time: all of them below are tried at some sizes. */
			for (size_t k = 0; k < len; k++)
				assert_refuted_with(&path[k], turn++ % 256, &mine, i, n, path, len, &root);
			assert_refuted_with(&mine, turn++ % 256, &mine, i, n, path, len, &root);
			assert_refuted_with(&root, turn++ % 256, &mine, i, n, path, len, &root);
		}
	}
}

static void
every_changed_bit_is_refuted(void **state)
{
	static const uint64_t size[] = { 2, 3, 7, 8, 11, 64, 65, 127, 130 };
	struct sha256 path[MERKLE_PATH_MAX], root, mine;
	size_t len;

	(void)state;
	for (size_t s = 0; s < sizeof(size) / sizeof(size[0]); s++) {
		uint64_t n = size[s], index[] = { 0, n / 2, n - 1 };

		root = merkle_root(leaf, n);
		for (size_t i = 0; i < 3; i++) {
			mine = leaf[index[i]];
			assert_int_equal(merkle_prove(leaf, n, index[i], path, &len), 0);
			for (size_t bit = 0; bit < 256; bit++) {
				for (size_t k = 0; k < len; k++)
					assert_refuted_with(&path[k], bit, &mine, index[i], n, path, len,
					    &root);
				assert_refuted_with(&mine, bit, &mine, index[i], n, path, len, &root);
				assert_refuted_with(&root, bit, &mine, index[i], n, path, len, &root);
			}
		}
	}
}

static void
a_proof_holds_for_no_other_index_and_no_other_length(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX] = { 0 }, root;
	size_t len;

	(void)state;
	for (uint64_t n = 1; n <= 40; n++) {
		root = merkle_root(leaf, n);
		for (uint64_t i = 0; i < n; i++) {
			assert_int_equal(merkle_prove(leaf, n, i, path, &len), 0);
			for (uint64_t j = 0; j <= n + 1; j++)
				if (j != i)
					assert_int_not_equal(merkle_verify(leaf[i], j, n, path, len, root),
					    MERKLE_PROVEN);
			for (size_t other = 0; other <= len + 2; other++)
				if (other != len)
					assert_int_equal(merkle_verify(leaf[i], i, n, path, other, root),
					    MERKLE_MALFORMED);
		}
	}
}

static void
what_cannot_be_is_malformed(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 1] = { 0 };
	size_t len = 7;

	(void)state;
	assert_int_equal(merkle_prove(leaf, 0, 0, path, &len), -1);
	assert_int_equal(merkle_prove(leaf, 5, 5, path, &len), -1);
	assert_int_equal(len, 7);
	assert_int_equal(merkle_verify(leaf[0], 0, 0, path, 0, leaf[0]), MERKLE_MALFORMED);
	assert_int_equal(merkle_verify(leaf[0], 5, 5, path, 3, leaf[0]), MERKLE_MALFORMED);
	assert_int_equal(merkle_verify(leaf[0], 0, 8, path, SIZE_MAX, leaf[0]), MERKLE_MALFORMED);
	/* The largest tree there can be has a path of 64 and is worked through. */
	assert_int_equal(merkle_verify(leaf[0], 0, UINT64_MAX, path, 64, leaf[0]), MERKLE_REFUTED);
	assert_int_equal(merkle_verify(leaf[0], UINT64_MAX - 1, UINT64_MAX, path, 63, leaf[0]),
	    MERKLE_REFUTED);
	assert_int_equal(merkle_verify(leaf[0], 0, UINT64_MAX, path, 65, leaf[0]),
	    MERKLE_MALFORMED);
}

/* RFC 6962, 2.1.2, word for word: SUBPROOF(m, D[n], b), added to path. */
static void
subproof(uint64_t m, const struct sha256 *d, uint64_t n, int whole, struct sha256 *path, size_t *len)
{
	uint64_t k = 1;

	if (m == n) {
		if (!whole)
			path[(*len)++] = root_by_definition(d, n);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	if (m <= k) {
		subproof(m, d, k, whole, path, len);
		path[(*len)++] = root_by_definition(d + k, n - k);
	} else {
		subproof(m - k, d + k, n - k, 0, path, len);
		path[(*len)++] = root_by_definition(d, k);
	}
}

/* A change of one bit, wherever it is. */
static void
assert_inconsistent_with(struct sha256 *changed, size_t bit, uint64_t m, const struct sha256 *old,
    uint64_t n, const struct sha256 *new, const struct sha256 *path, size_t len)
{
	changed->b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	assert_int_equal(merkle_verify_consistency(m, *old, n, *new, path, len), MERKLE_REFUTED);
	changed->b[bit / 8] ^= (uint8_t)(1u << (bit % 8));
}

static void
every_beginning_of_every_size_is_proven_and_a_changed_bit_refuted(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 1], root[NLEAF + 1];
	size_t turn = 0;

	(void)state;
	for (uint64_t n = 0; n <= NLEAF; n++)
		root[n] = merkle_root(leaf, n);
	for (uint64_t n = 1; n <= NLEAF; n++)
		for (uint64_t m = 1; m < n; m++) {
			struct sha256 old = root[m], new = root[n];
			size_t len = 0;

			subproof(m, leaf, n, 1, path, &len);
			assert_int_equal(merkle_verify_consistency(m, old, n, new, path, len), MERKLE_PROVEN);
			for (size_t k = 0; k < len; k++)
				assert_inconsistent_with(&path[k], turn++ % 256, m, &old, n, &new, path, len);
			assert_inconsistent_with(&old, turn++ % 256, m, &old, n, &new, path, len);
			assert_inconsistent_with(&new, turn++ % 256, m, &old, n, &new, path, len);
		}
}

static void
a_proof_of_consistency_holds_for_no_other_beginning_and_no_other_length(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 1] = { 0 }, root[33];

	(void)state;
	for (uint64_t n = 0; n <= 32; n++)
		root[n] = merkle_root(leaf, n);
	for (uint64_t n = 2; n <= 32; n++)
		for (uint64_t m = 1; m < n; m++) {
			size_t len = 0;

			subproof(m, leaf, n, 1, path, &len);
			/* Another size of the new tree may give the same shape: roots are signed with their sizes. */
			for (uint64_t other = 1; other <= n; other++)
				if (other != m)
					assert_int_not_equal(merkle_verify_consistency(other, root[m], n,
					    root[n], path, len), MERKLE_PROVEN);
			for (size_t other = 0; other <= len + 2; other++)
				if (other != len)
					assert_int_equal(merkle_verify_consistency(m, root[m], n, root[n],
					    path, other), MERKLE_MALFORMED);
		}
}

static void
nothing_and_the_same_need_no_proof_and_take_none(void **state)
{
	struct sha256 path[MERKLE_PATH_MAX + 2] = { 0 }, empty = hash_sha256(NULL, 0);
	struct sha256 root = merkle_root(leaf, 5);

	(void)state;
	assert_int_equal(merkle_verify_consistency(5, root, 5, root, path, 0), MERKLE_PROVEN);
	assert_int_equal(merkle_verify_consistency(5, root, 5, leaf[0], path, 0), MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(5, root, 5, root, path, 1), MERKLE_MALFORMED);
	assert_int_equal(merkle_verify_consistency(0, empty, 5, root, path, 0), MERKLE_PROVEN);
	assert_int_equal(merkle_verify_consistency(0, leaf[0], 5, root, path, 0), MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(0, empty, 5, root, path, 1), MERKLE_MALFORMED);
	assert_int_equal(merkle_verify_consistency(0, empty, 0, empty, path, 0), MERKLE_PROVEN);
	assert_int_equal(merkle_verify_consistency(0, empty, 0, root, path, 0), MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(6, root, 5, root, path, 0), MERKLE_MALFORMED);
	assert_int_equal(merkle_verify_consistency(1, root, 8, root, path, SIZE_MAX), MERKLE_MALFORMED);
	/* The largest trees there can be are worked through. */
	assert_int_equal(merkle_verify_consistency(1, root, UINT64_MAX, root, path, 64), MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(UINT64_MAX - 1, root, UINT64_MAX, root, path, 64),
	    MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(UINT64_MAX - 2, root, UINT64_MAX - 1, root, path, 64),
	    MERKLE_REFUTED);
	assert_int_equal(merkle_verify_consistency(UINT64_C(1) << 63, root, UINT64_MAX, root, path, 1),
	    MERKLE_REFUTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_certificate_transparency),
		cmocka_unit_test(growing_gives_the_root_of_the_whole_at_every_size),
		cmocka_unit_test(an_edge_of_another_size_is_not_loaded),
		cmocka_unit_test(every_leaf_of_every_size_is_proven_and_a_changed_bit_refuted),
		cmocka_unit_test(every_changed_bit_is_refuted),
		cmocka_unit_test(a_proof_holds_for_no_other_index_and_no_other_length),
		cmocka_unit_test(what_cannot_be_is_malformed),
		cmocka_unit_test(every_beginning_of_every_size_is_proven_and_a_changed_bit_refuted),
		cmocka_unit_test(a_proof_of_consistency_holds_for_no_other_beginning_and_no_other_length),
		cmocka_unit_test(nothing_and_the_same_need_no_proof_and_take_none),
	};

	return cmocka_run_group_tests_name("merkle", tests, make_leaves, NULL);
}
