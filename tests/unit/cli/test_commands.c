/* What the commands send to the server, and what they make of its answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "base/uuid.h"
#include "bench.h"

#define MATTER "{\"code\":\"M-0303\",\"fields\":[" \
	"{\"name\":\"marital_status\",\"label\":\"婚姻状况\",\"type\":\"enum\",\"values\":[\"single\"]}," \
	"{\"name\":\"has_agent\",\"label\":\"代办\",\"type\":\"boolean\",\"values\":null}," \
	"{\"name\":\"applicant_age\",\"label\":\"年龄\",\"type\":\"integer\",\"values\":null}," \
	"{\"name\":\"area\",\"label\":\"面积\",\"type\":\"number\",\"values\":null}," \
	"{\"name\":\"kinds\",\"label\":\"类别\",\"type\":\"enum_list\",\"values\":[\"a\",\"b\"]}," \
	"{\"name\":\"since\",\"label\":\"日期\",\"type\":\"date\",\"values\":null}]}"

#define CASE "{\"id\":\"330703-01a2\",\"number\":\"330703-261123-A00042-N\",\"version\":7," \
	"\"state\":\"open\",\"matter\":{\"code\":\"M-0303\",\"name\":\"二手房转移登记\"}," \
	"\"agency\":{\"code\":\"330703-ZG\",\"name\":\"金东分局\"}," \
	"\"opened_at\":\"2026-11-23T09:30:12.345+08:00\",\"due_on\":\"2026-11-24\"," \
	"\"parties\":[{\"role\":\"buyer\",\"label\":\"买方\",\"name\":\"俞**\",\"identifier\":\"310***013\"}]," \
	"\"form\":{\"marital_status\":\"married\",\"has_agent\":false}," \
	"\"fields\":[{\"name\":\"marital_status\",\"label\":\"婚姻状况\",\"type\":\"enum\",\"values\":null}," \
	"{\"name\":\"has_agent\",\"label\":\"代办\",\"type\":\"boolean\",\"values\":null}]," \
	"\"items\":[{\"code\":\"I-01384\",\"proof\":{\"name\":\"房产信息\"},\"way\":\"data_query\"," \
	"\"state\":\"established\",\"asks\":[],\"answer\":{\"answer\":\"found\",\"count\":1}}," \
	"{\"code\":\"I-01396\",\"proof\":{\"name\":\"同户关系\"},\"way\":\"data_query\"," \
	"\"state\":\"waiting_input\",\"waiting_for\":[{\"kind\":\"ask\",\"label\":\"户号\"}]," \
	"\"asks\":[{\"input\":\"household_code\",\"value\":\"H1\"},{\"input\":\"other\",\"value\":\"x\"}," \
	"{\"input\":\"third\",\"value\":null},{\"input\":\"shared\",\"value\":\"y\",\"from\":\"I-01384\"}]}," \
	"{\"code\":\"I-01398\",\"proof\":{\"name\":\"水费\"},\"way\":\"department_verify\"," \
	"\"state\":\"verifying\",\"asks\":[],\"verification\":{\"desk\":{\"name\":\"水务岗\"}," \
	"\"due_at\":\"2026-11-24T14:00:00.000+08:00\",\"answer\":null}}]," \
	"\"counts\":{\"total\":15,\"cancelled\":6,\"established\":4,\"not_established\":0," \
	"\"committed\":0,\"verifying\":1,\"turn\":1,\"undecided\":0,\"does_not_apply\":3,\"open\":1}}"

#define SERVE(...) bench_serve((const struct scripted[]){ __VA_ARGS__ }, \
	sizeof((const struct scripted[]){ __VA_ARGS__ }) / sizeof(struct scripted))

static void
assert_has(const char *text, const char *needle)
{
	assert_non_null(text);
	if (strstr(text, needle) == NULL)
		fail_msg("no \"%s\" in:\n%s", needle, text);
}

/* Whether the body of a request is this JSON, whatever the order of its members. */
static void
assert_body(const char *request, const char *want)
{
	const char *body = strstr(request, "\r\n\r\n");
	json_t *got, *expected = json_loads(want, 0, NULL);

	assert_non_null(body);
	assert_non_null(expected);
	got = json_loads(body + 4, JSON_REJECT_DUPLICATES, NULL);
	if (!json_equal(got, expected))
		fail_msg("not %s:\n%s", want, body + 4);
	json_decref(got);
	json_decref(expected);
}

static void
opening_a_case_types_the_answers_as_the_form_says(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, MATTER }, { 201, CASE });
	r = wzm("case open --as u-1001 --matter M-0303 --division 330703 --channel postal "
	    "--party buyer:person:citizen_id:310101199003079013:俞:明远 "
	    "--party seller:enterprise:none::某公司 --answer marital_status=single "
	    "--answer has_agent=是 --answer applicant_age=-3 --answer area=88.5 --answer kinds=a,b "
	    "--answer since=2026-11-23 --ask I-01396.household_code=H=1");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/matters/M-0303 HTTP/1.1\r\n");
	assert_has(bench_served(0), "\r\nAccept-Language: zh\r\n");
	assert_has(bench_served(1), "POST /api/v1/cases HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nWzm-As: u-1001\r\n");
	assert_has(bench_served(1), "\r\nHost: localhost\r\n");
	assert_has(bench_served(1), "\r\nContent-Type: application/json\r\n");
	assert_body(bench_served(1), "{\"matter\":\"M-0303\",\"division\":\"330703\","
	    "\"channel\":\"postal\",\"parties\":[{\"role\":\"buyer\",\"kind\":\"person\","
	    "\"identifier_type\":\"citizen_id\",\"identifier\":\"310101199003079013\","
	    "\"name\":\"俞:明远\"},{\"role\":\"seller\",\"kind\":\"enterprise\","
	    "\"identifier_type\":\"none\",\"identifier\":\"\",\"name\":\"某公司\"}],"
	    "\"form\":{\"marital_status\":\"single\",\"has_agent\":true,\"applicant_age\":-3,"
	    "\"area\":88.5,\"kinds\":[\"a\",\"b\"],\"since\":\"2026-11-23\"},"
	    "\"asks\":[{\"item\":\"I-01396\",\"input\":\"household_code\",\"value\":\"H=1\"}]}");
	assert_has(r.out, "330703-261123-A00042-N");
	assert_has(r.out, "I-01396   同户关系  数据查询  待补信息  缺 户号\n");
	assert_has(r.out, "I-01384   房产信息  数据查询  成立      查到,1 条\n");
	assert_has(r.out, "水务岗,应于 2026-11-24 14:00 前答复\n");
	assert_has(r.out, "证明事项 15 项,已办妥或不需要 13 项,未办妥 2 项\n");
}

static void
a_creating_request_has_a_key_of_its_own(void **state)
{
	uint8_t id[2][UUID_LEN];
	char text[UUID_TEXT_SIZE];

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *key;

		SERVE({ 201, CASE });
		assert_int_equal(wzm("case open --matter M-0303").rc, CLI_OK);
		key = strstr(bench_served(0), "\r\nIdempotency-Key: ");
		assert_non_null(key);
		snprintf(text, sizeof(text), "%.36s", key + 19);
		assert_int_equal(uuid_parse(text, id[i]), 0);
		/* The time is that of the clock, which stands here. */
		assert_true(uuid7_ms(id[i]) == INT64_C(1795397412345));
	}
	assert_true(memcmp(id[0], id[1], UUID_LEN) < 0);
}

static void
wrong_answers_are_told_before_anything_is_sent(void **state)
{
	static const struct { const char *option, *says; } row[] = {
		{ "colour=red", "没有 colour,有:marital_status has_agent" },
		{ "has_agent=maybe", "has_agent 应为 boolean" },
		{ "applicant_age=4.5", "applicant_age 应为 integer" },
		{ "applicant_age=", "applicant_age 应为 integer" },
		{ "area=big", "area 应为 number" },
		{ "area=\"1\"", "area 应为 number" },
		{ "=1", "FIELD=VALUE" },
		{ "area", "FIELD=VALUE" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char line[128];
		struct ran r;

		SERVE({ 200, MATTER }, { 201, CASE });
		snprintf(line, sizeof(line), "case open --matter M-0303 --answer %s", row[i].option);
		r = wzm(line);
		assert_int_equal(r.rc, CLI_USAGE);
		assert_has(r.err, row[i].says);
		assert_null(bench_served(1));
	}
}

static void
a_case_is_read_from_a_file_and_options_add_to_it(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 201, CASE });
	assert_int_equal(wzm_in("case open --file - --party buyer:person:none::乙 --channel online",
	    "{\"matter\":\"M-1\",\"channel\":\"window\",\"parties\":[{\"role\":\"x\"}],\"form\":{\"a\":1}}").rc,
	    CLI_OK);
	assert_body(bench_served(0), "{\"matter\":\"M-1\",\"channel\":\"online\",\"form\":{\"a\":1},"
	    "\"parties\":[{\"role\":\"x\"},{\"role\":\"buyer\",\"kind\":\"person\","
	    "\"identifier_type\":\"none\",\"identifier\":\"\",\"name\":\"乙\"}]}");
	r = wzm_in("case open --file -", "{\"matter\":");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "bad_json");
	assert_int_equal(wzm_in("case open --file -", "[]").rc, CLI_USAGE);
	assert_int_equal(wzm_in("case open --file -", "{\"matter\":\"a\",\"matter\":\"b\"}").rc, CLI_FAILED);
	r = wzm("case open --file /nowhere.json");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "file_read");
}

static void
a_change_carries_the_version_that_was_seen(void **state)
{
	(void)state;
	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case settle 330703-261123-A00042-N").rc, CLI_OK);
	assert_has(bench_served(0), "GET /api/v1/cases/330703-261123-A00042-N HTTP/1.1\r\n");
	assert_has(bench_served(1), "POST /api/v1/cases/330703-261123-A00042-N/settlement HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"7\"\r\n");
	assert_body(bench_served(1), "{}");

	SERVE({ 200, CASE });
	assert_int_equal(wzm("case accept X --seen 3").rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/cases/X/acceptance HTTP/1.1\r\n");
	assert_has(bench_served(0), "\r\nIf-Match: \"3\"\r\n");

	SERVE({ 200, CASE });
	assert_int_equal(wzm("case conclude X --seen 3 --outcome refused --reason 材料不实").rc, CLI_OK);
	assert_body(bench_served(0), "{\"outcome\":\"refused\",\"reason\":\"材料不实\"}");
}

static void
new_answers_are_laid_over_those_of_the_case(void **state)
{
	(void)state;
	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case answers X --answer has_agent=true --ask I-01396.household_code=H2 "
	    "--ask I-01384.year=2026").rc, CLI_OK);
	assert_has(bench_served(1), "PUT /api/v1/cases/X/answers HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"7\"\r\n");
	assert_null(strstr(bench_served(1), "Idempotency-Key"));
	assert_body(bench_served(1), "{\"form\":{\"marital_status\":\"married\",\"has_agent\":true},"
	    "\"asks\":[{\"item\":\"I-01396\",\"input\":\"other\",\"value\":\"x\"},"
	    "{\"item\":\"I-01396\",\"input\":\"household_code\",\"value\":\"H2\"},"
	    "{\"item\":\"I-01384\",\"input\":\"year\",\"value\":\"2026\"}]}");
}

#define ASKS "\"asks\":[{\"item\":\"I-01396\",\"input\":\"household_code\",\"value\":\"H1\"}," \
	"{\"item\":\"I-01396\",\"input\":\"other\",\"value\":\"x\"}]"
#define FORM "\"form\":{\"marital_status\":\"married\",\"has_agent\":false}"
#define HELPER "{\"role\":\"agent\",\"kind\":\"person\",\"identifier_type\":\"passport\"," \
	"\"identifier\":\"E1\",\"name\":\"王某\",\"mandate\":\"第3号\"}"

/* Who is not named stays as they are; what is typed for another item is not sent again. */
static void
parties_are_added_corrected_and_removed(void **state)
{
	(void)state;
	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case answers X --party agent:person:passport:E1:王某 --mandate 第3号").rc, CLI_OK);
	assert_body(bench_served(1), "{" FORM "," ASKS ",\"parties\":[" HELPER ",{\"role\":\"buyer\"}]}");

	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case answers X --party buyer:person:passport:E2:李某").rc, CLI_OK);
	assert_body(bench_served(1), "{" FORM "," ASKS ",\"parties\":[{\"role\":\"buyer\",\"kind\":\"person\","
	    "\"identifier_type\":\"passport\",\"identifier\":\"E2\",\"name\":\"李某\"}]}");

	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case answers X --without buyer").rc, CLI_OK);
	assert_body(bench_served(1), "{" FORM "," ASKS ",\"parties\":[]}");

	SERVE({ 200, CASE });
	assert_int_equal(wzm("case answers X --without seller").rc, CLI_USAGE);

	/* For an agent that the case has. */
	SERVE({ 200, CASE }, { 200, CASE });
	assert_int_equal(wzm("case answers X --mandate 第3号").rc, CLI_OK);
	assert_body(bench_served(1), "{" FORM "," ASKS
	    ",\"parties\":[{\"role\":\"agent\",\"mandate\":\"第3号\"},{\"role\":\"buyer\"}]}");
}

#define CHANGED "{\"case\":{\"id\":\"i\",\"number\":\"N-1\",\"version\":8,\"state\":\"open\"}," \
	"\"item\":{\"code\":\"I-1\",\"proof\":{\"name\":\"房产\"},\"way\":\"data_query\"," \
	"\"state\":\"established\",\"question\":\"名下有何房产?\",\"answer\":{\"answer\":\"found\"," \
	"\"count\":1,\"rows\":[{\"address\":\"澧浦镇\\u001b[2J229号\",\"use\":null}]," \
	"\"fields\":[{\"name\":\"address\",\"label\":\"坐落\"},{\"name\":\"use\",\"label\":\"用途\"}]," \
	"\"source\":{\"service\":\"DS-046\",\"agency\":{\"name\":\"自然资源局\"}}},\"steps\":[]}," \
	"\"record\":{\"id\":\"r-1\",\"log\":\"a\",\"index\":46,\"at\":\"\"}}"

static void
an_item_is_settled_and_its_answer_shown(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, CASE }, { 200, CHANGED });
	r = wzm("case query X I-1 --ask household_code=H1 --again 数据已更正");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(1), "POST /api/v1/cases/X/items/I-1/query HTTP/1.1\r\n");
	assert_body(bench_served(1), "{\"asks\":{\"household_code\":\"H1\"},\"again\":\"数据已更正\"}");
	assert_has(r.out, "名下有何房产?");
	assert_has(r.out, "  坐落  澧浦镇?[2J229号\n");
	assert_has(r.out, "存证记录 r-1,日志 a 序号 46\n");
	assert_has(r.out, "办件 N-1 现在是第 8 版,办理中\n");

	SERVE({ 200, CHANGED });
	assert_int_equal(wzm("case query X I-1 --seen 7").rc, CLI_OK);
	assert_body(bench_served(0), "{}");
	SERVE({ 200, CHANGED });
	assert_int_equal(wzm("case verify X I-1 --seen 7 --note 请核").rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/cases/X/items/I-1/verification HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"note\":\"请核\"}");
}

static void
a_commitment_is_shown_and_then_signed_by_hash(void **state)
{
	static const char texts[] = "{\"notice\":{\"hash\":\"aa\",\"text\":\"告知事项\"},"
	    "\"letter\":{\"hash\":\"bb\",\"text\":\"本人承诺\"},\"signer_roles\":[\"applicant\"]}";
	struct ran r;

	(void)state;
	SERVE({ 200, texts }, { 200, CASE }, { 200, CHANGED });
	r = wzm("case commit X I-1 --signer applicant --yes");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "告知事项");
	assert_has(r.out, "本人承诺");
	assert_has(bench_served(0), "GET /api/v1/cases/X/items/I-1/commitment HTTP/1.1\r\n");
	assert_body(bench_served(2),
	    "{\"notice\":\"aa\",\"letter\":\"bb\",\"signer\":\"applicant\",\"agreed\":true}");
}

static void
a_desk_answers_with_its_basis(void **state)
{
	static const char one[] = "{\"id\":\"v\",\"version\":2,\"state\":\"signed_for\","
	    "\"question\":\"水费结清了吗?\",\"subject\":{\"name\":\"胡**\",\"identifier\":\"33*\"},"
	    "\"due_at\":\"2026-11-24T14:00:00.000+08:00\",\"events\":"
	    "[{\"at\":\"2026-11-24T08:30:00.000+08:00\",\"what\":\"sent\",\"who\":\"u-1001\"}]}";
	const char *words[] = { "verification", "answer", "v", "--answer", "match", "--basis",
		"查台账 无欠费", NULL };
	struct ran r;

	(void)state;
	SERVE({ 200, one }, { 200, one });
	r = wzm("verification sign-for v --as u-2001");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "水费结清了吗?");
	assert_has(r.out, "2026-11-24 08:30  已发出  u-1001\n");
	assert_has(bench_served(1), "POST /api/v1/verifications/v/signature HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"2\"\r\n");
	SERVE({ 200, one }, { 200, one });
	assert_int_equal(wzm_words(words).rc, CLI_OK);
	assert_has(bench_served(1), "POST /api/v1/verifications/v/answer HTTP/1.1\r\n");
	assert_body(bench_served(1), "{\"answer\":\"match\",\"basis\":\"查台账 无欠费\"}");
	SERVE({ 200, one }, { 200, one });
	assert_int_equal(wzm("verification return v --reason 不归本岗").rc, CLI_OK);
	assert_body(bench_served(1), "{\"reason\":\"不归本岗\"}");
}

static void
several_are_answered_at_once_and_each_is_told(void **state)
{
	static const char one[] = "{\"id\":\"v\",\"version\":2}", two[] = "{\"id\":\"w\",\"version\":7}";
	static const char done[] = "{\"done\":1,\"answers\":[{\"id\":\"v\",\"done\":true,\"problem\":null},"
	    "{\"id\":\"w\",\"done\":false,\"problem\":{\"detail\":\"有人先办了\"}}]}";
	struct ran r;

	(void)state;
	SERVE({ 200, one }, { 200, two }, { 200, done });
	r = wzm("verification answer v w --answer match --basis 查台账");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.out, "v  已答复\n");
	assert_has(r.out, "w  有人先办了\n");
	assert_has(bench_served(2), "POST /api/v1/verifications/answers HTTP/1.1\r\n");
	assert_body(bench_served(2), "{\"answers\":["
	    "{\"id\":\"v\",\"version\":2,\"answer\":\"match\",\"basis\":\"查台账\"},"
	    "{\"id\":\"w\",\"version\":7,\"answer\":\"match\",\"basis\":\"查台账\"}]}");
	assert_int_equal(wzm("verification answer v w --answer match --basis 查 --seen 2").rc, CLI_USAGE);
}

static void
a_desk_names_its_deputies(void **state)
{
	static const char all[] = "{\"desk\":{\"code\":\"D\"},\"deputies\":[{\"user\":{\"id\":\"u-2\",\"name\":\"核验安\"},"
	    "\"from\":\"2026-12-01\",\"until\":\"2026-12-05\"}],\"candidates\":[{\"id\":\"u-3\",\"name\":\"核验银\",\"desk\":\"E\"}]}";
	struct ran r;

	(void)state;
	SERVE({ 200, all });
	r = wzm("desk deputise D u-2 --from 2026-12-01 --until 2026-12-05");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "u-2   核验安  2026-12-01  2026-12-05\n");
	assert_has(bench_served(0), "PUT /api/v1/desks/D/deputies/u-2 HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"from\":\"2026-12-01\",\"until\":\"2026-12-05\"}");
	SERVE({ 200, all });
	assert_has(wzm("desk deputies D").out, "核验银");
	SERVE({ 200, all });
	assert_int_equal(wzm("desk dismiss D u-2").rc, CLI_OK);
	assert_has(bench_served(0), "DELETE /api/v1/desks/D/deputies/u-2 HTTP/1.1\r\n");
	assert_int_equal(wzm("desk deputise D u-2 --from 2026-12-01").rc, CLI_USAGE);
}

static void
what_is_late_is_listed_with_what_is_left(void **state)
{
	static const char page[] = "{\"verifications\":[{\"id\":\"v\",\"due_at\":\"2026-11-24T14:00:00.000+08:00\","
	    "\"office_ms_left\":-5400000,\"light\":\"overdue\",\"reminders\":2,\"desk\":{\"name\":\"水务岗\"}}],\"next\":null}";
	struct ran r;

	(void)state;
	SERVE({ 200, page });
	r = wzm("verification overdue --within 4");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "超 1.5 工作小时  已超时");
	assert_has(r.out, "水务岗");
	assert_body(bench_served(0), "{\"within_hours\":4}");
	assert_int_equal(wzm("verification overdue --within 41").rc, CLI_USAGE);
}

static void
a_complaint_is_filed_listed_and_answered(void **state)
{
	static const char made[] = "{\"number\":\"N-T1\",\"code\":\"K7M2Q-9XW4T\",\"state\":\"received\","
	    "\"due_at\":\"2026-12-03T23:59:59.999+08:00\",\"agency\":{\"name\":\"某局\"},\"proof\":\"无房证明\","
	    "\"list\":{\"says\":\"已取消\"}}";
	static const char one[] = "{\"id\":\"i\",\"number\":\"N-T1\",\"version\":1,\"state\":\"answered\","
	    "\"outcome\":\"upheld\",\"answer\":\"属实\",\"what\":\"不收件\",\"overdue\":true,"
	    "\"due_at\":\"2026-12-03T23:59:59.999+08:00\"}";
	struct ran r;

	(void)state;
	SERVE({ 201, made });
	r = wzm_in("complaint file --file - --agency 330703-ZG --item I-01391",
	    "{\"what\":\"不收件\",\"agency\":\"x\"}");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "K7M2Q-9XW4T\n");
	assert_has(r.out, "已取消\n");
	assert_has(bench_served(0), "POST /api/v1/complaints HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"what\":\"不收件\",\"agency\":\"330703-ZG\",\"item\":\"I-01391\"}");
	SERVE({ 200, "{\"complaints\":[{\"number\":\"N-T1\",\"state\":\"received\",\"overdue\":true,"
	    "\"due_at\":\"2026-12-03T23:59:59.999+08:00\"}],\"next\":null}" });
	r = wzm("complaint list --overdue --agency 330703-ZG");
	assert_has(r.out, "N-T1");
	assert_has(r.out, "2026-12-03 23:59 !");
	assert_body(bench_served(0), "{\"agency\":\"330703-ZG\",\"overdue\":true}");
	SERVE({ 200, one }, { 200, one });
	r = wzm("complaint answer N-T1 --outcome upheld --answer 属实");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "属实");
	assert_has(bench_served(1), "POST /api/v1/complaints/N-T1/answer HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"1\"\r\n");
	assert_body(bench_served(1), "{\"outcome\":\"upheld\",\"answer\":\"属实\"}");
}

static void
a_value_is_disputed_and_its_owner_answers(void **state)
{
	static const char changed[] = "{\"case\":{\"number\":\"N\",\"version\":3,\"state\":\"open\"},"
	    "\"item\":{\"code\":\"I-1\",\"way\":\"data_query\",\"state\":\"established\","
	    "\"steps\":[{\"at\":\"2026-11-26T09:30:12.345+08:00\",\"way\":\"data_query\",\"outcome\":\"disputed\"}],"
	    "\"disputes\":[{\"id\":\"330703-d\",\"state\":\"open\",\"agency\":{\"name\":\"某局\"},"
	    "\"due_at\":\"2026-12-03T23:59:59.999+08:00\"}],"
	    "\"notices\":[{\"id\":\"330703-n\",\"agency\":{\"name\":\"某局\"},"
	    "\"corrected_at\":\"2026-11-27T09:30:12.345+08:00\"}]},"
	    "\"record\":{\"id\":\"r\",\"log\":\"a\",\"index\":1}}";
	static const char one[] = "{\"id\":\"330703-d\",\"version\":1,\"state\":\"corrected\","
	    "\"due_at\":\"2026-12-03T23:59:59.999+08:00\",\"case_number\":\"N\",\"reason\":\"面积不同\","
	    "\"value\":{\"answer\":\"found\",\"fields\":[\"area_m2\"],\"rows\":[{\"area_m2\":\"178\"}]},"
	    "\"told\":2,\"more\":0,\"overdue\":true}";
	struct ran r;

	(void)state;
	SERVE({ 200, "{\"version\":2}" }, { 200, changed });
	r = wzm("case dispute N I-1 --reason 面积不同 --claimed 187");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(1), "POST /api/v1/cases/N/items/I-1/dispute HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"2\"\r\n");
	assert_body(bench_served(1), "{\"reason\":\"面积不同\",\"claimed\":\"187\"}");
	assert_has(r.out, "待答复  2026-12-03 23:59  某局  330703-d\n");
	assert_has(r.out, "某局 已于 2026-11-27 09:30 更正数据");
	assert_has(r.out, "提出异议");
	SERVE({ 200, "{\"version\":3}" }, { 200, changed });
	r = wzm("case withdraw-dispute N I-1 330703-d");
	assert_has(bench_served(1), "POST /api/v1/cases/N/items/I-1/disputes/330703-d/withdrawal HTTP/1.1\r\n");
	assert_int_equal(wzm("case dispute N I-1").rc, CLI_USAGE);
	SERVE({ 200, "{\"disputes\":[{\"id\":\"330703-d\",\"state\":\"open\",\"overdue\":true,"
	    "\"subject\":\"胡**\",\"due_at\":\"2026-12-03T23:59:59.999+08:00\"}],\"next\":null}" });
	r = wzm("dispute list --state open --lang en");
	assert_has(r.out, "2026-12-03 23:59 !");
	assert_has(r.out, "胡**");
	assert_body(bench_served(0), "{\"state\":\"open\"}");
	SERVE({ 200, one }, { 200, one });
	r = wzm("dispute answer 330703-d --outcome corrected --basis 已更正 --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(1), "POST /api/v1/disputes/330703-d/answer HTTP/1.1\r\n");
	assert_body(bench_served(1), "{\"outcome\":\"corrected\",\"basis\":\"已更正\"}");
	assert_has(r.out, "178\n");
	assert_has(r.out, "2 items were told; 0 more");
}

static void
a_list_says_how_to_go_on(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, "{\"cases\":[" CASE "],\"next\":\"abc_-\"}" });
	r = wzm("case list --state open --limit 1 --cursor xyz");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/cases/search HTTP/1.1\r\n");
	assert_body(bench_served(0), "{\"state\":\"open\",\"limit\":1,\"cursor\":\"xyz\"}");
	assert_has(r.out, "--cursor abc_-");
	SERVE({ 200, "{\"items\":[],\"next\":null}" });
	r = wzm("item find 无房&x=1 --matter M-1 --limit 5");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0),
	    "GET /api/v1/items?q=%E6%97%A0%E6%88%BF%26x%3D1&matter=M-1&limit=5 HTTP/1.1\r\n");
	assert_null(strstr(r.out, "--cursor"));
}

static void
an_operand_cannot_leave_its_place_in_the_address(void **state)
{
	(void)state;
	SERVE({ 404, "{\"status\":404,\"code\":\"not_found\",\"detail\":\"d\",\"next\":\"n\"}" });
	assert_int_equal(wzm("case show ../matters?x#y%2F").rc, CLI_NOT_FOUND);
	assert_has(bench_served(0), "GET /api/v1/cases/%2E%2E%2Fmatters%3Fx%23y%252F HTTP/1.1\r\n");
}

static void
json_is_handed_on_as_it_came(void **state)
{
	static const char odd[] = "{ \"b\":1.50, \"a\" : [ ] }";
	struct ran r;

	(void)state;
	SERVE({ 200, odd });
	r = wzm("case show X --json");
	assert_int_equal(r.rc, CLI_OK);
	assert_int_equal(strncmp(r.out, odd, strlen(odd)), 0);
	assert_string_equal(r.out + strlen(odd), "\n");
}

static void
the_exit_code_follows_the_status(void **state)
{
	static const struct { int status; enum cli_exit rc; } row[] = {
		{ 400, CLI_FAILED }, { 401, CLI_FAILED }, { 403, CLI_FAILED }, { 404, CLI_NOT_FOUND },
		{ 409, CLI_CONFLICT }, { 410, CLI_NOT_FOUND }, { 412, CLI_CONFLICT }, { 413, CLI_FAILED },
		{ 422, CLI_FAILED }, { 428, CLI_FAILED }, { 429, CLI_FAILED }, { 500, CLI_SYSTEM },
		{ 502, CLI_FAILED }, { 503, CLI_SYSTEM }, { 504, CLI_FAILED },
	};
	char body[256];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (int json = 0; json < 2; json++) {
			snprintf(body, sizeof(body), "{\"type\":\"/problems/x\",\"status\":%d,"
			    "\"detail\":\"句子\",\"next\":\"步骤\",\"code\":\"x\"}", row[i].status);
			SERVE({ row[i].status, body });
			assert_int_equal(wzm(json ? "case show X --json" : "case show X").rc, row[i].rc);
			bench_stop();
		}
}

static void
a_problem_is_a_sentence_a_next_step_and_a_code(void **state)
{
	static const char problem[] = "{\"type\":\"/problems/bug\",\"title\":\"t\",\"status\":500,"
	    "\"detail\":\"程序有错\",\"next\":\"请报错误号\",\"code\":\"bug\",\"field\":\"parties[0].name\","
	    "\"error_number\":\"E-7\"}";
	struct ran r;

	(void)state;
	SERVE({ 500, problem });
	r = wzm("case show X");
	assert_string_equal(r.out, "");
	assert_string_equal(r.err, "wzm: 程序有错\n下一步: 请报错误号\n代码: bug\n"
	    "字段: parties[0].name\n错误号: E-7\n");
	SERVE({ 500, problem });
	r = wzm("case show X --json");
	assert_has(r.out, "\"code\":\"bug\"");
	assert_string_equal(r.err, "");
	SERVE({ 500, problem });
	r = wzm("case show X --lang en");
	assert_has(r.err, "next: 请报错误号\ncode: bug\n");
	assert_has(bench_served(0), "\r\nAccept-Language: en\r\n");
}

static void
an_answer_that_is_no_json_is_a_failure(void **state)
{
	static const char *const bad[] = { "<html>", "{\"a\":1", "{\"a\":1,\"a\":2}", "\xff" };
	struct ran r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		SERVE({ 200, bad[i] });
		r = wzm("case show X");
		assert_int_equal(r.rc, CLI_SYSTEM);
		assert_has(r.err, "network");
	}
	SERVE({ 502, "" });
	assert_int_equal(wzm("case show X").rc, CLI_SYSTEM);
	bench_stop();
}

static void
it_is_told_whether_the_server_or_the_instance_is_missing(void **state)
{
	char path[96];
	FILE *file;
	struct ran r;

	(void)state;
	bench_stop();
	r = wzm("case show X");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "instance_missing");
	snprintf(path, sizeof(path), "%s/wzm.conf", bench_dir);
	assert_non_null(file = fopen(path, "w"));
	fclose(file);
	r = wzm("case show X");
	assert_has(r.err, "server_not_running");
	assert_has(r.err, bench_dir);
	unlink(path);
}

/* A socket's address has 108 bytes; a directory may be further down. */
static void
a_long_path_to_the_instance_works(void **state)
{
	char line[512] = "case show X -d ", *p = line + strlen(line);

	(void)state;
	p += snprintf(p, 64, "%s", bench_dir);
	for (int i = 0; i < 60; i++)
		p += snprintf(p, 8, "/.");
	SERVE({ 200, CASE });
	assert_int_equal(wzm(line).rc, CLI_OK);
	assert_non_null(bench_served(0));
}

#define REFUSED "{\"type\":\"/problems/import_refused\",\"status\":422,\"code\":\"import_refused\"," \
	"\"args\":{\"count\":\"700\"},\"detail\":\"清单有 700 处错误\",\"next\":\"请改正\",\"errors\":[{\"file\":\"items.csv\",\"line\":12," \
	"\"column\":\"method\",\"value\":\"querry\",\"reason\":\"没有这种方式\",\"next\":\"改为四种之一\"}," \
	"{\"file\":\"desks.csv\",\"line\":0,\"column\":\"\",\"value\":\"\",\"reason\":\"缺这个文件\"," \
	"\"next\":\"放进目录\"}]}"

static void
a_running_server_imports(void **state)
{
	char here[4096], want[5000];
	struct ran r;

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(want, sizeof(want), "{\"dir\":\"%s\"}", here);
	SERVE({ 200, "{\"changed\":true,\"version\":2,\"totals\":{\"items\":10,\"direct_cancel\":1,"
	    "\"commitment\":2,\"data_query\":3,\"department_verify\":4},\"desks_made\":[\"DK-1\"]}" });
	r = wzm("import inventory .");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "清单第 2 版:10 项,直接取消 1,告知承诺 2,数据查询 3,部门核验 4\n");
	assert_has(r.out, "DK-1");
	assert_has(r.out, "wzm inventory publish");
	assert_has(bench_served(0), "POST /api/v1/inventory/imports HTTP/1.1\r\n");
	assert_body(bench_served(0), want);
	SERVE({ 422, REFUSED });
	r = wzm("import inventory .");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "items.csv:12: method: querry: 没有这种方式。改为四种之一\n"
	    "desks.csv: 缺这个文件。放进目录\n共 700 处,以上列出 2 处\n");
	SERVE({ 200, "{\"changed\":true,\"rows\":19657}" });
	r = wzm("import dataset .");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(0), "POST /api/v1/datasets/imports HTTP/1.1\r\n");
	assert_has(r.out, "19657");
	r = wzm("import inventory /nowhere/at/all");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "file_read");
}

#define VERSION_7 "{\"version\":7,\"state\":\"in_force\"}"

static void
a_version_is_published_by_its_number_or_the_newest(void **state)
{
	struct ran r;

	(void)state;
	SERVE({ 200, "{\"versions\":[{\"version\":7},{\"version\":6}]}" }, { 200, VERSION_7 });
	r = wzm("inventory publish --as u-4001 --decision X1 --yes");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "第 7 版已发布,今天起生效");
	assert_has(bench_served(1), "POST /api/v1/inventory/versions/7/publication HTTP/1.1\r\n");
	assert_body(bench_served(1), "{\"decision\":\"X1\"}");
	SERVE({ 200, "{\"versions\":[{\"version\":7}]}" }, { 200, VERSION_7 });
	r = wzm("inventory publish 6 --as u-4001 --decision X1 --effective 2026-12-01 --yes");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_served(1), "POST /api/v1/inventory/versions/6/publication HTTP/1.1\r\n");
	assert_body(bench_served(1), "{\"decision\":\"X1\",\"effective\":\"2026-12-01\"}");
	/* Nobody publishes by accident. */
	SERVE({ 200, "{\"versions\":[{\"version\":7}]}" });
	assert_int_equal(wzm("inventory publish --as u-4001 --decision X1").rc, CLI_USAGE);
	assert_int_equal(wzm("inventory publish --as u-4001 --yes").rc, CLI_USAGE);
}

static void
without_a_server_the_command_publishes(void **state)
{
	struct ran r;

	(void)state;
	bench_stop();
	bench_fault = FAULT_NONE;
	r = wzm("inventory publish --decision X1 --yes");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_asked, " 0 0 X1");
	assert_has(r.out, "第 7 版已发布");
	r = wzm("inventory publish 3 --decision X1 --effective 2026-12-01 --yes");
	assert_has(bench_asked, " 3 20788 X1");
	assert_int_equal(wzm("inventory publish --decision X1").rc, CLI_USAGE);
	assert_int_equal(wzm("inventory publish --decision X1 --effective 1.12.2026 --yes").rc, CLI_USAGE);
	bench_fault = FAULT_EFFECTIVE_PAST;
	r = wzm("inventory publish --decision X1 --yes");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "effective_past");
	bench_fault = FAULT_NONE;
}

static void
without_a_server_the_command_imports(void **state)
{
	struct ran r;

	(void)state;
	bench_stop();
	bench_result = "{\"changed\":false,\"version\":1,\"totals\":{\"items\":10},\"desks_made\":[]}";
	r = wzm("import inventory /tmp");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(bench_asked, " /tmp inventory");
	assert_has(r.out, "没有改动");
	assert_has(wzm("import inventory /tmp --json").out, "\"changed\":false");
	bench_result = REFUSED;
	bench_fault = FAULT_IMPORT_REFUSED;
	r = wzm("import inventory /tmp");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "items.csv:12: method");
	bench_result = NULL;
	bench_fault = FAULT_INSTANCE_LOCKED;
	r = wzm("import dataset /tmp");
	assert_int_equal(r.rc, CLI_CONFLICT);
	assert_has(r.err, "instance_locked");
	bench_fault = FAULT_NONE;
}

#define LINTED "{\"totals\":{\"items\":2},\"counts\":{\"matters\":1,\"proofs\":3},\"files\":[{\"file\":\"清单.xlsx\"," \
	"\"sheet\":\"事项\",\"table\":\"matters\",\"encoding\":\"XLSX\",\"rows\":17,\"refused\":4}],\"notes\":[{\"file\":\"清单.xlsx\"," \
	"\"sheet\":\"旧\",\"text\":\"没有读取\"}]}"
#define WRONG "{\"status\":422,\"code\":\"import_refused\",\"args\":{\"count\":\"2\"},\"detail\":\"清单有 2 处错误\"," \
	"\"next\":\"请改正\",\"errors\":[{\"file\":\"清单.xlsx\",\"sheet\":\"事项\",\"line\":17,\"column\":\"承诺时限\",\"letter\":\"D\"," \
	"\"value\":\"@x\",\"reason\":\"须为整数\",\"next\":\"请改\",\"suggestion\":\"\"},{\"file\":\"清单.xlsx\",\"sheet\":\"事项\",\"line\":18," \
	"\"column\":\"\",\"letter\":\"F\",\"value\":\"y\",\"reason\":\"没有表头\",\"next\":\"请补上\",\"suggestion\":\"\"}],\"files\":[],\"notes\":[]}"

static void
a_list_is_checked_without_an_instance(void **state)
{
	char report[5000], line[5100];
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct ran r;

	(void)state;
	bench_stop();
	bench_result = LINTED;
	r = wzm("inventory lint here/list.xlsx");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(bench_asked, "lint here/list.xlsx");
	assert_has(r.out, "清单.xlsx  事项    XLSX  17        4\n清单.xlsx [旧]: 没有读取\n没有错误:1 个事项,3 个证明,2 项证明事项\n");
	assert_has(wzm("inventory lint x --json").out, "\"rows\":17");
	assert_int_equal(wzm("inventory lint x --report y.txt").rc, CLI_USAGE);
	bench_result = WRONG;
	bench_fault = FAULT_IMPORT_REFUSED;
	snprintf(report, sizeof(report), "%s/report.csv", bench_dir);
	snprintf(line, sizeof(line), "inventory lint x --report %s", report);
	r = wzm(line);
	assert_int_equal(r.rc, CLI_FAILED);
	assert_has(r.err, "清单.xlsx [事项]:17: 承诺时限 (D): @x: 须为整数。请改\n清单.xlsx [事项]:18: (F): y: 没有表头。请补上\n");
	assert_int_equal(buf_read_file(&text, report, 4000, &f), 0);
	assert_has(text.data, "\r\n\"错误\",\"清单.xlsx\",\"事项\",\"17\",\"承诺时限\",\"D\",\"'@x\",\"须为整数\",\"请改\",\"\"\r\n");
	buf_free(&text);
	unlink(report);
	bench_result = NULL;
	bench_fault = FAULT_FILE_READ;
	assert_has(wzm("inventory lint x").err, "file_read");
	bench_fault = FAULT_NONE;
}

static void
an_export_goes_where_it_is_told(void **state)
{
	char line[5000], path[5100];
	struct buf text = BUF_INIT;
	struct fault f = FAULT_INIT;
	struct ran r;

	(void)state;
	bench_result = NULL;
	r = wzm("inventory export --format json");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(r.out, "bytes\n");
	assert_has(bench_asked, " 0 2 0");
	snprintf(line, sizeof(line), "inventory export --version 7 --to %s/out", bench_dir);
	r = wzm(line);
	assert_has(bench_asked, " 7 0 1");
	assert_has(r.out, "清单第 7 版已写到 ");
	snprintf(path, sizeof(path), "%s/out/items.csv", bench_dir);
	assert_int_equal(buf_read_file(&text, path, 4000, &f), 0);
	assert_string_equal(text.data, "bytes\n");
	buf_free(&text);
	unlink(path);
	snprintf(path, sizeof(path), "%s/out", bench_dir);
	rmdir(path);
	assert_int_equal(wzm("inventory export --version 0").rc, CLI_USAGE);
	assert_int_equal(wzm("inventory export --format pdf").rc, CLI_USAGE);
	bench_fault = FAULT_INVENTORY_VERSION;
	assert_int_equal(wzm("inventory export").rc, CLI_NOT_FOUND);
	bench_fault = FAULT_NONE;
}

static void
a_source_is_switched_by_the_version_in_the_list(void **state)
{
	static const char list[] = "{\"sources\":[{\"service\":{\"code\":\"DS-045\"},\"version\":9},"
	    "{\"service\":{\"code\":\"DS-046\",\"name\":\"房产\"},\"version\":4,\"state\":\"on\"}]}";
	struct ran r;

	(void)state;
	SERVE({ 200, list }, { 200, "{\"service\":{\"code\":\"DS-046\"},\"state\":\"off\"}" });
	r = wzm("source off DS-046 --reason 升级 --as u-3001");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "DS-046 现在停用");
	assert_has(bench_served(1), "PUT /api/v1/sources/DS-046 HTTP/1.1\r\n");
	assert_has(bench_served(1), "\r\nIf-Match: \"4\"\r\n");
	assert_body(bench_served(1), "{\"state\":\"off\",\"reason\":\"升级\"}");
	SERVE({ 200, list });
	r = wzm("source on DS-999 --reason x");
	assert_int_equal(r.rc, CLI_NOT_FOUND);
	assert_has(r.err, "source_unknown");
	bench_stop();
}

static void
a_log_that_does_not_fit_is_a_failure(void **state)
{
	struct ran r;

	(void)state;
	bench_result = "{\"ok\":true,\"size\":3,\"records\":3,\"logs\":[{\"log\":\"a\",\"size\":3,"
	    "\"root\":\"x\"}],\"found\":0,\"errors\":[]}";
	r = wzm("log check");
	assert_int_equal(r.rc, CLI_OK);
	assert_has(r.out, "3");
	assert_has(bench_asked, "check evidence ");
	r = wzm("store check --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(r.out, "the whole store checked: 3 records, nothing amiss\n");
	assert_has(bench_asked, "check everything ");
	bench_result = "{\"ok\":false,\"size\":3,\"records\":3,\"logs\":[],\"found\":7,\"errors\":[{\"table\":"
	    "\"entry\",\"key\":\"a/2\",\"code\":\"x\",\"what\":\"does not fit\"}]}";
	r = wzm("log check --lang en");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_string_equal(r.out, "entry a/2: does not fit\n7 discrepancies, 1 listed above\n");
	assert_int_equal(wzm("log check --json").rc, CLI_FAILED);
	assert_int_equal(wzm("store check").rc, CLI_FAILED);
	bench_result = NULL;
}

static void
a_copy_says_what_was_copied_or_how_to_go_on(void **state)
{
	struct ran r;

	(void)state;
	bench_result = "{\"from\":\"a.db\",\"to\":\"b.db\",\"rows\":1234,\"tables\":[],\"logs\":[{\"log\":\"a\","
	    "\"size\":3,\"root\":\"R00T=\"}]}";
	r = wzm("store copy a.db b.db --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(bench_asked, "copy a.db b.db");
	assert_string_equal(r.out, "a.db was copied to b.db: 1234 rows, every table compared\n"
	    "log a: 3 leaves, root of the copied leaves R00T=\n");
	assert_has(wzm("store copy a.db b.db --json").out, "\"rows\":1234");
	assert_int_equal(wzm("store copy a.db").rc, CLI_USAGE);
	bench_result = NULL;
	bench_fault = FAULT_COPY_STOPPED;
	r = wzm("store copy a.db b.db --lang en");
	assert_int_equal(r.rc, CLI_SYSTEM);
	assert_has(r.err, "Go on with: wzm store copy");
	bench_fault = FAULT_NONE;
}

static void
a_state_is_moved_and_a_log_begun_without_a_server(void **state)
{
	struct ran r;

	(void)state;
	r = wzm("sign here --adopt --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(bench_asked, "adopt here a localhost/log/a newest of here a");
	assert_string_equal(r.out, "the signer's state is at 41003 entries\n");
	assert_string_equal(wzm("sign here --adopt --json").out, "{\"log\":\"a\",\"size\":41003}\n");
	bench_fault = FAULT_SIGN_ADOPT_OLDER;
	assert_int_equal(wzm("sign here --adopt").rc, CLI_CONFLICT);
	bench_fault = FAULT_NONE;
	assert_int_equal(wzm("sign here --adopt --checkpoint /nowhere").rc, CLI_FAILED);
	assert_int_equal(wzm("sign").rc, CLI_USAGE);
	r = wzm("log new -d here --lang en");
	assert_int_equal(r.rc, CLI_OK);
	assert_string_equal(bench_asked, "log here");
	assert_string_equal(r.out, "the new log is b; it is written in wzm.conf\n");
	bench_fault = FAULT_SIGN_STORE_OLDER;
	assert_int_equal(wzm("serve").rc, CLI_FORK);
	bench_fault = FAULT_LOG_TAKEN;
	assert_int_equal(wzm("serve").rc, CLI_CONFLICT);
	bench_fault = FAULT_NONE;
}

static void
a_full_disk_is_not_success(void **state)
{
	FILE *full = fopen("/dev/full", "w"), *err = tmpfile();
	static struct clock clock = { .is_virtual = 1 };
	char *argv[] = { (char[]){ "wzm" }, (char[]){ "version" }, NULL };

	(void)state;
	assert_int_equal(cli_run(2, argv, stdin, full, err, &clock), CLI_SYSTEM);
	fclose(full);
	fclose(err);
	assert_has(wzm("version").out, "wzm ");
	assert_has(wzm("conf sample").out, "port = 8080");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_a_case_types_the_answers_as_the_form_says),
		cmocka_unit_test(a_creating_request_has_a_key_of_its_own),
		cmocka_unit_test(wrong_answers_are_told_before_anything_is_sent),
		cmocka_unit_test(a_case_is_read_from_a_file_and_options_add_to_it),
		cmocka_unit_test(a_change_carries_the_version_that_was_seen),
		cmocka_unit_test(new_answers_are_laid_over_those_of_the_case),
		cmocka_unit_test(parties_are_added_corrected_and_removed),
		cmocka_unit_test(an_item_is_settled_and_its_answer_shown),
		cmocka_unit_test(a_commitment_is_shown_and_then_signed_by_hash),
		cmocka_unit_test(a_desk_answers_with_its_basis),
		cmocka_unit_test(several_are_answered_at_once_and_each_is_told),
		cmocka_unit_test(a_desk_names_its_deputies),
		cmocka_unit_test(what_is_late_is_listed_with_what_is_left),
		cmocka_unit_test(a_complaint_is_filed_listed_and_answered),
		cmocka_unit_test(a_value_is_disputed_and_its_owner_answers),
		cmocka_unit_test(a_list_says_how_to_go_on),
		cmocka_unit_test(an_operand_cannot_leave_its_place_in_the_address),
		cmocka_unit_test(json_is_handed_on_as_it_came),
		cmocka_unit_test(the_exit_code_follows_the_status),
		cmocka_unit_test(a_problem_is_a_sentence_a_next_step_and_a_code),
		cmocka_unit_test(an_answer_that_is_no_json_is_a_failure),
		cmocka_unit_test(it_is_told_whether_the_server_or_the_instance_is_missing),
		cmocka_unit_test(a_long_path_to_the_instance_works),
		cmocka_unit_test(a_running_server_imports),
		cmocka_unit_test(a_version_is_published_by_its_number_or_the_newest),
		cmocka_unit_test(without_a_server_the_command_publishes),
		cmocka_unit_test(without_a_server_the_command_imports),
		cmocka_unit_test(a_list_is_checked_without_an_instance),
		cmocka_unit_test(an_export_goes_where_it_is_told),
		cmocka_unit_test(a_source_is_switched_by_the_version_in_the_list),
		cmocka_unit_test(a_log_that_does_not_fit_is_a_failure),
		cmocka_unit_test(a_copy_says_what_was_copied_or_how_to_go_on),
		cmocka_unit_test(a_state_is_moved_and_a_log_begun_without_a_server),
		cmocka_unit_test(a_full_disk_is_not_success),
	};

	return cmocka_run_group_tests_name("commands", tests, bench_start, bench_end);
}
