/*
 * jsonlogic_ops.h - the operators whose arguments are all worked out first.
 *
 * The others (if, and, or, map, filter, reduce, all, none, some) decide themselves
 * what to work out, and are in jsonlogic.c.
 */
#ifndef RULES_JSONLOGIC_OPS_H
#define RULES_JSONLOGIC_OPS_H

#include "rules/js.h"

typedef struct js_value jsonlogic_op(struct js_run *run, const struct js_list *arg,
    struct js_value data);

/* NULL if there is no such operator. */
jsonlogic_op *jsonlogic_op_named(const char *name);

/* data[path[0]][path[1]]…, or otherwise where one of them is missing. */
struct js_value jsonlogic_walk(struct js_run *run, struct js_value data,
    const struct js_text *path, size_t n, struct js_value otherwise);

#endif
