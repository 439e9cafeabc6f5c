/* What may be signed: every pair of trees of one log, and of two that part; checkpoints of the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sign/signer.h"
#include "sign/state.h"
#include "tlog/merkle.h"

#define NLEAF 40
#define ORIGIN "city.example/log/a"

static struct sha256 leaf[NLEAF], other[NLEAF];		/* they part at PART */
#define PART 10
static struct edkey secret, stranger;
static struct note_key key, strange_key;

static int
start(void **state)
{
	const uint8_t seed[32] = { 1 }, seed2[32] = { 2 };

	(void)state;
	if (crypto_start() < 0)
		return -1;
	for (size_t i = 0; i < NLEAF; i++) {
		size_t salted = i < PART ? i : i + 1000;

		leaf[i] = merkle_leaf(&i, sizeof(i));
		other[i] = merkle_leaf(&salted, sizeof(salted));
	}
	edkey_make(&secret, seed);
	edkey_make(&stranger, seed2);
	return note_key_make(&key, ORIGIN, NOTE_ED25519, secret.public) < 0 ||
	    note_key_make(&strange_key, ORIGIN, NOTE_ED25519, stranger.public) < 0;
}

/* RFC 6962, 2.1.2, word for word: PROOF(m, D[n]). */
static size_t
subproof(const struct sha256 *d, uint64_t m, uint64_t n, int whole, struct sha256 *out)
{
	uint64_t k = 1;
	size_t len;

	if (m == n) {
		if (whole)
			return 0;
		out[0] = merkle_root(d, n);
		return 1;
	}
	while (k * 2 < n)
		k *= 2;
	if (m <= k) {
		len = subproof(d, m, k, whole, out);
		out[len] = merkle_root(d + k, n - k);
	} else {
		len = subproof(d + k, m - k, n - k, 0, out);
		out[len] = merkle_root(d, k);
	}
	return len + 1;
}

static struct sign_request
request(const struct sha256 *d, uint64_t old_size, uint64_t new_size)
{
	struct sign_request r = { .old_size = old_size, .new_size = new_size, .root = merkle_root(d, new_size) };

	if (old_size > 0 && old_size < new_size)
		r.nproof = subproof(d, old_size, new_size, 1, r.proof);
	return r;
}

static struct sign_head
head_of(uint64_t size)
{
	return (struct sign_head){ size, merkle_root(leaf, size) };
}

static void
what_continues_is_signed_and_nothing_else(void **state)
{
	(void)state;
	for (uint64_t old = 0; old <= NLEAF; old++)
		for (uint64_t new = 0; new <= NLEAF; new++) {
			struct sign_head head = head_of(old);
			struct sign_request same = request(leaf, old, new), parted = request(other, old, new);

			assert_int_equal(signer_decide(&head, &key, &same),
			    new < old ? FAULT_SIGN_STORE_OLDER : FAULT_NONE);
			/* A log that parted before what was signed is a fork, even with a proof of its own. */
			if (new >= old)
				assert_int_equal(signer_decide(&head, &key, &parted),
				    old > PART ? FAULT_SIGN_NOT_CONSISTENT : FAULT_NONE);
		}
}

static void
a_proof_from_another_size_is_none(void **state)
{
	struct sign_head head = head_of(12);
	struct sign_request r = request(leaf, 12, 30);

	(void)state;
	assert_int_equal(signer_decide(&head, &key, &r), FAULT_NONE);
	for (uint64_t old = 0; old <= 30; old++) {
		r = request(leaf, old, 30);
		assert_int_equal(signer_decide(&head, &key, &r), old == 12 ? FAULT_NONE : FAULT_SIGN_NOT_CONSISTENT);
		r.old_size = 12;
		assert_int_equal(signer_decide(&head, &key, &r), old == 12 ? FAULT_NONE : FAULT_SIGN_NOT_CONSISTENT);
	}
	r = request(leaf, 12, 30);
	for (size_t bit = 0; bit < r.nproof * 256; bit++) {
		r.proof[bit / 256].b[bit % 256 / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(signer_decide(&head, &key, &r), FAULT_SIGN_NOT_CONSISTENT);
		r.proof[bit / 256].b[bit % 256 / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static size_t
checkpoint_of(const struct sha256 *d, uint64_t size, const struct note_key *k, const struct edkey *s, char *ret)
{
	struct checkpoint cp = { .origin = ORIGIN, .size = size, .root = merkle_root(d, size) };

	return checkpoint_sign(&cp, k, s, ret);
}

static void
a_checkpoint_that_is_newer_than_the_state_stops_it(void **state)
{
	struct sign_head head = head_of(20);
	struct sign_request r = request(leaf, 20, 25);
	char note[CHECKPOINT_NOTE_MAX];

	(void)state;
	r.note = note;
	for (uint64_t size = 1; size <= 30; size++) {
		r.note_len = checkpoint_of(leaf, size, &key, &secret, note);
		assert_int_equal(signer_decide(&head, &key, &r), size > 20 ? FAULT_SIGN_STATE_OLD : FAULT_NONE);
	}
	r.note_len = checkpoint_of(other, 20, &key, &secret, note);
	assert_int_equal(signer_decide(&head, &key, &r), FAULT_SIGN_STATE_OLD);
	r.note_len = checkpoint_of(leaf, 20, &strange_key, &stranger, note);
	assert_int_equal(signer_decide(&head, &key, &r), FAULT_SIGN_KEY_OTHER);
	r.note_len = checkpoint_of(leaf, 20, &key, &secret, note);
	note[0] ^= 1;
	assert_int_equal(signer_decide(&head, &key, &r), FAULT_SIGN_KEY_OTHER);
	r.note_len = 3;
	assert_int_equal(signer_decide(&head, &key, &r), FAULT_SIGN_KEY_OTHER);
}

static char top[] = "/tmp/wzm-signer-XXXXXX";

static int
make_dir(void **state)
{
	char path[64];

	(void)state;
	memcpy(top + strlen(top) - 6, "XXXXXX", 6);
	if (mkdtemp(top) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/sign", top);
	return mkdir(path, 0700);
}

static int
drop_dir(void **state)
{
	static const char *const name[] = { "a.key", "a.state", "a.state.new", "a.lock" };
	char path[64];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/sign/%s", top, name[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/sign", top);
	return rmdir(path) < 0 || rmdir(top) < 0;
}

/* The key that was made, read as the signer reads it. */
static void
made_key(struct edkey *ret_secret, struct note_key *ret_key)
{
	char path[64];
	uint8_t seed[32];
	int fd;

	snprintf(path, sizeof(path), "%s/sign/a.key", top);
	assert_true((fd = open(path, O_RDONLY)) >= 0);
	assert_int_equal(read(fd, seed, 32), 32);
	close(fd);
	edkey_make(ret_secret, seed);
	assert_int_equal(note_key_make(ret_key, ORIGIN, NOTE_ED25519, ret_secret->public), 0);
}

static void
a_state_is_adopted_forwards_only(void **state)
{
	struct signer s = { top, "a", ORIGIN };
	struct fault f = FAULT_INIT;
	char note[CHECKPOINT_NOTE_MAX];
	struct edkey mine;
	struct note_key mine_key;
	struct sign_head head;
	uint64_t size;
	size_t len;

	(void)state;
	assert_int_equal(signer_make(&s, &f), 0);
	made_key(&mine, &mine_key);
	len = checkpoint_of(leaf, 20, &mine_key, &mine, note);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), 0);
	assert_int_equal(size, 20);
	assert_int_equal(signer_head(&s, &head, &f), 0);
	assert_int_equal(head.size, 20);
	assert_memory_equal(head.root.b, merkle_root(leaf, 20).b, 32);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), 0);
	len = checkpoint_of(leaf, 19, &mine_key, &mine, note);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), -1);
	assert_int_equal(f.code, FAULT_SIGN_ADOPT_OLDER);
	len = checkpoint_of(other, 20, &mine_key, &mine, note);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), -1);
	assert_int_equal(f.code, FAULT_SIGN_ADOPT_OLDER);
	len = checkpoint_of(leaf, 30, &key, &secret, note);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), -1);
	assert_int_equal(f.code, FAULT_SIGN_ADOPT_NOT_OURS);
	assert_int_equal(signer_head(&s, &head, &f), 0);
	assert_int_equal(head.size, 20);
}

static void
a_key_is_made_once_and_never_for_a_state_that_lost_its_own(void **state)
{
	struct signer s = { top, "a", ORIGIN };
	struct fault f = FAULT_INIT;
	char path[64], note[CHECKPOINT_NOTE_MAX];
	struct edkey first, again;
	struct note_key first_key, again_key;
	uint64_t size;
	size_t len;

	(void)state;
	assert_false(signer_has(top, "a"));
	assert_int_equal(signer_make(&s, &f), 0);
	assert_true(signer_has(top, "a"));
	assert_false(signer_has(top, "b"));
	made_key(&first, &first_key);
	assert_int_equal(signer_make(&s, &f), 0);
	made_key(&again, &again_key);
	assert_memory_equal(&first, &again, sizeof(first));
	len = checkpoint_of(leaf, 5, &first_key, &first, note);
	assert_int_equal(signer_adopt(&s, note, len, &size, &f), 0);
	snprintf(path, sizeof(path), "%s/sign/a.key", top);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(signer_make(&s, &f), -1);
	assert_int_equal(f.code, FAULT_SIGN_KEY_LOST);
	assert_true(signer_has(top, "a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_continues_is_signed_and_nothing_else),
		cmocka_unit_test(a_proof_from_another_size_is_none),
		cmocka_unit_test(a_checkpoint_that_is_newer_than_the_state_stops_it),
		cmocka_unit_test_setup_teardown(a_state_is_adopted_forwards_only, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(a_key_is_made_once_and_never_for_a_state_that_lost_its_own, make_dir,
		    drop_dir),
	};

	return cmocka_run_group_tests_name("signer", tests, start, NULL);
}
