/*
 * assign.h - the best one-to-one assignment (Kuhn 1955, with shortest augmenting paths as Jonker and
 * Volgenant 1987 have them).
 *
 * worth[r * columns + c] is what giving row r to column c is worth; 0: never.  ret_column[r] is
 * the column, or SIZE_MAX where the row stays alone.  The sum is the greatest there is; the same numbers give the
 * same answer.  O(min(rows, columns)^2 * max(rows, columns)).  -1 without memory.
 */
#ifndef ALIGN_ASSIGN_H
#define ALIGN_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

int assign(const uint32_t *worth, size_t rows, size_t columns, size_t *ret_column);

#endif
