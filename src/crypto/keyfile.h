/*
 * keyfile.h - keys as files: 32 random bytes, mode 0600, in a directory of mode 0700.
 *
 * Every failure is FAULT_KEY_FILE with the argument file.
 */
#ifndef CRYPTO_KEYFILE_H
#define CRYPTO_KEYFILE_H

#include <stdint.h>

#include "base/fault.h"

#define KEYFILE_LEN 32

/* Makes the directory if there is none (mode 0700), then the key; never overwrites one. */
int keyfile_create(const char *dir, const char *name, struct fault *f);

/* Makes the same key there as in the directory from; never overwrites one. */
int keyfile_copy(const char *from, const char *dir, const char *name, struct fault *f);

/* Refuses a directory or file that belongs to somebody else or that others may use. */
int keyfile_load(const char *dir, const char *name, uint8_t *ret_key, struct fault *f);

#endif
