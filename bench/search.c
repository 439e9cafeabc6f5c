/*
 * search.c - bench-search EXAMPLES [CITIES]: searching in the inventory of many cities.
 *
 * The cities are made of examples/jinhua: codes get two digits more, names the name of the city,
 * so that no two are the same.  What is typed is typed key by key, and every key is a
 * search.  Beside it, in the same run, some of those searches read every object, with the same
 * matching and no index.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "find/match.h"
#include "find/reading.h"
#include "flow/inventory_build.h"

#define WORDS 1500		/* typed to their end */
#define LINEAR_EACH 300		/* one search of so many is also done without an index */
#define GOAL_P99_MS 2.0
#define GOAL_TIMES 50.0

static void
die(const char *what, const struct fault *f)
{
	fprintf(stderr, "bench-search: %s: %s %s\n", what, fault_name(f->code), f->cause);
	exit(1);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
city_name(unsigned city, char ret_name[8])
{
	static const char *const first[] = { "临", "安", "清", "永", "丽", "海", "江", "平", "东", "南" };
	static const char *const second[] = { "州", "阳", "城", "川", "港", "山", "溪", "源", "宁", "台" };

	snprintf(ret_name, 8, "%s%s", first[city / 10 % 10], second[city % 10]);
}

/* A name of this city: 金华 becomes its name, other names get it before or behind them. */
static void
put_name(struct buf *out, unsigned city, const char *name, size_t len, int before)
{
	static const char own[] = "金华";
	const char *at = memmem(name, len, own, sizeof(own) - 1);
	char city_text[8];
	unsigned h = 5;

	city_name(city, city_text);
	for (size_t i = 0; i < len; i++)
		h = h * 31 + (unsigned char)name[i];
	if (at != NULL) {
		buf_add(out, name, (size_t)(at - name));
		buf_str(out, city_text);
		buf_add(out, at + sizeof(own) - 1, len - (size_t)(at - name) - (sizeof(own) - 1));
	} else if (before || h % 2 == 0) {
		buf_str(out, city_text);
		buf_add(out, name, len);
	} else {
		buf_add(out, name, len);
		buf_fmt(out, "(%s)", city_text);
	}
}

/* Codes within a text: "M-0303" gets two digits more, 330703 begins with the city's two. */
static void
put_codes(struct buf *out, unsigned city, const char *text)
{
	static const char digits[] = "0123456789";

	while (*text != '\0') {
		size_t word = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		size_t number = strspn(text + word + (word > 0 && text[word] == '-'), digits);

		if (word > 0 && text[word] == '-' && number > 0 && number < 6) {
			buf_fmt(out, "%.*s%02u", (int)(word + 1 + number), text, city);
			text += word + 1 + number;
		} else if (word == 0 && number == 6 && text[0] == '3' && text[1] == '3') {
			buf_fmt(out, "%02u%.4s", city, text + 2);
			text += 6;
		} else {
			size_t len = word > 0 ? word : number > 0 ? number : 1;

			buf_add(out, text, len);
			text += len;
		}
	}
}

static char *
named(unsigned city, const char *name, int before)
{
	struct buf out = BUF_INIT;

	put_name(&out, city, name, strlen(name), before);
	if (buf_failed(&out))
		exit(1);
	return out.data != NULL ? out.data : strdup("");
}

static char *
coded(unsigned city, const char *code)
{
	struct buf out = BUF_INIT;

	put_codes(&out, city, code);
	if (buf_failed(&out))
		exit(1);
	return out.data;
}

static char *
aliases_of(unsigned city, const char *aliases)
{
	struct buf out = BUF_INIT;

	while (*aliases != '\0') {
		size_t len = strcspn(aliases, ";");

		put_name(&out, city, aliases, len, 0);
		aliases += len;
		if (*aliases != '\0')
			buf_char(&out, *aliases++);
	}
	if (buf_failed(&out))
		exit(1);
	return out.data != NULL ? out.data : strdup("");
}

static struct inventory *
read_city(const char *dir)
{
	struct inventory_file file[24];
	struct buf text[24];
	struct inventory_report report;
	struct inventory *inv = NULL;
	struct fault f = FAULT_INIT;
	size_t n;

	for (n = 0; inventory_files[n] != NULL; n++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, inventory_files[n]);
		text[n] = (struct buf)BUF_INIT;
		if (buf_read_file(&text[n], path, BUF_MAX_DEFAULT, &f) < 0)
			die(path, &f);
		file[n] = (struct inventory_file){ inventory_files[n], text[n].data, text[n].len };
	}
	if (inventory_build(file, n, &inv, &report, &f) < 0)
		die("inventory", &f);
	for (size_t i = 0; i < n; i++)
		buf_free(&text[i]);
	return inv;
}

static void *
room(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		exit(1);
	return p;
}

/*
 * What a search reads of the inventory of many cities.  Not by way of files: an inventory that
 * is imported has a ceiling of rows, and these are twice as many.  Lives until the end.
 */
static struct inventory *
make_inventory(const char *dir, unsigned cities)
{
	const struct inventory *one = read_city(dir);
	struct snapshot *snap = room(1, sizeof(*snap));
	struct inventory *inv = &snap->inv;
	struct agency *agencies = room(cities * one->nagencies, sizeof(*agencies));
	struct proof *proofs = room(cities * one->nproofs, sizeof(*proofs));
	struct matter *matters = room(cities * one->nmatters, sizeof(*matters));
	struct item *items = room(cities * one->nitems, sizeof(*items));

	for (unsigned city = 0; city < cities; city++) {
		struct agency *a = agencies + city * one->nagencies;
		struct proof *p = proofs + city * one->nproofs;
		struct matter *m = matters + city * one->nmatters;
		struct item *it = items + city * one->nitems;

		for (size_t i = 0; i < one->nagencies; i++)
			a[i] = (struct agency){ .code = coded(city, one->agencies[i].code), .name =
				named(city, one->agencies[i].name, 1), .short_name =
				named(city, one->agencies[i].short_name, 1) };
		for (size_t i = 0; i < one->nproofs; i++)
			p[i] = (struct proof){ .code = coded(city, one->proofs[i].code), .name =
				named(city, one->proofs[i].name, 0), .aliases =
				aliases_of(city, one->proofs[i].aliases) };
		for (size_t i = 0; i < one->nmatters; i++)
			m[i] = (struct matter){ .code = coded(city, one->matters[i].code), .name =
				named(city, one->matters[i].name, 0), .agency =
				a + (one->matters[i].agency - one->agencies), .annual_volume =
				one->matters[i].annual_volume * (50 + 7 * city % 100) / 100 };
		for (size_t i = 0; i < one->nitems; i++)
			it[i] = (struct item){ .code = coded(city, one->items[i].code), .matter =
				m + (one->items[i].matter - one->matters), .proof =
				p + (one->items[i].proof - one->proofs) };
	}
	snap->refs = 1;
	*inv = (struct inventory){ .agencies = agencies, .nagencies = cities * one->nagencies,
		.proofs = proofs, .nproofs = cities * one->nproofs, .matters = matters,
		.nmatters = cities * one->nmatters, .items = items, .nitems = cities * one->nitems };
	inventory_unref(one);
	return inv;
}

/* Numbers that are the same in every run. */
static unsigned
any(unsigned below)
{
	static uint64_t x = 20261123;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 33) % below;
}

static const char *
any_name(const struct inventory *inv, const char **ret_code)
{
	unsigned which = any(10);

	if (which < 6) {
		const struct matter *m = &inv->matters[any((unsigned)inv->nmatters)];

		*ret_code = m->code;
		return m->name;
	}
	if (which < 9) {
		const struct proof *p = &inv->proofs[any((unsigned)inv->nproofs)];

		*ret_code = p->code;
		return p->name;
	}
	*ret_code = inv->agencies[any((unsigned)inv->nagencies)].code;
	return inv->agencies[any((unsigned)inv->nagencies)].name;
}

/* How a word is typed, in tenths: itself 3, initials 3, full pinyin 2, code 1, pinyin with a slip 1. */
static void
type_word(const struct inventory *inv, struct buf *out)
{
	uint32_t unit[FOLD_TEXT_MAX];
	const char *code, *name = any_name(inv, &code);
	size_t n = fold(name, strlen(name), unit, NULL, FOLD_TEXT_MAX), from = any(3) == 0 ? any((unsigned)n) : 0;
	unsigned how = any(10);

	if (how == 0) {
		buf_str(out, code);
		return;
	}
	for (size_t i = from; i < n && i < from + 8; i++) {
		uint32_t c = FOLD_CHARACTER(unit[i]);
		const uint16_t *list = reading_list(c);

		if (how > 3 && how < 7 && *list != 0)
			buf_char(out, reading_name(*list)[0]);
		else if (how >= 7 && *list != 0)
			buf_str(out, reading_name(*list));
		else if (c < 0x80)
			buf_char(out, (char)c);
		else
			buf_fmt(out, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
	}
	if (how == 9 && out->len > 5)
		out->data[2 + any((unsigned)out->len - 3)] = (char)('a' + any(26));
}

struct timing { double *ms; size_t n, cap; };

static void
note(struct timing *t, double ms)
{
	if (t->n == t->cap) {
		t->cap = 2 * t->cap + 1024;
		if ((t->ms = realloc(t->ms, t->cap * sizeof(*t->ms))) == NULL)
			exit(1);
	}
	t->ms[t->n++] = ms;
}

static int
by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
quantile(struct timing *t, double q)
{
	qsort(t->ms, t->n, sizeof(*t->ms), by_number);
	return t->n == 0 ? 0 : t->ms[(size_t)(q * (double)(t->n - 1))];
}

static double
sum(const struct timing *t)
{
	double s = 0;

	for (size_t i = 0; i < t->n; i++)
		s += t->ms[i];
	return s;
}

/* Every object matched: the best rank keeps the compiler honest. */
static uint64_t
read_all(const struct find *find, const struct find_query *q)
{
	static struct words words;
	uint64_t best = 0;

	if (words_read(q->text, q->len, &words) <= 0)
		return 0;
	for (uint32_t o = 0; o < find->nobjects; o++)
		if (q->kinds & FIND_BIT(find->object[o].kind)) {
			uint64_t rank = match_words(find, o, &words, SIZE_MAX);

			best = rank > best ? rank : best;
		}
	return best;
}

struct run_of { struct timing index, again, linear; size_t found, near, lost; };

static void
type_keys(const struct find *find, const struct buf *word, unsigned kinds, struct run_of *r)
{
	static struct find_hit hit[FIND_HITS_MAX];

	for (size_t len = 1; len <= word->len; len++) {
		struct find_query q = { .text = word->data, .len = len, .kinds = kinds, .limit = 20 };
		double began, took;
		size_t n;

		if (len < word->len && (word->data[len] & 0xc0) == 0x80)
			continue;
		began = now();
		n = find_search(find, &q, hit);
		took = (now() - began) * 1e3;
		note(&r->index, took);
		r->found += n > 0;
		r->near += n > 0 && hit[0].near;
		if (r->index.n % LINEAR_EACH == 0) {
			uint64_t best;

			note(&r->again, took);
			began = now();
			best = read_all(find, &q);
			note(&r->linear, (now() - began) * 1e3);
			r->lost += (best != 0) != (n > 0 && !hit[0].near);
		}
	}
}

static int
goal(const char *what, double value, double limit, int at_most, const char *unit)
{
	int met = at_most ? value <= limit : value >= limit;

	printf("%-44s %10.2f %-4s goal %s %.0f  %s\n", what, value, unit, at_most ? "<=" : ">=", limit,
	    met ? "met" : "NOT MET");
	return met;
}

int
main(int argc, char **argv)
{
	unsigned cities = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100;
	static struct run_of r;
	struct inventory *inv;
	struct find *find = NULL;
	struct fault f = FAULT_INIT;
	double began;
	int met;

	if (argc < 2 || cities < 1 || cities > 100) {
		fprintf(stderr, "usage: bench-search EXAMPLES [CITIES], 1 to 100\n");
		return 2;
	}
	inv = make_inventory(argv[1], cities);
	began = now();
	if (find_build(inv, &find, &f) < 0)
		die("index", &f);
	printf("%zu matters, %zu proofs, %zu agencies, %zu items of %u cities\n", inv->nmatters,
	    inv->nproofs, inv->nagencies, inv->nitems, cities);
	printf("index: built in %.2f s, %.1f MiB, %zu texts of %zu characters\n", now() - began,
	    (double)find_memory(find) / 1048576, find->ntexts, find->nunits);
	for (int i = 0; i < WORDS; i++) {
		struct buf word = BUF_INIT;
		unsigned kinds = FIND_BIT(FIND_MATTER) | FIND_BIT(FIND_PROOF) | FIND_BIT(FIND_AGENCY);

		type_word(inv, &word);
		type_keys(find, &word, i % 3 == 0 ? kinds | FIND_BIT(FIND_ITEM) : kinds, &r);
		buf_free(&word);
	}
	printf("%zu searches, key by key: %zu found something, %zu of them near misses only\n", r.index.n,
	    r.found, r.near);
	printf("index: p50 %.3f ms, p90 %.3f ms, p99.9 %.3f ms, longest %.3f ms\n", quantile(&r.index, 0.5),
	    quantile(&r.index, 0.9), quantile(&r.index, 0.999), quantile(&r.index, 1));
	printf("reading everything (%zu of them): p50 %.1f ms, p99 %.1f ms; %zu answers differ\n",
	    r.linear.n, quantile(&r.linear, 0.5), quantile(&r.linear, 0.99), r.lost);
	met = goal("search, p99", quantile(&r.index, 0.99), GOAL_P99_MS, 1, "ms");
	met &= goal("reading everything / search, same searches", sum(&r.linear) / sum(&r.again), GOAL_TIMES,
	    0, "x");
	find_unref(find);
	free(r.index.ms);
	free(r.again.ms);
	free(r.linear.ms);
	return met && r.lost == 0 ? 0 : 1;
}
