/*
 * align_svc.h - 三统一 as work: lists handed in, rounds, differences and what is decided of them.
 *
 * Everything belongs to the city, `home`; a county is one of its divisions.  What people write is in
 * the bodies of the records.  docs/decisions/0013-three-alignments.md.
 */
#ifndef SVC_ALIGN_ALIGN_SVC_H
#define SVC_ALIGN_ALIGN_SVC_H

#include "align/align.h"
#include "align/figures.h"
#include "align/state.h"
#include "svc/act.h"

#define ALIGN_KEY_LEN 16
#define ALIGN_LIST_MAX (32u << 20)	/* bytes of a file that is handed in, and of a list as it is kept */
#define ALIGN_FILE_MAX 120		/* of a file's name, with its NUL */
#define ALIGN_BULK_MAX 500		/* differences decided by one request */
#define ALIGN_LISTS_MAX 200		/* shown of one county */
#define ALIGN_ROUNDS_MAX 200
#define ALIGN_EVENTS_MAX 500		/* shown of one difference */

/* The city whose alignment an actor works on: the own one, or the one above the own county. */
void align_home(const struct inventory *inv, const struct actor *actor, char ret_home[7]);

/* A county within the actor's reach; FAULT_NOT_FOUND, FAULT_DIVISION_UNKNOWN, FAULT_ALIGN_NOT_COUNTY. */
int align_county(const struct act *act, const struct inventory *inv, const char *code,
    const struct division **ret_county, struct fault *f);
/* The only county that the actor sees, or "" where it is all of them. */
void align_reach(const struct inventory *inv, const struct actor *actor, char ret_county[7]);
/* FAULT_ALIGN_CITY_ONLY unless the actor is of the city's own office. */
int align_city_only(const struct act *act, const char *home, struct fault *f);

/* Scope */

struct align_said { char county[7], agency[24], set_by[32]; enum align_runs runs; int64_t set_at; };
typedef int align_said_fn(const struct align_said *said, void *ctx, struct fault *f);
/* county: "" for all. */
int align_scopes(struct act *act, const char *home, const char *county, align_said_fn *each, void *ctx,
    struct fault *f);
/* Says who runs a department, or (unsaid) nothing any more; an open round looks again.  FAULT_ALIGN_NO_AGENCY. */
int align_scope_set(struct act *act, const char *county, const char *agency, enum align_runs runs,
    int unsaid, struct fault *f);

/* Lists */

struct align_kept {
	char county[7], sha256_hex[65], by[32];
	int64_t number, rows, at;
	uint8_t record[RECORD_ID_LEN];
};
typedef int align_kept_fn(const struct align_kept *kept, void *ctx, struct fault *f);
/* Those of a county, newest first, limit at most. */
int align_lists(struct act *act, const char *home, const char *county, int limit, align_kept_fn *each,
    void *ctx, struct fault *f);
/* One of them, 0 for the latest; FAULT_ALIGN_NO_LIST, FAULT_NOT_FOUND. */
int align_list_load(struct act *act, const char *home, const char *county, int64_t number,
    struct align_kept *ret_kept, struct fault *f);
int align_list_content(struct act *act, const char *home, const char *county, int64_t number,
    struct buf *out, struct fault *f);

/* A list beside a version of the inventory. */
struct align_compared {
	char home[7], county[7];
	struct inventory *inv;
	const struct division *division;	/* of inv */
	struct align_list *list;
	int64_t number;			/* of the list */
	struct align_result *r;
	uint8_t (*key)[ALIGN_KEY_LEN];	/* of each difference */
	struct align_figures figures;	/* as found */
};
/* What is being said of a department, and not written yet. */
struct align_saying { const struct agency *agency; enum align_runs runs; int unsaid; };
/* list is taken over, inv counted; say may be NULL. */
int align_compare_list(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, struct align_list *list, int64_t number,
    const struct align_saying *say, struct align_compared **ret_compared, struct fault *f);
/* The same of a list that is kept. */
int align_compare_kept(struct act *act, const char *home, struct inventory *inv,
    const struct division *county, int64_t number, const struct align_saying *say,
    struct align_compared **ret_compared, struct fault *f);
void align_compared_free(struct align_compared *c);

/* Departments presumed to be the city's: [["330700-BB", 4], ...].  NULL without memory. */
json_t *align_presumed(const struct align_result *r);
/* Figures as they are kept: JSON, the caller frees; presumed is borrowed, NULL for none.  NULL without memory. */
char *align_figures_text(const struct align_figures *figures, json_t *presumed);
/* ret_presumed may be NULL; never gives NULL. */
int align_figures_read(const char *text, struct align_figures *ret_figures, json_t **ret_presumed,
    struct fault *f);

struct align_round {
	int64_t number, version, touched, inventory, closes;
	int open, named;
	uint8_t opened[RECORD_ID_LEN];
	int64_t opened_at, closed_at, changed_at;	/* closed_at: 0 while it is open */
	char opened_by[32], closed_by[32], changed_by[32];
};

/* What a round says of the differences of a county. */
struct align_known_one { uint8_t key[ALIGN_KEY_LEN]; int64_t version; enum align_state state; int gone; };
struct align_known {
	int64_t turn;			/* of the county, when the rest was read */
	struct align_round round;	/* number 0: there is none */
	int64_t list;			/* of the county, in view; 0 where it takes no part yet */
	struct align_known_one *one;	/* by key */
	size_t n;
};
/* The open round, where the county takes part in it or may; else the last closed one that it took part in. */
int align_known_load(struct act *act, const char *home, const char *county, struct align_known *ret_known,
    struct fault *f);
int align_known_of(struct act *act, const char *home, const char *county, const struct align_round *round,
    struct align_known *ret_known, struct fault *f);
void align_known_free(struct align_known *k);
const struct align_known_one *align_known_find(const struct align_known *k, const uint8_t *key);

/* What the last closed round decided and a list does not keep. */
enum align_why { ALIGN_WHY_NEW, ALIGN_WHY_ADOPTED, ALIGN_WHY_OPEN, ALIGN_WHY_PROPOSED, ALIGN_WHY_KEPT,
	ALIGN_WHYS };
struct align_drift { int64_t round, n[ALIGN_WHYS]; };
const char *align_why_name(enum align_why why);		/* "new", "adopted", ... */
enum align_why align_why_of(const struct align_known *k, const uint8_t *key);
struct align_drift align_drift_of(const struct align_compared *c, const struct align_known *k);

struct align_merged { int64_t round, fresh, gone, back, same; };

struct align_handed {
	int changed;
	struct align_kept kept;
	char file[ALIGN_FILE_MAX];
	struct align_compared *compared;
	struct align_known known;	/* before */
	int in_round, has_drift;
	struct align_merged merged;
	struct align_drift drift;
};
/*
 * A list as it comes in.  FAULT_IMPORT_REFUSED with the report filled; FAULT_ALIGN_TANGLED.
 * The caller frees what it was given, in both cases.
 */
int align_hand_in(struct act *act, const char *county, const char *file, const void *data, size_t len,
    struct align_handed *ret_handed, struct inventory_report *report, struct fault *f);
void align_handed_free(struct align_handed *h);

/* Rounds */

typedef int align_round_fn(const struct align_round *round, void *ctx, struct fault *f);
int align_rounds(struct act *act, const char *home, int limit, align_round_fn *each, void *ctx,
    struct fault *f);
/* By number; 0 for the open one, else the latest.  FAULT_NOT_FOUND. */
int align_round_load(struct act *act, const char *home, int64_t number, struct align_round *ret_round,
    struct fault *f);

/* What is asked of a new round; county NULL-terminated, NULL for all that have a list. */
struct align_opening { const char *title; int64_t closes; const char *const *county; };
int align_round_open(struct act *act, const struct align_opening *opening, struct fault *f);
int align_round_close(struct act *act, const char *home, const struct align_round *round, int force,
    struct fault *f);
int align_round_reopen(struct act *act, const char *home, const struct align_round *round,
    const char *reason, int64_t closes, struct fault *f);

struct align_round_list { char county[7]; int64_t first_list, list; const char *first_figures, *figures; };
typedef int align_round_list_fn(const struct align_round_list *l, void *ctx, struct fault *f);
int align_round_lists(struct act *act, const char *home, int64_t round, const char *county,
    align_round_list_fn *each, void *ctx, struct fault *f);

/* Differences */

struct align_diff {
	int64_t round;
	uint8_t key[ALIGN_KEY_LEN];
	int64_t version, certainty, list, gone;		/* gone: 0 while the list in view has it */
	char county[7], agency[24], matter[32], item[32];	/* "" where there is none */
	enum align_kind kind;
	enum align_state state;
	uint8_t decided[RECORD_ID_LEN];
	int64_t decided_at, until_day, changed_at;	/* 0: none */
	char decided_by[32], assignee[32], changed_by[32];
	const char *found;	/* JSON; valid in the callback */
};
typedef int align_diff_fn(const struct align_diff *d, void *ctx, struct fault *f);
/* By key; FAULT_NOT_FOUND where it is beyond the actor's reach too. */
int align_diff_load(struct act *act, const char *home, int64_t round, const char *key,
    align_diff_fn *each, void *ctx, struct fault *f);
/* A page; every text is "" where it does not matter. */
struct align_wanted {
	const char *county, *agency, *kind, *state, *assignee, *text;
	const char *after[4];		/* county, agency, matter, item */
	uint8_t after_key[ALIGN_KEY_LEN];
	size_t after_key_len;		/* 0 for the first page */
	int limit;
};
int align_diffs(struct act *act, const char *home, int64_t round, const struct align_wanted *w,
    align_diff_fn *each, void *ctx, struct fault *f);

struct align_decision { enum align_state state; const char *reason, *basis; };	/* texts may be NULL */
/* FAULT_FIELD_MISSING, FAULT_ALIGN_BASIS where it says too little. */
int align_decision_check(const struct align_decision *how, struct fault *f);
int align_decide(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const struct align_decision *how, struct fault *f);
int align_undo(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, struct fault *f);
/* user NULL: nobody has it. */
int align_assign(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const char *user, int64_t until, struct fault *f);
int align_comment(struct act *act, const char *home, const struct align_round *round,
    const struct align_diff *d, const char *text, struct fault *f);

/* One decision for many: each an operation of its own, after one that says what is asked. */
struct align_bulk_one { uint8_t key[ALIGN_KEY_LEN], record[RECORD_ID_LEN]; int64_t version; char county[7], item[32]; };
struct align_bulk {
	enum align_kind kind;
	const char *county, *agency;	/* "" for all */
	struct align_decision how;
	int limit;
	size_t n;
	int chosen;		/* what is to be decided; stays so when others are quicker */
	int said;		/* the operation that says what is asked is done */
	uint8_t record[RECORD_ID_LEN];	/* its record */
	struct align_bulk_one one[ALIGN_BULK_MAX];
};
/* Chooses, the first time, and adds operations for those that are still open. */
int align_bulk(struct act *act, const char *home, const struct align_round *round, struct align_bulk *b,
    struct fault *f);
/* How many of them this request has decided, and how many of the kind are open still. */
int align_bulk_done(struct act *act, const char *home, const struct align_round *round,
    const struct align_bulk *b, int64_t *ret_decided, int64_t *ret_left, struct fault *f);

struct align_event { uint8_t record[RECORD_ID_LEN]; int64_t at; const char *event; };
typedef int align_event_fn(const struct align_event *e, void *ctx, struct fault *f);
/* key NULL: those of the round itself. */
int align_events(struct act *act, const char *home, int64_t round, const uint8_t *key,
    align_event_fn *each, void *ctx, struct fault *f);

/* Counts: how many of a county are of a kind, in a state, with these methods (METHOD_N: none). */
struct align_count { char county[7]; enum align_kind kind; enum align_state state; int gone; enum method item, row; int64_t n; };
typedef int align_count_fn(const struct align_count *c, void *ctx, struct fault *f);
int align_counts(struct act *act, const char *home, int64_t round, const char *county,
    align_count_fn *each, void *ctx, struct fault *f);
/* Puts a count into figures: what was kept, and, with adopted, what was adopted as if it were done. */
void align_figures_count(struct align_figures *figures, const struct align_count *c, int adopted);

/* Measures */

struct align_measure {
	uint8_t id[RECORD_ID_LEN];
	char county[7];
	int64_t at, round, inventory, list;	/* round: 0 for none */
	const char *cause, *figures, *drift;	/* JSON; drift NULL for none; valid in the callback */
};
typedef int align_measure_fn(const struct align_measure *m, void *ctx, struct fault *f);
/* Newest first, before an id (NULL: from the newest); county "" for all. */
int align_measures(struct act *act, const char *home, const char *county, const uint8_t *before,
    int limit, align_measure_fn *each, void *ctx, struct fault *f);
int align_drift_read(const char *text, struct align_drift *ret_drift, struct fault *f);

/*
 * Measures the latest lists against the inventory that has come into force, once for all processes.
 * For whoever follows what is in force; nothing is done where that was done.
 */
int align_follow(struct app *app, struct store_reader *reader, struct fault *f);

#endif
