/*
 * news.h - what was recorded since the last look, in whichever log of the store, and whose it is.
 *
 * The sizes of the logs are the counter that all processes of a store share: they are read in one small
 * row each, and only where they grew are the new records looked at.  Nothing of what a record says
 * is passed on, only where it matters.
 */
#ifndef SVC_LIVE_NEWS_H
#define SVC_LIVE_NEWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "store/store.h"

#define NEWS_LOGS_MAX 32
#define NEWS_DESKS_MAX 64	/* of one case; further ones are not told */
#define NEWS_MAX 500		/* records of one look; more are not read but told as "much" */

/* Where a record matters.  Strings live as long as the call that tells it. */
struct news {
	const char *type;
	const char *user;		/* who did it, or of a deputy, who is named */
	char division[7];
	char agency[24];		/* of the case; "" where the record is of none */
	char lead[24];			/* of the joint case that it belongs to; "" for none */
	char desk[NEWS_DESKS_MAX][32];	/* that are or were asked */
	size_t ndesks;
};
typedef void news_fn(const struct news *n, void *ctx);

/* How far the logs were read; zeroed it begins with what comes next. */
struct news_places {
	struct news_place { char log[8]; int64_t next, size; } place[NEWS_LOGS_MAX];
	size_t n;
	int begun;
};

/* 0; 1 where there was too much to be told one by one; -1, and the next look begins where this one did. */
int news_look(struct news_places *places, struct store_reader *reader, news_fn *each, void *ctx,
    struct fault *f);

#endif
