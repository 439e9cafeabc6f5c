/* Verification desks: those of the file, and those made where an issuer has none. */
#include <stdio.h>
#include <string.h>

#include "flow/inventory_build.h"

/* docs/decisions.md 3 */
#define DEFAULT_HOURS "08:30-12:00,13:30-18:00"

/* Says of each agency whether somebody may send its desk a question. */
static char *
find_asked(struct build *b, const struct desk *const *desk_of, size_t *ret_n)
{
	struct sheet *items = build_sheet(b, SHEET_ITEMS);
	char *asked = arena_alloc(&b->s.scratch, build_sheet(b, SHEET_AGENCIES)->n, 1);
	size_t n = 0;

	if (asked == NULL)
		return NULL;
	for (size_t i = 0; i < items->n; i++) {
		const struct item *item = &b->items[i];
		int64_t method = items->by_rank[i]->cell[ITEM_METHOD].num;
		const struct agency *issuer = item->proof == NULL ? NULL : item->proof->issuer;

		/*
		 * A data query that fails falls back to the desk, and a commitment goes there where
		 * the person broke an earlier one: docs/decisions.md 12.
		 */
		if (issuer == NULL || method < 0 || method == METHOD_DIRECT_CANCEL)
			continue;
		if (desk_of[issuer - b->agencies] == NULL && !asked[issuer - b->agencies]) {
			asked[issuer - b->agencies] = 1;
			n++;
		}
	}
	*ret_n = n;
	return asked;
}

/* A desk of the file.  The deputy is set when every desk has its place. */
static void
fill_desk(struct build *b, const struct row *row, struct desk *desk)
{
	*desk = (struct desk){
		.code = row->cell[DESK_CODE].text,
		.name = row->cell[DESK_NAME].text,
		.agency = BUILD_REF(b->agencies, row, DESK_AGENCY),
	};
	/* What does not parse was reported with its cell. */
	(void)office_hours_parse(row->cell[DESK_HOURS].text, &desk->hours, NULL);
}

static int
make_desk(struct build *b, const struct agency *agency, struct desk *desk)
{
	struct sheet *sheet = build_sheet(b, SHEET_DESKS);
	char code[64], name[256];
	int64_t taken;

	snprintf(code, sizeof(code), "DK-%s", agency->code);
	snprintf(name, sizeof(name), "%s无证明核查岗", agency->name);
	*desk = (struct desk){
		.code = arena_text(b->s.keep, code, strlen(code)),
		.name = arena_text(b->s.keep, name, strlen(name)),
		.agency = agency,
	};
	(void)office_hours_parse(DEFAULT_HOURS, &desk->hours, NULL);
	taken = sheet_find(sheet, code);
	if (taken >= 0)
		sheet_complain(&b->s, SHEET_DESKS, sheet->by_rank[taken], DESK_CODE,
		    PROBLEM_DESK_CODE_TAKEN, (struct says){ .a = agency->name });
	return desk->code == NULL || desk->name == NULL ? -1 : 0;
}

/* Both the rows and the agencies are sorted by code, and so are the codes made of them. */
static int
merge(struct build *b, const char *asked, struct desk *desks, struct desk **at_rank,
    const struct desk **made)
{
	struct sheet *sheet = build_sheet(b, SHEET_DESKS);
	size_t rank = 0, n = 0, nmade = 0;

	for (size_t i = 0; i < build_sheet(b, SHEET_AGENCIES)->n; i++) {
		struct desk desk;

		if (!asked[i])
			continue;
		if (make_desk(b, &b->agencies[i], &desk) < 0)
			return -1;
		for (; rank < sheet->n && strcmp(sheet->by_rank[rank]->cell[DESK_CODE].text, desk.code) < 0;
		    rank++) {
			at_rank[rank] = &desks[n];
			fill_desk(b, sheet->by_rank[rank], &desks[n++]);
		}
		made[nmade++] = &desks[n];
		desks[n++] = desk;
	}
	for (; rank < sheet->n; rank++) {
		at_rank[rank] = &desks[n];
		fill_desk(b, sheet->by_rank[rank], &desks[n++]);
	}
	return 0;
}

static void
set_deputies(struct build *b, struct desk *const *at_rank)
{
	struct sheet *sheet = build_sheet(b, SHEET_DESKS);

	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		int64_t deputy = row->cell[DESK_DEPUTY].num;

		if (deputy < 0)
			continue;
		at_rank[row->rank]->deputy = at_rank[deputy];
		if (deputy == (int64_t)row->rank ||
		    sheet->by_rank[deputy]->cell[DESK_DEPUTY].text[0] != '\0')
			sheet_complain(&b->s, SHEET_DESKS, row, DESK_DEPUTY, PROBLEM_DESK_DEPUTY,
			    (struct says){ 0 });
	}
}

/* Which agencies have a desk in the file, before the desks have their places. */
static void
mark_desks(struct build *b, const struct desk **desk_of)
{
	static const struct desk some;
	struct sheet *sheet = build_sheet(b, SHEET_DESKS);

	for (size_t i = 0; i < sheet->n; i++)
		if (sheet->row[i].cell[DESK_AGENCY].num >= 0)
			desk_of[sheet->row[i].cell[DESK_AGENCY].num] = &some;
}

int
build_desks(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_DESKS);
	struct inventory *inv = &b->snap->inv;
	struct desk *desks, **at_rank;
	const struct desk **made;
	char *asked;
	size_t nmade;

	if (sheet->broken)
		return 0;
	b->snap->desk_of = build_array(b, SHEET_AGENCIES, sizeof(*b->snap->desk_of));
	if (b->snap->desk_of == NULL)
		return -1;
	mark_desks(b, b->snap->desk_of);
	asked = find_asked(b, b->snap->desk_of, &nmade);
	if (asked == NULL)
		return -1;
	desks = arena_alloc(b->s.keep, sheet->n + nmade, sizeof(*desks));
	made = arena_alloc(b->s.keep, nmade, sizeof(*made));
	at_rank = arena_alloc(&b->s.scratch, sheet->n, sizeof(*at_rank));
	if (desks == NULL || made == NULL || at_rank == NULL ||
	    merge(b, asked, desks, at_rank, made) < 0)
		return -1;
	set_deputies(b, at_rank);
	for (size_t i = 0; i < sheet->n + nmade; i++)
		if (desks[i].agency != NULL)
			b->snap->desk_of[desks[i].agency - b->agencies] = &desks[i];
	inv->desks = desks;
	inv->ndesks = sheet->n + nmade;
	inv->made_desks = made;
	inv->nmade_desks = nmade;
	return 0;
}
