#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "crypto/hash.h"
#include "svc/inventory/breach_import.h"
#include "svc/inventory/inventory_svc.h"

#define FILE_MAX (32u << 20)
#define FILES_MAX 24

/* The files of one inventory in memory. */
struct files {
	struct inventory_file file[FILES_MAX];
	struct buf text[FILES_MAX];
	size_t n;
};

static void
files_free(struct files *files)
{
	for (size_t i = 0; i < files->n; i++)
		buf_free(&files->text[i]);
	free(files);
}

static int
files_read(const char *src, struct files *files, struct fault *f)
{
	char path[4400];

	for (size_t i = 0; inventory_files[i] != NULL && i < FILES_MAX; i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", src, inventory_files[i]);

		files->n = i + 1;
		if (n < 0 || (size_t)n >= sizeof(path)) {
			fault_set(f, FAULT_FILE_READ, "%s", "path too long");
			fault_arg(f, "file", "%s", inventory_files[i]);
			return -1;
		}
		files->text[i].max = FILE_MAX;
		if (buf_read_file(&files->text[i], path, FILE_MAX, f) < 0 ||
		    buf_add(&files->text[i], "", 0) < 0)
			return -1;
		files->file[i] = (struct inventory_file){ inventory_files[i],
		    files->text[i].data, files->text[i].len };
	}
	return 0;
}

/* What identifies an inventory: the hash of its files' names, lengths and bytes. */
static void
files_hash(const struct files *files, char ret_hex[65])
{
	struct hash_part part[3 * FILES_MAX];
	char length[FILES_MAX][24];
	struct sha256 hash;

	for (size_t i = 0; i < files->n; i++) {
		const struct inventory_file *file = &files->file[i];

		snprintf(length[i], sizeof(length[i]), " %zu\n", file->len);
		part[3 * i] = (struct hash_part){ file->name, strlen(file->name) };
		part[3 * i + 1] = (struct hash_part){ length[i], strlen(length[i]) };
		part[3 * i + 2] = (struct hash_part){ file->text, file->len };
	}
	hash = hash_sha256(part, 3 * files->n);
	enc_hex(hash.b, sizeof(hash.b), ret_hex);
}

/* breaches is NULL where they stay as they are. */
static struct op *
import_op(struct app *app, const struct actor *actor, const struct files *files,
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
	if (breaches != NULL)
		dataset_table_replace(op, breaches);
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_INVENTORY_IMPORTED, app->division, id, &who)) != NULL) {
		record_int(r, "inventory", inv->version);
		record_int(r, "items", (int64_t)inv->nitems);
		record_str(r, "sha256", inv->sha256_hex);
		if (breaches != NULL)
			record_str(r, "breaches", breaches->sha256_hex);
	}
	op_record(op, r);
	return op;
}

/* What is imported, and what it becomes. */
struct import {
	struct files *files;
	struct dataset_table *breaches;	/* NULL: the directory has none */
	struct inventory *inv;
	int same;			/* inv is the one in force */
};

/* Builds the list, unless it is the one in force; checks all of it into one report. */
static int
check(struct app *app, struct import *im, struct inventory_report *report, struct fault *f)
{
	struct fault bad = FAULT_INIT;

	if (im->inv == NULL && inventory_build(im->files->file, im->files->n, &im->inv, report,
	    &bad) < 0 && bad.code != FAULT_IMPORT_REFUSED) {
		if (f != NULL)
			*f = bad;
		return -1;
	}
	if (im->breaches != NULL && breach_check(im->breaches, im->inv,
	    clock_day(clock_now(app->clock)), report, f) < 0)
		return -1;
	if (report->total > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", "");
		fault_arg(f, "count", "%zu", report->total);
		return -1;
	}
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

/* Takes what is in force for the list if its files are the same. */
static void
take_if_same(struct app *app, struct import *im, struct import_done *done)
{
	struct inventory *now = app_inventory(app, NULL);

	if (now == NULL)
		return;
	done->version = now->version;
	if (strcmp(now->sha256_hex, done->sha256_hex) == 0) {
		im->same = 1;
		im->inv = now;
		now = NULL;
	}
	inventory_unref(now);
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
	if (files_read(src, im.files, f) < 0 || breach_read(app, src, &im.breaches, f) < 0)
		goto out;
	files_hash(im.files, done.sha256_hex);
	take_if_same(app, &im, &done);
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
	if (!im.same) {
		app_swap_inventory(app, im.inv);
		im.inv = NULL;
	}
	*ret_done = done;
	rc = 0;
out:
	inventory_unref(im.inv);
	breach_free(im.breaches);
	files_free(im.files);
	return rc;
}

static int
add_file(const struct store_row *row, void *ctx, struct fault *f)
{
	struct files *files = ctx;
	size_t len, i;
	const void *content = row_blob(row, 1, &len);

	for (i = 0; inventory_files[i] != NULL; i++)
		if (strcmp(inventory_files[i], row_text(row, 0)) == 0)
			break;
	if (inventory_files[i] == NULL || files->n == FILES_MAX) {
		fault_set(f, FAULT_STORE, "inventory file %s is not known", row_text(row, 0));
		return -1;
	}
	files->text[files->n].max = FILE_MAX;
	if (buf_add(&files->text[files->n], content, len) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "inventory");
		return -1;
	}
	files->file[files->n] = (struct inventory_file){ inventory_files[i],
	    files->text[files->n].data, len };
	files->n++;
	return 0;
}

static int
last_version(const struct store_row *row, void *ctx, struct fault *f)
{
	struct import_done *done = ctx;

	(void)f;
	done->version = row_int(row, 0);
	snprintf(done->sha256_hex, sizeof(done->sha256_hex), "%s", row_text(row, 1));
	return 0;
}

/* Puts files into the order in which they were imported and hashed; the store gives them by name. */
static void
in_order(struct files *files)
{
	struct inventory_file sorted[FILES_MAX];
	size_t n = 0;

	for (size_t k = 0; inventory_files[k] != NULL; k++)
		for (size_t i = 0; i < files->n; i++)
			if (strcmp(files->file[i].name, inventory_files[k]) == 0)
				sorted[n++] = files->file[i];
	memcpy(files->file, sorted, n * sizeof(sorted[0]));
}

/* Builds a stored version; it was valid when it was imported. */
static int
load(struct store_reader *reader, const struct import_done *which, struct inventory **ret_inv,
    struct fault *f)
{
	struct files *files = calloc(1, sizeof(*files));
	struct inventory_report report = { 0 };
	struct inventory *inv = NULL;
	char hex[65];
	int rc = -1;

	if (files == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (store_read(reader, ST_INVENTORY_FILES, PARAMS(sql_int(which->version)), add_file, files,
	    f) < 0)
		goto out;
	in_order(files);
	files_hash(files, hex);
	if (strcmp(hex, which->sha256_hex) != 0) {
		fault_set(f, FAULT_STORE, "the files of inventory version %lld are not those that were imported",
		    (long long)which->version);
		goto out;
	}
	if (inventory_build(files->file, files->n, &inv, &report, f) < 0) {
		fault_prefix(f, "stored inventory");
		goto out;
	}
	inv->version = which->version;
	memcpy(inv->sha256_hex, which->sha256_hex, sizeof(inv->sha256_hex));
	*ret_inv = inv;
	rc = 0;
out:
	inventory_report_free(&report);
	files_free(files);
	return rc;
}

int
inventory_load_in_force(struct app *app, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct import_done last = { 0 };
	struct inventory *inv = NULL;
	int64_t n;
	int rc = -1;

	if (store_reader_open(app->store, &reader, f) < 0)
		return -1;
	n = store_read(reader, ST_INVENTORY_LAST, NULL, 0, last_version, &last, f);
	if (n == 0)
		rc = 0;
	else if (n > 0 && load(reader, &last, &inv, f) == 0) {
		app_swap_inventory(app, inv);
		rc = 0;
	}
	store_reader_close(reader);
	return rc;
}

struct inventory *
app_inventory_version(struct app *app, struct store_reader *reader, int64_t version,
    struct fault *f)
{
	struct import_done which = { 0 };
	struct inventory *inv = NULL;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nversions && inv == NULL; i++)
		if (app->version[i]->version == version)
			inv = inventory_ref(app->version[i]);
	pthread_mutex_unlock(&app->lock);
	if (inv != NULL)
		return inv;
	if (store_read(reader, ST_INVENTORY_GET, PARAMS(sql_int(version)), last_version, &which,
	    f) < 0)
		return NULL;
	if (which.version == 0) {
		fault_set(f, FAULT_STORE, "inventory version %lld is gone", (long long)version);
		return NULL;
	}
	if (load(reader, &which, &inv, f) < 0)
		return NULL;
	pthread_mutex_lock(&app->lock);
	if (app->nversions < APP_VERSIONS_MAX)
		app->version[app->nversions++] = inventory_ref(inv);
	pthread_mutex_unlock(&app->lock);
	return inv;
}

struct inventory *
app_inventory(struct app *app, struct fault *f)
{
	struct inventory *inv = NULL;

	pthread_mutex_lock(&app->lock);
	if (app->in_force != NULL)
		inv = inventory_ref(app->in_force);
	pthread_mutex_unlock(&app->lock);
	if (inv == NULL)
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
	return inv;
}

void
app_swap_inventory(struct app *app, struct inventory *inv)
{
	struct inventory *old;

	pthread_mutex_lock(&app->lock);
	old = app->in_force;
	app->in_force = inv;
	if (app->nversions < APP_VERSIONS_MAX)
		app->version[app->nversions++] = inventory_ref(inv);
	pthread_mutex_unlock(&app->lock);
	inventory_unref(old);
}
