/*
 * align.h - what the files of the alignment share: what a request asks about, and views.
 */
#ifndef API_ALIGN_H
#define API_ALIGN_H

#include "api/api.h"
#include "svc/align/align_svc.h"

/* The city, the county that is all the caller sees ("" for all), and the round of the address. */
struct align_asked {
	struct inventory *inv;		/* in force */
	char home[7], reach[7];
	struct align_round round;	/* number 0 where the address has none */
	struct inventory *round_inv;	/* the version that it holds on to */
};
/* FAULT_NO_INVENTORY; with a round in the address FAULT_NOT_FOUND.  The caller ends it in both cases. */
int align_ask(struct call *call, struct align_asked *ret_asked, struct fault *f);
void align_ask_end(struct align_asked *a);
/* ?division=, or what the caller sees of it: "" for all. */
int align_ask_county(struct call *call, const struct align_asked *a, const char **ret_county,
    struct fault *f);
/* ?agency=, "" for all. */
int align_ask_agency(struct call *call, const struct align_asked *a, const char **ret_agency,
    struct fault *f);

json_t *view_align_division(const struct inventory *inv, const char *code);
json_t *view_align_agency(const struct inventory *inv, const char *code);	/* null for "" */
json_t *view_align_kinds(const int64_t n[ALIGN_KINDS]);
/* How many are in each state, and last how many are gone. */
#define ALIGN_COUNTED (ALIGN_STATES + 1)
json_t *view_align_states(const int64_t n[ALIGN_COUNTED]);
json_t *view_align_unity(const struct align_unity *u);
json_t *view_align_comparison(const struct inventory *inv, const struct align_figures *f, json_t *presumed);
json_t *view_align_list(struct call *call, const struct align_asked *a, const struct align_kept *kept);
json_t *view_align_item(const struct inventory *inv, const char *code);
/* row: as it is kept with a difference. */
json_t *view_align_row(const json_t *row, int64_t list);
json_t *view_align_drift_counts(const struct align_drift *d);
json_t *view_align_drift(struct call *call, const struct align_compared *c, const struct align_known *k,
    struct fault *f);
json_t *view_align_round_summary(struct call *call, const struct align_asked *a,
    const struct align_round *r, struct fault *f);
json_t *view_align_events(struct call *call, const struct align_asked *a, int64_t round,
    const uint8_t *key, struct fault *f);
/* A difference with evidence, candidates and decision, without what was said and done. */
json_t *view_align_difference(struct call *call, const struct align_asked *a, const struct align_diff *d);
/* The matrix of the round asked about; with number 0 what was last measured.  NULL on failure. */
json_t *view_align_matrix(struct call *call, const struct align_asked *a, struct fault *f);
/* The body of a record; NULL where it has none, or is no more. */
json_t *view_align_words(struct call *call, const char *home, const uint8_t *record);
/* A text of it, null where there is none. */
json_t *view_align_word(const json_t *words, const char *name);

#endif
