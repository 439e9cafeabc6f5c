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
#define HELLO "GET /hello HTTP/1.1\r\n" HOST END

static struct http_server *
serve_with(int connections, int idle_seconds, int request_seconds)
{
	struct http_conf conf = serve_conf();

	conf.connections = connections;
	conf.idle_seconds = idle_seconds;
	conf.request_seconds = request_seconds;
	return serve(&conf);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}

static void
a_long_path_is_414_and_a_long_header_431(void **state)
{
	struct http_server *s = serve_with(100, 30, 30);
	static char text[65536];
	struct reply r;
	int n;

	(void)state;
	n = snprintf(text, sizeof(text), "GET /hello?name=%01000d HTTP/1.1\r\n" HOST END, 7);
	r = ask(s, text);
	assert_int_equal(r.status, 200);
	n = snprintf(text, sizeof(text), "GET /hello?name=%01100d HTTP/1.1\r\n" HOST END, 7);
	r = ask(s, text);
	assert_int_equal(r.status, 414);
	assert_string_equal(r.body, "path_too_long");
	n = snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST "X: %08000d\r\n" END, 7);
	r = ask(s, text);
	assert_int_equal(r.status, 200);
	n = snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST "X: %08200d\r\n" END, 7);
	r = ask(s, text);
	assert_int_equal(r.status, 431);
	assert_string_equal(r.body, "headers_too_large");
	n = snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST "X: %060000d\r\n" END, 7);
	assert_true(n < (int)sizeof(text));
	r = ask(s, text);
	assert_true(r.status == 431 || r.status == 0);	/* the library's own: it hangs up at once */
	n = snprintf(text, sizeof(text), "GET /%060000d HTTP/1.1\r\n" HOST END, 7);
	r = ask(s, text);
	assert_true(r.status == 414 || r.status == 0);
	n = snprintf(text, sizeof(text), "GET /hello HTTP/1.1\r\n" HOST);
	for (int i = 0; i < 120; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "X-%d: 1\r\n", i);
	snprintf(text + n, sizeof(text) - (size_t)n, END);
	r = ask(s, text);
	assert_int_equal(r.status, 431);
	r = ask(s, HELLO);
	assert_int_equal(r.status, 200);
	serve_end(s);
}

static void
a_body_may_be_as_long_as_its_route_says(void **state)
{
	struct http_server *s = serve_with(100, 30, 30);
	static char text[4096];
	int n = snprintf(text, sizeof(text), "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1024\r\n" END);
	int fd = client(s);
	struct reply r;

	(void)state;
	memset(text + n, 'b', 1024);
	say(fd, text);
	r = hear(fd);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.len, 1024);
	say(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
	    "3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\nTrailer: 1\r\n\r\n");
	r = hear(fd);
	assert_string_equal(r.body, "abcdefgh");
	say(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n" END);
	r = hear(fd);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.len, 0);
	/* Too long, but short enough to be read and dropped: the connection stays. */
	say(fd, "PUT /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" END "abc");
	r = hear(fd);
	assert_int_equal(r.status, 413);
	assert_string_equal(r.body, "body_too_large");
	say(fd, HELLO);
	assert_int_equal(hear(fd).status, 200);
	close(fd);
	serve_end(s);
}

static void
a_body_that_is_too_long_is_refused_unread(void **state)
{
	struct http_server *s = serve_with(100, 30, 30);
	static char part[65536];
	struct reply r;
	int fd;

	(void)state;
	/* Before a byte of it was sent. */
	r = ask(s, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5000000000\r\n" END);
	assert_int_equal(r.status, 413);
	assert_string_equal(header(&r, "Connection"), "close");

	/* A client that first sends everything can, and hears the answer. */
	fd = client(s);
	say(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 41943040\r\n" END);
	for (int i = 0; i < 640; i++) {
		size_t sent = 0;

		while (sent < sizeof(part)) {
			ssize_t n = send(fd, part + sent, sizeof(part) - sent, MSG_NOSIGNAL);

			assert_true(n > 0);
			sent += (size_t)n;
		}
	}
	r = hear(fd);
	assert_int_equal(r.status, 413);
	close(fd);

	/* Without a length: as soon as it is too much. */
	fd = client(s);
	say(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END);
	for (int i = 0; i < 64; i++) {
		say(fd, "10000\r\n");
		say_bytes(fd, part, sizeof(part));
		say(fd, "\r\n");
	}
	r = hear(fd);
	assert_int_equal(r.status, 413);
	assert_string_equal(r.body, "body_too_large");
	assert_true(ended(fd, 4000));
	close(fd);
	r = ask(s, "PUT /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "1\r\na\r\n0\r\n\r\n");
	assert_int_equal(r.status, 413);
	serve_end(s);
}

static void
a_slow_request_is_408_whatever_it_trickles(void **state)
{
	struct http_server *s = serve_with(100, 30, 2);
	int head = client(s), body = client(s), whole = client(s);
	int64_t began = now_ms();
	struct reply r;

	(void)state;
	say(head, "GET /hello HTTP/1.1\r\n");
	say(body, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100\r\n" END);
	say(whole, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\n" END);
	for (int i = 0; i < 4; i++) {
		usleep(150000);
		say(head, "X: 1\r\n");
		say(body, "b");
		say(whole, "w");
	}
	r = hear(whole);
	assert_int_equal(r.status, 200);
	r = hear(head);
	assert_int_equal(r.status, 408);
	assert_string_equal(r.body, "request_slow");
	assert_string_equal(header(&r, "Connection"), "close");
	assert_true(ended(head, 4000));
	r = hear(body);
	assert_int_equal(r.status, 408);
	assert_true(ended(body, 4000));
	assert_true(now_ms() - began >= 1900);
	close(head);
	close(body);
	close(whole);
	serve_end(s);
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	struct http_server *s = serve_with(100, 30, 30);
	const char *text = "\r\nPOST /later HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END "bytes";
	int fd = client(s);
	struct reply r;

	(void)state;
	for (const char *p = text; *p != '\0'; p++) {
		say_bytes(fd, p, 1);
		usleep(500);
	}
	r = hear(fd);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "bytes");
	close(fd);
	serve_end(s);
}

/* Also one that has sent half a request line: nobody may hold a place with that. */
static void
an_idle_connection_ends(void **state)
{
	struct http_server *s = serve_with(100, 2, 30);
	int fresh = client(s), used = client(s), half = client(s);
	int64_t began = now_ms();

	(void)state;
	say(used, HELLO);
	assert_int_equal(hear(used).status, 200);
	say(half, "GET /hel");
	usleep(500000);
	say(half, "l");
	assert_false(ended(fresh, 0));
	assert_true(ended(fresh, 10000));
	assert_true(ended(used, 10000));
	assert_true(ended(half, 10000));
	assert_true(now_ms() - began >= 1900);
	close(fresh);
	close(used);
	close(half);
	serve_end(s);
}

/* What waits for its handler is neither idle nor slow. */
static void
a_waiting_request_has_no_time_limit(void **state)
{
	struct http_server *s = serve_with(100, 1, 1);
	int fd = client(s);

	(void)state;
	say(fd, "GET /hold HTTP/1.1\r\n" HOST END);
	usleep(2200000);
	assert_int_equal(serve_release(), 1);
	assert_int_equal(hear(fd).status, 200);
	close(fd);
	serve_end(s);
}

static void
an_answer_that_nobody_takes_is_given_up(void **state)
{
	struct http_server *s = serve_with(100, 30, 1);
	int fd = client(s);
	struct reply r;

	(void)state;
	say(fd, "GET /large HTTP/1.1\r\n" HOST END);
	usleep(3500000);
	r = hear(fd);		/* what the kernels held arrives, but never the end */
	assert_int_equal(r.status, 0);
	close(fd);

	/* One that reads slowly, but reads, gets it all. */
	fd = client(s);
	say(fd, "GET /large HTTP/1.1\r\n" HOST END);
	for (int i = 0; i < 8; i++) {
		static char waste[200000];

		usleep(300000);
		assert_true(recv(fd, waste, sizeof(waste), MSG_WAITALL) > 0);
	}
	close(fd);
	serve_end(s);
}

static void
more_connections_than_places_wait_for_one(void **state)
{
	struct http_server *s = serve_with(4, 30, 30);
	int fd[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		fd[i] = client(s);
		say(fd[i], HELLO);
	}
	/* The first four are served, then leave because others wait longer than a second. */
	for (int i = 0; i < 12; i++) {
		assert_int_equal(hear(fd[i]).status, 200);
		if (i % 2 == 0)
			close(fd[i]);
	}
	for (int i = 1; i < 12; i += 2)
		close(fd[i]);
	serve_end(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_path_is_414_and_a_long_header_431),
		cmocka_unit_test(a_body_may_be_as_long_as_its_route_says),
		cmocka_unit_test(a_body_that_is_too_long_is_refused_unread),
		cmocka_unit_test(a_slow_request_is_408_whatever_it_trickles),
		cmocka_unit_test(a_request_may_come_byte_by_byte),
		cmocka_unit_test(an_idle_connection_ends),
		cmocka_unit_test(a_waiting_request_has_no_time_limit),
		cmocka_unit_test(an_answer_that_nobody_takes_is_given_up),
		cmocka_unit_test(more_connections_than_places_wait_for_one),
	};

	return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
