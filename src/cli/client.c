/*
 * client.c - requests to the server of the instance, over its Unix socket.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/uuid.h"
#include "cli/cli.h"

#define REPLY_MAX (64u << 20)
#define FILE_MAX (256u << 20)
#define CONNECT_SECONDS 5L
#define ANSWER_SECONDS 120L

/* Appends text with everything escaped that could mean something in an address. */
static void
add_escaped(struct buf *url, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~";

	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if (strchr(plain, *p) != NULL)
			buf_char(url, (char)*p);
		else
			buf_fmt(url, "%%%02X", *p);
}

static void
make_url(struct buf *url, const struct request *r)
{
	size_t arg = 0;
	char mark = '?';

	/* A demonstration answers to no other host. */
	buf_str(url, "http://localhost");
	for (const char *p = r->path; *p != '\0'; p++)
		if (p[0] == '{') {
			add_escaped(url, r->arg[arg++]);
			p++;
		} else
			buf_char(url, *p);
	for (size_t i = 0; i + 1 < sizeof(r->query) / sizeof(r->query[0]) && r->query[i] != NULL;
	    i += 2) {
		if (r->query[i + 1] == NULL)
			continue;
		buf_fmt(url, "%c%s=", mark, r->query[i]);
		add_escaped(url, r->query[i + 1]);
		mark = '&';
	}
}

static int
add_header(struct curl_slist **list, const char *name, const char *value)
{
	struct buf line = BUF_INIT;
	struct curl_slist *longer = NULL;

	if (buf_fmt(&line, "%s: %s", name, value) == 0)
		longer = curl_slist_append(*list, line.data);
	buf_free(&line);
	if (longer == NULL)
		return -1;
	*list = longer;
	return 0;
}

static struct curl_slist *
make_headers(struct cli *c, const struct request *r)
{
	struct curl_slist *list = NULL;
	uint8_t id[UUID_LEN];
	char text[64];
	int bad;

	bad = add_header(&list, "Accept-Language", c->lang == LANG_EN ? "en" : "zh");
	bad |= add_header(&list, "Content-Type", r->bytes != NULL ? "application/octet-stream" : "application/json");
	if (c->as != NULL)
		bad |= add_header(&list, "Wzm-As", c->as);
	if (strcmp(r->method, "POST") == 0) {
		uuid7_new(c->clock, id);
		uuid_text(id, text);
		bad |= add_header(&list, "Idempotency-Key", text);
	}
	if (r->version == VERSION_ANY)
		bad |= add_header(&list, "If-Match", "*");
	if (r->version > 0) {
		snprintf(text, sizeof(text), "\"%lld\"", (long long)r->version);
		bad |= add_header(&list, "If-Match", text);
	}
	if (bad) {
		curl_slist_free_all(list);
		return NULL;
	}
	return list;
}

static size_t
receive(char *data, size_t size, size_t n, void *raw)
{
	return buf_add(raw, data, size * n) < 0 ? 0 : size * n;
}

/*
 * The socket's path; one too long for a socket address goes by the open directory.  ret_fd
 * keeps that open, or is -1.
 */
static int
socket_path(const char *dir, struct buf *path, int *ret_fd)
{
	struct sockaddr_un address;

	*ret_fd = -1;
	if (buf_fmt(path, "%s/run/wzm.sock", dir) < 0)
		return -1;
	if (path->len < sizeof(address.sun_path))
		return 0;
	buf_clear(path);
	buf_fmt(path, "%s/run", dir);
	if (buf_failed(path) || (*ret_fd = open(path->data, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return -1;
	buf_clear(path);
	return buf_fmt(path, "/proc/self/fd/%d/wzm.sock", *ret_fd);
}

/* Nobody answers: is there an instance at all? */
static enum cli_exit
nobody(struct cli *c, int *absent)
{
	struct fault f = FAULT_INIT;
	struct buf conf = BUF_INIT;
	int made = buf_fmt(&conf, "%s/wzm.conf", c->dir) == 0 && access(conf.data, F_OK) == 0;

	buf_free(&conf);
	if (absent != NULL) {
		*absent = 1;
		return CLI_FAILED;
	}
	fault_set(&f, made ? FAULT_SERVER_NOT_RUNNING : FAULT_INSTANCE_MISSING, "%s", "");
	fault_arg(&f, "dir", "%s", c->dir);
	return cli_fault(c, &f);
}

static enum cli_exit
broken(struct cli *c, const char *what)
{
	struct fault f = FAULT_INIT;

	fault_set(&f, FAULT_NETWORK, "%s", "");
	fault_arg(&f, "what", "%s", what);
	return cli_fault(c, &f);
}

/* One exchange; ret_status is that of the answer, whose text is in c->raw. */
static CURLcode
exchange(struct cli *c, const struct request *r, const char *socket, const char *url,
    const char *body, struct curl_slist *headers, long *ret_status)
{
	CURL *curl = curl_easy_init();
	CURLcode rc;

	if (curl == NULL)
		return CURLE_OUT_OF_MEMORY;
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	if (r->bytes != NULL) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->bytes->len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->bytes->data);
	}
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, r->patient ? 0L : ANSWER_SECONDS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &c->raw);
	rc = curl_easy_perform(curl);
	if (rc == CURLE_OK)
		rc = curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	curl_easy_cleanup(curl);
	return rc;
}

/* What came back, as JSON; a status of refusal is told. */
static enum cli_exit
judge(struct cli *c, long status, json_t **ret_body)
{
	json_t *body = NULL;
	enum cli_exit rc;

	if (c->raw.len > 0)
		body = json_loadb(c->raw.data, c->raw.len, JSON_REJECT_DUPLICATES, NULL);
	if (body == NULL && !(status >= 200 && status < 300 && c->raw.len == 0))
		return broken(c, c->lang == LANG_ZH ? "服务器的答复不是 JSON" :
		    "the server's answer is not JSON");
	if (status < 200 || status >= 300) {
		rc = cli_problem(c, body);
		json_decref(body);
		return rc;
	}
	if (ret_body != NULL)
		*ret_body = body;
	else
		json_decref(body);
	return CLI_OK;
}

enum cli_exit
call(struct cli *c, struct request r, json_t **ret_body)
{
	struct buf url = BUF_INIT, path = BUF_INIT;
	struct curl_slist *headers = make_headers(c, &r);
	char *body = r.body != NULL ? json_dumps(r.body, JSON_COMPACT) : NULL;
	struct fault f = FAULT_INIT;
	enum cli_exit rc;
	CURLcode got = CURLE_COULDNT_CONNECT;
	long status = 0;
	int fd = -1;

	make_url(&url, &r);
	buf_free(&c->raw);
	c->raw = (struct buf)BUF_INIT_MAX(r.file ? FILE_MAX : REPLY_MAX);
	if (headers == NULL || buf_failed(&url) || (r.body != NULL && body == NULL)) {
		fault_set(&f, FAULT_MEMORY, "%s", "");
		rc = cli_fault(c, &f);
		goto out;
	}
	if (socket_path(c->dir, &path, &fd) == 0)
		got = exchange(c, &r, path.data, url.data, body, headers, &status);
	if (got == CURLE_COULDNT_CONNECT)
		rc = nobody(c, r.absent);
	else if (got != CURLE_OK)
		rc = broken(c, curl_easy_strerror(got));
	else if (!r.file || status < 200 || status >= 300)
		rc = judge(c, status, ret_body);
	else
		rc = CLI_OK;
out:
	if (fd >= 0)
		close(fd);
	free(body);
	json_decref(r.body);
	curl_slist_free_all(headers);
	buf_free(&url);
	buf_free(&path);
	return rc;
}

json_t *
fetch(struct cli *c, struct request request, enum cli_exit *ret_rc)
{
	json_t *body = NULL;

	*ret_rc = call(c, request, &body);
	if (*ret_rc == CLI_OK && !c->json)
		return body;
	json_decref(body);
	if (*ret_rc == CLI_OK)
		*ret_rc = print_raw(c);
	return NULL;
}
