#include "svc/live/news.h"

#include <string.h>

#include <jansson.h>

#include "journal/record.h"

struct look {
	struct store_reader *reader;
	news_fn *each;
	void *ctx;
	struct news news;
};

static struct news_place *
find(struct news_places *places, const char *log)
{
	for (size_t i = 0; i < places->n; i++)
		if (strcmp(places->place[i].log, log) == 0)
			return &places->place[i];
	return NULL;
}

/* The columns of LOGS. */
static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct news_places *places = ctx;
	struct news_place *p = find(places, row_text(row, 0));

	(void)f;
	if (p == NULL) {
		if (places->n == NEWS_LOGS_MAX)
			return 0;
		p = &places->place[places->n++];
		snprintf(p->log, sizeof(p->log), "%s", row_text(row, 0));
		/* A log that was not there at the last look is new from its beginning. */
		p->next = places->begun ? 0 : row_int(row, 3);
	}
	p->size = row_int(row, 3);
	return 0;
}

static void
add_desk(struct news *n, const char *code)
{
	if (code == NULL || n->ndesks == NEWS_DESKS_MAX)
		return;
	for (size_t i = 0; i < n->ndesks; i++)
		if (strcmp(n->desk[i], code) == 0)
			return;
	snprintf(n->desk[n->ndesks++], sizeof(n->desk[0]), "%s", code);
}

/* The column of DESKS_OF_CASE. */
static int
desk_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	add_desk(ctx, row_text(row, 0));
	return 0;
}

/* The column of JOINT_LEAD. */
static int
lead_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct news *n = ctx;

	(void)f;
	snprintf(n->lead, sizeof(n->lead), "%s", row_text(row, 0));
	return 0;
}

/* Of a step's case the store says it; a record about a joint case itself names that. */
static int
find_lead(struct look *look, const json_t *json, struct fault *f)
{
	const char *joint = json_string_value(json_object_get(json, "joint"));
	struct news *n = &look->news;
	uint8_t id[RECORD_ID_LEN];
	char division[7];

	if (n->lead[0] != '\0' || joint == NULL || record_object_parse(joint, division, id) < 0)
		return 0;
	return store_read(look->reader, ST_JOINT_LEAD, PARAMS(sql_text(division),
	    sql_blob(id, sizeof(id))), lead_row, n, f) < 0 ? -1 : 0;
}

/* The columns of NEWS. */
static int
record_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct look *look = ctx;
	struct news *n = &look->news;
	const char *text = row_text(row, 1);
	json_t *json = json_loads(text, 0, NULL);
	const char *user = json_string_value(json_object_get(json, "user"));
	size_t len;
	const void *id = row_blob(row, 2, &len);
	int rc = 0;

	n->type = row_text(row, 0);
	n->user = user != NULL ? user :
	    json_string_value(json_object_get(json_object_get(json, "actor"), "id"));
	snprintf(n->agency, sizeof(n->agency), "%s", row_text(row, 3));
	snprintf(n->lead, sizeof(n->lead), "%s", row_text(row, 4));
	add_desk(n, json_string_value(json_object_get(json, "desk")));
	add_desk(n, json_string_value(json_object_get(json, "to")));
	add_desk(n, json_string_value(json_object_get(json, "from")));
	/* What ends a case also takes its questions from the desks. */
	if (find_lead(look, json, f) < 0 || (len == RECORD_ID_LEN && store_read(look->reader,
	    ST_DESKS_OF_CASE, PARAMS(sql_text(n->division), sql_blob(id, len)), desk_row, n, f) < 0))
		rc = -1;
	else
		look->each(n, look->ctx);
	json_decref(json);
	return rc;
}

/* The columns of ENTRY_PLACES.  Entry and record may lie on different servers: no join. */
static int
place_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct look *look = ctx;
	size_t len;
	const void *id = row_blob(row, 3, &len);

	memset(&look->news, 0, sizeof(look->news));
	snprintf(look->news.division, sizeof(look->news.division), "%s", row_text(row, 2));
	return store_read(look->reader, ST_NEWS, PARAMS(sql_text(look->news.division),
	    sql_blob(id, len)), record_row, look, f) < 0 ? -1 : 0;
}

static int
tell(struct news_places *places, struct look *look, struct fault *f)
{
	int64_t behind = 0;

	for (size_t i = 0; i < places->n; i++)
		behind += places->place[i].size - places->place[i].next;
	for (size_t i = 0; i < places->n && behind <= NEWS_MAX; i++) {
		const struct news_place *p = &places->place[i];

		if (p->size > p->next && store_read(look->reader, ST_ENTRY_PLACES,
		    PARAMS(sql_text(p->log), sql_int(p->next), sql_int(p->size - p->next)), place_row,
		    look, f) < 0)
			return -1;
	}
	return behind > NEWS_MAX;
}

int
news_look(struct news_places *places, struct store_reader *reader, news_fn *each, void *ctx,
    struct fault *f)
{
	struct look look = { .reader = reader, .each = each, .ctx = ctx };
	int rc = -1;

	if (store_reader_begin(reader, f) < 0)
		return -1;
	if (store_read(reader, ST_LOGS, NULL, 0, log_row, places, f) >= 0)
		rc = tell(places, &look, f);
	store_reader_end(reader);
	if (rc < 0)
		return -1;
	places->begun = 1;
	for (size_t i = 0; i < places->n; i++)
		places->place[i].next = places->place[i].size;
	return rc;
}
