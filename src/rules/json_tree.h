/*
 * json_tree.h - JSON that we wrote ourselves, as a tree.
 */
#ifndef RULES_JSON_TREE_H
#define RULES_JSON_TREE_H

#include <jansson.h>
#include <stddef.h>

/*
 * What json_loadb(text, len, 0, NULL) makes of a text, whatever it is.  The library's reader takes each byte
 * through three functions; here names and strings without escapes, which is how we write them, are taken whole.
 * Meant for what was stored: only what is read often needs it, and only json_loadb says what is wrong.
 */
json_t *json_tree(const char *text, size_t len);

/*
 * Of the text of an object those members that are named (NULL-terminated).  Of the others it is only found where
 * they end: what is wrong in one of them may pass.
 */
json_t *json_tree_of(const char *text, size_t len, const char *const *names);
/* Takes out of an object what is not named. */
void json_tree_cut(json_t *object, const char *const *names);

#endif
