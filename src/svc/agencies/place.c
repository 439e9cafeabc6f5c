/* place.c - whose a case or a question is, where agencies changed since it was opened. */
#include "svc/agencies/place.h"

#include <stdlib.h>
#include <string.h>

/* The version in force, kept until the app ends where something of it is handed out; NULL for lack of memory. */
static const struct inventory *
today(struct app *app)
{
	struct inventory *inv = NULL;
	struct inventory **more;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nkept && inv == NULL; i++)
		if (app->kept[i] == app->in_force)
			inv = app->kept[i];
	if (inv == NULL && app->in_force != NULL &&
	    (more = reallocarray(app->kept, app->nkept + 1, sizeof(*more))) != NULL) {
		app->kept = more;
		inv = app->kept[app->nkept++] = inventory_ref(app->in_force);
	}
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

const struct agency *
place_agency(struct app *app, const struct inventory *inv, const char *code)
{
	const struct agency *a = inv != NULL ? inventory_agency(inv, code) : NULL;

	return a != NULL ? a : place_agency_today(app, code);
}

const struct desk *
place_desk(struct app *app, const struct inventory *inv, const char *code)
{
	const struct desk *d = inv != NULL ? inventory_desk(inv, code) : NULL;

	return d != NULL ? d : place_desk_today(app, code);
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
