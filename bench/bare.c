/*
 * bare.c - bench-bare PORT [LOOPS [CERTIFICATE KEY]]: the reference that other figures are held against.
 *
 * POST /bare takes a body of up to 4 KiB and answers 200 fixed bytes, at once;
 * POST /later does the same after another thread has resumed it.  The loops, limits
 * and headers are those of the real server, so what a figure of the server lacks
 * against this one is the work itself.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/http.h"

#define QUEUE 4096

static const char fixed[] =
    "{\"case\":{\"id\":\"330703-01a20604-f2e1-7abc-8def-0123456789ab\",\"version\":2},"
    "\"item\":\"I-01384\",\"answer\":\"found\",\"record\":{\"id\":\"330703-01a20606-65f9-7abc-8def-"
    "0123456789ac\",\"index\":4096}}\n";

/* Requests that the other thread has not resumed yet. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct http_request *req[QUEUE];
	size_t n;
	int over;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER };

static enum http_done
answer(struct http_request *req)
{
	struct buf body = BUF_INIT;
	size_t len;

	(void)http_body(req, &len);
	if (len > 0)
		buf_add(&body, fixed, sizeof(fixed) - 1);
	http_answer(req, len > 0 ? 200 : 422, "application/json", &body);
	return HTTP_ANSWERED;
}

static enum http_done
bare(struct http_request *req, void *ctx)
{
	(void)ctx;
	return answer(req);
}

static enum http_done
later(struct http_request *req, void *ctx)
{
	enum http_done done = HTTP_LATER;

	(void)ctx;
	if (http_resumed(req))
		return answer(req);
	pthread_mutex_lock(&queue.lock);
	if (queue.n < QUEUE)
		queue.req[queue.n++] = req;
	else
		done = answer(req);
	if (queue.n == 1)
		pthread_cond_signal(&queue.filled);
	pthread_mutex_unlock(&queue.lock);
	return done;
}

static void *
resume_all(void *arg)
{
	static struct http_request *taken[QUEUE];
	size_t n;

	(void)arg;
	for (;;) {
		pthread_mutex_lock(&queue.lock);
		while (queue.n == 0 && !queue.over)
			pthread_cond_wait(&queue.filled, &queue.lock);
		n = queue.n;
		memcpy(taken, queue.req, n * sizeof(taken[0]));
		queue.n = 0;
		pthread_mutex_unlock(&queue.lock);
		if (n == 0)
			return NULL;
		for (size_t i = 0; i < n; i++)
			http_resume(taken[i]);
	}
}

int
main(int argc, char **argv)
{
	static const struct http_route routes[] = {
		{ HTTP_POST, "/bare", 4096, 1, bare },
		{ HTTP_POST, "/later", 4096, 1, later },
	};
	struct clock clock = { 0 };
	struct http_conf conf = {
		.address = "127.0.0.1", .loops = 1, .connections = 4096, .idle_seconds = 60,
		.request_seconds = 30, .routes = routes, .nroutes = 2, .clock = &clock,
	};
	struct http_server *server;
	struct fault f = FAULT_INIT;
	pthread_t thread;
	sigset_t stop;
	int got;

	if (argc < 2 || argc > 5 || argc == 4) {
		fprintf(stderr, "usage: bench-bare PORT [LOOPS [CERTIFICATE KEY]]\n");
		return 2;
	}
	conf.port = (uint16_t)strtol(argv[1], NULL, 10);
	if (argc == 5) {
		conf.certificate = argv[3];
		conf.key = argv[4];
	}
	if (argc > 2)
		conf.loops = (int)strtol(argv[2], NULL, 10);
	log_setup(LOG_INFO, &clock);
	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	if (http_start(&conf, &server, &f) < 0) {
		log_fault(LOG_ERROR, "start", &f);
		return 1;
	}
	if (pthread_create(&thread, NULL, resume_all, NULL) != 0)
		return 1;
	printf("listening on 127.0.0.1:%u\n", http_port(server));
	fflush(stdout);
	sigwait(&stop, &got);
	http_stop(server);
	pthread_mutex_lock(&queue.lock);
	queue.over = 1;
	pthread_cond_signal(&queue.filled);
	pthread_mutex_unlock(&queue.lock);
	pthread_join(thread, NULL);
	return 0;
}
