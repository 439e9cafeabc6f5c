/*
 * server.c - starting and stopping: sockets and threads.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "http/server.h"

#define BACKLOG 4096
#define LOOPS_MAX 64
#define SPARE_FILES 128		/* descriptors besides those of connections */

static int
network_fault(struct fault *f, const char *what)
{
	int why = errno;

	fault_set(f, FAULT_NETWORK, "%s", strerror(why));
	fault_arg(f, "what", "%s", what);
	return -1;
}

/* A broken lock or the like inside the library: nothing can be trusted any more. */
static void
library_panic(void *cls, const char *file, unsigned line, const char *reason)
{
	char at[12];

	(void)cls;
	snprintf(at, sizeof(at), "%u", line);
	log_event(LOG_ERROR, "microhttpd_panic", "file", file, "line", at, "reason",
	    reason != NULL ? reason : "", NULL);
	abort();
}

static int
open_tcp(struct http_server *s, struct fault *f)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *ai;
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	char port[8], text[64];
	int fd, on = 1, off = 0, rc = -1;

	snprintf(port, sizeof(port), "%u", s->conf.port);
	snprintf(text, sizeof(text), "%s port %s", s->conf.address, port);
	if (getaddrinfo(s->conf.address, port, &hints, &ai) != 0) {
		errno = EINVAL;
		return network_fault(f, text);
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		goto out;
	/* Accepted sockets inherit TCP_NODELAY. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    (ai->ai_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0))
		goto out;
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		goto out;
	/* The port is at the same place in both families. */
	s->port = ntohs(((struct sockaddr_in *)&at)->sin_port);
	s->listener[0] = fd;
	fd = -1;
	rc = 0;
out:
	if (rc < 0)
		network_fault(f, text);
	if (fd >= 0)
		close(fd);
	freeaddrinfo(ai);
	return rc;
}

/* Removes a socket that nobody serves any more; one that is served stays, and bind fails. */
static void
remove_stale(const struct sockaddr_un *un)
{
	struct stat st;
	int fd;

	if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return;
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 && errno == ECONNREFUSED)
		unlink(un->sun_path);
	close(fd);
}

static int
open_unix(struct http_server *s, struct fault *f)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const char *path = s->conf.unix_path;
	int fd = -1;

	if (strlen(path) >= sizeof(un.sun_path)) {
		errno = ENAMETOOLONG;
		return network_fault(f, path);
	}
	memcpy(un.sun_path, path, strlen(path) + 1);
	remove_stale(&un);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* Nobody can connect before listen, so the mode is right from the first moment. */
	if (fd < 0 || bind(fd, (struct sockaddr *)&un, sizeof(un)) < 0) {
		network_fault(f, path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	s->listener[1] = fd;	/* from here on http_stop removes the file */
	if (chmod(path, 0600) < 0 || listen(fd, BACKLOG) < 0)
		return network_fault(f, path);
	return 0;
}

/* Each connection is a descriptor; the usual soft limit of 1024 is for programs with select. */
static void
raise_file_limit(int connections)
{
	rlim_t need = (rlim_t)connections + SPARE_FILES;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= need)
		return;
	r.rlim_cur = r.rlim_max < need ? r.rlim_max : need;
	if (setrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur < need)
		log_event(LOG_WARN, "few_files", "hint", "raise the limit of open files (ulimit -n)",
		    NULL);
}

/* Signals are for the main thread; SIGPIPE for nobody. */
static int
start_threads(struct http_server *s, int *ret_started, struct fault *f)
{
	sigset_t all, before;
	int rc = 0;

	*ret_started = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (*ret_started < s->nloops && rc == 0) {
		struct loop *loop = &s->loop[*ret_started];

		if ((rc = pthread_create(&loop->thread, NULL, loop_main, loop)) == 0)
			++*ret_started;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		return 0;
	errno = rc;
	return network_fault(f, "thread");
}

static void
server_free(struct http_server *s, int started)
{
	for (int i = 0; i < started; i++)
		pthread_join(s->loop[i].thread, NULL);
	for (int i = 0; i < s->nloops; i++) {
		while (atomic_load(&s->loop[i].callers) > 0)
			sched_yield();
		loop_close(&s->loop[i]);
	}
	for (int i = 0; i < LISTENERS_MAX; i++) {
		if (s->listener[i] >= 0)
			close(s->listener[i]);
	}
	if (s->listener[1] >= 0)
		unlink(s->conf.unix_path);
	route_table_free(s->routes);
	tls_free(s->tls);
	free(s);
}

int
http_start(const struct http_conf *conf, struct http_server **ret_server, struct fault *f)
{
	struct http_server *s;
	int nloops = conf->loops, started = 0;

	if (nloops < 1 || nloops > LOOPS_MAX || conf->connections < 1 || conf->idle_seconds < 1 ||
	    conf->request_seconds < 1 || conf->clock == NULL) {
		fault_set(f, FAULT_BUG, "http_conf");
		return -1;
	}
	if ((s = calloc(1, sizeof(*s) + (size_t)nloops * sizeof(s->loop[0]))) == NULL) {
		fault_set(f, FAULT_MEMORY, "server");
		return -1;
	}
	s->conf = *conf;
	s->listener[0] = s->listener[1] = -1;
	s->exact_headers = strcmp(MHD_get_version(), "0.9.75") == 0;
	MHD_set_panic_func(library_panic, NULL);
	raise_file_limit(conf->connections);
	if (route_table_new(conf->routes, conf->nroutes, &s->routes, f) < 0)
		goto fail;
	if (conf->certificate != NULL && tls_open(conf, &s->tls, f) < 0)
		goto fail;
	if (conf->address != NULL && open_tcp(s, f) < 0)
		goto fail;
	if (conf->unix_path != NULL && open_unix(s, f) < 0)
		goto fail;
	/* Counted one by one, so that a failure closes what was opened. */
	while (s->nloops < nloops) {
		if (loop_open(&s->loop[s->nloops++], s, f) < 0)
			goto fail;
	}
	if (start_threads(s, &started, f) < 0)
		goto fail;
	*ret_server = s;
	return 0;
fail:
	atomic_store(&s->stopping, 1);
	for (int i = 0; i < started; i++)
		loop_wake(&s->loop[i]);
	server_free(s, started);
	return -1;
}

uint16_t
http_port(const struct http_server *s)
{
	return s->port;
}

int
http_renew(struct http_server *s, struct fault *f)
{
	return s->tls == NULL ? 0 : tls_renew(s->tls, f);
}

void
http_stop(struct http_server *s)
{
	if (s == NULL)
		return;
	atomic_store(&s->stopping, 1);
	for (int i = 0; i < s->nloops; i++)
		loop_wake(&s->loop[i]);
	server_free(s, s->nloops);
}

struct http_stats
http_stats(const struct http_server *s)
{
	struct http_stats sum = { 0 };

	for (int i = 0; i < s->nloops; i++) {
		const struct loop *l = &s->loop[i];

		sum.requests += atomic_load_explicit(&l->requests, memory_order_relaxed);
		sum.answered += atomic_load_explicit(&l->answered, memory_order_relaxed);
		sum.waiting += atomic_load_explicit(&l->waiting, memory_order_relaxed);
		sum.refused += atomic_load_explicit(&l->refused, memory_order_relaxed);
	}
	return sum;
}
