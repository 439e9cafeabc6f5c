/* Proofs, the services that answer for them, and what their answers establish. */
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_build.h"

/* Wording under which any paper could be demanded after all. */
static const char *const catch_all[] = {
	"其他材料", "其他证明", "其它材料", "其它证明", "等其他", "等其它", "等材料", "等证明材料",
	"相关材料", "相关证明", "有关材料", "有关证明", NULL
};

const char *
inventory_catch_all(const char *text)
{
	for (size_t i = 0; catch_all[i] != NULL; i++)
		if (strstr(text, catch_all[i]) != NULL)
			return catch_all[i];
	return NULL;
}

void
build_check_wording(struct build *b, enum sheet_id id, const struct row *row, int column)
{
	const char *text = row->cell[column].text, *bad;

	if (b->sound_wording != NULL && strcmp(text, b->sound_wording) == 0)
		return;
	if ((bad = inventory_catch_all(text)) != NULL)
		sheet_complain(&b->s, id, row, column, PROBLEM_CATCH_ALL, (struct says){ .a = bad });
	else
		b->sound_wording = text;
}

static int
is_shared(const struct proof *p)
{
	return p->digitised && p->sharing != SHARING_NONE;
}

static void
check_proof(struct build *b, const struct row *row)
{
	const struct cell *cell = row->cell;
	int64_t digitised = cell[PROOF_DIGITISED].num, sharing = cell[PROOF_SHARING].num;

	build_check_city(b, SHEET_PROOFS, row, PROOF_ISSUER);
	build_check_wording(b, SHEET_PROOFS, row, PROOF_NAME);
	if (digitised == 0 && sharing >= 0 && sharing != SHARING_NONE)
		sheet_complain(&b->s, SHEET_PROOFS, row, PROOF_SHARING, PROBLEM_PROOF_NOT_DIGITISED,
		    (struct says){ 0 });
	if (sharing >= 0 && cell[PROOF_SOURCE].num >= 0 &&
	    (sharing == SHARING_NONE) != (cell[PROOF_SOURCE].num == 0))
		sheet_complain(&b->s, SHEET_PROOFS, row, PROOF_SOURCE, PROBLEM_PROOF_DATA_SOURCE,
		    (struct says){ 0 });
}

/* A name or an alias of a proof. */
struct alias { const char *text; const struct row *row; int column; };

static int
compare_aliases(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	if (order == 0)
		order = x->column - y->column;	/* a standard name before an alias */
	return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static int
check_aliases(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_PROOFS);
	size_t n = 0, max = sheet->n;
	struct alias *all;

	for (size_t i = 0; i < sheet->n; i++)
		for (const char *const *w = sheet->row[i].cell[PROOF_ALIASES].list; *w != NULL; w++)
			max++;
	all = arena_alloc(&b->s.scratch, max, sizeof(*all));
	if (all == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];

		all[n++] = (struct alias){ row->cell[PROOF_NAME].text, row, PROOF_NAME };
		for (const char *const *w = row->cell[PROOF_ALIASES].list; *w != NULL; w++)
			all[n++] = (struct alias){ *w, row, PROOF_ALIASES };
	}
	qsort(all, n, sizeof(*all), compare_aliases);
	for (size_t i = 1; i < n; i++)
		if (strcmp(all[i].text, all[i - 1].text) == 0 && all[i].column == PROOF_ALIASES)
			sheet_complain_of(&b->s, SHEET_PROOFS, all[i].row, PROOF_ALIASES, all[i].text,
			    PROBLEM_ALIAS_TAKEN, (struct says){ .a = all[i - 1].row->cell[PROOF_CODE].text });
	return 0;
}

int
build_proofs(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_PROOFS);

	b->proofs = build_array(b, SHEET_PROOFS, sizeof(*b->proofs));
	if (b->proofs == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		const struct cell *cell = row->cell;

		b->proofs[row->rank] = (struct proof){
			.code = cell[PROOF_CODE].text,
			.name = cell[PROOF_NAME].text,
			.sharing_basis = cell[PROOF_BASIS].text,
			.description = cell[PROOF_DESCRIPTION].text,
			.aliases = cell[PROOF_ALIASES].text,
			.issuer = BUILD_REF(b->agencies, row, PROOF_ISSUER),
			.subject = (enum subject)(cell[PROOF_SUBJECT].num + 1),
			.digitised = cell[PROOF_DIGITISED].num == 1,
			.sharing = cell[PROOF_SHARING].num < 0 ? SHARING_NONE :
			    (enum sharing)cell[PROOF_SHARING].num,
		};
		check_proof(b, row);
	}
	b->snap->inv.proofs = b->proofs;
	b->snap->inv.nproofs = sheet->n;
	return check_aliases(b);
}

/* "registry/persons.csv" is the dataset "persons". */
static const char *
dataset_name(struct build *b, const char *text)
{
	const char *slash = strchr(text, '/'), *dot = strrchr(text, '.');

	if (slash == NULL || dot == NULL || dot < slash)
		return "";
	return arena_text(b->s.keep, slash + 1, (size_t)(dot - slash - 1));
}

static void
check_service(struct build *b, const struct row *row, struct service *s)
{
	int64_t proof = row->cell[SERVICE_PROOF].num;

	if (proof < 0 || row->cell[SERVICE_KIND].num < 0)
		return;
	if (!is_shared(s->proof))
		sheet_complain(&b->s, SHEET_SERVICES, row, SERVICE_PROOF, PROBLEM_SERVICE_NOT_SHARED,
		    (struct says){ .a = s->proof->name });
	if (s->kind != SERVICE_QUERY)
		return;
	if (s->proof->query != NULL)
		sheet_complain(&b->s, SHEET_SERVICES, row, SERVICE_PROOF, PROBLEM_SERVICE_TWO,
		    (struct says){ s->proof->code, s->proof->query->code, NULL });
	else
		b->proofs[proof].query = s;
}

static void
check_every_shared_proof(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_PROOFS);

	for (size_t i = 0; i < sheet->n && !build_sheet(b, SHEET_SERVICES)->broken; i++) {
		const struct row *row = &sheet->row[i];
		const struct proof *p = &b->proofs[row->rank];

		if (is_shared(p) && p->query == NULL)
			sheet_complain(&b->s, SHEET_PROOFS, row, PROOF_SHARING, PROBLEM_PROOF_NO_SERVICE,
			    (struct says){ .a = p->code });
	}
}

int
build_services(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_SERVICES);

	b->services = build_array(b, SHEET_SERVICES, sizeof(*b->services));
	if (b->services == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		struct service *s = &b->services[row->rank];

		*s = (struct service){
			.code = row->cell[SERVICE_CODE].text,
			.division_scope = row->cell[SERVICE_SCOPE].text,
			.owner_contact = row->cell[SERVICE_CONTACT].text,
			.dataset = dataset_name(b, row->cell[SERVICE_DATASET].text),
			.proof = BUILD_REF(b->proofs, row, SERVICE_PROOF),
			.provider = BUILD_REF(b->agencies, row, SERVICE_PROVIDER),
			.kind = row->cell[SERVICE_KIND].num == SERVICE_VERIFY_MATCH ?
			    SERVICE_VERIFY_MATCH : SERVICE_QUERY,
		};
		if (s->dataset == NULL ||
		    build_typed_fields(b, SHEET_SERVICES, row, SERVICE_INPUTS, &s->inputs, &s->ninputs) < 0 ||
		    build_typed_fields(b, SHEET_SERVICES, row, SERVICE_OUTPUTS, &s->outputs,
		    &s->noutputs) < 0)
			return -1;
		check_service(b, row, s);
	}
	check_every_shared_proof(b);
	b->snap->inv.services = b->services;
	b->snap->inv.nservices = sheet->n;
	return 0;
}

int
build_assertions(struct build *b)
{
	static const struct field answer[] = {
		{ .name = "rows", .type = VALUE_STRING }, { .name = "count", .type = VALUE_INTEGER },
	};
	struct sheet *sheet = build_sheet(b, SHEET_ASSERTIONS);

	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		struct proof *p = BUILD_REF(b->proofs, row, ASSERTION_PROOF);
		const struct service *query = p == NULL ? NULL : p->query;
		struct readable filter = { 0 }, when = { answer, 2, NULL, 0 };

		if (p == NULL || build_sheet(b, SHEET_SERVICES)->broken)
			continue;
		if (query == NULL) {
			sheet_complain(&b->s, SHEET_ASSERTIONS, row, ASSERTION_PROOF,
			    PROBLEM_ASSERTION_NO_SERVICE, (struct says){ .a = p->code });
			continue;
		}
		filter.field = when.of_row = query->outputs;
		filter.n = when.nof_row = query->noutputs;
		if (build_check_rule(b, SHEET_ASSERTIONS, row, ASSERTION_FILTER, &filter) < 0 ||
		    build_check_rule(b, SHEET_ASSERTIONS, row, ASSERTION_WHEN, &when) < 0)
			return -1;
		p->row_filter = row->cell[ASSERTION_FILTER].rule;
		p->established_when = row->cell[ASSERTION_WHEN].rule;
		p->says = row->cell[ASSERTION_SAYS].text;
	}
	return 0;
}
