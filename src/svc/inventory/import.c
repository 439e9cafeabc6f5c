#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "svc/inventory/breach_import.h"
#include "svc/inventory/check.h"
#include "svc/inventory/folder.h"
#include "svc/inventory/import.h"
#include "svc/inventory/inventory_svc.h"

void
import_steps(struct op *op, const struct inventory_set *files, const struct inventory *inv)
{
	op_step(op, ST_INVENTORY_INSERT, 1);
	op_int(op, inv->version);
	op_text(op, inv->sha256_hex);
	op_at(op);
	for (size_t i = 0; i < files->n; i++) {
		op_step(op, ST_INVENTORY_FILE_INSERT, 1);
		op_int(op, inv->version);
		op_text(op, files->file[i].name);
		op_blob(op, files->file[i].text, files->file[i].len);
	}
}

void
import_says(struct record *r, const struct inventory *inv)
{
	record_int(r, "inventory", inv->version);
	record_int(r, "items", (int64_t)inv->nitems);
	record_str(r, "sha256", inv->sha256_hex);
}

/* breaches is NULL where they stay as they are. */
static struct op *
import_op(struct app *app, const struct actor *actor, const struct inventory_set *files,
    const struct inventory *inv, const struct dataset_table *breaches, struct fault *f)
{
	struct record_actor who = access_record_actor(actor);
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return NULL;
	}
	import_steps(op, files, inv);
	if (breaches != NULL)
		dataset_table_replace(op, breaches);
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_INVENTORY_IMPORTED, app->division, id, &who)) != NULL) {
		import_says(r, inv);
		if (breaches != NULL)
			record_str(r, "breaches", breaches->sha256_hex);
	}
	op_record(op, r);
	return op;
}

/* What is imported, and what it becomes. */
struct import {
	struct folder folder;
	struct inventory_source *source;
	struct inventory_set *files;	/* of the source, as they are kept */
	struct dataset_table *breaches;	/* NULL: the directory has none */
	struct inventory *inv;
	int same;			/* inv is in the store already */
};

static int
read_source(const char *src, struct import *im, struct fault *f)
{
	const struct inventory_file *file;
	size_t n;

	if (folder_read(src, &im->folder, f) < 0 ||
	    inventory_source_read(im->folder.in, im->folder.n, &im->source, f) < 0)
		return -1;
	file = inventory_source_files(im->source, &n);
	memcpy(im->files->file, file, n * sizeof(*file));
	im->files->n = n;
	return 0;
}

/* Builds the list, unless it is there already; checks all of it into one report. */
static int
check(struct app *app, struct import *im, struct inventory_report *report, struct fault *f)
{
	if (inventory_check(im->source, im->breaches, clock_day(clock_now(app->clock)), &im->inv,
	    report, f) < 0)
		return -1;
	if (inventory_division(im->inv, app->division) == NULL) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "the instance's own");
		fault_arg(f, "division", "%s", app->division);
		return -1;
	}
	return 0;
}

/* One operation for all of it. */
static int
write_import(struct app *app, const struct actor *actor, const struct import *im,
    struct fault *f)
{
	const struct dataset_table *breaches =
	    im->breaches != NULL && !im->breaches->unchanged ? im->breaches : NULL;
	struct op *op = im->same ? dataset_table_op(app, actor, breaches, f) :
	    import_op(app, actor, im->files, im->inv, breaches, f);

	if (op == NULL)
		return -1;
	if (breaches != NULL && breach_write(app, op, breaches, clock_day(clock_now(app->clock)),
	    f) < 0) {
		op_free(op);
		return -1;
	}
	return journal_run(app->journal, op, NULL, f);
}

/* What the store has already: a version of the same files, and the newest number. */
static int
find_same(struct app *app, struct import *im, struct import_done *done, struct fault *f)
{
	struct store_reader *reader = NULL;
	int64_t same;
	int rc = -1;

	if (store_reader_open(app->store, &reader, f) == 0 &&
	    inventory_stored_find(reader, done->sha256_hex, &same, &done->version, f) == 0) {
		im->same = same > 0 && inventory_source_is_plain(im->source);
		if (im->same)
			done->version = same;
		rc = im->same ? inventory_stored(reader, same, &im->inv, f) : 0;
	}
	store_reader_close(reader);
	return rc;
}

int
inventory_import(struct app *app, const struct actor *actor, const char *src,
    struct import_done *ret_done, struct inventory_report *report, struct fault *f)
{
	struct import im = { .files = calloc(1, sizeof(*im.files)) };
	struct import_done done = { 0 };
	int rc = -1;

	if (im.files == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (read_source(src, &im, f) < 0 || breach_read(app, src, &im.breaches, f) < 0)
		goto out;
	inventory_set_hash(im.files, done.sha256_hex);
	if (find_same(app, &im, &done, f) < 0)
		goto out;
	if (!im.same || (im.breaches != NULL && !im.breaches->unchanged)) {
		if (check(app, &im, report, f) < 0)
			goto out;
		done.changed = 1;
		if (!im.same) {
			im.inv->version = ++done.version;
			memcpy(im.inv->sha256_hex, done.sha256_hex, sizeof(done.sha256_hex));
		}
		if (write_import(app, actor, &im, f) < 0)
			goto out;
	}
	done.inv = im.inv;
	im.inv = NULL;
	*ret_done = done;
	rc = 0;
out:
	inventory_unref(im.inv);
	breach_free(im.breaches);
	inventory_set_free(im.files);
	inventory_source_free(im.source);
	folder_free(&im.folder);
	return rc;
}
