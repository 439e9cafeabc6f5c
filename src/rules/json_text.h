/*
 * json_text.h - JSON trees as text: without blanks, strings as RFC 8785 writes them.
 *
 * The JSON library's own writer takes most of the time of an answer: it hands over each
 * character.  This one writes the same text, but for \u escapes, whose digits are small here.
 */
#ifndef RULES_JSON_TEXT_H
#define RULES_JSON_TEXT_H

#include <jansson.h>

#include "base/buf.h"

enum json_order {
	JSON_AS_MADE,	/* members in the order in which they were set */
	JSON_BY_NAME,	/* bytewise; one text for one value */
};

/* Adds the text of a tree of any kind.  -1: no memory, or more than out's ceiling (out has failed), or NULL. */
int json_text(json_t *json, enum json_order order, struct buf *out);

#endif
