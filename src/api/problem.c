#include <string.h>

#include "api/api.h"

json_t *
api_ref(const char *code, const char *name)
{
	return json_pack("{s:s, s:s}", "code", code, "name", name);
}

json_t *
api_at(int64_t at)
{
	char text[CLOCK_TEXT_MAX];

	clock_text(at, text);
	return json_string(text);
}

json_t *
api_day(int64_t day)
{
	char text[CLOCK_TEXT_MAX];

	clock_day_text(day, text);
	return json_string(text);
}

json_t *
api_problem(const struct fault *f, enum lang lang, const char *instance)
{
	char type[96], title[FAULT_TEXT_MAX], next[FAULT_TEXT_MAX];
	json_t *problem, *args = json_object();

	snprintf(type, sizeof(type), "/problems/%s", fault_name(f->code));
	fault_text(f, lang, 0, title, sizeof(title));
	fault_text(f, lang, 1, next, sizeof(next));
	problem = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "type", type, "title", title,
	    "status", fault_status(f->code), "detail", title, "next", next, "instance", instance,
	    "code", fault_name(f->code));
	for (size_t i = 0; i < f->nargs; i++)
		json_object_set_new(args, f->arg[i].name, json_string(f->arg[i].value));
	if (json_object_size(args) > 0)
		json_object_set(problem, "args", args);
	json_decref(args);
	if (fault_arg_get(f, "field") != NULL)
		json_object_set_new(problem, "field", json_string(fault_arg_get(f, "field")));
	return problem;
}
