/* Whatever the files hold: a whole snapshot that can be used, or errors that can be read. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "flow/evaluate.h"
#include "sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, size_t size, int may_be_empty)
{
	size_t len = strnlen(text, size);

	assert(len < size && (may_be_empty || len > 0));
	assert(utf8_valid(text, len, NULL));
}

static void
check_report(const struct inventory_report *report)
{
	assert(report->n > 0 && report->n <= INVENTORY_ERRORS_MAX && report->total >= report->n);
	for (size_t i = 0; i < report->n; i++) {
		const struct inventory_error *e = &report->error[i];

		check_text(e->column, sizeof(e->column), 1);
		check_text(e->value, sizeof(e->value), 1);
		for (int lang = 0; lang < 2; lang++) {
			assert(e->reason[lang][0] != '\0' && e->next[lang][0] != '\0');
			assert(strnlen(e->reason[lang], sizeof(e->reason[lang])) < sizeof(e->reason[lang]));
			assert(strnlen(e->next[lang], sizeof(e->next[lang])) < sizeof(e->next[lang]));
		}
	}
}

static void
bind_all(const struct item *item, const json_t *form)
{
	static const struct party applicant = { "applicant", SUBJECT_ENTERPRISE, IDENT_USCC,
		"91330000000000000X", "示例公司", "", "" };
	char value[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];

	assert((item->bindings != NULL) == (item->method == METHOD_DATA_QUERY));
	for (size_t i = 0; i < item->nbindings; i++) {
		assert(item->bindings[i].input == &item->proof->query->inputs[i]);
		evaluate_binding(item, &item->bindings[i], &applicant, 1, form, NULL, 0, value, role);
	}
}

static void
use(const struct inventory *inv)
{
	json_t *form = json_pack("{s:s, s:i}", "cert_number", "", "age", 18);
	struct fault f = FAULT_INIT;

	for (size_t i = 0; i < inv->nmatters; i++) {
		const struct matter *m = &inv->matters[i];
		struct evaluated *e = calloc(m->nitems + 1, sizeof(*e));

		assert(e != NULL);
		if (evaluate(inv, m, form, e, &f) < 0)
			assert(f.code == FAULT_LOGIC_LIMIT);
		for (size_t k = 0; k < m->nitems; k++) {
			const struct agency *issuer = m->items[k]->proof->issuer;

			bind_all(m->items[k], form);
			for (size_t d = 0; d < inv->ndivisions; d++)
				assert(inventory_acting(inv, issuer, &inv->divisions[d]) != NULL);
		}
		free(e);
	}
	evaluate_check_form(inv, form, &f);
	json_decref(form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sections s;
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	sections_split((const char *)data, size, &s);
	if (inventory_build(s.file, s.n, &inv, &report, &f) == 0) {
		assert(report.total == 0 && report.n == 0);
		use(inv);
		inventory_unref(inv);
		return 0;
	}
	assert(f.code == FAULT_IMPORT_REFUSED && inv == NULL);
	check_report(&report);
	inventory_report_free(&report);
	return 0;
}
