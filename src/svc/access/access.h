/*
 * access.h - who somebody is, and whether they may: the only place that says yes.
 */
#ifndef SVC_ACCESS_ACCESS_H
#define SVC_ACCESS_ACCESS_H

#include <stdint.h>

#include "base/fault.h"
#include "journal/record.h"
#include "svc/app.h"

enum action {
	ACTION_NONE = 0,	/* no route may have it */
#define ACTION(sym, name, roles) ACTION_##sym,
#include "svc/access/actions.def"
#undef ACTION
	ACTION_NACTIONS
};

/* Somebody who asks.  id is "" for a stranger; agency is "" for the operator at the socket. */
struct actor {
	char id[32], name[128], role[16], scope[12];
	char agency[24], division[7], desk[24], says[128];
	int demo;		/* signs in without a credential, in a demonstration only */
	int64_t expires_at;
};

const char *action_name(enum action action);
/* Whether somebody of this role may ever do it. */
int action_is_for(enum action action, const char *role);

/*
 * Whether actor may do action to an object of this agency and division (NULL: no object).
 * FAULT_SIGN_IN for a stranger (FAULT_TOKEN_MISSING where only platforms come), FAULT_NOT_ALLOWED (role, who) for a wrong role, FAULT_NOT_FOUND
 * where the object is somebody else's: another agency or division is not told that it exists.
 * A user with scope "division" reaches all agencies of the division; in a city, other roles
 * than clerks reach its counties too.
 */
int access_check(const struct actor *actor, enum action action, const char *agency,
    const char *division, struct fault *f);

/* The user of that id; FAULT_USER_UNKNOWN. */
int access_user(struct app *app, struct store_reader *reader, const char *id,
    struct actor *ret_actor, struct fault *f);

/* Each user in the order of ids; each may stop with -1. */
typedef int access_user_fn(const struct actor *user, void *ctx, struct fault *f);
int access_users(struct app *app, struct store_reader *reader, access_user_fn *each, void *ctx,
    struct fault *f);

/*
 * What a page seals with what is typed and not sent yet, in Base64, so that it outlives a reload or a
 * session and is noise to anybody else at that machine.  The same for a user at every sign-in.
 */
#define DRAFT_KEY_MAX 32
void access_draft_key(const struct app *app, const char *user, char ret_key[DRAFT_KEY_MAX]);

/* A session's cookie: 43 characters of base64url. */
#define SESSION_COOKIE_MAX 48
/* The operation that opens one, and its cookie. */
struct op *access_open_session(struct app *app, const struct actor *user, int64_t now, int64_t expires_at,
    char ret_cookie[SESSION_COOKIE_MAX], struct fault *f);
struct op *access_close_session(struct app *app, const struct actor *user, const char *cookie,
    struct fault *f);
/* Who the cookie is; FAULT_SIGN_IN where it is nobody's or too old. */
int access_session(struct app *app, struct store_reader *reader, const char *cookie,
    struct actor *ret_actor, struct fault *f);

/* Writes a user, with its record; as one who may do all, so that nobody is asked. */
int access_add_user(struct app *app, const struct actor *user, struct fault *f);

/* Writes the users of demo.def; only for an instance that is being made. */
int access_add_demo(struct app *app, struct fault *f);

/* The actor as a record names it. */
struct record_actor access_record_actor(const struct actor *actor);

#endif
