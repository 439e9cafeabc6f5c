#include "base/conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONF_FILE_MAX 65536	/* bytes */

static const struct conf_row rows[] = {
#define CONF(sym, name, type, def, min, max, zh, en) \
	[CONF_##sym] = { name, CONF_##type, def, min, max, { zh, en } },
#include "base/conf.def"
#undef CONF
};

struct conf {
	char *value[CONF_NKEYS];
};

const struct conf_row *
conf_row(enum conf_key key)
{
	return &rows[key];
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CONF_NKEYS; i++)
		free(c->value[i]);
	free(c);
}

struct conf *
conf_new(void)
{
	struct conf *c = calloc(1, sizeof(*c));

	for (size_t i = 0; c != NULL && i < CONF_NKEYS; i++) {
		if ((c->value[i] = strdup(rows[i].def)) == NULL) {
			conf_free(c);
			return NULL;
		}
	}
	return c;
}

static int
invalid(struct fault *f, const char *key, const char *where, const char *why)
{
	fault_set(f, FAULT_CONF_INVALID, "%s", why);
	fault_arg(f, "key", "%s", key);
	fault_arg(f, "why", "%s", why);
	fault_arg(f, "where", "%s", where);
	return -1;
}

static int
parse_int(const char *text, int64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' ? 0 : -1;
}

int
conf_set(struct conf *c, const char *name, const char *value, const char *where, struct fault *f)
{
	char why[80], *copy;
	int64_t n;

	for (size_t i = 0; i < CONF_NKEYS; i++) {
		const struct conf_row *r = &rows[i];

		if (strcmp(r->name, name) != 0)
			continue;
		if (r->type == CONF_INT && parse_int(value, &n) < 0)
			return invalid(f, name, where, "not an integer");
		if (r->type != CONF_INT)
			n = (int64_t)strlen(value);
		if (n < r->min || n > r->max) {
			snprintf(why, sizeof(why), "%s %lld to %lld",
			    r->type == CONF_INT ? "must be" : "length must be",
			    (long long)r->min, (long long)r->max);
			return invalid(f, name, where, why);
		}
		if ((copy = strdup(value)) == NULL) {
			fault_set(f, FAULT_MEMORY, "%s", "");
			return -1;
		}
		free(c->value[i]);
		c->value[i] = copy;
		return 0;
	}
	return invalid(f, name, where, "no such setting");
}

static char *
trim(char *text)
{
	char *end = text + strlen(text);

	while (isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* One line of the file; seen marks the keys that earlier lines set. */
static int
file_line(struct conf *c, char *line, const char *where, unsigned char *seen, struct fault *f)
{
	char *key = trim(line), *eq = strchr(key, '=');

	if (*key == '\0' || *key == '#')
		return 0;
	if (eq == NULL)
		return invalid(f, key, where, "expected key = value");
	*eq = '\0';
	key = trim(key);
	if (conf_set(c, key, trim(eq + 1), where, f) < 0)
		return -1;
	for (size_t i = 0; i < CONF_NKEYS; i++)
		if (strcmp(rows[i].name, key) == 0 && seen[i]++ != 0)
			return invalid(f, key, where, "set twice");
	return 0;
}

int
conf_file(struct conf *c, const char *path, struct fault *f)
{
	unsigned char seen[CONF_NKEYS] = { 0 };
	struct buf text = BUF_INIT;
	char where[FAULT_ARG_MAX], *line, *next;
	int rc = -1, number = 0;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	if (buf_read_file(&text, path, CONF_FILE_MAX, f) < 0)
		goto out;
	for (line = text.data; line != NULL && *line != '\0'; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		snprintf(where, sizeof(where), "%s:%d", path, ++number);
		if (file_line(c, line, where, seen, f) < 0)
			goto out;
	}
	rc = 0;
out:
	buf_free(&text);
	return rc;
}

int
conf_environment(struct conf *c, struct fault *f)
{
	char name[64];
	const char *value;

	for (size_t i = 0; i < CONF_NKEYS; i++) {
		snprintf(name, sizeof(name), "WZM_%s", rows[i].name);
		for (char *p = name; *p != '\0'; p++)
			*p = (char)toupper((unsigned char)*p);
		if ((value = getenv(name)) != NULL &&
		    conf_set(c, rows[i].name, value, name, f) < 0)
			return -1;
	}
	return 0;
}

const char *
conf_text(const struct conf *c, enum conf_key key)
{
	return c->value[key];
}

int64_t
conf_int(const struct conf *c, enum conf_key key)
{
	int64_t n = 0;

	return parse_int(c->value[key], &n) == 0 ? n : 0;
}

void
conf_sample(struct buf *out)
{
	buf_str(out, "# wzm.conf: key = value, one a line.  WZM_<KEY> and --<key> go before this file.\n");
	for (size_t i = 0; i < CONF_NKEYS; i++)
		buf_fmt(out, "\n# %s\n# %s\n#%s = %s\n", rows[i].says[LANG_ZH],
		    rows[i].says[LANG_EN], rows[i].name, rows[i].def);
}
