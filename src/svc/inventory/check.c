#include "svc/inventory/check.h"

#include "svc/inventory/folder.h"
#include "svc/inventory/inventory_svc.h"

int
inventory_check(const struct inventory_source *source, struct dataset_table *breaches,
    int64_t today, struct inventory **inv, struct inventory_report *report, struct fault *f)
{
	struct fault bad = FAULT_INIT;

	if (*inv == NULL && inventory_source_build(source, inv, report, &bad) < 0 &&
	    bad.code != FAULT_IMPORT_REFUSED) {
		if (f != NULL)
			*f = bad;
		return -1;
	}
	if (breaches != NULL && breach_check(breaches, *inv, today, report, f) < 0)
		return -1;
	if (report->total > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", "");
		fault_arg(f, "count", "%zu", report->total);
		return -1;
	}
	return 0;
}

int
inventory_lint(const char *path, int64_t today, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f)
{
	struct folder folder = { 0 };
	struct inventory_source *source = NULL;
	struct dataset_table *breaches = NULL;
	struct inventory *inv = NULL;
	int rc = -1;

	if (folder_read(path, &folder, f) < 0 ||
	    inventory_source_read(folder.in, folder.n, &source, f) < 0 ||
	    breach_read(NULL, path, &breaches, f) < 0)
		goto out;
	if (inventory_check(source, breaches, today, &inv, report, f) < 0)
		goto out;
	*ret_inv = inv;
	inv = NULL;
	rc = 0;
out:
	inventory_unref(inv);
	breach_free(breaches);
	inventory_source_free(source);
	folder_free(&folder);
	return rc;
}
