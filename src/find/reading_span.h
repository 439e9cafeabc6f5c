/*
 * reading_span.h - the ideographs that have a row in the table of readings: Extension A and
 * the basic block.  Others are found as themselves only.
 */
#ifndef FIND_READING_SPAN_H
#define FIND_READING_SPAN_H

#include <stdint.h>

#define READING_FIRST 0x3400u
#define READING_LAST 0x9fffu

#endif
