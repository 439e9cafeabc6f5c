#include "bench/invent.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rules/csv.h"

#define FILE_MAX (64u << 20)
#define PURPOSE_APPLICATION 0

/* The divisions by their people in thousands (census of 2020, rounded; 330799 is split off 330702). */
static const struct { const char *code; uint32_t people; } places[] = {
	{ "330702", 700 }, { "330703", 512 }, { "330723", 462 }, { "330726", 461 },
	{ "330727", 178 }, { "330781", 575 }, { "330782", 1859 }, { "330783", 1088 },
	{ "330784", 964 }, { "330799", 266 },
};
#define NPLACES (sizeof(places) / sizeof(places[0]))

struct known { char number[IDENT_MAX], name[128]; };
struct known_list { struct known *row; uint32_t n; };

struct invent {
	const struct inventory *inv;
	uint64_t seed;
	struct known_list persons, enterprises;
	uint64_t *volume;		/* of the matters, summed up */
	uint32_t people[NPLACES];	/* likewise of the places that the inventory has */
};

/* Dice */

static uint64_t
next(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct dice
dice_of(uint64_t seed, uint64_t index, unsigned purpose)
{
	struct dice d = { seed };

	d.state = next(&d) ^ index;
	d.state = next(&d) ^ purpose;
	return d;
}

uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((next(d) >> 32) * n >> 32);
}

int
dice_chance(struct dice *d, uint32_t per_mille)
{
	return dice_below(d, 1000) < per_mille;
}

/* What the registries know */

/* Two columns of a file, by their names. */
static int
read_known(const char *dir, const char *file, const char *number, const char *name,
    struct known_list *list, struct fault *f)
{
	struct buf text = BUF_INIT_MAX(FILE_MAX);
	size_t n, line, at_number = SIZE_MAX, at_name = SIZE_MAX, cap = 0;
	struct csv *csv = NULL;
	const char **cell;
	char path[4200];
	int more, rc = -1;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	if (buf_read_file(&text, path, FILE_MAX, f) < 0)
		goto out;
	if ((csv = csv_new(text.data, text.len)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", file);
		goto out;
	}
	while ((more = csv_next(csv, &cell, &n, &line, f)) > 0) {
		struct known *row;

		for (size_t i = 0; line == 1 && i < n; i++) {
			if (strcmp(cell[i], number) == 0)
				at_number = i;
			if (strcmp(cell[i], name) == 0)
				at_name = i;
		}
		if (line == 1 || at_number >= n || at_name >= n)
			continue;
		if (list->n == cap) {
			cap = cap != 0 ? cap * 2 : 1024;
			if ((row = reallocarray(list->row, cap, sizeof(*row))) == NULL) {
				fault_set(f, FAULT_MEMORY, "%s", file);
				goto out;
			}
			list->row = row;
		}
		row = &list->row[list->n++];
		snprintf(row->number, sizeof(row->number), "%s", cell[at_number]);
		snprintf(row->name, sizeof(row->name), "%s", cell[at_name]);
	}
	if (more == 0 && list->n == 0) {
		fault_set(f, FAULT_FILE_READ, "%s", "no rows");
		fault_arg(f, "file", "%s", path);
	} else
		rc = more;
out:
	csv_free(csv);
	buf_free(&text);
	return rc;
}

/* The first place of a rising list whose sum is above what was thrown. */
static size_t
pick_volume(const struct invent *v, struct dice *d)
{
	size_t from = 0, to = v->inv->nmatters - 1;
	uint64_t at = next(d) % v->volume[to];

	while (from < to) {
		size_t middle = (from + to) / 2;

		if (v->volume[middle] > at)
			to = middle;
		else
			from = middle + 1;
	}
	return from;
}

int
invent_new(const struct inventory *inv, const char *registry, uint64_t seed,
    struct invent **ret_invent, struct fault *f)
{
	struct invent *v = calloc(1, sizeof(*v));
	uint64_t volume = 0;
	uint32_t people = 0;

	if (v == NULL || (v->volume = calloc(inv->nmatters + 1, sizeof(*v->volume))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		goto fail;
	}
	v->inv = inv;
	v->seed = seed;
	if (read_known(registry, "persons.csv", "id_number", "name", &v->persons, f) < 0 ||
	    read_known(registry, "enterprises.csv", "uscc", "name", &v->enterprises, f) < 0)
		goto fail;
	for (size_t i = 0; i < inv->nmatters; i++)
		v->volume[i] = volume += (uint64_t)inv->matters[i].annual_volume;
	for (size_t i = 0; i < NPLACES; i++)
		v->people[i] = people += inventory_division(inv, places[i].code) != NULL ?
		    places[i].people : 0;
	if (volume == 0 || people == 0) {
		fault_set(f, FAULT_NO_INVENTORY, "%s", "no matter has a volume, or no known division");
		goto fail;
	}
	*ret_invent = v;
	return 0;
fail:
	invent_free(v);
	return -1;
}

void
invent_free(struct invent *v)
{
	if (v == NULL)
		return;
	free(v->persons.row);
	free(v->enterprises.row);
	free(v->volume);
	free(v);
}

/* People */

static const char *
pick_place(const struct invent *v, struct dice *d)
{
	uint32_t at = dice_below(d, v->people[NPLACES - 1]);
	size_t i = 0;

	while (v->people[i] <= at)
		i++;
	return places[i].code;
}

/* GB 11643: somebody born from 1940 to 2005. */
static void
invent_citizen(struct dice *d, const char *division, char number[IDENT_MAX])
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned year = 1940 + dice_below(d, 66), month = 1 + dice_below(d, 12);
	unsigned day = 1 + dice_below(d, 28), order = 1 + dice_below(d, 999);
	int sum = 0;

	/* 330799 is no division of the ministry's list: its people are registered next door. */
	if (strcmp(division, "330799") == 0)
		division = "330702";
	snprintf(number, IDENT_MAX, "%.6s%04u%02u%02u%03u", division, year, month, day, order);
	for (int i = 0; i < 17; i++)
		sum += (number[i] - '0') * weight[i];
	number[17] = "10X98765432"[sum % 11];
	number[18] = '\0';
}

/* GB 32100 with the organisation code of GB 11714 in it. */
static void
invent_uscc(struct dice *d, const char *division, char number[IDENT_MAX])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0, check, w = 1;

	snprintf(number, IDENT_MAX, "91%.6sMA%06u", division, dice_below(d, 1000000));
	for (int i = 0; i < 8; i++) {
		char c = number[8 + i];

		sum += (c <= '9' ? c - '0' : c - 'A' + 10) * weight[i];
	}
	check = 11 - sum % 11;
	number[16] = check == 10 ? 'X' : (char)('0' + check % 11);
	sum = 0;
	for (int i = 0; i < 17; i++) {
		sum += (int)(strchr(alphabet, number[i]) - alphabet) * w;
		w = w * 3 % 31;
	}
	number[17] = alphabet[(31 - sum % 31) % 31];
	number[18] = '\0';
}

#define WORD(list, d) list[dice_below(d, sizeof(list) / sizeof(list[0]))]

static void
invent_name(struct dice *d, enum subject kind, char *name, size_t size)
{
	static const char *const family[] = { "陈", "王", "张", "李", "吴", "徐", "金", "胡", "朱", "叶",
		"方", "郑", "周", "楼", "黄", "应", "施", "骆", "虞", "龚", "何", "蒋", "俞", "卢", "傅", "潘" };
	static const char *const given[] = { "伟", "芳", "敏", "静", "丽", "强", "磊", "军", "洋", "勇",
		"艳", "杰", "娟", "涛", "明", "超", "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "晨",
		"宇", "佳", "欣", "浩", "然", "子", "涵", "雨", "轩", "思", "琪", "梓", "萱", "一" };
	static const char *const word[] = { "恒", "远", "达", "顺", "丰", "润", "泰", "盛", "鑫", "瑞",
		"嘉", "诚", "博", "华", "联", "宏" };
	static const char *const trade[] = { "五金", "物流", "汽车配件", "进出口", "纺织", "建材", "电子商务",
		"餐饮管理", "门业", "工艺品" };

	if (kind == SUBJECT_ENTERPRISE)
		snprintf(name, size, "金华%s%s%s有限公司", WORD(word, d), WORD(word, d), WORD(trade, d));
	else
		snprintf(name, size, "%s%s%s", WORD(family, d), WORD(given, d),
		    dice_chance(d, 700) ? WORD(given, d) : "");
}

/* Somebody of the registries: the first ones of the list far more often than the last. */
static const struct known *
pick_known(const struct known_list *list, struct dice *d)
{
	uint32_t a = dice_below(d, list->n), b = dice_below(d, list->n);

	return &list->row[(uint64_t)a * b / list->n];
}

static void
invent_party(const struct invent *v, struct dice *d, const char *division,
    const struct party_rule *rule, struct party *p)
{
	enum subject kind = rule->kind != SUBJECT_BOTH ? rule->kind :
	    dice_chance(d, 500) ? SUBJECT_PERSON : SUBJECT_ENTERPRISE;
	const struct known *known = NULL;

	memset(p, 0, sizeof(*p));
	snprintf(p->role, sizeof(p->role), "%s", rule->role);
	p->kind = kind;
	p->type = kind == SUBJECT_ENTERPRISE ? IDENT_USCC : IDENT_CITIZEN_ID;
	if (dice_chance(d, 500))
		known = pick_known(kind == SUBJECT_ENTERPRISE ? &v->enterprises : &v->persons, d);
	if (known != NULL) {
		snprintf(p->number, sizeof(p->number), "%s", known->number);
		snprintf(p->name, sizeof(p->name), "%s", known->name);
	} else {
		if (kind == SUBJECT_ENTERPRISE)
			invent_uscc(d, division, p->number);
		else if (dice_chance(d, 20)) {
			p->type = IDENT_PASSPORT;
			snprintf(p->number, sizeof(p->number), "E%08u", dice_below(d, 100000000));
		} else
			invent_citizen(d, division, p->number);
		invent_name(d, kind, p->name, sizeof(p->name));
	}
	if (strcmp(p->role, INVENTORY_AGENT) == 0)
		snprintf(p->mandate, sizeof(p->mandate), "%s", "授权委托书");
	if (dice_chance(d, 600))
		snprintf(p->phone, sizeof(p->phone), "13%09u", dice_below(d, 1000000000));
}

/* Forms */

static json_t *
invent_value(const struct field *field, struct dice *d)
{
	size_t n = 0;
	json_t *list;

	while (field->values != NULL && field->values[n] != NULL)
		n++;
	switch (field->type) {
	case VALUE_ENUM:
		return json_string(field->values[dice_below(d, (uint32_t)n)]);
	case VALUE_ENUM_LIST:
		list = json_array();
		if (dice_chance(d, 300))
			json_array_append_new(list, json_string(field->values[dice_below(d, (uint32_t)n)]));
		return list;
	case VALUE_INTEGER:
		return json_integer(strstr(field->name, "age") != NULL ? 18 + dice_below(d, 70) :
		    1 + dice_below(d, 6));
	case VALUE_NUMBER:
		return json_integer(20 + dice_below(d, 300));
	case VALUE_BOOLEAN:
		return json_boolean(dice_chance(d, 250));
	case VALUE_DATE:
		return json_string("2020-05-01");
	default:
		return strcmp(field->name, "birth_cert_number") == 0 ?
		    json_sprintf("Z33%06u", 1 + dice_below(d, 641)) : json_string("330700");
	}
}

/* Every field that the matter's conditions and inputs read. */
static json_t *
invent_form(const struct matter *m, const struct case_request *req, struct dice *d)
{
	enum subject applicant = SUBJECT_PERSON;
	json_t *form = json_object();

	for (size_t i = 0; i < req->nparties; i++)
		if (strcmp(req->party[i].role, INVENTORY_APPLICANT) == 0)
			applicant = req->party[i].kind;
	for (size_t i = 0; i < m->nfields; i++) {
		json_t *value = invent_value(m->fields[i], d);

		if (strcmp(m->fields[i]->name, "applicant_type") == 0) {
			json_decref(value);
			value = json_string(applicant == SUBJECT_PERSON ? "person" : "enterprise");
		}
		if (json_object_set_new(form, m->fields[i]->name, value) < 0) {
			json_decref(form);
			return NULL;
		}
	}
	return form;
}

/* What a clerk would type on the cards. */
static void
invent_asks(const struct invent *v, const struct matter *m, struct dice *d,
    struct case_request *req)
{
	static const struct { const char *input, *value; } typed[] = {
		{ "household_code", "H33070300001" }, { "plate_number", "浙G·T0001" }, { "sex", "F" },
		{ "tax_type", "增值税" }, { "division_code", "330702" }, { "date", "2013-10-06" },
		{ "account_number", "W00000001" }, { "record_kind", "breach" },
	};

	for (size_t i = 0; i < m->nitems; i++) {
		for (size_t k = 0; k < m->items[i]->nbindings && req->nasked < CASE_ASKS_MAX; k++) {
			const struct binding *b = &m->items[i]->bindings[k];
			struct asked *a = &req->asked[req->nasked];
			const char *value = pick_known(strcmp(b->input->name, "uscc") == 0 ?
			    &v->enterprises : &v->persons, d)->number;

			if (b->kind != INPUT_ASK)
				continue;
			for (size_t t = 0; t < sizeof(typed) / sizeof(typed[0]); t++)
				if (strcmp(typed[t].input, b->input->name) == 0)
					value = typed[t].value;
			snprintf(a->item, sizeof(a->item), "%s", m->items[i]->code);
			snprintf(a->input, sizeof(a->input), "%s", b->input->name);
			snprintf(a->value, sizeof(a->value), "%s", value);
			req->nasked++;
		}
	}
}

int
invent_case(const struct invent *v, uint64_t index, struct case_request *req, struct fault *f)
{
	struct dice d = dice_of(v->seed, index, PURPOSE_APPLICATION);
	const struct matter *m = &v->inv->matters[pick_volume(v, &d)];

	memset(req, 0, sizeof(*req));
	req->matter = m->code;
	req->division = pick_place(v, &d);
	req->channel = dice_chance(&d, 650) ? "window" : dice_chance(&d, 950) ? "online" : "postal";
	/* Few come with an agent; whoever else the matter knows is there, so that nothing waits for a number. */
	for (size_t i = 0; i < m->nparties && req->nparties < CASE_PARTIES_MAX; i++)
		if (m->parties[i].required || strcmp(m->parties[i].role, "agent") != 0 ||
		    dice_chance(&d, 150))
			invent_party(v, &d, req->division, &m->parties[i], &req->party[req->nparties++]);
	invent_asks(v, m, &d, req);
	req->form = invent_form(m, req, &d);
	if (req->form == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "form");
		return -1;
	}
	return 0;
}
