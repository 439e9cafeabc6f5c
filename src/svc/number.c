#include "svc/number.h"

#include "rules/ident.h"

/* mark: before the log's letter; series: behind the log's name, where its counter is kept. */
static const struct { const char *mark, *series; } kinds[NUMBER_NKINDS] = {
	[NUMBER_CASE] = { "", "" },
	[NUMBER_COMPLAINT] = { "T", "/complaint" },
	[NUMBER_JOINT] = { "L", "/joint" },
	[NUMBER_REVIEW] = { "P", "/review" },
};

#define SERIES_MAX 32

static void
series_of(const struct app *app, enum number_kind kind, char text[SERIES_MAX])
{
	snprintf(text, SERIES_MAX, "%s%s", app->log, kinds[kind].series);
}

static int
counter_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

int
number_next(struct act *act, enum number_kind kind, const char *division,
    struct number *ret_number, struct fault *f)
{
	struct app *app = act->app;
	struct number_place *place = &app->number[kind];
	struct number number = { .kind = kind, .day = clock_day(act->now) };
	char series[SERIES_MAX];
	struct clock_date d;
	int64_t last = 0;
	int n;

	/* A clock that went back over midnight does not open yesterday again. */
	pthread_mutex_lock(&app->lock);
	if (number.day < place->day)
		number.day = place->day;
	pthread_mutex_unlock(&app->lock);
	d = clock_date(number.day);
	series_of(app, kind, series);
	if (store_read(act->reader, ST_CASE_COUNTER_GET, PARAMS(sql_text(series),
	    sql_int(number.day)), counter_row, &last, f) < 0)
		return -1;
	pthread_mutex_lock(&app->lock);
	if (place->day != number.day || place->last < last) {
		place->day = number.day;
		place->last = last;
	}
	number.count = ++place->last;
	pthread_mutex_unlock(&app->lock);
	n = snprintf(number.text, NUMBER_MAX, "%.6s-%02d%02d%02d-%s%c%05lld-", division,
	    d.year % 100, d.month, d.day, kinds[kind].mark, app->log[0] - 'a' + 'A',
	    (long long)number.count);
	if (n < 0 || n + 1 >= NUMBER_MAX) {
		fault_set(f, FAULT_BUG, "%s", "number");
		return -1;
	}
	number.text[n] = ident_mod37(number.text, (size_t)n);
	number.text[n + 1] = '\0';
	*ret_number = number;
	return 0;
}

void
number_keep(struct op *op, const struct app *app, const struct number *number)
{
	char series[SERIES_MAX];

	series_of(app, number->kind, series);
	op_step(op, ST_CASE_COUNTER, STORE_ANY_COUNT);
	op_text(op, series);
	op_int(op, number->day);
	op_int(op, number->count);
}
