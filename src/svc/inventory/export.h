/*
 * export.h - a version of the inventory as files that others can use, and import again.
 */
#ifndef SVC_INVENTORY_EXPORT_H
#define SVC_INVENTORY_EXPORT_H

#include "base/buf.h"
#include "store/store.h"

enum inventory_format { INVENTORY_CSV, INVENTORY_XLSX, INVENTORY_JSON };

#define EXPORT_FILES_MAX 24
#define EXPORT_BYTES_MAX ((size_t)256 << 20)

/* The files of a version, as they are kept.  Zeroed it is empty. */
struct export_files {
	int64_t version;
	char sha256_hex[65];
	char name[EXPORT_FILES_MAX][40];
	struct buf content[EXPORT_FILES_MAX];
	size_t n;
};

/*
 * Reads a version, 0: the newest.  FAULT_INVENTORY_VERSION, or FAULT_NO_INVENTORY where
 * there is none at all.  On failure too, free with export_files_free.
 */
int export_read(struct store_reader *reader, int64_t version, struct export_files *ret_files,
    struct fault *f);
void export_files_free(struct export_files *files);

/*
 * Adds them to out in one piece: a zip archive of the CSV files, a workbook with a sheet for
 * each table, or a JSON object {"version","sha256","tables":{"items":[{"code":...},...],...}}; with them
 * go the life events, where there are any: the file, its lines as a sheet, or a member "life_events".
 */
int export_pack(const struct export_files *files, enum inventory_format format, struct buf *out,
    struct fault *f);

#endif
