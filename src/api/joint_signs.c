/* joint_signs.c - commitments 告知承诺 of a life event: signed once for all steps, at the counter or on a phone of one's own. */
#include <string.h>

#include "api/links.h"

struct texts { const struct joint_file *j; json_t *list; int own; };

static int
add_text(size_t step, const struct item *item, const struct commitment_texts *t,
    const struct field *by, void *ctx, struct fault *f)
{
	struct texts *x = ctx;
	json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}}", "step",
	    x->j->event->steps[step].code, "matter", x->j->event->steps[step].matter->name, "item",
	    item->code, "proof", item->proof->name, "notice", "hash", t->notice_hex, "text",
	    t->notice.data, "letter", "hash", t->letter_hex, "text", t->letter.data);

	(void)f;
	if (x->own) {
		json_object_set_new(one, "signed", json_boolean(joint_text_signed(x->j, item, t)));
		json_object_set_new(one, "signer", json_pack("{s:s, s:s}", "name", by->name, "label",
		    by->label != NULL ? by->label : by->name));
	}
	json_array_append_new(x->list, one);
	return 0;
}

int
joint_commitment_texts(struct call *call, json_t **ret_json, struct fault *f)
{
	struct joint_file *j = NULL;
	struct texts x = { .list = json_array() };
	int rc = -1;

	if (joint_load(&call->act, http_param(call->req, "id"), &j, f) == 0) {
		x.j = j;
		rc = joint_texts(&call->act, j, NULL, add_text, &x, f);
	}
	if (rc == 0)
		*ret_json = json_pack("{s:O}", "commitments", x.list);
	json_decref(x.list);
	joint_free(j);
	return rc;
}

int
joint_signature(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	char number[IDENT_MAX];
	const char *signer;
	json_t *items;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	signer = in_text(&in, "signer", IN_MUST, 64);
	items = in_object(&in, "items", IN_MUST);
	in_true(&in, "agreed");
	if (in_end(&in) < 0 || ident_check(IDENT_CITIZEN_ID, signer, "signer", clock_day(call->act.now),
	    number, f) < 0 || joint_load_matched(call, &j, f) < 0)
		return -1;
	rc = joint_sign(&call->act, j, items, &(struct joint_signer){ .number = number }, f);
	explicit_bzero(number, sizeof(number));
	joint_free(j);
	return rc;
}

struct open { const struct joint_file *j; int n; };

static int
count_open(size_t step, const struct item *item, const struct commitment_texts *t,
    const struct field *by, void *ctx, struct fault *f)
{
	struct open *x = ctx;

	(void)step;
	(void)by;
	(void)f;
	x->n += !joint_text_signed(x->j, item, t);
	return 0;
}

int
joint_link_signs(struct call *call, struct joint_file *j, const struct joint_link *link, struct fault *f)
{
	struct open x = { .j = j };

	if (joint_texts(&call->act, j, &(struct joint_signer){ .link = link->who }, count_open, &x, f) < 0)
		return -1;
	return x.n;
}

/* Who fills in and who confirms sign by their links; who only follows it signs nothing. */
static int
open_link(struct call *call, const char *token, struct joint_link *ret_link, struct joint_file **ret_joint,
    struct fault *f)
{
	if (joint_link_of(call, token, JOINT_LINK_NKINDS, ret_link, ret_joint, f) < 0)
		return -1;
	if (ret_link->kind != JOINT_LINK_PROGRESS)
		return 0;
	joint_free(*ret_joint);
	*ret_joint = NULL;
	fault_set(f, FAULT_LINK_UNKNOWN, "%s", "");
	return -1;
}

int
applicant_commitments_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct joint_file *j = NULL;
	struct texts x = { .own = 1 };
	struct joint_link link;
	const char *token;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	if (call->ep->flags & NEEDS_KEY) {
		in_text(&in, "signer", IN_MUST, 64);
		in_object(&in, "items", IN_MUST);
		in_true(&in, "agreed");
	}
	if (in_end(&in) < 0 || open_link(call, token, &link, &j, f) < 0)
		return -1;
	x.j = j;
	x.list = json_array();
	if ((rc = joint_texts(&call->act, j, &(struct joint_signer){ .link = link.who }, add_text, &x, f)) == 0)
		*ret_json = json_pack("{s:s, s:s, s:o, s:o, s:O}", "number", j->number, "state",
		    joint_state_name(j->state), "life_event", api_ref(j->event->code, j->event->name),
		    "agency", api_ref(j->agency->code, j->agency->name), "commitments", x.list);
	json_decref(x.list);
	joint_free(j);
	return rc;
}

int
applicant_signing(struct call *call, struct fault *f)
{
	struct joint_file *j = NULL;
	struct joint_link link;
	const char *token, *signer;
	char number[IDENT_MAX];
	json_t *items;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	signer = in_text(&in, "signer", IN_MUST, 64);
	items = in_object(&in, "items", IN_MUST);
	in_true(&in, "agreed");
	if (in_end(&in) < 0 || ident_check(IDENT_CITIZEN_ID, signer, "signer", clock_day(call->act.now),
	    number, f) < 0 || open_link(call, token, &link, &j, f) < 0)
		return -1;
	record_object_name(j->division, j->id, call->act.object);
	rc = joint_sign(&call->act, j, items, &(struct joint_signer){ .link = link.who, .number = number }, f);
	if (rc < 0 && f->code == FAULT_LINK_NUMBER)
		(void)api_ceiling_take(call, CEILING_WRONG_CODES, NULL);
	explicit_bzero(number, sizeof(number));
	joint_free(j);
	return rc;
}
