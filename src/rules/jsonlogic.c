#include "rules/jsonlogic.h"

#include <stdlib.h>
#include <string.h>

#include "rules/jsonlogic_node.h"

/* Applying */

static struct js_value
evaluate_arg(struct js_run *run, const struct node *node, size_t i, struct js_value data)
{
	return i < node->n ? jsonlogic_evaluate(run, &node->arg[i], data) : js_plain(JS_UNDEFINED);
}

/* The truth of an argument, which leaves nothing behind. */
static int
arg_truthy(struct js_run *run, const struct node *node, size_t i, struct js_value data)
{
	size_t mark = js_mark(run);
	int truth = js_truthy(evaluate_arg(run, node, i, data));

	js_release(run, mark);
	return truth;
}

static struct js_value
lazy_if(struct js_run *run, const struct node *node, struct js_value data)
{
	size_t i;

	for (i = 0; i + 1 < node->n; i += 2)
		if (arg_truthy(run, node, i, data))
			return evaluate_arg(run, node, i + 1, data);
	return i < node->n ? evaluate_arg(run, node, i, data) : js_plain(JS_NULL);
}

/* The first argument whose truth is stop, or the last. */
static struct js_value
first_of(struct js_run *run, const struct node *node, struct js_value data, int stop)
{
	struct js_value v = js_plain(JS_UNDEFINED);

	for (size_t i = 0; i < node->n; i++) {
		v = evaluate_arg(run, node, i, data);
		if (js_truthy(v) == stop)
			break;
	}
	return v;
}

static struct js_value
lazy_and(struct js_run *run, const struct node *node, struct js_value data)
{
	return first_of(run, node, data, 0);
}

static struct js_value
lazy_or(struct js_run *run, const struct node *node, struct js_value data)
{
	return first_of(run, node, data, 1);
}

/* A list as long as the collection in argument 0; empty if that is no array. */
static struct js_list *
list_for(struct js_run *run, struct js_value items)
{
	return js_list_new(run, js_is_array(items) ? js_count(items) : 0);
}

static struct js_value
lazy_map(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_value items = evaluate_arg(run, node, 0, data);
	struct js_list *out = list_for(run, items);

	if (out == NULL)
		return js_plain(JS_UNDEFINED);
	for (size_t i = 0; i < out->n; i++) {
		size_t mark = js_mark(run);

		out->v[i] = js_keep(run, mark, evaluate_arg(run, node, 1, js_at(items, i)));
	}
	return js_listed(out);
}

static struct js_value
lazy_filter(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_value items = evaluate_arg(run, node, 0, data);
	struct js_list *out = list_for(run, items);
	size_t n = 0;

	if (out == NULL)
		return js_plain(JS_UNDEFINED);
	for (size_t i = 0; i < out->n && run->failed == JS_OK; i++)
		if (arg_truthy(run, node, 1, js_at(items, i)))
			out->v[n++] = js_at(items, i);
	out->n = n;
	return js_listed(out);
}

static struct js_value
lazy_reduce(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_value items = evaluate_arg(run, node, 0, data), total;
	size_t mark = js_mark(run);

	total = node->n > 2 ? evaluate_arg(run, node, 2, data) : js_plain(JS_NULL);
	if (!js_is_array(items))
		return total;
	for (size_t i = 0; i < js_count(items); i++) {
		struct js_pair *pair = js_alloc(run, sizeof(*pair));

		if (pair == NULL)
			return js_plain(JS_UNDEFINED);
		pair->current = js_at(items, i);
		pair->accumulator = total;
		total = evaluate_arg(run, node, 1, (struct js_value){ .kind = JS_PAIR, .pair = pair });
		/* Only the new total is needed: a text that grows does not pile up. */
		total = js_keep(run, mark, total);
	}
	return total;
}

/* Whether an element of the collection in argument 0 has the truth that is looked for. */
static int
any_item(struct js_run *run, const struct node *node, struct js_value items, int truth)
{
	size_t n = js_is_array(items) ? js_count(items) : 0;

	for (size_t i = 0; i < n && run->failed == JS_OK; i++)
		if (arg_truthy(run, node, 1, js_at(items, i)) == truth)
			return 1;
	return 0;
}

static struct js_value
lazy_all(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_value items = evaluate_arg(run, node, 0, data);

	return js_bool(js_is_array(items) && js_count(items) > 0 && !any_item(run, node, items, 0));
}

static struct js_value
lazy_none(struct js_run *run, const struct node *node, struct js_value data)
{
	return js_bool(!any_item(run, node, evaluate_arg(run, node, 0, data), 1));
}

static struct js_value
lazy_some(struct js_run *run, const struct node *node, struct js_value data)
{
	return js_bool(any_item(run, node, evaluate_arg(run, node, 0, data), 1));
}

static const struct { const char *name; lazy_op *lazy; int scoped; } lazy_operators[] = {
	{ "if", lazy_if, 0 }, { "?:", lazy_if, 0 }, { "and", lazy_and, 0 }, { "or", lazy_or, 0 },
	{ "map", lazy_map, 1 }, { "filter", lazy_filter, 1 }, { "reduce", lazy_reduce, 1 },
	{ "all", lazy_all, 1 }, { "none", lazy_none, 1 }, { "some", lazy_some, 1 },
};

static struct js_value
evaluate_list(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_list *list = js_list_new(run, node->n);

	if (list == NULL)
		return js_plain(JS_UNDEFINED);
	for (size_t i = 0; i < node->n; i++)
		list->v[i] = jsonlogic_evaluate(run, &node->arg[i], data);
	return node->kind == NODE_OP ? node->op(run, list, data) : js_listed(list);
}

/* All arguments are worked out, needed or not: one of them may throw. */
static struct js_value
evaluate_variable(struct js_run *run, const struct node *node, struct js_value data)
{
	struct js_value otherwise = js_plain(JS_UNDEFINED);

	for (size_t i = node->n; i-- > 1;)
		otherwise = jsonlogic_evaluate(run, &node->arg[i], data);
	if (otherwise.kind == JS_UNDEFINED)
		otherwise = js_plain(JS_NULL);
	return jsonlogic_walk(run, data, node->path, node->npath, otherwise);
}

struct js_value
jsonlogic_evaluate(struct js_run *run, const struct node *node, struct js_value data)
{
	size_t mark = js_mark(run);
	struct js_value v;

	if (!js_step(run, 1))
		return js_plain(JS_UNDEFINED);
	switch (node->kind) {
	case NODE_CONSTANT:
		return node->constant;
	case NODE_VARIABLE:
		return evaluate_variable(run, node, data);
	case NODE_LAZY:
		v = node->lazy(run, node, data);
		break;
	default:
		v = evaluate_list(run, node, data);
		break;
	}
	/* A plain value refers to nothing that was made on the way. */
	if (v.kind <= JS_NUMBER)
		js_release(run, mark);
	return v;
}

static void
say_failure(enum js_failure failed, struct fault *f)
{
	static const struct { const char *what, *zh, *en; } says[] = {
		[JS_STEPS] = { "steps", "计算步数太多", "it takes too many steps" },
		[JS_MEMORY] = { "memory", "中间结果太大", "its intermediate results are too large" },
		[JS_DEPTH] = { "result_depth", "结果嵌套太深", "its result is nested too deep" },
	};

	if (failed == JS_NO_MEMORY) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return;
	}
	fault_set(f, FAULT_LOGIC_LIMIT, "%s", says[failed].what);
	fault_arg(f, "what", "%s", says[failed].what);
	fault_arg(f, "why_zh", "%s", says[failed].zh);
	fault_arg(f, "why_en", "%s", says[failed].en);
}

int
jsonlogic_apply(const struct jsonlogic *rule, const json_t *data, json_t **ret_value,
    struct fault *f)
{
	struct js_run run;
	struct js_value v;
	json_t *value;
	int rc = -1;

	js_begin(&run, JSONLOGIC_STEPS_MAX);
	v = jsonlogic_evaluate(&run, &rule->root, js_from_json(data));
	value = js_to_json(&run, v);
	if (run.failed == JS_THROWN)
		value = json_null();
	if (value == NULL) {
		say_failure(run.failed, f);
		goto out;
	}
	*ret_value = value;
	rc = 0;
out:
	js_end(&run);
	return rc;
}

int
jsonlogic_truthy(const json_t *value)
{
	return js_truthy(js_from_json(value));
}

/* Compiling */

static int
malformed(struct fault *f, const char *what, const char *detail, const char *zh, const char *en)
{
	fault_set(f, FAULT_LOGIC_MALFORMED, "%s: %s", what, detail);
	fault_arg(f, "what", "%s", what);
	fault_arg(f, "why_zh", "%s %s", zh, detail);
	fault_arg(f, "why_en", "%s %s", en, detail);
	return -1;
}

static int
too_large(struct fault *f, const char *what, const char *zh, const char *en)
{
	fault_set(f, FAULT_LOGIC_LIMIT, "%s", what);
	fault_arg(f, "what", "%s", what);
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "");
	return -1;
}

static int
too_deep(struct fault *f)
{
	return too_large(f, "depth", "嵌套太深", "it is nested too deep");
}

/* Makes {"var": "a.b"} a walk of two steps, when its name is a constant. */
static int
build_variable(struct node *node, const json_t *name, struct fault *f)
{
	char number[JS_NUMBER_MAX];
	size_t parts = 1;
	char *p;

	if (json_is_number(name))
		js_number_text(json_number_value(name), number);
	else if (!json_is_string(name) || json_string_length(name) == 0)
		return 0;
	if ((node->name = strdup(json_is_number(name) ? number : json_string_value(name))) == NULL)
		return no_memory(f);
	for (p = node->name; *p != '\0'; p++)
		parts += *p == '.';
	if ((node->path = calloc(parts, sizeof(node->path[0]))) == NULL)
		return no_memory(f);
	p = node->name;
	for (node->npath = 0; node->npath < parts; node->npath++) {
		size_t len = strcspn(p, ".");

		node->path[node->npath] = (struct js_text){ p, len };
		p[len] = '\0';
		p += len + 1;
	}
	node->kind = NODE_VARIABLE;
	return 0;
}

/* Finds the operator of that name. */
static int
build_operator(struct node *node, const char *name, struct fault *f)
{
	node->kind = NODE_OP;
	node->how = jsonlogic_how(name);
	if ((node->op = jsonlogic_op_named(name)) != NULL)
		return 0;
	node->kind = NODE_LAZY;
	for (size_t i = 0; i < sizeof(lazy_operators) / sizeof(lazy_operators[0]); i++) {
		if (strcmp(lazy_operators[i].name, name) == 0) {
			node->lazy = lazy_operators[i].lazy;
			node->scoped = lazy_operators[i].scoped;
			return 0;
		}
	}
	return malformed(f, "unknown_operator", name, "没有运算符", "there is no operator");
}

static int build(struct node *node, const json_t *json, int depth, struct fault *f);

/* The arguments of an operator: the elements of an array, or the one value itself. */
static int
build_args(struct node *node, const json_t *values, int depth, struct fault *f)
{
	size_t n = json_is_array(values) ? json_array_size(values) : 1;

	if (n > 0 && (node->arg = calloc(n, sizeof(node->arg[0]))) == NULL)
		return no_memory(f);
	for (; node->n < n; node->n++)
		if (build(&node->arg[node->n], json_is_array(values) ?
		    json_array_get(values, node->n) : values, depth + 1, f) < 0)
			return -1;
	return 0;
}

/* What is built when it fails is freed with the root: an argument counts only when whole. */
static void
node_clear(struct node *node)
{
	for (size_t i = 0; i < node->n; i++)
		node_clear(&node->arg[i]);
	free(node->arg);
	free(node->name);
	free(node->path);
}

static int
build(struct node *node, const json_t *json, int depth, struct fault *f)
{
	const char *name;
	const json_t *values;

	if (depth > JSONLOGIC_DEPTH_MAX)
		return too_deep(f);
	if (json_is_array(json)) {
		node->kind = NODE_LIST;
		if (build_args(node, json, depth, f) < 0)
			goto fail;
		return 0;
	}
	if (!json_is_object(json) || json_object_size(json) != 1) {
		node->kind = NODE_CONSTANT;
		node->constant = js_from_json(json);
		return 0;
	}
	name = json_object_iter_key(json_object_iter((json_t *)json));
	values = json_object_get(json, name);
	if (build_operator(node, name, f) < 0 || build_args(node, values, depth, f) < 0)
		goto fail;
	if (strcmp(name, "var") == 0 && node->n > 0 && build_variable(node,
	    json_is_array(values) ? json_array_get(values, 0) : values, f) < 0)
		goto fail;
	return 0;
fail:
	node_clear(node);
	memset(node, 0, sizeof(*node));
	return -1;
}

size_t
jsonlogic_reads(const struct node *node, const char **names)
{
	size_t n = 0;

	if (node->kind == NODE_VARIABLE) {
		if (names != NULL)
			names[n] = node->path[0].p;
		n++;
	}
	for (size_t i = 0; i < node->n; i++)
		/* Argument 1 of map and the like reads the elements, not the data. */
		if (!node->scoped || i != 1)
			n += jsonlogic_reads(&node->arg[i], names != NULL ? names + n : NULL);
	return n;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
find_vars(struct jsonlogic *rule, struct fault *f)
{
	size_t n = jsonlogic_reads(&rule->root, NULL);

	if (n == 0)
		return 0;
	if ((rule->var = calloc(n, sizeof(rule->var[0]))) == NULL)
		return no_memory(f);
	jsonlogic_reads(&rule->root, rule->var);
	qsort(rule->var, n, sizeof(rule->var[0]), by_name);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(rule->var[i], rule->var[rule->nvars - 1]) != 0)
			rule->var[rule->nvars++] = rule->var[i];
	return 0;
}

static int
parse(const char *text, size_t len, json_t **ret_json, struct fault *f)
{
	json_error_t error;
	char where[32];

	if (len > JSONLOGIC_TEXT_MAX)
		return too_large(f, "text", "文本太长", "its text is too long");
	*ret_json = json_loadb(text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
	if (*ret_json != NULL)
		return 0;
	if (json_error_code(&error) == json_error_stack_overflow)
		return too_deep(f);
	if (json_error_code(&error) == json_error_out_of_memory)
		return no_memory(f);
	snprintf(where, sizeof(where), "%d", error.position);
	return malformed(f, "not_json", where, "不是正确的 JSON,字节位置", "not JSON, at byte");
}

int
jsonlogic_compile(const char *text, size_t len, struct jsonlogic **ret_rule, struct fault *f)
{
	struct jsonlogic *rule = calloc(1, sizeof(*rule));
	int rc = -1;

	if (rule == NULL) {
		no_memory(f);
		goto out;
	}
	if (parse(text, len, &rule->json, f) < 0 || build(&rule->root, rule->json, 1, f) < 0 ||
	    find_vars(rule, f) < 0)
		goto out;
	*ret_rule = rule;
	rule = NULL;
	rc = 0;
out:
	jsonlogic_free(rule);
	return rc;
}

void
jsonlogic_free(struct jsonlogic *rule)
{
	if (rule == NULL)
		return;
	node_clear(&rule->root);
	json_decref(rule->json);
	free(rule->var);
	free(rule);
}

size_t
jsonlogic_vars(const struct jsonlogic *rule, const char **ret_names, size_t max)
{
	size_t n = rule->nvars < max ? rule->nvars : max;

	for (size_t i = 0; i < n; i++)
		ret_names[i] = rule->var[i];
	return n;
}
