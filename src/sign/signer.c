#include "sign/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "crypto/keyfile.h"
#include "sign/cage.h"
#include "sign/state.h"
#include "tlog/merkle.h"

#define PART_MS 5000		/* for one message to arrive or leave */
#define LOCK_TRIES 50		/* tenths of a second that the one before may take to end */

/* What runs; nothing in it is allocated once it is shut in. */
struct run {
	const struct signer *s;
	const struct sign_names *names;
	struct sign_head head;
	struct note_key key;
	struct edkey *secret;		/* in guarded, locked memory */
	int dirfd, lockfd;
	uid_t uid;			/* of this process */
	struct timespec next;		/* no signature before */
	struct sign_message in, out;
};

int
signer_make(const struct signer *s, struct fault *f)
{
	struct sign_names names;
	char path[4200];
	int dirfd, rc = -1;

	sign_names(&names, s->log);
	if (sign_dir_open(s->dir, &dirfd, f) < 0)
		return -1;
	if (faccessat(dirfd, names.key, F_OK, 0) == 0)
		rc = 0;
	else if (faccessat(dirfd, names.state, F_OK, 0) == 0) {
		fault_set(f, FAULT_SIGN_KEY_LOST, "%s", "");
		fault_arg(f, "file", "sign/%s", names.key);
	} else {
		snprintf(path, sizeof(path), "%s/sign", s->dir);
		rc = keyfile_create(path, names.key, f);
	}
	close(dirfd);
	return rc;
}

int
signer_has(const char *dir, const char *log)
{
	struct sign_names names;
	struct fault f;
	int dirfd, has;

	sign_names(&names, log);
	if (sign_dir_open(dir, &dirfd, &f) < 0)
		return 0;
	has = faccessat(dirfd, names.key, F_OK, 0) == 0 || faccessat(dirfd, names.state, F_OK, 0) == 0;
	close(dirfd);
	return has;
}

enum fault_code
signer_decide(const struct sign_head *head, const struct note_key *key, const struct sign_request *r)
{
	struct checkpoint cp;

	if (r->note_len > 0) {
		if (checkpoint_open(&cp, r->note, r->note_len, key->name, key) != NOTE_SIGNED)
			return FAULT_SIGN_KEY_OTHER;
		if (cp.size > head->size ||
		    (cp.size == head->size && !hash_equal(cp.root.b, head->root.b, sizeof(cp.root.b))))
			return FAULT_SIGN_STATE_OLD;
	}
	if (r->new_size < head->size)
		return FAULT_SIGN_STORE_OLDER;
	/* Between other sizes than ours a proof says nothing about what was signed. */
	if (r->old_size != head->size || merkle_verify_consistency(head->size, head->root, r->new_size, r->root,
	    r->proof, r->nproof) != MERKLE_PROVEN)
		return FAULT_SIGN_NOT_CONSISTENT;
	return FAULT_NONE;
}

static int
take_lock(struct run *run, struct fault *f)
{
	int tries = 0;

	run->lockfd = openat(run->dirfd, run->names->lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	while (run->lockfd >= 0 && flock(run->lockfd, LOCK_EX | LOCK_NB) < 0) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || tries++ == LOCK_TRIES)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	if (run->lockfd >= 0 && tries <= LOCK_TRIES)
		return 0;
	fault_set(f, FAULT_SIGN_HELD, "%s", strerror(errno));
	fault_arg(f, "log", "%s", run->s->log);
	return -1;
}

/* The key of the file, in memory that is locked, guarded and never in a core. */
static int
load_key(struct run *run, struct fault *f)
{
	char path[4200];
	uint8_t *seed = sodium_malloc(EDKEY_SEED_LEN);
	int rc = -1;

	snprintf(path, sizeof(path), "%s/sign", run->s->dir);
	run->secret = sodium_malloc(sizeof(*run->secret));
	if (seed == NULL || run->secret == NULL)
		fault_set(f, FAULT_MEMORY, "%s", "key");
	else if (keyfile_load(path, run->names->key, seed, f) == 0) {
		edkey_make(run->secret, seed);
		if (note_key_make(&run->key, run->s->origin, NOTE_ED25519, run->secret->public) == 0)
			rc = 0;
		else
			fault_set(f, FAULT_BUG, "%s", "an origin that is no name");
	}
	sodium_free(seed);
	return rc;
}

/* Names, directory, lock, state: what adopting needs too. */
static int
open_files(struct run *run, struct fault *f)
{
	struct sign_names names;

	run->dirfd = run->lockfd = -1;
	sign_names(&names, run->s->log);
	if ((run->names = cage_names(&names, f)) == NULL || sign_dir_open(run->s->dir, &run->dirfd, f) < 0 ||
	    take_lock(run, f) < 0)
		return -1;
	return sign_state_read(run->dirfd, run->names, run->s->origin, &run->head, NULL, f);
}

static void
close_files(struct run *run)
{
	sodium_free(run->secret);
	if (run->lockfd >= 0)
		close(run->lockfd);
	if (run->dirfd >= 0)
		close(run->dirfd);
}

static int
begin(struct run *run, struct fault *f)
{
	/* The lock comes before the state is read: the one before may still be writing it. */
	if (signer_make(run->s, f) < 0 || cage_prepare(f) < 0 || open_files(run, f) < 0 || load_key(run, f) < 0)
		return -1;
	return cage_shut(run->dirfd, run->names, f);
}

/* Not more than SIGN_RATE in a second, whoever asks. */
static void
pace(struct run *run)
{
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &run->next, NULL) == EINTR)
		continue;
	clock_gettime(CLOCK_MONOTONIC, &run->next);
	run->next.tv_nsec += 1000000000 / SIGN_RATE;
	if (run->next.tv_nsec >= 1000000000) {
		run->next.tv_sec++;
		run->next.tv_nsec -= 1000000000;
	}
}

static void
sign(struct run *run)
{
	struct checkpoint cp = { 0 };
	char note[CHECKPOINT_NOTE_MAX];
	struct sign_request request;
	enum fault_code code;
	struct sign_head next;
	size_t len;

	if (sign_get_request(&run->in, &request) < 0)
		code = FAULT_BAD_REQUEST;
	else
		code = signer_decide(&run->head, &run->key, &request);
	if (code != FAULT_NONE) {
		sign_put_refused(&run->out, &run->head, fault_name(code));
		return;
	}
	pace(run);
	next = (struct sign_head){ request.new_size, request.root };
	/* The state first: what leaves here has been seen by others. */
	if (next.size != run->head.size &&
	    sign_state_write(run->dirfd, run->names, run->s->origin, &next) != 0) {
		sign_put_refused(&run->out, &run->head, fault_name(FAULT_SIGN_STATE_WRITE));
		return;
	}
	run->head = next;
	memcpy(cp.origin, run->key.name, sizeof(cp.origin));
	cp.size = next.size;
	cp.root = next.root;
	len = checkpoint_sign(&cp, &run->key, run->secret, note);
	sign_put_text(&run->out, SIGN_SIGNED, note, len);
}

/* The answer to what came in. */
static void
answer(struct run *run)
{
	char vkey[NOTE_VKEY_MAX];

	if (run->in.kind == SIGN_HEAD && run->in.len == 0)
		sign_put_head(&run->out, &run->head);
	else if (run->in.kind == SIGN_PUBLIC && run->in.len == 0) {
		note_key_format(&run->key, vkey);
		sign_put_text(&run->out, SIGN_IS_PUBLIC, vkey, strlen(vkey));
	} else
		sign(run);
}

/* One question; 0 when there will be no other. */
static int
one(struct run *run, int fd)
{
	if (sign_receive(fd, &run->in, PART_MS) <= 0)
		return 0;
	answer(run);
	return sign_send(fd, &run->out, PART_MS) == 0;
}

/* Who connected: us, root, or whom the socket was made for; else nobody. */
static int
take(const struct run *run, int listens, unsigned uid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd = accept4(listens, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    (peer.uid == 0 || peer.uid == run->uid || peer.uid == uid))
		return fd;
	close(fd);
	return -1;
}

/* The newest connection is the one that counts: the server before it may hang. */
static void
listen_for_ever(struct run *run, const struct signer_from *from)
{
	struct pollfd p[2] = { { .fd = from->fd, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
	int fd;

	for (;;) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[0].revents != 0 && (fd = take(run, from->fd, from->uid)) >= 0) {
			if (p[1].fd >= 0)
				close(p[1].fd);
			p[1].fd = fd;
		} else if (p[1].fd >= 0 && p[1].revents != 0 && !one(run, p[1].fd)) {
			close(p[1].fd);
			p[1].fd = -1;
		}
	}
}

int
signer_run(const struct signer *s, const struct signer_from *from, struct fault *f)
{
	static struct run run;
	struct pollfd p = { .fd = from->fd, .events = POLLIN };

	memset(&run, 0, sizeof(run));
	run.s = s;
	run.uid = geteuid();
	if (begin(&run, f) < 0) {
		close_files(&run);
		if (!from->listens && sign_receive(from->fd, &run.in, PART_MS) > 0) {
			sign_put_refused(&run.out, &run.head, fault_name(f->code));
			sign_send(from->fd, &run.out, PART_MS);
		}
		return -1;
	}
	if (from->listens)
		listen_for_ever(&run, from);
	while (poll(&p, 1, -1) < 0 || one(&run, from->fd))
		continue;
	edkey_wipe(run.secret);
	/* What is shut in can do nothing of what ends a program in order. */
	for (;;)
		syscall(SYS_exit_group, 0);
}

int
signer_adopt(const struct signer *s, const void *note, size_t len, uint64_t *ret_size, struct fault *f)
{
	static struct run run;
	struct checkpoint cp;
	int rc = -1, err;

	memset(&run, 0, sizeof(run));
	run.s = s;
	if (open_files(&run, f) < 0 || load_key(&run, f) < 0)
		goto out;
	if (checkpoint_open(&cp, note, len, s->origin, &run.key) != NOTE_SIGNED)
		fault_set(f, FAULT_SIGN_ADOPT_NOT_OURS, "%s", "");
	else if (cp.size < run.head.size || (cp.size == run.head.size &&
	    !hash_equal(cp.root.b, run.head.root.b, sizeof(cp.root.b)))) {
		fault_set(f, FAULT_SIGN_ADOPT_OLDER, "%s", "");
		fault_arg(f, "size", "%llu", (unsigned long long)cp.size);
		fault_arg(f, "signed", "%llu", (unsigned long long)run.head.size);
	} else if ((err = sign_state_write(run.dirfd, run.names, s->origin,
	    &(struct sign_head){ cp.size, cp.root })) != 0)
		fault_set(f, FAULT_SIGN_STATE_WRITE, "%s", strerror(err));
	else {
		*ret_size = cp.size;
		rc = 0;
	}
out:
	close_files(&run);
	return rc;
}

int
signer_head(const struct signer *s, struct sign_head *ret_head, struct fault *f)
{
	struct sign_names names;
	int dirfd, rc;

	sign_names(&names, s->log);
	if (sign_dir_open(s->dir, &dirfd, f) < 0)
		return -1;
	rc = sign_state_read(dirfd, &names, s->origin, ret_head, NULL, f);
	close(dirfd);
	return rc;
}
