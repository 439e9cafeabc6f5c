#include "api/live.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "base/log.h"
#include "svc/access/deputy.h"
#include "svc/live/news.h"

#define LOOK_MS 1000		/* for what other processes write */
#define REST_MS 100		/* after a look, however much is written here */
#define MUCH_MS 10000		/* where too much is written to say whose: as often as a page would ask by itself */
#define BEAT_MS 10000

/* What a stream has to say yet. */
enum tell { TELL_HELLO = 1, TELL_BEAT = 2, TELL_OVER = 4, TELL_CASES = 8, TELL_QUEUE = 16, TELL_JOINT = 32,
	TELL_COMPLAINTS = 64, TELL_AGENCIES = 128 };

static const struct { unsigned bit; const char *name; } topics[] = {
	{ TELL_CASES, "cases" }, { TELL_QUEUE, "queue" }, { TELL_JOINT, "joint" },
	{ TELL_COMPLAINTS, "complaints" }, { TELL_AGENCIES, "agencies" },
};
#define NTOPICS (sizeof(topics) / sizeof(topics[0]))
#define TELL_TOPICS (TELL_CASES | TELL_QUEUE | TELL_JOINT | TELL_COMPLAINTS | TELL_AGENCIES)

struct stream {
	LIST_ENTRY(stream) entry;
	struct live *live;
	struct http_request *req;
	struct actor actor;
	struct desks desks;
	char cookie[SESSION_COOKIE_MAX];	/* "" at the socket */
	unsigned tell;
	int waits;		/* somebody must resume it */
	int looked_for;		/* the look that is under way began after it came */
	int greeted;
	int doubted;		/* whether it is still signed in is to be seen */
};

struct live {
	struct api *api;
	struct store_reader *reader;
	struct news_places places;
	int64_t beaten_at, much_at;
	int much;		/* too much was written, and that was not told yet */
	int away;		/* the store cannot be read, and that was said */
	size_t most;
	pthread_t thread;
	pthread_cond_t work;

	pthread_mutex_t lock;	/* of what follows, and of each stream */
	LIST_HEAD(, stream) streams;
	size_t n;
	int ended, stopping;
	atomic_int poked;	/* whoever sets it wakes the thread; of hundreds a second the others only look */
};

static int64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The caller holds the lock. */
static void
tell(struct stream *s, unsigned what)
{
	s->tell |= what;
	if (s->tell != 0 && s->waits) {
		s->waits = 0;
		http_resume(s->req);
	}
}

static int
is_about(const struct news *n, const char *what)
{
	return strncmp(n->type, what, strlen(what)) == 0;
}

/*
 * Whom a record concerns: who may read the case or the joint case that it belongs to, who answers for a desk or
 * watches over it, who may read complaints there; changes of agencies are everybody's.
 */
static unsigned
topics_of(const struct news *n, const struct stream *s)
{
	unsigned what = 0;

	if (n->agency[0] != '\0' &&
	    access_check(&s->actor, ACTION_CASE_READ, n->agency, n->division, NULL) == 0)
		what |= TELL_CASES;
	if (n->lead[0] != '\0' && access_check(&s->actor, ACTION_JOINT_READ, n->lead, n->division, NULL) == 0)
		what |= TELL_JOINT;
	if (n->ndesks > 0 && access_check(&s->actor, ACTION_VERIFICATION_SUPERVISE, n->agency,
	    n->division, NULL) == 0)
		what |= TELL_QUEUE;
	if (is_about(n, "complaint.") && access_check(&s->actor, ACTION_COMPLAINT_READ, s->actor.agency,
	    n->division, NULL) == 0)
		what |= TELL_COMPLAINTS;
	if (is_about(n, "agency.") || is_about(n, "object.moved"))
		what |= TELL_AGENCIES;
	for (size_t i = 0; i < n->ndesks; i++)
		for (size_t k = 0; k < s->desks.n; k++)
			if (strcmp(n->desk[i], s->desks.code[k]) == 0)
				what |= TELL_QUEUE;
	return what;
}

static void
tell_news(const struct news *n, void *ctx)
{
	struct live *l = ctx;
	struct stream *s;

	pthread_mutex_lock(&l->lock);
	LIST_FOREACH(s, &l->streams, entry) {
		unsigned what = topics_of(n, s);

		if (n->user != NULL && strcmp(n->user, s->actor.id) == 0 &&
		    (strcmp(n->type, record_type_name(RECORD_SESSION_CLOSED)) == 0 || is_about(n, "deputy."))) {
			s->doubted = 1;
			what |= TELL_QUEUE;
		}
		tell(s, what);
	}
	pthread_mutex_unlock(&l->lock);
}

/* What the look itself says: from when on a stream hears of everything, and that it still stands. */
static void
tell_all(struct live *l, int looked, int64_t now)
{
	int beats = looked && now - l->beaten_at >= BEAT_MS;
	int much = l->much && now - l->much_at >= MUCH_MS;
	struct stream *s;

	LIST_FOREACH(s, &l->streams, entry) {
		unsigned what = much ? TELL_TOPICS : 0;

		if (looked && s->looked_for && !s->greeted) {
			s->greeted = 1;
			what |= TELL_HELLO;
		}
		if (beats) {
			s->doubted = 1;
			what |= TELL_BEAT;
		}
		if (s->waits && http_hung_up(s->req))
			what |= TELL_OVER;
		tell(s, what);
	}
	if (beats)
		l->beaten_at = now;
	if (much) {
		l->much = 0;
		l->much_at = now;
	}
}

/* Holds the lock before and after, not while it reads: a store that is slow holds up no loop. */
static void
look(struct live *l)
{
	struct fault f = FAULT_INIT;
	struct stream *s;
	int rc;

	if (LIST_EMPTY(&l->streams)) {
		/* Nobody listens: the next who does begins with what comes after him. */
		l->places = (struct news_places){ .begun = 0 };
		return;
	}
	LIST_FOREACH(s, &l->streams, entry)
		s->looked_for = 1;
	pthread_mutex_unlock(&l->lock);
	rc = news_look(&l->places, l->reader, tell_news, l, &f);
	if (rc < 0 && !l->away)
		log_fault(LOG_WARN, "live_not_followed", &f);
	l->away = rc < 0;
	l->much |= rc > 0;
	pthread_mutex_lock(&l->lock);
	tell_all(l, rc >= 0, monotonic());
}

/* Waits, with the lock, until it is time for the next look. */
static void
rest(struct live *l, int64_t looked_at)
{
	while (!l->stopping) {
		int64_t until = looked_at + (l->poked ? REST_MS : LOOK_MS);
		struct timespec t = { .tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000 };

		if (monotonic() >= until)
			break;
		pthread_cond_timedwait(&l->work, &l->lock, &t);
	}
	l->poked = 0;
}

static void *
run(void *ctx)
{
	struct live *l = ctx;

	pthread_mutex_lock(&l->lock);
	while (!l->stopping) {
		look(l);
		rest(l, monotonic());
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

int
live_start(struct api *api, struct live **ret_live, struct fault *f)
{
	struct live *l = calloc(1, sizeof(*l));
	pthread_condattr_t attr;

	if (l == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	l->api = api;
	l->most = (size_t)conf_int(api->conf, CONF_CONNECTIONS) / 4;
	l->beaten_at = l->much_at = monotonic();
	LIST_INIT(&l->streams);
	if (store_reader_open(api->app->store, &l->reader, f) < 0) {
		free(l);
		return -1;
	}
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&l->work, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&l->thread, NULL, run, l) != 0) {
		fault_set(f, FAULT_MEMORY, "%s", "thread");
		store_reader_close(l->reader);
		pthread_cond_destroy(&l->work);
		pthread_mutex_destroy(&l->lock);
		free(l);
		return -1;
	}
	*ret_live = l;
	return 0;
}

void
live_poke(struct live *l)
{
	if (l == NULL)
		return;
	if (atomic_load(&l->poked) || atomic_exchange(&l->poked, 1))
		return;
	pthread_mutex_lock(&l->lock);
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
}

void
live_end(struct live *l)
{
	struct stream *s;

	if (l == NULL)
		return;
	pthread_mutex_lock(&l->lock);
	l->ended = 1;
	LIST_FOREACH(s, &l->streams, entry)
		tell(s, TELL_OVER);
	pthread_mutex_unlock(&l->lock);
}

void
live_stop(struct live *l)
{
	if (l == NULL)
		return;
	pthread_mutex_lock(&l->lock);
	l->stopping = 1;
	pthread_cond_signal(&l->work);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	store_reader_close(l->reader);
	pthread_cond_destroy(&l->work);
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/*
 * Whether it is still signed in as the same, and for which desks it answers now.  A store that cannot be
 * read says neither.
 */
static int
still_there(struct call *call, struct stream *s)
{
	struct store_reader *reader = call->act.reader;
	struct actor actor = s->actor;
	struct desks desks = s->desks;
	struct fault f = FAULT_INIT;
	int64_t now = clock_now(call->api->app->clock);
	int there = 1;

	if (store_reader_begin(reader, &f) < 0)
		return 1;
	if (s->cookie[0] != '\0' && access_session(call->api->app, reader, s->cookie, &actor, &f) < 0)
		there = f.code != FAULT_SIGN_IN;
	else if (strcmp(actor.id, s->actor.id) != 0)
		there = 0;
	else if (access_desks(reader, &actor, now, &desks, &f) == 0) {
		pthread_mutex_lock(&s->live->lock);
		s->actor = actor;
		s->desks = desks;
		pthread_mutex_unlock(&s->live->lock);
	}
	store_reader_end(reader);
	return there;
}

static void
say(struct buf *out, unsigned what)
{
	if (what & TELL_HELLO)
		buf_str(out, "retry: 3000\nevent: hello\ndata: {}\n\n");
	if (what & TELL_TOPICS) {
		const char *between = "";

		buf_str(out, "event: changed\ndata: {\"topics\":[");
		for (size_t i = 0; i < NTOPICS; i++)
			if (what & topics[i].bit) {
				buf_fmt(out, "%s\"%s\"", between, topics[i].name);
				between = ",";
			}
		buf_str(out, "]}\n\n");
	}
	if (what & TELL_BEAT)
		buf_str(out, "event: beat\ndata: {}\n\n");
}

static enum http_next
more(struct http_request *req, void *ctx, struct buf *out)
{
	struct call *call = http_data(req);
	struct stream *s = call->mine;
	struct live *l = s->live;
	unsigned what;
	int doubted;

	(void)ctx;
	pthread_mutex_lock(&l->lock);
	what = s->tell;
	doubted = s->doubted;
	s->tell = 0;
	s->doubted = 0;
	s->waits = what == 0;
	pthread_mutex_unlock(&l->lock);
	if (what == 0)
		return HTTP_WAITS;
	if (what & TELL_OVER || (doubted && !still_there(call, s)))
		return HTTP_ENDS;
	say(out, what);
	return HTTP_SENDS;
}

static void
leave(void *mine)
{
	struct stream *s = mine;
	struct live *l = s->live;

	pthread_mutex_lock(&l->lock);
	LIST_REMOVE(s, entry);
	l->n--;
	pthread_mutex_unlock(&l->lock);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

/* -1: no place is left, or it is the end. */
static int
join(struct live *l, struct stream *s)
{
	struct stream *other;
	size_t same = 0;
	int rc = -1;

	pthread_mutex_lock(&l->lock);
	LIST_FOREACH(other, &l->streams, entry)
		same += strcmp(other->actor.id, s->actor.id) == 0;
	if (!l->ended && l->n < l->most && same < LIVE_PER_USER) {
		LIST_INSERT_HEAD(&l->streams, s, entry);
		l->n++;
		l->poked = 1;
		pthread_cond_signal(&l->work);
		rc = 0;
	}
	pthread_mutex_unlock(&l->lock);
	return rc;
}

int
live_open(struct call *call, struct fault *f)
{
	const char *cookie = http_is_unix(call->req) ? NULL : http_cookie(call->req, "wzm_session");
	struct stream *s;

	if (call->act.actor.id[0] == '\0') {
		fault_set(f, FAULT_SIGN_IN, "%s", "");
		return -1;
	}
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return -1;
	}
	s->live = call->api->live;
	s->req = call->req;
	s->actor = call->act.actor;
	snprintf(s->cookie, sizeof(s->cookie), "%s", cookie != NULL ? cookie : "");
	if (access_desks(call->act.reader, &s->actor, call->act.now, &s->desks, f) < 0 ||
	    s->live == NULL || join(s->live, s) < 0) {
		if (f->code == FAULT_NONE)
			fault_set(f, FAULT_LIVE_FULL, "%s", "");
		free(s);
		return -1;
	}
	call->mine = s;
	call->free_mine = leave;
	call->answered = 1;
	/* Proxies that gather an answer before they pass it on are asked not to. */
	http_answer_header(call->req, "X-Accel-Buffering", "no");
	http_answer_stream(call->req, "text/event-stream", more);
	return 0;
}
