/*
 * target.h - the target of a request line, taken apart: path, segments, query.
 *
 * Pure computation on bytes from outside.  What it accepts is well-formed UTF-8
 * without control characters, percent-decoded once.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

#define TARGET_SEGMENTS_MAX 32

/*
 * The path "/a/b%2Fc" has the segments "a" and "b/c".  Both texts have the same
 * layout; segment i begins at seg[i] in each.  Beyond TARGET_SEGMENTS_MAX the last
 * segment is the rest of the path.
 */
struct target {
	size_t nseg;
	uint16_t seg[TARGET_SEGMENTS_MAX];
	char path[HTTP_PATH_MAX + 1];	/* decoded, from its first slash on */
	char cut[HTTP_PATH_MAX + 1];	/* the same with a NUL for each slash between segments */
	size_t query_len;
	char query[2 * HTTP_PATH_MAX + 2];	/* name NUL value NUL, decoded */
};

/*
 * Reads raw, which may be in absolute form (http://host/path).  Returns NULL, or
 * one word saying what is wrong with it; t is then unspecified.
 */
const char *target_parse(struct target *t, const char *raw, size_t len);

/* Segment i of the path, decoded. */
const char *target_segment(const struct target *t, size_t i);

/* The path from segment i on, decoded. */
const char *target_rest(const struct target *t, size_t i);

/* The value of the first query member of that name, decoded; NULL if there is none. */
const char *target_query(const struct target *t, const char *name);

#endif
