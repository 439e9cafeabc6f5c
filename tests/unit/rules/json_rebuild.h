/* json_rebuild.h - the tree that json_read sees, to be compared with the JSON library's; for tests. */
#ifndef JSON_REBUILD_H
#define JSON_REBUILD_H

#include <jansson.h>
#include <stdlib.h>

#include "rules/json_read.h"

#define REBUILD_DEPTH 64

static json_t *
rebuild(struct json_read *r, size_t max, int depth)
{
	char *text = malloc(max), open = '\0';
	json_t *json = NULL, *one = NULL;
	struct json_read look = *r;
	const char *raw;
	size_t len;
	int yes, bad = text == NULL || depth == REBUILD_DEPTH;

	while (look.at < look.end && (*look.at == ' ' || *look.at == '\n' || *look.at == '\t' || *look.at == '\r'))
		look.at++;
	if (look.at < look.end)
		open = *look.at;
	if (bad)
		;
	else if (open == '"')
		json = json_read_text(r, text, max) == 0 ? json_string(text) : NULL;
	else if (open == 't' || open == 'f')
		json = json_read_bool(r, &yes) == 0 ? json_boolean(yes) : NULL;
	else if (open == '{' || open == '[') {
		json = open == '{' ? json_object() : json_array();
		bad = json_read_open(r, open) < 0;
		while (!bad && json_read_next(r, open == '{' ? '}' : ']')) {
			bad = (open == '{' && json_read_name(r, text, max) < 0) ||
			    (one = rebuild(r, max, depth + 1)) == NULL ||
			    (open == '{' ? json_object_set_new(json, text, one) : json_array_append_new(json, one)) < 0;
		}
		bad |= r->failed;
	} else
		json = json_read_raw(r, &raw, &len) == 0 ? json_loadb(raw, len, JSON_DECODE_ANY, NULL) : NULL;
	free(text);
	if (!bad)
		return json;
	json_decref(json);
	return NULL;
}

/* NULL where the text is no JSON, or deeper than REBUILD_DEPTH. */
static json_t *
json_rebuild(const char *text, size_t len)
{
	struct json_read r;
	json_t *json;

	json_read_start(&r, text, len);
	json = rebuild(&r, len + 1, 0);
	if (json_read_end(&r) == 0)
		return json;
	json_decref(json);
	return NULL;
}

#endif
