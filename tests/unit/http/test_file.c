#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve.h"

#define HOST "Host: localhost\r\n"
#define END "\r\n"

static struct http_server *server;

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", serve_dir, name);
	assert_non_null(file = fopen(path, "w"));
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
start(void **state)
{
	struct http_conf conf = serve_conf();
	char dir[] = "/tmp/http-files-XXXXXX", path[128], outside[128];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(serve_dir, sizeof(serve_dir), "%s/web", dir);
	assert_int_equal(mkdir(serve_dir, 0700), 0);
	snprintf(path, sizeof(path), "%s/sub", serve_dir);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file("../secret.txt", "secret");
	write_file("index.html", "<p>页");
	write_file("sub/main-Dx3k9_aQ.js", "let a = 1;");
	write_file("sub/main-Dx3k9_aQ.js.gz", "gzipped");
	write_file("app-settings.css", "p {}");
	write_file(".hidden", "hidden");
	write_file("empty.txt", "");
	snprintf(path, sizeof(path), "%s/inside.txt", serve_dir);
	assert_int_equal(symlink("index.html", path), 0);
	snprintf(path, sizeof(path), "%s/out.txt", serve_dir);
	assert_int_equal(symlink("../secret.txt", path), 0);
	snprintf(outside, sizeof(outside), "%s/secret.txt", dir);
	snprintf(path, sizeof(path), "%s/absolute.txt", serve_dir);
	assert_int_equal(symlink(outside, path), 0);
	conf.loops = 1;		/* so that one cache of ETags is asked twice */
	server = serve(&conf);
	return 0;
}

static int
stop(void **state)
{
	char command[128];

	(void)state;
	serve_end(server);
	snprintf(command, sizeof(command), "rm -r '%.*s'", (int)(strlen(serve_dir) - 4), serve_dir);
	return system(command);
}

static struct reply
get(const char *path, const char *fields)
{
	char text[512];

	snprintf(text, sizeof(text), "GET /files/%s HTTP/1.1\r\n" HOST "%s" END, path, fields);
	return ask(server, text);
}

static void
a_file_has_a_type_and_a_tag(void **state)
{
	struct reply r = get("index.html", "");
	char tag[64], fields[128];

	(void)state;
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "<p>页");
	assert_string_equal(header(&r, "Content-Type"), "text/html; charset=utf-8");
	assert_string_equal(header(&r, "Cache-Control"), "no-cache");
	assert_string_equal(header(&r, "X-Content-Type-Options"), "nosniff");
	snprintf(tag, sizeof(tag), "%s", header(&r, "ETag"));
	snprintf(fields, sizeof(fields), "If-None-Match: \"other\", W/%s\r\n", tag);
	r = get("index.html", fields);
	assert_int_equal(r.status, 304);
	assert_string_equal(header(&r, "ETag"), tag);

	/* Another content of the same length is another tag. */
	write_file("index.html", "<p>頁");
	r = get("index.html", fields);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "<p>頁");
	assert_string_not_equal(header(&r, "ETag"), tag);
	r = get("empty.txt", "");
	assert_int_equal(r.status, 200);
	assert_int_equal(r.len, 0);
	assert_string_equal(header(&r, "Content-Length"), "0");
}

static void
a_hashed_name_may_be_kept_for_ever(void **state)
{
	struct reply r = get("sub/main-Dx3k9_aQ.js", "");

	(void)state;
	assert_string_equal(header(&r, "Cache-Control"), "public, max-age=31536000, immutable");
	assert_string_equal(header(&r, "Content-Type"), "text/javascript; charset=utf-8");
	r = get("app-settings.css", "");
	assert_string_equal(header(&r, "Cache-Control"), "no-cache");
}

static void
the_packed_file_goes_to_those_who_can_read_it(void **state)
{
	static const struct {
		const char *fields;
		int packed;
	} want[] = {
		{ "Accept-Encoding: gzip\r\n", 1 },
		{ "Accept-Encoding: deflate, gzip;q=0.5, br\r\n", 1 },
		{ "Accept-Encoding: br, gzip ;q=1\r\n", 1 },
		{ "Accept-Encoding: gzip;q=0\r\n", 0 },
		{ "Accept-Encoding: gzip; q=0.0, br\r\n", 0 },
		{ "Accept-Encoding: br\r\n", 0 },
		{ "Accept-Encoding: xgzip\r\n", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct reply r = get("sub/main-Dx3k9_aQ.js", want[i].fields);

		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, want[i].packed ? "gzipped" : "let a = 1;");
		assert_string_equal(header(&r, "Vary"), "Accept-Encoding");
		assert_string_equal(header(&r, "Content-Type"), "text/javascript; charset=utf-8");
		assert_true((header(&r, "Content-Encoding") != NULL) == want[i].packed);
	}
}

static void
nothing_outside_is_served(void **state)
{
	static const char *const bad[] = {
		"", "sub", "sub/", "none", "../secret.txt", "sub/../../secret.txt", "sub/../index.html",
		"..%2fsecret.txt", "%2e%2e/secret.txt", ".hidden", "sub/.", "./index.html", "/index.html",
		"%2findex.html", "sub//main-Dx3k9_aQ.js", "out.txt", "absolute.txt", "index.html/",
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		r = get(bad[i], "");
		if (r.status != 404)
			fail_msg("%s: %d", bad[i], r.status);
		assert_string_equal(r.body, "no file");
	}
	r = get("inside.txt", "");
	assert_int_equal(r.status, 200);
}

static void
a_head_of_a_file_has_its_length(void **state)
{
	struct reply r = ask(server, "HEAD /files/app-settings.css HTTP/1.1\r\n" HOST END);

	(void)state;
	assert_int_equal(r.status, 200);
	assert_string_equal(header(&r, "Content-Length"), "4");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_has_a_type_and_a_tag),
		cmocka_unit_test(a_hashed_name_may_be_kept_for_ever),
		cmocka_unit_test(the_packed_file_goes_to_those_who_can_read_it),
		cmocka_unit_test(nothing_outside_is_served),
		cmocka_unit_test(a_head_of_a_file_has_its_length),
	};

	return cmocka_run_group_tests_name("file", tests, start, stop);
}
