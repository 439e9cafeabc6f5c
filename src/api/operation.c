/* operation.c - sources, the log, health, imports through the socket. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/evidence/signing.h"
#include "svc/index/index.h"
#include "svc/inventory/inventory_svc.h"

/* What is kept of sources that were ever switched; all others are on at version 1. */
struct source_row {
	struct seal *seal;
	int64_t version, changed_at;
	char state[8], reason[400], changed_by[32];
};

/* A reason is free text: sealed where it is kept. */
static struct seal_place
reason_place(const char *service)
{
	return (struct seal_place){ "source_state", "reason", service, strlen(service) };
}

static int
source_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct source_row *s = ctx;
	struct buf reason = BUF_INIT_MAX(sizeof(s->reason));
	const char *service = row_text(row, 0);
	size_t len;
	const void *sealed = row_blob(row, 3, &len);

	if (unseal(s->seal, reason_place(service), sealed, len, &reason, f) < 0)
		return -1;
	snprintf(s->reason, sizeof(s->reason), "%s", reason.data != NULL ? reason.data : "");
	buf_wipe(&reason);
	s->version = row_int(row, 1);
	snprintf(s->state, sizeof(s->state), "%s", row_text(row, 2));
	s->changed_at = row_int(row, 4);
	snprintf(s->changed_by, sizeof(s->changed_by), "%s", row_text(row, 5));
	return 0;
}

static int
read_source(struct call *call, const char *code, struct source_row *s, struct fault *f)
{
	*s = (struct source_row){ .seal = call->api->app->seal, .version = 1, .state = "on" };
	return store_read(call->act.reader, ST_SOURCE_GET, PARAMS(sql_text(code)), source_row, s,
	    f) < 0 ? -1 : 0;
}

static json_t *
view_source(const struct service *s, const struct source_row *row)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:I}", "service",
	    api_ref(s->code, s->proof->name), "agency", api_ref(s->provider->code, s->provider->name),
	    "dataset", s->dataset, "state", row->state, "changed_at",
	    row->changed_at != 0 ? api_at(row->changed_at) : json_null(), "reason",
	    row->changed_at != 0 ? json_string(row->reason) : json_null(), "version",
	    (json_int_t)row->version);
}

int
sources_list(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = app_inventory(call->api->app, f);
	json_t *list = json_array();
	struct source_row row;

	for (size_t i = 0; inv != NULL && i < inv->nservices; i++) {
		if (read_source(call, inv->services[i].code, &row, f) < 0) {
			json_decref(list);
			inventory_unref(inv);
			return -1;
		}
		json_array_append_new(list, view_source(&inv->services[i], &row));
	}
	*ret_json = json_pack("{s:o}", "sources", list);
	inventory_unref(inv);
	return inv != NULL ? 0 : -1;
}

static int
find_service(struct call *call, struct inventory **ret_inv, const struct service **ret_service,
    struct fault *f)
{
	const char *code = http_param(call->req, "service");

	if ((*ret_inv = app_inventory(call->api->app, f)) == NULL)
		return -1;
	if ((*ret_service = inventory_service(*ret_inv, code)) != NULL)
		return 0;
	fault_set(f, FAULT_SOURCE_UNKNOWN, "%s", "");
	fault_arg(f, "source", "%s", code);
	inventory_unref(*ret_inv);
	return -1;
}

int
source_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const struct service *s;
	struct inventory *inv;
	struct source_row row;
	char etag[32];
	int rc;

	if (find_service(call, &inv, &s, f) < 0)
		return -1;
	if ((rc = read_source(call, s->code, &row, f)) == 0) {
		*ret_json = view_source(s, &row);
		snprintf(etag, sizeof(etag), "\"%lld\"", (long long)row.version);
		http_answer_header(call->req, "ETag", etag);
	}
	inventory_unref(inv);
	return rc;
}

int
source_switch(struct call *call, struct fault *f)
{
	struct act *act = &call->act;
	const struct service *s;
	const char *state, *reason;
	struct buf sealed = BUF_INIT;
	struct source_row row;
	struct inventory *inv;
	struct record *r;
	struct op *op;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	state = in_text(&in, "state", IN_MUST, 3);
	reason = in_text(&in, "reason", IN_MUST, 300);
	if (in_end(&in) < 0)
		return -1;
	if (strcmp(state, "on") != 0 && strcmp(state, "off") != 0) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "state");
		fault_arg(f, "why_zh", "%s", "应为 on 或 off");
		fault_arg(f, "why_en", "%s", "must be on or off");
		return -1;
	}
	if (find_service(call, &inv, &s, f) < 0)
		return -1;
	/* A steward's reach is the own department's services; an operator's is this instance. */
	if ((strcmp(act->actor.role, "steward") == 0 && access_check(&act->actor, act->action,
	    s->provider->code, s->provider->division->code, f) < 0) ||
	    read_source(call, s->code, &row, f) < 0 || act_match(act, row.version, row.changed_by, row.changed_at, f) < 0 ||
	    (op = act_add(act, RECORD_SOURCE_SWITCHED, act->actor.division, NULL, &r, f)) == NULL ||
	    seal(act->app->seal, reason_place(s->code), reason, strlen(reason), &sealed, f) < 0 ||
	    act_body(r, json_pack("{s:s}", "reason", reason), f) < 0)
		goto out;
	record_str(r, "service", s->code);
	record_str(r, "state", state);
	op_step(op, ST_SOURCE_SET, 1);
	op_text(op, s->code);
	op_text(op, state);
	op_blob(op, sealed.data, sealed.len);
	op_at(op);
	op_text(op, act->actor.id);
	op_int(op, row.version);
	rc = 0;
out:
	buf_free(&sealed);
	inventory_unref(inv);
	return rc;
}

static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	char root[ENC_SIZE(32)];
	size_t len;
	const void *hash = row_blob(row, 3, &len);
	json_t *signed_size = row_null(row, 5) ? json_null() : json_integer(row_int(row, 5));

	(void)f;
	enc_base64(hash, len < 32 ? len : 32, root);
	json_array_append_new(ctx, json_pack("{s:s, s:s, s:I, s:s, s:o, s:o, s:s?}", "name", row_text(row, 0),
	    "origin", row_text(row, 1), "size", (json_int_t)row_int(row, 2), "root", root, "at",
	    api_at(row_int(row, 4)), "signed", signed_size, "key", row_null(row, 6) ? NULL : row_text(row, 6)));
	return 0;
}

int
log_list(struct call *call, json_t **ret_json, struct fault *f)
{
	json_t *list = json_array();

	if (store_read(call->act.reader, ST_LOGS_SIGNED, NULL, 0, log_row, list, f) < 0) {
		json_decref(list);
		return -1;
	}
	*ret_json = json_pack("{s:o}", "logs", list);
	return 0;
}

/* How far the index of persons is; a log's size is as the index last saw it, the own one's as it is. */
static json_t *
view_index(struct app *app, const struct journal_state *state)
{
	struct index_log log[INDEX_LOGS_MAX];
	json_t *list = json_array();
	size_t n;

	index_state(app->index, log, &n);
	for (size_t i = 0; i < n; i++) {
		int64_t size = log[i].size;

		if (strcmp(log[i].log, state->log) == 0 && (int64_t)state->size > size)
			size = (int64_t)state->size;
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "log", log[i].log, "size",
		    (json_int_t)size, "indexed", (json_int_t)log[i].indexed, "behind",
		    (json_int_t)(size - log[i].indexed)));
	}
	return list;
}

int
index_rebuilding(struct call *call, struct fault *f)
{
	struct in in;

	in_start(&in, call->body, "", f);
	if (in_end(&in) < 0)
		return -1;
	index_rebuild(call->api->app->index);
	return 0;
}

int
index_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct journal_state state;

	(void)f;
	journal_state(call->api->app->journal, &state);
	*ret_json = json_pack("{s:o}", "index", view_index(call->api->app, &state));
	return 0;
}

/* How far the log is signed, and whether it goes on. */
static json_t *
view_signing(struct app *app)
{
	struct signing_state *state = calloc(1, sizeof(*state));
	json_t *view = NULL;

	if (state == NULL)
		return NULL;
	signing_state(app->signing, state);
	view = json_pack("{s:s, s:b, s:I, s:o, s:o}", "log", app->log, "signs", state->there, "signed",
	    (json_int_t)state->size, "why", state->why != FAULT_NONE ? json_string(fault_name(state->why)) :
	    json_null(), "vkey", state->vkey[0] != '\0' ? json_string(state->vkey) : json_null());
	free(state);
	return view;
}

int
health_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct app *app = call->api->app;
	struct inventory *inv = app_inventory(app, NULL);
	struct journal_state state;

	(void)f;
	journal_state(app->journal, &state);
	*ret_json = json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o}", "status", "ok", "version", WZM_VERSION,
	    "inventory", (json_int_t)(inv != NULL ? inv->version : 0), "queue",
	    (json_int_t)state.waiting, "uptime_s",
	    (json_int_t)((call->act.now - app->started_at) / 1000), "index", view_index(app, &state),
	    "signing", view_signing(app));
	inventory_unref(inv);
	return 0;
}

json_t *
view_datasets(const struct datasets_done *done)
{
	return json_pack("{s:b, s:I, s:I, s:I}", "changed", done->changed > 0, "tables_changed",
	    (json_int_t)done->changed, "tables_unchanged", (json_int_t)done->unchanged, "rows",
	    (json_int_t)done->rows);
}

/*
 * Imports run in the loop's thread: they are the operator's, come in over the socket only, and
 * are rare; they hold up the other connections of that loop for some tenths of a second.
 */
static const char *
import_dir(struct call *call, struct fault *f)
{
	const char *dir;
	struct in in;

	in_start(&in, call->body, "", f);
	dir = in_text(&in, "dir", IN_MUST, 4000);
	return in_end(&in) < 0 ? NULL : dir;
}

static void
free_json(void *json)
{
	json_decref(json);
}

/* Every error at once, as problem details. */
int
api_import_refused(struct call *call, const struct inventory_report *report, const struct fault *f)
{
	json_t *problem = view_refused(report, f, call->lang, http_path(call->req));
	struct buf out = BUF_INIT_MAX(16u << 20);
	char *text = json_dumps(problem, JSON_COMPACT);

	if (text != NULL)
		buf_str(&out, text);
	free(text);
	json_decref(problem);
	call->answered = 1;
	http_answer(call->req, fault_status(f->code), "application/problem+json", &out);
	return 0;
}

static void
keep(struct call *call, json_t *json)
{
	call->mine = json;
	call->free_mine = free_json;
}

int
inventory_importing(struct call *call, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct import_done done;
	const char *dir = import_dir(call, f);
	int rc;

	if (dir == NULL)
		return -1;
	rc = inventory_import(call->api->app, &call->act.actor, dir, &done, &report, f);
	if (rc == 0) {
		keep(call, view_import(done.inv, done.changed, &report, call->lang));
		inventory_unref(done.inv);
	} else if (f->code == FAULT_IMPORT_REFUSED)
		rc = api_import_refused(call, &report, f);
	inventory_report_free(&report);
	return rc;
}

int
dataset_importing(struct call *call, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct datasets_done done;
	const char *dir = import_dir(call, f);
	int rc;

	if (dir == NULL)
		return -1;
	rc = dataset_import(call->api->app, &call->act.actor, dir, &done, &report, f);
	if (rc == 0)
		keep(call, view_datasets(&done));
	else if (f->code == FAULT_IMPORT_REFUSED)
		rc = api_import_refused(call, &report, f);
	inventory_report_free(&report);
	return rc;
}

int
import_show(struct call *call, json_t **ret_json, struct fault *f)
{
	if (call->mine == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "import");
		return -1;
	}
	*ret_json = json_incref(call->mine);
	return 0;
}
