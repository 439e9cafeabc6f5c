/*
 * log.h - the operator's log: one line of logfmt per event, on standard error.
 *
 *	at=2026-11-23T09:30:12.345+08:00 level=info event=listening port=8080
 *
 * No personal data: names, numbers, typed values and the text of requests never
 * go in.  Values that need it are quoted.  Safe from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/clock.h"
#include "base/fault.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Lines above level are dropped.  The clock must outlive the log; NULL: no time is written. */
void log_setup(enum log_level level, const struct clock *clock);

/* Pairs of key and value (both const char *), ended by NULL. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* A fault with its code, cause and arguments. */
void log_fault(enum log_level level, const char *event, const struct fault *f);

#endif
