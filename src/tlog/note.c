#include "tlog/note.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "crypto/hash.h"

#define DASH "\xe2\x80\x94 "	/* an em dash and a space begin a line with a signature */
#define SIGNATURE_MAX 8192	/* bytes, key id included: post-quantum ones have nearly 5 kB */
#define COSIGNED "cosignature/v1\ntime "

static int
is_space(uint32_t c)
{
	return c <= ' ' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
	    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static int
is_name(const char *name, size_t len)
{
	uint32_t c = 0;

	if (len == 0 || len > NOTE_NAME_MAX)
		return 0;
	for (size_t i = 0, n; i < len; i += n)
		if ((n = utf8_decode(name + i, len - i, &c)) == 0 || is_space(c) || c == '+')
			return 0;
	return 1;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t
be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

int
note_key_make(struct note_key *ret_key, const char *name, enum note_type type,
    const uint8_t public[EDKEY_PUBLIC_LEN])
{
	const uint8_t sep[2] = { '\n', (uint8_t)type };
	size_t len = strnlen(name, NOTE_NAME_MAX + 1);
	struct sha256 hash;

	if (!is_name(name, len))
		return -1;
	hash = hash_sha256((struct hash_part[]){ { name, len }, { sep, 2 }, { public, EDKEY_PUBLIC_LEN } }, 3);
	memset(ret_key, 0, sizeof(*ret_key));
	memcpy(ret_key->name, name, len);
	memcpy(ret_key->public, public, EDKEY_PUBLIC_LEN);
	ret_key->type = type;
	ret_key->id = be32(hash.b);
	return 0;
}

int
note_key_parse(struct note_key *ret_key, const char *text, size_t len)
{
	char name[NOTE_NAME_MAX + 1], id[9];
	const char *plus = memchr(text, '+', len);
	uint8_t material[EDKEY_PUBLIC_LEN + 1];
	struct note_key key;
	size_t n;

	if (plus == NULL || (n = (size_t)(plus - text)) > NOTE_NAME_MAX || len - n < 11 || plus[9] != '+')
		return -1;
	/* A NUL in the name would end it early. */
	if (memchr(text, '\0', n) != NULL)
		return -1;
	memcpy(name, text, n);
	name[n] = '\0';
	if (dec_base64(plus + 10, len - n - 10, material, sizeof(material), &n) < 0 || n != sizeof(material) ||
	    (material[0] != NOTE_ED25519 && material[0] != NOTE_COSIGNATURE) || !edkey_is_public(material + 1) ||
	    note_key_make(&key, name, (enum note_type)material[0], material + 1) < 0)
		return -1;
	snprintf(id, sizeof(id), "%08x", key.id);
	if (memcmp(plus + 1, id, 8) != 0)
		return -1;
	*ret_key = key;
	return 0;
}

void
note_key_format(const struct note_key *key, char ret_text[NOTE_VKEY_MAX])
{
	uint8_t material[EDKEY_PUBLIC_LEN + 1] = { (uint8_t)key->type };
	char base64[ENC_SIZE(sizeof(material))];

	memcpy(material + 1, key->public, EDKEY_PUBLIC_LEN);
	enc_base64(material, sizeof(material), base64);
	snprintf(ret_text, NOTE_VKEY_MAX, "%s+%08x+%s", key->name, key->id, base64);
}

/* One line without its newline. */
static int
parse_signature(struct note_signature *ret, const char *line, size_t len)
{
	const size_t dash = sizeof(DASH) - 1;
	uint8_t bytes[SIGNATURE_MAX];
	const char *space;
	size_t n;

	if (len < dash || memcmp(line, DASH, dash) != 0)
		return -1;
	line += dash;
	len -= dash;
	if ((space = memchr(line, ' ', len)) == NULL || !is_name(line, (size_t)(space - line)))
		return -1;
	ret->name = line;
	ret->name_len = (size_t)(space - line);
	ret->base64 = space + 1;
	ret->base64_len = len - ret->name_len - 1;
	if (dec_base64(ret->base64, ret->base64_len, bytes, sizeof(bytes), &n) < 0 || n < 5)
		return -1;
	ret->id = be32(bytes);
	return 0;
}

/* The last empty line stands between text and signatures: where it ends, or NULL. */
static const char *
signatures_of(const char *text, size_t len)
{
	for (size_t i = len; i >= 2; i--)
		if (text[i - 1] == '\n' && text[i - 2] == '\n')
			return text + i;
	return NULL;
}

static int
is_note_text(const char *text, size_t len)
{
	if (len == 0 || len > NOTE_MAX || text[len - 1] != '\n' || !utf8_valid(text, len, NULL))
		return 0;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
			return 0;
	return 1;
}

int
note_parse(struct note *ret_note, const void *data, size_t len)
{
	const char *text = data, *line, *end;
	struct note note = { .text = text };

	if (!is_note_text(text, len) || (line = signatures_of(text, len)) == NULL)
		return -1;
	note.text_len = (size_t)(line - text) - 1;
	if (note.text_len > NOTE_TEXT_MAX || line == text + len)
		return -1;
	for (; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (note.nsignatures == NOTE_SIGNATURES_MAX || end == NULL ||
		    parse_signature(&note.signature[note.nsignatures++], line, (size_t)(end - line)) < 0)
			return -1;
	}
	*ret_note = note;
	return 0;
}

/* What a cosignature signs is a line and the time before the text. */
static int
cosignature_holds(const struct note *note, const struct note_key *key, const uint8_t *sig, size_t len,
    uint64_t *ret_time)
{
	char signed_text[NOTE_TEXT_MAX + 64];
	uint64_t time;
	int n;

	if (len != 8 + EDKEY_SIGNATURE_LEN || (time = be64(sig)) > INT64_MAX)
		return 0;
	n = snprintf(signed_text, sizeof(signed_text), COSIGNED "%llu\n", (unsigned long long)time);
	memcpy(signed_text + n, note->text, note->text_len);
	if (!edkey_verify(key->public, signed_text, (size_t)n + note->text_len, sig + 8))
		return 0;
	*ret_time = time;
	return 1;
}

static int
holds(const struct note *note, const struct note_key *key, const struct note_signature *s, uint64_t *ret_time)
{
	uint8_t bytes[SIGNATURE_MAX];
	size_t len;

	if (dec_base64(s->base64, s->base64_len, bytes, sizeof(bytes), &len) < 0)
		return 0;
	if (key->type == NOTE_COSIGNATURE)
		return cosignature_holds(note, key, bytes + 4, len - 4, ret_time);
	*ret_time = 0;
	return len == 4 + EDKEY_SIGNATURE_LEN && edkey_verify(key->public, note->text, note->text_len, bytes + 4);
}

enum note_verdict
note_verify(const struct note *note, const struct note_key *key, uint64_t *ret_time)
{
	enum note_verdict verdict = NOTE_UNSIGNED;
	size_t len = strlen(key->name);
	uint64_t time = 0;

	for (size_t i = 0; i < note->nsignatures; i++) {
		const struct note_signature *s = &note->signature[i];

		if (s->id != key->id || s->name_len != len || memcmp(s->name, key->name, len) != 0)
			continue;
		if (!holds(note, key, s, &time))
			return NOTE_FORGED;
		verdict = NOTE_SIGNED;
	}
	if (verdict == NOTE_SIGNED && ret_time != NULL)
		*ret_time = time;
	return verdict;
}

void
note_sign(const struct note_key *key, const struct edkey *secret, const char *text, size_t len,
    char ret_line[NOTE_LINE_MAX])
{
	uint8_t bytes[4 + EDKEY_SIGNATURE_LEN] = { (uint8_t)(key->id >> 24), (uint8_t)(key->id >> 16),
		(uint8_t)(key->id >> 8), (uint8_t)key->id };
	char base64[ENC_SIZE(sizeof(bytes))];

	assert(key->type == NOTE_ED25519);
	edkey_sign(secret, text, len, bytes + 4);
	enc_base64(bytes, sizeof(bytes), base64);
	snprintf(ret_line, NOTE_LINE_MAX, DASH "%s %s\n", key->name, base64);
}
