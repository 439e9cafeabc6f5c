/*
 * inventory.h - one version of the inventory in memory: immutable, shared, swapped whole.
 *
 * Built from the files of examples/jinhua (see its README.md), validated as a whole:
 * either everything is right or nothing is kept and every error is listed.  Pure: files
 * come as bytes.  All pointers in a snapshot live as long as it; rows are sorted by code
 * (form fields by name).  A text that the file leaves blank is "" where nothing else is said.
 */
#ifndef FLOW_INVENTORY_H
#define FLOW_INVENTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "rules/calendar.h"
#include "rules/jsonlogic.h"

enum method { METHOD_DIRECT_CANCEL, METHOD_COMMITMENT, METHOD_DATA_QUERY,
	METHOD_DEPARTMENT_VERIFY, METHOD_N };
enum subject { SUBJECT_PERSON = 1, SUBJECT_ENTERPRISE = 2, SUBJECT_BOTH = 3 };
enum sharing { SHARING_UNCONDITIONAL, SHARING_CONDITIONAL, SHARING_NONE };
enum service_kind { SERVICE_QUERY, SERVICE_VERIFY_MATCH };
enum source_kind { INPUT_PARTY_NUMBER, INPUT_PARTY_NAME, INPUT_FORM, INPUT_CONST, INPUT_ASK };
enum value_type { VALUE_STRING, VALUE_INTEGER, VALUE_NUMBER, VALUE_DATE, VALUE_MONTH,
	VALUE_DATETIME, VALUE_ID18, VALUE_USCC18, VALUE_ENUM, VALUE_ENUM_LIST, VALUE_BOOLEAN };

struct division { const char *code, *name, *level; const struct division *parent; };

struct agency {
	const char *code, *name, *kind, *short_name;
	const struct division *division;
	const struct agency *parent;	/* the vertical line; NULL at the top */
};

struct desk {
	const char *code, *name;
	const struct agency *agency;
	struct office_hours hours;
	const struct desk *deputy;	/* NULL for a city desk, and for one that was made */
};

/* A named, typed field: of a service's input or output, or of the form. */
struct field {
	const char *name, *label;	/* label is NULL for service fields */
	enum value_type type;
	const char *const *values;	/* of an enum, NULL-terminated */
};

struct service;

struct proof {
	const char *code, *name, *sharing_basis, *description, *aliases;
	const struct agency *issuer;
	enum subject subject;
	int digitised;
	enum sharing sharing;
	const struct service *query;			/* NULL if there is none */
	const struct jsonlogic *row_filter;		/* NULL: every row counts */
	const struct jsonlogic *established_when;	/* NULL: at least one row */
	const char *says;				/* NULL: no rule of its own */
};

/* Where one input of a query comes from. */
struct binding {
	const struct field *input;
	enum source_kind kind;
	const char *what;	/* party role, form field or constant; NULL for ask */
};

struct service {
	const char *code, *division_scope, *owner_contact, *dataset;	/* dataset: "persons" */
	const struct proof *proof;
	const struct agency *provider;
	enum service_kind kind;
	const struct field *inputs, *outputs;
	size_t ninputs, noutputs;
	const struct binding *bindings;		/* ninputs of them, in the order of inputs */
};

struct grant {
	const char *code, *purpose;
	const struct agency *agency;
	const struct service *service;
	const struct item *item;
	const char *const *fields;		/* NULL-terminated */
	int64_t valid_from, valid_until;	/* days, both inclusive */
};

struct matter;

struct item {
	const char *code, *legal_basis, *remark;	/* remark: the ground of a direct_cancel */
	const struct matter *matter;
	const struct proof *proof;
	enum method method;
	const struct jsonlogic *required_when;		/* NULL: always */
	const char *const *condition_fields;		/* form fields that it reads, NULL-terminated */
	const char *const *fields;			/* outputs that come back, NULL-terminated */
	const struct binding *bindings;			/* data_query: as the service has inputs; else NULL */
	size_t nbindings;
	int verify_hours;				/* office hours; 8 where the file says none */
	const struct grant *grant;			/* NULL if the item has none */
};

struct party_rule {
	const char *role, *label;
	enum subject kind;
	int required;
};

struct matter {
	const char *code, *name, *channel, *level, *life_event;
	const struct agency *agency;
	enum subject subject;
	int statutory_days, promised_days, commitment_excluded;
	int64_t annual_volume;
	const struct item *const *items;	/* in the order of the file */
	size_t nitems;
	const struct party_rule *parties;
	size_t nparties;
	/* Form fields that conditions and inputs of its items read, in the order of form_fields.csv. */
	const struct field *const *fields;
	size_t nfields;
};

struct event;	/* flow/event_definition.h */
#define INVENTORY_STEP_MAX 32	/* bytes of the code of a step of one, NUL included */

struct inventory {
	const struct division *divisions;	size_t ndivisions;
	const struct agency *agencies;		size_t nagencies;
	const struct desk *desks;		size_t ndesks;
	/* Desks that the files lack: made, with default hours, for issuers that may be asked. */
	const struct desk *const *made_desks;	size_t nmade_desks;
	const struct field *fields;		size_t nfields;
	const struct proof *proofs;		size_t nproofs;
	const struct service *services;		size_t nservices;
	const struct matter *matters;		size_t nmatters;
	const struct item *items;		size_t nitems;
	const struct grant *grants;		size_t ngrants;
	const struct event *events;		size_t nevents;
	const struct calendar *calendar;
	size_t total[METHOD_N];			/* items per method */
	char sha256_hex[65];			/* "" here; svc fills in what identifies the files */
	int64_t version;			/* likewise */
};

/* The files an inventory is made of, in the order in which they are read. */
extern const char *const inventory_files[];	/* "divisions.csv", ...; NULL-terminated */

/* One more file, which may be missing: a city without it has no life events. */
#define INVENTORY_EVENTS "life_events.json"

struct inventory_file { const char *name; const char *text; size_t len; };

/*
 * One error: everything somebody needs to repair it.  Both languages.  File, sheet, line,
 * column and letter are those of the file that the office sees.
 */
struct inventory_error {
	char file[120];
	char sheet[128];	/* "" where the file is a text */
	size_t line;		/* from 1; 0 where the file as a whole is meant */
	char column[80];	/* as its header says; "" where the row as a whole is meant */
	char letter[4];		/* "D"; "" where it is not known */
	char value[120];
	char suggestion[120];	/* what may have been meant; "" where nothing is near */
	char reason[2][240];	/* [lang] */
	char next[2][240];
};

/* A table that was read. */
struct inventory_read {
	char file[120], sheet[128];
	char table[24];		/* "items" */
	const char *encoding;	/* "UTF-8", "GB 18030", "UTF-16", "XLSX" */
	size_t rows, refused;	/* rows below the header; of them those with an error */
};

/* What is no error, but somebody may want to know. */
struct inventory_note {
	char file[120], sheet[128];
	char text[2][240];
};

#define INVENTORY_ERRORS_MAX 200	/* kept; more are only counted */
#define INVENTORY_NOTES_MAX 100
#define INVENTORY_TABLES 14

/* Zeroed it is empty.  Owned; inventory_report_free. */
struct inventory_report {
	struct inventory_error *error;
	size_t n, total;
	struct inventory_read *read;	/* a table each, and life_events.json; or NULL */
	size_t nread;
	struct inventory_note *note;
	size_t nnotes;
};

/*
 * Builds and validates.  On success *ret_inv is the snapshot and the report is empty; on
 * errors FAULT_IMPORT_REFUSED (argument count) and the report lists them, in the order of
 * the files and lines.  FAULT_MEMORY otherwise.
 */
int inventory_build(const struct inventory_file *files, size_t n, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f);
void inventory_report_free(struct inventory_report *report);

/*
 * Whether text is a code: letters, digits, ideographs, and between them - _ . /.  Which
 * codes there are, and what they look like, is a city's own affair.
 */
int inventory_is_code(const char *text);

/* Snapshots are counted: build gives one reference. Safe from any thread. */
struct inventory *inventory_ref(const struct inventory *inv);
void inventory_unref(const struct inventory *inv);

/* Look-ups by code: NULL if there is none.  O(log n). */
const struct division *inventory_division(const struct inventory *inv, const char *code);
const struct agency *inventory_agency(const struct inventory *inv, const char *code);
const struct desk *inventory_desk(const struct inventory *inv, const char *code);
const struct proof *inventory_proof(const struct inventory *inv, const char *code);
const struct service *inventory_service(const struct inventory *inv, const char *code);
const struct matter *inventory_matter(const struct inventory *inv, const char *code);
const struct item *inventory_item(const struct inventory *inv, const char *code);
const struct field *inventory_field(const struct inventory *inv, const char *name);

/*
 * The agency that acts for a city agency in a division: the one with that parent in the
 * division, else the agency itself (docs/decisions.md 13).  Never NULL.
 */
const struct agency *inventory_acting(const struct inventory *inv, const struct agency *city,
    const struct division *division);

/* The desk that verifies proofs of a city agency for a division; NULL if there is none. */
const struct desk *inventory_acting_desk(const struct inventory *inv,
    const struct agency *city, const struct division *division);

/* The roles that rules know by name; a matter may have any other. */
#define INVENTORY_APPLICANT "applicant"
#define INVENTORY_LEGAL_REPRESENTATIVE "legal_representative"
#define INVENTORY_AGENT "agent"

/*
 * Whether an input of a proof's query takes persons only.  Bound to the applicant, it asks
 * about the legal representative when the applicant is an enterprise.
 */
int inventory_person_only(const struct proof *proof, const struct field *input);

/* Wording under which any paper could be demanded after all: the words of text, or NULL. */
const char *inventory_catch_all(const char *text);

const char *method_name(enum method m);		/* "direct_cancel" ... */
const char *method_zh(enum method m);		/* "直接取消" ... */
int method_parse(const char *name, enum method *ret_method);

#endif
