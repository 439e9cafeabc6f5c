/*
 * workbook.h - small workbooks for tests: a few parts, packed in memory.
 */
#ifndef TESTS_SHEET_WORKBOOK_H
#define TESTS_SHEET_WORKBOOK_H

#include <assert.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/buf.h"

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define XML_RELS "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define RELATION(id, type, target) \
	"<Relationship Id=\"" id "\" Type=\"" OFFICE "/" type "\" Target=\"" target "\"/>"
#define SHEET(rows) "<worksheet xmlns=\"" MAIN "\"><sheetData>" rows "</sheetData></worksheet>"
#define SHEET_MERGED(rows, ranges) "<worksheet xmlns=\"" MAIN "\"><sheetData>" rows \
	"</sheetData><mergeCells>" ranges "</mergeCells></worksheet>"
#define TEXT(at, text) "<c r=\"" at "\" t=\"inlineStr\"><is><t>" text "</t></is></c>"

struct part { const char *name, *text; };

/* The parts that every workbook has; more of them may be put in their place. */
static const struct part usual[] = {
	{ "_rels/.rels", XML_RELS RELATION("r1", "officeDocument", "xl/workbook.xml") "</Relationships>" },
	{ "xl/workbook.xml", "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets>"
	    "<sheet name=\"一\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>" },
	{ "xl/_rels/workbook.xml.rels", XML_RELS RELATION("r1", "worksheet", "worksheets/sheet1.xml")
	    RELATION("r2", "sharedStrings", "sharedStrings.xml") RELATION("r3", "styles", "styles.xml")
	    "</Relationships>" },
	{ "xl/sharedStrings.xml", "<sst xmlns=\"" MAIN "\"><si><t>甲</t></si><si><r><rPr><b/></rPr><t>富</t></r>"
	    "<r><t xml:space=\"preserve\">文 </t></r><r><t>本</t></r><rPh sb=\"0\" eb=\"1\"><t>fu</t></rPh></si>"
	    "<si><t>a_x000A_b_x4E00_</t></si><si/></sst>" },
	{ "xl/styles.xml", "<styleSheet xmlns=\"" MAIN "\"><numFmts>"
	    "<numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"
	    "<numFmt numFmtId=\"171\" formatCode=\"000000\"/><numFmt numFmtId=\"172\" formatCode=\"[Red]0.00\"/>"
	    "<numFmt numFmtId=\"173\" formatCode=\"[h]:mm\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
	    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"171\"/>"
	    "<xf numFmtId=\"172\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf numFmtId=\"173\"/></cellXfs></styleSheet>" },
	{ "xl/worksheets/sheet1.xml", SHEET("<row><c><v>1</v></c></row>") },
};
#define NUSUAL (sizeof(usual) / sizeof(usual[0]))

static inline void
pack_part(struct archive *a, const char *name, const char *text, size_t len)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)len);
	assert(archive_write_header(a, entry) == ARCHIVE_OK);
	assert(archive_write_data(a, text, len) == (la_ssize_t)len);
	archive_entry_free(entry);
}

/* Packs parts as they are. */
static inline void
pack(const struct part *part, size_t n, struct buf *ret)
{
	struct archive *a = archive_write_new();
	size_t room = 1 << 20, used = 0;
	char *memory;

	for (size_t i = 0; i < n; i++)
		room += strlen(part[i].text);
	memory = malloc(room);
	assert(a != NULL && memory != NULL);
	assert(archive_write_set_format_zip(a) == ARCHIVE_OK);
	assert(archive_write_open_memory(a, memory, room, &used) == ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		pack_part(a, part[i].name, part[i].text, strlen(part[i].text));
	assert(archive_write_close(a) == ARCHIVE_OK);
	archive_write_free(a);
	ret->max = room;
	assert(buf_add(ret, memory, used) == 0);
	free(memory);
}

/* Packs the usual parts, with n others in place of those of the same name (text NULL: left out). */
static inline void
pack_with(const struct part *other, size_t n, struct buf *ret)
{
	struct part part[NUSUAL + 8];
	size_t count = 0;

	for (size_t i = 0; i < NUSUAL; i++) {
		part[count] = usual[i];
		for (size_t k = 0; k < n; k++)
			if (strcmp(other[k].name, usual[i].name) == 0)
				part[count] = other[k];
		count += part[count].text != NULL;
	}
	for (size_t k = 0; k < n; k++) {
		size_t i = 0;

		while (i < NUSUAL && strcmp(other[k].name, usual[i].name) != 0)
			i++;
		if (i == NUSUAL)
			part[count++] = other[k];
	}
	pack(part, count, ret);
}

#endif
