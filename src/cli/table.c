/*
 * table.c - the commands and their options.
 */
#include "cli/cli.h"

static const struct opt_row options[CLI_NOPTS] = {
#define OPT(sym, name, letter, many, arg, values, zh, en) \
	[OPT_##sym] = { name, letter, many, arg, values, { zh, en } },
#include "cli/options.def"
#undef OPT
};

#define OPTS(...) (const enum opt[]){ __VA_ARGS__ CLI_NOPTS }
#define BIT(exit) (1u << CLI_##exit)
/* What any command can end with, and what those add that ask the server. */
#define LOCAL (BIT(OK) | BIT(FAILED) | BIT(USAGE) | BIT(SYSTEM))
#define READS (LOCAL | BIT(NOT_FOUND))
#define WRITES (READS | BIT(CONFLICT))

const struct command cli_commands[] = {
	{ "init", "DIR", 1, 0, OPTS(OPT_DIVISION, OPT_ORIGIN, OPT_STORE, OPT_JOIN, OPT_DEMO,), LOCAL,
	    { "建一个实例", "make an instance" },
	    { "在 DIR 建实例:设置、库、密钥和日志。区划和公开主机名建好后不能改。目录里已有实例时什么也不动。"
	      "加 --demo 建成演示实例,登录时可选演示用户,只接受本机访问。"
	      "加 --join 时不建新库,而是给 DIR1 的 PostgreSQL 库再添一个进程;DIR1 可以是从别的机器复制来的,"
	      "那时用 --store 写明从本机怎样连库。",
	      "Makes an instance in DIR: settings, store, keys and log.  Division and public host cannot "
	      "be changed later.  A directory that holds an instance is left alone.  With --demo "
	      "there are demo users to sign in as, and only localhost is answered.  With --join there is "
	      "no new store but one more process on the PostgreSQL database of DIR1, which may have "
	      "been copied from another machine; --store then says how this one reaches the database." },
	    "wzm init ./instance --demo\n", cmd_init },
	{ "import inventory", "SRC", 1, 0, OPTS(OPT_REPORT,), WRITES,
	    { "导入清单", "import an inventory" },
	    { "读清单,存为草案;发布后才生效(wzm inventory publish)。SRC 是目录,各表为 CSV 或 .xlsx;也可以是一个工作簿,"
	      "每表一张工作表。有错时逐处列出文件、行、列、值和理由,什么也不导入;内容与已有的某版相同时不生成新版本。"
	      "服务在运行时由服务导入,否则直接导入。",
	      "Reads an inventory and keeps it as a draft, which is in force once published (wzm inventory "
	      "publish).  SRC is a directory with each table as CSV or .xlsx, or one workbook with a sheet "
	      "for each table.  Errors are listed with file, line, column, value and reason, and nothing "
	      "is imported; content that some version has already makes no new one.  A running server "
	      "does it, else the command itself." },
	    "wzm import inventory examples/jinhua\n", cmd_import_inventory },
	{ "import dataset", "SRC", 1, 0, OPTS(), WRITES,
	    { "导入部门数据", "import departments' data" },
	    { "从目录 SRC 读各数据服务的 CSV 文件,封存后存入库,作为内置数据源。",
	      "Reads the CSV files of the data services from the directory SRC and stores them sealed, as "
	      "the built-in sources." },
	    "wzm import dataset examples/jinhua/registry\n", cmd_import_dataset },
	{ "inventory list", "", 0, 0, OPTS(), READS,
	    { "列出清单各版", "list the versions of the inventory" },
	    { "列出各版:草案、待生效、现行、从前的,各从哪天起、依据什么决定。草案只有改革专班和系统管理员看得到。",
	      "Lists the versions: drafts, those to come, the one in force and earlier ones, with the day "
	      "and the decision of each publication.  Drafts are seen by the reform office and operators." },
	    "wzm inventory list --as u-4001\n", cmd_inventory_list },
	{ "inventory diff", "[FROM] [TO]", 0, 0, OPTS(), READS,
	    { "比较两版清单", "compare two versions" },
	    { "逐处列出第 FROM 版到第 TO 版的不同;没有时为现行版到最新一版。+ 增加的行,- 减少的行,~ 改动的格。",
	      "Lists every difference from version FROM to version TO; from the one in force to the newest "
	      "unless given.  + a row that came, - one that went, ~ a cell that changed." },
	    "wzm inventory diff 1 2 --as u-4001\n", cmd_inventory_diff },
	{ "inventory publish", "[VERSION]", 0, 0, OPTS(OPT_EFFECTIVE, OPT_DECISION, OPT_SURE,), WRITES,
	    { "发布一版清单", "publish a version" },
	    { "使第 VERSION 版(没有时为最新一版)从某天起生效,须写明依据的决定。在终端上先显示不同之处并询问。"
	      "办理中的件仍按受理时的版本。服务没有运行时由本机直接发布。",
	      "Puts version VERSION (the newest unless given) in force from a day on; the decision it rests on "
	      "must be named.  On a terminal it first shows what differs and asks.  Open cases keep "
	      "their version.  Where no server runs, the command does it itself." },
	    "wzm inventory publish 2 --as u-4001 --effective 2026-12-01 --decision 金司〔2026〕12号 --yes\n",
	    cmd_inventory_publish },
	{ "inventory withdraw", "PUBLICATION", 1, 0, OPTS(OPT_REASON,), WRITES,
	    { "撤回一次发布", "withdraw a publication" },
	    { "撤回还没有生效的一次发布,写明理由。已经生效的不能撤回,只能再发布一版。",
	      "Takes back a publication whose day has not come, with the reason.  What is in force cannot be "
	      "withdrawn, only followed by another." },
	    "wzm inventory withdraw 2 --as u-4001 --reason 文号有误\n", cmd_inventory_withdraw },
	{ "inventory history", "[ITEM]", 0, 0, OPTS(OPT_IN_MATTER,), READS,
	    { "看一个证明事项的沿革", "show what the list has said of an item" },
	    { "列出清单从第一版起对一个证明事项怎么说,何时变的,依据什么决定;--matter 列出一个事项的全部。",
	      "Lists what the list has said of an item since its first version, when that changed and by which "
	      "decision; with --matter of all items of a matter." },
	    "wzm inventory history I-01384\n", cmd_inventory_history },
	{ "inventory asof", "DATE [ITEM]", 1, 0, OPTS(), READS,
	    { "看某日的清单", "show what was in force on a day" },
	    { "显示某日生效的是哪一版;给出 ITEM 时显示那天它怎么说。",
	      "Shows which version was in force on a day; with ITEM, what it said of that item." },
	    "wzm inventory asof 2026-11-30 I-01384\n", cmd_inventory_asof },
	{ "inventory lint", "SRC", 1, 0, OPTS(OPT_REPORT,), LOCAL,
	    { "检查清单文件", "check the files of an inventory" },
	    { "像导入一样检查 SRC(目录或工作簿),但什么也不导入;不需要实例和服务,供准备清单的单位用。",
	      "Checks SRC (a directory or a workbook) as an import would, and imports nothing; needs no "
	      "instance and no server.  For the office that prepares the list." },
	    "wzm inventory lint examples/jinhua --report report.xlsx\n", cmd_inventory_lint },
	{ "inventory export", "", 0, 0, OPTS(OPT_FORMAT, OPT_EXPORT_TO, OPT_OF_VERSION,), LOCAL | BIT(NOT_FOUND),
	    { "导出清单", "export the inventory" },
	    { "把清单的一版写成 CSV 文件(与保存的逐字节相同)、工作簿或 JSON。直接读库,服务在不在运行都可以。",
	      "Writes a version of the inventory as the CSV files that are kept, byte for byte, as a "
	      "workbook, or as JSON.  Reads the store itself, whether a server runs or not." },
	    "wzm inventory export --format xlsx --to inventory.xlsx\n", cmd_inventory_export },
	{ "serve", "", 0, 1, OPTS(), LOCAL | BIT(CONFLICT) | BIT(FORK),
	    { "启动服务", "run the server" },
	    { "打开实例并提供网页和接口,直到收到 SIGTERM 或 SIGINT。设置的先后:内置、wzm.conf、"
	      "环境变量 WZM_*、选项,后者优先。",
	      "Opens the instance and serves pages and API until SIGTERM or SIGINT.  Settings are "
	      "built in, then of wzm.conf, then of the environment (WZM_*), then options; later ones win." },
	    "wzm serve --port 8080\n", cmd_serve },
	{ "sign", "DIR", 1, 0, OPTS(OPT_ADOPT, OPT_CHECKPOINT,), LOCAL | BIT(NOT_FOUND) | BIT(CONFLICT),
	    { "签名进程:只有它读日志的密钥", "the signer: the only one that reads the log's key" },
	    { "由 wzm serve 启动,或由 systemd 以自己的用户启动(套接字激活);平时不必自己运行。"
	      "它读 DIR/wzm.conf 里的 origin 和 log、DIR/sign/ 里的密钥和状态,只签是上次所签之延续的树,先存状态再交出签名。"
	      "加 --adopt 时只把状态向前移到库里最新的检查点,它须是这把密钥签的,绝不往回;用在状态丢了或从副本恢复之后,"
	      "先停止服务。",
	      "Started by wzm serve, or by systemd as a user of its own (socket activation); nobody need run it "
	      "otherwise.  It reads origin and log in DIR/wzm.conf and the key and the state in DIR/sign/, signs only "
	      "trees that continue what it signed last, and keeps its state before it hands a signature out.  With "
	      "--adopt it only moves the state forward to the newest checkpoint of the store, which must be signed by "
	      "this key, and never back: for after the state was lost or put back from a copy.  Stop the server first." },
	    "wzm sign ./instance --adopt\n", cmd_sign },

	{ "case open", "", 0, 0, OPTS(OPT_MATTER, OPT_DIVISION, OPT_CHANNEL, OPT_PARTY,
	    OPT_MANDATE, OPT_ANSWER_FIELD, OPT_ASK, OPT_FILE,), WRITES,
	    { "开一个办件", "open a case" },
	    { "为一个事项开办件,列出它的每个证明事项和状态。表单答案按事项表单的类型转换。"
	      "命令行上的姓名和号码,本机其他用户用 ps 看得到:真实办件请用 --file -。",
	      "Opens a case for a matter and lists its items with their state.  Answers of the form are "
	      "converted to the types that the matter's form gives.  Other users of the machine can see "
	      "the names and numbers of a command line with ps: for real people use --file -." },
	    "wzm case open --as u-1001 --matter M-0303 \\\n"
	    "    --party applicant:person:citizen_id:310101199003079013:俞明远 \\\n"
	    "    --party buyer:person:citizen_id:310101199003079013:俞明远 \\\n"
	    "    --party seller:person:citizen_id:330703199210269759:胡庆东 \\\n"
	    "    --answer applicant_type=person --answer marital_status=married \\\n"
	    "    --answer has_agent=false --ask I-01396.household_code=H31010100001\n", cmd_case_open },
	{ "case show", "ID", 1, 0, OPTS(), READS,
	    { "看一个办件", "show a case" },
	    { "显示办件和每个证明事项。ID 是办件编号或编号。",
	      "Shows a case and each of its items.  ID is the case number or the id." },
	    "wzm case show 330703-261123-A00001-7 --as u-1001\n", cmd_case_show },
	{ "case list", "", 0, 0, OPTS(OPT_STATE, OPT_NUMBER, OPT_PERSON, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出办件", "list cases" },
	    { "列出本单位或本区划的办件,新的在前。加 --person 只列此人为当事人的,谁查了谁会记下。"
	      "命令行上的号码,本机其他用户用 ps 看得到:真实的人请用 --person -。",
	      "Lists the cases of one's agency or division, newest first.  With --person those that somebody is "
	      "a party of; who looked for whom is recorded.  Other users of the machine can see a number "
	      "on a command line with ps: for real people use --person -." },
	    "wzm case list --as u-1001 --state open\n", cmd_case_list },
	{ "case answers", "ID", 1, 0, OPTS(OPT_ANSWER_FIELD, OPT_ASK, OPT_PARTY, OPT_MANDATE,
	    OPT_WITHOUT, OPT_FILE, OPT_SEEN,), WRITES,
	    { "补填或改正表单和当事人", "add to or correct the form and the parties of a case" },
	    { "给出的答案加入办件的表单,同名的替换;给出的当事人加入办件,同角色的替换。证明事项随之重新判断,"
	      "已办妥且仍需要的不变,问的人或值变了的重新开始。命令行上的姓名和号码,本机其他用户用 ps "
	      "看得到:真实办件请用 --file -。",
	      "Adds the given answers to the form of the case, replacing those of the same name, and the given "
	      "parties, replacing those of the same role.  Its items are worked out again: settled ones that "
	      "still apply stay settled, those about somebody or a value that is another now begin anew.  Other "
	      "users of the machine can see the names and numbers of a command line with ps: for real people "
	      "use --file -." },
	    "wzm case answers 330703-261123-A00001-7 --as u-1001 --answer marital_status=married \\\n"
	    "    --party spouse:person:citizen_id:330703199210269759:胡庆东\n", cmd_case_answers },
	{ "case settle", "ID", 1, 0, OPTS(OPT_SEEN,), WRITES,
	    { "办理能自动办的各项", "settle what settles by itself" },
	    { "发出所有条件齐备的数据查询和部门核验。需要人办的(承诺、补信息)留着。",
	      "Makes all data queries and sends all verifications that are ready.  What needs a person "
	      "(commitments, missing inputs) stays." },
	    "wzm case settle 330703-261123-A00001-7 --as u-1001\n", cmd_case_settle },
	{ "case query", "ID ITEM", 2, 0, OPTS(OPT_INPUT, OPT_AGAIN, OPT_SEEN,), WRITES,
	    { "查询一项", "query one item" },
	    { "对一个证明事项作数据查询。查无是答复;没有得到答复则转部门核验。",
	      "Makes the data query of one item.  \"Not found\" is an answer; without an answer the item goes to "
	      "the department's desk." },
	    "wzm case query 330703-261123-A00001-7 I-01396 --as u-1001 --ask household_code=H31010100001\n",
	    cmd_case_query },
	{ "case verify", "ID ITEM", 2, 0, OPTS(OPT_NOTE, OPT_SEEN,), WRITES,
	    { "请部门核验一项", "send one item to the department's desk" },
	    { "把一个证明事项发给应负责单位的核验岗。", "Sends one item to the desk of the agency answerable for it." },
	    "wzm case verify 330703-261123-A00001-7 I-01398 --as u-1001\n", cmd_case_verify },
	{ "case supply", "ID ITEM", 2, 0, OPTS(OPT_SUPPLIED, OPT_SEEN,), WRITES,
	    { "答复核验岗的补充要求", "answer what the desk asked back" },
	    { "核验岗要求补充时,写明补充什么;期限从此接着算。",
	      "Says what the desk lacked; its clock runs again from then." },
	    "wzm case supply 330703-261123-A00001-7 I-01398 --as u-1001 --text 户名是申请人的配偶\n",
	    cmd_case_supply },
	{ "case recall", "ID ITEM", 2, 0, OPTS(OPT_REASON, OPT_SEEN,), WRITES,
	    { "撤回核验", "take a verification back" },
	    { "撤回在办的核验,写明理由;这一项回到发出以前。",
	      "Takes the question back, with the reason; the item is where it was before it was sent." },
	    "wzm case recall 330703-261123-A00001-7 I-01398 --as u-1001 --reason 申请人改用其他材料\n",
	    cmd_case_recall },
	{ "case remind", "ID ITEM", 2, 0, OPTS(OPT_NOTE, OPT_SEEN,), WRITES,
	    { "催办", "remind the desk" },
	    { "催核验岗答复;窗口一方一小时最多一次。", "Reminds the desk; the counter may once an hour." },
	    "wzm case remind 330703-261123-A00001-7 I-01398 --as u-1001\n", cmd_case_remind },
	{ "case commit", "ID ITEM", 2, 0, OPTS(OPT_SIGNER, OPT_YES, OPT_SEEN,), WRITES,
	    { "以告知承诺办一项", "settle one item by a commitment" },
	    { "显示告知书和承诺书,确认后记下承诺。承诺须由本人作出。",
	      "Shows the notice and the letter and, once confirmed, records the commitment.  Nobody signs on "
	      "another's behalf." },
	    "wzm case commit 330703-261123-A00001-7 I-00042 --as u-1001 --signer applicant --yes\n",
	    cmd_case_commit },
	{ "case dispute", "ID ITEM", 2, 0, OPTS(OPT_REASON, OPT_CLAIMED, OPT_SEEN,), WRITES,
	    { "对一项的查询结果提异议", "dispute what an item's data query gave" },
	    { "写明理由,交数据主管单位 5 个工作日内答复;办件照常办理。",
	      "Says why; the agency that owns the data answers within 5 working days.  The case goes on." },
	    "wzm case dispute 330703-261123-A00001-7 I-01384 --as u-1001 \\\n"
	    "    --reason 证书上面积不同 --claimed 187平方米\n", cmd_case_dispute },
	{ "case withdraw-dispute", "ID ITEM DISPUTE", 3, 0, OPTS(OPT_SEEN,), WRITES,
	    { "撤回异议", "take a dispute back" },
	    { "由提出的人在答复前撤回。", "By whoever opened it, before it is answered." },
	    "wzm case withdraw-dispute 330703-261123-A00001-7 I-01384 \\\n"
	    "    330703-01a20606-65f9-7abc-8def-0123456789af --as u-1001\n", cmd_case_withdraw_dispute },
	{ "case see-notice", "ID NOTICE", 2, 0, OPTS(OPT_SEEN,), WRITES,
	    { "已阅一条告知", "say that a notice was seen" },
	    { "告知不再显示;再查一次也算已阅。", "It is shown no more; asking the source again says so as well." },
	    "wzm case see-notice 330703-261123-A00001-7 \\\n"
	    "    330703-01a20606-65f9-7abc-8def-0123456789b0 --as u-1001\n", cmd_case_see_notice },
	{ "case accept", "ID", 1, 0, OPTS(OPT_DEFER, OPT_UNTIL_DAY, OPT_SEEN,), WRITES,
	    { "受理", "accept a case" },
	    { "受理办件;不能有待定或待补信息的项。有 --defer 时为容缺受理:写全这些项和补齐的期限,补齐前不能办结。",
	      "Accepts the case; no item may be undecided or waiting for input.  With --defer it may: "
	      "these are named, all of them, with the day until which what they lack may come; the case "
	      "is not settled before." },
	    "wzm case accept 330703-261123-A00001-7 --as u-1001\n", cmd_case_accept },
	{ "case correct", "ID", 1, 0, OPTS(OPT_WORDS, OPT_DAYS, OPT_SEEN,), WRITES,
	    { "一次告知补正", "tell the applicant of all that lacks" },
	    { "一次告知申请人受理前还缺的全部内容;只能告知一次。补正后受理的,时限自受理之日起算。",
	      "Tells the applicant once of all that stands in the way of an acceptance.  The limits then "
	      "run from the acceptance." },
	    "wzm case correct 330703-261123-A00001-7 --as u-1001 --words 请补填婚姻状况\n", cmd_case_correct },
	{ "case transfer", "ID", 1, 0, OPTS(OPT_AGENCY, OPT_REASON, OPT_SEEN,), WRITES,
	    { "转到另一窗口", "give the case to another counter" },
	    { "把办件转到同一区划另一有窗口的单位。事项、证明事项、记录和核验不变,数据授权仍是事项主管单位的。",
	      "Gives the case to another agency of its division that has a counter.  Matter, items, "
	      "records and verifications stay, and so do the grants of the matter's agency." },
	    "wzm case transfer 330703-261123-A00001-7 --as u-1001 \\\n"
	    "    --agency 330703-XZF --reason 申请人改在综合窗口办理\n", cmd_case_transfer },
	{ "case conclude", "ID", 1, 0, OPTS(OPT_OUTCOME, OPT_REASON, OPT_RESULT, OPT_SEEN,), WRITES,
	    { "办结", "conclude a case" },
	    { "以 settled(办结)、refused(不予受理、不予办理,须有理由)或 withdrawn(撤回,须有理由)结束办件。"
	      "办件是一件事的一个步骤时,办结须给出这一步的结果(--result)。",
	      "Ends the case as settled, refused or withdrawn; the last two with a reason, which the "
	      "applicant reads on the slip.  Where it is a step of a life event, settling it gives the "
	      "results of that step (--result)." },
	    "wzm case conclude 330703-261123-A00001-7 --as u-1001 --outcome settled\n", cmd_case_conclude },
	{ "case slip", "ID KIND", 2, 0, OPTS(), READS,
	    { "看给申请人的文书", "show a slip for the applicant" },
	    { "文书:acceptance(受理)、deferral(容缺受理)、correction(补正)、refusal(不予受理、不予办理)、"
	      "withdrawal(撤回)、result(办结)。事情办了才有文书。",
	      "Slips: acceptance, deferral, correction, refusal, withdrawal, result.  Only of what has "
	      "happened." },
	    "wzm case slip 330703-261123-A00001-7 acceptance --as u-1001\n", cmd_case_slip },
	{ "case records", "ID", 1, 0, OPTS(), READS,
	    { "看办件的存证记录", "show the records of a case" },
	    { "列出办件的每条存证记录及其在日志里的序号。",
	      "Lists every record of the case and its index in the log." },
	    "wzm case records 330703-261123-A00001-7 --as u-1001\n", cmd_case_records },

	{ "record list", "", 0, 0, OPTS(OPT_PERSON, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出一人的足迹", "list the trail of a person" },
	    { "列出查询过此人、提到此人或以此人为当事人的存证记录,新的在前;谁查了谁会记下。"
	      "命令行上的号码,本机其他用户用 ps 看得到:真实的人请用 --person -。",
	      "Lists the records that asked about somebody, mention them or name them as a party, newest "
	      "first; who looked for whom is recorded.  Other users of the machine can see a number on a "
	      "command line with ps: for real people use --person -." },
	    "wzm record list --as u-6003 --person citizen_id:330703199210269759\n", cmd_record_list },

	{ "verification list", "", 0, 0, OPTS(OPT_STATE, OPT_DESK, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出本岗核验", "list the verifications of one's desk" },
	    { "按期限列出本岗和代班岗的核验。状态:sent、signed_for、need_more、answered、returned、transferred、withdrawn,"
	      "或 open(前两种)。",
	      "Lists by deadline the verifications of one's desk, and of those one is deputy for.  States: "
	      "sent, signed_for, need_more, answered, returned, transferred, withdrawn, or open for the "
	      "first two." },
	    "wzm verification list --as u-2001 --state open\n", cmd_verification_list },
	{ "verification show", "ID", 1, 0, OPTS(), READS,
	    { "看一个核验", "show a verification" },
	    { "显示核验的问题、被核验人和经过。", "Shows the question, whom it is about, and what happened." },
	    "wzm verification show 330703-01a20606-65f9-7abc-8def-0123456789ad --as u-2001\n",
	    cmd_verification_show },
	{ "verification sign-for", "ID", 1, 0, OPTS(OPT_SEEN,), WRITES,
	    { "签收核验", "sign for a verification" },
	    { "表示本岗已接手。", "Says that somebody at the desk has it." },
	    "wzm verification sign-for 330703-01a20606-65f9-7abc-8def-0123456789ad --as u-2001\n",
	    cmd_verification_sign_for },
	{ "verification answer", "ID...", 1, 0, OPTS(OPT_DESK_ANSWER, OPT_BASIS, OPT_SEEN,), WRITES,
	    { "答复核验", "answer a verification" },
	    { "以 match(一致)、mismatch(不一致)、not_found(查无)或 cannot_verify(无法核验)答复,并写明依据。"
	      "无法核验不是答复,转督办。给出多个 ID 时一并答复,最多 50 个,各自成败,逐个列出。",
	      "Answers match, mismatch, not_found or cannot_verify, with the basis.  cannot_verify is not an "
	      "answer: the item goes to supervision.  Several, at most 50, are answered in one go; each stands "
	      "alone, and the list says how each went." },
	    "wzm verification answer 330703-01a20606-65f9-7abc-8def-0123456789ad \\\n"
	    "    --as u-2001 --answer match --basis 查本年度缴费台账,无欠费\n", cmd_verification_answer },
	{ "verification return", "ID", 1, 0, OPTS(OPT_REASON, OPT_SEEN,), WRITES,
	    { "退回核验", "return a verification" },
	    { "不归本岗的核验退回,写明理由。", "Returns a verification that is not the desk's business, with the reason." },
	    "wzm verification return 330703-01a20606-65f9-7abc-8def-0123456789ad \\\n"
	    "    --as u-2001 --reason 户籍不在本区\n", cmd_verification_return },
	{ "verification need-more", "ID", 1, 0, OPTS(OPT_LACKS, OPT_SEEN,), WRITES,
	    { "要求补充", "ask the counter back" },
	    { "写明还缺什么。窗口答复以前,期限暂停。须先签收。",
	      "Says what is lacking.  The clock stands until the counter has answered.  To be signed for first." },
	    "wzm verification need-more 330703-01a20606-65f9-7abc-8def-0123456789ad \\\n"
	    "    --as u-2001 --what 请说明户名与申请人的关系\n", cmd_verification_need_more },
	{ "verification transfer", "ID", 1, 0, OPTS(OPT_DESK, OPT_REASON, OPT_SEEN,), WRITES,
	    { "转交另一核验岗", "pass a verification on to another desk" },
	    { "转给本区划或上一级的另一核验岗,期限不变,写明理由。须先签收。",
	      "Passes it on to another desk of the division, or of the one above, with the same deadline and the "
	      "reason.  To be signed for first." },
	    "wzm verification transfer 330703-01a20606-65f9-7abc-8def-0123456789ad \\\n"
	    "    --as u-2001 --desk DK-330703-GA --reason 户籍归公安\n", cmd_verification_transfer },
	{ "verification overdue", "", 0, 0, OPTS(OPT_WITHIN, OPT_DIVISION, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出超时的核验", "list what is overdue" },
	    { "供督办:按期限列出本区划及所辖区划超时的核验,--within 再加上几个工作小时内到期的。",
	      "For supervisors: lists by deadline what is overdue in one's division and those below it; with "
	      "--within also what is due within so many office hours." },
	    "wzm verification overdue --as u-5001 --within 4\n", cmd_verification_overdue },
	{ "verification remind", "ID", 1, 0, OPTS(OPT_NOTE,), WRITES,
	    { "督办催办", "remind a desk as a supervisor" },
	    { "催核验岗答复;督办一方一小时最多一次。", "Reminds the desk; supervisors may once an hour." },
	    "wzm verification remind 330703-01a20606-65f9-7abc-8def-0123456789ad --as u-5001\n",
	    cmd_verification_remind },

	{ "desk list", "", 0, 0, OPTS(OPT_DIVISION, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出核验岗", "list the desks" },
	    { "按代码列出核验岗、所属单位和上级岗。", "Lists the desks by code, with agency and the desk above." },
	    "wzm desk list --division 330703\n", cmd_desk_list },
	{ "desk deputies", "DESK", 1, 0, OPTS(), READS,
	    { "看谁代班", "show who stands in at a desk" },
	    { "列出核验岗的代班人员和起止日,以及可以代班的人。", "Lists the deputies of a desk with their days, and who may be one." },
	    "wzm desk deputies DK-330703-GA --as u-2002\n", cmd_desk_deputies },
	{ "desk deputise", "DESK USER", 2, 0, OPTS(OPT_FROM, OPT_UNTIL,), WRITES,
	    { "指定代班", "name a deputy" },
	    { "由本岗人员或督办指定。其间代班人员看得到本岗的核验,以自己的名义答复。须是同一区划或上级岗的核验人员。",
	      "By the desk's own people or a supervisor.  In that time the deputy sees the desk's queue and "
	      "answers under their own name: another verifier of the division, or of the desk above." },
	    "wzm desk deputise DK-330703-GA u-2001 --as u-2002 --from 2026-12-01 --until 2026-12-05\n",
	    cmd_desk_deputise },
	{ "desk dismiss", "DESK USER", 2, 0, OPTS(), WRITES,
	    { "取消代班", "end a deputy's time" },
	    { "立即结束代班。", "Ends it at once." },
	    "wzm desk dismiss DK-330703-GA u-2001 --as u-2002\n", cmd_desk_dismiss },

	{ "dispute list", "", 0, 0, OPTS(OPT_STATE, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "列出对本单位数据的异议", "list the disputes of one's agency's data" },
	    { "按答复期限列出,先到期的在前。状态:open(默认)、corrected、upheld 或 withdrawn。",
	      "Lists them by deadline, what is due first comes first.  States: open (unless given), corrected, "
	      "upheld or withdrawn." },
	    "wzm dispute list --as u-3001\n", cmd_dispute_list },
	{ "dispute show", "ID", 1, 0, OPTS(), READS,
	    { "看一个异议", "show a dispute" },
	    { "显示异议的理由、当时给出的值和答复。", "Shows the reason, the value as it was disclosed, and the answer." },
	    "wzm dispute show 330703-01a20606-65f9-7abc-8def-0123456789af --as u-3001\n",
	    cmd_dispute_show },
	{ "dispute answer", "ID", 1, 0, OPTS(OPT_DECIDED, OPT_BASIS, OPT_SEEN,), WRITES,
	    { "答复异议", "answer a dispute" },
	    { "以 corrected(数据已更正)或 upheld(维持)答复,写明依据。已更正的,用过这个值的办件都会得到告知。",
	      "Answers corrected (the source has been put right) or upheld, with the basis.  Of a correction "
	      "every case is told that used the value." },
	    "wzm dispute answer 330703-01a20606-65f9-7abc-8def-0123456789af \\\n"
	    "    --as u-3001 --outcome corrected --basis 登记簿面积录错,已更正\n", cmd_dispute_answer },

	{ "complaint file", "", 0, 0, OPTS(OPT_MATTER, OPT_DEMANDED_ITEM, OPT_DEMANDED_PROOF, OPT_AGENCY,
	    OPT_DIVISION, OPT_COUNTER, OPT_WHAT, OPT_PHONE, OPT_COMPLAINT_FILE,), WRITES,
	    { "代人投诉还在索要证明", "complain for somebody that a proof was demanded" },
	    { "记下谁还在索要哪份证明,当场显示清单怎么说,并给出编号、查询码和答复期限。查询码只显示这一次。"
	      "命令行上的经过和号码,本机其他用户用 ps 看得到:真实投诉请用 --file -。",
	      "Records who still demanded which proof, shows what the list says, and gives a number, a code and "
	      "the day of the answer.  The code is shown this once.  Other users of the machine can see a command "
	      "line with ps: for real people use --file -." },
	    "wzm complaint file --as u-1001 --item I-01391 --agency 330703-ZG --counter 3号窗口 \\\n"
	    "    --what 说没有无房证明不收件\n", cmd_complaint_file },
	{ "complaint list", "", 0, 0, OPTS(OPT_STATE, OPT_OVERDUE, OPT_AGENCY, OPT_DIVISION, OPT_LIMIT,
	    OPT_CURSOR,), READS,
	    { "列出投诉", "list complaints" },
	    { "按答复期限列出本区划及所辖区划的投诉,先到期的在前。状态:received(默认)或 answered。",
	      "Lists the complaints of one's division and those below it, what is due first comes first.  "
	      "States: received (unless given) or answered." },
	    "wzm complaint list --as u-5001 --overdue\n", cmd_complaint_list },
	{ "complaint show", "ID", 1, 0, OPTS(), READS,
	    { "看一件投诉", "show a complaint" },
	    { "显示投诉的经过、清单怎么说和答复。ID 是投诉编号或编号。",
	      "Shows what was told, what the list says, and the answer.  ID is the number or the id." },
	    "wzm complaint show 330703-261126-TA00001-8 --as u-5001\n", cmd_complaint_show },
	{ "complaint answer", "ID", 1, 0, OPTS(OPT_RULING, OPT_REPLY, OPT_SEEN,), WRITES,
	    { "答复投诉", "answer a complaint" },
	    { "以 upheld(属实)、not_upheld(不属实)或 no_jurisdiction(不归这里管)答复。答复后不能改。",
	      "Answers upheld, not_upheld or no_jurisdiction.  An answer cannot be changed." },
	    "wzm complaint answer 330703-261126-TA00001-8 --as u-5001 \\\n"
	    "    --outcome upheld --answer 属实,已责令改正\n", cmd_complaint_answer },

	{ "find", "TEXT", 1, 0, OPTS(OPT_KIND, OPT_LIMIT,), READS,
	    { "找事项、证明、单位", "find matters, proofs and agencies" },
	    { "按名称、别名、代码、拼音或首字母找,最像的在前;有一个字母或字打错也找得到,并注明。最多 50 条,默认 20 条。",
	      "Finds by name, alias, code, pinyin or initials, best match first; what is one slip away is found "
	      "too, and says so.  At most 50, 20 unless given." },
	    "wzm find esf\n", cmd_find },
	{ "matter find", "TEXT", 1, 0, OPTS(OPT_LIMIT, OPT_CURSOR,), READS,
	    { "找事项", "find a matter" },
	    { "按名称的一部分或代码找事项。", "Finds matters by a part of the name or by code." },
	    "wzm matter find 二手房\n", cmd_matter_find },
	{ "matter show", "CODE", 1, 0, OPTS(), READS,
	    { "看一个事项", "show a matter" },
	    { "显示事项的当事人、表单和清单上的证明事项。清单之外,任何人不得索要证明。",
	      "Shows the parties, the form and the listed items of a matter.  Nobody may ask for a proof that is "
	      "not on the list." },
	    "wzm matter show M-0303\n", cmd_matter_show },
#include "cli/agency.def"
#include "cli/lifeevent.def"
#include "cli/align.def"
#include "cli/review.def"
	{ "item find", "TEXT", 1, 0, OPTS(OPT_IN_MATTER, OPT_LIMIT, OPT_CURSOR,), READS,
	    { "找证明事项", "find an item" },
	    { "按证明或事项名称的一部分,或按代码找证明事项。", "Finds items by a part of the proof's or matter's name, or by code." },
	    "wzm item find 无房证明\n", cmd_item_find },
	{ "item show", "CODE", 1, 0, OPTS(), READS,
	    { "看一个证明事项", "show an item" },
	    { "显示证明事项怎么办、依据什么。", "Shows how the item is settled, and under which law." },
	    "wzm item show I-01384\n", cmd_item_show },

	{ "user list", "", 0, 0, OPTS(), READS,
	    { "列出演示用户", "list the demo users" },
	    { "列出 --as 可用的演示用户。", "Lists the demo users for --as." },
	    "wzm user list\n", cmd_user_list },
	{ "source list", "", 0, 0, OPTS(), READS,
	    { "列出数据源", "list the sources" },
	    { "列出数据源和开关状态。", "Lists the sources and whether they are on." },
	    "wzm source list --as u-3001\n", cmd_source_list },
	{ "source off", "CODE", 1, 0, OPTS(OPT_REASON, OPT_SEEN,), WRITES,
	    { "停用数据源", "switch a source off" },
	    { "停用后查询转部门核验,不会当作查无。", "Queries then go to the department's desk; it never looks like \"not found\"." },
	    "wzm source off DS-046 --as u-3001 --reason 系统升级\n", cmd_source_off },
	{ "source on", "CODE", 1, 0, OPTS(OPT_REASON, OPT_SEEN,), WRITES,
	    { "启用数据源", "switch a source on" },
	    { "重新启用停用的数据源。", "Switches a source on again." },
	    "wzm source on DS-046 --as u-3001 --reason 升级完成\n", cmd_source_on },
	{ "platform add", "ID", 1, 0, OPTS(OPT_PLATFORM_NAME, OPT_AGENCY, OPT_DIVISION, OPT_PLATFORM_SCOPE,
	    OPT_URL,), WRITES,
	    { "接入一个平台", "register a platform" },
	    { "接入一个送件的平台,代码以 p- 开头;令牌和通知密钥由本机生成,只显示这一次。",
	      "Registers a platform that sends cases in; ids begin with p-.  Token and webhook secret are made here "
	      "and shown this once." },
	    "wzm platform add p-jd --name 金东区一窗受理平台 --agency 330703-XZF --division 330703 \\\n"
	    "    --scope division --url https://yc.example.cn/wzm\n", cmd_platform_add },
	{ "platform list", "", 0, 0, OPTS(), READS,
	    { "列出接入的平台", "list the platforms" },
	    { "列出平台、状态和通知地址。", "Lists the platforms, their state and where their webhooks go." },
	    "wzm platform list\n", cmd_platform_list },
	{ "platform show", "ID", 1, 0, OPTS(), READS,
	    { "看一个平台", "show a platform" },
	    { "显示一个平台;令牌和密钥不再显示。", "Shows a platform; token and secret are not shown again." },
	    "wzm platform show p-jd\n", cmd_platform_show },
	{ "platform set", "ID", 1, 0, OPTS(OPT_PLATFORM_NAME, OPT_URL, OPT_SEEN,), WRITES,
	    { "改平台的名称或通知地址", "change name or address of a platform" },
	    { "改名称或通知地址;启用的平台随即重送欠下的通知。",
	      "Changes what it is called or where its webhooks go; what it is owed is tried again at once." },
	    "wzm platform set p-jd --url https://yc2.example.cn/wzm\n", cmd_platform_set },
	{ "platform off", "ID", 1, 0, OPTS(OPT_SEEN,), WRITES,
	    { "停用平台", "switch a platform off" },
	    { "停用后令牌无效,也不再发通知;欠下的通知留着。",
	      "Its token is refused and nothing is sent to it; what it is owed is kept." },
	    "wzm platform off p-jd\n", cmd_platform_off },
	{ "platform on", "ID", 1, 0, OPTS(OPT_SEEN,), WRITES,
	    { "启用平台", "switch a platform on" },
	    { "重新启用,并随即重送欠下的通知;平台修好后也用它,不必等到下次重送。",
	      "Switches it on again and tries at once what it is owed; also for a platform that is on and works "
	      "again, instead of waiting for the next try." },
	    "wzm platform on p-jd\n", cmd_platform_on },
	{ "platform rotate", "ID", 1, 0, OPTS(OPT_SEEN,), WRITES,
	    { "换发令牌和通知密钥", "give a platform a new token and secret" },
	    { "旧的即刻作废;新的只显示这一次。", "The old ones are worth nothing from then on; the new ones are shown this once." },
	    "wzm platform rotate p-jd\n", cmd_platform_rotate },
	{ "platform deliveries", "ID", 1, 0, OPTS(), READS,
	    { "看没有送达的通知", "show what a platform was not told yet" },
	    { "列出没有送达的通知、试过几次、为什么、下次何时。",
	      "Lists the webhooks that were not delivered, how often they were tried, why, and when they are next." },
	    "wzm platform deliveries p-jd\n", cmd_platform_deliveries },
	{ "receipt get", "ID", 1, 0, OPTS(OPT_VALUES, OPT_FILE_TO,), READS,
	    { "取一条存证的回执", "take the receipt of a record" },
	    { "按存证编号取回执,写到 --to 的文件或标准输出。加 --values 连内容一起取,看了内容会记下。"
	      "刚记下的存证还没有签名时请过一秒再取。",
	      "Takes the receipt of the record of this id, into the file of --to or standard output.  With --values the "
	      "values come too, and that they were shown is recorded.  What was recorded just now is not signed yet: "
	      "ask again in a second." },
	    "wzm receipt get 330703-01a20606-65f9-7abc-8def-0123456789ac --as u-1007 \\\n"
	    "    --values --to house.receipt.json\n", cmd_receipt_get },
	{ "receipt verify", "FILE", 1, 0, OPTS(OPT_VKEY, OPT_WITNESS, OPT_QUORUM,), LOCAL | BIT(MALFORMED),
	    { "核对一张回执", "check a receipt" },
	    { "不连服务器,只凭回执和密钥核对:存证是否在日志里,内容是否属于它;一致时用话说出向谁、何时、"
	      "为哪个事项提供了什么。FILE 为 - 时读标准输入。不一致时退出码为 1,不是回执时另有退出码。",
	      "Checks, with nothing but the receipt and the keys, whether the log holds the record and the values "
	      "belong to it; if so, says in words what was disclosed to whom, when and for which matter.  FILE may "
	      "be -, for standard input.  A mismatch is exit code 1; what is no receipt has one of its own." },
	    "wzm receipt verify house.receipt.json --key VKEY --witness VKEY1 --witness VKEY2 --quorum 1\n",
	    cmd_receipt_verify },
	{ "log size", "", 0, 0, OPTS(), READS,
	    { "看日志的条数和根", "show size and root of the log" },
	    { "显示每个日志的条数、已签名的条数和 Merkle 树根。",
	      "Shows the size of each log, how many of its entries are signed, and the Merkle root." },
	    "wzm log size\n", cmd_log_size },
	{ "log new", "", 0, 0, OPTS(), LOCAL | BIT(CONFLICT),
	    { "换一本新日志", "begin a new log" },
	    { "库只能从旧的副本恢复、或日志的密钥丢了时,给实例换一本新日志(下一个字母)和新密钥,写进 wzm.conf;"
	      "旧日志留着,可读可核。服务须先停止。",
	      "After the store had to be replaced by an older copy, or the log's key was lost: gives the instance a new "
	      "log (the next letter) with a new key, and writes it into wzm.conf.  The old log stays and can be read "
	      "and checked.  The server must be stopped." },
	    "wzm log new\n", cmd_log_new },
	{ "log check", "", 0, 0, OPTS(), LOCAL | BIT(CONFLICT),
	    { "从库重算日志", "compute the logs again" },
	    { "打开库,由存下的记录和正文重算每个日志的每个条目、叶子和根,逐处列出不符。不经过服务,"
	      "服务在运行时也可以。",
	      "Opens the store, computes every entry, leaf and root of every log again from the stored "
	      "records and bodies, and lists what does not fit.  The server is not asked, and may run." },
	    "wzm log check\n", cmd_log_check },
	{ "store check", "", 0, 0, OPTS(), LOCAL | BIT(CONFLICT),
	    { "核对全库", "check the whole store" },
	    { "在 log check 之外再查:每条记录都有叶子,每片叶子都有记录或删除标记;所有引用都有所指,"
	      "办件、证明事项、核验与各自的清单版本相符,编号不超出计数,封存的数据打得开。逐处列出不符:"
	      "哪张表、哪一行、什么不对。什么也不改;服务在运行时也可以。",
	      "Does what log check does, and more: every record has its leaf and every leaf its record or "
	      "tombstone, whatever is referred to is there, cases, items and verifications fit "
	      "their version of the inventory, numbers are not beyond their counters, sealed "
	      "values open.  Lists what is wrong: table, row, and what.  Changes nothing; the "
	      "server may run." },
	    "wzm store check\n", cmd_store_check },
	{ "store copy", "FROM TO", 2, 0, OPTS(), LOCAL | BIT(CONFLICT),
	    { "把库复制到另一处", "copy a store to another place" },
	    { "把库 FROM 全部复制到 TO,再逐表核对,并由复制的叶子重算每个日志的根。两者各是一个 SQLite 文件"
	      "(如 DIR/wzm.db)或 postgresql://… 地址;TO 须是空的。复制时两边的服务都须停止。停在半路时,"
	      "同一命令接着复制;没有核对完的,服务不会打开。密钥和 wzm.conf 不在库里,不复制。",
	      "Copies everything in the store FROM to TO, then compares each table, and computes each log's "
	      "root again from the copied leaves.  Each is an SQLite file (such as DIR/wzm.db) or an "
	      "address postgresql://...; TO must be empty.  Servers of both must be stopped.  "
	      "If it is stopped half way, the same command goes on; until all is compared, no server opens "
	      "the copy.  Keys and wzm.conf are not in the store and are not copied." },
	    "wzm store copy instance/wzm.db postgresql:///wzm\n", cmd_store_copy },
	{ "index status", "", 0, 0, OPTS(), READS,
	    { "看索引落后多少", "show how far the index is" },
	    { "显示每个日志的条数、人员索引已收的条数和落后的条数。",
	      "Shows the size of each log, how many of its records the index of persons has, and how many are "
	      "missing." },
	    "wzm index status\n", cmd_index_status },
	{ "index rebuild", "", 0, 0, OPTS(), READS,
	    { "重建索引", "make the index anew" },
	    { "由运行中的服务丢弃人员索引,从存证记录重建,并显示进度;其间按人查找会说明还有多少没查。"
	      "中断此命令不影响重建。",
	      "The running server throws the index of persons away and makes it again from the records; the "
	      "command shows how far it is.  Look-ups say meanwhile how much they did not search.  "
	      "Interrupting the command does not stop it." },
	    "wzm index rebuild\n", cmd_index_rebuild },
	{ "conf sample", "", 0, 0, OPTS(), LOCAL,
	    { "输出设置样例", "write a sample wzm.conf" },
	    { "输出 wzm.conf 样例:每个设置、说明和内置值。",
	      "Writes a sample wzm.conf: every setting, what it means, its built-in value." },
	    "wzm conf sample\n", cmd_conf_sample },
	{ "completion bash", "", 0, 0, OPTS(), LOCAL,
	    { "输出 bash 补全", "write bash's completion" },
	    { "输出 bash 的补全脚本。", "Writes the completion script for bash." },
	    "wzm completion bash\n", cmd_completion },
	{ "version", "", 0, 0, OPTS(), LOCAL,
	    { "显示版本", "show the version" },
	    { "显示程序版本。", "Shows the version of the program." },
	    "wzm version\n", cmd_version },
	{ "help", "[COMMAND...]", 0, 0, OPTS(OPT_MAN, OPT_TO,), LOCAL,
	    { "显示用法", "show how commands are used" },
	    { "显示所有命令、一组命令(如 case)或一个命令的用法。加 --man 输出手册页。",
	      "Shows all commands, those of a group such as case, or how one is used.  With --man writes the manual page." },
	    "wzm help case open\n", cmd_help },
};

const size_t cli_ncommands = sizeof(cli_commands) / sizeof(cli_commands[0]);

const struct opt_row *
opt_row(enum opt opt)
{
	return &options[opt];
}

int
opt_is_global(enum opt opt)
{
	return opt <= OPT_HELP;
}

int
is_setting(enum conf_key key)
{
	return key != CONF_DIVISION && key != CONF_ORIGIN && key != CONF_DEMO && key != CONF_LOG;
}
