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
	[DIVISION_CODE] = { .name = "code", CELL_CODE, .max = 6 },
	[DIVISION_NAME] = { .name = "name", CELL_TEXT },
	[DIVISION_LEVEL] = { .name = "level", CELL_ENUM, .values = LEVELS },
	[DIVISION_PARENT] = { .name = "parent_code", CELL_REF, OPTIONAL, SHEET_DIVISIONS },
};

static const struct column agencies[] = {
	[AGENCY_CODE] = { .name = "code", CELL_CODE, .max = AGENCY_CODE_MAX },
	[AGENCY_NAME] = { .name = "name", CELL_TEXT, .max = 200 },
	[AGENCY_KIND] = { .name = "kind", CELL_ENUM,
	    .values = WORDS("government", "public_utility", "service_institution") },
	[AGENCY_DIVISION] = { .name = "division_code", CELL_REF, REQUIRED, SHEET_DIVISIONS },
	[AGENCY_PARENT] = { .name = "parent_agency_code", CELL_REF, OPTIONAL, SHEET_AGENCIES },
	[AGENCY_SHORT] = { .name = "short_name", CELL_TEXT, .max = 200 },
};

static const struct column desks[] = {
	[DESK_CODE] = { .name = "code", CELL_CODE },
	[DESK_AGENCY] = { .name = "agency_code", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[DESK_NAME] = { .name = "name", CELL_TEXT },
	[DESK_HOURS] = { .name = "office_hours", CELL_HOURS },
	[DESK_DEPUTY] = { .name = "deputy_desk_code", CELL_REF, OPTIONAL, SHEET_DESKS },
};

static const struct column proofs[] = {
	[PROOF_CODE] = { .name = "code", CELL_CODE },
	[PROOF_NAME] = { .name = "name", CELL_TEXT },
	[PROOF_ISSUER] = { .name = "issuer_agency_code", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[PROOF_SUBJECT] = { .name = "subject_kind", CELL_ENUM, .values = SUBJECTS },
	[PROOF_DIGITISED] = { .name = "digitised", CELL_ENUM, .values = YES_NO },
	[PROOF_SHARING] = { .name = "sharing_class", CELL_ENUM,
	    .values = WORDS("unconditional", "conditional", "none") },
	[PROOF_BASIS] = { .name = "sharing_basis", CELL_TEXT },
	[PROOF_SOURCE] = { .name = "data_source", CELL_ENUM,
	    .values = WORDS("none", "provincial", "city", "county") },
	[PROOF_DESCRIPTION] = { .name = "description", CELL_TEXT },
	[PROOF_ALIASES] = { .name = "aliases", CELL_LIST, OPTIONAL, .sep = ';' },
};

static const struct column fields[] = {
	[FIELD_NAME] = { .name = "name", CELL_NAME },
	[FIELD_LABEL] = { .name = "label", CELL_TEXT },
	[FIELD_TYPE] = { .name = "type", CELL_ENUM,
	    .values = WORDS("string", "integer", "number", "date", "enum", "enum_list", "boolean") },
	[FIELD_VALUES] = { .name = "values", CELL_LIST, OPTIONAL, .sep = '|' },
};

static const struct column services[] = {
	[SERVICE_CODE] = { .name = "code", CELL_CODE },
	[SERVICE_PROOF] = { .name = "proof_code", CELL_REF, REQUIRED, SHEET_PROOFS },
	[SERVICE_PROVIDER] = { .name = "provider_agency_code", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[SERVICE_SCOPE] = { .name = "division_scope", CELL_REF, REQUIRED, SHEET_DIVISIONS },
	[SERVICE_KIND] = { .name = "kind", CELL_ENUM, .values = WORDS("query", "verify_match") },
	[SERVICE_INPUTS] = { .name = "input_fields", CELL_LIST, .sep = ';' },
	[SERVICE_OUTPUTS] = { .name = "output_fields", CELL_LIST, .sep = ';' },
	[SERVICE_CONTACT] = { .name = "owner_contact", CELL_TEXT },
	[SERVICE_DATASET] = { .name = "registry_source", CELL_DATASET },
};

static const struct column assertions[] = {
	[ASSERTION_PROOF] = { .name = "proof_code", CELL_REF, REQUIRED, SHEET_PROOFS },
	[ASSERTION_FILTER] = { .name = "row_filter", CELL_LOGIC, OPTIONAL },
	[ASSERTION_WHEN] = { .name = "established_when", CELL_LOGIC, OPTIONAL },
	[ASSERTION_SAYS] = { .name = "says", CELL_TEXT },
};

static const struct column bindings[] = {
	[BINDING_OF] = { .name = "service_code", CELL_REF, REQUIRED, SHEET_SERVICES },
	[BINDING_INPUT] = { .name = "input", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { .name = "source", CELL_TEXT, .max = 200 },
};

static const struct column item_bindings[] = {
	[BINDING_OF] = { .name = "item_code", CELL_REF, REQUIRED, SHEET_ITEMS },
	[BINDING_INPUT] = { .name = "input", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { .name = "source", CELL_TEXT, .max = 200 },
};

static const struct column matters[] = {
	[MATTER_CODE] = { .name = "code", CELL_CODE },
	[MATTER_NAME] = { .name = "name", CELL_TEXT },
	[MATTER_AGENCY] = { .name = "agency_code", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[MATTER_SUBJECT] = { .name = "subject_kind", CELL_ENUM, .values = SUBJECTS },
	[MATTER_STATUTORY] = { .name = "statutory_days", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_PROMISED] = { .name = "promised_days", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_CHANNEL] = { .name = "channel", CELL_ENUM, .values = WORDS("window", "online", "both", "postal") },
	[MATTER_VOLUME] = { .name = "annual_volume", CELL_INT, .min = 0, .max = 1000000000 },
	[MATTER_LIFE_EVENT] = { .name = "life_event", CELL_CODE, OPTIONAL },
	[MATTER_EXCLUDED] = { .name = "commitment_excluded", CELL_ENUM, .values = YES_NO },
	[MATTER_LEVEL] = { .name = "level", CELL_ENUM, .values = WORDS("city", "county") },
	[MATTER_RANK] = { .name = "hot_rank", CELL_INT, OPTIONAL, .min = 1, .max = 100 },
};

static const struct column parties[] = {
	[PARTY_MATTER] = { .name = "matter_code", CELL_REF, REQUIRED, SHEET_MATTERS },
	[PARTY_ROLE] = { .name = "role", CELL_NAME, .max = ROLE_MAX },
	[PARTY_KIND] = { .name = "kind", CELL_ENUM, .values = SUBJECTS },
	[PARTY_REQUIRED] = { .name = "required", CELL_ENUM, .values = YES_NO },
	[PARTY_LABEL] = { .name = "label", CELL_TEXT },
};

static const struct column items[] = {
	[ITEM_CODE] = { .name = "code", CELL_CODE, .max = ITEM_CODE_MAX },
	[ITEM_MATTER] = { .name = "matter_code", CELL_REF, REQUIRED, SHEET_MATTERS },
	[ITEM_PROOF] = { .name = "proof_code", CELL_REF, REQUIRED, SHEET_PROOFS },
	[ITEM_METHOD] = { .name = "method", CELL_ENUM,
	    .values = WORDS("direct_cancel", "commitment", "data_query", "department_verify") },
	[ITEM_BASIS] = { .name = "legal_basis", CELL_TEXT },
	[ITEM_WHEN] = { .name = "required_when", CELL_LOGIC, OPTIONAL },
	[ITEM_FIELDS] = { .name = "fields", CELL_LIST, OPTIONAL, .sep = ';' },
	[ITEM_HOURS] = { .name = "verify_hours", CELL_INT, OPTIONAL, .min = 1, .max = 400 },
	[ITEM_REMARK] = { .name = "remark", CELL_TEXT, OPTIONAL },
	[ITEM_MATTER_NAME] = { .name = "matter_name", CELL_TEXT },
	[ITEM_PROOF_NAME] = { .name = "proof_name", CELL_TEXT },
};

static const struct column grants[] = {
	[GRANT_CODE] = { .name = "code", CELL_CODE },
	[GRANT_AGENCY] = { .name = "requesting_agency_code", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[GRANT_MATTER] = { .name = "matter_code", CELL_REF, REQUIRED, SHEET_MATTERS },
	[GRANT_ITEM] = { .name = "item_code", CELL_REF, REQUIRED, SHEET_ITEMS },
	[GRANT_SERVICE] = { .name = "service_code", CELL_REF, REQUIRED, SHEET_SERVICES },
	[GRANT_FIELDS] = { .name = "fields", CELL_LIST, .sep = ';' },
	[GRANT_PURPOSE] = { .name = "purpose", CELL_TEXT },
	[GRANT_FROM] = { .name = "valid_from", CELL_DATE },
	[GRANT_UNTIL] = { .name = "valid_until", CELL_DATE },
	[GRANT_STATE] = { .name = "state", CELL_ENUM, .values = WORDS("accepted") },
};

static const struct column workdays[] = {
	[WORKDAY_DATE] = { .name = "date", CELL_DATE },
	[WORKDAY_KIND] = { .name = "kind", CELL_ENUM, .values = WORDS("holiday", "workday_makeup") },
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
