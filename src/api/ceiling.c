/*
 * ceiling.c - how often strangers may do something, by address prefix and minute.
 *
 * Somebody who is signed in has no ceiling here: what they do is recorded under their name.
 * Each process counts for itself.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

#define SLOTS 512	/* prefixes and kinds of a minute; more share the last, and so its ceiling */
#define MINUTE_MS 60000

/* A hall's whole network is one prefix; guessing a code of 50 bits needs far more. */
static const int64_t most[CEILING_N] = {
	[CEILING_COMPLAINTS] = 20,
	[CEILING_WRONG_CODES] = 20,
	[CEILING_WRONG_TOKENS] = 20,
	[CEILING_FILLS] = 300,		/* an answer each: twenty people who type */
};

struct ceilings {
	pthread_mutex_t lock;
	int64_t minute;
	struct seen { char prefix[64]; enum ceiling kind; int64_t count; } slot[SLOTS];
	size_t n;
};

struct ceilings *
api_ceilings_new(void)
{
	struct ceilings *c = calloc(1, sizeof(*c));

	if (c != NULL)
		pthread_mutex_init(&c->lock, NULL);
	return c;
}

void
api_ceilings_free(struct ceilings *c)
{
	if (c == NULL)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* The slot of this prefix and kind, made if there is none. */
static struct seen *
find(struct ceilings *c, const char *prefix, enum ceiling kind)
{
	size_t i = 0;

	while (i < c->n && (c->slot[i].kind != kind || strcmp(c->slot[i].prefix, prefix) != 0))
		i++;
	if (i == SLOTS)
		return &c->slot[SLOTS - 1];
	if (i == c->n) {
		c->n++;
		c->slot[i] = (struct seen){ .kind = kind };
		snprintf(c->slot[i].prefix, sizeof(c->slot[i].prefix), "%s", prefix);
	}
	return &c->slot[i];
}

int64_t
api_ceilings_left(struct ceilings *c, const char *prefix, enum ceiling kind, int64_t now, int take)
{
	int64_t minute = now / MINUTE_MS, left;
	struct seen *seen;

	pthread_mutex_lock(&c->lock);
	if (c->minute != minute) {
		c->minute = minute;
		c->n = 0;
	}
	seen = find(c, prefix, kind);
	left = most[kind] - seen->count;
	if (take && left > 0)
		seen->count++;
	pthread_mutex_unlock(&c->lock);
	return left;
}

/* FAULT_TOO_OFTEN where the caller's prefix has nothing left; takes one of it if so wanted. */
static int
under(struct call *call, enum ceiling kind, int take, struct fault *f)
{
	char prefix[64];

	if (call->act.actor.id[0] != '\0')
		return 0;
	http_peer_prefix(call->req, prefix, sizeof(prefix));
	if (api_ceilings_left(call->api->ceilings, prefix, kind, call->act.now, take) > 0)
		return 0;
	fault_set(f, FAULT_TOO_OFTEN, "%s", "");
	fault_arg(f, "seconds", "%lld",
	    (long long)((MINUTE_MS - call->act.now % MINUTE_MS + 999) / 1000));
	return -1;
}

int
api_ceiling_check(struct call *call, enum ceiling kind, struct fault *f)
{
	return under(call, kind, 0, f);
}

int
api_ceiling_take(struct call *call, enum ceiling kind, struct fault *f)
{
	return under(call, kind, 1, f);
}
