/*
 * platform.h - platforms of others 接入平台: one windows that send cases in and are told how they go.
 *
 * A platform has a token, of which only the blind index is stored, and a secret that signs its
 * webhooks, which is stored sealed.  Both are made here and shown once.  Its id begins with "p-", as
 * those of users begin with "u-": in a record nobody is taken for the other.
 */
#ifndef SVC_INTAKE_PLATFORM_H
#define SVC_INTAKE_PLATFORM_H

#include "crypto/seal.h"
#include "svc/act.h"

#define PLATFORM_SECRET_LEN 32
#define PLATFORM_KEY_MAX 56	/* "wzmp_..." or "whsec_..." and a NUL */
#define PLATFORM_NAME_MAX 120
#define PLATFORM_URL_MAX 512

/* Gone: it answered 410, and is told nothing until the operator switches it on again. */
enum platform_state { PLATFORM_ON, PLATFORM_OFF, PLATFORM_GONE, PLATFORM_NSTATES };

const char *platform_state_name(enum platform_state state);
int platform_state_parse(const char *name, enum platform_state *ret_state);

struct platform {
	char id[32], name[PLATFORM_NAME_MAX + 1], scope[12], agency[24], division[7];
	char url[PLATFORM_URL_MAX + 1], changed_by[32];
	enum platform_state state;
	int64_t version, told, changed_at;
	uint8_t sealed[PLATFORM_SECRET_LEN + SEAL_OVERHEAD];
};

/* What is shown once. */
struct platform_keys { char token[PLATFORM_KEY_MAX], secret[PLATFORM_KEY_MAX]; };

/*
 * Whether webhooks may go there: https, or http to this machine, or with http to any; no user, no
 * fragment.  FAULT_PLATFORM_URL.
 */
int platform_url_check(const char *url, int http, struct fault *f);

/*
 * Adds the operation that registers p (its id, name, scope, agency, division and url are set);
 * act->object names it.  FAULT_PLATFORM_EXISTS, FAULT_AGENCY_UNKNOWN, FAULT_FIELD_VALUE.
 */
int platform_add(struct act *act, const struct platform *p, struct platform_keys *ret_keys,
    struct fault *f);

/* Adds the operation that writes name, url and state of p as they are now. */
int platform_change(struct act *act, const struct platform *p, struct fault *f);

/* Adds the operation that gives it another token and secret: the old ones are worth nothing then. */
int platform_rotate(struct act *act, const struct platform *p, struct platform_keys *ret_keys,
    struct fault *f);

/* FAULT_PLATFORM_UNKNOWN. */
int platform_load(struct store_reader *reader, const char *id, struct platform *ret_platform,
    struct fault *f);

typedef int platform_each_fn(const struct platform *p, void *ctx, struct fault *f);
int platform_list(struct store_reader *reader, platform_each_fn *each, void *ctx, struct fault *f);

/*
 * Who the token is: FAULT_TOKEN_UNKNOWN; FAULT_PLATFORM_OFF, and ret_actor is set then too, so
 * that the refusal is recorded under its name.
 */
int platform_actor(struct app *app, struct store_reader *reader, const char *token,
    struct actor *ret_actor, struct fault *f);

/* The secret that signs; wiped by the caller. */
int platform_secret(const struct app *app, const struct platform *p,
    uint8_t ret_secret[PLATFORM_SECRET_LEN], struct fault *f);

#endif
