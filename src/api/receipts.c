/* receipts.c - the receipt of a record, for whoever may have it. */
#include <string.h>

#include "api/api.h"
#include "svc/evidence/receipt.h"

static void
forget(void *mine)
{
	receipt_free(mine);
}

int
receipt_taking(struct call *call, struct fault *f)
{
	const char *body = http_query(call->req, "body");
	struct receipt *r = NULL;

	if (body != NULL && strcmp(body, "1") != 0 && strcmp(body, "0") != 0)
		return api_bad_value(f, "body", "0 或 1", "0 or 1");
	if (receipt_load(&call->act, http_param(call->req, "id"), body != NULL && body[0] == '1', &r, f) < 0)
		return -1;
	call->mine = r;
	call->free_mine = forget;
	return 0;
}

int
receipt_show(struct call *call, json_t **ret_json, struct fault *f)
{
	char name[RECORD_NAME_MAX + 64];

	if ((*ret_json = receipt_json(call->mine)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "receipt");
		return -1;
	}
	snprintf(name, sizeof(name), "attachment; filename=\"%s.receipt.json\"", http_param(call->req, "id"));
	http_answer_header(call->req, "Content-Disposition", name);
	return 0;
}
