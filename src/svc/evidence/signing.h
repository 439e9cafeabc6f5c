/*
 * signing.h - commit, answer, then sign: a thread that has the newest durable tree of this process's log
 * signed, at most 20 times a second, and keeps the checkpoint in the store.
 *
 * While the signer is away, entries are recorded as ever and stay unsigned; whoever keeps the instance
 * is told in its log and by GET /api/v1/health.  A tree that contradicts what was signed is never
 * signed, and ends all writing (journal_forbid).
 */
#ifndef SVC_EVIDENCE_SIGNING_H
#define SVC_EVIDENCE_SIGNING_H

#include "base/conf.h"
#include "sign/proto.h"
#include "svc/app.h"

struct signing;

/* Starts the signer, or connects to it, and the thread.  A signer that is not there is no failure. */
int signing_start(struct app *app, const struct conf *conf, struct signing **ret_signing, struct fault *f);

/* Has what was committed signed a last time, then ends; while the journal runs. */
void signing_stop(struct signing *signing);

struct signing_state {
	int there;			/* the signer answers, and signs */
	enum fault_code why;		/* why not, when it does not; FAULT_NONE: it was not asked yet */
	uint64_t size;			/* of the newest checkpoint; 0: none */
	int64_t at;			/* when it was signed, here; 0: not by this process */
	char vkey[NOTE_VKEY_MAX];	/* "" until the signer said it */
	char note[SIGN_NOTE_MAX + 1];	/* the newest checkpoint, "" if there is none */
};
void signing_state(struct signing *signing, struct signing_state *ret_state);

#endif
