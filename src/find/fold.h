/*
 * fold.h - texts as what is compared: units.
 *
 * A unit is an ideograph in its simplified form, a letter in lower case, or a digit, each in
 * its narrow form.  Brackets, dots, dashes and blanks are no units; the unit after one begins a
 * word, as do the first of a text and the first of a run of Latin text.  Pure.
 */
#ifndef FIND_FOLD_H
#define FIND_FOLD_H

#include <stddef.h>
#include <stdint.h>

#define FOLD_TEXT_MAX 255		/* units of a text; what follows is not searched */
#define FOLD_WORD UINT32_C(0x80000000)	/* set in the first unit of a word */
#define FOLD_CHARACTER(unit) ((unit) & ~FOLD_WORD)

/*
 * Writes up to max units of text, and for each (place may be NULL) the index of its character
 * in the text; returns how many.  Bytes that are not UTF-8 separate words.
 */
size_t fold(const char *text, size_t len, uint32_t *ret_unit, uint16_t *ret_place, size_t max);

int fold_is_latin(uint32_t character);	/* a to z, 0 to 9 */
int fold_is_digit(uint32_t character);

/* Whether the character parts two words of a query. */
int fold_is_blank(uint32_t character);

#endif
