/*
 * csv.h - RFC 4180 in UTF-8: a whole file in memory, read row by row.
 *
 * Accepts a byte-order mark, LF or CRLF, quoted fields with line breaks and doubled
 * quotes.  Refuses NUL bytes, bad UTF-8, a quote inside an unquoted field, text after
 * a closing quote, an unclosed quote, more than CSV_COLUMNS_MAX fields.
 */
#ifndef RULES_CSV_H
#define RULES_CSV_H

#include <stddef.h>

#include "base/fault.h"

#define CSV_COLUMNS_MAX 64

struct csv;

/* Reads from text (borrowed, must outlive the reader); NULL when out of memory. */
struct csv *csv_new(const char *text, size_t len);
void csv_free(struct csv *c);

/* Says that the text is known to be UTF-8, before the first row: it is not looked at again. */
void csv_trust(struct csv *c);

/*
 * Reads the next row: 1, 0 at the end, -1 with FAULT_CSV_MALFORMED or FAULT_MEMORY.
 * Its arguments are line, column (the field's number from 1), what (a name such as
 * "unclosed_quote"), why_zh and why_en; every later call fails the same way.
 * Fields are NUL-terminated and live until the next call.  ret_line is the line the
 * row starts on, from 1.  Rows whose fields are all empty are skipped.
 */
int csv_next(struct csv *c, const char ***ret_fields, size_t *ret_n, size_t *ret_line,
    struct fault *f);

#endif
