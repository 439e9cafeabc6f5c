#include "http/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum http_done
nothing(struct http_request *req, void *ctx)
{
	(void)req;
	(void)ctx;
	return HTTP_ANSWERED;
}

/* What is accepted, and how it reads: path, its segments between bars, then the query "q". */
static void
a_target_is_decoded_once(void **state)
{
	static const struct {
		const char *raw, *path, *segments, *q;
	} good[] = {
		{ "/", "/", "|", NULL },
		{ "/a/b", "/a/b", "|a|b", NULL },
		{ "/a/", "/a/", "|a|", NULL },
		{ "//", "//", "||", NULL },
		{ "/a%2Fb/c", "/a/b/c", "|a/b|c", NULL },
		{ "/%E9%87%91%e4%b8%9c", "/金东", "|金东", NULL },
		{ "/金东", "/金东", "|金东", NULL },
		{ "/a+b?q=a+b", "/a+b", "|a+b", "a b" },
		{ "/%2541", "/%41", "|%41", NULL },
		{ "/?q", "/", "|", "" },
		{ "/?&&q=1&q=2", "/", "|", "1" },
		{ "/?x=1&q=a=b", "/", "|", "a=b" },
		{ "/?%71=%26", "/", "|", "&" },
		{ "/?", "/", "|", NULL },
		{ "http://host:80/a?q=1", "/a", "|a", "1" },
		{ "HTTPS://host/", "/", "|", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct target t;
		char segments[64] = "";
		size_t n = 0;

		assert_null(target_parse(&t, good[i].raw, strlen(good[i].raw)));
		assert_string_equal(t.path, good[i].path);
		for (size_t k = 0; k < t.nseg; k++)
			n += (size_t)snprintf(segments + n, sizeof(segments) - n, "|%s", target_segment(&t, k));
		assert_string_equal(segments, good[i].segments);
		if (good[i].q == NULL)
			assert_null(target_query(&t, "q"));
		else
			assert_string_equal(target_query(&t, "q"), good[i].q);
	}
}

static void
a_malformed_target_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "*", "a", "?q=1", "http://host", "/%", "/%4", "/%4g", "/%00", "/%0a", "/%7f", "/a b",
		"/%ff", "/%c0%80", "/%ed%a0%80", "/\xff", "/?q=%", "/?q=%00", "/?%ff=1", "/?a=%f5%80%80%80",
		"/%e9%87", "/%e9/%87%91",
	};
	struct target t;
	char nul[] = "/a\0b";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (target_parse(&t, bad[i], strlen(bad[i])) == NULL)
			fail_msg("accepted: %s", bad[i]);
	}
	assert_string_equal(target_parse(&t, nul, 4), "NUL");
}

static void
a_target_of_any_shape_fits_its_limits(void **state)
{
	static const char *const units[] = { "/", "a&", "/?a&", "%41", "&", "=", "?", "/a" };
	char raw[HTTP_PATH_MAX + 2];
	struct target t;

	(void)state;
	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		size_t step = strlen(units[u]), n = 2;

		memcpy(raw, "/?", 2);
		if (units[u][0] == '/')
			n = 0;
		for (; n + step <= HTTP_PATH_MAX; n += step)
			memcpy(raw + n, units[u], step);
		assert_null(target_parse(&t, raw, n));
		assert_true(t.nseg <= TARGET_SEGMENTS_MAX);
		assert_true(t.query_len <= sizeof(t.query));
		assert_null(target_query(&t, "none"));
	}
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	assert_null(target_parse(&t, raw, HTTP_PATH_MAX));
	assert_string_equal(target_parse(&t, raw, HTTP_PATH_MAX + 1), "length");
}

static const struct http_route table[] = {
	{ HTTP_GET, "/{*}", 0, 1, nothing },
	{ HTTP_GET, "/", 0, 2, nothing },
	{ HTTP_GET, "/api/cases/{id}", 0, 3, nothing },
	{ HTTP_POST, "/api/cases/search", 9, 4, nothing },
	{ HTTP_PUT, "/api/cases/{id}/answers", 9, 5, nothing },
	{ HTTP_DELETE, "/api/cases/{id}", 0, 6, nothing },
	{ HTTP_GET, "/api/{kind}/new", 0, 7, nothing },
	{ HTTP_GET, "/work/{*}", 0, 8, nothing },
	{ HTTP_HEAD, "/api/probe", 0, 9, nothing },
	{ HTTP_POST, "/api/cases/{id}/items/{item}/query", 9, 10, nothing },
};

static void
the_most_literal_route_wins(void **state)
{
	static const struct {
		enum http_method method;
		const char *raw;
		int action;		/* of the route; 0: none, then methods */
		unsigned methods;
	} want[] = {
		{ HTTP_GET, "/", 2, 0 },
		{ HTTP_HEAD, "/", 2, 0 },
		{ HTTP_GET, "/index.html", 1, 0 },
		{ HTTP_GET, "/a/b/c", 1, 0 },
		{ HTTP_GET, "/work/", 8, 0 },
		{ HTTP_GET, "/work/a/b", 8, 0 },
		{ HTTP_GET, "/work", 1, 0 },
		{ HTTP_POST, "/api/cases/search", 4, 0 },
		{ HTTP_GET, "/api/cases/search", 3, 0 },
		{ HTTP_GET, "/api/cases/new", 3, 0 },
		{ HTTP_GET, "/api/matters/new", 7, 0 },
		{ HTTP_GET, "/api/cases/42", 3, 0 },
		{ HTTP_HEAD, "/api/cases/42", 3, 0 },
		{ HTTP_DELETE, "/api/cases/42", 6, 0 },
		{ HTTP_PUT, "/api/cases/42", 0, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_DELETE },
		{ HTTP_NMETHODS, "/api/cases/42", 0, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_DELETE },
		{ HTTP_GET, "/api/cases/42/answers", 0, 1u << HTTP_PUT },
		{ HTTP_PUT, "/api/cases/42/answers", 5, 0 },
		{ HTTP_GET, "/api/cases/", 1, 0 },
		{ HTTP_HEAD, "/api/probe", 9, 0 },
		{ HTTP_GET, "/api/probe", 0, 1u << HTTP_HEAD },
		{ HTTP_POST, "/api/cases/42/items/7/query", 10, 0 },
		{ HTTP_POST, "/nowhere", 0, 1u << HTTP_GET | 1u << HTTP_HEAD },
	};
	struct route_table *routes;
	struct fault f = FAULT_INIT;

	(void)state;
	assert_int_equal(route_table_new(table, sizeof(table) / sizeof(table[0]), &routes, &f), 0);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct route *r;
		struct target t;
		unsigned methods = 0;

		assert_null(target_parse(&t, want[i].raw, strlen(want[i].raw)));
		r = route_find(routes, want[i].method, &t, &methods);
		if ((r != NULL ? route_definition(r)->action : 0) != want[i].action ||
		    methods != want[i].methods)
			fail_msg("%d %s: action %d, methods %x", want[i].method, want[i].raw,
			    r != NULL ? route_definition(r)->action : 0, methods);
	}
	route_table_free(routes);
}

static void
parameters_are_found_by_name(void **state)
{
	const char *raw = "/api/cases/a%2Fb/items/%E9%87%91/query", *rest = "/work/a/b%20c";
	struct route_table *routes;
	const struct route *r;
	struct target t;
	unsigned methods;

	(void)state;
	assert_int_equal(route_table_new(table, sizeof(table) / sizeof(table[0]), &routes, NULL), 0);
	assert_null(target_parse(&t, raw, strlen(raw)));
	r = route_find(routes, HTTP_POST, &t, &methods);
	assert_non_null(r);
	assert_string_equal(route_param(r, &t, "id"), "a/b");
	assert_string_equal(route_param(r, &t, "item"), "金");
	assert_null(route_param(r, &t, "ite"));
	assert_null(route_param(r, &t, "items"));
	assert_null(route_param(r, &t, "cases"));
	assert_null(target_parse(&t, rest, strlen(rest)));
	r = route_find(routes, HTTP_GET, &t, &methods);
	assert_non_null(r);
	assert_string_equal(route_param(r, &t, "*"), "a/b c");
	route_table_free(routes);
}

static void
a_wrong_table_does_not_start(void **state)
{
	static const struct http_route wrong[][2] = {
		{ { HTTP_GET, "/a", 0, 0, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/a", 0, 1, NULL }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "a", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, NULL, 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/{a", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/{}", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/a}", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/{*}/a", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/{a}/{b}/{c}/{d}/{e}", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", 0, 1, nothing },
		    { HTTP_GET, "/b", 0, 1, nothing } },
		{ { HTTP_GET, "/x/{a}", 0, 1, nothing }, { HTTP_GET, "/x/{b}", 0, 1, nothing } },
		{ { HTTP_NMETHODS, "/a", 0, 1, nothing }, { HTTP_GET, "/b", 0, 1, nothing } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct route_table *routes = NULL;
		struct fault f = FAULT_INIT;

		assert_int_equal(route_table_new(wrong[i], 2, &routes, &f), -1);
		assert_int_equal(f.code, FAULT_BUG);
		assert_null(routes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_decoded_once),
		cmocka_unit_test(a_malformed_target_is_refused),
		cmocka_unit_test(a_target_of_any_shape_fits_its_limits),
		cmocka_unit_test(the_most_literal_route_wins),
		cmocka_unit_test(parameters_are_found_by_name),
		cmocka_unit_test(a_wrong_table_does_not_start),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
