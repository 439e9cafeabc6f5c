/*
 * fault.h - why something could not be done, in words for whoever must act.
 *
 * A fault is a code from faults.def, some named arguments that its sentences
 * use, and a cause for the operator.  Codes are for ever; sentences may improve.
 * Neither arguments nor cause may hold personal data: a fault is shown, logged
 * and sent.  A fault is a plain value: no ownership, copy it freely.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stddef.h>

/* Who must act. */
enum fault_kind {
	FAULT_KIND_INPUT,	/* the asker: the request itself is wrong */
	FAULT_KIND_DENIED,	/* the asker: not allowed */
	FAULT_KIND_NOT_FOUND,	/* the asker: no such object, or not for them */
	FAULT_KIND_CONFLICT,	/* the asker: the object has moved on */
	FAULT_KIND_LIMIT,	/* the asker: too much, too large, too often */
	FAULT_KIND_UPSTREAM,	/* another authority */
	FAULT_KIND_BUSY,	/* the operator: come back */
	FAULT_KIND_SYSTEM,	/* the operator: disk, memory, configuration */
	FAULT_KIND_BUG,		/* us */
};

enum fault_code {
	FAULT_NONE = 0,
#define FAULT(sym, name, kind, status, zh, en, next_zh, next_en) FAULT_##sym,
#include "base/faults.def"
#undef FAULT
	FAULT_NCODES
};

enum lang { LANG_ZH, LANG_EN };

#define FAULT_NARGS 8
#define FAULT_ARG_MAX 160	/* bytes, NUL included; longer values are cut at a character */
#define FAULT_TEXT_MAX 2048	/* bytes that hold every rendered sentence */

struct fault_arg {
	char name[20];
	char value[FAULT_ARG_MAX];
};

struct fault {
	enum fault_code code;
	size_t nargs;
	struct fault_arg arg[FAULT_NARGS];
	char cause[256];	/* for the operator's log only */
};

#define FAULT_INIT { .code = FAULT_NONE }

/*
 * Sets f to code; fmt gives the cause for the operator's log ("" if the code
 * says it all).  Forgets what f held before.  f may be NULL: nobody asked why.
 */
void fault_set(struct fault *f, enum fault_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds an argument that the sentences use as {name}; replaces one of that name. */
void fault_arg(struct fault *f, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of an argument, or NULL. */
const char *fault_arg_get(const struct fault *f, const char *name);

/* Puts "where: " before the cause. */
void fault_prefix(struct fault *f, const char *where);

/* What faults.def says of a code: "matter_unknown", its kind, its HTTP status. */
const char *fault_name(enum fault_code code);
enum fault_kind fault_kind(enum fault_code code);
int fault_status(enum fault_code code);

/* The code of that name, or FAULT_NONE. */
enum fault_code fault_by_name(const char *name);

/* The template of a code, with its {names} not yet filled in. */
const char *fault_template(enum fault_code code, enum lang lang, int next);

/*
 * Writes the sentence (next = 0) or the next step (next = 1) of f in lang to
 * text, with arguments filled in; a {name} without an argument becomes "?".
 * At most size - 1 bytes and a NUL, cut at a character.
 */
void fault_text(const struct fault *f, enum lang lang, int next, char *text, size_t size);

#endif
