#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

#define HOST "Host: localhost\r\n"
#define END "\r\n"

static struct http_server *server;

static int
start(void **state)
{
	struct http_conf conf = serve_conf();

	(void)state;
	server = serve(&conf);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	serve_end(server);
	return 0;
}

static void
every_answer_carries_the_fixed_headers(void **state)
{
	static const char *const requests[] = {
		"GET /hello HTTP/1.1\r\n" HOST END, "GET /later HTTP/1.1\r\n" HOST END,
		"GET /none HTTP/1.1\r\n" HOST END, "GET /%00 HTTP/1.1\r\n" HOST END,
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9999999\r\n" END,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct reply r = ask(server, requests[i]);

		assert_string_equal(header(&r, "X-Content-Type-Options"), "nosniff");
		assert_string_equal(header(&r, "Referrer-Policy"), "same-origin");
		assert_non_null(strstr(header(&r, "Content-Security-Policy"), "default-src 'self'"));
		assert_non_null(strstr(header(&r, "Content-Security-Policy"), "frame-ancestors 'none'"));
		assert_string_equal(header(&r, "Cache-Control"), "no-store");
		assert_string_equal(header(&r, "Date"), "Mon, 23 Nov 2026 01:30:12 GMT");
		assert_non_null(header(&r, "Content-Length"));
	}
}

static void
what_a_request_says_reaches_its_handler(void **state)
{
	struct reply r;

	(void)state;
	r = ask(server, "GET /p/%E9%87%91%E4%B8%9C/x/a%2Fb HTTP/1.1\r\n" HOST END);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "金东|a/b|/p/金东/x/a/b|none");
	r = ask(server, "GET /hello?x=1&name=a+b%26c HTTP/1.1\r\n" HOST END);
	assert_string_equal(r.body, "a b&c");
	r = ask(server, "GET http://localhost/hello HTTP/1.1\r\n" HOST END);
	assert_string_equal(r.body, "hello");
	r = ask(server, "GET /cookie HTTP/1.1\r\n" HOST "Cookie: a=b; session=s-1; c=d\r\n" END);
	assert_string_equal(r.body, "s-1");
	r = ask(server, "GET /who HTTP/1.1\r\n" HOST END);
	assert_string_equal(r.body, "127.0.0.0/24 0 0");
}

static void
a_head_request_is_a_get_without_the_body(void **state)
{
	int fd = client(server);
	struct reply r;

	(void)state;
	say(fd, "HEAD /hello HTTP/1.1\r\n" HOST END);
	r = hear_head(fd, 1);
	assert_int_equal(r.status, 200);
	assert_string_equal(header(&r, "Content-Length"), "5");
	say(fd, "HEAD /none HTTP/1.1\r\n" HOST END "GET /hello HTTP/1.1\r\n" HOST END);
	r = hear_head(fd, 1);
	assert_int_equal(r.status, 404);
	r = hear(fd);
	assert_string_equal(r.body, "hello");
	close(fd);
}

static void
an_unknown_path_or_method_keeps_the_connection(void **state)
{
	int fd = client(server);
	struct reply r;

	(void)state;
	say(fd, "GET /none HTTP/1.1\r\n" HOST END);
	r = hear(fd);
	assert_int_equal(r.status, 404);
	assert_string_equal(r.body, "route_unknown");
	say(fd, "POST /hello HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" END "abc");
	r = hear(fd);
	assert_int_equal(r.status, 405);
	assert_string_equal(header(&r, "Allow"), "GET, HEAD");
	say(fd, "PATCH /echo HTTP/1.1\r\n" HOST END);
	r = hear(fd);
	assert_int_equal(r.status, 405);
	assert_string_equal(header(&r, "Allow"), "POST, PUT");
	say(fd, "GET /hello HTTP/1.1\r\n" HOST END);
	assert_int_equal(hear(fd).status, 200);
	close(fd);
}

#define BAD(text) { text, sizeof(text) - 1 }

static void
a_malformed_request_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
		BAD("GET /%zz HTTP/1.1\r\n" HOST END),
		BAD("GET /a%00b HTTP/1.1\r\n" HOST END),
		BAD("GET /%ff HTTP/1.1\r\n" HOST END),
		BAD("GET /hello?a=%c3%28 HTTP/1.1\r\n" HOST END),
		BAD("GET /a b HTTP/1.1\r\n" HOST END),
		BAD("GET /hello\0/none HTTP/1.1\r\n" HOST END),
		BAD("OPTIONS * HTTP/1.1\r\n" HOST END),
		BAD("GET /hello HTTP/1.1\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST HOST END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: a\0b\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: a\0\0b\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X\0Y: a\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: \xff\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: a\x01\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X Y: a\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X : a\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: a\nY: b\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "X: a\r\n b\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST ": a\r\n" END),
		BAD("GET /hello HTTP/1.1\r\n" HOST "no colon\r\n" END),
		BAD("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n" END "ab"),
		BAD("POST /echo HTTP/1.1\r\n" HOST "Content-Length: x\r\n" END),
		BAD("POST /echo HTTP/1.1\r\n" HOST "Content-Length: -1\r\n" END),
		BAD("POST /echo HTTP/1.1\r\n" HOST
		    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" END "0\r\n\r\n"),
		BAD("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n" END),
		BAD("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "zz\r\n"),
		BAD("GET /hello\r\n" HOST END),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = client(server);
		struct reply r;

		say_bytes(fd, bad[i].text, bad[i].len);
		r = hear(fd);
		if (r.status != 400)
			fail_msg("request %zu (%s): %d", i, bad[i].text, r.status);
		close(fd);
	}
}

/* What is behind the first request must never be taken for a second one. */
static void
a_doubtful_length_ends_the_connection(void **state)
{
	static const char *const bad[] = {
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length : 24\r\n" END,
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 24\r\nContent-Length: 24\r\n" END,
		"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n" END,
		"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n 4\r\n" END,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = client(server);

		say(fd, bad[i]);
		say(fd, "GET /hello HTTP/1.1\r\n" HOST END);
		assert_int_equal(hear(fd).status, 400);
		assert_true(ended(fd, 4000));
		close(fd);
	}
}

static void
a_handlers_mistake_is_a_500(void **state)
{
	struct reply r;

	(void)state;
	r = ask(server, "GET /mute HTTP/1.1\r\n" HOST END);
	assert_int_equal(r.status, 500);
	r = ask(server, "GET /inject HTTP/1.1\r\n" HOST END);
	assert_int_equal(r.status, 500);
	assert_null(header(&r, "Set-Cookie"));
}

static void
pipelined_requests_are_answered_in_their_order(void **state)
{
	char text[16384];
	size_t n = 0;
	int fd = client(server);

	(void)state;
	for (int i = 0; i < 100; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "GET /%s?name=%d HTTP/1.1\r\n" HOST END,
		    i % 3 == 0 ? "hello" : "later", i);
	say_bytes(fd, text, n);
	for (int i = 0; i < 100; i++) {
		struct reply r = hear(fd);

		assert_int_equal(r.status, 200);
		assert_int_equal(strtol(r.body, NULL, 10), i);
	}
	close(fd);
}

static void
a_half_closed_connection_is_answered(void **state)
{
	static const char *const paths[] = { "/hello?name=x", "/later?name=x", "/later?name=x" };

	(void)state;
	for (int i = 0; i < 300; i++) {
		int fd = client(server);
		char text[128];
		struct reply r;

		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n" HOST END, paths[i % 3]);
		say(fd, text);
		if (i % 3 == 2)
			usleep(1000);
		shutdown(fd, SHUT_WR);
		r = hear(fd);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, "x");
		assert_true(ended(fd, 4000));
		close(fd);
	}
}

static void
a_client_that_waits_for_100_gets_it(void **state)
{
	int fd = client(server);
	struct reply r;

	(void)state;
	say(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n" END);
	assert_int_equal(hear_head(fd, 1).status, 100);
	say(fd, "abc");
	r = hear(fd);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "abc");
	/* A refusal comes at once instead. */
	say(fd, "POST /none HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n" END);
	assert_int_equal(hear(fd).status, 404);
	assert_true(ended(fd, 4000));
	close(fd);
}

static int
unix_client(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static void
the_unix_socket_names_its_peer(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s, *second;
	struct fault f = FAULT_INIT;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/http-test-XXXXXX", path[64], want[32];
	struct stat st;
	struct reply r;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s.sock", dir);
	/* A socket that nobody serves any more is in the way. */
	memcpy(un.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	close(fd);
	conf.address = NULL;
	conf.unix_path = path;
	assert_int_equal(http_start(&conf, &s, &f), 0);
	assert_int_equal(http_port(s), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);

	/* One that is served is not taken away. */
	assert_int_equal(http_start(&conf, &second, &f), -1);
	assert_int_equal(f.code, FAULT_NETWORK);

	fd = unix_client(path);
	snprintf(want, sizeof(want), "unix 1 %d", (int)getuid());
	for (int i = 0; i < 3; i++) {
		say(fd, "GET /who HTTP/1.1\r\n" HOST END);
		r = hear(fd);
		assert_string_equal(r.body, want);
	}
	close(fd);
	http_stop(s);
	assert_int_equal(stat(path, &st), -1);
	rmdir(dir);
}

static void
a_port_or_table_that_cannot_be_used_is_a_fault(void **state)
{
	static const struct http_route none = { HTTP_GET, "/a", 0, 0, NULL };
	struct http_conf conf = serve_conf();
	struct http_server *s = NULL;
	struct fault f = FAULT_INIT;

	(void)state;
	conf.port = http_port(server);
	assert_int_equal(http_start(&conf, &s, &f), -1);
	assert_int_equal(f.code, FAULT_NETWORK);
	conf.port = 0;
	conf.address = "localhost";
	assert_int_equal(http_start(&conf, &s, &f), -1);
	assert_int_equal(f.code, FAULT_NETWORK);
	conf.address = "127.0.0.1";
	conf.routes = &none;
	conf.nroutes = 1;
	assert_int_equal(http_start(&conf, &s, &f), -1);
	assert_int_equal(f.code, FAULT_BUG);
	assert_null(s);
}

static void
the_peer_prefix_hides_the_host(void **state)
{
	struct http_conf conf = serve_conf();
	struct http_server *s;
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct fault f = FAULT_INIT;
	struct reply r;
	int fd;

	(void)state;
	conf.address = "::";
	if (http_start(&conf, &s, &f) < 0 && errno == EAFNOSUPPORT) {
		print_message("skipped because this machine has no IPv6\n");
		skip();
	}
	assert_int_equal(f.code, FAULT_NONE);
	r = ask(s, "GET /who HTTP/1.1\r\n" HOST END);	/* an IPv4 client of an IPv6 socket */
	assert_string_equal(r.body, "127.0.0.0/24 0 0");
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	at.sin6_port = htons(http_port(s));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	say(fd, "GET /who HTTP/1.1\r\n" HOST END);
	r = hear(fd);
	assert_string_equal(r.body, "::/56 0 0");
	close(fd);
	assert_true(http_stats(s).requests == 2 && http_stats(s).refused == 0);
	http_stop(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_carries_the_fixed_headers),
		cmocka_unit_test(what_a_request_says_reaches_its_handler),
		cmocka_unit_test(a_head_request_is_a_get_without_the_body),
		cmocka_unit_test(an_unknown_path_or_method_keeps_the_connection),
		cmocka_unit_test(a_malformed_request_is_refused),
		cmocka_unit_test(a_doubtful_length_ends_the_connection),
		cmocka_unit_test(a_handlers_mistake_is_a_500),
		cmocka_unit_test(pipelined_requests_are_answered_in_their_order),
		cmocka_unit_test(a_half_closed_connection_is_answered),
		cmocka_unit_test(a_client_that_waits_for_100_gets_it),
		cmocka_unit_test(the_unix_socket_names_its_peer),
		cmocka_unit_test(a_port_or_table_that_cannot_be_used_is_a_fault),
		cmocka_unit_test(the_peer_prefix_hides_the_host),
	};

	return cmocka_run_group_tests_name("server", tests, start, stop);
}
