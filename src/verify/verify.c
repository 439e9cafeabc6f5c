/*
 * verify.c - a receipt's verdict.
 *
 * The record is opaque until the log vouches for it: nothing that was not proven is read as
 * anything but bytes, so that no difference between two readers of JSON can matter.
 */
#include <wzm/verify.h>

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/utf8.h"
#include "tlog/checkpoint.h"
#include "tlog/proof.h"
#include "verify/reader.h"

#define SALT_LEN 32
#define RECORD_MAX 16384
#define BODY_MAX 1048576
#define PROOF_MAX 131072

_Static_assert(sizeof(((struct checkpoint *)0)->origin) == WZM_ORIGIN_MAX, "as long as a log's name");

struct wzm_keys {
	struct note_key log[WZM_KEYS_MAX], witness[WZM_KEYS_MAX];
	size_t nlogs, nwitnesses, quorum;
	int has_quorum;
};

/* The members of a receipt, unescaped. */
enum member { WZM_RECEIPT, RECORD, SALT, BODY, BODY_SALT, PROOF, NMEMBERS };

struct text { const char *data; size_t len; };

/* Where the members' texts are written. */
struct own { size_t len; char text[]; };

struct receipt {
	struct text member[NMEMBERS];	/* data is NULL where it is missing */
	uint8_t salt[SALT_LEN], body_salt[SALT_LEN];
	struct log_proof proof;
	struct note note;
	struct checkpoint checkpoint;
};

static const struct { const char *name; size_t max; } members[NMEMBERS] = {
	[WZM_RECEIPT] = { "wzm_receipt", 0 },
	[RECORD] = { "record", RECORD_MAX },
	[SALT] = { "salt", 44 },
	[BODY] = { "body", BODY_MAX },
	[BODY_SALT] = { "body_salt", 44 },
	[PROOF] = { "proof", PROOF_MAX },
};

struct wzm_keys *
wzm_keys_new(void)
{
	return sodium_init() < 0 ? NULL : calloc(1, sizeof(struct wzm_keys));
}

void
wzm_keys_free(struct wzm_keys *keys)
{
	free(keys);
}

static int
add(struct note_key *list, size_t *n, const char *vkey, enum note_type type)
{
	struct note_key key;

	if (*n == WZM_KEYS_MAX || note_key_parse(&key, vkey, strnlen(vkey, NOTE_VKEY_MAX)) < 0 ||
	    key.type != type)
		return -1;
	/* A line could be of two keys, and hold for one of them only. */
	for (size_t i = 0; i < *n; i++)
		if (list[i].id == key.id && strcmp(list[i].name, key.name) == 0)
			return -1;
	list[(*n)++] = key;
	return 0;
}

int
wzm_keys_log(struct wzm_keys *keys, const char *vkey)
{
	return add(keys->log, &keys->nlogs, vkey, NOTE_ED25519);
}

int
wzm_keys_witness(struct wzm_keys *keys, const char *vkey)
{
	return add(keys->witness, &keys->nwitnesses, vkey, NOTE_COSIGNATURE);
}

int
wzm_keys_quorum(struct wzm_keys *keys, unsigned quorum)
{
	if (quorum > keys->nwitnesses)
		return -1;
	keys->quorum = quorum;
	keys->has_quorum = 1;
	return 0;
}

const char *
wzm_verdict_word(enum wzm_verdict verdict)
{
	static const char *const words[] = { "match", "mismatch", "malformed", "failed" };

	return words[verdict];
}

static enum wzm_verdict
say(struct wzm_finding *found, enum wzm_verdict verdict, const char *reason)
{
	found->reason = reason;
	return verdict;
}

static int
member_named(const char *name, size_t len)
{
	for (int m = 0; m < NMEMBERS; m++)
		if (strlen(members[m].name) == len && memcmp(members[m].name, name, len) == 0)
			return m;
	return -1;
}

/* Reads a member's value; its text goes to out. */
static const char *
read_value(struct reader *in, int m, char *out, struct receipt *r)
{
	const char *from;
	size_t len;

	if (m == WZM_RECEIPT) {
		if (reader_value(in, &from, &len) < 0)
			return "json";
		r->member[m] = (struct text){ from, len };
		return len == 1 && *from == '1' ? NULL : "version";
	}
	if (reader_string(in, out, &len) < 0)
		return "json";
	if (len > members[m].max)
		return "too_large";
	r->member[m] = (struct text){ out, len };
	return NULL;
}

/* The object: exactly its members, each once.  NULL, or what is wrong. */
static const char *
read_members(const char *text, size_t len, char *own, struct receipt *r)
{
	struct reader in = { text, text + len };
	const char *wrong;
	size_t n;
	int m;

	if (!reader_take(&in, '{'))
		return "json";
	do {
		/* What is read takes no more room than what has been read. */
		char *out = own + (in.at - text);

		if (reader_string(&in, out, &n) < 0 || !reader_take(&in, ':'))
			return "json";
		if ((m = member_named(out, n)) < 0 || r->member[m].data != NULL)
			return "members";
		if ((wrong = read_value(&in, m, out, r)) != NULL)
			return wrong;
	} while (reader_take(&in, ','));
	if (!reader_take(&in, '}') || !reader_ends(&in))
		return "json";
	for (m = 0; m < NMEMBERS; m++)
		if (r->member[m].data == NULL && m != BODY && m != BODY_SALT)
			return "members";
	return (r->member[BODY].data == NULL) == (r->member[BODY_SALT].data == NULL) ? NULL : "members";
}

static int
read_salt(const struct text *text, uint8_t salt[SALT_LEN])
{
	size_t n;

	if (text->data == NULL)
		return 0;
	return dec_base64(text->data, text->len, salt, SALT_LEN, &n) < 0 || n != SALT_LEN ? -1 : 0;
}

static enum merkle_verdict
included(const struct receipt *r)
{
	struct sha256 entry = hash_sha256((const struct hash_part[]){ { "wzm-record-1\n", 13 },
	    { r->salt, SALT_LEN }, { r->member[RECORD].data, r->member[RECORD].len } }, 3);

	return merkle_verify(merkle_leaf(entry.b, sizeof(entry.b)), r->proof.index,
	    r->checkpoint.size, r->proof.path, r->proof.len, r->checkpoint.root);
}

/* By a key of the log that the checkpoint names; and no known key's line is false. */
static const char *
check_log(const struct wzm_keys *keys, const struct receipt *r)
{
	const char *wrong = "unknown_log";

	for (size_t i = 0; i < keys->nlogs; i++) {
		const struct note_key *key = &keys->log[i];

		if (strcmp(key->name, r->checkpoint.origin) != 0)
			continue;
		switch (note_verify(&r->note, key, NULL)) {
		case NOTE_FORGED:
			return "signature";
		case NOTE_SIGNED:
			wrong = NULL;
			break;
		case NOTE_UNSIGNED:
			if (wrong != NULL)
				wrong = "unsigned";
		}
	}
	return wrong;
}

static const char *
check_witnesses(const struct wzm_keys *keys, const struct note *note, struct wzm_finding *found)
{
	size_t quorum = keys->has_quorum ? keys->quorum : keys->nwitnesses;
	uint64_t time;

	for (size_t i = 0; i < keys->nwitnesses; i++)
		switch (note_verify(note, &keys->witness[i], &time)) {
		case NOTE_FORGED:
			return "cosignature";
		case NOTE_SIGNED:
			if (found->witnesses == 0 || (int64_t)time < found->witnessed)
				found->witnessed = (int64_t)time;
			found->witnesses++;
			break;
		case NOTE_UNSIGNED:
			break;
		}
	return found->witnesses < quorum ? "quorum" : NULL;
}

/* What of a proven record is needed: its time, and the hash that binds its body. */
struct bound { char at[32], body[45]; };

/* Reads the proven record's members.  work has room for its bytes. */
static int
read_record(const struct text *record, char *work, struct bound *ret)
{
	struct reader in = { record->data, record->data + record->len };
	struct bound bound = { "", "" };
	const char *from;
	int seen = 0;
	size_t n;

	if (!reader_take(&in, '{'))
		return -1;
	if (reader_take(&in, '}'))
		goto out;
	do {
		int which;
		char *want;

		if (reader_string(&in, work, &n) < 0 || !reader_take(&in, ':'))
			return -1;
		which = n == 4 && memcmp(work, "body", 4) == 0 ? 1 : n == 2 && memcmp(work, "at", 2) == 0 ? 2 : 0;
		if (which == 0) {
			if (reader_value(&in, &from, &n) < 0)
				return -1;
			continue;
		}
		want = which == 1 ? bound.body : bound.at;
		if ((seen & which) != 0 || reader_string(&in, work, &n) < 0 ||
		    n >= (which == 1 ? sizeof(bound.body) : sizeof(bound.at)))
			return -1;
		seen |= which;
		memcpy(want, work, n);
	} while (reader_take(&in, ','));
	if (!reader_take(&in, '}'))
		return -1;
out:
	*ret = bound;
	return reader_ends(&in) ? 0 : -1;
}

static int
body_is_bound(const struct receipt *r, const char *bound)
{
	struct sha256 hash = hash_sha256((const struct hash_part[]){ { "wzm-body-1\n", 11 },
	    { r->body_salt, SALT_LEN }, { r->member[BODY].data, r->member[BODY].len } }, 3);
	char base64[ENC_SIZE(sizeof(hash.b))];

	enc_base64(hash.b, sizeof(hash.b), base64);
	return strcmp(base64, bound) == 0;
}

/* The order of these steps is that of docs/protocol.md: the first that fails gives the reason. */
static enum wzm_verdict
check(const struct wzm_keys *keys, struct receipt *r, char *work, struct wzm_finding *found)
{
	enum merkle_verdict inclusion;
	struct bound bound;
	const char *wrong;

	if (read_salt(&r->member[SALT], r->salt) < 0 || read_salt(&r->member[BODY_SALT], r->body_salt) < 0)
		return say(found, WZM_MALFORMED, "salt");
	if (log_proof_read(r->member[PROOF].data, r->member[PROOF].len, &r->proof) < 0)
		return say(found, WZM_MALFORMED, "proof");
	if (note_parse(&r->note, r->proof.checkpoint, r->proof.checkpoint_len) < 0 ||
	    checkpoint_parse(&r->checkpoint, r->note.text, r->note.text_len) < 0 ||
	    r->checkpoint.size > PROOF_INDEX_MAX)
		return say(found, WZM_MALFORMED, "checkpoint");
	memcpy(found->origin, r->checkpoint.origin, sizeof(found->origin));
	found->index = r->proof.index;
	found->size = r->checkpoint.size;
	if ((inclusion = included(r)) == MERKLE_MALFORMED)
		return say(found, WZM_MALFORMED, "path");
	if ((wrong = check_log(keys, r)) != NULL ||
	    (wrong = check_witnesses(keys, &r->note, found)) != NULL)
		return say(found, WZM_MISMATCH, wrong);
	if (inclusion != MERKLE_PROVEN)
		return say(found, WZM_MISMATCH, "root");
	if (read_record(&r->member[RECORD], work, &bound) < 0)
		return say(found, WZM_MALFORMED, "record");
	if (r->member[BODY].data != NULL && !body_is_bound(r, bound.body))
		return say(found, WZM_MISMATCH, "body");
	memcpy(found->at, bound.at, sizeof(found->at));
	return say(found, WZM_MATCH, "");
}

enum wzm_verdict
wzm_verify(const struct wzm_keys *keys, const void *receipt, size_t len, struct wzm_finding *ret_found)
{
	struct receipt r = { 0 };
	enum wzm_verdict verdict;
	const char *wrong;
	struct own *own;

	memset(ret_found, 0, sizeof(*ret_found));
	if (len > WZM_RECEIPT_MAX)
		return say(ret_found, WZM_MALFORMED, "too_large");
	/* Of nothing the address may be NULL. */
	if (len == 0 || !utf8_valid(receipt, len, NULL))
		return say(ret_found, WZM_MALFORMED, "json");
	/* The members first, then room for what is read from the record. */
	if ((own = malloc(sizeof(*own) + len + RECORD_MAX)) == NULL)
		return say(ret_found, WZM_FAILED, "memory");
	own->len = len + RECORD_MAX;
	ret_found->own = own;
	if ((wrong = read_members(receipt, len, own->text, &r)) != NULL)
		return say(ret_found, WZM_MALFORMED, wrong);
	verdict = check(keys, &r, own->text + len, ret_found);
	if (verdict == WZM_MATCH) {
		ret_found->record = r.member[RECORD].data;
		ret_found->record_len = r.member[RECORD].len;
		ret_found->body = r.member[BODY].data;
		ret_found->body_len = r.member[BODY].len;
	}
	return verdict;
}

void
wzm_finding_free(struct wzm_finding *found)
{
	struct own *own = found->own;

	if (own != NULL)
		explicit_bzero(own->text, own->len);
	free(own);
	memset(found, 0, sizeof(*found));
}
