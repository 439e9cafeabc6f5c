/*
 * js.h - the values of JavaScript and how it converts and compares them.
 *
 * JSON Logic's meaning is that of a JavaScript program, so its operators rest on
 * these: undefined beside null, numbers that are doubles, strings that count in
 * UTF-16 units, arrays and objects that are equal only to themselves.  Objects
 * have their own members only: there are no prototypes and no functions.
 *
 * Everything happens in a struct js_run, which owns the memory made on the way
 * and counts the work.  A failure sticks: once run->failed is set, every call
 * gives undefined (or "", NaN, 0), so that a caller may look once at the end.
 * Text is UTF-8; half of a pair of UTF-16 units is kept as the three bytes that
 * UTF-8 would give it, and joined with its other half when they meet.
 *
 * strtod is used: the program must stay in the C locale for LC_NUMERIC.
 */
#ifndef RULES_JS_H
#define RULES_JS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define JS_MEMORY_MAX ((size_t)4 << 20)	/* bytes that one run may hold at a time */
#define JS_DEPTH_MAX 256		/* arrays in arrays */
#define JS_NUMBER_MAX 32		/* bytes that hold a number as text, NUL included */

enum js_kind {
	JS_UNDEFINED, JS_NULL, JS_BOOL, JS_NUMBER, JS_STRING,
	JS_ARRAY,	/* an array of the data or the rule, borrowed */
	JS_OBJECT,	/* likewise an object */
	JS_LIST,	/* an array made by an operation */
	JS_PAIR,	/* the object that reduce hands to its body */
};

struct js_text { const char *p; size_t len; };

struct js_value {
	enum js_kind kind;
	union {
		int truth;
		double number;
		struct js_text text;
		const json_t *json;
		const struct js_list *list;
		const struct js_pair *pair;
	};
};

struct js_list { size_t n; struct js_value v[]; };
struct js_pair { struct js_value current, accumulator; };

enum js_failure {
	JS_OK,
	JS_STEPS,	/* more work than allowed */
	JS_MEMORY,	/* more memory than allowed */
	JS_DEPTH,	/* arrays nested too deep */
	JS_THROWN,	/* JavaScript would throw a TypeError */
	JS_NO_MEMORY,	/* the machine has none */
};

struct js_run {
	enum js_failure failed;
	size_t steps, steps_max;
	size_t depth;		/* of the conversion under way */
	size_t used;		/* bytes of small, then of large */
	char *large;		/* JS_MEMORY_MAX bytes, once small is full */
	_Alignas(16) char small[4096];
};

void js_begin(struct js_run *run, size_t steps_max);
void js_end(struct js_run *run);

/* Notes n steps of work; sets failed when that was too much.  Whether to go on. */
int js_step(struct js_run *run, size_t n);
void js_fail(struct js_run *run, enum js_failure why);

/*
 * Memory of the run, aligned for every type; NULL when it failed.  js_release gives
 * back everything taken since js_mark.  js_keep does so too, but lets the one value
 * live, if it is not a list or pair (then nothing is given back).
 */
void *js_alloc(struct js_run *run, size_t size);
size_t js_mark(const struct js_run *run);
void js_release(struct js_run *run, size_t mark);
struct js_value js_keep(struct js_run *run, size_t mark, struct js_value v);

static inline struct js_value
js_bool(int truth)
{
	return (struct js_value){ .kind = JS_BOOL, .truth = truth != 0 };
}

static inline struct js_value
js_number(double number)
{
	return (struct js_value){ .kind = JS_NUMBER, .number = number };
}

static inline struct js_value
js_string(struct js_text text)
{
	return (struct js_value){ .kind = JS_STRING, .text = text };
}

static inline struct js_value
js_plain(enum js_kind kind)
{
	return (struct js_value){ .kind = kind };
}

/* NULL gives undefined.  What the JSON value holds is borrowed. */
struct js_value js_from_json(const json_t *json);

/*
 * As JSON.stringify would write it: NaN, infinities and undefined are null; half a
 * character is U+FFFD.  A new reference, or NULL when run failed.
 */
json_t *js_to_json(struct js_run *run, struct js_value v);

/* A list of n values, all of which the caller must set (or lower n); NULL when run failed. */
struct js_list *js_list_new(struct js_run *run, size_t n);
struct js_value js_listed(const struct js_list *list);

int js_is_array(struct js_value v);
size_t js_count(struct js_value array);
struct js_value js_at(struct js_value array, size_t i);

/* v[name]: own members, elements and length of arrays and strings; else undefined. */
struct js_value js_member(struct js_run *run, struct js_value v, struct js_text name);

/* JSON Logic's truth: that of JavaScript, but [] is false. */
int js_truthy(struct js_value v);

double js_to_number(struct js_run *run, struct js_value v);
struct js_text js_to_text(struct js_run *run, struct js_value v);

/* Array.prototype.join: null and undefined are empty. */
struct js_text js_join(struct js_run *run, struct js_value array, const char *separator);

int js_equal(struct js_run *run, struct js_value a, struct js_value b);		/* == */
int js_identical(struct js_run *run, struct js_value a, struct js_value b);	/* === */
int js_less(struct js_run *run, struct js_value a, struct js_value b);		/* < */
int js_less_equal(struct js_run *run, struct js_value a, struct js_value b);	/* <= */

/* Text (js_text.c). */
void js_number_text(double x, char *text);		/* JS_NUMBER_MAX bytes */
double js_text_number(struct js_run *run, struct js_text t);	/* Number(t) */
double js_text_float(struct js_run *run, struct js_text t);	/* parseFloat(t) */
size_t js_text_units(struct js_text t);			/* t.length */
int js_text_compare(struct js_text a, struct js_text b);	/* by UTF-16 units: < 0, 0, > 0 */

/* Units from until before until. */
struct js_text js_text_slice(struct js_run *run, struct js_text t, size_t from, size_t until);
int js_text_has(struct js_run *run, struct js_text t, struct js_text part);

/* All n texts, one after the other. */
struct js_text js_text_concat(struct js_run *run, const struct js_text *t, size_t n);

#endif
