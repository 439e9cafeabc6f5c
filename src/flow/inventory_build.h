/*
 * inventory_build.h - how a snapshot comes to be: what the steps of inventory_build share.
 *
 * Every step fills in its part and reports what is wrong; none stops at an error, so each
 * must bear with a reference that leads nowhere (NULL).  A snapshot with errors is never
 * handed out.  Steps return -1 for lack of memory only.
 */
#ifndef FLOW_INVENTORY_BUILD_H
#define FLOW_INVENTORY_BUILD_H

#include <stdatomic.h>

#include "flow/inventory.h"
#include "flow/inventory_sheet.h"

/* The agency that acts for a city's agency in a division below. */
struct acting {
	const struct agency *city;
	const struct division *division;
	const struct agency *agency;
};

struct snapshot {
	struct inventory inv;
	_Atomic unsigned refs;
	struct arena keep;
	struct jsonlogic **rules;	/* each distinct expression once */
	size_t nrules;
	struct calendar *calendar;
	const struct acting *acting;	/* sorted by address of city, then of division */
	size_t nacting;
	const struct desk **desk_of;	/* [index of the agency], NULL where there is none */
};

struct build {
	struct sheets s;
	struct snapshot *snap;
	/* Under construction; each at the rank of its row. */
	struct division *divisions;
	struct agency *agencies;
	struct field *fields;
	struct proof *proofs;
	struct service *services;
	struct binding **service_bindings;
	struct matter *matters;
	struct item *items;
	struct grant *grants;
	/* [index of an expression]: what an item under it reads, and whether it may; many share one. */
	struct condition { const char *const *fields; int sound; } *conditions;
	const char *sound_wording;	/* the last wording that was: the next is often the same */
	const char *const *roles;	/* every role that a matter has: sorted, NULL-terminated */
};

/* In the order in which they run. */
int build_rules(struct build *b);		/* compiles every expression */
int build_divisions(struct build *b);
int build_agencies(struct build *b);
int build_fields(struct build *b);
int build_proofs(struct build *b);
int build_services(struct build *b);
int build_assertions(struct build *b);
int build_matters(struct build *b);
int build_parties(struct build *b);
int build_bindings(struct build *b);
int build_items(struct build *b);
int build_item_bindings(struct build *b);
int build_matter_fields(struct build *b);
int build_grants(struct build *b);
int build_desks(struct build *b);

/* What an expression may read: fields, and within a collection of rows the fields of a row. */
struct readable {
	const struct field *field;
	size_t n;
	const struct field *of_row;
	size_t nof_row;
};

/* Checks the expression in a cell that was compiled; blank and wrong ones pass. */
int build_check_rule(struct build *b, enum sheet_id id, const struct row *row, int column,
    const struct readable *may);

/* The constant names a compiled expression reads; NULL for lack of memory. */
const char *const *build_rule_names(struct build *b, const struct jsonlogic *rule);

/* Parses "name:type" entries; -1 for lack of memory. Wrong ones are reported and left out. */
int build_typed_fields(struct build *b, enum sheet_id id, const struct row *row, int column,
    const struct field **ret_fields, size_t *ret_n);

const struct field *build_find_field(const struct field *fields, size_t n, const char *name);

/* The names of fields with commas between, as much as fits. */
const char *build_field_words(const struct field *fields, size_t n, char *text, size_t size);

/* 0 province, 1 city, 2 county, -1 unknown. */
int build_level(const struct division *division);

/* Reports an agency that is not of a city. */
void build_check_city(struct build *b, enum sheet_id id, const struct row *row, int column);

/* Reports catch-all wording in a cell. */
void build_check_wording(struct build *b, enum sheet_id id, const struct row *row, int column);

/* Room in the snapshot for one of something per row of a sheet (at least one). */
void *build_array(struct build *b, enum sheet_id id, size_t size);

static inline struct sheet *
build_sheet(struct build *b, enum sheet_id id)
{
	return &b->s.sheet[id];
}

/* What a ref leads to in the array of its sheet, or NULL. */
#define BUILD_REF(array, row, column) \
	((row)->cell[column].num < 0 ? NULL : &(array)[(row)->cell[column].num])

#endif
