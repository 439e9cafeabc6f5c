/* What is found, in which order, and why; and that an index finds what reading everything finds. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "naive.h"

static struct inventory *inv;
static struct find *find;
static struct naive naive;

static int
load(void **state)
{
	struct fault f = FAULT_INIT;

	(void)state;
	inv = real_inventory();
	naive_build(&naive, inv);
	return find_build(inv, &find, &f);
}

static int
unload(void **state)
{
	(void)state;
	naive_free(&naive);
	find_unref(find);
	inventory_unref(inv);
	return 0;
}

#define ALL (FIND_BIT(FIND_MATTER) | FIND_BIT(FIND_PROOF) | FIND_BIT(FIND_AGENCY) | FIND_BIT(FIND_ITEM))

static struct find_hit hit[FIND_HITS_MAX];

static size_t
ask(const char *text, unsigned kinds, size_t limit)
{
	struct find_query q = { .text = text, .len = strlen(text), .kinds = kinds, .limit = limit };

	return find_search(find, &q, hit);
}

static const char *
code_of(const struct find_hit *h)
{
	return h->kind == FIND_MATTER ? h->is.matter->code : h->kind == FIND_PROOF ? h->is.proof->code :
	    h->kind == FIND_AGENCY ? h->is.agency->code : h->is.item->code;
}

static const char *
name_of(const struct find_hit *h)
{
	return h->kind == FIND_MATTER ? h->is.matter->name : h->kind == FIND_PROOF ? h->is.proof->name :
	    h->kind == FIND_AGENCY ? h->is.agency->name : h->is.item->proof->name;
}

/* Where the object stands among the first n hits, from 1; 0 if it does not. */
static size_t
rank_of(const char *code, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(code_of(&hit[i]), code) == 0)
			return i + 1;
	return 0;
}

static void
what_people_type_finds_what_they_mean(void **state)
{
	static const struct { const char *q, *code; size_t within; int near; } ask_for[] = {
		{ "二手房", "M-0303", 3, 0 }, { "esf", "M-0303", 3, 0 }, { "M-0303", "M-0303", 1, 0 },
		{ "m0303", "M-0303", 1, 0 }, { "0303", "M-0303", 1, 0 }, { "M-0303", "M-0303", 1, 0 },
		{ "ershoufang", "M-0303", 3, 0 }, { "ERSHOUF", "M-0303", 3, 0 }, { "ersf", "M-0303", 3, 0 },
		{ "ershfang", "M-0303", 3, 0 }, { "二shouf", "M-0303", 3, 0 }, { "er shou'fang", "M-0303", 3, 0 },
		{ "二手房轉移登記", "M-0303", 3, 0 }, { "买卖 二手", "M-0303", 3, 0 }, { "mm esf", "M-0303", 3, 0 },
		{ "二手房转移登记买卖", "M-0303", 1, 0 }, { "二手房转移登记(买卖)", "M-0303", 1, 0 },
		{ "ershoufnag", "M-0303", 3, 1 }, { "ershofang", "M-0303", 3, 1 },
		{ "ershouufang", "M-0303", 3, 1 }, { "ershoufamg", "M-0303", 3, 1 },
		{ "二首房", "M-0303", 3, 1 },
		{ "hjzm", "P-001", 3, 0 }, { "户籍证明", "P-001", 1, 0 }, { "户口证明", "P-001", 3, 0 },
		{ "hukouzhengming", "P-001", 3, 0 }, { "P001", "P-001", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ask_for) / sizeof(ask_for[0]); i++) {
		unsigned kinds = ask_for[i].code[0] == 'M' ? FIND_BIT(FIND_MATTER) : FIND_BIT(FIND_PROOF);
		size_t n = ask(ask_for[i].q, kinds, 10), at = rank_of(ask_for[i].code, n);

		if (at == 0 || at > ask_for[i].within || hit[at - 1].near != ask_for[i].near)
			fail_msg("%s: %s is number %zu of %zu, first %s", ask_for[i].q, ask_for[i].code, at, n,
			    n > 0 ? name_of(&hit[0]) : "none");
	}
}

/* Either reading of a character, right in the word or not. */
static void
any_reading_of_a_character_matches(void **state)
{
	static const struct { const char *q, *part; } ask_for[] = {
		{ "yinhang", "银行" }, { "yinxing", "银行" }, { "kuaiji", "会计" }, { "huiji", "会计" },
		{ "changqi", "长期" }, { "zhangqi", "长期" }, { "chongxin", "重新" }, { "zhongxin", "重新" },
		{ "tiaojie", "调解" }, { "diaojie", "调解" }, { "yh", "银行" }, { "kj", "会计" }, { "cq", "长期" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ask_for) / sizeof(ask_for[0]); i++) {
		struct word_of { uint32_t unit[64]; size_t n; } w, t;
		struct naive_word q = { .n = 0 };

		t.n = fold(ask_for[i].part, strlen(ask_for[i].part), t.unit, NULL, 64);
		w.n = fold(ask_for[i].q, strlen(ask_for[i].q), w.unit, NULL, 64);
		for (q.n = 0; q.n < w.n; q.n++)
			q.unit[q.n] = FOLD_CHARACTER(w.unit[q.n]);
		assert_true(naive_match(&q, t.unit, t.n) > 0);
		/* Where the inventory has the word at all, the first hits have it. */
		if (ask(ask_for[i].part, ALL, 1) > 0 && strlen(ask_for[i].q) > 2) {
			size_t n = ask(ask_for[i].q, ALL, 50), found = 0;

			for (size_t k = 0; k < n; k++)
				found += strstr(name_of(&hit[k]), ask_for[i].part) != NULL ||
				    strstr(hit[k].text, ask_for[i].part) != NULL;
			if (found == 0)
				fail_msg("%s does not find %s", ask_for[i].q, ask_for[i].part);
		}
	}
}

/* Types text from unit `from` to `to`: as itself, in full pinyin or in initials. */
enum typing { TYPE_SELF, TYPE_PINYIN, TYPE_INITIALS, TYPE_ANY };

static size_t
type(const struct naive_text *t, size_t from, size_t to, enum typing typing, char *q)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		uint32_t c = FOLD_CHARACTER(t->unit[i]);
		const uint16_t *list = reading_list(c);
		enum typing how = typing == TYPE_ANY ? (enum typing)(rand() % 3) : typing;
		size_t nr = 0;

		while (list[nr] != 0)
			nr++;
		if (how != TYPE_SELF && nr > 0) {
			const char *name = reading_name(list[typing == TYPE_ANY ? (size_t)rand() % nr : 0]);
			size_t len = how == TYPE_PINYIN ? strlen(name) : 1;

			memcpy(q + n, name, len);
			n += len;
		} else if (c < 0x80) {
			q[n++] = (char)c;
		} else if (c < 0x800) {
			q[n++] = (char)(0xc0 | c >> 6);
			q[n++] = (char)(0x80 | (c & 0x3f));
		} else {
			q[n++] = (char)(0xe0 | c >> 12);
			q[n++] = (char)(0x80 | (c >> 6 & 0x3f));
			q[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	q[n] = '\0';
	return n;
}

/* How many hits before the object match as well as it does in all that is not its use. */
static size_t
place_among_equals(const char *code, size_t n)
{
	size_t at = rank_of(code, n), first;

	for (first = at; first > 1; first--) {
		const struct find_hit *a = &hit[at - 1], *b = &hit[first - 2];

		if (a->near != b->near || a->how != b->how || a->by != b->by ||
		    (a->field <= FIND_CODE) != (b->field <= FIND_CODE))
			break;
	}
	return first;
}

static void
every_matter_and_proof_is_found_by_name_and_code_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < naive.n; i++) {
		const struct naive_object *o = &naive.object[i];
		char q[FOLD_TEXT_MAX * 3 + 1];

		if (o->kind != FIND_MATTER && o->kind != FIND_PROOF)
			continue;
		assert_true(ask(o->code, FIND_BIT(o->kind), 5) > 0);
		assert_string_equal(code_of(&hit[0]), o->code);
		assert_int_equal(hit[0].how, FIND_EXACT);
		type(&o->text[0], 0, o->text[0].n, TYPE_SELF, q);
		if (place_among_equals(o->code, ask(q, FIND_BIT(o->kind), 50)) != 1)
			fail_msg("%s by its name %s", o->code, q);
	}
}

/*
 * Full pinyin is nearly a name: among the first five.  Initials of short names are those of
 * many, so there the object comes first but for others that match them as well.
 */
static void
every_matter_and_proof_is_found_by_pinyin_and_initials(void **state)
{
	size_t crowded = 0;

	(void)state;
	for (size_t i = 0; i < naive.n; i++) {
		const struct naive_object *o = &naive.object[i];
		char q[FOLD_TEXT_MAX * READING_MAX + 1];
		size_t at;

		if (o->kind != FIND_MATTER && o->kind != FIND_PROOF)
			continue;
		assert_true(type(&o->text[0], 0, o->text[0].n, TYPE_PINYIN, q) <= FIND_QUERY_MAX);
		at = rank_of(o->code, ask(q, FIND_BIT(o->kind), 5));
		if (at == 0)
			fail_msg("%s by %s", o->code, q);
		type(&o->text[0], 0, o->text[0].n, TYPE_INITIALS, q);
		at = rank_of(o->code, ask(q, FIND_BIT(o->kind), 50));
		crowded += at > 5;
		if (at > 5 ? place_among_equals(o->code, ask(q, FIND_BIT(o->kind), 50)) > 1 : at == 0)
			fail_msg("%s by %s", o->code, q);
	}
	assert_in_range(crowded, 0, 5);
}

static void
same(const struct find_query *q)
{
	struct naive_hit expected[FIND_HITS_MAX];
	size_t n = find_search(find, q, hit), m = naive_search(&naive, q, expected);

	if (n != m)
		fail_msg("“%.*s” kinds %x limit %zu: %zu hits, not %zu; first %s", (int)q->len, q->text,
		    q->kinds, q->limit, n, m, m > 0 ? expected[0].object->code : "");
	for (size_t i = 0; i < n; i++)
		if (strcmp(code_of(&hit[i]), expected[i].object->code) != 0 || hit[i].near != expected[i].near)
			fail_msg("“%.*s” kinds %x: hit %zu is %s, not %s", (int)q->len, q->text, q->kinds, i,
			    code_of(&hit[i]), expected[i].object->code);
}

/* A part of some text, typed somehow; sometimes two, sometimes spoilt, sometimes anything. */
static size_t
random_query(char *q)
{
	const struct naive_object *o = &naive.object[(size_t)rand() % naive.n];
	const struct naive_text *t = &o->text[(size_t)rand() % o->ntexts];
	size_t n = 0, words = rand() % 4 == 0 ? 2 : 1;

	if (rand() % 8 == 0)
		return (size_t)snprintf(q, 64, "%.*s", 1 + rand() % 8, o->code);
	for (size_t i = 0; i < words; i++) {
		size_t from = (size_t)rand() % t->n, len = 1 + (size_t)rand() % 8;

		from = rand() % 2 ? from : 0;
		len = from + len < t->n ? len : t->n - from;
		n += type(t, from, from + len, (enum typing)(rand() % 4), q + n);
		if (i + 1 < words)
			q[n++] = ' ';
	}
	if (n > 3 && rand() % 6 == 0 && (unsigned char)q[n - 1] < 0x80)
		n--;
	return n;
}

static void
an_index_finds_what_reading_everything_finds(void **state)
{
	char q[2000];

	(void)state;
	srand(20261123);
	for (int i = 0; i < 150; i++) {
		struct find_query query = { .text = q, .kinds = 1 + (unsigned)rand() % (i % 8 == 0 ? ALL : 7),
			.limit = 1 + (size_t)rand() % FIND_HITS_MAX };
		size_t n;

		query.len = random_query(q);
		q[query.len] = '\0';
		/* Near misses have a test of their own: the naive way takes long for each. */
		if ((n = find_search(find, &query, hit)) > 0 && !hit[n - 1].near &&
		    (n == query.limit || n >= FIND_FEW))
			same(&query);
	}
}

static void
near_misses_are_the_same_too(void **state)
{
	static const char *const q[] = { "hjzn", "hukuo", "户及证明", "无房正明", "hjzn 证明" };

	(void)state;
	for (size_t i = 0; i < sizeof(q) / sizeof(q[0]); i++)
		same(&(struct find_query){ .text = q[i], .len = strlen(q[i]), .kinds =
		    FIND_BIT(FIND_PROOF), .limit = 20 });
}

static void
better_matches_come_first(void **state)
{
	size_t n = ask("证明", FIND_BIT(FIND_PROOF), 50);

	(void)state;
	assert_int_equal(n, 50);
	for (size_t i = 1; i < n; i++) {
		const struct find_hit *a = &hit[i - 1], *b = &hit[i];

		assert_true(a->near <= b->near);
		assert_true(a->near < b->near || a->how >= b->how);
		assert_true(a->near < b->near || a->how > b->how || a->by >= b->by);
	}
	n = ask("登记", FIND_BIT(FIND_MATTER), 50);
	for (size_t i = 1; i < n; i++)
		if (hit[i].how == hit[i - 1].how && hit[i].field == hit[i - 1].field)
			assert_true(hit[i - 1].is.matter->annual_volume >= hit[i].is.matter->annual_volume);
}

/* Raised over what is used more, never over what matches better. */
static void
what_this_counter_opened_lately_is_raised(void **state)
{
	struct find_query q = { .text = "登记", .len = strlen("登记"), .kinds = FIND_BIT(FIND_MATTER),
		.limit = 50 };
	struct find_boost boost;
	size_t n = find_search(find, &q, hit), last = n - 1, first;

	(void)state;
	while (last > 0 && hit[last - 1].how == hit[last].how && hit[last - 1].field == hit[last].field)
		last--;
	first = last;
	assert_true(n - first > 3);
	boost = (struct find_boost){ hit[n - 1].is.matter, 30 };
	q.boost = &boost;
	q.nboost = 1;
	assert_int_equal(find_search(find, &q, hit), n);
	assert_true(rank_of(boost.matter->code, n) < n);
	assert_true(rank_of(boost.matter->code, n) > first);
	/* What does not match is not found for having been opened. */
	boost.matter = inventory_matter(inv, "M-0303");
	q.text = "出生";
	q.len = strlen(q.text);
	assert_int_equal(rank_of("M-0303", find_search(find, &q, hit)), 0);
}

static void
a_hit_says_why_and_what_to_highlight(void **state)
{
	(void)state;
	assert_true(ask("esf mm", FIND_BIT(FIND_MATTER), 5) > 0);
	assert_string_equal(hit[0].is.matter->code, "M-0303");
	assert_int_equal(hit[0].nmarks, 2);
	assert_int_equal(hit[0].mark[0].from, 0);
	assert_int_equal(hit[0].mark[0].to, 3);
	assert_int_equal(hit[0].mark[1].from, 8);
	assert_int_equal(hit[0].mark[1].to, 10);
	assert_int_equal(hit[0].by, FIND_INITIALS);
	assert_true(ask("户口证明", FIND_BIT(FIND_PROOF), 5) > 0);
	assert_string_equal(hit[0].is.proof->code, "P-001");
	assert_int_equal(hit[0].field, FIND_ALIAS);
	assert_int_equal(hit[0].how, FIND_EXACT);
	assert_int_equal(strncmp(hit[0].text, "户口证明", hit[0].text_len), 0);
	assert_true(ask("I-01384", FIND_BIT(FIND_ITEM), 5) > 0);
	assert_int_equal(hit[0].field, FIND_CODE);
	assert_string_equal(hit[0].text, "I-01384");
}

/* What is typed key by key finds the object from some key on, and marks lie within the name. */
static void
marks_lie_within_the_name(void **state)
{
	char q[2000];

	(void)state;
	srand(7);
	for (int i = 0; i < 500; i++) {
		size_t len = random_query(q), n;

		q[len] = '\0';
		n = ask(q, ALL, 10);
		for (size_t k = 0; k < n; k++) {
			size_t chars = 0;

			for (const char *c = name_of(&hit[k]); *c != '\0'; c++)
				chars += (*c & 0xc0) != 0x80;
			for (size_t m = 0; m < hit[k].nmarks; m++) {
				assert_true(hit[k].mark[m].from < hit[k].mark[m].to && hit[k].mark[m].to <= chars);
				assert_true(m == 0 || hit[k].mark[m].from > hit[k].mark[m - 1].to);
			}
			assert_true(hit[k].text_len <= strlen(hit[k].text));
		}
	}
}

static void
hostile_queries_are_harmless(void **state)
{
	static const char nul[] = "\0esf\0\0";
	static char longest[10000];
	static const struct { const char *q; int check; } bad[] = {
		{ "", 0 }, { " \t\n ", 0 }, { "---()()", 0 }, { "\xff\xfe\xc0\x80\xed\xa0\x80", 0 },
		{ "\xf0\x9f\x8f\xa0\xf0\x9f\x8f\xa1", 1 }, { ".*(a+)+$", 1 }, { "%' OR 1=1 --", 1 },
		{ "二\xff手", 1 }, { "\xf0\xa0\x80\x80\xf0\xa0\x80\x81", 1 }, { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1 },
		{ "a a a a a a a a a a a a a a a a a", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(find_check(bad[i].q, strlen(bad[i].q)), bad[i].check);
		if (ask(bad[i].q, ALL, 50) > 0)
			assert_int_equal(bad[i].check, 1);
	}
	memset(longest, 'z', sizeof(longest));
	assert_int_equal(find_check(longest, sizeof(longest)), -1);
	for (size_t n = 1; n <= FIND_QUERY_MAX; n += 51)
		find_search(find, &(struct find_query){ .text = longest, .len = n, .kinds = ALL, .limit = 50 },
		    hit);
	assert_true(find_search(find, &(struct find_query){ .text = nul, .len = sizeof(nul) - 1,
	    .kinds = FIND_BIT(FIND_MATTER), .limit = 5 }, hit) > 0);
	assert_int_equal(ask("esf", FIND_BIT(FIND_MATTER), 0), 0);
	assert_int_equal(ask("esf", 0, 5), 0);
	assert_int_equal(ask("esf", ALL, 1000), ask("esf", ALL, FIND_HITS_MAX));
}

static void
a_list_can_ask_of_one_object(void **state)
{
	const struct matter *m = inventory_matter(inv, "M-0303");
	const struct item *it = inventory_item(inv, "I-01384");

	(void)state;
	assert_true(find_matches_matter(m, "esf", 3));
	assert_true(find_matches_matter(m, "", 0));
	assert_false(find_matches_matter(m, "chusheng", 8));
	assert_false(find_matches_matter(m, "ershoufnag", 10));
	assert_true(find_matches_item(it, "esf fcxx", 8));
}

static void
an_index_outlives_what_let_go_of_it(void **state)
{
	struct find *mine = find_ref(find);

	(void)state;
	assert_ptr_equal(find_inventory(mine), inv);
	assert_true(find_memory(mine) > 1 << 16);
	find_unref(mine);
	find_unref(NULL);
	assert_true(ask("esf", ALL, 1) == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_type_finds_what_they_mean),
		cmocka_unit_test(any_reading_of_a_character_matches),
		cmocka_unit_test(every_matter_and_proof_is_found_by_name_and_code_first),
		cmocka_unit_test(every_matter_and_proof_is_found_by_pinyin_and_initials),
		cmocka_unit_test(an_index_finds_what_reading_everything_finds),
		cmocka_unit_test(near_misses_are_the_same_too),
		cmocka_unit_test(better_matches_come_first),
		cmocka_unit_test(what_this_counter_opened_lately_is_raised),
		cmocka_unit_test(a_hit_says_why_and_what_to_highlight),
		cmocka_unit_test(marks_lie_within_the_name),
		cmocka_unit_test(hostile_queries_are_harmless),
		cmocka_unit_test(a_list_can_ask_of_one_object),
		cmocka_unit_test(an_index_outlives_what_let_go_of_it),
	};

	return cmocka_run_group_tests_name("search", tests, load, unload);
}
