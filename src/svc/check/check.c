#include "svc/check/check.h"

#include <string.h>

#include "base/utf8.h"
#include "base/uuid.h"
#include "crypto/hash.h"
#include "svc/check/finding.h"
#include "svc/instance.h"

/* What is said of each finding. */
static const struct { const char *code, *says[2]; } finding[NFINDINGS] = {
#define FINDING(sym, code, zh, en) [FOUND_##sym] = { code, { zh, en } },
#include "svc/check/findings.def"
#undef FINDING
#define CHECK(sym, code, table, nkeys, keys, condition, zh, en) [FOUND_##sym] = { code, { zh, en } },
#include "store/checks.def"
#undef CHECK
};

void
check_found(struct check *c, enum finding what, const char *table, const char *key, int64_t n)
{
	json_t *said;

	c->found += n;
	if (json_array_size(c->errors) >= FINDINGS_MAX)
		return;
	said = json_pack("{s:s, s:s, s:s}", "table", table, "code", finding[what].code, "what",
	    finding[what].says[c->lang]);
	/* A key that somebody put there may be no text at all. */
	if (json_object_set_new(said, "key", json_string(key)) < 0)
		json_object_set_new(said, "key", json_string("?"));
	json_array_append_new(c->errors, said);
}

int
check_say(struct check *c, const struct progress *p, struct fault *f)
{
	if (!c->say(p, c->ctx))
		return 0;
	fault_set(f, FAULT_STOPPING, "%s", p->table);
	return -1;
}

void
check_key(const struct store_row *row, int n, char ret_key[FINDING_KEY_MAX])
{
	char part[2 * 32 + 1];
	size_t len = 0;

	ret_key[0] = '\0';
	for (int i = 0; i < n && len < FINDING_KEY_MAX; i++) {
		struct sql_value v = row_value(row, i);
		int is_id = v.kind == SQL_BLOB && v.len == UUID_LEN;
		const char *text = part;

		if (is_id)
			uuid_text(v.data, part);
		else if (v.kind == SQL_BLOB)
			enc_hex(v.data, v.len < 32 ? v.len : 32, part);
		else if (v.kind == SQL_INT)
			snprintf(part, sizeof(part), "%lld", (long long)v.i);
		else
			text = row_text(row, i);
		/* "<division>-<uuid>", as ids are written everywhere. */
		len += (size_t)snprintf(ret_key + len, FINDING_KEY_MAX - len, "%s%s",
		    i == 0 ? "" : i == 1 && is_id ? "-" : "/", text);
	}
	ret_key[utf8_whole(ret_key, strlen(ret_key))] = '\0';
}

static int
check(struct check *c, enum check_scope scope, struct fault *f)
{
	if (check_logs(c, f) < 0)
		return -1;
	if (scope == CHECK_EVIDENCE)
		return 0;
	if (check_references(c, f) < 0 || check_inventory(c, f) < 0)
		return -1;
	return check_values(c, f);
}

int
store_check(const char *dir, enum check_scope scope, enum lang lang, progress_fn *say, void *ctx,
    json_t **ret, struct fault *f)
{
	struct check c = { .lang = lang, .say = say, .ctx = ctx, .errors = json_array(),
	    .logs = json_array() };
	int rc = -1;

	if (instance_look(dir, &c.app, f) < 0 ||
	    store_reader_open(c.app->store, &c.reader, f) < 0 || store_reader_begin(c.reader, f) < 0)
		goto out;
	rc = check(&c, scope, f);
	store_reader_end(c.reader);
	if (rc == 0)
		*ret = json_pack("{s:b, s:I, s:I, s:O, s:I, s:O}", "ok", c.found == 0, "size",
		    (json_int_t)c.leaves, "records", (json_int_t)c.records, "logs", c.logs, "found",
		    (json_int_t)c.found, "errors", c.errors);
out:
	store_reader_close(c.reader);
	instance_close(c.app);
	json_decref(c.errors);
	json_decref(c.logs);
	return rc;
}
