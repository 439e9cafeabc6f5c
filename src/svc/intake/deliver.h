/*
 * deliver.h - tells platforms what became of the cases that they sent in.
 *
 * A thread of its own: each platform is told its webhooks in their order, one at a time, and all
 * platforms at once, so that one that is slow holds up nobody else.  A row is claimed before it is
 * sent (its next time moves behind the end of the attempt), so that of several processes one
 * sends it, and what a killed process had claimed is sent again: a platform may be told twice,
 * under the same id, and never not at all.
 */
#ifndef SVC_INTAKE_DELIVER_H
#define SVC_INTAKE_DELIVER_H

#include "base/conf.h"
#include "svc/app.h"

#define DELIVER_RETRIES_MAX 16

/* When what was not delivered is sent again; total: when it is given up, in seconds since it happened. */
struct deliver_retries { int64_t after[DELIVER_RETRIES_MAX]; size_t n; int64_t total; };

/* Reads "5 300 1800"; FAULT_CONF_INVALID. */
int deliver_retries_parse(const char *text, struct deliver_retries *ret_retries, struct fault *f);

/*
 * The time of the next attempt after the attempts-th one failed at now, or 0: it is given up.
 * chance (0 to 1000) spreads what failed at once over a fifth of the delay.
 */
int64_t deliver_again(const struct deliver_retries *r, int64_t happened_at, int64_t attempts,
    int64_t now, int chance);

struct deliver;

int deliver_start(struct app *app, const struct conf *conf, struct deliver **ret_deliver,
    struct fault *f);
/* Something was written that a platform may be told of; from any thread.  d may be NULL. */
void deliver_poke(struct deliver *d);
/* What is under way is left to the next start. */
void deliver_stop(struct deliver *d);

#endif
