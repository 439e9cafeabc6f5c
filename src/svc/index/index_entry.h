/*
 * index_entry.h - what the index says, in fixed-size bytes: pure, no I/O, no state.
 *
 * An entry is blind (16) | kind (1) | id (16, every bit turned over) | division (6): in the order
 * of their bytes, what is said of somebody stands together, newest first (ids are UUIDv7).
 * A page is up to INDEX_PAGE_ENTRIES different entries in order, and the first 8 bytes of their
 * SHA-256.
 */
#ifndef SVC_INDEX_ENTRY_H
#define SVC_INDEX_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define INDEX_ENTRY_LEN 39
#define INDEX_PREFIX_LEN 17	/* blind and kind */
#define INDEX_PAGE_ENTRIES 100
#define INDEX_PAGE_LEN (INDEX_PAGE_ENTRIES * INDEX_ENTRY_LEN + 8)

enum index_kind {
	INDEX_CASE = 1,		/* somebody is a party: id of the case */
	INDEX_RECORD,		/* somebody was asked about, is mentioned, or a party: id of the record */
};

struct index_entry { uint8_t b[INDEX_ENTRY_LEN]; };

/* The object that an entry leads to. */
struct index_hit { uint8_t id[16]; char division[7]; };

/* division has six bytes or fewer. */
struct index_entry index_entry_make(const uint8_t blind[16], enum index_kind kind,
    const uint8_t id[16], const char *division);
struct index_hit index_entry_hit(const struct index_entry *e);

/* What comes after it is what is said of somebody, from before the id on (NULL: from the newest on). */
struct index_entry index_entry_before(const uint8_t blind[16], enum index_kind kind,
    const uint8_t *before);

int index_entry_compare(const void *a, const void *b);	/* for qsort */

/* Sorts, and leaves each once; returns how many there are then. */
size_t index_entry_sort(struct index_entry *e, size_t n);

/* The first entry after e, of n in order. */
size_t index_entry_after(const struct index_entry *entry, size_t n, const struct index_entry *e);

/* A page as it is kept. */
struct index_page { uint8_t content[INDEX_PAGE_LEN]; size_t len; };
void index_page_make(const struct index_entry *e, size_t n, struct index_page *ret_page);
/* Reads it back into room for INDEX_PAGE_ENTRIES.  FAULT_STORE for anything that is not such a page. */
int index_page_read(const void *content, size_t len, struct index_entry *ret_entry, size_t *ret_n,
    struct fault *f);

/* The first max of all different entries that were added. */
struct index_top { struct index_entry *e; size_t n, max; };
/* 0 if it comes after all that there is room for: so will everything after it. */
int index_top_add(struct index_top *top, const struct index_entry *e);

#endif
