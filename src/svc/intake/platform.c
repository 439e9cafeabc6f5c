#include "svc/intake/platform.h"

#include <string.h>

#include <curl/curl.h>

#include "base/utf8.h"

#define TOKEN_START "wzmp_"
#define SECRET_START "whsec_"	/* as Standard Webhooks writes secrets */

static const char *const states[PLATFORM_NSTATES] = {
	[PLATFORM_ON] = "on",
	[PLATFORM_OFF] = "off",
	[PLATFORM_GONE] = "gone",
};

const char *
platform_state_name(enum platform_state state)
{
	return states[state];
}

int
platform_state_parse(const char *name, enum platform_state *ret_state)
{
	for (size_t i = 0; i < PLATFORM_NSTATES; i++) {
		if (strcmp(states[i], name) == 0) {
			*ret_state = (enum platform_state)i;
			return 0;
		}
	}
	return -1;
}

static int
bad_value(struct fault *f, const char *field, const char *zh, const char *en)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

/* Addresses */

static int
bad_url(struct fault *f, const char *zh, const char *en)
{
	fault_set(f, FAULT_PLATFORM_URL, "%s", "");
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	int has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static int
is_this_machine(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "127.0.0.1") == 0 ||
	    strcmp(host, "[::1]") == 0;
}

static int
check_parts(CURLU *url, int http, struct fault *f)
{
	char *scheme = NULL, *host = NULL;
	int rc = -1;

	if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
		bad_url(f, "须以 https:// 开头", "it must begin with https://");
	else if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ||
	    has_part(url, CURLUPART_FRAGMENT))
		bad_url(f, "不能含用户名、密码或 #", "no user, password or fragment may be in it");
	else if (strcmp(scheme, "http") == 0 && !http && !is_this_machine(host))
		bad_url(f, "不加密的 http 只能发往本机;见设置 webhook_http",
		    "plain http only goes to this machine; see the setting webhook_http");
	else
		rc = 0;
	curl_free(scheme);
	curl_free(host);
	return rc;
}

int
platform_url_check(const char *url, int http, struct fault *f)
{
	CURLU *parsed = curl_url();
	int rc;

	if (parsed == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "url");
		return -1;
	}
	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK)
		rc = check_parts(parsed, http, f);
	else
		rc = bad_url(f, "不是完整的网址", "it is not a whole address");
	curl_url_cleanup(parsed);
	return rc;
}

/* Keys */

static struct seal_place
secret_place(const char *id)
{
	return (struct seal_place){ "platform", "secret", id, strlen(id) };
}

static void
token_blind(const struct app *app, const char *token, uint8_t ret_blind[BLIND_LEN])
{
	blind(app->seal, "platform", token, strlen(token), ret_blind);
}

/* Makes both; what is kept of them goes to blind and sealed. */
static int
make_keys(const struct app *app, const char *id, struct platform_keys *ret_keys,
    uint8_t ret_blind[BLIND_LEN], struct buf *ret_sealed, struct fault *f)
{
	uint8_t token[PLATFORM_SECRET_LEN], secret[PLATFORM_SECRET_LEN];
	char text[ENC_SIZE(PLATFORM_SECRET_LEN)];
	int rc;

	hash_random(token, sizeof(token));
	hash_random(secret, sizeof(secret));
	enc_base64url(token, sizeof(token), text);
	snprintf(ret_keys->token, sizeof(ret_keys->token), TOKEN_START "%s", text);
	enc_base64(secret, sizeof(secret), text);
	snprintf(ret_keys->secret, sizeof(ret_keys->secret), SECRET_START "%s", text);
	token_blind(app, ret_keys->token, ret_blind);
	rc = seal(app->seal, secret_place(id), secret, sizeof(secret), ret_sealed, f);
	explicit_bzero(token, sizeof(token));
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
platform_secret(const struct app *app, const struct platform *p,
    uint8_t ret_secret[PLATFORM_SECRET_LEN], struct fault *f)
{
	struct buf clear = BUF_INIT_MAX(PLATFORM_SECRET_LEN + 1);
	int rc = unseal(app->seal, secret_place(p->id), p->sealed, sizeof(p->sealed), &clear, f);

	if (rc == 0)
		memcpy(ret_secret, clear.data, PLATFORM_SECRET_LEN);
	buf_wipe(&clear);
	return rc;
}

/* Reading */

struct platform_read { struct platform *p; platform_each_fn *each; void *ctx; };

/* The columns of PLATFORM_GET. */
static int
platform_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct platform_read *r = ctx;
	struct platform *p = r->p;
	size_t len;
	const void *sealed = row_blob(row, 11, &len);

	memset(p, 0, sizeof(*p));
	snprintf(p->id, sizeof(p->id), "%s", row_text(row, 0));
	snprintf(p->name, sizeof(p->name), "%s", row_text(row, 1));
	snprintf(p->scope, sizeof(p->scope), "%s", row_text(row, 2));
	snprintf(p->agency, sizeof(p->agency), "%s", row_text(row, 3));
	snprintf(p->division, sizeof(p->division), "%s", row_text(row, 4));
	snprintf(p->url, sizeof(p->url), "%s", row_text(row, 5));
	p->version = row_int(row, 6);
	p->told = row_int(row, 8);
	p->changed_at = row_int(row, 9);
	snprintf(p->changed_by, sizeof(p->changed_by), "%s", row_text(row, 10));
	if (platform_state_parse(row_text(row, 7), &p->state) < 0 || len != sizeof(p->sealed)) {
		fault_set(f, FAULT_STORE, "platform %s in state %s", p->id, row_text(row, 7));
		return -1;
	}
	memcpy(p->sealed, sealed, len);
	return r->each != NULL ? r->each(p, r->ctx, f) : 0;
}

int
platform_load(struct store_reader *reader, const char *id, struct platform *ret_platform,
    struct fault *f)
{
	struct platform_read r = { .p = ret_platform };
	int64_t n = store_read(reader, ST_PLATFORM_GET, PARAMS(sql_text(id)), platform_row, &r, f);

	if (n == 0) {
		fault_set(f, FAULT_PLATFORM_UNKNOWN, "%s", "");
		fault_arg(f, "platform", "%s", id);
	}
	return n > 0 ? 0 : -1;
}

int
platform_list(struct store_reader *reader, platform_each_fn *each, void *ctx, struct fault *f)
{
	struct platform p;
	struct platform_read r = { &p, each, ctx };

	return store_read(reader, ST_PLATFORMS, NULL, 0, platform_row, &r, f) < 0 ? -1 : 0;
}

int
platform_actor(struct app *app, struct store_reader *reader, const char *token,
    struct actor *ret_actor, struct fault *f)
{
	struct platform p;
	struct platform_read r = { .p = &p };
	uint8_t index[BLIND_LEN];
	int64_t n;

	/* What is looked up is a keyed hash: how long that takes says nothing about any token. */
	token_blind(app, token, index);
	n = store_read(reader, ST_PLATFORM_BY_TOKEN, PARAMS(sql_blob(index, sizeof(index))),
	    platform_row, &r, f);
	if (n == 0)
		fault_set(f, FAULT_TOKEN_UNKNOWN, "%s", "");
	if (n <= 0)
		return -1;
	memset(ret_actor, 0, sizeof(*ret_actor));
	snprintf(ret_actor->id, sizeof(ret_actor->id), "%s", p.id);
	snprintf(ret_actor->name, sizeof(ret_actor->name), "%s", p.name);
	snprintf(ret_actor->role, sizeof(ret_actor->role), "platform");
	snprintf(ret_actor->scope, sizeof(ret_actor->scope), "%s", p.scope);
	snprintf(ret_actor->agency, sizeof(ret_actor->agency), "%s", p.agency);
	snprintf(ret_actor->division, sizeof(ret_actor->division), "%s", p.division);
	if (p.state != PLATFORM_OFF)
		return 0;
	fault_set(f, FAULT_PLATFORM_OFF, "%s", "");
	fault_arg(f, "platform", "%s", p.id);
	return -1;
}

/* Changing */

/* "p-" and up to 24 small letters, digits and hyphens. */
static int
check_id(const char *id, struct fault *f)
{
	size_t len = strlen(id);

	if (len >= 3 && len <= 26 && strncmp(id, "p-", 2) == 0 &&
	    id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0')
		return 0;
	return bad_value(f, "id", "应为 p- 加小写字母、数字或连字符,共 3 到 26 个字符",
	    "must be p- and small letters, digits or hyphens, 3 to 26 characters in all");
}

/* Whose it is: an agency that works in the division. */
static int
check_place(struct act *act, const struct platform *p, struct fault *f)
{
	struct inventory *inv = app_inventory(act->app, f);
	const struct agency *a;
	int rc = -1;

	if (inv == NULL)
		return -1;
	if (inventory_division(inv, p->division) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", p->division);
	} else if ((a = inventory_agency(inv, p->agency)) == NULL) {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", p->agency);
	} else if (strcmp(a->division->code, p->division) != 0)
		bad_value(f, "agency", "不是这个行政区划的单位", "not an agency of that division");
	else
		rc = 0;
	inventory_unref(inv);
	return rc;
}

static struct op *
set_op(struct act *act, const struct platform *p, const char *change, struct fault *f)
{
	struct record *r;
	struct op *op = act_add(act, RECORD_PLATFORM_SET, act->app->division, NULL, &r, f);

	if (op == NULL)
		return NULL;
	record_str(r, "agency", p->agency);
	record_str(r, "change", change);
	record_str(r, "platform", p->id);
	record_str(r, "state", platform_state_name(p->state));
	snprintf(act->object, sizeof(act->object), "%s", p->id);
	return op;
}

/* Whether there is one of that id already. */
static int
check_new(struct act *act, const char *id, struct fault *f)
{
	struct platform p;
	struct fault none = FAULT_INIT;

	if (platform_load(act->reader, id, &p, &none) < 0) {
		if (none.code == FAULT_PLATFORM_UNKNOWN)
			return 0;
		*f = none;
		return -1;
	}
	fault_set(f, FAULT_PLATFORM_EXISTS, "%s", "");
	fault_arg(f, "platform", "%s", id);
	return -1;
}

int
platform_add(struct act *act, const struct platform *p, struct platform_keys *ret_keys,
    struct fault *f)
{
	uint8_t index[BLIND_LEN];
	struct buf sealed = BUF_INIT;
	struct op *op;
	int rc = -1;

	if (check_id(p->id, f) < 0 || check_place(act, p, f) < 0 ||
	    check_new(act, p->id, f) < 0 ||
	    make_keys(act->app, p->id, ret_keys, index, &sealed, f) < 0 ||
	    (op = set_op(act, p, "added", f)) == NULL)
		goto out;
	op_step(op, ST_PLATFORM_INSERT, 1);
	op_text(op, p->id);
	op_text(op, p->name);
	op_text(op, p->scope);
	op_text(op, p->agency);
	op_text(op, p->division);
	op_blob(op, index, sizeof(index));
	op_text(op, p->url);
	op_blob(op, sealed.data, sealed.len);
	op_at(op);
	op_text(op, act->actor.id);
	rc = 0;
out:
	buf_free(&sealed);
	return rc;
}

int
platform_change(struct act *act, const struct platform *p, struct fault *f)
{
	struct op *op = set_op(act, p, "changed", f);

	if (op == NULL)
		return -1;
	op_step(op, ST_PLATFORM_CHANGE, 1);
	op_text(op, p->id);
	op_int(op, p->version);
	op_text(op, p->name);
	op_text(op, p->url);
	op_text(op, platform_state_name(p->state));
	op_at(op);
	op_text(op, act->actor.id);
	if (p->state != PLATFORM_ON)
		return 0;
	/* Whoever switches it on wants to see whether it works. */
	op_step(op, ST_WEBHOOKS_AGAIN, STORE_ANY_COUNT);
	op_text(op, p->division);
	op_text(op, p->id);
	op_at(op);
	return 0;
}

int
platform_rotate(struct act *act, const struct platform *p, struct platform_keys *ret_keys,
    struct fault *f)
{
	uint8_t index[BLIND_LEN];
	struct buf sealed = BUF_INIT;
	struct op *op;
	int rc = -1;

	if (make_keys(act->app, p->id, ret_keys, index, &sealed, f) < 0 ||
	    (op = set_op(act, p, "rotated", f)) == NULL)
		goto out;
	op_step(op, ST_PLATFORM_ROTATE, 1);
	op_text(op, p->id);
	op_int(op, p->version);
	op_blob(op, index, sizeof(index));
	op_blob(op, sealed.data, sealed.len);
	op_at(op);
	op_text(op, act->actor.id);
	rc = 0;
out:
	buf_free(&sealed);
	return rc;
}
