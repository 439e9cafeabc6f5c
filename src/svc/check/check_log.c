/* check_log.c - every log computed again: records, bodies, entries, leaves, edge and root. */
#include <string.h>

#include "crypto/hash.h"
#include "store/tables.h"
#include "svc/check/finding.h"
#include "tlog/merkle.h"

#define PAGE 2000

/* The columns of ENTRIES. */
enum { E_IDX, E_ENTRY, E_LEAF, R_SALT, R_TEXT, R_BODY, R_IDX, R_DIVISION, R_ID, E_DIVISION, E_RECORD,
	R_TYPE, R_AT, R_CASE, T_RECORD };

struct log {
	struct check *c;
	struct tile_check *tiles;
	struct merkle_edge edge;
	int64_t next;			/* the index that should come */
	struct progress progress;
	char name[8];
};

static void
wrong(struct log *l, enum finding what, int64_t index)
{
	char key[40];

	snprintf(key, sizeof(key), "%s/%lld", l->name, (long long)index);
	check_found(l->c, what, "entry", key, 1);
}

/* Whether a record's text, which is ours and in RFC 8785 form, has this member. */
static int
has_member(const char *text, const char *name, const char *value)
{
	char member[160];

	snprintf(member, sizeof(member), "\"%s\":\"%s\"", name, value);
	return strstr(text, member) != NULL;
}

static int
has_object(const char *text, const char *name, const struct store_row *row, int column)
{
	char object[RECORD_NAME_MAX];
	size_t len;
	const void *id = row_blob(row, column, &len);

	if (len != RECORD_ID_LEN)
		return 0;
	record_object_name(row_text(row, R_DIVISION), id, object);
	return has_member(text, name, object);
}

/* What stands beside the text is not hashed: it must say what the text says. */
static int
columns_fit(const struct store_row *row, const char *text)
{
	char at[CLOCK_TEXT_MAX];

	clock_text(row_int(row, R_AT), at);
	return has_object(text, "id", row, R_ID) && has_member(text, "type", row_text(row, R_TYPE)) &&
	    has_member(text, "at", at) && (row_null(row, R_CASE) ? strstr(text, "\"case\":") == NULL :
	    has_object(text, "case", row, R_CASE));
}

static int
body_fits(struct check *c, const struct store_row *row, const char *text)
{
	struct buf body = BUF_INIT;
	uint8_t salt[RECORD_SALT_LEN];
	char base64[ENC_SIZE(32)];
	struct sha256 hash;
	size_t len, id_len;
	const void *sealed = row_blob(row, R_BODY, &len), *id = row_blob(row, R_ID, &id_len);
	int fits = 0;

	if (id_len == RECORD_ID_LEN &&
	    journal_open_body(c->app->seal, id, sealed, len, salt, &body, NULL) == 0) {
		hash = record_body_hash(salt, body.data != NULL ? body.data : "", body.len);
		enc_base64(hash.b, sizeof(hash.b), base64);
		fits = has_member(text, "body", base64);
	}
	buf_wipe(&body);
	return fits;
}

/* The text with the hash that a record's member gives; 1 if it is there, -1 on a fault. */
static int
text_is_kept(struct check *c, const char *text, const char *member, struct fault *f)
{
	const char *at = strstr(text, member);
	uint8_t hash[32];
	char hex[65];

	if (at == NULL)
		return 0;
	snprintf(hex, sizeof(hex), "%.64s", at + strlen(member));
	if (dec_hex(hex, hash, sizeof(hash)) < 0)
		return 0;
	return (int)store_read(c->reader, ST_LEGAL_TEXT_GET, PARAMS(sql_blob(hash, sizeof(hash))), NULL,
	    NULL, f);
}

static int
check_signed(struct log *l, const struct store_row *row, const char *text, struct fault *f)
{
	int notice, letter;

	if (strcmp(row_text(row, R_TYPE), record_type_name(RECORD_COMMITMENT_SIGNED)) != 0)
		return 0;
	notice = text_is_kept(l->c, text, "\"notice\":\"", f);
	letter = text_is_kept(l->c, text, "\"letter\":\"", f);
	if (notice < 0 || letter < 0)
		return -1;
	if (!notice || !letter)
		wrong(l, FOUND_NO_TEXT_SIGNED, row_int(row, E_IDX));
	return 0;
}

/* A record against its entry; ret_entry: what the entry must be. */
static int
check_record(struct log *l, const struct store_row *row, struct sha256 *ret_entry, struct fault *f)
{
	int64_t index = row_int(row, E_IDX);
	const char *text = row_text(row, R_TEXT);
	size_t len;
	const void *salt = row_blob(row, R_SALT, &len), *stored;

	if (!row_null(row, T_RECORD))
		wrong(l, FOUND_NOT_ERASED, index);
	if (row_int(row, R_IDX) != index)
		wrong(l, FOUND_OTHER_INDEX, index);
	if (!columns_fit(row, text))
		wrong(l, FOUND_OTHER_COLUMNS, index);
	if (!row_null(row, R_BODY) && !body_fits(l->c, row, text))
		wrong(l, FOUND_OTHER_BODY, index);
	if (len != RECORD_SALT_LEN) {
		wrong(l, FOUND_SALT_LENGTH, index);
		return check_signed(l, row, text, f);
	}
	*ret_entry = record_entry(salt, text, strlen(text));
	stored = row_blob(row, E_ENTRY, &len);
	if (len != sizeof(ret_entry->b) || memcmp(stored, ret_entry->b, len) != 0)
		wrong(l, FOUND_OTHER_ENTRY, index);
	return check_signed(l, row, text, f);
}

static int
entry_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct log *l = ctx;
	int64_t index = row_int(row, E_IDX);
	struct sha256 entry = { { 0 } }, leaf;
	size_t len;
	const void *stored = row_blob(row, E_ENTRY, &len);

	if (index != l->next)
		wrong(l, FOUND_INDEX_MISSING, index);
	l->next = index < INT64_MAX ? index + 1 : index;
	memcpy(entry.b, stored, len == sizeof(entry.b) ? len : 0);
	if (!row_null(row, R_TEXT)) {
		if (check_record(l, row, &entry, f) < 0)
			return -1;
	} else if (row_null(row, T_RECORD))
		wrong(l, FOUND_NO_RECORD, index);
	leaf = merkle_leaf(entry.b, sizeof(entry.b));
	stored = row_blob(row, E_LEAF, &len);
	if (len != sizeof(leaf.b) || memcmp(stored, leaf.b, len) != 0)
		wrong(l, FOUND_OTHER_LEAF, index);
	merkle_append(&l->edge, leaf);
	l->progress.done++;
	return check_tiles_leaf(l->tiles, leaf, f);
}

/* The entries of a log, in pages; negative indexes too, which nobody should have. */
static int
check_entries(struct log *l, struct fault *f)
{
	int64_t from = INT64_MIN, n;

	do {
		if (check_say(l->c, &l->progress, f) < 0 || (n = store_read(l->c->reader, ST_ENTRIES,
		    PARAMS(sql_text(l->name), sql_int(from), sql_int(PAGE)), entry_row, l, f)) < 0)
			return -1;
		from = l->next;
	} while (n == PAGE);
	return 0;
}

/* What the log's own row says of the tree. */
static void
check_tree(struct log *l, const struct store_row *row)
{
	struct merkle_edge kept = { 0 };
	struct sha256 root = merkle_edge_root(&l->edge);
	char base64[ENC_SIZE(32)];
	size_t len;
	const void *bytes = row_blob(row, 4, &len);

	if (row_int(row, 3) != (int64_t)l->edge.size)
		check_found(l->c, FOUND_LOG_SIZE, "log", l->name, 1);
	if (len != sizeof(root.b) || memcmp(bytes, root.b, len) != 0)
		check_found(l->c, FOUND_LOG_ROOT, "log", l->name, 1);
	bytes = row_blob(row, 5, &len);
	/* An edge that cannot be of this size stays empty, which shows. */
	(void)merkle_edge_load(&kept, (uint64_t)row_int(row, 3), bytes, len);
	if (kept.n != l->edge.n || memcmp(kept.node, l->edge.node, kept.n * sizeof(kept.node[0])) != 0)
		check_found(l->c, FOUND_LOG_EDGE, "log", l->name, 1);
	enc_base64(root.b, sizeof(root.b), base64);
	json_array_append_new(l->c->logs, json_pack("{s:s, s:I, s:s}", "log", l->name, "size",
	    (json_int_t)l->edge.size, "root", base64));
	l->c->leaves += (int64_t)l->edge.size;
}

static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct log l = { .c = ctx, .progress = { .kind = PROGRESS_CHECKED, .table = "entry",
	    .of = row_int(row, 3) } };

	int rc = -1;

	snprintf(l.name, sizeof(l.name), "%s", row_text(row, 0));
	if (check_tiles_begin(l.c, l.name, &l.tiles, f) == 0 && check_entries(&l, f) == 0 &&
	    check_tiles_end(l.tiles, row_text(row, 1), f) == 0) {
		check_tree(&l, row);
		rc = 0;
	}
	check_tiles_free(l.tiles);
	return rc;
}

int
check_logs(struct check *c, struct fault *f)
{
	int64_t erased;

	if (store_read(c->reader, ST_LOGS, NULL, 0, log_row, c, f) < 0 ||
	    (c->records = table_count(c->reader, &store_table[TABLE_RECORD], f)) < 0 ||
	    (erased = table_count(c->reader, &store_table[TABLE_TOMBSTONE], f)) < 0)
		return -1;
	if (c->records + erased != c->leaves)
		check_found(c, FOUND_RECORD_COUNT, "record", "*", 1);
	return 0;
}
