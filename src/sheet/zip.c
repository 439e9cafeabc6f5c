#include "sheet/zip.h"

#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "sheet/xlsx.h"

struct zip {
	const void *data;
	size_t len;
	char (*name)[ZIP_NAME_MAX + 1];
	size_t n, cap;
	size_t unpacked;
};

static int
open_archive(const struct zip *z, struct archive **ret_archive, struct fault *f)
{
	struct archive *a = archive_read_new();

	if (a == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "archive");
		return -1;
	}
	/* By its directory only: a reader of local headers could be shown other entries. */
	if (archive_read_support_format_zip_seekable(a) != ARCHIVE_OK ||
	    archive_read_open_memory(a, z->data, z->len) != ARCHIVE_OK) {
		archive_read_free(a);
		return xlsx_broken(f, XLSX_CUT_OFF, "zip");
	}
	*ret_archive = a;
	return 0;
}

/* The next entry: 1, 0 at the end, -1. */
static int
next_entry(struct archive *a, struct archive_entry **ret_entry, struct fault *f)
{
	int rc = archive_read_next_header(a, ret_entry);

	if (rc == ARCHIVE_EOF)
		return 0;
	/* A warning is of a name in other letters: it is no part of a workbook. */
	return rc == ARCHIVE_OK || rc == ARCHIVE_WARN ? 1 : xlsx_broken(f, XLSX_CUT_OFF, "zip");
}

static const char *
entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (name == NULL)
		name = archive_entry_pathname(entry);
	return name != NULL ? name : "";
}

/* No program that makes workbooks writes such names. */
static int
leads_out(const char *name)
{
	return name[0] == '\0' || name[0] == '/' || strchr(name, '\\') != NULL ||
	    strncmp(name, "../", 3) == 0 || strstr(name, "/../") != NULL || strchr(name, ':') != NULL;
}

static int
add_entry(struct zip *z, struct archive_entry *entry, struct fault *f)
{
	const char *name = entry_name(entry);

	if (z->n == ZIP_ENTRIES_MAX)
		return xlsx_over(f, XLSX_LIMIT_ENTRIES, ZIP_ENTRIES_MAX);
	if (archive_entry_is_encrypted(entry)) {
		fault_set(f, FAULT_WORKBOOK_ENCRYPTED, "%s", "");
		return -1;
	}
	if (strlen(name) > ZIP_NAME_MAX || leads_out(name))
		return xlsx_broken(f, XLSX_BAD_NAME, "zip");
	if (zip_has(z, name))
		return xlsx_broken(f, XLSX_TWICE, name);
	if (xlsx_grow((void **)&z->name, z->n, &z->cap, sizeof(*z->name), f) < 0)
		return -1;
	memcpy(z->name[z->n++], name, strlen(name) + 1);
	return 0;
}

int
zip_open(const void *data, size_t len, struct zip **ret_zip, struct fault *f)
{
	struct zip *z = calloc(1, sizeof(*z));
	struct archive *a = NULL;
	struct archive_entry *entry;
	int rc = -1, more;

	if (z == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "zip");
		return -1;
	}
	z->data = data;
	z->len = len;
	if (open_archive(z, &a, f) < 0)
		goto out;
	while ((more = next_entry(a, &entry, f)) == 1)
		if (add_entry(z, entry, f) < 0)
			goto out;
	if (more < 0)
		goto out;
	*ret_zip = z;
	z = NULL;
	rc = 0;
out:
	archive_read_free(a);
	zip_free(z);
	return rc;
}

void
zip_free(struct zip *z)
{
	if (z == NULL)
		return;
	free(z->name);
	free(z);
}

int
zip_has(const struct zip *z, const char *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (strcasecmp(z->name[i], name) == 0)
			return 1;
	return 0;
}

static int
count_unpacked(struct zip *z, size_t n, struct fault *f)
{
	z->unpacked += n;
	if (z->unpacked > ZIP_UNPACKED_MAX)
		return xlsx_over(f, XLSX_LIMIT_UNPACKED, ZIP_UNPACKED_MAX);
	if (z->unpacked > ZIP_RATIO_FLOOR && z->unpacked / ZIP_RATIO_MAX > z->len)
		return xlsx_over(f, XLSX_LIMIT_RATIO, ZIP_RATIO_MAX);
	return 0;
}

static int
unpack(struct zip *z, struct archive *a, const char *name, zip_take *take, void *ctx,
    struct fault *f)
{
	char part[65536];

	for (;;) {
		la_ssize_t n = archive_read_data(a, part, sizeof(part));

		if (n == 0)
			return 0;
		if (n < 0)
			return xlsx_broken(f, XLSX_CUT_OFF, name);
		if (count_unpacked(z, (size_t)n, f) < 0 || take(ctx, part, (size_t)n, f) < 0)
			return -1;
	}
}

int
zip_read(struct zip *z, const char *name, zip_take *take, void *ctx, struct fault *f)
{
	struct archive *a = NULL;
	struct archive_entry *entry;
	int rc = -1, more;

	if (open_archive(z, &a, f) < 0)
		return -1;
	while ((more = next_entry(a, &entry, f)) == 1)
		if (strcasecmp(entry_name(entry), name) == 0) {
			rc = unpack(z, a, name, take, ctx, f);
			break;
		}
	if (more == 0)
		xlsx_broken(f, XLSX_NO_PART, name);
	archive_read_free(a);
	return rc;
}
