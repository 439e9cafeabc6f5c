/*
 * slip.h - what an applicant is given on paper: acceptance, correction, refusal and so on.
 *
 * Made from the case and the record of what happened, whenever it is asked for; words and
 * legal grounds are in slips.def.  The applicant's own name stands in full, numbers masked.
 */
#ifndef SVC_CASES_SLIP_H
#define SVC_CASES_SLIP_H

#include "svc/cases/case.h"

enum slip_kind {
#define SLIP(sym, kind, zh, en) SLIP_##sym,
#include "svc/cases/slips.def"
	SLIP_NKINDS
};

struct slip {
	const char *title;
	const struct agency *agency;	/* in whose name it is given */
	json_t *lines;			/* [{"label","text"}] */
	json_t *paragraphs;		/* ["..."] */
	int64_t issued_at;
};

const char *slip_name(enum slip_kind kind);		/* "acceptance" */
int slip_parse(const char *name, enum slip_kind *ret_kind);
/* Whether what the slip is about has happened. */
int slip_there_is(const struct case_file *c, enum slip_kind kind);

/* FAULT_SLIP_NONE where it has not.  ret_slip: slip_free. */
int slip_make(struct act *act, const struct case_file *c, enum slip_kind kind, enum lang lang,
    struct slip *ret_slip, struct fault *f);
void slip_free(struct slip *s);

#endif
