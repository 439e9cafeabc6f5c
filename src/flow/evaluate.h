/*
 * evaluate.h - which proofs a matter asks for in this situation.
 *
 * The one pure function (inventory, matter, parties, answers) -> items that apply, do
 * not apply, or are undecided and by which field.  A condition is decided as soon as its
 * truth is the same whatever the missing fields will be (rules/jsonlogic.h); a field is
 * missing when it is absent from the form; an empty string is an answer.
 */
#ifndef FLOW_EVALUATE_H
#define FLOW_EVALUATE_H

#include <jansson.h>

#include "base/fault.h"
#include "flow/inventory.h"
#include "rules/ident.h"

#define EVALUATE_TEXT_MAX 200	/* bytes of an answer */

struct party {
	char role[32];
	enum subject kind;		/* PERSON or ENTERPRISE */
	enum ident_type type;
	char number[IDENT_MAX];		/* normal form; "" for none */
	char name[256];
	char phone[16];
	char mandate[EVALUATE_TEXT_MAX + 1];	/* of an agent: number and date of the power of attorney */
};

enum applies { APPLIES_NO, APPLIES_YES, APPLIES_UNDECIDED };

#define EVALUATE_MISSING_MAX 8	/* inventory_build refuses a condition that reads more */
#define EVALUATE_LIST_MAX 100	/* values chosen in one answer */
#define EVALUATE_VALUE_MAX 256	/* bytes that hold what a binding gives, NUL included */
#define EVALUATE_ROLE_MAX 32	/* likewise its role */

struct evaluated {
	const struct item *item;
	enum applies applies;
	size_t nmissing;			/* APPLIES_UNDECIDED: missing fields that can still decide */
	const char *missing[EVALUATE_MISSING_MAX];
};

/*
 * Fills ret_items[0..matter->nitems) in the order of matter->items.  form is a JSON
 * object; null in it counts as absent.  Fails only with FAULT_LOGIC_LIMIT or FAULT_MEMORY.
 */
int evaluate(const struct inventory *inv, const struct matter *matter, const json_t *form,
    struct evaluated *ret_items, struct fault *f);

/*
 * Whether a field is an open question of an item: it is missing, and either the condition
 * may still be decided by it, or the item, which applies or may apply, asks a source by it.
 */
int evaluate_asks(const struct evaluated *e, const json_t *form, const char *field);
/* Likewise a party: the item asks a source about somebody of that role, who is not there. */
int evaluate_asks_party(const struct evaluated *e, const struct party *parties, size_t nparties,
    const char *role);

/*
 * Checks the values of a form against the fields of the inventory: unknown names and wrong
 * types or values are faults (FAULT_FIELD_UNKNOWN, FAULT_FIELD_TYPE, FAULT_FIELD_VALUE, with
 * field).  Fields that the matter does not read are allowed.  A string or a date may be
 * empty (there is none), an enum may not: no value of it would then apply.
 */
int evaluate_check_form(const struct inventory *inv, const json_t *form, struct fault *f);
/* Likewise one value. */
int evaluate_check_answer(const struct field *field, const json_t *value, struct fault *f);

/*
 * A value that the clerk typed on the proof card for an input bound to ask.  It serves every
 * other item of the matter that has an input of the same name and type to be typed, unless
 * that has its own: a name says what a value is.
 */
struct asked { char item[32], input[48], value[200]; };

/*
 * What a binding gives in this case.  NO_NUMBER: the party has no number of the sort that
 * the input takes (a passport where the register goes by citizen number), or the answer of
 * the form is that there is none.  NO_FORM: no answer yet.
 */
enum bound { BOUND_VALUE, BOUND_NO_PARTY, BOUND_NO_NUMBER, BOUND_NO_FORM, BOUND_NO_ASK };

/*
 * Resolves one input of an item.  In a matter open to both kinds a person-only service
 * that is bound to the applicant asks about the legal representative when the applicant is
 * an enterprise (the inventory's bindings already say so where it matters; this is the rest).
 * ret_value has EVALUATE_VALUE_MAX bytes and is set for BOUND_VALUE only; ret_role has
 * EVALUATE_ROLE_MAX and is always set: the role of the party asked about, "" for none.
 */
enum bound evaluate_binding(const struct item *item, const struct binding *b,
    const struct party *parties, size_t nparties, const json_t *form,
    const struct asked *asked, size_t nasked, char *ret_value, char *ret_role);

/* The typed value that serves an input bound to ask: the item's own, else another's; NULL. */
const struct asked *evaluate_asked(const struct item *item, const struct field *input,
    const struct asked *asked, size_t nasked);

#endif
