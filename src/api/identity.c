/* identity.c - who asks, and whether a request may come from there. */
#include <string.h>

#include "api/api.h"
#include "svc/intake/platform.h"

#define TOKEN_HEADER_MAX 128

/* A platform by its token.  Who guesses has a ceiling; a token that is right never meets it. */
static int
find_platform(struct call *call, const char *authorization, struct fault *f)
{
	static const char bearer[] = "Bearer ";

	if (http_is_unix(call->req) || http_cookie(call->req, "wzm_session") != NULL) {
		fault_set(f, FAULT_TWO_IDENTITIES, "%s", "");
		return -1;
	}
	if (strncasecmp(authorization, bearer, sizeof(bearer) - 1) == 0 &&
	    strlen(authorization) < TOKEN_HEADER_MAX) {
		if (platform_actor(call->api->app, call->act.reader, authorization +
		    sizeof(bearer) - 1, &call->act.actor, f) == 0)
			return 0;
		if (f->code != FAULT_TOKEN_UNKNOWN)
			return -1;
	}
	if (api_ceiling_take(call, CEILING_WRONG_TOKENS, f) == 0)
		fault_set(f, FAULT_TOKEN_UNKNOWN, "%s", "");
	return -1;
}

int
api_find_actor(struct call *call, struct fault *f)
{
	struct actor *actor = &call->act.actor;
	struct app *app = call->api->app;
	const char *as = http_header(call->req, "Wzm-As"), *cookie;
	const char *authorization = http_header(call->req, "Authorization");

	/* Elsewhere the header is no business of ours: a proxy's, before the pages. */
	if (authorization != NULL && action_is_for(call->act.action, "platform"))
		return find_platform(call, authorization, f);
	if (http_is_unix(call->req)) {
		if (as == NULL) {
			/* The peer's uid is the server's or root's: the operator of the instance. */
			snprintf(actor->id, sizeof(actor->id), "root");
			snprintf(actor->role, sizeof(actor->role), "operator");
			snprintf(actor->scope, sizeof(actor->scope), "division");
			snprintf(actor->division, sizeof(actor->division), "%s", app->division);
			return 0;
		}
		if (access_user(app, call->act.reader, as, actor, f) == 0)
			return 0;
		if (f->code == FAULT_USER_UNKNOWN) {
			fault_set(f, FAULT_AS_UNKNOWN, "%s", "");
			fault_arg(f, "user", "%s", as);
		}
		return -1;
	}
	cookie = http_cookie(call->req, "wzm_session");
	if (cookie == NULL || strlen(cookie) >= SESSION_COOKIE_MAX)
		return 0;
	if (access_session(app, call->act.reader, cookie, actor, f) == 0)
		return 0;
	memset(actor, 0, sizeof(*actor));
	/* An old cookie is a stranger's; only what needs somebody says "sign in". */
	return f->code == FAULT_SIGN_IN ? 0 : -1;
}

/* This machine by name, with a port or without. */
static int
is_local_host(const char *host)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };

	for (size_t i = 0; host != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if (strncasecmp(host, names[i], len) != 0)
			continue;
		if (host[len] == '\0' || (host[len] == ':' &&
		    host[len + 1 + strspn(host + len + 1, "0123456789")] == '\0'))
			return 1;
	}
	return 0;
}

/* Whether a browser says that another site's page sent this. */
static int
is_cross_site(struct http_request *req)
{
	const char *site = http_header(req, "Sec-Fetch-Site"), *origin = http_header(req, "Origin");
	const char *host = http_header(req, "Host"), *from;

	if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return 1;
	if (origin == NULL)
		return 0;
	if (http_is_tls(req) && strncasecmp(origin, "https://", 8) != 0)
		return 1;
	from = strstr(origin, "://");
	return from == NULL || host == NULL || strcasecmp(from + 3, host) != 0;
}

int
api_check_origin(struct call *call, struct fault *f)
{
	static const char *const forwarded[] = { "Forwarded", "X-Forwarded-For", "X-Forwarded-Host",
		"X-Real-IP", "Via" };

	if (http_is_unix(call->req))
		return 0;
	if (call->ep->flags & SOCKET_ONLY) {
		fault_set(f, FAULT_ROUTE_UNKNOWN, "%s", "socket only");
		return -1;
	}
	if (call->api->app->demo) {
		int refused = !is_local_host(http_header(call->req, "Host"));

		for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
			refused |= http_header(call->req, forwarded[i]) != NULL;
		if (refused) {
			fault_set(f, FAULT_HOST_REFUSED, "%s", "");
			return -1;
		}
	}
	if (call->ep->method != HTTP_GET && is_cross_site(call->req)) {
		fault_set(f, FAULT_CROSS_SITE, "%s", "");
		return -1;
	}
	return 0;
}

int
api_admit(struct http_request *req, void *ctx, struct fault *f)
{
	struct api *api = ctx;
	const char *cookie = http_cookie(req, "wzm_session");
	struct store_reader *reader = http_loop_data(req);
	struct actor who;
	char prefix[64];

	if (http_is_unix(req) || (cookie != NULL && strlen(cookie) < SESSION_COOKIE_MAX &&
	    reader != NULL && access_session(api->app, reader, cookie, &who, f) == 0))
		return 0;
	if (f->code == FAULT_NONE)
		fault_set(f, FAULT_SIGN_IN, "%s", "");
	if (f->code == FAULT_SIGN_IN) {
		http_peer_prefix(req, prefix, sizeof(prefix));
		api_strangers_add(api->strangers, prefix, f->code);
	}
	return -1;
}
