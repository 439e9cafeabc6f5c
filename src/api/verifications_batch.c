/*
 * verifications_batch.c - answers to several verifications in one request.
 *
 * Each stands alone: it is done, or its problem is told.  Each has an idempotency key of its
 * own, made of that of the request, so that a repeated request finds what was done and does
 * the rest; those of one case run one after the other, as a chain.
 */
#include <stdlib.h>
#include <string.h>

#include "api/verifications.h"

#define BATCH_MAX 50

struct entry {
	const char *id, *answer, *basis;	/* of the request's body */
	int64_t version;
	size_t place;
	struct verification v;
	enum { ENTRY_NEW, ENTRY_DONE, ENTRY_REFUSED } is;
	struct fault why;
};

struct batch {
	struct entry entry[BATCH_MAX];
	size_t n;
	int before;		/* how many were done by an earlier request of this key */
};

static int
read_entry(const json_t *json, size_t i, struct entry *e, struct fault *f)
{
	char path[32];
	struct in in;

	snprintf(path, sizeof(path), "answers[%zu].", i);
	in_start(&in, json, path, f);
	e->place = i;
	e->id = in_text(&in, "id", IN_MUST, RECORD_NAME_MAX);
	e->version = in_int(&in, "version", 1, INT32_MAX, 0);
	(void)verification_read_answer(&in, &e->answer, &e->basis);
	if (in_end(&in) < 0)
		return -1;
	if (e->version > 0)
		return 0;
	fault_set(f, FAULT_FIELD_MISSING, "%s", "");
	fault_arg(f, "field", "%sversion", path);
	return -1;
}

static int
refuse_list(struct fault *f, const char *zh, const char *en)
{
	fault_set(f, FAULT_FIELD_VALUE, "%s", "");
	fault_arg(f, "field", "%s", "answers");
	fault_arg(f, "why_zh", "%s", zh);
	fault_arg(f, "why_en", "%s", en);
	return -1;
}

static int
read_batch(struct call *call, struct batch *b, struct fault *f)
{
	json_t *list;
	struct in in;

	in_start(&in, call->body, "", f);
	list = in_array(&in, "answers", IN_MUST);
	if (in_end(&in) < 0)
		return -1;
	if (json_array_size(list) == 0 || json_array_size(list) > BATCH_MAX)
		return refuse_list(f, "须为 1 到 50 条", "must be 1 to 50 of them");
	for (; b->n < json_array_size(list); b->n++) {
		struct entry *e = &b->entry[b->n];

		if (read_entry(json_array_get(list, b->n), b->n, e, f) < 0)
			return -1;
		for (size_t i = 0; i < b->n; i++)
			if (strcmp(b->entry[i].id, e->id) == 0)
				return refuse_list(f, "同一件核验出现了两次", "one verification occurs twice");
	}
	return 0;
}

/* Finds what an earlier request did, and of the rest the verifications as they are now. */
static int
look(struct call *call, struct batch *b, struct fault *f)
{
	struct act *act = &call->act;
	uint8_t request[16];
	int happened = 0;

	memcpy(request, act->key, sizeof(request));
	b->before = 0;
	for (size_t i = 0; i < b->n && happened >= 0; i++) {
		struct entry *e = &b->entry[i];

		act_part_key(request, e->id, act->key);
		if ((happened = call_happened(call, f)) > 0) {
			e->is = ENTRY_DONE;
			b->before++;
		} else if (happened == 0 && e->is != ENTRY_REFUSED) {
			e->is = ENTRY_NEW;
			if (verification_load(act, e->id, &e->v, &e->why) < 0)
				e->is = ENTRY_REFUSED;
		}
	}
	memcpy(act->key, request, sizeof(request));
	return happened < 0 ? -1 : 0;
}

static int
by_case(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;
	int order = memcmp((*x)->v.case_id, (*y)->v.case_id, RECORD_ID_LEN);

	return order != 0 ? order : (*x)->place < (*y)->place ? -1 : 1;
}

/* Adds the operation of one answer, or says why not. */
static void
answer(struct act *act, struct entry *e)
{
	size_t before = act->nops;

	act->if_match = e->version;
	snprintf(act->object, sizeof(act->object), "%s", e->id);
	act->has_case = 0;
	if (act_match(act, e->v.version, e->v.changed_by, e->v.changed_at, &e->why) < 0 ||
	    verification_answer(act, &e->v, e->answer, e->basis, &e->why) < 0) {
		act_drop(act, before);
		e->is = ENTRY_REFUSED;
	}
}

/* The answers that can be given: those of one case side by side. */
static void
answer_all(struct act *act, struct batch *b)
{
	struct entry *order[BATCH_MAX];
	uint8_t request[16];
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if (b->entry[i].is == ENTRY_NEW)
			order[n++] = &b->entry[i];
	qsort(order, n, sizeof(order[0]), by_case);
	memcpy(request, act->key, sizeof(request));
	act->apart = 1;
	for (size_t i = 0; i < n; i++) {
		act_part_key(request, order[i]->id, act->key);
		answer(act, order[i]);
	}
	memcpy(act->key, request, sizeof(request));
}

/* Each refusal of a known caller is a record, here as everywhere. */
static int
record_refusals(struct call *call, struct batch *b, const uint8_t *refused, struct fault *f)
{
	struct act *act = &call->act;

	act->has_case = 0;
	for (size_t i = 0; i < b->n; i++) {
		struct entry *e = &b->entry[i];
		struct op *op;

		if (e->is != ENTRY_REFUSED || refused[i] || !call_is_refusal(&e->why))
			continue;
		snprintf(act->object, sizeof(act->object), "%s", e->id);
		if ((op = act_refusal(act, &e->why, f)) == NULL)
			return -1;
		op_apart(op);
		if (act_put(act, op, f) < 0)
			return -1;
	}
	return 0;
}

int
verifications_answering(struct call *call, struct fault *f)
{
	uint8_t refused[BATCH_MAX] = { 0 };
	struct batch *b = call->mine;

	/* Overtaken, it runs again: what was refused stays refused, and is recorded once. */
	if (b == NULL) {
		if ((b = calloc(1, sizeof(*b))) == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "answers");
			return -1;
		}
		call->mine = b;
		call->free_mine = free;
		if (read_batch(call, b, f) < 0)
			return -1;
	}
	for (size_t i = 0; i < b->n; i++)
		refused[i] = b->entry[i].is == ENTRY_REFUSED;
	if (look(call, b, f) < 0)
		return -1;
	answer_all(&call->act, b);
	call->replay = b->before == (int)b->n;
	return record_refusals(call, b, refused, f);
}

static json_t *
view_entry(struct call *call, const struct entry *e)
{
	char name[RECORD_NAME_MAX];
	json_t *problem;

	if (e->is != ENTRY_REFUSED)
		return json_pack("{s:s, s:b, s:n}", "id", e->id, "done", 1, "problem");
	snprintf(name, sizeof(name), "%s", e->id);
	problem = api_problem(&e->why, call->lang, http_path(call->req));
	return json_pack("{s:s, s:b, s:o}", "id", name, "done", 0, "problem", problem);
}

int
verifications_answered(struct call *call, json_t **ret_json, struct fault *f)
{
	const struct batch *b = call->mine;
	json_t *list = json_array();
	int64_t done = 0;

	if (b == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "answers");
		json_decref(list);
		return -1;
	}
	for (size_t i = 0; i < b->n; i++) {
		json_array_append_new(list, view_entry(call, &b->entry[i]));
		done += b->entry[i].is != ENTRY_REFUSED;
	}
	*ret_json = json_pack("{s:I, s:o}", "done", (json_int_t)done, "answers", list);
	return 0;
}
