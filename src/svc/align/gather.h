/*
 * gather.h - the lists of counties, as an office has them: a directory with a file for each, one workbook with
 * a sheet for each, or one list.
 *
 * A file or sheet belongs to the division whose code its name has, else whose name it has.
 */
#ifndef SVC_ALIGN_GATHER_H
#define SVC_ALIGN_GATHER_H

#include "base/buf.h"
#include "flow/inventory.h"

#define GATHER_FILE_MAX (32u << 20)
#define GATHER_LISTS_MAX 200

struct gathered {
	const struct division *division;	/* of the inventory */
	char shown[160];		/* "330723.csv", "ten.xlsx 武义县" */
	char name[24];			/* as align_list_read wants it: its ending says what the bytes are */
	struct buf bytes;
};

struct gathering {
	struct gathered *list;		/* by division */
	size_t n;
	char *skipped[GATHER_LISTS_MAX];	/* sheets that are of no division, such as a summary; owned */
	size_t nskipped;
};

/*
 * Reads all lists at path.  A sheet keeps the numbers of its rows.  FAULT_FILE_READ, FAULT_FILE_TOO_LARGE,
 * FAULT_ALIGN_WHOSE (file) where a file is of no division, FAULT_ALIGN_TWICE (division, file, other),
 * FAULT_ALIGN_NO_LISTS (file), what book_open says of a workbook, FAULT_MEMORY.  Zeroed it is empty; on
 * failure too, free with gathering_free.
 */
int gather(const char *path, const struct inventory *inv, struct gathering *ret_gathering, struct fault *f);
void gathering_free(struct gathering *g);

#endif
