/*
 * export.h - differences as files to work with: a workbook for officials, CSV and JSON for programs.
 *
 * All three say the same; they are made of one document: "round" (null where lists were only compared),
 * "inventory", "divisions" with "found" and, in a round, "decided", "states" and "remaining", and "differences", all of
 * them as api/openapi.yaml has them (AlignExport).
 */
#ifndef SVC_ALIGN_EXPORT_H
#define SVC_ALIGN_EXPORT_H

#include <jansson.h>

#include "base/buf.h"
#include "base/fault.h"

enum align_format { ALIGN_CSV, ALIGN_XLSX, ALIGN_JSON, ALIGN_FORMATS };

#define ALIGN_EXPORT_MAX ((size_t)256 << 20)

/* The format of a name ("csv") or of a file's ending, -1 if there is none such. */
int align_format_parse(const char *name);
const char *align_format_name(enum align_format format);
const char *align_format_type(enum align_format format);	/* of the content */

/* Adds the document to out in a format; day: of the file, "2026-11-26".  FAULT_MEMORY, FAULT_FILE_WRITE. */
int align_export(const json_t *document, enum align_format format, enum lang lang, const char *day,
    struct buf *out, struct fault *f);

/* For the files of this folder: the workbook; a value within an object, by a path "city.proof", and its text. */
int align_export_xlsx(const json_t *document, enum lang lang, const char *day, struct buf *out,
    struct fault *f);
const json_t *align_at(const json_t *object, const char *path);
const char *align_text(const json_t *object, const char *path);
int64_t align_number(const json_t *object, const char *path);

/* What is said of a difference, a column each. */
enum align_column_kind { ALIGN_AS_TEXT, ALIGN_AS_KIND, ALIGN_AS_METHOD, ALIGN_AS_STATE, ALIGN_AS_INTEGER,
	ALIGN_AS_SHARE, ALIGN_AS_ORDER, ALIGN_AS_PAIR };
struct align_column {
	const char *name;		/* in CSV; NULL: only in the workbook */
	const char *path, *title[2];	/* title NULL: only in CSV; of a pair "one|other" */
	unsigned width;
	enum align_column_kind kind;
};
extern const struct align_column align_columns[];
extern const size_t align_ncolumns;
/* The word for a code of a difference in a language: its kind, a method, a state. */
const char *align_word(const struct align_column *column, const char *code, enum lang lang);

#endif
