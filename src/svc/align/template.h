/*
 * template.h - the county's list as it should be 统一后清单: what was adopted is done, the rest is as it stands.
 */
#ifndef SVC_ALIGN_TEMPLATE_H
#define SVC_ALIGN_TEMPLATE_H

#include "svc/align/align_svc.h"
#include "svc/align/export.h"

/*
 * Adds the list of a county in the columns of items.csv.  A missing item that was adopted stands behind the rows of its
 * matter, an extra row that was adopted is left out, names and methods that were adopted are the city's; what was
 * kept, proposed or not decided is the county's.  Handed in again, it differs by these only.  format: CSV or
 * workbook.  inv is the version that the round holds on to.  FAULT_ALIGN_NO_LIST where the county takes no part.
 */
int align_template(struct act *act, const char *home, struct inventory *inv, const struct align_round *round,
    const struct division *county, enum align_format format, struct buf *out, struct fault *f);

#endif
