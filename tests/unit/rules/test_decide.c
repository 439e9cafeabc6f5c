/*
 * What can be said of a rule while some of what it reads is missing, against every value
 * that the missing members could have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/buf.h"
#include "rules/jsonlogic.h"

#define NAMES 4

/* The members that rules read here, and every value of each. */
static const struct { const char *name, *value[5]; } member[NAMES] = {
	{ "a", { "\"x\"", "\"y\"", "\"\"" } },
	{ "b", { "true", "false" } },
	{ "c", { "0", "1", "17", "-3" } },
	{ "d", { "[]", "[\"x\"]", "[\"y\"]", "[\"x\",\"y\"]" } },
};

static struct jsonlogic *
compiled(const char *text)
{
	struct jsonlogic *rule = NULL;

	if (jsonlogic_compile(text, strlen(text), &rule, NULL) < 0)
		fail_msg("no rule: %s", text);
	return rule;
}

static enum jsonlogic_truth
decide(const struct jsonlogic *rule, const json_t *data, const char **names, size_t *n)
{
	enum jsonlogic_truth truth;

	assert_int_equal(jsonlogic_decide(rule, data, &truth, names, NAMES, n, NULL), 0);
	return truth;
}

/* The truth and, in their order, the names that can still decide: "yes", "not yet: a b". */
static void
says(const char *text, const char *data_text, const char *want)
{
	static const char *const words[] = { "no", "yes", "not yet:" };
	struct jsonlogic *rule = compiled(text);
	json_t *data = json_loads(data_text, 0, NULL);
	const char *names[NAMES];
	char got[80];
	size_t n, len;

	assert_non_null(data);
	len = (size_t)snprintf(got, sizeof(got), "%s", words[decide(rule, data, names, &n)]);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, " %s", names[i]);
	if (strcmp(got, want) != 0)
		fail_msg("%s of %s: %s, not %s", text, data_text, got, want);
	json_decref(data);
	jsonlogic_free(rule);
}

#define A "{\"==\":[{\"var\":\"a\"},\"x\"]}"
#define B "{\"var\":\"b\"}"
#define C "{\">\":[{\"var\":\"c\"},5]}"

static void
what_is_decided_waits_for_no_more(void **state)
{
	(void)state;
	says("{\"and\":[" A "," B "]}", "{}", "not yet: a b");
	says("{\"and\":[" A "," B "]}", "{\"b\":false}", "no");
	says("{\"and\":[" A "," B "]}", "{\"b\":true}", "not yet: a");
	says("{\"or\":[" A "," B "]}", "{\"b\":true}", "yes");
	says("{\"or\":[" A "," B "]}", "{\"a\":\"y\"}", "not yet: b");
	says("{\"!\":[{\"or\":[" A "," B "]}]}", "{\"a\":\"x\"}", "no");
	says("{\"!!\":" A "}", "{}", "not yet: a");
	says("{\"if\":[" B "," A "," C "]}", "{\"b\":true}", "not yet: a");
	says("{\"if\":[" B "," A "," C "]}", "{\"b\":false,\"c\":6}", "yes");
	says("{\"?:\":[" B "," A "," C "]}", "{\"a\":\"x\",\"c\":6}", "yes");
	says("{\"if\":[" B "," A "," C "]}", "{\"a\":\"x\",\"c\":1}", "not yet: b");
	says("{\"==\":[{\"if\":[" B ",\"x\",{\"var\":\"a\"}]},\"x\"]}", "{\"b\":true}", "yes");
	says("{\"==\":[{\"if\":[" B ",\"x\",{\"var\":\"a\"}]},\"x\"]}", "{\"b\":false}", "not yet: a");
	says("{\"and\":[" A ",{\"or\":[" B "," C "]}]}", "{\"a\":\"y\"}", "no");
	says("{\"and\":[" A ",{\"or\":[" B "," C "]}]}", "{\"c\":6}", "not yet: a");
}

static void
null_is_missing_and_is_never_counted(void **state)
{
	(void)state;
	says("{\"<\":[{\"var\":\"c\"},18]}", "{\"c\":null}", "not yet: c");
	says("{\"!\":[{\"var\":\"a\"}]}", "{}", "not yet: a");
	says("{\"!\":[{\"var\":\"a\"}]}", "{\"a\":\"\"}", "yes");
	says("{\"==\":[{\"var\":[\"c\",3]},3]}", "{}", "not yet: c");
}

/* What is not known to come out the same is not said before everything is there. */
static void
other_operators_wait_for_all_that_they_read(void **state)
{
	(void)state;
	says("{\"some\":[{\"var\":\"d\"},{\"==\":[{\"var\":\"\"},\"x\"]}]}", "{}", "not yet: d");
	says("{\"some\":[{\"var\":\"d\"},{\"==\":[{\"var\":\"\"},\"x\"]}]}", "{\"d\":[\"x\"]}", "yes");
	says("{\">\":[{\"+\":[{\"var\":\"c\"},1]},1]}", "{}", "not yet: c");
	/* The product of nothing throws, which would make the whole rule null. */
	says("{\"or\":[{\"and\":[" B ",{\"*\":[]}]},true]}", "{}", "not yet: b");
	says("{\"or\":[true,{\"and\":[" B ",{\"*\":[]}]}]}", "{}", "yes");
	says("{\"or\":[{\"in\":[" B ",{\"indexOf\":1,\"x\":2}]},true]}", "{}", "not yet: b");
	/* Names that are computed: the members may be any of those that are missing. */
	says("{\"or\":[{\"missing\":[\"a\"]}," B "]}", "{}", "not yet: b");
	says("{\"and\":[" B ",{\"missing\":[\"a\"]}]}", "{\"b\":false}", "no");
	/* Also where no other name says that something is missing: no names then. */
	says("{\"missing\":[\"a\"]}", "{}", "not yet:");
	says("{\">=\":[false,{\"missing_some\":[1,[\"a\",\"b\"]]}]}", "{}", "not yet:");
	says("{\"var\":{\"cat\":[\"a\"]}}", "{}", "not yet:");
	says("{\"or\":[" B ",{\"missing\":[\"a\"]}]}", "{\"b\":true}", "yes");
}

/* Rules made at random */

static uint32_t seed = 777;

static unsigned
pick(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % n;
}

static void make(struct buf *out, int depth);

static void
make_args(struct buf *out, unsigned n, int depth)
{
	buf_str(out, "[");
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_str(out, ",");
		make(out, depth);
	}
	buf_str(out, "]");
}

static void
make(struct buf *out, int depth)
{
	static const char *const leaf[] = { "\"x\"", "\"\"", "1", "true", "[]", "[\"x\",\"y\"]", "null" };
	static const char *const two[] = { "==", "!=", "===", "!==", "<", "<=", ">", ">=", "in" };
	static const char *const any[] = { "and", "or", "if", "?:", "+", "max", "cat", "merge" };
	static const char *const one[] = { "!", "!!", "log", "-" };

	if (depth == 0 || pick(4) == 0) {
		if (pick(3) > 0)
			buf_fmt(out, "{\"var\":\"%s\"}", member[pick(NAMES)].name);
		else
			buf_str(out, leaf[pick(7)]);
		return;
	}
	switch (pick(6)) {
	case 0:
		buf_fmt(out, "{\"%s\":", one[pick(4)]);
		make_args(out, 1, depth - 1);
		break;
	case 1: case 2:
		buf_fmt(out, "{\"%s\":", two[pick(9)]);
		make_args(out, 2, depth - 1);
		break;
	case 3:
		buf_fmt(out, "{\"%s\":", pick(8) == 0 ? "*" : "some");
		make_args(out, pick(3), depth - 1);
		break;
	default:
		buf_fmt(out, "{\"%s\":", any[pick(pick(3) == 0 ? 8 : 4)]);
		make_args(out, pick(4), depth - 1);
		break;
	}
	buf_str(out, "}");
}

/* data with every missing member given each of its values in turn, from member i on. */
struct trial {
	const struct jsonlogic *rule;
	const char *text;
	json_t *data;
	const char *const *open;	/* the names that are said to decide */
	size_t nopen;
	enum jsonlogic_truth said;
	int seen[2];			/* truths that came up */
	int by_open[256][2];		/* likewise by the values of what is open */
};

static void
complete(struct trial *t, size_t i, unsigned which)
{
	json_t *value;
	int truth, is_open = 0;

	while (i < NAMES && json_object_get(t->data, member[i].name) != NULL)
		i++;
	if (i == NAMES) {
		assert_int_equal(jsonlogic_apply(t->rule, t->data, &value, NULL), 0);
		truth = jsonlogic_truthy(value);
		json_decref(value);
		t->seen[truth] = t->by_open[which][truth] = 1;
		return;
	}
	for (size_t k = 0; k < t->nopen; k++)
		is_open |= strcmp(t->open[k], member[i].name) == 0;
	for (unsigned v = 0; member[i].value[v] != NULL; v++) {
		json_object_set_new(t->data, member[i].name,
		    json_loads(member[i].value[v], JSON_DECODE_ANY, NULL));
		complete(t, i + 1, is_open ? which * 4 + v : which);
		json_object_del(t->data, member[i].name);
	}
}

static void
check(struct trial *t)
{
	complete(t, 0, 0);
	if (t->said != JSONLOGIC_NOT_YET && t->seen[t->said == JSONLOGIC_NO])
		fail_msg("%s is said to be %d, but may be otherwise", t->text, t->said);
	for (size_t i = 0; i < 256; i++)
		if (t->by_open[i][0] && t->by_open[i][1])
			fail_msg("%s depends on what is not said to decide", t->text);
}

static int
reads_missing(const struct jsonlogic *rule, const json_t *data)
{
	const char *names[NAMES];
	size_t n = jsonlogic_vars(rule, names, NAMES);

	for (size_t i = 0; i < n; i++)
		if (json_object_get(data, names[i]) == NULL)
			return 1;
	return 0;
}

static void
whatever_is_said_holds_for_every_completion(void **state)
{
	size_t definite = 0, open = 0;

	(void)state;
	for (int round = 0; round < 12000; round++) {
		struct buf text = BUF_INIT;
		const char *names[NAMES];
		struct trial t = { .data = json_object(), .open = names };
		struct jsonlogic *rule;

		make(&text, 4);
		for (size_t i = 0; i < NAMES; i++)
			if (pick(3) == 0)
				json_object_set_new(t.data, member[i].name,
				    json_loads(member[i].value[pick(2)], JSON_DECODE_ANY, NULL));
		t.text = text.data;
		t.rule = rule = compiled(text.data);
		t.said = decide(rule, t.data, names, &t.nopen);
		assert_true((t.said == JSONLOGIC_NOT_YET) == (t.nopen > 0));
		check(&t);
		definite += t.said != JSONLOGIC_NOT_YET && reads_missing(rule, t.data);
		open += t.said == JSONLOGIC_NOT_YET;
		json_decref(t.data);
		jsonlogic_free(rule);
		buf_free(&text);
	}
	/* The test means something: both came up often. */
	assert_in_range(definite, 300, 12000);
	assert_in_range(open, 1000, 12000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decided_waits_for_no_more),
		cmocka_unit_test(null_is_missing_and_is_never_counted),
		cmocka_unit_test(other_operators_wait_for_all_that_they_read),
		cmocka_unit_test(whatever_is_said_holds_for_every_completion),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
