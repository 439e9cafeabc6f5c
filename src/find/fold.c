#include "find/fold.h"

#include "base/utf8.h"
#include "find/reading.h"

/* Blocks of marks, signs and control characters beyond ASCII; all else is a unit. */
static const struct { uint32_t first, last; } marks[] = {
	{ 0x80, 0xbf }, { 0xd7, 0xd7 }, { 0xf7, 0xf7 }, { 0x2000, 0x206f }, { 0x2e00, 0x2e7f },
	{ 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x302a, 0x3030 }, { 0xe000, 0xf8ff },
	{ 0xfe00, 0xfe6f }, { 0xfeff, 0xfeff }, { 0xff5f, 0xff65 }, { 0xffe0, 0xffff },
};

int
fold_is_digit(uint32_t character)
{
	return character >= '0' && character <= '9';
}

int
fold_is_latin(uint32_t character)
{
	return fold_is_digit(character) || (character >= 'a' && character <= 'z');
}

int
fold_is_blank(uint32_t character)
{
	return character <= ' ' || character == 0x7f || (character >= 0x80 && character <= 0xa0) ||
	    (character >= 0x2000 && character <= 0x200b) || character == 0x2028 ||
	    character == 0x2029 || character == 0x3000;
}

/* The unit that a character is, or 0 for a mark. */
static uint32_t
unit_of(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	if (c >= 'A' && c <= 'Z')
		return c + ('a' - 'A');
	if (c < 0x80)
		return fold_is_latin(c) ? c : 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (c >= marks[i].first && c <= marks[i].last)
			return 0;
	return c == 0x3007 ? 0x96f6 : reading_simplified(c);	/* the round zero is read as the other */
}

size_t
fold(const char *text, size_t len, uint32_t *ret_unit, uint16_t *ret_place, size_t max)
{
	uint32_t c, last = 0;
	uint16_t place = 0;
	size_t n = 0, took;

	for (size_t i = 0; i < len && n < max; i += took, place++) {
		uint32_t unit = 0;

		if ((took = utf8_decode(text + i, len - i, &c)) == 0)
			took = 1;
		else
			unit = unit_of(c);
		if (unit != 0) {
			int begins = last == 0 || (fold_is_latin(unit) && !fold_is_latin(last));

			if (ret_place != NULL)
				ret_place[n] = place;
			ret_unit[n++] = unit | (begins ? FOLD_WORD : 0);
		}
		last = unit;
	}
	return n;
}
