/* case_progress.c - how far a case has come: limits, correction, deferral, its end. */
#include <string.h>

#include "api/api.h"
#include "rules/json_put.h"
#include "svc/cases/slip.h"
#include "svc/intake/platform.h"

/* Somebody of the staff, or a platform: their name, or the id where the account is gone. */
json_t *
view_staff(struct call *call, const char *id)
{
	struct platform p;
	struct actor a;

	if (strncmp(id, "p-", 2) == 0 && platform_load(call->act.reader, id, &p, NULL) == 0)
		return json_pack("{s:s, s:s}", "id", id, "name", p.name);
	return json_pack("{s:s, s:s}", "id", id, "name",
	    access_user(call->api->app, call->act.reader, id, &a, NULL) == 0 ? a.name : id);
}

/* Working days that are left, 0 on the last one, negative when it is over; null where none run. */
static json_t *
days_left(const struct call *call, const struct case_file *c, const struct limits *l)
{
	if (case_state_final(c->state) || case_waits(c))
		return json_null();
	return json_integer(calendar_days_between(c->inv->calendar, clock_day(call->act.now), l->due));
}

/* Whether it is, or was at its end, later than the limit. */
static int
overdue(const struct call *call, const struct case_file *c, const struct limits *l)
{
	if (case_waits(c))
		return 0;
	return (c->has_concluded ? case_day_of(c->concluded) : clock_day(call->act.now)) > l->due;
}

static json_t *
one_limit(int days, int64_t ends)
{
	return json_pack("{s:i, s:o}", "days", days, "ends_on", api_day(ends));
}

static json_t *
limits(const struct call *call, const struct case_file *c)
{
	struct limits l = case_limits(c);

	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:b, s:b, s:b}", "from", api_day(l.from),
	    "promised", one_limit(c->matter->promised_days, l.ends[LIMIT_PROMISED]), "statutory",
	    one_limit(c->matter->statutory_days, l.ends[LIMIT_STATUTORY]), "binds",
	    limit_name(l.binds), "ends_on", api_day(l.due), "days_left", days_left(call, c, &l),
	    "stands", case_waits(c), "overdue", overdue(call, c, &l), "provisional", l.provisional);
}

/* When, by whom and by which record something was done, and what its body says; NULL on a fault. */
static json_t *
done(struct call *call, const struct case_file *c, const uint8_t *id, const char *member,
    struct fault *f)
{
	struct stored_record r;
	json_t *text, *json;
	char name[RECORD_NAME_MAX];

	if (record_load(&call->act, c->division, id, &r, f) < 0)
		return NULL;
	record_object_name(c->division, id, name);
	text = json_loadb(r.text.data, r.text.len, 0, NULL);
	json = json_pack("{s:o, s:o, s:s}", "at", api_at(r.at), "by", view_staff(call,
	    json_string_value(json_object_get(json_object_get(text, "actor"), "id"))), "record", name);
	if (member != NULL)
		json_object_set_new(json, member, json_object_get(r.body, member) != NULL ?
		    json_incref(json_object_get(r.body, member)) : json_null());
	if (json_object_get(text, "items") != NULL)
		json_object_set(json, "items", json_object_get(text, "items"));
	json_decref(text);
	stored_record_free(&r);
	return json;
}

static json_t *
correction(struct call *call, const struct case_file *c, struct fault *f)
{
	json_t *json = done(call, c, c->correction, "words", f);

	if (json != NULL)
		json_object_update_new(json, json_pack("{s:o, s:b}", "due_on",
		    api_day(c->correction_due), "overdue", c->state == CASE_OPEN &&
		    clock_day(call->act.now) > c->correction_due));
	return json;
}

/* What may come later: until when, all of it, and what of it has not come yet. */
static json_t *
deferral(const struct call *call, const struct case_file *c)
{
	json_t *items = json_array(), *lacking = json_array();

	for (size_t i = 0; i < c->nitems; i++) {
		const struct case_item *ci = &c->item[i];

		if (!ci->deferred)
			continue;
		json_array_append_new(items, json_string(ci->item->code));
		if (case_item_lacks(ci))
			json_array_append_new(lacking, json_string(ci->item->code));
	}
	return json_pack("{s:o, s:b, s:o, s:o}", "until", api_day(c->deferred_until), "overdue",
	    c->state == CASE_ACCEPTED && json_array_size(lacking) > 0 &&
	    clock_day(call->act.now) > c->deferred_until, "items", items, "lacking", lacking);
}

static json_t *
slips(const struct case_file *c)
{
	json_t *list = json_array();

	for (int k = 0; k < SLIP_NKINDS; k++)
		if (slip_there_is(c, (enum slip_kind)k))
			json_array_append_new(list, json_string(slip_name((enum slip_kind)k)));
	return list;
}

int
view_case_progress(struct call *call, const struct case_file *c, json_t *json, struct fault *f)
{
	json_t *accepted = c->has_accepted ? done(call, c, c->accepted, NULL, f) : json_null();
	json_t *asked = c->has_correction ? correction(call, c, f) : json_null();
	json_t *concluded = c->has_concluded ? done(call, c, c->concluded, "reason", f) : json_null();

	if (accepted == NULL || asked == NULL || concluded == NULL) {
		json_decref(accepted);
		json_decref(asked);
		json_decref(concluded);
		return -1;
	}
	return json_object_update_new(json, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "limits",
	    limits(call, c), "acceptance", accepted, "deferral", c->deferred_until != 0 ?
	    deferral(call, c) : json_null(), "correction", asked, "conclusion", concluded, "slips",
	    slips(c)));
}

void
put_item_may(const struct case_file *c, const struct case_item *ci, enum verification_state v,
    int disputed, struct buf *out)
{
	uint32_t may = case_item_may(c, ci, v);

	if (disputed)
		may &= ~(UINT32_C(1) << ITEM_MAY_DISPUTE);
	json_put_open(out, "may", '[');
	for (int m = 0; m < ITEM_MAY_N; m++)
		if (may >> m & 1)
			json_put_text(out, NULL, item_may_name((enum item_may)m));
	json_put_close(out, '[');
	if (ci->deferred) {
		json_put_open(out, "deferred", '{');
		put_day(out, "until", c->deferred_until);
		json_put_bool(out, "lacks", case_item_lacks(ci));
		json_put_close(out, '{');
	}
}

int
case_slip(struct call *call, json_t **ret_json, struct fault *f)
{
	const char *name = http_param(call->req, "kind");
	struct case_file *c = NULL;
	struct slip slip;
	enum slip_kind kind;
	int rc = -1;

	if (slip_parse(name, &kind) < 0)
		return api_bad_value(f, "kind", "没有这种文书", "there is no such slip");
	if (case_load(&call->act, http_param(call->req, "id"), &c, f) < 0)
		return -1;
	if (slip_make(&call->act, c, kind, call->lang, &slip, f) == 0) {
		const struct party *p = case_party(c, INVENTORY_APPLICANT);

		*ret_json = json_pack("{s:s, s:s, s:s, s:o, s:s, s:O, s:O, s:o, s:o}", "kind", name,
		    "title", slip.title, "number", c->number, "matter",
		    api_ref(c->matter->code, c->matter->name), "applicant", p != NULL ? p->name : "",
		    "lines", slip.lines, "paragraphs", slip.paragraphs, "issued_at",
		    api_at(slip.issued_at), "agency", api_ref(slip.agency->code, slip.agency->name));
		slip_free(&slip);
		rc = 0;
	}
	case_free(c);
	return rc;
}
