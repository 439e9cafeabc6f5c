/*
 * json_read.h - JSON of a known shape, read from its text without a tree.
 *
 * A tree costs an allocation for each name and value; what is read with every request and copied into a
 * struct at once need not have one.  The text is RFC 8259's; a string may hold no NUL.  Nothing is
 * allocated, and nothing outside the text is read, whatever it says.
 *
 *	json_read_start(&r, text, len);
 *	json_read_open(&r, '{');
 *	while (json_read_next(&r, '}'))
 *		if (json_read_name(&r, name, sizeof(name)) == 0)
 *			...
 *	if (json_read_end(&r) < 0) it was something else
 *
 * The first thing that is otherwise than expected fails the reader; from then on every call does.
 */
#ifndef RULES_JSON_READ_H
#define RULES_JSON_READ_H

#include <stddef.h>

struct json_read {
	const char *at, *end;
	int failed;
	int first;	/* a '{' or '[' was opened, and nothing of it read */
};

void json_read_start(struct json_read *r, const char *text, size_t len);
/* 0 at the end of the text, after one whole value; -1 otherwise. */
int json_read_end(const struct json_read *r);

/* What comes: the next character that is no blank, which is not read; -1 at the end. */
int json_read_peek(struct json_read *r);
/* '{' or '['. */
int json_read_open(struct json_read *r, char open);
/* Whether there is one more member or element before the closing '}' or ']', which is read when it comes. */
int json_read_next(struct json_read *r, char close);
/* The name of a member, with the colon behind it; -1 too if it has more bytes than name, NUL included. */
int json_read_name(struct json_read *r, char *name, size_t size);

/* A string; -1 too if it has more bytes than text, NUL included. */
int json_read_text(struct json_read *r, char *text, size_t size);
/* true or false. */
int json_read_bool(struct json_read *r, int *ret_yes);
/*
 * Any value: where it lies in the text, for whoever makes a tree of it.  Strings and brackets are looked at,
 * no more: other text than JSON may pass.
 */
int json_read_raw(struct json_read *r, const char **ret_text, size_t *ret_len);

#endif
