/*
 * folder.h - the files of a directory that may belong to an inventory, in memory.
 *
 * For the files of this folder.
 */
#ifndef SVC_INVENTORY_FOLDER_H
#define SVC_INVENTORY_FOLDER_H

#include "flow/inventory_source.h"

struct folder {
	struct inventory_input *in;	/* by name; data NULL for a CSV that is no table */
	size_t n, cap;
};

/*
 * Reads the CSV files that are tables and every workbook of a directory, or the one file that
 * path names.  FAULT_FILE_READ, FAULT_FILE_TOO_LARGE, FAULT_MEMORY.  Zeroed it is empty.
 */
int folder_read(const char *path, struct folder *ret_folder, struct fault *f);
void folder_free(struct folder *folder);

#endif
