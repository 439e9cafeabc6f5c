#include "svc/index/index_tail.h"

#include <stdlib.h>
#include <string.h>

#include "journal/record.h"

#define BLIND_BYTES 16

void
index_tail_free(struct index_tail *t)
{
	free(t->e);
	t->e = NULL;
	t->n = t->cap = 0;
}

void
index_tail_follow(struct index_tail *t, int64_t next)
{
	size_t gone = 0;

	if (next < t->from || next > t->upto) {
		t->upto = next;
		t->n = 0;
	}
	while (gone < t->n && t->e[gone].idx < next)
		gone++;
	if (gone > 0) {
		t->n -= gone;
		memmove(t->e, t->e + gone, t->n * sizeof(*t->e));
	}
	t->from = next;
}

static int
add(struct index_tail *t, int64_t idx, struct index_entry e, struct fault *f)
{
	if (t->n == t->cap) {
		size_t cap = t->cap != 0 ? t->cap * 2 : 1024;
		struct index_tail_entry *more = reallocarray(t->e, cap, sizeof(*more));

		if (more == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "index");
			return -1;
		}
		t->e = more;
		t->cap = cap;
	}
	t->e[t->n++] = (struct index_tail_entry){ idx, e };
	return 0;
}

/* The records that say who is a party of a case. */
static int
names_parties(const char *type)
{
	return strcmp(type, record_type_name(RECORD_CASE_OPENED)) == 0 ||
	    strcmp(type, record_type_name(RECORD_CASE_ANSWERED)) == 0;
}

#define LOOK_MAX 64	/* records that are looked up together */

/* An entry that is being read, and the record that it is of. */
struct place {
	int64_t idx;
	char division[7];
	uint8_t id[RECORD_ID_LEN], entry[INDEX_HASH_LEN];
};

struct reading {
	struct index_tail *t;
	struct place place[LOOK_MAX];
	int64_t n;
	const struct place *at;
};

/* The columns of RECORD_SUBJECTS. */
static int
subjects_row(const struct store_row *row, void *ctx, struct fault *f)
{
	const struct reading *r = ctx;
	const struct place *p = r->at;
	size_t case_len, len;
	const void *case_id = row_blob(row, 1, &case_len);
	const uint8_t *blind = row_blob(row, 2, &len);
	int party = case_len == RECORD_ID_LEN && names_parties(row_text(row, 0));

	for (; len >= BLIND_BYTES; blind += BLIND_BYTES, len -= BLIND_BYTES)
		if (add(r->t, p->idx, index_entry_make(blind, INDEX_RECORD, p->id, p->division), f) < 0 ||
		    (party && add(r->t, p->idx, index_entry_make(blind, INDEX_CASE, case_id,
		    p->division), f) < 0))
			return -1;
	return 0;
}

/* The columns of ENTRY_PLACES.  Entry and record may lie on different servers: no join. */
static int
place_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct reading *r = ctx;
	struct index_tail *t = r->t;
	struct place *p = &r->place[r->n];
	size_t entry_len, id_len;
	const void *entry = row_blob(row, 1, &entry_len), *id = row_blob(row, 3, &id_len);

	p->idx = row_int(row, 0);
	if (p->idx != t->upto + r->n || entry_len != sizeof(t->entry) || id_len != RECORD_ID_LEN) {
		fault_set(f, FAULT_STORE, "log %s has no right entry %lld", t->log, (long long)(t->upto + r->n));
		return -1;
	}
	snprintf(p->division, sizeof(p->division), "%s", row_text(row, 2));
	memcpy(p->id, id, id_len);
	memcpy(p->entry, entry, entry_len);
	r->n++;
	return 0;
}

#define SUBJECTS_OF(p) ST_RECORD_SUBJECTS, PARAMS(sql_text((p)->division), sql_blob((p)->id, RECORD_ID_LEN))

/* The next entries, at most LOOK_MAX, and whom their records name; returns how many there were. */
static int64_t
read_some(struct index_tail *t, struct store_reader *store, int64_t max, struct fault *f)
{
	struct reading r = { .t = t, .n = 0 };
	int64_t rc = -1;

	if (store_reader_begin(store, f) < 0)
		return -1;
	if (store_read(store, ST_ENTRY_PLACES, PARAMS(sql_text(t->log), sql_int(t->upto),
	    sql_int(max < LOOK_MAX ? max : LOOK_MAX)), place_row, &r, f) < 0)
		goto out;
	for (int64_t i = 0; i < r.n; i++)
		store_read_ahead(store, SUBJECTS_OF(&r.place[i]));
	for (r.at = r.place; r.at < r.place + r.n; r.at++) {
		if (store_read(store, SUBJECTS_OF(r.at), subjects_row, &r, f) < 0)
			goto out;
		memcpy(t->entry, r.at->entry, sizeof(t->entry));
		t->upto++;
	}
	rc = r.n;
out:
	store_reader_end(store);
	return rc;
}

int64_t
index_tail_read(struct index_tail *t, struct store_reader *store, int64_t max, struct fault *f)
{
	int64_t left = t->size - t->upto, done = 0;

	/* Not past the size that was seen: what is behind it belongs to the next look. */
	if (left > max)
		left = max;
	while (done < left) {
		int64_t n = read_some(t, store, left - done, f);

		if (n <= 0)
			return n < 0 ? n : done;
		done += n;
	}
	return done;
}

void
index_tail_find(const struct index_tail *t, const struct index_entry *e, struct index_top *top)
{
	for (size_t i = 0; i < t->n; i++)
		if (memcmp(t->e[i].e.b, e->b, INDEX_PREFIX_LEN) == 0 &&
		    index_entry_compare(&t->e[i].e, e) > 0)
			index_top_add(top, &t->e[i].e);
}

struct entry_read { uint8_t *entry; int found; };

static int
entry_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct entry_read *r = ctx;
	size_t len;
	const void *entry = row_blob(row, 0, &len);

	(void)f;
	if (len == INDEX_HASH_LEN) {
		memcpy(r->entry, entry, len);
		r->found = 1;
	}
	return 0;
}

int
index_log_entry(struct store_reader *store, const char *log, int64_t idx,
    uint8_t ret_entry[INDEX_HASH_LEN], struct fault *f)
{
	struct entry_read r = { .entry = ret_entry };

	if (store_read(store, ST_ENTRY_GET, PARAMS(sql_text(log), sql_int(idx)), entry_row, &r, f) < 0)
		return -1;
	return r.found;
}
