/*
 * cage.h - how the holder of the key shuts itself in: from then on it can talk over the sockets that it
 * has, and write its state, and nothing else.
 *
 * No other file can be opened, no socket made, no program run, no memory made executable, no
 * process looked into.  Only two names can be opened or renamed: the filter compares the address
 * of the name, and memory that cannot be written any more holds it.
 */
#ifndef SIGN_CAGE_H
#define SIGN_CAGE_H

#include <fcntl.h>

#include "base/fault.h"

#define CAGE_OPEN_FLAGS (O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC)
#define CAGE_OPEN_MODE 0600

struct sign_names;

/* No core, no debugger, few files, no children: before the key is read.  FAULT_SIGN_CAGE. */
int cage_prepare(struct fault *f);

/* A copy of the names in memory that cannot be written; stays for ever. */
const struct sign_names *cage_names(const struct sign_names *names, struct fault *f);

/* Shuts in.  dirfd: sign/; names: of cage_names.  FAULT_SIGN_CAGE. */
int cage_shut(int dirfd, const struct sign_names *names, struct fault *f);

#endif
