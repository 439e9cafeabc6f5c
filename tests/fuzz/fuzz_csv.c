/* Any bytes: every row is within bounds, and what was read is read again when written out. */
#include <assert.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "rules/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes a row with every field quoted. */
static void
write_row(struct buf *out, const char **field, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(out, i > 0 ? ",\"" : "\"");
		for (const char *p = field[i]; *p != '\0'; p++) {
			if (*p == '"')
				buf_char(out, '"');
			buf_char(out, *p);
		}
		buf_char(out, '"');
	}
	buf_char(out, '\n');
}

/* Reads all rows and writes them to out; whether the text was CSV to its end. */
static int
rewrite(const char *text, size_t len, struct buf *out)
{
	struct csv *c = csv_new(text, len);
	struct fault f = FAULT_INIT;
	const char **field;
	size_t n, line, last = 0;
	int rc;

	assert(c != NULL);
	while ((rc = csv_next(c, &field, &n, &line, &f)) == 1) {
		assert(n >= 1 && n <= CSV_COLUMNS_MAX && line > last);
		last = line;
		for (size_t i = 0; i < n; i++)
			assert(utf8_valid(field[i], strlen(field[i]), NULL));
		write_row(out, field, n);
	}
	assert((rc == -1) == (f.code == FAULT_CSV_MALFORMED));
	csv_free(c);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;

	if (rewrite((const char *)data, size, &once) == 0 && once.len > 0) {
		assert(rewrite(once.data, once.len, &twice) == 0);
		assert(twice.len == once.len && memcmp(twice.data, once.data, once.len) == 0);
	}
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
