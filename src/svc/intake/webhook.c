#include "svc/intake/webhook.h"

#include <string.h>

#include "crypto/hash.h"

#define PLACES_MAX 256		/* rows that get their places in one operation */

struct webhook_read {
	const char *division, *platform;
	struct webhook *w;
	webhook_each_fn *each;
	void *ctx;
};

/* The columns of WEBHOOK_NEXT. */
static int
webhook_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct webhook_read *r = ctx;
	struct webhook *w = r->w;

	memset(w, 0, sizeof(*w));
	snprintf(w->division, sizeof(w->division), "%s", r->division);
	snprintf(w->platform, sizeof(w->platform), "%s", r->platform);
	act_row_id(row, 0, w->id);
	act_row_id(row, 1, w->case_id);
	snprintf(w->event, sizeof(w->event), "%s", row_text(row, 2));
	w->version = row_int(row, 3);
	snprintf(w->state, sizeof(w->state), "%s", row_text(row, 4));
	w->at = row_int(row, 5);
	w->seq = row_null(row, 6) ? 0 : row_int(row, 6);
	w->attempts = row_int(row, 7);
	w->waits = !row_null(row, 8);
	w->next_at = w->waits ? row_int(row, 8) : 0;
	snprintf(w->failure, sizeof(w->failure), "%s", row_text(row, 9));
	snprintf(w->number, sizeof(w->number), "%s", row_text(row, 10));
	snprintf(w->external, sizeof(w->external), "%s", row_text(row, 11));
	return r->each != NULL ? r->each(w, r->ctx, f) : 0;
}

int
webhook_after(struct store_reader *reader, const struct actor *platform, int64_t seq, int limit,
    webhook_each_fn *each, void *ctx, struct fault *f)
{
	struct webhook w;
	struct webhook_read r = { platform->division, platform->id, &w, each, ctx };

	return store_read(reader, ST_WEBHOOKS_AFTER, PARAMS(sql_text(platform->division),
	    sql_text(platform->id), sql_int(seq), sql_int(limit)), webhook_row, &r, f) < 0 ? -1 : 0;
}

int
webhook_owed(struct store_reader *reader, const struct platform *p, int limit,
    webhook_each_fn *each, void *ctx, struct fault *f)
{
	static const uint8_t first[RECORD_ID_LEN];
	struct webhook w;
	struct webhook_read r = { p->division, p->id, &w, each, ctx };

	return store_read(reader, ST_WEBHOOKS_OWED, PARAMS(sql_text(p->division), sql_text(p->id),
	    sql_blob(first, sizeof(first)), sql_int(limit)), webhook_row, &r, f) < 0 ? -1 : 0;
}

int
webhook_next(struct store_reader *reader, const struct platform *p, struct webhook *ret,
    struct fault *f)
{
	struct webhook_read r = { .division = p->division, .platform = p->id, .w = ret };

	return (int)store_read(reader, ST_WEBHOOK_NEXT, PARAMS(sql_text(p->division),
	    sql_text(p->id)), webhook_row, &r, f);
}

json_t *
webhook_json(const struct webhook *w)
{
	char id[RECORD_NAME_MAX], when[CLOCK_TEXT_MAX];

	record_object_name(w->division, w->case_id, id);
	clock_text(w->at, when);
	return json_pack("{s:s, s:s, s:{s:s, s:s, s:s, s:s, s:I}}", "type", w->event, "timestamp",
	    when, "data", "case", id, "number", w->number, "external_number", w->external, "state",
	    w->state, "version", (json_int_t)w->version);
}

void
webhook_sign(const uint8_t *secret, size_t secret_len, const char *id, int64_t seconds,
    const char *body, size_t len, char ret_signature[WEBHOOK_SIGNATURE_MAX])
{
	char head[RECORD_NAME_MAX + 32], text[ENC_SIZE(sizeof(struct sha256))];
	struct sha256 mac;

	snprintf(head, sizeof(head), "%s.%lld.", id, (long long)seconds);
	mac = hash_hmac_sha256(secret, secret_len, (const struct hash_part[]){
	    { head, strlen(head) }, { body, len } }, 2);
	enc_base64(mac.b, sizeof(mac.b), text);
	snprintf(ret_signature, WEBHOOK_SIGNATURE_MAX, "v1,%s", text);
}

struct places { struct op *op; const struct platform *p; int64_t last; };

static int
new_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct places *s = ctx;
	uint8_t id[RECORD_ID_LEN] = { 0 };

	(void)f;
	act_row_id(row, 0, id);
	op_step(s->op, ST_WEBHOOK_NUMBER, 1);
	op_text(s->op, s->p->division);
	op_text(s->op, s->p->id);
	op_blob(s->op, id, sizeof(id));
	op_int(s->op, ++s->last);
	return 0;
}

int
webhook_place(struct app *app, struct store_reader *reader, const struct platform *p,
    struct fault *f)
{
	struct places s = { .op = op_new(), .p = p, .last = p->told };
	struct op_result result = { 0 };
	int64_t n = -1;

	if (s.op == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "places");
	else
		n = store_read(reader, ST_WEBHOOKS_NEW, PARAMS(sql_text(p->division),
		    sql_text(p->id), sql_int(PLACES_MAX)), new_row, &s, f);
	if (n <= 0) {
		op_free(s.op);
		return (int)n;
	}
	/* Holds the place against another process, which then finds them taken. */
	op_step(s.op, ST_PLATFORM_TOLD, 1);
	op_text(s.op, p->id);
	op_int(s.op, p->told);
	op_int(s.op, s.last);
	if (journal_run(app->journal, s.op, &result, f) == 0)
		return 0;
	return result.status == OP_LOST ? 0 : -1;
}

/* The least id that a record of this time can have: ids begin with their time. */
static void
first_id(int64_t at, uint8_t ret_id[RECORD_ID_LEN])
{
	memset(ret_id, 0, RECORD_ID_LEN);
	for (int i = 0; i < 6; i++)
		ret_id[i] = (uint8_t)(at >> (8 * (5 - i)));
}

int
webhook_forget(struct app *app, const struct platform *p, struct fault *f)
{
	int64_t now = clock_now(app->clock), told = now - WEBHOOK_KEPT_TOLD_DAYS * CLOCK_DAY_MS;
	uint8_t id[RECORD_ID_LEN];
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "forget");
		return -1;
	}
	op_step(op, ST_WEBHOOKS_FORGET, STORE_ANY_COUNT);
	op_text(op, p->division);
	op_text(op, p->id);
	first_id(now - WEBHOOK_KEPT_DAYS * CLOCK_DAY_MS, id);
	op_blob(op, id, sizeof(id));
	op_step(op, ST_WEBHOOKS_FORGET_TOLD, STORE_ANY_COUNT);
	op_text(op, p->division);
	op_text(op, p->id);
	first_id(told, id);
	op_blob(op, id, sizeof(id));
	op_int(op, told);
	return journal_run(app->journal, op, NULL, f);
}
