/*
 * proof.c - tlog-proof text.
 */
#include "tlog/proof.h"

#include <stdio.h>
#include <string.h>

static const char head[] = "c2sp.org/tlog-proof@v1";

/* Text that is still to be read. */
struct rest { const char *at, *end; };

/* Takes a line, without its newline; -1 if none ends. */
static int
line(struct rest *rest, const char **ret_line, size_t *ret_len)
{
	size_t left = (size_t)(rest->end - rest->at);
	const char *newline = left > 0 ? memchr(rest->at, '\n', left) : NULL;

	if (newline == NULL)
		return -1;
	*ret_line = rest->at;
	*ret_len = (size_t)(newline - rest->at);
	rest->at = newline + 1;
	return 0;
}

static int
starts(const char *text, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(text, with, n) == 0;
}

/* A decimal up to PROOF_INDEX_MAX without leading zeros; -1 if it is none. */
static int
decimal(const char *text, size_t len, uint64_t *ret_number)
{
	uint64_t n = 0;

	if (len == 0 || len > 16 || (text[0] == '0' && len > 1))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	if (n > PROOF_INDEX_MAX)
		return -1;
	*ret_number = n;
	return 0;
}

/* Base64 of at least one byte, of any length, without keeping what it says. */
static int
is_base64(const char *text, size_t len)
{
	uint8_t bytes[3];
	size_t n;

	if (len == 0 || len % 4 != 0)
		return 0;
	for (size_t i = 0; i < len; i += 4)
		if (dec_base64(text + i, 4, bytes, sizeof(bytes), &n) < 0 || (n < 3 && i + 4 < len))
			return 0;
	return 1;
}

static int
read_path(struct rest *rest, struct log_proof *proof)
{
	const char *text;
	size_t len, n;

	for (;;) {
		if (line(rest, &text, &len) < 0)
			return -1;
		if (len == 0)
			return 0;
		if (proof->len == MERKLE_PATH_MAX || len != PROOF_PATH_TEXT - 1 ||
		    dec_base64(text, len, proof->path[proof->len].b, 32, &n) < 0 || n != 32)
			return -1;
		proof->len++;
	}
}

int
log_proof_read(const char *text, size_t len, struct log_proof *ret_proof)
{
	struct rest rest = { text, text + len };
	struct log_proof proof = { 0 };
	const char *l;
	size_t n;

	if (line(&rest, &l, &n) < 0 || n != strlen(head) || !starts(l, n, head) ||
	    line(&rest, &l, &n) < 0)
		return -1;
	if (starts(l, n, "extra ") && (!is_base64(l + 6, n - 6) || line(&rest, &l, &n) < 0))
		return -1;
	if (!starts(l, n, "index ") || decimal(l + 6, n - 6, &proof.index) < 0 ||
	    read_path(&rest, &proof) < 0)
		return -1;
	proof.checkpoint = rest.at;
	proof.checkpoint_len = (size_t)(rest.end - rest.at);
	*ret_proof = proof;
	return 0;
}

size_t
log_proof_write(const struct log_proof *proof, char *ret_text, size_t size)
{
	int n;
	size_t len;

	if (proof->index > PROOF_INDEX_MAX || proof->len > MERKLE_PATH_MAX)
		return 0;
	n = snprintf(ret_text, size, "%s\nindex %llu\n", head, (unsigned long long)proof->index);
	if (n < 0)
		return 0;
	len = (size_t)n;
	if (len + proof->len * PROOF_PATH_TEXT + 1 + proof->checkpoint_len + 1 > size)
		return 0;
	for (size_t i = 0; i < proof->len; i++) {
		char hash[ENC_SIZE(32)];

		enc_base64(proof->path[i].b, 32, hash);
		memcpy(ret_text + len, hash, PROOF_PATH_TEXT - 1);
		ret_text[len + PROOF_PATH_TEXT - 1] = '\n';
		len += PROOF_PATH_TEXT;
	}
	ret_text[len++] = '\n';
	memcpy(ret_text + len, proof->checkpoint, proof->checkpoint_len);
	len += proof->checkpoint_len;
	ret_text[len] = '\0';
	return len;
}
