/*
 * Applies JSON Logic rules for tests/jsonlogic/compare.mjs: reads lines {"rule":…,
 * "data":…}, writes for each the line {"value":…} or {"fault":"code"}.
 */
#include <stdio.h>
#include <stdlib.h>

#include "rules/jsonlogic.h"

/* Reads the data of a line, compiles and applies its rule. */
static json_t *
answer(const json_t *line)
{
	struct fault f = FAULT_INIT;
	struct jsonlogic *rule = NULL;
	json_t *value = NULL;
	char *text = json_dumps(json_object_get(line, "rule"), JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));

	if (text != NULL && jsonlogic_compile(text, strlen(text), &rule, &f) == 0)
		jsonlogic_apply(rule, json_object_get(line, "data"), &value, &f);
	jsonlogic_free(rule);
	free(text);
	if (f.code != FAULT_NONE)
		return json_pack("{ss}", "fault", fault_name(f.code));
	return json_pack("{so}", "value", value);
}

int
main(void)
{
	char *line = NULL;
	size_t size = 0;
	json_t *in, *out;

	while (getline(&line, &size, stdin) > 0) {
		if ((in = json_loads(line, 0, NULL)) == NULL) {
			fputs("jsonlogic_driver: a line is not JSON\n", stderr);
			return 1;
		}
		out = answer(in);
		json_dumpf(out, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
		putchar('\n');
		json_decref(out);
		json_decref(in);
	}
	free(line);
	return 0;
}
