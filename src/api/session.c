/* session.c - signing in and out, and who one is. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

/* What a sign-in keeps until the cookie can be sent. */
struct signed_in { char cookie[SESSION_COOKIE_MAX]; struct actor user; };

static json_t *
agency_ref(const struct inventory *inv, const char *code)
{
	const struct agency *a = inv != NULL ? inventory_agency(inv, code) : NULL;

	return api_ref(code, a != NULL ? a->name : code);
}

static json_t *
division_ref(const struct inventory *inv, const char *code)
{
	const struct division *d = inv != NULL ? inventory_division(inv, code) : NULL;

	return api_ref(code, d != NULL ? d->name : code);
}

static json_t *
desk_ref(const struct inventory *inv, const char *code)
{
	const struct desk *d = inv != NULL ? inventory_desk(inv, code) : NULL;

	return code[0] != '\0' ? api_ref(code, d != NULL ? d->name : code) : json_null();
}

int
session_open(struct call *call, struct fault *f)
{
	struct signed_in *s;
	const char *user;
	struct actor who;
	struct op *op;
	struct in in;

	in_start(&in, call->body, "", f);
	user = in_text(&in, "user", IN_MUST, 31);
	if (in_end(&in) < 0)
		return -1;
	if (access_user(call->api->app, call->act.reader, user, &who, f) < 0)
		return -1;
	/* Demo users only: a user of a real instance signs in with a credential. */
	if (!call->api->app->demo || !who.demo) {
		fault_set(f, FAULT_USER_UNKNOWN, "%s", "not a demo user");
		return -1;
	}
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	s->user = who;
	call->mine = s;
	call->free_mine = free;
	s->user.expires_at = call->act.now + (int64_t)call->api->session_hours * 3600000;
	op = access_open_session(call->api->app, &who, call->act.now, s->user.expires_at, s->cookie, f);
	if (op == NULL)
		return -1;
	return act_put(&call->act, op, f);
}

int
session_close(struct call *call, struct fault *f)
{
	const char *cookie = http_cookie(call->req, "wzm_session");
	struct op *op;

	if (call->act.actor.id[0] == '\0' || cookie == NULL)
		return 0;
	if ((op = access_close_session(call->api->app, &call->act.actor, cookie, f)) == NULL)
		return -1;
	return act_put(&call->act, op, f);
}

static void
set_cookie(struct call *call, const char *cookie, int seconds)
{
	char text[160];

	snprintf(text, sizeof(text), "wzm_session=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", cookie,
	    seconds, http_is_tls(call->req) ? "; Secure" : "");
	http_answer_header(call->req, "Set-Cookie", text);
}

int
session_closed(struct call *call, json_t **ret_json, struct fault *f)
{
	(void)ret_json;
	(void)f;
	set_cookie(call, "", 0);
	return 0;
}

int
session_show(struct call *call, json_t **ret_json, struct fault *f)
{
	const struct signed_in *s = call->mine;
	const struct actor *a = s != NULL ? &s->user : &call->act.actor;
	struct inventory *inv;
	char key[DRAFT_KEY_MAX];

	if (a->id[0] == '\0') {
		fault_set(f, FAULT_SIGN_IN, "%s", "");
		return -1;
	}
	if (s != NULL)
		set_cookie(call, s->cookie, call->api->session_hours * 3600);
	access_draft_key(call->api->app, a->id, key);
	inv = app_inventory(call->api->app, NULL);
	*ret_json = json_pack("{s:{s:s, s:s, s:s, s:s}, s:o, s:o, s:o, s:b, s:o, s:s}", "user", "id", a->id,
	    "name", a->name, "role", a->role, "scope", a->scope, "agency",
	    agency_ref(inv, a->agency), "division", division_ref(inv, a->division), "desk",
	    desk_ref(inv, a->desk), "demo", call->api->app->demo, "expires_at",
	    api_at(a->expires_at), "draft_key", key);
	inventory_unref(inv);
	return 0;
}

struct users { const struct inventory *inv; json_t *list; };

static int
add_user(const struct actor *a, void *ctx, struct fault *f)
{
	struct users *u = ctx;

	(void)f;
	json_array_append_new(u->list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s}",
	    "id", a->id, "name", a->name, "role", a->role, "scope", a->scope, "agency",
	    agency_ref(u->inv, a->agency), "division", division_ref(u->inv, a->division), "desk",
	    desk_ref(u->inv, a->desk), "says", a->says));
	return 0;
}

int
session_users(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv;
	struct users u;
	int rc;

	/* Who may sign in is public in a demonstration only. */
	if (!call->api->app->demo && !http_is_unix(call->req)) {
		fault_set(f, FAULT_ROUTE_UNKNOWN, "%s", "not a demonstration");
		return -1;
	}
	inv = app_inventory(call->api->app, NULL);
	u = (struct users){ .inv = inv, .list = json_array() };
	rc = access_users(call->api->app, call->act.reader, add_user, &u, f);
	inventory_unref(inv);
	*ret_json = json_pack("{s:o}", "users", u.list);
	return rc;
}
