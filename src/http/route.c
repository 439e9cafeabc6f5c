#include "http/route.h"

#include <stdlib.h>
#include <string.h>

enum segment_kind { SEGMENT_LITERAL, SEGMENT_PARAM, SEGMENT_REST };	/* the order of preference */

struct segment {
	enum segment_kind kind;
	const char *text;	/* in the pattern: the literal, or the parameter's name */
	size_t len;
};

struct route {
	const struct http_route *def;
	size_t nseg;
	struct segment seg[ROUTE_SEGMENTS_MAX];
};

/* Sorted: first by the number of segments, those with a rest last; then by preference. */
struct route_table {
	size_t n;
	size_t first[ROUTE_SEGMENTS_MAX + 2];	/* index of the first route with so many segments */
	size_t rest;				/* index of the first route with a rest */
	struct route route[];
};

static const char *const names[HTTP_NMETHODS] = {
	[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT",
	[HTTP_DELETE] = "DELETE",
};

const char *
route_method_name(enum http_method method)
{
	return names[method];
}

enum http_method
route_method(const char *name)
{
	enum http_method m = HTTP_GET;

	while (m < HTTP_NMETHODS && strcmp(names[m], name) != 0)
		m++;
	return m;
}

/* Reads one segment of a pattern; -1 if it is malformed. */
static int
segment_compile(struct segment *s, const char *text, size_t len)
{
	*s = (struct segment){ SEGMENT_LITERAL, text, len };
	if (len == 0 || text[0] != '{')
		return memchr(text, '{', len) != NULL || memchr(text, '}', len) != NULL ? -1 : 0;
	if (len < 3 || text[len - 1] != '}')
		return -1;
	s->text++;
	s->len -= 2;
	s->kind = s->len == 1 && s->text[0] == '*' ? SEGMENT_REST : SEGMENT_PARAM;
	return 0;
}

static int
route_compile(struct route *r, const struct http_route *def)
{
	const char *at = def->pattern;
	size_t params = 0;

	r->def = def;
	r->nseg = 0;
	if (at == NULL || at[0] != '/' || strlen(at) > HTTP_PATH_MAX)
		return -1;
	while (at[0] == '/') {
		size_t len = strcspn(at + 1, "/");
		struct segment *s;

		if (r->nseg == ROUTE_SEGMENTS_MAX)
			return -1;
		s = &r->seg[r->nseg++];
		if (segment_compile(s, at + 1, len) < 0)
			return -1;
		params += s->kind != SEGMENT_LITERAL;
		at += 1 + len;
		if (s->kind == SEGMENT_REST && at[0] != '\0')
			return -1;
	}
	return params > HTTP_PARAMS_MAX ? -1 : 0;
}

static int
has_rest(const struct route *r)
{
	return r->seg[r->nseg - 1].kind == SEGMENT_REST;
}

/* The order of the table; two routes of the same shape and method are equal. */
static int
order(const void *pa, const void *pb)
{
	const struct route *a = pa, *b = pb;

	if (has_rest(a) != has_rest(b))
		return has_rest(a) - has_rest(b);
	if (a->nseg != b->nseg)		/* of two rests the longer prefix goes first */
		return (a->nseg < b->nseg) == has_rest(a) ? 1 : -1;
	for (size_t i = 0; i < a->nseg; i++) {
		const struct segment *s = &a->seg[i], *t = &b->seg[i];
		int c;

		if (s->kind != t->kind)
			return s->kind < t->kind ? -1 : 1;
		if (s->kind != SEGMENT_LITERAL)
			continue;
		if ((c = memcmp(s->text, t->text, s->len < t->len ? s->len : t->len)) != 0)
			return c;
		if (s->len != t->len)
			return s->len < t->len ? -1 : 1;
	}
	return (int)a->def->method - (int)b->def->method;
}

static void
index_table(struct route_table *table)
{
	size_t at = 0;

	for (size_t nseg = 0; nseg < ROUTE_SEGMENTS_MAX + 2; nseg++) {
		while (at < table->n && !has_rest(&table->route[at]) && table->route[at].nseg < nseg)
			at++;
		table->first[nseg] = at;
	}
	table->rest = at;
}

int
route_table_new(const struct http_route *routes, size_t n, struct route_table **ret_table,
    struct fault *f)
{
	struct route_table *table;

	if ((table = calloc(1, sizeof(*table) + n * sizeof(table->route[0]))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%zu routes", n);
		return -1;
	}
	table->n = n;
	for (size_t i = 0; i < n; i++) {
		const struct http_route *def = &routes[i];

		if (route_compile(&table->route[i], def) < 0 || def->handler == NULL ||
		    def->action == 0 || def->method >= HTTP_NMETHODS) {
			fault_set(f, FAULT_BUG, "route %s: malformed, or without handler or action",
			    def->pattern != NULL ? def->pattern : "(none)");
			goto fail;
		}
	}
	if (n > 0)
		qsort(table->route, n, sizeof(table->route[0]), order);
	for (size_t i = 1; i < n; i++) {
		if (order(&table->route[i - 1], &table->route[i]) == 0) {
			fault_set(f, FAULT_BUG, "route %s %s: given twice",
			    names[table->route[i].def->method], table->route[i].def->pattern);
			goto fail;
		}
	}
	index_table(table);
	*ret_table = table;
	return 0;
fail:
	route_table_free(table);
	return -1;
}

void
route_table_free(struct route_table *table)
{
	free(table);
}

static int
fits(const struct route *r, const struct target *t)
{
	for (size_t i = 0; i < r->nseg; i++) {
		const struct segment *s = &r->seg[i];
		const char *text;

		if (s->kind == SEGMENT_REST)
			return 1;
		text = target_segment(t, i);
		if (s->kind == SEGMENT_PARAM ? text[0] == '\0' :
		    strncmp(text, s->text, s->len) != 0 || text[s->len] != '\0')
			return 0;
	}
	return 1;
}

/* The best of routes [from, to), or NULL; gathers the methods of those that fit. */
static const struct route *
find_among(const struct route_table *table, size_t from, size_t to, enum http_method method,
    const struct target *t, unsigned *methods)
{
	const struct route *get = NULL;

	for (size_t i = from; i < to; i++) {
		const struct route *r = &table->route[i];

		if (r->nseg > t->nseg || !fits(r, t))
			continue;
		if (r->def->method == method)
			return r;
		if (r->def->method == HTTP_GET && get == NULL)
			get = r;
		*methods |= 1u << r->def->method;
	}
	return method == HTTP_HEAD ? get : NULL;
}

const struct route *
route_find(const struct route_table *table, enum http_method method, const struct target *t,
    unsigned *ret_methods)
{
	const struct route *r = NULL;
	unsigned methods = 0;

	if (t->nseg <= ROUTE_SEGMENTS_MAX)
		r = find_among(table, table->first[t->nseg], table->first[t->nseg + 1], method, t,
		    &methods);
	if (r == NULL && methods == 0)
		r = find_among(table, table->rest, table->n, method, t, &methods);
	if (r == NULL) {
		if (methods & 1u << HTTP_GET)
			methods |= 1u << HTTP_HEAD;
		*ret_methods = methods;
	}
	return r;
}

const struct http_route *
route_definition(const struct route *r)
{
	return r->def;
}

const char *
route_param(const struct route *r, const struct target *t, const char *name)
{
	for (size_t i = 0; i < r->nseg; i++) {
		const struct segment *s = &r->seg[i];

		if (s->kind == SEGMENT_LITERAL || strncmp(s->text, name, s->len) != 0 ||
		    name[s->len] != '\0')
			continue;
		return s->kind == SEGMENT_REST ? target_rest(t, i) : target_segment(t, i);
	}
	return NULL;
}
