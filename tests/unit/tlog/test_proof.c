/* tlog-proof: what is written is read back, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tlog/proof.h"

#define CHECKPOINT "example.com/log\n5\nAAAA\n\n\xe2\x80\x94 example.com/log AAAAAAA=\n"
#define HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define HEAD "c2sp.org/tlog-proof@v1\n"

static void
what_is_written_is_read(void **state)
{
	char text[8192];

	(void)state;
	for (size_t len = 0; len <= MERKLE_PATH_MAX; len += 8) {
		struct log_proof proof = { .index = PROOF_INDEX_MAX - len, .len = len,
			.checkpoint = CHECKPOINT, .checkpoint_len = strlen(CHECKPOINT) }, got;
		size_t n;

		for (size_t i = 0; i < len; i++)
			memset(proof.path[i].b, (int)i, 32);
		n = log_proof_write(&proof, text, sizeof(text));
		assert_int_equal(n, strlen(text));
		assert_int_equal(log_proof_read(text, n, &got), 0);
		assert_int_equal(got.index, proof.index);
		assert_int_equal(got.len, len);
		assert_memory_equal(got.path, proof.path, len * sizeof(proof.path[0]));
		assert_int_equal(got.checkpoint_len, strlen(CHECKPOINT));
		assert_memory_equal(got.checkpoint, CHECKPOINT, strlen(CHECKPOINT));
		/* A byte less does not hold it. */
		assert_int_equal(log_proof_write(&proof, text, n + 1), n);
		for (size_t size = 0; size <= n; size++)
			assert_int_equal(log_proof_write(&proof, text, size), 0);
	}
}

static void
the_example_of_the_document_is_read(void **state)
{
	static const char text[] = HEAD "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\nindex 73894\n"
	    "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
	    "\nexample.com/fancylog\n";
	struct log_proof proof;

	(void)state;
	assert_int_equal(log_proof_read(text, sizeof(text) - 1, &proof), 0);
	assert_int_equal(proof.index, 73894);
	assert_int_equal(proof.len, 2);
	assert_int_equal(proof.path[0].b[0], 0x81);
	assert_memory_equal(proof.checkpoint, "example.com/fancylog\n", proof.checkpoint_len);
}

static void
anything_else_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "\n", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 0\n\n",
		"\xef\xbb\xbf" HEAD "index 0\n\n", " " HEAD "index 0\n\n", "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n",
		HEAD, HEAD "\n", HEAD "index\n\n", HEAD "index \n\n", HEAD "index 00\n\n", HEAD "index -1\n\n",
		HEAD "index 0", HEAD "index 0\n", HEAD "index 0 \n\n", HEAD "Index 0\n\n",
		HEAD "index 9007199254740992\n\n", HEAD "index 18446744073709551616\n\n",
		HEAD "extra \nindex 0\n\n", HEAD "extra A\nindex 0\n\n", HEAD "extra AA==AAAA\nindex 0\n\n",
		HEAD "extra AAAA\nextra AAAA\nindex 0\n\n", HEAD "index 0\nextra AAAA\n\n",
		HEAD "index 0\nAAAA\n\n", HEAD "index 0\n" HASH "\n", HEAD "index 0\n" HASH HASH "\n\n",
		HEAD "index 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n",
		HEAD "index 0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
		HEAD "index 0\n " HASH "\n\n",
	};
	struct log_proof proof;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (log_proof_read(bad[i], strlen(bad[i]), &proof) == 0)
			fail_msg("read: %s", bad[i]);
}

static void
a_path_of_65_is_too_long(void **state)
{
	char text[8192] = HEAD "index 0\n";
	struct log_proof proof;
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i <= MERKLE_PATH_MAX; i++) {
		memcpy(text + len, HASH "\n", PROOF_PATH_TEXT);
		len += PROOF_PATH_TEXT;
		text[len] = '\n';
		assert_int_equal(log_proof_read(text, len + 1, &proof), i < MERKLE_PATH_MAX ? 0 : -1);
	}
}

static void
what_cannot_be_said_is_not_written(void **state)
{
	struct log_proof proof = { .index = PROOF_INDEX_MAX + 1, .checkpoint = "", .checkpoint_len = 0 };
	char text[8192];

	(void)state;
	assert_int_equal(log_proof_write(&proof, text, sizeof(text)), 0);
	proof.index = 0;
	proof.len = MERKLE_PATH_MAX + 1;
	assert_int_equal(log_proof_write(&proof, text, sizeof(text)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_example_of_the_document_is_read),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(a_path_of_65_is_too_long),
		cmocka_unit_test(what_cannot_be_said_is_not_written),
	};

	return crypto_start() < 0 ? 1 : cmocka_run_group_tests_name("proof", tests, NULL, NULL);
}
