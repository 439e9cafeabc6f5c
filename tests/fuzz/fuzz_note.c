/*
 * A note is read like any bytes from outside: what was read lies inside the input, what is written is
 * read back as it was, and of these signatures none holds for a key that nobody has.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "crypto/hash.h"
#include "tlog/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_key(const char *text, size_t len)
{
	char again[NOTE_VKEY_MAX];
	struct note_key key;

	if (note_key_parse(&key, text, len) < 0)
		return;
	note_key_format(&key, again);
	assert(strlen(again) == len && memcmp(again, text, len) == 0);
}

static void
try_checkpoint(const char *text, size_t len)
{
	char again[CHECKPOINT_TEXT_MAX];
	struct checkpoint cp;
	size_t n;

	if (checkpoint_parse(&cp, text, len) < 0)
		return;
	assert(cp.extension >= text && cp.extension + cp.extension_len == text + len);
	n = checkpoint_format(&cp, again);
	assert(n == strlen(again) && n + cp.extension_len == len && memcmp(again, text, n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = { 0xf2 };
	const char *text = (const char *)data;
	struct note_key key;
	struct edkey secret;
	struct note note;

	assert(crypto_start() == 0);
	try_key(text, size);
	try_checkpoint(text, size);
	if (note_parse(&note, text, size) < 0)
		return 0;
	assert(note.nsignatures > 0 && note.text == text && note.text_len < size);
	try_checkpoint(note.text, note.text_len);
	edkey_make(&secret, seed);
	for (size_t i = 0; i < note.nsignatures; i++) {
		const struct note_signature *s = &note.signature[i];
		char name[NOTE_NAME_MAX + 1];

		assert(s->name > text && s->name_len > 0 && s->base64 + s->base64_len < text + size);
		memcpy(name, s->name, s->name_len);
		name[s->name_len] = '\0';
		for (int type = 0; type < 2; type++) {
			if (note_key_make(&key, name, type ? NOTE_COSIGNATURE : NOTE_ED25519, secret.public) < 0)
				continue;
			key.id = s->id;
			assert(note_verify(&note, &key, NULL) == NOTE_FORGED);
		}
	}
	return 0;
}
