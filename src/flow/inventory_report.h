/*
 * inventory_report.h - the list of what is wrong with an inventory.
 *
 * The sentences stand in inventory_errors.def.  Kept in the order of files and lines,
 * whatever the order in which the checks find things.
 */
#ifndef FLOW_INVENTORY_REPORT_H
#define FLOW_INVENTORY_REPORT_H

#include "flow/inventory.h"

enum problem {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) PROBLEM_##sym,
#include "flow/inventory_errors.def"
#undef INVENTORY_ERROR
	PROBLEM_N
};

/*
 * Where it is; file is an index of inventory_files, REPORT_EVENTS, or INVENTORY_FILE_NONE: then name is
 * the file, or, where that is NULL, what the sentence says first.
 */
#define INVENTORY_FILE_NONE 1000
#define REPORT_EVENTS INVENTORY_TABLES	/* life_events.json, after the tables */
#define REPORT_FILES (INVENTORY_TABLES + 1)

struct place {
	int file;
	size_t line;		/* 0: the file as a whole */
	const char *column;	/* NULL: the row as a whole */
	size_t at;		/* where the column stands, from 1; 0: as the header says */
	const char *value;	/* NULL: there is none */
	const char *name;
};

/* What the sentences are filled in with; near is a spelling that may have been meant. */
struct says { const char *a, *b, *near; };

/* How the office's own file calls what the program knows as a file and its columns. */
#define REPORT_COLUMNS_MAX 12

struct report_origin {
	const char *file, *sheet;	/* file NULL: the name that we know */
	size_t ncolumns;
	struct { const char *name, *title; size_t at; } column[REPORT_COLUMNS_MAX];	/* at: from 1 */
};

/* Lines with an error, a bit each. */
struct report_lines { unsigned char *bit; size_t size, n; };

struct reporting {
	struct inventory_report *report;	/* may hold errors already: they stay before these */
	struct place_key { int file; size_t line; } *key;	/* of each error that is kept */
	int no_memory;		/* sticks: the report lacks something */
	struct report_origin origin[REPORT_FILES];
	struct report_lines lines[REPORT_FILES];
};

void report_add(struct reporting *r, enum problem problem, struct place place, struct says says);

/* The same with the sentences of a fault, for what a parser below has found. */
void report_add_fault(struct reporting *r, struct place place, const struct fault *f);

/* Whether one more error would be kept: a costly search for candidates may be spared. */
int report_has_room(const struct reporting *r);
void report_close(struct reporting *r);

/* Edits (insert, delete, change, swap of characters) between two words; a large number past 64. */
size_t report_distance(const char *a, const char *b);

/* The word that is nearest to a text; none where two are equally near.  Zeroed at first. */
struct nearest { const char *word; size_t distance; };	/* distance is report_nearer's own */

/* Takes another word into account. */
void report_nearer(const char *text, const char *word, struct nearest *near);

enum note {
#define INVENTORY_NOTE(sym, zh, en) NOTE_##sym,
#include "flow/inventory_notes.def"
#undef INVENTORY_NOTE
	NOTE_N
};

/* Adds a note; past INVENTORY_NOTES_MAX nothing. */
void report_note(struct reporting *r, enum note note, const char *file, const char *sheet,
    const char *a, const char *near);

/* Adds that a table was read; its refused rows are those counted so far. */
void report_read(struct reporting *r, int file, const char *encoding, size_t rows);

#endif
