#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/log.h"
#include "base/uuid.h"

#define SLOTS 256	/* kinds of refusal held between two flushes; more share the last */

/* Refusals of callers whom nobody knows: one record per prefix, code and minute. */
struct strangers {
	pthread_mutex_t lock;
	struct slot { char prefix[64]; enum fault_code code; int64_t count; } slot[SLOTS];
	size_t n;
};

struct strangers *
api_strangers_new(void)
{
	struct strangers *s = calloc(1, sizeof(*s));

	if (s != NULL)
		pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
api_strangers_free(struct strangers *s)
{
	if (s == NULL)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void
api_strangers_add(struct strangers *s, const char *prefix, enum fault_code code)
{
	size_t i = 0;

	pthread_mutex_lock(&s->lock);
	while (i < s->n && (s->slot[i].code != code || strcmp(s->slot[i].prefix, prefix) != 0))
		i++;
	if (i == s->n && s->n < SLOTS) {
		s->n++;
		s->slot[i].code = code;
		s->slot[i].count = 0;
		snprintf(s->slot[i].prefix, sizeof(s->slot[i].prefix), "%s",
		    s->n < SLOTS ? prefix : "other");
	}
	if (i == SLOTS)
		i--;
	s->slot[i].count++;
	pthread_mutex_unlock(&s->lock);
}

static void
record_slot(struct app *app, const struct slot *slot)
{
	uint8_t id[RECORD_ID_LEN];
	struct fault f = FAULT_INIT;
	struct record *r;
	struct op *op = op_new();

	if (op == NULL)
		return;
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_STRANGERS_REFUSED, app->division, id,
	    &(struct record_actor){ NULL, "wzm", "system" })) != NULL) {
		record_str(r, "code", fault_name(slot->code));
		record_str(r, "prefix", slot->prefix);
		record_int(r, "count", slot->count);
	}
	op_record(op, r);
	if (journal_run(app->journal, op, NULL, &f) < 0)
		log_fault(LOG_ERROR, "strangers_not_recorded", &f);
}

void
api_flush_strangers(struct api *api)
{
	struct strangers *s = api->strangers;
	struct slot *slot = malloc(sizeof(s->slot));
	size_t n;

	if (slot == NULL)
		return;		/* they stay for the next minute */
	pthread_mutex_lock(&s->lock);
	n = s->n;
	memcpy(slot, s->slot, n * sizeof(*slot));
	s->n = 0;
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++)
		record_slot(api->app, &slot[i]);
	free(slot);
}
