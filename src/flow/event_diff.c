/* What differs between the life events of two versions, as the rows of a table would. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "flow/event_definition.h"
#include "flow/inventory_rows.h"

#define KEY_MAX 64

struct differ {
	int (*each)(const struct inventory_change *change, void *ctx, struct fault *f);
	void *ctx;
	struct fault *f;
	const char *event, *name;	/* the event */
};

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "life events");
	return -1;
}

/* The list of a version's file; one without events where there is none. */
static int
read_list(const struct inventory_file *files, size_t n, json_t **ret_list, struct fault *f)
{
	json_t *list = NULL;

	for (size_t i = 0; i < n && list == NULL; i++)
		if (strcmp(files[i].name, INVENTORY_EVENTS) == 0)
			list = json_loadb(files[i].text, files[i].len, 0, NULL);
	if (!json_is_array(list)) {
		json_decref(list);
		list = json_array();
	}
	*ret_list = list;
	return list == NULL ? no_memory(f) : 0;
}

static const char *
text(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value == NULL ? "" : value;
}

/* The one of a list that has this key. */
static const json_t *
find(const json_t *list, const char *key, const char *value)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(text(json_array_get(list, i), key), value) == 0)
			return json_array_get(list, i);
	return NULL;
}

static int
tell(const struct differ *d, enum inventory_change_kind kind, const char *key2, const char *name,
    struct inventory_change change)
{
	change.kind = kind;
	change.file = INVENTORY_EVENTS;
	change.key = d->event;
	change.key2 = key2;
	change.name = name;
	return d->each(&change, d->ctx, d->f);
}

/* One member that says something else; what is no text is shown as JSON, what is not there as nothing. */
static int
tell_member(const struct differ *d, const char *key2, const char *name, const char *member,
    const json_t *a, const json_t *b)
{
	char *json[2] = { NULL, NULL };
	const char *said[2];
	int rc;

	for (int i = 0; i < 2; i++) {
		const json_t *value = i == 0 ? a : b;

		if (value != NULL && !json_is_string(value) &&
		    (json[i] = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)) == NULL) {
			free(json[0]);
			return no_memory(d->f);
		}
		said[i] = value == NULL ? "" : json[i] != NULL ? json[i] : json_string_value(value);
	}
	rc = tell(d, INVENTORY_CHANGED, key2, name, (struct inventory_change){ .column = member,
	    .before = said[0], .after = said[1] });
	free(json[0]);
	free(json[1]);
	return rc;
}

/* Members of an event whose parts are told one by one. */
static int
has_parts(const char *member)
{
	return strcmp(member, "form") == 0 || strcmp(member, "confirm") == 0 || strcmp(member, "steps") == 0;
}

/* Every member that is in either, in the order in which they stand. */
static int
diff_members(const struct differ *d, const char *key2, const char *name, const json_t *a,
    const json_t *b)
{
	const char *member;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)a, member, value) {
		const json_t *now = json_object_get(b, member);

		if (!has_parts(member) && !json_equal(value, now) &&
		    tell_member(d, key2, name, member, value, now) < 0)
			return -1;
	}
	json_object_foreach((json_t *)(uintptr_t)b, member, value)
		if (!has_parts(member) && json_object_get(a, member) == NULL &&
		    tell_member(d, key2, name, member, NULL, value) < 0)
			return -1;
	return 0;
}

/* Fields, confirmations or steps: those that went, then those that stayed and those that came. */
static int
diff_parts(const struct differ *d, const json_t *a, const json_t *b, const char *list,
    const char *key, const char *called, const char *before_key)
{
	const json_t *was = json_object_get(a, list), *is = json_object_get(b, list);
	char key2[KEY_MAX];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(was); i++) {
		const json_t *one = json_array_get(was, i);

		snprintf(key2, sizeof(key2), "%s%.50s", before_key, text(one, key));
		if (find(is, key, text(one, key)) == NULL)
			rc = tell(d, INVENTORY_REMOVED, key2, text(one, called), (struct inventory_change){ 0 });
	}
	for (size_t i = 0; rc == 0 && i < json_array_size(is); i++) {
		const json_t *one = json_array_get(is, i), *old = find(was, key, text(one, key));

		snprintf(key2, sizeof(key2), "%s%.50s", before_key, text(one, key));
		rc = old != NULL ? diff_members(d, key2, text(one, called), old, one) :
		    tell(d, INVENTORY_ADDED, key2, text(one, called), (struct inventory_change){ 0 });
	}
	return rc;
}

static int
diff_event(struct differ *d, const json_t *a, const json_t *b)
{
	d->event = text(b, "code");
	d->name = text(b, "name");
	if (a == NULL)
		return tell(d, INVENTORY_ADDED, "", d->name, (struct inventory_change){ 0 });
	if (json_equal(a, b))
		return 0;
	return diff_members(d, "", d->name, a, b) < 0 ||
	    diff_parts(d, a, b, "form", "name", "label", "form.") < 0 ||
	    diff_parts(d, a, b, "confirm", "code", "label", "confirm.") < 0 ||
	    diff_parts(d, a, b, "steps", "code", "matter_name", "") < 0 ? -1 : 0;
}

int
event_diff(const struct inventory_file *a, size_t na, const struct inventory_file *b, size_t nb,
    int (*each)(const struct inventory_change *change, void *ctx, struct fault *f), void *ctx,
    struct fault *f)
{
	struct differ d = { each, ctx, f, "", "" };
	json_t *was = NULL, *is = NULL;
	int rc = -1;

	if (read_list(a, na, &was, f) < 0 || read_list(b, nb, &is, f) < 0)
		goto out;
	rc = 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(was); i++) {
		d.event = text(json_array_get(was, i), "code");
		if (find(is, "code", d.event) == NULL)
			rc = tell(&d, INVENTORY_REMOVED, "", text(json_array_get(was, i), "name"),
			    (struct inventory_change){ 0 });
	}
	for (size_t i = 0; rc == 0 && i < json_array_size(is); i++) {
		const json_t *one = json_array_get(is, i);

		rc = diff_event(&d, find(was, "code", text(one, "code")), one);
	}
out:
	json_decref(was);
	json_decref(is);
	return rc;
}
