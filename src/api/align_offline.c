/* align_offline.c - lists of counties compared without a server and without keeping anything. */
#include "api/api.h"
#include "api/serve.h"
#include "svc/align/compare.h"
#include "svc/inventory/inventory_svc.h"

/* The inventory in a directory or workbook, else the one in force in an instance. */
static int
read_inventory(const struct comparing *what, struct inventory **ret_inv, struct inventory_report *report,
    struct fault *f)
{
	if (what->inventory != NULL)
		return inventory_lint(what->inventory, clock_day(clock_now(what->clock)), ret_inv, report, f);
	return inventory_in_force(what->dir, ret_inv, f);
}

int
inventory_in_force(const char *dir, struct inventory **ret_inv, struct fault *f)
{
	struct inventory_file file[EXPORT_FILES_MAX];
	struct inventory_report report = { 0 };
	struct export_files files = { 0 };
	int rc;

	if (export_offline(dir, VERSION_IN_FORCE, INVENTORY_CSV, 1, &files, f) < 0)
		return -1;
	for (size_t i = 0; i < files.n; i++)
		file[i] = (struct inventory_file){ files.name[i], files.content[i].data, files.content[i].len };
	if ((rc = inventory_build(file, files.n, ret_inv, &report, f)) == 0) {
		(*ret_inv)->version = files.version;
		snprintf((*ret_inv)->sha256_hex, sizeof((*ret_inv)->sha256_hex), "%s", files.sha256_hex);
	}
	inventory_report_free(&report);
	export_files_free(&files);
	return rc;
}

/* Leaves the list of one division; FAULT_ALIGN_NO_LISTS where there is none. */
static int
only(struct gathering *lists, const struct comparing *what, struct fault *f)
{
	size_t kept = 0;

	if (what->division == NULL)
		return 0;
	for (size_t i = 0; i < lists->n; i++)
		if (strcmp(lists->list[i].division->code, what->division) == 0)
			lists->list[kept++] = lists->list[i];
		else
			buf_free(&lists->list[i].bytes);
	lists->n = kept;
	if (kept > 0)
		return 0;
	fault_set(f, FAULT_ALIGN_NO_LISTS, "%s", "");
	fault_arg(f, "file", "%s %s", what->src, what->division);
	return -1;
}

int
compare_offline(const struct comparing *what, json_t **ret_result, struct fault *f)
{
	struct inventory_report report = { 0 };
	struct inventory *inv = NULL;
	struct gathering lists = { 0 };
	int rc = -1;

	*ret_result = NULL;
	if (read_inventory(what, &inv, &report, f) == 0 && gather(what->src, inv, &lists, f) == 0 &&
	    only(&lists, what, f) == 0)
		rc = compare_lists(inv, &lists, NULL, 0, what->lang, what->progress, what->ctx, ret_result,
		    &report, f);
	if (rc < 0 && f->code == FAULT_IMPORT_REFUSED)
		*ret_result = view_refused(&report, f, what->lang, "");
	gathering_free(&lists);
	inventory_report_free(&report);
	inventory_unref(inv);
	return rc;
}
