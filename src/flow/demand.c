#include "flow/demand.h"

#include <string.h>

#include "base/utf8.h"

static const char *const names[DEMAND_N] = {
	[DEMAND_DIRECT_CANCEL] = "direct_cancel",
	[DEMAND_COMMITMENT] = "commitment",
	[DEMAND_DATA_QUERY] = "data_query",
	[DEMAND_DEPARTMENT_VERIFY] = "department_verify",
	[DEMAND_NOT_LISTED] = "not_listed",
	[DEMAND_SOME_MATTER] = "some_matter",
};

static const enum demand_finding by_method[METHOD_N] = {
	[METHOD_DIRECT_CANCEL] = DEMAND_DIRECT_CANCEL,
	[METHOD_COMMITMENT] = DEMAND_COMMITMENT,
	[METHOD_DATA_QUERY] = DEMAND_DATA_QUERY,
	[METHOD_DEPARTMENT_VERIFY] = DEMAND_DEPARTMENT_VERIFY,
};

const char *
demand_finding_name(enum demand_finding finding)
{
	return names[finding];
}

int
demand_finding_parse(const char *name, enum demand_finding *ret_finding)
{
	for (int i = 0; i < DEMAND_N; i++) {
		if (strcmp(names[i], name) == 0) {
			*ret_finding = (enum demand_finding)i;
			return 0;
		}
	}
	return -1;
}

/* The bytes of a blank at text, of len bytes: people put them anywhere in a name. */
static size_t
blank(const char *text, size_t len)
{
	uint32_t c;
	size_t n = utf8_decode(text, len, &c);

	return n > 0 && (c == ' ' || c == '\t' || c == 0x3000) ? n : 0;
}

/* Whether words say the same as the len bytes at name, blanks aside. */
static int
same(const char *words, const char *name, size_t len)
{
	size_t i = 0, n;

	for (const char *p = words;; p++) {
		while ((n = blank(p, strlen(p))) > 0)
			p += n;
		while (i < len && (n = blank(name + i, len - i)) > 0)
			i += n;
		if (*p == '\0' || i == len)
			return *p == '\0' && i == len;
		if (*p != name[i++])
			return 0;
	}
}

/* Whether a proof goes by this name, or by one of its other names (with ; between). */
static int
called(const struct proof *proof, const char *words)
{
	const char *p = proof->aliases;

	if (same(words, proof->name, strlen(proof->name)))
		return 1;
	while (*p != '\0') {
		size_t len = strcspn(p, ";");

		if (len > 0 && same(words, p, len))
			return 1;
		p += len + (p[len] == ';');
	}
	return 0;
}

static void
look_for_words(const struct inventory *inv, const char *words, struct demand *d)
{
	d->finding = DEMAND_NOT_LISTED;
	if (d->matter == NULL) {
		for (size_t i = 0; i < inv->nproofs; i++)
			if (called(&inv->proofs[i], words))
				d->finding = DEMAND_SOME_MATTER;
		return;
	}
	for (size_t i = 0; i < d->matter->nitems; i++) {
		if (called(d->matter->items[i]->proof, words)) {
			d->item = d->matter->items[i];
			d->finding = by_method[d->item->method];
			return;
		}
	}
}

int
demand_look(const struct inventory *inv, const struct demand_asked *asked,
    struct demand *ret_demand, struct fault *f)
{
	struct demand d = { .matter = NULL };

	if (asked->matter != NULL && (d.matter = inventory_matter(inv, asked->matter)) == NULL) {
		fault_set(f, FAULT_MATTER_UNKNOWN, "%s", "");
		fault_arg(f, "matter", "%s", asked->matter);
		return -1;
	}
	if (asked->item == NULL && asked->proof == NULL) {
		fault_set(f, FAULT_FIELD_MISSING, "%s", "");
		fault_arg(f, "field", "%s", "proof");
		return -1;
	}
	if (asked->item == NULL) {
		look_for_words(inv, asked->proof, &d);
		*ret_demand = d;
		return 0;
	}
	d.item = inventory_item(inv, asked->item);
	if (d.item == NULL || (d.matter != NULL && d.item->matter != d.matter)) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "item");
		fault_arg(f, "why_zh", "%s", d.item == NULL ? "清单上没有这一项" : "不是这个事项的");
		fault_arg(f, "why_en", "%s", d.item == NULL ? "the list has no such item" :
		    "it is another matter's");
		return -1;
	}
	d.matter = d.item->matter;
	d.finding = by_method[d.item->method];
	*ret_demand = d;
	return 0;
}
