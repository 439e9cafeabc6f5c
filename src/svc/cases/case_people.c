/* case_people.c - what people typed: one sealed value, and whom it is about. */
#include <stdlib.h>
#include <string.h>

#include "rules/json_text.h"
#include "svc/cases/case.h"

#define PEOPLE_MAX (1u << 20)

/* What people typed, as one JSON text with sorted names. */
static json_t *
people_json(const struct case_file *c)
{
	json_t *parties = json_array(), *asks = json_array();

	for (size_t i = 0; i < c->nparties; i++) {
		const struct party *p = &c->party[i];

		json_array_append_new(parties, json_pack("{s:s, s:b, s:s, s:s, s:s, s:s, s:s*}",
		    "role", p->role, "enterprise", p->kind == SUBJECT_ENTERPRISE,
		    "type", ident_type_name(p->type), "number", p->number, "name", p->name,
		    "phone", p->phone, "mandate", p->mandate[0] != '\0' ? p->mandate : NULL));
	}
	for (size_t i = 0; i < c->nasked; i++)
		json_array_append_new(asks, json_pack("{s:s, s:s, s:s}", "item", c->asked[i].item,
		    "input", c->asked[i].input, "value", c->asked[i].value));
	return json_pack("{s:o, s:O, s:o}", "asks", asks, "form", c->form, "parties", parties);
}

int
case_put_people(struct act *act, const struct case_file *c, struct record *r, struct buf *ret_sealed,
    struct fault *f)
{
	json_t *people = people_json(c);
	struct buf text = BUF_INIT;
	uint8_t salt[RECORD_SALT_LEN];
	int rc = -1;

	if (json_text(people, JSON_BY_NAME, &text) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "people");
		goto out;
	}
	if (text.len > PEOPLE_MAX) {
		fault_set(f, FAULT_BODY_TOO_LARGE, "%s", "people");
		fault_arg(f, "max", "%u", PEOPLE_MAX);
		goto out;
	}
	hash_random(salt, sizeof(salt));
	record_body(r, text.data, text.len, salt);
	rc = seal(act->app->seal, (struct seal_place){ "service_case", "people", c->id,
	    RECORD_ID_LEN }, text.data, text.len, ret_sealed, f);
out:
	buf_wipe(&text);
	json_decref(people);
	return rc;
}

void
case_subject(const struct app *app, enum ident_type type, const char *number,
    uint8_t ret_blind[BLIND_LEN])
{
	char value[IDENT_MAX + 24];

	snprintf(value, sizeof(value), "%s:%s", ident_type_name(type), number);
	blind(app->seal, "person", value, strlen(value), ret_blind);
	explicit_bzero(value, sizeof(value));
}

/* Adds the blind index of each party that has a number, unless it is there. */
static size_t
add_subjects(const struct act *act, const struct case_file *c, uint8_t *blinds, size_t n)
{
	for (size_t i = 0; i < c->nparties; i++) {
		uint8_t *mine = blinds + BLIND_LEN * n;
		size_t k = 0;

		if (c->party[i].number[0] == '\0')
			continue;
		case_subject(act->app, c->party[i].type, c->party[i].number, mine);
		while (k < n && memcmp(blinds + BLIND_LEN * k, mine, BLIND_LEN) != 0)
			k++;
		n += k == n;
	}
	return n;
}

void
case_put_subjects(const struct act *act, const struct case_file *c, const struct case_file *before,
    struct op *op)
{
	uint8_t blinds[2 * CASE_PARTIES_MAX * BLIND_LEN];
	size_t n = add_subjects(act, c, blinds, 0);

	if (before != NULL)
		n = add_subjects(act, before, blinds, n);
	op_subjects(op, blinds, n * BLIND_LEN);
}
