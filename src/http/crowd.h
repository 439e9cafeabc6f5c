/*
 * crowd.h - whether a loop takes one more request, or tells it at once to come back.
 *
 * A run of a loop reads every request that is there, and the next one hands over those that were taken:
 * what they will take is reckoned from what requests took lately.  Whoever would make that too much is
 * refused (docs/decisions/0020).  Times are microseconds of a clock that only goes forward.  One thread's.
 */
#ifndef HTTP_CROWD_H
#define HTTP_CROWD_H

#include <stdint.h>

struct crowd {
	int64_t most, strict;	/* of work for one run: as long as nobody was refused lately, and then; 0: no limit */
	int64_t began;		/* the run */
	int64_t ended;		/* the one before */
	int64_t refused_at;	/* when somebody was last refused */
	int64_t patience;	/* of strict, what is left after runs that were too long */
	int64_t each;		/* what a request takes */
	int64_t spent;		/* since that was last reckoned */
	int handed_over;	/* requests, likewise */
	int taken;		/* requests of this run, for the next */
	int left;		/* of the last run, to be handed over in this one */
	int writing;		/* requests that were handed over and wait for what they write */
	int refused;		/* somebody was, in it */
};

void crowd_init(struct crowd *c, int64_t most);
void crowd_begin(struct crowd *c, int64_t now);
int crowd_has_room(const struct crowd *c);
void crowd_takes(struct crowd *c);
void crowd_refuses(struct crowd *c);
/* Whether somebody was refused a moment ago. */
int crowd_is_strict(const struct crowd *c);
/* What handing over took; first: that was a new request, not one that goes on. */
void crowd_spent(struct crowd *c, int64_t us, int first);
/* One more waits for what it writes (1), or no longer (-1). */
void crowd_writes(struct crowd *c, int more);
void crowd_end(struct crowd *c, int64_t now);

#endif
