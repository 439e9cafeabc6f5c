#include "svc/intake/deliver.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/log.h"
#include "crypto/hash.h"
#include "svc/intake/webhook.h"

#define LOOK_MS 1000		/* between two looks at what other processes wrote */
#define BUSY_MS 50		/* likewise while something goes on */
#define AT_ONCE_MAX 64		/* attempts under way; further platforms wait for one to end */
#define REPLY_MAX (64u << 10)	/* bytes of an answer that are received; what it says is not read */
#define MARGIN_MS 5000		/* that a claim outlives its attempt */
#define HEADER_MAX 160

/* One attempt. */
struct attempt {
	CURL *curl;
	struct curl_slist *headers;
	char *body;
	size_t received;
	struct platform p;
	struct webhook w;
	struct attempt *next;
};

struct deliver {
	struct app *app;
	struct store_reader *reader;
	CURLM *multi;
	struct deliver_retries retries;
	int http, seconds;
	struct attempt *attempts;
	size_t nattempts;
	int away;		/* the store cannot be read, and that was said */
	int moved;		/* something ended or began: look again at once */
	pthread_t thread;
	_Atomic int ending;
};

int
deliver_retries_parse(const char *text, struct deliver_retries *ret_retries, struct fault *f)
{
	struct deliver_retries r = { 0 };
	const char *p = text;
	char *end;

	while (*(p += strspn(p, " ")) != '\0') {
		long long s = strtoll(p, &end, 10);

		if (end == p || (*end != ' ' && *end != '\0') || s < 1 || s > 604800 ||
		    r.n == DELIVER_RETRIES_MAX)
			break;
		r.after[r.n++] = s;
		r.total += s;
		p = end;
	}
	if (*p == '\0' && r.n > 0) {
		*ret_retries = r;
		return 0;
	}
	fault_set(f, FAULT_CONF_INVALID, "%s", "");
	fault_arg(f, "key", "%s", "webhook_retries");
	fault_arg(f, "why", "%s", "1 to 16 numbers of seconds, each at most a week");
	fault_arg(f, "where", "%s", text);
	return -1;
}

int64_t
deliver_again(const struct deliver_retries *r, int64_t happened_at, int64_t attempts, int64_t now,
    int chance)
{
	int64_t delay, last = happened_at + r->total * 1100;	/* the spread may add a tenth */

	if (attempts < 1 || (size_t)attempts > r->n)
		return 0;
	delay = r->after[attempts - 1] * (900 + chance / 5);
	return now + delay <= last ? now + delay : 0;
}

static void
attempt_free(struct attempt *a)
{
	if (a == NULL)
		return;
	curl_easy_cleanup(a->curl);
	curl_slist_free_all(a->headers);
	free(a->body);
	free(a);
}

/* Ends */

/* The key of a row, and the attempt that this is: nobody else's row is written. */
static void
put_key(struct op *op, const struct webhook *w)
{
	op_text(op, w->division);
	op_text(op, w->platform);
	op_blob(op, w->id, sizeof(w->id));
	op_int(op, w->attempts);
}

static void
write_op(struct deliver *d, struct op *op)
{
	struct op_result result = { 0 };
	struct fault f = FAULT_INIT;

	if (op == NULL)
		fault_set(&f, FAULT_MEMORY, "%s", "webhook");
	else if (journal_run(d->app->journal, op, &result, &f) == 0 || result.status == OP_LOST)
		return;
	/* The claim runs out, and it is sent again. */
	log_fault(LOG_WARN, "webhook_not_noted", &f);
}

static void
delivered(struct deliver *d, const struct webhook *w)
{
	struct op *op = op_new();

	if (op != NULL) {
		op_step(op, ST_WEBHOOK_DELIVERED, STORE_ANY_COUNT);
		put_key(op, w);
		op_at(op);
	}
	write_op(d, op);
}

/* next_at 0: given up. */
static void
failed(struct deliver *d, const struct webhook *w, int64_t next_at, const char *failure)
{
	struct op *op = op_new();

	if (op != NULL) {
		op_step(op, ST_WEBHOOK_FAILED, STORE_ANY_COUNT);
		put_key(op, w);
		if (next_at != 0)
			op_int(op, next_at);
		else
			op_text(op, NULL);
		op_text(op, failure);
	}
	write_op(d, op);
}

/*
 * It answered 410: nobody is there any more, unless the address was changed meanwhile.  What it is
 * owed waits for whoever switches it on.
 */
static void
gone(struct deliver *d, const struct platform *p)
{
	struct act *act = calloc(1, sizeof(*act));
	struct fault f = FAULT_INIT;
	struct platform now;
	int rc = -1;

	if (act == NULL)
		return;
	act->app = d->app;
	act->reader = d->reader;
	act->actor = (struct actor){ .id = "wzm", .role = "system" };
	if (platform_load(d->reader, p->id, &now, &f) == 0 && now.state == PLATFORM_ON &&
	    now.version == p->version) {
		now.state = PLATFORM_GONE;
		if (platform_change(act, &now, &f) == 0) {
			rc = journal_run_all(d->app->journal, act->op, act->nops, NULL, &f);
			act->nops = 0;		/* the journal has them */
		}
		if (rc < 0)
			log_fault(LOG_WARN, "platform_not_switched", &f);
		else
			log_event(LOG_WARN, "platform_gone", "platform", p->id, NULL);
	}
	act_clear(act);
	free(act);
}

/* Why an attempt failed, for people: off, slow, or what was wrong. */
static void
say_failure(CURLcode rc, long status, char *text, size_t size)
{
	switch (rc) {
	case CURLE_OK:
	case CURLE_WRITE_ERROR:		/* a long answer was cut */
		snprintf(text, size, "wrong:%ld", status);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(text, size, "slow");
		return;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		snprintf(text, size, "off");
		return;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		snprintf(text, size, "wrong:tls");
		return;
	default:
		snprintf(text, size, "wrong:reply");
	}
}

static void
ended(struct deliver *d, struct attempt *a, CURLcode rc)
{
	char failure[WEBHOOK_FAILURE_MAX], id[RECORD_NAME_MAX], count[24];
	int64_t now = clock_now(d->app->clock), again;
	uint32_t chance;
	long status = 0;

	curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &status);
	if ((rc == CURLE_OK || rc == CURLE_WRITE_ERROR) && status >= 200 && status < 300) {
		delivered(d, &a->w);
		return;
	}
	say_failure(rc, status, failure, sizeof(failure));
	record_object_name(a->w.division, a->w.id, id);
	snprintf(count, sizeof(count), "%lld", (long long)a->w.attempts);
	log_event(LOG_WARN, "webhook_failed", "platform", a->p.id, "webhook", id, "why", failure,
	    "attempts", count, NULL);
	if (status == 410) {
		gone(d, &a->p);
		failed(d, &a->w, now, failure);
		return;
	}
	hash_random(&chance, sizeof(chance));
	again = deliver_again(&d->retries, a->w.at, a->w.attempts, now, (int)(chance % 1001));
	failed(d, &a->w, again, failure);
}

/* Begins */

/* Receives and forgets; more than REPLY_MAX ends the attempt. */
static size_t
receive(char *data, size_t size, size_t n, void *ctx)
{
	struct attempt *a = ctx;

	(void)data;
	a->received += size * n;
	return a->received > REPLY_MAX ? 0 : size * n;
}

static int
add_header(struct attempt *a, const char *name, const char *value)
{
	char line[HEADER_MAX];
	struct curl_slist *longer;

	snprintf(line, sizeof(line), "%s: %s", name, value);
	if ((longer = curl_slist_append(a->headers, line)) == NULL)
		return -1;
	a->headers = longer;
	return 0;
}

/* Id, time and signature, over the very bytes that are sent. */
static int
sign(struct deliver *d, struct attempt *a, struct fault *f)
{
	char id[RECORD_NAME_MAX], seconds[24], signature[WEBHOOK_SIGNATURE_MAX];
	int64_t now = clock_now(d->app->clock) / 1000;
	uint8_t secret[PLATFORM_SECRET_LEN];

	if (platform_secret(d->app, &a->p, secret, f) < 0)
		return -1;
	record_object_name(a->w.division, a->w.id, id);
	snprintf(seconds, sizeof(seconds), "%lld", (long long)now);
	webhook_sign(secret, sizeof(secret), id, now, a->body, strlen(a->body), signature);
	explicit_bzero(secret, sizeof(secret));
	if (add_header(a, "Content-Type", "application/json") == 0 &&
	    add_header(a, "webhook-id", id) == 0 &&
	    add_header(a, "webhook-timestamp", seconds) == 0 &&
	    add_header(a, "webhook-signature", signature) == 0 && add_header(a, "Expect", "") == 0)
		return 0;
	fault_set(f, FAULT_MEMORY, "%s", "headers");
	return -1;
}

/* Where it goes and how: nothing is followed, nothing is asked of the environment. */
static void
aim(const struct deliver *d, struct attempt *a)
{
	curl_easy_setopt(a->curl, CURLOPT_URL, a->p.url);
	curl_easy_setopt(a->curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(a->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(a->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(a->curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(a->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(a->curl, CURLOPT_QUICK_EXIT, 1L);	/* a resolver that hangs is left behind */
	curl_easy_setopt(a->curl, CURLOPT_TIMEOUT_MS, (long)d->seconds * 1000);
	curl_easy_setopt(a->curl, CURLOPT_USERAGENT, "wzm");
	curl_easy_setopt(a->curl, CURLOPT_HTTPHEADER, a->headers);
	curl_easy_setopt(a->curl, CURLOPT_POSTFIELDS, a->body);
	curl_easy_setopt(a->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(a->body));
	curl_easy_setopt(a->curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(a->curl, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(a->curl, CURLOPT_PRIVATE, a);
}

static struct attempt *
attempt_new(struct deliver *d, const struct platform *p, const struct webhook *w, struct fault *f)
{
	struct attempt *a = calloc(1, sizeof(*a));
	json_t *json = webhook_json(w);

	if (a != NULL && json != NULL) {
		a->p = *p;
		a->w = *w;
		a->body = json_dumps(json, JSON_COMPACT);
		a->curl = curl_easy_init();
	}
	json_decref(json);
	if (a == NULL || a->body == NULL || a->curl == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "webhook");
		attempt_free(a);
		return NULL;
	}
	if (sign(d, a, f) < 0) {
		attempt_free(a);
		return NULL;
	}
	aim(d, a);
	return a;
}

/* Takes the row for the time of one attempt: 1, or 0 where another process was quicker. */
static int
claim(struct deliver *d, struct webhook *w, int64_t now, struct fault *f)
{
	struct op_result result = { 0 };
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "claim");
		return -1;
	}
	op_step(op, ST_WEBHOOK_CLAIM, 1);
	put_key(op, w);
	op_int(op, w->next_at);
	op_int(op, now + d->seconds * 1000 + MARGIN_MS);
	if (journal_run(d->app->journal, op, &result, f) == 0) {
		w->attempts++;
		return 1;
	}
	return result.status == OP_LOST ? 0 : -1;
}

static int
begin(struct deliver *d, const struct platform *p, struct webhook *w, struct fault *f)
{
	struct attempt *a;
	int rc = claim(d, w, clock_now(d->app->clock), f);

	if (rc <= 0)
		return rc;
	/* The operator may have become stricter since the address was given. */
	if (platform_url_check(p->url, d->http, NULL) < 0) {
		failed(d, w, deliver_again(&d->retries, w->at, w->attempts,
		    clock_now(d->app->clock), 500), "wrong:url");
		return 0;
	}
	if ((a = attempt_new(d, p, w, f)) == NULL)
		return -1;
	if (curl_multi_add_handle(d->multi, a->curl) != CURLM_OK) {
		fault_set(f, FAULT_MEMORY, "%s", "curl");
		attempt_free(a);
		return -1;
	}
	a->next = d->attempts;
	d->attempts = a;
	d->nattempts++;
	d->moved = 1;
	return 0;
}

static int
is_under_way(const struct deliver *d, const char *platform)
{
	for (const struct attempt *a = d->attempts; a != NULL; a = a->next)
		if (strcmp(a->p.id, platform) == 0)
			return 1;
	return 0;
}

static int
each_platform(const struct platform *p, void *ctx, struct fault *f)
{
	struct deliver *d = ctx;
	struct webhook w;
	int n;

	if (webhook_place(d->app, d->reader, p, f) < 0)
		return -1;
	if (p->state != PLATFORM_ON || d->nattempts >= AT_ONCE_MAX || is_under_way(d, p->id))
		return 0;
	if ((n = webhook_next(d->reader, p, &w, f)) <= 0)
		return n;
	return w.next_at <= clock_now(d->app->clock) ? begin(d, p, &w, f) : 0;
}

struct platforms { struct platform *p; size_t n, cap; };

static int
gather(const struct platform *p, void *ctx, struct fault *f)
{
	struct platforms *l = ctx;

	if (l->n == l->cap) {
		size_t cap = l->cap != 0 ? l->cap * 2 : 16;
		struct platform *more = reallocarray(l->p, cap, sizeof(*more));

		if (more == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "platforms");
			return -1;
		}
		l->p = more;
		l->cap = cap;
	}
	l->p[l->n++] = *p;
	return 0;
}

/* One look at every platform.  They are gathered first: no read is open while the journal writes. */
static void
look(struct deliver *d)
{
	struct fault f = FAULT_INIT;
	struct platforms l = { 0 };
	int bad = platform_list(d->reader, gather, &l, &f) < 0;

	/* What is wrong with one of them is not the others'. */
	for (size_t i = 0; i < l.n; i++)
		bad |= each_platform(&l.p[i], d, &f) < 0;
	free(l.p);
	if (bad && !d->away)
		log_fault(LOG_WARN, "webhooks_not_sent", &f);
	d->away = bad;
}

/* The thread */

static void
drop(struct deliver *d, struct attempt *a)
{
	struct attempt **p = &d->attempts;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	d->nattempts--;
	curl_multi_remove_handle(d->multi, a->curl);
	attempt_free(a);
}

/* Notes how each attempt that is over ended. */
static void
collect(struct deliver *d)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(d->multi, &left)) != NULL) {
		CURLcode rc = msg->data.result;
		struct attempt *a = NULL;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&a);
		ended(d, a, rc);
		drop(d, a);
		d->moved = 1;
	}
}

static void *
run(void *ctx)
{
	struct deliver *d = ctx;
	int running = 0;

	while (!d->ending) {
		d->moved = 0;
		look(d);
		curl_multi_perform(d->multi, &running);
		collect(d);
		/* Woken by an answer, by deliver_poke, or to look at what is due. */
		if (!d->moved || running > 0)
			curl_multi_poll(d->multi, NULL, 0, d->moved ? BUSY_MS : LOOK_MS, NULL);
	}
	/* Sent or not, that is not known: they are due at once after the next start. */
	while (d->attempts != NULL) {
		failed(d, &d->attempts->w, clock_now(d->app->clock), NULL);
		drop(d, d->attempts);
	}
	return NULL;
}

static void
deliver_free(struct deliver *d)
{
	if (d == NULL)
		return;
	if (d->multi != NULL)
		curl_multi_cleanup(d->multi);
	store_reader_close(d->reader);
	free(d);
}

int
deliver_start(struct app *app, const struct conf *conf, struct deliver **ret_deliver,
    struct fault *f)
{
	struct deliver *d = calloc(1, sizeof(*d));

	if (d == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 ||
	    (d->multi = curl_multi_init()) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "curl");
		goto fail;
	}
	d->app = app;
	d->http = conf_int(conf, CONF_WEBHOOK_HTTP) != 0;
	d->seconds = (int)conf_int(conf, CONF_WEBHOOK_TIMEOUT);
	if (deliver_retries_parse(conf_text(conf, CONF_WEBHOOK_RETRIES), &d->retries, f) < 0 ||
	    store_reader_open(app->store, &d->reader, f) < 0)
		goto fail;
	if (pthread_create(&d->thread, NULL, run, d) != 0) {
		fault_set(f, FAULT_MEMORY, "%s", "thread");
		goto fail;
	}
	*ret_deliver = d;
	return 0;
fail:
	deliver_free(d);
	return -1;
}

void
deliver_poke(struct deliver *d)
{
	if (d != NULL)
		curl_multi_wakeup(d->multi);
}

void
deliver_stop(struct deliver *d)
{
	if (d == NULL)
		return;
	d->ending = 1;
	curl_multi_wakeup(d->multi);
	pthread_join(d->thread, NULL);
	deliver_free(d);
}
