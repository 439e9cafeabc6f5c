/*
 * jsonlogic_decide.c - the truth of an expression while some of what it reads is not known.
 *
 * Kleene's three values.  A term's value is known when it comes out the same whatever the
 * missing fields will be; its truth may be known when its value is not.  What stands behind
 * a term that is not known can decide only if that term cannot fail: a failure, and what
 * JSON cannot hold, would make the whole expression null.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/jsonlogic_node.h"

#define NOT_YET JSONLOGIC_NOT_YET

struct decide {
	struct js_run run;
	const struct jsonlogic *rule;
	const json_t *json;
	struct js_value data;
	unsigned char *open;	/* by index in rule->var: may still decide */
};

static const struct { const char *name; enum how how; } hows[] = {
	{ "and", HOW_AND }, { "or", HOW_OR }, { "if", HOW_IF }, { "?:", HOW_IF }, { "!", HOW_NOT },
	{ "!!", HOW_TRUTH }, { "==", HOW_PLAIN }, { "!=", HOW_PLAIN }, { "===", HOW_PLAIN },
	{ "!==", HOW_PLAIN }, { "<", HOW_PLAIN }, { "<=", HOW_PLAIN }, { ">", HOW_PLAIN },
	{ ">=", HOW_PLAIN }, { "in", HOW_PLAIN }, { "log", HOW_STRICT }, { "+", HOW_STRICT },
	{ "-", HOW_STRICT }, { "*", HOW_STRICT }, { "/", HOW_STRICT }, { "%", HOW_STRICT },
	{ "max", HOW_STRICT }, { "min", HOW_STRICT }, { "cat", HOW_STRICT }, { "substr", HOW_STRICT },
	{ "merge", HOW_STRICT }, { "var", HOW_READS }, { "missing", HOW_READS },
	{ "missing_some", HOW_READS },
};

enum how
jsonlogic_how(const char *name)
{
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++)
		if (strcmp(hows[i].name, name) == 0)
			return hows[i].how;
	return HOW_OPAQUE;
}

static int
is_missing(const struct decide *d, const char *name)
{
	const json_t *value = json_object_get(d->json, name);

	return value == NULL || json_is_null(value);
}

/* Whether a term reads anything that is missing, or by a name that it computes. */
static int
lacks(const struct decide *d, const struct node *node)
{
	if (node->kind == NODE_VARIABLE && is_missing(d, node->path[0].p))
		return 1;
	if (node->kind == NODE_OP && node->how == HOW_READS)
		return 1;
	for (size_t i = 0; i < node->n; i++)
		/* Argument 1 of map and the like reads the elements, not the data. */
		if ((!node->scoped || i != 1) && lacks(d, &node->arg[i]))
			return 1;
	return 0;
}

/* Whether a term comes to a value that JSON can hold whatever the missing fields will be. */
static int
never_fails(const struct node *node)
{
	switch (node->kind) {
	case NODE_CONSTANT:
		/* An object with a member indexOf makes "in" throw. */
		return node->constant.kind != JS_OBJECT;
	case NODE_OP: case NODE_LAZY:
		if (node->how == HOW_OPAQUE || node->how == HOW_STRICT || node->how == HOW_READS)
			return 0;
		break;
	default:
		break;
	}
	for (size_t i = 0; i < node->n; i++)
		if (!never_fails(&node->arg[i]))
			return 0;
	return 1;
}

static enum jsonlogic_truth truth(struct decide *d, const struct node *node);
static int value(struct decide *d, const struct node *node, struct js_value *ret_value);

static int
value_if(struct decide *d, const struct node *node, struct js_value *ret_value)
{
	size_t i;

	for (i = 0; i + 1 < node->n; i += 2) {
		enum jsonlogic_truth t = truth(d, &node->arg[i]);

		if (t == NOT_YET)
			return 0;
		if (t == JSONLOGIC_YES)
			return value(d, &node->arg[i + 1], ret_value);
	}
	if (i < node->n)
		return value(d, &node->arg[i], ret_value);
	*ret_value = js_plain(JS_NULL);
	return 1;
}

/* Of and and or: the first whose truth is stop, or the last. */
static int
value_first(struct decide *d, const struct node *node, int stop, struct js_value *ret_value)
{
	for (size_t i = 0; i < node->n; i++) {
		if (!value(d, &node->arg[i], ret_value))
			return 0;
		if (js_truthy(*ret_value) == stop)
			break;
	}
	return 1;
}

static int
value_strict(struct decide *d, const struct node *node, struct js_value *ret_value)
{
	struct js_list *list = js_list_new(&d->run, node->n);

	if (list == NULL)
		return 0;
	for (size_t i = 0; i < node->n; i++)
		if (!value(d, &node->arg[i], &list->v[i]))
			return 0;
	*ret_value = node->kind == NODE_OP ? node->op(&d->run, list, d->data) : js_listed(list);
	return d->run.failed == JS_OK;
}

/* Whether the value is known; then it is in ret_value. */
static int
value(struct decide *d, const struct node *node, struct js_value *ret_value)
{
	if (!js_step(&d->run, 1))
		return 0;
	if (!lacks(d, node)) {
		*ret_value = jsonlogic_evaluate(&d->run, node, d->data);
		return d->run.failed == JS_OK;
	}
	if (node->kind == NODE_LIST)
		return value_strict(d, node, ret_value);
	if (node->kind != NODE_OP && node->kind != NODE_LAZY)
		return 0;
	switch (node->how) {
	case HOW_IF:
		return value_if(d, node, ret_value);
	case HOW_AND: case HOW_OR:
		return value_first(d, node, node->how == HOW_OR, ret_value);
	case HOW_STRICT: case HOW_PLAIN:
		return value_strict(d, node, ret_value);
	case HOW_NOT: case HOW_TRUTH: {
		enum jsonlogic_truth t = truth(d, node);

		*ret_value = js_bool(t == JSONLOGIC_YES);
		return t != NOT_YET;
	}
	case HOW_OPAQUE: case HOW_READS:
		break;
	}
	return 0;
}

/* Both branches may say the same of a condition that is not known. */
static enum jsonlogic_truth
truth_if(struct decide *d, const struct node *node)
{
	enum jsonlogic_truth all = NOT_YET;
	int unknown = 0, fails = 0;
	size_t i = 0;

	for (;;) {
		enum jsonlogic_truth when = i + 1 < node->n ? truth(d, &node->arg[i]) : JSONLOGIC_YES, t;
		size_t then = i + 1 < node->n ? i + 1 : i;

		if (when != JSONLOGIC_NO) {
			t = then < node->n ? truth(d, &node->arg[then]) : JSONLOGIC_NO;
			if (t == NOT_YET || (unknown && t != all))
				return NOT_YET;
			all = t;
			unknown |= when == NOT_YET;
			fails |= when == NOT_YET && !never_fails(&node->arg[i]);
		}
		if (when == JSONLOGIC_YES)
			return fails ? NOT_YET : all;
		i += 2;
	}
}

static enum jsonlogic_truth
truth_first(struct decide *d, const struct node *node, enum jsonlogic_truth stop)
{
	enum jsonlogic_truth t = JSONLOGIC_NO;
	int unknown = 0, fails = 0;

	for (size_t i = 0; i < node->n; i++) {
		t = truth(d, &node->arg[i]);
		if (t == stop)
			return fails ? NOT_YET : stop;
		unknown |= t == NOT_YET;
		fails |= t == NOT_YET && !never_fails(&node->arg[i]);
	}
	return unknown ? NOT_YET : t;
}

/* Of ! and !!, which look at their first argument and work out all. */
static enum jsonlogic_truth
truth_of_first(struct decide *d, const struct node *node)
{
	enum jsonlogic_truth t = truth(d, &node->arg[0]);
	struct js_value v;

	for (size_t i = 1; i < node->n; i++)
		if (!value(d, &node->arg[i], &v) && !never_fails(&node->arg[i]))
			return NOT_YET;
	if (t == NOT_YET || node->how == HOW_TRUTH)
		return t;
	return t == JSONLOGIC_YES ? JSONLOGIC_NO : JSONLOGIC_YES;
}

static enum jsonlogic_truth
truth(struct decide *d, const struct node *node)
{
	struct js_value v;

	if (!js_step(&d->run, 1))
		return NOT_YET;
	if (node->kind >= NODE_OP && lacks(d, node)) {
		if (node->how == HOW_IF)
			return truth_if(d, node);
		if (node->how == HOW_AND || node->how == HOW_OR)
			return truth_first(d, node, node->how == HOW_OR ? JSONLOGIC_YES : JSONLOGIC_NO);
		if (node->how == HOW_NOT || node->how == HOW_TRUTH)
			return truth_of_first(d, node);
	}
	if (!value(d, node, &v) || d->run.failed != JS_OK)
		return NOT_YET;
	/* True, but as the result of the whole it is null, which is not. */
	if (v.kind == JS_NUMBER && isinf(v.number))
		return NOT_YET;
	return js_truthy(v) ? JSONLOGIC_YES : JSONLOGIC_NO;
}

/* What may still decide */

static void
open_name(struct decide *d, const char *name)
{
	for (size_t i = 0; i < d->rule->nvars; i++)
		if (strcmp(d->rule->var[i], name) == 0)
			d->open[i] = 1;
}

static void
open_missing(struct decide *d)
{
	for (size_t i = 0; i < d->rule->nvars; i++)
		d->open[i] = (unsigned char)is_missing(d, d->rule->var[i]);
}

/* Everything missing that a term reads. */
static void
open_all(struct decide *d, const struct node *node)
{
	if (node->kind == NODE_VARIABLE && is_missing(d, node->path[0].p))
		open_name(d, node->path[0].p);
	if (node->kind == NODE_OP && node->how == HOW_READS)
		open_missing(d);
	for (size_t i = 0; i < node->n; i++)
		if (!node->scoped || i != 1)
			open_all(d, &node->arg[i]);
}

static void open_term(struct decide *d, const struct node *node, int by_truth);

static int
settled(struct decide *d, const struct node *node, int by_truth)
{
	struct js_value v;

	return by_truth ? truth(d, node) != NOT_YET : value(d, node, &v);
}

static void
open_if(struct decide *d, const struct node *node, int by_truth)
{
	size_t i;

	for (i = 0; i + 1 < node->n; i += 2) {
		enum jsonlogic_truth when = truth(d, &node->arg[i]);

		if (when == NOT_YET)
			open_term(d, &node->arg[i], 1);
		if (when != JSONLOGIC_NO)
			open_term(d, &node->arg[i + 1], by_truth);
		if (when == JSONLOGIC_YES)
			return;
	}
	if (i < node->n)
		open_term(d, &node->arg[i], by_truth);
}

/* The fields of those parts of a term that is not known which are not known themselves. */
static void
open_term(struct decide *d, const struct node *node, int by_truth)
{
	int by_arg = by_truth || node->how == HOW_NOT || node->how == HOW_TRUTH;

	if (!js_step(&d->run, 1) || settled(d, node, by_truth))
		return;
	if (node->kind == NODE_LIST || (node->kind >= NODE_OP &&
	    (node->how == HOW_STRICT || node->how == HOW_PLAIN)))
		by_arg = 0;
	else if (node->kind < NODE_OP || node->how == HOW_OPAQUE || node->how == HOW_READS) {
		open_all(d, node);
		return;
	} else if (node->how == HOW_IF) {
		open_if(d, node, by_truth);
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		open_term(d, &node->arg[i], by_arg);
		/* What stands behind it is not worked out. */
		if ((node->how == HOW_AND && truth(d, &node->arg[i]) == JSONLOGIC_NO) ||
		    (node->how == HOW_OR && truth(d, &node->arg[i]) == JSONLOGIC_YES))
			break;
	}
}

/* The names in d->open, in the order of jsonlogic_vars; if there are none, all that is missing. */
static size_t
names_of(struct decide *d, const char **ret_names, size_t max)
{
	size_t n = 0;

	if (d->run.failed != JS_OK || memchr(d->open, 1, d->rule->nvars) == NULL)
		open_missing(d);
	for (size_t i = 0; i < d->rule->nvars && n < max; i++)
		if (d->open[i])
			ret_names[n++] = d->rule->var[i];
	return n;
}

static int
apply(const struct jsonlogic *rule, const json_t *data, enum jsonlogic_truth *ret_truth,
    struct fault *f)
{
	json_t *result;

	if (jsonlogic_apply(rule, data, &result, f) < 0)
		return -1;
	*ret_truth = jsonlogic_truthy(result) ? JSONLOGIC_YES : JSONLOGIC_NO;
	json_decref(result);
	return 0;
}

int
jsonlogic_decide(const struct jsonlogic *rule, const json_t *data, enum jsonlogic_truth *ret_truth,
    const char **ret_names, size_t max, size_t *ret_n, struct fault *f)
{
	struct decide d = { .rule = rule, .json = data, .data = js_from_json(data) };

	*ret_n = 0;
	if (!lacks(&d, &rule->root))
		return apply(rule, data, ret_truth, f);
	if ((d.open = calloc(rule->nvars + 1, 1)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	js_begin(&d.run, JSONLOGIC_STEPS_MAX);
	*ret_truth = truth(&d, &rule->root);
	if (d.run.failed != JS_OK)
		*ret_truth = NOT_YET;
	if (*ret_truth == NOT_YET) {
		open_term(&d, &rule->root, 1);
		*ret_n = names_of(&d, ret_names, max);
	}
	js_end(&d.run);
	free(d.open);
	return 0;
}
