#include "svc/evidence/signing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "sign/client.h"
#include "sign/signer.h"
#include "svc/evidence/fence.h"
#include "svc/evidence/tree.h"

#define PACE_MS (1000 / SIGN_RATE)
#define IDLE_MS 1000
#define BACKOFF_MS 5000	/* between tries, at most */

struct signing {
	struct app *app;
	char origin[EVIDENCE_ORIGIN_MAX], socket[128];
	struct sign_client *client;	/* the thread's own, as are reader to failures; NULL: away */
	struct store_reader *reader;
	struct sign_head head;
	struct note_key key;
	unsigned failures;
	enum fault_code said;		/* what the operator was told last; FAULT_NONE: that all is well */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t end;
	int ending;
	struct signing_state state;
};

struct kept { int there; uint64_t size; char vkey[NOTE_VKEY_MAX], note[SIGN_NOTE_MAX + 1]; };

static int
keep_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct kept *kept = ctx;
	size_t n = strlen(row_text(row, 1));

	(void)f;
	kept->there = 1;
	kept->size = (uint64_t)row_int(row, 0);
	/* A note that is longer would have to be somebody else's. */
	if (n <= SIGN_NOTE_MAX)
		memcpy(kept->note, row_text(row, 1), n + 1);
	snprintf(kept->vkey, sizeof(kept->vkey), "%s", row_text(row, 2));
	return 0;
}

/* The newest checkpoint in the store. */
static int
read_kept(struct signing *s, struct kept *ret_kept, struct fault *f)
{
	memset(ret_kept, 0, sizeof(*ret_kept));
	if (s->reader == NULL && store_reader_open(s->app->store, &s->reader, f) < 0)
		return -1;
	if (store_read(s->reader, ST_CHECKPOINT_GET, PARAMS(sql_text(s->app->log)), keep_row, ret_kept, f) >= 0)
		return 0;
	store_reader_close(s->reader);
	s->reader = NULL;
	return -1;
}

static void
hang_up(struct signing *s)
{
	sign_client_close(s->client);
	s->client = NULL;
}

static int
other_key(const struct signing *s, struct fault *f)
{
	fault_set(f, FAULT_SIGN_KEY_OTHER, "%s", "");
	fault_arg(f, "log", "%s", s->app->log);
	return -1;
}

/* A signer, whose key is that of this log, and what it signed last. */
static int
call(struct signing *s, const struct kept *kept, struct fault *f)
{
	char vkey[NOTE_VKEY_MAX], pid[24];

	if (s->client != NULL)
		return 0;
	if (sign_client_open(s->app->dir, s->app->log, s->socket, &s->client, f) < 0)
		return -1;
	if (sign_client_public(s->client, vkey, f) < 0 || sign_client_head(s->client, &s->head, f) < 0)
		goto fail;
	if (note_key_parse(&s->key, vkey, strlen(vkey)) < 0 || strcmp(s->key.name, s->origin) != 0 ||
	    (kept->there && strcmp(kept->vkey, vkey) != 0)) {
		other_key(s, f);
		goto fail;
	}
	snprintf(pid, sizeof(pid), "%ld", sign_client_pid(s->client));
	log_event(LOG_INFO, "signer", "vkey", vkey, "pid", pid, NULL);
	pthread_mutex_lock(&s->lock);
	memcpy(s->state.vkey, vkey, sizeof(s->state.vkey));
	pthread_mutex_unlock(&s->lock);
	return 0;
fail:
	hang_up(s);
	return -1;
}

/* Keeps the checkpoint: no record, so that the log does not grow by being signed. */
static int
keep(struct signing *s, uint64_t size, const char *note, const char *vkey, int64_t at, struct fault *f)
{
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "checkpoint");
		return -1;
	}
	op_step(op, ST_CHECKPOINT_PUT, STORE_ANY_COUNT);
	op_text(op, s->app->log);
	op_int(op, (int64_t)size);
	op_text(op, note);
	op_text(op, vkey);
	op_int(op, at);
	return journal_run(s->app->journal, op, NULL, f);
}

/* Asks for a signature over this tree; the note is checked before it is believed. */
static int
ask(struct signing *s, const struct journal_state *tree, const struct kept *kept,
    char ret_note[CHECKPOINT_NOTE_MAX], struct fault *f)
{
	struct sign_request request = { .old_size = s->head.size, .new_size = tree->size, .root = tree->root,
		.note = kept->note, .note_len = strlen(kept->note) };
	struct checkpoint cp;
	int rc = -1;

	if (tree->size < s->head.size)
		fault_set(f, FAULT_SIGN_STORE_OLDER, "%s", "");
	else
		rc = evidence_prove_consistency(s->reader, s->app->log, s->head.size, tree->size,
		    request.proof, &request.nproof, f);
	if (rc == 0)
		rc = sign_client_sign(s->client, &request, ret_note, f);
	if (rc == 0 && (checkpoint_open(&cp, ret_note, strlen(ret_note), s->origin, &s->key) != NOTE_SIGNED ||
	    cp.size != tree->size || !hash_equal(cp.root.b, tree->root.b, sizeof(cp.root.b)))) {
		fault_set(f, FAULT_SIGN_AWAY, "%s", "a checkpoint that is none");
		rc = -1;
	}
	if (rc < 0 && evidence_is_fork(f)) {
		fault_arg(f, "log", "%s", s->app->log);
		fault_arg(f, "signed", "%llu", (unsigned long long)s->head.size);
		fault_arg(f, "size", "%llu", (unsigned long long)tree->size);
	}
	return rc;
}

static void
signed_up_to(struct signing *s, const struct journal_state *tree, const char *note, int64_t at)
{
	s->head = (struct sign_head){ tree->size, tree->root };
	pthread_mutex_lock(&s->lock);
	s->state.there = 1;
	s->state.why = FAULT_NONE;
	s->state.size = tree->size;
	s->state.at = at;
	snprintf(s->state.note, sizeof(s->state.note), "%s", note);
	pthread_mutex_unlock(&s->lock);
}

/* Has the newest durable tree signed, and keeps the checkpoint. */
static int
sign(struct signing *s, const struct journal_state *tree, struct fault *f)
{
	char note[CHECKPOINT_NOTE_MAX], vkey[NOTE_VKEY_MAX];
	int64_t at = clock_now(s->app->clock);
	struct sign_head head;
	struct kept kept;
	int rc;

	if (read_kept(s, &kept, f) < 0 || call(s, &kept, f) < 0)
		return -1;
	rc = ask(s, tree, &kept, note, f);
	/* Another server of the same signer may have gone on, and that is no fork. */
	if (rc < 0 && evidence_is_fork(f) && sign_client_head(s->client, &head, NULL) == 0 &&
	    head.size != s->head.size) {
		s->head = head;
		rc = ask(s, tree, &kept, note, f);
	}
	if (rc < 0) {
		if (!evidence_is_fork(f))
			hang_up(s);
		return -1;
	}
	note_key_format(&s->key, vkey);
	if (keep(s, tree->size, note, vkey, at, f) < 0)
		return -1;
	signed_up_to(s, tree, note, at);
	return 0;
}

/* The operator is told once of each reason, and once that all is well again. */
static void
tell(struct signing *s, const struct fault *f)
{
	enum fault_code code = f != NULL ? f->code : FAULT_NONE;

	pthread_mutex_lock(&s->lock);
	s->state.there = code == FAULT_NONE;
	s->state.why = code;
	pthread_mutex_unlock(&s->lock);
	if (code == s->said)
		return;
	s->said = code;
	if (f != NULL)
		log_fault(evidence_is_fork(f) ? LOG_ERROR : LOG_WARN, "unsigned", f);
	else
		log_event(LOG_INFO, "signed_again", "log", s->app->log, NULL);
}

/* Waits so many milliseconds; whether it is the end. */
static int
ends_within(struct signing *s, int ms)
{
	struct timespec until;
	int ending, rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000 + (until.tv_nsec + ms % 1000 * 1000000) / 1000000000;
	until.tv_nsec = (until.tv_nsec + ms % 1000 * 1000000) % 1000000000;
	pthread_mutex_lock(&s->lock);
	while (!s->ending && rc == 0)
		rc = pthread_cond_timedwait(&s->end, &s->lock, &until);
	ending = s->ending;
	pthread_mutex_unlock(&s->lock);
	return ending;
}

static int
backoff(const struct signing *s)
{
	int ms = PACE_MS << (s->failures < 8 ? s->failures : 8);

	return ms < BACKOFF_MS ? ms : BACKOFF_MS;
}

/* One round: a signature, if there is something to sign. */
static void
turn(struct signing *s)
{
	struct fault f = FAULT_INIT;
	struct journal_state tree;

	if (journal_closed(s->app->journal, NULL))
		return;
	journal_state(s->app->journal, &tree);
	if (s->client != NULL && sign_client_gone(s->client))
		hang_up(s);
	/* An empty log has nothing that could be signed, and nothing that could be lost. */
	if (tree.size == 0 || (s->client != NULL && tree.size == s->state.size))
		return;
	if (sign(s, &tree, &f) == 0) {
		s->failures = 0;
		tell(s, NULL);
		return;
	}
	s->failures++;
	tell(s, &f);
	if (evidence_is_fork(&f))
		journal_forbid(s->app->journal, &f);
}

static void *
run(void *ctx)
{
	struct signing *s = ctx;

	do {
		turn(s);
		if (s->failures == 0)
			journal_wait_grown(s->app->journal, s->state.size, IDLE_MS);
	} while (!ends_within(s, s->failures > 0 ? backoff(s) : PACE_MS));
	/* What was committed since. */
	turn(s);
	hang_up(s);
	return NULL;
}

int
signing_start(struct app *app, const struct conf *conf, struct signing **ret_signing, struct fault *f)
{
	struct signing *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;
	struct kept kept;

	if (s == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "signing");
		return -1;
	}
	s->app = app;
	evidence_origin(app, s->origin);
	snprintf(s->socket, sizeof(s->socket), "%s", conf_text(conf, CONF_SIGNER));
	if (read_kept(s, &kept, f) < 0) {
		free(s);
		return -1;
	}
	memcpy(s->state.note, kept.note, sizeof(s->state.note));
	memcpy(s->state.vkey, kept.vkey, sizeof(s->state.vkey));
	s->state.size = kept.size;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->end, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&s->thread, NULL, run, s) == 0) {
		*ret_signing = s;
		return 0;
	}
	fault_set(f, FAULT_MEMORY, "%s", "thread");
	pthread_cond_destroy(&s->end);
	pthread_mutex_destroy(&s->lock);
	store_reader_close(s->reader);
	free(s);
	return -1;
}

void
signing_stop(struct signing *s)
{
	if (s == NULL)
		return;
	journal_hurry(s->app->journal);
	pthread_mutex_lock(&s->lock);
	s->ending = 1;
	pthread_cond_signal(&s->end);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	store_reader_close(s->reader);
	pthread_cond_destroy(&s->end);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void
signing_state(struct signing *s, struct signing_state *ret_state)
{
	pthread_mutex_lock(&s->lock);
	*ret_state = s->state;
	pthread_mutex_unlock(&s->lock);
}
