#include "svc/evidence/look.h"

#include <stdlib.h>
#include <string.h>

struct looks {
	pthread_mutex_t lock;
	size_t n;
	uint8_t look[2 * LOOKS_MAX][16];	/* open addressing; zeros: free */
};

struct looks *
looks_new(void)
{
	struct looks *looks = calloc(1, sizeof(*looks));

	if (looks != NULL)
		pthread_mutex_init(&looks->lock, NULL);
	return looks;
}

void
looks_free(struct looks *looks)
{
	if (looks == NULL)
		return;
	pthread_mutex_destroy(&looks->lock);
	free(looks);
}

static struct sha256
look_of(const struct act *act)
{
	const char *who = act->actor.id;
	int64_t day = clock_day(act->now);

	return hash_sha256((const struct hash_part[]){ { &day, sizeof(day) },
	    { who, strlen(who) + 1 }, { act->object, strlen(act->object) } }, 3);
}

/* Where it is, or the free place where it would be; a name that is all zeros does not come. */
static uint8_t *
place_of(struct looks *looks, const uint8_t *name)
{
	static const uint8_t none[16];
	size_t i;

	memcpy(&i, name, sizeof(i));
	for (i %= 2 * LOOKS_MAX; memcmp(looks->look[i], none, 16) != 0 &&
	    memcmp(looks->look[i], name, 16) != 0; i = (i + 1) % (2 * LOOKS_MAX))
		continue;
	return looks->look[i];
}

static int
was_recorded(const struct act *act)
{
	struct looks *looks = act->app->looks;
	struct sha256 name = look_of(act);
	int there;

	pthread_mutex_lock(&looks->lock);
	there = memcmp(place_of(looks, name.b), name.b, 16) == 0;
	pthread_mutex_unlock(&looks->lock);
	return there;
}

void
look_recorded(const struct act *act)
{
	struct looks *looks = act->app->looks;
	struct sha256 name = look_of(act);
	uint8_t *place;

	pthread_mutex_lock(&looks->lock);
	/* Those of days gone by go first; on the busiest of days some look is recorded twice. */
	if (looks->n == LOOKS_MAX) {
		memset(looks->look, 0, sizeof(looks->look));
		looks->n = 0;
	}
	place = place_of(looks, name.b);
	looks->n += memcmp(place, name.b, 16) != 0;
	memcpy(place, name.b, 16);
	pthread_mutex_unlock(&looks->lock);
}

/* Whose work it is has the values by that, with records of its own. */
static int
is_own(const struct act *act, const char *opened_by, const char *changed_by)
{
	return strcmp(act->actor.id, opened_by) == 0 || strcmp(act->actor.id, changed_by) == 0;
}

/* The record is one of the case, which it leaves as it is: nobody is told, no version rises. */
static int
add(struct act *act, const struct case_file *c, const char *item, const char *kind,
    const uint8_t *id, struct fault *f)
{
	struct record *r;
	struct op *op = act_add(act, RECORD_CASE_READ, c->division, NULL, &r, f);

	if (op == NULL)
		return -1;
	op_case(op, c->id);
	record_object(r, "case", c->id);
	record_str(r, "matter", c->matter->code);
	if (item != NULL)
		record_str(r, "item", item);
	if (kind != NULL)
		record_object(r, kind, id);
	case_put_subjects(act, c, NULL, op);
	act->looks = 1;
	return 0;
}

int
look_case(struct act *act, const struct case_file *c, struct fault *f)
{
	if (is_own(act, c->opened_by, c->changed_by) || was_recorded(act))
		return 0;
	return add(act, c, NULL, NULL, NULL, f);
}

/* What belongs to a case that the caller may not see, but a part of it. */
static int
look_part(struct act *act, const char *division, const uint8_t *case_id, const char *item,
    const char *kind, const uint8_t *id, struct fault *f)
{
	struct case_file *c = NULL;
	int rc;

	if (was_recorded(act))
		return 0;
	if (case_load_id(act, division, case_id, 1, &c, f) < 0)
		return -1;
	rc = add(act, c, item, kind, id, f);
	case_free(c);
	return rc;
}

int
look_verification(struct act *act, const struct verification *v, struct fault *f)
{
	if (is_own(act, v->signed_by, v->changed_by))
		return 0;
	return look_part(act, v->division, v->case_id, v->item, "verification", v->id, f);
}

int
look_dispute(struct act *act, const struct dispute *d, struct fault *f)
{
	if (is_own(act, d->opened_by, d->changed_by))
		return 0;
	return look_part(act, d->division, d->case_id, d->item, "dispute", d->id, f);
}

int
look_joint(struct act *act, const struct joint_file *j, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (is_own(act, j->opened_by, j->changed_by) || was_recorded(act))
		return 0;
	if ((op = act_add(act, RECORD_JOINT_READ, j->division, NULL, &r, f)) == NULL)
		return -1;
	record_str(r, "event", j->event->code);
	record_object(r, "joint", j->id);
	joint_put_subjects(act, j, op);
	act->looks = 1;
	return 0;
}
