/*
 * watch.h - requests that wait until something happens to a joint case, or for a while.
 *
 * Live, without a connection that stays open for ever: whoever looks asks for what comes after a
 * place and is answered at once where there is something, else when it comes.
 */
#ifndef API_WATCH_H
#define API_WATCH_H

#include "http/http.h"
#include "journal/record.h"

#define WATCH_MAX 1024		/* that wait at a time; more are answered at once */
#define WATCH_SECONDS_MAX 25

struct watchers;

/* most: that may wait at a time, of all connections a part. */
struct watchers *watch_new(size_t most);
void watch_free(struct watchers *w);

/* From now on req is resumed once, by one of those below; -1: too many wait, or it is the end. */
int watch_add(struct watchers *w, struct http_request *req, const char *division,
    const uint8_t id[RECORD_ID_LEN], int seconds);
/* It need not wait after all: 1, or 0 where it has been resumed already. */
int watch_remove(struct watchers *w, struct http_request *req);

void watch_wake(struct watchers *w, const char *division, const uint8_t id[RECORD_ID_LEN]);
/* Resumes those whose time is over. */
void watch_tick(struct watchers *w);
/* Resumes all; nobody waits any more. */
void watch_end(struct watchers *w);

#endif
