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

/* The same of an object, with only those of its members that are named (NULL-terminated); values of others are hardly looked at. */
json_t *json_tree_of(const char *text, size_t len, const char *const *names);

#endif
