/* How much of what was damaged is found, and how much of what is found was damaged. */
#include "../flow/real.h"

#include <stdlib.h>
#include <string.h>

#include "damage.h"

static struct inventory *inv;

struct score { size_t right, said, meant; };

static int
is_answer(const struct damaged *d, const struct align_difference *is)
{
	for (size_t i = 0; i < d->nanswers; i++)
		if (d->answer[i].kind == is->kind && d->answer[i].row == is->row &&
		    (is->kind == ALIGN_EXTRA || d->answer[i].item == is->item))
			return 1;
	return 0;
}

static int
was_said(const struct align_result *r, const struct answer *a)
{
	for (size_t i = 0; i < r->ndifferences; i++)
		if (r->difference[i].kind == a->kind && r->difference[i].row == a->row &&
		    (a->kind == ALIGN_EXTRA || r->difference[i].item == a->item))
			return 1;
	return 0;
}

static void
tell(const struct align_list *list, const struct align_difference *d)
{
	struct buf text = BUF_INIT;

	align_explain(list, d, LANG_ZH, &text);
	print_message("  wrong (%u): %s\n", d->certainty, text.data);
	buf_free(&text);
}

static void
tell_missed(const struct damaged *d, const struct answer *a)
{
	const struct align_row *row = a->row == ALIGN_NO_ROW ? NULL : &d->row[a->row];

	print_message("  missed: %s %s | %s %s | %s %s\n", align_kind_name(a->kind), a->item == NULL ? "" : a->item->code,
	    row == NULL ? "" : row->matter, a->item == NULL ? "" : a->item->matter->name, row == NULL ? "" : row->proof,
	    a->item == NULL ? "" : a->item->proof->name);
}

static void
judge(const struct division *division, const struct damage *how, uint64_t seed, struct score score[ALIGN_KINDS])
{
	struct align_result *r = NULL;
	struct align_list *list = NULL;
	struct fault f = FAULT_INIT;
	struct damaged d;

	damage_make(inv, division, how, seed, &d);
	assert_int_equal(align_list_of(d.row, d.nrows, &list, &f), 0);
	if (align_compare(inv, division, NULL, 0, list, &r, &f) < 0)
		fail_msg("%s", fault_name(f.code));
	for (size_t i = 0; i < r->ndifferences; i++) {
		int right = is_answer(&d, &r->difference[i]);

		score[r->difference[i].kind].said++;
		score[r->difference[i].kind].right += (size_t)right;
		if (!right && getenv("WZM_TEST_TELL") != NULL)
			tell(list, &r->difference[i]);
	}
	for (size_t i = 0; i < d.nanswers; i++) {
		score[d.answer[i].kind].meant++;
		if (getenv("WZM_TEST_TELL") != NULL && !was_said(r, &d.answer[i]))
			tell_missed(&d, &d.answer[i]);
	}
	align_result_free(r);
	align_list_free(list);
	damage_free(&d);
}

static void
score_all(const struct damage *how, uint64_t first_seed, uint64_t seeds, struct score score[ALIGN_KINDS])
{
	for (size_t i = 0; i < inv->ndivisions; i++)
		for (uint64_t seed = 0; seed < seeds && strcmp(inv->divisions[i].level, "county") == 0; seed++)
			judge(&inv->divisions[i], how, (first_seed + seed) * 1000 + i, score);
	for (int k = 0; k < ALIGN_KINDS; k++)
		print_message("%-12s %6zu meant, %6zu said, %6zu right: recall %6.2f %%, precision %6.2f %%\n",
		    align_kind_name((enum align_kind)k), score[k].meant, score[k].said, score[k].right,
		    100.0 * (double)score[k].right / (double)score[k].meant,
		    100.0 * (double)score[k].right / (double)score[k].said);
}

static void
assert_goal(const struct score score[ALIGN_KINDS], size_t goal)
{
	for (int k = 0; k < ALIGN_KINDS; k++) {
		assert_true(score[k].meant > 200);
		assert_true(score[k].right * 1000 >= score[k].meant * goal);
		assert_true(score[k].right * 1000 >= score[k].said * goal);
	}
}

/* The thresholds were chosen by looking at seeds 1 to 3: these are others. */
static void
what_was_damaged_is_found_and_nothing_else(void **state)
{
	const struct damage how = DAMAGE_USUAL;
	struct score score[ALIGN_KINDS] = { { 0 } };

	(void)state;
	print_message("usual damage:\n");
	score_all(&how, 11, 3, score);
	assert_goal(score, 990);
}

/* Every third row has something: nobody hands that in, but it shows where the matching gives way. */
static void
what_was_badly_damaged_is_mostly_found(void **state)
{
	const struct damage how = { 60, 30, 60, 60, 30, 120, 80 };
	struct score score[ALIGN_KINDS] = { { 0 } };

	(void)state;
	print_message("heavy damage:\n");
	score_all(&how, 21, 1, score);
	assert_goal(score, 970);
}

static int
open_inventory(void **state)
{
	(void)state;
	inv = real_inventory();
	return 0;
}

static int
close_inventory(void **state)
{
	(void)state;
	inventory_unref(inv);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_damaged_is_found_and_nothing_else),
		cmocka_unit_test(what_was_badly_damaged_is_mostly_found),
	};

	return cmocka_run_group_tests_name("damage", tests, open_inventory, close_inventory);
}
