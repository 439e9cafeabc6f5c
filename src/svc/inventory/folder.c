#include "svc/inventory/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "svc/inventory/inventory_svc.h"

#define FILE_MAX (32u << 20)
#define FILES_MAX 256

static int
cannot_read(const char *path, const char *why, struct fault *f)
{
	fault_set(f, FAULT_FILE_READ, "%s", why);
	fault_arg(f, "file", "%s", path);
	return -1;
}

static int
ends_with(const char *name, const char *ending)
{
	size_t len = strlen(name), end = strlen(ending);

	return len > end && strcasecmp(name + len - end, ending) == 0;
}

/* Excel and WPS leave "~$items.xlsx" beside a workbook that is open. */
static int
is_wanted(const char *name)
{
	return name[0] != '.' && strncmp(name, "~$", 2) != 0 &&
	    (ends_with(name, ".csv") || ends_with(name, ".xlsx") || inventory_source_is_events(name)) &&
	    strcmp(name, BREACH_DATASET ".csv") != 0;
}

static int
add(struct folder *folder, const char *name, struct fault *f)
{
	size_t cap = folder->cap == 0 ? 32 : folder->cap * 2;
	struct inventory_input *more;
	char *copy;

	if (folder->n == FILES_MAX)
		return cannot_read(name, "too many files", f);
	if (folder->n == folder->cap) {
		if ((more = reallocarray(folder->in, cap, sizeof(*more))) == NULL)
			goto memory;
		folder->in = more;
		folder->cap = cap;
	}
	if ((copy = strdup(name)) == NULL)
		goto memory;
	folder->in[folder->n++] = (struct inventory_input){ copy, NULL, 0 };
	return 0;
memory:
	fault_set(f, FAULT_MEMORY, "%s", name);
	return -1;
}

/* Fills in the bytes of a file. */
static int
load(struct inventory_input *in, const char *path, struct fault *f)
{
	struct buf text = BUF_INIT_MAX(FILE_MAX);
	struct stat st;

	if (stat(path, &st) < 0)
		return cannot_read(path, strerror(errno), f);
	if (!S_ISREG(st.st_mode))
		return cannot_read(path, "not a file", f);
	if (buf_read_file(&text, path, FILE_MAX, f) < 0) {
		buf_free(&text);
		return -1;
	}
	if (buf_add(&text, "", 0) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", in->name);
		return -1;
	}
	in->data = text.data;
	in->len = text.len;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct inventory_input *)a)->name, ((const struct inventory_input *)b)->name);
}

static int
list(const char *path, DIR *dir, struct folder *folder, struct fault *f)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (is_wanted(entry->d_name) && add(folder, entry->d_name, f) < 0)
			return -1;
		errno = 0;
	}
	if (errno != 0)
		return cannot_read(path, strerror(errno), f);
	if (folder->n > 0)
		qsort(folder->in, folder->n, sizeof(*folder->in), by_name);
	return 0;
}

static int
load_all(const char *path, struct folder *folder, struct fault *f)
{
	struct buf where = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < folder->n; i++) {
		struct inventory_input *in = &folder->in[i];

		if (!ends_with(in->name, ".xlsx") && !inventory_source_wants(in->name))
			continue;
		buf_clear(&where);
		if (buf_fmt(&where, "%s/%s", path, in->name) < 0) {
			fault_set(f, FAULT_MEMORY, "%s", in->name);
			rc = -1;
		} else {
			rc = load(in, where.data, f);
		}
	}
	buf_free(&where);
	return rc;
}

int
folder_read(const char *path, struct folder *ret_folder, struct fault *f)
{
	struct folder folder = { 0 };
	const char *slash = strrchr(path, '/');
	DIR *dir = opendir(path);
	int rc = -1;

	if (dir == NULL && errno != ENOTDIR)
		return cannot_read(path, strerror(errno), f);
	if (dir == NULL && add(&folder, slash == NULL ? path : slash + 1, f) == 0)
		rc = load(folder.in, path, f);
	else if (dir != NULL && list(path, dir, &folder, f) == 0)
		rc = load_all(path, &folder, f);
	if (dir != NULL)
		closedir(dir);
	if (rc == 0)
		*ret_folder = folder;
	else
		folder_free(&folder);
	return rc;
}

void
folder_free(struct folder *folder)
{
	for (size_t i = 0; i < folder->n; i++) {
		free((char *)(uintptr_t)folder->in[i].name);
		free((char *)(uintptr_t)folder->in[i].data);
	}
	free(folder->in);
	*folder = (struct folder){ 0 };
}
