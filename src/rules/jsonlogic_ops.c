#include "rules/jsonlogic_ops.h"

#include <math.h>
#include <string.h>

static struct js_value
argument(const struct js_list *arg, size_t i)
{
	return i < arg->n ? arg->v[i] : js_plain(JS_UNDEFINED);
}

/* Comparison and truth */

static struct js_value
op_equal(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_equal(run, argument(arg, 0), argument(arg, 1)));
}

static struct js_value
op_unequal(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(!js_equal(run, argument(arg, 0), argument(arg, 1)));
}

static struct js_value
op_identical(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_identical(run, argument(arg, 0), argument(arg, 1)));
}

static struct js_value
op_different(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(!js_identical(run, argument(arg, 0), argument(arg, 1)));
}

static struct js_value
op_greater(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_less(run, argument(arg, 1), argument(arg, 0)));
}

static struct js_value
op_greater_equal(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_less_equal(run, argument(arg, 1), argument(arg, 0)));
}

/* With three arguments: whether the second lies between the others. */
static struct js_value
op_less(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_less(run, argument(arg, 0), argument(arg, 1)) &&
	    (argument(arg, 2).kind == JS_UNDEFINED || js_less(run, arg->v[1], arg->v[2])));
}

static struct js_value
op_less_equal(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_bool(js_less_equal(run, argument(arg, 0), argument(arg, 1)) &&
	    (argument(arg, 2).kind == JS_UNDEFINED || js_less_equal(run, arg->v[1], arg->v[2])));
}

static struct js_value
op_truth(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)run;
	(void)data;
	return js_bool(js_truthy(argument(arg, 0)));
}

static struct js_value
op_not(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)run;
	(void)data;
	return js_bool(!js_truthy(argument(arg, 0)));
}

static struct js_value
op_log(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)run;
	(void)data;
	return argument(arg, 0);
}

/* Numbers */

/* parseFloat(v); the detour over text makes -0 a plain 0. */
static double
as_float(struct js_run *run, struct js_value v)
{
	return v.kind == JS_NUMBER ? v.number + 0.0 : js_text_float(run, js_to_text(run, v));
}

static struct js_value
op_add(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	double sum = 0;

	(void)data;
	for (size_t i = 0; i < arg->n; i++)
		sum += as_float(run, arg->v[i]);
	return js_number(sum);
}

/* One argument is given back as it is, none is an error: so the reference reduces. */
static struct js_value
op_multiply(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	struct js_value product = argument(arg, 0);

	(void)data;
	if (arg->n == 0)
		js_fail(run, JS_THROWN);
	for (size_t i = 1; i < arg->n; i++)
		product = js_number(as_float(run, product) * as_float(run, arg->v[i]));
	return product;
}

static struct js_value
op_subtract(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	double a = js_to_number(run, argument(arg, 0));

	(void)data;
	if (argument(arg, 1).kind == JS_UNDEFINED)
		return js_number(-a);
	return js_number(a - js_to_number(run, arg->v[1]));
}

static struct js_value
op_divide(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	double a = js_to_number(run, argument(arg, 0)), b = js_to_number(run, argument(arg, 1));

	(void)data;
	/* Written out: IEEE 754 says the same, but a sanitizer calls x / 0 an error. */
	if (b == 0)
		return js_number(a == 0 || isnan(a) ? NAN : signbit(a) == signbit(b) ? INFINITY : -INFINITY);
	return js_number(a / b);
}

static struct js_value
op_remainder(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_number(fmod(js_to_number(run, argument(arg, 0)), js_to_number(run, argument(arg, 1))));
}

/* Math.max (sign 1) or Math.min (sign -1): NaN wins, and 0 is above -0. */
static struct js_value
extreme(struct js_run *run, const struct js_list *arg, int sign)
{
	double best = -INFINITY;

	for (size_t i = 0; i < arg->n; i++) {
		double x = sign * js_to_number(run, arg->v[i]);

		if (isnan(x) || isnan(best))
			best = NAN;
		else if (x > best || (x == 0 && best == 0 && !signbit(x)))
			best = x;
	}
	return js_number(sign * best);
}

static struct js_value
op_max(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return extreme(run, arg, 1);
}

static struct js_value
op_min(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return extreme(run, arg, -1);
}

/* Text and arrays */

static struct js_value
op_cat(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	(void)data;
	return js_string(js_join(run, js_listed(arg), ""));
}

/* An index of JavaScript within 0 to size: not a number is 0, a fraction is cut. */
static size_t
clamp(double x, size_t size)
{
	if (!(x >= 1))
		return 0;
	return x >= (double)size ? size : (size_t)x;
}

static struct js_value
op_substr(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	struct js_text text = js_to_text(run, argument(arg, 0));
	struct js_value end = argument(arg, 2);
	double first = trunc(js_to_number(run, argument(arg, 1))), length;
	size_t size = js_text_units(text), from, rest;

	(void)data;
	from = first < 0 ? clamp(first + (double)size, size) : clamp(first, size);
	rest = size - from;
	if (end.kind == JS_UNDEFINED)
		return js_string(js_text_slice(run, text, from, size));
	if (js_less(run, end, js_number(0))) {
		/* Counted from the end, as in PHP.  A text is not added but put behind. */
		length = end.kind == JS_NUMBER ? (double)rest + end.number : NAN;
	} else {
		length = js_to_number(run, end);
	}
	return js_string(js_text_slice(run, text, from, from + clamp(length, rest)));
}

static struct js_value
op_in(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	struct js_value a = argument(arg, 0), b = argument(arg, 1);

	(void)data;
	if (b.kind == JS_STRING && b.text.len > 0)
		return js_bool(js_text_has(run, b.text, js_to_text(run, a)));
	if (js_is_array(b) && js_step(run, js_count(b) / 8))
		for (size_t i = 0; i < js_count(b); i++)
			if (js_identical(run, js_at(b, i), a))
				return js_bool(1);
	/* An object's own member of this name is not a function that could be called. */
	if (b.kind == JS_OBJECT && json_object_get(b.json, "indexOf") != NULL)
		js_fail(run, JS_THROWN);
	return js_bool(0);
}

static struct js_value
op_merge(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	struct js_list *all;
	size_t n = 0;

	(void)data;
	for (size_t i = 0; i < arg->n; i++)
		n += js_is_array(arg->v[i]) ? js_count(arg->v[i]) : 1;
	if ((all = js_list_new(run, n)) == NULL)
		return js_plain(JS_UNDEFINED);
	n = 0;
	for (size_t i = 0; i < arg->n; i++) {
		if (!js_is_array(arg->v[i])) {
			all->v[n++] = arg->v[i];
			continue;
		}
		for (size_t k = 0; k < js_count(arg->v[i]); k++)
			all->v[n++] = js_at(arg->v[i], k);
	}
	return js_listed(all);
}

/* Data */

struct js_value
jsonlogic_walk(struct js_run *run, struct js_value data, const struct js_text *path, size_t n,
    struct js_value otherwise)
{
	for (size_t i = 0; i < n && js_step(run, 1); i++) {
		data = js_member(run, data, path[i]);
		if (data.kind == JS_UNDEFINED)
			return otherwise;
	}
	return data;
}

static struct js_value
variable(struct js_run *run, struct js_value name, struct js_value otherwise, struct js_value data)
{
	struct js_text rest, part;
	const char *dot;

	if (otherwise.kind == JS_UNDEFINED)
		otherwise = js_plain(JS_NULL);
	if (name.kind <= JS_NULL || (name.kind == JS_STRING && name.text.len == 0))
		return data;
	rest = js_to_text(run, name);
	do {
		dot = memchr(rest.p, '.', rest.len);
		part.p = rest.p;
		part.len = dot != NULL ? (size_t)(dot - rest.p) : rest.len;
		data = jsonlogic_walk(run, data, &part, 1, js_plain(JS_UNDEFINED));
		if (data.kind == JS_UNDEFINED)
			return otherwise;
		if (dot != NULL)
			rest = (struct js_text){ dot + 1, rest.len - part.len - 1 };
	} while (dot != NULL);
	return data;
}

static struct js_value
op_var(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	return variable(run, argument(arg, 0), argument(arg, 1), data);
}

/* Those of keys that data lacks.  A key that is an array is a name and its default. */
static struct js_value
missing(struct js_run *run, struct js_value keys, struct js_value data)
{
	struct js_list *lacking;
	size_t n = 0;

	if (js_count(keys) > 0 && js_is_array(js_at(keys, 0)))
		keys = js_at(keys, 0);
	if ((lacking = js_list_new(run, js_count(keys))) == NULL)
		return js_plain(JS_UNDEFINED);
	for (size_t i = 0; i < lacking->n; i++) {
		struct js_value key = js_at(keys, i), value;

		if (js_is_array(key))
			value = variable(run, js_at(key, 0), js_at(key, 1), data);
		else
			value = variable(run, key, js_plain(JS_UNDEFINED), data);
		if (value.kind == JS_NULL || (value.kind == JS_STRING && value.text.len == 0))
			lacking->v[n++] = key;
	}
	lacking->n = n;
	return js_listed(lacking);
}

static struct js_value
op_missing(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	return missing(run, js_listed(arg), data);
}

static struct js_value
op_missing_some(struct js_run *run, const struct js_list *arg, struct js_value data)
{
	struct js_value options = argument(arg, 1), lacking;
	struct js_list *one;
	double present;

	if ((one = js_list_new(run, 1)) == NULL)
		return js_plain(JS_UNDEFINED);
	one->v[0] = options;
	lacking = missing(run, js_is_array(options) ? options : js_listed(one), data);
	if (options.kind <= JS_NULL)
		js_fail(run, JS_THROWN);
	if (run->failed != JS_OK)
		return js_plain(JS_UNDEFINED);
	present = js_to_number(run, js_member(run, options, (struct js_text){ "length", 6 })) -
	    (double)js_count(lacking);
	if (!js_less_equal(run, argument(arg, 0), js_number(present)))
		return lacking;
	one->n = 0;
	return js_listed(one);
}

static const struct { const char *name; jsonlogic_op *op; } operators[] = {
	{ "var", op_var },
	{ "==", op_equal }, { "!=", op_unequal }, { "===", op_identical }, { "!==", op_different },
	{ ">", op_greater }, { ">=", op_greater_equal }, { "<", op_less }, { "<=", op_less_equal },
	{ "!", op_not }, { "!!", op_truth }, { "log", op_log },
	{ "+", op_add }, { "-", op_subtract }, { "*", op_multiply }, { "/", op_divide },
	{ "%", op_remainder }, { "max", op_max }, { "min", op_min },
	{ "in", op_in }, { "cat", op_cat }, { "substr", op_substr }, { "merge", op_merge },
	{ "missing", op_missing }, { "missing_some", op_missing_some },
};

jsonlogic_op *
jsonlogic_op_named(const char *name)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (strcmp(operators[i].name, name) == 0)
			return operators[i].op;
	return NULL;
}
