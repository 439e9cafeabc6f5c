/*
 * Whatever list comes: no row is two items and no item two rows, each difference says what it must, the
 * figures add up, and the same rows in another order, under other codes, differ in the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "align/align.h"
#include "sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct inventory *inv;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct buf text = BUF_INIT;
	struct inventory_report report = { 0 };
	struct fault f = FAULT_INIT;
	struct sections s;

	(void)argc;
	(void)argv;
	if (buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f) < 0)
		abort();
	sections_split(text.data, text.len, &s);
	if (inventory_build(s.file, s.n, &inv, &report, &f) < 0)
		abort();
	buf_free(&text);
	return 0;
}

static void
check_difference(const struct align_list *list, const struct align_difference *d)
{
	struct buf text = BUF_INIT;

	assert((d->item == NULL) == (d->kind == ALIGN_EXTRA));
	assert((d->row == ALIGN_NO_ROW) == (d->kind == ALIGN_MISSING));
	assert(d->row == ALIGN_NO_ROW || d->row < align_list_rows(list));
	assert(d->certainty <= ALIGN_CERTAIN && d->nevidence > 0 && d->nevidence <= ALIGN_EVIDENCE_MAX);
	assert(d->ncandidates <= ALIGN_CANDIDATES_MAX);
	for (size_t i = 0; i < d->ncandidates; i++)
		assert((d->candidate[i].item == NULL) == (d->candidate[i].row != ALIGN_NO_ROW));
	for (int lang = LANG_ZH; lang <= LANG_EN; lang++)
		assert(align_explain(list, d, (enum lang)lang, &text) == 0);
	buf_free(&text);
}

static struct align_result *
compare(const struct align_list *list)
{
	struct align_result *r = NULL;
	struct fault f = FAULT_INIT;

	if (align_compare(inv, inventory_division(inv, "330703"), NULL, 0, list, &r, &f) < 0) {
		assert(f.code == FAULT_ALIGN_STRANGE || f.code == FAULT_ALIGN_DIFFERENT || f.code == FAULT_ALIGN_TANGLED);
		return NULL;
	}
	return r;
}

static void
check_result(const struct align_list *list, const struct align_result *r)
{
	size_t paired = 0, city = 0, county = 0, rows = align_list_rows(list);

	for (size_t i = 0; i < r->nitems; i++) {
		paired += r->row[i] != ALIGN_NO_ROW;
		for (size_t k = 0; k < i && r->row[i] != ALIGN_NO_ROW; k++)
			assert(r->row[i] != r->row[k]);
	}
	assert(paired == r->paired && r->same_method <= paired);
	for (int m = 0; m < METHOD_N; m++) {
		city += r->city[m];
		county += r->county[m];
	}
	assert(city == r->nitems && county + r->outside == rows);
	assert(r->kind[ALIGN_MISSING] == r->nitems - paired && r->kind[ALIGN_EXTRA] == county - paired);
	assert(r->kind[ALIGN_METHOD] == paired - r->same_method);
	for (size_t i = 0; i < r->ndifferences; i++)
		check_difference(list, &r->difference[i]);
}

static int
same_text(const struct align_list *a, size_t i, const struct align_list *b, size_t k)
{
	const struct align_row *r = align_list_row(a, i), *s = align_list_row(b, k);

	return strcmp(r->matter, s->matter) == 0 && strcmp(r->proof, s->proof) == 0 && r->method == s->method;
}

static void
check_turned(const struct align_list *list, const struct align_result *r)
{
	size_t n = align_list_rows(list);
	struct align_row *row = calloc(n + 1, sizeof(*row));
	struct align_list *turned = NULL;
	struct align_result *other;
	struct fault f = FAULT_INIT;

	assert(row != NULL);
	for (size_t i = 0; i < n; i++) {
		row[i] = *align_list_row(list, n - 1 - i);
		row[i].code = i % 2 == 0 ? "another" : "";
	}
	if (align_list_of(row, n, &turned, &f) < 0)
		abort();
	assert((other = compare(turned)) != NULL && other->ndifferences == r->ndifferences);
	for (size_t i = 0; i < r->ndifferences; i++) {
		const struct align_difference *a = &r->difference[i], *b = &other->difference[i];

		assert(a->kind == b->kind && a->item == b->item && a->certainty == b->certainty);
		assert(a->row == ALIGN_NO_ROW || same_text(list, a->row, turned, b->row));
	}
	align_result_free(other);
	align_list_free(turned);
	free(row);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inventory_report report = { 0 };
	struct align_list *list = NULL;
	struct align_result *r;
	struct fault f = FAULT_INIT;

	if (align_list_read("list", data, size, &list, &report, &f) < 0) {
		assert(f.code == FAULT_IMPORT_REFUSED && report.total > 0);
		inventory_report_free(&report);
		return 0;
	}
	if ((r = compare(list)) != NULL) {
		check_result(list, r);
		check_turned(list, r);
	}
	align_result_free(r);
	align_list_free(list);
	inventory_report_free(&report);
	return 0;
}
