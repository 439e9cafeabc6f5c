/*
 * uuid.h - UUIDv7 (RFC 9562): ids that sort by the time they were made.
 *
 * One generator per process.  Each id is greater, bytewise, than the one before, also
 * when the clock goes back or stands still: the time then stays, or runs ahead, and random
 * bits count up.  Ids are never a secret.  Safe from any thread, not across a fork.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdint.h>

#include "base/clock.h"

#define UUID_LEN 16
#define UUID_TEXT_SIZE 37	/* with the NUL */

void uuid7_new(const struct clock *c, uint8_t ret[UUID_LEN]);

/* "01a20604-f2e1-7abc-8def-0123456789ab", lower case. */
void uuid_text(const uint8_t id[UUID_LEN], char ret_text[UUID_TEXT_SIZE]);

/* Exactly that form, of any version, digits in either case; -1 otherwise. */
int uuid_parse(const char *text, uint8_t ret[UUID_LEN]);

/* The milliseconds since 1970 that a UUIDv7 begins with; -1 if it is not one. */
int64_t uuid7_ms(const uint8_t id[UUID_LEN]);

#endif
