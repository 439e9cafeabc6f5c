/*
 * json_put.h - JSON written member by member, without a tree of it.
 *
 * For answers that are made thousands of times a second: a tree of nodes that is made, written and
 * freed takes more than three times as long.  Commas are set where they belong.  name is NULL for an
 * element of an array and for the outermost value, which begins an empty buf; names are the program's
 * own or an inventory's (sheet_is_name): ASCII without quotes, backslashes and controls.  Texts are
 * UTF-8.  Failures stick to the buf (buf.h).
 */
#ifndef RULES_JSON_PUT_H
#define RULES_JSON_PUT_H

#include <jansson.h>
#include <stdint.h>

#include "base/buf.h"

/* bracket: '{' or '[', and the same to close. */
void json_put_open(struct buf *b, const char *name, char bracket);
void json_put_close(struct buf *b, char bracket);

/* What is added to b next is the value of this member. */
void json_put_name(struct buf *b, const char *name);
void json_put_text(struct buf *b, const char *name, const char *text);	/* NULL: null */
void json_put_int(struct buf *b, const char *name, int64_t n);
void json_put_bool(struct buf *b, const char *name, int yes);

/* A tree as it is made; NULL: null.  Borrowed. */
void json_put_tree(struct buf *b, const char *name, json_t *json);
/* The members of an object, as if each had been put. */
void json_put_members(struct buf *b, json_t *object);

#endif
