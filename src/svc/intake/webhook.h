/*
 * webhook.h - what a platform is told: one row for each record of a case that it sent in.
 *
 * The row is written by the operation itself (act_tell), so that nothing is told that did not
 * happen and nothing that happened is not told.  It has ids and codes, no personal data.  What is
 * sent and what is read by polling are the same (docs/intake.md).
 */
#ifndef SVC_INTAKE_WEBHOOK_H
#define SVC_INTAKE_WEBHOOK_H

#include <jansson.h>

#include "svc/act.h"
#include "svc/intake/platform.h"
#include "svc/number.h"

#define WEBHOOK_FAILURE_MAX 24	/* "off", "slow", "wrong:500" */
#define WEBHOOK_SIGNATURE_MAX 56	/* "v1,<base64>" and a NUL */
#define WEBHOOK_KEPT_DAYS 30	/* of one that was never delivered */
#define WEBHOOK_KEPT_TOLD_DAYS 3	/* of one that was */

struct webhook {
	char division[7], platform[32], event[40], state[12], failure[WEBHOOK_FAILURE_MAX];
	char number[NUMBER_MAX], external[64];
	uint8_t id[RECORD_ID_LEN], case_id[RECORD_ID_LEN];
	int64_t version, at, seq, attempts, next_at;	/* seq: 0 until it has its place */
	int waits;		/* next_at is set: it was neither delivered nor given up */
};

typedef int webhook_each_fn(const struct webhook *w, void *ctx, struct fault *f);

/* Those after a place, in order. */
int webhook_after(struct store_reader *reader, const struct actor *platform, int64_t seq, int limit,
    webhook_each_fn *each, void *ctx, struct fault *f);
/* Those that were not delivered, waiting or given up, oldest first. */
int webhook_owed(struct store_reader *reader, const struct platform *p, int limit,
    webhook_each_fn *each, void *ctx, struct fault *f);
/* The one that is told next, now or later: 1, or 0 if there is none. */
int webhook_next(struct store_reader *reader, const struct platform *p, struct webhook *ret,
    struct fault *f);

/* {"type","timestamp","data":{"case","number","external_number","state","version"}} */
json_t *webhook_json(const struct webhook *w);

/*
 * The signature of Standard Webhooks 1.0, symmetric: HMAC-SHA-256 over id, time in seconds and
 * body, with dots between.
 */
void webhook_sign(const uint8_t *secret, size_t secret_len, const char *id, int64_t seconds,
    const char *body, size_t len, char ret_signature[WEBHOOK_SIGNATURE_MAX]);

/*
 * Gives the rows that have none yet their places, and forgets what was kept long enough.  Two
 * processes that do so at once: one of them does it.
 */
int webhook_place(struct app *app, struct store_reader *reader, const struct platform *p,
    struct fault *f);
int webhook_forget(struct app *app, const struct platform *p, struct fault *f);

#endif
