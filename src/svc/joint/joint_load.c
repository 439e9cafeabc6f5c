/* joint_load.c - joint cases as they are kept. */
#include <stdlib.h>
#include <string.h>

#include "svc/agencies/place.h"
#include "svc/joint/joint.h"

#define PEOPLE_MAX (1u << 20)

static const char *const states[JOINT_NSTATES] = {
	[JOINT_DRAFT] = "draft",
	[JOINT_RUNNING] = "running",
	[JOINT_FINISHED] = "finished",
	[JOINT_WITHDRAWN] = "withdrawn",
};

const char *
joint_state_name(enum joint_state s)
{
	return states[s];
}

int
joint_state_parse(const char *name, enum joint_state *ret_state)
{
	for (int s = 0; s < JOINT_NSTATES; s++)
		if (strcmp(states[s], name) == 0) {
			*ret_state = (enum joint_state)s;
			return 0;
		}
	return -1;
}

void
joint_free(struct joint_file *j)
{
	if (j == NULL)
		return;
	for (size_t i = 0; i < EVENT_STEPS_MAX; i++)
		json_decref(j->step[i].results);
	json_decref(j->people);
	inventory_unref(j->inv);
	free(j);
}

struct joint_read { struct act *act; struct joint_file *j; joint_each_fn *each; void *ctx; };

static int64_t
row_time(const struct store_row *row, int column)
{
	return row_null(row, column) ? 0 : row_int(row, column);
}

static int
unfit(const struct joint_file *j, const char *what, struct fault *f)
{
	fault_set(f, FAULT_STORE, "joint case %s: %s", j->number, what);
	return -1;
}

static int
open_people(struct app *app, struct joint_file *j, const void *sealed, size_t len, struct fault *f)
{
	struct buf clear = BUF_INIT_MAX(PEOPLE_MAX);
	int rc = unseal(app->seal, (struct seal_place){ "joint_case", "people", j->id, RECORD_ID_LEN },
	    sealed, len, &clear, f);

	if (rc == 0 && ((j->people = json_loadb(clear.data, clear.len, JSON_REJECT_DUPLICATES, NULL)) ==
	    NULL || !json_is_object(json_object_get(j->people, "form")))) {
		fault_set(f, FAULT_SEAL_BROKEN, "%s", "people");
		fault_arg(f, "where", "%s", "joint_case.people");
		rc = -1;
	}
	buf_wipe(&clear);
	return rc;
}

int
joint_put_people(struct act *act, const struct joint_file *j, struct buf *ret_sealed, struct fault *f)
{
	char *text = json_dumps(j->people, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = -1;

	if (text == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "people");
	else if (strlen(text) > PEOPLE_MAX) {
		fault_set(f, FAULT_BODY_TOO_LARGE, "%s", "people");
		fault_arg(f, "max", "%u", PEOPLE_MAX);
	} else
		rc = seal(act->app->seal, (struct seal_place){ "joint_case", "people", j->id,
		    RECORD_ID_LEN }, text, strlen(text), ret_sealed, f);
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
	return rc;
}

/* What the row says by the inventory of its opening. */
static int
fit(struct joint_read *r, const struct store_row *row, struct joint_file *j, struct fault *f)
{
	const struct agency *agency;
	const void *sealed;
	size_t len;

	if ((j->inv = app_inventory_version(r->act->app, r->act->reader, row_int(row, 7), f)) == NULL)
		return -1;
	j->event = inventory_event(j->inv, row_text(row, 6));
	agency = place_agency(r->act->app, j->inv, row_text(row, 8));
	if (j->event == NULL || agency == NULL || joint_state_parse(row_text(row, 5), &j->state) < 0 ||
	    joint_run_parse(j->event->plan, row_text(row, 10), &j->run) < 0)
		return unfit(j, "does not fit its inventory", f);
	j->agency = agency;
	sealed = row_blob(row, 9, &len);
	return open_people(r->act->app, j, sealed, len, f);
}

/* The columns of JOINT_GET. */
static int
joint_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct joint_read *r = ctx;
	struct joint_file *j = calloc(1, sizeof(*j));
	int rc = -1;

	if (j == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "joint case");
		return -1;
	}
	snprintf(j->division, sizeof(j->division), "%s", row_text(row, 0));
	act_row_id(row, 1, j->id);
	snprintf(j->number, sizeof(j->number), "%s", row_text(row, 2));
	j->version = row_int(row, 3);
	j->touched = row_int(row, 4);
	j->opened_at = row_int(row, 11);
	snprintf(j->opened_by, sizeof(j->opened_by), "%s", row_text(row, 12));
	j->started_at = row_time(row, 13);
	j->due_at = row_time(row, 14);
	j->ended_at = row_time(row, 15);
	j->next_at = row_time(row, 16);
	j->changed_at = row_int(row, 17);
	snprintf(j->changed_by, sizeof(j->changed_by), "%s", row_text(row, 18));
	if (fit(r, row, j, f) == 0) {
		rc = r->each != NULL ? r->each(j, r->ctx, f) : 0;
		if (r->each == NULL) {
			r->j = j;
			j = NULL;
		}
	}
	joint_free(j);
	return rc;
}

struct steps_read { struct joint_file *j; size_t n; };

/* The columns of JOINT_STEPS. */
static int
step_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct steps_read *r = ctx;
	const struct event *e = r->j->event;
	struct joint_step *s = &r->j->step[r->n];

	if (r->n == e->nsteps || strcmp(e->steps[r->n].code, row_text(row, 0)) != 0 ||
	    event_state_parse(row_text(row, 1), &s->stored) < 0)
		return unfit(r->j, "its steps do not fit", f);
	s->attempt = (uint32_t)row_int(row, 2);
	if ((s->has_case = !row_null(row, 3)))
		act_row_id(row, 3, s->case_id);
	if ((s->has_result = !row_null(row, 4)))
		act_row_id(row, 4, s->result);
	s->ready_at = row_time(row, 5);
	s->started_at = row_time(row, 6);
	s->due_at = row_time(row, 7);
	s->ended_at = row_time(row, 8);
	snprintf(s->reason, sizeof(s->reason), "%s", row_text(row, 9));
	snprintf(s->number, sizeof(s->number), "%s", row_text(row, 10));
	r->n++;
	return 0;
}

/* The row and its steps as one state. */
static int
load(struct act *act, enum stmt stmt, const struct sql_value *param, struct joint_file **ret_joint,
    struct fault *f)
{
	struct joint_read r = { .act = act };
	struct steps_read steps = { 0 };
	int64_t n;
	int rc = -1;

	if (store_reader_begin(act->reader, f) < 0)
		return -1;
	if ((n = store_read(act->reader, stmt, param, 2, joint_row, &r, f)) == 0)
		fault_set(f, FAULT_NOT_FOUND, "%s", "");
	steps.j = r.j;
	if (n > 0 && store_read(act->reader, ST_JOINT_STEPS, PARAMS(sql_text(r.j->division),
	    sql_blob(r.j->id, RECORD_ID_LEN)), step_row, &steps, f) >= 0)
		rc = steps.n == r.j->event->nsteps ? 0 : unfit(r.j, "lacks steps", f);
	store_reader_end(act->reader);
	if (rc == 0)
		*ret_joint = r.j;
	else
		joint_free(r.j);
	return rc;
}

int
joint_load_id(struct act *act, const char *division, const uint8_t *id, struct joint_file **ret_joint,
    struct fault *f)
{
	return load(act, ST_JOINT_GET, (const struct sql_value[]){ sql_text(division),
	    sql_blob(id, RECORD_ID_LEN) }, ret_joint, f);
}

int
joint_load(struct act *act, const char *id_or_number, struct joint_file **ret_joint, struct fault *f)
{
	struct joint_file *j = NULL;
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	int rc;

	if (record_object_parse(id_or_number, division, id) == 0)
		rc = joint_load_id(act, division, id, &j, f);
	else {
		act->object[0] = '\0';
		snprintf(division, sizeof(division), "%.6s", id_or_number);
		rc = load(act, ST_JOINT_BY_NUMBER, (const struct sql_value[]){ sql_text(division),
		    sql_text(id_or_number) }, &j, f);
	}
	if (rc < 0)
		return -1;
	record_object_name(j->division, j->id, act->object);
	if (access_check(&act->actor, act->action, j->agency->code, j->division, f) < 0) {
		joint_free(j);
		return -1;
	}
	*ret_joint = j;
	return 0;
}

int
joint_list(struct act *act, const char *division, struct case_page page, joint_each_fn *each,
    void *ctx, struct fault *f)
{
	static const uint8_t last[RECORD_ID_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct joint_read r = { .act = act, .each = each, .ctx = ctx };
	int wide = strcmp(act->actor.scope, "division") == 0;
	struct sql_value param[] = { sql_text(division != NULL ? division : act->actor.division),
		sql_blob(page.before != NULL ? page.before : last, RECORD_ID_LEN),
		sql_text(page.state), sql_int(page.limit), sql_text(act->actor.agency) };

	if (division != NULL && access_check(&act->actor, act->action, act->actor.agency, division, f) < 0)
		return -1;
	return store_read(act->reader, wide ? ST_JOINTS_OF_DIVISION : ST_JOINTS_OF_AGENCY, param,
	    wide ? 4 : 5, joint_row, &r, f) < 0 ? -1 : 0;
}

struct events_read { joint_event_fn *each; void *ctx; };

static int
event_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct events_read *r = ctx;
	struct joint_event e = { .version = row_int(row, 0), .position = row_int(row, 1),
		.attempt = row_int(row, 4), .at = row_int(row, 5) };

	snprintf(e.step, sizeof(e.step), "%s", row_text(row, 2));
	snprintf(e.event, sizeof(e.event), "%s", row_text(row, 3));
	act_row_id(row, 6, e.record);
	return r->each(&e, r->ctx, f);
}

int
joint_events(struct act *act, const struct joint_file *j, int64_t after_version,
    int64_t after_position, int limit, joint_event_fn *each, void *ctx, struct fault *f)
{
	struct events_read r = { each, ctx };

	return store_read(act->reader, ST_JOINT_EVENTS, PARAMS(sql_text(j->division),
	    sql_blob(j->id, RECORD_ID_LEN), sql_int(after_version), sql_int(after_position),
	    sql_int(limit)), event_row, &r, f) < 0 ? -1 : 0;
}

int
joint_step_find(const struct joint_file *j, const char *code, size_t *ret_step, struct fault *f)
{
	for (size_t i = 0; i < j->event->nsteps; i++)
		if (strcmp(j->event->steps[i].code, code) == 0) {
			*ret_step = i;
			return 0;
		}
	fault_set(f, FAULT_STEP_UNKNOWN, "%s", "");
	fault_arg(f, "step", "%s", code);
	fault_arg(f, "life_event", "%s", j->event->code);
	return -1;
}

const struct agency *
joint_step_agency(struct app *app, const struct joint_file *j, size_t step)
{
	const struct event_step *s = &j->event->steps[step];
	const struct division *d = inventory_division(j->inv, j->division);

	return j->step[step].ended_at != 0 || j->state == JOINT_FINISHED || j->state == JOINT_WITHDRAWN ?
	    inventory_acting(j->inv, s->agency, d) : place_of_matter(app, j->inv, s->matter, d);
}

json_t *
joint_results(struct act *act, struct joint_file *j, size_t step, struct fault *f)
{
	struct joint_step *s = &j->step[step];
	struct stored_record r;

	if (s->results != NULL || !s->has_result)
		return s->results;
	if (record_load(act, j->division, s->result, &r, f) < 0)
		return NULL;
	s->results = json_incref(json_object_get(r.body, "results"));
	stored_record_free(&r);
	/* A step may give nothing that anybody takes. */
	return s->results != NULL ? s->results : (s->results = json_object());
}
