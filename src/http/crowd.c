#include "http/crowd.h"

#define FEW 128			/* requests at a loop are no crowd, whatever they take */
#define FEW_STRICT 8		/* of a run */
#define MANY 1000		/* are one: what took next to nothing so far may be followed by something else */
#define STRICTER 10		/* times less is taken while others are refused */
#define OVER_US 500000		/* without a refusal: then the crowd has gone */
#define EACH_US 1000		/* before anything is known */
#define MEMORY 32		/* requests, over which what one takes is averaged */
#define OUTLIER 4		/* times what one took before: no more is believed at once */
#define BACK 16			/* milliseconds bring back one of patience */
#define AGAIN 2			/* times the strict limit is the most that it comes back to */

void
crowd_init(struct crowd *c, int64_t most)
{
	*c = (struct crowd){ .most = most, .strict = most / STRICTER, .patience = most / STRICTER,
	    .each = EACH_US, .refused_at = INT64_MIN / 2 };
}

void
crowd_begin(struct crowd *c, int64_t now)
{
	c->began = now;
	c->left = c->taken;
	c->taken = c->refused = 0;
}

int
crowd_is_strict(const struct crowd *c)
{
	return c->began - c->refused_at < OVER_US;
}

int
crowd_has_room(const struct crowd *c)
{
	int strict = c->refused || crowd_is_strict(c);
	int before = c->left + c->taken;

	return c->most <= 0 || (strict ? before < FEW_STRICT : before + c->writing < FEW) ||
	    (before + 1) * c->each <= (strict ? c->patience : c->most);
}

void
crowd_takes(struct crowd *c)
{
	c->taken++;
}

void
crowd_writes(struct crowd *c, int more)
{
	c->writing += more;
}

void
crowd_refuses(struct crowd *c)
{
	c->refused = 1;
}

void
crowd_spent(struct crowd *c, int64_t us, int first)
{
	c->spent += us;
	c->handed_over += first;
	c->left -= first && c->left > 0;
}

static void
reckon(struct crowd *c)
{
	int64_t one;

	if (c->handed_over == 0)
		return;
	one = c->spent / c->handed_over;
	if (one > OUTLIER * c->each)
		one = OUTLIER * c->each;
	c->each += (one - c->each) * c->handed_over / (c->handed_over + MEMORY);
	if (c->each < c->most / MANY)
		c->each = c->most / MANY;
	c->spent = c->handed_over = 0;
}

/*
 * Refusing takes time too.  Where a run that refused somebody took longer than it should, the next takes on half
 * as much, and later ones a little more each: so there is time for everybody's answer, whatever it is.
 */
void
crowd_end(struct crowd *c, int64_t now)
{
	int before = crowd_is_strict(c);

	reckon(c);
	if (c->refused)
		c->refused_at = now;
	if (!crowd_is_strict(c))
		c->patience = c->most;
	else if (!before)
		c->patience = c->strict;
	else if (c->refused && now - c->began > c->strict)
		c->patience /= 2;
	else if ((c->patience += (now - c->ended) / BACK) > AGAIN * c->strict)
		c->patience = AGAIN * c->strict;
	c->ended = now;
}
