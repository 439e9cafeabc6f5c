/* verification_ask.c - a question on its way: asked back, passed on, withdrawn, reminded. */
#include <string.h>

#include "api/verifications.h"
#include "base/utf8.h"

/* A body of one text that must say something. */
static int
read_text(struct call *call, const char *name, size_t max, const char **ret_text, struct fault *f)
{
	struct in in;

	in_start(&in, call->body, "", f);
	*ret_text = in_text(&in, name, IN_MUST, max);
	if (in_end(&in) < 0)
		return -1;
	return api_not_blank(*ret_text, name, f);
}

int
api_not_blank(const char *text, const char *field, struct fault *f)
{
	if (!utf8_blank(text))
		return 0;
	fault_set(f, FAULT_FIELD_MISSING, "%s", "");
	fault_arg(f, "field", "%s", field);
	return -1;
}

int
verification_needing(struct call *call, struct fault *f)
{
	struct verification v;
	const char *what;

	if (read_text(call, "what", 4000, &what, f) < 0 || verification_load_matched(call, &v, f) < 0)
		return -1;
	return verification_need_more(&call->act, &v, what, f);
}

int
verification_transferring(struct call *call, struct fault *f)
{
	const char *desk, *reason;
	struct verification v;
	struct in in;

	in_start(&in, call->body, "", f);
	desk = in_text(&in, "desk", IN_MUST, 31);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || api_not_blank(reason, "reason", f) < 0 ||
	    verification_load_matched(call, &v, f) < 0)
		return -1;
	return verification_transfer(&call->act, &v, desk, reason, f);
}

/* The item of the address in its case, as the counter saw it. */
static int
load_item(struct call *call, struct case_file **ret_case, struct case_item **ret_item,
    struct fault *f)
{
	struct case_file *c;

	if (case_load_matched(call, &c, f) < 0)
		return -1;
	if (case_item_find(c, http_param(call->req, "item"), ret_item, f) < 0) {
		case_free(c);
		return -1;
	}
	*ret_case = c;
	return 0;
}

int
item_supply(struct call *call, struct fault *f)
{
	struct case_file *c;
	struct case_item *ci;
	const char *text;

	if (read_text(call, "text", 4000, &text, f) < 0 || load_item(call, &c, &ci, f) < 0)
		return -1;
	return case_keep(call, c, case_supply(&call->act, c, ci, text, f));
}

int
item_withdrawal(struct call *call, struct fault *f)
{
	struct case_file *c;
	struct case_item *ci;
	const char *reason;

	if (read_text(call, "reason", 2000, &reason, f) < 0 || load_item(call, &c, &ci, f) < 0)
		return -1;
	return case_keep(call, c, case_withdraw(&call->act, c, ci, reason, f));
}

static int
read_note(struct call *call, const char **ret_note, struct fault *f)
{
	struct in in;

	in_start(&in, call->body, "", f);
	*ret_note = in_text(&in, "note", IN_MAY, 1000);
	if (*ret_note != NULL && utf8_blank(*ret_note))
		*ret_note = NULL;
	return in_end(&in);
}

int
item_reminder(struct call *call, struct fault *f)
{
	struct case_file *c;
	struct case_item *ci;
	const char *note;

	if (read_note(call, &note, f) < 0 || load_item(call, &c, &ci, f) < 0)
		return -1;
	return case_keep(call, c, case_remind(&call->act, c, ci, note, f));
}

/* The one of the address, which a supervisor reaches by its desk. */
static int
load_reached(struct call *call, struct verification *v, struct fault *f)
{
	if (verification_load(&call->act, http_param(call->req, "id"), v, f) < 0)
		return -1;
	return verification_reached(&call->act, v, f);
}

int
verification_urging(struct call *call, struct fault *f)
{
	struct verification v;
	const char *note;

	if (read_note(call, &note, f) < 0 || load_reached(call, &v, f) < 0)
		return -1;
	return verification_urge(&call->act, &v, note, f);
}

int
verification_urged(struct call *call, json_t **ret_json, struct fault *f)
{
	struct verification v;

	if (load_reached(call, &v, f) < 0)
		return -1;
	return (*ret_json = view_verification_due(call, &v, f)) != NULL ? 0 : -1;
}
