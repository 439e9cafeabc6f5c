/* Workbooks: what stands in the cells, and what is refused before it costs anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sheet/xlsx.h"
#include "workbook.h"

/* A workbook whose one sheet has these cells. */
static void
pack_sheet(const char *sheet, struct buf *ret)
{
	const struct part part = { "xl/worksheets/sheet1.xml", sheet };

	pack_with(&part, 1, ret);
}

/* "1:甲|1 2:..": number of the row, then its cells. */
static void
dump(const struct book *b, const struct book_sheet *s, struct buf *out)
{
	static const char mark[] = { [BOOK_EMPTY] = '-', [BOOK_TEXT] = 't', [BOOK_NUMBER] = 'n', [BOOK_DATE] = 'd',
		[BOOK_BOOLEAN] = 'b', [BOOK_ERROR] = 'e', [BOOK_INEXACT] = 'i', [BOOK_FORMULA] = 'f' };

	buf_str(out, "");
	for (size_t i = 0; i < s->nrows; i++) {
		buf_fmt(out, "%s%zu%s:", i > 0 ? " " : "", s->row[i].number, s->row[i].hidden ? "h" : "");
		for (size_t c = 0; c < s->row[i].n; c++) {
			enum book_kind kind;
			const char *text = book_cell(b, s, &s->row[i], c, &kind);

			buf_fmt(out, "%s%c%s", c > 0 ? "|" : "", mark[kind], text);
		}
	}
}

static const struct good { const char *sheet, *rows; } good[] = {
	{ SHEET(""), "" },
	{ "<x:worksheet xmlns:x=\"" MAIN "\"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>",
	    "1:n7" },
	/* Text: shared, rich, with a reading; inline; of a formula. */
	{ SHEET("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c></row>"), "2:t甲|-|t富文 本" },
	{ SHEET("<row r=\"1\"><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row>"), "1:ta\nb_x4E00_" },
	{ SHEET("<row r=\"1\"><c t=\"inlineStr\"><is><r><t>a</t></r><rPh><t>x</t></rPh><r><t> b</t></r></is></c>"
	    "<c t=\"str\"><f>A1&amp;\"x\"</f><v>ax</v></c></row>"), "1:ta b|tax" },
	/* Numbers as they were typed. */
	{ SHEET("<row><c><v>3</v></c><c><v>3.0</v></c><c><v>0.10000000000000001</v></c><c><v>-2.5</v></c>"
	    "<c><v>1E+2</v></c><c><v>1.0000000000000001E-5</v></c></row>"), "1:n3|n3|n0.1|n-2.5|n100|n0.00001" },
	{ SHEET("<row><c><v>1.9999999999999998</v></c><c><v>500000000000000.5</v></c><c><v>-0</v></c></row>"),
	    "1:n2|n500000000000000|n0" },
	{ SHEET("<row><c><v>330703199210269759</v></c><c><v>999999999999999</v></c></row>"),
	    "1:i330703199210269759|n999999999999999" },
	{ SHEET("<row><c s=\"3\"><v>42</v></c><c s=\"4\"><v>42</v></c></row>"), "1:n000042|n42" },
	/* Days: the two systems come below; the leap day that never was. */
	{ SHEET("<row><c s=\"1\"><v>46053</v></c><c s=\"2\"><v>46053</v></c><c s=\"5\"><v>46053.354166666664</v></c>"
	    "<c s=\"6\"><v>0.35416666666666669</v></c><c s=\"7\"><v>0.5</v></c></row>"),
	    "1:d2026-01-31|d2026-01-31|d2026-01-31T08:30:00|d08:30|d12:00" },
	{ SHEET("<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>60</v></c><c s=\"1\"><v>61</v></c>"
	    "<c s=\"1\"><v>2958465</v></c><c s=\"1\"><v>2958466</v></c></row>"),
	    "1:d1900-01-01|d1900-02-28|d1900-02-29|d1900-03-01|d9999-12-31|n2958466" },
	{ SHEET("<row><c t=\"d\"><v>2026-01-31T00:00:00</v></c><c t=\"d\"><v>2026-01-31</v></c></row>"),
	    "1:d2026-01-31|d2026-01-31" },
	{ SHEET("<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c><c><f>1+1</f></c></row>"),
	    "1:bTRUE|bFALSE|e#N/A|f" },
	/* Cells that are only drawn, rows that are hidden, cells without a reference after one that has. */
	{ SHEET("<row r=\"3\" hidden=\"1\"><c r=\"B3\" s=\"1\"/><c r=\"C3\"><v>1</v></c><c><v>2</v></c></row><row/>"),
	    "3h:-|-|n1|n2 4:" },
	{ SHEET("<row><c r=\"XFD1\" s=\"1\"/></row>"), "1:" },
	/* Merged: over two lines, over two columns, over cells that are not there. */
	{ SHEET_MERGED("<row>" TEXT("A1", "时限") "<c r=\"B1\" s=\"1\"/>" TEXT("C1", "码") "</row><row>" TEXT("A2", "法定")
	    TEXT("B2", "承诺") "</row>", "<mergeCell ref=\"A1:B1\"/><mergeCell ref=\"C1:C2\"/>"),
	    "1:t时限|t时限|t码 2:t法定|t承诺|t码" },
	{ SHEET_MERGED("<row r=\"1\">" TEXT("A1", "x") "</row><row r=\"3\"/>", "<mergeCell ref=\"A1:A1048576\"/>"),
	    "1:tx 3:tx" },
	{ SHEET_MERGED("<row r=\"1\">" TEXT("B1", "x") "</row>", "<mergeCell ref=\"A9:XFD9\"/><mergeCell ref=\"ZZ1:ZZ2\"/>"),
	    "1:-|tx" },
};

static void
cells_are_what_people_see(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct buf bytes = BUF_INIT, rows = BUF_INIT;
		struct book *b = NULL;
		struct fault f = FAULT_INIT;

		pack_sheet(good[i].sheet, &bytes);
		assert_int_equal(book_form(bytes.data, bytes.len), BOOK_IS_ZIP);
		if (book_open(bytes.data, bytes.len, &b, &f) < 0 || book_load(b, book_sheet(b, 0), &f) < 0)
			fail_msg("%s: %s (%s)", good[i].sheet, fault_name(f.code), f.cause);
		dump(b, book_sheet(b, 0), &rows);
		if (strcmp(rows.data, good[i].rows) != 0)
			fail_msg("%s\n is %s\n not %s", good[i].sheet, rows.data, good[i].rows);
		book_free(b);
		buf_free(&bytes);
		buf_free(&rows);
	}
}

#define WORKBOOK(properties, sheets) "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\">" properties \
	"<sheets>" sheets "</sheets></workbook>"
#define WORKBOOK_RELS(more) XML_RELS RELATION("r1", "worksheet", "worksheets/sheet1.xml") more "</Relationships>"

static void
sheets_are_found_by_their_relations(void **state)
{
	/* In another order than the files', one hidden, one named from the root, days from 1904. */
	const struct part part[] = {
		{ "xl/workbook.xml", WORKBOOK("<workbookPr date1904=\"1\"/>", "<sheet name=\"后\" sheetId=\"7\" r:id=\"r9\"/>"
		    "<sheet name=\"旧\" state=\"hidden\" sheetId=\"1\" r:id=\"r1\"/>") },
		{ "xl/_rels/workbook.xml.rels", WORKBOOK_RELS(RELATION("r9", "worksheet", "/xl/a/../worksheets/./Sheet2.xml")
		    RELATION("r3", "styles", "styles.xml")) },
		{ "xl/worksheets/sheet2.xml", SHEET("<row><c s=\"1\"><v>1</v></c></row>") },
		{ "xl/sharedStrings.xml", NULL },
	};
	struct buf bytes = BUF_INIT, rows = BUF_INIT;
	struct book *b = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	pack_with(part, 4, &bytes);
	assert_int_equal(book_open(bytes.data, bytes.len, &b, &f), 0);
	assert_int_equal(book_sheets(b), 2);
	assert_string_equal(book_sheet(b, 0)->name, "后");
	assert_false(book_sheet(b, 0)->hidden);
	assert_true(book_sheet(b, 1)->hidden);
	assert_int_equal(book_load(b, book_sheet(b, 0), &f), 0);
	dump(b, book_sheet(b, 0), &rows);
	assert_string_equal(rows.data, "1:d1904-01-02");
	book_free(b);
	buf_free(&bytes);
	buf_free(&rows);
}

#define PART(name, text) { { name, text } }
#define ONE_SHEET(text) PART("xl/worksheets/sheet1.xml", text)
#define DTD "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>"

static const struct bad { struct part part[2]; enum fault_code code; const char *what; } bad[] = {
	{ ONE_SHEET("<worksheet xmlns=\"" MAIN "\"><sheetData>"), FAULT_WORKBOOK_BROKEN, "not_xml" },
	{ ONE_SHEET("no xml"), FAULT_WORKBOOK_BROKEN, "not_xml" },
	{ ONE_SHEET(""), FAULT_WORKBOOK_BROKEN, "not_xml" },
	{ ONE_SHEET(DTD "<x>&b;</x>"), FAULT_WORKBOOK_DTD, NULL },
	{ ONE_SHEET("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"), FAULT_WORKBOOK_DTD, NULL },
	{ PART("_rels/.rels", "<!DOCTYPE x><x/>"), FAULT_WORKBOOK_DTD, NULL },
	{ PART("xl/sharedStrings.xml", DTD "<x/>"), FAULT_WORKBOOK_DTD, NULL },
	{ ONE_SHEET(NULL), FAULT_WORKBOOK_BROKEN, "no_part" },
	{ PART("_rels/.rels", NULL), FAULT_WORKBOOK_KIND, NULL },
	{ PART("_rels/.rels", XML_RELS RELATION("r1", "officeDocument", "word/document.xml") "</Relationships>"),
	    FAULT_WORKBOOK_KIND, NULL },
	{ PART("_rels/.rels", XML_RELS RELATION("r1", "officeDocument", "xl/workbook.bin") "</Relationships>"),
	    FAULT_WORKBOOK_KIND, NULL },
	{ PART("xl/_rels/workbook.xml.rels", XML_RELS RELATION("r1", "worksheet", "../../../etc/passwd")
	    "</Relationships>"), FAULT_WORKBOOK_BROKEN, "bad_target" },
	{ PART("xl/_rels/workbook.xml.rels", XML_RELS "</Relationships>"), FAULT_WORKBOOK_BROKEN, "bad_target" },
	{ PART("xl/workbook.xml", WORKBOOK("", "")), FAULT_WORKBOOK_BROKEN, "no_sheet" },
	{ PART("xl/workbook.xml", WORKBOOK("", "<sheet name=\"x\" sheetId=\"1\"/>")), FAULT_WORKBOOK_BROKEN, "bad_target" },
	{ PART("../../evil.xml", "<x/>"), FAULT_WORKBOOK_BROKEN, "bad_name" },
	{ PART("/etc/passwd", "<x/>"), FAULT_WORKBOOK_BROKEN, "bad_name" },
	/* The same part in other letters, or with the slashes of Windows. */
	{ PART("xl\\workbook.xml", "<x/>"), FAULT_WORKBOOK_BROKEN, "twice" },
	{ PART("C:/x", "<x/>"), FAULT_WORKBOOK_BROKEN, "bad_name" },
	{ PART("xl/Workbook.xml", "<x/>"), FAULT_WORKBOOK_BROKEN, "twice" },
	{ ONE_SHEET(SHEET("<row r=\"0\"/>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row r=\"1048577\"/>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row r=\"2\"/><row r=\"1\"/>")), FAULT_WORKBOOK_BROKEN, "bad_order" },
	{ ONE_SHEET(SHEET("<row><c r=\"B1\"/><c r=\"A1\"/></row>")), FAULT_WORKBOOK_BROKEN, "bad_order" },
	{ ONE_SHEET(SHEET("<c><v>1</v></c>")), FAULT_WORKBOOK_BROKEN, "bad_order" },
	{ ONE_SHEET(SHEET("<row><c r=\"1A\"/></row>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row><c r=\"A2\"/></row>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row><c t=\"?\"/></row>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row><c t=\"s\"><v>4</v></c></row>")), FAULT_WORKBOOK_BROKEN, "no_string" },
	{ ONE_SHEET(SHEET("<row><c t=\"s\"><v>-1</v></c></row>")), FAULT_WORKBOOK_BROKEN, "no_string" },
	{ ONE_SHEET(SHEET("<row><c s=\"8\"><v>1</v></c></row>")), FAULT_WORKBOOK_BROKEN, "no_style" },
	{ ONE_SHEET(SHEET("<row><c><v>0x10</v></c></row>")), FAULT_WORKBOOK_BROKEN, "bad_number" },
	{ ONE_SHEET(SHEET("<row><c><v>inf</v></c></row>")), FAULT_WORKBOOK_BROKEN, "bad_number" },
	{ ONE_SHEET(SHEET("<row><c><v>1e999</v></c></row>")), FAULT_WORKBOOK_BROKEN, "bad_number" },
	{ ONE_SHEET(SHEET_MERGED("", "<mergeCell ref=\"B2:A1\"/>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET_MERGED("", "<mergeCell ref=\"A1:A1:A1\"/>")), FAULT_WORKBOOK_BROKEN, "bad_cell" },
	{ ONE_SHEET(SHEET("<row>" TEXT("BM1", "x") "</row>")), FAULT_WORKBOOK_LIMIT, "columns" },
};

/* Opens and reads every sheet; the fault is what the first failure says. */
static int
read_all(const struct buf *bytes, struct fault *f)
{
	struct book *b = NULL;
	int rc = book_open(bytes->data, bytes->len, &b, f);

	for (size_t i = 0; rc == 0 && i < book_sheets(b); i++)
		rc = book_load(b, book_sheet(b, i), f);
	book_free(b);
	return rc;
}

static void
expect(const struct buf *bytes, enum fault_code code, const char *what, const char *said)
{
	struct fault f = FAULT_INIT;
	char text[FAULT_TEXT_MAX];

	assert_int_equal(read_all(bytes, &f), -1);
	if (f.code != code || (what != NULL && strcmp(fault_arg_get(&f, "what"), what) != 0))
		fail_msg("%s: %s (%s)", said, fault_name(f.code), f.cause);
	for (int lang = 0; lang < 2; lang++) {
		fault_text(&f, lang, 0, text, sizeof(text));
		assert_null(strchr(text, '?'));
		assert_null(strchr(text, '{'));
	}
}

static void
damage_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf bytes = BUF_INIT;

		pack_with(bad[i].part, 1, &bytes);
		expect(&bytes, bad[i].code, bad[i].what, bad[i].part[0].text != NULL ? bad[i].part[0].text :
		    bad[i].part[0].name);
		buf_free(&bytes);
	}
}

static void
every_shorter_archive_is_refused(void **state)
{
	struct buf bytes = BUF_INIT;

	(void)state;
	pack_sheet(SHEET("<row><c><v>1</v></c></row>"), &bytes);
	for (size_t len = 4; len < bytes.len; len += 7) {
		struct buf part = { .data = bytes.data, .len = len };

		expect(&part, FAULT_WORKBOOK_BROKEN, "cut_off", "cut");
	}
	buf_free(&bytes);
}

/* What Excel 97 wrote, and a workbook under a password, which is wrapped in the same format. */
static void
other_formats_are_called_by_their_names(void **state)
{
	static const char magic[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
	struct buf bytes = BUF_INIT;

	(void)state;
	buf_add(&bytes, magic, 8);
	for (int i = 0; i < 600; i++)
		buf_char(&bytes, '\0');
	assert_int_equal(book_form(bytes.data, bytes.len), BOOK_IS_OLE);
	expect(&bytes, FAULT_WORKBOOK_OLD, NULL, "xls");
	for (const char *p = "EncryptedPackage"; *p != '\0'; p++) {
		buf_char(&bytes, *p);
		buf_char(&bytes, '\0');
	}
	expect(&bytes, FAULT_WORKBOOK_ENCRYPTED, NULL, "encrypted");
	buf_free(&bytes);
	assert_int_equal(book_form("code,name\n", 10), BOOK_IS_TEXT);
	assert_int_equal(book_form("", 0), BOOK_IS_TEXT);
}

static void
repeat(struct buf *out, const char *before, const char *text, size_t n, const char *after)
{
	out->max = 64 << 20;
	buf_str(out, before);
	for (size_t i = 0; i < n; i++)
		buf_str(out, text);
	buf_str(out, after);
	assert_false(buf_failed(out));
}

#define OPEN "<worksheet xmlns=\"" MAIN "\"><sheetData>"
#define CLOSE "</sheetData></worksheet>"
#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static void
bombs_are_refused_at_their_ceiling(void **state)
{
	static const struct { const char *part, *before, *text; size_t n; const char *after, *what; } bomb[] = {
		/* 20 MB of blanks in 20 kB. */
		{ "xl/worksheets/sheet1.xml", OPEN, "                    ", 1 << 20, CLOSE, "ratio" },
		{ "xl/worksheets/sheet1.xml", OPEN "<row><c t=\"str\"><v>", HUNDRED, 700, "</v></c></row>" CLOSE, "cell" },
		{ "xl/sharedStrings.xml", "<sst xmlns=\"" MAIN "\"><si><t>", HUNDRED, 700, "</t></si></sst>", "cell" },
		{ "xl/worksheets/sheet1.xml", OPEN, "<row/>", 200002, CLOSE, "rows" },
		{ "xl/worksheets/sheet1.xml", OPEN, "<a>", 65, CLOSE, "depth" },
		{ "xl/worksheets/sheet1.xml", OPEN "<row r=\"", HUNDRED, 12000, "\"/>" CLOSE, "token" },
		{ "xl/worksheets/sheet1.xml", OPEN CLOSE "<!--", HUNDRED, 12000, "-->", "token" },
		{ "xl/worksheets/sheet1.xml", "<worksheet xmlns=\"" MAIN "\"><mergeCells>", "<mergeCell ref=\"A1:B2\"/>", 20001,
		    "</mergeCells></worksheet>", "merged" },
		{ "xl/styles.xml", "<styleSheet xmlns=\"" MAIN "\"><cellXfs>", "<xf numFmtId=\"1\"/>", 65537,
		    "</cellXfs></styleSheet>", "styles" },
		{ "xl/workbook.xml", "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets>",
		    "<sheet name=\"x\" r:id=\"r1\"/>", 257, "</sheets></workbook>", "sheets" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bomb) / sizeof(bomb[0]); i++) {
		struct buf text = BUF_INIT, bytes = BUF_INIT;
		struct part part;

		repeat(&text, bomb[i].before, bomb[i].text, bomb[i].n, bomb[i].after);
		part = (struct part){ bomb[i].part, text.data };
		pack_with(&part, 1, &bytes);
		expect(&bytes, FAULT_WORKBOOK_LIMIT, bomb[i].what, bomb[i].what);
		buf_free(&text);
		buf_free(&bytes);
	}
}

/* Many rows, merged over and over: every cell that is visited counts, also those that are full. */
static void
merges_over_merges_have_a_ceiling(void **state)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;

	(void)state;
	repeat(&text, OPEN, "<row><c><v>1</v></c></row>", 50000, "</sheetData><mergeCells>");
	repeat(&text, "", "<mergeCell ref=\"A1:XFD1048576\"/>", 100, "</mergeCells></worksheet>");
	pack_sheet(text.data, &bytes);
	expect(&bytes, FAULT_WORKBOOK_LIMIT, "cells", "merged");
	buf_free(&text);
	buf_free(&bytes);
}

static void
too_many_files_are_refused(void **state)
{
	static char name[ZIP_ENTRIES_MAX + 1][24];
	static struct part part[ZIP_ENTRIES_MAX + 1];
	struct buf bytes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i <= ZIP_ENTRIES_MAX; i++) {
		snprintf(name[i], sizeof(name[i]), "x/%zu", i);
		part[i] = (struct part){ name[i], "" };
	}
	pack(part, ZIP_ENTRIES_MAX + 1, &bytes);
	expect(&bytes, FAULT_WORKBOOK_LIMIT, "entries", "entries");
	buf_free(&bytes);
}

static void
columns_have_letters(void **state)
{
	static const struct { size_t column; const char *letters; } some[] = {
		{ 0, "A" }, { 25, "Z" }, { 26, "AA" }, { 27, "AB" }, { 701, "ZZ" }, { 702, "AAA" }, { 16383, "XFD" },
	};
	char text[BOOK_LETTERS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		assert_string_equal(book_letters(some[i].column, text), some[i].letters);
}

static void
formats_say_what_a_number_is(void **state)
{
	static const struct { const char *format; enum xlsx_look look; int digits; } some[] = {
		{ "General", LOOK_NUMBER, 0 }, { "0", LOOK_NUMBER, 0 }, { "0000", LOOK_NUMBER, 4 }, { "#,##0.00", LOOK_NUMBER, 0 },
		{ "yyyy-mm-dd", LOOK_DATE, 0 }, { "m/d/yy h:mm", LOOK_DATE, 0 }, { "hh:mm:ss", LOOK_TIME, 0 }, { "mm:ss", LOOK_TIME, 0 },
		{ "[h]:mm", LOOK_TIME, 0 }, { "[Red]0", LOOK_NUMBER, 0 }, { "[$-804]yyyy\\年m\\月", LOOK_DATE, 0 }, { "mmm", LOOK_DATE, 0 },
		{ "0\" days\"", LOOK_NUMBER, 0 }, { "0;[Red]\"d\"", LOOK_NUMBER, 0 }, { "_d0", LOOK_NUMBER, 0 }, { "\"", LOOK_NUMBER, 0 },
		{ "\\", LOOK_NUMBER, 0 }, { "[", LOOK_NUMBER, 0 }, { "", LOOK_NUMBER, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct xlsx_style style = xlsx_look_of(some[i].format);

		if (style.look != some[i].look || style.digits != some[i].digits)
			fail_msg("%s: %d %d", some[i].format, style.look, style.digits);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_what_people_see),
		cmocka_unit_test(sheets_are_found_by_their_relations),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(every_shorter_archive_is_refused),
		cmocka_unit_test(other_formats_are_called_by_their_names),
		cmocka_unit_test(bombs_are_refused_at_their_ceiling),
		cmocka_unit_test(merges_over_merges_have_a_ceiling),
		cmocka_unit_test(too_many_files_are_refused),
		cmocka_unit_test(columns_have_letters),
		cmocka_unit_test(formats_say_what_a_number_is),
	};

	return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
