#include "svc/inventory/derive.h"

#include <stdlib.h>
#include <string.h>

#include "svc/inventory/import.h"

/* Puts what the edits make of a file in its place. */
static int
edit_file(struct inventory_set *set, size_t i, const struct inventory_edit *edit, size_t n,
    struct fault *f)
{
	struct buf text = BUF_INIT_MAX(INVENTORY_FILE_MAX);

	if (!inventory_edits_name(edit, n, set->file[i].name))
		return 0;
	if (inventory_edit_file(&set->file[i], edit, n, &text, f) < 0) {
		buf_free(&text);
		return -1;
	}
	for (size_t k = 0; k < set->n; k++)
		if (set->text[k].data == set->file[i].text) {
			buf_free(&set->text[k]);
			set->text[k] = text;
			set->file[i].text = text.data;
			set->file[i].len = text.len;
			return 0;
		}
	buf_free(&text);
	fault_set(f, FAULT_BUG, "%s is in no buffer", set->file[i].name);
	return -1;
}

/* An edit of a table that the version lacks would be lost without a word. */
static int
check_files(const struct inventory_set *set, const struct inventory_edit *edit, size_t n,
    struct fault *f)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < set->n && strcmp(set->file[k].name, edit[i].file) != 0)
			k++;
		if (k < set->n)
			continue;
		fault_set(f, FAULT_INVENTORY_EDIT, "%s", "");
		fault_arg(f, "file", "%s", edit[i].file);
		fault_arg(f, "key", "%s", edit[i].key);
		fault_arg(f, "why_zh", "%s", "这一版没有这张表");
		fault_arg(f, "why_en", "%s", "the version has no such table");
		return -1;
	}
	return 0;
}

/* The number of what was built: that of the version with the same files, else the next. */
static int
number(struct store_reader *reader, struct derived *d, struct fault *f)
{
	int64_t same, newest;

	inventory_set_hash(d->files, d->inv->sha256_hex);
	if (inventory_stored_find(reader, d->inv->sha256_hex, &same, &newest, f) < 0)
		return -1;
	d->stored = same > 0;
	d->inv->version = same > 0 ? same : newest + 1;
	return 0;
}

int
inventory_derive(struct store_reader *reader, int64_t from, const struct inventory_edit *edit,
    size_t n, struct derived *ret_derived, struct inventory_report *report, struct fault *f)
{
	struct derived d = { .from = from };
	int rc = -1;

	if (inventory_stored_files(reader, from, &d.files, f) < 0 || check_files(d.files, edit, n, f) < 0)
		goto out;
	for (size_t i = 0; i < d.files->n; i++)
		if (edit_file(d.files, i, edit, n, f) < 0)
			goto out;
	if (inventory_build(d.files->file, d.files->n, &d.inv, report, f) < 0 ||
	    number(reader, &d, f) < 0)
		goto out;
	*ret_derived = d;
	d = (struct derived){ 0 };
	rc = 0;
out:
	inventory_derived_free(&d);
	return rc;
}

void
inventory_derived_free(struct derived *d)
{
	inventory_unref(d->inv);
	inventory_set_free(d->files);
	*d = (struct derived){ 0 };
}

int
inventory_derive_add(struct act *act, const struct derived *d, struct fault *f)
{
	struct record *r;
	struct op *op;

	if (d->stored)
		return 0;
	if ((op = act_add(act, RECORD_INVENTORY_IMPORTED, act->app->division, NULL, &r, f)) == NULL)
		return -1;
	import_says(r, d->inv);
	import_steps(op, d->files, d->inv);
	return 0;
}
