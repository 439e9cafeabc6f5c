/* platforms.c - platforms of others, as the operator sees them: through the socket only. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/intake/webhook.h"

#define OWED_MAX 200		/* webhooks that are shown of one platform */

static json_t *
view_platform(const struct platform *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:s}", "id", p->id, "name",
	    p->name, "scope", p->scope, "agency", p->agency, "division", p->division, "url", p->url,
	    "state", platform_state_name(p->state), "version", (json_int_t)p->version, "changed_at",
	    api_at(p->changed_at), "changed_by", p->changed_by);
}

static void
free_keys(void *keys)
{
	explicit_bzero(keys, sizeof(struct platform_keys));
	free(keys);
}

/* Token and secret, until the answer is away. */
static struct platform_keys *
keep_keys(struct call *call, struct fault *f)
{
	struct platform_keys *k = calloc(1, sizeof(*k));

	if (k == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "keys");
		return NULL;
	}
	call->mine = k;
	call->free_mine = free_keys;
	return k;
}

static int
in_name(struct in *in, enum in_need need, const char **ret_name)
{
	return (*ret_name = in_text(in, "name", need, PLATFORM_NAME_MAX)) != NULL;
}

static int
one_of(const char *value, const char *first, const char *second, const char *field,
    struct fault *f)
{
	if (strcmp(value, first) == 0 || strcmp(value, second) == 0)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "应为 %s 或 %s", first, second);
	fault_arg(f, "why_en", "must be %s or %s", first, second);
	return -1;
}

static int
url_of(const struct call *call, const char *url, struct platform *p, struct fault *f)
{
	snprintf(p->url, sizeof(p->url), "%s", url);
	return platform_url_check(url, conf_int(call->api->conf, CONF_WEBHOOK_HTTP) != 0, f);
}

int
platform_adding(struct call *call, struct fault *f)
{
	const char *id, *name, *scope, *agency, *division, *url;
	struct platform p = { .state = PLATFORM_ON };
	struct platform_keys *keys;
	struct in in;

	in_start(&in, call->body, "", f);
	id = in_text(&in, "id", IN_MUST, sizeof(p.id) - 1);
	in_name(&in, IN_MUST, &name);
	scope = in_text(&in, "scope", IN_MAY, 8);
	agency = in_text(&in, "agency", IN_MUST, sizeof(p.agency) - 1);
	division = in_text(&in, "division", IN_MUST, 6);
	url = in_text(&in, "url", IN_MUST, PLATFORM_URL_MAX);
	if (in_end(&in) < 0)
		return -1;
	if (scope == NULL)
		scope = "agency";
	if (one_of(scope, "agency", "division", "scope", f) < 0 || url_of(call, url, &p, f) < 0)
		return -1;
	snprintf(p.id, sizeof(p.id), "%s", id);
	snprintf(p.name, sizeof(p.name), "%s", name);
	snprintf(p.scope, sizeof(p.scope), "%s", scope);
	snprintf(p.agency, sizeof(p.agency), "%s", agency);
	snprintf(p.division, sizeof(p.division), "%s", division);
	return (keys = keep_keys(call, f)) != NULL ? platform_add(&call->act, &p, keys, f) : -1;
}

/* The platform of the address, in the version that the caller saw. */
static int
load_matched(struct call *call, struct platform *ret, struct fault *f)
{
	if (platform_load(call->act.reader, http_param(call->req, "id"), ret, f) < 0)
		return -1;
	return act_match(&call->act, ret->version, ret->changed_by, ret->changed_at, f);
}

int
platform_changing(struct call *call, struct fault *f)
{
	const char *name, *url, *state;
	struct platform p;
	struct in in;

	in_start(&in, call->body, "", f);
	in_name(&in, IN_MAY, &name);
	url = in_text(&in, "url", IN_MAY, PLATFORM_URL_MAX);
	state = in_text(&in, "state", IN_MAY, 8);
	if (in_end(&in) < 0 || (state != NULL && one_of(state, "on", "off", "state", f) < 0) ||
	    load_matched(call, &p, f) < 0)
		return -1;
	if (url != NULL && url_of(call, url, &p, f) < 0)
		return -1;
	if (name != NULL)
		snprintf(p.name, sizeof(p.name), "%s", name);
	if (state != NULL)
		(void)platform_state_parse(state, &p.state);
	return platform_change(&call->act, &p, f);
}

int
platform_rotating(struct call *call, struct fault *f)
{
	struct platform_keys *keys;
	struct platform p;
	struct in in;

	in_start(&in, call->body, "", f);
	if (in_end(&in) < 0 || load_matched(call, &p, f) < 0 || (keys = keep_keys(call, f)) == NULL)
		return -1;
	return platform_rotate(&call->act, &p, keys, f);
}

int
platform_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *id = http_param(call->req, "id");
	const struct platform_keys *keys = call->mine;
	struct platform p;
	char etag[32];

	if (platform_load(call->act.reader, id != NULL ? id : call->act.object, &p, f) < 0)
		return -1;
	*ret_json = view_platform(&p);
	/* Now and never again. */
	if (keys != NULL && call->wrote) {
		json_object_set_new(*ret_json, "token", json_string(keys->token));
		json_object_set_new(*ret_json, "secret", json_string(keys->secret));
	}
	snprintf(etag, sizeof(etag), "\"%lld\"", (long long)p.version);
	http_answer_header(call->req, "ETag", etag);
	return 0;
}

static int
add_platform(const struct platform *p, void *ctx, struct fault *f)
{
	(void)f;
	json_array_append_new(ctx, view_platform(p));
	return 0;
}

int
platforms_list(struct call *call, json_t **ret_json, struct fault *f)
{
	json_t *list = json_array();

	if (platform_list(call->act.reader, add_platform, list, f) < 0) {
		json_decref(list);
		return -1;
	}
	*ret_json = json_pack("{s:o}", "platforms", list);
	return 0;
}

static int
add_owed(const struct webhook *w, void *ctx, struct fault *f)
{
	char id[RECORD_NAME_MAX];

	(void)f;
	record_object_name(w->division, w->id, id);
	json_array_append_new(ctx, json_pack("{s:s, s:s, s:o, s:s, s:s, s:I, s:o, s:o}", "id", id,
	    "type", w->event, "at", api_at(w->at), "number", w->number, "external_number", w->external,
	    "attempts", (json_int_t)w->attempts, "next_at", w->waits ? api_at(w->next_at) : json_null(),
	    "failure", w->failure[0] != '\0' ? json_string(w->failure) : json_null()));
	return 0;
}

int
platform_deliveries(struct call *call, json_t **ret_json, struct fault *f)
{
	struct platform p;
	json_t *list;

	if (platform_load(call->act.reader, http_param(call->req, "id"), &p, f) < 0)
		return -1;
	list = json_array();
	if (webhook_owed(call->act.reader, &p, OWED_MAX, add_owed, list, f) < 0) {
		json_decref(list);
		return -1;
	}
	*ret_json = json_pack("{s:s, s:s, s:o}", "platform", p.id, "state",
	    platform_state_name(p.state), "deliveries", list);
	return 0;
}
