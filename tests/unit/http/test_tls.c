#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "serve.h"

#define HOST "Host: localhost\r\n"
#define END "\r\n"
#define HELLO "GET /hello HTTP/1.1\r\n" HOST END
#define PATIENCE_MS 20000
#define DAY 86400

static char dir[64], cert_path[96], key_path[96];
static gnutls_x509_privkey_t key;

static void
write_file(const char *path, const gnutls_datum_t *text, mode_t mode)
{
	FILE *to;

	unlink(path);
	to = fopen(path, "w");
	assert_non_null(to);
	assert_int_equal(fwrite(text->data, 1, text->size, to), text->size);
	assert_int_equal(fchmod(fileno(to), mode), 0);
	fclose(to);
}

/* The clock of serve_conf. */
static time_t
now(void)
{
	return serve_conf().clock->virtual_ms / 1000;
}

static gnutls_x509_privkey_t
make_key(void)
{
	gnutls_x509_privkey_t k;

	assert_int_equal(gnutls_x509_privkey_init(&k), 0);
	assert_int_equal(gnutls_x509_privkey_generate(k, GNUTLS_PK_EC,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0), 0);
	return k;
}

/* A certificate of its own key, valid for these days from now. */
static void
make_certificate(unsigned char serial, int from_days, int until_days)
{
	gnutls_x509_crt_t crt;
	gnutls_datum_t text;

	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_set_version(crt, 3), 0);
	assert_int_equal(gnutls_x509_crt_set_serial(crt, &serial, 1), 0);
	assert_int_equal(gnutls_x509_crt_set_activation_time(crt, now() + from_days * DAY), 0);
	assert_int_equal(gnutls_x509_crt_set_expiration_time(crt, now() + until_days * DAY), 0);
	assert_int_equal(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "localhost", 9), 0);
	assert_int_equal(gnutls_x509_crt_set_key(crt, key), 0);
	assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
	assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text), 0);
	write_file(cert_path, &text, 0644);
	gnutls_free(text.data);
	gnutls_x509_crt_deinit(crt);
}

static void
save_key(gnutls_x509_privkey_t k, mode_t mode)
{
	gnutls_datum_t text;

	assert_int_equal(gnutls_x509_privkey_export2(k, GNUTLS_X509_FMT_PEM, &text), 0);
	write_file(key_path, &text, mode);
	gnutls_free(text.data);
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/wzm-tls-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(cert_path, sizeof(cert_path), "%s/cert.pem", dir);
	snprintf(key_path, sizeof(key_path), "%s/key.pem", dir);
	key = make_key();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	gnutls_x509_privkey_deinit(key);
	unlink(cert_path);
	unlink(key_path);
	return rmdir(dir);
}

static struct http_conf
tls_conf(void)
{
	struct http_conf conf = serve_conf();

	make_certificate(1, -1, 100);
	save_key(key, 0600);
	conf.certificate = cert_path;
	conf.key = key_path;
	conf.strict_seconds = 600;
	return conf;
}

/* A client that speaks TLS, and takes any certificate. */
struct peer { int fd; gnutls_session_t session; gnutls_certificate_credentials_t any; };

static int
shake(struct peer *p, const struct http_server *s, const char *priorities)
{
	int rc;

	p->fd = client(s);
	assert_int_equal(gnutls_init(&p->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL), 0);
	assert_int_equal(gnutls_priority_set_direct(p->session, priorities, NULL), 0);
	assert_int_equal(gnutls_certificate_allocate_credentials(&p->any), 0);
	assert_int_equal(gnutls_credentials_set(p->session, GNUTLS_CRD_CERTIFICATE, p->any), 0);
	gnutls_transport_set_int(p->session, p->fd);
	gnutls_handshake_set_timeout(p->session, PATIENCE_MS);
	do
		rc = gnutls_handshake(p->session);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	return rc;
}

static struct peer
join(const struct http_server *s)
{
	struct peer p;
	int rc = shake(&p, s, "NORMAL");

	if (rc != 0)
		fail_msg("handshake: %s", gnutls_strerror(rc));
	return p;
}

static void
leave(struct peer *p)
{
	gnutls_deinit(p->session);
	gnutls_certificate_free_credentials(p->any);
	close(p->fd);
}

static void
tell(struct peer *p, const char *text)
{
	size_t len = strlen(text), sent = 0;

	while (sent < len) {
		ssize_t n = gnutls_record_send(p->session, text + sent, len - sent);

		if (n <= 0)
			return;
		sent += (size_t)n;
	}
}

/* One answer; the rest of a long body is counted and dropped. */
static struct reply
listen_for(struct peer *p)
{
	struct reply r = { 0 };
	const char *value;
	size_t n = 0, left;
	char part[16384];
	ssize_t got;

	gnutls_record_set_timeout(p->session, PATIENCE_MS);
	while (strstr(r.head, "\r\n\r\n") == NULL) {
		if (n + 1 >= sizeof(r.head) || gnutls_record_recv(p->session, r.head + n, 1) != 1)
			return (struct reply){ 0 };
		r.head[++n] = '\0';
	}
	if (sscanf(r.head, "HTTP/1.1 %d", &r.status) != 1)
		fail_msg("not an answer: %s", r.head);
	value = header(&r, "Content-Length");
	for (left = value != NULL ? strtoul(value, NULL, 10) : 0; left > 0; left -= (size_t)got) {
		got = gnutls_record_recv(p->session, part, left < sizeof(part) ? left : sizeof(part));
		if (got <= 0)
			return (struct reply){ 0 };
		if (r.len + (size_t)got < sizeof(r.body))
			memcpy(r.body + r.len, part, (size_t)got);
		r.len += (size_t)got;
	}
	return r;
}

/* The last byte of the serial number that the server showed. */
static int
serial_of(struct peer *p)
{
	unsigned n;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(p->session, &n);
	unsigned char number[32];
	size_t len = sizeof(number);
	gnutls_x509_crt_t crt;

	assert_non_null(list);
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_import(crt, list, GNUTLS_X509_FMT_DER), 0);
	assert_int_equal(gnutls_x509_crt_get_serial(crt, number, &len), 0);
	gnutls_x509_crt_deinit(crt);
	return number[len - 1];
}

static void
requests_are_answered_on_one_connection(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	struct peer p = join(s);
	struct reply r;

	(void)state;
	for (int i = 0; i < 3; i++) {
		tell(&p, HELLO);
		r = listen_for(&p);
		assert_int_equal(r.status, 200);
		assert_string_equal(r.body, "hello");
		assert_string_equal(header(&r, "Strict-Transport-Security"), "max-age=600");
	}
	tell(&p, "GET /who HTTP/1.1\r\n" HOST END);
	r = listen_for(&p);
	assert_string_equal(r.body, "127.0.0.0/24 0 0 tls");
	tell(&p, "GET /later HTTP/1.1\r\n" HOST END);
	assert_int_equal(listen_for(&p).status, 200);
	tell(&p, "GET /large HTTP/1.1\r\n" HOST END);
	assert_int_equal(listen_for(&p).len, 4 << 20);
	/* Two at once, and a body in two records. */
	tell(&p, HELLO HELLO);
	assert_int_equal(listen_for(&p).status, 200);
	assert_int_equal(listen_for(&p).status, 200);
	tell(&p, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 6\r\n" END "abc");
	usleep(20000);
	tell(&p, "def");
	r = listen_for(&p);
	assert_string_equal(r.body, "abcdef");
	leave(&p);
	serve_end(s);
}

/* Which this is of: as many at once as our loop and that of the library take in several turns. */
static void
many_connections_shake_hands_at_once(void **state)
{
	enum { N = 200 };
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	static struct peer p[N];
	struct reply r;

	(void)state;
	for (int i = 0; i < N; i++)
		p[i] = join(s);
	for (int i = 0; i < N; i++)
		tell(&p[i], i % 2 == 0 ? HELLO : "GET /later HTTP/1.1\r\n" HOST END);
	for (int i = 0; i < N; i++) {
		r = listen_for(&p[i]);
		assert_int_equal(r.status, 200);
	}
	for (int i = 0; i < N; i++)
		leave(&p[i]);
	serve_end(s);
}

static void
old_versions_and_ciphers_are_refused(void **state)
{
	static const struct { const char *says; int taken; } tries[] = {
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.3", 1 },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2", 1 },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.1:%COMPAT", 0 },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.0:%COMPAT", 0 },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-CBC", 0 },
	};
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct peer p;

		if ((shake(&p, s, tries[i].says) == 0) != tries[i].taken)
			fail_msg("%s", tries[i].says);
		if (tries[i].taken) {
			tell(&p, HELLO);
			assert_int_equal(listen_for(&p).status, 200);
		}
		leave(&p);
	}
	serve_end(s);
}

static void
a_request_without_tls_is_told_so(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	int fd = client(s);
	struct reply r;

	(void)state;
	say(fd, HELLO);
	r = hear(fd);
	assert_int_equal(r.status, 400);
	assert_non_null(strstr(r.body, "https"));
	assert_true(ended(fd, PATIENCE_MS));
	close(fd);
	fd = client(s);
	say(fd, "\x01\x02\x03\x04\x05\x06\x07\x08");
	while (!ended(fd, PATIENCE_MS))
		continue;	/* the alert, perhaps */
	close(fd);
	serve_end(s);
}

/* Half a greeting, so that the handshake has begun; it can never end. */
static int
stall(const struct http_server *s)
{
	int fd = client(s);

	say_bytes(fd, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
	return fd;
}

static int64_t
cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000) +
	    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static void
a_stalled_handshake_costs_nothing_and_ends(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s;
	int half, silent;
	struct peer p;
	int64_t began;

	(void)state;
	conf.request_seconds = 2;
	s = serve(&conf);
	half = stall(s);
	silent = client(s);
	usleep(200000);
	began = cpu_ms();
	assert_false(ended(half, 1000));
	assert_false(ended(silent, 0));
	assert_true(cpu_ms() - began < 500);
	/* Meanwhile others are served. */
	p = join(s);
	tell(&p, HELLO);
	assert_int_equal(listen_for(&p).status, 200);
	leave(&p);
	assert_true(ended(half, PATIENCE_MS));
	assert_true(ended(silent, PATIENCE_MS));
	close(half);
	close(silent);
	serve_end(s);
}

static void
stopping_ends_handshakes(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	int fd[20];

	(void)state;
	for (int i = 0; i < 20; i++)
		fd[i] = i % 2 == 0 ? stall(s) : client(s);
	usleep(100000);
	serve_end(s);
	for (int i = 0; i < 20; i++) {
		assert_true(ended(fd[i], PATIENCE_MS));
		close(fd[i]);
	}
}

static void
places_go_from_handshakes_to_who_waits(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s;
	int fd[4];
	struct peer p;

	(void)state;
	conf.connections = 4;
	s = serve(&conf);
	for (int i = 0; i < 4; i++)
		fd[i] = stall(s);
	p = join(s);
	tell(&p, HELLO);
	assert_int_equal(listen_for(&p).status, 200);
	leave(&p);
	for (int i = 0; i < 4; i++)
		close(fd[i]);
	serve_end(s);
}

static void
a_slow_request_is_408_and_an_idle_connection_ends(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s;
	struct peer slow, idle;
	struct reply r;
	char c;

	(void)state;
	conf.request_seconds = 1;
	conf.idle_seconds = 1;
	s = serve(&conf);
	slow = join(s);
	idle = join(s);
	tell(&slow, "GET /hello HTTP/1.1\r\nX: 1\r\n");
	r = listen_for(&slow);
	assert_int_equal(r.status, 408);
	assert_string_equal(r.body, "request_slow");
	/* Both ends are those of TLS, not torn. */
	assert_int_equal(gnutls_record_recv(slow.session, &c, 1), 0);
	gnutls_record_set_timeout(idle.session, PATIENCE_MS);
	assert_int_equal(gnutls_record_recv(idle.session, &c, 1), 0);
	leave(&slow);
	leave(&idle);
	serve_end(s);
}

static void
a_body_that_is_too_long_is_refused_unread(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	static char part[65537];
	struct reply r;
	struct peer p = join(s);

	(void)state;
	memset(part, 'b', sizeof(part) - 1);
	tell(&p, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4194304\r\n" END);
	for (int i = 0; i < 64; i++)
		tell(&p, part);
	r = listen_for(&p);
	assert_int_equal(r.status, 413);
	leave(&p);
	p = join(s);
	tell(&p, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END);
	for (int i = 0; i < 8; i++) {
		tell(&p, "10000\r\n");
		tell(&p, part);
		tell(&p, "\r\n");
	}
	r = listen_for(&p);
	assert_int_equal(r.status, 413);
	assert_string_equal(r.body, "body_too_large");
	leave(&p);
	serve_end(s);
}

static void
the_certificate_changes_for_new_connections(void **state)
{
	struct http_conf conf = tls_conf();
	struct http_server *s = serve(&conf);
	gnutls_x509_privkey_t other = make_key();
	struct fault f = FAULT_INIT;
	struct peer old = join(s), fresh;

	(void)state;
	assert_int_equal(serial_of(&old), 1);
	for (unsigned char i = 2; i < 6; i++) {
		make_certificate(i, -1, 100);
		assert_int_equal(http_renew(s, &f), 0);
		tell(&old, HELLO);
		assert_int_equal(listen_for(&old).status, 200);
		fresh = join(s);
		assert_int_equal(serial_of(&fresh), i);
		tell(&fresh, HELLO);
		assert_int_equal(listen_for(&fresh).status, 200);
		leave(&fresh);
	}
	/* What is wrong changes nothing. */
	save_key(other, 0600);
	assert_int_equal(http_renew(s, &f), -1);
	assert_int_equal(f.code, FAULT_TLS_MISMATCH);
	fresh = join(s);
	assert_int_equal(serial_of(&fresh), 5);
	leave(&fresh);
	tell(&old, HELLO);
	assert_int_equal(listen_for(&old).status, 200);
	leave(&old);
	gnutls_x509_privkey_deinit(other);
	serve_end(s);
}

static void
refused(enum fault_code code)
{
	struct http_conf conf = serve_conf();
	struct http_server *s = NULL;
	struct fault f = FAULT_INIT;

	conf.certificate = cert_path;
	conf.key = key_path;
	assert_int_equal(http_start(&conf, &s, &f), -1);
	assert_string_equal(fault_name(f.code), fault_name(code));
	assert_null(s);
}

static void
what_is_no_certificate_or_key_is_refused(void **state)
{
	static const gnutls_datum_t garbage = { (unsigned char *)"-----BEGIN CERTIFICATE-----\nAAAA\n", 33 };
	gnutls_x509_privkey_t other = make_key();

	(void)state;
	tls_conf();
	unlink(cert_path);
	refused(FAULT_TLS_CERTIFICATE);
	write_file(cert_path, &garbage, 0644);
	refused(FAULT_TLS_CERTIFICATE);
	make_certificate(1, -10, -1);
	refused(FAULT_TLS_EXPIRED);
	make_certificate(1, 1, 10);
	refused(FAULT_TLS_EXPIRED);
	make_certificate(1, -1, 10);
	save_key(key, 0604);
	refused(FAULT_TLS_KEY_OPEN);
	save_key(key, 0602);
	refused(FAULT_TLS_KEY_OPEN);
	save_key(other, 0600);
	refused(FAULT_TLS_MISMATCH);
	write_file(key_path, &garbage, 0600);
	refused(FAULT_TLS_KEY);
	unlink(key_path);
	refused(FAULT_TLS_KEY);
	assert_int_equal(mkdir(key_path, 0700), 0);
	refused(FAULT_TLS_KEY);
	rmdir(key_path);
	gnutls_x509_privkey_deinit(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_answered_on_one_connection),
		cmocka_unit_test(many_connections_shake_hands_at_once),
		cmocka_unit_test(old_versions_and_ciphers_are_refused),
		cmocka_unit_test(a_request_without_tls_is_told_so),
		cmocka_unit_test(a_stalled_handshake_costs_nothing_and_ends),
		cmocka_unit_test(stopping_ends_handshakes),
		cmocka_unit_test(places_go_from_handshakes_to_who_waits),
		cmocka_unit_test(a_slow_request_is_408_and_an_idle_connection_ends),
		cmocka_unit_test(a_body_that_is_too_long_is_refused_unread),
		cmocka_unit_test(the_certificate_changes_for_new_connections),
		cmocka_unit_test(what_is_no_certificate_or_key_is_refused),
	};

	return cmocka_run_group_tests_name("tls", tests, set_up, tear_down);
}
