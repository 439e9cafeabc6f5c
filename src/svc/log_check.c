#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "svc/instance.h"
#include "tlog/merkle.h"

#define PAGE 5000
#define ERRORS_MAX 50

/* Recomputing one log from its records. */
struct check {
	struct seal *seal;
	struct merkle_edge edge;
	struct sha256 root;		/* what the log row says */
	struct merkle_edge kept;	/* likewise: from where the next batch would grow */
	uint64_t size;
	char name[8];
	uint64_t page;			/* rows seen in this page */
	json_t *errors;
};

static void
wrong(struct check *c, uint64_t index, const char *what)
{
	if (json_array_size(c->errors) < ERRORS_MAX)
		json_array_append_new(c->errors, json_pack("{s:s, s:I, s:s}", "log", c->name, "index",
		    (json_int_t)index, "what", what));
}

/* The body's hash as the record's text has it; the text is ours, in RFC 8785 form. */
static int
body_fits(struct check *c, const struct store_row *row, const char *text)
{
	struct buf body = BUF_INIT;
	uint8_t salt[RECORD_SALT_LEN];
	char base64[ENC_SIZE(32)], member[ENC_SIZE(32) + 16];
	struct sha256 hash;
	size_t len, id_len;
	const void *sealed = row_blob(row, 5, &len), *id = row_blob(row, 8, &id_len);
	int fits = 0;

	if (id_len == RECORD_ID_LEN &&
	    journal_open_body(c->seal, id, sealed, len, salt, &body, NULL) == 0) {
		hash = record_body_hash(salt, body.data != NULL ? body.data : "", body.len);
		enc_base64(hash.b, sizeof(hash.b), base64);
		snprintf(member, sizeof(member), "\"body\":\"%s\"", base64);
		fits = strstr(text, member) != NULL;
	}
	buf_wipe(&body);
	return fits;
}

/* The columns of ENTRIES. */
static int
entry_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct check *c = ctx;
	uint64_t index = (uint64_t)row_int(row, 0);
	struct sha256 entry, leaf = { { 0 } };
	size_t len, salt_len;
	const void *stored, *salt;

	(void)f;
	c->page++;
	if (index != c->edge.size)
		wrong(c, index, "an index is missing");
	if (row_null(row, 4)) {
		wrong(c, index, "the entry has no record");
		stored = row_blob(row, 2, &len);
		memcpy(leaf.b, stored, len == sizeof(leaf.b) ? len : 0);
		merkle_append(&c->edge, leaf);	/* the others are checked all the same */
		return 0;
	}
	salt = row_blob(row, 3, &salt_len);
	if (salt_len != RECORD_SALT_LEN) {
		wrong(c, index, "the salt has the wrong length");
		return 0;
	}
	if (row_int(row, 6) != row_int(row, 0))
		wrong(c, index, "the record names another index");
	entry = record_entry(salt, row_text(row, 4), strlen(row_text(row, 4)));
	stored = row_blob(row, 1, &len);
	if (len != sizeof(entry.b) || memcmp(stored, entry.b, len) != 0)
		wrong(c, index, "the entry is not the hash of the record");
	leaf = merkle_leaf(entry.b, sizeof(entry.b));
	stored = row_blob(row, 2, &len);
	if (len != sizeof(leaf.b) || memcmp(stored, leaf.b, len) != 0)
		wrong(c, index, "the leaf is not the hash of the entry");
	if (!row_null(row, 5) && !body_fits(c, row, row_text(row, 4)))
		wrong(c, index, "the body is not what the record binds");
	merkle_append(&c->edge, leaf);
	return 0;
}

static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct check *c = ctx;
	size_t len;
	const void *root = row_blob(row, 4, &len);

	(void)f;
	snprintf(c->name, sizeof(c->name), "%s", row_text(row, 0));
	c->size = (uint64_t)row_int(row, 3);
	if (len == sizeof(c->root.b))
		memcpy(c->root.b, root, len);
	root = row_blob(row, 5, &len);
	(void)merkle_edge_load(&c->kept, c->size, root, len);	/* else it stays empty, which shows */
	return 1;
}

static int
count_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	*(int64_t *)ctx = row_int(row, 0);
	return 0;
}

static int
check(struct app *app, struct store_reader *reader, json_t **ret, struct fault *f)
{
	struct check c = { .seal = app->seal, .errors = json_array() };
	char root[ENC_SIZE(32)];
	struct sha256 found;
	int64_t records = 0;

	if (store_read(reader, ST_LOGS, NULL, 0, log_row, &c, f) < 0 ||
	    store_read(reader, ST_RECORD_COUNT, NULL, 0, count_row, &records, f) < 0)
		goto fail;
	do {
		uint64_t from = c.edge.size;

		c.page = 0;
		if (store_read(reader, ST_ENTRIES, PARAMS(sql_text(c.name), sql_int((int64_t)from),
		    sql_int(PAGE)), entry_row, &c, f) < 0)
			goto fail;
		if (c.page > 0 && c.edge.size == from)
			break;		/* nothing but errors: already said */
	} while (c.page == PAGE);
	found = merkle_edge_root(&c.edge);
	if (c.edge.size != c.size)
		wrong(&c, c.edge.size, "the log says another size");
	if (memcmp(found.b, c.root.b, sizeof(found.b)) != 0)
		wrong(&c, c.edge.size, "the log says another root");
	if (c.kept.n != c.edge.n ||
	    memcmp(c.kept.node, c.edge.node, c.edge.n * sizeof(c.edge.node[0])) != 0)
		wrong(&c, c.edge.size, "the log's edge does not belong to this tree");
	if (records != (int64_t)c.size)
		wrong(&c, c.edge.size, "there are more or fewer records than leaves");
	enc_base64(found.b, sizeof(found.b), root);
	*ret = json_pack("{s:b, s:s, s:I, s:I, s:s, s:o}", "ok", json_array_size(c.errors) == 0,
	    "log", c.name, "size", (json_int_t)c.edge.size, "records", (json_int_t)records, "root",
	    root, "errors", c.errors);
	return 0;
fail:
	json_decref(c.errors);
	return -1;
}

int
instance_check_log(const char *dir, json_t **ret, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct app *app = NULL;
	int rc = -1;

	if (instance_look(dir, &app, f) < 0 || store_reader_open(app->store, &reader, f) < 0 ||
	    store_reader_begin(reader, f) < 0)
		goto out;
	rc = check(app, reader, ret, f);
	store_reader_end(reader);
out:
	store_reader_close(reader);
	instance_close(app);
	return rc;
}
