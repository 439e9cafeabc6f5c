/*
 * live.h - streams that tell pages that something of theirs has changed, never what.
 *
 * GET /api/v1/live is held open, one for each browser.  One thread looks once a second what was
 * recorded in any log of the store, at once after this process has written, and tells those whom
 * it concerns.  A stream ends with its session, with the server, and with its client; it has no thread of its own.
 */
#ifndef API_LIVE_H
#define API_LIVE_H

#include "api/api.h"

#define LIVE_PER_USER 16	/* streams at a time; more are refused, and their pages ask now and then */

struct live;

/* Starts the thread; a part of all connections may be streams. */
int live_start(struct api *api, struct live **ret_live, struct fault *f);
/* Looks at once: something was written.  NULL does nothing, here and below. */
void live_poke(struct live *l);
/* All streams end, and no new ones begin: before the server is stopped. */
void live_end(struct live *l);
/* After the server has stopped. */
void live_stop(struct live *l);

#endif
