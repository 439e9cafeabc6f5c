/* export.c - the inventory as a file to keep: for anybody, in three formats. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "api/serve.h"
#include "svc/instance.h"
#include "svc/inventory/versions.h"

static const struct form { const char *name, *type; } forms[] = {
	[INVENTORY_CSV] = { "csv", "application/zip" },
	[INVENTORY_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	[INVENTORY_JSON] = { "json", "application/json" },
};
#define NFORMS (sizeof(forms) / sizeof(forms[0]))

/*
 * What was packed last in each format.  A version never changes, anybody may ask for it, and
 * packing holds a loop up for some tenths of a second: once is enough.
 */
struct exports {
	pthread_mutex_t lock;
	struct { int64_t version; struct buf bytes; } last[NFORMS];
};

struct exports *
api_exports_new(void)
{
	struct exports *e = calloc(1, sizeof(*e));

	if (e != NULL)
		pthread_mutex_init(&e->lock, NULL);
	return e;
}

void
api_exports_free(struct exports *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < NFORMS; i++)
		buf_free(&e->last[i].bytes);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

/* Packs a version into last; the lock is held. */
static int
pack(struct call *call, int64_t version, enum inventory_format format, struct fault *f)
{
	struct exports *e = call->api->exports;
	struct export_files files = { 0 };
	struct buf bytes = BUF_INIT;
	int rc = -1;

	if (export_read(call->act.reader, version, &files, f) == 0 &&
	    export_pack(&files, format, &bytes, f) == 0) {
		buf_free(&e->last[format].bytes);
		e->last[format].bytes = bytes;
		e->last[format].version = version;
		bytes = (struct buf)BUF_INIT;
		rc = 0;
	}
	buf_free(&bytes);
	export_files_free(&files);
	return rc;
}

/* Gives a copy of a version in a format, packed if it was not packed last. */
static int
packed(struct call *call, int64_t version, enum inventory_format format, struct buf *out,
    struct fault *f)
{
	struct exports *e = call->api->exports;
	int rc = 0;

	pthread_mutex_lock(&e->lock);
	if (e->last[format].version != version)
		rc = pack(call, version, format, f);
	out->max = EXPORT_BYTES_MAX;
	if (rc == 0 && buf_add(out, e->last[format].bytes.data, e->last[format].bytes.len) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "export");
		rc = -1;
	}
	pthread_mutex_unlock(&e->lock);
	return rc;
}

static int
read_format(struct call *call, enum inventory_format *ret_format, struct fault *f)
{
	const char *name = http_query(call->req, "format");

	for (size_t i = 0; name != NULL && i < NFORMS; i++)
		if (strcmp(forms[i].name, name) == 0) {
			*ret_format = (enum inventory_format)i;
			return 0;
		}
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "format");
	fault_arg(f, "why_zh", "%s", "只能是 csv、xlsx、json");
	fault_arg(f, "why_en", "%s", "it is one of csv, xlsx, json");
	return -1;
}

/* The version that is asked for, or the one in force. */
static int
read_version(struct call *call, int64_t *ret_version, struct fault *f)
{
	const char *text = http_query(call->req, "version");
	struct inventory *inv;
	char *end;

	if (text == NULL) {
		if ((inv = app_inventory(call->api->app, f)) == NULL)
			return -1;
		*ret_version = inv->version;
		inventory_unref(inv);
		return 0;
	}
	*ret_version = strtoll(text, &end, 10);
	if (text[0] >= '1' && text[0] <= '9' && *end == '\0' && strlen(text) < 10)
		return inventory_may_see(call, *ret_version, f);
	fault_set(f, FAULT_INVENTORY_VERSION, "%s", "");
	fault_arg(f, "version", "%s", text);
	return -1;
}

int
inventory_exporting(struct call *call, struct fault *f)
{
	struct buf out = BUF_INIT;
	enum inventory_format format;
	int64_t version;
	char name[80];

	if (read_format(call, &format, f) < 0 || read_version(call, &version, f) < 0 ||
	    packed(call, version, format, &out, f) < 0) {
		buf_free(&out);
		return -1;
	}
	snprintf(name, sizeof(name), "attachment; filename=\"inventory-%lld.%s\"", (long long)version,
	    format == INVENTORY_CSV ? "zip" : forms[format].name);
	http_answer_header(call->req, "Content-Disposition", name);
	call->answered = 1;
	http_answer(call->req, 200, forms[format].type, &out);
	return 0;
}

/* The version that is in force, where that is asked for. */
static int
which_version(struct app *app, struct store_reader *reader, int64_t *version, struct fault *f)
{
	const struct publication *p;
	struct versions v;

	if (*version != VERSION_IN_FORCE)
		return 0;
	if (versions_read(reader, &v, f) < 0)
		return -1;
	if ((p = versions_at(&v, versions_now(&v, clock_now(app->clock)))) != NULL)
		*version = p->version;
	else
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
	versions_free(&v);
	return p != NULL ? 0 : -1;
}

int
export_offline(const char *dir, int64_t version, enum inventory_format format, int apart,
    struct export_files *ret_files, struct fault *f)
{
	struct app *app = NULL;
	struct store_reader *reader = NULL;
	struct export_files files = { 0 };
	struct buf packed = BUF_INIT;
	int rc = -1;

	if (instance_look(dir, &app, f) < 0 || store_reader_open(app->store, &reader, f) < 0 ||
	    which_version(app, reader, &version, f) < 0 || export_read(reader, version, &files, f) < 0)
		goto out;
	if (!apart) {
		if (export_pack(&files, format, &packed, f) < 0)
			goto out;
		export_files_free(&files);
		files.n = 1;
		files.content[0] = packed;
		packed = (struct buf)BUF_INIT;
	}
	*ret_files = files;
	files.n = 0;
	rc = 0;
out:
	buf_free(&packed);
	export_files_free(&files);
	store_reader_close(reader);
	instance_close(app);
	return rc;
}
