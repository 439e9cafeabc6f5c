/*
 * utf8.h - strict UTF-8 (RFC 3629): no overlong forms, no surrogates, at most U+10FFFF.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Whether all len bytes are well-formed UTF-8; ret_bad (may be NULL) gets the first bad offset. */
int utf8_valid(const void *text, size_t len, size_t *ret_bad);

/*
 * Decodes one character of valid or invalid text.  Returns the bytes it took
 * (1 to 4), or 0 where the bytes at text are not a character.
 */
size_t utf8_decode(const void *text, size_t len, uint32_t *ret_char);

/* How many characters valid text of len bytes has. */
size_t utf8_count(const char *text, size_t len);

/* Whether valid text holds nothing but blanks: ASCII ones, no-break, zero-width and full-width spaces. */
int utf8_blank(const char *text);

/* The largest n <= len at which valid text can be cut without cutting a character. */
size_t utf8_whole(const char *text, size_t len);

#endif
