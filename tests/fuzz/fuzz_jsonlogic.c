/* A rule, a byte 0, data: applying ends, the same way each time, with what can be written. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "rules/jsonlogic.h"

#define NAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *
apply(const struct jsonlogic *rule, const json_t *data)
{
	struct fault f = FAULT_INIT;
	json_t *value = NULL;
	char *text;

	if (jsonlogic_apply(rule, data, &value, &f) < 0) {
		assert(f.code == FAULT_LOGIC_LIMIT && value == NULL);
		return strdup("limit");
	}
	jsonlogic_truthy(value);
	text = json_dumps(value, JSON_ENCODE_ANY);
	assert(text != NULL);
	json_decref(value);
	return text;
}

static void
try_rule(const struct jsonlogic *rule, const json_t *data)
{
	const char *name[NAMES_MAX];
	size_t n = jsonlogic_vars(rule, name, NAMES_MAX);
	char *once = apply(rule, data), *twice = apply(rule, data);

	assert(strcmp(once, twice) == 0);
	for (size_t i = 1; i < n; i++)
		assert(strcmp(name[i - 1], name[i]) < 0);
	free(once);
	free(twice);
}

/* Whether data is a form: an object of texts, numbers, booleans. */
static int
is_form(json_t *data)
{
	const char *name;
	json_t *value;

	json_object_foreach(data, name, value)
		if (json_is_object(value) || json_is_array(value) || json_is_null(value))
			return 0;
	return json_is_object(data);
}

/* What is said before an answer is there holds when it is. */
static void
try_without(const struct jsonlogic *rule, json_t *data, const char *name)
{
	json_t *less = json_copy(data), *value;
	enum jsonlogic_truth truth;
	const char *open[NAMES_MAX];
	struct fault f = FAULT_INIT;
	size_t n;

	json_object_del(less, name);
	if (jsonlogic_decide(rule, less, &truth, open, NAMES_MAX, &n, &f) == 0 &&
	    jsonlogic_apply(rule, data, &value, &f) == 0) {
		assert(truth == JSONLOGIC_NOT_YET || (truth == JSONLOGIC_YES) == jsonlogic_truthy(value));
		assert(truth == JSONLOGIC_NOT_YET || n == 0);
		json_decref(value);
	}
	json_decref(less);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
	size_t len = end != NULL ? (size_t)(end - data) : size;
	struct jsonlogic *rule = NULL;
	struct fault f = FAULT_INIT;
	json_t *given = NULL;

	if (jsonlogic_compile((const char *)data, len, &rule, &f) < 0) {
		assert(f.code == FAULT_LOGIC_MALFORMED || f.code == FAULT_LOGIC_LIMIT);
		return 0;
	}
	if (end != NULL)
		given = json_loadb((const char *)end + 1, size - len - 1, JSON_DECODE_ANY, NULL);
	try_rule(rule, given);
	if (is_form(given) && json_object_size(given) > 0)
		try_without(rule, given, json_object_iter_key(json_object_iter(given)));
	json_decref(given);
	jsonlogic_free(rule);
	return 0;
}
