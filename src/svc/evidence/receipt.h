/*
 * receipt.h - the receipt of a record: its text, its salt, its body for whoever may see it, and
 * the proof against the newest signed checkpoint (docs/decisions.md 5).
 */
#ifndef SVC_EVIDENCE_RECEIPT_H
#define SVC_EVIDENCE_RECEIPT_H

#include <jansson.h>

#include "svc/act.h"

struct receipt;

/*
 * Loads it for whoever may: one's own records, those of a case that one may see the records of, and
 * all in reach for auditors.  with_body needs the right to see values besides; where there are any, an
 * operation is added that records that they were shown.  FAULT_NOT_FOUND; FAULT_NOT_ALLOWED;
 * FAULT_NOT_SIGNED_YET; FAULT_RECORD_ERASED.
 */
int receipt_load(struct act *act, const char *id, int with_body, struct receipt **ret_receipt,
    struct fault *f);
void receipt_free(struct receipt *r);

/* {"wzm_receipt":1,...}; NULL without memory. */
json_t *receipt_json(const struct receipt *r);

#endif
