#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/live.h"
#include "api/watch.h"
#include "base/log.h"
#include "base/uuid.h"
#include "rules/json_text.h"
#include "svc/evidence/look.h"
#include "svc/intake/deliver.h"
#include "svc/joint/joint_drive.h"

#define TRIES_MAX 4		/* of a request that others keep overtaking */

static enum http_done go(struct call *call);
static enum http_done refuse(struct call *call, const struct fault *f);

static void
call_free(void *data)
{
	struct call *call = data;

	act_clear(&call->act);
	json_decref(call->body);
	buf_free(&call->text);
	if (call->free_mine != NULL)
		call->free_mine(call->mine);
	explicit_bzero(&call->act.actor, sizeof(call->act.actor));
	free(call);
}

const char *
api_text(const struct call *call, const char *zh, const char *en)
{
	return call->lang == LANG_EN ? en : zh;
}

static enum lang
lang_of(struct http_request *req)
{
	const char *accept = http_header(req, "Accept-Language");

	/* The first language that is one of ours; Chinese without one. */
	for (const char *p = accept; p != NULL && *p != '\0'; p++) {
		if (strncasecmp(p, "zh", 2) == 0)
			return LANG_ZH;
		if (strncasecmp(p, "en", 2) == 0)
			return LANG_EN;
		p += strcspn(p, ",");
		while (p[0] == ',' && p[1] == ' ')
			p++;
		if (*p == '\0')
			break;
	}
	return LANG_ZH;
}

/* Answers with a tree; -1: there is no memory for its text, and nothing was answered. */
static int
send_json(struct call *call, int status, const char *type, json_t *json)
{
	struct buf out = BUF_INIT_MAX(ANSWER_MAX);
	int rc = json_text(json, JSON_AS_MADE, &out);

	json_decref(json);
	if (rc == 0)
		http_answer(call->req, status, type, &out);
	else
		buf_free(&out);
	return rc;
}

/* The answer to a fault.  What is ours to repair is logged with a number that the answer shows. */
static enum http_done
send_fault(struct call *call, const struct fault *f)
{
	int status = fault_status(f->code);
	json_t *problem = api_problem(f, call->lang, http_path(call->req)), *current = NULL;
	enum fault_kind kind = fault_kind(f->code);
	struct buf nothing = BUF_INIT;

	if (kind == FAULT_KIND_SYSTEM || kind == FAULT_KIND_BUG) {
		uint8_t id[UUID_LEN];
		char number[UUID_TEXT_SIZE];
		struct fault logged = *f;

		uuid7_new(call->api->app->clock, id);
		uuid_text(id, number);
		fault_arg(&logged, "error_number", "%s", number);
		fault_arg(&logged, "route", "%s", call->ep->pattern);
		log_fault(LOG_ERROR, "request_failed", &logged);
		json_object_set_new(problem, "error_number", json_string(number));
	}
	if (kind == FAULT_KIND_BUSY)
		http_answer_header(call->req, "Retry-After", "1");
	else if (f->code == FAULT_TOO_OFTEN)
		http_answer_header(call->req, "Retry-After", fault_arg_get(f, "seconds"));
	/* Whoever is overtaken sees what it is now. */
	if ((f->code == FAULT_VERSION_STALE || f->code == FAULT_VERSION_WRONG) &&
	    call->ep->current(call, &current, NULL) == 0) {
		if (current == NULL)
			current = json_loadb(call->text.data, call->text.len, 0, NULL);
		json_object_set_new(problem, "current", current);
	}
	if (send_json(call, status, "application/problem+json", problem) < 0)
		http_answer(call->req, status, NULL, &nothing);
	return HTTP_ANSWERED;
}

static enum http_done
send_answer(struct call *call)
{
	struct fault f = FAULT_INIT;
	json_t *json = NULL;
	struct buf nothing = BUF_INIT;

	if (call->ep->flags & NO_CONTENT) {
		(void)call->ep->render(call, &json, &f);	/* headers only */
		http_answer(call->req, call->ep->status, NULL, &nothing);
		return HTTP_ANSWERED;
	}
	if (call->ep->render(call, &json, &f) < 0)
		/* What was only to be read and is refused is a refusal; what is written is written. */
		return call->wrote || call->replay ? send_fault(call, &f) : refuse(call, &f);
	if (call->replay)
		http_answer_header(call->req, "Idempotent-Replay", "true");
	if (json == NULL && call->text.len > 0)
		http_answer(call->req, call->ep->status, "application/json", &call->text);
	else if (send_json(call, call->ep->status, "application/json", json) < 0) {
		fault_set(&f, FAULT_MEMORY, "%s", "answer");
		return send_fault(call, &f);
	}
	return HTTP_ANSWERED;
}

/* On the journal's thread, once for each operation. */
static void
done(void *ctx, const struct op_result *result)
{
	struct call *call = ctx;

	if (result->status == OP_LOST) {
		call->lost++;
		if (result->lost_step == ACT_KEY_STEP && call->act.has_key &&
		    call->pending == call->act.nops && !(call->ep->flags & STANDS_ALONE))
			call->key_lost = 1;
	} else if (result->status == OP_FAILED) {
		call->failed++;
		call->write_fault = *result->fault;
	} else if (memcmp(result->record, call->act.record, sizeof(result->record)) == 0)
		call->first = *result;
	if (--call->pending == 0)
		http_resume(call->req);
}

int
call_has_written(const struct call *call, const uint8_t id[RECORD_ID_LEN],
    struct stored_record *ret_record)
{
	if (!call->wrote || !call->first.has_record ||
	    memcmp(call->first.record, id, RECORD_ID_LEN) != 0)
		return 0;
	memset(ret_record, 0, sizeof(*ret_record));
	memcpy(ret_record->log, call->first.log, sizeof(ret_record->log));
	ret_record->index = call->first.index;
	ret_record->at = call->first.at;
	return 1;
}

/* Hands the operations over; the call goes on in resumed. */
static int
submit(struct call *call, struct fault *f)
{
	call->tells = act_tell(&call->act);
	call->pending = call->act.nops;
	call->lost = call->failed = 0;
	call->key_lost = 0;
	return journal_gather_all(call->api->app->journal, call->act.op, call->act.nops, done, call, f);
}

int
call_is_refusal(const struct fault *f)
{
	enum fault_kind kind = fault_kind(f->code);

	return kind == FAULT_KIND_DENIED || kind == FAULT_KIND_CONFLICT ||
	    f->code == FAULT_NOT_FOUND || f->code == FAULT_TOO_OFTEN;
}

/* Records the refusal of a known caller before it is answered; strangers are counted. */
static enum http_done
refuse(struct call *call, const struct fault *f)
{
	struct fault ignored = FAULT_INIT;
	char prefix[64];
	struct op *op;

	act_clear(&call->act);
	if (!call_is_refusal(f))
		return send_fault(call, f);
	if (call->act.actor.id[0] == '\0') {
		http_peer_prefix(call->req, prefix, sizeof(prefix));
		api_strangers_add(call->api->strangers, prefix, f->code);
		return send_fault(call, f);
	}
	if ((op = act_refusal(&call->act, f, &ignored)) != NULL && act_put(&call->act, op, &ignored) == 0) {
		call->refusing = 1;
		call->refusal = *f;
		if (submit(call, &ignored) == 0)
			return HTTP_LATER;
	}
	/* The queue is full or memory is short: nobody gets an answer that is not recorded. */
	act_clear(&call->act);
	return send_fault(call, ignored.code != FAULT_NONE ? &ignored : f);
}

/* Reads, decides, and hands over; also run again when somebody else was quicker. */
static enum http_done
go(struct call *call)
{
	struct fault f = FAULT_INIT;

	act_clear(&call->act);
	if (call->ep->prepare != NULL && call->ep->prepare(call, &f) < 0)
		return refuse(call, &f);
	if (call->answered)
		return HTTP_ANSWERED;
	if (call->waits)
		return HTTP_LATER;
	if (call->act.nops == 0)
		return send_answer(call);
	if (submit(call, &f) == 0)
		return HTTP_LATER;
	act_clear(&call->act);
	return send_fault(call, &f);
}

static void
forget_mine(struct call *call)
{
	if (call->free_mine != NULL)
		call->free_mine(call->mine);
	call->mine = NULL;
	call->free_mine = NULL;
}

static enum http_done
resumed(struct call *call)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct fault f = FAULT_INIT;

	if (call->failed > 0)
		return send_fault(call, &call->write_fault);
	if (call->refusing)
		return send_fault(call, &call->refusal);
	call->wrote = call->lost == 0 && !call->waits;
	if (call->tells || call->act.joint)
		joint_driver_poke(call->api->driver);
	if (call->wrote && call->act.joint && record_object_parse(call->act.object, division, id) == 0)
		watch_wake(call->api->watchers, division, id);
	if (call->wrote && call->act.looks)
		look_recorded(&call->act);
	else if (call->wrote)
		live_poke(call->api->live);
	if (call->tells)
		deliver_poke(call->api->deliver);
	if (call->lost == 0)
		return send_answer(call);
	if (call->key_lost) {
		if (call_happened(call, &f) == 1) {
			call->replay = 1;
			return send_answer(call);
		}
		if (f.code == FAULT_NONE)
			fault_set(&f, FAULT_CONFLICT, "%s", "idempotency row gone");
		return refuse(call, &f);
	}
	if (++call->tries < TRIES_MAX) {
		if (!(call->ep->flags & STANDS_ALONE))
			forget_mine(call);
		return go(call);
	}
	fault_set(&f, FAULT_CONFLICT, "%s", "overtaken each time");
	return refuse(call, &f);
}

/* What will be read once it is known who asks, and of whom the guess is good that he may. */
static void
read_ahead(struct call *call)
{
	const char *key = http_header(call->req, "Idempotency-Key"), *object = http_param(call->req, "id");
	const char *cookie = http_cookie(call->req, "wzm_session");
	char division[7];
	uint8_t id[RECORD_ID_LEN];

	if (!http_is_unix(call->req) && (cookie == NULL || strlen(cookie) >= SESSION_COOKIE_MAX ||
	    http_header(call->req, "Authorization") != NULL))
		return;
	/* Who works on something is mostly of its division. */
	if (object == NULL || record_object_parse(object, division, id) < 0)
		snprintf(division, sizeof(division), "%s", call->api->app->division);
	if ((call->ep->flags & NEEDS_KEY) && key != NULL && uuid_parse(key, id) == 0)
		store_read_ahead(call->act.reader, ST_IDEMPOTENCY_GET, PARAMS(sql_text(division),
		    sql_blob(id, sizeof(id))));
	case_read_ahead(call);
}

static enum http_done
started(struct call *call)
{
	struct fault f = FAULT_INIT;
	int before;

	if (api_check_origin(call, &f) < 0)
		return refuse(call, &f);
	read_ahead(call);
	if (api_find_actor(call, &f) < 0 ||
	    access_check(&call->act.actor, call->act.action, NULL, NULL, &f) < 0 ||
	    call_read_body(call, &f) < 0 || call_read_match(call, &f) < 0)
		return refuse(call, &f);
	if ((before = call_read_key(call, &f)) < 0)
		return refuse(call, &f);
	if (before > 0) {
		call->replay = 1;
		return send_answer(call);
	}
	return go(call);
}

static struct call *
call_new(struct http_request *req, struct api *api, const struct endpoint *ep)
{
	struct call *call = malloc(sizeof(*call));

	if (call == NULL)
		return NULL;
	memset(call, 0, offsetof(struct call, act) + offsetof(struct act, few_op));
	call->api = api;
	call->req = req;
	call->ep = ep;
	call->lang = lang_of(req);
	call->text.max = ANSWER_MAX;
	call->act.app = api->app;
	call->act.reader = http_loop_data(req);
	call->act.action = ep->action;
	call->act.now = clock_now(api->app->clock);
	http_set_data(req, call, call_free);
	return call;
}

static enum http_done
handle(struct http_request *req, void *ctx)
{
	struct api *api = ctx;
	struct call *call = http_data(req);
	struct buf nothing = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct store_reader *reader;
	enum http_done end;

	if (!http_resumed(req))
		call = call_new(req, api, &endpoints[http_route_of(req) - api->routes]);
	if (call == NULL || call->act.reader == NULL) {
		http_answer(req, 503, NULL, &nothing);
		return HTTP_ANSWERED;
	}
	/* The journal has done with the operations. */
	if (http_resumed(req))
		act_clear(&call->act);
	/* What a request reads is of one state; after the commit, of the one that it made. */
	reader = call->act.reader;
	if (store_reader_begin(reader, &f) < 0)
		return send_fault(call, &f);
	end = http_resumed(req) ? resumed(call) : started(call);
	store_reader_end(reader);
	return end;
}

/* What writes waits for the journal. */
static int
is_full(const struct http_request *req, int strict, void *ctx)
{
	const struct api *api = ctx;

	return http_route_of(req)->method != HTTP_GET && journal_crowded(api->app->journal, strict);
}

/* What the transport refuses: no route, no such method, too large, malformed. */
static void
refused(struct http_request *req, const struct fault *f, void *ctx)
{
	static const struct endpoint none = { .pattern = "none" };
	struct buf nothing = BUF_INIT;
	struct call *call;

	if (f->code == FAULT_QUEUE_FULL)
		api_busy(req, lang_of(req));
	else if ((call = call_new(req, ctx, &none)) == NULL)
		http_answer(req, 503, NULL, &nothing);
	else
		send_fault(call, f);
}

static void *
loop_start(void *ctx)
{
	struct api *api = ctx;
	struct store_reader *reader = NULL;
	struct fault f = FAULT_INIT;

	if (store_reader_open(api->app->store, &reader, &f) < 0)
		log_fault(LOG_ERROR, "reader_failed", &f);
	return reader;
}

static void
loop_stop(void *data, void *ctx)
{
	(void)ctx;
	store_reader_close(data);
}

static void
loop_rest(void *data, void *ctx)
{
	struct api *api = ctx;

	journal_go(api->app->journal);
	if (data != NULL)
		store_reader_rest(data);
}

int
api_new(struct app *app, const struct conf *conf, struct api **ret_api, struct fault *f)
{
	struct api *api = calloc(1, sizeof(*api));

	if (api == NULL || (api->routes = calloc(nendpoints, sizeof(*api->routes))) == NULL ||
	    (api->strangers = api_strangers_new()) == NULL ||
	    (api->ceilings = api_ceilings_new()) == NULL ||
	    (api->exports = api_exports_new()) == NULL ||
	    (api->watchers = watch_new((size_t)conf_int(conf, CONF_CONNECTIONS) / 4)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		api_free(api);
		return -1;
	}
	if (api_busy_make(f) < 0) {
		api_free(api);
		return -1;
	}
	api->app = app;
	api->conf = conf;
	api->session_hours = (int)conf_int(conf, CONF_SESSION_HOURS);
	for (size_t i = 0; i < nendpoints; i++)
		api->routes[i] = (struct http_route){ .method = endpoints[i].method,
		    .pattern = endpoints[i].pattern, .body_max = endpoints[i].body_max,
		    .action = (int)endpoints[i].action, .handler = handle };
	*ret_api = api;
	return 0;
}

void
api_free(struct api *api)
{
	if (api == NULL)
		return;
	api_strangers_free(api->strangers);
	api_ceilings_free(api->ceilings);
	api_exports_free(api->exports);
	watch_free(api->watchers);
	free(api->routes);
	free(api);
}

struct http_conf
api_http_conf(struct api *api)
{
	return (struct http_conf){ .routes = api->routes, .nroutes = nendpoints, .refuse = refused, .admit = api_admit, .full = is_full,
	    .loop_start = loop_start, .loop_stop = loop_stop, .loop_rest = loop_rest, .ctx = api, .clock = api->app->clock };
}
