/*
 * serve.h - what the command line runs of the server: serving, and importing without it.
 */
#ifndef API_SERVE_H
#define API_SERVE_H

#include <jansson.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "svc/inventory/export.h"

enum import_kind { IMPORT_INVENTORY, IMPORT_DATASET };

/*
 * Opens the instance and serves it until SIGTERM or SIGINT, then stops in order.  Logs
 * event=listening with the port once requests are answered.
 */
int serve_run(const char *dir, struct conf *conf, struct fault *f);

/*
 * Imports the directory src while no server runs, under the instance's lock.  *ret_result is
 * what the server would answer: the result, or on failure the problem details with every
 * error, if there are such (else it stays NULL and f says why).
 */
int import_offline(const char *dir, const char *src, enum import_kind kind,
    enum lang lang, json_t **ret_result, struct fault *f);

/*
 * Publishes a version (0: the newest, which *version then names) from a day on (0: today) while
 * no server runs, under the instance's lock.
 */
int publish_offline(const char *dir, int64_t *version, int64_t day, const char *decision,
    struct fault *f);

/*
 * Checks the inventory at path as an import would, without an instance.  *ret_result as above;
 * of an inventory that is right, what it holds.
 */
int lint_offline(const char *path, const struct clock *clock, enum lang lang,
    json_t **ret_result, struct fault *f);

#define VERSION_IN_FORCE ((int64_t)-1)

/*
 * Reads a version of the inventory (0: the newest, VERSION_IN_FORCE: the one that is in force now) from
 * the store of an instance, whether a server runs or not.  apart: as the files that are kept; else packed, in
 * content[0].
 */
int export_offline(const char *dir, int64_t version, enum inventory_format format, int apart,
    struct export_files *ret_files, struct fault *f);

/*
 * What differs between the life events of a version and those of a file that is none yet, as the server says it of
 * two versions; "from" is the version.
 */
int event_differences(const struct export_files *version, const struct buf *events, json_t **ret_json,
    struct fault *f);

struct inventory;

/* The version that is in force, read from the store of an instance, whether a server runs or not. */
int inventory_in_force(const char *dir, struct inventory **ret_inv, struct fault *f);

/* What is compared without a server, and how. */
struct comparing {
	const char *src;		/* lists: svc/align/gather.h */
	const char *inventory;		/* a directory or workbook; NULL: the version in force of the instance */
	const char *dir;		/* the instance */
	const char *division;		/* only this one; NULL: all */
	enum lang lang;
	const struct clock *clock;
	void (*progress)(void *ctx, const char *shown, size_t i, size_t n);
	void *ctx;
};

/*
 * Compares lists of counties with an inventory, and keeps nothing.  *ret_result is the document of
 * svc/align/compare.h, or on failure the problem details with every error of the lists or the inventory, if there
 * are such (else it stays NULL and f says why).
 */
int compare_offline(const struct comparing *what, json_t **ret_result, struct fault *f);

#endif
