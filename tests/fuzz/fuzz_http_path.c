/*
 * What a client writes behind GET: taken apart, matched against routes, and held to
 * what target.h and route.h promise.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "http/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum http_done
nothing(struct http_request *req, void *ctx)
{
	(void)req;
	(void)ctx;
	return HTTP_ANSWERED;
}

static const struct http_route routes[] = {
	{ HTTP_GET, "/", 0, 1, nothing },
	{ HTTP_GET, "/a", 0, 1, nothing },
	{ HTTP_GET, "/a/{id}", 0, 1, nothing },
	{ HTTP_POST, "/a/search", 0, 1, nothing },
	{ HTTP_GET, "/a/{id}/b/{item}", 0, 1, nothing },
	{ HTTP_GET, "/a/{id}/{*}", 0, 1, nothing },
	{ HTTP_PUT, "/{x}/b", 0, 1, nothing },
	{ HTTP_GET, "/work/{*}", 0, 1, nothing },
};

#define MUST(holds) do { if (!(holds)) abort(); } while (0)

/* The segments, each wholly percent-encoded, must read as the same segments. */
static void
read_again(const struct target *t)
{
	static struct target second;
	static char raw[HTTP_PATH_MAX * 3 + 64];
	size_t n = 0;

	for (size_t i = 0; i < t->nseg; i++) {
		const unsigned char *p = (const unsigned char *)target_segment(t, i);

		raw[n++] = '/';
		for (; *p != '\0' && n + 4 < sizeof(raw); p++)
			n += (size_t)snprintf(raw + n, sizeof(raw) - n, "%%%02X", *p);
	}
	if (n > HTTP_PATH_MAX || t->nseg == TARGET_SEGMENTS_MAX)
		return;
	MUST(target_parse(&second, raw, n) == NULL);
	MUST(second.nseg == t->nseg && strcmp(second.path, t->path) == 0);
	for (size_t i = 0; i < t->nseg; i++)
		MUST(strcmp(target_segment(t, i), target_segment(&second, i)) == 0);
}

static void
match(const struct target *t)
{
	static struct route_table *table;
	static const char *const names[] = { "id", "item", "x", "*" };

	if (table == NULL)
		MUST(route_table_new(routes, sizeof(routes) / sizeof(routes[0]), &table, NULL) == 0);
	for (enum http_method m = HTTP_GET; m <= HTTP_NMETHODS; m++) {
		unsigned methods = 0;
		const struct route *r = route_find(table, m, t, &methods);

		MUST(r == NULL || methods == 0);
		MUST(m == HTTP_NMETHODS ? r == NULL : (methods & 1u << m) == 0);
		for (size_t i = 0; r != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
			const char *value = route_param(r, t, names[i]);

			MUST(value == NULL || utf8_valid(value, strlen(value), NULL));
			MUST(value == NULL || names[i][0] == '*' || value[0] != '\0');
			MUST((value != NULL) == (strstr(route_definition(r)->pattern, names[i]) != NULL));
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct target t;
	const char *value;

	if (target_parse(&t, (const char *)data, size) != NULL)
		return 0;
	MUST(size <= HTTP_PATH_MAX && t.path[0] == '/' && t.nseg > 0);
	MUST(strlen(t.path) <= HTTP_PATH_MAX && utf8_valid(t.path, strlen(t.path), NULL));
	for (size_t i = 0; i < t.nseg; i++) {
		const char *segment = target_segment(&t, i);

		MUST(strncmp(segment, target_rest(&t, i), strlen(segment)) == 0);
	}
	MUST(t.query_len <= sizeof(t.query));
	value = target_query(&t, "q");
	MUST(value == NULL || utf8_valid(value, strlen(value), NULL));
	read_again(&t);
	match(&t);
	return 0;
}
