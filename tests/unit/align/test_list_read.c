/* Lists as offices hand them in, and all that can be wrong with one. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "align/align.h"
#include "sheet/write.h"

static struct align_list *
read_ok(const char *name, const void *data, size_t len)
{
	struct inventory_report report = { 0 };
	struct align_list *list = NULL;
	struct fault f = FAULT_INIT;

	if (align_list_read(name, data, len, &list, &report, &f) < 0)
		fail_msg("%s: %s", fault_name(f.code), report.n > 0 ? report.error[0].reason[LANG_EN] : "");
	inventory_report_free(&report);
	return list;
}

static void
assert_row(const struct align_list *list, size_t i, const char *matter, const char *proof, enum method method, size_t line)
{
	const struct align_row *r = align_list_row(list, i);

	assert_string_equal(r->matter, matter);
	assert_string_equal(r->proof, proof);
	assert_int_equal(r->method, method);
	assert_int_equal(r->line, line);
}

#define CSV_ZH "序号,事项名称,证明名称,办理方式,法律依据,备注\n1,立户登记,户籍证明,数据查询,《条例》,x\n\n2,立户登记,收入证明,部门核验,,\n"

static void
headers_and_methods_may_be_in_either_language(void **state)
{
	static const char en[] = "code,matter_code,proof_code,method,legal_basis,matter_name,proof_name\n"
	    "A-1,M-1,,data_query,《条例》,立户登记,户籍证明\nA-2,,,department_verify,,立户登记,收入证明\n";
	struct align_list *list = read_ok("a.csv", CSV_ZH, strlen(CSV_ZH));

	(void)state;
	assert_int_equal(align_list_rows(list), 2);
	assert_row(list, 0, "立户登记", "户籍证明", METHOD_DATA_QUERY, 2);
	assert_row(list, 1, "立户登记", "收入证明", METHOD_DEPARTMENT_VERIFY, 4);
	assert_string_equal(align_list_row(list, 0)->legal_basis, "《条例》");
	assert_string_equal(align_list_row(list, 0)->code, "1");
	align_list_free(list);
	list = read_ok("b.csv", en, strlen(en));
	assert_int_equal(align_list_rows(list), 2);
	assert_row(list, 1, "立户登记", "收入证明", METHOD_DEPARTMENT_VERIFY, 3);
	assert_string_equal(align_list_row(list, 0)->code, "A-1");
	align_list_free(list);
}

static void
a_workbook_is_read_whatever_it_is_called(void **state)
{
	const char *title[] = { "某县证明事项清单" }, *header[] = { "编号", "事项名称", "证明名称", "方式" };
	const char *row[] = { "001", "立户登记", "户籍证明", "告知承诺" };
	struct xlsx_writer *w = NULL;
	struct align_list *list;
	struct fault f = FAULT_INIT;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	xlsx_writer_sheet(w, "第一轮");
	xlsx_writer_row(w, title, 1);
	xlsx_writer_row(w, header, 4);
	xlsx_writer_row(w, row, 4);
	assert_int_equal(xlsx_writer_end(w, &out, &f), 0);
	xlsx_writer_free(w);
	list = read_ok("武义.xlsx", out.data, out.len);
	assert_int_equal(align_list_rows(list), 1);
	assert_row(list, 0, "立户登记", "户籍证明", METHOD_COMMITMENT, 3);
	assert_string_equal(align_list_row(list, 0)->code, "001");
	align_list_free(list);
	buf_free(&out);
}

static void
assert_refused(const char *text, size_t len, size_t errors, size_t line, const char *says)
{
	struct inventory_report report = { 0 };
	struct align_list *list = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(align_list_read("武义.csv", text, len, &list, &report, &f), -1);
	assert_int_equal(f.code, FAULT_IMPORT_REFUSED);
	assert_null(list);
	assert_int_equal(report.total, errors);
	assert_string_equal(report.error[0].file, "武义.csv");
	assert_int_equal(report.error[0].line, line);
	if (strstr(report.error[0].reason[LANG_ZH], says) == NULL)
		fail_msg("%s", report.error[0].reason[LANG_ZH]);
	assert_true(report.error[0].reason[LANG_EN][0] != '\0' && report.error[0].next[LANG_ZH][0] != '\0');
	inventory_report_free(&report);
}

#define HEAD "事项名称,证明名称,方式\n"

static void
what_is_wrong_is_named(void **state)
{
	static const struct { const char *text; size_t errors, line; const char *says; } wrong[] = {
		{ "", 1, 0, "空的" },
		{ "事项名称,方式\na,数据查询\n", 1, 1, "缺少" },
		{ HEAD "立户登记,,数据查询\n", 1, 2, "不能为空" },
		{ HEAD "立户登记,户籍证明,数据查询\n　,户籍证明,数据查询\n", 1, 3, "不能为空" },
		{ HEAD "立户登记,户籍证明,看情况\n,,\n,x,\n", 3, 2, "只能是" },
		{ HEAD "立户登记,\"户籍\n证明\",数据查询\n", 1, 2, "控制字符" },
		{ HEAD "立户登记,\"户籍证明,数据查询\n", 1, 2, "" },
		{ HEAD "立户登记,\xff\xfe\xff,数据查询\n", 1, 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused(wrong[i].text, strlen(wrong[i].text), wrong[i].errors, wrong[i].line, wrong[i].says);
}

static void
a_name_of_64_kib_is_too_long(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_str(&text, HEAD "立户登记,");
	for (size_t i = 0; i < 65536; i++)
		buf_char(&text, 'x');
	buf_str(&text, ",数据查询\n");
	assert_refused(text.data, text.len, 1, 2, "太长");
	buf_free(&text);
}

static void
a_million_rows_are_too_many(void **state)
{
	struct buf text = BUF_INIT_MAX(256u << 20);

	(void)state;
	buf_str(&text, HEAD);
	for (size_t i = 0; i < 1000000; i++)
		buf_str(&text, "立户登记,户籍证明,数据查询\n");
	assert_refused(text.data, text.len, 1, ALIGN_ROWS_MAX + 2, "最多 500000 行");
	buf_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_and_methods_may_be_in_either_language),
		cmocka_unit_test(a_workbook_is_read_whatever_it_is_called),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_name_of_64_kib_is_too_long),
		cmocka_unit_test(a_million_rows_are_too_many),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
