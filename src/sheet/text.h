/*
 * text.h - which encoding a text file is in, and the same text in UTF-8.
 *
 * UTF-8 with or without its mark, UTF-16 with its mark, otherwise GB 18030 (what Excel and
 * WPS write as "CSV" on a Chinese Windows).  Strict: nothing is guessed or replaced.
 */
#ifndef SHEET_TEXT_H
#define SHEET_TEXT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

enum text_encoding { TEXT_UTF8, TEXT_GB18030, TEXT_UTF16LE, TEXT_UTF16BE };

/*
 * Says the encoding and adds the text to ret_text, which stays empty where the bytes are
 * UTF-8 already.  FAULT_TEXT_ENCODING, with the first byte that is wrong in the encoding
 * that went farther (line, byte from 1), or FAULT_MEMORY.
 */
int text_decode(const char *bytes, size_t len, struct buf *ret_text,
    enum text_encoding *ret_encoding, struct fault *f);

const char *text_encoding_name(enum text_encoding e);		/* "GB 18030" */

#endif
