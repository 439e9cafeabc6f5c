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
#define ITEM_CODE_MAX 31
#define ROLE_MAX 31
#define INPUT_MAX 47

/* The code of a desk that is made is that of its agency and three bytes more. */
#define AGENCY_CODE_MAX 28

static const struct column divisions[] = {
	[DIVISION_CODE] = { .name = "code", "代码", CELL_DIVISION },
	[DIVISION_NAME] = { .name = "name", "名称", CELL_TEXT },
	[DIVISION_LEVEL] = { .name = "level", "级别", CELL_ENUM, .values = LEVELS },
	[DIVISION_PARENT] = { .name = "parent_code", "上级区划", CELL_REF, OPTIONAL, SHEET_DIVISIONS },
};

static const struct column agencies[] = {
	[AGENCY_CODE] = { .name = "code", "代码", CELL_CODE, .max = AGENCY_CODE_MAX },
	[AGENCY_NAME] = { .name = "name", "名称", CELL_TEXT, .max = 200 },
	[AGENCY_KIND] = { .name = "kind", "类别", CELL_ENUM,
	    .values = WORDS("government", "public_utility", "service_institution") },
	[AGENCY_DIVISION] = { .name = "division_code", "区划", CELL_REF, REQUIRED, SHEET_DIVISIONS },
	[AGENCY_PARENT] = { .name = "parent_agency_code", "上级单位", CELL_REF, OPTIONAL, SHEET_AGENCIES },
	[AGENCY_SHORT] = { .name = "short_name", "简称", CELL_TEXT, .max = 200 },
};

static const struct column desks[] = {
	[DESK_CODE] = { .name = "code", "代码", CELL_CODE },
	[DESK_AGENCY] = { .name = "agency_code", "单位", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[DESK_NAME] = { .name = "name", "名称", CELL_TEXT },
	[DESK_HOURS] = { .name = "office_hours", "办公时间", CELL_HOURS },
	[DESK_DEPUTY] = { .name = "deputy_desk_code", "代班岗", CELL_REF, OPTIONAL, SHEET_DESKS },
};

static const struct column proofs[] = {
	[PROOF_CODE] = { .name = "code", "代码", CELL_CODE },
	[PROOF_NAME] = { .name = "name", "名称", CELL_TEXT },
	[PROOF_ISSUER] = { .name = "issuer_agency_code", "开具单位", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[PROOF_SUBJECT] = { .name = "subject_kind", "对象", CELL_ENUM, .values = SUBJECTS },
	[PROOF_DIGITISED] = { .name = "digitised", "已电子化", CELL_ENUM, .values = YES_NO },
	[PROOF_SHARING] = { .name = "sharing_class", "共享类别", CELL_ENUM,
	    .values = WORDS("unconditional", "conditional", "none") },
	[PROOF_BASIS] = { .name = "sharing_basis", "共享依据", CELL_TEXT },
	[PROOF_SOURCE] = { .name = "data_source", "数据来源", CELL_ENUM,
	    .values = WORDS("none", "provincial", "city", "county") },
	[PROOF_DESCRIPTION] = { .name = "description", "说明", CELL_TEXT },
	[PROOF_ALIASES] = { .name = "aliases", "别名", CELL_LIST, OPTIONAL, .sep = ';' },
};

static const struct column fields[] = {
	[FIELD_NAME] = { .name = "name", "字段", CELL_NAME },
	[FIELD_LABEL] = { .name = "label", "名称", CELL_TEXT },
	[FIELD_TYPE] = { .name = "type", "类型", CELL_ENUM,
	    .values = WORDS("string", "integer", "number", "date", "enum", "enum_list", "boolean") },
	[FIELD_VALUES] = { .name = "values", "取值", CELL_LIST, OPTIONAL, .sep = '|' },
};

static const struct column services[] = {
	[SERVICE_CODE] = { .name = "code", "代码", CELL_CODE },
	[SERVICE_PROOF] = { .name = "proof_code", "证明", CELL_REF, REQUIRED, SHEET_PROOFS },
	[SERVICE_PROVIDER] = { .name = "provider_agency_code", "提供单位", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[SERVICE_SCOPE] = { .name = "division_scope", "服务范围", CELL_REF, REQUIRED, SHEET_DIVISIONS },
	[SERVICE_KIND] = { .name = "kind", "类别", CELL_ENUM, .values = WORDS("query", "verify_match") },
	[SERVICE_INPUTS] = { .name = "input_fields", "输入字段", CELL_LIST, .sep = ';' },
	[SERVICE_OUTPUTS] = { .name = "output_fields", "输出字段", CELL_LIST, .sep = ';' },
	[SERVICE_CONTACT] = { .name = "owner_contact", "联系方式", CELL_TEXT },
	[SERVICE_DATASET] = { .name = "registry_source", "数据表", CELL_DATASET },
};

static const struct column assertions[] = {
	[ASSERTION_PROOF] = { .name = "proof_code", "证明", CELL_REF, REQUIRED, SHEET_PROOFS },
	[ASSERTION_FILTER] = { .name = "row_filter", "行条件", CELL_LOGIC, OPTIONAL },
	[ASSERTION_WHEN] = { .name = "established_when", "成立条件", CELL_LOGIC, OPTIONAL },
	[ASSERTION_SAYS] = { .name = "says", "说明", CELL_TEXT },
};

static const struct column bindings[] = {
	[BINDING_OF] = { .name = "service_code", "数据服务", CELL_REF, REQUIRED, SHEET_SERVICES },
	[BINDING_INPUT] = { .name = "input", "输入", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { .name = "source", "来源", CELL_TEXT, .max = 200 },
};

static const struct column item_bindings[] = {
	[BINDING_OF] = { .name = "item_code", "证明事项", CELL_REF, REQUIRED, SHEET_ITEMS },
	[BINDING_INPUT] = { .name = "input", "输入", CELL_NAME, .max = INPUT_MAX },
	[BINDING_SOURCE] = { .name = "source", "来源", CELL_TEXT, .max = 200 },
};

static const struct column matters[] = {
	[MATTER_CODE] = { .name = "code", "代码", CELL_CODE },
	[MATTER_NAME] = { .name = "name", "名称", CELL_TEXT },
	[MATTER_AGENCY] = { .name = "agency_code", "主管单位", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[MATTER_SUBJECT] = { .name = "subject_kind", "对象", CELL_ENUM, .values = SUBJECTS },
	[MATTER_STATUTORY] = { .name = "statutory_days", "法定时限", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_PROMISED] = { .name = "promised_days", "承诺时限", CELL_INT, .min = 0, .max = 1000 },
	[MATTER_CHANNEL] = { .name = "channel", "办理渠道", CELL_ENUM, .values = WORDS("window", "online", "both", "postal") },
	[MATTER_VOLUME] = { .name = "annual_volume", "年办件量", CELL_INT, .min = 0, .max = 1000000000 },
	[MATTER_LIFE_EVENT] = { .name = "life_event", "一件事", CELL_CODE, OPTIONAL },
	[MATTER_EXCLUDED] = { .name = "commitment_excluded", "不适用承诺", CELL_ENUM, .values = YES_NO },
	[MATTER_LEVEL] = { .name = "level", "层级", CELL_ENUM, .values = WORDS("city", "county") },
	[MATTER_RANK] = { .name = "hot_rank", "热度", CELL_INT, OPTIONAL, .min = 1, .max = 100 },
};

static const struct column parties[] = {
	[PARTY_MATTER] = { .name = "matter_code", "事项", CELL_REF, REQUIRED, SHEET_MATTERS },
	[PARTY_ROLE] = { .name = "role", "角色", CELL_NAME, .max = ROLE_MAX },
	[PARTY_KIND] = { .name = "kind", "类别", CELL_ENUM, .values = SUBJECTS },
	[PARTY_REQUIRED] = { .name = "required", "必须", CELL_ENUM, .values = YES_NO },
	[PARTY_LABEL] = { .name = "label", "名称", CELL_TEXT },
};

static const struct column items[] = {
	[ITEM_CODE] = { .name = "code", "代码", CELL_CODE, .max = ITEM_CODE_MAX },
	[ITEM_MATTER] = { .name = "matter_code", "事项", CELL_REF, REQUIRED, SHEET_MATTERS },
	[ITEM_PROOF] = { .name = "proof_code", "证明", CELL_REF, REQUIRED, SHEET_PROOFS },
	[ITEM_METHOD] = { .name = "method", "方式", CELL_ENUM,
	    .values = WORDS("direct_cancel", "commitment", "data_query", "department_verify") },
	[ITEM_BASIS] = { .name = "legal_basis", "设定依据", CELL_TEXT },
	[ITEM_WHEN] = { .name = "required_when", "适用情形", CELL_LOGIC, OPTIONAL },
	[ITEM_FIELDS] = { .name = "fields", "查得字段", CELL_LIST, OPTIONAL, .sep = ';' },
	[ITEM_HOURS] = { .name = "verify_hours", "核验时限", CELL_INT, OPTIONAL, .min = 1, .max = 400 },
	[ITEM_REMARK] = { .name = "remark", "说明", CELL_TEXT, OPTIONAL },
	[ITEM_MATTER_NAME] = { .name = "matter_name", "事项名称", CELL_TEXT },
	[ITEM_PROOF_NAME] = { .name = "proof_name", "证明名称", CELL_TEXT },
};

static const struct column grants[] = {
	[GRANT_CODE] = { .name = "code", "代码", CELL_CODE },
	[GRANT_AGENCY] = { .name = "requesting_agency_code", "申请单位", CELL_REF, REQUIRED, SHEET_AGENCIES },
	[GRANT_MATTER] = { .name = "matter_code", "事项", CELL_REF, REQUIRED, SHEET_MATTERS },
	[GRANT_ITEM] = { .name = "item_code", "证明事项", CELL_REF, REQUIRED, SHEET_ITEMS },
	[GRANT_SERVICE] = { .name = "service_code", "数据服务", CELL_REF, REQUIRED, SHEET_SERVICES },
	[GRANT_FIELDS] = { .name = "fields", "字段", CELL_LIST, .sep = ';' },
	[GRANT_PURPOSE] = { .name = "purpose", "用途", CELL_TEXT },
	[GRANT_FROM] = { .name = "valid_from", "起始日期", CELL_DATE },
	[GRANT_UNTIL] = { .name = "valid_until", "终止日期", CELL_DATE },
	[GRANT_STATE] = { .name = "state", "状态", CELL_ENUM, .values = WORDS("accepted") },
};

static const struct column workdays[] = {
	[WORKDAY_DATE] = { .name = "date", "日期", CELL_DATE },
	[WORKDAY_KIND] = { .name = "kind", "类别", CELL_ENUM, .values = WORDS("holiday", "workday_makeup") },
};

#define ONE(column) { { column, SHEET_NONE } }
#define TWO(first, second) { { first, second } }
#define NO_OTHER { ONE(SHEET_NONE) }
#define COLUMNS(table) table, sizeof(table) / sizeof(table[0])

const struct sheet_spec sheet_specs[SHEET_N] = {
	[SHEET_DIVISIONS] = { "区划", "行政区划", COLUMNS(divisions), ONE(DIVISION_CODE),
	    { ONE(DIVISION_NAME), ONE(SHEET_NONE) } },
	[SHEET_AGENCIES] = { "单位", NULL, COLUMNS(agencies), ONE(AGENCY_CODE),
	    { ONE(AGENCY_NAME), ONE(SHEET_NONE) } },
	[SHEET_DESKS] = { "核验岗", NULL, COLUMNS(desks), ONE(DESK_CODE), { ONE(DESK_AGENCY), ONE(SHEET_NONE) } },
	[SHEET_PROOFS] = { "证明", NULL, COLUMNS(proofs), ONE(PROOF_CODE), { ONE(PROOF_NAME), ONE(SHEET_NONE) } },
	[SHEET_FIELDS] = { "表单字段", NULL, COLUMNS(fields), ONE(FIELD_NAME), { ONE(FIELD_LABEL), ONE(SHEET_NONE) } },
	[SHEET_SERVICES] = { "数据服务", NULL, COLUMNS(services), ONE(SERVICE_CODE), NO_OTHER },
	[SHEET_ASSERTIONS] = { "判断规则", NULL, COLUMNS(assertions), ONE(ASSERTION_PROOF), NO_OTHER },
	[SHEET_BINDINGS] = { "服务绑定", NULL, COLUMNS(bindings), TWO(BINDING_OF, BINDING_INPUT), NO_OTHER },
	[SHEET_ITEM_BINDINGS] = { "事项绑定", NULL, COLUMNS(item_bindings), TWO(BINDING_OF, BINDING_INPUT), NO_OTHER },
	[SHEET_MATTERS] = { "事项", NULL, COLUMNS(matters), ONE(MATTER_CODE),
	    { ONE(MATTER_NAME), ONE(MATTER_RANK), ONE(SHEET_NONE) } },
	[SHEET_PARTIES] = { "当事人", NULL, COLUMNS(parties), TWO(PARTY_MATTER, PARTY_ROLE), NO_OTHER },
	[SHEET_ITEMS] = { "证明事项", "清单", COLUMNS(items), ONE(ITEM_CODE),
	    { TWO(ITEM_MATTER, ITEM_PROOF), ONE(SHEET_NONE) } },
	[SHEET_GRANTS] = { "数据授权", NULL, COLUMNS(grants), ONE(GRANT_CODE), { ONE(GRANT_ITEM), ONE(SHEET_NONE) } },
	[SHEET_WORKDAYS] = { "工作日", "节假日", COLUMNS(workdays), ONE(WORKDAY_DATE), NO_OTHER },
};
