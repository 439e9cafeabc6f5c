/*
 * state.h - what is decided of a difference.
 */
#ifndef ALIGN_STATE_H
#define ALIGN_STATE_H

#include "base/fault.h"

enum align_state {
	ALIGN_OPEN,
	ALIGN_ADOPT,	/* the county takes the city's */
	ALIGN_KEEP,	/* lawful absence or deviation */
	ALIGN_PROPOSE,	/* the city's list should change */
	ALIGN_STATES
};

const char *align_state_name(enum align_state state);		/* "open", "adopt", ... */
int align_state_parse(const char *name, enum align_state *ret_state);
const char *align_state_word(enum align_state state, enum lang lang);	/* "采用市级" */

#endif
