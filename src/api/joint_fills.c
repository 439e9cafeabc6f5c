/* joint_fills.c - the applicant fills in the form of a life event on a phone of their own: what is asked, and their answers. */
#include <string.h>

#include "api/links.h"

/* What a register has filled in is not told; numbers of people are masked. */
static void
add_value(const struct joint_file *j, const struct field *field, json_t *shown)
{
	const json_t *known = json_object_get(json_object_get(j->people, "prefilled"), field->name);
	json_t *value = json_object_get(json_object_get(j->people, "form"), field->name);
	const struct service *s = inventory_service(j->inv, known != NULL ? json_string_value(known) : "");
	char masked[IDENT_MAX * 4];

	if (s != NULL)
		json_object_set_new(shown, "from", api_ref(s->provider->code, s->provider->name));
	else if (json_is_string(value) && (field->type == VALUE_ID18 || field->type == VALUE_USCC18)) {
		ident_mask(json_string_value(value), masked, sizeof(masked));
		json_object_set_new(shown, "value", json_string(masked));
	} else if (value != NULL && known == NULL)
		json_object_set(shown, "value", value);
}

/* Of a draft all that is asked; later only what is still to be supplied. */
static json_t *
view_fields(const struct joint_file *j)
{
	struct event_set set = joint_fillable(j);
	json_t *list = json_array();

	for (size_t i = 0; i < j->event->nform; i++) {
		const struct event_field *field = &j->event->form[i];
		json_t *shown;

		if (field->confirms || (j->state != JOINT_DRAFT && !event_set_has(&set, i)))
			continue;
		shown = view_field(&field->field);
		json_object_set_new(shown, "required", json_boolean(field->required));
		json_object_set_new(shown, "own", json_boolean(field->own));
		json_object_set_new(shown, "fills", json_boolean(event_set_has(&set, i)));
		add_value(j, &field->field, shown);
		json_array_append_new(list, shown);
	}
	return list;
}

/* Who is named and has still to confirm. */
static json_t *
view_confirmers(const struct joint_file *j)
{
	json_t *all = view_joint_confirms(j, 1), *list = json_array(), *one;
	size_t i;

	json_array_foreach(all, i, one)
		if (!json_is_true(json_object_get(one, "confirmed")))
			json_array_append(list, json_object_get(one, "label"));
	json_decref(all);
	return list;
}

int
joint_fill_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct joint_file *j = NULL;
	struct joint_link link;
	const char *token;
	json_t *people;
	struct in in;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	if (call->ep->flags & NEEDS_KEY) {
		in_object(&in, "form", IN_MUST);
		in_bool(&in, "submit", 0);
	}
	if (in_end(&in) < 0 || joint_link_of(call, token, JOINT_LINK_FORM, &link, &j, f) < 0)
		return -1;
	people = view_confirmers(j);
	*ret_json = json_pack("{s:s, s:s, s:o, s:o, s:i, s:o, s:o, s:o}", "number", j->number, "state",
	    joint_state_name(j->state), "life_event", api_ref(j->event->code, j->event->name),
	    "agency", api_ref(j->agency->code, j->agency->name), "promised_minutes",
	    j->event->promised_minutes, "expires_at", api_at(link.expires_at), "confirmers", people,
	    "fields", view_fields(j));
	joint_free(j);
	return *ret_json != NULL ? 0 : -1;
}

int
joint_filling(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	struct joint_link link;
	const char *token;
	json_t *form;
	struct in in;
	int submit, rc;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	form = in_object(&in, "form", IN_MUST);
	submit = in_bool(&in, "submit", 0);
	if (in_end(&in) < 0 || api_ceiling_take(call, CEILING_FILLS, f) < 0 ||
	    joint_link_of(call, token, JOINT_LINK_FORM, &link, &j, f) < 0)
		return -1;
	record_object_name(j->division, j->id, call->act.object);
	rc = joint_fill(&call->act, j, form, submit, f);
	joint_free(j);
	return rc;
}
