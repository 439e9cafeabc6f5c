#include "flow/event_build.h"

#include <stdlib.h>
#include <string.h>

/* Far above what any real inventory takes; a file that wants more is not one. */
#define ARENA_MAX ((size_t)1 << 30)

static int (*const steps[])(struct build *b) = {
	build_rules, build_divisions, build_agencies, build_fields, build_proofs, build_services,
	build_assertions, build_matters, build_parties, build_bindings, build_items,
	build_item_bindings, build_matter_fields, build_grants, build_desks, build_events,
};

/* Only for days that were checked: it has no line to report. */
static int
build_calendar(struct build *b, struct fault *f)
{
	struct sheet *sheet = build_sheet(b, SHEET_WORKDAYS);
	struct calendar_day *days = arena_alloc(&b->s.scratch, sheet->n, sizeof(*days));

	if (days == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	for (size_t i = 0; i < sheet->n; i++) {
		days[i].day = sheet->row[i].cell[WORKDAY_DATE].num;
		days[i].works = sheet->row[i].cell[WORKDAY_KIND].num == 1;
	}
	if (calendar_new(days, sheet->n, &b->snap->calendar, f) < 0)
		return -1;
	b->snap->inv.calendar = b->snap->calendar;
	return 0;
}

/* What the office gave: workbooks that could not be opened, what was left out, what was read. */
static void
report_source(struct build *b, const struct inventory_source *source)
{
	struct reporting *r = &b->s.reporting;

	for (size_t i = 0; i < source->ntroubles; i++)
		report_add_fault(r, (struct place){ .file = INVENTORY_FILE_NONE,
		    .name = source->trouble[i].file }, &source->trouble[i].fault);
	for (size_t i = 0; i < source->nremarks; i++) {
		const struct inventory_remark *m = &source->remark[i];

		report_note(r, (enum note)m->note, m->file, m->sheet, m->a, m->near);
	}
	for (int id = 0; id < SHEET_N; id++)
		if (b->s.sheet[id].origin != NULL)
			report_read(r, id, b->s.sheet[id].origin->encoding, b->s.sheet[id].nread);
	if (b->s.events_origin != NULL)
		report_read(r, REPORT_EVENTS, b->s.events_origin->encoding, b->s.nevents);
}

static int
run(struct build *b, const struct inventory_file *files, size_t n, struct fault *f)
{
	const struct inventory_report *report = b->s.reporting.report;
	int rc = sheets_read(&b->s, files, n);

	if (rc == 0)
		rc = sheets_link(&b->s);
	for (size_t i = 0; rc == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		rc = steps[i](b);
	if (rc == 0 && b->s.source != NULL)
		report_source(b, b->s.source);
	if (rc < 0 || b->s.reporting.no_memory) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	if (report->total > 0) {
		fault_set(f, FAULT_IMPORT_REFUSED, "%s", "");
		fault_arg(f, "count", "%zu", report->total);
		return -1;
	}
	return build_calendar(b, f);
}

static int
build(const struct inventory_file *files, size_t n, const struct inventory_source *source,
    struct inventory **ret_inv, struct inventory_report *report, struct fault *f)
{
	struct build b = { .s.scratch.max = ARENA_MAX, .s.reporting.report = report,
		.s.source = source };
	int rc = -1;

	memset(report, 0, sizeof(*report));
	b.snap = calloc(1, sizeof(*b.snap));
	if (b.snap == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	atomic_init(&b.snap->refs, 1);
	b.snap->keep.max = ARENA_MAX;
	b.s.keep = &b.snap->keep;
	if (run(&b, files, n, f) < 0)
		goto out;
	*ret_inv = &b.snap->inv;
	b.snap = NULL;
	rc = 0;
out:
	if (b.snap != NULL)
		inventory_unref(&b.snap->inv);
	report_close(&b.s.reporting);
	arena_free(&b.s.scratch);
	return rc;
}

int
inventory_build(const struct inventory_file *files, size_t n, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f)
{
	return build(files, n, NULL, ret_inv, report, f);
}

int
inventory_source_build(const struct inventory_source *s, struct inventory **ret_inv,
    struct inventory_report *report, struct fault *f)
{
	return build(s->file, s->n, s, ret_inv, report, f);
}
