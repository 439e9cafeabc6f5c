/* Data grants. */
#include <string.h>

#include "flow/inventory_build.h"

/* The fields of a grant are outputs of its service and cover what the item uses. */
static void
check_fields(struct build *b, const struct row *row, const struct grant *g)
{
	char words[160];

	build_field_words(g->service->outputs, g->service->noutputs, words, sizeof(words));
	for (const char *const *w = g->fields; *w != NULL; w++)
		if (build_find_field(g->service->outputs, g->service->noutputs, *w) == NULL)
			sheet_complain_of(&b->s, SHEET_GRANTS, row, GRANT_FIELDS, *w,
			    PROBLEM_FIELDS_UNKNOWN, (struct says){ g->service->code, words, NULL });
	for (const char *const *w = g->item->fields; *w != NULL; w++)
		if (!sheet_has(g->fields, *w))
			sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_FIELDS, PROBLEM_GRANT_FIELDS,
			    (struct says){ g->item->code, *w, NULL });
}

static void
check_grant(struct build *b, const struct row *row, const struct grant *g)
{
	const struct item *item = g->item;
	const struct matter *matter = BUILD_REF(b->matters, row, GRANT_MATTER);
	const struct service *query = item == NULL || item->proof == NULL ? NULL : item->proof->query;

	if (g->valid_from >= 0 && g->valid_until >= 0 && g->valid_until < g->valid_from)
		sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_UNTIL, PROBLEM_GRANT_DATES,
		    (struct says){ .a = row->cell[GRANT_FROM].text });
	if (item == NULL || item->method == METHOD_N)
		return;
	if (item->method != METHOD_DATA_QUERY) {
		sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_ITEM, PROBLEM_GRANT_NOT_QUERY,
		    (struct says){ .a = item->code });
		return;
	}
	if (matter != NULL && item->matter != NULL && matter != item->matter)
		sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_MATTER, PROBLEM_GRANT_MATTER,
		    (struct says){ item->code, item->matter->code, NULL });
	if (g->agency != NULL && item->matter != NULL && item->matter->agency != NULL &&
	    g->agency != item->matter->agency)
		sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_AGENCY, PROBLEM_GRANT_AGENCY,
		    (struct says){ .a = item->matter->agency->code });
	if (g->service == NULL || query == NULL)
		return;
	if (g->service != query)
		sheet_complain(&b->s, SHEET_GRANTS, row, GRANT_SERVICE, PROBLEM_GRANT_SERVICE,
		    (struct says){ item->code, query->code, NULL });
	else
		check_fields(b, row, g);
}

static void
check_every_item(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_ITEMS);

	for (size_t i = 0; i < sheet->n && !build_sheet(b, SHEET_GRANTS)->broken; i++) {
		const struct item *item = &b->items[sheet->row[i].rank];

		if (item->method == METHOD_DATA_QUERY && item->proof != NULL && item->grant == NULL &&
		    item->proof->sharing == SHARING_CONDITIONAL)
			sheet_complain(&b->s, SHEET_ITEMS, &sheet->row[i], ITEM_CODE, PROBLEM_GRANT_MISSING,
			    (struct says){ .a = item->proof->name });
	}
}

int
build_grants(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_GRANTS);

	b->grants = build_array(b, SHEET_GRANTS, sizeof(*b->grants));
	if (b->grants == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		struct item *item = BUILD_REF(b->items, row, GRANT_ITEM);
		struct grant *g = &b->grants[row->rank];

		*g = (struct grant){
			.code = row->cell[GRANT_CODE].text,
			.purpose = row->cell[GRANT_PURPOSE].text,
			.agency = BUILD_REF(b->agencies, row, GRANT_AGENCY),
			.service = BUILD_REF(b->services, row, GRANT_SERVICE),
			.item = item,
			.fields = row->cell[GRANT_FIELDS].list,
			.valid_from = row->cell[GRANT_FROM].num,
			.valid_until = row->cell[GRANT_UNTIL].num,
		};
		if (item != NULL)
			item->grant = g;
		check_grant(b, row, g);
	}
	check_every_item(b);
	b->snap->inv.grants = b->grants;
	b->snap->inv.ngrants = sheet->n;
	return 0;
}
