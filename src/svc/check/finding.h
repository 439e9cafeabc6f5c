/*
 * finding.h - one check of a store and what it finds; for src/svc/check only.
 */
#ifndef SVC_CHECK_FINDING_H
#define SVC_CHECK_FINDING_H

#include "crypto/hash.h"
#include "svc/app.h"
#include "svc/check/check.h"

enum finding {
#define FINDING(sym, code, zh, en) FOUND_##sym,
#include "svc/check/findings.def"
#undef FINDING
#define CHECK(sym, code, table, nkeys, keys, condition, zh, en) FOUND_##sym,
#include "store/checks.def"
#undef CHECK
	NFINDINGS
};

#define FINDINGS_MAX 100	/* listed; more are only counted */
#define FINDING_KEY_MAX 200

struct check {
	struct app *app;
	struct store_reader *reader;
	enum lang lang;
	progress_fn *say;
	void *ctx;
	json_t *errors, *logs;
	int64_t found, leaves, records;
};

/* Notes that n things of this kind are wrong in the table; key names the one that is listed. */
void check_found(struct check *c, enum finding what, const char *table, const char *key, int64_t n);

/* 0, or -1 when it is to stop. */
int check_say(struct check *c, const struct progress *p, struct fault *f);

/* The first n columns of a row as people write them: "330703-01a20604-..." and "a/17". */
void check_key(const struct store_row *row, int n, char ret_key[FINDING_KEY_MAX]);

/*
 * Tiles and checkpoint of one log: begin, each leaf as it must be, then the end.  log stays the
 * caller's.  -1 only when the store cannot be read.
 */
struct tile_check;
int check_tiles_begin(struct check *c, const char *log, struct tile_check **ret, struct fault *f);
int check_tiles_leaf(struct tile_check *t, struct sha256 leaf, struct fault *f);
int check_tiles_end(struct tile_check *t, const char *origin, struct fault *f);
void check_tiles_free(struct tile_check *t);

/* The parts; -1 only when the store cannot be read. */
int check_logs(struct check *c, struct fault *f);
int check_references(struct check *c, struct fault *f);
int check_inventory(struct check *c, struct fault *f);
int check_values(struct check *c, struct fault *f);

#endif
