/* Any bytes: what the JSON library takes is read as it reads it; the rest ends, and stays within the bytes. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "../unit/rules/json_rebuild.h"
#include "rules/json_tree.h"

#define LEN_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of an object that is none of the library's anything may come; of one that is, those members and no other. */
static void
some_members(const char *text, size_t size, json_t *theirs)
{
	const char *first = json_object_iter_key(json_object_iter(theirs)), *names[] = { "a", first, NULL };
	json_t *ours = json_tree_of(text, size, names), *m;
	size_t n = 0;

	for (size_t i = 0; i < 2 && theirs != NULL && names[i] != NULL; i++) {
		if ((m = json_object_get(theirs, names[i])) == NULL || (i == 1 && strcmp(names[0], names[1]) == 0))
			continue;
		assert(json_equal(m, json_object_get(ours, names[i])));
		n++;
	}
	assert(theirs == NULL || !json_is_object(theirs) || json_object_size(ours) == n);
	json_decref(ours);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *raw;
	json_t *theirs, *ours;
	struct json_read r;
	size_t brackets = 0, len;

	if (size > LEN_MAX)
		return 0;
	for (size_t i = 0; i < size; i++)
		brackets += text[i] == '[' || text[i] == '{';
	theirs = json_loadb(text, size, JSON_DECODE_ANY, NULL);
	ours = json_rebuild(text, size);
	/* What the library refuses may pass, where it is no UTF-8; it takes a byte 0 for the end. */
	if (theirs != NULL && brackets < REBUILD_DEPTH && memchr(text, '\0', size) == NULL)
		assert(ours != NULL && json_equal(theirs, ours));
	json_decref(theirs);
	json_decref(ours);
	/* The tree of a text is the library's, and there is none where the library makes none. */
	theirs = json_loadb(text, size, 0, NULL);
	ours = json_tree(text, size);
	assert(theirs == NULL ? ours == NULL : ours != NULL && json_equal(theirs, ours));
	some_members(text, size, theirs);
	json_read_start(&r, text, size);
	if (json_read_raw(&r, &raw, &len) == 0)
		assert(raw >= text && len <= size - (size_t)(raw - text));
	json_decref(theirs);
	json_decref(ours);
	return 0;
}
