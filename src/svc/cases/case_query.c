#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "rules/json_put.h"
#include "rules/json_text.h"
#include "source/dataset.h"
#include "svc/agencies/place.h"
#include "svc/cases/case.h"
#include "svc/disputes/notice.h"

#define OUTPUTS_MAX 63
#define SUBJECTS_MAX 64		/* people whom one answer mentions and who are indexed */

/* One question to a source: what is asked, by which right, and what came back. */
struct asking {
	struct case_file *c;
	struct case_item *ci;
	const struct service *service;
	const struct grant *grant;
	struct dataset_input input[DATASET_INPUTS_MAX];
	char value[DATASET_INPUTS_MAX][EVALUATE_VALUE_MAX];
	size_t ninputs;
	char role[EVALUATE_ROLE_MAX];	/* the party asked about; "" for none */
	json_t *rows;			/* what the source let through of what the service puts out */
	json_t *disclosed;		/* cut to the item's fields */
	int established;
};

static void
asking_free(struct asking *a)
{
	explicit_bzero(a->value, sizeof(a->value));
	json_decref(a->rows);
	json_decref(a->disclosed);
}

/* Why nothing can be done with an item in this state, by whatever way. */
static enum fault_code
why_not(enum item_state s)
{
	switch (s) {
	case ITEM_CANCELLED:
		return FAULT_ITEM_CANCELLED;
	case ITEM_DOES_NOT_APPLY:
		return FAULT_ITEM_NOT_APPLICABLE;
	case ITEM_UNDECIDED:
		return FAULT_ITEM_UNDECIDED;
	case ITEM_WAITING_INPUT:
		return FAULT_ITEM_WAITING_INPUT;
	case ITEM_VERIFYING:
		return FAULT_ITEM_VERIFYING;
	case ITEM_SUPERVISED:
		return FAULT_ITEM_SUPERVISED;
	case ITEM_ESTABLISHED:
	case ITEM_NOT_ESTABLISHED:
	case ITEM_COMMITTED:
		return FAULT_ITEM_SETTLED;
	default:
		return FAULT_ITEM_METHOD;
	}
}

int
case_refuse_item(const struct case_item *ci, struct fault *f)
{
	char names[CASE_MISSING_MAX];
	size_t n = 0;

	fault_set(f, why_not(ci->state), "%s", item_state_name(ci->state));
	fault_arg(f, "item", "%s", ci->item->code);
	fault_arg(f, "why_zh", "%s", method_zh(ci->way));
	fault_arg(f, "why_en", "%s", method_name(ci->way));
	/* "form:marital_status,party:seller" is shown by its names. */
	for (const char *p = ci->missing; *p != '\0'; ) {
		size_t len = strcspn(p, ","), kind = strcspn(p, ":,") + 1;

		if (kind > len)
			break;
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%.*s", n > 0 ? ", " : "",
		    (int)(len - kind), p + kind);
		p += len + (p[len] == ',');
	}
	if (n > 0)
		fault_arg(f, "field", "%s", names);
	return -1;
}

/* Asking once more is a disclosure once more: only with a reason. */
static int
may_query(const struct case_item *ci, const char *again, struct fault *f)
{
	if (ci->state == ITEM_TO_QUERY || (again != NULL && ci->way == METHOD_DATA_QUERY &&
	    (ci->state == ITEM_ESTABLISHED || ci->state == ITEM_NOT_ESTABLISHED)))
		return 0;
	return case_refuse_item(ci, f);
}

/* The values of the inputs, and whose they are. */
static int
resolve(struct asking *a, struct fault *f)
{
	const struct case_file *c = a->c;
	char role[EVALUATE_ROLE_MAX];

	a->ninputs = a->ci->item->nbindings;
	if (a->ninputs > DATASET_INPUTS_MAX) {
		fault_set(f, FAULT_BUG, "%s", "too many inputs");
		return -1;
	}
	for (size_t i = 0; i < a->ninputs; i++) {
		const struct binding *b = &a->ci->item->bindings[i];

		if (evaluate_binding(a->ci->item, b, c->party, c->nparties, c->form, c->asked,
		    c->nasked, a->value[i], role) != BOUND_VALUE) {
			fault_set(f, FAULT_ITEM_WAITING_INPUT, "%s", "");
			fault_arg(f, "item", "%s", a->ci->item->code);
			fault_arg(f, "field", "%s", b->input->name);
			return -1;
		}
		a->input[i] = (struct dataset_input){ b->input->name, a->value[i] };
		if (role[0] != '\0' && a->role[0] == '\0')
			snprintf(a->role, sizeof(a->role), "%s", role);
	}
	return 0;
}

/* A conditional service answers only by a grant that is in force for this agency. */
static int
granted(struct asking *a, int64_t now, struct fault *f)
{
	const struct grant *g = a->ci->item->grant;
	const struct agency *agency = case_acting(a->c);
	int64_t today = clock_day(now);

	if (a->ci->item->proof->sharing == SHARING_UNCONDITIONAL)
		return 0;
	if (g != NULL && g->service == a->service && g->valid_from <= today &&
	    today <= g->valid_until && (g->agency == agency || g->agency == agency->parent)) {
		a->grant = g;
		return 0;
	}
	fault_set(f, FAULT_GRANT_MISSING, "%s", "");
	fault_arg(f, "service", "%s", a->service->code);
	return -1;
}

static int
source_off(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int *)ctx = strcmp(row_text(row, 2), "off") == 0;
	return 0;
}

static int
source_on(struct act *act, const struct service *s, struct fault *f)
{
	int off = 0;

	if (store_read(act->reader, ST_SOURCE_GET, PARAMS(sql_text(s->code)), source_off, &off,
	    f) < 0)
		return -1;
	if (!off)
		return 0;
	fault_set(f, FAULT_SOURCE_OFF, "%s", "");
	fault_arg(f, "source", "%s", s->provider->name);
	return -1;
}

/* Keeps those members of each row that are listed; NULL-terminated names. */
static json_t *
cut_rows(const json_t *rows, const char *const *fields)
{
	json_t *cut = json_array(), *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *kept = json_object();

		for (size_t k = 0; fields != NULL && fields[k] != NULL; k++)
			if (json_object_get(row, fields[k]) != NULL)
				json_object_set(kept, fields[k], json_object_get(row, fields[k]));
		json_array_append_new(cut, kept);
	}
	return cut;
}

/* The proof's rule: whether what came back establishes it (docs/decisions.md 12). */
static int
judge(const struct proof *proof, const json_t *rows, int *ret_established, struct fault *f)
{
	size_t count = json_array_size(rows);
	json_t *data, *value = NULL;
	int rc;

	if (proof->established_when == NULL) {
		*ret_established = count > 0;
		return 0;
	}
	data = json_pack("{s:O, s:I}", "rows", rows, "count", (json_int_t)count);
	if (data == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "rule");
		return -1;
	}
	if ((rc = jsonlogic_apply(proof->established_when, data, &value, f)) == 0)
		*ret_established = jsonlogic_truthy(value);
	json_decref(value);
	json_decref(data);
	return rc;
}

/* Asks the source.  A fault here means that there is no answer. */
static int
ask(struct act *act, struct asking *a, struct fault *f)
{
	const struct proof *proof = a->ci->item->proof;
	const char *outputs[OUTPUTS_MAX + 1] = { NULL };
	struct dataset_question q;

	/* The rule reads what the service puts out, whatever else the table holds. */
	for (size_t i = 0; i < a->service->noutputs && i < OUTPUTS_MAX; i++)
		outputs[i] = a->service->outputs[i].name;
	if (granted(a, act->now, f) < 0 || dataset_question(act->reader, act->app->seal,
	    a->service->dataset, a->input, a->ninputs, &q, f) < 0 || source_on(act, a->service, f) < 0 ||
	    dataset_ask(act->reader, act->app->seal, &q, outputs, proof->row_filter, &a->rows, f) < 0)
		return -1;
	if ((a->disclosed = cut_rows(a->rows, a->ci->item->fields)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "rows");
		return -1;
	}
	return judge(proof, a->rows, &a->established, f);
}

/* Whether a fault means that this source gives no answer, and so the next way. */
static int
falls_back(enum fault_code code)
{
	return code == FAULT_GRANT_MISSING || code == FAULT_SOURCE_OFF || code == FAULT_SOURCE_FAULT ||
	    code == FAULT_LOGIC_LIMIT || code == FAULT_SEAL_BROKEN;
}

/* Whom the answer is about and whom it mentions: who appears may see that, not about whom. */
static void
put_mentioned(const struct act *act, const struct case_file *c, const char *role,
    const struct service *service, const json_t *rows, struct op *op)
{
	uint8_t blinds[(SUBJECTS_MAX + 1) * BLIND_LEN];
	const struct party *p = case_party(c, role);
	json_t *row;
	size_t n = 0, i;

	if (p != NULL && p->number[0] != '\0')
		case_subject(act->app, p->type, p->number, blinds + BLIND_LEN * n++);
	json_array_foreach(rows, i, row) {
		for (size_t k = 0; k < service->noutputs; k++) {
			const struct field *out = &service->outputs[k];
			const char *value = json_string_value(json_object_get(row, out->name));

			if (value == NULL || value[0] == '\0' || n > SUBJECTS_MAX ||
			    (out->type != VALUE_ID18 && out->type != VALUE_USCC18))
				continue;
			case_subject(act->app, out->type == VALUE_ID18 ? IDENT_CITIZEN_ID : IDENT_USCC,
			    value, blinds + BLIND_LEN * n++);
		}
	}
	op_subjects(op, blinds, n * BLIND_LEN);
}

static void
put_subjects(const struct act *act, const struct asking *a, struct op *op)
{
	put_mentioned(act, a->c, a->role, a->service, a->disclosed, op);
}

/* {"again":...,"inputs":{...},"rows":[...]}, names in order: asking has put the inputs into theirs. */
static int
put_body(struct record *r, const struct asking *a, const char *again, struct fault *f)
{
	struct buf text = BUF_INIT;

	buf_room(&text, 1000);
	json_put_open(&text, NULL, '{');
	if (again != NULL)
		json_put_text(&text, "again", again);
	json_put_open(&text, "inputs", '{');
	for (size_t i = 0; i < a->ninputs; i++)
		json_put_text(&text, a->input[i].name, a->input[i].value);
	json_put_close(&text, '{');
	json_put_name(&text, "rows");
	(void)json_text(a->disclosed, JSON_BY_NAME, &text);
	json_put_close(&text, '{');
	return act_body_text(r, &text, f);
}

static void
put_query_members(struct record *r, const struct asking *a)
{
	record_int(r, "inventory", a->c->inv->version);
	record_str(r, "item", a->ci->item->code);
	record_str(r, "service", a->service->code);
	if (a->grant != NULL)
		record_str(r, "grant", a->grant->code);
	if (a->role[0] != '\0')
		record_str(r, "party", a->role);
}

static int
answered(struct act *act, struct asking *a, const char *again, struct fault *f)
{
	const char *outcome = a->established ? "established" : "not_established";
	struct case_item *ci = a->ci;
	struct record *r;
	struct op *op = case_op(act, a->c, RECORD_QUERY_ANSWERED, &r, f);

	if (op == NULL)
		return -1;
	put_query_members(r, a);
	record_str(r, "answer", json_array_size(a->disclosed) > 0 ? "found" : "not_found");
	record_str(r, "outcome", outcome);
	record_list(r, "fields", ci->item->fields);
	put_subjects(act, a, op);
	ci->has_record = 1;
	memcpy(ci->record, record_id(r), RECORD_ID_LEN);
	if (case_move(ci, a->established ? ITEM_ESTABLISHED : ITEM_NOT_ESTABLISHED, f) < 0 ||
	    put_body(r, a, again, f) < 0 || case_step(ci, act->now, outcome, again != NULL ?
	    "asked_again" : NULL, f) < 0)
		return -1;
	case_put_item(op, a->c, ci);
	json_decref(ci->rows);
	ci->rows = json_incref(a->disclosed);
	/* It rests on a newer answer: what was told of the older one has been heard. */
	if (json_array_size(ci->steps) > 1)
		notice_put_seen(op, act, a->c, ci);
	return 0;
}

/* Asked once more without an answer: recorded, and said by the answer; what was found before stands. */
static int
failed_again(struct act *act, struct asking *a, const struct fault *why, struct fault *f)
{
	struct record *r;
	struct op *op = case_op(act, a->c, RECORD_QUERY_FAILED, &r, f);

	if (op == NULL)
		return -1;
	put_query_members(r, a);
	put_subjects(act, a, op);
	record_str(r, "reason", fault_name(why->code));
	record_str(r, "stands", item_state_name(a->ci->state));
	if (case_step(a->ci, act->now, "fault", fault_name(why->code), f) < 0)
		return -1;
	case_put_item(op, a->c, a->ci);
	return 0;
}

/* No answer: that is recorded, and the item goes to the department's desk. */
static int
failed(struct act *act, struct asking *a, const struct fault *why, struct fault *f)
{
	struct case_item *ci = a->ci;
	struct record *r;
	struct op *op = case_op(act, a->c, RECORD_QUERY_FAILED, &r, f);

	if (op == NULL)
		return -1;
	put_query_members(r, a);
	put_subjects(act, a, op);
	record_str(r, "reason", fault_name(why->code));
	if (case_step(ci, act->now, "fault", fault_name(why->code), f) < 0)
		return -1;
	ci->way = METHOD_DEPARTMENT_VERIFY;
	if (case_move(ci, ITEM_TO_VERIFY, f) < 0)
		return -1;
	case_put_item(op, a->c, ci);
	return case_verify(act, a->c, ci, NULL, f);
}

int
case_query(struct act *act, struct case_file *c, struct case_item *ci, const char *again,
    struct fault *f)
{
	struct asking a = { .c = c, .ci = ci, .service = ci->item->proof->query };
	struct fault why = FAULT_INIT;
	int rc = -1;

	if (case_workable(c, f) < 0 || may_query(ci, again, f) < 0)
		return -1;
	if (resolve(&a, f) < 0)
		goto out;
	if (ask(act, &a, &why) == 0)
		rc = answered(act, &a, again, f);
	else if (falls_back(why.code))
		rc = ci->state == ITEM_TO_QUERY ? failed(act, &a, &why, f) :
		    failed_again(act, &a, &why, f);
	else if (f != NULL)
		*f = why;
out:
	asking_free(&a);
	return rc;
}

void
case_answer_free(struct case_answer *a)
{
	json_decref(a->inputs);
	json_decref(a->rows);
}

void
case_answer_subjects(const struct act *act, const struct case_file *c, const struct case_answer *a,
    struct op *op)
{
	put_mentioned(act, c, a->role, a->service, a->rows, op);
}

int
case_ask(struct act *act, struct case_file *c, struct case_item *ci, struct case_answer *ret_answer,
    struct fault *f)
{
	struct asking a = { .c = c, .ci = ci, .service = ci->item->proof->query };
	struct fault why = FAULT_INIT;
	int rc = 0;

	memset(ret_answer, 0, sizeof(*ret_answer));
	if (resolve(&a, &why) == 0 && ask(act, &a, &why) == 0) {
		ret_answer->service = a.service;
		ret_answer->grant = a.grant;
		memcpy(ret_answer->role, a.role, sizeof(a.role));
		ret_answer->rows = json_incref(a.disclosed);
		ret_answer->inputs = json_object();
		for (size_t i = 0; i < a.ninputs; i++)
			json_object_set_new(ret_answer->inputs, a.input[i].name, json_string(a.value[i]));
		rc = 1;
	} else if (fault_status(why.code) >= 500 && !falls_back(why.code)) {
		if (f != NULL)
			*f = why;
		rc = -1;
	}
	asking_free(&a);
	return rc;
}

/*
 * Whom a verification asks about: the party a query would have asked about, with a number or
 * without one (a newborn), else who applies.
 */
const struct party *
case_asked_about(const struct case_file *c, const struct case_item *ci)
{
	char value[EVALUATE_VALUE_MAX], role[EVALUATE_ROLE_MAX];
	const struct party *p = NULL;

	for (size_t i = 0; i < ci->item->nbindings && p == NULL; i++) {
		enum bound got = evaluate_binding(ci->item, &ci->item->bindings[i], c->party,
		    c->nparties, c->form, c->asked, c->nasked, value, role);

		if ((got == BOUND_VALUE || got == BOUND_NO_NUMBER) && role[0] != '\0')
			p = case_party(c, role);
	}
	explicit_bzero(value, sizeof(value));
	return p != NULL ? p : case_party(c, "applicant");
}

/* What the desk is told, and no more: whom it is about, and the clerk's note. */
static int
put_question(struct act *act, const struct case_file *c, const struct case_item *ci,
    const char *note, struct op *op, struct record *r, struct fault *f)
{
	const struct party *p = case_asked_about(c, ci);
	uint8_t subject[BLIND_LEN];

	if (p == NULL) {
		fault_set(f, FAULT_PARTY_MISSING, "%s", "");
		fault_arg(f, "role", "%s", "applicant");
		return -1;
	}
	if (act_body(r, json_pack("{s:s*, s:{s:s, s:s, s:s, s:s}}", "note", note, "subject", "role",
	    p->role, "type", ident_type_name(p->type), "number", p->number, "name", p->name), f) < 0)
		return -1;
	if (p->number[0] != '\0') {
		case_subject(act->app, p->type, p->number, subject);
		op_subjects(op, subject, sizeof(subject));
	}
	return 0;
}

/*
 * Why an item goes to a desk; NULL where it cannot.  After "not established" by data the clerk
 * may ask the department; nobody has to commit himself; what a desk gave back goes above.
 */
static const char *
verify_reason(const struct case_item *ci)
{
	if (ci->state == ITEM_TO_VERIFY)
		return ci->item->method == METHOD_DEPARTMENT_VERIFY ? "method" :
		    credit_item(ci) ? "credit_record" : "fallback";
	if (ci->state == ITEM_NOT_ESTABLISHED && ci->way == METHOD_DATA_QUERY)
		return "not_established";
	if (ci->state == ITEM_TO_COMMIT)
		return "not_committed";
	return ci->state == ITEM_SUPERVISED ? "supervised" : NULL;
}

static int
due_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_null(row, 0) ? 0 : row_int(row, 0);
	return 0;
}

/* In a step of a life event nothing is due later than the step itself, unless that is late already. */
static int
step_due(struct act *act, const struct case_file *c, int64_t *due, struct fault *f)
{
	int64_t step = c->step_due;

	if (c->step[0] == '\0')
		return 0;
	if (step == 0 && store_read(act->reader, ST_JOINT_STEP_DUE, PARAMS(sql_text(c->division),
	    sql_blob(c->joint, RECORD_ID_LEN), sql_text(c->step)), due_row, &step, f) < 0)
		return -1;
	if (step > act->now && step < *due)
		*due = step;
	return 0;
}

int
case_verify(struct act *act, struct case_file *c, struct case_item *ci, const char *note,
    struct fault *f)
{
	const struct desk *desk;
	const char *reason = verify_reason(ci);
	char due_text[CLOCK_TEXT_MAX];
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op;
	int64_t due;

	if (case_workable(c, f) < 0)
		return -1;
	if (reason == NULL)
		return case_refuse_item(ci, f);
	desk = place_of_proof(act->app, c->inv, ci->item->proof,
	    inventory_division(c->inv, c->division));
	if (desk == NULL) {
		fault_set(f, FAULT_DESK_MISSING, "%s", "");
		fault_arg(f, "agency", "%s", ci->item->proof->issuer->name);
		return -1;
	}
	if (ci->state == ITEM_SUPERVISED && desk->deputy != NULL)
		desk = desk->deputy;
	due = calendar_add_office(c->inv->calendar, &desk->hours, act->now,
	    (int64_t)ci->item->verify_hours * 3600000);
	if (step_due(act, c, &due, f) < 0)
		return -1;
	clock_text(due, due_text);
	if ((op = case_op(act, c, RECORD_VERIFICATION_SENT, &r, f)) == NULL ||
	    put_question(act, c, ci, note, op, r, f) < 0)
		return -1;
	uuid7_new(act->app->clock, id);
	record_str(r, "desk", desk->code);
	record_str(r, "due", due_text);
	record_int(r, "inventory", c->inv->version);
	record_str(r, "item", ci->item->code);
	record_str(r, "reason", reason);
	record_object(r, "verification", id);
	op_step(op, ST_VERIFICATION_INSERT, 1);
	op_text(op, c->division);
	op_blob(op, id, RECORD_ID_LEN);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, ci->item->code);
	op_text(op, desk->code);
	op_int(op, act->now);
	op_int(op, due);
	op_int(op, ci->item->verify_hours);
	op_int(op, c->inv->version);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_text(op, act->actor.id);
	ci->way = METHOD_DEPARTMENT_VERIFY;
	ci->has_verification = 1;
	memcpy(ci->verification, id, sizeof(id));
	if (case_move(ci, ITEM_VERIFYING, f) < 0 || case_step(ci, act->now, "sent", reason, f) < 0)
		return -1;
	case_put_item(op, c, ci);
	return 0;
}

int
case_settle(struct act *act, struct case_file *c, struct fault *f)
{
	if (case_workable(c, f) < 0 || case_relieve(act, c, f) < 0)
		return -1;
	for (size_t i = 0; i < c->nitems; i++) {
		struct case_item *ci = &c->item[i];
		int rc = 0;

		if (ci->state == ITEM_TO_QUERY)
			rc = case_query(act, c, ci, NULL, f);
		else if (ci->state == ITEM_TO_VERIFY)
			rc = case_verify(act, c, ci, NULL, f);
		if (rc < 0)
			return -1;
	}
	return 0;
}
