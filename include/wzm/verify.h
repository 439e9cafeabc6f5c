/*
 * verify.h - checks receipts (回执) of Wuzhengming 无证明, without asking anybody.
 *
 * A receipt says that a record stands in a public log; docs/protocol.md has the format.
 * The library needs libsodium and nothing else: no network, no files, no settings.  It
 * takes any bytes, hostile ones included, and never uses more memory than twice their
 * number and a few kilobytes.  Safe from any thread; keys that are complete may be shared.
 *
 *	struct wzm_keys *keys = wzm_keys_new();
 *	struct wzm_finding found;
 *
 *	if (keys != NULL && wzm_keys_log(keys, vkey) == 0 &&
 *	    wzm_verify(keys, text, len, &found) == WZM_MATCH)
 *		printf("%.*s\n", (int)found.record_len, found.record);
 *	wzm_finding_free(&found);
 *
 * Link with -lwzmverify (pkg-config --libs wzmverify).
 */
#ifndef WZM_VERIFY_H
#define WZM_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && __GNUC__ >= 4
#define WZM_API __attribute__((visibility("default")))
#else
#define WZM_API
#endif

#define WZM_RECEIPT_MAX 4194304	/* bytes; more is malformed */
#define WZM_ORIGIN_MAX 256	/* bytes of a log's name, with its NUL */
#define WZM_KEYS_MAX 64		/* log keys, and as many witness keys */

enum wzm_verdict {
	WZM_MATCH,		/* the log holds this record, and this body belongs to it */
	WZM_MISMATCH,		/* a well-formed receipt whose hashes or signatures do not hold */
	WZM_MALFORMED,		/* not a receipt */
	WZM_FAILED,		/* no memory: nothing was found out */
};

/* Whose signatures count. */
struct wzm_keys;

/* NULL without memory. */
WZM_API struct wzm_keys *wzm_keys_new(void);
WZM_API void wzm_keys_free(struct wzm_keys *keys);

/*
 * Adds the verifier key ("name+hash+base64") of a log, whose name is the origin of its
 * checkpoints, or of a witness (signature type 4).  -1 if the text is no such key, has another
 * type, one with its name and hash is there already, or there are WZM_KEYS_MAX.
 */
WZM_API int wzm_keys_log(struct wzm_keys *keys, const char *vkey);
WZM_API int wzm_keys_witness(struct wzm_keys *keys, const char *vkey);

/* How many of the witnesses must have signed; all of them unless this says less.  -1 if there are fewer. */
WZM_API int wzm_keys_quorum(struct wzm_keys *keys, unsigned quorum);

/* What was found.  Texts are UTF-8 and may hold NULs, so their lengths count. */
struct wzm_finding {
	const char *reason;		/* "" for a match, else one of the words of docs/protocol.md */
	char origin[WZM_ORIGIN_MAX];	/* "" until a checkpoint was read */
	uint64_t index, size;		/* the record's place, and the leaves of the tree */
	unsigned witnesses;		/* of those asked for, how many signed */
	int64_t witnessed;		/* the earliest of their times, seconds since 1970; 0: none */
	char at[32];			/* what the record says when it happened; "" unless it matches */
	const char *record, *body;	/* body is NULL if the receipt has none; both only for a match */
	size_t record_len, body_len;
	void *own;			/* the library's */
};

/* Never fails but for memory.  ret_found is always written and to be released, whatever it says. */
WZM_API enum wzm_verdict wzm_verify(const struct wzm_keys *keys, const void *receipt, size_t len,
    struct wzm_finding *ret_found);

/* Forgets the texts, overwriting them: a body is somebody's data. */
WZM_API void wzm_finding_free(struct wzm_finding *found);

/* "match", "mismatch", "malformed", "failed". */
WZM_API const char *wzm_verdict_word(enum wzm_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
