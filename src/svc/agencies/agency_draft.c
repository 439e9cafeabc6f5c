/* agency_draft.c - what a change of agencies makes of the inventory, as edits. */
#include "svc/agencies/agency_draft.h"

#include <stdlib.h>
#include <string.h>

#include "flow/event_definition.h"

#define BYTES_MAX ((size_t)16 << 20)
#define HOURS "08:30-12:00,13:30-18:00"	/* docs/decisions.md 3 */
#define DESK_CALLED "无证明核查岗"

int
agency_list_has(const json_t *list, const char *text)
{
	size_t i;
	json_t *one;

	json_array_foreach((json_t *)(uintptr_t)list, i, one)
		if (strcmp(json_string_value(one), text) == 0)
			return 1;
	return 0;
}

const struct desk *
agency_own_desk(const struct inventory *inv, const struct agency *a)
{
	return inventory_acting_desk(inv, a, a->division);
}

/* Whether the files have the desk: others are made where somebody may be asked. */
static int
in_files(const struct inventory *inv, const struct desk *desk)
{
	for (size_t i = 0; i < inv->nmade_desks; i++)
		if (inv->made_desks[i] == desk)
			return 0;
	return desk != NULL;
}

static const char *
keep(struct agency_draft *d, const char *text)
{
	const char *copy = arena_text(&d->arena, text, strlen(text));

	d->failed |= copy == NULL;
	return copy != NULL ? copy : "";
}

static void
put(struct agency_draft *d, struct inventory_edit edit)
{
	if (d->n == d->cap) {
		size_t cap = d->cap != 0 ? d->cap * 2 : 256;
		struct inventory_edit *more = reallocarray(d->edit, cap, sizeof(*more));

		if (more == NULL) {
			d->failed = 1;
			return;
		}
		d->edit = more;
		d->cap = cap;
	}
	d->edit[d->n++] = edit;
}

static void
set(struct agency_draft *d, const char *file, const char *key, const char *column, const char *value)
{
	put(d, (struct inventory_edit){ INVENTORY_CHANGED, file, key, NULL, column, value });
}

static void
touch(struct agency_draft *d, const char *code)
{
	if (!agency_list_has(d->touches, code))
		d->failed |= json_array_append_new(d->touches, json_string(code)) < 0;
}

static void
pair(struct agency_draft *d, const char *from, const char *to)
{
	touch(d, from);
	touch(d, to);
	d->failed |= json_array_append_new(d->pairs, json_pack("{s:s, s:s}", "from", from, "to", to)) < 0;
}

/* Faults */

static int
refuse(enum fault_code code, const char *member, const char *value, struct fault *f)
{
	fault_set(f, code, "%s", "");
	fault_arg(f, member, "%s", value);
	return -1;
}

static int
missing(const char *field, struct fault *f)
{
	return refuse(FAULT_FIELD_MISSING, "field", field, f);
}

static int
bad_value(const char *field, const char *zh, const char *en, struct fault *f)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", field);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

/* Creating */

/* A code and a name of a counterpart are those of the agency, with the division's in place of its own. */
static void
counterpart_texts(struct agency_draft *d, const char *code, const char *name,
    const struct division *own, const struct division *in, const char *ret[2])
{
	size_t len = strlen(own->name);
	char text[300];

	if (strncmp(code, own->code, strlen(own->code)) == 0)
		snprintf(text, sizeof(text), "%s%s", in->code, code + strlen(own->code));
	else
		snprintf(text, sizeof(text), "%s-%s", in->code, code);
	ret[0] = keep(d, text);
	snprintf(text, sizeof(text), "%s%s", in->name, strncmp(name, own->name, len) == 0 ? name + len : name);
	ret[1] = keep(d, text);
}

struct new_agency { const char *code, *name, *type, *division, *parent, *short_name; };

static int
put_agency(struct agency_draft *d, const struct new_agency *a, struct fault *f)
{
	if (inventory_agency(d->old, a->code) != NULL)
		return refuse(FAULT_AGENCY_TAKEN, "agency", a->code, f);
	if (!inventory_is_code(a->code) || strlen(a->code) + 3 >= AGENCY_CODE_MAX)
		return bad_value("agency", "应为单位代码,最多 20 个字节", "must be a code of at most 20 bytes", f);
	put(d, (struct inventory_edit){ INVENTORY_ADDED, "agencies.csv", a->code, NULL, NULL, NULL });
	set(d, "agencies.csv", a->code, "name", a->name);
	set(d, "agencies.csv", a->code, "kind", a->type);
	set(d, "agencies.csv", a->code, "division_code", a->division);
	set(d, "agencies.csv", a->code, "parent_agency_code", a->parent);
	set(d, "agencies.csv", a->code, "short_name", a->short_name);
	touch(d, a->code);
	return 0;
}

/* deputy: the code of the desk above, or "". */
static const char *
put_desk(struct agency_draft *d, const struct new_agency *a, const char *deputy)
{
	char text[300];
	const char *code;

	snprintf(text, sizeof(text), "DK-%s", a->code);
	code = keep(d, text);
	snprintf(text, sizeof(text), "%s" DESK_CALLED, a->name);
	put(d, (struct inventory_edit){ INVENTORY_ADDED, "agency_desks.csv", code, NULL, NULL, NULL });
	set(d, "agency_desks.csv", code, "agency_code", a->code);
	set(d, "agency_desks.csv", code, "name", keep(d, text));
	set(d, "agency_desks.csv", code, "office_hours", HOURS);
	set(d, "agency_desks.csv", code, "deputy_desk_code", deputy);
	return code;
}

static int
put_counterpart(struct agency_draft *d, const struct agency_request *q, const struct new_agency *above,
    const struct division *own, const char *in_code, const char *desk, struct fault *f)
{
	const struct division *in = inventory_division(d->old, in_code);
	struct new_agency a = { .type = above->type, .parent = above->code };
	const char *text[2];

	if (in == NULL)
		return refuse(FAULT_DIVISION_UNKNOWN, "division", in_code, f);
	if (in->parent != own)
		return bad_value("counterparts", "应为下级区划", "must be divisions below the agency's own", f);
	counterpart_texts(d, above->code, above->name, own, in, text);
	a.code = text[0];
	a.name = text[1];
	a.division = in->code;
	counterpart_texts(d, above->code, above->short_name, own, in, text);
	a.short_name = text[1];
	if (put_agency(d, &a, f) < 0)
		return -1;
	if (q->desk)
		put_desk(d, &a, desk);
	return 0;
}

/* A new agency with its counterparts and desks. */
static int
create(struct agency_draft *d, const struct agency_request *q, const char *code, const char *type,
    const struct division *own, const char *parent, struct fault *f)
{
	struct new_agency a = { code, q->name, type, own->code, parent, q->short_name };
	const char *desk = "";
	json_t *in;
	size_t i;

	if (q->name == NULL)
		return missing("name", f);
	if (a.short_name == NULL) {
		size_t len = strlen(own->name);

		a.short_name = strncmp(q->name, own->name, len) == 0 && q->name[len] != '\0' ? q->name + len : q->name;
	}
	if (put_agency(d, &a, f) < 0)
		return -1;
	if (q->desk)
		desk = put_desk(d, &a, "");
	json_array_foreach((json_t *)(uintptr_t)q->counterparts, i, in)
		if (put_counterpart(d, q, &a, own, json_string_value(in), desk, f) < 0)
			return -1;
	return 0;
}

static int
draft_create(struct agency_draft *d, const struct agency_request *q, const struct division *city,
    struct fault *f)
{
	const struct division *own = q->division == NULL ? city : inventory_division(d->old, q->division);

	if (own == NULL)
		return refuse(FAULT_DIVISION_UNKNOWN, "division", q->division, f);
	if (own != city && own->parent != city)
		return bad_value("division", "应为本市或其下级区划", "must be the city or a division below it", f);
	if (q->parent != NULL && inventory_agency(d->old, q->parent) == NULL)
		return refuse(FAULT_AGENCY_UNKNOWN, "agency", q->parent, f);
	if (q->parent != NULL)
		touch(d, q->parent);
	return create(d, q, q->agency, q->type != NULL ? q->type : "government", own,
	    q->parent != NULL ? q->parent : "", f);
}

/* Renaming */

static int
draft_rename(struct agency_draft *d, const struct agency_request *q, struct fault *f)
{
	const struct desk *desk = agency_own_desk(d->old, d->a);
	size_t len = strlen(d->a->name);
	char text[300];

	if (q->name == NULL && q->short_name == NULL)
		return missing("name", f);
	touch(d, d->a->code);
	if (q->short_name != NULL)
		set(d, "agencies.csv", d->a->code, "short_name", q->short_name);
	if (q->name == NULL)
		return 0;
	set(d, "agencies.csv", d->a->code, "name", q->name);
	if (in_files(d->old, desk) && desk->agency == d->a && strncmp(desk->name, d->a->name, len) == 0) {
		snprintf(text, sizeof(text), "%s%s", q->name, desk->name + len);
		set(d, "agency_desks.csv", desk->code, "name", keep(d, text));
	}
	return 0;
}

/* Merging */

/* Whatever names one agency names the other. */
static void
replace(struct agency_draft *d, const struct agency *x, const struct agency *y)
{
	const struct inventory *inv = d->old;

	for (size_t i = 0; i < inv->nmatters; i++)
		if (inv->matters[i].agency == x)
			set(d, "matters.csv", inv->matters[i].code, "agency_code", y->code);
	for (size_t i = 0; i < inv->nproofs; i++)
		if (inv->proofs[i].issuer == x)
			set(d, "proofs.csv", inv->proofs[i].code, "issuer_agency_code", y->code);
	for (size_t i = 0; i < inv->nservices; i++)
		if (inv->services[i].provider == x)
			set(d, "data_services.csv", inv->services[i].code, "provider_agency_code", y->code);
	for (size_t i = 0; i < inv->ngrants; i++)
		if (inv->grants[i].agency == x)
			set(d, "grants.csv", inv->grants[i].code, "requesting_agency_code", y->code);
	for (size_t i = 0; i < inv->nevents; i++) {
		const struct event *e = &inv->events[i];

		if (e->lead == x)
			set(d, INVENTORY_EVENTS, e->code, "lead_agency_code", y->code);
		for (size_t k = 0; k < e->nsteps; k++)
			if (e->steps[k].agency == x)
				put(d, (struct inventory_edit){ INVENTORY_CHANGED, INVENTORY_EVENTS, e->code,
				    e->steps[k].code, "agency_code", y->code });
	}
}

/* The desk of one goes to that of the other; where that has none, the desk itself does. */
static void
merge_desks(struct agency_draft *d, const struct agency *x, const struct agency *y)
{
	const struct inventory *inv = d->old;
	const struct desk *from = agency_own_desk(inv, x), *to = agency_own_desk(inv, y);

	/* One that is made is made for the other, as soon as that issues what is asked for. */
	if (!in_files(inv, from) || from->agency != x)
		return;
	if (to == NULL || to->agency != y) {
		set(d, "agency_desks.csv", from->code, "agency_code", y->code);
		return;
	}
	/* A deputy has none itself, and is in the files. */
	for (size_t i = 0; i < inv->ndesks; i++)
		if (inv->desks[i].deputy == from)
			set(d, "agency_desks.csv", inv->desks[i].code, "deputy_desk_code",
			    &inv->desks[i] != to && in_files(inv, to) && to->deputy == NULL ? to->code : "");
	put(d, (struct inventory_edit){ INVENTORY_REMOVED, "agency_desks.csv", from->code, NULL, NULL, NULL });
}

static void merge(struct agency_draft *d, const struct agency *x, const struct agency *y);

/* The counterparts of x: each merges into that of y in its division, or becomes it. */
static void
merge_below(struct agency_draft *d, const struct agency *x, const struct agency *y)
{
	for (size_t i = 0; i < d->old->nagencies; i++) {
		const struct agency *c = &d->old->agencies[i];
		const struct agency *other = inventory_acting(d->old, y, c->division);

		if (c->parent != x)
			continue;
		if (c->division != y->division && other != y && other != c)
			merge(d, c, other);
		else {
			set(d, "agencies.csv", c->code, "parent_agency_code", y->code);
			touch(d, c->code);
		}
	}
}

static void
merge(struct agency_draft *d, const struct agency *x, const struct agency *y)
{
	pair(d, x->code, y->code);
	replace(d, x, y);
	merge_desks(d, x, y);
	merge_below(d, x, y);
	put(d, (struct inventory_edit){ INVENTORY_REMOVED, "agencies.csv", x->code, NULL, NULL, NULL });
}

/* Whether one agency is somewhere above another. */
static int
is_above(const struct agency *above, const struct agency *a)
{
	while (a != NULL && a != above)
		a = a->parent;
	return a != NULL;
}

static int
check_two(const struct agency_draft *d, const struct division *city, struct fault *f)
{
	const struct agency *both[] = { d->a, d->b };

	for (int i = 0; i < 2; i++)
		if (both[i] != NULL && both[i]->division != city) {
			fault_set(f, FAULT_AGENCY_LEVEL, "%s", "");
			fault_arg(f, "agency", "%s", both[i]->name);
			fault_arg(f, "division", "%s", city->name);
			return -1;
		}
	if (d->a == d->b)
		return refuse(FAULT_AGENCY_ITSELF, "agency", d->a->name, f);
	return 0;
}

static int
draft_merge(struct agency_draft *d, const struct division *city, struct fault *f)
{
	if (check_two(d, city, f) < 0)
		return -1;
	if (is_above(d->a, d->b) || is_above(d->b, d->a)) {
		fault_set(f, FAULT_AGENCY_LEVEL, "%s", "");
		fault_arg(f, "agency", "%s", d->a->name);
		fault_arg(f, "division", "%s", city->name);
		return -1;
	}
	merge(d, d->a, d->b);
	return 0;
}

/* Splitting */

static int
not_its(const struct agency_draft *d, const char *what, struct fault *f)
{
	fault_set(f, FAULT_AGENCY_NOT_ITS, "%s", "");
	fault_arg(f, "agency", "%s", d->a->name);
	fault_arg(f, "what", "%s", what);
	return -1;
}

static int
split_lists(struct agency_draft *d, const struct agency_request *q, const char *to, struct fault *f)
{
	const char *code;
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)q->matters, i, one) {
		const struct matter *m = inventory_matter(d->old, code = json_string_value(one));

		if (m == NULL || m->agency != d->a)
			return not_its(d, code, f);
		set(d, "matters.csv", m->code, "agency_code", to);
	}
	json_array_foreach((json_t *)(uintptr_t)q->proofs, i, one) {
		const struct proof *p = inventory_proof(d->old, code = json_string_value(one));

		if (p == NULL || p->issuer != d->a)
			return not_its(d, code, f);
		set(d, "proofs.csv", p->code, "issuer_agency_code", to);
	}
	json_array_foreach((json_t *)(uintptr_t)q->services, i, one) {
		const struct service *s = inventory_service(d->old, code = json_string_value(one));

		if (s == NULL || s->provider != d->a)
			return not_its(d, code, f);
		set(d, "data_services.csv", s->code, "provider_agency_code", to);
	}
	return 0;
}

/* Steps go with their matters; who leads an event has a step of it. */
static void
split_event(struct agency_draft *d, const struct agency_request *q, const struct event *e, const char *to)
{
	size_t stay = 0, go = 0;

	for (size_t k = 0; k < e->nsteps; k++) {
		if (e->steps[k].agency != d->a)
			continue;
		if (!agency_list_has(q->matters, e->steps[k].matter->code)) {
			stay++;
			continue;
		}
		go++;
		put(d, (struct inventory_edit){ INVENTORY_CHANGED, INVENTORY_EVENTS, e->code, e->steps[k].code,
		    "agency_code", to });
	}
	if (go > 0 && e->lead == d->a)
		set(d, INVENTORY_EVENTS, e->code, "lead_agency_code", stay > 0 ? d->a->code : to);
}

/* The counterparts that are there now; those of a new agency are known when the draft is built. */
static void
split_pairs(struct agency_draft *d, const char *to)
{
	pair(d, d->a->code, to);
	for (size_t i = 0; i < d->old->nagencies; i++)
		if (d->old->agencies[i].parent == d->a)
			touch(d, d->old->agencies[i].code);
}

static int
draft_split(struct agency_draft *d, const struct agency_request *q, const struct division *city,
    struct fault *f)
{
	if (q->matters == NULL && q->proofs == NULL && q->services == NULL)
		return missing("matters", f);
	if (check_two(d, city, f) < 0)
		return -1;
	if (d->b == NULL && create(d, q, q->into, d->a->kind, city,
	    d->a->parent != NULL ? d->a->parent->code : "", f) < 0)
		return -1;
	if (split_lists(d, q, q->into, f) < 0)
		return -1;
	for (size_t i = 0; i < d->old->ngrants; i++) {
		const struct grant *g = &d->old->grants[i];

		if (g->agency == d->a && agency_list_has(q->matters, g->item->matter->code))
			set(d, "grants.csv", g->code, "requesting_agency_code", q->into);
	}
	for (size_t i = 0; i < d->old->nevents; i++)
		split_event(d, q, &d->old->events[i], q->into);
	split_pairs(d, q->into);
	return 0;
}

static int
find_agencies(struct agency_draft *d, const struct agency_request *q, struct fault *f)
{
	if (q->kind == AGENCY_CREATE)
		return 0;
	if ((d->a = inventory_agency(d->old, q->agency)) == NULL)
		return refuse(FAULT_AGENCY_UNKNOWN, "agency", q->agency, f);
	if (q->kind == AGENCY_RENAME)
		return 0;
	if (q->into == NULL)
		return missing("into", f);
	if ((d->b = inventory_agency(d->old, q->into)) == NULL && (q->kind == AGENCY_MERGE || q->name == NULL))
		return refuse(FAULT_AGENCY_UNKNOWN, "agency", q->into, f);
	if (d->b != NULL && q->kind == AGENCY_SPLIT && q->name != NULL)
		return refuse(FAULT_AGENCY_TAKEN, "agency", q->into, f);
	return 0;
}

int
agency_draft_make(const struct inventory *old, const struct division *own,
    const struct agency_request *q, struct agency_draft *ret_draft, struct fault *f)
{
	struct agency_draft *d = ret_draft;
	int rc = -1;

	*d = (struct agency_draft){ .old = old, .arena.max = BYTES_MAX, .pairs = json_array(),
	    .touches = json_array() };
	if (find_agencies(d, q, f) == 0)
		switch (q->kind) {
		case AGENCY_CREATE:
			rc = draft_create(d, q, own, f);
			break;
		case AGENCY_RENAME:
			rc = draft_rename(d, q, f);
			break;
		case AGENCY_MERGE:
			rc = draft_merge(d, own, f);
			break;
		default:
			rc = draft_split(d, q, own, f);
		}
	if (rc == 0 && d->failed) {
		fault_set(f, FAULT_MEMORY, "%s", "draft");
		rc = -1;
	}
	return rc;
}

void
agency_draft_free(struct agency_draft *d)
{
	json_decref(d->pairs);
	json_decref(d->touches);
	free(d->edit);
	arena_free(&d->arena);
	*d = (struct agency_draft){ 0 };
}
