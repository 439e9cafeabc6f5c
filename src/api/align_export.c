/* align_export.c - a round as a file to work with, and a county's list with everything adopted. */
#include <limits.h>
#include <string.h>

#include "api/align.h"
#include "svc/align/template.h"

/* ?format=, one of the first n. */
static int
read_format(struct call *call, int n, enum align_format *ret_format, struct fault *f)
{
	const char *name = http_query(call->req, "format");
	int format = name != NULL && strchr(name, '.') == NULL ? align_format_parse(name) : -1;

	if (format >= 0 && format < n) {
		*ret_format = (enum align_format)format;
		return 0;
	}
	return n == ALIGN_FORMATS ? api_bad_value(f, "format", "只能是 csv、xlsx、json", "it is one of csv, xlsx, json") :
	    api_bad_value(f, "format", "只能是 csv、xlsx", "it is one of csv, xlsx");
}

/* Takes the bytes; name without its ending. */
static void
answer_file(struct call *call, const char *name, enum align_format format, struct buf *bytes)
{
	char header[120];

	snprintf(header, sizeof(header), "attachment; filename=\"%s.%s\"", name, align_format_name(format));
	http_answer_header(call->req, "Content-Disposition", header);
	call->answered = 1;
	http_answer(call->req, 200, align_format_type(format), bytes);
}

struct gathering { struct call *call; const struct align_asked *a; json_t *list; };

static int
gather(const struct align_diff *d, void *ctx, struct fault *f)
{
	struct gathering *g = ctx;
	json_t *one = view_align_difference(g->call, g->a, d);

	if (one != NULL && json_array_append_new(g->list, one) == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "export");
	return -1;
}

/* Counties that take part in the round, of those in a matrix. */
static json_t *
taking_part(const json_t *matrix)
{
	json_t *list = json_array(), *one;
	size_t i;

	json_array_foreach(json_object_get(matrix, "divisions"), i, one)
		if (json_is_object(json_object_get(one, "found")))
			json_array_append(list, one);
	return list;
}

/* All that a round says, of the county asked for or within reach. */
static int
make_document(struct call *call, const struct align_asked *a, json_t **ret_document, struct fault *f)
{
	const struct align_wanted all = { .county = a->reach, .agency = "", .kind = "", .state = "", .assignee = "",
		.text = "", .after = { "", "", "", "" }, .limit = INT_MAX };
	struct gathering g = { call, a, json_array() };
	json_t *matrix = view_align_matrix(call, a, f);

	if (matrix == NULL || align_diffs(&call->act, a->home, a->round.number, &all, gather, &g, f) < 0) {
		json_decref(matrix);
		json_decref(g.list);
		return -1;
	}
	*ret_document = json_pack("{s:O, s:{s:I, s:s, s:I}, s:o, s:O, s:o}", "round",
	    json_object_get(matrix, "round"), "inventory", "version", (json_int_t)a->round_inv->version, "sha256",
	    a->round_inv->sha256_hex, "items", (json_int_t)a->round_inv->nitems, "divisions",
	    taking_part(matrix), "total", json_object_get(matrix, "total"), "differences", g.list);
	json_decref(matrix);
	return 0;
}

int
align_exporting(struct call *call, struct fault *f)
{
	struct align_asked a = { .inv = NULL };
	struct buf bytes = BUF_INIT;
	enum align_format format = ALIGN_CSV;
	char day[CLOCK_TEXT_MAX], name[64];
	json_t *document = NULL;
	int rc = -1;

	clock_day_text(clock_day(call->act.now), day);
	if (read_format(call, ALIGN_FORMATS, &format, f) == 0 && align_ask(call, &a, f) == 0 &&
	    make_document(call, &a, &document, f) == 0)
		rc = align_export(document, format, call->lang, day, &bytes, f);
	if (rc == 0) {
		snprintf(name, sizeof(name), "alignment-%lld", (long long)a.round.number);
		answer_file(call, name, format, &bytes);
	}
	buf_free(&bytes);
	json_decref(document);
	align_ask_end(&a);
	return rc;
}

int
align_templating(struct call *call, struct fault *f)
{
	const char *code = http_query(call->req, "division");
	struct align_asked a = { .inv = NULL };
	const struct division *county;
	struct buf bytes = BUF_INIT;
	enum align_format format = ALIGN_CSV;
	int rc = -1;

	if (code == NULL)
		return api_bad_value(f, "division", "须指明区划", "the division is needed");
	if (read_format(call, ALIGN_XLSX + 1, &format, f) == 0 && align_ask(call, &a, f) == 0 &&
	    align_county(&call->act, a.inv, code, &county, f) == 0)
		rc = align_template(&call->act, a.home, a.round_inv, &a.round, county, format, &bytes, f);
	if (rc == 0)
		answer_file(call, county->code, format, &bytes);
	buf_free(&bytes);
	align_ask_end(&a);
	return rc;
}
