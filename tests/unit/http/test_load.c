#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

#define HOST "Host: localhost\r\n"
#define END "\r\n"
#define BUSY_MAX 512
#define STALL_MS 20000

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

/* Counts the answers that arrive on n connections until want have; -1: it stalled. */
static int
count_answers(const int *fd, int n, int want)
{
	static char text[BUSY_MAX][2048];
	static size_t len[BUSY_MAX];
	struct pollfd p[BUSY_MAX];
	int64_t began = now_ms();
	int got = 0;

	memset(len, 0, sizeof(len));
	for (int i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = fd[i], .events = POLLIN };
	while (got < want) {
		if (now_ms() - began > STALL_MS || poll(p, (nfds_t)n, 1000) < 0)
			return -1;
		for (int i = 0; i < n; i++) {
			ssize_t r;

			if (p[i].revents == 0)
				continue;
			r = recv(fd[i], text[i] + len[i], sizeof(text[i]) - len[i] - 1, 0);
			if (r <= 0)
				return -1;
			len[i] += (size_t)r;
			text[i][len[i]] = '\0';
			if (strstr(text[i], "\r\n\r\nbody") != NULL) {
				if (strncmp(text[i], "HTTP/1.1 200 ", 13) != 0)
					return -1;
				len[i] = 0;
				got++;
			}
		}
	}
	return got;
}

/* All send, then all are read: each round makes exactly n sockets ready at once. */
static void
keep_busy(const char *path, int n, int loops)
{
	struct http_conf conf = serve_conf();
	struct http_server *s;
	char request[256];
	int fd[BUSY_MAX];

	conf.loops = loops;
	s = serve(&conf);
	snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\n" HOST "Content-Length: 4\r\n" END "body",
	    path);
	for (int i = 0; i < n; i++)
		fd[i] = client(s);
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < n; i++)
			say(fd[i], request);
		if (count_answers(fd, n, n) != n)
			fail_msg("%s: %d connections stalled in round %d", path, n, round);
	}
	assert_true(http_stats(s).requests == (uint64_t)n * 20);
	assert_true(http_stats(s).waiting == 0);
	for (int i = 0; i < n; i++)
		close(fd[i]);
	serve_end(s);
}

static void
busy_connections_never_stall(void **state)
{
	static const int many[] = { 1, 127, 128, 129, 256, 512 };

	(void)state;
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		for (int loops = 1; loops <= 2; loops++) {
			keep_busy("/later", many[i], loops);
			keep_busy("/echo", many[i], loops);
		}
	}
}

static void
reset_connection(int fd)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
}

static void
wait_until_held(int n)
{
	int64_t began = now_ms();

	while (serve_held() != n && now_ms() - began < STALL_MS)
		usleep(1000);
	assert_int_equal(serve_held(), n);
}

static void
clients_may_vanish_while_they_wait(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s = serve(&conf);
	struct reply r;

	(void)state;
	for (int round = 0; round < 5; round++) {
		int stays = client(s);

		say(stays, "GET /hold HTTP/1.1\r\n" HOST END);
		for (int i = 0; i < 40; i++) {
			int fd = client(s);

			say(fd, "GET /hold HTTP/1.1\r\n" HOST END);
			if (i % 2 == 0)
				say(fd, "GET /hello HTTP/1.1\r\n" HOST END);
			if (i % 4 == 0)
				usleep(500);
			reset_connection(fd);
		}
		/* Those whose reset came before their handler ran never waited. */
		usleep(50000);
		assert_in_range(serve_held(), 1, 41);
		serve_release();
		r = hear(stays);
		assert_int_equal(r.status, 200);
		close(stays);
	}
	r = ask(s, "GET /hello HTTP/1.1\r\n" HOST END);
	assert_int_equal(r.status, 200);
	serve_end(s);
}

static atomic_int stopped;

static void *
stop_server(void *s)
{
	http_stop(s);
	atomic_store(&stopped, 1);
	return NULL;
}

static void
stopping_waits_for_those_that_wait(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s = serve(&conf);
	pthread_t stopper;
	int fd[50], idle = client(s), half = client(s);

	(void)state;
	say(idle, "GET /hello HTTP/1.1\r\n" HOST END);
	assert_int_equal(hear(idle).status, 200);
	say(half, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9\r\n" END "a");
	for (int i = 0; i < 50; i++) {
		fd[i] = client(s);
		say(fd[i], "GET /hold HTTP/1.1\r\n" HOST END);
	}
	wait_until_held(50);
	atomic_store(&stopped, 0);
	assert_int_equal(pthread_create(&stopper, NULL, stop_server, s), 0);
	assert_true(ended(idle, 4000));
	assert_true(ended(half, 4000));
	usleep(200000);
	assert_int_equal(atomic_load(&stopped), 0);
	assert_int_equal(serve_release(), 50);
	for (int i = 0; i < 50; i++)
		assert_int_equal(hear(fd[i]).status, 200);
	pthread_join(stopper, NULL);
	for (int i = 0; i < 50; i++) {
		assert_true(ended(fd[i], 1000));
		close(fd[i]);
	}
	close(idle);
	close(half);
	serve_end(NULL);
}

/* A second request on a connection whose first one waits comes too late. */
static void
stopping_takes_no_new_request(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s = serve(&conf);
	pthread_t stopper;
	struct reply r;
	int fd = client(s);

	(void)state;
	say(fd, "GET /hold HTTP/1.1\r\n" HOST END "GET /hello HTTP/1.1\r\n" HOST END);
	wait_until_held(1);
	atomic_store(&stopped, 0);
	assert_int_equal(pthread_create(&stopper, NULL, stop_server, s), 0);
	usleep(100000);
	assert_int_equal(serve_release(), 1);
	assert_int_equal(hear(fd).status, 200);
	r = hear(fd);
	assert_true(r.status == 503 || r.status == 0);
	pthread_join(stopper, NULL);
	close(fd);
	serve_end(NULL);
}

static void
stopping_under_load_answers_or_hangs_up(void **state)
{
	(void)state;
	for (int round = 0; round < 20; round++) {
		struct http_conf conf = serve_conf();
		struct http_server *s = serve(&conf);
		int fd[64];

		for (int i = 0; i < 64; i++) {
			fd[i] = client(s);
			say(fd[i], "GET /later HTTP/1.1\r\n" HOST END "GET /large HTTP/1.1\r\n" HOST END);
		}
		usleep((useconds_t)round * 300);
		for (int i = 0; i < 64; i++)
			shutdown(fd[i], i % 2 == 0 ? SHUT_RDWR : SHUT_WR);
		for (int i = 0; i < 64; i++)
			close(fd[i]);
		serve_end(s);
	}
}

/* Sends something, sometimes all of it, and leaves in one of several ways. */
static void
visit(const struct http_server *s, unsigned *seed)
{
	static const char *const requests[] = {
		"GET /hello HTTP/1.1\r\n" HOST END,
		"GET /later HTTP/1.1\r\n" HOST END,
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n" END "body",
		"POST /later HTTP/1.1\r\n" HOST "Content-Length: 4\r\n" END "body",
		"POST /later HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "4\r\nbody\r\n0\r\n\r\n",
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 99999\r\n" END "body",
		"GET /none HTTP/1.1\r\n" HOST END,
		"GET /%zz HTTP/1.1\r\n" HOST END,
		"GET /large HTTP/1.1\r\n" HOST END,
		"GET /later HTTP/1.1\r\n" HOST END "GET /later HTTP/1.1\r\n" HOST END,
		"nonsense\r\n\r\n",
	};
	const char *text = requests[(unsigned)rand_r(seed) % (sizeof(requests) / sizeof(requests[0]))];
	size_t len = strlen(text);
	int fd = client(s);
	char c[64];

	if (rand_r(seed) % 4 == 0)
		len = (unsigned)rand_r(seed) % len;
	say_bytes(fd, text, len);
	switch (rand_r(seed) % 5) {
	case 0:
		reset_connection(fd);
		return;
	case 1:
		shutdown(fd, SHUT_WR);
		break;
	case 2:
		usleep((useconds_t)rand_r(seed) % 300);
		reset_connection(fd);
		return;
	case 3:
		if (len == strlen(text))
			(void)!recv(fd, c, sizeof(c), 0);
		break;
	}
	close(fd);
}

static void *
visit_often(void *arg)
{
	struct http_server *s = arg;
	unsigned seed = (unsigned)(uintptr_t)pthread_self();

	for (int i = 0; i < 2500; i++)
		visit(s, &seed);
	return NULL;
}

static void
ten_thousand_visits_leave_nothing_behind(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s = serve(&conf);
	pthread_t visitor[4];
	struct reply r;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&visitor[i], NULL, visit_often, s), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(visitor[i], NULL);
	r = ask(s, "GET /hello HTTP/1.1\r\n" HOST END);
	assert_int_equal(r.status, 200);
	serve_end(s);
}

/* All at once are too many; those that come one after the other are not. */
static void
a_crowd_is_refused_and_those_after_it_are_served(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s;
	int fd[BUSY_MAX], served = 0, refused = 0;

	(void)state;
	conf.loops = 1;
	conf.crowd_ms = 20;
	s = serve(&conf);
	for (int i = 0; i < BUSY_MAX; i++)
		fd[i] = client(s);
	for (int i = 0; i < BUSY_MAX; i++)
		say(fd[i], "GET /toil HTTP/1.1\r\n" HOST END);
	for (int i = 0; i < BUSY_MAX; i++) {
		struct reply r = hear(fd[i]);

		assert_true(r.status == 200 || r.status == 503);
		served += r.status == 200;
		refused += r.status == 503;
	}
	assert_true(served >= 16);
	assert_true(refused > 0);
	for (int i = 0; i < BUSY_MAX; i++) {
		say(fd[i], "GET /toil HTTP/1.1\r\n" HOST END);
		assert_int_equal(hear(fd[i]).status, 200);
		close(fd[i]);
	}
	serve_end(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(busy_connections_never_stall),
		cmocka_unit_test(clients_may_vanish_while_they_wait),
		cmocka_unit_test(stopping_waits_for_those_that_wait),
		cmocka_unit_test(stopping_takes_no_new_request),
		cmocka_unit_test(stopping_under_load_answers_or_hangs_up),
		cmocka_unit_test(a_crowd_is_refused_and_those_after_it_are_served),
		cmocka_unit_test(ten_thousand_visits_leave_nothing_behind),
	};

	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
