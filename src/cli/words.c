/*
 * words.c - messages and the names of codes, in both languages.
 */
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

static const char *const messages[CLI_NMSGS][2] = {
#define MSG(sym, zh, en) [SAY_##sym] = { zh, en },
#include "cli/messages.def"
#undef MSG
};

static const struct { const char *group, *code, *says[2]; } words[] = {
	{ "method", "direct_cancel", { "直接取消", "abolished" } },
	{ "method", "commitment", { "告知承诺", "commitment" } },
	{ "method", "data_query", { "数据查询", "data query" } },
	{ "method", "department_verify", { "部门核验", "verification" } },

	{ "case", "open", { "办理中", "open" } },
	{ "case", "accepted", { "已受理", "accepted" } },
	{ "case", "settled", { "已办结", "settled" } },
	{ "case", "refused", { "不予办理", "refused" } },
	{ "case", "withdrawn", { "已撤回", "withdrawn" } },

	{ "item", "cancelled", { "已取消", "abolished" } },
	{ "item", "does_not_apply", { "不适用", "does not apply" } },
	{ "item", "undecided", { "待定", "undecided" } },
	{ "item", "waiting_input", { "待补信息", "waiting for input" } },
	{ "item", "to_query", { "待查询", "to be queried" } },
	{ "item", "to_commit", { "待承诺", "to be promised" } },
	{ "item", "to_verify", { "待核验", "to be verified" } },
	{ "item", "verifying", { "核验中", "at the desk" } },
	{ "item", "supervised", { "督办", "supervised" } },
	{ "item", "established", { "成立", "established" } },
	{ "item", "not_established", { "不成立", "not established" } },
	{ "item", "committed", { "已承诺", "committed" } },

	{ "verification", "sent", { "已发出", "sent" } },
	{ "verification", "signed_for", { "已签收", "signed for" } },
	{ "verification", "answered", { "已答复", "answered" } },
	{ "verification", "returned", { "已退回", "returned" } },
	{ "verification", "withdrawn", { "已撤回", "withdrawn" } },
	{ "verification", "need_more", { "要求补充", "asked back" } },
	{ "verification", "transferred", { "已转交", "passed on" } },
	{ "verification", "supplied", { "已补充", "supplied" } },
	{ "verification", "reminded", { "催办", "reminded" } },

	{ "light", "green", { "时间充裕", "in time" } },
	{ "light", "yellow", { "已过一半", "half gone" } },
	{ "light", "red", { "将到期", "nearly due" } },
	{ "light", "overdue", { "已超时", "overdue" } },
	{ "light", "paused", { "暂停", "paused" } },

	{ "answer", "found", { "查到", "found" } },
	{ "answer", "not_found", { "查无", "not found" } },
	{ "answer", "match", { "一致", "match" } },
	{ "answer", "mismatch", { "不一致", "mismatch" } },
	{ "answer", "cannot_verify", { "无法核验", "cannot verify" } },

	{ "verdict", "match", { "一致", "match" } },
	{ "verdict", "mismatch", { "不一致", "mismatch" } },
	{ "verdict", "malformed", { "不是回执", "malformed" } },
	{ "receipt", "too_large", { "太大", "too large" } },
	{ "receipt", "json", { "不是 JSON", "not JSON" } },
	{ "receipt", "members", { "成员不对:缺少、重复或多出", "the members are not those of a receipt" } },
	{ "receipt", "version", { "不是第 1 版回执", "not version 1 of a receipt" } },
	{ "receipt", "salt", { "盐不是 32 字节", "a salt is not 32 bytes" } },
	{ "receipt", "proof", { "证明不是 tlog-proof", "the proof is not a tlog-proof" } },
	{ "receipt", "checkpoint", { "检查点不成形", "the checkpoint is not one" } },
	{ "receipt", "path", { "路径与序号、条数不合", "the path does not fit index and size" } },
	{ "receipt", "record", { "存证不成形", "the record is not one" } },
	{ "receipt", "unknown_log", { "没有给出这个日志的密钥", "no key of this log was given" } },
	{ "receipt", "signature", { "日志的签名是假的", "the log's signature is false" } },
	{ "receipt", "unsigned", { "这个日志的密钥没有签过", "the log's key has not signed" } },
	{ "receipt", "cosignature", { "见证人的签名是假的", "a witness's signature is false" } },
	{ "receipt", "quorum", { "签过的见证人不够", "too few witnesses have signed" } },
	{ "receipt", "root", { "日志里没有这条存证", "the log does not hold this record" } },
	{ "receipt", "body", { "内容不属于这条存证", "the values do not belong to this record" } },
	{ "receipt", "memory", { "内存不够", "out of memory" } },
	{ "receipt_answer", "found", { "查到", "found" } },
	{ "receipt_answer", "not_found", { "查无", "nothing found" } },

	{ "joint_decision", "retry", { "再办一次", "try it again" } },
	{ "joint_decision", "skip", { "跳过", "skip it" } },
	{ "joint_decision", "replace", { "改由窗口人工办", "give it to a desk" } },
	{ "joint_decision", "withdraw", { "撤回", "withdraw" } },

	{ "among", "cases", { "办件", "the cases" } },
	{ "among", "records", { "存证", "the records" } },

	{ "party", "applicant", { "申请人", "the applicant" } },
	{ "party", "agent", { "代办人", "the agent" } },
	{ "party", "legal_representative", { "法定代表人", "the legal representative" } },
	{ "party", "spouse", { "配偶", "the spouse" } },
	{ "party", "employee", { "职工", "the employee" } },
	{ "party", "deceased", { "被继承人", "the deceased" } },
	{ "party", "child", { "子女", "the child" } },
	{ "party", "guardian", { "监护人", "the guardian" } },
	{ "party", "mother", { "母亲", "the mother" } },
	{ "party", "father", { "父亲", "the father" } },
	{ "party", "seller", { "卖方", "the seller" } },
	{ "party", "buyer", { "买方", "the buyer" } },

	{ "refusal", "not_allowed", { "这个岗位不能做这件事", "this role may not do it" } },
	{ "refusal", "not_found", { "没有找到,或不归其单位", "not found, or it belongs to another agency" } },
	{ "refusal", "sign_in", { "没有登录", "nobody was signed in" } },
	{ "refusal", "too_often", { "从这个网络来的请求太多", "too many requests from this network" } },
	{ "refusal", "version_stale", { "此件已被别人改过", "it had been changed by somebody else" } },
	{ "refusal", "version_wrong", { "没有这个版本", "there is no such version" } },

	{ "action", "session", { "登录", "to sign in" } },
	{ "action", "catalogue.read", { "查看清单", "to read the list" } },
	{ "action", "inventory.draft", { "起草清单", "to draft the list" } },
	{ "action", "inventory.publish", { "发布清单", "to publish the list" } },
	{ "action", "agency.change", { "机构调整", "to change agencies" } },
	{ "action", "agency.move", { "机构调整", "to move what agencies have" } },
	{ "action", "log.read", { "查看日志", "to read the log" } },
	{ "action", "health.read", { "查看状态", "to read the health" } },
	{ "action", "pages.read", { "查看页面", "to read the pages" } },
	{ "action", "case.open", { "收件", "to open a case" } },
	{ "action", "case.read", { "查看办件", "to read a case" } },
	{ "action", "case.work", { "办理办件", "to work on a case" } },
	{ "action", "joint.open", { "开联办件", "to open a joint case" } },
	{ "action", "joint.read", { "查看联办件", "to read a joint case" } },
	{ "action", "joint.work", { "办理联办件", "to work on a joint case" } },
	{ "action", "joint.follow", { "凭链接查看", "to follow by a link" } },
	{ "action", "joint.drive", { "推进联办件", "to drive a joint case" } },
	{ "action", "intake.open", { "平台送件", "to send a case in" } },
	{ "action", "intake.read", { "平台查件", "to follow a case that was sent in" } },
	{ "action", "intake.answer", { "平台补报", "to answer for a case that was sent in" } },
	{ "action", "intake.events", { "平台取消息", "to ask what happened" } },
	{ "action", "platform.set", { "设置平台", "to set a platform" } },
	{ "action", "record.read", { "查看存证", "to read records" } },
	{ "action", "receipt.read", { "取回执", "to take a receipt" } },
	{ "action", "record.values", { "查看内容", "to see values" } },
	{ "action", "record.search", { "查足迹", "to search records" } },
	{ "action", "verification.read", { "查看核验", "to read a verification" } },
	{ "action", "verification.work", { "答复核验", "to work on a verification" } },
	{ "action", "verification.supervise", { "督办核验", "to supervise verifications" } },
	{ "action", "deputy.name", { "安排代班", "to name a deputy" } },
	{ "action", "complaint.file", { "投诉", "to complain" } },
	{ "action", "complaint.follow", { "查投诉", "to follow a complaint" } },
	{ "action", "complaint.read", { "查看投诉", "to read complaints" } },
	{ "action", "complaint.answer", { "答复投诉", "to answer a complaint" } },
	{ "action", "dispute.open", { "提出异议", "to dispute" } },
	{ "action", "dispute.read", { "查看异议", "to read disputes" } },
	{ "action", "dispute.answer", { "答复异议", "to answer a dispute" } },
	{ "action", "review.open", { "开评审", "to open a review" } },
	{ "action", "review.read", { "查看评审", "to read reviews" } },
	{ "action", "review.opine", { "提评审意见", "to give an opinion" } },
	{ "action", "review.decide", { "决定评审", "to decide a review" } },
	{ "action", "review.apply", { "落实评审", "to apply reviews" } },
	{ "action", "align.read", { "查看三统一", "to read alignments" } },
	{ "action", "align.work", { "认定差异", "to work on an alignment" } },
	{ "action", "align.run", { "主持三统一", "to run an alignment" } },
	{ "action", "source.read", { "查看数据源", "to read sources" } },
	{ "action", "source.switch", { "开关数据源", "to switch a source" } },
	{ "action", "import", { "导入", "to import" } },
	{ "action", "index.rebuild", { "重建索引", "to rebuild the index" } },

	{ "complaint", "received", { "待答复", "received" } },
	{ "complaint", "answered", { "已答复", "answered" } },

	{ "review", "open", { "评审中", "open" } },
	{ "review", "unresolved", { "待定", "put off" } },
	{ "review", "decided", { "已决定", "decided" } },
	{ "review", "withdrawn", { "已撤回", "withdrawn" } },

	{ "vote", "direct_cancel", { "直接取消", "abolished" } },
	{ "vote", "commitment", { "告知承诺", "commitment" } },
	{ "vote", "data_query", { "数据查询", "data query" } },
	{ "vote", "department_verify", { "部门核验", "verification" } },
	{ "vote", "abstain", { "弃权", "abstains" } },

	{ "review_event", "opened", { "开评审", "opened" } },
	{ "review_event", "opinion", { "提意见", "opinion" } },
	{ "review_event", "deferred", { "列为待定", "put off" } },
	{ "review_event", "resumed", { "重新开始", "taken up again" } },
	{ "review_event", "decided", { "作出决定", "decided" } },
	{ "review_event", "withdrawn", { "撤回", "withdrawn" } },
	{ "review_event", "applied", { "落实到草案", "followed by a draft" } },

	{ "dispute", "open", { "待答复", "open" } },
	{ "dispute", "corrected", { "已更正", "corrected" } },
	{ "dispute", "upheld", { "维持", "upheld" } },
	{ "dispute", "withdrawn", { "已撤回", "withdrawn" } },

	{ "ruling", "upheld", { "属实", "upheld" } },
	{ "ruling", "not_upheld", { "不属实", "not upheld" } },
	{ "ruling", "no_jurisdiction", { "不归这里管", "no jurisdiction" } },

	{ "step", "fault", { "没有答复", "no answer" } },
	{ "step", "method", { "清单规定的方式", "the method on the list" } },
	{ "step", "fallback", { "数据查询没有得到答复", "the data query had no answer" } },
	{ "step", "answers_changed", { "表单有改动", "the form was changed" } },
	{ "step", "asked_again", { "再查一次", "asked again" } },
	{ "step", "disputed", { "提出异议", "disputed" } },
	{ "step", "dispute_ended", { "异议已结", "the dispute ended" } },
	{ "step", "not_established", { "数据查询不成立,改由部门核验", "the data did not establish it" } },
	{ "step", "not_committed", { "申请人不作承诺,改由部门核验", "the applicant did not commit" } },
	{ "step", "supervised", { "督办后再次核验", "sent again after supervision" } },
	{ "step", "returned", { "核验岗退回", "the desk gave it back" } },
	{ "step", "logic_limit", { "判定规则超过限度", "the rule was beyond a limit" } },
	{ "step", "seal_broken", { "封存的数据打不开", "sealed data could not be opened" } },
	{ "step", "match", { "一致", "match" } },
	{ "step", "mismatch", { "不一致", "mismatch" } },
	{ "step", "not_found", { "查无", "not found" } },
	{ "step", "cannot_verify", { "无法核验", "cannot verify" } },
	{ "step", "corrected", { "已更正", "corrected" } },
	{ "step", "upheld", { "维持", "upheld" } },
	{ "step", "withdrawn", { "已撤回", "withdrawn" } },
	{ "step", "source_off", { "数据源已停用", "the source is switched off" } },
	{ "step", "source_fault", { "数据源故障", "the source failed" } },
	{ "step", "credit_record", { "有失信承诺记录,改由部门核验", "an earlier commitment was broken" } },
	{ "step", "cancelled_later", { "受理后已从清单取消", "abolished since the case was opened" } },
	{ "step", "supervisor", { "督办", "by a supervisor" } },
	{ "step", "grant_missing", { "没有数据授权", "no grant" } },

	{ "joint", "draft", { "草稿", "draft" } },
	{ "joint", "running", { "办理中", "running" } },
	{ "joint", "finished", { "已办结", "finished" } },
	{ "joint", "withdrawn", { "已撤回", "withdrawn" } },

	{ "joint_step", "waiting", { "等待", "waiting" } },
	{ "joint_step", "running", { "正在办", "running" } },
	{ "joint_step", "replaced", { "窗口人工办", "with a desk" } },
	{ "joint_step", "returned", { "已退回申请人", "returned" } },
	{ "joint_step", "failed", { "没有办成", "failed" } },
	{ "joint_step", "done", { "已办成", "done" } },
	{ "joint_step", "skipped", { "已跳过", "skipped" } },
	{ "joint_step", "withdrawn", { "已撤回", "withdrawn" } },

	{ "joint_reason", "lacks", { "还缺内容", "lacks something" } },
	{ "joint_reason", "not_established", { "不成立", "not established" } },
	{ "joint_reason", "refused", { "不予办理", "refused" } },
	{ "joint_reason", "skipped_by_lead", { "牵头单位决定跳过", "skipped by the lead agency" } },
	{ "joint_reason", "withdrawn_by_applicant", { "申请人撤回", "withdrawn by the applicant" } },

	{ "joint_event", "supplied", { "已填表", "the form is filled in" } },
	{ "joint_event", "confirmed", { "本人已确认", "confirmed" } },
	{ "joint_event", "signed", { "已签承诺", "the commitments are signed" } },
	{ "joint_event", "finished", { "全部办结", "everything is settled" } },
	{ "joint_event", "ready", { "开始办", "starts" } },
	{ "joint_event", "again", { "重新办", "is done again" } },
	{ "joint_event", "done", { "已办成", "done" } },
	{ "joint_event", "kept", { "沿用原来的结果", "keeps its old result" } },
	{ "joint_event", "stopped", { "停下", "stopped" } },
	{ "joint_event", "late", { "已超时", "late" } },
	{ "joint_event", "returned", { "退回申请人补填", "returned to the applicant" } },
	{ "joint_event", "failed", { "没有办成", "failed" } },
	{ "joint_event", "retried", { "再办一次", "tried again" } },
	{ "joint_event", "replaced", { "改由窗口人工办", "given to a desk" } },
	{ "joint_event", "skipped", { "已跳过", "skipped" } },
	{ "joint_event", "corrected", { "结果已更正", "its result was corrected" } },
	{ "joint_event", "withdrawn", { "已撤回", "withdrawn" } },

	{ "role", "clerk", { "窗口人员", "clerk" } },
	{ "role", "verifier", { "核验人员", "verifier" } },
	{ "role", "steward", { "数据管理员", "data steward" } },
	{ "role", "reform", { "清单管理", "reform office" } },
	{ "role", "expert", { "法律专家", "legal expert" } },
	{ "role", "supervisor", { "督办人员", "supervisor" } },
	{ "role", "auditor", { "审计员", "auditor" } },
	{ "role", "operator", { "运维", "operator" } },
	{ "role", "platform", { "接入平台", "platform" } },
	{ "role", "public", { "没有登录的人", "somebody not signed in" } },
	{ "role", "system", { "系统", "system" } },

	{ "inventory", "draft", { "草案", "draft" } },
	{ "inventory", "planned", { "待生效", "to come" } },
	{ "inventory", "in_force", { "现行", "in force" } },
	{ "inventory", "past", { "从前", "past" } },
	{ "inventory", "withdrawn", { "发布已撤回", "withdrawn" } },

	{ "agency_change", "create", { "新设", "created" } },
	{ "agency_change", "rename", { "更名", "renamed" } },
	{ "agency_change", "merge", { "并入", "merged" } },
	{ "agency_change", "split", { "拆分", "split" } },
	{ "agency_state", "planned", { "待生效", "to come" } },
	{ "agency_state", "in_force", { "已生效", "in force" } },
	{ "agency_state", "withdrawn", { "已撤回", "withdrawn" } },
	{ "rows", "matters", { "事项", "matters" } },
	{ "rows", "items", { "证明事项", "items" } },
	{ "rows", "proofs", { "证明", "proofs" } },
	{ "rows", "services", { "数据服务", "data services" } },
	{ "rows", "grants", { "授权", "grants" } },
	{ "rows", "agencies", { "单位", "agencies" } },
	{ "rows", "desks", { "核验岗", "desks" } },
	{ "moves", "case", { "办件", "cases" } },
	{ "moves", "verification", { "核验", "verifications" } },
	{ "moves", "complaint", { "投诉", "complaints" } },
	{ "moves", "dispute", { "异议", "disputes" } },
	{ "moves", "joint_case", { "联办件", "joint cases" } },
	{ "moves", "user", { "人员", "users" } },
	{ "moves", "deputy", { "代班", "deputies" } },
	{ "moves", "platform", { "平台", "platforms" } },

	{ "scope", "agency", { "本单位", "agency" } },
	{ "scope", "division", { "全区划", "division" } },

	{ "why", "asked_about", { "查询对象", "asked about" } },
	{ "why", "mentioned", { "提到", "mentioned" } },
	{ "why", "party", { "当事人", "party" } },

	{ "platform", "on", { "启用", "on" } },
	{ "platform", "off", { "停用", "off" } },
	{ "platform", "gone", { "对方已撤(410)", "gone (410)" } },

	{ "delivery", "off", { "连不上", "off" } },
	{ "delivery", "slow", { "超时", "slow" } },
	{ "delivery", "wrong", { "答错", "wrong" } },

	{ "source", "on", { "启用", "on" } },
	{ "source", "off", { "停用", "off" } },

	{ "kind", "matter", { "事项", "matter" } },
	{ "kind", "proof", { "证明", "proof" } },
	{ "kind", "agency", { "单位", "agency" } },
	{ "kind", "item", { "证明事项", "item" } },

	{ "by", "text", { "原文", "as written" } },
	{ "by", "pinyin", { "拼音", "pinyin" } },
	{ "by", "initials", { "首字母", "initials" } },
	{ "by", "mixed", { "混合", "mixed" } },

	{ "align_kind", "missing", { "缺少", "missing" } },
	{ "align_kind", "extra", { "多出", "extra" } },
	{ "align_kind", "matter_name", { "事项名称不同", "matter named otherwise" } },
	{ "align_kind", "proof_name", { "证明名称不同", "proof named otherwise" } },
	{ "align_kind", "method", { "方式不同", "method differs" } },

	{ "align", "open", { "待认定", "open" } },
	{ "align", "adopt", { "采用市级", "adopt" } },
	{ "align", "keep", { "依法保留", "keep" } },
	{ "align", "propose", { "建议修改市级", "propose" } },
	{ "align", "gone", { "已消失", "gone" } },

	{ "align_event", "opened", { "开启", "opened" } },
	{ "align_event", "closed", { "关闭", "closed" } },
	{ "align_event", "reopened", { "重新开启", "opened again" } },
	{ "align_event", "decided", { "认定", "decided" } },
	{ "align_event", "carried", { "沿用上一轮的依法保留", "kept on from the round before" } },
	{ "align_event", "undone", { "撤回认定", "took the decision back" } },
	{ "align_event", "assigned", { "指派", "assigned" } },
	{ "align_event", "commented", { "发言", "said" } },

	{ "round", "open", { "进行中", "open" } },
	{ "round", "closed", { "已关闭", "closed" } },

	{ "runs", "city", { "市直管", "the city" } },
	{ "runs", "county", { "县办", "the county" } },
	{ "runs", "unsaid", { "未说明", "not said" } },
	{ "runs", "presumed", { "推定市直管", "presumed: the city" } },

	{ "measure", "list", { "报送", "list" } },
	{ "measure", "scope", { "范围", "scope" } },
	{ "measure", "opened", { "开启", "opened" } },
	{ "measure", "closed", { "关闭", "closed" } },
	{ "measure", "reopened", { "重新开启", "opened again" } },
	{ "measure", "published", { "清单生效", "inventory in force" } },

	{ "subject", "person", { "个人", "persons" } },
	{ "subject", "enterprise", { "单位", "enterprises" } },
	{ "subject", "both", { "个人、单位", "both" } },
};

const char *
msg(enum lang lang, enum message m)
{
	return messages[m][lang];
}

const char *
word(enum lang lang, const char *group, const char *code)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].group, group) == 0 && strcmp(words[i].code, code) == 0)
			return words[i].says[lang];
	return code;
}

void
say(struct cli *c, enum message m, ...)
{
	struct buf text = BUF_INIT;
	const char *fmt = msg(c->lang, m);
	va_list ap;

	/* Only %s occurs; what is filled in may come from outside. */
	va_start(ap, m);
	for (const char *p = fmt; *p != '\0'; p++)
		if (p[0] == '%' && p[1] == 's') {
			buf_str(&text, va_arg(ap, const char *));
			p++;
		} else
			buf_char(&text, *p);
	va_end(ap);
	if (text.data != NULL)
		print_text(c->out, text.data);
	fputc('\n', c->out);
	buf_free(&text);
}
