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
 * Where it is; file is an index of inventory_files, or INVENTORY_FILE_NONE: then name is
 * the file, or, where that is NULL, what the sentence says first.
 */
#define INVENTORY_FILE_NONE 1000

struct place {
	int file;
	size_t line;		/* 0: the file as a whole */
	const char *column;	/* NULL: the row as a whole */
	const char *value;	/* NULL: there is none */
	const char *name;
};

/* What the sentences are filled in with; near is a spelling that may have been meant. */
struct says { const char *a, *b, *near; };

struct reporting {
	struct inventory_report *report;	/* may hold errors already: they stay before these */
	struct place_key { int file; size_t line; } *key;	/* of each error that is kept */
	int no_memory;		/* sticks: the report lacks something */
};

void report_add(struct reporting *r, enum problem problem, struct place place, struct says says);

/* The same with the sentences of a fault, for what a parser below has found. */
void report_add_fault(struct reporting *r, struct place place, const struct fault *f);

/* Whether one more error would be kept: a costly search for candidates may be spared. */
int report_has_room(const struct reporting *r);
void report_close(struct reporting *r);

/* Edits (insert, delete, change, swap) between two words; a large number past 64 bytes. */
size_t report_distance(const char *a, const char *b);

/* Keeps in near the word that is closer to text, if it is close at all. */
void report_nearer(const char *text, const char *word, const char **near);

#endif
