/*
 * state_words.h - the states in words, for the sentences that people read; programs go by the names.
 */
#ifndef FLOW_STATE_WORDS_H
#define FLOW_STATE_WORDS_H

#include "base/fault.h"
#include "flow/states.h"

const char *case_state_words(enum case_state s, enum lang lang);
const char *item_state_words(enum item_state s, enum lang lang);
const char *verification_state_words(enum verification_state s, enum lang lang);
const char *dispute_state_words(enum dispute_state s, enum lang lang);
const char *review_state_words(enum review_state s, enum lang lang);

#endif
