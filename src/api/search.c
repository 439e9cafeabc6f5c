/* search.c - what people type becomes matters, proofs, agencies and items. */
#include <string.h>

#include "api/api.h"
#include "base/utf8.h"
#include "svc/recent.h"

#define QUERY_CHARACTERS 200
#define DEFAULT_LIMIT 20

int
api_search_text(struct call *call, const char **ret_q, struct fault *f)
{
	const char *q = http_query(call->req, "q");

	*ret_q = q != NULL ? q : "";
	if (utf8_count(*ret_q, strlen(*ret_q)) <= QUERY_CHARACTERS && find_check(*ret_q, strlen(*ret_q)) >= 0)
		return 0;
	return api_bad_value(f, "q", "最多 200 个字、16 个词", "at most 200 characters and 16 words");
}

/* "matter,proof": each kind once or more. */
static int
read_kinds(const char *text, unsigned *ret_kinds, struct fault *f)
{
	unsigned kinds = 0;

	if (text == NULL) {
		*ret_kinds = FIND_BIT(FIND_MATTER) | FIND_BIT(FIND_PROOF) | FIND_BIT(FIND_AGENCY);
		return 0;
	}
	for (;;) {
		size_t len = strcspn(text, ",");
		int kind;

		for (kind = 0; kind < FIND_NKINDS; kind++) {
			const char *name = find_kind_name((enum find_kind)kind);

			if (strlen(name) == len && strncmp(name, text, len) == 0)
				break;
		}
		if (kind == FIND_NKINDS)
			return api_bad_value(f, "kind", "应为 matter、proof、agency、item,以逗号分开",
			    "must be matter, proof, agency, item, parted by commas");
		kinds |= FIND_BIT(kind);
		if (text[len] == '\0')
			break;
		text += len + 1;
	}
	*ret_kinds = kinds;
	return 0;
}

static int
read_limit(const char *text, size_t *ret_limit, struct fault *f)
{
	char *end = NULL;
	long n = text != NULL ? strtol(text, &end, 10) : DEFAULT_LIMIT;

	if (text != NULL && (*end != '\0' || end == text || n < 1 || n > FIND_HITS_MAX))
		return api_bad_value(f, "limit", "1–50", "1–50");
	*ret_limit = (size_t)n;
	return 0;
}

static json_t *
view_marks(const struct find_hit *hit)
{
	json_t *marks = json_array();

	for (size_t i = 0; i < hit->nmarks; i++)
		json_array_append_new(marks, json_pack("{s:i, s:i}", "from", hit->mark[i].from, "to",
		    hit->mark[i].to));
	return marks;
}

static json_t *
view_hit(const struct find_hit *hit)
{
	const struct agency *agency = NULL;
	const struct matter *matter = NULL;
	const char *code, *name, *method = NULL;
	json_t *items = json_null();

	switch (hit->kind) {
	case FIND_MATTER:
		code = hit->is.matter->code;
		name = hit->is.matter->name;
		agency = hit->is.matter->agency;
		items = json_integer((json_int_t)hit->is.matter->nitems);
		break;
	case FIND_PROOF:
		code = hit->is.proof->code;
		name = hit->is.proof->name;
		agency = hit->is.proof->issuer;
		break;
	case FIND_AGENCY:
		code = hit->is.agency->code;
		name = hit->is.agency->name;
		break;
	default:
		code = hit->is.item->code;
		name = hit->is.item->proof->name;
		agency = hit->is.item->proof->issuer;
		matter = hit->is.item->matter;
		method = method_name(hit->is.item->method);
		break;
	}
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s?, s:o, s:b, s:{s:s, s:s, s:s, s:s%}, s:o}",
	    "kind", find_kind_name(hit->kind), "code", code, "name", name, "agency",
	    agency != NULL ? api_ref(agency->code, agency->name) : json_null(), "matter",
	    matter != NULL ? api_ref(matter->code, matter->name) : json_null(), "method", method,
	    "items", items, "near", hit->near, "match", "how", find_how_name(hit->how), "by",
	    find_by_name(hit->by), "field", find_field_name(hit->field), "text", hit->text,
	    hit->text_len, "marks", view_marks(hit));
}

int
search_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct find *find = app_find(call->api->app, f);
	const struct actor *actor = &call->act.actor;
	struct find_boost boost[FIND_BOOSTS_MAX];
	struct find_hit hit[FIND_HITS_MAX];
	struct find_query query = { .boost = boost };
	json_t *hits;
	int rc = -1;
	size_t n;

	if (find == NULL || api_search_text(call, &query.text, f) < 0 ||
	    read_kinds(http_query(call->req, "kind"), &query.kinds, f) < 0 ||
	    read_limit(http_query(call->req, "limit"), &query.limit, f) < 0)
		goto out;
	if (actor->division[0] != '\0' && recent_read(call->api->app->recent, call->act.reader,
	    actor->division, strcmp(actor->scope, "division") == 0 ? "" : actor->agency,
	    find_inventory(find), boost, &query.nboost, f) < 0)
		goto out;
	query.len = strlen(query.text);
	n = find_search(find, &query, hit);
	hits = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(hits, view_hit(&hit[i]));
	*ret_json = json_pack("{s:o}", "hits", hits);
	rc = 0;
out:
	find_unref(find);
	return rc;
}
