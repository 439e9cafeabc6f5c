/* Whatever is asked for: hits within the limit, each once, that say why, and the same again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "find/find.h"
#include "sections.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct find *find;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct buf text = BUF_INIT;
	struct inventory_report report;
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;
	struct sections s;

	(void)argc;
	(void)argv;
	if (buf_read_file(&text, SMALL, BUF_MAX_DEFAULT, &f) < 0)
		abort();
	sections_split(text.data, text.len, &s);
	if (inventory_build(s.file, s.n, &inv, &report, &f) < 0 || find_build(inv, &find, &f) < 0)
		abort();
	inventory_unref(inv);
	buf_free(&text);
	return 0;
}

static void
check(const struct find_hit *hit, const char *text, size_t len)
{
	assert(hit->kind < FIND_NKINDS && hit->text != NULL && hit->text_len <= strlen(hit->text));
	assert(hit->nmarks <= FIND_MARKS_MAX);
	for (size_t i = 0; i < hit->nmarks; i++) {
		assert(hit->mark[i].from < hit->mark[i].to);
		assert(i == 0 || hit->mark[i - 1].to < hit->mark[i].from);
	}
	if (hit->kind == FIND_MATTER)
		assert(find_matches_matter(hit->is.matter, text, len) == !hit->near);
	if (hit->kind == FIND_ITEM)
		assert(find_matches_item(hit->is.item, text, len) == !hit->near);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct find_hit hit[FIND_HITS_MAX], again[FIND_HITS_MAX];
	struct find_query q = { .text = (const char *)data + 2, .len = size - 2 };
	size_t n;

	if (size < 2)
		return 0;
	q.kinds = data[0] & 15;
	q.limit = data[1] % (FIND_HITS_MAX + 10);
	n = find_search(find, &q, hit);
	assert(n <= FIND_HITS_MAX && n <= q.limit);
	assert(n == 0 || find_check(q.text, q.len) == 1);
	assert(find_search(find, &q, again) == n);
	for (size_t i = 0; i < n; i++) {
		assert(q.kinds & FIND_BIT(hit[i].kind));
		assert(i == 0 || hit[i - 1].near <= hit[i].near);
		assert(again[i].is.item == hit[i].is.item);
		for (size_t k = 0; k < i; k++)
			assert(hit[k].kind != hit[i].kind || hit[k].is.item != hit[i].is.item);
		check(&hit[i], q.text, q.len);
	}
	return 0;
}
