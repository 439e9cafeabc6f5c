/* The command line: what is understood, and what is refused with code 2 and a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bench.h"

static void
assert_usage(const char *line, const char *needle)
{
	struct ran r = wzm(line);

	assert_int_equal(r.rc, CLI_USAGE);
	assert_string_equal(r.out, "");
	assert_non_null(strstr(r.err, "usage"));
	if (strstr(r.err, needle) == NULL)
		fail_msg("%s: no \"%s\" in: %s", line, needle, r.err);
}

static void
a_wrong_command_line_is_refused_with_its_reason(void **state)
{
	(void)state;
	assert_usage("", "没有命令");
	assert_usage("frobnicate", "没有命令 frobnicate");
	assert_usage("case", "case 后还缺命令");
	assert_usage("case", "wzm help case");
	assert_usage("case frobnicate", "没有命令 case frobnicate");
	assert_usage("case frobnicate", "wzm help case");
	assert_usage("case accpt", "没有命令 case accpt,是不是 case accept");
	assert_usage("case accept1 X", "是不是 case accept");
	assert_usage("serv", "没有命令 serv,是不是 serve");
	assert_usage("serv now", "没有命令 serv,是不是 serve");
	assert_usage("case list --frobnicate", "没有选项 --frobnicate");
	assert_usage("case list -z", "没有选项 -z");
	assert_usage("--frobnicate case list", "没有选项 --frobnicate");
	assert_usage("case list --state", "选项 --state 后须有值");
	assert_usage("case list -d", "选项 -d 后须有值");
	assert_usage("case list --json=1", "选项 --json=1 后没有值");
	assert_usage("case list --limit 1 --limit 2", "--limit 只能给一次");
	assert_usage("case list --limit 0", "--limit 须是 1 到 200");
	assert_usage("case list --limit 201", "--limit 须是 1 到 200");
	assert_usage("case list --limit 5x", "--limit 须是 1 到 200");
	assert_usage("case show", "还缺 ID");
	assert_usage("case query X", "还缺 ITEM");
	assert_usage("case show X Y", "多了 Y");
	assert_usage("case conclude X", "须有 --outcome");
	assert_usage("case conclude X --outcome lost", "settled|refused|withdrawn");
	assert_usage("case settle X --seen 0", "--seen");
	assert_usage("case settle X --seen 1x", "--seen");
	assert_usage("case open", "须有 --matter");
	assert_usage("case open --matter M --party buyer:person:citizen_id:1", "--party");
	assert_usage("case open --matter M --ask I-1=x", "--ask");
	assert_usage("case open --matter M --ask I-1.=x", "--ask");
	assert_usage("case query X I --ask household", "--ask");
	assert_usage("case commit X I", "须有 --signer");
	assert_usage("case commit X I --signer applicant", "须有 --yes");
	assert_usage("verification answer X --answer maybe", "cannot_verify");
	assert_usage("verification answer X --answer match", "须有 --basis");
	assert_usage("complaint answer X --outcome maybe", "upheld|not_upheld|no_jurisdiction");
	assert_usage("complaint answer X --outcome upheld", "须有 --answer");
	assert_usage("complaint file --what x", "须有 --agency");
	assert_usage("complaint file --agency x", "须有 --what");
	assert_usage("source off DS-046", "须有 --reason");
	assert_usage("help case frobnicate", "没有命令 case frobnicate");
	assert_usage("help case --man", "case 后还缺命令");
	assert_usage("case answers X", "没有给出要改的内容");
	assert_usage("case answers X --seen 3", "没有给出要改的内容");
	assert_usage("help frobnicate", "没有命令 frobnicate");
	assert_usage("help --to /tmp", "--to");
	assert_usage("--lang fr version", "zh|en");
	assert_usage("user list --as u\x01", "ASCII");
	assert_usage("serve --division 330000", "没有选项 --division");
	assert_usage("serve --demo 1", "没有选项 --demo");
}

static void
the_reason_says_where_to_look(void **state)
{
	(void)state;
	assert_usage("case show", "wzm help case show");
	assert_usage("--lang en case show", "ID is missing");
}

static void
help_of_a_group_lists_its_commands(void **state)
{
	struct ran r = wzm("help case");

	(void)state;
	assert_int_equal(r.rc, CLI_OK);
	assert_non_null(strstr(r.out, "  case accept "));
	assert_non_null(strstr(r.out, "  case show "));
	assert_null(strstr(r.out, "  desk "));
	assert_null(strstr(r.out, "  serve "));
}

static void
a_fault_is_json_where_json_was_asked_for(void **state)
{
	struct ran r = wzm("case show --json --lang en");
	json_t *problem = json_loads(r.out, 0, NULL);

	(void)state;
	assert_int_equal(r.rc, CLI_USAGE);
	assert_string_equal(str(problem, "code"), "usage");
	assert_string_equal(str(problem, "type"), "/problems/usage");
	assert_true(num(problem, "status") == 400);
	json_decref(problem);
}

static void
global_options_stand_before_or_after_the_command(void **state)
{
	(void)state;
	bench_fault = FAULT_NONE;
	bench_result = "{\"ok\":true,\"log\":\"a\",\"size\":3,\"records\":3,\"root\":\"\",\"errors\":[]}";
	assert_int_equal(wzm("-d /a log check").rc, 0);
	assert_string_equal(bench_asked, "check evidence /a");
	assert_int_equal(wzm("log check -d /b").rc, 0);
	assert_string_equal(bench_asked, "check evidence /b");
	assert_int_equal(wzm("log check --dir=/c").rc, 0);
	assert_string_equal(bench_asked, "check evidence /c");
	assert_int_equal(wzm("log check").rc, 0);
	assert_string_equal(bench_asked + strlen("check evidence "), bench_dir);	/* WZM_DIR */
	unsetenv("WZM_DIR");
	assert_int_equal(wzm("log check").rc, 0);
	assert_string_equal(bench_asked, "check evidence ./instance");
	setenv("WZM_DIR", bench_dir, 1);
}

static void
the_language_is_that_of_the_option_then_of_the_environment(void **state)
{
	static const struct { const char *variable, *value, *line, *says; } row[] = {
		{ "LANG", "", "help", "命令" },
		{ "LANG", "C.UTF-8", "help", "命令" },
		{ "LANG", "en_GB.UTF-8", "help", "commands:" },
		{ "LC_MESSAGES", "zh_CN.UTF-8", "help", "命令" },
		{ "LC_ALL", "en_US", "help", "commands:" },
		{ "LC_ALL", "en_US", "help --lang zh", "命令" },
		{ "LC_ALL", "zh_CN", "--lang=en help", "commands:" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		setenv(row[i].variable, row[i].value, 1);
		assert_non_null(strstr(wzm(row[i].line).out, row[i].says));
	}
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
}

static void
serve_takes_settings_as_options(void **state)
{
	struct ran r;

	(void)state;
	bench_result = NULL;
	assert_int_equal(wzm("serve -d /i --port 0 --address ::1").rc, 0);
	assert_string_equal(bench_asked, "serve /i ::1 0");
	r = wzm("serve --port 99999");
	assert_int_equal(r.rc, CLI_FAILED);
	assert_non_null(strstr(r.err, "conf_invalid"));
	assert_non_null(strstr(r.err, "port"));
}

static void
init_has_the_values_of_the_table(void **state)
{
	struct ran r;

	(void)state;
	assert_int_equal(wzm("init /i").rc, 0);
	assert_string_equal(bench_asked, "init /i 330700 localhost 0");
	r = wzm("init /i --division 330703 --origin log.example --demo --lang en");
	assert_int_equal(r.rc, 0);
	assert_string_equal(bench_asked, "init /i 330703 log.example 1");
	assert_non_null(strstr(r.out, "wzm serve -d /i"));
	assert_int_equal(wzm("init /i --store postgresql:///wzm").rc, 0);
	assert_string_equal(bench_asked, "init /i 330700 localhost postgresql:///wzm 0");
	bench_fault = FAULT_INSTANCE_EXISTS;
	assert_int_equal(wzm("init /i").rc, CLI_FAILED);
	bench_fault = FAULT_NONE;
}

static void
init_joins_an_instance_with_what_that_one_has(void **state)
{
	struct ran r;

	(void)state;
	r = wzm("init /i --join /first");
	assert_int_equal(r.rc, 0);
	assert_string_equal(bench_asked, "join /i /first ");
	assert_non_null(strstr(r.out, "wzm serve -d /i"));
	r = wzm("init /i --join /first --store postgresql://db/wzm --json");
	assert_string_equal(bench_asked, "join /i /first postgresql://db/wzm");
	assert_string_equal(r.out, "{\"dir\":\"/i\",\"log\":\"b\"}\n");
	bench_asked[0] = '\0';
	assert_int_equal(wzm("init /i --join /first --demo").rc, CLI_USAGE);
	assert_int_equal(wzm("init /i --join /first --division 330703").rc, CLI_USAGE);
	assert_int_equal(wzm("init /i --join /first --origin log.example").rc, CLI_USAGE);
	assert_string_equal(bench_asked, "");
	bench_fault = FAULT_JOIN_FILE;
	assert_int_equal(wzm("init /i --join /first").rc, CLI_FAILED);
	bench_fault = FAULT_NONE;
}

static void
a_server_whose_log_was_taken_ends_unlike_all_others(void **state)
{
	(void)state;
	bench_fault = FAULT_LOG_TAKEN;
	assert_int_equal(wzm("serve -d /i").rc, CLI_CONFLICT);
	bench_fault = FAULT_STORE_AWAY;
	assert_int_equal(wzm("serve -d /i").rc, CLI_SYSTEM);
	bench_fault = FAULT_NONE;
}

static void
nothing_is_done_where_help_is_asked_for(void **state)
{
	struct ran r;

	(void)state;
	bench_asked[0] = '\0';
	r = wzm("init --help");
	assert_int_equal(r.rc, 0);
	assert_non_null(strstr(r.out, "wzm init DIR"));
	assert_string_equal(bench_asked, "");
	assert_non_null(strstr(wzm("-h").out, "case open"));
	assert_non_null(strstr(wzm("case open -h --lang en").out, "--party ROLE:KIND:TYPE:NUMBER:NAME"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_command_line_is_refused_with_its_reason),
		cmocka_unit_test(the_reason_says_where_to_look),
		cmocka_unit_test(help_of_a_group_lists_its_commands),
		cmocka_unit_test(a_fault_is_json_where_json_was_asked_for),
		cmocka_unit_test(global_options_stand_before_or_after_the_command),
		cmocka_unit_test(the_language_is_that_of_the_option_then_of_the_environment),
		cmocka_unit_test(serve_takes_settings_as_options),
		cmocka_unit_test(init_has_the_values_of_the_table),
		cmocka_unit_test(init_joins_an_instance_with_what_that_one_has),
		cmocka_unit_test(a_server_whose_log_was_taken_ends_unlike_all_others),
		cmocka_unit_test(nothing_is_done_where_help_is_asked_for),
	};

	return cmocka_run_group_tests_name("args", tests, bench_start, bench_end);
}
