#include "store/pg_set.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define SET_ROWS PG_SET_ROWS
#define SET_BYTES (1u << 20)	/* of one column; then the set goes */
#define SETS_MAX 16		/* that wait at a time */

/* What may be done with a statement. */
enum form {
	FORM_UNKNOWN,
	FORM_ALL,	/* it reads other tables: all before it go first */
	FORM_ALONE,	/* it writes one table, and goes by itself */
	FORM_SET,	/* likewise, for one row, and as well for many */
};

struct shape {
	enum form form;
	const char *table;	/* in the statement's text */
	size_t len;
	char *sql;		/* for many rows; NULL: not made yet */
	unsigned prepared;	/* c->times when the server was given it, or 0 */
};

/* Rows that wait: each column as an array in PostgreSQL's binary form. */
struct set {
	enum stmt id;
	struct pg_statement types;
	size_t ncolumns, nrows;
	int null[PG_PARAMS_MAX];
	struct buf column[PG_PARAMS_MAX];
};

struct pg_sets {
	struct shape shape[ST_NSTATEMENTS];
	struct set set[SETS_MAX];
	size_t nsets;
};

/* ndim, flags, element type, length, lower bound */
struct array_head { uint32_t word[5]; };

struct pg_sets *
pg_sets_new(void)
{
	return calloc(1, sizeof(struct pg_sets));
}

void
pg_sets_free(struct pg_sets *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < SETS_MAX; i++)
		for (size_t k = 0; k < PG_PARAMS_MAX; k++)
			buf_wipe(&s->set[i].column[k]);
	for (size_t i = 0; i < ST_NSTATEMENTS; i++)
		free(s->shape[i].sql);
	free(s);
}

void
pg_sets_drop(struct pg_sets *s)
{
	s->nsets = 0;
}

/* Shapes of statements */

static void
find_shape(const char *text, struct shape *h)
{
	static const char *const begins[] = { "INSERT INTO ", "UPDATE ", "DELETE FROM " };

	h->form = FORM_ALL;
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		size_t len = strlen(begins[i]);

		if (strncmp(text, begins[i], len) != 0 || strstr(text, "SELECT") != NULL)
			continue;
		h->table = text + len;
		h->len = strcspn(h->table, " ");
		h->form = (i == 0 && strstr(text, " VALUES (") != NULL && strstr(text, " ON CONFLICT ") == NULL) ||
		    (i == 1 && strstr(text, " WHERE ") != NULL) ? FORM_SET : FORM_ALONE;
	}
}

static struct shape *
shape_of(struct pg_sets *s, enum stmt id)
{
	struct shape *h = &s->shape[id];

	if (h->form == FORM_UNKNOWN)
		find_shape(store_sql[id], h);
	return h;
}

/* Text up to end, with parameter $k as column pk of the arrays. */
static void
put_text(struct buf *out, const char *text, const char *end)
{
	for (; text < end; text++) {
		if (*text == '$')
			buf_str(out, "given.p");
		else
			buf_char(out, *text);
	}
}

static void
put_arrays(struct buf *out, const struct pg_statement *types, const char *with)
{
	buf_str(out, " FROM unnest(");
	for (int i = 0; i < types->nparams; i++)
		buf_fmt(out, "%s$%d::%s[]", i > 0 ? ", " : "", i + 1, types->type[i] == OID_INT8 ? "int8" :
		    types->type[i] == OID_TEXT ? "text" : "bytea");
	buf_fmt(out, ")%s AS given (", with);
	for (int i = 0; i < types->nparams; i++)
		buf_fmt(out, "%sp%d", i > 0 ? ", " : "", i + 1);
}

/*
 * INSERT INTO t (a, b) VALUES ($1, $2) becomes INSERT INTO t (a, b) SELECT given.p1, given.p2 FROM unnest(...);
 * UPDATE t SET b = $1 WHERE a = $2 becomes one FROM unnest(...) that returns the places of the rows that it found.
 */
char *
pg_set_text(enum stmt id, const struct pg_statement *types)
{
	const char *text = store_sql[id], *end = text + strlen(text), *values = strstr(text, " VALUES (");
	const char *where = strstr(text, " WHERE ");
	struct shape shape = { .form = FORM_UNKNOWN };
	struct buf out = BUF_INIT;

	find_shape(text, &shape);
	if (shape.form != FORM_SET)
		return NULL;
	if (strncmp(text, "INSERT", 6) == 0) {
		buf_add(&out, text, (size_t)(values - text));
		buf_str(&out, " SELECT ");
		put_text(&out, values + strlen(" VALUES ("), end - 1);
		put_arrays(&out, types, "");
		buf_char(&out, ')');
	} else {
		put_text(&out, text, where);
		put_arrays(&out, types, " WITH ORDINALITY");
		buf_str(&out, ", place)");
		put_text(&out, where, end);
		buf_str(&out, " RETURNING given.place");
	}
	if (!buf_failed(&out))
		return out.data;
	buf_free(&out);
	return NULL;
}

/* Rows that wait */

/* Adds a row; -1: no memory. */
static int
add_row(struct set *t, const struct sql_value *param, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n; i++) {
		const struct sql_value *v = &param[i];
		uint64_t number = htobe64((uint64_t)v->i);
		size_t len = v->kind == SQL_INT ? sizeof(number) : v->len;
		uint32_t head = htobe32(v->kind == SQL_NULL ? UINT32_MAX : (uint32_t)len);

		t->null[i] |= v->kind == SQL_NULL;
		failed |= buf_add(&t->column[i], &head, sizeof(head)) < 0 || (v->kind != SQL_NULL && len > 0 &&
		    buf_add(&t->column[i], v->kind == SQL_INT ? (const void *)&number : v->data, len) < 0);
	}
	t->nrows++;
	return failed ? -1 : 0;
}

static void
start_set(struct set *t, enum stmt id, const struct pg_statement *types, size_t n)
{
	static const struct array_head none;

	t->id = id;
	t->types = *types;
	t->ncolumns = n;
	t->nrows = 0;
	for (size_t i = 0; i < n; i++) {
		t->null[i] = 0;
		t->column[i].max = 64 * SET_BYTES;
		buf_clear(&t->column[i]);
		buf_add(&t->column[i], &none, sizeof(none));
	}
}

static int
is_full(const struct set *t)
{
	size_t most = 0;

	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->column[i].len > most)
			most = t->column[i].len;
	return t->nrows == SET_ROWS || most > SET_BYTES;
}

static void
send_set(struct pg_sets *s, struct pg_conn *c, struct set *t)
{
	struct shape *h = &s->shape[t->id];
	const char *value[PG_PARAMS_MAX];
	int length[PG_PARAMS_MAX];

	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct array_head head = { { htobe32(1), htobe32((uint32_t)t->null[i]),
		    htobe32(t->types.type[i]), htobe32((uint32_t)t->nrows), htobe32(1) } };

		memcpy(t->column[i].data, &head, sizeof(head));
		value[i] = t->column[i].data;
		length[i] = (int)t->column[i].len;
	}
	pg_send_set(c, t->id, h->sql, &h->prepared, value, length, t->ncolumns, t->nrows);
}

void
pg_sets_send(struct pg_sets *s, struct pg_conn *c)
{
	for (size_t i = 0; i < s->nsets; i++) {
		struct set *t = &s->set[i];

		if (c->trouble == PG_FINE)
			send_set(s, c, t);
		for (size_t k = 0; k < t->ncolumns; k++)
			if (t->column[k].cap > 2 * SET_BYTES)
				buf_wipe(&t->column[k]);
	}
	s->nsets = 0;
}

/* Whether another statement on the same table waits: then that one goes first. */
static int
is_behind(const struct pg_sets *s, enum stmt id, const struct shape *h)
{
	for (size_t i = 0; i < s->nsets; i++) {
		const struct shape *other = &s->shape[s->set[i].id];

		if (s->set[i].id != id && other->len == h->len && strncmp(other->table, h->table, h->len) == 0)
			return 1;
	}
	return 0;
}

static struct set *
set_of(struct pg_sets *s, enum stmt id)
{
	for (size_t i = 0; i < s->nsets; i++)
		if (s->set[i].id == id)
			return &s->set[i];
	return NULL;
}

void
pg_sets_put(struct pg_sets *s, struct pg_conn *c, enum stmt id, const struct sql_value *param, size_t n,
    struct pg_want want)
{
	struct shape *h = shape_of(s, id);
	/* Outside operations nothing is tried again row by row: there only what every server takes. */
	int many = h->form == FORM_SET && want.rows == 1 && n > 0 &&
	    (want.op != PG_NO_OP || strncmp(store_sql[id], "INSERT", 6) == 0);
	const struct pg_statement *types;
	struct set *t;

	if (h->form == FORM_ALL || is_behind(s, id, h) || (!many && set_of(s, id) != NULL))
		pg_sets_send(s, c);
	if (!many) {
		pg_send(c, (int)id, param, n, want);
		return;
	}
	if ((types = pg_fits(c, (int)id, param, n)) == NULL)
		return;
	if (h->sql == NULL && (h->sql = pg_set_text(id, types)) == NULL) {
		pg_no_memory(c);
		return;
	}
	if ((t = set_of(s, id)) == NULL) {
		if (s->nsets == SETS_MAX)
			pg_sets_send(s, c);
		t = &s->set[s->nsets++];
		start_set(t, id, types, n);
	}
	if (add_row(t, param, n) < 0)
		pg_no_memory(c);
	if (is_full(t))
		pg_sets_send(s, c);
}
