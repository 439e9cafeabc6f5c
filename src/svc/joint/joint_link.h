/*
 * joint_link.h - links of a joint case for people who have no account: to see how it goes, to confirm, to fill in the form.
 *
 * A link is 32 random bytes, of which only the blind index is kept.  One of a kind is good at a
 * time: another ends the one before it.  A link to confirm is used once, by who has the number
 * that stands in the form.  A link to fill in also shows how it goes.
 */
#ifndef SVC_JOINT_JOINT_LINK_H
#define SVC_JOINT_JOINT_LINK_H

#include "svc/joint/joint.h"

#define JOINT_TOKEN_MAX 48		/* 43 characters of base64url and a NUL */
#define JOINT_PROGRESS_DAYS 60
#define JOINT_CONFIRM_DAYS 7
#define JOINT_FORM_DAYS 30

/* Stands where otherwise the code of who is to confirm does; no code has a colon. */
#define JOINT_LINK_APPLICANT ":applicant"

enum joint_link_kind { JOINT_LINK_PROGRESS, JOINT_LINK_CONFIRM, JOINT_LINK_FORM, JOINT_LINK_NKINDS };

struct joint_link {
	uint8_t token[BLIND_LEN];	/* its blind index */
	enum joint_link_kind kind;
	char who[32];			/* the code of who is to confirm; JOINT_LINK_APPLICANT; "" for the link that shows how it goes */
	int64_t expires_at;
	int used;
};

/* Adds the operation that makes one; who: of a link to confirm.  FAULT_FIELD_VALUE: nobody of that code is to confirm.  FAULT_JOINT_ENDED. */
int joint_link_make(struct act *act, struct joint_file *j, enum joint_link_kind kind, const char *who,
    char ret_token[JOINT_TOKEN_MAX], struct joint_link *ret_link, struct fault *f);

/* The link of that token and its joint case; FAULT_LINK_UNKNOWN also where it is over. */
int joint_link_open(struct act *act, const char *token, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f);

/* Adds the operation by which its holder, who typed this number, confirms: FAULT_IDENT_* where it is none.  FAULT_LINK_NUMBER where it is another's. */
int joint_confirm(struct act *act, struct joint_file *j, const struct joint_link *link,
    const char *number, struct fault *f);

/*
 * Which fields the holder of a link to fill in may read and supply now: of a draft all that no
 * register has filled in, later those that a step was returned for or waits for.  Pure.
 */
struct event_set joint_fillable(const struct joint_file *j);

/*
 * Adds the operation by which that holder supplies fields, and none else: FAULT_FIELD_VALUE where one may
 * not be changed now.  submit: a draft of which nothing lacks is submitted; FAULT_FIELD_MISSING names what lacks.
 */
int joint_fill(struct act *act, struct joint_file *j, json_t *form, int submit, struct fault *f);

#endif
