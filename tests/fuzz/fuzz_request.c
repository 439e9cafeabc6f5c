/* The body of a request, through the strict reader as the endpoints use it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "api/api.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one object of parties; nothing of it is kept. */
static int
read_part(const json_t *json, struct fault *f)
{
	struct in in;

	in_start(&in, json, "parties[0].", f);
	(void)in_text(&in, "role", IN_MUST, 31);
	(void)in_text(&in, "identifier", IN_MAY, 128);
	return in_end(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = FAULT_INIT;
	char text[FAULT_TEXT_MAX];
	json_t *json = NULL, *list, *one;
	struct in in;
	size_t i;

	if (in_parse((const char *)data, size, &json, &f) == 0) {
		in_start(&in, json, "", &f);
		(void)in_text(&in, "matter", IN_MUST, 32);
		(void)in_int(&in, "limit", 1, 200, 50);
		(void)in_true(&in, "agreed");
		(void)in_object(&in, "form", IN_MAY);
		list = in_array(&in, "parties", IN_MAY);
		json_array_foreach(list, i, one)
			(void)read_part(one, &f);
		(void)in_end(&in);
		json_decref(json);
	}
	if (f.code != FAULT_NONE) {
		fault_text(&f, LANG_ZH, 0, text, sizeof(text));
		fault_text(&f, LANG_EN, 1, text, sizeof(text));
	}
	return 0;
}
