/*
 * tls.c - the certificate and the key that the TCP socket shows, and how they are replaced.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <gnutls/x509.h>

#include "base/log.h"
#include "http/server.h"

#define PEM_MAX 65536		/* bytes of either file */
#define SERIAL_MAX 64
#define ENDS_SOON_MS (14 * INT64_C(86400000))
#define HANDSHAKE_MAX 16384	/* bytes of one message; the first of a browser has some 2000 */

/* Forward secrecy and ciphers that authenticate; what browsers of the last ten years have. */
const char tls_priorities[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
    "-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:%SERVER_PRECEDENCE";

/* A certificate with its chain and key.  Never changed; lives for as long as a connection shows it. */
struct tls_pair {
	atomic_int refs;
	char serial[SERIAL_MAX];
	int64_t from, until;		/* of the first certificate; milliseconds since 1970 */
	gnutls_certificate_credentials_t credentials;
};

struct tls {
	const char *certificate, *key;	/* paths */
	const struct clock *clock;
	pthread_mutex_t lock;
	struct tls_pair *pair;		/* for new connections; under lock */
};

void
tls_leave(struct tls_pair *p)
{
	if (p == NULL || atomic_fetch_sub(&p->refs, 1) > 1)
		return;
	if (p->credentials != NULL)
		gnutls_certificate_free_credentials(p->credentials);
	free(p);
}

static int
wrong(struct fault *f, enum fault_code code, const char *file, const char *why)
{
	fault_set(f, code, "%s", why);
	fault_arg(f, "file", "%s", file);
	fault_arg(f, "why", "%s", why);
	return -1;
}

/* Reads a file of PEM; code is that of the fault. */
static int
read_pem(const char *path, enum fault_code code, struct buf *text, struct fault *f)
{
	struct fault why = FAULT_INIT;
	struct stat st;

	if (stat(path, &st) < 0)
		return wrong(f, code, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return wrong(f, code, path, "not a file");
	if (code == FAULT_TLS_KEY && (st.st_mode & S_IRWXO) != 0) {
		fault_set(f, FAULT_TLS_KEY_OPEN, "mode %04o", (unsigned)(st.st_mode & 07777));
		fault_arg(f, "file", "%s", path);
		fault_arg(f, "mode", "%04o", (unsigned)(st.st_mode & 07777));
		return -1;
	}
	if (buf_read_file(text, path, PEM_MAX, &why) < 0)
		return wrong(f, code, path, why.cause);
	return 0;
}

static gnutls_datum_t
datum(const struct buf *b)
{
	return (gnutls_datum_t){ (unsigned char *)b->data, (unsigned)b->len };
}

static void
log_pair(const struct tls *t)
{
	char until[CLOCK_TEXT_MAX];

	clock_text(t->pair->until, until);
	log_event(LOG_INFO, "tls_certificate", "file", t->certificate, "serial", t->pair->serial, "until", until,
	    NULL);
	if (t->pair->until - clock_now(t->clock) < ENDS_SOON_MS)
		log_event(LOG_WARN, "tls_certificate_ends", "file", t->certificate, "until", until, NULL);
}

/* What the first certificate of the chain says of itself. */
static int
read_certificate(const struct tls *t, const struct buf *pem, struct tls_pair *p, struct fault *f)
{
	unsigned char number[SERIAL_MAX / 2];
	size_t len = sizeof(number);
	gnutls_datum_t text = datum(pem);
	gnutls_x509_crt_t first;
	int rc;

	if ((rc = gnutls_x509_crt_init(&first)) < 0)
		return wrong(f, FAULT_TLS_CERTIFICATE, t->certificate, gnutls_strerror(rc));
	if ((rc = gnutls_x509_crt_import(first, &text, GNUTLS_X509_FMT_PEM)) < 0) {
		gnutls_x509_crt_deinit(first);
		return wrong(f, FAULT_TLS_CERTIFICATE, t->certificate, gnutls_strerror(rc));
	}
	p->from = gnutls_x509_crt_get_activation_time(first) * INT64_C(1000);
	p->until = gnutls_x509_crt_get_expiration_time(first) * INT64_C(1000);
	if (gnutls_x509_crt_get_serial(first, number, &len) == 0) {
		for (size_t i = 0; i < len && 2 * i + 2 < sizeof(p->serial); i++)
			snprintf(p->serial + 2 * i, 3, "%02x", number[i]);
	}
	gnutls_x509_crt_deinit(first);
	return 0;
}

static int
check_time(const struct tls *t, const struct tls_pair *p, struct fault *f)
{
	char from[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];
	int64_t now = clock_now(t->clock);

	if (now >= p->from && now <= p->until)
		return 0;
	clock_text(p->from, from);
	clock_text(p->until, until);
	fault_set(f, FAULT_TLS_EXPIRED, "%s", "");
	fault_arg(f, "file", "%s", t->certificate);
	fault_arg(f, "from", "%s", from);
	fault_arg(f, "until", "%s", until);
	return -1;
}

static int
read_pair(const struct tls *t, struct tls_pair **ret_pair, struct fault *f)
{
	struct buf certificate = BUF_INIT, key = BUF_INIT;
	gnutls_datum_t certificate_text, key_text;
	struct tls_pair *p = NULL;
	int rc = -1, why;

	if (read_pem(t->certificate, FAULT_TLS_CERTIFICATE, &certificate, f) < 0 ||
	    read_pem(t->key, FAULT_TLS_KEY, &key, f) < 0)
		goto out;
	if ((p = calloc(1, sizeof(*p))) == NULL ||
	    gnutls_certificate_allocate_credentials(&p->credentials) < 0) {
		fault_set(f, FAULT_MEMORY, "%s", "tls");
		goto out;
	}
	atomic_init(&p->refs, 1);
	/* First: of what is none, GnuTLS would keep a part for ever. */
	if (read_certificate(t, &certificate, p, f) < 0)
		goto out;
	certificate_text = datum(&certificate);
	key_text = datum(&key);
	why = gnutls_certificate_set_x509_key_mem2(p->credentials, &certificate_text, &key_text,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
	if (why == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) {
		wrong(f, FAULT_TLS_MISMATCH, t->certificate, gnutls_strerror(why));
		fault_arg(f, "key", "%s", t->key);
		goto out;
	}
	if (why < 0) {
		wrong(f, FAULT_TLS_KEY, t->key, gnutls_strerror(why));
		goto out;
	}
	if (check_time(t, p, f) < 0)
		goto out;
	*ret_pair = p;
	p = NULL;
	rc = 0;
out:
	tls_leave(p);
	if (key.data != NULL)
		explicit_bzero(key.data, key.cap);
	buf_free(&key);
	buf_free(&certificate);
	return rc;
}

int
tls_open(const struct http_conf *conf, struct tls **ret_tls, struct fault *f)
{
	struct tls *t;

	if ((t = calloc(1, sizeof(*t))) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "tls");
		return -1;
	}
	pthread_mutex_init(&t->lock, NULL);
	t->certificate = conf->certificate;
	t->key = conf->key;
	t->clock = conf->clock;
	if (read_pair(t, &t->pair, f) < 0) {
		tls_free(t);
		return -1;
	}
	log_pair(t);
	*ret_tls = t;
	return 0;
}

int
tls_renew(struct tls *t, struct fault *f)
{
	struct tls_pair *old, *fresh;

	if (read_pair(t, &fresh, f) < 0)
		return -1;
	pthread_mutex_lock(&t->lock);
	old = t->pair;
	t->pair = fresh;
	pthread_mutex_unlock(&t->lock);
	tls_leave(old);
	log_pair(t);
	return 0;
}

/* After every connection has ended. */
void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	tls_leave(t->pair);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Has the session show what is to be shown now; tls_leave when it has ended. */
struct tls_pair *
tls_take(struct tls *t, gnutls_session_t session)
{
	struct tls_pair *p;

	pthread_mutex_lock(&t->lock);
	p = t->pair;
	atomic_fetch_add(&p->refs, 1);
	pthread_mutex_unlock(&t->lock);
	/* Without memory for it the session keeps tls_shows_nothing, and its handshake fails. */
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, p->credentials);
	gnutls_handshake_set_max_packet_length(session, HANDSHAKE_MAX);
	return p;
}

/* For a daemon's own credentials, which no session uses: libmicrohttpd wants some. */
int
tls_shows_nothing(gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **pcert,
    unsigned *len, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_len, gnutls_privkey_t *key, unsigned *flags)
{
	(void)session;
	(void)info;
	(void)pcert;
	(void)len;
	(void)ocsp;
	(void)ocsp_len;
	(void)key;
	(void)flags;
	return -1;
}
