/*
 * inventory_svc.h - the inventory in the store: imported whole, kept byte for byte, in force.
 */
#ifndef SVC_INVENTORY_INVENTORY_SVC_H
#define SVC_INVENTORY_INVENTORY_SVC_H

#include "svc/access/access.h"
#include "svc/app.h"

/* What an import did. */
struct import_done {
	int changed;		/* 0: the files are those in force already */
	int64_t version;
	char sha256_hex[65];
};

/* Who broke a commitment: a dataset, found by outcome and subject_id. */
#define BREACH_DATASET "commitments_breach"

/*
 * Reads inventory_files[] from the directory src, builds and validates, and, if anything
 * differs from what is in force, writes the next version and puts it in force.  Where the
 * directory has commitments_breach.csv, that is read, checked and written with them, as the
 * dataset BREACH_DATASET; if nothing else differs, the version stays.  All or nothing.
 * FAULT_IMPORT_REFUSED with the report filled.
 */
int inventory_import(struct app *app, const struct actor *actor, const char *src,
    struct import_done *ret_done, struct inventory_report *report, struct fault *f);

/* Loads the newest version, if there is one; for instance_open. */
int inventory_load_in_force(struct app *app, struct fault *f);

/*
 * Reads every <table>.csv in src that a data service of the inventory in force names, seals
 * its rows and indexes them blindly.  A table whose bytes and services did not change is left
 * alone.  All tables are read and checked before the first is written.
 */
struct datasets_done { size_t changed, unchanged; int64_t rows; };
int dataset_import(struct app *app, const struct actor *actor, const char *src,
    struct datasets_done *ret_done, struct inventory_report *report, struct fault *f);

#endif
