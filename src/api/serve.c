#include "api/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "api/api.h"
#include "api/chores.h"
#include "api/live.h"
#include "base/log.h"
#include "svc/evidence/signing.h"
#include "svc/instance.h"
#include "api/watch.h"
#include "svc/intake/deliver.h"
#include "svc/joint/joint_drive.h"
#include "svc/inventory/inventory_svc.h"
#include "svc/inventory/versions.h"

#define IDLE_SECONDS 75
#define REQUEST_SECONDS 20
/* Of work before a loop, before others are told to come back.  Sanitizers make each take many times as long. */
#define CROWD_MS 80
#ifdef __SANITIZE_ADDRESS__
#define SLOWED 10
#else
#define SLOWED 1
#endif
#define LOOK_MS 1000
#define STRICT_SECONDS 31536000	/* a year, for which a browser that came by https goes on so */

#ifndef WZM_WEB_DIR
#define WZM_WEB_DIR "/usr/local/share/wzm/web"
#endif

/* Keys and clear text are in memory: no core file, nobody's debugger. */
static void
close_up(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

static enum log_level
level_of(const char *name)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

/* Where the pages are: the setting, the build tree the program runs from, or where it was installed. */
static void
find_web(const struct conf *conf, char *text, size_t size)
{
	char self[3800];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	snprintf(text, size, "%s", conf_text(conf, CONF_WEB));
	if (text[0] != '\0')
		return;
	if (n > 0) {
		/* <tree>/build/src/cli/wzm */
		self[n] = '\0';
		for (int up = 0; up < 4 && strrchr(self, '/') != NULL; up++)
			*strrchr(self, '/') = '\0';
		snprintf(text, size, "%s/web/dist", self);
		if (access(text, R_OK) == 0)
			return;
	}
	snprintf(text, size, "%s", WZM_WEB_DIR);
}

static const char *
text_or_null(const struct conf *conf, enum conf_key key)
{
	const char *text = conf_text(conf, key);

	return text[0] != '\0' ? text : NULL;
}

static int
start_http(struct api *api, const struct conf *conf, struct fault *f)
{
	struct http_conf http = api_http_conf(api);
	char path[4200];

	http.certificate = text_or_null(conf, CONF_TLS_CERTIFICATE);
	http.key = text_or_null(conf, CONF_TLS_KEY);
	if ((http.certificate == NULL) != (http.key == NULL)) {
		const char *set = http.key != NULL ? "tls_key" : "tls_certificate";

		fault_set(f, FAULT_TLS_HALF, "%s", "");
		fault_arg(f, "key", "%s", set);
		fault_arg(f, "other", "%s", http.key != NULL ? "tls_certificate" : "tls_key");
		return -1;
	}
	/* localhost is also the host of whatever else runs there. */
	http.strict_seconds = api->app->demo ? 0 : STRICT_SECONDS;

	snprintf(path, sizeof(path), "%s/run/wzm.sock", api->app->dir);
	http.address = conf_text(conf, CONF_ADDRESS);
	http.port = (uint16_t)conf_int(conf, CONF_PORT);
	http.unix_path = path;
	http.loops = (int)conf_int(conf, CONF_LOOPS);
	http.connections = (int)conf_int(conf, CONF_CONNECTIONS);
	http.idle_seconds = IDLE_SECONDS;
	http.request_seconds = REQUEST_SECONDS;
	http.crowd_ms = SLOWED * CROWD_MS;
	return http_start(&http, &api->server, f);
}

/* SIGHUP.  What is in use stays where the new one is none. */
static void
renew(struct api *api)
{
	struct fault f = FAULT_INIT;

	if (http_renew(api->server, &f) < 0)
		log_fault(LOG_ERROR, "tls_not_renewed", &f);
}

/* Waits for SIGTERM or SIGINT; -1 when nothing can be written any more: the log was taken over, or the store is old. */
static int
wait_for_end(struct api *api, int signals, struct fault *f)
{
	struct pollfd p = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo info;

	for (;;) {
		int n = poll(&p, 1, LOOK_MS);

		if (n < 0 && errno != EINTR)
			return 0;
		if (n > 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
			if (info.ssi_signo != SIGHUP)
				return 0;
			renew(api);
		}
		if (journal_closed(api->app->journal, f))
			return -1;
	}
}

static void
joint_changed(void *ctx, const char *division, const uint8_t *id)
{
	struct api *api = ctx;

	watch_wake(api->watchers, division, id);
}

int
serve_run(const char *dir, struct conf *conf, struct fault *f)
{
	static struct clock clock;
	struct app *app = NULL;
	struct api *api = NULL;
	struct chores *chores = NULL;
	char port[16];
	sigset_t ends;
	int signals = -1, rc = -1;

	log_setup(level_of(conf_text(conf, CONF_LOG_LEVEL)), &clock);
	close_up();
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	/* Without TLS it ends the process as it does others: the terminal is gone. */
	if (text_or_null(conf, CONF_TLS_CERTIFICATE) != NULL)
		sigaddset(&ends, SIGHUP);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	if ((signals = signalfd(-1, &ends, SFD_CLOEXEC)) < 0) {
		fault_set(f, FAULT_BUG, "signalfd: %s", strerror(errno));
		return -1;
	}
	if (instance_open(dir, conf, &clock, &app, f) < 0 || instance_index(app, conf, f) < 0 ||
	    signing_start(app, conf, &app->signing, f) < 0 || api_new(app, conf, &api, f) < 0)
		goto out;
	find_web(conf, api->web, sizeof(api->web));
	if (deliver_start(app, conf, &api->deliver, f) < 0 || joint_driver_start(app,
	    (int)conf_int(conf, CONF_JOINT_THREADS), joint_changed, api, &api->driver, f) < 0 ||
	    live_start(api, &api->live, f) < 0 || start_http(api, conf, f) < 0 ||
	    chores_start(api, &chores, f) < 0)
		goto out;
	snprintf(port, sizeof(port), "%u", http_port(api->server));
	log_event(LOG_INFO, "listening", "address", conf_text(conf, CONF_ADDRESS), "port", port,
	    "tls", text_or_null(conf, CONF_TLS_CERTIFICATE) != NULL ? "1" : "0", "web", api->web, "log", app->log, NULL);
	rc = wait_for_end(api, signals, f);
	log_event(LOG_INFO, "stopping", NULL);
	journal_hurry(app->journal);
out:
	if (api != NULL) {
		watch_end(api->watchers);
		live_end(api->live);
		http_stop(api->server);
		live_stop(api->live);
	}
	chores_stop(chores);
	if (api != NULL)
		deliver_stop(api->deliver);
	if (api != NULL)
		joint_driver_stop(api->driver);
	if (rc == 0)
		api_flush_strangers(api);
	if (app != NULL)
		signing_stop(app->signing);
	api_free(api);
	instance_close(app);
	if (signals >= 0)
		close(signals);
	if (rc == 0)
		log_event(LOG_INFO, "stopped", NULL);
	return rc;
}

int
import_offline(const char *dir, const char *src, enum import_kind kind, enum lang lang,
    json_t **ret_result, struct fault *f)
{
	static const struct actor root = { .id = "root", .role = "operator", .scope = "division" };
	struct inventory_report report = { 0 };
	struct datasets_done sets = { 0 };
	struct import_done done = { 0 };
	struct clock clock = { 0 };
	struct conf *conf = NULL;
	struct app *app = NULL;
	int rc = -1;

	*ret_result = NULL;
	if (instance_conf(dir, &conf, f) < 0 || instance_open(dir, conf, &clock, &app, f) < 0)
		goto out;
	rc = kind == IMPORT_INVENTORY ? inventory_import(app, &root, src, &done, &report, f) :
	    dataset_import(app, &root, src, &sets, &report, f);
	if (rc == 0)
		*ret_result = kind == IMPORT_INVENTORY ? view_import(done.inv, done.changed, &report, lang) :
		    view_datasets(&sets);
	else if (f->code == FAULT_IMPORT_REFUSED)
		*ret_result = view_refused(&report, f, lang, "");
out:
	inventory_unref(done.inv);
	inventory_report_free(&report);
	instance_close(app);
	conf_free(conf);
	return rc;
}

int
publish_offline(const char *dir, int64_t *version, int64_t day, const char *decision, struct fault *f)
{
	static const struct actor root = { .id = "root", .role = "operator", .scope = "division" };
	struct clock clock = { 0 };
	struct conf *conf = NULL;
	struct app *app = NULL;
	int rc = -1;

	if (instance_conf(dir, &conf, f) == 0 && instance_open(dir, conf, &clock, &app, f) == 0)
		rc = inventory_publish_alone(app, &root, version, day, decision, f);
	instance_close(app);
	conf_free(conf);
	return rc;
}
