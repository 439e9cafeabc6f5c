/*
 * reading.h - how a character can be typed: its syllables, and what begins with some letters.
 *
 * Syllables are numbered in the order of the alphabet, so that those which begin with given
 * letters follow one another; each letter and digit is a syllable too, of Latin text.
 * Pure: constant tables, made when the program is built (make_readings.c).
 */
#ifndef FIND_READING_H
#define FIND_READING_H

#include <stddef.h>
#include <stdint.h>

#define READING_MAX 6		/* letters of a syllable */
#define READING_BITS 10		/* that hold every number */

/* The numbers of a character's readings, ended by 0; empty for one that nobody can read. */
const uint16_t *reading_list(uint32_t character);

/* The letters of a syllable. */
const char *reading_name(uint16_t number);

/* The syllables that begin with a run of letters: numbers lo to hi - 1. */
struct reading_range { uint16_t lo, hi; };

/* All syllables; reading_narrow leaves those whose letter at place `at` is `letter`. */
struct reading_range reading_all(void);
struct reading_range reading_narrow(struct reading_range range, size_t at, uint32_t letter);

/*
 * Whether the first of the range, whose first len letters are those asked for, has no more:
 * then these letters are a whole syllable.  A single letter that only Latin text has is none.
 */
int reading_whole(struct reading_range range, size_t len);

/* How many letters of the syllable its initial is: 2 for zh, ch and sh, else 1. */
size_t reading_initial(const char *name);

/* The simplified form of a character, which may be itself. */
uint32_t reading_simplified(uint32_t character);

#endif
