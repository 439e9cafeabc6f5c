/* inventory.c - versions of the inventory: listed, compared, published, asked what they said. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/serve.h"
#include "flow/event_definition.h"
#include "flow/inventory_rows.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/inventory/versions.h"

#define CHANGES_MAX 5000	/* listed; all are counted */

static int64_t
now(const struct call *call, const struct versions *v)
{
	return versions_now(v, clock_now(call->api->app->clock));
}

/* Drafts are for those who make them. */
static int
sees_drafts(const struct call *call)
{
	return access_check(&call->act.actor, ACTION_INVENTORY_DRAFT, NULL, NULL, NULL) == 0;
}

static json_t *
view_publication(const struct publication *p)
{
	return json_pack("{s:I, s:I, s:o, s:o, s:s, s:s, s:o}", "seq", (json_int_t)p->seq, "version",
	    (json_int_t)p->version, "effective", api_day(p->effective_day), "published_at",
	    api_at(p->published_at), "published_by", p->published_by, "decision", p->decision,
	    "withdrawn_at", p->withdrawn_at != 0 ? api_at(p->withdrawn_at) : json_null());
}

static json_t *
view_version(const struct call *call, const struct versions *v, const struct inventory_version *one)
{
	json_t *publications = json_array();

	for (size_t i = 0; i < v->npublications; i++)
		if (v->publication[i].version == one->version)
			json_array_append_new(publications, view_publication(&v->publication[i]));
	return json_pack("{s:I, s:s, s:s, s:o, s:o}", "version", (json_int_t)one->version, "state",
	    versions_state(v, one->version, now(call, v)), "sha256", one->sha256_hex, "imported_at",
	    api_at(one->imported_at), "publications", publications);
}

static int
is_draft(const struct call *call, const struct versions *v, int64_t version)
{
	const char *state = versions_state(v, version, now(call, v));

	return strcmp(state, "draft") == 0 || strcmp(state, "withdrawn") == 0;
}

int
inventory_versions(struct call *call, json_t **ret_json, struct fault *f)
{
	json_t *list = json_array();
	int drafts = sees_drafts(call);
	struct versions v;

	if (versions_read(call->act.reader, &v, f) < 0) {
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < v.n; i++)
		if (drafts || !is_draft(call, &v, v.version[i].version))
			json_array_append_new(list, view_version(call, &v, &v.version[i]));
	versions_free(&v);
	*ret_json = json_pack("{s:o}", "versions", list);
	return 0;
}

/* A whole number of the address or the query; 0 where there is none. */
static int
read_number(const char *text, const char *field, int64_t *ret_number, struct fault *f)
{
	char *end = NULL;

	*ret_number = 0;
	if (text == NULL)
		return 0;
	*ret_number = strtoll(text, &end, 10);
	if (end != text && *end == '\0' && text[0] >= '1' && text[0] <= '9' && end - text < 19)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", "应为正整数");
	fault_arg(f, "why_en", "%s", "must be a positive whole number");
	return -1;
}

static int
unknown_version(int64_t version, struct fault *f)
{
	fault_set(f, FAULT_INVENTORY_VERSION, "%s", "");
	fault_arg(f, "version", "%lld", (long long)version);
	return -1;
}

/* The version of the address, or of the publication that was just withdrawn. */
static int64_t
version_asked(struct call *call, const struct versions *v, struct fault *f)
{
	const char *seq = http_param(call->req, "seq");
	int64_t number;

	if (read_number(seq != NULL ? seq : http_param(call->req, "version"),
	    seq != NULL ? "seq" : "version", &number, f) < 0)
		return 0;
	for (size_t i = 0; seq != NULL && i < v->npublications; i++)
		if (v->publication[i].seq == number)
			return v->publication[i].version;
	return number;
}

int
inventory_version_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = NULL;
	struct versions v;
	int64_t version;
	int rc = -1;

	if (versions_read(call->act.reader, &v, f) < 0)
		return -1;
	if ((version = version_asked(call, &v, f)) == 0)
		goto out;
	if (is_draft(call, &v, version) && !sees_drafts(call)) {
		unknown_version(version, f);
		goto out;
	}
	for (size_t i = 0; i < v.n && rc < 0; i++) {
		if (v.version[i].version != version)
			continue;
		if (inventory_stored(call->act.reader, version, &inv, f) < 0)
			goto out;
		*ret_json = view_inventory(inv, view_version(call, &v, &v.version[i]));
		rc = 0;
	}
	if (rc < 0)
		unknown_version(version, f);
out:
	inventory_unref(inv);
	versions_free(&v);
	return rc;
}

/* A day "2026-11-23"; -1 with a fault. */
static int
read_day(const char *text, const char *field, int64_t *ret_day, struct fault *f)
{
	if (clock_parse_day(text, ret_day) == 0)
		return 0;
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", "不是真实日期,写法为 2026-01-31");
	fault_arg(f, "why_en", "%s", "not a real date; dates are written 2026-01-31");
	return -1;
}

/* What was published takes effect with the answer, in this process. */
int
inventory_published(struct call *call, json_t **ret_json, struct fault *f)
{
	return inventory_follow(call->api->app, call->act.reader, f) < 0 ? -1 :
	    inventory_version_show(call, ret_json, f);
}

int
inventory_publishing(struct call *call, struct fault *f)
{
	const char *effective, *decision;
	int64_t version, day;
	struct in in;

	in_start(&in, call->body, "", f);
	effective = in_text(&in, "effective", IN_MAY, 10);
	decision = in_text(&in, "decision", IN_MUST, DECISION_MAX);
	if (in_end(&in) < 0)
		return -1;
	day = clock_day(call->act.now);
	if (read_number(http_param(call->req, "version"), "version", &version, f) < 0 ||
	    (effective != NULL && read_day(effective, "effective", &day, f) < 0))
		return -1;
	return inventory_publish(&call->act, version, day, decision, f);
}

int
inventory_withdrawing(struct call *call, struct fault *f)
{
	const char *reason;
	struct in in;
	int64_t seq;

	in_start(&in, call->body, "", f);
	reason = in_text(&in, "reason", IN_MUST, 300);
	if (in_end(&in) < 0 || read_number(http_param(call->req, "seq"), "seq", &seq, f) < 0)
		return -1;
	return inventory_withdraw(&call->act, seq, reason, f);
}

/* What it said on a day */

/* The publication in force at the end of a day, and of today: now. */
static const struct publication *
publication_on(const struct call *call, const struct versions *v, int64_t day)
{
	return versions_at(v, day == clock_day(now(call, v)) ? now(call, v) :
	    clock_day_start(day + 1) - 1);
}

static int
nothing_then(const char *day, struct fault *f)
{
	fault_set(f, FAULT_NOTHING_THEN, "%s", "");
	fault_arg(f, "day", "%s", day);
	return -1;
}

/* The publication that a look-up is about, and of which versions it is one. */
static int
asked_publication(struct call *call, struct versions *ret_versions,
    const struct publication **ret_publication, struct fault *f)
{
	const char *text = http_query(call->req, "asof");
	struct versions v;
	int64_t day;

	if (text != NULL && read_day(text, "asof", &day, f) < 0)
		return -1;
	if (versions_read(call->act.reader, &v, f) < 0)
		return -1;
	*ret_publication = text != NULL ? publication_on(call, &v, day) : versions_at(&v, now(call, &v));
	if (*ret_publication != NULL) {
		*ret_versions = v;
		return 0;
	}
	versions_free(&v);
	if (text != NULL)
		return nothing_then(text, f);
	fault_set(f, FAULT_NO_INVENTORY, "%s", "");
	return -1;
}

struct inventory *
asked_inventory(struct call *call, struct fault *f)
{
	const struct publication *p;
	struct inventory *inv;
	struct versions v;

	/* What is in force is at hand. */
	if (http_query(call->req, "asof") == NULL)
		return app_inventory(call->api->app, f);
	if (asked_publication(call, &v, &p, f) < 0)
		return NULL;
	inv = app_inventory_version(call->api->app, call->act.reader, p->version, f);
	versions_free(&v);
	return inv;
}

int
inventory_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct app *app = call->api->app;
	const struct publication *p;
	const struct division *d;
	struct inventory *inv;
	struct versions v;
	int64_t at = 0;

	if (asked_publication(call, &v, &p, f) < 0)
		return -1;
	if ((inv = app_inventory_version(app, call->act.reader, p->version, f)) == NULL) {
		versions_free(&v);
		return -1;
	}
	for (size_t i = 0; i < v.n; i++)
		if (v.version[i].version == p->version)
			at = v.version[i].imported_at;
	d = inventory_division(inv, app->division);
	*ret_json = view_inventory(inv, json_pack("{s:o, s:o, s:o, s:b}", "imported_at", api_at(at),
	    "publication", view_publication(p), "division", api_ref(app->division, d != NULL ? d->name :
	    ""), "demo", app->demo));
	inventory_unref(inv);
	versions_free(&v);
	return 0;
}

int
inventory_asof(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *text = http_query(call->req, "date");
	const struct publication *p;
	struct versions v;
	int64_t day;
	int rc = 0;

	if (text == NULL) {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "date");
		return -1;
	}
	if (read_day(text, "date", &day, f) < 0 || versions_read(call->act.reader, &v, f) < 0)
		return -1;
	if ((p = publication_on(call, &v, day)) == NULL)
		rc = nothing_then(text, f);
	else
		*ret_json = json_pack("{s:s, s:o}", "date", text, "publication", view_publication(p));
	versions_free(&v);
	return rc;
}

/* What changed */

struct differences { json_t *list, *files; json_int_t total; };

static int
add_change(const struct inventory_change *change, void *ctx, struct fault *f)
{
	static const char *const kinds[] = { "added", "removed", "changed" };
	struct differences *d = ctx;
	json_t *file = json_object_get(d->files, change->file);
	const char *kind = kinds[change->kind];

	(void)f;
	if (file == NULL) {
		file = json_pack("{s:i, s:i, s:i}", "added", 0, "removed", 0, "changed", 0);
		json_object_set_new(d->files, change->file, file);
	}
	json_object_set_new(file, kind,
	    json_integer(json_integer_value(json_object_get(file, kind)) + 1));
	if (++d->total <= CHANGES_MAX)
		json_array_append_new(d->list, json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s?}",
		    "file", change->file, "kind", kind, "key", change->key, "key2",
		    change->key2[0] != '\0' ? change->key2 : NULL, "name", change->name, "column",
		    change->column, "before", change->before, "after", change->after));
	return 0;
}

int
inventory_may_see(struct call *call, int64_t version, struct fault *f)
{
	struct versions v;
	int rc = 0;

	if (versions_read(call->act.reader, &v, f) < 0)
		return -1;
	if (is_draft(call, &v, version) && !sees_drafts(call)) {
		unknown_version(version, f);
		rc = -1;
	}
	versions_free(&v);
	return rc;
}

/* From what is in force to the newest version, unless the query says otherwise. */
static int
read_two(struct call *call, const struct versions *v, int64_t ret[2], struct fault *f)
{
	static const char *const names[] = { "from", "to" };
	const struct publication *in_force = versions_at(v, now(call, v));
	int drafts = 0;

	for (int i = 0; i < 2; i++)
		if (read_number(http_query(call->req, names[i]), names[i], &ret[i], f) < 0)
			return -1;
	if (ret[0] == 0 && in_force == NULL) {
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
		return -1;
	}
	if (ret[0] == 0)
		ret[0] = in_force->version;
	if (ret[1] == 0)
		ret[1] = v->n > 0 ? v->version[0].version : 0;
	for (int i = 0; i < 2; i++)
		drafts |= is_draft(call, v, ret[i]);
	return drafts ? access_check(&call->act.actor, ACTION_INVENTORY_DRAFT, NULL, NULL, f) : 0;
}

int
inventory_differences(struct call *call, json_t **ret_json, struct fault *f)
{
	struct differences d = { json_array(), json_object(), 0 };
	struct inventory_set *a = NULL, *b = NULL;
	struct versions v = { 0 };
	int64_t which[2];
	int rc = -1;

	if (versions_read(call->act.reader, &v, f) < 0 || read_two(call, &v, which, f) < 0 ||
	    inventory_stored_files(call->act.reader, which[0], &a, f) < 0 ||
	    inventory_stored_files(call->act.reader, which[1], &b, f) < 0 ||
	    inventory_diff(a->file, a->n, b->file, b->n, add_change, &d, f) < 0)
		goto out;
	*ret_json = json_pack("{s:I, s:I, s:I, s:O, s:O}", "from", (json_int_t)which[0], "to",
	    (json_int_t)which[1], "total", d.total, "files", d.files, "changes", d.list);
	rc = 0;
out:
	json_decref(d.list);
	json_decref(d.files);
	inventory_set_free(a);
	inventory_set_free(b);
	versions_free(&v);
	return rc;
}

int
event_differences(const struct export_files *version, const struct buf *events, json_t **ret_json,
    struct fault *f)
{
	struct differences d = { json_array(), json_object(), 0 };
	struct inventory_file from = { .name = INVENTORY_EVENTS },
	    to = { INVENTORY_EVENTS, events->data, events->len };
	int rc;

	for (size_t i = 0; i < version->n; i++)
		if (strcmp(version->name[i], INVENTORY_EVENTS) == 0) {
			from.text = version->content[i].data;
			from.len = version->content[i].len;
		}
	rc = event_diff(&from, from.text != NULL, &to, 1, add_change, &d, f);
	if (rc == 0)
		*ret_json = json_pack("{s:I, s:n, s:I, s:O, s:O}", "from", (json_int_t)version->version, "to",
		    "total", d.total, "files", d.files, "changes", d.list);
	json_decref(d.list);
	json_decref(d.files);
	return rc;
}

/* What was said from time to time */

static json_t *
view_said(const struct item_said *said)
{
	static const char *const columns[] = { "method", "legal_basis", "required_when", "fields",
		"verify_hours", "remark", "matter_code", "matter_name", "proof_code", "proof_name" };
	json_t *row = said->rows != NULL ? json_object() : json_null();

	for (size_t i = 0; said->rows != NULL && i < sizeof(columns) / sizeof(columns[0]); i++)
		json_object_set_new(row, columns[i], json_string(inventory_rows_cell(said->rows, said->row,
		    columns[i])));
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "item", said->code, "from", api_at(said->from),
	    "until", said->until != INT64_MAX ? api_at(said->until) : json_null(), "publication",
	    view_publication(said->publication), "said", row);
}

static int
add_said(const struct item_said *said, void *ctx, struct fault *f)
{
	(void)f;
	json_array_append_new(ctx, view_said(said));
	return 0;
}

static int
history(struct call *call, const char *column, enum fault_code unknown, json_t **ret_json,
    struct fault *f)
{
	const char *code = http_param(call->req, "code");
	json_t *list = json_array();
	struct versions v;
	int rc = -1;

	if (versions_read(call->act.reader, &v, f) == 0) {
		rc = inventory_history(call->act.reader, &v, column, code, add_said, list, f);
		versions_free(&v);
	}
	if (rc == 0 && json_array_size(list) == 0) {
		fault_set(f, unknown, "%s", "");
		fault_arg(f, "matter", "%s", code);
		rc = -1;
	}
	if (rc == 0)
		*ret_json = json_pack("{s:s, s:O}", "code", code, "history", list);
	json_decref(list);
	return rc;
}

int
matter_history(struct call *call, json_t **ret_json, struct fault *f)
{
	return history(call, "matter_code", FAULT_MATTER_UNKNOWN, ret_json, f);
}

int
item_history(struct call *call, json_t **ret_json, struct fault *f)
{
	return history(call, "code", FAULT_NOT_FOUND, ret_json, f);
}
