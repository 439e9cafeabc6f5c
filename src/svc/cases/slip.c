#include "svc/cases/slip.h"

#include <stdlib.h>
#include <string.h>

#include "svc/agencies/place.h"

#define VARS_MAX 8

enum slip_word {
#define SLIP_WORD(sym, zh, en) WORD_##sym,
#include "svc/cases/slips.def"
	WORD_N
};

enum slip_says {
#define SLIP_SAYS(sym, zh, en) SAYS_##sym,
#include "svc/cases/slips.def"
	SAYS_N
};

static const struct { const char *name, *title[2]; } kinds[SLIP_NKINDS] = {
#define SLIP(sym, kind, zh, en) [SLIP_##sym] = { kind, { zh, en } },
#include "svc/cases/slips.def"
};

static const char *const words[WORD_N][2] = {
#define SLIP_WORD(sym, zh, en) [WORD_##sym] = { zh, en },
#include "svc/cases/slips.def"
};

static const char *const texts[SAYS_N][2] = {
#define SLIP_SAYS(sym, zh, en) [SAYS_##sym] = { zh, en },
#include "svc/cases/slips.def"
};

/* A slip while it is written. */
struct writer {
	struct act *act;
	const struct case_file *c;
	enum lang lang;
	struct slip *slip;
	struct stored_record r;		/* of what the slip is about */
	struct limits limits;
	int failed;
};

/* What {name} stands for. */
struct var { const char *name, *value; };

const char *
slip_name(enum slip_kind kind)
{
	return kinds[kind].name;
}

int
slip_parse(const char *name, enum slip_kind *ret_kind)
{
	for (int k = 0; k < SLIP_NKINDS; k++) {
		if (strcmp(kinds[k].name, name) == 0) {
			*ret_kind = (enum slip_kind)k;
			return 0;
		}
	}
	return -1;
}

int
slip_there_is(const struct case_file *c, enum slip_kind kind)
{
	switch (kind) {
	case SLIP_ACCEPTANCE:
		return c->has_accepted;
	case SLIP_DEFERRAL:
		return c->has_accepted && c->deferred_until != 0;
	case SLIP_CORRECTION:
		return c->has_correction;
	case SLIP_REFUSAL:
		return c->has_concluded && c->state == CASE_REFUSED;
	case SLIP_WITHDRAWAL:
		return c->has_concluded && c->state == CASE_WITHDRAWN;
	default:
		return c->has_concluded && c->state == CASE_SETTLED;
	}
}

void
slip_free(struct slip *s)
{
	json_decref(s->lines);
	json_decref(s->paragraphs);
}

static void
add_line(struct writer *w, enum slip_word label, const char *text)
{
	w->failed |= json_array_append_new(w->slip->lines, json_pack("{s:s, s:s}", "label",
	    words[label][w->lang], "text", text)) < 0;
}

/* "2026年11月23日", or "2026-11-23". */
static const char *
day_text(const struct writer *w, int64_t day, char text[CLOCK_TEXT_MAX])
{
	struct clock_date d = clock_date(day);

	if (w->lang == LANG_ZH)
		snprintf(text, CLOCK_TEXT_MAX, "%d年%d月%d日", d.year, d.month, d.day);
	else
		clock_day_text(day, text);
	return text;
}

static void
add_day(struct writer *w, enum slip_word label, int64_t day)
{
	char text[CLOCK_TEXT_MAX];

	add_line(w, label, day_text(w, day, text));
}

static const char *
value_of(const struct var *vars, const char *name, size_t len)
{
	for (; vars->name != NULL; vars++)
		if (strncmp(vars->name, name, len) == 0 && vars->name[len] == '\0')
			return vars->value;
	return "";
}

/* The paragraph with its {names} filled in; what is filled in is taken as it is. */
static void
add_says(struct writer *w, enum slip_says says, const struct var *vars)
{
	struct buf text = BUF_INIT;
	const char *p = texts[says][w->lang];

	while (*p != '\0') {
		size_t plain = strcspn(p, "{"), name;

		buf_add(&text, p, plain);
		p += plain;
		if (*p == '\0')
			break;
		name = strcspn(++p, "}");
		buf_str(&text, value_of(vars, p, name));
		p += name + 1;
	}
	w->failed |= buf_failed(&text) ||
	    json_array_append_new(w->slip->paragraphs, json_string(text.data)) < 0;
	buf_wipe(&text);
}

static const char *
matter(const struct writer *w)
{
	return w->c->matter->name;
}

/* What somebody wrote in the record's body. */
static const char *
told(const struct writer *w, const char *member)
{
	const char *text = json_string_value(json_object_get(w->r.body, member));

	return text != NULL ? text : "";
}

static void
add_limits(struct writer *w)
{
	const struct limits *l = &w->limits;
	char from[CLOCK_TEXT_MAX], ends[LIMIT_N][CLOCK_TEXT_MAX], due[CLOCK_TEXT_MAX];
	char promised[16], statutory[16];

	snprintf(promised, sizeof(promised), "%d", w->c->matter->promised_days);
	snprintf(statutory, sizeof(statutory), "%d", w->c->matter->statutory_days);
	add_says(w, SAYS_LIMITS, (const struct var[]){ { "from", day_text(w, l->from, from) },
	    { "promised", promised }, { "statutory", statutory },
	    { "promised_end", day_text(w, l->ends[LIMIT_PROMISED], ends[LIMIT_PROMISED]) },
	    { "statutory_end", day_text(w, l->ends[LIMIT_STATUTORY], ends[LIMIT_STATUTORY]) },
	    { "due", day_text(w, l->due, due) }, { NULL, NULL } });
	if (l->provisional)
		add_says(w, SAYS_PROVISIONAL, (const struct var[]){ { NULL, NULL } });
}

/* One line: what lacks, by its labels, and the proof that it is for.  Nobody is asked for the proof. */
static void
add_lack(struct writer *w, enum slip_word label, const struct item *item, const char *missing)
{
	struct buf text = BUF_INIT;

	case_missing_labels(w->c, missing, w->lang, &text);
	buf_fmt(&text, w->lang == LANG_ZH ? "(用于:%s)" : " (for: %s)", item->proof->name);
	w->failed |= buf_failed(&text);
	if (!buf_failed(&text))
		add_line(w, label, text.data);
	buf_free(&text);
}

/* What lacked when the record was written, in the order of the list. */
static void
add_lacks(struct writer *w, enum slip_word label)
{
	json_t *lacks = json_object_get(w->r.body, "lacks");

	for (size_t i = 0; i < w->c->nitems; i++) {
		const struct item *item = w->c->item[i].item;
		const char *missing = json_string_value(json_object_get(lacks, item->code));

		if (missing != NULL)
			add_lack(w, label, item, missing);
	}
}

static void
write_acceptance(struct writer *w)
{
	const struct var vars[] = { { "matter", matter(w) }, { NULL, NULL } };

	add_day(w, WORD_ACCEPTED, clock_day(w->r.at));
	add_day(w, WORD_DUE, w->limits.due);
	add_says(w, SAYS_ACCEPTED, vars);
	add_limits(w);
	add_says(w, SAYS_NO_PAPER, vars);
	add_says(w, SAYS_ACCEPT_GROUND, vars);
}

static void
write_deferral(struct writer *w)
{
	char until[CLOCK_TEXT_MAX];
	const struct var vars[] = { { "matter", matter(w) },
		{ "until", day_text(w, w->c->deferred_until, until) }, { NULL, NULL } };

	add_day(w, WORD_ACCEPTED, clock_day(w->r.at));
	add_day(w, WORD_UNTIL, w->c->deferred_until);
	add_lacks(w, WORD_LACKS);
	add_says(w, SAYS_DEFERRED, vars);
	add_says(w, SAYS_DEFERRED_LATE, vars);
	add_limits(w);
}

static void
write_correction(struct writer *w)
{
	char due[CLOCK_TEXT_MAX];
	const struct var vars[] = { { "matter", matter(w) }, { "words", told(w, "words") },
		{ "due", day_text(w, w->c->correction_due, due) }, { NULL, NULL } };

	add_day(w, WORD_CORRECT_BY, w->c->correction_due);
	add_lacks(w, WORD_MISSING);
	add_says(w, SAYS_CORRECT, vars);
	add_says(w, SAYS_CORRECT_WORDS, vars);
	add_says(w, SAYS_CORRECT_LATE, vars);
	add_says(w, SAYS_NO_PAPER, vars);
}

/* Whether something that was deferred never came, and its day had passed. */
static int
deferral_failed(const struct writer *w)
{
	int lacks = 0;

	for (size_t i = 0; i < w->c->nitems; i++)
		lacks |= w->c->item[i].deferred && case_item_lacks(&w->c->item[i]);
	return lacks && clock_day(w->r.at) > w->c->deferred_until;
}

static void
write_refusal(struct writer *w)
{
	const struct division *d = inventory_division(w->c->inv, w->c->division);
	char until[CLOCK_TEXT_MAX];
	const struct var vars[] = { { "matter", matter(w) }, { "reason", told(w, "reason") },
		{ "until", day_text(w, w->c->deferred_until, until) }, { "division", d->name },
		{ NULL, NULL } };
	int revoked = deferral_failed(w);

	if (w->c->has_accepted)
		w->slip->title = texts[revoked ? SAYS_TITLE_REVOKED : SAYS_TITLE_NOT_GRANTED][w->lang];
	add_says(w, !w->c->has_accepted ? SAYS_NOT_ACCEPTED : revoked ? SAYS_REVOKED :
	    SAYS_NOT_GRANTED, vars);
	add_says(w, SAYS_BECAUSE, vars);
	add_says(w, SAYS_REMEDIES, vars);
}

static void
write_withdrawal(struct writer *w)
{
	char due[CLOCK_TEXT_MAX];
	const struct var vars[] = { { "matter", matter(w) }, { "reason", told(w, "reason") },
		{ "due", day_text(w, w->c->correction_due, due) }, { NULL, NULL } };
	int late = w->c->has_correction && !w->c->has_accepted &&
	    clock_day(w->r.at) > w->c->correction_due, deemed = 0;

	/* What was completed, in time or not, is not deemed to be withdrawn. */
	for (size_t i = 0; i < w->c->nitems; i++)
		deemed |= late && case_item_lacks(&w->c->item[i]);
	add_says(w, deemed ? SAYS_DEEMED : SAYS_WITHDRAWN, vars);
	add_says(w, SAYS_BECAUSE, vars);
}

/* How an item came to its end. */
static enum slip_says
way_of(const struct case_item *ci)
{
	return ci->state == ITEM_CANCELLED ? SAYS_WAY_CANCELLED :
	    ci->state == ITEM_COMMITTED ? SAYS_WAY_COMMITTED :
	    ci->way == METHOD_DATA_QUERY ? SAYS_WAY_QUERIED : SAYS_WAY_VERIFIED;
}

static void
write_result(struct writer *w)
{
	for (size_t i = 0; i < w->c->nitems; i++) {
		const struct case_item *ci = &w->c->item[i];

		if (item_state_settled(ci->state))
			w->failed |= json_array_append_new(w->slip->lines, json_pack("{s:s, s:s}",
			    "label", ci->item->proof->name, "text",
			    texts[way_of(ci)][w->lang])) < 0;
	}
	add_says(w, SAYS_SETTLED, (const struct var[]){ { "matter", matter(w) }, { NULL, NULL } });
}

/* What stands on every slip. */
static void
add_common(struct writer *w)
{
	const struct party *p = case_party(w->c, INVENTORY_APPLICANT);
	json_t *text = json_loadb(w->r.text.data, w->r.text.len, 0, NULL);
	const char *at = json_string_value(json_object_get(json_object_get(text, "actor"), "agency"));
	const struct agency *counter = at != NULL ? place_agency(w->act->app, w->c->inv, at) : NULL;
	char masked[IDENT_MAX * 4];

	add_line(w, WORD_NUMBER, w->c->number);
	if (p != NULL) {
		add_line(w, WORD_APPLICANT, p->name);
		ident_mask(p->number, masked, sizeof(masked));
		if (masked[0] != '\0')
			add_line(w, WORD_IDENTIFIER, masked);
	}
	add_line(w, WORD_MATTER, matter(w));
	if (counter != NULL)
		add_line(w, WORD_COUNTER, counter->name);
	add_day(w, WORD_RECEIVED, case_day_of(w->c->id));
	json_decref(text);
}

/* How each kind is written, and the record that it is about. */
static const uint8_t *
record_of(const struct case_file *c, enum slip_kind kind)
{
	return kind == SLIP_CORRECTION ? c->correction :
	    kind == SLIP_ACCEPTANCE || kind == SLIP_DEFERRAL ? c->accepted : c->concluded;
}

static void (*const writers[SLIP_NKINDS])(struct writer *w) = {
	[SLIP_ACCEPTANCE] = write_acceptance,
	[SLIP_DEFERRAL] = write_deferral,
	[SLIP_CORRECTION] = write_correction,
	[SLIP_REFUSAL] = write_refusal,
	[SLIP_WITHDRAWAL] = write_withdrawal,
	[SLIP_RESULT] = write_result,
};

/* The slips that there are now: "受理通知书(acceptance)"; or what makes the first of them. */
static void
say_slips(const struct case_file *c, enum lang lang, struct fault *f)
{
	struct buf text = BUF_INIT;

	for (int k = 0; k < SLIP_NKINDS; k++)
		if (slip_there_is(c, (enum slip_kind)k))
			buf_fmt(&text, lang == LANG_ZH ? "%s%s(%s)" : "%s%s (%s)", text.len > 0 ?
			    (lang == LANG_ZH ? "、" : ", ") : "", kinds[k].title[lang], kinds[k].name);
	if (lang == LANG_ZH)
		fault_arg(f, "next_zh", "%s%s", text.len > 0 ? "现在有:" :
		    "现在还没有文书:受理、告知补正或办结以后才有", text.len > 0 ? text.data : "");
	else
		fault_arg(f, "next_en", "%s%s", text.len > 0 ? "There is now: " :
		    "There is none yet: accept, ask for a correction or conclude first",
		    text.len > 0 ? text.data : "");
	buf_free(&text);
}

static void
refuse_slip(const struct case_file *c, enum slip_kind kind, struct fault *f)
{
	fault_set(f, FAULT_SLIP_NONE, "%s", "");
	fault_arg(f, "why_zh", "%s", kinds[kind].title[LANG_ZH]);
	fault_arg(f, "why_en", "%s", kinds[kind].title[LANG_EN]);
	say_slips(c, LANG_ZH, f);
	say_slips(c, LANG_EN, f);
}

/* Whose matter it is: what is written of an open case is written by whom it is with now. */
static const struct agency *
agency_of(struct act *act, const struct case_file *c)
{
	if (inventory_agency(c->inv, c->agency->code) == NULL)
		return c->agency;
	return case_state_final(c->state) ? case_acting(c) : place_of_matter(act->app, c->inv, c->matter,
	    inventory_division(c->inv, c->division));
}

int
slip_make(struct act *act, const struct case_file *c, enum slip_kind kind, enum lang lang,
    struct slip *ret_slip, struct fault *f)
{
	struct slip slip = { .title = kinds[kind].title[lang], .agency = agency_of(act, c),
		.lines = json_array(), .paragraphs = json_array() };
	struct writer w = { .act = act, .c = c, .lang = lang, .slip = &slip,
		.limits = case_limits(c) };
	int rc = -1;

	if (!slip_there_is(c, kind)) {
		refuse_slip(c, kind, f);
		goto out;
	}
	if (record_load(act, c->division, record_of(c, kind), &w.r, f) < 0)
		goto out;
	slip.issued_at = w.r.at;
	add_common(&w);
	writers[kind](&w);
	stored_record_free(&w.r);
	if (w.failed) {
		fault_set(f, FAULT_MEMORY, "%s", "slip");
		goto out;
	}
	*ret_slip = slip;
	slip = (struct slip){ 0 };
	rc = 0;
out:
	slip_free(&slip);
	return rc;
}
