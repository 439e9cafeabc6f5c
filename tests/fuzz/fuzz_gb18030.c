/* Whatever bytes come: text in UTF-8, or a fault that says where it ends. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "sheet/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;
	enum text_encoding e;
	struct fault f = FAULT_INIT;

	if (text_decode((const char *)data, size, &text, &e, &f) == 0) {
		assert(e != TEXT_UTF8 || text.len == 0);
		assert(utf8_valid(text.data, text.len, NULL));
		assert(text_encoding_name(e)[0] != '\0');
	} else {
		assert(f.code == FAULT_TEXT_ENCODING && text.len == 0);
		assert(strtoul(fault_arg_get(&f, "byte"), NULL, 10) <= size + 1);
		assert(strtoul(fault_arg_get(&f, "line"), NULL, 10) >= 1);
	}
	buf_free(&text);
	return 0;
}
