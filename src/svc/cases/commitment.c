#include <string.h>

#include "svc/cases/case.h"

/* Who signs: for himself, or by law for the enterprise or the child (docs/decisions.md 12). */
static const char *const signers[] = { "applicant", "legal_representative", "guardian" };

int
commitment_may_sign(const struct case_file *c, const char *role)
{
	const struct party *p = case_party(c, role);

	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++)
		if (strcmp(signers[i], role) == 0)
			return p != NULL && p->kind == SUBJECT_PERSON;
	return 0;
}

int
case_item_commits(const struct case_item *ci)
{
	/* Also where the department was asked first and could not establish it. */
	return ci->item->method == METHOD_COMMITMENT &&
	    (ci->state == ITEM_TO_COMMIT || ci->state == ITEM_NOT_ESTABLISHED);
}

/*
 * The notice says what 国办发〔2020〕42号 asks for: the matter, the basis, what the proof would
 * show, how to commit, what falsehood leads to, the right to check, and publicity.
 */
static void
write_notice(const struct case_file *c, const struct item *item, struct buf *out)
{
	buf_fmt(out, "证明事项告知书\n\n");
	buf_fmt(out, "一、您办理的事项:%s。\n", c->matter->name);
	buf_fmt(out, "二、原要求提交的证明:%s。", item->proof->name);
	if (strcmp(item->legal_basis, "无") == 0)
		buf_str(out, "没有法律、法规要求提交。\n");
	else
		buf_fmt(out, "设定依据:%s。\n", item->legal_basis);
	buf_fmt(out, "三、证明的内容:%s\n", item->proof->description);
	buf_str(out, "四、承诺方式:您可以自愿选择书面承诺代替该证明,由本人签署,不得代签;"
	    "不愿承诺或者无法承诺的,由办理单位通过部门核验办理,您不需要自行开具证明。\n");
	buf_str(out, "五、核查:办理单位有权在办结后60个工作日内,通过数据查询、部门核验或者实地检查"
	    "核查承诺内容。\n");
	buf_str(out, "六、不实承诺的责任:承诺不实的,依法终止办理、责令限期整改、撤销行政决定或者予以"
	    "行政处罚,并依法记入信用记录;构成犯罪的,依法追究刑事责任。记录前您有权陈述和申辩。\n");
	buf_str(out, "七、公开:承诺书不对社会公开,只供办理和核查本事项使用。\n");
}

static void
write_letter(const struct case_file *c, const struct item *item, struct buf *out)
{
	buf_fmt(out, "告知承诺书\n\n");
	buf_fmt(out, "本人就办理“%s”,郑重承诺:\n", c->matter->name);
	buf_str(out, "一、已阅读并理解告知书的全部内容。\n");
	buf_fmt(out, "二、符合“%s”所要证明的条件,所作陈述真实、准确。\n", item->proof->name);
	buf_str(out, "三、愿意接受办理单位的核查。\n");
	buf_str(out, "四、承诺不实的,愿意承担告知书所列的法律责任。\n");
	buf_str(out, "五、以上承诺是本人真实意思的表示。\n");
}

static void
text_hash(const struct buf *text, char ret_hex[65])
{
	struct sha256 h = hash_sha256(&(struct hash_part){ text->data, text->len }, 1);

	enc_hex(h.b, sizeof(h.b), ret_hex);
}

int
commitment_texts(const struct case_file *c, const struct case_item *ci,
    struct commitment_texts *ret_texts, struct fault *f)
{
	struct commitment_texts t = { .notice = BUF_INIT, .letter = BUF_INIT };

	if (ci->item->method != METHOD_COMMITMENT) {
		fault_set(f, ci->item->method == METHOD_DIRECT_CANCEL ? FAULT_ITEM_CANCELLED :
		    FAULT_ITEM_METHOD, "%s", "");
		fault_arg(f, "item", "%s", ci->item->code);
		fault_arg(f, "why_zh", "%s", method_zh(ci->item->method));
		fault_arg(f, "why_en", "%s", method_name(ci->item->method));
		return -1;
	}
	if (c->matter->commitment_excluded) {
		fault_set(f, FAULT_COMMITMENT_EXCLUDED, "%s", "");
		fault_arg(f, "matter", "%s", c->matter->code);
		return -1;
	}
	if (credit_item(ci))
		return credit_refuse(ci, f);
	write_notice(c, ci->item, &t.notice);
	write_letter(c, ci->item, &t.letter);
	if (buf_failed(&t.notice) || buf_failed(&t.letter)) {
		commitment_texts_free(&t);
		fault_set(f, FAULT_MEMORY, "%s", "commitment");
		return -1;
	}
	text_hash(&t.notice, t.notice_hex);
	text_hash(&t.letter, t.letter_hex);
	*ret_texts = t;
	return 0;
}

void
commitment_texts_free(struct commitment_texts *t)
{
	buf_free(&t->notice);
	buf_free(&t->letter);
}

static void
put_text(struct op *op, const char *hex, const struct buf *text)
{
	uint8_t hash[32];

	if (dec_hex(hex, hash, sizeof(hash)) < 0)
		return;
	op_step(op, ST_LEGAL_TEXT_PUT, STORE_ANY_COUNT);
	op_blob(op, hash, sizeof(hash));
	op_text(op, text->data);
}

/* Who signed is a value: it stands in the body. */
static int
put_signer(struct act *act, const struct party *p, struct op *op, struct record *r,
    struct fault *f)
{
	uint8_t subject[BLIND_LEN];

	if (p->number[0] != '\0') {
		case_subject(act->app, p->type, p->number, subject);
		op_subjects(op, subject, sizeof(subject));
	}
	return act_body(r, json_pack("{s:b, s:{s:s, s:s, s:s, s:s}}", "agreed", 1, "signer", "name",
	    p->name, "number", p->number, "role", p->role, "type", ident_type_name(p->type)), f);
}

int
case_commit(struct act *act, struct case_file *c, struct case_item *ci, const char *notice,
    const char *letter, const char *role, struct fault *f)
{
	const char *const who[] = { INVENTORY_APPLICANT, role, NULL };
	struct commitment_texts t = { 0 };
	struct record *r;
	struct op *op;
	int barred = 0, rc = -1;

	if (case_workable(c, f) < 0 || commitment_texts(c, ci, &t, f) < 0)
		return -1;
	if (!case_item_commits(ci)) {
		case_refuse_item(ci, f);
		goto out;
	}
	/* What was signed is what is in force, word for word. */
	if (strcmp(notice, t.notice_hex) != 0 || strcmp(letter, t.letter_hex) != 0) {
		fault_set(f, FAULT_COMMITMENT_TEXT, "%s", "");
		goto out;
	}
	if (!commitment_may_sign(c, role)) {
		fault_set(f, FAULT_SIGNER, "%s", "");
		fault_arg(f, "role", "%s", role);
		goto out;
	}
	if (credit_any_barred(act, c, who, &barred, f) < 0)
		goto out;
	if (barred) {
		credit_refuse(ci, f);
		goto out;
	}
	if ((op = case_op(act, c, RECORD_COMMITMENT_SIGNED, &r, f)) == NULL ||
	    put_signer(act, case_party(c, role), op, r, f) < 0)
		goto out;
	record_int(r, "inventory", c->inv->version);
	record_str(r, "item", ci->item->code);
	record_str(r, "letter", t.letter_hex);
	record_str(r, "notice", t.notice_hex);
	record_str(r, "party", role);
	put_text(op, t.notice_hex, &t.notice);
	put_text(op, t.letter_hex, &t.letter);
	ci->has_record = 1;
	memcpy(ci->record, record_id(r), RECORD_ID_LEN);
	ci->way = METHOD_COMMITMENT;
	if (case_move(ci, ITEM_COMMITTED, f) < 0 || case_step(ci, act->now, "committed", NULL, f) < 0)
		goto out;
	case_put_item(op, c, ci);
	rc = 0;
out:
	commitment_texts_free(&t);
	return rc;
}
