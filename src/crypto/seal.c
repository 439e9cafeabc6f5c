/*
 * seal.c - sealed values and blind indexes.
 */
#include "crypto/seal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <sodium.h>

#include "crypto/gcm.h"
#include "crypto/keyfile.h"

#define MASTER "master.key"
#define BLIND "blind.key"
#define SCHEME_GCM 1
#define HEAD_LEN (1 + 4 + GCM_NONCE_LEN)
#define SEALS_MAX (UINT64_C(1) << 30)	/* of one data key: its nonces are random */

_Static_assert(SEAL_OVERHEAD == HEAD_LEN + GCM_TAG_LEN, "the form of a sealed value");
_Static_assert(SEAL_WRAPPED_LEN == 1 + GCM_NONCE_LEN + GCM_KEY_LEN + GCM_TAG_LEN,
    "the form of a wrapped key");

/* Never changes once in the ring, but for its count. */
struct data_key {
	struct gcm_key key;
	uint32_t id;
	_Atomic uint64_t seals;		/* since it was added */
};

struct seal {
	struct gcm_key master;
	uint8_t blind[KEYFILE_LEN];
	_Atomic(struct data_key *) newest;	/* the one that seals */
	pthread_rwlock_t lock;			/* of the list */
	struct data_key **key;			/* by id */
	size_t n;
	int (*load)(void *ctx, struct fault *f);	/* of keys that others made; may be NULL */
	void *load_ctx;
};

static void
remove_key(const char *dir, const char *name)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) < (int)sizeof(path))
		unlink(path);
}

int
seal_create(const char *dir, struct fault *f)
{
	if (keyfile_create(dir, MASTER, f) < 0)
		return -1;
	if (keyfile_create(dir, BLIND, f) == 0)
		return 0;
	/* Half a set of keys would be in the way of the next attempt. */
	remove_key(dir, MASTER);
	return -1;
}

int
seal_copy(const char *from, const char *dir, struct fault *f)
{
	if (keyfile_copy(from, dir, MASTER, f) < 0)
		return -1;
	if (keyfile_copy(from, dir, BLIND, f) == 0)
		return 0;
	remove_key(dir, MASTER);
	return -1;
}

void
seal_remove(const char *dir)
{
	remove_key(dir, MASTER);
	remove_key(dir, BLIND);
}

int
seal_open(const char *dir, struct seal **ret_seal, struct fault *f)
{
	struct seal *s = sodium_malloc(sizeof(*s));

	if (s == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	memset(s, 0, sizeof(*s));
	pthread_rwlock_init(&s->lock, NULL);
	s->master.serial = gcm_serial();
	if (keyfile_load(dir, MASTER, s->master.b, f) < 0 ||
	    keyfile_load(dir, BLIND, s->blind, f) < 0) {
		seal_close(s);
		return -1;
	}
	*ret_seal = s;
	return 0;
}

void
seal_close(struct seal *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		sodium_free(s->key[i]);
	free(s->key);
	pthread_rwlock_destroy(&s->lock);
	sodium_free(s);
	gcm_forget();
}

static void
put_id(uint8_t *to, uint32_t id)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(id >> (24 - 8 * i));
}

static uint32_t
get_id(const uint8_t *from)
{
	return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static int
fail(struct fault *f, enum gcm_verdict verdict, const char *table, const char *column)
{
	fault_set(f, verdict == GCM_FAILED ? FAULT_MEMORY : FAULT_SEAL_BROKEN, "%s", "");
	fault_arg(f, "where", "%s.%s", table, column);
	return -1;
}

/* A wrapped key is bound to its id, so that two rows of keys cannot be exchanged. */
struct wrap_place { uint8_t id[4]; struct hash_part aad[2]; };

static void
wrap_place(struct wrap_place *place, uint32_t id)
{
	put_id(place->id, id);
	place->aad[0] = (struct hash_part){ "wzm-data-key-1\n", 15 };
	place->aad[1] = (struct hash_part){ place->id, sizeof(place->id) };
}

int
seal_new_key(struct seal *s, uint32_t id, uint8_t *ret_wrapped, struct fault *f)
{
	struct wrap_place place;
	struct buf wrapped = BUF_INIT;
	uint8_t key[GCM_KEY_LEN], head[1 + GCM_NONCE_LEN] = { SCHEME_GCM };
	enum gcm_verdict verdict = GCM_FAILED;

	wrap_place(&place, id);
	hash_random(key, sizeof(key));
	hash_random(head + 1, GCM_NONCE_LEN);
	if (buf_add(&wrapped, head, sizeof(head)) == 0)
		verdict = gcm_seal(&s->master, head + 1, place.aad, 2, key, sizeof(key), &wrapped);
	if (verdict == GCM_DONE)
		memcpy(ret_wrapped, wrapped.data, SEAL_WRAPPED_LEN);
	else
		fail(f, verdict, "data_key", "wrapped");
	sodium_memzero(key, sizeof(key));
	buf_free(&wrapped);
	return verdict == GCM_DONE ? 0 : -1;
}

/* Where the key of this id is or belongs, under the lock. */
static size_t
find(const struct seal *s, uint32_t id)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->key[mid]->id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Puts the key in its place and takes it over, or says why not in ret_verdict. */
static int
insert(struct seal *s, struct data_key *k, enum gcm_verdict *ret_verdict)
{
	size_t at = find(s, k->id);
	struct data_key **grown;

	if (at < s->n && s->key[at]->id == k->id) {
		if (!hash_equal(s->key[at]->key.b, k->key.b, GCM_KEY_LEN))
			*ret_verdict = GCM_BROKEN;
		return -1;
	}
	if ((grown = reallocarray(s->key, s->n + 1, sizeof(*grown))) == NULL) {
		*ret_verdict = GCM_FAILED;
		return -1;
	}
	s->key = grown;
	memmove(s->key + at + 1, s->key + at, (s->n - at) * sizeof(*s->key));
	s->key[at] = k;
	s->n++;
	atomic_store(&s->newest, s->key[s->n - 1]);
	return 0;
}

int
seal_add_key(struct seal *s, uint32_t id, const uint8_t *wrapped, size_t len, struct fault *f)
{
	struct wrap_place place;
	struct buf clear = BUF_INIT;
	struct data_key *k = sodium_malloc(sizeof(*k));
	enum gcm_verdict verdict = GCM_BROKEN;

	wrap_place(&place, id);
	if (k == NULL)
		verdict = GCM_FAILED;
	else if (id != 0 && len == SEAL_WRAPPED_LEN && wrapped[0] == SCHEME_GCM)
		verdict = gcm_open(&s->master, wrapped + 1, place.aad, 2,
		    wrapped + 1 + GCM_NONCE_LEN, len - 1 - GCM_NONCE_LEN, &clear);
	if (verdict == GCM_DONE) {
		memset(k, 0, sizeof(*k));
		k->key.serial = gcm_serial();
		k->id = id;
		memcpy(k->key.b, clear.data, GCM_KEY_LEN);
		pthread_rwlock_wrlock(&s->lock);
		if (insert(s, k, &verdict) == 0)
			k = NULL;
		pthread_rwlock_unlock(&s->lock);
	}
	sodium_free(k);
	buf_wipe(&clear);
	return verdict == GCM_DONE ? 0 : fail(f, verdict, "data_key", "wrapped");
}

void
seal_on_missing(struct seal *s, int (*load)(void *ctx, struct fault *f), void *ctx)
{
	s->load = load;
	s->load_ctx = ctx;
}

uint32_t
seal_key_id(const struct seal *s)
{
	const struct data_key *k = atomic_load(&s->newest);

	return k == NULL ? 0 : k->id;
}

uint64_t
seal_count(const struct seal *s)
{
	const struct data_key *k = atomic_load(&s->newest);

	return k == NULL ? 0 : atomic_load(&k->seals);
}

/* The additional data of a place: table and column with their NULs, then the row. */
#define AAD(place) \
	{ (place).table, strlen((place).table) + 1 }, \
	{ (place).column, strlen((place).column) + 1 }, \
	{ (place).row, (place).rowlen }

int
seal(struct seal *s, struct seal_place place, const void *clear, size_t len, struct buf *out,
    struct fault *f)
{
	struct data_key *k = atomic_load(&s->newest);
	const struct hash_part aad[] = { AAD(place) };
	uint8_t head[HEAD_LEN] = { SCHEME_GCM };
	size_t before = out->len;

	if (k == NULL || atomic_fetch_add(&k->seals, 1) >= SEALS_MAX) {
		fault_set(f, FAULT_SEAL_KEY, "%s", k == NULL ? "no data key" : "data key used up");
		return -1;
	}
	put_id(head + 1, k->id);
	hash_random(head + 5, GCM_NONCE_LEN);
	if (buf_add(out, head, sizeof(head)) < 0)
		return fail(f, GCM_FAILED, place.table, place.column);
	if (gcm_seal(&k->key, head + 5, aad, 3, clear, len, out) != GCM_DONE) {
		out->len = before;
		out->data[before] = '\0';
		return fail(f, GCM_FAILED, place.table, place.column);
	}
	return 0;
}

static struct data_key *
key_of(struct seal *s, uint32_t id)
{
	struct data_key *k = NULL;
	size_t at;

	pthread_rwlock_rdlock(&s->lock);
	at = find(s, id);
	if (at < s->n && s->key[at]->id == id)
		k = s->key[at];
	pthread_rwlock_unlock(&s->lock);
	return k;
}

int
unseal(struct seal *s, struct seal_place place, const void *sealed, size_t len, struct buf *out,
    struct fault *f)
{
	const struct hash_part aad[] = { AAD(place) };
	const uint8_t *p = sealed;
	struct data_key *k;
	enum gcm_verdict verdict;

	if (len < SEAL_OVERHEAD || p[0] != SCHEME_GCM)
		return fail(f, GCM_BROKEN, place.table, place.column);
	if ((k = key_of(s, get_id(p + 1))) == NULL && s->load != NULL) {
		if (s->load(s->load_ctx, f) < 0)
			return -1;
		k = key_of(s, get_id(p + 1));
	}
	if (k == NULL)
		return fail(f, GCM_BROKEN, place.table, place.column);
	verdict = gcm_open(&k->key, p + 5, aad, 3, p + HEAD_LEN, len - HEAD_LEN, out);
	return verdict == GCM_DONE ? 0 : fail(f, verdict, place.table, place.column);
}

void
blind(const struct seal *s, const char *purpose, const void *value, size_t len,
    uint8_t *ret_blind)
{
	struct sha256 key = hash_hmac_sha256(s->blind, KEYFILE_LEN, (struct hash_part[]){ { "wzm-blind-1\n", 12 },
	    { purpose, strlen(purpose) } }, 2);
	struct sha256 mac = hash_hmac_sha256(key.b, sizeof(key.b), &(struct hash_part){ value, len }, 1);

	memcpy(ret_blind, mac.b, BLIND_LEN);
	sodium_memzero(&key, sizeof(key));
	sodium_memzero(&mac, sizeof(mac));
}
