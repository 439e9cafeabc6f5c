/*
 * inventory_source.h - an inventory out of the files that an office has: CSV in whatever
 * encoding, workbooks with a sheet per table, headers in Chinese or English.
 *
 * Becomes the files that are kept (inventory_files: CSV in UTF-8), with a note of where each
 * row and column stood, so that errors point into the office's own files.  A CSV that is in
 * UTF-8 already is kept as it came, byte for byte.  Pure: files come as bytes.
 */
#ifndef FLOW_INVENTORY_SOURCE_H
#define FLOW_INVENTORY_SOURCE_H

#include "base/buf.h"
#include "flow/inventory.h"

/* A file of the office: its name without folders, and its bytes; NULL: it was not read. */
struct inventory_input { const char *name; const char *data; size_t len; };

struct inventory_source;

/* Whether a file of that name ("items.csv", "证明事项.csv") is a table of an inventory, or its life events. */
int inventory_source_wants(const char *name);
int inventory_source_is_events(const char *name);

/*
 * Reads the files; names and bytes are borrowed and must outlive it.  What is wrong with one
 * is not a failure here, but an error of the build.  -1: FAULT_MEMORY.
 */
int inventory_source_read(const struct inventory_input *in, size_t n,
    struct inventory_source **ret_source, struct fault *f);
void inventory_source_free(struct inventory_source *s);

/* The files as they are kept: in the order of inventory_files, life_events.json last, those that there are, once each. */
const struct inventory_file *inventory_source_files(const struct inventory_source *s, size_t *ret_n);

/* Whether each table was given once and every file could be read. */
int inventory_source_is_plain(const struct inventory_source *s);

/* As inventory_build, with a report that also says what was read and what was not. */
int inventory_source_build(const struct inventory_source *s, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f);

/* What a sheet with the table of this file ("items.csv"), or the lines of life_events.json, is called; NULL if it is none. */
const char *inventory_table_title(const char *file);

/* The name of a column of that file in a language, whatever its header says; else the header. */
const char *inventory_column_name(const char *file, const char *header, enum lang lang);

/* For the files of this folder. */

#define SOURCE_FILES_MAX 64	/* tables, those given twice included */
#define SOURCE_COLUMNS_MAX 64
#define SOURCE_NOTES_MAX INVENTORY_NOTES_MAX

/* A cell that holds no value; record and column are those of the table, from 0. */
struct inventory_slip {
	size_t record, column;	/* SIZE_MAX: it is in no record */
	size_t line, at;	/* where it stands: row and column from 1 */
	int problem;		/* enum problem */
	char value[64];
};

/* Where a table comes from. */
struct inventory_origin {
	const char *file, *encoding;
	char sheet[128];
	struct fault fault;		/* why it could not be read; FAULT_NONE */
	struct buf text;		/* where that is not what came */
	size_t *row, nrows, rows_cap;	/* of each record, the header first; NULL: lines count */
	size_t at[SOURCE_COLUMNS_MAX];	/* of each column, from 1; of a workbook */
	char *title[SOURCE_COLUMNS_MAX];	/* likewise: its header */
	size_t ncolumns;
	struct inventory_slip *slip;
	size_t nslips, slips_cap;
};

struct inventory_remark {
	int note;			/* enum note */
	const char *file, *near;
	char sheet[128], a[24];
};

struct inventory_source {
	struct inventory_file file[SOURCE_FILES_MAX];	/* the first of each name first, in order */
	struct inventory_origin *origin[SOURCE_FILES_MAX];
	size_t n, nkept;
	struct inventory_origin trouble[8];	/* workbooks that could not be opened */
	size_t ntroubles;
	struct inventory_remark remark[SOURCE_NOTES_MAX];
	size_t nremarks;
};

/* What a sheet with the lines of life_events.json is called. */
#define EVENTS_TITLE "一件事"

/* The table of a file of that name, REPORT_EVENTS, or -1. */
int source_table_of(const char *name);

/* Adds a table (an index of inventory_files, or REPORT_EVENTS); NULL: FAULT_MEMORY, or too many. */
struct inventory_origin *source_table(struct inventory_source *s, int table, const char *file,
    const char *encoding, struct fault *f);
void source_remark(struct inventory_source *s, int note, const char *file, const char *sheet,
    size_t a, const char *near);

/* Reads a workbook: the table that its name says, or one for each sheet. */
int source_workbook(struct inventory_source *s, const struct inventory_input *in, struct fault *f);

#endif
