/* intake_result.c - an agency's own system says how a step of a life event ended: signed, and once. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "svc/intake/webhook.h"
#include "svc/joint/joint.h"

#define SIGNED_FOR_S 300	/* that the time of a signature may be off: what is older is a replay */

static int
unsigned_(const char *why, struct fault *f)
{
	fault_set(f, FAULT_RESULT_UNSIGNED, "%s", "");
	fault_arg(f, "why", "%s", why);
	return -1;
}

/* The headers of Standard Webhooks 1.0, by the secret that signs what the platform is told. */
static int
check_signature(struct call *call, const struct case_file *c, struct fault *f)
{
	const char *id = http_header(call->req, "webhook-id"), *at = http_header(call->req, "webhook-timestamp");
	const char *given = http_header(call->req, "webhook-signature"), *body;
	char signature[WEBHOOK_SIGNATURE_MAX];
	uint8_t secret[PLATFORM_SECRET_LEN];
	struct platform p;
	long long seconds;
	char *end;
	size_t len;
	int fits;

	if (id == NULL || at == NULL || given == NULL)
		return unsigned_("webhook-id, webhook-timestamp, webhook-signature", f);
	/* What is signed names the case: no result is another's. */
	if (strlen(id) >= RECORD_NAME_MAX || strncmp(id, c->number, strlen(c->number)) != 0)
		return unsigned_("webhook-id", f);
	seconds = strtoll(at, &end, 10);
	if (end == at || *end != '\0' || llabs(seconds - call->act.now / 1000) > SIGNED_FOR_S)
		return unsigned_("webhook-timestamp", f);
	if (platform_load(call->act.reader, call->act.actor.id, &p, f) < 0 ||
	    platform_secret(call->api->app, &p, secret, f) < 0)
		return -1;
	body = http_body(call->req, &len);
	webhook_sign(secret, sizeof(secret), id, seconds, body, len, signature);
	explicit_bzero(secret, sizeof(secret));
	fits = strlen(given) == strlen(signature) && hash_equal(given, signature, strlen(signature));
	return fits ? 0 : unsigned_("webhook-signature", f);
}

int
intake_result(struct call *call, struct fault *f)
{
	const char *outcome, *reason;
	struct case_file *c = NULL;
	json_t *results, *kept = NULL;
	enum case_state to;
	struct in in;
	int rc = -1;

	in_start(&in, call->body, "", f);
	outcome = in_text(&in, "outcome", IN_MUST, 16);
	reason = in_text(&in, "reason", IN_MAY, 2000);
	results = in_object(&in, "results", IN_MAY);
	if (in_end(&in) < 0)
		return -1;
	if (case_state_parse(outcome, &to) < 0 || (to != CASE_SETTLED && to != CASE_REFUSED))
		return api_bad_value(f, "outcome", "应为 settled 或 refused", "must be settled or refused");
	if (to == CASE_REFUSED && api_not_blank(reason != NULL ? reason : "", "reason", f) < 0)
		return -1;
	if (case_load_matched(call, &c, f) < 0)
		return -1;
	/* What somebody sent in at a one-window is settled at a counter. */
	if (c->step[0] == '\0')
		fault_set(f, FAULT_NOT_FOUND, "%s", "no step of a life event");
	else if (check_signature(call, c, f) == 0 && (to == CASE_REFUSED || joint_check_results(&call->act, c, results, &kept, f) == 0) &&
	    (c->state != CASE_OPEN || to != CASE_SETTLED || case_accept(&call->act, c, NULL, f) == 0))
		rc = case_conclude(&call->act, c, to, reason, kept, f);
	json_decref(kept);
	case_free(c);
	return rc;
}
