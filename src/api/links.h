/* links.h - links of people without an account, as the files of their endpoints open them. */
#ifndef API_LINKS_H
#define API_LINKS_H

#include "api/api.h"
#include "svc/joint/joint_link.h"

/* The link of a body's token and its joint case, if it is of that kind; guesses have a ceiling.  FAULT_LINK_UNKNOWN. */
int joint_link_of(struct call *call, const char *token, enum joint_link_kind kind, struct joint_link *ret_link,
    struct joint_file **ret_joint, struct fault *f);

#endif
