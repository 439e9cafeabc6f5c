#include "api/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct watchers {
	pthread_mutex_t lock;
	struct watcher {
		struct http_request *req;
		char division[7];
		uint8_t id[RECORD_ID_LEN];
		int64_t until;		/* monotonic, ms */
	} watcher[WATCH_MAX];
	size_t n, most;
	int ended;
};

static int64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct watchers *
watch_new(size_t most)
{
	struct watchers *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	pthread_mutex_init(&w->lock, NULL);
	w->most = most < WATCH_MAX ? most : WATCH_MAX;
	return w;
}

void
watch_free(struct watchers *w)
{
	if (w == NULL)
		return;
	pthread_mutex_destroy(&w->lock);
	free(w);
}

int
watch_add(struct watchers *w, struct http_request *req, const char *division,
    const uint8_t id[RECORD_ID_LEN], int seconds)
{
	int rc = -1;

	pthread_mutex_lock(&w->lock);
	if (!w->ended && w->n < w->most) {
		struct watcher *x = &w->watcher[w->n++];

		x->req = req;
		snprintf(x->division, sizeof(x->division), "%s", division);
		memcpy(x->id, id, sizeof(x->id));
		x->until = monotonic() + (int64_t)seconds * 1000;
		rc = 0;
	}
	pthread_mutex_unlock(&w->lock);
	return rc;
}

int
watch_remove(struct watchers *w, struct http_request *req)
{
	int removed = 0;

	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n && !removed; i++)
		if (w->watcher[i].req == req) {
			w->watcher[i] = w->watcher[--w->n];
			removed = 1;
		}
	pthread_mutex_unlock(&w->lock);
	return removed;
}

/* Resumes those of one joint case, or all whose time is over at an instant. */
static void
resume(struct watchers *w, const char *division, const uint8_t *id, int64_t now)
{
	size_t i = 0;

	pthread_mutex_lock(&w->lock);
	while (i < w->n) {
		struct watcher *x = &w->watcher[i];

		if (division != NULL ? memcmp(x->id, id, sizeof(x->id)) == 0 &&
		    strcmp(x->division, division) == 0 : x->until <= now) {
			struct http_request *req = x->req;

			w->watcher[i] = w->watcher[--w->n];
			http_resume(req);
		} else
			i++;
	}
	pthread_mutex_unlock(&w->lock);
}

void
watch_wake(struct watchers *w, const char *division, const uint8_t id[RECORD_ID_LEN])
{
	resume(w, division, id, 0);
}

void
watch_tick(struct watchers *w)
{
	resume(w, NULL, NULL, monotonic());
}

void
watch_end(struct watchers *w)
{
	pthread_mutex_lock(&w->lock);
	w->ended = 1;
	pthread_mutex_unlock(&w->lock);
	resume(w, NULL, NULL, INT64_MAX);
}
