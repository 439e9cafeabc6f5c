/*
 * Any bytes have a verdict.  The keys are those of tests/vectors/receipt, whose receipts are the seeds;
 * what matches is what the log of those keys holds: nothing else can be made without them.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <wzm/verify.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wzm_keys *keys;
	struct wzm_finding found;
	enum wzm_verdict verdict;

	if (keys == NULL) {
		keys = wzm_keys_new();
		assert(keys != NULL && wzm_keys_log(keys, LOG_KEY) == 0);
	}
	verdict = wzm_verify(keys, data, size, &found);
	assert(verdict != WZM_FAILED);
	assert((verdict == WZM_MATCH) == (found.reason[0] == '\0'));
	assert((verdict == WZM_MATCH) == (found.record != NULL));
	if (verdict == WZM_MATCH)
		assert(found.index < found.size && strcmp(found.origin, "wzm.example/log/a") == 0);
	wzm_finding_free(&found);
	return 0;
}
