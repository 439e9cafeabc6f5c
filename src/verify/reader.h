/*
 * reader.h - reads JSON (RFC 8259) strictly, piece by piece, without allocating.
 *
 * The text must be valid UTF-8 (the caller has looked).  What is read once is passed; -1 is
 * said for anything that is not JSON, and nothing more can be read then.
 */
#ifndef VERIFY_READER_H
#define VERIFY_READER_H

#include <stddef.h>

#define READER_DEPTH_MAX 16	/* arrays and objects open at once, the one around a value counted */

struct reader { const char *at, *end; };

/* Skips white space and takes c if it is next: 1, else 0. */
int reader_take(struct reader *in, char c);

/*
 * Reads a string and writes what it says to out, which has room for as many bytes as the text
 * has left.  Escapes of half a pair of surrogates are refused.
 */
int reader_string(struct reader *in, char *out, size_t *ret_len);

/* Passes a value of any kind that stands in an object, and says where it stands. */
int reader_value(struct reader *in, const char **ret_from, size_t *ret_len);

/* Whether nothing but white space is left. */
int reader_ends(struct reader *in);

#endif
