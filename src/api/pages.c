/* pages.c - the pages of web/dist, and what a problem's type address says. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

/* Addresses that are views of one page: the page reads the address itself. */
static const struct { const char *prefix, *file; } views[] = {
	{ "/work/", "work/index.html" },
	{ "/design/", "design/index.html" },
	{ "/screen/", "screen/index.html" },
	{ "/receipt", "receipt/index.html" },
	{ "/m/", "index.html" },
	{ "/complaint", "index.html" },
	{ "/lifeevents", "index.html" },
	{ "/progress", "index.html" },
	{ "/confirm", "index.html" },
	{ "/form", "index.html" },
	{ "/sign", "index.html" },
};

static const char *
kind_name(enum fault_kind kind)
{
	static const char *const names[] = { "input", "denied", "not_found", "conflict", "limit",
		"upstream", "busy", "system", "bug" };

	return names[kind];
}

/* What a code means, in both languages; the sentences show where their arguments go. */
static int
explain(struct call *call, const char *name, struct fault *f)
{
	enum fault_code code = fault_by_name(name);
	struct buf out = BUF_INIT;
	json_t *json;
	char *text;

	if (code == FAULT_NONE) {
		fault_set(f, FAULT_ROUTE_UNKNOWN, "%s", "");
		return -1;
	}
	json = json_pack("{s:s, s:s, s:i, s:{s:s, s:s}, s:{s:s, s:s}}", "code", name, "kind",
	    kind_name(fault_kind(code)), "status", fault_status(code), "zh", "title",
	    fault_template(code, LANG_ZH, 0), "next", fault_template(code, LANG_ZH, 1), "en", "title",
	    fault_template(code, LANG_EN, 0), "next", fault_template(code, LANG_EN, 1));
	if ((text = json_dumps(json, JSON_COMPACT)) != NULL)
		buf_str(&out, text);
	free(text);
	json_decref(json);
	call->answered = 1;
	http_answer(call->req, 200, "application/json", &out);
	return 0;
}

int
page_file(struct call *call, struct fault *f)
{
	const char *path = http_path(call->req), *code = http_param(call->req, "code");

	if (code != NULL)
		return explain(call, code, f);
	if (strncmp(path, "/api/", 5) == 0)
		goto unknown;
	call->answered = 1;
	if (strcmp(path, "/") == 0 || strcmp(path, "/work") == 0) {
		if (http_answer_file(call->req, call->api->web,
		    path[1] == '\0' ? "index.html" : "work/index.html") == 0)
			return 0;
	} else if (path[strlen(path) - 1] != '/' &&
	    http_answer_file(call->req, call->api->web, path + 1) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++)
		if (strncmp(path, views[i].prefix, strlen(views[i].prefix)) == 0 &&
		    http_answer_file(call->req, call->api->web, views[i].file) == 0)
			return 0;
	call->answered = 0;
unknown:
	fault_set(f, FAULT_ROUTE_UNKNOWN, "%s", "");
	return -1;
}
