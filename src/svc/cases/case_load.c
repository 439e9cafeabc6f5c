#include <stdlib.h>
#include <string.h>

#include "rules/json_read.h"
#include "rules/json_tree.h"
#include "svc/agencies/place.h"
#include "svc/cases/case.h"

#define PEOPLE_MAX (1u << 20)

void
case_forget_asked(struct case_file *c)
{
	if (c->asked != NULL)
		explicit_bzero(c->asked, c->nasked * sizeof(*c->asked));
	free(c->asked);
	c->asked = NULL;
	c->nasked = 0;
}

void
case_free(struct case_file *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; c->item != NULL && i < c->nitems; i++) {
		json_decref(c->item[i].steps);
		json_decref(c->item[i].rows);
	}
	free(c->item);
	case_forget_asked(c);
	json_decref(c->form);
	explicit_bzero(c->party, sizeof(c->party));
	inventory_unref(c->inv);
	free(c);
}

int
case_put_asked(struct case_file *c, const struct asked *asked, size_t n, struct fault *f)
{
	struct asked *mine = malloc((n + 1) * sizeof(*mine));

	if (mine == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "asks");
		return -1;
	}
	if (n > 0)
		memcpy(mine, asked, n * sizeof(*mine));
	case_forget_asked(c);
	c->asked = mine;
	c->nasked = n;
	return 0;
}

/* A member of an object, and where it goes: a text, or true and false. */
struct member { const char *name; char *text; size_t size; int *yes; };

/* An object that has these members, or some of them, and no others. */
static int
read_members(struct json_read *r, const struct member *member, size_t n)
{
	char name[24];

	if (json_read_open(r, '{') < 0)
		return -1;
	while (json_read_next(r, '}')) {
		size_t i = 0;

		if (json_read_name(r, name, sizeof(name)) < 0)
			return -1;
		while (i < n && strcmp(name, member[i].name) != 0)
			i++;
		if (i == n || (member[i].yes != NULL ? json_read_bool(r, member[i].yes) :
		    json_read_text(r, member[i].text, member[i].size)) < 0)
			return -1;
	}
	return 0;
}

#define TEXT(name, place) { name, place, sizeof(place), NULL }

static int
read_party(struct json_read *r, struct party *p)
{
	char type[24] = "";
	int enterprise = 0;
	const struct member member[] = { TEXT("role", p->role), { "enterprise", NULL, 0, &enterprise },
		TEXT("type", type), TEXT("number", p->number), TEXT("name", p->name),
		TEXT("phone", p->phone), TEXT("mandate", p->mandate) };

	if (read_members(r, member, sizeof(member) / sizeof(member[0])) < 0)
		return -1;
	p->kind = enterprise ? SUBJECT_ENTERPRISE : SUBJECT_PERSON;
	return ident_type_parse(type, &p->type);
}

static int
read_parties(struct json_read *r, struct case_file *c)
{
	if (json_read_open(r, '[') < 0)
		return -1;
	while (json_read_next(r, ']')) {
		if (c->nparties == CASE_PARTIES_MAX || read_party(r, &c->party[c->nparties]) < 0)
			return -1;
		c->nparties++;
	}
	return 0;
}

static int
read_ask(struct json_read *r, struct asked *a)
{
	const struct member member[] = { TEXT("item", a->item), TEXT("input", a->input), TEXT("value", a->value) };

	return read_members(r, member, sizeof(member) / sizeof(member[0]));
}

/* Few cases have any, so there is no room made for more. */
static int
read_asks(struct json_read *r, struct case_file *c)
{
	if (json_read_open(r, '[') < 0)
		return -1;
	while (json_read_next(r, ']')) {
		size_t n = c->nasked;
		struct asked *more;

		if (n == CASE_ASKS_MAX || (more = calloc(n + 1, sizeof(*more))) == NULL)
			return -1;
		if (n > 0)
			memcpy(more, c->asked, n * sizeof(*more));
		case_forget_asked(c);
		c->asked = more;
		c->nasked = n + 1;
		if (read_ask(r, &more[n]) < 0)
			return -1;
	}
	return 0;
}

/* Reads what was sealed: {"asks":[...],"form":{...},"parties":[...]}, as case_people.c writes it. */
static int
read_people(struct case_file *c, const char *text, size_t len)
{
	struct json_read r;
	const char *form;
	size_t form_len;
	char name[24];
	int rc;

	json_read_start(&r, text, len);
	rc = json_read_open(&r, '{');
	while (rc == 0 && json_read_next(&r, '}')) {
		if ((rc = json_read_name(&r, name, sizeof(name))) < 0)
			break;
		if (strcmp(name, "asks") == 0)
			rc = read_asks(&r, c);
		else if (strcmp(name, "parties") == 0)
			rc = read_parties(&r, c);
		else if (strcmp(name, "form") == 0 && c->form == NULL &&
		    (rc = json_read_raw(&r, &form, &form_len)) == 0)
			c->form = json_tree(form, form_len);
		else
			rc = -1;
	}
	return rc < 0 || json_read_end(&r) < 0 || !json_is_object(c->form) ? -1 : 0;
}

static int
open_people(struct app *app, struct case_file *c, const void *sealed, size_t len,
    struct fault *f)
{
	struct buf clear = BUF_INIT_MAX(PEOPLE_MAX);
	int rc = -1;

	if (unseal(app->seal, (struct seal_place){ "service_case", "people", c->id,
	    RECORD_ID_LEN }, sealed, len, &clear, f) < 0)
		goto out;
	if (read_people(c, clear.data, clear.len) < 0) {
		fault_set(f, FAULT_SEAL_BROKEN, "%s", "people");
		fault_arg(f, "where", "%s", "service_case.people");
		goto out;
	}
	rc = 0;
out:
	buf_wipe(&clear);
	return rc;
}

struct case_read {
	struct act *act;
	struct case_file *c;
	case_each_fn *each;
	void *ctx;
};

/* The id in a column that may be empty. */
static int
row_id(const struct store_row *row, int column, uint8_t ret_id[RECORD_ID_LEN])
{
	if (row_null(row, column))
		return 0;
	act_row_id(row, column, ret_id);
	return 1;
}

static int64_t
row_day(const struct store_row *row, int column)
{
	return row_null(row, column) ? 0 : row_int(row, column);
}

/* The columns of CASE_GET from accepted on: how far the case has come, and who sent it in. */
static void
case_progress(const struct store_row *row, struct case_file *c)
{
	c->has_accepted = row_id(row, 15, c->accepted);
	c->has_concluded = row_id(row, 16, c->concluded);
	c->deferred_until = row_day(row, 17);
	c->has_correction = row_id(row, 18, c->correction);
	c->correction_due = row_day(row, 19);
	if (row_id(row, 22, c->joint))
		text_copy(c->step, sizeof(c->step), row_text(row, 23));
	if (row_null(row, 20) || row_null(row, 21))
		return;
	text_copy(c->platform, sizeof(c->platform), row_text(row, 20));
	text_copy(c->external, sizeof(c->external), row_text(row, 21));
}

/* The columns of CASE_GET. */
static int
case_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct case_read *r = ctx;
	struct case_file *c = calloc(1, sizeof(*c));
	size_t sealed_len;
	const void *sealed;
	int rc = -1;

	if (c == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "case");
		return -1;
	}
	text_copy(c->division, sizeof(c->division), row_text(row, 0));
	act_row_id(row, 1, c->id);
	text_copy(c->number, sizeof(c->number), row_text(row, 2));
	c->version = row_int(row, 3);
	text_copy(c->channel, sizeof(c->channel), row_text(row, 8));
	c->opened_at = row_int(row, 10);
	text_copy(c->opened_by, sizeof(c->opened_by), row_text(row, 11));
	c->due_day = row_int(row, 12);
	c->changed_at = row_int(row, 13);
	text_copy(c->changed_by, sizeof(c->changed_by), row_text(row, 14));
	case_progress(row, c);
	c->inv = app_inventory_version(r->act->app, r->act->reader, row_int(row, 6), f);
	if (c->inv == NULL)
		goto out;
	c->matter = inventory_matter(c->inv, row_text(row, 5));
	c->agency = place_agency(r->act->app, c->inv, row_text(row, 7));
	if (c->matter == NULL || c->agency == NULL ||
	    case_state_parse(row_text(row, 4), &c->state) < 0) {
		fault_set(f, FAULT_STORE, "case %s does not fit its inventory", c->number);
		goto out;
	}
	sealed = row_blob(row, 9, &sealed_len);
	if (open_people(r->act->app, c, sealed, sealed_len, f) < 0)
		goto out;
	rc = 0;
	if (r->each != NULL)
		rc = r->each(c, r->ctx, f);
	else {
		r->c = c;
		c = NULL;
	}
out:
	case_free(c);
	return rc;
}

static int
item_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct case_file *c = ctx;
	struct case_item *ci = &c->item[c->nitems];

	if (c->nitems == c->matter->nitems)
		goto unfit;
	ci->item = inventory_item(c->inv, row_text(row, 0));
	if (ci->item == NULL || item_state_parse(row_text(row, 1), &ci->state) < 0 ||
	    method_parse(row_text(row, 2), &ci->way) < 0)
		goto unfit;
	text_copy(ci->missing, sizeof(ci->missing), row_text(row, 3));
	ci->has_record = row_id(row, 4, ci->record);
	ci->has_verification = row_id(row, 5, ci->verification);
	if ((ci->steps = json_tree(row_text(row, 6), strlen(row_text(row, 6)))) == NULL)
		goto unfit;
	ci->deferred = row_int(row, 7) != 0;
	if (c->only)
		c->untold = row_int(row, 8) == 0;
	c->nitems++;
	return 0;
unfit:
	fault_set(f, FAULT_STORE, "items of case %s do not fit its inventory", c->number);
	return -1;
}

#define ITEMS_PARAMS(division, id, only) (only) != NULL ? ST_ITEM_OF_CASE : ST_ITEMS_OF_CASE, \
	(const struct sql_value[]){ sql_text(division), sql_blob(id, RECORD_ID_LEN), sql_text(only) }, \
	(only) != NULL ? 3 : 2

/* All items, or the one of this code, where there is one. */
static int
load_items(struct act *act, struct case_file *c, const char *only, struct fault *f)
{
	c->only = only != NULL;
	c->item = calloc(only != NULL ? 1 : c->matter->nitems + 1, sizeof(*c->item));
	if (c->item == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "items");
		return -1;
	}
	if (store_read(act->reader, ITEMS_PARAMS(c->division, c->id, only), item_row, c, f) < 0)
		return -1;
	if (only == NULL && c->nitems != c->matter->nitems) {
		fault_set(f, FAULT_STORE, "case %s lacks items", c->number);
		return -1;
	}
	return 0;
}

/* The case row and its items, or one of them, as one state. */
static int
load(struct act *act, enum stmt stmt, const struct sql_value *param, const char *only,
    struct case_file **ret_case, struct fault *f)
{
	struct case_read r = { .act = act };
	int64_t n = -1;
	int rc = -1;

	if (store_reader_begin(act->reader, f) < 0)
		return -1;
	if (stmt == ST_CASE_GET)
		store_read_ahead(act->reader, ITEMS_PARAMS(param[0].data, param[1].data, only));
	if ((n = store_read(act->reader, stmt, param, 2, case_row, &r, f)) == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	else if (n > 0 && load_items(act, r.c, only, f) == 0)
		rc = 0;
	store_reader_end(act->reader);
	if (rc == 0) {
		act->has_case = 1;
		memcpy(act->case_division, r.c->division, sizeof(act->case_division));
		memcpy(act->case_id, r.c->id, sizeof(act->case_id));
		if (r.c->platform[0] == '\0' && r.c->step[0] == '\0')
			act_quiet(act, r.c->id);
		*ret_case = r.c;
	} else
		case_free(r.c);
	return rc;
}

void
case_ahead(struct act *act, const char *id_or_number, const char *only)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];

	if (id_or_number == NULL || record_object_parse(id_or_number, division, id) < 0)
		return;
	store_read_ahead(act->reader, ST_CASE_GET, PARAMS(sql_text(division), sql_blob(id, RECORD_ID_LEN)));
	store_read_ahead(act->reader, ITEMS_PARAMS(division, id, only));
}

/* A platform reads what it sent in, whoever has it now, and nothing else. */
static int
may_see(const struct act *act, const struct case_file *c, struct fault *f)
{
	if (strcmp(act->actor.role, "platform") != 0)
		return access_check(&act->actor, act->action, c->agency->code, c->division, f);
	if (access_check(&act->actor, act->action, NULL, NULL, f) < 0)
		return -1;
	if (strcmp(c->platform, act->actor.id) == 0)
		return 0;
	fault_set(f, FAULT_NOT_FOUND, "%s", "another's case");
	return -1;
}

int
case_load_id(struct act *act, const char *division, const uint8_t *id, int checked,
    struct case_file **ret_case, struct fault *f)
{
	struct case_file *c = NULL;

	if (load(act, ST_CASE_GET, (const struct sql_value[]){ sql_text(division),
	    sql_blob(id, RECORD_ID_LEN) }, NULL, &c, f) < 0)
		return -1;
	if (!checked && may_see(act, c, f) < 0) {
		case_free(c);
		return -1;
	}
	*ret_case = c;
	return 0;
}

int
case_load_item(struct act *act, const char *id_or_number, const char *only,
    struct case_file **ret_case, struct fault *f)
{
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct case_file *c = NULL;
	int by_id = record_object_parse(id_or_number, division, id) == 0;

	act->object[0] = '\0';
	if (by_id)
		record_object_name(division, id, act->object);
	else
		snprintf(division, sizeof(division), "%.6s", id_or_number);
	if (load(act, by_id ? ST_CASE_GET : ST_CASE_BY_NUMBER, (const struct sql_value[]){
	    sql_text(division), by_id ? sql_blob(id, RECORD_ID_LEN) : sql_text(id_or_number) }, only,
	    &c, f) < 0)
		return -1;
	record_object_name(c->division, c->id, act->object);
	if (may_see(act, c, f) < 0) {
		case_free(c);
		return -1;
	}
	*ret_case = c;
	return 0;
}

int
case_list(struct act *act, struct case_page page, case_each_fn *each, void *ctx,
    struct fault *f)
{
	static const uint8_t last[RECORD_ID_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct case_read r = { .act = act, .each = each, .ctx = ctx };
	int wide = strcmp(act->actor.scope, "division") == 0;
	struct sql_value param[] = { sql_text(act->actor.division),
		sql_blob(page.before != NULL ? page.before : last, RECORD_ID_LEN),
		sql_text(page.state), sql_int(page.limit), sql_text(act->actor.agency) };

	return store_read(act->reader, wide ? ST_CASES_OF_DIVISION : ST_CASES_OF_AGENCY, param,
	    wide ? 4 : 5, case_row, &r, f) < 0 ? -1 : 0;
}

int
case_load(struct act *act, const char *id_or_number, struct case_file **ret_case, struct fault *f)
{
	return case_load_item(act, id_or_number, NULL, ret_case, f);
}

int64_t
case_look(struct act *act, const char *division, const uint8_t *id, case_each_fn *each, void *ctx,
    struct fault *f)
{
	struct case_read r = { .act = act, .each = each, .ctx = ctx };

	return store_read(act->reader, ST_CASE_GET, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), case_row, &r, f);
}

int
case_item_find(const struct case_file *c, const char *code, struct case_item **ret_item,
    struct fault *f)
{
	for (size_t i = 0; i < c->nitems; i++) {
		if (strcmp(c->item[i].item->code, code) == 0) {
			*ret_item = &c->item[i];
			return 0;
		}
	}
	fault_set(f, FAULT_ITEM_NOT_LISTED, "%s", "");
	fault_arg(f, "matter", "%s", c->matter->code);
	fault_arg(f, "item", "%s", code);
	return -1;
}

const struct party *
case_party(const struct case_file *c, const char *role)
{
	for (size_t i = 0; i < c->nparties; i++)
		if (strcmp(c->party[i].role, role) == 0)
			return &c->party[i];
	return NULL;
}

struct record_read { struct act *act; const uint8_t *id; struct stored_record *r; };

static int
record_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct record_read *rr = ctx;
	struct stored_record *r = rr->r;
	struct buf body = BUF_INIT;
	size_t len;
	const void *sealed;
	int rc = -1;

	text_copy(r->log, sizeof(r->log), row_text(row, 0));
	r->index = row_int(row, 1);
	r->at = row_int(row, 3);
	if (buf_str(&r->text, row_text(row, 4)) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "record");
		return -1;
	}
	if (row_null(row, 5))
		return 0;
	sealed = row_blob(row, 5, &len);
	if (journal_open_body(rr->act->app->seal, rr->id, sealed, len, NULL, &body, f) < 0)
		goto out;
	if ((r->body = json_loadb(body.data, body.len, JSON_REJECT_DUPLICATES, NULL)) == NULL) {
		fault_set(f, FAULT_SEAL_BROKEN, "%s", "body is not JSON");
		fault_arg(f, "where", "%s", "record.body");
		goto out;
	}
	rc = 0;
out:
	buf_wipe(&body);
	return rc;
}

int
record_load(struct act *act, const char *division, const uint8_t *id,
    struct stored_record *ret_record, struct fault *f)
{
	struct record_read rr = { act, id, ret_record };
	int64_t n;

	memset(ret_record, 0, sizeof(*ret_record));
	n = store_read(act->reader, ST_RECORD_GET, PARAMS(sql_text(division),
	    sql_blob(id, RECORD_ID_LEN)), record_row, &rr, f);
	if (n == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "record");
	if (n <= 0)
		stored_record_free(ret_record);
	return n > 0 ? 0 : -1;
}

void
stored_record_free(struct stored_record *r)
{
	buf_free(&r->text);
	json_decref(r->body);
	r->body = NULL;
}
