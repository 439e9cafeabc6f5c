/*
 * instance.h - the instance directory (docs/decisions.md 17): made, opened, locked, closed.
 *
 *	wzm.conf  wzm.db and index.db (or a database elsewhere)  keys/  sign/  sources/  run/ (lock, wzm.sock)
 */
#ifndef SVC_INSTANCE_H
#define SVC_INSTANCE_H

#include "base/conf.h"
#include "base/fault.h"
#include "svc/app.h"

/*
 * Makes an instance: directory, keys, store, first data key, the log, with demo the demo
 * users.  store: the address of an empty database, which then stands in wzm.conf, or NULL for
 * wzm.db.  FAULT_INSTANCE_EXISTS if wzm.conf or the store is there already; nothing is touched then.
 */
int instance_init(const char *dir, const char *division, const char *origin, const char *store,
    int demo, const struct clock *clock, struct fault *f);

/*
 * Makes an instance directory for one more process on the store of the instance in from: its
 * identity and keys, and a log of its own of the next free letter.  store: how this machine
 * reaches the database, or NULL for the address in from's wzm.conf.  FAULT_JOIN_FILE,
 * FAULT_LOGS_USED_UP, FAULT_INSTANCE_EXISTS.
 */
int instance_join(const char *dir, const char *from, const char *store, char ret_log[8],
    struct fault *f);

/*
 * Begins a new log, of the next letter that neither the store nor sign/ knows, and writes it into
 * wzm.conf: after the store had to be replaced by an older copy, or the key was lost.  The old log stays
 * readable.  FAULT_INSTANCE_LOCKED while a server runs.
 */
int instance_new_log(const char *dir, char ret_log[8], struct fault *f);

/*
 * Opens it under its lock (FAULT_INSTANCE_LOCKED with pid), starts the journal and loads the
 * inventory in force, if there is one.  A store that is older than what was signed is refused
 * (svc/evidence/fence.h).
 */
int instance_open(const char *dir, const struct conf *conf, const struct clock *clock,
    struct app **ret_app, struct fault *f);
void instance_close(struct app *app);

/* Starts the index of persons, index.db or tables in the database; instance_close ends it. */
int instance_index(struct app *app, const struct conf *conf, struct fault *f);

/*
 * Opens it only to look, also while a server runs: keys and store, no lock, no journal, no
 * inventory.  A store of another schema is refused.
 */
int instance_look(const char *dir, struct app **ret_app, struct fault *f);

/* Takes the lock of an instance: FAULT_INSTANCE_LOCKED; held until ret_fd is closed. */
int instance_lock(const char *dir, int *ret_fd, struct fault *f);

/* wzm.conf of dir over the built-in settings, then the environment. */
int instance_conf(const char *dir, struct conf **ret_conf, struct fault *f);


#endif
