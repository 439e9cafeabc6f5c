#include "svc/data_key.h"

#include "base/uuid.h"

/*
 * Then the next key is made.  Each process counts its own seals: 26 of them, one for each
 * log, stay below the ceiling of a key.
 */
#define SEALS_OF_A_KEY (UINT64_C(1) << 25)

struct key_ring { struct seal *seal; int64_t made_at; };

static int
add_key(const struct store_row *row, void *ctx, struct fault *f)
{
	struct key_ring *k = ctx;
	size_t len;
	const void *wrapped = row_blob(row, 2, &len);

	k->made_at = row_int(row, 1);
	return seal_add_key(k->seal, (uint32_t)row_int(row, 0), wrapped, len, f);
}

static int
load_keys(struct app *app, int64_t *ret_made_at, struct fault *f)
{
	struct key_ring k = { .seal = app->seal };
	struct store_reader *reader = NULL;
	int64_t n = -1;

	if (store_reader_open(app->store, &reader, f) == 0)
		n = store_read(reader, ST_KEYS, NULL, 0, add_key, &k, f);
	store_reader_close(reader);
	if (n == 0)
		fault_set(f, FAULT_SEAL_KEY, "%s", "the store has no data key");
	*ret_made_at = k.made_at;
	return n > 0 ? 0 : -1;
}

/* A key is durable before it seals: whoever meets a value under it finds it in the store. */
static int
load_missing(void *ctx, struct fault *f)
{
	int64_t made_at;

	return load_keys(ctx, &made_at, f);
}

int
data_key_load(struct app *app, struct fault *f)
{
	int64_t made_at;

	seal_on_missing(app->seal, load_missing, app);
	return load_keys(app, &made_at, f);
}

static struct op *
make_key(struct app *app, uint32_t id, struct fault *f)
{
	uint8_t wrapped[SEAL_WRAPPED_LEN], record[RECORD_ID_LEN];
	struct record *r;
	struct op *op;

	if (seal_new_key(app->seal, id, wrapped, f) < 0)
		return NULL;
	if ((op = op_new()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return NULL;
	}
	op_step(op, ST_KEY_INSERT, 1);
	op_int(op, id);
	op_at(op);
	op_blob(op, wrapped, sizeof(wrapped));
	uuid7_new(app->clock, record);
	if ((r = record_new(RECORD_KEY_MADE, app->division, record,
	    &(struct record_actor){ NULL, "wzm", "system" })) != NULL)
		record_int(r, "key", id);
	op_record(op, r);
	return op;
}

int
data_key_roll(struct app *app, struct fault *f)
{
	struct op_result result = { 0 };
	int64_t made_at, now = clock_now(app->clock);
	struct op *op;

	if (load_keys(app, &made_at, f) < 0)
		return -1;
	if (now - made_at < CLOCK_DAY_MS && seal_count(app->seal) < SEALS_OF_A_KEY)
		return 0;
	if ((op = make_key(app, seal_key_id(app->seal) + 1, f)) == NULL)
		return -1;
	/* Where another process was quicker, its key is the next. */
	if (journal_run(app->journal, op, &result, f) < 0 && result.status != OP_LOST)
		return -1;
	return load_keys(app, &made_at, f);
}
