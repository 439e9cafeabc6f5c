#include "flow/inventory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_build.h"

static struct snapshot *
snapshot_of(const struct inventory *inv)
{
	return (struct snapshot *)((uintptr_t)inv - offsetof(struct snapshot, inv));
}

struct inventory *
inventory_ref(const struct inventory *inv)
{
	struct snapshot *snap = snapshot_of(inv);

	atomic_fetch_add_explicit(&snap->refs, 1, memory_order_relaxed);
	return &snap->inv;
}

void
inventory_unref(const struct inventory *inv)
{
	struct snapshot *snap;

	if (inv == NULL)
		return;
	snap = snapshot_of(inv);
	if (atomic_fetch_sub_explicit(&snap->refs, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < snap->nrules; i++)
		jsonlogic_free(snap->rules[i]);
	calendar_free(snap->calendar);
	arena_free(&snap->keep);
	free(snap);
}

/* Every row begins with its code, and rows are sorted by it. */
static const void *
find(const void *rows, size_t n, size_t size, const char *code)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const void *row = (const char *)rows + middle * size;
		int order = strcmp(code, *(const char *const *)row);

		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

#define LOOK_UP(type, rows, n, key) \
const struct type * \
inventory_##type(const struct inventory *inv, const char *key) \
{ \
	_Static_assert(offsetof(struct type, key) == 0, "rows begin with what they are found by"); \
	return find(inv->rows, inv->n, sizeof(*inv->rows), key); \
}

LOOK_UP(division, divisions, ndivisions, code)
LOOK_UP(agency, agencies, nagencies, code)
LOOK_UP(desk, desks, ndesks, code)
LOOK_UP(proof, proofs, nproofs, code)
LOOK_UP(service, services, nservices, code)
LOOK_UP(matter, matters, nmatters, code)
LOOK_UP(item, items, nitems, code)
LOOK_UP(field, fields, nfields, name)

const struct agency *
inventory_acting(const struct inventory *inv, const struct agency *city,
    const struct division *division)
{
	const struct snapshot *snap = snapshot_of(inv);
	size_t low = 0, high = snap->nacting;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct acting *a = &snap->acting[middle];

		if (a->city == city && a->division == division)
			return a->agency;
		if (city < a->city || (city == a->city && division < a->division))
			high = middle;
		else
			low = middle + 1;
	}
	return city;
}

const struct desk *
inventory_acting_desk(const struct inventory *inv, const struct agency *city,
    const struct division *division)
{
	const struct snapshot *snap = snapshot_of(inv);
	const struct agency *acting = inventory_acting(inv, city, division);
	const struct desk *desk = snap->desk_of[acting - inv->agencies];

	return desk != NULL ? desk : snap->desk_of[city - inv->agencies];
}

int
inventory_person_only(const struct proof *proof, const struct field *input)
{
	return proof->subject == SUBJECT_PERSON || input->type == VALUE_ID18;
}

static const char *const methods[METHOD_N] = {
	[METHOD_DIRECT_CANCEL] = "direct_cancel",
	[METHOD_COMMITMENT] = "commitment",
	[METHOD_DATA_QUERY] = "data_query",
	[METHOD_DEPARTMENT_VERIFY] = "department_verify",
};

const char *
method_name(enum method m)
{
	return methods[m];
}

const char *
method_zh(enum method m)
{
	static const char *const words[METHOD_N] = { [METHOD_DIRECT_CANCEL] = "直接取消",
		[METHOD_COMMITMENT] = "告知承诺", [METHOD_DATA_QUERY] = "数据查询",
		[METHOD_DEPARTMENT_VERIFY] = "部门核验" };

	return words[m];
}

int
method_parse(const char *name, enum method *ret_method)
{
	for (int m = 0; m < METHOD_N; m++) {
		if (strcmp(methods[m], name) == 0) {
			*ret_method = (enum method)m;
			return 0;
		}
	}
	return -1;
}
