/* evidence.c - evidence as sentences, and all of a difference as one. */
#include "align/evidence.h"

#include <stdio.h>
#include <string.h>

static const char *const templates[][2] = {
#define WHY(sym, zh, en) { zh, en },
#include "align/evidence.def"
#undef WHY
};

static const char *const method_words[METHOD_N][2] = {
	[METHOD_DIRECT_CANCEL] = { "直接取消", "direct cancellation" },
	[METHOD_COMMITMENT] = { "告知承诺", "written commitment" },
	[METHOD_DATA_QUERY] = { "数据查询", "data query" },
	[METHOD_DEPARTMENT_VERIFY] = { "部门核验", "department verification" },
};

static void
fill(struct buf *out, const struct align_evidence *e, const char *name, size_t len, enum lang lang)
{
	if (len == 1 && (*name == 'a' || *name == 'b'))
		buf_str(out, *name == 'a' ? e->a : e->b);
	else if (len == 1 && *name == 'n')
		buf_fmt(out, "%zu", e->n);
	else if (len == 2)
		buf_fmt(out, "%zu", e->of);
	else
		buf_str(out, method_words[*name == 'm' ? e->n : e->of][lang]);
}

int
align_evidence_text(const struct align_evidence *e, enum lang lang, struct buf *out)
{
	for (const char *at = templates[e->why][lang]; *at != '\0'; ) {
		size_t len = strcspn(at, "{");

		buf_add(out, at, len);
		at += len;
		if (*at == '{') {
			len = strcspn(++at, "}");
			fill(out, e, at, len, lang);
			at += len + 1;
		}
	}
	return buf_failed(out) ? -1 : 0;
}

static void
row_text(struct buf *out, const struct align_row *row, enum lang lang)
{
	buf_fmt(out, lang == LANG_ZH ? "县级清单第 %zu 行“%s”的“%s”" :
	    "Line %zu of the county's list, “%s”, “%s”,", row->line, row->matter, row->proof);
}

static void
item_text(struct buf *out, const struct item *it, enum lang lang)
{
	buf_fmt(out, lang == LANG_ZH ? "市级清单 %s“%s”的“%s”" : "%s of the city's list, “%s”, “%s”", it->code,
	    it->matter->name, it->proof->name);
}

/* What is claimed; the evidence follows. */
static void
claim(struct buf *out, const struct align_list *list, const struct align_difference *d, enum lang lang)
{
	static const char *const same[ALIGN_KINDS][2] = {
		[ALIGN_MATTER_NAME] = { "是同一项,事项名称写法不同", ", and names the matter otherwise" },
		[ALIGN_PROOF_NAME] = { "是同一项,证明名称写法不同", ", and names the proof otherwise" },
		[ALIGN_METHOD] = { "是同一项,方式不同", ", with another method" },
	};

	if (d->kind == ALIGN_MISSING) {
		item_text(out, d->item, lang);
		buf_str(out, lang == LANG_ZH ? "在县级清单里没有" : " is not in the county's list");
		return;
	}
	row_text(out, align_list_row(list, d->row), lang);
	if (d->kind == ALIGN_EXTRA) {
		buf_str(out, lang == LANG_ZH ? "不是市级清单的任何一项" : " is no item of the city's list");
		return;
	}
	buf_str(out, lang == LANG_ZH ? "与" : " is ");
	item_text(out, d->item, lang);
	buf_str(out, same[d->kind][lang]);
}

int
align_explain(const struct align_list *list, const struct align_difference *d, enum lang lang,
    struct buf *out)
{
	claim(out, list, d, lang);
	for (size_t i = 0; i < d->nevidence; i++) {
		buf_str(out, i > 0 ? (lang == LANG_ZH ? ";" : "; ") : lang == LANG_ZH ? ":" : ": ");
		align_evidence_text(&d->evidence[i], lang, out);
	}
	buf_str(out, lang == LANG_ZH ? "。" : ".");
	return buf_failed(out) ? -1 : 0;
}
