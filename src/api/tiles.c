/* tiles.c - the log for anybody who checks it: C2SP tlog-tiles below /log/<name>. */
#include "api/api.h"
#include "svc/evidence/public.h"

/* Anybody's page may fetch it: it is the same for everybody, and no cookie is looked at. */
static void
for_any_page(struct call *call)
{
	http_answer_header(call->req, "Access-Control-Allow-Origin", "*");
}

int
log_checkpoint(struct call *call, struct fault *f)
{
	struct buf note = BUF_INIT;

	for_any_page(call);
	if (public_checkpoint(call->act.reader, http_param(call->req, "log"), &note, f) < 0) {
		buf_free(&note);
		return -1;
	}
	http_answer_header(call->req, "Cache-Control", "public, max-age=2");
	call->answered = 1;
	http_answer(call->req, 200, "text/plain; charset=utf-8", &note);
	return 0;
}

int
log_tile(struct call *call, struct fault *f)
{
	struct tile_path path;
	struct buf bytes = BUF_INIT;

	for_any_page(call);
	if (tile_path_parse(http_param(call->req, "*"), &path) < 0) {
		fault_set(f, FAULT_TILE_UNKNOWN, "%s", "");
		return -1;
	}
	if (public_tile(call->act.reader, http_param(call->req, "log"), &path, &bytes, f) < 0) {
		buf_free(&bytes);
		return -1;
	}
	/* What is signed is for ever. */
	http_answer_header(call->req, "Cache-Control", "public, max-age=31536000, immutable");
	call->answered = 1;
	if (path.entries)
		http_answer_compressed(call->req, 200, "application/octet-stream", &bytes);
	else
		http_answer(call->req, 200, "application/octet-stream", &bytes);
	return 0;
}
