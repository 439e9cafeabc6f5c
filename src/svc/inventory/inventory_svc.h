/*
 * inventory_svc.h - the inventory in the store: imported whole, kept byte for byte, in force.
 */
#ifndef SVC_INVENTORY_INVENTORY_SVC_H
#define SVC_INVENTORY_INVENTORY_SVC_H

#include "svc/access/access.h"
#include "svc/app.h"

#define INVENTORY_SET_MAX 24
#define INVENTORY_FILE_MAX (32u << 20)

/* The files of one version in memory; owned. */
struct inventory_set {
	struct inventory_file file[INVENTORY_SET_MAX];
	struct buf text[INVENTORY_SET_MAX];
	size_t n;
};
void inventory_set_free(struct inventory_set *set);
/* What identifies a version: the hash of its files' names, lengths and bytes. */
void inventory_set_hash(const struct inventory_set *set, char ret_hex[65]);

/* What an import did. */
struct import_done {
	int changed;		/* 0: there is a version of these files already */
	int64_t version;
	char sha256_hex[65];
	struct inventory *inv;	/* that version, counted; the caller's */
};

/* Who broke a commitment: a dataset, found by outcome and subject_id. */
#define BREACH_DATASET "commitments_breach"

/*
 * Reads the inventory's tables from src, a directory or a workbook (flow/inventory_source.h),
 * builds and validates, and, if no version has these files, writes the next one: a draft, until
 * it is published (versions.h).  Where the
 * directory has commitments_breach.csv, that is read, checked and written with them, as the
 * dataset BREACH_DATASET; if nothing else differs, there is no new version.  All or nothing.
 * FAULT_IMPORT_REFUSED with the report filled.
 */
int inventory_import(struct app *app, const struct actor *actor, const char *src,
    struct import_done *ret_done, struct inventory_report *report, struct fault *f);

/* The files of a stored version.  FAULT_INVENTORY_VERSION if there is none. */
int inventory_stored_files(struct store_reader *reader, int64_t version,
    struct inventory_set **ret_set, struct fault *f);
/* The version itself, not kept in memory for others; counted. */
int inventory_stored(struct store_reader *reader, int64_t version, struct inventory **ret_inv,
    struct fault *f);
/* The number of the version with this hash, the newest number there is; 0 for none. */
int inventory_stored_find(struct store_reader *reader, const char *sha256_hex, int64_t *ret_same,
    int64_t *ret_newest, struct fault *f);

/*
 * Puts in force what is to be in force now, if another version is; for instance_open, and then
 * every second: a version may have been published by another process, and days begin.
 */
int inventory_follow(struct app *app, struct store_reader *reader, struct fault *f);

/*
 * Checks everything that an import checks, without an instance: *ret_inv is what it would
 * become.  today: a day, for numbers of people.  FAULT_IMPORT_REFUSED with the report filled;
 * that also says what was read, in either case.
 */
int inventory_lint(const char *path, int64_t today, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f);

/*
 * Reads every <table>.csv in src that a data service of the inventory in force names, seals
 * its rows and indexes them blindly.  A table whose bytes and services did not change is left
 * alone.  All tables are read and checked before the first is written.
 */
struct datasets_done { size_t changed, unchanged; int64_t rows; };
int dataset_import(struct app *app, const struct actor *actor, const char *src,
    struct datasets_done *ret_done, struct inventory_report *report, struct fault *f);

#endif
