/*
 * ident.h - identifiers of people and enterprises: normal form and check.
 *
 * GB 11643-1999 (citizen number), GB 32100-2015 (USCC, with the inner GB 11714 code),
 * cards of permanent residence and of residents from Hong Kong, Macau and Taiwan,
 * passports, birth certificates.  Pure.  Faults name the position, never the value.
 */
#ifndef RULES_IDENT_H
#define RULES_IDENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define IDENT_MAX 64		/* bytes that hold any normal form, NUL included */

enum ident_type {
	IDENT_NONE,
	IDENT_CITIZEN_ID,
	IDENT_USCC,
	IDENT_PERMANENT_RESIDENCE,
	IDENT_HKMT_RESIDENCE,
	IDENT_PASSPORT,
	IDENT_BIRTH_CERTIFICATE,
	IDENT_NTYPES
};

/* "citizen_id" and so on; ident_type_parse gives -1 for an unknown name. */
const char *ident_type_name(enum ident_type type);
int ident_type_parse(const char *name, enum ident_type *ret_type);

/*
 * Brings text to its normal form (half-width, no spaces or hyphens, upper case) and
 * checks it.  today (days since 1970) bounds dates of birth.  ret_value has IDENT_MAX
 * bytes.  Faults: FAULT_IDENT_*, with the argument field as given.
 *
 * A citizen's number has a province of the mainland (or 71), a card of residence 81, 82 or
 * 83: somebody thus has one type, not two.  A permanent residence card has 18 digits from
 * 9 on, or the 15 characters of cards before 2023, which have no check digit.  A passport
 * is 5 to 15 letters and digits.  For IDENT_NONE only an empty text passes.
 */
int ident_check(enum ident_type type, const char *text, const char *field, int64_t today,
    char *ret_value, struct fault *f);

/* Normal form of a name (trimmed, inner runs of spaces made one, full-width letters narrowed); 1-50 characters. */
int ident_name(const char *text, const char *field, char *ret_value, size_t size, struct fault *f);

/* A mobile number: full-width narrowed, spaces and hyphens dropped, 1[3-9] and nine digits. */
int ident_phone(const char *text, const char *field, char *ret_value, size_t size, struct fault *f);

/* Date of birth in days since 1970 and sex ('M' or 'F') of a checked citizen number. */
void ident_citizen(const char *value, int64_t *ret_birth, char *ret_sex);

/*
 * Masked for lists: first 3, stars, last 4 of numbers (of less than 11 characters: first 1,
 * last 2; of less than 6: stars); surname and stars of names.  Cut to size at a character.
 */
void ident_mask(const char *value, char *ret_text, size_t size);
void ident_mask_name(const char *name, char *ret_text, size_t size);

/* ISO 7064 MOD 37,36 check character over text of [0-9A-Z] (others are skipped). */
char ident_mod37(const char *text, size_t len);

#endif
