/* The state tables: properties that hold for every pair of states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "flow/state_words.h"

/* One table, seen through its functions. */
struct table {
	int n;
	const char *(*name)(int s);
	int (*parse)(const char *name, int *ret_state);
	int (*may)(int from, int to);
	int (*final)(int s);
};

#define SEEN_AS_INT(kind) \
static const char *kind##_name_of(int s) { return kind##_state_name((enum kind##_state)s); } \
static int kind##_may_be(int from, int to) \
{ return kind##_state_may((enum kind##_state)from, (enum kind##_state)to); } \
static int kind##_parse_as(const char *name, int *ret_state) \
{ \
	enum kind##_state s; \
	if (kind##_state_parse(name, &s) < 0) \
		return -1; \
	*ret_state = (int)s; \
	return 0; \
}

SEEN_AS_INT(case)
SEEN_AS_INT(item)
SEEN_AS_INT(verification)
SEEN_AS_INT(complaint)
SEEN_AS_INT(dispute)
SEEN_AS_INT(review)

static int case_final(int s) { return case_state_final((enum case_state)s); }
static int verification_final(int s) { return verification_state_final((enum verification_state)s); }
static int complaint_final(int s) { return complaint_state_final((enum complaint_state)s); }
static int dispute_final(int s) { return dispute_state_final((enum dispute_state)s); }
static int review_final(int s) { return review_state_final((enum review_state)s); }

/* An item never ends by itself: its case does. */
static int item_final(int s) { (void)s; return 0; }

static const struct table tables[] = {
	{ CASE_NSTATES, case_name_of, case_parse_as, case_may_be, case_final },
	{ ITEM_NSTATES, item_name_of, item_parse_as, item_may_be, item_final },
	{ VERIFICATION_NSTATES, verification_name_of, verification_parse_as, verification_may_be,
	    verification_final },
	{ COMPLAINT_NSTATES, complaint_name_of, complaint_parse_as, complaint_may_be, complaint_final },
	{ DISPUTE_NSTATES, dispute_name_of, dispute_parse_as, dispute_may_be, dispute_final },
	{ REVIEW_NSTATES, review_name_of, review_parse_as, review_may_be, review_final },
};

#define EACH_TABLE(t) for (const struct table *t = tables; t < tables + sizeof(tables) / sizeof(tables[0]); t++)

static void
every_state_has_a_name_of_its_own_that_parses_back(void **state)
{
	int s = -7;

	(void)state;
	EACH_TABLE(t) {
		for (int a = 0; a < t->n; a++) {
			assert_int_equal(t->parse(t->name(a), &s), 0);
			assert_int_equal(s, a);
		}
		s = -7;
		assert_int_equal(t->parse("", &s), -1);
		assert_int_equal(t->parse("OPEN", &s), -1);
		assert_int_equal(s, -7);
	}
}

static void
no_state_follows_itself(void **state)
{
	(void)state;
	EACH_TABLE(t)
		for (int s = 0; s < t->n; s++)
			assert_false(t->may(s, s));
}

static void
final_states_and_only_they_have_none_after_them(void **state)
{
	(void)state;
	EACH_TABLE(t) {
		for (int from = 0; from < t->n; from++) {
			int after = 0;

			for (int to = 0; to < t->n; to++)
				after += t->may(from, to);
			assert_true((after == 0) == (t->final(from) != 0));
		}
	}
}

static void
every_state_can_be_reached_from_the_first(void **state)
{
	(void)state;
	EACH_TABLE(t) {
		uint32_t reached = 1, before = 0;

		while (reached != before) {
			before = reached;
			for (int from = 0; from < t->n; from++)
				for (int to = 0; to < t->n; to++)
					if ((reached >> from & 1) != 0 && t->may(from, to))
						reached |= 1u << to;
		}
		assert_int_equal(reached, (1u << t->n) - 1);
	}
}

static void
an_end_can_be_reached_from_every_state(void **state)
{
	(void)state;
	EACH_TABLE(t) {
		uint32_t ends = 0, before = 1;

		if (t->n == ITEM_NSTATES && t->name == item_name_of)
			continue;
		for (int s = 0; s < t->n; s++)
			ends |= (uint32_t)(t->final(s) != 0) << s;
		while (ends != before) {
			before = ends;
			for (int from = 0; from < t->n; from++)
				for (int to = 0; to < t->n; to++)
					if ((ends >> to & 1) != 0 && t->may(from, to))
						ends |= 1u << from;
		}
		assert_int_equal(ends, (1u << t->n) - 1);
	}
}

/* Answers may change at any time before the case ends. */
static void
a_change_of_answers_reaches_every_item(void **state)
{
	(void)state;
	for (int s = 0; s < ITEM_NSTATES; s++) {
		if (s != ITEM_DOES_NOT_APPLY)
			assert_true(item_state_may(s, ITEM_DOES_NOT_APPLY));
		if (s != ITEM_UNDECIDED)
			assert_true(item_state_may(s, ITEM_UNDECIDED));
	}
	for (int m = 0; m < METHOD_N; m++) {
		assert_true(item_state_may(ITEM_UNDECIDED, item_state_first(m)));
		assert_true(item_state_may(ITEM_DOES_NOT_APPLY, item_state_first(m)));
	}
}

/* Settled by an answer, a promise or abolition; nothing else may claim it. */
static void
an_item_is_settled_waits_or_has_its_turn_but_never_two_of_them(void **state)
{
	(void)state;
	for (int s = 0; s < ITEM_NSTATES; s++) {
		int kinds = item_state_turn(s) + item_state_waits(s) + item_state_settled(s);

		assert_int_equal(kinds, s != ITEM_UNDECIDED && s != ITEM_DOES_NOT_APPLY);
	}
	assert_true(item_state_turn(ITEM_NOT_ESTABLISHED));
	assert_true(item_state_waits(ITEM_SUPERVISED));
	assert_true(item_state_settled(ITEM_CANCELLED));
}

/* What was cancelled is not asked for again while it applies. */
static void
a_cancelled_item_is_never_asked_for(void **state)
{
	(void)state;
	for (int to = 0; to < ITEM_NSTATES; to++)
		if (to != ITEM_UNDECIDED && to != ITEM_DOES_NOT_APPLY)
			assert_false(item_state_may(ITEM_CANCELLED, to));
}

static void
only_an_accepted_case_is_settled(void **state)
{
	(void)state;
	for (int from = 0; from < CASE_NSTATES; from++)
		assert_int_equal(case_state_may(from, CASE_SETTLED), from == CASE_ACCEPTED);
}

static void
a_query_falls_back_to_a_desk_and_then_to_supervision(void **state)
{
	(void)state;
	assert_true(item_state_may(ITEM_TO_QUERY, ITEM_TO_VERIFY));
	assert_true(item_state_may(ITEM_TO_VERIFY, ITEM_VERIFYING));
	assert_true(item_state_may(ITEM_VERIFYING, ITEM_SUPERVISED));
	assert_true(item_state_may(ITEM_TO_VERIFY, ITEM_SUPERVISED));
	/* No answer comes from an item that nobody asked about. */
	assert_false(item_state_may(ITEM_WAITING_INPUT, ITEM_ESTABLISHED));
	assert_false(item_state_may(ITEM_TO_VERIFY, ITEM_ESTABLISHED));
	assert_false(item_state_may(ITEM_TO_COMMIT, ITEM_ESTABLISHED));
}

/*
 * Every move that there is, from docs/decisions.md 12 and decisions/0011, written down apart
 * from states.c: every other pair of states is no move.  In the order of tables above.
 */
struct move { const char *from, *to; };

static const struct move case_moves[] = {
	{ "open", "accepted refused withdrawn" },
	{ "accepted", "settled refused withdrawn" },
	{ "settled", "" }, { "refused", "" }, { "withdrawn", "" },
};

#define ANEW "undecided does_not_apply waiting_input to_query to_commit to_verify"

static const struct move item_moves[] = {
	{ "undecided", "does_not_apply cancelled waiting_input to_query to_commit to_verify" },
	{ "does_not_apply", "undecided cancelled waiting_input to_query to_commit to_verify" },
	{ "cancelled", "undecided does_not_apply" },
	{ "waiting_input", "undecided does_not_apply cancelled to_query to_commit to_verify supervised" },
	{ "to_query", "undecided does_not_apply cancelled waiting_input established not_established "
	    "to_verify verifying supervised" },
	{ "to_commit", "undecided does_not_apply cancelled waiting_input committed to_verify verifying" },
	{ "to_verify", "undecided does_not_apply cancelled waiting_input to_query to_commit verifying "
	    "supervised" },
	{ "verifying", ANEW " cancelled established not_established supervised" },
	{ "supervised", ANEW " cancelled verifying established not_established" },
	{ "established", ANEW " not_established" },
	{ "not_established", ANEW " cancelled verifying established committed supervised" },
	{ "committed", ANEW },
};

static const struct move verification_moves[] = {
	{ "sent", "signed_for answered returned withdrawn" },
	{ "signed_for", "answered need_more transferred returned withdrawn" },
	{ "need_more", "signed_for withdrawn" },
	{ "answered", "" }, { "returned", "" }, { "transferred", "" }, { "withdrawn", "" },
};

static const struct move complaint_moves[] = { { "received", "answered" }, { "answered", "" } };

static const struct move dispute_moves[] = {
	{ "open", "corrected upheld withdrawn" },
	{ "corrected", "" }, { "upheld", "" }, { "withdrawn", "" },
};

static const struct move review_moves[] = {
	{ "open", "unresolved decided withdrawn" },
	{ "unresolved", "open withdrawn" },
	{ "decided", "" }, { "withdrawn", "" },
};

#define MOVES(list) { list, sizeof(list) / sizeof(list[0]) }

static const struct { const struct move *move; size_t n; } moves[] = {
	MOVES(case_moves), MOVES(item_moves), MOVES(verification_moves), MOVES(complaint_moves),
	MOVES(dispute_moves), MOVES(review_moves),
};

/* Whether a word stands in a list with blanks between. */
static int
listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (; *list != '\0'; list += strcspn(list, " "), list += *list == ' ')
		if (strncmp(list, word, len) == 0 && (list[len] == ' ' || list[len] == '\0'))
			return 1;
	return 0;
}

/* How many words of a list are not names of states of t. */
static int
strange(const struct table *t, const char *list)
{
	char word[32];
	int s, used, n = 0;

	for (; sscanf(list, " %31s%n", word, &used) == 1; list += used)
		n += t->parse(word, &s) < 0;
	return n;
}

static void
each_pair_of_states_is_a_move_only_where_the_rules_say_so(void **state)
{
	(void)state;
	assert_int_equal(sizeof(moves) / sizeof(moves[0]), sizeof(tables) / sizeof(tables[0]));
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct table *t = &tables[i];

		/* A state that nobody has thought about here is not let through. */
		assert_int_equal(moves[i].n, t->n);
		for (size_t m = 0; m < moves[i].n; m++) {
			int from;

			assert_int_equal(t->parse(moves[i].move[m].from, &from), 0);
			assert_int_equal(strange(t, moves[i].move[m].to), 0);
			for (int to = 0; to < t->n; to++)
				if ((t->may(from, to) != 0) != listed(moves[i].move[m].to, t->name(to)))
					fail_msg("%s to %s: the program says %s", t->name(from), t->name(to),
					    t->may(from, to) ? "yes" : "no");
		}
	}
}

/* Words of people: in each language, none twice in a table, and no code among them. */
static void
each_state_has_words_in_both_languages(void **state)
{
	(void)state;
#define CHECK(kind, n) for (int l = LANG_ZH; l <= LANG_EN; l++) \
	for (int s = 0; s < (n); s++) { \
		const char *words = kind##_state_words((enum kind##_state)s, (enum lang)l); \
		assert_non_null(words); \
		assert_null(strchr(words, '_')); \
		assert_true((l == LANG_ZH) == ((unsigned char)words[0] >= 0x80)); \
		for (int t = 0; t < s; t++) \
			assert_string_not_equal(words, kind##_state_words((enum kind##_state)t, (enum lang)l)); \
	}
	CHECK(case, CASE_NSTATES)
	CHECK(item, ITEM_NSTATES)
	CHECK(verification, VERIFICATION_NSTATES)
	CHECK(dispute, DISPUTE_NSTATES)
#undef CHECK
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_name_of_its_own_that_parses_back),
		cmocka_unit_test(no_state_follows_itself),
		cmocka_unit_test(final_states_and_only_they_have_none_after_them),
		cmocka_unit_test(every_state_can_be_reached_from_the_first),
		cmocka_unit_test(an_end_can_be_reached_from_every_state),
		cmocka_unit_test(a_change_of_answers_reaches_every_item),
		cmocka_unit_test(an_item_is_settled_waits_or_has_its_turn_but_never_two_of_them),
		cmocka_unit_test(a_cancelled_item_is_never_asked_for),
		cmocka_unit_test(only_an_accepted_case_is_settled),
		cmocka_unit_test(a_query_falls_back_to_a_desk_and_then_to_supervision),
		cmocka_unit_test(each_state_has_words_in_both_languages),
		cmocka_unit_test(each_pair_of_states_is_a_move_only_where_the_rules_say_so),
	};

	return cmocka_run_group_tests_name("states", tests, NULL, NULL);
}
