/*
 * uuid.c - UUIDv7, and the text form of any UUID.
 */
#include "base/uuid.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

/*
 * 48 bits of milliseconds, version, 12 bits rand_a, variant, 62 bits rand_b.  Within one
 * millisecond rand_a and rand_b are one counter of 74 bits that begins at a random place with
 * its top bit clear and goes up by a random step below 2^32: no id shows how many were made.
 */
#define RAND_B_BITS 62
#define RAND_B_MASK ((UINT64_C(1) << RAND_B_BITS) - 1)

struct count { uint64_t ms, a, b; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct count last;

static void
random_bytes(void *ret, size_t len)
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

static void
begin(struct count *c, uint64_t ms, const uint64_t fresh[2])
{
	c->ms = ms;
	c->a = fresh[0] & 0x7ff;
	c->b = fresh[1] & RAND_B_MASK;
}

/* The next count of the same millisecond; when it is used up, of the one after. */
static void
go_on(struct count *c, const uint64_t fresh[2])
{
	c->b += (fresh[0] >> 32) + 1;
	if (c->b > RAND_B_MASK) {
		c->b &= RAND_B_MASK;
		c->a++;
	}
	if (c->a > 0xfff)
		begin(c, c->ms + 1, fresh);
}

void
uuid7_new(const struct clock *c, uint8_t ret[UUID_LEN])
{
	int64_t now = clock_now(c);
	uint64_t fresh[2];
	struct count count;

	random_bytes(fresh, sizeof(fresh));
	pthread_mutex_lock(&lock);
	if (now > 0 && (uint64_t)now > last.ms)
		begin(&last, (uint64_t)now, fresh);
	else
		go_on(&last, fresh);
	count = last;
	pthread_mutex_unlock(&lock);

	for (int i = 0; i < 6; i++)
		ret[i] = (uint8_t)(count.ms >> (40 - 8 * i));
	ret[6] = (uint8_t)(0x70 | count.a >> 8);
	ret[7] = (uint8_t)count.a;
	for (int i = 0; i < 8; i++)
		ret[8 + i] = (uint8_t)(count.b >> (56 - 8 * i));
	ret[8] |= 0x80;
}

void
uuid_text(const uint8_t id[UUID_LEN], char ret_text[UUID_TEXT_SIZE])
{
	static const char digit[] = "0123456789abcdef";
	char *p = ret_text;

	for (int i = 0; i < UUID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digit[id[i] >> 4];
		*p++ = digit[id[i] & 15];
	}
	*p = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
uuid_parse(const char *text, uint8_t ret[UUID_LEN])
{
	uint8_t id[UUID_LEN];
	const char *p = text;

	if (strnlen(text, UUID_TEXT_SIZE) != UUID_TEXT_SIZE - 1)
		return -1;
	for (int i = 0; i < UUID_LEN; i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
			return -1;
		high = hex_digit(*p++);
		low = hex_digit(*p++);
		if (high < 0 || low < 0)
			return -1;
		id[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(ret, id, sizeof(id));
	return 0;
}

int64_t
uuid7_ms(const uint8_t id[UUID_LEN])
{
	int64_t ms = 0;

	if (id[6] >> 4 != 7 || id[8] >> 6 != 2)
		return -1;
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id[i];
	return ms;
}
