/* state_words.c - the states in words, in both languages. */
#include "flow/state_words.h"

static const char *const case_words[CASE_NSTATES][2] = {
	[CASE_OPEN] = { "办理中", "open" },
	[CASE_ACCEPTED] = { "已受理", "accepted" },
	[CASE_SETTLED] = { "已办结", "settled" },
	[CASE_REFUSED] = { "不予办理", "refused" },
	[CASE_WITHDRAWN] = { "已撤回", "withdrawn" },
};

static const char *const item_words[ITEM_NSTATES][2] = {
	[ITEM_UNDECIDED] = { "待定", "undecided" },
	[ITEM_DOES_NOT_APPLY] = { "不适用", "not applicable" },
	[ITEM_CANCELLED] = { "已取消", "abolished" },
	[ITEM_WAITING_INPUT] = { "待补信息", "waiting for input" },
	[ITEM_TO_QUERY] = { "待查询", "to be queried" },
	[ITEM_TO_COMMIT] = { "待承诺", "to be promised" },
	[ITEM_TO_VERIFY] = { "待核验", "to be verified" },
	[ITEM_VERIFYING] = { "核验中", "at the desk" },
	[ITEM_SUPERVISED] = { "督办", "supervised" },
	[ITEM_ESTABLISHED] = { "成立", "established" },
	[ITEM_NOT_ESTABLISHED] = { "不成立", "not established" },
	[ITEM_COMMITTED] = { "已承诺", "committed" },
};

static const char *const verification_words[VERIFICATION_NSTATES][2] = {
	[VERIFICATION_SENT] = { "已发出,未签收", "sent and not signed for" },
	[VERIFICATION_SIGNED_FOR] = { "已签收", "signed for" },
	[VERIFICATION_NEED_MORE] = { "等窗口补充", "waiting for the counter" },
	[VERIFICATION_ANSWERED] = { "已答复", "answered" },
	[VERIFICATION_RETURNED] = { "已退回", "returned" },
	[VERIFICATION_TRANSFERRED] = { "已转交", "passed on" },
	[VERIFICATION_WITHDRAWN] = { "已撤回", "withdrawn" },
};

static const char *const dispute_words[DISPUTE_NSTATES][2] = {
	[DISPUTE_OPEN] = { "待答复", "open" },
	[DISPUTE_CORRECTED] = { "已更正", "answered: corrected" },
	[DISPUTE_UPHELD] = { "维持原答复", "answered: upheld" },
	[DISPUTE_WITHDRAWN] = { "已撤回", "withdrawn" },
};

static const char *const review_words[REVIEW_NSTATES][2] = {
	[REVIEW_OPEN] = { "评审中", "open" },
	[REVIEW_UNRESOLVED] = { "待定", "put off" },
	[REVIEW_DECIDED] = { "已决定", "decided" },
	[REVIEW_WITHDRAWN] = { "已撤回", "withdrawn" },
};

const char *
case_state_words(enum case_state s, enum lang lang)
{
	return case_words[s][lang];
}

const char *
item_state_words(enum item_state s, enum lang lang)
{
	return item_words[s][lang];
}

const char *
verification_state_words(enum verification_state s, enum lang lang)
{
	return verification_words[s][lang];
}

const char *
dispute_state_words(enum dispute_state s, enum lang lang)
{
	return dispute_words[s][lang];
}

const char *
review_state_words(enum review_state s, enum lang lang)
{
	return review_words[s][lang];
}
