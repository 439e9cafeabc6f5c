/*
 * sign.c - the holder of the log's key, and what is done with logs as a whole.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/cli.h"
#include "sign/signer.h"
#include "svc/evidence/fence.h"
#include "svc/instance.h"

#define FIRST_FD 3		/* of systemd's sockets */

static int
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* Whom the socket was made for: the owner of its file, by the unit's SocketUser. */
static unsigned
owner_of(int fd)
{
	struct sockaddr_un at = { 0 };
	socklen_t len = sizeof(at);
	struct stat st;

	if (getsockname(fd, (struct sockaddr *)&at, &len) == 0 && at.sun_family == AF_UNIX &&
	    at.sun_path[0] == '/' && stat(at.sun_path, &st) == 0)
		return st.st_uid;
	return geteuid();
}

/* A socket that systemd listens on, or one end of a pair as standard input. */
static int
find_socket(struct signer_from *ret_from, struct fault *f)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	if (pid != NULL && fds != NULL && strtol(pid, NULL, 10) == (long)getpid() && strcmp(fds, "1") == 0 &&
	    is_socket(FIRST_FD)) {
		*ret_from = (struct signer_from){ FIRST_FD, 1, owner_of(FIRST_FD) };
		return 0;
	}
	if (is_socket(STDIN_FILENO)) {
		*ret_from = (struct signer_from){ STDIN_FILENO, 0, 0 };
		return 0;
	}
	fault_set(f, FAULT_SIGN_NOT_STARTED, "%s", "");
	return -1;
}

static enum cli_exit
sign(struct cli *c, const struct signer *s)
{
	struct fault f = FAULT_INIT;
	struct signer_from from;

	if (find_socket(&from, &f) < 0)
		return cli_fault(c, &f);
	if (!from.listens) {
		/* It ends with its server, which has things to sign after a Ctrl-C; and is given nothing else of it. */
		signal(SIGINT, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		close_range(FIRST_FD, ~0u, 0);
	}
	signer_run(s, &from, &f);
	return cli_fault(c, &f);
}

/* The newest checkpoint: of the option, or of the store. */
static int
newest(struct cli *c, const struct signer *s, struct buf *out, struct fault *f)
{
	const char *file = cli_opt(c, OPT_CHECKPOINT);

	if (file == NULL)
		return evidence_newest(s->dir, s->log, out, f);
	return buf_read_file(out, strcmp(file, "-") == 0 ? "/dev/stdin" : file, SIGN_NOTE_MAX, f);
}

static enum cli_exit
adopt(struct cli *c, const struct signer *s)
{
	struct buf note = BUF_INIT_MAX(SIGN_NOTE_MAX);
	struct fault f = FAULT_INIT;
	char n[NUM_SIZE];
	uint64_t size;
	int rc = newest(c, s, &note, &f);

	if (rc == 0)
		rc = signer_adopt(s, note.data != NULL ? note.data : "", note.len, &size, &f);
	buf_free(&note);
	if (rc < 0) {
		fault_arg(&f, "log", "%s", s->log);
		return cli_fault(c, &f);
	}
	if (c->json)
		fprintf(c->out, "{\"log\":\"%s\",\"size\":%llu}\n", s->log, (unsigned long long)size);
	else
		say(c, SAY_STATE_MOVED, num_text((json_int_t)size, n));
	return CLI_OK;
}

enum cli_exit
cmd_sign(struct cli *c)
{
	struct fault f = FAULT_INIT;
	struct conf *conf = NULL;
	char origin[300];
	enum cli_exit rc;

	umask(0077);
	if (instance_conf(c->operand[0], &conf, &f) < 0)
		return cli_fault(c, &f);
	snprintf(origin, sizeof(origin), "%s/log/%s", conf_text(conf, CONF_ORIGIN), conf_text(conf, CONF_LOG));
	rc = (cli_opt(c, OPT_ADOPT) != NULL ? adopt : sign)(c, &(struct signer){ c->operand[0],
	    conf_text(conf, CONF_LOG), origin });
	conf_free(conf);
	return rc;
}

enum cli_exit
cmd_log_new(struct cli *c)
{
	struct fault f = FAULT_INIT;
	char log[8];

	umask(0077);
	if (instance_new_log(c->dir, log, &f) < 0)
		return cli_fault(c, &f);
	if (c->json)
		fprintf(c->out, "{\"log\":\"%s\"}\n", log);
	else
		say(c, SAY_LOG_BEGUN, log);
	return CLI_OK;
}
