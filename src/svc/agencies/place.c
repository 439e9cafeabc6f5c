/* place.c - whose a case or a question is, where agencies changed since it was opened. */
#include "svc/agencies/place.h"

#include <stdlib.h>
#include <string.h>

#include "svc/inventory/versions.h"

/* Keeps a version until the app ends: something of it is handed out.  The lock is held; NULL for lack of memory. */
static const struct inventory *
keep(struct app *app, struct inventory *inv)
{
	struct inventory **more;

	for (size_t i = 0; i < app->nkept; i++)
		if (app->kept[i] == inv)
			return inv;
	if ((more = reallocarray(app->kept, app->nkept + 1, sizeof(*more))) == NULL)
		return NULL;
	app->kept = more;
	return app->kept[app->nkept++] = inventory_ref(inv);
}

static const struct inventory *
today(struct app *app)
{
	const struct inventory *inv = NULL;

	pthread_mutex_lock(&app->lock);
	if (app->in_force != NULL)
		inv = keep(app, app->in_force);
	pthread_mutex_unlock(&app->lock);
	return inv;
}

const struct agency *
place_agency_today(struct app *app, const char *code)
{
	const struct inventory *now = today(app);

	return now != NULL ? inventory_agency(now, code) : NULL;
}

const struct desk *
place_desk_today(struct app *app, const char *code)
{
	const struct inventory *now = today(app);

	return now != NULL ? inventory_desk(now, code) : NULL;
}

/* What a version has of a code: an agency or a desk. */
typedef const void *look_fn(const struct inventory *inv, const char *code);

static const void *
look_agency(const struct inventory *inv, const char *code)
{
	return inventory_agency(inv, code);
}

static const void *
look_desk(const struct inventory *inv, const char *code)
{
	return inventory_desk(inv, code);
}

/* In the version that has it, the newest first: what was moved twice ended at an agency between two others. */
static const void *
look_everywhere(struct app *app, look_fn *look, const char *code)
{
	struct store_reader *reader = NULL;
	struct versions v = { 0 };
	const void *found = NULL;

	if (store_reader_open(app->store, &reader, NULL) < 0)
		return NULL;
	if (versions_read(reader, &v, NULL) == 0)
		for (size_t i = 0; i < v.n && found == NULL; i++) {
			struct inventory *inv = app_inventory_version(app, reader, v.version[i].version, NULL);

			if (inv == NULL || look(inv, code) == NULL) {
				inventory_unref(inv);
				continue;
			}
			pthread_mutex_lock(&app->lock);
			found = keep(app, inv) != NULL ? look(inv, code) : NULL;
			pthread_mutex_unlock(&app->lock);
			inventory_unref(inv);
		}
	versions_free(&v);
	store_reader_close(reader);
	return found;
}

static const void *
find(struct app *app, const struct inventory *inv, look_fn *look, const char *code)
{
	const struct inventory *now;
	const void *found = inv != NULL ? look(inv, code) : NULL;

	if (found != NULL || (now = today(app)) == NULL)
		return found;
	found = look(now, code);
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nkept && found == NULL; i++)
		found = look(app->kept[i], code);
	pthread_mutex_unlock(&app->lock);
	return found != NULL || code[0] == '\0' ? found : look_everywhere(app, look, code);
}

const struct agency *
place_agency(struct app *app, const struct inventory *inv, const char *code)
{
	return find(app, inv, look_agency, code);
}

const struct desk *
place_desk(struct app *app, const struct inventory *inv, const char *code)
{
	return find(app, inv, look_desk, code);
}

const struct agency *
place_of_matter(struct app *app, const struct inventory *inv, const struct matter *matter,
    const struct division *division)
{
	const struct agency *as_opened = inventory_acting(inv, matter->agency, division), *acting;
	const struct inventory *now = division != NULL ? today(app) : NULL;
	const struct matter *m = now != NULL ? inventory_matter(now, matter->code) : NULL;
	const struct division *d = now != NULL ? inventory_division(now, division->code) : NULL;

	if (m == NULL || d == NULL || now == inv)
		return as_opened;
	acting = inventory_acting(now, m->agency, d);
	return strcmp(acting->code, as_opened->code) == 0 ? as_opened : acting;
}

const struct desk *
place_of_proof(struct app *app, const struct inventory *inv, const struct proof *proof,
    const struct division *division)
{
	const struct desk *as_opened = inventory_acting_desk(inv, proof->issuer, division), *desk;
	const struct inventory *now = division != NULL ? today(app) : NULL;
	const struct proof *p = now != NULL ? inventory_proof(now, proof->code) : NULL;
	const struct division *d = now != NULL ? inventory_division(now, division->code) : NULL;

	if (p == NULL || d == NULL || now == inv)
		return as_opened;
	desk = inventory_acting_desk(now, p->issuer, d);
	return desk == NULL || (as_opened != NULL && strcmp(desk->code, as_opened->code) == 0) ?
	    as_opened : desk;
}
