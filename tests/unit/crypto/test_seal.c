/* Sealed values open in their place only, with their key only, unchanged only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "crypto/seal.h"

#define NAME "胡庆东"

static char top[] = "/tmp/wzm-seal-XXXXXX", dir[2][40];
static uint8_t wrapped[3][SEAL_WRAPPED_LEN];

static const struct seal_place place = { "party", "name", "\x01\xa2\x06\x04", 4 };

/* Two sets of key files, and three data keys of the first. */
static int
make(void **state)
{
	struct fault f = FAULT_INIT;
	struct seal *s;

	(void)state;
	if (crypto_start() < 0 || mkdtemp(top) == NULL)
		return -1;
	for (int i = 0; i < 2; i++) {
		snprintf(dir[i], sizeof(dir[i]), "%s/%d", top, i);
		if (seal_create(dir[i], &f) < 0)
			return -1;
	}
	if (seal_open(dir[0], &s, &f) < 0)
		return -1;
	for (uint32_t i = 0; i < 3; i++)
		if (seal_new_key(s, i + 1, wrapped[i], &f) < 0)
			return -1;
	seal_close(s);
	return 0;
}

static int
clean(void **state)
{
	char path[96];

	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/master.key", dir[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/blind.key", dir[i]);
		unlink(path);
		rmdir(dir[i]);
	}
	return rmdir(top);
}

/* The first ring with the first n data keys. */
static struct seal *
ring(uint32_t n)
{
	struct fault f = FAULT_INIT;
	struct seal *s = NULL;

	assert_int_equal(seal_open(dir[0], &s, &f), 0);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(seal_add_key(s, i + 1, wrapped[i], SEAL_WRAPPED_LEN, &f), 0);
	return s;
}

static void
assert_broken(struct seal *s, struct seal_place at, const void *sealed, size_t len)
{
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;

	assert_int_equal(unseal(s, at, sealed, len, &out, &f), -1);
	assert_int_equal(f.code, FAULT_SEAL_BROKEN);
	assert_int_equal(out.len, 0);
	buf_free(&out);
}

static void
what_was_sealed_opens(void **state)
{
	struct seal *s = ring(1);
	struct buf sealed = BUF_INIT, clear = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	for (size_t len = 0; len <= strlen(NAME); len++) {
		buf_clear(&sealed);
		buf_clear(&clear);
		assert_int_equal(buf_str(&clear, "name="), 0);
		assert_int_equal(seal(s, place, NAME, len, &sealed, &f), 0);
		assert_int_equal(sealed.len, len + SEAL_OVERHEAD);
		assert_memory_equal(sealed.data, "\x01\0\0\0\x01", 5);
		assert_int_equal(unseal(s, place, sealed.data, sealed.len, &clear, &f), 0);
		assert_int_equal(clear.len, 5 + len);
		assert_memory_equal(clear.data, "name=" NAME, 5 + len);
	}
	assert_int_equal(seal_count(s), strlen(NAME) + 1);
	buf_free(&sealed);
	buf_wipe(&clear);
	seal_close(s);
}

static void
the_same_name_twice_looks_different(void **state)
{
	struct seal *s = ring(1);
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(seal(s, place, NAME, strlen(NAME), &a, &f), 0);
	assert_int_equal(seal(s, place, NAME, strlen(NAME), &b, &f), 0);
	assert_memory_not_equal(a.data + 5, b.data + 5, 12);
	assert_memory_not_equal(a.data + 17, b.data + 17, strlen(NAME));
	buf_free(&a);
	buf_free(&b);
	seal_close(s);
}

static void
a_value_does_not_open_in_another_place(void **state)
{
	static const struct seal_place elsewhere[] = {
		{ "party", "name", "\x01\xa2\x06\x05", 4 },	/* another row */
		{ "party", "name", "\x01\xa2\x06\x04", 3 },
		{ "party", "phone", "\x01\xa2\x06\x04", 4 },
		{ "case", "name", "\x01\xa2\x06\x04", 4 },
		{ "partyname", "", "\x01\xa2\x06\x04", 4 },	/* the same letters, cut elsewhere */
		{ "part", "yname", "\x01\xa2\x06\x04", 4 },
		{ "name", "party", "\x01\xa2\x06\x04", 4 },
	};
	struct seal *s = ring(1);
	struct buf sealed = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(seal(s, place, NAME, strlen(NAME), &sealed, &f), 0);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		assert_broken(s, elsewhere[i], sealed.data, sealed.len);
	buf_free(&sealed);
	seal_close(s);
}

static void
a_changed_bit_or_a_cut_does_not_open(void **state)
{
	struct seal *s = ring(3);
	struct buf sealed = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(seal(s, place, NAME, strlen(NAME), &sealed, &f), 0);
	for (size_t bit = 0; bit < sealed.len * 8; bit++) {
		sealed.data[bit / 8] ^= (char)(1u << (bit % 8));
		assert_broken(s, place, sealed.data, sealed.len);
		sealed.data[bit / 8] ^= (char)(1u << (bit % 8));
	}
	for (size_t len = 0; len < sealed.len; len++)
		assert_broken(s, place, sealed.data, len);
	buf_free(&sealed);
	seal_close(s);
}

static void
the_newest_key_seals_and_older_ones_still_open(void **state)
{
	struct seal *s = ring(1), *all = ring(0);
	struct buf sealed[3] = { BUF_INIT, BUF_INIT, BUF_INIT }, clear = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(seal_key_id(all), 0);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(seal_add_key(s, i + 1, wrapped[i], SEAL_WRAPPED_LEN, &f), 0);
		assert_int_equal(seal_key_id(s), i + 1);
		assert_int_equal(seal(s, place, NAME, strlen(NAME), &sealed[i], &f), 0);
	}
	/* Loaded in another order; each value opens as soon as its key is there. */
	for (uint32_t k = 0; k < 3; k++) {
		uint32_t i = (k + 2) % 3;

		assert_broken(all, place, sealed[i].data, sealed[i].len);
		assert_int_equal(seal_add_key(all, i + 1, wrapped[i], SEAL_WRAPPED_LEN, &f), 0);
		assert_int_equal(seal_key_id(all), 3);
		buf_clear(&clear);
		assert_int_equal(unseal(all, place, sealed[i].data, sealed[i].len, &clear, &f), 0);
		assert_string_equal(clear.data, NAME);
	}
	for (int i = 0; i < 3; i++)
		buf_free(&sealed[i]);
	buf_free(&clear);
	seal_close(s);
	seal_close(all);
}

static void
a_wrapped_key_fits_its_id_and_its_master_key_only(void **state)
{
	struct seal *s = ring(0), *other = NULL;
	struct fault f = FAULT_INIT;
	uint8_t changed[SEAL_WRAPPED_LEN], second[SEAL_WRAPPED_LEN];

	(void)state;
	assert_int_equal(seal_open(dir[1], &other, &f), 0);
	assert_int_equal(seal_add_key(other, 1, wrapped[0], SEAL_WRAPPED_LEN, &f), -1);
	assert_int_equal(f.code, FAULT_SEAL_BROKEN);
	assert_int_equal(seal_add_key(s, 2, wrapped[0], SEAL_WRAPPED_LEN, &f), -1);
	assert_int_equal(seal_add_key(s, 1, wrapped[0], SEAL_WRAPPED_LEN - 1, &f), -1);
	for (size_t bit = 0; bit < SEAL_WRAPPED_LEN * 8; bit++) {
		memcpy(changed, wrapped[0], sizeof(changed));
		changed[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_equal(seal_add_key(s, 1, changed, sizeof(changed), &f), -1);
	}
	assert_int_equal(seal_key_id(s), 0);

	/* Id 0 means none; another key under a known id would open nothing that id sealed. */
	assert_int_equal(seal_new_key(s, 0, second, &f), 0);
	assert_int_equal(seal_add_key(s, 0, second, sizeof(second), &f), -1);
	assert_int_equal(seal_add_key(s, 1, wrapped[0], SEAL_WRAPPED_LEN, &f), 0);
	assert_int_equal(seal_add_key(s, 1, wrapped[0], SEAL_WRAPPED_LEN, &f), 0);
	assert_int_equal(seal_new_key(s, 1, second, &f), 0);
	assert_int_equal(seal_add_key(s, 1, second, sizeof(second), &f), -1);
	assert_int_equal(f.code, FAULT_SEAL_BROKEN);
	seal_close(s);
	seal_close(other);
}

static void
without_a_data_key_nothing_is_sealed(void **state)
{
	struct seal *s = ring(0);
	struct buf out = BUF_INIT;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(seal(s, place, NAME, strlen(NAME), &out, &f), -1);
	assert_int_equal(f.code, FAULT_SEAL_KEY);
	assert_int_equal(out.len, 0);
	seal_close(s);
}

static void
a_ceiling_leaves_what_was_there(void **state)
{
	struct seal *s = ring(1);
	struct fault f = FAULT_INIT;

	(void)state;
	for (size_t max = 3; max < 3 + SEAL_OVERHEAD + strlen(NAME); max++) {
		struct buf out = BUF_INIT_MAX(max);

		assert_int_equal(buf_str(&out, "abc"), 0);
		assert_int_equal(seal(s, place, NAME, strlen(NAME), &out, &f), -1);
		assert_int_equal(f.code, FAULT_MEMORY);
		assert_string_equal(out.data, "abc");
		buf_free(&out);
	}
	seal_close(s);
}

static void
a_blind_index_depends_on_value_purpose_and_key(void **state)
{
	struct seal *s = ring(0), *other = NULL;
	struct fault f = FAULT_INIT;
	uint8_t a[BLIND_LEN], b[BLIND_LEN];

	(void)state;
	assert_int_equal(seal_open(dir[1], &other, &f), 0);
	blind(s, "party.identifier", "330703199210269759", 18, a);
	blind(s, "party.identifier", "330703199210269759", 18, b);
	assert_memory_equal(a, b, BLIND_LEN);
	blind(s, "party.identifier", "330703199210269758", 18, b);
	assert_memory_not_equal(a, b, BLIND_LEN);
	blind(s, "party.phone", "330703199210269759", 18, b);
	assert_memory_not_equal(a, b, BLIND_LEN);
	blind(other, "party.identifier", "330703199210269759", 18, b);
	assert_memory_not_equal(a, b, BLIND_LEN);
	seal_close(s);
	seal_close(other);
}

/* The form is for ever: indexes in stores were made by it. */
static void
a_blind_index_of_a_known_key_is_known(void **state)
{
	struct seal *s = NULL;
	struct fault f = FAULT_INIT;
	uint8_t key[32], got[BLIND_LEN];
	char path[96], hex[2 * BLIND_LEN + 1];
	FILE *file;

	(void)state;
	for (uint8_t i = 0; i < 32; i++)
		key[i] = i;
	snprintf(path, sizeof(path), "%s/blind.key", dir[1]);
	assert_non_null(file = fopen(path, "wb"));
	assert_int_equal(fwrite(key, 1, sizeof(key), file), sizeof(key));
	fclose(file);
	assert_int_equal(seal_open(dir[1], &s, &f), 0);
	blind(s, "party.identifier", "330703199210269759", 18, got);
	enc_hex(got, sizeof(got), hex);
	assert_string_equal(hex, "3e3be6d52468e780a44e7aa650840233");
	seal_close(s);
}

static void *
seal_and_open(void *arg)
{
	struct seal *s = arg;
	struct fault f = FAULT_INIT;
	struct buf sealed = BUF_INIT, clear = BUF_INIT;
	uintptr_t bad = 0;

	for (int i = 0; i < 3000; i++) {
		buf_clear(&sealed);
		buf_clear(&clear);
		bad += seal(s, place, NAME, strlen(NAME), &sealed, &f) != 0 ||
		    unseal(s, place, sealed.data, sealed.len, &clear, &f) != 0 ||
		    strcmp(clear.data, NAME) != 0;
	}
	buf_free(&sealed);
	buf_free(&clear);
	return (void *)bad;
}

static void
threads_seal_while_keys_are_added(void **state)
{
	struct seal *s = ring(1);
	struct fault f = FAULT_INIT;
	pthread_t thread[4];
	void *bad;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, seal_and_open, s), 0);
	for (uint32_t id = 2; id < 200; id++) {
		uint8_t w[SEAL_WRAPPED_LEN];

		assert_int_equal(seal_new_key(s, id, w, &f), 0);
		assert_int_equal(seal_add_key(s, id, w, sizeof(w), &f), 0);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &bad), 0);
		assert_null(bad);
	}
	assert_int_equal(seal_key_id(s), 199);
	seal_close(s);
}

static void
half_a_set_of_keys_is_taken_back(void **state)
{
	struct fault f = FAULT_INIT;
	char path[3][96];

	(void)state;
	snprintf(path[0], sizeof(path[0]), "%s/half", top);
	assert_int_equal(seal_create(path[0], &f), 0);
	snprintf(path[1], sizeof(path[1]), "%s/half/master.key", top);
	snprintf(path[2], sizeof(path[2]), "%s/half/blind.key", top);
	assert_int_equal(unlink(path[1]), 0);
	assert_int_equal(seal_create(path[0], &f), -1);
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_int_equal(access(path[1], F_OK), -1);
	assert_int_equal(access(path[2], F_OK), 0);
	unlink(path[2]);
	rmdir(path[0]);
}

/* What another process made: it is there once somebody looks. */
static int
load_second(void *ctx, struct fault *f)
{
	return seal_add_key(ctx, 2, wrapped[1], SEAL_WRAPPED_LEN, f);
}

static int
cannot_load(void *ctx, struct fault *f)
{
	(void)ctx;
	fault_set(f, FAULT_STORE_AWAY, "%s", "");
	return -1;
}

static void
a_key_that_another_process_made_is_fetched_when_it_is_met(void **state)
{
	struct seal *two = ring(2), *one = ring(1);
	struct fault f = FAULT_INIT;
	struct buf sealed = BUF_INIT, clear = BUF_INIT;

	(void)state;
	assert_int_equal(seal(two, place, NAME, strlen(NAME), &sealed, &f), 0);
	assert_broken(one, place, sealed.data, sealed.len);
	seal_on_missing(one, cannot_load, NULL);
	assert_int_equal(unseal(one, place, sealed.data, sealed.len, &clear, &f), -1);
	assert_int_equal(f.code, FAULT_STORE_AWAY);
	seal_on_missing(one, load_second, one);
	assert_int_equal(unseal(one, place, sealed.data, sealed.len, &clear, &f), 0);
	assert_string_equal(clear.data, NAME);
	/* One that nobody made is not found by looking. */
	sealed.data[4] = 9;
	assert_broken(one, place, sealed.data, sealed.len);
	buf_free(&sealed);
	buf_free(&clear);
	seal_close(one);
	seal_close(two);
}

static void
copied_keys_open_what_the_others_sealed(void **state)
{
	struct fault f = FAULT_INIT;
	struct buf sealed = BUF_INIT, clear = BUF_INIT;
	struct seal *first = ring(1), *copy;
	char copied[64];

	(void)state;
	snprintf(copied, sizeof(copied), "%s/copied", top);
	assert_int_equal(seal_copy(dir[0], copied, &f), 0);
	assert_int_equal(seal_copy(dir[0], copied, &f), -1);	/* nothing is overwritten */
	assert_int_equal(f.code, FAULT_KEY_FILE);
	assert_int_equal(seal_open(copied, &copy, &f), 0);
	assert_int_equal(seal_add_key(copy, 1, wrapped[0], SEAL_WRAPPED_LEN, &f), 0);
	assert_int_equal(seal(first, place, NAME, strlen(NAME), &sealed, &f), 0);
	assert_int_equal(unseal(copy, place, sealed.data, sealed.len, &clear, &f), 0);
	assert_string_equal(clear.data, NAME);
	seal_close(first);
	seal_close(copy);
	buf_free(&sealed);
	buf_free(&clear);
	seal_remove(copied);
	assert_int_equal(rmdir(copied), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(the_same_name_twice_looks_different),
		cmocka_unit_test(a_value_does_not_open_in_another_place),
		cmocka_unit_test(a_changed_bit_or_a_cut_does_not_open),
		cmocka_unit_test(the_newest_key_seals_and_older_ones_still_open),
		cmocka_unit_test(a_wrapped_key_fits_its_id_and_its_master_key_only),
		cmocka_unit_test(without_a_data_key_nothing_is_sealed),
		cmocka_unit_test(a_ceiling_leaves_what_was_there),
		cmocka_unit_test(a_blind_index_depends_on_value_purpose_and_key),
		cmocka_unit_test(a_blind_index_of_a_known_key_is_known),
		cmocka_unit_test(threads_seal_while_keys_are_added),
		cmocka_unit_test(half_a_set_of_keys_is_taken_back),
		cmocka_unit_test(a_key_that_another_process_made_is_fetched_when_it_is_met),
		cmocka_unit_test(copied_keys_open_what_the_others_sealed),
	};

	return cmocka_run_group_tests_name("seal", tests, make, clean);
}
