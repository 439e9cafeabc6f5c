/*
 * What is wrong with an inventory: each slip is one change of the reference data, and one
 * error that says where it is, what is wrong and what to do, in both languages.
 */
#include "real.h"

#include <string.h>

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

#define NSLIPS (sizeof(slips) / sizeof(slips[0]))

static const struct sentence { const char *reason[2], *next[2]; } sentences[] = {
#define INVENTORY_ERROR(sym, zh, en, next_zh, next_en) { { zh, en }, { next_zh, next_en } },
#include "flow/inventory_errors.def"
#undef INVENTORY_ERROR
};

static struct real real;

static int
load(void **state)
{
	(void)state;
	real_load(&real);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	real_free(&real);
	return 0;
}

/* Whether text is the template with anything in place of its {names}. */
static int
fits(const char *template, const char *text)
{
	while (*template != '\0') {
		size_t len = strcspn(template, "{");
		const char *end = strchr(template, '}');
		char part[240];

		snprintf(part, sizeof(part), "%.*s", (int)len, template);
		text = strstr(text, part);
		if (text == NULL)
			return 0;
		text += len;
		template += len;
		if (*template == '{')
			template = end + 1;
	}
	return 1;
}

static size_t
line_of(const char *text, const char *at)
{
	size_t line = 1;

	assert_non_null(at);
	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Where a line begins with that text. */
static size_t
line_that_begins(const char *text, const char *with)
{
	char wanted[200];

	snprintf(wanted, sizeof(wanted), "\n%s", with);
	return line_of(text, strstr(text, wanted)) + 1;
}

/* Builds with one file replaced; the report is the caller's. */
static enum fault_code
build_with(size_t file, const char *text, size_t len, struct inventory_report *ret_report)
{
	struct inventory_file files[REAL_FILES];
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;

	memcpy(files, real.file, sizeof(files));
	files[file].text = text;
	files[file].len = len;
	if (inventory_build(files, REAL_FILES, &inv, ret_report, &f) == 0)
		inventory_unref(inv);
	return f.code;
}

/* The rest of what every error must have, whatever it is about. */
static void
expect_whole(const struct inventory_error *e)
{
	assert_true(e->file[0] != '\0');
	for (int lang = 0; lang < 2; lang++) {
		assert_true(e->reason[lang][0] != '\0');
		assert_true(e->next[lang][0] != '\0');
		assert_null(strchr(e->reason[lang], '{'));
		assert_true(strlen(e->reason[lang]) < sizeof(e->reason[lang]));
	}
	assert_string_not_equal(e->reason[LANG_ZH], e->reason[LANG_EN]);
	assert_string_not_equal(e->next[LANG_ZH], e->next[LANG_EN]);
}

static void
expect_error(const struct slip *s, const struct inventory_error *e, size_t line)
{
	const struct sentence *said = &sentences[s->problem];

	if (!fits(said->reason[LANG_EN], e->reason[LANG_EN]))
		fail_msg("%s: \"%s\": said: %s", s->in, s->put, e->reason[LANG_EN]);
	assert_true(fits(said->reason[LANG_ZH], e->reason[LANG_ZH]));
	assert_true(fits(said->next[LANG_EN], e->next[LANG_EN]));
	assert_true(fits(said->next[LANG_ZH], e->next[LANG_ZH]));
	assert_string_equal(e->file, s->file == NULL ? s->in : s->file);
	assert_int_equal(e->line, line);
	assert_string_equal(e->column, s->column);
	if (s->value != NULL)
		assert_string_equal(e->value, s->value);
	if (s->near != NULL) {
		char meant[80];

		snprintf(meant, sizeof(meant), "Did you mean %s?", s->near);
		if (strstr(e->next[LANG_EN], meant) == NULL)
			fail_msg("%s: \"%s\": next: %s", s->in, s->put, e->next[LANG_EN]);
		assert_non_null(strstr(e->next[LANG_ZH], s->near));
	}
	expect_whole(e);
}

/* The error of a slip in a report; the others of a slip with several are checked as a whole. */
static const struct inventory_error *
pick(const struct slip *s, const struct inventory_report *report, size_t line)
{
	for (size_t i = 0; i < report->n; i++)
		expect_whole(&report->error[i]);
	for (size_t i = 0; i < report->n; i++) {
		const struct inventory_error *e = &report->error[i];

		if (e->line == line && strcmp(e->file, s->file == NULL ? s->in : s->file) == 0 &&
		    fits(sentences[s->problem].reason[LANG_EN], e->reason[LANG_EN]))
			return e;
	}
	return &report->error[0];
}

static void
each_slip_is_one_error_with_place_reason_and_next_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < NSLIPS; i++) {
		const struct slip *s = &slips[i];
		size_t file = real_file(s->in), line;
		const char *text = real.file[file].text, *at = strstr(text, s->find);
		struct inventory_report report;
		struct buf changed = BUF_INIT;

		if (at == NULL)
			fail_msg("%s has no \"%s\"", s->in, s->find);
		buf_add(&changed, text, (size_t)(at - text));
		buf_str(&changed, s->put);
		buf_str(&changed, at + strlen(s->find));
		line = s->at == NULL ? line_of(text, at) + s->down :
		    line_that_begins(real.file[real_file(s->file)].text, s->at);
		assert_int_equal(build_with(file, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
		if (s->total != SIZE_MAX && report.total != (s->total == 0 ? 1 : s->total))
			fail_msg("%s: \"%s\": %zu errors, the last %s:%zu %s", s->in, s->put, report.total,
			    report.error[report.n - 1].file, report.error[report.n - 1].line,
			    report.error[report.n - 1].reason[LANG_EN]);
		expect_error(s, pick(s, &report, line), line);
		inventory_report_free(&report);
		buf_free(&changed);
	}
}

/* Whoever adds a kind of error shows how it comes about. */
static void
every_kind_of_error_has_an_example(void **state)
{
	/* Those that tests of their own bring about. */
	static const enum problem elsewhere[] = { PROBLEM_FILE_MISSING, PROBLEM_FILE_UNKNOWN,
		PROBLEM_FILE_REPEATED, PROBLEM_FILE_LARGE, PROBLEM_FILE_ROWS, PROBLEM_FILE_EMPTY,
		PROBLEM_LIST_LONG };
	int shown[PROBLEM_N] = { 0 };

	(void)state;
	for (size_t i = 0; i < NSLIPS; i++)
		shown[slips[i].problem] = 1;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		shown[elsewhere[i]] = 1;
	for (int p = 0; p < PROBLEM_N; p++)
		if (!shown[p])
			fail_msg("no example of: %s", sentences[p].reason[LANG_EN]);
}

/* Both languages fill in the same arguments, and nothing else is in braces. */
static void
the_sentences_use_arguments_that_exist(void **state)
{
	(void)state;
	for (int p = 0; p < PROBLEM_N; p++) {
		for (int lang = 0; lang < 2; lang++) {
			const char *text[2] = { sentences[p].reason[lang], sentences[p].next[lang] };

			for (int k = 0; k < 2; k++) {
				assert_true(text[k][0] != '\0');
				for (const char *q = text[k]; (q = strchr(q, '{')) != NULL; q++)
					assert_true(strncmp(q, "{a}", 3) == 0 || strncmp(q, "{b}", 3) == 0 ||
					    strncmp(q, "{value}", 7) == 0);
			}
		}
	}
}

static void
expect_only(const struct inventory_report *report, enum problem problem, const char *file, size_t line)
{
	assert_int_equal(report->total, 1);
	assert_true(fits(sentences[problem].reason[LANG_EN], report->error[0].reason[LANG_EN]));
	assert_string_equal(report->error[0].file, file);
	assert_int_equal(report->error[0].line, line);
	expect_whole(&report->error[0]);
}

/* What refers to the file is then not wrong as well. */
static void
a_missing_file_is_one_error(void **state)
{
	(void)state;
	for (size_t missing = 0; missing < REAL_FILES; missing++) {
		struct inventory_file files[REAL_FILES];
		struct inventory *inv = NULL;
		struct inventory_report report;
		struct fault f = FAULT_INIT;
		size_t n = 0;

		for (size_t i = 0; i < REAL_FILES; i++)
			if (i != missing)
				files[n++] = real.file[i];
		assert_int_equal(inventory_build(files, n, &inv, &report, &f), -1);
		assert_int_equal(f.code, FAULT_IMPORT_REFUSED);
		assert_string_equal(fault_arg_get(&f, "count"), "1");
		expect_only(&report, PROBLEM_FILE_MISSING, inventory_files[missing], 0);
		inventory_report_free(&report);
	}
}

static void
an_empty_file_is_one_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_report report;

		assert_int_equal(build_with(i, "", 0, &report), FAULT_IMPORT_REFUSED);
		expect_only(&report, PROBLEM_FILE_EMPTY, inventory_files[i], 0);
		inventory_report_free(&report);
	}
}

/* A file that breaks off in a quote: the rows before it count, those after it are unknown. */
static void
a_file_that_breaks_off_is_one_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		struct inventory_report report;
		struct buf text = BUF_INIT;
		const char *line = real.file[i].text;

		for (int k = 0; k < 5; k++)
			line = strchr(line, '\n') + 1;
		buf_add(&text, real.file[i].text, (size_t)(line - real.file[i].text));
		buf_str(&text, "\"");
		buf_str(&text, line);
		assert_int_equal(build_with(i, text.data, text.len, &report), FAULT_IMPORT_REFUSED);
		assert_int_equal(report.error[report.n - 1].line >= 6, 1);
		for (size_t k = 0; k < report.n; k++) {
			expect_whole(&report.error[k]);
			assert_string_equal(report.error[k].file, inventory_files[i]);
		}
		inventory_report_free(&report);
		buf_free(&text);
	}
}

static void
a_file_that_does_not_belong_is_named(void **state)
{
	struct inventory_file files[REAL_FILES + 1];
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	(void)state;
	memcpy(files, real.file, sizeof(real.file));
	files[REAL_FILES] = (struct inventory_file){ "item.csv", "a\n", 2 };
	assert_int_equal(inventory_build(files, REAL_FILES + 1, &inv, &report, &f), -1);
	expect_only(&report, PROBLEM_FILE_UNKNOWN, "item.csv", 0);
	assert_non_null(strstr(report.error[0].next[LANG_EN], "Did you mean items.csv?"));
	inventory_report_free(&report);

	files[REAL_FILES] = files[3];
	assert_int_equal(inventory_build(files, REAL_FILES + 1, &inv, &report, &f), -1);
	expect_only(&report, PROBLEM_FILE_REPEATED, inventory_files[3], 0);
	inventory_report_free(&report);
}

static void
a_file_over_the_limits_is_not_read(void **state)
{
	size_t divisions = real_file("divisions.csv");
	struct inventory_report report;
	char *lines = malloc(200001);

	(void)state;
	assert_non_null(lines);
	memset(lines, '\n', 200001);
	assert_int_equal(build_with(divisions, lines, 200001, &report), FAULT_IMPORT_REFUSED);
	expect_only(&report, PROBLEM_FILE_ROWS, "divisions.csv", 0);
	inventory_report_free(&report);
	/* Only the length is looked at. */
	assert_int_equal(build_with(divisions, lines, (size_t)1 << 40, &report), FAULT_IMPORT_REFUSED);
	expect_only(&report, PROBLEM_FILE_LARGE, "divisions.csv", 0);
	inventory_report_free(&report);
	free(lines);
}

static void
a_list_of_too_many_is_refused(void **state)
{
	size_t grants = real_file("grants.csv");
	const char *text = real.file[grants].text, *at = strstr(text, "holder_name;");
	struct inventory_report report;
	struct buf changed = BUF_INIT;

	(void)state;
	buf_add(&changed, text, (size_t)(at - text));
	for (int i = 0; i < 200; i++)
		buf_fmt(&changed, "f%d;", i);
	buf_str(&changed, at);
	assert_int_equal(build_with(grants, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
	assert_true(fits(sentences[PROBLEM_LIST_LONG].reason[LANG_EN], report.error[0].reason[LANG_EN]));
	assert_string_equal(report.error[0].column, "fields");
	inventory_report_free(&report);
	buf_free(&changed);
}

/* What the CSV reader and the compiler of expressions find is said in their words. */
static void
faults_of_the_parsers_below_become_errors(void **state)
{
	static const struct { const char *in, *find, *put, *column; size_t line; enum fault_code code; } bad[] = {
		{ "divisions.csv", "婺城区", "\"婺城区\"x", "", 4, FAULT_CSV_MALFORMED },
		{ "divisions.csv", "婺城区", "\xff", "", 4, FAULT_CSV_MALFORMED },
		{ "items.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"",
		    "\"{\"\"==\"\":[\"", "required_when", 3, FAULT_LOGIC_MALFORMED },
		{ "items.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"",
		    "\"{\"\"equals\"\":[{\"\"var\"\":\"\"marital_status\"\"},\"\"married\"\"]}\"", "required_when", 3,
		    FAULT_LOGIC_MALFORMED },
		{ "assertions.csv", "\"{\"\"==\"\":[{\"\"var\"\":\"\"count\"\"},0]}\"", "{", "established_when", 37,
		    FAULT_LOGIC_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t file = real_file(bad[i].in);
		const char *text = real.file[file].text, *at = strstr(text, bad[i].find);
		struct inventory_report report;
		struct buf changed = BUF_INIT;

		assert_non_null(at);
		buf_add(&changed, text, (size_t)(at - text));
		buf_str(&changed, bad[i].put);
		buf_str(&changed, at + strlen(bad[i].find));
		assert_int_equal(build_with(file, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
		assert_int_equal(report.total, 1);
		assert_string_equal(report.error[0].file, bad[i].in);
		assert_string_equal(report.error[0].column, bad[i].column);
		if (bad[i].column[0] != '\0')
			assert_int_equal(report.error[0].line, line_of(text, at));
		else
			assert_int_equal(report.error[0].line, bad[i].line);
		assert_true(fits(fault_template(bad[i].code, LANG_EN, 1), report.error[0].next[LANG_EN]));
		expect_whole(&report.error[0]);
		inventory_report_free(&report);
		buf_free(&changed);
	}
}

static int
file_order(const char *name)
{
	return (int)real_file(name);
}

/* Thousands of errors: all are counted, the first by file and line are kept, in order. */
static void
many_errors_are_counted_and_the_first_kept_in_order(void **state)
{
	struct inventory_report report;
	struct buf changed = BUF_INIT;
	size_t matters = real_file("matters.csv");
	const char *text = real.file[matters].text;

	(void)state;
	for (const char *p = text; *p != '\0'; p++)
		buf_char(&changed, *p == 'M' && p[1] == '-' ? 'N' : *p);
	assert_int_equal(build_with(matters, changed.data, changed.len, &report), FAULT_IMPORT_REFUSED);
	assert_int_equal(report.n, INVENTORY_ERRORS_MAX);
	/* Every reference to a matter is wrong, and every matter lacks its applicant. */
	assert_int_equal(report.total, 4052 + 2449 + 316 + 880);
	for (size_t i = 1; i < report.n; i++) {
		const struct inventory_error *a = &report.error[i - 1], *b = &report.error[i];

		assert_true(file_order(a->file) < file_order(b->file) ||
		    (file_order(a->file) == file_order(b->file) && a->line <= b->line));
	}
	assert_string_equal(report.error[0].file, "matters.csv");
	assert_int_equal(report.error[0].line, 2);
	assert_int_equal(report.error[199].line, 201);
	inventory_report_free(&report);
	inventory_report_free(&report);		/* once more does no harm */
	buf_free(&changed);
}

/* Several slips in several files are all told at once. */
static void
all_slips_are_told_at_once(void **state)
{
	struct inventory_file files[REAL_FILES];
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;
	struct buf copy[REAL_FILES];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < REAL_FILES; i++) {
		copy[i] = (struct buf)BUF_INIT;
		buf_add(&copy[i], real.file[i].text, real.file[i].len);
		files[i] = (struct inventory_file){ inventory_files[i], copy[i].data, copy[i].len };
	}
	/* Changes that keep the length: a digit of a day, a letter of a code, of an enum. */
	memcpy(strstr(copy[real_file("workdays.csv")].data, "2026-10-07"), "2026-13-07", 10);
	memcpy(strstr(copy[real_file("grants.csv")].data, "accepted"), "acceptee", 8);
	memcpy(strstr(copy[real_file("items.csv")].data, "I-00005,M-0001"), "I-00005,M-9999", 14);
	memcpy(strstr(copy[real_file("agencies.csv")].data, "government"), "govermnent", 10);
	assert_int_equal(inventory_build(files, REAL_FILES, &inv, &report, &f), -1);
	assert_int_equal(report.total, 4);
	assert_string_equal(fault_arg_get(&f, "count"), "4");
	assert_string_equal(report.error[n++].file, "agencies.csv");
	assert_string_equal(report.error[n++].file, "items.csv");
	assert_string_equal(report.error[n++].file, "grants.csv");
	assert_string_equal(report.error[n++].file, "workdays.csv");
	inventory_report_free(&report);
	for (size_t i = 0; i < REAL_FILES; i++)
		buf_free(&copy[i]);
}

/* Spreadsheets write a byte-order mark and CRLF, and may move columns. */
static void
columns_in_another_order_and_crlf_are_read(void **state)
{
	static const char moved[] = "\xEF\xBB\xBFname,code,parent_code,level\r\n";
	size_t file = real_file("divisions.csv");
	const char *p = strchr(real.file[file].text, '\n') + 1;
	struct inventory_report report;
	struct buf text = BUF_INIT;

	(void)state;
	buf_str(&text, moved);
	while (*p != '\0') {
		char code[8], name[64], level[16], parent[8] = "";

		assert_true(sscanf(p, "%7[^,],%63[^,],%15[^,],%7[^\n]", code, name, level, parent) >= 3);
		buf_fmt(&text, "%s,%s,%s,%s\r\n", name, code, parent, level);
		p = strchr(p, '\n') + 1;
	}
	assert_int_equal(build_with(file, text.data, text.len, &report), FAULT_NONE);
	assert_int_equal(report.total, 0);
	buf_free(&text);
}

static void
the_distance_of_words_counts_slips_of_the_finger(void **state)
{
	const char *near = NULL;

	(void)state;
	assert_int_equal(report_distance("", ""), 0);
	assert_int_equal(report_distance("abc", ""), 3);
	assert_int_equal(report_distance("kitten", "sitting"), 3);
	assert_int_equal(report_distance("direct_cancle", "direct_cancel"), 1);
	assert_int_equal(report_distance("ab", "ba"), 1);
	report_nearer("comitment", "department_verify", &near);
	assert_null(near);
	report_nearer("comitment", "commitments", &near);
	report_nearer("comitment", "commitment", &near);
	assert_string_equal(near, "commitment");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_slip_is_one_error_with_place_reason_and_next_step),
		cmocka_unit_test(every_kind_of_error_has_an_example),
		cmocka_unit_test(the_sentences_use_arguments_that_exist),
		cmocka_unit_test(a_missing_file_is_one_error),
		cmocka_unit_test(an_empty_file_is_one_error),
		cmocka_unit_test(a_file_that_breaks_off_is_one_error),
		cmocka_unit_test(a_file_that_does_not_belong_is_named),
		cmocka_unit_test(a_file_over_the_limits_is_not_read),
		cmocka_unit_test(a_list_of_too_many_is_refused),
		cmocka_unit_test(faults_of_the_parsers_below_become_errors),
		cmocka_unit_test(many_errors_are_counted_and_the_first_kept_in_order),
		cmocka_unit_test(all_slips_are_told_at_once),
		cmocka_unit_test(columns_in_another_order_and_crlf_are_read),
		cmocka_unit_test(the_distance_of_words_counts_slips_of_the_finger),
	};

	return cmocka_run_group_tests_name("inventory errors", tests, load, unload);
}
