/* What a server could say to the one who holds the key, and it to a server: what is read is written again as it was. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "sign/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
assert_same(const struct sign_message *a, const struct sign_message *b)
{
	assert(a->kind == b->kind && a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_message in, out;
	struct sign_request request;
	struct sign_head head = { 0 };
	char code[40];

	if (size == 0 || size - 1 > sizeof(in.data))
		return 0;
	in.kind = data[0];
	in.len = size - 1;
	memcpy(in.data, data + 1, in.len);
	if (sign_get_head(&in, &head) == 0) {
		sign_put_head(&out, &head);
		assert_same(&in, &out);
	}
	if (sign_get_request(&in, &request) == 0) {
		assert(request.nproof <= SIGN_PROOF_MAX && request.note_len <= SIGN_NOTE_MAX);
		sign_put_request(&out, &request);
		assert_same(&in, &out);
	}
	if (sign_get_refused(&in, &head.size, code, sizeof(code)) == 0) {
		sign_put_refused(&out, &head, code);
		assert_same(&in, &out);
	}
	return 0;
}
