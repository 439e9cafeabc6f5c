#include "svc/inventory/export.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "flow/inventory_source.h"
#include "rules/csv.h"
#include "sheet/write.h"

#define CELL_MAX 30000	/* bytes of a line in a cell; a workbook allows 32,767 characters */

static int
take_version(const struct store_row *row, void *ctx, struct fault *f)
{
	struct export_files *files = ctx;

	(void)f;
	files->version = row_int(row, 0);
	snprintf(files->sha256_hex, sizeof(files->sha256_hex), "%s", row_text(row, 1));
	return 0;
}

static int
take_file(const struct store_row *row, void *ctx, struct fault *f)
{
	struct export_files *files = ctx;
	size_t len;
	const void *content = row_blob(row, 1, &len);

	if (files->n == EXPORT_FILES_MAX) {
		fault_set(f, FAULT_STORE, "inventory %lld has too many files", (long long)files->version);
		return -1;
	}
	snprintf(files->name[files->n], sizeof(files->name[0]), "%s", row_text(row, 0));
	files->content[files->n].max = EXPORT_BYTES_MAX;
	if (buf_add(&files->content[files->n], content, len) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "inventory");
		return -1;
	}
	files->n++;
	return 0;
}

int
export_read(struct store_reader *reader, int64_t version, struct export_files *ret_files,
    struct fault *f)
{
	int64_t n = version == 0 ?
	    store_read(reader, ST_INVENTORY_LAST, NULL, 0, take_version, ret_files, f) :
	    store_read(reader, ST_INVENTORY_GET, PARAMS(sql_int(version)), take_version, ret_files, f);

	if (n < 0)
		return -1;
	if (n == 0 && version == 0) {
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
		return -1;
	}
	if (n == 0) {
		fault_set(f, FAULT_INVENTORY_VERSION, "%s", "");
		fault_arg(f, "version", "%lld", (long long)version);
		return -1;
	}
	return store_read(reader, ST_INVENTORY_FILES, PARAMS(sql_int(ret_files->version)), take_file,
	    ret_files, f) < 0 ? -1 : 0;
}

void
export_files_free(struct export_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		buf_free(&files->content[i]);
	files->n = 0;
}

static const struct buf *
content(const struct export_files *files, const char *name)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->name[i], name) == 0)
			return &files->content[i];
	return NULL;
}

/* life_events.json, as it is kept; NULL where the version has none. */
static const struct buf *
events_of(const struct export_files *files)
{
	return content(files, INVENTORY_EVENTS);
}

/* Gives the rows of one table to somebody: the header first, under names in a language. */
typedef void table_row(void *ctx, const char *const *cell, size_t n);

static int
each_row(const char *name, const struct buf *text, enum lang lang, table_row *row, void *ctx,
    struct fault *f)
{
	struct csv *csv = csv_new(text->data, text->len);
	const char **field;
	size_t n, line, count = 0;
	int more;

	if (csv == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", name);
		return -1;
	}
	while ((more = csv_next(csv, &field, &n, &line, f)) == 1) {
		for (size_t c = 0; c < n && count == 0; c++)
			field[c] = inventory_column_name(name, field[c], lang);
		row(ctx, (const char *const *)field, n);
		count++;
	}
	csv_free(csv);
	return more;
}

static int
pack_csv(const struct export_files *files, struct buf *out, struct fault *f)
{
	const struct buf *events = events_of(files);
	struct zip_file file[EXPORT_FILES_MAX];
	size_t n = 0;

	for (size_t i = 0; inventory_files[i] != NULL; i++) {
		const struct buf *text = content(files, inventory_files[i]);

		if (text != NULL)
			file[n++] = (struct zip_file){ inventory_files[i], text->data, text->len };
	}
	if (events != NULL)
		file[n++] = (struct zip_file){ INVENTORY_EVENTS, events->data, events->len };
	return zip_write(file, n, out, f);
}

static void
xlsx_row(void *ctx, const char *const *cell, size_t n)
{
	xlsx_writer_row(ctx, cell, n);
}

/* A line of text in each row: what a cell holds is one text, and a line is never too long for it. */
static int
xlsx_lines(struct xlsx_writer *w, const struct buf *text, struct fault *f)
{
	const char *end = text->data + text->len;
	struct buf line = BUF_INIT;
	int failed;

	xlsx_writer_sheet(w, inventory_table_title(INVENTORY_EVENTS));
	xlsx_writer_row(w, (const char *const[]){ INVENTORY_EVENTS }, 1);
	for (const char *p = text->data; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((stop == NULL ? end : stop) - p);

		buf_clear(&line);
		buf_add(&line, p, len);
		if (buf_failed(&line))
			break;
		xlsx_writer_row(w, (const char *const[]){ line.data }, 1);
		p += len + 1;
	}
	failed = buf_failed(&line);
	buf_free(&line);
	if (failed)
		fault_set(f, FAULT_MEMORY, "%s", INVENTORY_EVENTS);
	return failed ? -1 : 0;
}

/* The file with short lines: as it is, or, where a line is too long for a cell, written anew. */
static int
xlsx_events(struct xlsx_writer *w, const struct buf *text, struct fault *f)
{
	size_t longest = 0, len = 0;
	struct buf anew = BUF_INIT;
	json_t *json;
	char *dumped;
	int rc = -1;

	for (size_t i = 0; i < text->len; i++) {
		len = text->data[i] == '\n' ? 0 : len + 1;
		longest = len > longest ? len : longest;
	}
	if (longest <= CELL_MAX)
		return xlsx_lines(w, text, f);
	json = json_loadb(text->data, text->len, 0, NULL);
	dumped = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1));
	if (dumped != NULL && buf_fmt(&anew, "%s\n", dumped) == 0)
		rc = xlsx_lines(w, &anew, f);
	else
		fault_set(f, FAULT_MEMORY, "%s", INVENTORY_EVENTS);
	free(dumped);
	json_decref(json);
	buf_free(&anew);
	return rc;
}

static int
pack_xlsx(const struct export_files *files, struct buf *out, struct fault *f)
{
	const struct buf *events = events_of(files);
	struct xlsx_writer *w = NULL;
	int rc;

	if ((rc = xlsx_writer_new(&w, f)) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && inventory_files[i] != NULL; i++) {
		const struct buf *text = content(files, inventory_files[i]);

		if (text == NULL)
			continue;
		xlsx_writer_sheet(w, inventory_table_title(inventory_files[i]));
		rc = each_row(inventory_files[i], text, LANG_ZH, xlsx_row, w, f);
	}
	if (rc == 0 && events != NULL)
		rc = xlsx_events(w, events, f);
	if (rc == 0)
		rc = xlsx_writer_end(w, out, f);
	xlsx_writer_free(w);
	return rc;
}

struct json_table {
	struct buf *out;
	struct buf name;		/* of the columns, each with its NUL */
	size_t at[CSV_COLUMNS_MAX];
	size_t rows;
};

static void
json_row(void *ctx, const char *const *cell, size_t n)
{
	struct json_table *t = ctx;

	if (t->rows++ == 0) {
		for (size_t c = 0; c < n; c++) {
			t->at[c] = t->name.len;
			buf_add(&t->name, cell[c], strlen(cell[c]) + 1);
		}
		return;
	}
	buf_str(t->out, t->rows > 2 ? ",\n{" : "\n{");
	for (size_t c = 0; c < n && !buf_failed(&t->name); c++) {
		const char *name = t->name.data + t->at[c];

		if (c > 0)
			buf_char(t->out, ',');
		buf_json(t->out, name, strlen(name));
		buf_char(t->out, ':');
		buf_json(t->out, cell[c], strlen(cell[c]));
	}
	buf_char(t->out, '}');
}

static int
pack_json(const struct export_files *files, struct buf *out, struct fault *f)
{
	const struct buf *events = events_of(files);
	int rc = 0, failed = 0;
	size_t written = 0;

	buf_fmt(out, "{\"version\":%lld,\"sha256\":\"%s\",\"tables\":{", (long long)files->version,
	    files->sha256_hex);
	for (size_t i = 0; rc == 0 && inventory_files[i] != NULL; i++) {
		const struct buf *text = content(files, inventory_files[i]);
		struct json_table t = { .out = out };

		if (text == NULL)
			continue;
		buf_fmt(out, "%s\n\"%.*s\":[", written++ > 0 ? "," : "",
		    (int)strcspn(inventory_files[i], "."), inventory_files[i]);
		rc = each_row(inventory_files[i], text, LANG_EN, json_row, &t, f);
		failed |= buf_failed(&t.name);
		buf_free(&t.name);
		buf_char(out, ']');
	}
	buf_str(out, "}");
	if (events != NULL) {
		buf_str(out, ",\n\"life_events\":");
		buf_add(out, events->data, events->len);
	}
	buf_str(out, "}\n");
	if (rc == 0 && (failed || buf_failed(out))) {
		fault_set(f, FAULT_MEMORY, "%s", "inventory");
		return -1;
	}
	return rc;
}

int
export_pack(const struct export_files *files, enum inventory_format format, struct buf *out,
    struct fault *f)
{
	static int (*const packs[])(const struct export_files *, struct buf *, struct fault *) = {
		[INVENTORY_CSV] = pack_csv, [INVENTORY_XLSX] = pack_xlsx, [INVENTORY_JSON] = pack_json };

	out->max = EXPORT_BYTES_MAX;
	return packs[format](files, out, f);
}
