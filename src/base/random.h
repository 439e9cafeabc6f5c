/*
 * random.h - random bytes of the kernel's generator, for ids, salts, nonces and keys.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

/*
 * Fills it; any thread; ends the program where the kernel gives none.  A thread fetches some bytes ahead, gives each of
 * them once and wipes it.  Nobody may fork and go on in the child without exec: both would give the same bytes.
 */
void random_bytes(void *ret, size_t len);

#endif
