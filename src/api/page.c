/* page.c - pages of a list: a cursor is the last key that was shown, with a MAC. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

int
page_parse(struct call *call, int limit, const char *cursor, struct page *ret_page,
    struct fault *f)
{
	uint8_t bytes[sizeof(ret_page->key) + BLIND_LEN], mac[BLIND_LEN];
	size_t len;

	memset(ret_page, 0, sizeof(*ret_page));
	ret_page->limit = limit;
	if (cursor == NULL)
		return 0;
	if (dec_base64url(cursor, strlen(cursor), bytes, sizeof(bytes), &len) == 0 &&
	    len > BLIND_LEN && len - BLIND_LEN < sizeof(ret_page->key)) {
		blind(call->api->app->seal, "cursor", bytes + BLIND_LEN, len - BLIND_LEN, mac);
		if (hash_equal(mac, bytes, sizeof(mac))) {
			memcpy(ret_page->key, bytes + BLIND_LEN, len - BLIND_LEN);
			return 0;
		}
	}
	fault_set(f, FAULT_FIELD_VALUE, "%s", "cursor");
	fault_arg(f, "field", "%s", "cursor");
	fault_arg(f, "why_zh", "%s", "不是本系统给出的");
	fault_arg(f, "why_en", "%s", "not one that this system gave");
	return -1;
}

int
page_read(struct call *call, struct page *ret_page, struct fault *f)
{
	const char *limit = http_query(call->req, "limit");
	char *end = NULL;
	long n = limit != NULL ? strtol(limit, &end, 10) : 50;

	if (limit != NULL && (*end != '\0' || end == limit || n < 1 || n > 200)) {
		fault_set(f, FAULT_FIELD_VALUE, "%s", "limit");
		fault_arg(f, "field", "%s", "limit");
		fault_arg(f, "why_zh", "%s", "1–200");
		fault_arg(f, "why_en", "%s", "1–200");
		return -1;
	}
	return page_parse(call, (int)n, http_query(call->req, "cursor"), ret_page, f);
}

json_t *
page_next(struct call *call, const char *key)
{
	uint8_t bytes[sizeof(((struct page *)0)->key) + BLIND_LEN];
	char text[ENC_SIZE(sizeof(bytes))];
	size_t len = strlen(key);

	blind(call->api->app->seal, "cursor", key, len, bytes);
	memcpy(bytes + BLIND_LEN, key, len);
	enc_base64url(bytes, BLIND_LEN + len, text);
	return json_string(text);
}

int
page_due_key(const char *key, int64_t *ret_due, uint8_t ret_id[RECORD_ID_LEN])
{
	char division[7], *slash;

	*ret_due = INT64_MIN;
	if (key[0] == '\0')
		return 0;
	*ret_due = strtoll(key, &slash, 10);
	return *slash == '/' && record_object_parse(slash + 1, division, ret_id) == 0;
}
