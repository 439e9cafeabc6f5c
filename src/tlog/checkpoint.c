#include "tlog/checkpoint.h"

#include <stdio.h>
#include <string.h>

/* Cuts off the next line, which must not be empty; -1 if there is none. */
static int
next_line(const char **text, const char *end, const char **ret_line, size_t *ret_len)
{
	const char *nl = memchr(*text, '\n', (size_t)(end - *text));

	if (nl == NULL || nl == *text)
		return -1;
	*ret_line = *text;
	*ret_len = (size_t)(nl - *text);
	*text = nl + 1;
	return 0;
}

static int
parse_size(const char *text, size_t len, uint64_t *ret_size)
{
	uint64_t size = 0;

	if (len > 19 || (text[0] == '0' && len > 1))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		size = size * 10 + (uint64_t)(text[i] - '0');
	}
	if (size > INT64_MAX)
		return -1;
	*ret_size = size;
	return 0;
}

int
checkpoint_parse(struct checkpoint *ret_checkpoint, const char *text, size_t len)
{
	const char *end = text + len, *line;
	struct checkpoint cp;
	size_t n;

	memset(&cp, 0, sizeof(cp));
	if (next_line(&text, end, &line, &n) < 0 || n > NOTE_NAME_MAX || memchr(line, '\0', n) != NULL)
		return -1;
	memcpy(cp.origin, line, n);
	if (next_line(&text, end, &line, &n) < 0 || parse_size(line, n, &cp.size) < 0)
		return -1;
	if (next_line(&text, end, &line, &n) < 0 ||
	    dec_base64(line, n, cp.root.b, sizeof(cp.root.b), &n) < 0 || n != sizeof(cp.root.b))
		return -1;
	cp.extension = text;
	cp.extension_len = (size_t)(end - text);
	while (text < end)
		if (next_line(&text, end, &line, &n) < 0)
			return -1;
	*ret_checkpoint = cp;
	return 0;
}

size_t
checkpoint_format(const struct checkpoint *checkpoint, char ret_text[CHECKPOINT_TEXT_MAX])
{
	char root[ENC_SIZE(sizeof(checkpoint->root.b))];

	enc_base64(checkpoint->root.b, sizeof(checkpoint->root.b), root);
	return (size_t)snprintf(ret_text, CHECKPOINT_TEXT_MAX, "%s\n%llu\n%s\n", checkpoint->origin,
	    (unsigned long long)checkpoint->size, root);
}

enum note_verdict
checkpoint_open(struct checkpoint *ret_checkpoint, const void *data, size_t len, const char *origin,
    const struct note_key *key)
{
	enum note_verdict verdict;
	struct checkpoint cp;
	struct note note;

	if (note_parse(&note, data, len) < 0 || checkpoint_parse(&cp, note.text, note.text_len) < 0 ||
	    strcmp(cp.origin, origin) != 0)
		return NOTE_FORGED;
	if ((verdict = note_verify(&note, key, NULL)) == NOTE_SIGNED)
		*ret_checkpoint = cp;
	return verdict;
}

size_t
checkpoint_sign(const struct checkpoint *checkpoint, const struct note_key *key,
    const struct edkey *secret, char ret_note[CHECKPOINT_NOTE_MAX])
{
	char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX];
	size_t len = checkpoint_format(checkpoint, text);

	note_sign(key, secret, text, len, line);
	return (size_t)snprintf(ret_note, CHECKPOINT_NOTE_MAX, "%s\n%s", text, line);
}
