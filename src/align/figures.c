#include "align/figures.h"

#include <string.h>

struct align_figures
align_figures_of(const struct align_result *r, size_t rows)
{
	struct align_figures f = { .rows = (int64_t)rows, .scope = (int64_t)r->nitems,
	    .paired = (int64_t)r->paired, .same_method = (int64_t)r->same_method,
	    .outside = (int64_t)r->outside };

	for (int i = 0; i < ALIGN_KINDS; i++)
		f.kind[i] = (int64_t)r->kind[i];
	for (int i = 0; i < METHOD_N; i++) {
		f.city[i] = (int64_t)r->city[i];
		f.county[i] = (int64_t)r->county[i];
	}
	return f;
}

void
align_settle(struct align_figures *f, const struct align_settled *s)
{
	f->kind[s->kind] -= s->n;
	switch (s->kind) {
	case ALIGN_MISSING:
		/* What is lawfully not there is no pair whose method could be the same. */
		if (s->how == ALIGN_AS_KEPT) {
			f->exempt += s->n;
		} else {
			f->paired += s->n;
			f->same_method += s->n;
		}
		f->county[s->item] += s->n;
		break;
	case ALIGN_EXTRA:
		f->county[s->row] -= s->n;
		break;
	case ALIGN_METHOD:
		f->same_method += s->n;
		f->county[s->row] -= s->n;
		f->county[s->item] += s->n;
		break;
	case ALIGN_MATTER_NAME:
	case ALIGN_PROOF_NAME:
	case ALIGN_KINDS:
		break;
	}
}

static struct align_fraction
fraction(int64_t same, int64_t of)
{
	if (same < 0)
		same = 0;
	return (struct align_fraction){ same, of, of > 0 ? same * 1000 / of : 1000 };
}

struct align_unity
align_unity_of(const struct align_figures *f)
{
	int64_t all = 0, off = 0;
	struct align_unity u;

	for (int i = 0; i < METHOD_N; i++) {
		int64_t d = f->county[i] - f->city[i];

		all += f->city[i];
		off += d < 0 ? -d : d;
	}
	u.items = fraction(f->paired + f->exempt, f->scope + f->kind[ALIGN_EXTRA]);
	u.methods = fraction(f->same_method, f->paired);
	u.counts = fraction(all - off, all);
	memcpy(u.county, f->county, sizeof(u.county));
	u.unified = u.items.same == u.items.of && u.methods.same == u.methods.of && off == 0;
	return u;
}

static void
add(struct align_fraction *sum, const struct align_fraction *x)
{
	*sum = fraction(sum->same + x->same, sum->of + x->of);
}

void
align_unity_add(struct align_unity *sum, const struct align_unity *u)
{
	add(&sum->items, &u->items);
	add(&sum->methods, &u->methods);
	add(&sum->counts, &u->counts);
	sum->unified = sum->items.same == sum->items.of && sum->methods.same == sum->methods.of &&
	    sum->counts.same == sum->counts.of;
	for (int i = 0; i < METHOD_N; i++)
		sum->county[i] += u->county[i];
}
