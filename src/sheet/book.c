#include "sheet/book.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "sheet/xlsx.h"
#include "sheet/xml.h"

static const struct { const char *what, *zh, *en; } damages[] = {
	[XLSX_CUT_OFF] = { "cut_off", "不完整", "it is cut off" },
	[XLSX_BAD_NAME] = { "bad_name", "内含不允许的文件名", "it holds a file of a name that is not allowed" },
	[XLSX_TWICE] = { "twice", "同名部分出现了两次", "this part occurs twice" },
	[XLSX_NO_PART] = { "no_part", "缺少此部分", "this part is missing" },
	[XLSX_NOT_XML] = { "not_xml", "不是正确的 XML", "it is not well-formed XML" },
	[XLSX_BAD_TARGET] = { "bad_target", "引用的部分不在工作簿内", "it refers to a part outside the workbook" },
	[XLSX_BAD_CELL] = { "bad_cell", "单元格位置写错了", "a cell reference is wrong" },
	[XLSX_BAD_NUMBER] = { "bad_number", "数字写错了", "a number is malformed" },
	[XLSX_NO_STRING] = { "no_string", "引用的文字不存在", "it refers to a text that is not there" },
	[XLSX_NO_STYLE] = { "no_style", "引用的格式不存在", "it refers to a style that is not there" },
	[XLSX_BAD_ORDER] = { "bad_order", "行或单元格顺序错乱", "rows or cells are out of order" },
	[XLSX_NO_SHEET] = { "no_sheet", "没有工作表", "it has no sheet" },
};

static const struct { const char *what, *zh, *en; } limits[] = {
	[XLSX_LIMIT_ENTRIES] = { "entries", "内含文件数", "files inside" },
	[XLSX_LIMIT_UNPACKED] = { "unpacked", "解压后的字节数", "bytes when unpacked" },
	[XLSX_LIMIT_RATIO] = { "ratio", "压缩倍数", "times its size when unpacked" },
	[XLSX_LIMIT_DEPTH] = { "depth", "XML 层数", "levels of XML" },
	[XLSX_LIMIT_TOKEN] = { "token", "一个标签的字节数", "bytes of one tag" },
	[XLSX_LIMIT_SHEETS] = { "sheets", "工作表数", "sheets" },
	[XLSX_LIMIT_ROWS] = { "rows", "一张表的行数", "rows of a sheet" },
	[XLSX_LIMIT_COLUMNS] = { "columns", "一张表的列数", "columns of a sheet" },
	[XLSX_LIMIT_CELLS] = { "cells", "单元格数", "cells" },
	[XLSX_LIMIT_CELL] = { "cell", "一个单元格的字节数", "bytes of a cell" },
	[XLSX_LIMIT_TEXT] = { "text", "文字的字节数", "bytes of text" },
	[XLSX_LIMIT_MERGED] = { "merged", "合并单元格数", "merged ranges" },
	[XLSX_LIMIT_STYLES] = { "styles", "格式数", "styles" },
};

int
xlsx_broken(struct fault *f, enum xlsx_damage why, const char *part)
{
	fault_set(f, FAULT_WORKBOOK_BROKEN, "%s", damages[why].what);
	fault_arg(f, "part", "%s", part);
	fault_arg(f, "what", "%s", damages[why].what);
	fault_arg(f, "why_zh", "%s", damages[why].zh);
	fault_arg(f, "why_en", "%s", damages[why].en);
	return -1;
}

int
xlsx_over(struct fault *f, enum xlsx_limit what, size_t most)
{
	fault_set(f, FAULT_WORKBOOK_LIMIT, "%s", limits[what].what);
	fault_arg(f, "what", "%s", limits[what].what);
	fault_arg(f, "why_zh", "%s", limits[what].zh);
	fault_arg(f, "why_en", "%s", limits[what].en);
	fault_arg(f, "max", "%zu", most);
	return -1;
}

int
xlsx_grow(void **array, size_t n, size_t *cap, size_t size, struct fault *f)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;
	void *grown;

	if (n < *cap)
		return 0;
	if ((grown = reallocarray(*array, more, size)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		return -1;
	}
	*array = grown;
	*cap = more;
	return 0;
}

int
xlsx_keep(struct book *b, const char *text, size_t len, xlsx_text *ret_text, struct fault *f)
{
	size_t at = b->text.len;

	if (len == 0) {
		*ret_text = 0;
		return 0;
	}
	if (len + 1 > BOOK_TEXT_MAX - at)
		return xlsx_over(f, XLSX_LIMIT_TEXT, BOOK_TEXT_MAX);
	if (buf_add(&b->text, text, len) < 0 || buf_char(&b->text, '\0') < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		return -1;
	}
	*ret_text = (xlsx_text)at;
	return 0;
}

static int
starts(const void *data, size_t len, const char *with, size_t n)
{
	return len >= n && memcmp(data, with, n) == 0;
}

enum book_form
book_form(const void *data, size_t len)
{
	if (starts(data, len, "PK\x03\x04", 4) || starts(data, len, "PK\x05\x06", 4))
		return BOOK_IS_ZIP;
	return starts(data, len, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) ? BOOK_IS_OLE : BOOK_IS_TEXT;
}

/* An old workbook, or a new one under a password: that is wrapped in the old format. */
static int
refuse_ole(const void *data, size_t len, struct fault *f)
{
	static const char stream[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";

	fault_set(f, memmem(data, len, stream, sizeof(stream)) != NULL ?
	    FAULT_WORKBOOK_ENCRYPTED : FAULT_WORKBOOK_OLD, "%s", "");
	return -1;
}

/* What a relation leads to: its target seen from the folder of the part that names it. */
static int
resolve(const char *from, const char *target, char ret_part[ZIP_NAME_MAX + 1])
{
	size_t len = strrchr(from, '/') == NULL ? 0 : (size_t)(strrchr(from, '/') - from);

	memcpy(ret_part, from, len);
	if (*target == '/') {
		len = 0;
		target++;
	}
	while (*target != '\0') {
		size_t n = strcspn(target, "/");

		if (n == 2 && strncmp(target, "..", 2) == 0) {
			if (len == 0)
				return -1;
			while (len > 0 && ret_part[--len] != '/')
				;
		} else if (n > 0 && !(n == 1 && *target == '.')) {
			if (len + n + 1 > ZIP_NAME_MAX)
				return -1;
			if (len > 0)
				ret_part[len++] = '/';
			memcpy(ret_part + len, target, n);
			len += n;
		}
		target += n + (target[n] == '/');
	}
	ret_part[len] = '\0';
	return len > 0 ? 0 : -1;
}

/* A relation that is looked for: by its id, or by what its type ends with. */
struct relation {
	const char *from, *id, *type;
	char part[ZIP_NAME_MAX + 1];	/* "": not found */
};

static int
relation_start(void *ctx, const char *name, const char **attributes, struct fault *f)
{
	struct relation *r = ctx;
	const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type"),
	    *target = xml_attribute(attributes, "Target");
	size_t len = type == NULL ? 0 : strlen(type), want = r->type == NULL ? 0 : strlen(r->type);

	if (strcmp(name, "Relationship") != 0 || target == NULL || r->part[0] != '\0')
		return 0;
	if (r->id != NULL ? id == NULL || strcmp(id, r->id) != 0 :
	    len < want || strcmp(type + len - want, r->type) != 0)
		return 0;
	return resolve(r->from, target, r->part) < 0 ?
	    xlsx_broken(f, XLSX_BAD_TARGET, r->from[0] == '\0' ? "_rels/.rels" : r->from) : 0;
}

static int
nothing_ends(void *ctx, const char *name, struct fault *f)
{
	(void)ctx, (void)name, (void)f;
	return 0;
}

/* Looks a relation of a part up ("": of the package); one that is not there leaves part "". */
static int
find_relation(struct zip *z, struct relation *r, struct fault *f)
{
	const char *slash = strrchr(r->from, '/');
	int folder = slash == NULL ? 0 : (int)(slash - r->from) + 1;
	char rels[ZIP_NAME_MAX + 16];
	struct xml_reader reader = { relation_start, nothing_ends, NULL, r };

	snprintf(rels, sizeof(rels), "%.*s_rels/%s.rels", folder, r->from, r->from + folder);
	r->part[0] = '\0';
	return zip_has(z, rels) ? xml_read(z, rels, &reader, f) : 0;
}

struct opening { struct book *book; const char *workbook; };

static int
add_sheet(struct opening *o, const char **attributes, struct fault *f)
{
	struct book *b = o->book;
	const char *name = xml_attribute(attributes, "name"), *state = xml_attribute(attributes, "state");
	struct relation r = { .from = o->workbook };
	struct book_sheet *s;
	size_t len;

	if (b->nsheets == BOOK_SHEETS_MAX)
		return xlsx_over(f, XLSX_LIMIT_SHEETS, BOOK_SHEETS_MAX);
	/* sheetId is no relation: only r:id is called id alone. */
	if (name == NULL || (r.id = xml_attribute(attributes, "id")) == NULL)
		return xlsx_broken(f, XLSX_BAD_TARGET, o->workbook);
	if (find_relation(b->zip, &r, f) < 0)
		return -1;
	if (r.part[0] == '\0')
		return xlsx_broken(f, XLSX_BAD_TARGET, o->workbook);
	if (xlsx_grow((void **)&b->sheet, b->nsheets, &b->sheets_cap, sizeof(*s), f) < 0)
		return -1;
	s = memset(&b->sheet[b->nsheets++], 0, sizeof(*s));
	len = strlen(name) < sizeof(s->name) ? strlen(name) : utf8_whole(name, sizeof(s->name) - 1);
	memcpy(s->name, name, len);
	memcpy(s->part, r.part, sizeof(s->part));
	s->hidden = state != NULL && strcmp(state, "visible") != 0;
	return 0;
}

static int
workbook_start(void *ctx, const char *name, const char **attributes, struct fault *f)
{
	struct opening *o = ctx;

	if (strcmp(name, "workbookPr") == 0)
		o->book->from_1904 = xml_is_true(attributes, "date1904");
	return strcmp(name, "sheet") == 0 ? add_sheet(o, attributes, f) : 0;
}

/* Strings and styles are parts of their own, which a workbook may lack. */
static int
read_shared(struct book *b, const char *workbook, struct fault *f)
{
	struct relation strings = { .from = workbook, .type = "/sharedStrings" };
	struct relation styles = { .from = workbook, .type = "/styles" };

	if (find_relation(b->zip, &strings, f) < 0 || find_relation(b->zip, &styles, f) < 0)
		return -1;
	if (strings.part[0] != '\0' && xlsx_read_strings(b, strings.part, f) < 0)
		return -1;
	return styles.part[0] != '\0' ? xlsx_read_styles(b, styles.part, f) : 0;
}

static int
read_workbook(struct book *b, struct fault *f)
{
	struct relation main = { .from = "", .type = "/officeDocument" };
	struct opening o = { b, main.part };
	struct xml_reader reader = { workbook_start, nothing_ends, NULL, &o };
	size_t len;

	if (find_relation(b->zip, &main, f) < 0)
		return -1;
	/* Other formats are zip archives as well: documents, .xlsb, .ods. */
	len = strlen(main.part);
	if (len < 4 || strcasecmp(main.part + len - 4, ".xml") != 0 ||
	    strstr(main.part, "workbook") == NULL) {
		fault_set(f, FAULT_WORKBOOK_KIND, "%s", main.part);
		return -1;
	}
	if (xml_read(b->zip, main.part, &reader, f) < 0)
		return -1;
	if (b->nsheets == 0)
		return xlsx_broken(f, XLSX_NO_SHEET, main.part);
	return read_shared(b, main.part, f);
}

int
book_open(const void *data, size_t len, struct book **ret_book, struct fault *f)
{
	struct book *b;
	int rc = -1;

	if (book_form(data, len) == BOOK_IS_OLE)
		return refuse_ole(data, len, f);
	if ((b = calloc(1, sizeof(*b))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
		return -1;
	}
	b->text.max = BOOK_TEXT_MAX;
	if (buf_char(&b->text, '\0') < 0)
		fault_set(f, FAULT_MEMORY, "%s", "workbook");
	else if (zip_open(data, len, &b->zip, f) == 0 && read_workbook(b, f) == 0)
		rc = 0;
	if (rc == 0)
		*ret_book = b;
	else
		book_free(b);
	return rc;
}

void
book_free(struct book *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->nsheets; i++) {
		free(b->sheet[i].row);
		free(b->sheet[i].cell);
	}
	free(b->sheet);
	free(b->string);
	free(b->style);
	buf_free(&b->text);
	zip_free(b->zip);
	free(b);
}

size_t
book_sheets(const struct book *b)
{
	return b->nsheets;
}

struct book_sheet *
book_sheet(struct book *b, size_t i)
{
	return &b->sheet[i];
}

int
book_load(struct book *b, struct book_sheet *s, struct fault *f)
{
	return xlsx_read_sheet(b, s, f);
}

const char *
book_cell(const struct book *b, const struct book_sheet *s, const struct book_row *row,
    size_t column, enum book_kind *ret_kind)
{
	static const struct book_cell none = { 0 };
	const struct book_cell *cell = column < row->n ? &s->cell[row->first + column] : &none;

	*ret_kind = cell->kind;
	return b->text.data + cell->text;
}

const char *
book_letters(size_t column, char ret_text[BOOK_LETTERS_MAX])
{
	size_t n = 0;
	char turned[BOOK_LETTERS_MAX];

	for (size_t c = column + 1; c > 0 && n + 1 < sizeof(turned); c = (c - 1) / 26)
		turned[n++] = (char)('A' + (c - 1) % 26);
	for (size_t i = 0; i < n; i++)
		ret_text[i] = turned[n - 1 - i];
	ret_text[n] = '\0';
	return ret_text;
}
