#include "svc/evidence/fence.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "sign/client.h"
#include "sign/signer.h"
#include "svc/evidence/tree.h"
#include "svc/instance.h"

void
evidence_origin(const struct app *app, char ret_origin[EVIDENCE_ORIGIN_MAX])
{
	snprintf(ret_origin, EVIDENCE_ORIGIN_MAX, "%s/log/%s", app->origin, app->log);
}

/* What was signed last: of the state in sign/, or where the key is another user's, of the signer. */
static int
signed_head(struct app *app, const char *socket, struct sign_head *ret_head, struct fault *f)
{
	char origin[EVIDENCE_ORIGIN_MAX];
	struct sign_client *client = NULL;
	int rc;

	evidence_origin(app, origin);
	if (socket[0] == '\0')
		return signer_head(&(struct signer){ app->dir, app->log, origin }, ret_head, f);
	if (sign_client_open(app->dir, app->log, socket, &client, f) < 0)
		return -1;
	rc = sign_client_head(client, ret_head, f);
	sign_client_close(client);
	return rc;
}

static int
log_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct sign_head *head = ctx;
	size_t len;
	const void *root = row_blob(row, 4, &len);

	(void)f;
	head->size = (uint64_t)row_int(row, 3);
	if (len == sizeof(head->root.b))
		memcpy(head->root.b, root, len);
	return 0;
}

/* The tree that the store has of the size that was signed, or all that it has. */
static int
kept_head(struct app *app, uint64_t size, struct sign_head *ret_head, struct fault *f)
{
	struct store_reader *reader = NULL;
	int rc = -1;

	if (store_reader_open(app->store, &reader, f) == 0 &&
	    store_read(reader, ST_LOG_GET, PARAMS(sql_text(app->log)), log_row, ret_head, f) >= 0) {
		rc = 0;
		if (ret_head->size > size) {
			rc = evidence_root(reader, app->log, size, &ret_head->root, f);
			ret_head->size = size;
		}
	}
	store_reader_close(reader);
	return rc;
}

int
evidence_fence(struct app *app, const struct conf *conf, struct fault *f)
{
	struct sign_head seen, kept = { 0, hash_sha256(NULL, 0) };
	struct fault why = FAULT_INIT;

	if (signed_head(app, conf_text(conf, CONF_SIGNER), &seen, &why) < 0) {
		log_fault(LOG_WARN, "signer_not_asked", &why);
		return 0;
	}
	if (seen.size == 0)
		return 0;
	if (kept_head(app, seen.size, &kept, f) < 0)
		return -1;
	if (kept.size == seen.size && hash_equal(kept.root.b, seen.root.b, sizeof(kept.root.b)))
		return 0;
	fault_set(f, kept.size < seen.size ? FAULT_SIGN_STORE_OLDER : FAULT_SIGN_NOT_CONSISTENT, "%s", "");
	fault_arg(f, "log", "%s", app->log);
	fault_arg(f, "signed", "%llu", (unsigned long long)seen.size);
	fault_arg(f, "size", "%llu", (unsigned long long)kept.size);
	return -1;
}

static int
note_row(const struct store_row *row, void *ctx, struct fault *f)
{
	(void)f;
	buf_str(ctx, row_text(row, 1));
	return 0;
}

int
evidence_newest(const char *dir, const char *log, struct buf *out, struct fault *f)
{
	struct store_reader *reader = NULL;
	struct app *app = NULL;
	int rc = -1;

	if (instance_look(dir, &app, f) == 0 && store_reader_open(app->store, &reader, f) == 0 &&
	    store_read(reader, ST_CHECKPOINT_GET, PARAMS(sql_text(log)), note_row, out, f) >= 0)
		rc = 0;
	if (rc == 0 && out->len == 0) {
		fault_set(f, FAULT_SIGN_NO_CHECKPOINT, "%s", "");
		fault_arg(f, "log", "%s", log);
		rc = -1;
	}
	store_reader_close(reader);
	instance_close(app);
	return rc;
}
