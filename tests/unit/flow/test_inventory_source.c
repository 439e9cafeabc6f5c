/*
 * The files of an office: in every form that they may have they are the same inventory; and
 * what is wrong with one is said once, where the office finds it, in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../fuzz/sections.h"
#include "../sheet/workbook.h"
#include "flow/inventory_source.h"
#include "sheet/write.h"

static struct buf small = BUF_INIT;
static struct sections sections;	/* a whole inventory of a few rows */

static int
load(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	if (buf_read_file(&small, SMALL, BUF_MAX_DEFAULT, &f) < 0)
		return -1;
	sections_split(small.data, small.len, &sections);
	return sections.n == INVENTORY_TABLES ? 0 : -1;
}

static int
unload(void **state)
{
	(void)state;
	buf_free(&small);
	return 0;
}

/* The files of the small inventory, with one (workdays.csv unless said) replaced by others. */
static size_t
files_with(const char *instead_of, const struct inventory_input *other, size_t n,
    struct inventory_input *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < sections.n; i++)
		if (strcmp(sections.file[i].name, instead_of) != 0)
			ret[count++] = (struct inventory_input){ sections.file[i].name, sections.file[i].text,
				sections.file[i].len };
	for (size_t i = 0; i < n; i++)
		ret[count++] = other[i];
	return count;
}

#define INPUTS_MAX 24

/* Builds; the report is the caller's.  ret_kept: the bytes of workdays.csv as they are kept. */
static enum fault_code
build(const struct inventory_input *in, size_t n, struct inventory_report *ret_report, struct buf *ret_kept)
{
	struct inventory_source *source = NULL;
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;
	size_t kept;

	*ret_report = (struct inventory_report){ 0 };
	if (inventory_source_read(in, n, &source, &f) < 0)
		return f.code;
	if (inventory_source_build(source, &inv, ret_report, &f) == 0)
		f.code = FAULT_NONE;
	for (size_t i = 0; ret_kept != NULL && i < (inventory_source_files(source, &kept), kept); i++) {
		const struct inventory_file *file = inventory_source_files(source, &kept) + i;

		if (strcmp(file->name, "workdays.csv") == 0)
			buf_add(ret_kept, file->text, file->len);
	}
	inventory_unref(inv);
	inventory_source_free(source);
	return f.code;
}

#define ROW(n, a, b) "<row r=\"" n "\">" TEXT("A" n, a) TEXT("B" n, b) "</row>"
#define HEAD(n) ROW(n, "date", "kind")
#define DAYS ROW("2", "2026-10-01", "holiday") ROW("3", "2026-10-10", "workday_makeup")
#define BYTES(text) text, sizeof(text) - 1
#define CANONICAL "date,kind\n2026-10-01,holiday\n2026-10-10,workday_makeup\n"

/* A file in the place of workdays.csv: a text, or the cells of a sheet, and what it is kept as. */
static const struct good { const char *name, *text; size_t len; const char *sheet, *kept, *encoding, *note; } good[] = {
	{ "workdays.csv", BYTES(CANONICAL), NULL, CANONICAL, "UTF-8", NULL },
	{ "workdays.csv", BYTES("\xEF\xBB\xBF" CANONICAL), NULL, "\xEF\xBB\xBF" CANONICAL, "UTF-8", NULL },
	{ "WorkDays.CSV", BYTES("Date , KIND\r\n\"2026-10-01\",holiday\r\n\r\n2026-10-10,workday_makeup"), NULL,
	    "Date , KIND\r\n\"2026-10-01\",holiday\r\n\r\n2026-10-10,workday_makeup", "UTF-8", NULL },
	{ "工作日.csv", BYTES("类别,日期\nholiday,2026-10-01\n"), NULL, "类别,日期\nholiday,2026-10-01\n", "UTF-8", NULL },
	{ "节假日.csv", BYTES("\xC8\xD5\xC6\xDA,\xC0\xE0\xB1\xF0\n2026-10-01,holiday\n"), NULL,
	    "日期,类别\n2026-10-01,holiday\n", "GB 18030", NULL },
	{ "workdays.csv", BYTES("\xFF\xFE\xE5\x65\x1F\x67,\0{|+R\n\0" "2\0" "0\0" "2\0" "6\0-\0" "1\0" "0\0-\0" "0\0" "1\0,\0"
	    "h\0o\0l\0i\0d\0a\0y\0"), NULL, "日期,类别\n2026-10-01,holiday", "UTF-16", NULL },
	/* Full-width digits, letters and hyphens of a code or a date. */
	{ "workdays.csv", BYTES("date,kind\n２０２６－１０－０１,ｈｏｌｉｄａｙ\n"), NULL,
	    "date,kind\n２０２６－１０－０１,ｈｏｌｉｄａｙ\n", "UTF-8", NULL },
	/* Workbooks.  A text by another name is a text. */
	{ "workdays.xlsx", BYTES(CANONICAL), NULL, CANONICAL, "UTF-8", NULL },
	{ "workdays.xlsx", NULL, 0, SHEET(HEAD("1") DAYS), CANONICAL, "XLSX", NULL },
	{ "workdays.csv", NULL, 0, SHEET(HEAD("1") DAYS), CANONICAL, "XLSX", NULL },
	{ "工作日.xlsx", NULL, 0, SHEET(ROW("1", "日期", "类别") DAYS), CANONICAL, "XLSX", NULL },
	{ "workdays.xlsx", NULL, 0, SHEET(HEAD("1") "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>46296</v></c>"
	    TEXT("B2", "holiday") "</row><row r=\"3\"><c r=\"A3\" s=\"2\"><v>46305</v></c>" TEXT("B3", "workday_makeup")
	    "</row>"), CANONICAL, "XLSX", NULL },
	/* A title above, blank rows, a header over two lines. */
	{ "workdays.xlsx", NULL, 0, SHEET_MERGED("<row r=\"1\">" TEXT("A1", "2026年工作日安排") "</row>" HEAD("4")
	    ROW("5", "2026-10-01", "holiday") "<row r=\"6\"/>" ROW("7", "2026-10-10", "workday_makeup"),
	    "<mergeCell ref=\"A1:B1\"/>"), CANONICAL, "XLSX", "表头以上 1 行没有读取" },
	{ "workdays.xlsx", NULL, 0, SHEET_MERGED("<row r=\"1\">" TEXT("A1", "基本信息") TEXT("B1", "类\n别") "</row><row r=\"2\">"
	    TEXT("A2", " 日期 ") "</row>" ROW("3", "2026-10-01", "holiday") ROW("4", "2026-10-10", "workday_makeup"),
	    "<mergeCell ref=\"B1:B2\"/>"), CANONICAL, "XLSX", "表头占 2 行,已合并" },
	/* A merged cell of the table belongs to each row that it covers. */
	{ "workdays.xlsx", NULL, 0, SHEET_MERGED(HEAD("1") ROW("2", "2026-10-01", "holiday") "<row r=\"3\">"
	    TEXT("A3", "2026-10-02") "</row>", "<mergeCell ref=\"B2:B3\"/>"),
	    "date,kind\n2026-10-01,holiday\n2026-10-02,holiday\n", "XLSX", "有 1 处合并单元格,其值用于所盖的每一格" },
	{ "workdays.xlsx", NULL, 0, SHEET(HEAD("1") "<row r=\"2\" hidden=\"1\">" TEXT("A2", "2026-10-01") TEXT("B2", "holiday")
	    "</row>"), "date,kind\n2026-10-01,holiday\n", "XLSX", "有 1 行隐藏,照样读取" },
	/* Columns apart and in another order; a title that needs quotes would be kept in them. */
	{ "workdays.xlsx", NULL, 0, SHEET("<row r=\"1\">" TEXT("B1", "kind") TEXT("D1", "date") "</row><row r=\"2\">"
	    TEXT("B2", "holiday") TEXT("D2", "2026-10-01") "</row>"), "kind,date\nholiday,2026-10-01\n", "XLSX", NULL },
};

static void
every_form_is_the_same_inventory(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct part part = { "xl/worksheets/sheet1.xml", good[i].sheet };
		struct inventory_input in[INPUTS_MAX], other = { good[i].name, good[i].text, good[i].len };
		struct inventory_report report;
		struct buf bytes = BUF_INIT, kept = BUF_INIT;
		size_t n;

		if (good[i].sheet != NULL) {
			pack_with(&part, 1, &bytes);
			other.data = bytes.data;
			other.len = bytes.len;
		}
		n = files_with("workdays.csv", &other, 1, in);
		if (build(in, n, &report, &kept) != FAULT_NONE)
			fail_msg("%zu: %s:%zu %s %s", i, report.error[0].file, report.error[0].line, report.error[0].value,
			    report.error[0].reason[LANG_EN]);
		assert_string_equal(kept.data, good[i].kept);
		assert_int_equal(report.nread, INVENTORY_TABLES);
		assert_string_equal(report.read[INVENTORY_TABLES - 1].file, good[i].name);
		assert_string_equal(report.read[INVENTORY_TABLES - 1].table, "workdays");
		assert_string_equal(report.read[INVENTORY_TABLES - 1].encoding, good[i].encoding);
		assert_string_equal(report.read[INVENTORY_TABLES - 1].sheet, good[i].sheet != NULL ? "一" : "");
		assert_int_equal(report.read[INVENTORY_TABLES - 1].refused, 0);
		if (good[i].note == NULL && report.nnotes > 0)
			fail_msg("%zu: %s", i, report.note[0].text[LANG_ZH]);
		if (good[i].note != NULL) {
			int said = 0;

			for (size_t k = 0; k < report.nnotes; k++)
				said |= strcmp(report.note[k].text[LANG_ZH], good[i].note) == 0;
			if (!said)
				fail_msg("%zu: no note \"%s\"", i, good[i].note);
		}
		inventory_report_free(&report);
		buf_free(&bytes);
		buf_free(&kept);
	}
}

/* What is wrong with a file in the place of another, and all that is said of it. */
struct bad {
	const char *in, *name, *text;
	size_t len;
	const char *sheet;
	const char *said_sheet;
	size_t line;
	const char *column, *letter, *value, *suggestion, *reason[2], *next[2];
};

#define TEXT_FILE(in, text) in, in, BYTES(text), NULL, ""
#define CELLS(cells) "workdays.csv", "工作日.xlsx", NULL, 0, SHEET(cells), "一"
#define ENUM_REASON { "只能是 holiday, workday_makeup", "This must be one of holiday, workday_makeup" }
#define DATE_REASON { "不是真实日期,写法为 2026-01-31", "This is not a real date; dates are written 2026-01-31" }
#define DATE_NEXT { "请改正日期", "Correct the date" }
#define DAMAGED(part, zh, en) { "工作簿已损坏(" part "):" zh, "The workbook is damaged (" part "): " en }, \
	{ "请在 Excel 或 WPS 里打开,再另存为 .xlsx", "Open it in Excel or WPS and save it as .xlsx again" }
#define CSV_NEXT { "请按 RFC 4180 改正文件", "Correct the file according to RFC 4180" }
#define ENCODING_NEXT { "请另存为 UTF-8 编码的 CSV,或另存为 .xlsx", "Save it as CSV in UTF-8, or as .xlsx" }
#define SAVE_AS { "请在 Excel 或 WPS 里另存为 .xlsx", "Save it as .xlsx in Excel or WPS" }
#define PARTIES "matter_code,role,kind,required,label\nM-1,applicant,person,yes,申请人\nM-2,applicant,both,yes,申请人\n" \
	"M-2,legal_representative,person,no,法定代表人\n"
#define PART_ONE "xl/worksheets/sheet1.xml"

static const struct bad bad[] = {
	/* Text files */
	{ TEXT_FILE("workdays.csv", ""), 0, "", "", "", "", { "文件是空的,连表头也没有", "The file is empty and has no header" },
	    { "请写上表头:date,kind", "Write the header: date,kind" } },
	{ TEXT_FILE("workdays.csv", "日期,类型\n2026-10-01,holiday\n"), 1, "类型", "B", "类型", "类别",
	    { "表头里有不认识的列 类型", "The header has an unknown column 类型" },
	    { "请去掉该列,或核对拼写;是不是“类别”?", "Remove the column, or check its spelling. Did you mean 类别?" } },
	{ TEXT_FILE("workdays.csv", "date,kind,date\n"), 1, "date", "C", "date", "",
	    { "表头里列 date 出现了两次", "The column date occurs twice in the header" },
	    { "请只留一列", "Keep one of the two" } },
	{ TEXT_FILE("workdays.csv", "date,日期,kind\n"), 1, "日期", "B", "日期", "",
	    { "表头里列 日期 出现了两次", "The column 日期 occurs twice in the header" },
	    { "请只留一列", "Keep one of the two" } },
	{ TEXT_FILE("workdays.csv", "kind\nholiday\n"), 1, "date", "", "", "",
	    { "表头缺少列 date", "The header lacks the column date" }, { "请补上该列", "Add the column" } },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01\n"), 2, "", "", "2026-10-01", "",
	    { "此行有 1 列,应为 2 列", "This row has 1 fields; 2 are expected" },
	    { "请核对逗号与引号", "Check the commas and the quotes" } },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,\"holiday\n"), 2, "", "", "", "",
	    { "CSV 第 2 行第 2 列:引号没有闭合", "CSV line 2, column 2: the quote is never closed" }, CSV_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,hol\"iday\n"), 2, "", "", "", "",
	    { "CSV 第 2 行第 2 列:未加引号的内容里有引号", "CSV line 2, column 2: there is a quote inside an unquoted field" }, CSV_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,\"holiday\"x\n"), 2, "", "", "", "",
	    { "CSV 第 2 行第 2 列:右引号后面还有内容", "CSV line 2, column 2: text follows the closing quote" }, CSV_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,hol\0iday\n"), 2, "", "", "", "",
	    { "CSV 第 2 行第 2 列:有 NUL 字节", "CSV line 2, column 2: there is a NUL byte" }, CSV_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\rx"), 1, "", "", "", "",
	    { "CSV 第 1 行第 2 列:有单独的回车符", "CSV line 1, column 2: a carriage return stands alone" }, CSV_NEXT },
	{ TEXT_FILE("workdays.csv", "\xEF\xBB\xBF" "date,kind\n\xC8\xD5,x\n"), 2, "", "", "", "",
	    { "第 2 行起不是 UTF-8 文字(文件第 14 字节)", "Line 2 is not UTF-8 text (byte 14 of the file)" }, ENCODING_NEXT },
	{ TEXT_FILE("workdays.csv", "\xC8\xD5\xC6\xDA,\xC0\xE0\xB1\xF0\n2026-10-01,\xFFholiday\n"), 2, "", "", "", "",
	    { "第 2 行起不是 GB 18030 文字(文件第 22 字节)", "Line 2 is not GB 18030 text (byte 22 of the file)" }, ENCODING_NEXT },
	{ TEXT_FILE("workdays.csv", "\xFF\xFE" "d\0a\0t\0e"), 1, "", "", "", "",
	    { "第 1 行起不是 UTF-16 文字(文件第 9 字节)", "Line 1 is not UTF-16 text (byte 9 of the file)" }, ENCODING_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,holidy\n"), 2, "kind", "B", "holidy", "holiday", ENUM_REASON,
	    { "请改为其中之一;是不是“holiday”?", "Write one of them. Did you mean holiday?" } },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-02-30,holiday\n"), 2, "date", "A", "2026-02-30", "", DATE_REASON, DATE_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026/10/1,holiday\n"), 2, "date", "A", "2026/10/1", "", DATE_REASON, DATE_NEXT },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01,\n"), 2, "kind", "B", "", "",
	    { "不能为空", "This must not be blank" }, { "请填写 kind", "Fill in kind" } },
	{ TEXT_FILE("workdays.csv", "date,kind\n2026-10-01 ,holiday\n"), 2, "date", "A", "2026-10-01 ", "",
	    { "首尾有空格", "There is a space at the beginning or the end" }, { "请去掉首尾空格", "Remove it" } },
	{ TEXT_FILE("workdays.csv", "date,kind\n\"2026-10-01\n\",holiday\n"), 2, "date", "A", "2026-10-01\n", "",
	    { "含有换行等控制字符", "It holds a line break or another control character" }, { "请删去该字符", "Remove that character" } },
	{ TEXT_FILE("workdays.csv", "日期,类别\n2026-10-01,holiday\n\n2026-10-01,holiday\n"), 4, "日期", "A", "2026-10-01", "",
	    { "与第 2 行重复", "This repeats line 2" }, { "请删去一行,或改正其中的 date", "Delete one of the two rows, or correct date" } },
	{ TEXT_FILE("parties.csv", PARTIES "M-2,seller,both,yes,卖方\nＭ－３,seller,both,yes,卖方\n"), 6, "matter_code", "A", "M-3", "",
	    { "matters.csv 里没有 M-3", "matters.csv has no M-3" },
	    { "请核对代码,或先在 matters.csv 里加上它", "Check the code, or add it to matters.csv first" } },
	{ TEXT_FILE("parties.csv", PARTIES "M-2,seller,both,yes,卖方\nM-l,buyer,both,yes,买方\n"), 6, "matter_code", "A", "M-l", "M-1",
	    { "matters.csv 里没有 M-l", "matters.csv has no M-l" },
	    { "请核对代码,或先在 matters.csv 里加上它;是不是“M-1”?", "Check the code, or add it to matters.csv first. Did you mean M-1?" } },
	{ TEXT_FILE("parties.csv", PARTIES "M-2,seller,both,是,卖方\n"), 5, "required", "D", "是", "",
	    { "只能是 no, yes", "This must be one of no, yes" }, { "请改为其中之一", "Write one of them" } },
	/* Workbooks */
	{ CELLS(""), 0, "", "", "", "", { "文件是空的,连表头也没有", "The file is empty and has no header" },
	    { "请写上表头:date,kind", "Write the header: date,kind" } },
	{ CELLS(ROW("3", "日期", "类型") ROW("4", "2026-10-01", "holiday")), 3, "类型", "B", "类型", "类别",
	    { "表头里有不认识的列 类型", "The header has an unknown column 类型" },
	    { "请去掉该列,或核对拼写;是不是“类别”?", "Remove the column, or check its spelling. Did you mean 类别?" } },
	{ CELLS(ROW("1", "日期", "类别") ROW("17", "2026-10-01", "holidy")), 17, "类别", "B", "holidy", "holiday", ENUM_REASON,
	    { "请改为其中之一;是不是“holiday”?", "Write one of them. Did you mean holiday?" } },
	{ CELLS(ROW("1", "日期", "类别") ROW("5", "2026-10-01", "holiday") ROW("9", "2026-10-01", "holiday")), 9, "日期", "A",
	    "2026-10-01", "", { "与第 5 行重复", "This repeats line 5" },
	    { "请删去一行,或改正其中的 date", "Delete one of the two rows, or correct date" } },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\" t=\"e\"><v>#N/A</v></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A", "#N/A", "",
	    { "公式出错(#N/A)", "The formula failed (#N/A)" }, { "请改正公式,或直接填写值", "Correct the formula, or type the value" } },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\"><f>TODAY()</f></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A", "", "",
	    { "公式没有存下算出的值", "The workbook does not hold what the formula gives" },
	    { "请在 Excel 或 WPS 里打开并保存一次,或直接填写值", "Open it in Excel or WPS and save it, or type the value" } },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\"><v>330703199210269759</v></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A",
	    "330703199210269759", "", { "数字超过 15 位,表格软件已丢掉末几位", "A number of more than 15 digits: the spreadsheet has dropped the last ones" },
	    { "请把此格设为文本格式,重新填写", "Make the cell text and type it again" } },
	{ CELLS(HEAD("1") "<row r=\"2\">" TEXT("A2", "2026-10-01") TEXT("B2", "holiday") TEXT("D2", "备注") "</row>"), 2, "", "D", "备注", "",
	    { "此列没有表头,却有内容", "This column has no header but holds something" }, { "请补上表头,或清空此格", "Add the header, or clear the cell" } },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>60</v></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A", "1900-02-29", "",
	    DATE_REASON, DATE_NEXT },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\"><v>46296</v></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A", "46296", "",
	    DATE_REASON, DATE_NEXT },
	{ CELLS(HEAD("1") "<row r=\"2\"><c r=\"A2\" s=\"5\"><v>46296.5</v></c>" TEXT("B2", "holiday") "</row>"), 2, "date", "A",
	    "2026-10-01T12:00:00", "", DATE_REASON, DATE_NEXT },
	{ CELLS(HEAD("1") "<row r=\"2\">" TEXT("A2", "2026-10-01") "<c r=\"B2\" t=\"b\"><v>1</v></c></row>"), 2, "kind", "B", "yes", "",
	    ENUM_REASON, { "请改为其中之一", "Write one of them" } },
	{ CELLS("<row><c t=\"s\"><v>9</v></c></row>"), 0, "", "", "", "",
	    DAMAGED(PART_ONE, "引用的文字不存在", "it refers to a text that is not there") },
	{ CELLS("<row r=\"2\"/><row r=\"1\"/>"), 0, "", "", "", "", DAMAGED(PART_ONE, "行或单元格顺序错乱", "rows or cells are out of order") },
	{ "workdays.csv", "工作日.xlsx", NULL, 0, "<worksheet>", "一", 0, "", "", "", "",
	    DAMAGED(PART_ONE, "不是正确的 XML", "it is not well-formed XML") },
	{ "workdays.csv", "工作日.xlsx", NULL, 0, "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>", "一", 0, "", "", "", "",
	    { "工作簿的 " PART_ONE " 里有文档类型声明", PART_ONE " of the workbook declares a document type" },
	    { "Excel 和 WPS 不会写这样的文件,请核对来源", "Excel and WPS never write such a file; check where it comes from" } },
	{ CELLS("<row>" TEXT("ZZ1", "x") "</row>"), 0, "", "", "", "",
	    { "工作簿太大:一张表的列数最多 64", "The workbook is too large; columns of a sheet: at most 64" },
	    { "请核对是否给错了文件", "Check that it is the right file" } },
	{ "workdays.csv", "工作日.xlsx", BYTES("PK\x03\x04 and nothing more"), NULL, "", 0, "", "", "", "", DAMAGED("zip", "不完整", "it is cut off") },
	{ "workdays.csv", "workdays.xls.csv", BYTES("x"), NULL, "", 0, "", "", "", "", { "缺少文件 workdays.csv", "The file workdays.csv is missing" },
	    { "请把该文件放进清单目录", "Put the file into the folder of the inventory" } },
	{ "workdays.csv", "工作日.xlsx", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 an old one"), NULL, "", 0, "", "", "", "",
	    { "这是旧式 .xls 工作簿", "This is an old .xls workbook" }, SAVE_AS },
	{ "workdays.csv", "工作日.xlsx", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"), NULL, "",
	    0, "", "", "", "", { "工作簿设了打开密码", "The workbook needs a password to be opened" },
	    { "请去掉密码,另存为 .xlsx", "Remove the password and save it as .xlsx" } },
};

static void
expect(size_t i, const struct bad *b, const struct inventory_report *report)
{
	const struct inventory_error *e = &report->error[0];
	const char *file = strcmp(b->reason[LANG_EN], "The file workdays.csv is missing") == 0 ? "workdays.csv" : b->name;
	struct { const char *what, *is, *want; } texts[] = { { "file", e->file, file }, { "sheet", e->sheet, b->said_sheet },
		{ "column", e->column, b->column }, { "letter", e->letter, b->letter }, { "value", e->value, b->value },
		{ "suggestion", e->suggestion, b->suggestion }, { "reason zh", e->reason[0], b->reason[0] },
		{ "reason en", e->reason[1], b->reason[1] }, { "next zh", e->next[0], b->next[0] }, { "next en", e->next[1], b->next[1] } };

	/* A column that is misspelt is also missing. */
	if (report->total != 1u + (strstr(e->reason[LANG_EN], "unknown column") != NULL))
		fail_msg("%zu: %zu errors, the second %s:%zu %s", i, report->total, report->error[1].file,
		    report->error[1].line, report->error[1].reason[LANG_EN]);
	for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
		if (strcmp(texts[k].is, texts[k].want) != 0)
			fail_msg("%zu: %s is \"%s\", not \"%s\"", i, texts[k].what, texts[k].is, texts[k].want);
	if (e->line != b->line)
		fail_msg("%zu: line %zu, not %zu", i, e->line, b->line);
}

static void
each_broken_file_is_one_error_said_exactly(void **state)
{
	(void)state;
	assert_true(sizeof(bad) / sizeof(bad[0]) >= 40);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct part part = { PART_ONE, bad[i].sheet };
		struct inventory_input in[INPUTS_MAX], other = { bad[i].name, bad[i].text, bad[i].len };
		struct inventory_report report;
		struct buf bytes = BUF_INIT;

		if (bad[i].sheet != NULL) {
			pack_with(&part, 1, &bytes);
			other.data = bytes.data;
			other.len = bytes.len;
		}
		assert_int_equal(build(in, files_with(bad[i].in, &other, 1, in), &report, NULL), FAULT_IMPORT_REFUSED);
		expect(i, &bad[i], &report);
		for (size_t k = 0; k < report.nread; k++)
			assert_int_equal(report.read[k].refused, strcmp(report.read[k].file, bad[i].name) == 0 && bad[i].line > 0);
		inventory_report_free(&report);
		buf_free(&bytes);
	}
}

/* One record of a CSV without line breaks in its fields; moves past it. */
static size_t
split(char *text, char **next, const char *cell[16])
{
	size_t n = 0;
	char *to = text;

	while (n < 16) {
		cell[n++] = to;
		if (*text == '"') {
			for (text++; *text != '"' || *++text == '"'; text++)
				*to++ = *text;
		} else {
			while (*text != ',' && *text != '\n')
				*to++ = *text++;
		}
		if (*text == '\n') {
			*to = '\0';
			*next = text + 1;
			return n;
		}
		text++;
		*to++ = '\0';
	}
	return n;
}

/* All tables as the sheets of one workbook, a sheet that is none of them, and one of them hidden or twice. */
static void
pack_book(struct buf *ret, int with_other)
{
	struct xlsx_writer *w = NULL;
	struct fault f = FAULT_INIT;

	assert_int_equal(xlsx_writer_new(&w, &f), 0);
	if (with_other) {
		xlsx_writer_sheet(w, "事顶");
		xlsx_writer_row(w, (const char *const[]){ "说明" }, 1);
	}
	for (size_t i = 0; i < sections.n; i++) {
		char *text = strndup(sections.file[i].text, sections.file[i].len), *p = text;
		const char *cell[16];

		xlsx_writer_sheet(w, inventory_table_title(sections.file[i].name));
		for (int header = 1; *p != '\0'; header = 0) {
			size_t n = split(p, &p, cell);

			for (size_t c = 0; header && c < n; c++)
				cell[c] = inventory_column_name(sections.file[i].name, cell[c], LANG_ZH);
			xlsx_writer_row(w, cell, n);
		}
		free(text);
	}
	assert_int_equal(xlsx_writer_end(w, ret, &f), 0);
	xlsx_writer_free(w);
}

static void
one_workbook_of_all_tables_is_kept_as_the_same_bytes(void **state)
{
	struct buf bytes = BUF_INIT;
	struct inventory_source *source = NULL;
	struct fault f = FAULT_INIT;
	const struct inventory_file *file;
	size_t n;

	(void)state;
	pack_book(&bytes, 0);
	assert_int_equal(inventory_source_read(&(struct inventory_input){ "金华.xlsx", bytes.data, bytes.len }, 1, &source, &f), 0);
	file = inventory_source_files(source, &n);
	assert_int_equal(n, INVENTORY_TABLES);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(file[i].name, inventory_files[i]);
		for (size_t k = 0; k < sections.n; k++)
			if (strcmp(sections.file[k].name, file[i].name) == 0) {
				assert_int_equal(file[i].len, sections.file[k].len);
				assert_memory_equal(file[i].text, sections.file[k].text, file[i].len);
			}
	}
	assert_true(inventory_source_is_plain(source));
	inventory_source_free(source);
	buf_free(&bytes);
}

static void
what_is_not_read_is_noted_and_what_comes_twice_refused(void **state)
{
	struct buf bytes = BUF_INIT;
	struct inventory_report report;

	(void)state;
	pack_book(&bytes, 1);
	assert_int_equal(build((const struct inventory_input[]){ { "金华.xlsx", bytes.data, bytes.len }, { "item.csv", NULL, 0 },
	    { "说明.csv", NULL, 0 } }, 3, &report, NULL), FAULT_NONE);
	assert_int_equal(report.nnotes, 3);
	assert_string_equal(report.note[0].sheet, "事顶");
	assert_string_equal(report.note[0].text[LANG_ZH], "工作表名不是清单的表,没有读取;是不是“事项”?");
	assert_string_equal(report.note[1].file, "item.csv");
	assert_string_equal(report.note[1].text[LANG_EN],
	    "The name of the file is no table of an inventory; it was not read. Did you mean items.csv?");
	assert_string_equal(report.note[2].text[LANG_ZH], "文件名不是清单的表,没有读取");
	inventory_report_free(&report);

	assert_int_equal(build((const struct inventory_input[]){ { "金华.xlsx", bytes.data, bytes.len },
	    { "工作日.csv", CANONICAL, strlen(CANONICAL) } }, 2, &report, NULL), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.total, 1);
	assert_string_equal(report.error[0].file, "工作日.csv");
	assert_string_equal(report.error[0].reason[LANG_ZH], "文件 workdays.csv 给了两次");
	inventory_report_free(&report);
	buf_free(&bytes);
}

/* A workbook that cannot be opened is one error, not one for each table that may be in it. */
static void
a_workbook_of_all_tables_that_is_damaged_is_one_error(void **state)
{
	struct inventory_report report;

	(void)state;
	assert_int_equal(build(&(struct inventory_input){ "金华.xlsx", "PK\x03\x04", 4 }, 1, &report, NULL), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.total, 1);
	assert_string_equal(report.error[0].file, "金华.xlsx");
	assert_string_equal(report.error[0].reason[LANG_ZH], "工作簿已损坏(zip):不完整");
	inventory_report_free(&report);
	assert_int_equal(build(NULL, 0, &report, NULL), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.total, INVENTORY_TABLES);
	inventory_report_free(&report);
}

static void
codes_are_any_short_token(void **state)
{
	static const char *const right[] = { "M-0303", "330100.GA/01-2", "杭证001", "a", "0", "A_b", "X--1", "11330100MB1234567X" };
	static const char *const wrong[] = { "", " ", "a b", "-a", "a-", "..", "a..b", "a/", "/a", "a//b", "a\nb", "a,b", "(1)", "é", "a\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_true(inventory_is_code(right[i]));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(inventory_is_code(wrong[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_the_same_inventory),
		cmocka_unit_test(each_broken_file_is_one_error_said_exactly),
		cmocka_unit_test(one_workbook_of_all_tables_is_kept_as_the_same_bytes),
		cmocka_unit_test(what_is_not_read_is_noted_and_what_comes_twice_refused),
		cmocka_unit_test(a_workbook_of_all_tables_that_is_damaged_is_one_error),
		cmocka_unit_test(codes_are_any_short_token),
	};

	return cmocka_run_group_tests_name("inventory source", tests, load, unload);
}
