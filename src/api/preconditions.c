/*
 * preconditions.c - what a request must bring before anything is decided: its body, its key, its version.
 */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/uuid.h"

#define KEY_AGE_MS CLOCK_DAY_MS

/* Whether a header names this type, with parameters or without. */
static int
is_type(const char *header, const char *type)
{
	size_t len = strlen(type);

	return header != NULL && strncasecmp(header, type, len) == 0 &&
	    (header[len] == '\0' || header[len] == ';' || header[len] == ' ');
}

/* The bytes of a list are left as they are. */
static int
check_raw(const char *type, struct fault *f)
{
	static const char *const types[] = { "text/csv", "application/octet-stream",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is_type(type, types[i]))
			return 0;
	fault_set(f, FAULT_LIST_TYPE, "%s", "");
	return -1;
}

int
call_read_body(struct call *call, struct fault *f)
{
	const char *type = http_header(call->req, "Content-Type"), *text;
	size_t len;

	if (call->ep->body_max == 0)
		return 0;
	if (call->ep->flags & RAW_BODY)
		return check_raw(type, f);
	text = http_body(call->req, &len);
	if (len == 0) {
		fault_set(f, FAULT_BODY_MISSING, "%s", "");
		fault_arg(f, "empty", "%s", "{}");
		return -1;
	}
	if (!is_type(type, "application/json")) {
		fault_set(f, FAULT_MEDIA_TYPE, "%s", "");
		return -1;
	}
	return in_parse(text, len, &call->body, f);
}

struct key_row { struct call *call; int there, same; };

static int
key_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct key_row *k = ctx;
	struct act *act = &k->call->act;
	size_t len;
	const void *hash = row_blob(row, 0, &len), *record;

	(void)f;
	if (strcmp(row_text(row, 3), act_key_caller(act)) != 0)
		return 0;
	k->there = 1;
	k->same = len == sizeof(act->body_blind) && hash_equal(hash, act->body_blind, len);
	record = row_blob(row, 1, &len);
	memcpy(act->record, record, len < RECORD_ID_LEN ? len : RECORD_ID_LEN);
	snprintf(act->object, sizeof(act->object), "%s", row_text(row, 2));
	return 0;
}

int
call_happened(struct call *call, struct fault *f)
{
	struct key_row k = { .call = call };

	if (store_read(call->act.reader, ST_IDEMPOTENCY_GET, PARAMS(
	    sql_text(act_key_division(&call->act)), sql_blob(call->act.key, sizeof(call->act.key))),
	    key_row, &k, f) < 0)
		return -1;
	if (!k.there)
		return 0;
	if (!k.same) {
		call->act.object[0] = '\0';
		fault_set(f, FAULT_KEY_REUSED, "%s", "");
		return -1;
	}
	return 1;
}

int
call_read_key(struct call *call, struct fault *f)
{
	const char *key = http_header(call->req, "Idempotency-Key"), *text;
	struct act *act = &call->act;
	struct sha256 hash;
	int64_t made;
	size_t len;

	if (!(call->ep->flags & NEEDS_KEY))
		return 0;
	if (key == NULL) {
		fault_set(f, FAULT_KEY_MISSING, "%s", "");
		return -1;
	}
	if (uuid_parse(key, act->key) < 0 || (made = uuid7_ms(act->key)) < 0 ||
	    made < act->now - KEY_AGE_MS || made > act->now + KEY_AGE_MS) {
		fault_set(f, FAULT_KEY_INVALID, "%s", "");
		return -1;
	}
	act->has_key = 1;
	text = http_body(call->req, &len);
	/* The same body to another address is another request.  A plain hash would let bodies be guessed. */
	hash = hash_sha256((const struct hash_part[]){
	    { http_path(call->req), strlen(http_path(call->req)) + 1 }, { text, len } }, 2);
	blind(call->api->app->seal, "idempotency", hash.b, sizeof(hash.b), act->body_blind);
	return call_happened(call, f);
}

int
call_read_match(struct call *call, struct fault *f)
{
	const char *match = http_header(call->req, "If-Match");
	char *end;

	call->act.if_match = ACT_ANY_VERSION;
	if (!(call->ep->flags & NEEDS_MATCH))
		return 0;
	if (match == NULL) {
		fault_set(f, FAULT_IF_MATCH_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "If-Match");
		return -1;
	}
	if (strcmp(match, "*") == 0)
		return 0;
	if (match[0] == '"' && match[1] >= '0' && match[1] <= '9') {
		call->act.if_match = strtoll(match + 1, &end, 10);
		if (strcmp(end, "\"") == 0)
			return 0;
	}
	fault_set(f, FAULT_IF_MATCH_INVALID, "%s", "");
	fault_arg(f, "field", "%s", "If-Match");
	return -1;
}
