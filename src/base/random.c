#include "base/random.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define AHEAD 512	/* bytes: a call of the kernel for each salt and nonce would take more time than sealing */

static void
fetch(void *ret, size_t len)
{
	uint8_t *p = ret;

	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);

		/* Only a signal can stop it: the sizes are small and the flags none. */
		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

void
random_bytes(void *ret, size_t len)
{
	static _Thread_local uint8_t ahead[AHEAD];
	static _Thread_local size_t left;
	uint8_t *from;

	if (len > AHEAD / 4) {
		fetch(ret, len);
		return;
	}
	if (len > left) {
		fetch(ahead, sizeof(ahead));
		left = sizeof(ahead);
	}
	left -= len;
	from = ahead + left;
	memcpy(ret, from, len);
	explicit_bzero(from, len);
}
