/*
 * conf.h - the settings of an instance, from one table (conf.def).
 *
 * Order of precedence: built-in, file (wzm.conf), environment (WZM_<KEY>), flags
 * (--<key>).  The same table makes --help, the sample file and the manual page.
 * Secrets are never settings: only files hold them.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

enum conf_type { CONF_TEXT, CONF_INT, CONF_PATH };

enum conf_key {
#define CONF(sym, name, type, def, min, max, zh, en) CONF_##sym,
#include "base/conf.def"
#undef CONF
	CONF_NKEYS
};

struct conf_row {
	const char *name;
	enum conf_type type;
	const char *def;
	int64_t min, max;	/* of an integer; of a text its length in bytes */
	const char *says[2];	/* [lang] */
};

struct conf;

const struct conf_row *conf_row(enum conf_key key);

/* Built-in values; NULL when out of memory. */
struct conf *conf_new(void);
void conf_free(struct conf *c);

/*
 * Lays the file's settings over what c holds: "key = value" lines, # comments.
 * A file that does not exist changes nothing.  An unknown or repeated key or a
 * bad value is FAULT_CONF_INVALID with key, why and where (file:line); c may
 * then hold some of the file.
 */
int conf_file(struct conf *c, const char *path, struct fault *f);
int conf_environment(struct conf *c, struct fault *f);

/* One setting by its name; where is for the fault. */
int conf_set(struct conf *c, const char *name, const char *value, const char *where,
    struct fault *f);

/* Values live as long as c. */
const char *conf_text(const struct conf *c, enum conf_key key);
int64_t conf_int(const struct conf *c, enum conf_key key);

/* A commented wzm.conf with every setting at its built-in value. */
void conf_sample(struct buf *out);

#endif
