#include "svc/recent.h"

#include <stdlib.h>
#include <string.h>

#include "journal/record.h"

#define CODE_MAX 32

struct counter {
	char division[7], agency[CODE_MAX];
	char matter[RECENT_CASES][CODE_MAX];	/* a ring once it is full */
	size_t n, oldest;
};

struct recent {
	pthread_mutex_t lock;
	struct counter *counter[RECENT_COUNTERS];
	size_t n;
};

struct recent *
recent_new(void)
{
	struct recent *recent = calloc(1, sizeof(*recent));

	if (recent != NULL)
		pthread_mutex_init(&recent->lock, NULL);
	return recent;
}

void
recent_free(struct recent *recent)
{
	if (recent == NULL)
		return;
	for (size_t i = 0; i < recent->n; i++)
		free(recent->counter[i]);
	pthread_mutex_destroy(&recent->lock);
	free(recent);
}

static struct counter *
counter_of(struct recent *recent, const char *division, const char *agency)
{
	for (size_t i = 0; i < recent->n; i++)
		if (strcmp(recent->counter[i]->agency, agency) == 0 &&
		    strcmp(recent->counter[i]->division, division) == 0)
			return recent->counter[i];
	return NULL;
}

static void
add(struct counter *c, const char *matter)
{
	char *slot = c->matter[c->n < RECENT_CASES ? c->n++ : c->oldest];

	if (slot == c->matter[c->oldest] && c->n == RECENT_CASES)
		c->oldest = (c->oldest + 1) % RECENT_CASES;
	snprintf(slot, CODE_MAX, "%s", matter);
}

void
recent_note(struct recent *recent, const char *division, const char *agency, const char *matter)
{
	struct counter *c;

	pthread_mutex_lock(&recent->lock);
	if ((c = counter_of(recent, division, agency)) != NULL)
		add(c, matter);
	if ((c = counter_of(recent, division, "")) != NULL)
		add(c, matter);
	pthread_mutex_unlock(&recent->lock);
}

/* Rows come newest first: each goes before those that are there. */
static int
case_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct counter *c = ctx;

	(void)f;
	if (c->n < RECENT_CASES)
		snprintf(c->matter[RECENT_CASES - 1 - c->n++], CODE_MAX, "%s", row_text(row, 5));
	return 0;
}

static struct counter *
load(struct store_reader *reader, const char *division, const char *agency, struct fault *f)
{
	uint8_t last[RECORD_ID_LEN];
	struct counter *c = calloc(1, sizeof(*c));
	struct sql_value p[] = { sql_text(division), sql_blob(last, sizeof(last)), sql_text(""),
		sql_int(RECENT_CASES), sql_text(agency) };
	int all = agency[0] == '\0';

	if (c == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "recent");
		return NULL;
	}
	snprintf(c->division, sizeof(c->division), "%s", division);
	snprintf(c->agency, sizeof(c->agency), "%s", agency);
	memset(last, 0xff, sizeof(last));
	if (store_read(reader, all ? ST_CASES_OF_DIVISION : ST_CASES_OF_AGENCY, p, all ? 4 : 5, case_row, c,
	    f) < 0) {
		free(c);
		return NULL;
	}
	memmove(c->matter[0], c->matter[RECENT_CASES - c->n], c->n * CODE_MAX);
	return c;
}

/* Keeps what was loaded, unless somebody else did meanwhile or there is no room. */
static void
keep(struct recent *recent, struct counter *c)
{
	pthread_mutex_lock(&recent->lock);
	if (recent->n < RECENT_COUNTERS && counter_of(recent, c->division, c->agency) == NULL)
		recent->counter[recent->n++] = c;
	else
		free(c);
	pthread_mutex_unlock(&recent->lock);
}

static size_t
count(const struct counter *c, const struct inventory *inv, struct find_boost *boost)
{
	size_t n = 0, k;

	for (size_t i = 0; i < c->n; i++) {
		const struct matter *m = inventory_matter(inv, c->matter[i]);

		for (k = 0; k < n && boost[k].matter != m; k++)
			continue;
		if (m == NULL || k == FIND_BOOSTS_MAX)
			continue;
		if (k == n)
			boost[n++] = (struct find_boost){ m, 0 };
		boost[k].times++;
	}
	return n;
}

int
recent_read(struct recent *recent, struct store_reader *reader, const char *division,
    const char *agency, const struct inventory *inv, struct find_boost *ret_boost, size_t *ret_n,
    struct fault *f)
{
	struct counter *c;

	pthread_mutex_lock(&recent->lock);
	if ((c = counter_of(recent, division, agency)) != NULL)
		*ret_n = count(c, inv, ret_boost);
	pthread_mutex_unlock(&recent->lock);
	if (c != NULL)
		return 0;
	if ((c = load(reader, division, agency, f)) == NULL)
		return -1;
	*ret_n = count(c, inv, ret_boost);
	keep(recent, c);
	return 0;
}
