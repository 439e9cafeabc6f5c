/* joint_sign.c - one signature for all commitments of a life event. */
#include <stdlib.h>
#include <string.h>

#include "svc/joint/joint_link.h"

/* Who confirms has a link of their own, and signs by it; everybody else of the form by that of the applicant. */
static int
holds(const struct joint_file *j, const char *link, const char *number)
{
	const json_t *form = json_object_get(j->people, "form");

	for (size_t i = 0; i < j->event->nconfirms; i++) {
		const struct event_confirm *c = &j->event->confirms[i];
		const char *other = json_string_value(json_object_get(form, j->event->form[c->number.form].field.name));

		if (other != NULL && strcmp(other, number) == 0)
			return strcmp(link, c->code) == 0;
	}
	return number[0] != '\0' && strcmp(link, JOINT_LINK_APPLICANT) == 0;
}

/* The field of the form that has this number. */
static const struct field *
field_of(const struct joint_file *j, const char *number)
{
	const json_t *form = json_object_get(j->people, "form");

	for (size_t i = 0; i < j->event->nform; i++) {
		const char *value = json_string_value(json_object_get(form, j->event->form[i].field.name));

		if (j->event->form[i].field.type == VALUE_ID18 && value != NULL && strcmp(value, number) == 0)
			return &j->event->form[i].field;
	}
	return NULL;
}

/* Who of those that hold the link may sign in the case of a step: where their number stands; NULL: nobody. */
static const struct field *
signer_of(const struct joint_file *j, const struct joint_signer *who, const struct case_file *c)
{
	for (size_t i = 0; i < c->nparties; i++)
		if (commitment_may_sign(c, c->party[i].role) && holds(j, who->link, c->party[i].number) &&
		    (who->number == NULL || strcmp(who->number, c->party[i].number) == 0) &&
		    field_of(j, c->party[i].number) != NULL)
			return field_of(j, c->party[i].number);
	return NULL;
}

/* The texts of the items of one step that its applicant may commit to, as far as can be said now. */
static int
step_texts(struct act *act, struct joint_file *j, size_t step, const struct joint_signer *who,
    joint_text_fn *each, void *ctx, struct fault *f)
{
	const struct matter *m = j->event->steps[step].matter;
	struct evaluated *now = calloc(m->nitems + 1, sizeof(*now));
	struct case_request req = { .form = NULL };
	struct case_file c = { .matter = m, .inv = j->inv };
	const struct field *by = NULL;
	int rc = -1;

	if (now == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return -1;
	}
	if (joint_case_request(act, j, step, &req, f) < 0 || evaluate(j->inv, m, req.form, now, f) < 0)
		goto out;
	memcpy(c.party, req.party, sizeof(c.party));
	c.nparties = req.nparties;
	rc = 0;
	if (who != NULL && who->link != NULL && (by = signer_of(j, who, &c)) == NULL)
		goto out;
	for (size_t i = 0; i < m->nitems && rc == 0; i++) {
		struct case_item ci = { .item = now[i].item, .state = ITEM_TO_COMMIT, .way = METHOD_COMMITMENT };
		struct commitment_texts t;

		if (now[i].applies == APPLIES_NO || ci.item->method != METHOD_COMMITMENT ||
		    m->commitment_excluded)
			continue;
		if ((rc = commitment_texts(&c, &ci, &t, f)) == 0) {
			rc = each(step, ci.item, &t, by, ctx, f);
			commitment_texts_free(&t);
		}
	}
out:
	json_decref(req.form);
	explicit_bzero(&req, sizeof(req));
	explicit_bzero(&c, sizeof(c));
	free(now);
	return rc;
}

int
joint_texts(struct act *act, struct joint_file *j, const struct joint_signer *who,
    joint_text_fn *each, void *ctx, struct fault *f)
{
	if (who != NULL && who->link != NULL && j->state != JOINT_RUNNING)
		return 0;
	for (size_t i = 0; i < j->event->nsteps; i++) {
		enum event_state s = j->run.step[i].state;

		if (s != EVENT_DONE && s != EVENT_SKIPPED && s != EVENT_WITHDRAWN &&
		    step_texts(act, j, i, who, each, ctx, f) < 0)
			return -1;
	}
	return 0;
}

int
joint_text_signed(const struct joint_file *j, const struct item *item, const struct commitment_texts *t)
{
	const json_t *one = json_object_get(json_object_get(json_object_get(j->people, "signed"), "items"), item->code);
	const char *notice = json_string_value(json_object_get(one, "notice"));
	const char *letter = json_string_value(json_object_get(one, "letter"));

	return notice != NULL && letter != NULL && strcmp(notice, t->notice_hex) == 0 &&
	    strcmp(letter, t->letter_hex) == 0;
}

struct compare { const json_t *signed_; json_t *kept; const char **code; size_t n; };

/* What was signed is what is in force, word for word; what was not signed stays open. */
static int
compare(size_t step, const struct item *item, const struct commitment_texts *t,
    const struct field *by, void *ctx, struct fault *f)
{
	struct compare *c = ctx;
	const json_t *hashes = json_object_get(c->signed_, item->code);
	const char *notice = json_string_value(json_object_get(hashes, "notice"));
	const char *letter = json_string_value(json_object_get(hashes, "letter"));

	(void)step;
	(void)by;
	if (hashes == NULL)
		return 0;
	if (notice == NULL || letter == NULL || strcmp(notice, t->notice_hex) != 0 ||
	    strcmp(letter, t->letter_hex) != 0) {
		fault_set(f, FAULT_COMMITMENT_TEXT, "%s", item->code);
		return -1;
	}
	if (json_object_get(c->kept, item->code) == NULL)
		c->code[c->n++] = item->code;
	json_object_set_new(c->kept, item->code, json_pack("{s:s, s:s}", "notice", notice, "letter", letter));
	return 0;
}

/* Nobody signs for somebody else: the signer is one of those whose number stands in the form. */
static int
check_signer(const struct joint_file *j, const struct joint_signer *who, struct fault *f)
{
	if (field_of(j, who->number) != NULL && (who->link == NULL || holds(j, who->link, who->number)))
		return 0;
	fault_set(f, who->link != NULL ? FAULT_LINK_NUMBER : FAULT_SIGNER, "%s", "");
	if (who->link == NULL)
		fault_arg(f, "role", "%s", "signer");
	return -1;
}

/* Each item with who signed for it: what others have signed stays theirs. */
static void
keep_signed(struct joint_file *j, const json_t *hashes, const char *number)
{
	json_t *items = json_object_get(json_object_get(j->people, "signed"), "items"), *one;
	const char *code;

	if (items == NULL) {
		items = json_object();
		json_object_set_new(j->people, "signed", json_pack("{s:o}", "items", items));
	}
	json_object_foreach((json_t *)(uintptr_t)hashes, code, one) {
		json_t *mine = json_copy(one);

		json_object_set_new(mine, "number", json_string(number));
		json_object_set_new(items, code, mine);
	}
	j->people_changed = 1;
}

int
joint_sign(struct act *act, struct joint_file *j, const json_t *hashes,
    const struct joint_signer *who, struct fault *f)
{
	size_t most = json_object_size(hashes);
	struct compare c = { .signed_ = hashes, .kept = json_object(),
		.code = calloc(most + 1, sizeof(*c.code)) };
	struct joint_op *o = calloc(1, sizeof(*o));
	int rc = -1;

	if (o == NULL || c.code == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "signature");
		goto out;
	}
	if (who->link != NULL && j->state == JOINT_DRAFT) {
		fault_set(f, FAULT_JOINT_DRAFT, "%s", "");
		fault_arg(f, "number", "%s", j->number);
		goto out;
	}
	if (check_signer(j, who, f) < 0 || joint_texts(act, j, who, compare, &c, f) < 0)
		goto out;
	if (c.n != most || most == 0) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "items");
		fault_arg(f, "why_zh", "%s", "有的项不在可以承诺的各项里");
		fault_arg(f, "why_en", "%s", "an item is not among those that may be committed to");
		goto out;
	}
	keep_signed(j, c.kept, who->number);
	if (joint_op_begin(act, j, RECORD_JOINT_SIGNED, o, f) < 0 || act_body(o->r, json_pack(
	    "{s:b, s:s, s:O}", "agreed", 1, "number", who->number, "texts", c.kept), f) < 0)
		goto out;
	record_list(o->r, "items", c.code);
	joint_op_note(o, "signed");
	rc = joint_op_end(act, o, j->state == JOINT_DRAFT ? 0 : act->now, f);
out:
	json_decref(c.kept);
	free(c.code);
	free(o);
	return rc;
}

int
joint_signed(const struct joint_file *j, const struct case_file *c, const struct case_item *ci,
    const char **ret_notice, const char **ret_letter, const char **ret_role)
{
	const json_t *all = json_object_get(j->people, "signed");
	const json_t *hashes = json_object_get(json_object_get(all, "items"), ci->item->code);
	const char *number = json_string_value(json_object_get(hashes, "number"));

	if (hashes == NULL || number == NULL)
		return 0;
	*ret_notice = json_string_value(json_object_get(hashes, "notice"));
	*ret_letter = json_string_value(json_object_get(hashes, "letter"));
	for (size_t i = 0; i < c->nparties; i++)
		if (strcmp(c->party[i].number, number) == 0 && commitment_may_sign(c, c->party[i].role)) {
			*ret_role = c->party[i].role;
			return 1;
		}
	return 0;
}
