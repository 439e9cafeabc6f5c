/* case_steps.c - acceptance, correction, transfer and the end of a case: what is asked, strictly read. */
#include <string.h>

#include "api/api.h"
#include "base/utf8.h"
#include "svc/joint/joint.h"

#define CORRECTION_DAYS 5	/* unless the clerk says otherwise */
#define CORRECTION_DAYS_MAX 30

/* A text that may not be blank. */
static int
said(const char *text, const char *field, struct fault *f)
{
	if (text != NULL && !utf8_blank(text))
		return 0;
	fault_set(f, FAULT_FIELD_MISSING, "%s", "");
	fault_arg(f, "field", "%s", field);
	return -1;
}

static int
read_deferral(const json_t *json, struct deferral *d, struct fault *f)
{
	const char *until;
	json_t *items, *code;
	struct in in;
	size_t i;

	in_start(&in, json, "deferred.", f);
	items = in_array(&in, "items", IN_MUST);
	until = in_text(&in, "until", IN_MUST, 10);
	if (in_end(&in) < 0)
		return -1;
	if (clock_parse_day(until, &d->until) < 0)
		return api_bad_value(f, "deferred.until", "应为 2026-12-01 这样的日期",
		    "must be a date such as 2026-12-01");
	if (json_array_size(items) > CASE_DEFERRED_MAX)
		return api_bad_value(f, "deferred.items", "太多", "too many");
	json_array_foreach(items, i, code) {
		if (!json_is_string(code))
			return api_bad_value(f, "deferred.items", "须为事项代码", "must be codes of items");
		for (size_t k = 0; k < d->n; k++) {
			if (strcmp(d->item[k], json_string_value(code)) == 0) {
				fault_set(f, FAULT_FIELD_REPEATED, "%s", "");
				fault_arg(f, "field", "deferred.items[%zu]", i);
				return -1;
			}
		}
		d->item[d->n++] = json_string_value(code);
	}
	return 0;
}

int
case_acceptance(struct call *call, struct fault *f)
{
	struct deferral d = { .n = 0 };
	struct case_file *c = NULL;
	json_t *deferred;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	deferred = in_object(&in, "deferred", IN_MAY);
	if (in_end(&in) == 0 && (deferred == NULL || read_deferral(deferred, &d, f) == 0) &&
	    case_load_matched(call, &c, f) == 0)
		rc = case_accept(&call->act, c, deferred != NULL ? &d : NULL, f);
	case_free(c);
	return rc;
}

int
case_correction(struct call *call, struct fault *f)
{
	struct case_file *c = NULL;
	const char *words;
	struct in in;
	int days, rc;

	in_start(&in, call->body, "", f);
	words = in_text(&in, "words", IN_MUST, 2000);
	days = in_int(&in, "days", 1, CORRECTION_DAYS_MAX, CORRECTION_DAYS);
	if (in_end(&in) < 0 || said(words, "words", f) < 0 || case_load_matched(call, &c, f) < 0)
		return -1;
	rc = case_correct(&call->act, c, words, days, f);
	case_free(c);
	return rc;
}

int
case_transferring(struct call *call, struct fault *f)
{
	const char *agency, *reason;
	struct case_file *c = NULL;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	agency = in_text(&in, "agency", IN_MUST, 32);
	reason = in_text(&in, "reason", IN_MUST, 2000);
	if (in_end(&in) < 0 || said(reason, "reason", f) < 0 || case_load_matched(call, &c, f) < 0)
		return -1;
	rc = case_transfer(&call->act, c, agency, reason, f);
	case_free(c);
	return rc;
}

/* The case may be out of reach now for whoever sent it away: what was done, and where it is. */
int
case_transferred(struct call *call, json_t **ret_json, struct fault *f)
{
	char division[7], name[RECORD_NAME_MAX];
	struct stored_record record;
	struct case_file *c = NULL;
	uint8_t id[RECORD_ID_LEN];
	int rc = -1;

	if (record_object_parse(call->act.object, division, id) < 0) {
		fault_set(f, FAULT_BUG, "%s", "a transfer of nothing");
		return -1;
	}
	if (case_load_id(&call->act, division, id, 1, &c, f) < 0)
		return -1;
	if (record_load(&call->act, division, call->act.record, &record, f) == 0) {
		record_object_name(division, call->act.record, name);
		*ret_json = json_pack("{s:{s:s, s:s, s:I, s:s}, s:o, s:{s:s, s:s, s:I, s:o}}", "case",
		    "id", call->act.object, "number", c->number, "version", (json_int_t)c->version,
		    "state", case_state_name(c->state), "agency", api_ref(c->agency->code,
		    c->agency->name), "record", "id", name, "log", record.log, "index",
		    (json_int_t)record.index, "at", api_at(record.at));
		stored_record_free(&record);
		rc = 0;
	}
	case_free(c);
	return rc;
}

int
case_conclusion(struct call *call, struct fault *f)
{
	const char *outcome, *reason;
	struct case_file *c = NULL;
	json_t *results, *kept = NULL;
	enum case_state to;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	outcome = in_text(&in, "outcome", IN_MUST, 16);
	reason = in_text(&in, "reason", IN_MAY, 2000);
	results = in_object(&in, "results", IN_MAY);
	if (in_end(&in) < 0)
		return -1;
	if (case_state_parse(outcome, &to) < 0 || to == CASE_OPEN || to == CASE_ACCEPTED)
		return api_bad_value(f, "outcome", "应为 settled、refused 或 withdrawn",
		    "must be settled, refused or withdrawn");
	if ((to != CASE_SETTLED && said(reason, "reason", f) < 0) || case_load_matched(call, &c, f) < 0)
		return -1;
	rc = to == CASE_SETTLED ? joint_check_results(&call->act, c, results, &kept, f) : 0;
	if (rc == 0)
		rc = case_conclude(&call->act, c, to, reason, kept, f);
	json_decref(kept);
	case_free(c);
	return rc;
}
