/*
 * joint_link.h - links of a joint case for people who have no account: to see how it goes, and to confirm.
 *
 * A link is 32 random bytes, of which only the blind index is kept.  One of a kind is good at a
 * time: another ends the one before it.  A link to confirm is used once, by who has the number
 * that stands in the form.
 */
#ifndef SVC_JOINT_JOINT_LINK_H
#define SVC_JOINT_JOINT_LINK_H

#include "svc/joint/joint.h"

#define JOINT_TOKEN_MAX 48		/* 43 characters of base64url and a NUL */
#define JOINT_PROGRESS_DAYS 60
#define JOINT_CONFIRM_DAYS 7

struct joint_link {
	uint8_t token[BLIND_LEN];	/* its blind index */
	char who[32];			/* the code of who is to confirm; "" for the link that shows how it goes */
	int64_t expires_at;
	int used;
};

/* Adds the operation that makes one; who NULL: to see how it goes.  FAULT_FIELD_VALUE: nobody of that code is to confirm. */
int joint_link_make(struct act *act, struct joint_file *j, const char *who,
    char ret_token[JOINT_TOKEN_MAX], struct joint_link *ret_link, struct fault *f);

/* The link of that token and its joint case; FAULT_LINK_UNKNOWN also where it is over. */
int joint_link_open(struct act *act, const char *token, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f);

/* Adds the operation by which its holder, who typed this number, confirms: FAULT_IDENT_* where it is none.  FAULT_LINK_NUMBER where it is another's. */
int joint_confirm(struct act *act, struct joint_file *j, const struct joint_link *link,
    const char *number, struct fault *f);

#endif
