#include "svc/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "sign/signer.h"
#include "svc/access/access.h"
#include "svc/data_key.h"
#include "svc/evidence/fence.h"
#include "svc/evidence/look.h"
#include "svc/index/index.h"
#include "svc/instance_files.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/recent.h"
#include "svc/store_copy.h"
#include "tlog/merkle.h"

#define FIRST_LOG "a"

/* The lock of an instance: held by the process, with its pid in the file for the message. */
int
instance_lock(const char *dir, int *ret_fd, struct fault *f)
{
	char path[4200], pid[32] = "";
	int fd;

	if (instance_path(path, sizeof(path), dir, "run/lock", f) < 0)
		return -1;
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0) {
		fault_set(f, FAULT_INSTANCE_MISSING, "%s", strerror(errno));
		fault_arg(f, "dir", "%s", dir);
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);

		pid[n > 0 ? n : 0] = '\0';
		fault_set(f, FAULT_INSTANCE_LOCKED, "%s", "");
		fault_arg(f, "dir", "%s", dir);
		fault_arg(f, "pid", "%s", pid);
		close(fd);
		return -1;
	}
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	if (ftruncate(fd, 0) < 0 || pwrite(fd, pid, strlen(pid), 0) < 0) {
		fault_set(f, FAULT_FILE_WRITE, "%s", strerror(errno));
		fault_arg(f, "file", "%s", path);
		close(fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

/* The rows that a store begins with, in one transaction: data key, log, settings. */
static int
first_rows(struct store *store, struct seal *ring, const char *division, const char *origin,
    int demo, int64_t now, struct fault *f)
{
	struct sha256 empty = hash_sha256(NULL, 0);
	uint8_t wrapped[SEAL_WRAPPED_LEN];
	char log_origin[300];

	snprintf(log_origin, sizeof(log_origin), "%s/log/" FIRST_LOG, origin);
	if (seal_new_key(ring, 1, wrapped, f) < 0 || store_begin(store, f) < 0)
		return -1;
	if (store_exec(store, ST_META_SET, PARAMS(sql_text("division"), sql_text(division)), 1, f) < 0 ||
	    store_exec(store, ST_META_SET, PARAMS(sql_text("origin"), sql_text(origin)), 1, f) < 0 ||
	    store_exec(store, ST_META_SET, PARAMS(sql_text("demo"), sql_text(demo ? "1" : "0")), 1,
	    f) < 0 || store_exec(store, ST_KEY_INSERT, PARAMS(sql_int(1), sql_int(now),
	    sql_blob(wrapped, sizeof(wrapped))), 1, f) < 0 ||
	    store_exec(store, ST_LOG_INSERT, PARAMS(sql_text(FIRST_LOG), sql_text(log_origin),
	    sql_blob(empty.b, sizeof(empty.b)), sql_blob("", 0), sql_int(now)), 1, f) < 0 ||
	    store_commit(store, f) < 0) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

/* The first record of the log, and the demo users with theirs. */
static int
first_records(const char *dir, const char *origin, int demo, const struct clock *clock,
    struct fault *f)
{
	struct conf *conf = NULL;
	struct app *app = NULL;
	struct record *r;
	uint8_t id[RECORD_ID_LEN];
	struct op *op;
	int rc = -1;

	if (instance_conf(dir, &conf, f) < 0 || instance_open(dir, conf, clock, &app, f) < 0)
		goto out;
	if ((op = op_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto out;
	}
	uuid7_new(clock, id);
	if ((r = record_new(RECORD_INSTANCE_CREATED, app->division, id,
	    &(struct record_actor){ NULL, "root", "operator" })) != NULL)
		record_str(r, "origin", origin);
	op_record(op, r);
	if (journal_run(app->journal, op, NULL, f) < 0)
		goto out;
	rc = demo ? access_add_demo(app, f) : 0;
out:
	instance_close(app);
	conf_free(conf);
	return rc;
}

/* The key of a log of this instance, where its signer is this instance's own. */
static int
make_log_key(const char *dir, const char *origin, const char *log, struct fault *f)
{
	char log_origin[EVIDENCE_ORIGIN_MAX];

	snprintf(log_origin, sizeof(log_origin), "%s/log/%s", origin, log);
	return signer_make(&(struct signer){ dir, log, log_origin }, f);
}

static int
valid_division(const char *division)
{
	return strlen(division) == 6 && strspn(division, "0123456789") == 6;
}

/* Where the store is: an address that says so, or wzm.db in the directory. */
static int
store_address(const char *dir, const char *setting, char *text, size_t size, struct fault *f)
{
	if (setting == NULL || setting[0] == '\0')
		return instance_path(text, size, dir, "wzm.db", f);
	if (!store_is_file(setting) && strlen(setting) < size) {
		snprintf(text, size, "%s", setting);
		return 0;
	}
	fault_set(f, FAULT_CONF_INVALID, "%s", "");
	fault_arg(f, "key", "%s", conf_row(CONF_STORE)->name);
	fault_arg(f, "why", "%s", "expected postgresql://...");
	fault_arg(f, "where", "%s", "wzm.conf, WZM_STORE, --store");
	return -1;
}

/* The directory and its folders, locked; there is no instance in it yet. */
static int
make_dirs(const char *dir, const char *conf, const char *db, int *ret_lock, struct fault *f)
{
	static const char *const sub[] = { "sign", "sources", "run" };
	char part[4200];

	if (instance_make_dir(dir, f) < 0)
		return -1;
	if (access(conf, F_OK) == 0 || (store_is_file(db) && access(db, F_OK) == 0)) {
		fault_set(f, FAULT_INSTANCE_EXISTS, "%s", "");
		fault_arg(f, "dir", "%s", dir);
		return -1;
	}
	for (size_t i = 0; i < sizeof(sub) / sizeof(sub[0]); i++)
		if (instance_path(part, sizeof(part), dir, sub[i], f) < 0 || instance_make_dir(part, f) < 0)
			return -1;
	return instance_lock(dir, ret_lock, f);
}

int
instance_init(const char *dir, const char *division, const char *origin, const char *store_at,
    int demo, const struct clock *clock, struct fault *f)
{
	char path[4200], conf[4200], db[4200];
	struct seal *ring = NULL;
	struct store *store = NULL;
	int lock = -1, rc = -1;

	umask(0077);
	if (!valid_division(division)) {
		fault_set(f, FAULT_DIVISION_UNKNOWN, "%s", "");
		fault_arg(f, "division", "%s", division);
		return -1;
	}
	if (instance_path(conf, sizeof(conf), dir, "wzm.conf", f) < 0 ||
	    store_address(dir, store_at, db, sizeof(db), f) < 0 ||
	    instance_path(path, sizeof(path), dir, "keys", f) < 0 ||
	    make_dirs(dir, conf, db, &lock, f) < 0)
		return -1;
	/* The store first: an address may be wrong, and then no keys lie about. */
	if (store_open(db, STORE_CREATE, &store, f) < 0 || seal_create(path, f) < 0 ||
	    seal_open(path, &ring, f) < 0 ||
	    first_rows(store, ring, division, origin, demo, clock_now(clock), f) < 0 ||
	    instance_write_conf(conf, division, origin, store_at, demo, FIRST_LOG, f) < 0)
		goto out;
	rc = make_log_key(dir, origin, FIRST_LOG, f);
out:
	store_close(store);
	seal_close(ring);
	close(lock);
	if (rc == 0)
		rc = first_records(dir, origin, demo, clock, f);
	if (rc < 0) {
		/* Half an instance would be in the way of the next try. */
		unlink(conf);
		if (store_is_file(db))
			unlink(db);
	}
	return rc;
}

int
instance_conf(const char *dir, struct conf **ret_conf, struct fault *f)
{
	struct conf *conf = conf_new();
	char path[4200];

	if (conf == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (instance_path(path, sizeof(path), dir, "wzm.conf", f) < 0)
		goto fail;
	if (access(path, F_OK) < 0) {
		fault_set(f, FAULT_INSTANCE_MISSING, "%s", strerror(errno));
		fault_arg(f, "dir", "%s", dir);
		goto fail;
	}
	if (conf_file(conf, path, f) < 0 || conf_environment(conf, f) < 0)
		goto fail;
	*ret_conf = conf;
	return 0;
fail:
	conf_free(conf);
	return -1;
}

static struct app *
app_new(const char *dir, const struct conf *conf, const struct clock *clock, struct fault *f)
{
	const char *log = conf_text(conf, CONF_LOG);
	struct app *app;

	if (log[0] < 'a' || log[0] > 'z') {
		fault_set(f, FAULT_CONF_INVALID, "%s", "");
		fault_arg(f, "key", "%s", conf_row(CONF_LOG)->name);
		fault_arg(f, "why", "%s", "a letter from a to z");
		fault_arg(f, "where", "%s", "wzm.conf, WZM_LOG");
		return NULL;
	}
	if ((app = calloc(1, sizeof(*app))) == NULL || (app->recent = recent_new()) == NULL ||
	    (app->looks = looks_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		if (app != NULL)
			recent_free(app->recent);
		free(app);
		return NULL;
	}
	pthread_mutex_init(&app->lock, NULL);
	app->lock_fd = -1;
	app->clock = clock;
	app->started_at = clock_now(clock);
	app->demo = (int)conf_int(conf, CONF_DEMO);
	snprintf(app->dir, sizeof(app->dir), "%s", dir);
	snprintf(app->division, sizeof(app->division), "%s", conf_text(conf, CONF_DIVISION));
	snprintf(app->origin, sizeof(app->origin), "%s", conf_text(conf, CONF_ORIGIN));
	snprintf(app->log, sizeof(app->log), "%s", log);
	return app;
}

static int
meta_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	snprintf(ctx, 254, "%s", row_text(row, 0));
	return 0;
}

/* What an instance is was written when it was made; a setting that says otherwise is a mistake. */
static int
check_identity(struct app *app, struct fault *f)
{
	struct store_reader *reader = NULL;
	char demo[254] = "";
	const struct { const char *key, *is; } part[] = { { "division", app->division },
		{ "origin", app->origin }, { "demo", demo } };
	int rc = -1;

	snprintf(demo, sizeof(demo), "%d", app->demo);
	if (store_reader_open(app->store, &reader, f) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		char kept[254] = "";

		if (store_read(reader, ST_META_GET, PARAMS(sql_text(part[i].key)), meta_row, kept, f) < 0)
			goto out;
		if (strcmp(kept, part[i].is) != 0) {
			fault_set(f, FAULT_INSTANCE_OTHER, "%s", "");
			fault_arg(f, "key", "%s", part[i].key);
			fault_arg(f, "made", "%s", kept);
			goto out;
		}
	}
	rc = 0;
out:
	store_reader_close(reader);
	return rc;
}

/* What was copied only in part is no store yet. */
static int
check_whole(struct app *app, const char *address, struct fault *f)
{
	struct store_reader *reader = NULL;
	int rc;

	if (store_reader_open(app->store, &reader, f) < 0)
		return -1;
	rc = store_copy_check_whole(reader, address, f);
	store_reader_close(reader);
	return rc;
}

/* Keys and store. */
static int
open_store(struct app *app, const struct conf *conf, enum store_open how, struct fault *f)
{
	char keys[4200], db[4200];

	if (instance_path(keys, sizeof(keys), app->dir, "keys", f) < 0 ||
	    store_address(app->dir, conf_text(conf, CONF_STORE), db, sizeof(db), f) < 0 ||
	    seal_open(keys, &app->seal, f) < 0 ||
	    store_open(db, how, &app->store, f) < 0 || check_whole(app, db, f) < 0)
		return -1;
	return data_key_load(app, f) < 0 ? -1 : check_identity(app, f);
}

int
instance_look(const char *dir, struct app **ret_app, struct fault *f)
{
	static const struct clock clock;
	struct conf *conf = NULL;
	struct app *app = NULL;
	int rc = -1;

	if (instance_conf(dir, &conf, f) == 0 && (app = app_new(dir, conf, &clock, f)) != NULL &&
	    open_store(app, conf, STORE_LOOK, f) == 0) {
		*ret_app = app;
		app = NULL;
		rc = 0;
	}
	instance_close(app);
	conf_free(conf);
	return rc;
}

/* A log of the first letter that nobody has, with a record of its making. */
static int
create_log(struct app *app, const char *dir, struct fault *f)
{
	char log_origin[300];

	for (char letter = 'a'; letter <= 'z'; letter++) {
		uint8_t id[RECORD_ID_LEN];
		struct record *r;
		int made;

		snprintf(app->log, sizeof(app->log), "%c", letter);
		/* The store may have forgotten a log that was signed. */
		if (signer_has(dir, app->log))
			continue;
		snprintf(log_origin, sizeof(log_origin), "%s/log/%c", app->origin, letter);
		uuid7_new(app->clock, id);
		if ((r = record_new(RECORD_LOG_CREATED, app->division, id,
		    &(struct record_actor){ NULL, "root", "operator" })) != NULL) {
			record_str(r, "log", app->log);
			record_str(r, "origin", log_origin);
		}
		made = journal_create_log(app->store, app->log, log_origin, r, clock_now(app->clock), f);
		if (made != 0)
			return made < 0 ? -1 : 0;
	}
	fault_set(f, FAULT_LOGS_USED_UP, "%s", "");
	return -1;
}

/* The address of the store that is joined: a database, which several processes can share. */
static int
joined_address(const char *from, const struct conf *conf, const char *store_at, char *db,
    size_t size, struct fault *f)
{
	if (store_at == NULL)
		store_at = conf_text(conf, CONF_STORE);
	if (store_address(from, store_at, db, size, f) < 0)
		return -1;
	if (!store_is_file(db))
		return 0;
	fault_set(f, FAULT_JOIN_FILE, "%s", "");
	fault_arg(f, "dir", "%s", from);
	return -1;
}

int
instance_join(const char *dir, const char *from, const char *store_at, char ret_log[8],
    struct fault *f)
{
	static const struct clock clock;
	char conf_path[4200], theirs[4200], ours[4200], db[4200];
	struct conf *conf = NULL;
	struct app *app = NULL;
	int lock = -1, rc = -1;

	umask(0077);
	if (instance_conf(from, &conf, f) < 0 ||
	    joined_address(from, conf, store_at, db, sizeof(db), f) < 0 ||
	    conf_set(conf, conf_row(CONF_STORE)->name, db, "--store", f) < 0 ||
	    instance_path(conf_path, sizeof(conf_path), dir, "wzm.conf", f) < 0 ||
	    instance_path(theirs, sizeof(theirs), from, "keys", f) < 0 ||
	    instance_path(ours, sizeof(ours), dir, "keys", f) < 0 ||
	    make_dirs(dir, conf_path, db, &lock, f) < 0)
		goto out;
	/* That keys and store belong together is seen before anything is made. */
	if ((app = app_new(from, conf, &clock, f)) == NULL ||
	    open_store(app, conf, STORE_LOOK, f) < 0 || seal_copy(theirs, ours, f) < 0)
		goto out;
	if (create_log(app, dir, f) == 0 && make_log_key(dir, app->origin, app->log, f) == 0 &&
	    instance_write_conf(conf_path, app->division, app->origin, db, app->demo, app->log, f) == 0) {
		memcpy(ret_log, app->log, sizeof(app->log));
		rc = 0;
	} else {
		unlink(conf_path);
		seal_remove(ours);
	}
out:
	instance_close(app);
	conf_free(conf);
	if (lock >= 0)
		close(lock);
	return rc;
}

int
instance_new_log(const char *dir, char ret_log[8], struct fault *f)
{
	static const struct clock clock;
	struct conf *conf = NULL;
	struct app *app = NULL;
	int rc = -1;

	if (instance_conf(dir, &conf, f) == 0 && (app = app_new(dir, conf, &clock, f)) != NULL &&
	    instance_lock(dir, &app->lock_fd, f) == 0 && open_store(app, conf, STORE_EXISTING, f) == 0 &&
	    create_log(app, dir, f) == 0 &&
	    (conf_text(conf, CONF_SIGNER)[0] != '\0' || make_log_key(dir, app->origin, app->log, f) == 0) &&
	    instance_conf_log(dir, app->log, f) == 0) {
		memcpy(ret_log, app->log, sizeof(app->log));
		rc = 0;
	}
	instance_close(app);
	conf_free(conf);
	return rc;
}

/* The inventory in force, if there is one. */
static int
follow_once(struct app *app, struct fault *f)
{
	struct store_reader *reader = NULL;
	int rc = store_reader_open(app->store, &reader, f) < 0 ? -1 : inventory_follow(app, reader, f);

	store_reader_close(reader);
	return rc;
}

int
instance_open(const char *dir, const struct conf *conf, const struct clock *clock,
    struct app **ret_app, struct fault *f)
{
	struct app *app = app_new(dir, conf, clock, f);

	if (app == NULL)
		return -1;
	if (instance_lock(dir, &app->lock_fd, f) < 0 || open_store(app, conf, STORE_EXISTING, f) < 0 ||
	    evidence_fence(app, conf, f) < 0 || journal_start(app->store, app->seal, clock, app->log,
	    (size_t)conf_int(conf, CONF_QUEUE), &app->journal, f) < 0 ||
	    data_key_roll(app, f) < 0 || follow_once(app, f) < 0) {
		instance_close(app);
		return -1;
	}
	*ret_app = app;
	return 0;
}

int
instance_index(struct app *app, const struct conf *conf, struct fault *f)
{
	struct index_conf index = index_conf_usual();
	char db[4200];

	if (store_address(app->dir, conf_text(conf, CONF_STORE), db, sizeof(db), f) < 0 ||
	    (store_is_file(db) && instance_path(db, sizeof(db), app->dir, "index.db", f) < 0))
		return -1;
	index.address = db;
	index.log = app->log;
	return index_start(app->store, &index, &app->index, f);
}

void
instance_close(struct app *app)
{
	if (app == NULL)
		return;
	index_stop(app->index);
	journal_stop(app->journal);
	for (size_t i = 0; i < app->nversions; i++)
		inventory_unref(app->version[i]);
	for (size_t i = 0; i < app->nkept; i++)
		inventory_unref(app->kept[i]);
	free(app->kept);
	find_unref(app->find);
	inventory_unref(app->in_force);
	recent_free(app->recent);
	looks_free(app->looks);
	store_close(app->store);
	seal_close(app->seal);
	if (app->lock_fd >= 0)
		close(app->lock_fd);
	pthread_mutex_destroy(&app->lock);
	free(app);
}
