/* The first byte chooses the type; a normal form is its own normal form, masks stay in bounds. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "rules/ident.h"

#define TODAY 20780

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_number(enum ident_type type, const char *text)
{
	char value[IDENT_MAX], again[IDENT_MAX], masked[IDENT_MAX], sex;
	struct fault f = FAULT_INIT;
	int64_t birth;

	if (ident_check(type, text, "field", TODAY, value, &f) < 0) {
		assert(f.code != FAULT_NONE);
		return;
	}
	assert(strlen(value) < IDENT_MAX);
	assert(ident_check(type, value, "field", TODAY, again, &f) == 0 && strcmp(value, again) == 0);
	ident_mask(value, masked, sizeof(masked));
	assert(strlen(masked) == strlen(value));
	if (type == IDENT_CITIZEN_ID) {
		ident_citizen(value, &birth, &sex);
		assert(birth <= TODAY && (sex == 'M' || sex == 'F'));
	}
}

static void
try_name(const char *text, size_t size)
{
	char value[256], again[256], masked[64];
	struct fault f = FAULT_INIT;

	size = size < sizeof(value) ? size : sizeof(value);
	if (ident_name(text, "field", value, size, &f) < 0)
		return;
	assert(utf8_valid(value, strlen(value), NULL) && utf8_count(value, strlen(value)) <= 50);
	assert(ident_name(value, "field", again, sizeof(again), &f) == 0 && strcmp(value, again) == 0);
	ident_mask_name(value, masked, sizeof(masked));
	assert(utf8_valid(masked, strlen(masked), NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char phone[16], masked[24], *text;
	uint8_t first;

	if (size == 0)
		return 0;
	first = data[0];
	text = calloc(1, size);
	assert(text != NULL);
	memcpy(text, data + 1, size - 1);
	try_number((enum ident_type)(first % IDENT_NTYPES), text);
	try_name(text, first);
	if (ident_phone(text, "field", phone, sizeof(phone), NULL) == 0)
		assert(strlen(phone) == 11);
	/* Bytes that were never checked, as a careless caller would have them. */
	ident_mask(text, masked, first % sizeof(masked));
	ident_mask_name(text, masked, first % sizeof(masked));
	ident_mod37(text, size - 1);
	free(text);
	return 0;
}
