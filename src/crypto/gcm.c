/*
 * gcm.c - AES-256-GCM by OpenSSL's EVP.
 */
#include "crypto/gcm.h"

#include <pthread.h>
#include <stdatomic.h>

#include <openssl/evp.h>
#include <sodium.h>

#define CHUNK 4096		/* bytes at a time between the cipher and out */

enum direction { OPEN, SEAL };	/* as EVP counts: 1 encrypts */

/* What a thread remembers: a context for each direction and the key it is set up for. */
struct memory {
	EVP_CIPHER_CTX *ctx[2];
	uint64_t serial[2];
};

static _Thread_local struct memory memory;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_end;		/* runs forget when a thread ends */
static EVP_CIPHER *cipher;		/* fetched once: looking it up by name takes a lock */

static void
forget(void *p)
{
	struct memory *m = p;

	for (int d = 0; d < 2; d++) {
		EVP_CIPHER_CTX_free(m->ctx[d]);	/* wipes */
		m->ctx[d] = NULL;
		m->serial[d] = 0;
	}
}

static void
start(void)
{
	if (pthread_key_create(&at_end, forget) == 0)
		cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

uint64_t
gcm_serial(void)
{
	static _Atomic uint64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

void
gcm_forget(void)
{
	forget(&memory);
}

/* This thread's context for a direction, set up for the key and the nonce; or NULL. */
static EVP_CIPHER_CTX *
context(enum direction d, const struct gcm_key *key, const uint8_t *nonce)
{
	struct memory *m = &memory;
	int known = m->serial[d] == key->serial;

	pthread_once(&once, start);
	if (cipher == NULL)
		return NULL;
	if (m->ctx[d] == NULL) {
		if (pthread_setspecific(at_end, m) != 0)
			return NULL;
		if ((m->ctx[d] = EVP_CIPHER_CTX_new()) == NULL)
			return NULL;
	}
	m->serial[d] = 0;
	if (EVP_CipherInit_ex2(m->ctx[d], known ? NULL : cipher, known ? NULL : key->b, nonce,
	    (int)d, NULL) != 1)
		return NULL;
	m->serial[d] = key->serial;
	return m->ctx[d];
}

/* Runs the additional data and then the text through the context, the text on to out. */
static int
run(EVP_CIPHER_CTX *ctx, const struct hash_part *aad, size_t naad, const uint8_t *in, size_t len,
    struct buf *out)
{
	uint8_t chunk[CHUNK];
	size_t used = 0;
	int rc = -1, got;

	for (size_t i = 0; i < naad; i++)
		if (EVP_CipherUpdate(ctx, NULL, &got, aad[i].data, (int)aad[i].len) != 1)
			goto out;
	while (len > 0) {
		size_t n = len < CHUNK ? len : CHUNK;

		used = used < n ? n : used;
		if (EVP_CipherUpdate(ctx, chunk, &got, in, (int)n) != 1)
			goto out;
		if (buf_add(out, chunk, (size_t)got) < 0)
			goto out;
		in += n;
		len -= n;
	}
	rc = 0;
out:
	sodium_memzero(chunk, used);
	return rc;
}

/* Takes back what was added beyond len, and wipes it: it may be unproven clear text. */
static void
take_back(struct buf *out, size_t len)
{
	if (out->data == NULL)
		return;
	sodium_memzero(out->data + len, out->len - len);
	out->len = len;
}

enum gcm_verdict
gcm_seal(const struct gcm_key *key, const uint8_t *nonce, const struct hash_part *aad,
    size_t naad, const void *clear, size_t len, struct buf *out)
{
	EVP_CIPHER_CTX *ctx = context(SEAL, key, nonce);
	size_t before = out->len;
	uint8_t tag[GCM_TAG_LEN];
	int got;

	if (ctx == NULL)
		return GCM_FAILED;
	if (run(ctx, aad, naad, clear, len, out) == 0 &&
	    EVP_CipherFinal_ex(ctx, tag, &got) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_LEN, tag) == 1 &&
	    buf_add(out, tag, sizeof(tag)) == 0)
		return GCM_DONE;
	take_back(out, before);
	return GCM_FAILED;
}

enum gcm_verdict
gcm_open(const struct gcm_key *key, const uint8_t *nonce, const struct hash_part *aad,
    size_t naad, const void *sealed, size_t len, struct buf *out)
{
	EVP_CIPHER_CTX *ctx;
	size_t before = out->len;
	uint8_t tag[GCM_TAG_LEN], none[1];
	enum gcm_verdict ret = GCM_FAILED;
	int got;

	if (len < GCM_TAG_LEN)
		return GCM_BROKEN;
	if ((ctx = context(OPEN, key, nonce)) == NULL)
		return GCM_FAILED;
	len -= GCM_TAG_LEN;
	memcpy(tag, (const uint8_t *)sealed + len, sizeof(tag));
	if (run(ctx, aad, naad, sealed, len, out) == 0 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_LEN, tag) == 1)
		ret = EVP_CipherFinal_ex(ctx, none, &got) == 1 ? GCM_DONE : GCM_BROKEN;
	if (ret != GCM_DONE)
		take_back(out, before);
	return ret;
}
