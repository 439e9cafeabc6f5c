/*
 * inventory_sheet.h - the files of an inventory as tables of checked cells.
 *
 * Which files and columns there are, what a cell may hold, what is unique and what refers
 * to what is one table (inventory_columns.c).  A sheet that could not be read to its end
 * is broken: what refers to it is then not checked, so that one slip is one error.
 */
#ifndef FLOW_INVENTORY_SHEET_H
#define FLOW_INVENTORY_SHEET_H

#include "flow/inventory.h"
#include "flow/inventory_arena.h"
#include "flow/inventory_report.h"
#include "flow/inventory_source.h"

/* In the order of inventory_files. */
enum sheet_id {
	SHEET_DIVISIONS, SHEET_AGENCIES, SHEET_DESKS, SHEET_PROOFS, SHEET_FIELDS,
	SHEET_SERVICES, SHEET_ASSERTIONS, SHEET_BINDINGS, SHEET_ITEM_BINDINGS, SHEET_MATTERS,
	SHEET_PARTIES, SHEET_ITEMS, SHEET_GRANTS, SHEET_WORKDAYS, SHEET_N
};

enum { DIVISION_CODE, DIVISION_NAME, DIVISION_LEVEL, DIVISION_PARENT, DIVISION_COLUMNS };
enum { AGENCY_CODE, AGENCY_NAME, AGENCY_KIND, AGENCY_DIVISION, AGENCY_PARENT, AGENCY_SHORT,
	AGENCY_COLUMNS };
enum { DESK_CODE, DESK_AGENCY, DESK_NAME, DESK_HOURS, DESK_DEPUTY, DESK_COLUMNS };
enum { PROOF_CODE, PROOF_NAME, PROOF_ISSUER, PROOF_SUBJECT, PROOF_DIGITISED, PROOF_SHARING,
	PROOF_BASIS, PROOF_SOURCE, PROOF_DESCRIPTION, PROOF_ALIASES, PROOF_COLUMNS };
enum { FIELD_NAME, FIELD_LABEL, FIELD_TYPE, FIELD_VALUES, FIELD_COLUMNS };
enum { SERVICE_CODE, SERVICE_PROOF, SERVICE_PROVIDER, SERVICE_SCOPE, SERVICE_KIND,
	SERVICE_INPUTS, SERVICE_OUTPUTS, SERVICE_CONTACT, SERVICE_DATASET, SERVICE_COLUMNS };
enum { ASSERTION_PROOF, ASSERTION_FILTER, ASSERTION_WHEN, ASSERTION_SAYS, ASSERTION_COLUMNS };
enum { BINDING_OF, BINDING_INPUT, BINDING_SOURCE, BINDING_COLUMNS };	/* both files of bindings */
enum { MATTER_CODE, MATTER_NAME, MATTER_AGENCY, MATTER_SUBJECT, MATTER_STATUTORY,
	MATTER_PROMISED, MATTER_CHANNEL, MATTER_VOLUME, MATTER_LIFE_EVENT, MATTER_EXCLUDED,
	MATTER_LEVEL, MATTER_RANK, MATTER_COLUMNS };
enum { PARTY_MATTER, PARTY_ROLE, PARTY_KIND, PARTY_REQUIRED, PARTY_LABEL, PARTY_COLUMNS };
enum { ITEM_CODE, ITEM_MATTER, ITEM_PROOF, ITEM_METHOD, ITEM_BASIS, ITEM_WHEN, ITEM_FIELDS,
	ITEM_HOURS, ITEM_REMARK, ITEM_MATTER_NAME, ITEM_PROOF_NAME, ITEM_COLUMNS };
enum { GRANT_CODE, GRANT_AGENCY, GRANT_MATTER, GRANT_ITEM, GRANT_SERVICE, GRANT_FIELDS,
	GRANT_PURPOSE, GRANT_FROM, GRANT_UNTIL, GRANT_STATE, GRANT_COLUMNS };
enum { WORKDAY_DATE, WORKDAY_KIND, WORKDAY_COLUMNS };

#define SHEET_COLUMNS_MAX 12
#define SHEET_ROWS_MAX 200000
#define SHEET_BYTES_MAX ((size_t)32 << 20)
#define SHEET_NONE (-1)

enum cell_type {
	CELL_TEXT,
	CELL_CODE,	/* inventory_is_code */
	CELL_DIVISION,	/* six digits: GB/T 2260 */
	CELL_NAME,	/* lower case, digits, underscores */
	CELL_REF,	/* a code of another sheet */
	CELL_ENUM,
	CELL_INT,
	CELL_DATE,
	CELL_HOURS,
	CELL_LIST,	/* divided by sep */
	CELL_LOGIC,
	CELL_DATASET,
};

enum presence { REQUIRED, OPTIONAL };

struct column {
	const char *name, *zh;		/* a header may say either */
	enum cell_type type;
	enum presence presence;
	enum sheet_id to;		/* CELL_REF */
	const char *const *values;	/* CELL_ENUM: NULL-terminated */
	int64_t min, max;		/* CELL_INT: the range; otherwise max bytes, 0 for the usual */
	char sep;			/* CELL_LIST */
};

/* Up to two columns that no two rows share; col[1] is SHEET_NONE where one does. */
struct unique { int col[2]; };

struct sheet_spec {
	const char *zh, *also;		/* names of a sheet of a workbook, besides the file's */
	const struct column *column;
	size_t ncolumns;
	struct unique key;		/* rows are ranked by these */
	struct unique other[3];		/* col[0] SHEET_NONE ends the list */
};

extern const struct sheet_spec sheet_specs[SHEET_N];

/* A cell: its text, and what it means where it is right. */
struct cell {
	const char *text;
	int64_t num;		/* rank of what a ref names, index of a word or rule, integer, day; -1: none */
	union {
		const char *const *list;	/* CELL_LIST: NULL-terminated, never NULL */
		const struct jsonlogic *rule;	/* CELL_LOGIC: NULL if blank or wrong */
	};
};

struct row {
	size_t line;
	size_t rank;		/* its place when sorted by key */
	struct cell *cell;
};

struct sheet {
	enum sheet_id id;
	const struct sheet_spec *spec;
	struct row *row;	/* in the order of the file */
	size_t n;
	struct row **by_rank;
	size_t nread;		/* rows below the header, wrong ones too */
	const struct inventory_origin *origin;	/* NULL: it is what it is */
	size_t slip;		/* of origin: the first that may be of the next row */
	int broken;
};

/* What everything below writes to. */
struct sheets {
	struct sheet sheet[SHEET_N];
	struct arena *keep;		/* texts and lists: they live with the snapshot */
	struct arena scratch;		/* rows and cells */
	struct reporting reporting;
	const struct inventory_source *source;	/* NULL: the files are what they are */
	const struct inventory_file *events;	/* life_events.json; NULL: there is none, or it could not be read */
	const struct inventory_origin *events_origin;
	size_t nevents;			/* that it holds, wrong ones too */
};

/* The column of that name, in either language, or -1: letters of either case and width. */
int sheet_column(const struct sheet_spec *spec, const char *name);

/* The table of that name ("items", "items.csv", "证明事项"), or -1. */
int sheet_of_name(const char *name);

/* Text with full-width letters, digits and signs made narrow. */
void sheet_narrow(char *text);

/* Checks a cell whose text is set and fills in what it means. */
int sheet_check_cell(struct sheets *s, enum sheet_id id, struct row *row, int column);

/* What a cell without a value means: nothing.  That it has none was reported. */
void sheet_void_cell(const struct column *c, struct cell *cell);

/* All return -1 for lack of memory only; what is wrong with a file goes to the report. */
int sheets_read(struct sheets *s, const struct inventory_file *files, size_t n);

/* Ranks the rows, checks what is unique, resolves refs. */
int sheets_link(struct sheets *s);

/* The rank of the row with that key (its first key column), or -1. */
int64_t sheet_find(const struct sheet *sheet, const char *key);

/* An error of one cell; value is the cell's text, or a part of it. */
void sheet_complain(struct sheets *s, enum sheet_id id, const struct row *row, int column,
    enum problem problem, struct says says);
void sheet_complain_of(struct sheets *s, enum sheet_id id, const struct row *row, int column,
    const char *value, enum problem problem, struct says says);

/* The words of a NULL-terminated list with commas between, as much as fits in text. */
const char *sheet_words(const char *const *words, char *text, size_t size);

/* Splits text at sep into a NULL-terminated list in the arena; NULL for lack of memory. */
const char *const *sheet_split(struct arena *a, const char *text, char sep);

/* Whether text is a name of a field: a lower-case letter, then such, digits and underscores. */
int sheet_is_name(const char *text);

/* Whether a text, not empty, begins or ends with a space, of either width; whether it has a control character. */
int sheet_has_outer_space(const char *text, size_t len);
int sheet_has_control(const char *text, size_t len);

/* Whether a list has a word. */
int sheet_has(const char *const *words, const char *word);

#endif
