/*
 * state.h - what was signed last, in sign/<log>.state: durable before a signature leaves.
 *
 * The file is the text of a checkpoint: origin, size, root.  It is never put back from a copy: who
 * signs from an older state could sign two trees that contradict each other.
 */
#ifndef SIGN_STATE_H
#define SIGN_STATE_H

#include "base/fault.h"
#include "sign/proto.h"

/* The names of a log's files in sign/; whoever shuts itself in keeps them in memory that cannot be changed. */
struct sign_names { char key[16], state[16], fresh[16], lock[16]; };

void sign_names(struct sign_names *ret_names, const char *log);

/* Opens DIR/sign, which must be ours alone: FAULT_KEY_FILE. */
int sign_dir_open(const char *dir, int *ret_fd, struct fault *f);

/* No state is the empty tree; ret_there (may be NULL) says whether there is one.  FAULT_SIGN_STATE_BAD. */
int sign_state_read(int dirfd, const struct sign_names *names, const char *origin, struct sign_head *ret_head,
    int *ret_there, struct fault *f);

/* A new file, synced, renamed, the directory synced.  0, or errno; then the state may be either. */
int sign_state_write(int dirfd, const struct sign_names *names, const char *origin, const struct sign_head *head);

#endif
