/* links.h - links of people without an account, as the files of their endpoints open them. */
#ifndef API_LINKS_H
#define API_LINKS_H

#include "api/api.h"
#include "svc/joint/joint_link.h"

/* The link of a body's token and its joint case, if it is of that kind (JOINT_LINK_NKINDS: of any); guesses have a ceiling.  FAULT_LINK_UNKNOWN. */
int joint_link_of(struct call *call, const char *token, enum joint_link_kind kind, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f);

/* How many commitments the holder of that link may sign and has not; -1 on failure. */
int joint_link_signs(struct call *call, struct joint_file *j, const struct joint_link *link, struct fault *f);

#endif
