#include "rules/json_text.h"

#include <stdlib.h>
#include <string.h>

#define FEW 32		/* members that are put in order without asking for memory */

static void value(json_t *json, enum json_order order, struct buf *out);

static void
member(const char *name, json_t *json, int first, enum json_order order, struct buf *out)
{
	if (!first)
		buf_char(out, ',');
	buf_json(out, name, strlen(name));
	buf_char(out, ':');
	value(json, order, out);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
members_by_name(json_t *json, struct buf *out)
{
	const char *few[FEW], **names = few, *name;
	size_t n = json_object_size(json), i = 0;
	json_t *m;

	if (n > FEW && (names = reallocarray(NULL, n, sizeof(*names))) == NULL) {
		out->failed = 1;
		return;
	}
	json_object_foreach(json, name, m)
		names[i++] = name;
	qsort(names, n, sizeof(*names), by_name);
	for (i = 0; i < n; i++)
		member(names[i], json_object_get(json, names[i]), i == 0, JSON_BY_NAME, out);
	if (names != few)
		free(names);
}

static void
object(json_t *json, enum json_order order, struct buf *out)
{
	const char *name;
	int first = 1;
	json_t *m;

	buf_char(out, '{');
	if (order == JSON_BY_NAME)
		members_by_name(json, out);
	else
		json_object_foreach(json, name, m) {
			member(name, m, first, order, out);
			first = 0;
		}
	buf_char(out, '}');
}

static void
array(json_t *json, enum json_order order, struct buf *out)
{
	size_t i;
	json_t *m;

	buf_char(out, '[');
	json_array_foreach(json, i, m) {
		if (i > 0)
			buf_char(out, ',');
		value(m, order, out);
	}
	buf_char(out, ']');
}

static void
real(json_t *json, struct buf *out)
{
	char text[64];
	size_t n = json_dumpb(json, text, sizeof(text), JSON_ENCODE_ANY);

	if (n > sizeof(text))
		out->failed = 1;
	else
		buf_add(out, text, n);
}

static void
value(json_t *json, enum json_order order, struct buf *out)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		object(json, order, out);
		break;
	case JSON_ARRAY:
		array(json, order, out);
		break;
	case JSON_STRING:
		buf_json(out, json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		buf_int(out, json_integer_value(json));
		break;
	case JSON_REAL:
		real(json, out);
		break;
	default:
		buf_str(out, json_is_true(json) ? "true" : json_is_false(json) ? "false" : "null");
		break;
	}
}

int
json_text(json_t *json, enum json_order order, struct buf *out)
{
	if (json == NULL)
		return -1;
	value(json, order, out);
	return buf_failed(out) ? -1 : 0;
}
