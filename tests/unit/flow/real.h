/*
 * real.h - the reference inventory (examples/jinhua) in memory, for the tests of flow.
 *
 * Everything here fails the test on error.
 */
#ifndef TESTS_FLOW_REAL_H
#define TESTS_FLOW_REAL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "flow/inventory.h"

#define REAL_FILES 14

struct real {
	struct buf text[REAL_FILES];
	struct inventory_file file[REAL_FILES];
};

/* Reads a file of the reference data. */
static inline void
real_read(const char *name, struct buf *ret_text)
{
	char path[512];
	struct fault f = FAULT_INIT;

	snprintf(path, sizeof(path), "%s/%s", EXAMPLES, name);
	if (buf_read_file(ret_text, path, BUF_MAX_DEFAULT, &f) < 0)
		fail_msg("%s: %s", path, f.cause);
}

static inline void
real_load(struct real *r)
{
	for (size_t i = 0; i < REAL_FILES; i++) {
		r->text[i] = (struct buf)BUF_INIT;
		real_read(inventory_files[i], &r->text[i]);
		r->file[i] = (struct inventory_file){ inventory_files[i], r->text[i].data, r->text[i].len };
	}
	assert_null(inventory_files[REAL_FILES]);
}

static inline void
real_free(struct real *r)
{
	for (size_t i = 0; i < REAL_FILES; i++)
		buf_free(&r->text[i]);
}

/* The file of that name. */
static inline size_t
real_file(const char *name)
{
	size_t i = 0;

	while (i < REAL_FILES && strcmp(inventory_files[i], name) != 0)
		i++;
	assert_true(i < REAL_FILES);
	return i;
}

/* The snapshot of the data as they are. */
static inline struct inventory *
real_inventory(void)
{
	struct real r;
	struct inventory *inv = NULL;
	struct inventory_report report;
	struct fault f = FAULT_INIT;

	real_load(&r);
	if (inventory_build(r.file, REAL_FILES, &inv, &report, &f) < 0)
		fail_msg("%s: %zu errors, first %s:%zu %s: %s", fault_name(f.code), report.total,
		    report.n > 0 ? report.error[0].file : "", report.n > 0 ? report.error[0].line : 0,
		    report.n > 0 ? report.error[0].value : "",
		    report.n > 0 ? report.error[0].reason[LANG_EN] : "");
	assert_int_equal(report.total, 0);
	real_free(&r);
	return inv;
}

#endif
