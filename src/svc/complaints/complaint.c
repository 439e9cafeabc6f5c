#include "svc/complaints/complaint.h"

#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"

#define CODE_LEN 10		/* characters of 5 bits */

/* Without I, L, O and U: what is read out or copied by hand comes back as it was. */
static const char code_alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static const char *const outcomes[COMPLAINT_NOUTCOMES] = {
	[COMPLAINT_UPHELD] = "upheld",
	[COMPLAINT_NOT_UPHELD] = "not_upheld",
	[COMPLAINT_NO_JURISDICTION] = "no_jurisdiction",
};

const char *
complaint_outcome_name(enum complaint_outcome outcome)
{
	return outcomes[outcome];
}

int
complaint_outcome_parse(const char *name, enum complaint_outcome *ret_outcome)
{
	for (int i = 0; i < COMPLAINT_NOUTCOMES; i++) {
		if (strcmp(outcomes[i], name) == 0) {
			*ret_outcome = (enum complaint_outcome)i;
			return 0;
		}
	}
	return -1;
}

/* The code */

static void
derive_code(const struct app *app, const uint8_t *id, char ret_plain[CODE_LEN])
{
	uint8_t key[BLIND_LEN];
	uint64_t bits = 0;

	blind(app->seal, "complaint", id, RECORD_ID_LEN, key);
	for (int i = 0; i < 8; i++)
		bits = bits << 8 | key[i];
	for (int i = 0; i < CODE_LEN; i++, bits >>= 5)
		ret_plain[i] = code_alphabet[bits & 31];
	explicit_bzero(key, sizeof(key));
}

void
complaint_code(const struct app *app, const uint8_t id[RECORD_ID_LEN],
    char ret_code[COMPLAINT_CODE_MAX])
{
	char plain[CODE_LEN];

	derive_code(app, id, plain);
	snprintf(ret_code, COMPLAINT_CODE_MAX, "%.5s-%.5s", plain, plain + 5);
	explicit_bzero(plain, sizeof(plain));
}

/* A code as somebody typed it; what cannot be one becomes one that never fits. */
static void
read_code(const char *text, char ret_plain[CODE_LEN])
{
	size_t n = 0;

	memset(ret_plain, '?', CODE_LEN);
	for (; *text != '\0'; text++) {
		char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;

		if (c == ' ' || c == '-')
			continue;
		if (n == CODE_LEN) {
			ret_plain[0] = '?';
			return;
		}
		ret_plain[n++] = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
	}
}

/* Receiving one */

/* Whether an agency of this division works in d: its own, or one below it. */
static int
covers(const struct division *of_agency, const struct division *d)
{
	while (d != NULL && d != of_agency)
		d = d->parent;
	return d != NULL;
}

/* Where it was. */
static int
find_place(const struct app *app, const struct inventory *inv,
    const struct complaint_request *req, const struct agency **ret_agency,
    const struct division **ret_division, struct fault *f)
{
	const struct division *own = inventory_division(inv, app->division), *d;
	const struct agency *agency = inventory_agency(inv, req->agency);

	if (agency == NULL) {
		fault_set(f, FAULT_AGENCY_UNKNOWN, "%s", "");
		fault_arg(f, "agency", "%s", req->agency);
		return -1;
	}
	if (req->division == NULL)
		d = own != NULL && covers(agency->division, own) ? own : agency->division;
	else if ((d = inventory_division(inv, req->division)) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", req->division);
		return -1;
	}
	if (!covers(agency->division, d)) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "");
		fault_arg(f, "field", "%s", "agency");
		fault_arg(f, "why_zh", "%s", "这个单位不在所选的地方办事");
		fault_arg(f, "why_en", "%s", "this agency does not work in that division");
		return -1;
	}
	*ret_agency = agency;
	*ret_division = d;
	return 0;
}

static void
put_insert(struct op *op, const struct act *act, const struct complaint *c, const struct record *r)
{
	op_step(op, ST_COMPLAINT_INSERT, 1);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_text(op, c->number);
	op_text(op, c->matter[0] != '\0' ? c->matter : NULL);
	op_text(op, c->item[0] != '\0' ? c->item : NULL);
	op_text(op, c->agency);
	op_text(op, demand_finding_name(c->finding));
	op_int(op, c->inventory);
	op_int(op, c->received_at);
	op_blob(op, record_id(r), RECORD_ID_LEN);
	op_int(op, c->due_at);
	op_int(op, COMPLAINT_DAYS);
	op_text(op, access_record_actor(&act->actor).id);
}

static int
put_record(struct record *r, const struct complaint *c, const struct complaint_request *req,
    struct fault *f)
{
	char due[CLOCK_TEXT_MAX];

	clock_text(c->due_at, due);
	record_str(r, "agency", c->agency);
	record_object(r, "complaint", c->id);
	record_str(r, "due", due);
	record_str(r, "finding", demand_finding_name(c->finding));
	record_int(r, "inventory", c->inventory);
	record_str(r, "number", c->number);
	if (c->matter[0] != '\0')
		record_str(r, "matter", c->matter);
	if (c->item[0] != '\0')
		record_str(r, "item", c->item);
	return act_body(r, json_pack("{s:s*, s:s*, s:s*, s:s}", "counter", req->counter, "phone",
	    req->phone[0] != '\0' ? req->phone : NULL, "proof", req->asked.proof, "what", req->what),
	    f);
}

int
complaint_receive(struct act *act, const struct complaint_request *req, struct fault *f)
{
	struct complaint c = { .received_at = act->now };
	struct inventory *inv = app_inventory(act->app, f);
	const struct division *division;
	const struct agency *agency;
	struct number number;
	struct demand demand;
	struct record *r;
	struct op *op;
	int rc = -1;

	if (inv == NULL)
		return -1;
	if (demand_look(inv, &req->asked, &demand, f) < 0 ||
	    find_place(act->app, inv, req, &agency, &division, f) < 0 ||
	    number_next(act, NUMBER_COMPLAINT, division->code, &number, f) < 0)
		goto out;
	uuid7_new(act->app->clock, c.id);
	snprintf(c.division, sizeof(c.division), "%s", division->code);
	memcpy(c.number, number.text, sizeof(c.number));
	snprintf(c.agency, sizeof(c.agency), "%s", agency->code);
	snprintf(c.matter, sizeof(c.matter), "%s", demand.matter != NULL ? demand.matter->code : "");
	snprintf(c.item, sizeof(c.item), "%s", demand.item != NULL ? demand.item->code : "");
	c.finding = demand.finding;
	c.inventory = inv->version;
	c.due_at = calendar_due(inv->calendar, act->now, COMPLAINT_DAYS);
	record_object_name(c.division, c.id, act->object);
	if ((op = act_add(act, RECORD_COMPLAINT_RECEIVED, c.division, NULL, &r, f)) == NULL ||
	    put_record(r, &c, req, f) < 0)
		goto out;
	number_keep(op, act->app, &number);
	put_insert(op, act, &c, r);
	rc = 0;
out:
	inventory_unref(inv);
	return rc;
}

/* Reading */

struct complaint_read { struct complaint *c; complaint_each_fn *each; void *ctx; };

/* The columns of COMPLAINT_GET. */
static int
complaint_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct complaint_read *r = ctx;
	struct complaint *c = r->c;

	memset(c, 0, sizeof(*c));
	snprintf(c->division, sizeof(c->division), "%s", row_text(row, 0));
	act_row_id(row, 1, c->id);
	snprintf(c->number, sizeof(c->number), "%s", row_text(row, 2));
	c->version = row_int(row, 3);
	snprintf(c->matter, sizeof(c->matter), "%s", row_text(row, 5));
	snprintf(c->item, sizeof(c->item), "%s", row_text(row, 6));
	snprintf(c->agency, sizeof(c->agency), "%s", row_text(row, 7));
	c->inventory = row_int(row, 9);
	c->received_at = row_int(row, 10);
	act_row_id(row, 11, c->received);
	c->due_at = row_int(row, 12);
	c->answered_at = row_int(row, 14);
	snprintf(c->answered_by, sizeof(c->answered_by), "%s", row_text(row, 15));
	c->changed_at = row_int(row, 17);
	snprintf(c->changed_by, sizeof(c->changed_by), "%s", row_text(row, 18));
	if (complaint_state_parse(row_text(row, 4), &c->state) < 0 ||
	    demand_finding_parse(row_text(row, 8), &c->finding) < 0 ||
	    (!row_null(row, 13) && complaint_outcome_parse(row_text(row, 13), &c->outcome) < 0)) {
		fault_set(f, FAULT_STORE, "complaint %s has a code that there is not", c->number);
		return -1;
	}
	if (c->state == COMPLAINT_ANSWERED)
		act_row_id(row, 16, c->answered);
	return r->each != NULL ? r->each(c, r->ctx, f) : 0;
}

int
complaint_load_id(struct act *act, const char *division, const uint8_t *id,
    struct complaint *ret_complaint, struct fault *f)
{
	struct complaint_read r = { .c = ret_complaint };
	int64_t n = store_read(act->reader, ST_COMPLAINT_GET, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), complaint_row, &r, f);

	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	return n > 0 ? 0 : -1;
}

/* 1 if there is one of that number, 0 if not. */
static int
load_number(struct act *act, const char *number, struct complaint *ret_complaint, struct fault *f)
{
	struct complaint_read r = { .c = ret_complaint };
	char division[7];

	snprintf(division, sizeof(division), "%.6s", number);
	return (int)store_read(act->reader, ST_COMPLAINT_BY_NUMBER, PARAMS(sql_text(division),
	    sql_text(number)), complaint_row, &r, f);
}

int
complaint_load(struct act *act, const char *id_or_number, struct complaint *ret_complaint,
    struct fault *f)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct complaint c;
	int n;

	act->object[0] = '\0';
	if (record_object_parse(id_or_number, division, id) == 0) {
		record_object_name(division, id, act->object);
		if (complaint_load_id(act, division, id, &c, f) < 0)
			return -1;
	} else {
		if ((n = load_number(act, id_or_number, &c, f)) == 0)
			fault_set(f, FAULT_NOT_FOUND, "%s", "");
		if (n <= 0)
			return -1;
		record_object_name(c.division, c.id, act->object);
	}
	if (access_check(&act->actor, act->action, c.agency, c.division, f) < 0)
		return -1;
	*ret_complaint = c;
	return 0;
}

/* A number as somebody typed it: without blanks, in capitals. */
static void
read_number(const char *text, char ret_number[NUMBER_MAX])
{
	size_t n = 0;

	for (; *text != '\0' && n < NUMBER_MAX - 1; text++)
		if (*text != ' ')
			ret_number[n++] = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
	ret_number[n] = '\0';
}

int
complaint_follow(struct act *act, const char *number, const char *code,
    struct complaint *ret_complaint, struct fault *f)
{
	struct complaint c = { .version = 0 };
	char plain[NUMBER_MAX], is[CODE_LEN], given[CODE_LEN];
	int n, fits;

	read_number(number, plain);
	if ((n = load_number(act, plain, &c, f)) < 0)
		return -1;
	derive_code(act->app, c.id, is);
	read_code(code, given);
	fits = hash_equal(is, given, CODE_LEN);
	explicit_bzero(is, sizeof(is));
	if (n == 0 || !fits) {
		fault_set(f, FAULT_COMPLAINT_CODE, "%s", "");
		return -1;
	}
	*ret_complaint = c;
	return 0;
}

int
complaint_list(struct act *act, const struct complaint_page *page, complaint_each_fn *each,
    void *ctx, struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct complaint c;
	struct complaint_read r = { .c = &c, .each = each, .ctx = ctx };
	struct sql_value param[] = { sql_text(page->division),
		sql_text(complaint_state_name(page->state)), sql_int(page->after_due),
		sql_blob(page->after_id != NULL ? page->after_id : first, RECORD_ID_LEN),
		sql_int(page->before), sql_int(page->limit), sql_text(page->agency) };

	return store_read(act->reader, page->agency != NULL ? ST_COMPLAINTS_OF_AGENCY :
	    ST_COMPLAINTS_DUE, param, page->agency != NULL ? 7 : 6, complaint_row, &r, f) < 0 ? -1 : 0;
}

/* Answering */

int
complaint_answer(struct act *act, const struct complaint *c, enum complaint_outcome outcome,
    const char *answer, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (!complaint_state_may(c->state, COMPLAINT_ANSWERED)) {
		fault_set(f, FAULT_COMPLAINT_STATE, "%s", "");
		return -1;
	}
	if ((op = act_add(act, RECORD_COMPLAINT_ANSWERED, c->division, NULL, &r, f)) == NULL ||
	    act_body(r, json_pack("{s:s}", "answer", answer), f) < 0)
		return -1;
	record_object(r, "complaint", c->id);
	record_str(r, "outcome", complaint_outcome_name(outcome));
	op_step(op, ST_COMPLAINT_ANSWER, 1);
	op_at(op);
	op_text(op, act->actor.id);
	op_text(op, c->division);
	op_blob(op, c->id, RECORD_ID_LEN);
	op_int(op, c->version);
	op_text(op, complaint_outcome_name(outcome));
	op_blob(op, record_id(r), RECORD_ID_LEN);
	return 0;
}
