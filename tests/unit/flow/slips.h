/*
 * slips.h - one change of the reference data for each kind of error, and what is then said.
 */
#ifndef TESTS_FLOW_SLIPS_H
#define TESTS_FLOW_SLIPS_H

#include "flow/inventory_report.h"

struct slip {
	const char *in, *find, *put;	/* the change: the first find in this file becomes put */
	enum problem problem;
	const char *column, *value;
	const char *near;		/* the word that may have been meant */
	const char *file, *at;		/* where it is said, if elsewhere: the line that begins so */
	size_t down;			/* lines below the change */
	size_t total;			/* errors in all; 0 is 1 */
};

#define I1 "I-00001,M-0001,P-050,data_query,《中华人民共和国户口登记条例》,,child_name;sex;birth_time;mother_id_number;mother_name,,,出生登记(落户登记),"
#define I2 "I-00002,M-0001,P-067,data_query,《中华人民共和国户口登记条例》,\"{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\""
#define I2_WHEN(text) "I-00002,M-0001,P-067,data_query,《中华人民共和国户口登记条例》,\"" text "\""
#define I7 "I-00007,M-0001,P-054,direct_cancel,无,,,,无法律法规依据"
#define I14 "I-00014,M-0003,P-018,department_verify,《中华人民共和国户口登记条例》,,,4,"
#define P4 "P-004,亲属关系证明,330700-GA,person,no,none,历史档案尚未完成电子化,none"
#define G1 "G-0001,330700-GA,M-0004,I-00021,DS-042,holder_name;cert_number;issue_date,"
#define G1_END "办理“收养入户登记”时核验“收养登记证明”,2019-01-01,2030-12-31,accepted\n"
#define NINE(name) "{\"\"var\"\":\"\"" name "\"\"}"

static const struct slip slips[] = {
	/* Headers */
	{ .in = "divisions.csv", "level,parent_code", "level", PROBLEM_COLUMN_MISSING, "parent_code", "", .total = 1 },
	{ .in = "divisions.csv", "parent_code", "parent_code,colour", PROBLEM_COLUMN_UNKNOWN, "colour", "colour" },
	{ .in = "divisions.csv", "parent_code", "parent_cod", PROBLEM_COLUMN_UNKNOWN, "parent_cod", "parent_cod",
	    "parent_code", .total = 2 },
	{ .in = "items.csv", "code,matter_code", "code,code,matter_code", PROBLEM_COLUMN_REPEATED, "code", "code" },
	{ .in = "divisions.csv", "330702,婺城区,county,330700", "330702,婺城区,county", PROBLEM_ROW_WIDTH, "", "330702" },
	/* Cells */
	{ .in = "form_fields.csv", "applicant_type,申请人类型", "applicant_type,", PROBLEM_CELL_BLANK, "label", "" },
	{ .in = "form_fields.csv", "申请人类型", "申请人类型 ", PROBLEM_CELL_SPACE, "label", "申请人类型 " },
	{ .in = "form_fields.csv", "申请人类型", "　申请人类型", PROBLEM_CELL_SPACE, "label", "　申请人类型" },
	{ .in = "form_fields.csv", "申请人类型", "\"申请人\n类型\"", PROBLEM_CELL_CONTROL, "label", "申请人\n类型" },
	{ .in = "grants.csv", "G-0001,", "G-0001-0001-0001-0001-0001-0001-0001,", PROBLEM_CELL_LONG, "code",
	    "G-0001-0001-0001-0001-0001-0001-0001" },
	{ .in = "grants.csv", "G-0001,", "G_0001,", PROBLEM_CODE_FORM, "code", "G_0001" },
	{ .in = "parties.csv", "M-0001,father,", "M-0001,Father,", PROBLEM_NAME_FORM, "role", "Father" },
	{ .in = "matters.csv", "3,1,both,3679", "3,1,both,-3679", PROBLEM_INT_FORM, "annual_volume", "-3679" },
	{ .in = "matters.csv", "3,1,both,3679", "3,1,both,36790000000000000000000", PROBLEM_INT_FORM,
	    "annual_volume", "36790000000000000000000" },
	{ .in = "items.csv", ",24,,出生登记(落户登记)", ",401,,出生登记(落户登记)", PROBLEM_INT_FORM,
	    "verify_hours", "401" },
	{ .in = "items.csv", ",24,,出生登记(落户登记)", ",0,,出生登记(落户登记)", PROBLEM_INT_FORM,
	    "verify_hours", "0" },
	{ .in = "workdays.csv", "2026-10-07", "2026-02-30", PROBLEM_DATE_FORM, "date", "2026-02-30" },
	{ .in = "agency_desks.csv", "08:30-12:00,13:30-18:00", "08:30-12:00,11:30-18:00", PROBLEM_HOURS_FORM,
	    "office_hours", "08:30-12:00,11:30-18:00" },
	{ .in = "workdays.csv", "2026-10-07,holiday", "2026-10-07,holidy", PROBLEM_ENUM_UNKNOWN, "kind", "holidy",
	    "holiday" },
	{ .in = "items.csv", "P-054,direct_cancel", "P-054,direct_cancle", PROBLEM_ENUM_UNKNOWN, "method",
	    "direct_cancle", "direct_cancel" },
	{ .in = "grants.csv", "accepted", "refused", PROBLEM_ENUM_UNKNOWN, "state", "refused" },
	{ .in = "items.csv", "child_name;sex;", "child_name;;sex;", PROBLEM_LIST_BLANK, "fields",
	    "child_name;;sex;birth_time;mother_id_number;mother_name" },
	{ .in = "items.csv", "child_name;sex;", "child_name;sex;sex;", PROBLEM_LIST_REPEATED, "fields", "sex" },
	{ .in = "data_services.csv", "registry/persons.csv", "registry/../persons.csv", PROBLEM_DATASET_FORM,
	    "registry_source", "registry/../persons.csv" },
	{ .in = "data_services.csv", "former_name:string", "former_name", PROBLEM_TYPED_FORM, "output_fields",
	    "former_name" },
	{ .in = "data_services.csv", "former_name:string", "former_name:strin", PROBLEM_TYPE_UNKNOWN,
	    "output_fields", "former_name:strin", "string" },
	{ .in = "data_services.csv", "former_name:string", "former_name:string;former_name:date",
	    PROBLEM_LIST_REPEATED, "output_fields", "former_name:date" },
	{ .in = "bindings.csv", "DS-001,id_number,party.applicant.number", "DS-001,id_number,party.applicant.age",
	    PROBLEM_SOURCE_FORM, "source", "party.applicant.age" },
	{ .in = "bindings.csv", "DS-001,id_number,party.applicant.number", "DS-001,id_number,const:",
	    PROBLEM_SOURCE_FORM, "source", "const:" },
	/* Between rows and files */
	{ .in = "workdays.csv", "2026-10-10,workday_makeup\n", "2026-10-10,workday_makeup\n2026-10-07,holiday\n",
	    PROBLEM_KEY_REPEATED, "date", "2026-10-07", .down = 1 },
	{ .in = "bindings.csv", "DS-001,id_number,", "DS-001,id_number,ask\nDS-001,id_number,",
	    PROBLEM_KEY_REPEATED, "input", "id_number", .down = 1 },
	{ .in = "proofs.csv", "P-002,居民户口簿登记信息", "P-001,居民户口簿登记信息", PROBLEM_KEY_REPEATED, "code",
	    "P-001", .total = SIZE_MAX },
	{ .in = "form_fields.csv", "申请人年龄", "申请人类型", PROBLEM_KEY_REPEATED, "label", "申请人类型" },
	{ .in = "items.csv", I1, "I-00001,M-0001,P-05O,data_query,《中华人民共和国户口登记条例》,,child_name,,,出生登记(落户登记),",
	    PROBLEM_REF_UNKNOWN, "proof_code", "P-05O", "P-050" },
	{ .in = "agencies.csv", "330702-GA,金华市公安局婺城分局,government,330702,330700-GA",
	    "330702-GA,金华市公安局婺城分局,government,330702,330700-GAA", PROBLEM_REF_UNKNOWN,
	    "parent_agency_code", "330700-GAA", "330700-GA" },
	/* Divisions, agencies, desks */
	{ .in = "divisions.csv", "浙江省,province,", "浙江省,province,330700", PROBLEM_DIVISION_PARENT,
	    "parent_code", "330700" },
	{ .in = "agencies.csv", "government,330703,330700-XZ", "government,330703,330703-XZ01",
	    PROBLEM_AGENCY_CYCLE, "parent_agency_code", "330703-XZ01" },
	{ .in = "agencies.csv", "330703-XZ01,金东区多湖街道办事处,government,330703,330703-XZ,",
	    "330703-XZ01,金东区多湖街道办事处,government,330703,330702-XZ,", PROBLEM_AGENCY_DIVISION,
	    "parent_agency_code", "330702-XZ" },
	{ .in = "agencies.csv", "330703-XZ01,金东区多湖街道办事处,government,330703,330703-XZ,",
	    "330703-XZ01,金东区多湖街道办事处,government,330703,330700-GA,", PROBLEM_AGENCY_TWO,
	    "parent_agency_code", "330700-GA" },
	{ .in = "proofs.csv", "P-004,亲属关系证明,330700-GA", "P-004,亲属关系证明,330703-GA",
	    PROBLEM_AGENCY_NOT_CITY, "issuer_agency_code", "330703-GA" },
	{ .in = "matters.csv", "M-0001,出生登记(落户登记),330700-GA", "M-0001,出生登记(落户登记),330703-GA",
	    PROBLEM_AGENCY_NOT_CITY, "agency_code", "330703-GA" },
	{ .in = "agency_desks.csv", "武义县残疾人联合会无证明核查岗,\"08:30-12:00,13:30-18:00\",DK-330700-CL",
	    "武义县残疾人联合会无证明核查岗,\"08:30-12:00,13:30-18:00\",DK-330726-CL", PROBLEM_DESK_DEPUTY,
	    "deputy_desk_code", "DK-330726-CL" },
	{ .in = "agency_desks.csv", "DK-330723-CL,330723-CL", "DK-330700-HG,330723-CL", PROBLEM_DESK_CODE_TAKEN,
	    "code", "DK-330700-HG" },
	/* Proofs, fields, services */
	{ .in = "items.csv", "P-050,data_query,《中华人民共和国户口登记条例》", "P-050,data_query,《中华人民共和国户口登记条例》等其他规定",
	    PROBLEM_CATCH_ALL, "legal_basis", "《中华人民共和国户口登记条例》等其他规定" },
	{ .in = "proofs.csv", "P-004,亲属关系证明", "P-004,亲属关系等相关材料", PROBLEM_CATCH_ALL, "name",
	    "亲属关系等相关材料", .total = SIZE_MAX },
	{ .in = "proofs.csv", "户口本信息;", "户口证明;", PROBLEM_ALIAS_TAKEN, "aliases", "户口证明" },
	{ .in = "proofs.csv", "户口本信息;", "户籍证明;", PROBLEM_ALIAS_TAKEN, "aliases", "户籍证明" },
	{ .in = "proofs.csv", "户口证明;", "户籍证明;", PROBLEM_ALIAS_TAKEN, "aliases", "户籍证明" },
	{ .in = "proofs.csv", P4, "P-004,亲属关系证明,330700-GA,person,no,conditional,历史档案尚未完成电子化,city",
	    PROBLEM_PROOF_NOT_DIGITISED, "sharing_class", "conditional" },
	{ .in = "proofs.csv", P4, "P-004,亲属关系证明,330700-GA,person,no,none,历史档案尚未完成电子化,city",
	    PROBLEM_PROOF_DATA_SOURCE, "data_source", "city" },
	{ .in = "data_services.csv", "DS-003,P-003,330000-GA,330000,query", "DS-003,P-003,330000-GA,330000,verify_match",
	    PROBLEM_PROOF_NO_SERVICE, "sharing_class", "unconditional", .file = "proofs.csv", .at = "P-003," },
	{ .in = "form_fields.csv", "是否委托代办,boolean,", "是否委托代办,boolean,yes|no", PROBLEM_FIELD_VALUES,
	    "values", "yes|no" },
	{ .in = "form_fields.csv", "enum,domestic|foreign", "enum,", PROBLEM_FIELD_VALUES, "values", "" },
	{ .in = "data_services.csv", "DS-026,P-050,330000-WJ,330000,verify_match", "DS-026,P-050,330000-WJ,330000,query",
	    PROBLEM_SERVICE_TWO, "proof_code", "P-050" },
	{ .in = "data_services.csv", "DS-026,P-050", "DS-026,P-006", PROBLEM_SERVICE_NOT_SHARED, "proof_code", "P-006" },
	{ .in = "assertions.csv", "P-001,", "P-004,", PROBLEM_ASSERTION_NO_SERVICE, "proof_code", "P-004" },
	/* Expressions */
	{ .in = "items.csv", I2, I2_WHEN("{\"\"==\"\":[{\"\"var\"\":\"\"marital_statu\"\"},\"\"married\"\"]}"),
	    PROBLEM_LOGIC_VAR, "required_when", "{\"==\":[{\"var\":\"marital_statu\"},\"married\"]}",
	    "marital_status" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"maried\"\"]}"),
	    PROBLEM_LOGIC_VALUE, "required_when", "{\"==\":[{\"var\":\"marital_status\"},\"maried\"]}", "married" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"in\"\":[{\"\"var\"\":\"\"marital_status\"\"},[\"\"married\"\",\"\"x\"\"]]}"),
	    PROBLEM_LOGIC_VALUE, "required_when", "{\"in\":[{\"var\":\"marital_status\"},[\"married\",\"x\"]]}" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"missing\"\":[\"\"marital_status\"\"]}"), PROBLEM_LOGIC_DYNAMIC,
	    "required_when", "{\"missing\":[\"marital_status\"]}" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"var\"\":{\"\"cat\"\":[\"\"a\"\"]}}"), PROBLEM_LOGIC_DYNAMIC,
	    "required_when", "{\"var\":{\"cat\":[\"a\"]}}" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"==\"\":[1,1]}"), PROBLEM_LOGIC_CONSTANT, "required_when", "{\"==\":[1,1]}" },
	{ .in = "items.csv", I2, I2_WHEN("{\"\"and\"\":[" NINE("has_agent") "," NINE("name_changed") "," NINE("co_owned") ","
	    NINE("is_high_tech") "," NINE("has_loan") "," NINE("subject_deceased") "," NINE("settled_abroad") ","
	    NINE("is_adopted") "," NINE("is_talent") "]}"), PROBLEM_LOGIC_FIELDS, "required_when", NULL },
	{ .in = "assertions.csv", "\"\"var\"\":\"\"status\"\"", "\"\"var\"\":\"\"state\"\"", PROBLEM_LOGIC_VAR, "row_filter",
	    "{\"==\":[{\"var\":\"state\"},\"alive\"]}" },
	{ .in = "assertions.csv", "\"\"alive\"\"", "\"\"living\"\"", PROBLEM_LOGIC_VALUE, "row_filter",
	    "{\"==\":[{\"var\":\"status\"},\"living\"]}" },
	{ .in = "assertions.csv", "\"\"count\"\"", "\"\"counts\"\"", PROBLEM_LOGIC_VAR, "established_when", NULL, "count" },
	{ .in = "assertions.csv", "\"\"rows\"\"},{\"\"==\"\":[{\"\"var\"\":\"\"arrears\"\"}",
	    "\"\"rows\"\"},{\"\"==\"\":[{\"\"var\"\":\"\"arrear\"\"}", PROBLEM_LOGIC_VAR, "established_when", NULL, "arrears" },
	/* Matters, parties, items */
	{ .in = "matters.csv", "3,1,both,3679", "3,5,both,3679", PROBLEM_DAYS_ORDER, "promised_days", "5" },
	{ .in = "parties.csv", "M-0002,applicant,", "M-0002,claimant,", PROBLEM_PARTY_NO_APPLICANT, "code", "M-0002",
	    .file = "matters.csv", .at = "M-0002," },
	{ .in = "parties.csv", "M-0001,applicant,person", "M-0001,applicant,enterprise", PROBLEM_PARTY_APPLICANT_KIND,
	    "kind", "enterprise" },
	{ .in = "parties.csv", "M-0001,applicant,person,yes", "M-0001,applicant,person,no",
	    PROBLEM_PARTY_APPLICANT_OPTIONAL, "required", "no" },
	{ .in = "items.csv", "出生登记(落户登记),出生医学证明", "出生登记,出生医学证明", PROBLEM_NAME_DIFFERS,
	    "matter_name", "出生登记" },
	{ .in = "items.csv", "出生登记(落户登记),出生医学证明", "出生登记(落户登记),出生证", PROBLEM_NAME_DIFFERS,
	    "proof_name", "出生证" },
	{ .in = "items.csv", "P-004,department_verify,《中华人民共和国户口登记条例》,,,24,",
	    "P-004,data_query,《中华人民共和国户口登记条例》,,,,", PROBLEM_METHOD_NOT_SHARED, "method", "data_query" },
	{ .in = "items.csv", "P-068,commitment", "P-068,department_verify", PROBLEM_METHOD_SHARED, "method",
	    "department_verify" },
	{ .in = "items.csv", I14, "I-00014,M-0003,P-018,commitment,《中华人民共和国户口登记条例》,,,,",
	    PROBLEM_METHOD_EXCLUDED, "method", "commitment" },
	{ .in = "items.csv", I7, "I-00007,M-0001,P-054,direct_cancel,无,,,,没有依据", PROBLEM_GROUND_UNKNOWN, "remark",
	    "没有依据" },
	{ .in = "items.csv", "child_name;sex;birth_time;mother_id_number;mother_name,", ",", PROBLEM_FIELDS_MISSING,
	    "fields", "" },
	{ .in = "items.csv", I7, "I-00007,M-0001,P-054,direct_cancel,无,,name,,无法律法规依据", PROBLEM_FIELDS_NOT_QUERY,
	    "fields", "name" },
	{ .in = "items.csv", "child_name;sex;", "child_nam;sex;", PROBLEM_FIELDS_UNKNOWN, "fields", "child_nam", "child_name" },
	{ .in = "items.csv", I7, "I-00007,M-0001,P-054,direct_cancel,无,,,8,无法律法规依据", PROBLEM_HOURS_NOT_VERIFY,
	    "verify_hours", "8" },
	/* Bindings and grants */
	{ .in = "item_bindings.csv", "I-00214,uscc,ask", "I-00214,usc,ask", PROBLEM_INPUT_UNKNOWN, "input", "usc", "uscc" },
	{ .in = "bindings.csv", "DS-001,id_number,party.applicant.number\n", "", PROBLEM_INPUT_UNBOUND, "input_fields",
	    "id_number", .file = "data_services.csv", .at = "DS-001," },
	{ .in = "bindings.csv", "form.birth_cert_number", "form.birth_cert_numbr", PROBLEM_BINDING_FORM_FIELD, "source",
	    "form.birth_cert_numbr", "birth_cert_number" },
	{ .in = "item_bindings.csv", "party.employee.number", "party.employe.number", PROBLEM_BINDING_ROLE, "source",
	    "party.employe.number", "employee" },
	{ .in = "item_bindings.csv", "party.employee.number", "party.seller.number", PROBLEM_BINDING_ROLE_MATTER, "source",
	    "party.seller.number" },
	{ .in = "bindings.csv", "DS-098,record_kind,ask", "DS-098,record_kind,const:breech", PROBLEM_BINDING_CONST, "source",
	    "const:breech", "breach" },
	{ .in = "bindings.csv", "const:P-168", "const:P-169", PROBLEM_BINDING_CONST, "source", "const:P-169", "P-168" },
	{ .in = "item_bindings.csv", "I-00214,uscc,ask", "I-00012,uscc,ask", PROBLEM_BINDING_NOT_QUERY, "item_code", "I-00012" },
	{ .in = "parties.csv", "M-0055,legal_representative,", "M-0055,lawyer,", PROBLEM_BINDING_DEFAULT_ROLE, "proof_code",
	    NULL, .file = "items.csv", .at = "I-00215," },
	{ .in = "grants.csv", G1 G1_END, "", PROBLEM_GRANT_MISSING, "code", "I-00021", .file = "items.csv", .at = "I-00021," },
	{ .in = "grants.csv", "G-0001,", "G-9001,330700-GA,M-0003,I-00014,DS-042,holder_name,核验,2019-01-01,2030-12-31,accepted\nG-0001,",
	    PROBLEM_GRANT_NOT_QUERY, "item_code", "I-00014" },
	{ .in = "grants.csv", "G-0001,330700-GA,M-0004", "G-0001,330700-GA,M-0005", PROBLEM_GRANT_MATTER, "matter_code",
	    "M-0005" },
	{ .in = "grants.csv", "I-00021,DS-042", "I-00021,DS-043", PROBLEM_GRANT_SERVICE, "service_code", "DS-043" },
	{ .in = "grants.csv", "G-0001,330700-GA", "G-0001,330700-ZG", PROBLEM_GRANT_AGENCY, "requesting_agency_code",
	    "330700-ZG" },
	{ .in = "grants.csv", "holder_name;cert_number;issue_date", "holder_name;cert_number", PROBLEM_GRANT_FIELDS, "fields",
	    "holder_name;cert_number" },
	{ .in = "grants.csv", "holder_name;cert_number;issue_date", "holder_name;cert_number;issue_date;colour",
	    PROBLEM_FIELDS_UNKNOWN, "fields", "colour" },
	{ .in = "grants.csv", "2019-01-01,2030-12-31", "2019-01-01,2018-12-31", PROBLEM_GRANT_DATES, "valid_until",
	    "2018-12-31" },
};

#endif
