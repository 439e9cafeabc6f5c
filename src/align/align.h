/*
 * align.h - a county's list beside the city's (三统一): which row is which item, and what differs.
 *
 * Pure computation but for memory.  Codes of the list are kept for people and never compared: a
 * county numbers its own.  The same inventory and the same rows, in whatever order, give the same
 * pairs and differences.  How it matches, and how well: docs/alignment.md.
 */
#ifndef ALIGN_ALIGN_H
#define ALIGN_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "flow/inventory.h"

#define ALIGN_ROWS_MAX 500000		/* of a list */
#define ALIGN_NAME_MAX 300		/* bytes of a name of a list */
#define ALIGN_BASIS_MAX 2000		/* bytes of a legal basis */
#define ALIGN_CANDIDATES_MAX 3
#define ALIGN_EVIDENCE_MAX 8
#define ALIGN_CERTAIN 1000
#define ALIGN_DIFFERENCES_MAX 5000	/* of a list, besides as many as the inventory has items */
#define ALIGN_NO_ROW SIZE_MAX

/* One row of a list.  Texts are never NULL, and belong to the list. */
struct align_row {
	const char *code;		/* the county's own; "" if it has none */
	const char *matter, *proof;	/* names, never blank */
	const char *legal_basis;
	enum method method;
	size_t line;			/* in the file that was handed in, from 1 */
};

struct align_list;

/*
 * Reads a list: CSV in whatever encoding, or a workbook with one sheet that looks like one.  Wanted
 * are the columns matter_name, proof_name and method (事项名称, 证明名称, 办理方式; the methods by either
 * name); code and legal_basis are read where they are, other columns are left.  All or nothing:
 * FAULT_IMPORT_REFUSED with the report filled (blank or too long names, unknown methods,
 * more than ALIGN_ROWS_MAX rows), FAULT_MEMORY.  name and bytes are borrowed for the call only.
 */
int align_list_read(const char *name, const void *data, size_t len, struct align_list **ret_list,
    struct inventory_report *report, struct fault *f);
/* From rows; names are copied.  For tests and benches; any bytes may come.  FAULT_MEMORY. */
int align_list_of(const struct align_row *row, size_t n, struct align_list **ret_list, struct fault *f);
void align_list_free(struct align_list *list);
size_t align_list_rows(const struct align_list *list);
const struct align_row *align_list_row(const struct align_list *list, size_t i);
/* The rows as CSV in UTF-8, as they are kept: what align_list_read reads back as the same. */
int align_list_csv(const struct align_list *list, struct buf *out);

/* Who runs a department's matters in a division. */
enum align_runs { ALIGN_RUN_BY_COUNTY, ALIGN_RUN_BY_CITY };
/* agency: the city's.  Where nothing is said of an agency, docs/decisions/0013 says what is presumed. */
struct align_scope { const struct agency *agency; enum align_runs runs; };

enum align_kind { ALIGN_MISSING, ALIGN_EXTRA, ALIGN_MATTER_NAME, ALIGN_PROOF_NAME, ALIGN_METHOD,
	ALIGN_KINDS };
const char *align_kind_name(enum align_kind kind);		/* "missing", ..., "matter_name" */
int align_kind_parse(const char *name, enum align_kind *ret_kind);
const char *align_kind_word(enum align_kind kind, enum lang lang);	/* "缺少", "missing" */

/* Why a pair is one, or why there is none.  a and b are what the sentence speaks of. */
struct align_evidence { int why; const char *a, *b; size_t n, of; };

struct align_candidate {
	const struct item *item;	/* of a row: items that come near; NULL for a missing item */
	size_t row;			/* of a missing item: rows that come near; else ALIGN_NO_ROW */
	unsigned likeness;		/* of both names, 0 to 1000 */
};

struct align_difference {
	enum align_kind kind;
	const struct item *item;	/* NULL for extra */
	size_t row;			/* ALIGN_NO_ROW for missing */
	const struct matter *matter;	/* of the item; of an extra row the matter it belongs to, NULL if none is known */
	unsigned certainty;		/* 0 to ALIGN_CERTAIN */
	struct align_evidence evidence[ALIGN_EVIDENCE_MAX];
	size_t nevidence;
	struct align_candidate candidate[ALIGN_CANDIDATES_MAX];	/* best first */
	size_t ncandidates;
};

/* A department of which the list has no row, and of which nothing is said: taken as run by the city. */
struct align_presumed { const struct agency *agency; size_t items; };

struct align_result {
	/* By matter's code, then item's or row's names; the row's own differences stand together. */
	struct align_difference *difference;
	size_t ndifferences;
	size_t kind[ALIGN_KINDS];
	struct align_presumed *presumed;
	size_t npresumed;
	/* Items in scope, in the order of the inventory, and the row that each is, or ALIGN_NO_ROW. */
	const struct item **item;
	size_t *row;
	size_t nitems, paired, same_method;
	size_t city[METHOD_N], county[METHOD_N];	/* items in scope; rows in scope, extra ones too */
	size_t outside;		/* rows of matters that are out of scope */
};

/*
 * Compares.  division is the county's.  The result speaks of the inventory and the list, which must
 * outlive it.  FAULT_MEMORY; FAULT_ALIGN_STRANGE (name, max: too many names fit nothing: it is a list of
 * something else), FAULT_ALIGN_DIFFERENT (max: more differences than that), FAULT_ALIGN_TANGLED (matter, n: more different proofs under one name than any
 * matter could have).
 */
int align_compare(const struct inventory *inv, const struct division *division,
    const struct align_scope *scope, size_t nscope, const struct align_list *list,
    struct align_result **ret_result, struct fault *f);
void align_result_free(struct align_result *r);

/* Adds one sentence of the evidence, or all of them as one explanation that can stand in a file. */
int align_evidence_text(const struct align_evidence *e, enum lang lang, struct buf *out);
int align_explain(const struct align_list *list, const struct align_difference *d, enum lang lang,
    struct buf *out);

#endif
