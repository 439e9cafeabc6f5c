#include <string.h>

#include "api/api.h"
#include "base/utf8.h"

#define DEPTH_MAX 16

/* Nesting of objects and arrays; a JSON parser of its own is not needed for that. */
static int
too_deep(const char *text, size_t len)
{
	int depth = 0, quoted = 0;

	for (size_t i = 0; i < len; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = 0;
		} else if (text[i] == '"')
			quoted = 1;
		else if (text[i] == '{' || text[i] == '[') {
			if (++depth > DEPTH_MAX)
				return 1;
		} else if (text[i] == '}' || text[i] == ']')
			depth--;
	}
	return 0;
}

/* The member that jansson found twice, out of its message: duplicate object key near '"name"'. */
static void
repeated(const json_error_t *error, struct fault *f)
{
	const char *from = strstr(error->text, "near '\""), *to;

	fault_set(f, FAULT_FIELD_REPEATED, "%s", "");
	from = from != NULL ? from + 7 : "";
	to = strchr(from, '"');
	/* A name with anything else in it is not shown: it could be a value in the wrong place. */
	if (to == NULL || strspn(from, "abcdefghijklmnopqrstuvwxyz_") != (size_t)(to - from))
		fault_arg(f, "field", "%s", "?");
	else
		fault_arg(f, "field", "%.*s", (int)(to - from), from);
}

int
in_parse(const char *text, size_t len, json_t **ret_json, struct fault *f)
{
	json_error_t error;
	json_t *json;
	size_t bad;

	if (!utf8_valid(text, len, &bad)) {
		fault_set(f, FAULT_BAD_JSON, "%s", "not UTF-8");
		fault_arg(f, "offset", "%zu", bad);
		return -1;
	}
	if (too_deep(text, len)) {
		fault_set(f, FAULT_BAD_REQUEST, "%s", "depth");
		fault_arg(f, "what", "depth > %d", DEPTH_MAX);
		return -1;
	}
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL) {
		if (json_error_code(&error) == json_error_duplicate_key) {
			repeated(&error, f);
			return -1;
		}
		fault_set(f, FAULT_BAD_JSON, "%s", "");
		fault_arg(f, "offset", "%d", error.position);
		return -1;
	}
	if (!json_is_object(json)) {
		json_decref(json);
		fault_set(f, FAULT_BAD_REQUEST, "%s", "not an object");
		fault_arg(f, "what", "%s", "{…}");
		return -1;
	}
	*ret_json = json;
	return 0;
}

void
in_start(struct in *in, const json_t *object, const char *path, struct fault *f)
{
	memset(in, 0, sizeof(*in));
	in->object = object;
	in->f = f;
	snprintf(in->path, sizeof(in->path), "%s", path);
	if (!json_is_object(object)) {
		fault_set(f, FAULT_FIELD_TYPE, "%s", "");
		fault_arg(f, "field", "%.*s", (int)(strlen(path) - (path[0] != '\0')), path);
		fault_arg(f, "expected", "%s", "object");
		in->failed = 1;
	}
}

void
in_path(const struct in *in, const char *name, char *text, size_t size)
{
	snprintf(text, size, "%s%s", in->path, name);
}

static void
wrong(struct in *in, enum fault_code code, const char *name, const char *arg, const char *value)
{
	if (in->failed)
		return;
	in->failed = 1;
	fault_set(in->f, code, "%s", "");
	fault_arg(in->f, "field", "%s%s", in->path, name);
	if (arg != NULL)
		fault_arg(in->f, arg, "%s", value);
}

/* The member of that name if it has the type; null counts as absent. */
static json_t *
member(struct in *in, const char *name, enum in_need need, json_type type, const char *expected)
{
	json_t *value;

	if (in->nknown < sizeof(in->known) / sizeof(in->known[0]))
		in->known[in->nknown++] = name;
	if (in->failed)
		return NULL;
	value = json_object_get(in->object, name);
	if (value == NULL || json_is_null(value)) {
		if (need == IN_MUST)
			wrong(in, FAULT_FIELD_MISSING, name, NULL, NULL);
		return NULL;
	}
	if (json_typeof(value) != type) {
		wrong(in, FAULT_FIELD_TYPE, name, "expected", expected);
		return NULL;
	}
	return value;
}

const char *
in_text(struct in *in, const char *name, enum in_need need, size_t max)
{
	json_t *value = member(in, name, need, JSON_STRING, "string");

	if (value == NULL)
		return NULL;
	if (json_string_length(value) > max) {
		wrong(in, FAULT_FIELD_VALUE, name, "why_zh", "太长");
		fault_arg(in->f, "why_en", "%s", "too long");
		return NULL;
	}
	/* Blanks are nothing. */
	if (need == IN_MUST && utf8_blank(json_string_value(value))) {
		wrong(in, FAULT_FIELD_MISSING, name, NULL, NULL);
		return NULL;
	}
	return json_string_value(value);
}

json_t *
in_object(struct in *in, const char *name, enum in_need need)
{
	return member(in, name, need, JSON_OBJECT, "object");
}

json_t *
in_array(struct in *in, const char *name, enum in_need need)
{
	return member(in, name, need, JSON_ARRAY, "array");
}

int
in_true(struct in *in, const char *name)
{
	json_t *value = in->failed ? NULL : json_object_get(in->object, name);

	/* false is a value that cannot be accepted, anything else is of the wrong type. */
	if (json_is_false(value)) {
		wrong(in, FAULT_FIELD_VALUE, name, "why_zh", "须为 true");
		fault_arg(in->f, "why_en", "%s", "must be true");
	}
	return member(in, name, IN_MUST, JSON_TRUE, "boolean") != NULL;
}

int
in_int(struct in *in, const char *name, int least, int most, int def)
{
	json_t *value = member(in, name, IN_MAY, JSON_INTEGER, "integer");
	json_int_t n;

	if (value == NULL)
		return def;
	n = json_integer_value(value);
	if (n < least || n > most) {
		char range[48];

		snprintf(range, sizeof(range), "%d–%d", least, most);
		wrong(in, FAULT_FIELD_VALUE, name, "why_zh", range);
		fault_arg(in->f, "why_en", "%s", range);
		return def;
	}
	return (int)n;
}

int
in_bool(struct in *in, const char *name, int def)
{
	json_t *value = in->failed ? NULL : json_object_get(in->object, name);
	json_type type = json_is_false(value) ? JSON_FALSE : JSON_TRUE;

	value = member(in, name, IN_MAY, type, "boolean");
	return value != NULL ? json_is_true(value) : def;
}

int
in_end(struct in *in)
{
	const char *name;
	json_t *value;

	if (in->failed)
		return -1;
	json_object_foreach((json_t *)in->object, name, value) {
		size_t i = 0;

		while (i < in->nknown && strcmp(in->known[i], name) != 0)
			i++;
		if (i == in->nknown) {
			/* Its name is shown only if it looks like one. */
			int plain = strlen(name) < 40 &&
			    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] == '\0';

			wrong(in, FAULT_FIELD_UNKNOWN, plain ? name : "?", NULL, NULL);
			return -1;
		}
	}
	return 0;
}
