/*
 * dataset.h - a department's table kept in the store: sealed rows, found by blind index.
 *
 * A dataset is imported from CSV with the key sets by which services ask it (the sorted
 * input names of a service).  A row is a JSON object of texts, sealed; it opens only for a
 * query that names all values of a key set.  docs/decisions.md 12 and 15.
 */
#ifndef SOURCE_DATASET_H
#define SOURCE_DATASET_H

#include <jansson.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "crypto/seal.h"
#include "rules/jsonlogic.h"
#include "store/store.h"

#define DATASET_INPUTS_MAX 8
#define DATASET_ROWS_MAX 200	/* rows of one answer; more is a fault, not a cut answer */

struct dataset_input { const char *name, *value; };

/* Sorts inputs by name and writes "a,b,c" to ret_keyset; -1 if it does not fit. */
int dataset_keyset(struct dataset_input *input, size_t n, char *ret_keyset, size_t size);

/* The blind index of sorted inputs, in their normal form: trimmed, Latin letters in upper case. */
void dataset_blind(const struct seal *seal, const char *dataset, const char *keyset,
    const struct dataset_input *input, size_t n, uint8_t ret_blind[BLIND_LEN]);

int dataset_seal_row(struct seal *seal, const char *dataset, int64_t id, const char *json,
    size_t len, struct buf *out, struct fault *f);

/* Appends the JSON of a row; FAULT_SEAL_BROKEN. */
int dataset_unseal_row(struct seal *seal, const char *dataset, int64_t id, const void *sealed,
    size_t len, struct buf *out, struct fault *f);

/* What is asked of a dataset, which is borrowed. */
struct dataset_question {
	const char *dataset;
	char keyset[120];
	uint8_t index[BLIND_LEN];
};

/* Sorts the inputs and says ahead to the reader what will be asked; FAULT_BUG: too many of them. */
int dataset_question(struct store_reader *reader, const struct seal *seal, const char *dataset,
    struct dataset_input *input, size_t n, struct dataset_question *ret_question, struct fault *f);

/*
 * Asks.  ret_rows gets a new array of the rows that filter lets through (NULL: all), in the
 * order of the import, with those of their members that fields names (NULL: all); an empty
 * array is "not found".  A fault means that there is no answer: FAULT_SOURCE_FAULT where the
 * dataset was never imported, FAULT_SEAL_BROKEN, FAULT_STORE.
 */
int dataset_ask(struct store_reader *reader, struct seal *seal, const struct dataset_question *q,
    const char *const *fields, const struct jsonlogic *filter, json_t **ret_rows,
    struct fault *f);

#endif
