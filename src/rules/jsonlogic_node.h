/*
 * jsonlogic_node.h - a compiled expression, for the files that work one out.
 */
#ifndef RULES_JSONLOGIC_NODE_H
#define RULES_JSONLOGIC_NODE_H

#include "rules/js.h"
#include "rules/jsonlogic.h"
#include "rules/jsonlogic_ops.h"

struct node;

/* An operator that works out its arguments itself: not all of them, or not once. */
typedef struct js_value lazy_op(struct js_run *run, const struct node *node, struct js_value data);

/* What can be said of an operator while some of what it reads is not known. */
enum how {
	HOW_OPAQUE,	/* nothing */
	HOW_STRICT,	/* a function of its arguments' values, which may fail */
	HOW_PLAIN,	/* likewise, and never fails on the values of a form */
	HOW_READS,	/* reads the data by names that it computes */
	HOW_NOT, HOW_TRUTH, HOW_AND, HOW_OR, HOW_IF,
};

struct node {
	enum { NODE_CONSTANT, NODE_LIST, NODE_VARIABLE, NODE_OP, NODE_LAZY } kind;
	int scoped;		/* a lazy operator that gives its arguments other data */
	enum how how;		/* of an operator */
	jsonlogic_op *op;
	lazy_op *lazy;
	struct js_value constant;
	struct node *arg;	/* of an operator, or elements of a list */
	size_t n;
	char *name;		/* of a variable, cut at its dots */
	struct js_text *path;	/* the parts of name */
	size_t npath;
};

struct jsonlogic {
	json_t *json;		/* constants borrow from it */
	struct node root;
	const char **var;	/* names of variables, sorted, each once */
	size_t nvars;
};

struct js_value jsonlogic_evaluate(struct js_run *run, const struct node *node,
    struct js_value data);
/* How many variables the data itself is asked for, and, if names is not NULL, which. */
size_t jsonlogic_reads(const struct node *node, const char **names);
enum how jsonlogic_how(const char *name);

#endif
