#include "rules/js.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 16

void
js_begin(struct js_run *run, size_t steps_max)
{
	run->failed = JS_OK;
	run->steps = 0;
	run->steps_max = steps_max;
	run->depth = 0;
	run->used = 0;
	run->large = NULL;
}

void
js_end(struct js_run *run)
{
	free(run->large);
}

void
js_fail(struct js_run *run, enum js_failure why)
{
	if (run->failed == JS_OK)
		run->failed = why;
}

int
js_step(struct js_run *run, size_t n)
{
	run->steps += n;
	if (run->steps > run->steps_max)
		js_fail(run, JS_STEPS);
	return run->failed == JS_OK;
}

/* Places below sizeof(small) are in small, those above in large; nothing spans both. */
void *
js_alloc(struct js_run *run, size_t size)
{
	size_t at = run->used;

	if (run->failed != JS_OK)
		return NULL;
	if (size > JS_MEMORY_MAX) {
		js_fail(run, JS_MEMORY);
		return NULL;
	}
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (at < sizeof(run->small) && at + size > sizeof(run->small))
		at = sizeof(run->small);
	if (at + size > sizeof(run->small) + JS_MEMORY_MAX) {
		js_fail(run, JS_MEMORY);
		return NULL;
	}
	run->used = at + size;
	if (run->used <= sizeof(run->small))
		return run->small + at;
	if (run->large == NULL && (run->large = malloc(JS_MEMORY_MAX)) == NULL) {
		js_fail(run, JS_NO_MEMORY);
		return NULL;
	}
	return run->large + (at - sizeof(run->small));
}

size_t
js_mark(const struct js_run *run)
{
	return run->used;
}

void
js_release(struct js_run *run, size_t mark)
{
	run->used = mark;
}

struct js_value
js_keep(struct js_run *run, size_t mark, struct js_value v)
{
	const char *p;
	char *out;

	if (v.kind == JS_LIST || v.kind == JS_PAIR)
		return v;
	run->used = mark;
	if (v.kind != JS_STRING)
		return v;
	p = v.text.p;
	if (!(p >= run->small && p < run->small + sizeof(run->small)) &&
	    !(run->large != NULL && p >= run->large && p < run->large + JS_MEMORY_MAX))
		return v;
	if ((out = js_alloc(run, v.text.len + 1)) == NULL)
		return js_plain(JS_UNDEFINED);
	memmove(out, p, v.text.len);
	out[v.text.len] = '\0';
	v.text.p = out;
	return v;
}

struct js_value
js_from_json(const json_t *json)
{
	if (json == NULL)
		return js_plain(JS_UNDEFINED);
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return (struct js_value){ .kind = JS_OBJECT, .json = json };
	case JSON_ARRAY:
		return (struct js_value){ .kind = JS_ARRAY, .json = json };
	case JSON_STRING:
		return js_string((struct js_text){ json_string_value(json), json_string_length(json) });
	case JSON_INTEGER:
	case JSON_REAL:
		return js_number(json_number_value(json));
	case JSON_TRUE:
	case JSON_FALSE:
		return js_bool(json_is_true(json));
	case JSON_NULL:
		break;
	}
	return js_plain(JS_NULL);
}

static json_t *
number_to_json(double x)
{
	if (isnan(x) || isinf(x))
		return json_null();
	/* 2^63 itself is no longer an int64_t. */
	if (x >= -9223372036854775808.0 && x < 9223372036854775808.0 && x == trunc(x))
		return json_integer((json_int_t)x);
	return json_real(x);
}

static json_t *
text_to_json(struct js_run *run, struct js_text t)
{
	json_t *json;
	char *copy;

	/* The same long text may stand in a result many times over. */
	if (!js_step(run, t.len / 64))
		return NULL;
	/* Only half a character is not UTF-8 here, and its first byte is ED. */
	if (memchr(t.p, 0xED, t.len) == NULL)
		return json_stringn_nocheck(t.p, t.len);
	if ((json = json_stringn(t.p, t.len)) != NULL)
		return json;
	if ((copy = js_alloc(run, t.len)) == NULL)
		return NULL;
	memcpy(copy, t.p, t.len);
	for (size_t i = 0; i + 2 < t.len; i++)
		if ((unsigned char)copy[i] == 0xED && (unsigned char)copy[i + 1] >= 0xA0)
			memcpy(copy + i, "\xEF\xBF\xBD", 3);
	return json_stringn_nocheck(copy, t.len);
}

static json_t *
list_to_json(struct js_run *run, const struct js_list *list)
{
	json_t *json = json_array();

	if (++run->depth > JS_DEPTH_MAX)
		js_fail(run, JS_DEPTH);
	for (size_t i = 0; i < list->n && run->failed == JS_OK; i++) {
		json_t *one = js_to_json(run, list->v[i]);

		if (run->failed == JS_OK && json_array_append_new(json, one) < 0)
			js_fail(run, JS_NO_MEMORY);
	}
	run->depth--;
	return json;
}

static json_t *
pair_to_json(struct js_run *run, const struct js_pair *pair)
{
	const struct js_value v[] = { pair->current, pair->accumulator };
	static const char *const name[] = { "current", "accumulator" };
	json_t *json = json_object();

	if (++run->depth > JS_DEPTH_MAX)
		js_fail(run, JS_DEPTH);
	for (size_t i = 0; i < 2 && run->failed == JS_OK; i++) {
		json_t *one;

		if (v[i].kind == JS_UNDEFINED)
			continue;
		one = js_to_json(run, v[i]);
		if (run->failed == JS_OK && json_object_set_new(json, name[i], one) < 0)
			js_fail(run, JS_NO_MEMORY);
	}
	run->depth--;
	return json;
}

json_t *
js_to_json(struct js_run *run, struct js_value v)
{
	json_t *json = NULL;

	if (!js_step(run, 1))
		return NULL;
	switch (v.kind) {
	case JS_UNDEFINED:
	case JS_NULL:
		json = json_null();
		break;
	case JS_BOOL:
		json = json_boolean(v.truth);
		break;
	case JS_NUMBER:
		json = number_to_json(v.number);
		break;
	case JS_STRING:
		json = text_to_json(run, v.text);
		break;
	case JS_ARRAY:
	case JS_OBJECT:
		/* Shared: who gets a result does not change it. */
		json = json_incref((json_t *)v.json);
		break;
	case JS_LIST:
		json = list_to_json(run, v.list);
		break;
	case JS_PAIR:
		json = pair_to_json(run, v.pair);
		break;
	}
	if (json == NULL)
		js_fail(run, JS_NO_MEMORY);
	if (run->failed != JS_OK) {
		json_decref(json);
		return NULL;
	}
	return json;
}

struct js_list *
js_list_new(struct js_run *run, size_t n)
{
	struct js_list *list;

	if (!js_step(run, n / 8) || (list = js_alloc(run, sizeof(*list) + n * sizeof(list->v[0]))) == NULL)
		return NULL;
	list->n = n;
	return list;
}

struct js_value
js_listed(const struct js_list *list)
{
	return (struct js_value){ .kind = JS_LIST, .list = list };
}

int
js_is_array(struct js_value v)
{
	return v.kind == JS_ARRAY || v.kind == JS_LIST;
}

size_t
js_count(struct js_value array)
{
	return array.kind == JS_ARRAY ? json_array_size(array.json) : array.list->n;
}

struct js_value
js_at(struct js_value array, size_t i)
{
	if (array.kind == JS_ARRAY)
		return js_from_json(json_array_get(array.json, i));
	return i < array.list->n ? array.list->v[i] : js_plain(JS_UNDEFINED);
}

/* An element's number as JavaScript writes it: "0", "7", not "07". */
static int
index_of(struct js_text name, size_t *ret_i)
{
	size_t n = 0;

	if (name.len == 0 || name.len > 10 || (name.p[0] == '0' && name.len > 1))
		return -1;
	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return -1;
		n = n * 10 + (size_t)(name.p[i] - '0');
	}
	*ret_i = n;
	return 0;
}

static int
text_is(struct js_text t, const char *want)
{
	return t.len == strlen(want) && memcmp(t.p, want, t.len) == 0;
}

struct js_value
js_member(struct js_run *run, struct js_value v, struct js_text name)
{
	struct js_text unit;
	size_t i;

	if (v.kind == JS_OBJECT)
		return js_from_json(json_object_getn(v.json, name.p, name.len));
	if (v.kind == JS_PAIR && text_is(name, "current"))
		return v.pair->current;
	if (v.kind == JS_PAIR && text_is(name, "accumulator"))
		return v.pair->accumulator;
	if (js_is_array(v) && text_is(name, "length"))
		return js_number((double)js_count(v));
	if (js_is_array(v) && index_of(name, &i) == 0)
		return js_at(v, i);
	if (v.kind == JS_STRING && js_step(run, v.text.len / 64)) {
		if (text_is(name, "length"))
			return js_number((double)js_text_units(v.text));
		if (index_of(name, &i) == 0) {
			unit = js_text_slice(run, v.text, i, i + 1);
			return unit.len > 0 ? js_string(unit) : js_plain(JS_UNDEFINED);
		}
	}
	return js_plain(JS_UNDEFINED);
}

int
js_truthy(struct js_value v)
{
	switch (v.kind) {
	case JS_UNDEFINED:
	case JS_NULL:
		return 0;
	case JS_BOOL:
		return v.truth;
	case JS_NUMBER:
		return v.number != 0 && !isnan(v.number);
	case JS_STRING:
		return v.text.len > 0;
	case JS_ARRAY:
	case JS_LIST:
		return js_count(v) > 0;
	case JS_OBJECT:
	case JS_PAIR:
		break;
	}
	return 1;
}

struct js_text
js_join(struct js_run *run, struct js_value array, const char *separator)
{
	size_t n = js_count(array), glue = separator[0] != '\0' ? 2 : 1;
	struct js_text none = { "", 0 }, *part;

	if (n == 0 || !js_step(run, n))
		return none;
	if (++run->depth > JS_DEPTH_MAX)
		js_fail(run, JS_DEPTH);
	if ((part = js_alloc(run, n * glue * sizeof(*part))) == NULL)
		return none;
	for (size_t i = 0; i < n; i++) {
		struct js_value v = js_at(array, i);

		part[i * glue] = v.kind == JS_NULL || v.kind == JS_UNDEFINED ? none : js_to_text(run, v);
		if (glue == 2)
			part[i * 2 + 1] = (struct js_text){ separator, 1 };
	}
	run->depth--;
	return js_text_concat(run, part, n * glue - (glue - 1));
}

struct js_text
js_to_text(struct js_run *run, struct js_value v)
{
	static const char *const word[] = {
		[JS_UNDEFINED] = "undefined", [JS_NULL] = "null",
		[JS_OBJECT] = "[object Object]", [JS_PAIR] = "[object Object]",
	};
	const char *text;
	char *out;

	switch (v.kind) {
	case JS_STRING:
		return v.text;
	case JS_ARRAY:
	case JS_LIST:
		return js_join(run, v, ",");
	case JS_NUMBER:
		if (!js_step(run, 4) || (out = js_alloc(run, JS_NUMBER_MAX)) == NULL)
			return (struct js_text){ "", 0 };
		js_number_text(v.number, out);
		return (struct js_text){ out, strlen(out) };
	default:
		text = v.kind == JS_BOOL ? (v.truth ? "true" : "false") : word[v.kind];
		return (struct js_text){ text, strlen(text) };
	}
}

double
js_to_number(struct js_run *run, struct js_value v)
{
	switch (v.kind) {
	case JS_UNDEFINED:
		return NAN;
	case JS_NULL:
		return 0;
	case JS_BOOL:
		return v.truth;
	case JS_NUMBER:
		return v.number;
	default:
		return js_text_number(run, js_to_text(run, v));
	}
}

static int
is_reference(struct js_value v)
{
	return v.kind >= JS_ARRAY;
}

static int
same_text(struct js_run *run, struct js_text a, struct js_text b)
{
	return js_step(run, a.len / 64) && a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

int
js_identical(struct js_run *run, struct js_value a, struct js_value b)
{
	if (a.kind != b.kind)
		return 0;
	switch (a.kind) {
	case JS_UNDEFINED:
	case JS_NULL:
		return 1;
	case JS_BOOL:
		return a.truth == b.truth;
	case JS_NUMBER:
		return a.number == b.number;
	case JS_STRING:
		return same_text(run, a.text, b.text);
	case JS_ARRAY:
	case JS_OBJECT:
		return a.json == b.json;
	case JS_LIST:
		return a.list == b.list;
	case JS_PAIR:
		break;
	}
	return a.pair == b.pair;
}

int
js_equal(struct js_run *run, struct js_value a, struct js_value b)
{
	int a_none = a.kind <= JS_NULL, b_none = b.kind <= JS_NULL;

	if (a_none || b_none)
		return a_none && b_none;
	if (a.kind == b.kind || (is_reference(a) && is_reference(b)))
		return js_identical(run, a, b);
	/* An array or object meets a string as text; all else meets as numbers. */
	if (is_reference(a))
		a = js_string(js_to_text(run, a));
	if (is_reference(b))
		b = js_string(js_to_text(run, b));
	if (a.kind == JS_STRING && b.kind == JS_STRING)
		return same_text(run, a.text, b.text);
	return js_to_number(run, a) == js_to_number(run, b);
}

/* Brings both to the primitive values that < compares; whether both are text. */
static int
as_texts(struct js_run *run, struct js_value *a, struct js_value *b)
{
	if (is_reference(*a))
		*a = js_string(js_to_text(run, *a));
	if (is_reference(*b))
		*b = js_string(js_to_text(run, *b));
	return a->kind == JS_STRING && b->kind == JS_STRING && js_step(run, a->text.len / 64);
}

int
js_less(struct js_run *run, struct js_value a, struct js_value b)
{
	if (as_texts(run, &a, &b))
		return js_text_compare(a.text, b.text) < 0;
	return js_to_number(run, a) < js_to_number(run, b);
}

int
js_less_equal(struct js_run *run, struct js_value a, struct js_value b)
{
	if (as_texts(run, &a, &b))
		return js_text_compare(a.text, b.text) <= 0;
	return js_to_number(run, a) <= js_to_number(run, b);
}
