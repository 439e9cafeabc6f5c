#include "flow/review_rules.h"

#include <string.h>

/* What a rule has to say beside its code. */
static void
say_names(const struct review_subject *s, struct fault *f)
{
	fault_arg(f, "matter", "%s", s->matter->name);
	fault_arg(f, "proof", "%s", s->proof->name);
}

static int
excluded(const struct review_subject *s, struct fault *f)
{
	(void)f;
	return s->matter->commitment_excluded;
}

static int
is_shared(const struct proof *p)
{
	return p->digitised && p->sharing != SHARING_NONE;
}

static int
not_shared(const struct review_subject *s, struct fault *f)
{
	(void)f;
	return !is_shared(s->proof);
}

static int
no_service(const struct review_subject *s, struct fault *f)
{
	(void)f;
	return s->proof->query == NULL;
}

static int
has_role(const struct matter *m, const char *role)
{
	for (size_t i = 0; i < m->nparties; i++)
		if (strcmp(m->parties[i].role, role) == 0)
			return 1;
	return 0;
}

/* Whom an input of the query asks about; NULL: nobody of the form's parties. */
static const char *
asked_role(const struct review_subject *s, const struct binding *b)
{
	if (b->kind != INPUT_PARTY_NUMBER && b->kind != INPUT_PARTY_NAME)
		return NULL;
	if (s->matter->subject != SUBJECT_PERSON && strcmp(b->what, INVENTORY_APPLICANT) == 0 &&
	    inventory_person_only(s->proof, b->input))
		return INVENTORY_LEGAL_REPRESENTATIVE;
	return b->what;
}

/* An item that is queried already has inputs of its own. */
static int
no_party(const struct review_subject *s, struct fault *f)
{
	const struct service *query = s->proof->query;
	const struct binding *bindings = s->item != NULL && s->item->bindings != NULL ?
	    s->item->bindings : query != NULL ? query->bindings : NULL;

	for (size_t i = 0; bindings != NULL && i < query->ninputs; i++) {
		const char *role = asked_role(s, &bindings[i]);

		if (role != NULL && !has_role(s->matter, role)) {
			fault_arg(f, "role", "%s", role);
			fault_arg(f, "input", "%s", bindings[i].input->name);
			return 1;
		}
	}
	return 0;
}

static int
shared(const struct review_subject *s, struct fault *f)
{
	(void)f;
	return is_shared(s->proof);
}

static int
no_desk(const struct review_subject *s, struct fault *f)
{
	fault_arg(f, "agency", "%s", s->proof->issuer->name);
	return inventory_acting_desk(s->inv, s->proof->issuer, s->division) == NULL;
}

/* A matter's name may hold such words (M-0164 issues 相关证明): what is demanded is the proof. */
static int
catch_all(const struct review_subject *s, struct fault *f)
{
	const char *const texts[] = { s->wording, s->proof->name };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *bad = texts[i] != NULL ? inventory_catch_all(texts[i]) : NULL;

		if (bad != NULL) {
			fault_arg(f, "words", "%s", bad);
			return 1;
		}
	}
	return 0;
}

#define ONLY(m) (1u << METHOD_##m)

/* In the order in which they are said.  What is abolished is demanded of nobody: nothing blocks that. */
static const struct rule {
	unsigned methods;
	enum fault_code code;
	int (*hit)(const struct review_subject *s, struct fault *f);
} rules[] = {
	{ ONLY(COMMITMENT), FAULT_REVIEW_EXCLUDED, excluded },
	{ ONLY(DATA_QUERY), FAULT_REVIEW_NOT_SHARED, not_shared },
	{ ONLY(DATA_QUERY), FAULT_REVIEW_NO_SERVICE, no_service },
	{ ONLY(DATA_QUERY), FAULT_REVIEW_NO_PARTY, no_party },
	{ ONLY(DEPARTMENT_VERIFY), FAULT_REVIEW_SHARED, shared },
	{ ONLY(DEPARTMENT_VERIFY), FAULT_REVIEW_NO_DESK, no_desk },
	{ ONLY(COMMITMENT) | ONLY(DATA_QUERY) | ONLY(DEPARTMENT_VERIFY), FAULT_REVIEW_CATCH_ALL, catch_all },
};

void
review_method_blocks(const struct review_subject *s, enum method method, review_block_fn *each,
    void *ctx)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct fault f = FAULT_INIT;

		if ((rules[i].methods >> method & 1) == 0)
			continue;
		fault_set(&f, rules[i].code, "%s", "");
		say_names(s, &f);
		if (rules[i].hit(s, &f))
			each(&f, ctx);
	}
}

struct first { struct fault fault; int any; };

static void
keep_first(const struct fault *why, void *ctx)
{
	struct first *first = ctx;

	if (!first->any)
		first->fault = *why;
	first->any = 1;
}

int
review_method_open(const struct review_subject *s, enum method method, struct fault *f)
{
	struct first first = { .any = 0 };

	review_method_blocks(s, method, keep_first, &first);
	if (first.any && f != NULL)
		*f = first.fault;
	return first.any ? -1 : 0;
}

enum method
review_majority(const int votes[METHOD_N])
{
	enum method ahead = METHOD_N;
	int most = 0;

	for (int m = 0; m < METHOD_N; m++) {
		if (votes[m] > most) {
			most = votes[m];
			ahead = (enum method)m;
		} else if (votes[m] == most) {
			ahead = METHOD_N;
		}
	}
	return ahead;
}
