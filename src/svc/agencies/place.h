/*
 * place.h - whose a case or a question is, where agencies changed since it was opened.
 *
 * An open case keeps the version of its opening; what was moved names agencies and desks of a later
 * one.  Everybody who looks up such a code does it here.  What is found lives as long as the version
 * given, or, of another, as long as the app.
 */
#ifndef SVC_AGENCIES_PLACE_H
#define SVC_AGENCIES_PLACE_H

#include "svc/app.h"

/*
 * By a code that something keeps: of the version inv, else of the one in force, else of the newest that has
 * it; NULL if none has.
 */
const struct agency *place_agency(struct app *app, const struct inventory *inv, const char *code);
const struct desk *place_desk(struct app *app, const struct inventory *inv, const char *code);

/* By a code that somebody gives today: of the version in force. */
const struct agency *place_agency_today(struct app *app, const char *code);
const struct desk *place_desk_today(struct app *app, const char *code);

/*
 * Who acts today for a matter of inv in a division: as inv says, unless the matter is another agency's
 * in the version in force.  Never NULL.  Likewise the desk that is asked for a proof; NULL if there is none.
 */
const struct agency *place_of_matter(struct app *app, const struct inventory *inv,
    const struct matter *matter, const struct division *division);
const struct desk *place_of_proof(struct app *app, const struct inventory *inv, const struct proof *proof,
    const struct division *division);

#endif
