/*
 * zip.h - the parts of a zip archive that is in memory, unpacked piece by piece.
 *
 * The archive is of somebody else's making: entries, names, and what all of it may unpack
 * to, in bytes and in proportion to what came, have ceilings.  Nothing is written to disk.
 */
#ifndef SHEET_ZIP_H
#define SHEET_ZIP_H

#include <stddef.h>

#include "base/fault.h"

#define ZIP_ENTRIES_MAX 2000
#define ZIP_NAME_MAX 200
#define ZIP_UNPACKED_MAX ((size_t)256 << 20)	/* bytes, all parts that are read */
/* Of every byte that came; the floor lets small files be well packed. */
#define ZIP_RATIO_MAX 200
#define ZIP_RATIO_FLOOR ((size_t)8 << 20)

struct zip;

/*
 * Reads the directory; data is borrowed.  FAULT_WORKBOOK_BROKEN (cut off, a name that
 * leads out or comes twice), _ENCRYPTED, _LIMIT, FAULT_MEMORY.
 */
int zip_open(const void *data, size_t len, struct zip **ret_zip, struct fault *f);
void zip_free(struct zip *z);

/* Whether there is a part of that name; letters of either case, as in the format's rules. */
int zip_has(const struct zip *z, const char *name);

/* Takes the next bytes of a part; -1 with a fault ends the reading. */
typedef int zip_take(void *ctx, const char *data, size_t len, struct fault *f);

/* Unpacks one part.  A part that is not there is FAULT_WORKBOOK_BROKEN. */
int zip_read(struct zip *z, const char *name, zip_take *take, void *ctx, struct fault *f);

#endif
