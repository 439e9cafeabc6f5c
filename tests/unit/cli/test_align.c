/* The alignment by command: what is asked of the server, in which pieces, and what is left to the command itself. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench.h"

#define SERVE(...) bench_serve((const struct scripted[]){ __VA_ARGS__ }, \
	sizeof((const struct scripted[]){ __VA_ARGS__ }) / sizeof(struct scripted))
#define ROUND(state) "{\"round\":4,\"version\":7,\"state\":\"" state "\",\"title\":\"第四轮\",\"inventory\":1,\"closes\":\"2026-12-10\"}"
#define ROUNDS(state) "{\"rounds\":[" ROUND(state) ",{\"round\":3}]}"
#define ID "0123456789abcdef0123456789abcdef"
#define DIFFERENCE "{\"id\":\"" ID "\",\"version\":5,\"division\":{\"code\":\"330723\",\"name\":\"武义县\"},\"kind\":\"extra\"," \
	"\"state\":\"open\",\"gone\":2,\"item\":null,\"row\":{\"line\":17,\"code\":\"a\\u001b[2J\",\"matter\":\"甲\",\"proof\":\"乙\"," \
	"\"method\":\"commitment\"},\"certainty\":905,\"explanation\":\"无此项\"}"

static void
assert_has(const char *text, const char *needle)
{
	assert_non_null(text);
	if (strstr(text, needle) == NULL)
		fail_msg("no \"%s\" in:\n%s", needle, text);
}

/* A page of so many differences; the caller frees. */
static char *
page(size_t n, const char *next)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "{\"differences\":[");
	for (size_t i = 0; i < n; i++)
		buf_str(&text, i > 0 ? ",{}" : "{}");
	buf_fmt(&text, next != NULL ? "],\"next\":\"%s\"}" : "],\"next\":null}", next);
	return text.data;
}

static void
a_bulk_decision_goes_on_until_what_was_counted_is_decided(void **state)
{
	char *one = page(200, "a"), *two = page(200, "b"), *three = page(150, NULL);
	struct ran r;

	(void)state;
	SERVE({ 200, ROUNDS("open") }, { 200, one }, { 200, two }, { 200, three },
	    { 200, "{\"decided\":500,\"left\":52}" }, { 200, "{\"decided\":50,\"left\":2}" });
	r = wzm("align decide propose --kind method --agency 330700-MZ --reason 不同 --yes --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(r.out, "propose: decided 550, 2 of that kind are still open\n");
	assert_has(bench_served(1), "GET /api/v1/align/rounds/4/differences?kind=method&agency=330700-MZ&state=open&limit=200 HTTP");
	assert_has(bench_served(3), "&limit=200&cursor=b HTTP");
	assert_has(bench_served(4), "\"limit\":500");
	assert_has(bench_served(5), "\"limit\":50,");
	assert_has(bench_served(5), "\"agency\":\"330700-MZ\"");
	assert_null(bench_served(6));

	/* Somebody else decides the rest: it ends. */
	SERVE({ 200, ROUNDS("open") }, { 200, three }, { 200, "{\"decided\":0,\"left\":0}" });
	assert_string_equal(wzm("align decide adopt --kind method --yes --json").out, "{\"decided\":0,\"left\":0}\n");

	SERVE({ 200, ROUNDS("open") }, { 200, three });
	assert_string_equal(wzm("align decide adopt --kind method --dry-run --json").out, "{\"decided\":0,\"left\":150}\n");
	free(one);
	free(two);
	free(three);
}

static void
a_decision_is_of_the_version_that_is_there_or_was_seen(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, ROUNDS("open") }, { 200, DIFFERENCE }, { 200, DIFFERENCE });
	r = wzm("align decide keep " ID " --reason 无机构 --citation 某法");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(2), "POST /api/v1/align/rounds/4/differences/" ID "/decision HTTP");
	assert_has(bench_served(2), "\r\nIf-Match: \"5\"\r\n");
	assert_has(bench_served(2), "{\"decision\":\"keep\",\"reason\":\"无机构\",\"basis\":\"某法\"}");
	assert_has(r.out, "a?[2J:17");
	assert_has(r.out, "已消失");

	SERVE({ 200, DIFFERENCE });
	assert_int_equal(wzm("align decide undo " ID " --round 3 --seen 9").rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/align/rounds/3/differences/" ID "/undo HTTP");
	assert_has(bench_served(0), "\r\nIf-Match: \"9\"\r\n");
	assert_int_equal(wzm("align decide undo " ID " --round x").rc, CLI_USAGE);
	assert_int_equal(wzm("align decide undo " ID " --round 1 --seen x").rc, CLI_USAGE);
}

static void
a_list_goes_as_it_is_under_its_name_and_a_round_is_opened_where_none_was(void **state)
{
	(void)state;
	SERVE({ 200, "{\"rounds\":[]}" }, { 200, "{\"changed\":true,\"list\":{},\"drift\":null}" }, { 201, ROUND("open") },
	    { 200, ROUNDS("open") }, { 200, "{\"round\":null,\"divisions\":[],\"total\":{}}" });
	assert_int_equal(wzm("align run lists --title 第四轮 --closes 2026-12-10").rc, CLI_OK);
	assert_has(bench_served(1), "PUT /api/v1/align/lists/330723?name=330723%2Ecsv HTTP");
	assert_has(bench_served(1), "\r\nContent-Type: application/octet-stream\r\n");
	assert_has(bench_served(1), "\r\n\r\nlists");
	assert_has(bench_served(2), "{\"title\":\"第四轮\",\"closes\":\"2026-12-10\"}");
	assert_has(bench_served(4), "GET /api/v1/align/matrix?round=4 HTTP");

	SERVE({ 200, ROUNDS("open") });
	assert_int_equal(wzm("align run lists --division 330703").rc, CLI_FAILED);
	assert_null(bench_served(1));

	/* After a closed round only a title opens the next. */
	SERVE({ 200, ROUNDS("closed") }, { 200, "{\"changed\":false,\"list\":{},\"drift\":{\"counts\":{\"new\":2,\"adopted\":1}}}" },
	    { 200, ROUNDS("closed") }, { 200, "{\"round\":null,\"divisions\":[],\"total\":{}}" });
	assert_has(wzm("align run lists --lang en").out, "2 new differences, 1 that were to be adopted");
}

static void
without_a_server_or_with_an_inventory_it_only_compares(void **state)
{
	char want[PATH_MAX];

	(void)state;
	bench_fault = FAULT_NONE;
	bench_result = "{\"divisions\":[],\"differences\":[]}";
	bench_stop();
	assert_int_equal(wzm("align run lists").rc, CLI_OK);
	snprintf(want, sizeof(want), "compare lists - %s -", bench_dir);
	assert_string_equal(bench_asked, want);
	assert_has(wzm("align run lists --inventory city --division 330723 --lang en").err, "nothing is kept");
	snprintf(want, sizeof(want), "compare lists city %s 330723", bench_dir);
	assert_string_equal(bench_asked, want);
	bench_fault = FAULT_ALIGN_WHOSE;
	bench_result = NULL;
	assert_int_equal(wzm("align compare lists").rc, CLI_FAILED);
	bench_fault = FAULT_NONE;
}

static void
the_format_of_a_file_is_what_its_name_ends_with(void **state)
{
	char to[PATH_MAX], line[PATH_MAX + 64];

	(void)state;
	snprintf(to, sizeof(to), "%s/out.xlsx", bench_dir);
	snprintf(line, sizeof(line), "align template 330723 --round 4 --to %s", to);
	SERVE({ 200, "PK" });
	assert_int_equal(wzm(line).rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/align/rounds/4/template?division=330723&format=xlsx HTTP");
	assert_int_equal(unlink(to), 0);
	SERVE({ 200, "a,b\n" });
	assert_string_equal(wzm("align export --round 4").out, "a,b\n");
	assert_has(bench_served(0), "/export?format=csv HTTP");
	SERVE({ 404, "{\"status\":404,\"detail\":\"没有\",\"code\":\"not_found\"}" });
	assert_int_equal(wzm("align export --round 9").rc, CLI_NOT_FOUND);
	assert_has(bench_served(0), "GET /api/v1/align/rounds/9/export");
	assert_int_equal(wzm("align run lists --to out.pdf").rc, CLI_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bulk_decision_goes_on_until_what_was_counted_is_decided),
		cmocka_unit_test(a_decision_is_of_the_version_that_is_there_or_was_seen),
		cmocka_unit_test(a_list_goes_as_it_is_under_its_name_and_a_round_is_opened_where_none_was),
		cmocka_unit_test(without_a_server_or_with_an_inventory_it_only_compares),
		cmocka_unit_test(the_format_of_a_file_is_what_its_name_ends_with),
	};

	return cmocka_run_group_tests_name("align", tests, bench_start, bench_end);
}
