/*
 * jsonlogic.h - JSON Logic (jsonlogic.com), bounded: conditions of the inventory.
 *
 * An expression is compiled once and applied many times; applying is pure and
 * safe from any thread.  Every public operator has the meaning of the reference
 * implementation (npm json-logic-js), JavaScript's coercions included; `log`
 * returns its argument and prints nothing.  Depth, size, steps and memory are bounded.
 *
 * What JSON cannot hold becomes null, as JSON.stringify has it: NaN, infinities,
 * undefined.  A rule that makes the reference throw a TypeError is null as a whole.
 * Deliberate differences: an operator that does not exist is refused when compiling,
 * wherever it stands; values have no inherited members (no {"var": "constructor"});
 * a key in the data that looks like logic is never run by missing; half a UTF-16 pair
 * in a result is U+FFFD; -0 and integers beyond 64 bits cannot be written.
 */
#ifndef RULES_JSONLOGIC_H
#define RULES_JSONLOGIC_H

#include <jansson.h>
#include <stddef.h>

#include "base/fault.h"

#define JSONLOGIC_TEXT_MAX 16384	/* bytes of an expression */
#define JSONLOGIC_DEPTH_MAX 64
#define JSONLOGIC_STEPS_MAX 100000	/* operations of one application */

struct jsonlogic;

/*
 * Compiles text.  FAULT_LOGIC_MALFORMED (what is not JSON, repeats a member, or names
 * an operator that does not exist), FAULT_LOGIC_LIMIT or FAULT_MEMORY.  Arguments:
 * what (a name such as "unknown_operator"), why_zh and why_en.
 */
int jsonlogic_compile(const char *text, size_t len, struct jsonlogic **ret_rule, struct fault *f);
void jsonlogic_free(struct jsonlogic *rule);

/*
 * Applies rule to data (borrowed; NULL is undefined).  The caller owns the result
 * (json_decref), but it may share arrays and objects with data and rule: do not
 * change it.  Fails only with FAULT_LOGIC_LIMIT or FAULT_MEMORY.
 */
int jsonlogic_apply(const struct jsonlogic *rule, const json_t *data, json_t **ret_value,
    struct fault *f);

enum jsonlogic_truth { JSONLOGIC_NO, JSONLOGIC_YES, JSONLOGIC_NOT_YET };

/*
 * The truth of rule where data, an object, may lack what it reads; null in it is missing.
 * NO or YES only if jsonlogic_apply would give that truth whatever the missing members will
 * be: texts, numbers, booleans, or lists of these.  The converse holds where the rule reads
 * each member once and is made of and, or, !, !!, if and comparisons.  For NOT_YET ret_names
 * are the missing ones that can still decide, at most max, in the order of jsonlogic_vars: none
 * only where the rule asks what is missing or computes a name (an inventory has no such rules).
 * Operators other than these, arithmetic and the like wait for all that they read.  Never
 * counts a missing member as null.  Fails as jsonlogic_apply does.
 */
int jsonlogic_decide(const struct jsonlogic *rule, const json_t *data,
    enum jsonlogic_truth *ret_truth, const char **ret_names, size_t max, size_t *ret_n,
    struct fault *f);

/* JSON Logic's truth: "" , 0, null, false and [] are false. */
int jsonlogic_truthy(const json_t *value);

/*
 * The variables that the expression reads by constant name ("a", "a.b" gives "a"),
 * each once, sorted; at most max of them.  Inside map, filter, all, none, some and
 * reduce only what the collection (and reduce's initial value) reads counts; names that
 * missing and missing_some look for do not.  Names live as long as rule.
 */
size_t jsonlogic_vars(const struct jsonlogic *rule, const char **ret_names, size_t max);

#endif
