/* Names of tables and columns as people write them: in either language, case and width. */
#include <string.h>

#include "base/utf8.h"
#include "flow/inventory_sheet.h"

#define NAME_SIZE 128

#define WIDE_FIRST 0xff01	/* the full-width forms of ! to ~ */
#define WIDE_LAST 0xff5e
#define WIDE_BY 0xfee0
#define WIDE_SPACE 0x3000

void
sheet_narrow(char *text)
{
	size_t len = strlen(text), to = 0;
	uint32_t c;

	/* A full-width form begins with this byte; hardly any text has one. */
	if (memchr(text, 0xef, len) == NULL)
		return;
	for (size_t i = 0, n; i < len; i += n) {
		if ((n = utf8_decode(text + i, len - i, &c)) == 0)
			n = 1;
		if (n == 3 && c >= WIDE_FIRST && c <= WIDE_LAST) {
			text[to++] = (char)(c - WIDE_BY);
		} else {
			memmove(text + to, text + i, n);
			to += n;
		}
	}
	text[to] = '\0';
}

/* A name in narrow small letters without blanks or line breaks: none of ours has any. */
static void
normal(const char *name, char ret_text[NAME_SIZE])
{
	size_t len = strlen(name), to = 0;
	uint32_t c;

	for (size_t i = 0, n; i < len && to + 4 < NAME_SIZE; i += n) {
		if ((n = utf8_decode(name + i, len - i, &c)) == 0)
			break;
		if (c <= ' ' || c == WIDE_SPACE || c == 0xa0 || c == 0xfeff)
			continue;
		memcpy(ret_text + to, name + i, n);
		to += n;
	}
	ret_text[to] = '\0';
	sheet_narrow(ret_text);
	for (char *p = ret_text; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
}

int
sheet_column(const struct sheet_spec *spec, const char *name)
{
	char text[NAME_SIZE];

	normal(name, text);
	for (size_t c = 0; c < spec->ncolumns; c++)
		if (strcmp(spec->column[c].name, text) == 0 || strcmp(spec->column[c].zh, text) == 0)
			return (int)c;
	return -1;
}

static int
is_table(int id, const char *text)
{
	const struct sheet_spec *spec = &sheet_specs[id];
	size_t len = strcspn(inventory_files[id], ".");

	return (strncmp(text, inventory_files[id], len) == 0 && text[len] == '\0') ||
	    strcmp(text, spec->zh) == 0 || (spec->also != NULL && strcmp(text, spec->also) == 0);
}

int
sheet_of_name(const char *name)
{
	static const char *const endings[] = { ".csv", ".xlsx" };
	char text[NAME_SIZE];

	normal(name, text);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t len = strlen(text), end = strlen(endings[i]);

		if (len > end && strcmp(text + len - end, endings[i]) == 0)
			text[len - end] = '\0';
	}
	for (int id = 0; id < SHEET_N; id++)
		if (is_table(id, text))
			return id;
	return -1;
}

const char *
inventory_table_title(const char *file)
{
	int id = source_table_of(file);

	return id < 0 ? NULL : id == REPORT_EVENTS ? EVENTS_TITLE : sheet_specs[id].zh;
}

const char *
inventory_column_name(const char *file, const char *header, enum lang lang)
{
	int id = sheet_of_name(file), c = id < 0 ? -1 : sheet_column(&sheet_specs[id], header);

	if (c < 0)
		return header;
	return lang == LANG_ZH ? sheet_specs[id].column[c].zh : sheet_specs[id].column[c].name;
}
