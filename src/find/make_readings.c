/*
 * make_readings.c - writes readings_table.h when the program is built: what ICU knows of each
 * ideograph (its reading, its simplified form), and readings.def besides.
 *
 * So the program itself does not need ICU, whose data are thirty megabytes, and starts at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/utrans.h>
#include <unicode/ustring.h>

#include "find/reading_span.h"

#define SPAN (READING_LAST - READING_FIRST + 1)
#define NAME_MAX_LEN 6
#define NAMES_MAX 1000
#define POOL_MAX 20000
#define LIST_MAX 8

static char names[NAMES_MAX][NAME_MAX_LEN + 1];
static size_t nnames;

struct list { char name[LIST_MAX][NAME_MAX_LEN + 1]; size_t n; };
static struct list list[SPAN];

static const struct { const char *character, *readings; } extras[] = {
#define READING(character, readings) { character, readings },
#include "find/readings.def"
#undef READING
};

static void
fail(const char *what)
{
	fprintf(stderr, "make_readings: %s\n", what);
	exit(1);
}

static UTransliterator *
open_rules(const char *id)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar wide[100];
	UTransliterator *t;

	u_uastrcpy(wide, id);
	t = utrans_openU(wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &e);
	if (U_FAILURE(e))
		fail(u_errorName(e));
	return t;
}

/* What the rules make of one character of the plane that ICU holds in one unit. */
static int32_t
apply(const UTransliterator *t, unsigned character, UChar text[64])
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t len = 1, limit = 1;

	text[0] = (UChar)character;
	utrans_transUChars(t, text, &len, 64, 0, &limit, &e);
	return U_FAILURE(e) ? 0 : len;
}

static void
add(struct list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->name[i], name) == 0)
			return;
	if (l->n == LIST_MAX || strlen(name) > NAME_MAX_LEN)
		fail("a character with too many readings, or one too long");
	memcpy(l->name[l->n++], name, strlen(name) + 1);
}

/* The u with two dots is typed in three ways. */
static void
add_umlaut(struct list *l, const char *name, size_t at)
{
	static const char *const ways[] = { "v", "u", "yu" };
	char text[2 * NAME_MAX_LEN];

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		snprintf(text, sizeof(text), "%.*s%s%s", (int)at, name, ways[i], name + at + 1);
		add(l, text);
	}
}

/* Reads "nu" + two dots + caron as letters; -1 if it is anything else. */
static int
letters(const UChar *text, int32_t len, char name[NAME_MAX_LEN + 2], int *ret_umlaut)
{
	int n = 0;

	*ret_umlaut = -1;
	for (int32_t i = 0; i < len; i++) {
		if (text[i] == 0x308)
			*ret_umlaut = n - 1;
		else if (text[i] >= 0x300 && text[i] < 0x370)
			continue;
		else if (text[i] >= 'a' && text[i] <= 'z' && n < NAME_MAX_LEN)
			name[n++] = (char)text[i];
		else
			return -1;
	}
	name[n] = '\0';
	return n > 0 ? 0 : -1;
}

static void
read_icu(void)
{
	UTransliterator *t = open_rules("Han-Latin; NFD");

	for (size_t i = 0; i < SPAN; i++) {
		char name[NAME_MAX_LEN + 2];
		UChar text[64];
		int umlaut;
		int32_t len = apply(t, (unsigned)(READING_FIRST + i), text);

		if (letters(text, len, name, &umlaut) < 0)
			continue;
		if (umlaut >= 0)
			add_umlaut(&list[i], name, (size_t)umlaut);
		else
			add(&list[i], name);
	}
	utrans_close(t);
}

static void
read_extras(void)
{
	for (size_t i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		UErrorCode e = U_ZERO_ERROR;
		char text[64], *rest = text, *name;
		UChar wide[4];
		int32_t len;

		u_strFromUTF8(wide, 4, &len, extras[i].character, -1, &e);
		if (U_FAILURE(e) || len != 1 || wide[0] < READING_FIRST || wide[0] > READING_LAST)
			fail("readings.def: not an ideograph");
		snprintf(text, sizeof(text), "%s", extras[i].readings);
		while ((name = strsep(&rest, " ")) != NULL)
			add(&list[wide[0] - READING_FIRST], name);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
name_one(const char *name)
{
	if (bsearch(name, names, nnames, sizeof(names[0]), by_name) != NULL)
		return;
	if (nnames == NAMES_MAX)
		fail("too many syllables");
	memcpy(names[nnames++], name, strlen(name) + 1);
	qsort(names, nnames, sizeof(names[0]), by_name);
}

/* Every syllable, and every letter and digit as one: what Latin text consists of. */
static void
write_names(void)
{
	static const char latin[] = "0123456789abcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < SPAN; i++)
		for (size_t k = 0; k < list[i].n; k++)
			name_one(list[i].name[k]);
	printf("static const char real_letters[] = \"");
	for (const char *c = latin; *c != '\0'; c++) {
		char name[2] = { *c, '\0' };

		if (bsearch(name, names, nnames, sizeof(names[0]), by_name) != NULL)
			printf("%c", *c);
	}
	printf("\";\n");
	for (const char *c = latin; *c != '\0'; c++)
		name_one((const char[2]){ *c, '\0' });
	printf("static const char names[][%d] = {", NAME_MAX_LEN + 1);
	for (size_t i = 0; i < nnames; i++)
		printf("%s\"%s\",", i % 12 == 0 ? "\n\t" : " ", names[i]);
	printf("\n};\n");
}

static uint16_t
number_of(const char *name)
{
	const char *at = bsearch(name, names, nnames, sizeof(names[0]), by_name);

	return (uint16_t)((size_t)(at - names[0]) / sizeof(names[0]) + 1);
}

/* Equal lists are kept once; a character has the place of its list in the pool. */
static void
write_lists(void)
{
	static uint16_t pool[POOL_MAX];
	static uint16_t at[SPAN];
	size_t npool = 1;

	for (size_t i = 0; i < SPAN; i++) {
		uint16_t ids[LIST_MAX + 1] = { 0 };
		size_t k, n = list[i].n;

		for (k = 0; k < n; k++)
			ids[k] = number_of(list[i].name[k]);
		for (k = 0; n > 0 && k + n < npool; k++)
			if (memcmp(pool + k, ids, (n + 1) * sizeof(ids[0])) == 0)
				break;
		if (n > 0 && k + n >= npool) {
			if (npool + n + 1 > POOL_MAX)
				fail("too many lists");
			memcpy(pool + npool, ids, (n + 1) * sizeof(ids[0]));
			k = npool;
			npool += n + 1;
		}
		at[i] = n > 0 ? (uint16_t)k : 0;
	}
	printf("/* Numbers of names, from 1, each list ended by 0. */\nstatic const uint16_t lists[] = {");
	for (size_t i = 0; i < npool; i++)
		printf("%s%u,", i % 20 == 0 ? "\n\t" : " ", pool[i]);
	printf("\n};\nstatic const uint16_t list_at[] = {");
	for (size_t i = 0; i < SPAN; i++)
		printf("%s%u,", i % 20 == 0 ? "\n\t" : " ", at[i]);
	printf("\n};\n");
}

static void
write_simplified(void)
{
	UTransliterator *t = open_rules("Traditional-Simplified");

	printf("/* The simplified form, 0 where a character is its own. */\n"
	    "static const uint16_t simplified[] = {");
	for (size_t i = 0; i < SPAN; i++) {
		UChar text[64];
		int32_t len = apply(t, (unsigned)(READING_FIRST + i), text);
		unsigned same = len != 1 || text[0] == READING_FIRST + i;

		printf("%s%u,", i % 16 == 0 ? "\n\t" : " ", same ? 0u : (unsigned)text[0]);
	}
	printf("\n};\n");
	utrans_close(t);
}

int
main(void)
{
	read_icu();
	read_extras();
	printf("/* Written by make_readings.c from ICU %s and readings.def. */\n", U_ICU_VERSION);
	write_names();
	write_lists();
	write_simplified();
	return ferror(stdout) || fflush(stdout) != 0;
}
