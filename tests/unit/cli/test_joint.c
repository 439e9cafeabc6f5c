/* What the commands of joint cases send to the server, and what they show of its answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "bench.h"

#define EVENT "{\"code\":\"LE-X\",\"form\":[{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"n\",\"type\":\"integer\"}," \
	"{\"name\":\"yes\",\"type\":\"boolean\"}]}"
#define STEP(code, state, rest) "{\"code\":\"" code "\",\"matter\":{\"name\":\"灵活就业登记\"},\"agency\":{\"name\":\"人社局\"}," \
	"\"state\":\"" state "\",\"late\":false" rest "}"
#define JOINT(state) "{\"id\":\"330703-01a2\",\"number\":\"330703-261126-LA00007-0\",\"version\":3,\"state\":\"" state "\"," \
	"\"life_event\":{\"code\":\"LE-X\",\"name\":\"安家\"},\"agency\":{\"name\":\"人社局\"},\"counts\":{\"total\":4,\"done\":1," \
	"\"skipped\":1,\"withdrawn\":0},\"confirms\":[{\"label\":\"配偶\",\"name\":\"胡庆东\",\"confirmed\":false}],\"steps\":[" \
	STEP("X1", "done", "") "," STEP("X2", "waiting", ",\"waits_for\":[\"X1\"],\"lacks\":[\"name\",\"n\"]") "," \
	STEP("X3", "failed", ",\"reason\":{\"code\":\"not_established\",\"about\":[\"I-00001\"]},\"waits_for\":[\"X1\"]") "," \
	STEP("X4", "skipped", ",\"because\":\"X3\"") "],\"measures\":{\"before\":{\"forms\":4,\"visits\":2,\"papers\":9," \
	"\"working_days\":7},\"now\":{\"forms\":1,\"visits\":0,\"papers\":0,\"minutes\":12}}}"

#define SERVE(...) bench_serve((const struct scripted[]){ __VA_ARGS__ }, \
	sizeof((const struct scripted[]){ __VA_ARGS__ }) / sizeof(struct scripted))

static void
assert_has(const char *text, const char *needle)
{
	assert_non_null(text);
	if (strstr(text, needle) == NULL)
		fail_msg("no \"%s\" in:\n%s", needle, text);
}

static void
assert_body(const char *request, const char *want)
{
	const char *body = strstr(request, "\r\n\r\n");
	json_t *got, *expected = json_loads(want, 0, NULL);

	assert_non_null(body);
	got = json_loads(body + 4, JSON_REJECT_DUPLICATES, NULL);
	if (!json_equal(got, expected))
		fail_msg("not %s:\n%s", want, body + 4);
	json_decref(got);
	json_decref(expected);
}

static void
a_form_is_read_and_answers_are_typed_as_its_fields_are(void **state)
{
	(void)state;
	SERVE({ 200, EVENT }, { 201, JOINT("running") });
	assert_int_equal(wzm_in("lifeevent start LE-X --form - --answer n=3 --answer yes=true --agent "
	    "passport:E1:王:某 --mandate 第3号 --division 330703", "{\"name\":\"甲\",\"n\":1}").rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/lifeevents/LE-X HTTP/1.1\r\n");
	assert_has(bench_served(1), "POST /api/v1/jointcases HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIdempotency-Key: ");
	assert_body(bench_served(1), "{\"life_event\":\"LE-X\",\"division\":\"330703\",\"draft\":false,\"form\":{\"name\":\"甲\","
	    "\"n\":3,\"yes\":true},\"agent\":{\"identifier_type\":\"passport\",\"identifier\":\"E1\",\"name\":\"王:某\","
	    "\"mandate\":\"第3号\"}}");

	/* Nothing to type: the definition is not asked for. */
	SERVE({ 201, JOINT("draft") });
	assert_int_equal(wzm_in("lifeevent start LE-X --form - --draft", "{}").rc, CLI_OK);
	assert_body(bench_served(0), "{\"life_event\":\"LE-X\",\"draft\":true,\"form\":{}}");
}

static void
each_step_is_shown_with_what_is_in_its_way(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, JOINT("running") });
	r = wzm("lifeevent show 330703-261126-LA00007-0 --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/jointcases/330703-261126-LA00007-0 HTTP/1.1\r\n");
	assert_has(r.out, "waits for X1  lacks name n\n");
	assert_has(r.out, "not established I-00001\n");
	assert_has(r.out, "because of X3\n");
	assert_has(r.out, "胡庆东  to confirm\n");
	assert_has(r.out, "4 steps: 1 done, 1 skipped or withdrawn, 2 to go\n");
	assert_has(r.out, "one by one: 4 forms, 2 agencies to go to, 9 papers, 7 promised working days\n");
}

/* A joint case moves by itself: only who says what they saw is held to it. */
static void
a_change_is_of_what_there_is_unless_a_version_was_seen(void **state)
{
	(void)state;
	SERVE({ 200, JOINT("running") });
	assert_int_equal(wzm("lifeevent skip N X2 --reason 另办").rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/jointcases/N/steps/X2/decision HTTP/1.1\r\n");
	assert_has(bench_served(0), "\r\nIf-Match: *\r\n");
	assert_body(bench_served(0), "{\"decision\":\"skip\",\"reason\":\"另办\"}");

	SERVE({ 200, JOINT("withdrawn") });
	assert_int_equal(wzm("lifeevent withdraw N --reason 不办了 --seen 3").rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/jointcases/N/withdrawal HTTP/1.1\r\n");
	assert_has(bench_served(0), "\r\nIf-Match: \"3\"\r\n");
	assert_body(bench_served(0), "{\"reason\":\"不办了\"}");

	SERVE({ 200, JOINT("running") });
	assert_int_equal(wzm("lifeevent correct N X1 --result a=1 --result b=c=d --reason 录错").rc, CLI_OK);
	assert_body(bench_served(0), "{\"results\":{\"a\":\"1\",\"b\":\"c=d\"},\"reason\":\"录错\"}");

	SERVE({ 200, JOINT("running") });
	assert_int_equal(wzm("lifeevent answer N --submit").rc, CLI_OK);
	assert_has(bench_served(0), "PUT /api/v1/jointcases/N/form HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"form\":{},\"submit\":true}");
}

#define EVENTS(more, next, event) "{\"events\":[" event "],\"more\":" more ",\"next\":\"" next "\"}"
#define HAPPENED(step, what, attempt) "{\"step\":\"" step "\",\"event\":\"" what "\",\"attempt\":" attempt \
	",\"at\":\"2026-11-26T09:30:12.345+08:00\",\"version\":2}"

static void
what_happened_before_the_end_is_shown_before_it(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, JOINT("finished") }, { 200, EVENTS("true", "c1", HAPPENED("X1", "ready", "1")) },
	    { 200, EVENTS("false", "c2", HAPPENED("X1", "again", "2")) });
	r = wzm("lifeevent watch N --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(1), "GET /api/v1/jointcases/N/events?limit=200&wait=0 HTTP/1.1\r\n");
	assert_has(bench_served(2), "GET /api/v1/jointcases/N/events?limit=200&wait=0&cursor=c1 HTTP/1.1\r\n");
	assert_null(bench_served(3));
	assert_has(r.out, "2026-11-26 09:30:12.345  X1 灵活就业登记  starts\n");
	assert_has(r.out, "X1 灵活就业登记  is done again  attempt 2\n");
	assert_has(r.out, "4 steps: ");

	SERVE({ 200, JOINT("running") }, { 200, EVENTS("false", "c2", "") });
	r = wzm("lifeevent watch N --once");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(r.out, "");
	assert_null(bench_served(2));
}

static void
a_link_is_shown_with_its_address_and_how_long_it_is_good(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 201, "{\"token\":\"T\",\"path\":\"/confirm#T\",\"who\":\"father\",\"expires_at\":\"2026-12-03T09:30:12.345+08:00\"}" });
	r = wzm("lifeevent link N --who father --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/jointcases/N/links HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"who\":\"father\"}");
	assert_has(r.out, "/confirm#T\n");
	assert_has(r.out, "2026-12-03 09:30\n");
}

/* What nothing can be said of is left out. */
static void
the_promise_is_shown_also_where_nothing_is_finished(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, "{\"life_event\":{\"code\":\"LE-X\",\"name\":\"安家\"},\"promised_minutes\":60,\"days\":90,\"running\":3,"
	    "\"finished\":0,\"in_time\":0,\"late\":2,\"withdrawn\":0,\"minutes_median\":null,\"minutes_most\":null,"
	    "\"spared\":{\"forms\":0,\"visits\":0,\"papers\":0}}" });
	r = wzm("lifeevent clock LE-X --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/lifeevents/LE-X/clock HTTP/1.1\r\n");
	assert_has(r.out, "joint cases that began within 90 days\n");
	assert_has(r.out, "spared 0 forms");
	assert_null(strstr(r.out, "median"));
}

static void
every_text_is_signed_by_its_hash(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, "{\"commitments\":[{\"step\":\"X1\",\"matter\":\"登记\",\"item\":\"I-1\",\"proof\":\"证明\",\"notice\":"
	    "{\"hash\":\"n\",\"text\":\"告知\"},\"letter\":{\"hash\":\"l\",\"text\":\"承诺\"}}]}" }, { 200, JOINT("running") });
	r = wzm_in("lifeevent commit N --signer - --yes", "330703199210269759\n");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "告知\n");
	assert_body(bench_served(1), "{\"signer\":\"330703199210269759\",\"agreed\":true,\"items\":{\"I-1\":{\"notice\":\"n\","
	    "\"letter\":\"l\"}}}");

	SERVE({ 200, "{\"commitments\":[]}" });
	r = wzm("lifeevent commit N --signer 1 --yes --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "no commitment to sign");
	assert_null(bench_served(1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_form_is_read_and_answers_are_typed_as_its_fields_are),
		cmocka_unit_test(each_step_is_shown_with_what_is_in_its_way),
		cmocka_unit_test(a_change_is_of_what_there_is_unless_a_version_was_seen),
		cmocka_unit_test(what_happened_before_the_end_is_shown_before_it),
		cmocka_unit_test(a_link_is_shown_with_its_address_and_how_long_it_is_good),
		cmocka_unit_test(the_promise_is_shown_also_where_nothing_is_finished),
		cmocka_unit_test(every_text_is_signed_by_its_hash),
	};

	return cmocka_run_group_tests_name("joint", tests, bench_start, bench_end);
}
