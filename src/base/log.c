#include "base/log.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MAX_BYTES 4096

static enum log_level upto = LOG_INFO;
static const struct clock *time_source;

void
log_setup(enum log_level level, const struct clock *clock)
{
	upto = level;
	time_source = clock;
}

static void
start(struct buf *line, enum log_level level, const char *event)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char at[CLOCK_TEXT_MAX];

	if (time_source != NULL) {
		clock_text(clock_now(time_source), at);
		buf_fmt(line, "at=%s ", at);
	}
	buf_fmt(line, "level=%s event=%s", names[level], event);
}

static void
pair(struct buf *line, const char *key, const char *value)
{
	buf_fmt(line, " %s=", key);
	if (value[0] == '\0' || strpbrk(value, " =\"\\\t\r\n") != NULL)
		buf_json(line, value, strlen(value));
	else
		buf_str(line, value);
}

/* One write per line, so that threads do not mix theirs. */
static void
finish(struct buf *line)
{
	buf_char(line, '\n');
	if (!buf_failed(line) && write(STDERR_FILENO, line->data, line->len) < 0)
		return;		/* nowhere left to say so */
}

void
log_event(enum log_level level, const char *event, ...)
{
	struct buf line = BUF_INIT_MAX(LINE_MAX_BYTES);
	const char *key;
	va_list ap;

	if (level > upto)
		return;
	start(&line, level, event);
	va_start(ap, event);
	while ((key = va_arg(ap, const char *)) != NULL)
		pair(&line, key, va_arg(ap, const char *));
	va_end(ap);
	finish(&line);
	buf_free(&line);
}

void
log_fault(enum log_level level, const char *event, const struct fault *f)
{
	struct buf line = BUF_INIT_MAX(LINE_MAX_BYTES);

	if (level > upto)
		return;
	start(&line, level, event);
	pair(&line, "fault", fault_name(f->code));
	if (f->cause[0] != '\0')
		pair(&line, "cause", f->cause);
	for (size_t i = 0; i < f->nargs; i++)
		pair(&line, f->arg[i].name, f->arg[i].value);
	finish(&line);
	buf_free(&line);
}
