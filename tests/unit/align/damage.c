#include "damage.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align/catalogue.h"
#include "base/utf8.h"

#define CHARS_MAX 100
#define TEXT_MAX ((size_t)16 << 20)

uint32_t
dice_below(struct dice *d, uint32_t n)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % n);
}

int
dice_chance(struct dice *d, uint32_t per_mille)
{
	return dice_below(d, 1000) < per_mille;
}

#define PICK(d, array) (array)[dice_below(d, (uint32_t)(sizeof(array) / sizeof((array)[0])))]

/* A name as characters. */
struct chars { char c[CHARS_MAX][5]; size_t n; };

static void
split(const char *name, struct chars *ret)
{
	size_t len = strlen(name), took;
	uint32_t c;

	ret->n = 0;
	for (size_t i = 0; i < len && ret->n < CHARS_MAX; i += took) {
		took = utf8_decode(name + i, len - i, &c);
		memcpy(ret->c[ret->n], name + i, took);
		ret->c[ret->n++][took] = '\0';
	}
}

static void
join(const struct chars *name, char *to, size_t size)
{
	size_t used = 0;

	to[0] = '\0';
	for (size_t i = 0; i < name->n && used < size; i++)
		used += (size_t)snprintf(to + used, size - used, "%s", name->c[i]);
}

static int
is(const struct chars *name, size_t i, const char *c)
{
	return strcmp(name->c[i], c) == 0;
}

/* A character lost, two in each other's place, or one that looks or sounds alike. */
static void
slip(struct dice *d, struct chars *name)
{
	static const char *const alike[][2] = { { "记", "纪" }, { "账", "帐" }, { "登", "等" }, { "审", "申" },
		{ "复", "覆" }, { "份", "分" }, { "历", "厉" }, { "缴", "交" }, { "办", "辨" }, { "险", "验" }, { "育", "玉" },
		{ "贴", "帖" }, { "补", "步" }, { "业", "叶" }, { "居", "局" }, { "员", "原" }, { "保", "宝" }, { "动", "东" } };
	size_t at = name->n < 3 ? 0 : 1 + dice_below(d, (uint32_t)name->n - 2);
	char c[5];

	switch (dice_below(d, 3)) {
	case 0:
		if (name->n > 5 && !is(name, at, "(") && !is(name, at, ")")) {
			memmove(name->c[at], name->c[at + 1], (name->n - at - 1) * sizeof(name->c[0]));
			name->n--;
			return;
		}
		break;
	case 1:
		if (at + 1 < name->n && name->n > 5) {
			memcpy(c, name->c[at], sizeof(c));
			memcpy(name->c[at], name->c[at + 1], sizeof(c));
			memcpy(name->c[at + 1], c, sizeof(c));
			return;
		}
		break;
	}
	for (size_t i = 0; i < name->n; i++)
		for (size_t k = 0; k < sizeof(alike) / sizeof(alike[0]); k++)
			if (is(name, i, alike[k][0])) {
				snprintf(name->c[i], sizeof(name->c[i]), "%s", alike[k][1]);
				return;
			}
}

/* Another input method: traditional forms, full width, blanks, other marks. */
static void
typeset(struct dice *d, struct chars *name)
{
	static const char *const traditional[][2] = { { "证", "證" }, { "记", "記" }, { "动", "動" }, { "产", "產" },
		{ "转", "轉" }, { "医", "醫" }, { "业", "業" }, { "户", "戶" }, { "车", "車" }, { "补", "補" }, { "请", "請" },
		{ "办", "辦" }, { "险", "險" }, { "务", "務" }, { "农", "農" }, { "队", "隊" }, { "许", "許" }, { "备", "備" } };
	static const char *const marks[][2] = { { "(", "\uff08" }, { ")", "\uff09" }, { "、", "\uff0c" }, { "(", "〔" }, { ")", "〕" } };
	size_t how = dice_below(d, 3);

	if (how == 2 && name->n + 1 < CHARS_MAX) {
		size_t at = 1 + dice_below(d, (uint32_t)name->n - 1);

		memmove(name->c[at + 1], name->c[at], (name->n - at) * sizeof(name->c[0]));
		snprintf(name->c[at], sizeof(name->c[at]), "%s", dice_chance(d, 500) ? " " : "　");
		name->n++;
		return;
	}
	for (size_t i = 0; i < name->n; i++)
		if (how == 0)
			for (size_t k = 0; k < sizeof(traditional) / sizeof(traditional[0]); k++) {
				if (is(name, i, traditional[k][0]))
					snprintf(name->c[i], sizeof(name->c[i]), "%s", traditional[k][1]);
			}
		else
			for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++) {
				if (is(name, i, marks[k][0]))
					snprintf(name->c[i], sizeof(name->c[i]), "%s", marks[k][1]);
			}
}

/* What stands in the last brackets is left out; nothing where there are none, or nothing would be left. */
static void
without_brackets(struct chars *name)
{
	size_t from = name->n;

	for (size_t i = 0; i < name->n; i++)
		if (is(name, i, "("))
			from = i;
	if (from == name->n || from < 4)
		return;
	for (size_t i = from; i < name->n; i++)
		if (is(name, i, ")")) {
			memmove(name->c[from], name->c[i + 1], (name->n - i - 1) * sizeof(name->c[0]));
			name->n -= i + 1 - from;
			return;
		}
}

static void
surround(struct chars *name, const char *before, const char *after)
{
	char text[CHARS_MAX * 8], plain[CHARS_MAX * 4];

	join(name, plain, sizeof(plain));
	snprintf(text, sizeof(text), "%s%s%s", before, plain, after);
	split(text, name);
}

void
damage_matter(struct dice *d, const struct division *division, const char *name, char *to, size_t size)
{
	static const char *const after[] = { "(县级)", "服务", "事项", "(本级)", "工作", "(首次)" };
	static const char *const other[][2] = { { "申请", "申报" }, { "申领", "领取申请" }, { "许可", "行政许可" },
		{ "登记", "登记备案" }, { "审批", "审批办理" }, { "备案", "备案登记" }, { "认定", "资格认定" }, { "补贴", "补助" } };
	struct chars c;
	char *at, before[64];

	split(name, &c);
	switch (dice_below(d, 6)) {
	case 0:
		snprintf(before, sizeof(before), "%s%s", dice_chance(d, 300) ? division->parent->name : "", division->name);
		surround(&c, before, "");
		break;
	case 1:
		surround(&c, "", PICK(d, after));
		break;
	case 2:
		without_brackets(&c);
		break;
	case 3:
		slip(d, &c);
		break;
	case 4:
		typeset(d, &c);
		break;
	default:
		for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
			if ((at = strstr(name, other[i][0])) != NULL) {
				snprintf(to, size, "%.*s%s%s", (int)(at - name), name, other[i][1], at + strlen(other[i][0]));
				return;
			}
	}
	join(&c, to, size);
}

void
damage_proof(struct dice *d, const struct proof *proof, char *to, size_t size)
{
	static const char *const before[] = { "由单位出具的", "村(社区)开具的", "申请人", "本人", "有效的", "加盖公章的" };
	static const char *const after[] = { "(复印件)", "复印件一份", "(原件核对)", "扫描件", "及复印件", "(加盖公章)", "电子版" };
	struct chars c;

	split(proof->name, &c);
	switch (dice_below(d, 7)) {
	case 0: case 1:
		if (proof->aliases[0] != '\0') {
			const char *last = strrchr(proof->aliases, ';');

			snprintf(to, size, "%s", last != NULL && dice_chance(d, 500) ? last + 1 : proof->aliases);
			to[strcspn(to, ";")] = '\0';
			return;
		}
		/* fall through */
	case 2:
		surround(&c, PICK(d, before), "");
		break;
	case 3:
		surround(&c, "", PICK(d, after));
		break;
	case 4:
		slip(d, &c);
		break;
	case 5:
		typeset(d, &c);
		break;
	default:
		without_brackets(&c);
	}
	join(&c, to, size);
}

struct making {
	const struct inventory *inv;
	const struct division *division;
	struct catalogue *catalogue;
	struct dice dice;
	struct damaged *to;
	size_t rows_cap, answers_cap, used;
};

static const char *
keep(struct making *m, const char *text)
{
	char *at = m->to->text + m->used;

	m->used += strlen(text) + 1;
	assert_true(m->used < TEXT_MAX);
	memcpy(at, text, strlen(text) + 1);
	return at;
}

static size_t
put_row(struct making *m, const char *matter, const char *proof, const char *basis, enum method method)
{
	char code[24];

	assert_true(m->to->nrows < m->rows_cap);
	snprintf(code, sizeof(code), "X-%u", dice_below(&m->dice, 1000000));
	m->to->row[m->to->nrows] = (struct align_row){ keep(m, code), keep(m, matter), keep(m, proof), basis, method,
		m->to->nrows + 2 };
	return m->to->nrows++;
}

static void
put_answer(struct making *m, enum align_kind kind, const struct item *item, size_t row)
{
	assert_true(m->to->nanswers < m->answers_cap);
	m->to->answer[m->to->nanswers++] = (struct answer){ kind, item, row };
}

/* Whether a name now means something else in the catalogue: then nobody could tell. */
static int
means_other(struct making *m, const char *text, const struct matter *matter, const struct proof *proof)
{
	struct meanings means;

	if (matter != NULL)
		catalogue_matter(m->catalogue, text, m->division, &means);
	else
		catalogue_proof(m->catalogue, text, &means);
	for (size_t i = 0; i < means.n && means.of[i].fit <= FIT_ALIAS; i++)
		if (matter != NULL ? &m->inv->matters[means.of[i].what] != matter :
		    &m->inv->proofs[means.of[i].what] != proof)
			return 1;
	return 0;
}

static void
put_item(struct making *m, const struct item *it, const char *matter_name, const struct damage *how)
{
	char matter[512], proof[512];
	enum method method = it->method;
	size_t row;

	if (dice_chance(&m->dice, how->missing)) {
		put_answer(m, ALIGN_MISSING, it, ALIGN_NO_ROW);
		return;
	}
	snprintf(matter, sizeof(matter), "%s", matter_name);
	snprintf(proof, sizeof(proof), "%s", it->proof->name);
	if (matter_name == it->matter->name && dice_chance(&m->dice, how->matter))
		damage_matter(&m->dice, m->division, it->matter->name, matter, sizeof(matter));
	if (dice_chance(&m->dice, how->proof))
		damage_proof(&m->dice, it->proof, proof, sizeof(proof));
	if (means_other(m, matter, it->matter, NULL))
		snprintf(matter, sizeof(matter), "%s", matter_name);
	if (means_other(m, proof, NULL, it->proof))
		snprintf(proof, sizeof(proof), "%s", it->proof->name);
	if (dice_chance(&m->dice, how->method))
		method = (enum method)((method + 1 + dice_below(&m->dice, METHOD_N - 1)) % METHOD_N);
	row = put_row(m, matter, proof, it->legal_basis, method);
	if (strcmp(matter, it->matter->name) != 0)
		put_answer(m, ALIGN_MATTER_NAME, it, row);
	if (strcmp(proof, it->proof->name) != 0)
		put_answer(m, ALIGN_PROOF_NAME, it, row);
	if (method != it->method)
		put_answer(m, ALIGN_METHOD, it, row);
}

static int
has_proof(const struct matter *matter, const struct proof *proof)
{
	for (size_t i = 0; i < matter->nitems; i++)
		if (matter->items[i]->proof == proof)
			return 1;
	return 0;
}

/* A proof that the matter never demanded: another of the catalogue, or one that somebody made up. */
static void
put_extra(struct making *m, const struct matter *matter)
{
	static const char *const who[] = { "邻居", "房东", "单位领导", "村民小组", "物业公司", "介绍人", "楼长", "网格员" };
	static const char *const what[] = { "签字同意", "现场照片", "身高体重", "无不良嗜好", "水电抄表", "车位分配", "门锁更换", "粮食库存" };
	static const char *const form[] = { "情况说明", "回执单", "保证书", "登记表", "函", "清单" };
	const struct proof *proof = &m->inv->proofs[dice_below(&m->dice, (uint32_t)m->inv->nproofs)];
	char name[256];

	if (dice_chance(&m->dice, 500)) {
		if (has_proof(matter, proof))
			return;
		snprintf(name, sizeof(name), "%s", proof->name);
	} else {
		snprintf(name, sizeof(name), "%s%s%s", PICK(&m->dice, who), PICK(&m->dice, what), PICK(&m->dice, form));
	}
	put_answer(m, ALIGN_EXTRA, NULL, put_row(m, matter->name, name, "无",
	    (enum method)dice_below(&m->dice, METHOD_N)));
}

static int
in_scope(const struct making *m, const struct matter *matter)
{
	return strcmp(matter->level, "county") == 0 &&
	    inventory_acting(m->inv, matter->agency, m->division)->division == m->division;
}

static void
put_matter(struct making *m, const struct matter *matter, const struct damage *how)
{
	int missing = dice_chance(&m->dice, how->matter_missing);
	char name[512];
	const char *called = matter->name;

	if (!missing && dice_chance(&m->dice, how->matter_whole)) {
		damage_matter(&m->dice, m->division, matter->name, name, sizeof(name));
		called = means_other(m, name, matter, NULL) ? matter->name : name;
	}
	for (size_t i = 0; i < matter->nitems; i++) {
		if (missing)
			put_answer(m, ALIGN_MISSING, matter->items[i], ALIGN_NO_ROW);
		else
			put_item(m, matter->items[i], called, how);
		if (!missing && dice_chance(&m->dice, how->extra))
			put_extra(m, matter);
	}
}

void
damage_make(const struct inventory *inv, const struct division *division, const struct damage *how,
    uint64_t seed, struct damaged *ret_damaged)
{
	struct making m = { .inv = inv, .division = division, .dice = { seed }, .to = ret_damaged,
		.rows_cap = inv->nitems * 2, .answers_cap = inv->nitems * 4 };

	*ret_damaged = (struct damaged){ .row = calloc(m.rows_cap, sizeof(*ret_damaged->row)),
		.answer = calloc(m.answers_cap, sizeof(*ret_damaged->answer)), .text = malloc(TEXT_MAX) };
	m.catalogue = catalogue_new(inv);
	assert_true(ret_damaged->row != NULL && ret_damaged->answer != NULL && ret_damaged->text != NULL &&
	    m.catalogue != NULL);
	for (size_t i = 0; i < inv->nmatters; i++)
		if (in_scope(&m, &inv->matters[i]))
			put_matter(&m, &inv->matters[i], how);
	catalogue_free(m.catalogue);
}

void
damage_free(struct damaged *d)
{
	free(d->row);
	free(d->answer);
	free(d->text);
}
