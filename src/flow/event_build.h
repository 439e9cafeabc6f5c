/*
 * event_build.h - how events come to be: what the files that read and check them share.
 *
 * As with the other files of an inventory (inventory_build.h): nothing stops at an error, and
 * -1 is for lack of memory only.
 */
#ifndef FLOW_EVENT_BUILD_H
#define FLOW_EVENT_BUILD_H

#include <jansson.h>

#include "flow/event_definition.h"
#include "flow/inventory_build.h"

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

/* Reads the own fields of the form. */
int event_read_form(struct event_reader *r);

/* The names of the types of fields, in the order of enum value_type. */
extern const char *const event_types[];

/* Resolves inputs, answers and parties of every step; the plan is closed. */
int event_bind(struct event_reader *r);

/* The whole file, a step of the build; none where the inventory has no such file. */
int build_events(struct build *b);

#endif
