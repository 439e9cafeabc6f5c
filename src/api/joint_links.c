/* joint_links.c - what people without an account see and do: how a life event goes, and that they confirm it. */
#include <stdlib.h>
#include <string.h>

#include "api/links.h"
#include "svc/joint/joint_clock.h"

/* A link that was just made: shown once. */
struct made { char token[JOINT_TOKEN_MAX]; struct joint_link link; };

static void
free_made(void *made)
{
	explicit_bzero(made, sizeof(struct made));
	free(made);
}

int
joint_linking(struct call *call, struct fault *f)
{
	struct made *m = calloc(1, sizeof(*m));
	struct joint_file *j = NULL;
	enum joint_link_kind kind;
	const char *who;
	struct in in;
	int rc = -1;

	if (m == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "link");
		return -1;
	}
	call->mine = m;
	call->free_mine = free_made;
	in_start(&in, call->body, "", f);
	who = in_text(&in, "who", IN_MAY, 31);
	kind = in_bool(&in, "form", 0) ? JOINT_LINK_FORM : who != NULL ? JOINT_LINK_CONFIRM : JOINT_LINK_PROGRESS;
	if (kind == JOINT_LINK_FORM && who != NULL)
		return api_bad_value(f, "who", "填表的链接不写由谁确认", "a link to fill in has nobody who confirms");
	if (in_end(&in) == 0 && joint_load(&call->act, http_param(call->req, "id"), &j, f) == 0)
		rc = joint_link_make(&call->act, j, kind, who, m->token, &m->link, f);
	joint_free(j);
	return rc;
}

int
joint_link_show(struct call *call, json_t **ret_json, struct fault *f)
{
	static const char *const page[JOINT_LINK_NKINDS] = { "progress", "confirm", "form" };
	const struct made *m = call->mine;

	if (m == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "link");
		return -1;
	}
	/* Behind the sign that browsers do not send on: it stands in no log. */
	*ret_json = json_pack("{s:s, s:s*, s:o, s:o}", "token", m->token, "who",
	    m->link.kind == JOINT_LINK_CONFIRM ? m->link.who : NULL, "path", json_sprintf("/%s#%s",
	    page[m->link.kind], m->token), "expires_at", api_at(m->link.expires_at));
	return *ret_json != NULL ? 0 : -1;
}

int
joint_link_of(struct call *call, const char *token, enum joint_link_kind kind, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f)
{
	if (api_ceiling_check(call, CEILING_WRONG_CODES, f) < 0)
		return -1;
	if (joint_link_open(&call->act, token, ret_link, ret_joint, f) == 0) {
		/* Who may fill it in may see how it goes. JOINT_LINK_NKINDS: the caller looks. */
		if (kind == JOINT_LINK_NKINDS || ret_link->kind == kind || (kind == JOINT_LINK_PROGRESS && ret_link->kind == JOINT_LINK_FORM))
			return 0;
		joint_free(*ret_joint);
		*ret_joint = NULL;
		fault_set(f, FAULT_LINK_UNKNOWN, "%s", "");
		return -1;
	}
	if (f->code == FAULT_LINK_UNKNOWN)
		(void)api_ceiling_take(call, CEILING_WRONG_CODES, NULL);
	return -1;
}

/* Names of a set, with commas. */
static void
list_labels(const struct joint_file *j, const struct event_set *set, int steps, struct buf *out)
{
	size_t most = steps ? j->event->nsteps : j->event->nform, n = 0;

	for (size_t i = event_set_next(set, 0); i < most; i = event_set_next(set, i + 1))
		buf_fmt(out, "%s%s", n++ > 0 ? "、" : "", steps ? j->event->steps[i].matter->name :
		    j->event->form[i].field.label != NULL ? j->event->form[i].field.label :
		    j->event->form[i].field.name);
}

/* What a step waits for: steps before it, what is to be filled in, or who is to confirm. */
static void
say_waiting(const struct call *call, const struct joint_file *j, size_t i, struct buf *out)
{
	struct event_set steps, lacks, fields = { 0 }, confirms = { 0 };

	event_run_waits(j->event->plan, &j->run, i, &steps, &lacks);
	for (size_t k = event_set_next(&lacks, 0); k < j->event->nform; k = event_set_next(&lacks, k + 1))
		event_set_add(j->event->form[k].confirms ? &confirms : &fields, k);
	if (j->state == JOINT_DRAFT) {
		buf_str(out, api_text(call, "等申请表提交", "Waits for the form to be submitted"));
	} else if (event_set_next(&steps, 0) < j->event->nsteps) {
		buf_str(out, api_text(call, "等这些办好后开始:", "Begins when these are done: "));
		list_labels(j, &steps, 1, out);
	} else if (event_set_next(&fields, 0) < j->event->nform) {
		buf_str(out, api_text(call, "等您补充:", "Waits for you to supply: "));
		list_labels(j, &fields, 0, out);
	} else {
		buf_str(out, api_text(call, "等本人确认:", "Waits to be confirmed by: "));
		list_labels(j, &confirms, 0, out);
	}
}

/* One sentence: who acts now, and what it means. */
static void
say_step(const struct call *call, const struct joint_file *j, size_t i, const char *agency, struct buf *out)
{
	const struct event_step_run *r = &j->run.step[i];

	switch (r->state) {
	case EVENT_WAITING:
		say_waiting(call, j, i, out);
		break;
	case EVENT_RUNNING: case EVENT_REPLACED:
		buf_fmt(out, r->late ? api_text(call, "%s正在办理,已超过承诺的时间,牵头单位在催办", "With %s; it is late, and the lead agency sees to it") :
		    api_text(call, "%s正在办理", "With %s"), agency);
		break;
	case EVENT_RETURNED:
		buf_str(out, api_text(call, "请您补充:", "Please supply: "));
		list_labels(j, &r->missing, 0, out);
		break;
	case EVENT_FAILED:
		buf_fmt(out, api_text(call, "这一项暂时没有办成,%s正在决定怎样继续,您不用跑", "This could not be done; %s decides how it goes on, you need not go anywhere"), j->agency->name);
		break;
	case EVENT_DONE:
		buf_fmt(out, api_text(call, "%s已办好", "Done by %s"), agency);
		break;
	case EVENT_SKIPPED:
		buf_str(out, api_text(call, "这一项不再办理,原因可向牵头单位了解", "Not done; the lead agency can tell you why"));
		break;
	default:
		buf_str(out, api_text(call, "您已撤回这一项", "You have withdrawn it"));
		break;
	}
}

static const char *
who_acts(const struct joint_file *j, size_t i)
{
	const struct event_plan_step *p = &j->event->plan->step[i];

	switch (j->run.step[i].state) {
	case EVENT_RUNNING: case EVENT_REPLACED:
		return "agency";
	case EVENT_FAILED:
		return "lead";
	case EVENT_RETURNED:
		return "applicant";
	case EVENT_WAITING:
		for (size_t k = event_set_next(&p->needs, 0); k < j->event->nform; k = event_set_next(&p->needs, k + 1))
			if (j->run.field[k] == 0)
				return "applicant";
		return "nobody";
	default:
		return "nobody";
	}
}

static json_t *
view_followed(const struct call *call, const struct joint_file *j, size_t i)
{
	const struct event_step *e = &j->event->steps[i];
	const struct joint_step *s = &j->step[i];
	const struct agency *agency = joint_step_agency(call->api->app, j, i);
	struct buf says = BUF_INIT;
	json_t *json;

	say_step(call, j, i, agency->name, &says);
	json = json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:b, s:i, s:o, s:o}", "code", e->code, "matter",
	    api_ref(e->matter->code, e->matter->name), "agency", api_ref(agency->code, agency->name), "state",
	    event_state_name(j->run.step[i].state), "who", who_acts(j, i), "says",
	    says.data != NULL ? says.data : "", "late", (int)j->run.step[i].late, "promised_minutes",
	    e->minutes, "due_at", s->due_at != 0 ? api_at(s->due_at) : json_null(),
	    "ended_at", s->ended_at != 0 ? api_at(s->ended_at) : json_null());
	buf_free(&says);
	return json;
}

int
progress_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct joint_file *j = NULL;
	struct event_set fillable = { 0 };
	struct joint_link link;
	json_t *steps;
	const char *token;
	struct in in;
	int signs = 0;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	if (in_end(&in) < 0 || joint_link_of(call, token, JOINT_LINK_PROGRESS, &link, &j, f) < 0)
		return -1;
	*ret_json = view_joint_summary(call, j);
	steps = json_array();
	for (size_t i = 0; i < j->event->nsteps; i++)
		json_array_append_new(steps, view_followed(call, j, i));
	json_object_set_new(*ret_json, "steps", steps);
	json_object_set_new(*ret_json, "promised_minutes", json_integer(j->event->promised_minutes));
	json_object_set_new(*ret_json, "confirms", view_joint_confirms(j, 1));
	json_object_set_new(*ret_json, "measures", view_joint_measures(call, j));
	if (link.kind == JOINT_LINK_FORM) {
		fillable = joint_fillable(j);
		signs = joint_link_signs(call, j, &link, f);
	}
	json_object_set_new(*ret_json, "fills", json_boolean(event_set_next(&fillable, 0) < j->event->nform));
	json_object_set_new(*ret_json, "signs", json_integer(signs));
	joint_free(j);
	return signs < 0 ? -1 : 0;
}

/* What somebody is asked to confirm: which event, about whom; of other people nothing. */
static json_t *
view_confirmation(const struct joint_file *j, const struct joint_link *link)
{
	const json_t *form = json_object_get(j->people, "form");
	json_t *steps = json_array(), *json;
	char masked[300] = "";
	const char *label = "";
	int done = 0;

	for (size_t i = 0; i < j->event->nconfirms; i++) {
		const struct event_confirm *c = &j->event->confirms[i];
		const char *name = json_string_value(json_object_get(form, j->event->form[c->name.form].field.name));

		if (strcmp(c->code, link->who) != 0)
			continue;
		label = c->label;
		done = json_object_get(json_object_get(j->people, "confirmed"), c->code) != NULL;
		ident_mask_name(name != NULL ? name : "", masked, sizeof(masked));
		for (size_t k = 0; k < j->event->nsteps; k++)
			if (event_set_has(&j->event->plan->step[k].needs, c->field))
				json_array_append_new(steps, json_string(j->event->steps[k].matter->name));
	}
	json = json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:b, s:o}", "number", j->number, "life_event",
	    api_ref(j->event->code, j->event->name), "agency", api_ref(j->agency->code, j->agency->name),
	    "who", link->who, "label", label, "name", masked, "confirmed", done, "before", steps);
	return json;
}

int
confirmation_show(struct call *call, json_t **ret_json, struct fault *f)
{
	struct joint_file *j = NULL;
	struct joint_link link;
	const char *token;
	struct in in;
	int signs;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	if (call->ep->flags & NEEDS_KEY) {
		in_text(&in, "identifier", IN_MUST, 64);
		in_true(&in, "agreed");
	}
	if (in_end(&in) < 0 || joint_link_of(call, token, JOINT_LINK_CONFIRM, &link, &j, f) < 0)
		return -1;
	*ret_json = view_confirmation(j, &link);
	signs = joint_link_signs(call, j, &link, f);
	json_object_set_new(*ret_json, "signs", json_integer(signs));
	joint_free(j);
	return *ret_json != NULL && signs >= 0 ? 0 : -1;
}

int
confirming(struct call *call, struct fault *f)
{
	const char *token, *identifier;
	struct joint_file *j = NULL;
	struct joint_link link;
	struct in in;
	int rc;

	in_start(&in, call->body, "", f);
	token = in_text(&in, "token", IN_MUST, 64);
	identifier = in_text(&in, "identifier", IN_MUST, 64);
	in_true(&in, "agreed");
	if (in_end(&in) < 0 || joint_link_of(call, token, JOINT_LINK_CONFIRM, &link, &j, f) < 0)
		return -1;
	record_object_name(j->division, j->id, call->act.object);
	rc = joint_confirm(&call->act, j, &link, identifier, f);
	if (rc < 0 && f->code == FAULT_LINK_NUMBER)
		(void)api_ceiling_take(call, CEILING_WRONG_CODES, NULL);
	joint_free(j);
	return rc;
}

int
life_event_clock(struct call *call, json_t **ret_json, struct fault *f)
{
	struct inventory *inv = asked_inventory(call, f);
	const char *code = http_param(call->req, "code");
	const struct event *e = inv != NULL ? inventory_event(inv, code) : NULL;
	struct joint_before b = e != NULL ? joint_before(e) : (struct joint_before){ 0 };
	struct joint_clock c;

	if (inv != NULL && e == NULL) {
		fault_set(f, FAULT_LIFE_EVENT_UNKNOWN, "%s", "");
		fault_arg(f, "life_event", "%s", code);
	} else if (inv != NULL && joint_clock(&call->act, inv, e, &c, f) == 0)
		*ret_json = json_pack("{s:o, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:{s:I, s:I, s:I}}", "life_event",
		    api_ref(e->code, e->name), "promised_minutes", e->promised_minutes, "days",
		    JOINT_CLOCK_DAYS, "running", (json_int_t)c.running, "finished", (json_int_t)c.finished,
		    "in_time", (json_int_t)c.in_time, "late", (json_int_t)c.late, "withdrawn",
		    (json_int_t)c.withdrawn, "minutes_median", c.finished > 0 ?
		    json_integer((json_int_t)c.minutes_median) : json_null(), "minutes_most",
		    c.finished > 0 ? json_integer((json_int_t)c.minutes_most) : json_null(), "spared", "forms",
		    (json_int_t)(c.finished * (b.forms - 1)), "visits", (json_int_t)(c.finished * b.visits),
		    "papers", (json_int_t)(c.finished * b.papers));
	inventory_unref(inv);
	return *ret_json != NULL ? 0 : -1;
}
