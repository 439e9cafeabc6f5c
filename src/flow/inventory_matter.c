/* Matters, their parties, their items, and the form fields that these read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/evaluate.h"
#include "flow/ground.h"
#include "flow/inventory_build.h"

#define VERIFY_HOURS_DEFAULT 8	/* docs/decisions.md 12 */

int
build_matters(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_MATTERS);

	b->matters = build_array(b, SHEET_MATTERS, sizeof(*b->matters));
	if (b->matters == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		const struct cell *cell = row->cell;

		b->matters[row->rank] = (struct matter){
			.code = cell[MATTER_CODE].text,
			.name = cell[MATTER_NAME].text,
			.channel = cell[MATTER_CHANNEL].text,
			.level = cell[MATTER_LEVEL].text,
			.life_event = cell[MATTER_LIFE_EVENT].text,
			.agency = BUILD_REF(b->agencies, row, MATTER_AGENCY),
			.subject = (enum subject)(cell[MATTER_SUBJECT].num + 1),
			.statutory_days = (int)cell[MATTER_STATUTORY].num,
			.promised_days = (int)cell[MATTER_PROMISED].num,
			.commitment_excluded = cell[MATTER_EXCLUDED].num == 1,
			.annual_volume = cell[MATTER_VOLUME].num,
		};
		build_check_city(b, SHEET_MATTERS, row, MATTER_AGENCY);
		if (cell[MATTER_STATUTORY].num >= 0 &&
		    cell[MATTER_PROMISED].num > cell[MATTER_STATUTORY].num)
			sheet_complain(&b->s, SHEET_MATTERS, row, MATTER_PROMISED, PROBLEM_DAYS_ORDER,
			    (struct says){ .a = cell[MATTER_STATUTORY].text });
	}
	b->snap->inv.matters = b->matters;
	b->snap->inv.nmatters = sheet->n;
	return 0;
}

/*
 * Where the rows of each matter begin in one array for the rows of all: [rank of the matter].
 * NULL for lack of memory.
 */
static size_t *
group(struct build *b, enum sheet_id id, int column)
{
	struct sheet *sheet = build_sheet(b, id);
	size_t nmatters = build_sheet(b, SHEET_MATTERS)->n;
	size_t *start = arena_alloc(&b->s.scratch, nmatters + 2, sizeof(*start));

	if (start == NULL)
		return NULL;
	/* What a matter has is counted two places on, so that the sum one place on is its start. */
	for (size_t i = 0; i < sheet->n; i++)
		if (sheet->row[i].cell[column].num >= 0)
			start[sheet->row[i].cell[column].num + 2]++;
	for (size_t m = 1; m < nmatters + 2; m++)
		start[m] += start[m - 1];
	return start + 1;
}

static void
check_applicant(struct build *b, const struct row *row, const struct matter *m)
{
	static const char *const subjects[] = { "", "person", "enterprise", "both" };

	if (strcmp(row->cell[PARTY_ROLE].text, "applicant") != 0)
		return;
	if (row->cell[PARTY_KIND].num >= 0 && (int)m->subject > 0 &&
	    row->cell[PARTY_KIND].num + 1 != (int64_t)m->subject)
		sheet_complain(&b->s, SHEET_PARTIES, row, PARTY_KIND, PROBLEM_PARTY_APPLICANT_KIND,
		    (struct says){ .a = subjects[m->subject] });
	if (row->cell[PARTY_REQUIRED].num == 0)
		sheet_complain(&b->s, SHEET_PARTIES, row, PARTY_REQUIRED,
		    PROBLEM_PARTY_APPLICANT_OPTIONAL, (struct says){ 0 });
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
collect_roles(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_PARTIES);
	const char **roles = arena_alloc(&b->s.scratch, sheet->n + 1, sizeof(*roles));
	size_t n = 0;

	if (roles == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++)
		roles[i] = sheet->row[i].cell[PARTY_ROLE].text;
	qsort(roles, sheet->n, sizeof(*roles), compare_words);
	for (size_t i = 0; i < sheet->n; i++)
		if (n == 0 || strcmp(roles[n - 1], roles[i]) != 0)
			roles[n++] = roles[i];
	roles[n] = NULL;
	b->roles = roles;
	return 0;
}

static void
check_every_matter(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_MATTERS);

	for (size_t i = 0; i < sheet->n && !build_sheet(b, SHEET_PARTIES)->broken; i++) {
		const struct matter *m = &b->matters[sheet->row[i].rank];
		size_t p = 0;

		while (p < m->nparties && strcmp(m->parties[p].role, "applicant") != 0)
			p++;
		if (p == m->nparties)
			sheet_complain(&b->s, SHEET_MATTERS, &sheet->row[i], MATTER_CODE,
			    PROBLEM_PARTY_NO_APPLICANT, (struct says){ .a = m->code });
	}
}

int
build_parties(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_PARTIES);
	struct party_rule *rules = build_array(b, SHEET_PARTIES, sizeof(*rules));
	size_t *start = group(b, SHEET_PARTIES, PARTY_MATTER);

	if (rules == NULL || start == NULL || collect_roles(b) < 0)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		int64_t matter = row->cell[PARTY_MATTER].num;
		struct party_rule *rule;

		if (matter < 0)
			continue;
		rule = &rules[start[matter]++];
		*rule = (struct party_rule){
			.role = row->cell[PARTY_ROLE].text,
			.label = row->cell[PARTY_LABEL].text,
			.kind = (enum subject)(row->cell[PARTY_KIND].num + 1),
			.required = row->cell[PARTY_REQUIRED].num == 1,
		};
		if (b->matters[matter].nparties++ == 0)
			b->matters[matter].parties = rule;
		check_applicant(b, row, &b->matters[matter]);
	}
	check_every_matter(b);
	return 0;
}

static void
check_name(struct build *b, const struct row *row, int column, const char *code, const char *name)
{
	if (name[0] != '\0' && row->cell[column].text[0] != '\0' && strcmp(row->cell[column].text, name) != 0)
		sheet_complain(&b->s, SHEET_ITEMS, row, column, PROBLEM_NAME_DIFFERS,
		    (struct says){ code, name, NULL });
}

static void
check_query_fields(struct build *b, const struct row *row, const struct item *item)
{
	const struct service *s = item->proof->query;
	char words[160];

	if (s == NULL)
		return;
	if (row->cell[ITEM_FIELDS].text[0] == '\0')
		sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_FIELDS, PROBLEM_FIELDS_MISSING, (struct says){
		    s->code, build_field_words(s->outputs, s->noutputs, words, sizeof(words)), NULL });
	for (const char *const *w = item->fields; *w != NULL; w++) {
		struct nearest near = { 0 };

		if (build_find_field(s->outputs, s->noutputs, *w) != NULL)
			continue;
		for (size_t i = 0; i < s->noutputs; i++)
			report_nearer(*w, s->outputs[i].name, &near);
		sheet_complain_of(&b->s, SHEET_ITEMS, row, ITEM_FIELDS, *w, PROBLEM_FIELDS_UNKNOWN,
		    (struct says){ s->code, build_field_words(s->outputs, s->noutputs, words,
		    sizeof(words)), near.word });
	}
}

/* Which methods a proof and a matter allow, and what belongs to each method. */
static void
check_method(struct build *b, const struct row *row, const struct item *item)
{
	const struct cell *cell = row->cell;
	const struct proof *p = item->proof;
	int64_t method = cell[ITEM_METHOD].num;
	int shared = p != NULL && p->digitised && p->sharing != SHARING_NONE;
	enum problem problem = PROBLEM_N;
	const char *whose = p == NULL ? "" : p->name;
	char words[200];

	if (method == METHOD_DATA_QUERY && p != NULL && !shared)
		problem = PROBLEM_METHOD_NOT_SHARED;
	else if (method == METHOD_DEPARTMENT_VERIFY && p != NULL && shared)
		problem = PROBLEM_METHOD_SHARED;
	else if (method == METHOD_COMMITMENT && item->matter != NULL &&
	    item->matter->commitment_excluded) {
		problem = PROBLEM_METHOD_EXCLUDED;
		whose = item->matter->name;
	}
	if (problem != PROBLEM_N)
		sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_METHOD, problem, (struct says){ .a = whose });
	if (method == METHOD_DIRECT_CANCEL && ground_number(cell[ITEM_REMARK].text) == 0)
		sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_REMARK, PROBLEM_GROUND_UNKNOWN,
		    (struct says){ .a = sheet_words(ground_remarks, words, sizeof(words)) });
	if (method == METHOD_DATA_QUERY && p != NULL)
		check_query_fields(b, row, item);
	if (method >= 0 && method != METHOD_DATA_QUERY && cell[ITEM_FIELDS].text[0] != '\0')
		sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_FIELDS, PROBLEM_FIELDS_NOT_QUERY,
		    (struct says){ 0 });
	if (method >= 0 && method != METHOD_DEPARTMENT_VERIFY && cell[ITEM_HOURS].text[0] != '\0')
		sheet_complain(&b->s, SHEET_ITEMS, row, ITEM_HOURS, PROBLEM_HOURS_NOT_VERIFY,
		    (struct says){ 0 });
}

/* What an item's condition reads, which must be fields of the form. */
static int
take_condition(struct build *b, const struct row *row, struct item *item)
{
	const struct readable form = { b->fields, b->snap->inv.nfields, NULL, 0 };
	const struct inventory_report *report = b->s.reporting.report;
	struct condition *c = &b->conditions[row->cell[ITEM_WHEN].num];
	size_t before = report->total;

	if (c->fields == NULL && (c->fields = build_rule_names(b, item->required_when)) == NULL)
		return -1;
	item->condition_fields = c->fields;
	if (c->sound || build_sheet(b, SHEET_FIELDS)->broken)
		return 0;
	if (build_check_rule(b, SHEET_ITEMS, row, ITEM_WHEN, &form) < 0)
		return -1;
	c->sound = report->total == before;
	return 0;
}

static void
check_item(struct build *b, const struct row *row, const struct item *item)
{

	if (item->matter != NULL)
		check_name(b, row, ITEM_MATTER_NAME, item->matter->code, item->matter->name);
	if (item->proof != NULL)
		check_name(b, row, ITEM_PROOF_NAME, item->proof->code, item->proof->name);
	build_check_wording(b, SHEET_ITEMS, row, ITEM_BASIS);
	check_method(b, row, item);
}

static int
fill_item(struct build *b, const struct row *row, struct item *item)
{
	static const char *const nothing[] = { NULL };
	const struct cell *cell = row->cell;

	*item = (struct item){
		.code = cell[ITEM_CODE].text,
		.legal_basis = cell[ITEM_BASIS].text,
		.remark = cell[ITEM_REMARK].text,
		.matter = BUILD_REF(b->matters, row, ITEM_MATTER),
		.proof = BUILD_REF(b->proofs, row, ITEM_PROOF),
		.method = cell[ITEM_METHOD].num < 0 ? METHOD_N : (enum method)cell[ITEM_METHOD].num,
		.required_when = cell[ITEM_WHEN].rule,
		.condition_fields = nothing,
		.fields = cell[ITEM_FIELDS].list,
		.verify_hours = cell[ITEM_HOURS].num < 0 ? VERIFY_HOURS_DEFAULT : (int)cell[ITEM_HOURS].num,
	};
	if (item->method < METHOD_N)
		b->snap->inv.total[item->method]++;
	check_item(b, row, item);
	return item->required_when == NULL ? 0 : take_condition(b, row, item);
}

int
build_items(struct build *b)
{
	struct sheet *sheet = build_sheet(b, SHEET_ITEMS);
	const struct item **of_matter = build_array(b, SHEET_ITEMS, sizeof(*of_matter));
	size_t *start = group(b, SHEET_ITEMS, ITEM_MATTER);

	b->items = build_array(b, SHEET_ITEMS, sizeof(*b->items));
	b->conditions = arena_alloc(&b->s.scratch, b->snap->nrules, sizeof(*b->conditions));
	if (b->items == NULL || b->conditions == NULL || of_matter == NULL || start == NULL)
		return -1;
	for (size_t i = 0; i < sheet->n; i++) {
		const struct row *row = &sheet->row[i];
		int64_t matter = row->cell[ITEM_MATTER].num;
		struct item *item = &b->items[row->rank];

		if (fill_item(b, row, item) < 0)
			return -1;
		if (matter < 0)
			continue;
		of_matter[start[matter]] = item;
		if (b->matters[matter].nitems++ == 0)
			b->matters[matter].items = &of_matter[start[matter]];
		start[matter]++;
	}
	b->snap->inv.items = b->items;
	b->snap->inv.nitems = sheet->n;
	return 0;
}

/* The fields that a matter reads, each once, while they are gathered. */
struct gather {
	struct build *b;
	size_t *seen;		/* [rank of the field]: the matter that has it, from 1 */
	size_t matter, n;
	const struct field **field;
};

static void
gather(struct gather *g, const char *name)
{
	int64_t rank = sheet_find(build_sheet(g->b, SHEET_FIELDS), name);

	if (rank < 0 || g->seen[rank] == g->matter)
		return;
	g->seen[rank] = g->matter;
	g->field[g->n++] = &g->b->fields[rank];
}

/* In the order of form_fields.csv. */
static int
compare_fields(const void *x, const void *y, void *arg)
{
	const struct gather *g = arg;
	const struct sheet *sheet = &g->b->s.sheet[SHEET_FIELDS];
	const struct row *a = sheet->by_rank[*(const struct field *const *)x - g->b->fields];
	const struct row *b = sheet->by_rank[*(const struct field *const *)y - g->b->fields];

	return (a > b) - (a < b);
}

int
build_matter_fields(struct build *b)
{
	size_t nfields = build_sheet(b, SHEET_FIELDS)->n;
	struct gather g = { .b = b };

	g.seen = arena_alloc(&b->s.scratch, nfields, sizeof(*g.seen));
	g.field = arena_alloc(&b->s.scratch, nfields, sizeof(const struct field *));
	if (g.seen == NULL || g.field == NULL)
		return -1;
	for (size_t i = 0; i < b->snap->inv.nmatters; i++) {
		struct matter *m = &b->matters[i];
		const struct field **copy;

		g.matter = i + 1;
		g.n = 0;
		for (size_t k = 0; k < m->nitems; k++) {
			const struct item *item = m->items[k];

			for (const char *const *name = item->condition_fields; *name != NULL; name++)
				gather(&g, *name);
			for (size_t n = 0; n < item->nbindings; n++)
				if (item->bindings[n].kind == INPUT_FORM && item->bindings[n].what != NULL)
					gather(&g, item->bindings[n].what);
		}
		qsort_r(g.field, g.n, sizeof(*g.field), compare_fields, &g);
		copy = arena_alloc(b->s.keep, g.n, sizeof(*copy));
		if (copy == NULL)
			return -1;
		memcpy(copy, g.field, g.n * sizeof(*copy));
		m->fields = copy;
		m->nfields = g.n;
	}
	return 0;
}
