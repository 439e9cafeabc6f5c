#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "rules/json_put.h"
#include "rules/json_text.h"

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

void
put_ref(struct buf *out, const char *name, const char *code, const char *label)
{
	json_put_open(out, name, '{');
	json_put_text(out, "code", code);
	json_put_text(out, "name", label);
	json_put_close(out, '{');
}

void
put_at(struct buf *out, const char *name, int64_t at)
{
	char text[CLOCK_TEXT_MAX];

	clock_text(at, text);
	json_put_text(out, name, text);
}

void
put_day(struct buf *out, const char *name, int64_t day)
{
	char text[CLOCK_TEXT_MAX];

	clock_day_text(day, text);
	json_put_text(out, name, text);
}

int
put_end(const struct buf *out, struct fault *f)
{
	if (!buf_failed(out))
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "answer");
	return -1;
}

/* What is said to everybody who is told to come back, up to the path and from there; one for the process. */
static struct { char *text, *rest; } busy_problem[2];

int
api_busy_make(struct fault *f)
{
	static const char place[] = "\"instance\":\"";
	struct fault busy = FAULT_INIT;

	fault_set(&busy, FAULT_QUEUE_FULL, "%s", "");
	for (enum lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
		json_t *problem = api_problem(&busy, lang, "");
		struct buf out = BUF_INIT;
		int made = problem != NULL && json_text(problem, JSON_AS_MADE, &out) == 0;

		json_decref(problem);
		if (!made) {
			buf_free(&out);
			fault_set(f, FAULT_MEMORY, "%s", "");
			return -1;
		}
		free(busy_problem[lang].text);
		busy_problem[lang].text = out.data;
		busy_problem[lang].rest = strstr(out.data, place) + strlen(place) - 1;
	}
	return 0;
}

void
api_busy(struct http_request *req, enum lang lang)
{
	struct buf out = BUF_INIT;

	buf_add(&out, busy_problem[lang].text, (size_t)(busy_problem[lang].rest - busy_problem[lang].text));
	buf_json(&out, http_path(req), strlen(http_path(req)));
	buf_str(&out, busy_problem[lang].rest + 2);
	http_answer_header(req, "Retry-After", "1");
	http_answer(req, fault_status(FAULT_QUEUE_FULL), "application/problem+json", &out);
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
