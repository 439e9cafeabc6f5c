/*
 * hook.h - other functions for what a shared library calls: its table of addresses is changed.
 *
 * For what the linker's --wrap does not reach.  ELF on 64 bits, as Debian has it.
 */
#ifndef TESTS_STORE_HOOK_H
#define TESTS_STORE_HOOK_H

struct hook { const char *name; void *to; };

/* In the library whose path has this name.  Returns how many of the functions it calls, or -1. */
int hook_library(const char *library, const struct hook *hook, int n);

#endif
