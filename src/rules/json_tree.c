#include "rules/json_tree.h"

#include <string.h>

#include "base/buf.h"
#include "rules/json_read.h"

#define NAME_MAX_LEN 128	/* what has longer names or is deeper is left to the library */
#define DEPTH_MAX 16

static json_t *value(struct json_read *r, int depth);

/* A string without escapes as it stands; anything else as the library reads it. */
static json_t *
scalar(struct json_read *r)
{
	const char *raw;
	size_t len;

	if (json_read_raw(r, &raw, &len) < 0)
		return NULL;
	if (len >= 2 && raw[0] == '"' && raw[len - 1] == '"' && buf_json_plain(raw + 1, len - 2) == len - 2)
		return json_stringn(raw + 1, len - 2);
	return json_loadb(raw, len, JSON_DECODE_ANY, NULL);
}

/* The members or elements into json; -1 where one is not read. */
static int
members(struct json_read *r, int depth, json_t *json)
{
	int object = json_is_object(json), rc = json_read_open(r, object ? '{' : '[');
	char name[NAME_MAX_LEN];

	while (rc == 0 && json_read_next(r, object ? '}' : ']')) {
		if (object && json_read_name(r, name, sizeof(name)) < 0)
			return -1;
		rc = object ? json_object_set_new(json, name, value(r, depth)) :
		    json_array_append_new(json, value(r, depth));
	}
	return rc < 0 || r->failed ? -1 : 0;
}

static json_t *
value(struct json_read *r, int depth)
{
	int c = json_read_peek(r);
	json_t *json;

	if (c != '{' && c != '[')
		return scalar(r);
	if (depth == DEPTH_MAX || (json = c == '{' ? json_object() : json_array()) == NULL)
		return NULL;
	if (members(r, depth + 1, json) == 0)
		return json;
	json_decref(json);
	return NULL;
}

/* A byte 0 means other things to the library in a text and in a part of one. */
static int
is_ours(struct json_read *r, const char *text, size_t len)
{
	int c;

	json_read_start(r, text, len);
	c = json_read_peek(r);
	return (c == '{' || c == '[') && memchr(text, '\0', len) == NULL;
}

json_t *
json_tree(const char *text, size_t len)
{
	struct json_read r;
	json_t *json;

	if (is_ours(&r, text, len)) {
		if ((json = value(&r, 0)) != NULL && json_read_end(&r) == 0)
			return json;
		json_decref(json);
	}
	return json_loadb(text, len, 0, NULL);
}

static int
named(const char *const *names, const char *name)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static int
members_of(struct json_read *r, json_t *json, const char *const *names)
{
	char name[NAME_MAX_LEN];
	const char *raw;
	size_t len;

	if (json_read_open(r, '{') < 0)
		return -1;
	while (json_read_next(r, '}'))
		if (json_read_name(r, name, sizeof(name)) < 0 || (named(names, name) ?
		    json_object_set_new(json, name, value(r, 1)) : json_read_raw(r, &raw, &len)) < 0)
			return -1;
	return json_read_end(r);
}

void
json_tree_cut(json_t *object, const char *const *names)
{
	const char *name;
	json_t *m;
	void *next;

	json_object_foreach_safe(object, next, name, m)
		if (!named(names, name))
			json_object_del(object, name);
}

json_t *
json_tree_of(const char *text, size_t len, const char *const *names)
{
	struct json_read r;
	json_t *json;

	if (is_ours(&r, text, len) && (json = json_object()) != NULL) {
		if (members_of(&r, json, names) == 0)
			return json;
		json_decref(json);
	}
	json = json_loadb(text, len, 0, NULL);
	json_tree_cut(json, names);
	return json;
}
