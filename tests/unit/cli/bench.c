/*
 * bench.c - see bench.h.
 */
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/serve.h"
#include "svc/align/export.h"
#include "svc/align/gather.h"
#include "sign/signer.h"
#include "svc/check/check.h"
#include "svc/evidence/fence.h"
#include "svc/instance.h"
#include "svc/store_copy.h"

#define WORDS_MAX 64
#define REQUESTS_MAX 8

char bench_dir[64];
char bench_asked[8192];
enum fault_code bench_fault;
const char *bench_result;

static char *out_text, *err_text;
static size_t out_len, err_len;

static struct server {
	pthread_t thread;
	int fd, running;
	const struct scripted *script;
	size_t n, served;
	char request[REQUESTS_MAX][65536];
} server;

int
bench_start(void **state)
{
	char path[96];

	(void)state;
	snprintf(bench_dir, sizeof(bench_dir), "/tmp/wzm-cli-XXXXXX");
	if (mkdtemp(bench_dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/run", bench_dir);
	if (mkdir(path, 0700) < 0 || setenv("WZM_DIR", bench_dir, 1) < 0)
		return -1;
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	return 0;
}

int
bench_end(void **state)
{
	char path[96];

	(void)state;
	free(out_text);
	free(err_text);
	out_text = err_text = NULL;
	snprintf(path, sizeof(path), "%s/wzm.conf", bench_dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/run", bench_dir);
	rmdir(path);
	return rmdir(bench_dir);
}

static struct ran
run(int argc, char **argv, const char *in)
{
	static struct clock clock = { .is_virtual = 1, .virtual_ms = INT64_C(1795397412345) };
	FILE *input = fmemopen((void *)(uintptr_t)(in[0] != '\0' ? in : "\n"),
	    in[0] != '\0' ? strlen(in) : 1, "r");
	FILE *out, *err;
	struct ran ret;

	free(out_text);
	free(err_text);
	out = open_memstream(&out_text, &out_len);
	err = open_memstream(&err_text, &err_len);
	assert_true(input != NULL && out != NULL && err != NULL);
	ret.rc = cli_run(argc, argv, input, out, err, &clock);
	fclose(input);
	fclose(out);
	fclose(err);
	ret.out = out_text;
	ret.err = err_text;
	return ret;
}

struct ran
wzm_words(const char *const *words)
{
	char *argv[WORDS_MAX + 2] = { (char[]){ "wzm" } };
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++) {
		assert_true(argc < WORDS_MAX);
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	}
	return run(argc, argv, "");
}

struct ran
wzm_in(const char *line, const char *in)
{
	char copy[4096], *argv[WORDS_MAX + 2] = { (char[]){ "wzm" } }, *rest = copy, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL) {
		assert_true(argc < WORDS_MAX);
		if (word[0] != '\0')
			argv[argc++] = word;
	}
	return run(argc, argv, in);
}

struct ran
wzm(const char *line)
{
	return wzm_in(line, "");
}

/* Reads a request: its head, then as many bytes as the head says. */
static void
read_request(int fd, char *text, size_t size)
{
	size_t len = 0, want = size - 1;
	char *end, *length;

	while (len < want) {
		ssize_t n = read(fd, text + len, want - len);

		if (n <= 0)
			break;
		len += (size_t)n;
		text[len] = '\0';
		if ((end = strstr(text, "\r\n\r\n")) == NULL)
			continue;
		length = strcasestr(text, "\r\nContent-Length:");
		want = (size_t)(end + 4 - text) +
		    (length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0);
	}
	text[len] = '\0';
}

static void *
serve(void *arg)
{
	struct server *s = arg;

	for (; s->served < s->n; s->served++) {
		const struct scripted *answer = &s->script[s->served];
		int fd = accept(s->fd, NULL, NULL);

		if (fd < 0)
			break;
		read_request(fd, s->request[s->served], sizeof(s->request[0]));
		dprintf(fd, "HTTP/1.1 %d x\r\nContent-Type: application/json\r\n"
		    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s", answer->status,
		    strlen(answer->body), answer->body);
		close(fd);
	}
	return NULL;
}

void
bench_serve(const struct scripted *script, size_t n)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	assert_true(n <= REQUESTS_MAX);
	bench_stop();
	server.script = script;
	server.n = n;
	server.served = 0;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/run/wzm.sock", bench_dir);
	server.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server.fd, 8), 0);
	assert_int_equal(pthread_create(&server.thread, NULL, serve, &server), 0);
	server.running = 1;
}

void
bench_stop(void)
{
	char path[128];

	if (!server.running)
		return;
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
	snprintf(path, sizeof(path), "%s/run/wzm.sock", bench_dir);
	unlink(path);
	server.running = 0;
}

const char *
bench_served(size_t i)
{
	bench_stop();
	return i < server.served ? server.request[i] : NULL;
}

static int
answer(json_t **ret, struct fault *f)
{
	if (ret != NULL && bench_result != NULL)
		*ret = json_loads(bench_result, 0, NULL);
	if (bench_fault == FAULT_NONE)
		return 0;
	fault_set(f, bench_fault, "%s", "");
	return -1;
}

int
instance_init(const char *dir, const char *division, const char *origin, const char *store,
    int demo, const struct clock *clock, struct fault *f)
{
	(void)clock;
	snprintf(bench_asked, sizeof(bench_asked), "init %s %s %s %s%s%d", dir, division, origin,
	    store != NULL ? store : "", store != NULL ? " " : "", demo);
	return answer(NULL, f);
}

int
instance_join(const char *dir, const char *from, const char *store, char ret_log[8],
    struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "join %s %s %s", dir, from, store != NULL ? store : "");
	snprintf(ret_log, 8, "b");
	return answer(NULL, f);
}

int
instance_new_log(const char *dir, char ret_log[8], struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "log %s", dir);
	snprintf(ret_log, 8, "b");
	return answer(NULL, f);
}

int
evidence_newest(const char *dir, const char *log, struct buf *out, struct fault *f)
{
	(void)f;
	buf_fmt(out, "newest of %s %s", dir, log);
	return 0;
}

int
signer_adopt(const struct signer *s, const void *note, size_t len, uint64_t *ret_size, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "adopt %s %s %s %.*s", s->dir, s->log, s->origin, (int)len,
	    (const char *)note);
	*ret_size = 41003;
	return answer(NULL, f);
}

int
signer_run(const struct signer *s, const struct signer_from *from, struct fault *f)
{
	(void)s;
	(void)from;
	fault_set(f, FAULT_SIGN_CAGE, "%s", "");
	return -1;
}

int
instance_conf(const char *dir, struct conf **ret_conf, struct fault *f)
{
	(void)dir;
	(void)f;
	*ret_conf = conf_new();
	return *ret_conf != NULL ? 0 : -1;
}

int
store_check(const char *dir, enum check_scope scope, enum lang lang, progress_fn *tell, void *ctx,
    json_t **ret, struct fault *f)
{
	const struct progress p = { .kind = PROGRESS_CHECKED, .table = "entry", .done = 1, .of = 3 };

	(void)lang;
	tell(&p, ctx);
	snprintf(bench_asked, sizeof(bench_asked), "check %s %s", scope == CHECK_EVIDENCE ? "evidence" :
	    "everything", dir);
	return answer(ret, f);
}

int
store_copy(const char *from, const char *to, progress_fn *tell, void *ctx, json_t **ret,
    struct fault *f)
{
	const struct progress p = { .kind = PROGRESS_COPIED, .table = "entry", .done = 1, .of = 3 };

	tell(&p, ctx);
	snprintf(bench_asked, sizeof(bench_asked), "copy %s %s", from, to);
	return answer(ret, f);
}

int
serve_run(const char *dir, struct conf *conf, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "serve %s %s %lld", dir,
	    conf_text(conf, CONF_ADDRESS), (long long)conf_int(conf, CONF_PORT));
	return answer(NULL, f);
}

int
import_offline(const char *dir, const char *src, enum import_kind kind, enum lang lang,
    json_t **ret_result, struct fault *f)
{
	(void)lang;
	snprintf(bench_asked, sizeof(bench_asked), "import %s %s %s", dir, src,
	    kind == IMPORT_INVENTORY ? "inventory" : "dataset");
	return answer(ret_result, f);
}

int
publish_offline(const char *dir, int64_t *version, int64_t day, const char *decision, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "publish %s %lld %lld %s", dir, (long long)*version,
	    (long long)day, decision);
	if (bench_fault != FAULT_NONE) {
		fault_set(f, bench_fault, "%s", "");
		return -1;
	}
	if (*version == 0)
		*version = 7;
	return 0;
}

int
lint_offline(const char *path, const struct clock *clock, enum lang lang, json_t **ret_result,
    struct fault *f)
{
	(void)clock;
	(void)lang;
	snprintf(bench_asked, sizeof(bench_asked), "lint %s", path);
	return answer(ret_result, f);
}

int
export_offline(const char *dir, int64_t version, enum inventory_format format, int apart,
    struct export_files *ret_files, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "export %s %lld %d %d", dir, (long long)version,
	    (int)format, apart);
	*ret_files = (struct export_files){ .version = 7, .name = { "items.csv" }, .n = 1 };
	buf_str(&ret_files->content[0], "bytes\n");
	return answer(NULL, f);
}

int
inventory_in_force(const char *dir, struct inventory **ret_inv, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "in force %s", dir);
	*ret_inv = NULL;
	return answer(NULL, f);
}

/* One list, of 330723, with whatever stands at path. */
int
gather(const char *path, const struct inventory *inv, struct gathering *g, struct fault *f)
{
	static const struct division wuyi = { .code = "330723", .name = "武义县", .level = "county" };

	(void)inv;
	(void)f;
	g->list = calloc(1, sizeof(*g->list));
	g->n = 1;
	g->list->division = &wuyi;
	snprintf(g->list->shown, sizeof(g->list->shown), "330723.csv");
	snprintf(g->list->name, sizeof(g->list->name), "330723.csv");
	return buf_str(&g->list->bytes, path);
}

void
gathering_free(struct gathering *g)
{
	for (size_t i = 0; i < g->n; i++)
		buf_free(&g->list[i].bytes);
	free(g->list);
	*g = (struct gathering){ 0 };
}

int
compare_offline(const struct comparing *what, json_t **ret_result, struct fault *f)
{
	snprintf(bench_asked, sizeof(bench_asked), "compare %s %s %s %s", what->src, what->inventory != NULL ?
	    what->inventory : "-", what->dir, what->division != NULL ? what->division : "-");
	return answer(ret_result, f);
}

int
align_format_parse(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strcmp(dot != NULL ? dot + 1 : name, "csv") == 0 ? ALIGN_CSV :
	    strcmp(dot != NULL ? dot + 1 : name, "xlsx") == 0 ? ALIGN_XLSX : -1;
}

const char *
align_format_name(enum align_format format)
{
	return format == ALIGN_CSV ? "csv" : "xlsx";
}

int
align_export(const json_t *document, enum align_format format, enum lang lang, const char *day,
    struct buf *out, struct fault *f)
{
	(void)document;
	(void)lang;
	(void)f;
	return buf_fmt(out, "%s %s\n", align_format_name(format), day);
}

int
event_differences(const struct export_files *version, const struct buf *events, json_t **ret_json,
    struct fault *f)
{
	(void)events;
	(void)f;
	*ret_json = json_pack("{s:I, s:n, s:i, s:{}, s:[]}", "from", (json_int_t)version->version, "to", "total",
	    0, "files", "changes");
	return 0;
}

void
export_files_free(struct export_files *files)
{
	for (size_t i = 0; i < files->n; i++)
		buf_free(&files->content[i]);
	files->n = 0;
}
