/*
 * event_build.h - how events come to be: what the files that read and check them share.
 *
 * As with the other files of an inventory (inventory_build.h): nothing stops at an error, and
 * -1 is for lack of memory only.
 */
#ifndef FLOW_EVENT_BUILD_H
#define FLOW_EVENT_BUILD_H

#include <jansson.h>

#include "base/utf8.h"
#include "flow/event_definition.h"
#include "flow/inventory_build.h"

/* For %.*s: as much of a code as a place in a report has room for, and no part of a character. */
#define EVENT_PART(code) (int)utf8_whole(code, strnlen(code, 40)), code

/* An event under construction, and where in the file the reading is. */
struct event_reader {
	struct build *b;
	struct event *event;
	struct event_field *form;	/* event->form, of EVENT_FORM_MAX */
	struct event_step *steps;	/* event->steps */
	struct event_plan *plan;	/* event->plan */
	const json_t *json;		/* the event; where steps could be read it has as many */
	const char *at_event, *at_part;	/* codes, for the report */
};

/* An error at a member of the event or of a part of it ("NB3", "form.child_name"). */
void event_complain(struct event_reader *r, const char *member, const char *value,
    enum problem problem, struct says says);

/* The same with the sentences of a fault. */
void event_complain_fault(struct event_reader *r, const char *member, const char *value,
    const struct fault *f);

/* The member of that name and type; NULL where it is missing (reported if required) or wrong (reported). */
const json_t *event_member(struct event_reader *r, const json_t *object, const char *name,
    json_type type, enum presence presence);

/* Reports members that are not among the names; NULL ends them. */
void event_members(struct event_reader *r, const json_t *object, const char *const *names);

/*
 * A text without control characters or outer spaces; "" where it is blank, missing or wrong.
 * NULL: no memory.
 */
const char *event_text(struct event_reader *r, const json_t *object, const char *name,
    size_t max, enum presence presence);

/* The texts of a list, NULL-terminated, each once, those that are wrong left out. */
int event_texts(struct event_reader *r, const json_t *object, const char *name, size_t max,
    const char *const **ret_list, size_t *ret_n);

/* A text out of a few words; NULL where there is none, or another (reported). -1: no memory. */
int event_word(struct event_reader *r, const json_t *object, const char *name,
    const char *const *words, enum presence presence, const char **ret_word);

/* Reads the own fields of the form. */
int event_read_form(struct event_reader *r);

/* The names of the types of fields, in the order of enum value_type. */
extern const char *const event_types[];

enum event_may { EVENT_MAY_HAND_OVER, EVENT_MAY_ANSWER, EVENT_MAY_GIVE };

/* An own field of the form: 1, or 0 where there is none of that name (reported). */
int event_bind_form(struct event_reader *r, const char *member, const char *name, struct event_source *s);

/* What a step takes, which the plan then knows of.  1: bound, 0: reported, -1: no memory. */
int event_bind_source(struct event_reader *r, size_t step, const char *member, const char *text,
    enum event_may may, struct event_source *s);

/* Whether a field of that type can be somebody's name or number; reports one that cannot. */
int event_check_person(struct event_reader *r, const char *member, const struct event_source *s);

/* Resolves inputs, answers, parties and results of every step; the plan is closed. */
int event_bind(struct event_reader *r);

/* Where a rule takes the results of a step from. */
int event_bind_gives(struct event_reader *r, size_t step, const json_t *json);

/* Once every step is bound: which results are taken, and whether those that take them can use them. */
int event_check_gives(struct event_reader *r);

/* Who must confirm, each as one more place in the form. */
int event_read_confirms(struct event_reader *r);

/* The whole file, a step of the build; none where the inventory has no such file. */
int build_events(struct build *b);

#endif
