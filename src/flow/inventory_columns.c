/* Every file and column of an inventory: README.md of the reference data in a table. */
#include "flow/inventory_sheet.h"

const char *const inventory_files[] = {
	[SHEET_DIVISIONS] = "divisions.csv",
	[SHEET_AGENCIES] = "agencies.csv",
	[SHEET_DESKS] = "agency_desks.csv",
	[SHEET_PROOFS] = "proofs.csv",
	[SHEET_FIELDS] = "form_fields.csv",
	[SHEET_SERVICES] = "data_services.csv",
	[SHEET_ASSERTIONS] = "assertions.csv",
	[SHEET_BINDINGS] = "bindings.csv",
	[SHEET_ITEM_BINDINGS] = "item_bindings.csv",
	[SHEET_MATTERS] = "matters.csv",
	[SHEET_PARTIES] = "parties.csv",
	[SHEET_ITEMS] = "items.csv",
	[SHEET_GRANTS] = "grants.csv",
	[SHEET_WORKDAYS] = "workdays.csv",
	[SHEET_N] = NULL,
};

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The order of the words is that of the enums in inventory.h. */
#define YES_NO WORDS("no", "yes")
#define SUBJECTS WORDS("person", "enterprise", "both")
#define LEVELS WORDS("province", "city", "county")

/* Cases keep these codes and roles in fields of these sizes (flow/evaluate.h). */
#define ITEM_CODE_MAX 15
#define ROLE_MAX 31
#define INPUT_MAX 47

/* The code of a desk that is made is that of its agency and three bytes more. */
#define AGENCY_CODE_MAX 28

static const struct column divisions[] = {
	[DIVISION_CODE] = { "code", CELL_CODE, .max = 6 },
	[DIVISION_NAME] = { "name", CELL_TEXT },
	[DIVISION_LEVEL] = { "level", CELL_ENUM, .values = LEVELS },
	[DIVISION_PARENT] = { "parent_code", CELL_REF, 1, SHEET_DIVISIONS },
};

static const struct column agencies[] = {
	[AGENCY_CODE] = { "code", CELL_CODE, .max = AGENCY_CODE_MAX },
	[AGENCY_NAME] = { "name", CELL_TEXT, .max = 200 },
	[AGENCY_KIND] = { "kind", CELL_ENUM,
	    .values = WORDS("government", "public_utility", "service_institution") },
	[AGENCY_DIVISION] = { "division_code", CELL_REF, 0, SHEET_DIVISIONS },
	[AGENCY_PARENT] = { "parent_agency_code", CELL_REF, 1, SHEET_AGENCIES },
	[AGENCY_SHORT] = { "short_name", CELL_TEXT, .max = 200 },
};

static const struct column desks[] = {
	[DESK_CODE] = { "code", CELL_CODE },
	[DESK_AGENCY] = { "agency_code", CELL_REF, 0, SHEET_AGENCIES },
	[DESK_NAME] = { "name", CELL_TEXT },
	[DESK_HOURS] = { "office_hours", CELL_HOURS },
	[DESK_DEPUTY] = { "deputy_desk_code", CELL_REF, 1, SHEET_DESKS },
};

static const struct column proofs[] = {
	[PROOF_CODE] = { "code", CELL_CODE },
	[PROOF_NAME] = { "name", CELL_TEXT },
	[PROOF_ISSUER] = { "issuer_agency_code", CELL_REF, 0, SHEET_AGENCIES },
	[PROOF_SUBJECT] = { "subject_kind", CELL_ENUM, .values = SUBJECTS },
	[PROOF_DIGITISED] = { "digitised", CELL_ENUM, .values = YES_NO },
	[PROOF_SHARING] = { "sharing_class", CELL_ENUM,
	    .values = WORDS("unconditional", "conditional", "none") },
	[PROOF_BASIS] = { "sharing_basis", CELL_TEXT },
	[PROOF_SOURCE] = { "data_source", CELL_ENUM,
	    .values = WORDS("none", "provincial", "city", "county") },
	[PROOF_DESCRIPTION] = { "description", CELL_TEXT },
	[PROOF_ALIASES] = { "aliases", CELL_LIST, 1, .sep = ';' },
};

static const struct column fields[] = {
	[FIELD_NAME] = { "name", CELL_NAME },
	[FIELD_LABEL] = { "label", CELL_TEXT },
	[FIELD_TYPE] = { "type", CELL_ENUM,
	    .values = WORDS("string", "integer", "number", "date", "enum", "enum_list", "boolean") },
	[FIELD_VALUES] = { "values", CELL_LIST, 1, .sep = '|' },
};

static const struct column services[] = {
	[SERVICE_CODE] = { "code", CELL_CODE },
	[SERVICE_PROOF] = { "proof_code", CELL_REF, 0, SHEET_PROOFS },
	[SERVICE_PROVIDER] = { "provider_agency_code", CELL_REF, 0, SHEET_AGENCIES },
	[SERVICE_SCOPE] = { "division_scope", CELL_REF, 0, SHEET_DIVISIONS },
	[SERVICE_KIND] = { "kind", CELL_ENUM, .values = WORDS("query", "verify_match") },
	[SERVICE_INPUTS] = { "input_fields", CELL_LIST, .sep = ';' },
	[SERVICE_OUTPUTS] = { "output_fields", CELL_LIST, .sep = ';' },
	[SERVICE_CONTACT] = { "owner_contact", CELL_TEXT },
	[SERVICE_DATASET] = { "registry_source", CELL_DATASET },
};

static const struct column assertions[] = {
	[ASSERTION_PROOF] = { "proof_code", CELL_REF, 0, SHEET_PROOFS },
	[ASSERTION_FILTER] = { "row_filter", CELL_LOGIC, 1 },
	[ASSERTION_WHEN] = { "established_when", CELL_LOGIC, 1 },
	[ASSERTION_SAYS] = { "says", CELL_TEXT },
};

static const struct column bindings[] = {
	[BINDING_OF] = { "service_code", CELL_REF, 0, SHEET_SERVICES },
	[BINDING_INPUT] = { "input", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { "source", CELL_TEXT, .max = 200 },
};

static const struct column item_bindings[] = {
	[BINDING_OF] = { "item_code", CELL_REF, 0, SHEET_ITEMS },
	[BINDING_INPUT] = { "input", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { "source", CELL_TEXT, .max = 200 },
};

static const struct column matters[] = {
	[MATTER_CODE] = { "code", CELL_CODE },
	[MATTER_NAME] = { "name", CELL_TEXT },
	[MATTER_AGENCY] = { "agency_code", CELL_REF, 0, SHEET_AGENCIES },
	[MATTER_SUBJECT] = { "subject_kind", CELL_ENUM, .values = SUBJECTS },
	[MATTER_STATUTORY] = { "statutory_days", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_PROMISED] = { "promised_days", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_CHANNEL] = { "channel", CELL_ENUM, .values = WORDS("window", "online", "both", "postal") },
	[MATTER_VOLUME] = { "annual_volume", CELL_INT, .min = 0, .max = 1000000000 },
	[MATTER_LIFE_EVENT] = { "life_event", CELL_CODE, 1 },
	[MATTER_EXCLUDED] = { "commitment_excluded", CELL_ENUM, .values = YES_NO },
	[MATTER_LEVEL] = { "level", CELL_ENUM, .values = WORDS("city", "county") },
	[MATTER_RANK] = { "hot_rank", CELL_INT, 1, .min = 1, .max = 100 },
};

static const struct column parties[] = {
	[PARTY_MATTER] = { "matter_code", CELL_REF, 0, SHEET_MATTERS },
	[PARTY_ROLE] = { "role", CELL_NAME, .max = ROLE_MAX },
	[PARTY_KIND] = { "kind", CELL_ENUM, .values = SUBJECTS },
	[PARTY_REQUIRED] = { "required", CELL_ENUM, .values = YES_NO },
	[PARTY_LABEL] = { "label", CELL_TEXT },
};

static const struct column items[] = {
	[ITEM_CODE] = { "code", CELL_CODE, .max = ITEM_CODE_MAX },
	[ITEM_MATTER] = { "matter_code", CELL_REF, 0, SHEET_MATTERS },
	[ITEM_PROOF] = { "proof_code", CELL_REF, 0, SHEET_PROOFS },
	[ITEM_METHOD] = { "method", CELL_ENUM,
	    .values = WORDS("direct_cancel", "commitment", "data_query", "department_verify") },
	[ITEM_BASIS] = { "legal_basis", CELL_TEXT },
	[ITEM_WHEN] = { "required_when", CELL_LOGIC, 1 },
	[ITEM_FIELDS] = { "fields", CELL_LIST, 1, .sep = ';' },
	[ITEM_HOURS] = { "verify_hours", CELL_INT, 1, .min = 1, .max = 400 },
	[ITEM_REMARK] = { "remark", CELL_TEXT, 1 },
	[ITEM_MATTER_NAME] = { "matter_name", CELL_TEXT },
	[ITEM_PROOF_NAME] = { "proof_name", CELL_TEXT },
};

static const struct column grants[] = {
	[GRANT_CODE] = { "code", CELL_CODE },
	[GRANT_AGENCY] = { "requesting_agency_code", CELL_REF, 0, SHEET_AGENCIES },
	[GRANT_MATTER] = { "matter_code", CELL_REF, 0, SHEET_MATTERS },
	[GRANT_ITEM] = { "item_code", CELL_REF, 0, SHEET_ITEMS },
	[GRANT_SERVICE] = { "service_code", CELL_REF, 0, SHEET_SERVICES },
	[GRANT_FIELDS] = { "fields", CELL_LIST, .sep = ';' },
	[GRANT_PURPOSE] = { "purpose", CELL_TEXT },
	[GRANT_FROM] = { "valid_from", CELL_DATE },
	[GRANT_UNTIL] = { "valid_until", CELL_DATE },
	[GRANT_STATE] = { "state", CELL_ENUM, .values = WORDS("accepted") },
};

static const struct column workdays[] = {
	[WORKDAY_DATE] = { "date", CELL_DATE },
	[WORKDAY_KIND] = { "kind", CELL_ENUM, .values = WORDS("holiday", "workday_makeup") },
};

#define ONE(column) { { column, SHEET_NONE } }
#define TWO(first, second) { { first, second } }
#define NO_OTHER { ONE(SHEET_NONE) }
#define COLUMNS(table) table, sizeof(table) / sizeof(table[0])

const struct sheet_spec sheet_specs[SHEET_N] = {
	[SHEET_DIVISIONS] = { COLUMNS(divisions), ONE(DIVISION_CODE),
	    { ONE(DIVISION_NAME), ONE(SHEET_NONE) } },
	[SHEET_AGENCIES] = { COLUMNS(agencies), ONE(AGENCY_CODE),
	    { ONE(AGENCY_NAME), ONE(SHEET_NONE) } },
	[SHEET_DESKS] = { COLUMNS(desks), ONE(DESK_CODE), { ONE(DESK_AGENCY), ONE(SHEET_NONE) } },
	[SHEET_PROOFS] = { COLUMNS(proofs), ONE(PROOF_CODE), { ONE(PROOF_NAME), ONE(SHEET_NONE) } },
	[SHEET_FIELDS] = { COLUMNS(fields), ONE(FIELD_NAME), { ONE(FIELD_LABEL), ONE(SHEET_NONE) } },
	[SHEET_SERVICES] = { COLUMNS(services), ONE(SERVICE_CODE), NO_OTHER },
	[SHEET_ASSERTIONS] = { COLUMNS(assertions), ONE(ASSERTION_PROOF), NO_OTHER },
	[SHEET_BINDINGS] = { COLUMNS(bindings), TWO(BINDING_OF, BINDING_INPUT), NO_OTHER },
	[SHEET_ITEM_BINDINGS] = { COLUMNS(item_bindings), TWO(BINDING_OF, BINDING_INPUT), NO_OTHER },
	[SHEET_MATTERS] = { COLUMNS(matters), ONE(MATTER_CODE),
	    { ONE(MATTER_NAME), ONE(MATTER_RANK), ONE(SHEET_NONE) } },
	[SHEET_PARTIES] = { COLUMNS(parties), TWO(PARTY_MATTER, PARTY_ROLE), NO_OTHER },
	[SHEET_ITEMS] = { COLUMNS(items), ONE(ITEM_CODE),
	    { TWO(ITEM_MATTER, ITEM_PROOF), ONE(SHEET_NONE) } },
	[SHEET_GRANTS] = { COLUMNS(grants), ONE(GRANT_CODE), { ONE(GRANT_ITEM), ONE(SHEET_NONE) } },
	[SHEET_WORKDAYS] = { COLUMNS(workdays), ONE(WORKDAY_DATE), NO_OTHER },
};
