/* case_refuse.c - why a case or an item cannot go on as somebody wishes, and what to do first. */
#include <string.h>

#include "flow/state_words.h"
#include "svc/cases/case.h"

void
case_say_state(enum case_state s, struct fault *f)
{
	fault_arg(f, "state", "%s", case_state_name(s));
	fault_arg(f, "state_zh", "%s", case_state_words(s, LANG_ZH));
	fault_arg(f, "state_en", "%s", case_state_words(s, LANG_EN));
}

static const char *const before_asking[ITEM_NSTATES][2] = {
	[ITEM_UNDECIDED] = { "请先填上还没有答的问题",
	    "Answer the open questions of the form first" },
	[ITEM_DOES_NOT_APPLY] = { "这一项用不着办", "Nothing is to be done about this item" },
	[ITEM_CANCELLED] = { "这一项已经取消,不用核验",
	    "The proof is abolished: nothing is to be verified" },
	[ITEM_WAITING_INPUT] = { "请先填上还缺的信息", "Fill in what the item lacks first" },
	[ITEM_TO_QUERY] = { "请先查询;查不了的再发核验",
	    "Query first; send it to a desk where the query fails" },
	[ITEM_TO_COMMIT] = { "请先办承诺,或发出核验",
	    "Take the commitment first, or send it to a desk" },
	[ITEM_TO_VERIFY] = { "请先发出核验", "Send it to the desk first" },
	[ITEM_VERIFYING] = { "请刷新,看现在是哪个岗在核验", "Reload to see which desk has it now" },
	[ITEM_SUPERVISED] = { "请先再次发出核验", "Send it to a desk again first" },
	[ITEM_ESTABLISHED] = { "已有结果,请看这一项", "There is a result: look at the item" },
	[ITEM_NOT_ESTABLISHED] = { "已有结果,请看这一项;要核验的请先发出",
	    "There is a result: look at the item; to have it verified, send it first" },
	[ITEM_COMMITTED] = { "申请人已经承诺,不用核验",
	    "The applicant has committed: nothing is to be verified" },
};

int
case_refuse_unasked(const struct case_item *ci, struct fault *f)
{
	fault_set(f, FAULT_ITEM_NOT_VERIFYING, "%s", "");
	fault_arg(f, "item", "%s", ci->item->code);
	fault_arg(f, "state", "%s", item_state_name(ci->state));
	fault_arg(f, "state_zh", "%s", item_state_words(ci->state, LANG_ZH));
	fault_arg(f, "state_en", "%s", item_state_words(ci->state, LANG_EN));
	fault_arg(f, "next_zh", "%s", before_asking[ci->state][LANG_ZH]);
	fault_arg(f, "next_en", "%s", before_asking[ci->state][LANG_EN]);
	return -1;
}

static const struct { const char *name, *says[2]; } inputs[] = {
#define INPUT(name, zh, en) { name, { zh, en } },
#include "svc/cases/inputs.def"
#undef INPUT
};

/* What "form:marital_status", "party:seller" or "ask:household_code" is called on the form or the card. */
static const char *
label_of(const struct case_file *c, const char *kind, const char *name, enum lang lang)
{
	const struct field *field;

	for (size_t i = 0; strcmp(kind, "ask") == 0 && i < sizeof(inputs) / sizeof(inputs[0]); i++)
		if (strcmp(inputs[i].name, name) == 0)
			return inputs[i].says[lang];
	for (size_t i = 0; strcmp(kind, "party") == 0 && i < c->matter->nparties; i++)
		if (strcmp(c->matter->parties[i].role, name) == 0)
			return c->matter->parties[i].label;
	field = inventory_field(c->inv, name);
	return field != NULL && field->label != NULL ? field->label : name;
}

void
case_missing_labels(const struct case_file *c, const char *missing, enum lang lang,
    struct buf *text)
{
	char kind[16], name[64];

	for (const char *p = missing; *p != '\0'; ) {
		size_t colon = strcspn(p, ":"), len = strcspn(p, ",");

		if (colon >= len)
			break;
		snprintf(kind, sizeof(kind), "%.*s", (int)colon, p);
		snprintf(name, sizeof(name), "%.*s", (int)(len - colon - 1), p + colon + 1);
		buf_fmt(text, "%s%s", p > missing ? (lang == LANG_ZH ? "、" : ", ") : "",
		    label_of(c, kind, name, lang));
		p += len + (p[len] == ',');
	}
}

/* The items in the way and what is the matter with each, as many as an argument holds. */
static void
say_items(const struct case_file *c, int (*in_the_way)(const struct case_item *ci), enum lang lang,
    struct fault *f)
{
	struct buf all = BUF_INIT;

	for (size_t i = 0; i < c->nitems; i++) {
		const struct case_item *ci = &c->item[i];
		struct buf one = BUF_INIT;

		if (!in_the_way(ci))
			continue;
		buf_fmt(&one, "%s%s ", all.len > 0 ? (lang == LANG_ZH ? ";" : "; ") : "",
		    ci->item->code);
		if (case_item_lacks(ci)) {
			buf_str(&one, lang == LANG_ZH ? "还缺 " : "lacks ");
			case_missing_labels(c, ci->missing, lang, &one);
		} else
			buf_str(&one, item_state_words(ci->state, lang));
		if (all.len > 0 && all.len + one.len + sizeof("…") > FAULT_ARG_MAX) {
			buf_str(&all, "…");
			i = c->nitems - 1;
		} else
			buf_add(&all, one.data, one.len);
		buf_free(&one);
	}
	fault_arg(f, lang == LANG_ZH ? "items_zh" : "items_en", "%s",
	    buf_failed(&all) ? "?" : all.data);
	buf_free(&all);
}

int
case_refuse_unready(const struct case_file *c, int (*in_the_way)(const struct case_item *ci),
    const char *next_zh, const char *next_en, struct fault *f)
{
	const struct case_item *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->nitems; i++)
		if (in_the_way(&c->item[i]) && n++ == 0)
			first = &c->item[i];
	if (first == NULL)
		return 0;
	fault_set(f, FAULT_CASE_NOT_READY, "%s", item_state_name(first->state));
	fault_arg(f, "count", "%zu", n);
	fault_arg(f, "item", "%s", first->item->code);
	if (first->missing[0] != '\0')
		fault_arg(f, "field", "%s", first->missing);
	say_items(c, in_the_way, LANG_ZH, f);
	say_items(c, in_the_way, LANG_EN, f);
	fault_arg(f, "next_zh", "%s", next_zh);
	fault_arg(f, "next_en", "%s", next_en);
	return -1;
}
