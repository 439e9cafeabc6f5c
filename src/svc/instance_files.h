/*
 * instance_files.h - the files of an instance directory, for instance.c.
 */
#ifndef SVC_INSTANCE_FILES_H
#define SVC_INSTANCE_FILES_H

#include <stddef.h>

#include "base/fault.h"

/* "dir/name"; FAULT_FILE_READ where it is too long. */
int instance_path(char *text, size_t size, const char *dir, const char *name, struct fault *f);

/* Mode 0700; one that is there is left as it is. */
int instance_make_dir(const char *path, struct fault *f);

/* A wzm.conf, never over another.  store: NULL for wzm.db in the directory. */
int instance_write_conf(const char *path, const char *division, const char *origin, const char *store,
    int demo, const char *log, struct fault *f);

/* The wzm.conf of dir with another log; everything else in it stays. */
int instance_conf_log(const char *dir, const char *log, struct fault *f);

#endif
