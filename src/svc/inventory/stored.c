/* stored.c - versions as the store has them, and which of them is in force. */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "svc/inventory/inventory_svc.h"

void
inventory_set_free(struct inventory_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n; i++)
		buf_free(&set->text[i]);
	free(set);
}

/* What identifies an inventory: the hash of its files' names, lengths and bytes. */
void
inventory_set_hash(const struct inventory_set *set, char ret_hex[65])
{
	struct hash_part part[3 * INVENTORY_SET_MAX];
	char length[INVENTORY_SET_MAX][24];
	struct sha256 hash;

	for (size_t i = 0; i < set->n; i++) {
		const struct inventory_file *file = &set->file[i];

		snprintf(length[i], sizeof(length[i]), " %zu\n", file->len);
		part[3 * i] = (struct hash_part){ file->name, strlen(file->name) };
		part[3 * i + 1] = (struct hash_part){ length[i], strlen(length[i]) };
		part[3 * i + 2] = (struct hash_part){ file->text, file->len };
	}
	hash = hash_sha256(part, 3 * set->n);
	enc_hex(hash.b, sizeof(hash.b), ret_hex);
}

/* Puts files into the order in which they were imported and hashed; the store gives them by name. */
static void
in_order(struct inventory_set *set)
{
	struct inventory_file sorted[INVENTORY_SET_MAX];
	size_t n = 0;

	for (size_t k = 0; inventory_files[k] != NULL; k++)
		for (size_t i = 0; i < set->n; i++)
			if (strcmp(set->file[i].name, inventory_files[k]) == 0)
				sorted[n++] = set->file[i];
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->file[i].name, INVENTORY_EVENTS) == 0)
			sorted[n++] = set->file[i];
	memcpy(set->file, sorted, n * sizeof(sorted[0]));
}

/* Our own text for the name of a file; NULL if there is none of it. */
static const char *
known_name(const char *name)
{
	for (size_t i = 0; inventory_files[i] != NULL; i++)
		if (strcmp(inventory_files[i], name) == 0)
			return inventory_files[i];
	return strcmp(name, INVENTORY_EVENTS) == 0 ? INVENTORY_EVENTS : NULL;
}

static int
add_file(const struct store_row *row, void *ctx, struct fault *f)
{
	struct inventory_set *set = ctx;
	size_t len;
	const void *content = row_blob(row, 1, &len);
	const char *name = known_name(row_text(row, 0));

	if (name == NULL || set->n == INVENTORY_SET_MAX) {
		fault_set(f, FAULT_STORE, "inventory file %s is not known", row_text(row, 0));
		return -1;
	}
	set->text[set->n].max = INVENTORY_FILE_MAX;
	if (buf_add(&set->text[set->n], content, len) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "inventory");
		return -1;
	}
	set->file[set->n] = (struct inventory_file){ name, set->text[set->n].data, len };
	set->n++;
	return 0;
}

int
inventory_stored_files(struct store_reader *reader, int64_t version,
    struct inventory_set **ret_set, struct fault *f)
{
	struct inventory_set *set = calloc(1, sizeof(*set));

	if (set == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (store_read(reader, ST_INVENTORY_FILES, PARAMS(sql_int(version)), add_file, set, f) < 0) {
		inventory_set_free(set);
		return -1;
	}
	if (set->n == 0) {
		fault_set(f, FAULT_INVENTORY_VERSION, "%s", "");
		fault_arg(f, "version", "%lld", (long long)version);
		inventory_set_free(set);
		return -1;
	}
	in_order(set);
	*ret_set = set;
	return 0;
}

/* The columns of INVENTORY_GET and its like. */
struct version_row { int64_t version; char sha256_hex[65]; };

static int
version_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct version_row *v = ctx;

	(void)f;
	v->version = row_int(row, 0);
	snprintf(v->sha256_hex, sizeof(v->sha256_hex), "%s", row_text(row, 1));
	return 1;
}

/* Builds a stored version; it was valid when it was imported. */
int
inventory_stored(struct store_reader *reader, int64_t version, struct inventory **ret_inv,
    struct fault *f)
{
	struct inventory_report report = { 0 };
	struct inventory_set *set = NULL;
	struct version_row which = { 0 };
	struct inventory *inv = NULL;
	char hex[65];
	int rc = -1;

	if (store_read(reader, ST_INVENTORY_GET, PARAMS(sql_int(version)), version_row, &which, f) < 0 ||
	    inventory_stored_files(reader, version, &set, f) < 0)
		return -1;
	inventory_set_hash(set, hex);
	if (strcmp(hex, which.sha256_hex) != 0) {
		fault_set(f, FAULT_STORE, "the files of inventory version %lld are not those that were imported",
		    (long long)version);
		goto out;
	}
	if (inventory_build(set->file, set->n, &inv, &report, f) < 0) {
		fault_prefix(f, "stored inventory");
		goto out;
	}
	inv->version = version;
	memcpy(inv->sha256_hex, which.sha256_hex, sizeof(inv->sha256_hex));
	*ret_inv = inv;
	rc = 0;
out:
	inventory_report_free(&report);
	inventory_set_free(set);
	return rc;
}

int
inventory_stored_find(struct store_reader *reader, const char *sha256_hex, int64_t *ret_same,
    int64_t *ret_newest, struct fault *f)
{
	struct version_row same = { 0 }, newest = { 0 };

	if (store_read(reader, ST_INVENTORY_BY_HASH, PARAMS(sql_text(sha256_hex)), version_row, &same,
	    f) < 0 || store_read(reader, ST_INVENTORY_LAST, NULL, 0, version_row, &newest, f) < 0)
		return -1;
	*ret_same = same.version;
	*ret_newest = newest.version;
	return 0;
}

/* The columns of INVENTORY_IN_FORCE. */
struct due { int64_t version, day, seq; };

static int
due_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(struct due *)ctx = (struct due){ row_int(row, 0), row_int(row, 1), row_int(row, 2) };
	return 1;
}

/* Only ever forwards: whoever read earlier and comes later must not bring an older one back. */
static void
put_in_force(struct app *app, struct inventory *inv, struct find *find, const struct due *due)
{
	struct inventory *old = inv;
	struct find *old_find = find;

	pthread_mutex_lock(&app->lock);
	if (due->day > app->in_force_day ||
	    (due->day == app->in_force_day && due->seq > app->in_force_seq)) {
		old = app->in_force;
		old_find = app->find;
		app->in_force = inv;
		app->find = find;
		app->in_force_day = due->day;
		app->in_force_seq = due->seq;
	}
	pthread_mutex_unlock(&app->lock);
	find_unref(old_find);
	inventory_unref(old);
}

int
inventory_follow(struct app *app, struct store_reader *reader, struct fault *f)
{
	int64_t day = clock_day(clock_now(app->clock));
	struct inventory *inv;
	struct find *find;
	struct due due = { 0 };
	int is_there;

	if (store_read(reader, ST_INVENTORY_IN_FORCE, PARAMS(sql_int(day)), due_row, &due, f) < 0)
		return -1;
	pthread_mutex_lock(&app->lock);
	is_there = due.seq == 0 || (due.day == app->in_force_day && due.seq == app->in_force_seq);
	pthread_mutex_unlock(&app->lock);
	if (is_there)
		return 0;
	if ((inv = app_inventory_version(app, reader, due.version, f)) == NULL)
		return -1;
	if (find_build(inv, &find, f) < 0) {
		inventory_unref(inv);
		return -1;
	}
	put_in_force(app, inv, find, &due);
	return 0;
}

struct inventory *
app_inventory_version(struct app *app, struct store_reader *reader, int64_t version,
    struct fault *f)
{
	struct inventory *inv = NULL;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nversions && inv == NULL; i++)
		if (app->version[i]->version == version)
			inv = inventory_ref(app->version[i]);
	pthread_mutex_unlock(&app->lock);
	if (inv != NULL)
		return inv;
	if (inventory_stored(reader, version, &inv, f) < 0)
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

struct find *
app_find(struct app *app, struct fault *f)
{
	struct find *find = NULL;

	pthread_mutex_lock(&app->lock);
	if (app->find != NULL)
		find = find_ref(app->find);
	pthread_mutex_unlock(&app->lock);
	if (find == NULL)
		fault_set(f, FAULT_NO_INVENTORY, "%s", "");
	return find;
}
