/*
 * pattern.h - what a text must look like, as definitions write it: "^\d{17}[\dX]$".
 *
 * A small part of what is called a regular expression everywhere: characters, classes, \d and
 * counts, from beginning to end.  Nothing nests, so that none takes long or much memory to read or
 * to hold against a text.  Pure.
 */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#define PATTERN_MAX 200		/* bytes of a pattern, NUL included */
#define PATTERN_COUNT_MAX 100	/* the largest number in braces */

/* Whether it is one: begins with ^, ends with $, without ( ) | and without backslashes but \d. */
int pattern_is_one(const char *pattern);

/* Whether the text is as the pattern says; 0 also where the pattern is none. */
int pattern_fits(const char *pattern, const char *text);

#endif
