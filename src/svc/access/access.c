#include "svc/access/access.h"

#include <string.h>

#include "base/uuid.h"
#include "crypto/hash.h"

static const struct { const char *name, *roles; } actions[] = {
	[ACTION_NONE] = { "none", "" },
#define ACTION(sym, name, roles) [ACTION_##sym] = { name, roles },
#include "svc/access/actions.def"
#undef ACTION
};

static const struct demo_user {
	const char *id, *name, *role, *scope, *agency, *desk, *says[2];
} demo_users[] = {
#define DEMO(id, name, role, scope, agency, desk, zh, en) \
	{ id, name, role, scope, agency, desk, { zh, en } },
#include "svc/access/demo.def"
#undef DEMO
};

const char *
action_name(enum action action)
{
	return actions[action].name;
}

static int
has_role(const char *roles, const char *role)
{
	size_t len = strlen(role);

	for (const char *p = roles; *p != '\0'; p += strcspn(p, " "), p += *p == ' ')
		if (strncmp(p, role, len) == 0 && (p[len] == ' ' || p[len] == '\0'))
			return 1;
	return 0;
}

int
action_is_for(enum action action, const char *role)
{
	return has_role(actions[action].roles, role);
}

/* The roles of a list in Chinese. */
static void
roles_zh(const char *roles, char *text, size_t size)
{
	static const struct { const char *role, *zh; } words[] = { { "clerk", "窗口人员" },
		{ "verifier", "核验人员" }, { "steward", "数据管理员" }, { "operator", "系统管理员" },
		{ "auditor", "审计管理员" }, { "supervisor", "督办" }, { "reform", "改革专班" }, { "expert", "法律专家" }, { "platform", "接入平台" },
		{ "system", "系统" } };
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_role(roles, words[i].role))
			len += (size_t)snprintf(text + len, size - len, "%s%s", len > 0 ? "、" : "",
			    words[i].zh);
}

/* Whether an object of this agency and division is within the actor's reach. */
static int
within(const struct actor *actor, const char *agency, const char *division)
{
	/* GB/T 2260: a city's code ends in 00 and its counties share the first four digits. */
	int city_over = strcmp(actor->division + 4, "00") == 0 &&
	    strncmp(actor->division, division, 4) == 0;

	/* Clerks and windows work where they are; a city's supervisors and auditors read its counties too. */
	if (strcmp(actor->scope, "division") == 0)
		return strcmp(actor->division, division) == 0 ||
		    (city_over && strcmp(actor->role, "clerk") != 0 &&
		    strcmp(actor->role, "platform") != 0);
	return strcmp(actor->agency, agency) == 0 && strcmp(actor->division, division) == 0;
}

int
access_check(const struct actor *actor, enum action action, const char *agency,
    const char *division, struct fault *f)
{
	const char *roles = actions[action].roles;
	char zh[FAULT_ARG_MAX];

	if (has_role(roles, "public"))
		return 0;
	if (actor->id[0] == '\0') {
		/* Platforms have no page to sign in on. */
		fault_set(f, strcmp(roles, "platform") == 0 ? FAULT_TOKEN_MISSING : FAULT_SIGN_IN, "%s", "");
		return -1;
	}
	if (!has_role(roles, actor->role)) {
		fault_set(f, FAULT_NOT_ALLOWED, "%s", actions[action].name);
		fault_arg(f, "role", "%s", actor->role);
		fault_arg(f, "why_en", "%s", roles);
		roles_zh(roles, zh, sizeof(zh));
		fault_arg(f, "why_zh", "%s", zh);
		return -1;
	}
	if (division != NULL && !within(actor, agency, division)) {
		fault_set(f, FAULT_NOT_FOUND, "%s", "outside the actor's scope");
		return -1;
	}
	return 0;
}

struct record_actor
access_record_actor(const struct actor *actor)
{
	return (struct record_actor){ actor->agency[0] != '\0' ? actor->agency : NULL,
	    actor->id[0] != '\0' ? actor->id : "stranger",
	    actor->role[0] != '\0' ? actor->role : "public" };
}

/* The columns of USER_GET, in order, with the session's end after them. */
struct user_read {
	struct app *app;
	struct actor *actor;
	access_user_fn *each;
	void *ctx;
	int with_end;
};

static int
user_row(const struct store_row *row, void *ctx, struct fault *f)
{
	struct user_read *u = ctx;
	struct actor *a = u->actor;
	struct buf name = BUF_INIT_MAX(sizeof(a->name));
	size_t len;
	const void *sealed = row_blob(row, 1, &len);

	memset(a, 0, sizeof(*a));
	text_copy(a->id, sizeof(a->id), row_text(row, 0));
	if (unseal(u->app->seal, (struct seal_place){ "user_account", "name", a->id,
	    strlen(a->id) }, sealed, len, &name, f) < 0)
		return -1;
	text_copy(a->name, sizeof(a->name), name.data != NULL ? name.data : "");
	buf_wipe(&name);
	text_copy(a->role, sizeof(a->role), row_text(row, 2));
	text_copy(a->scope, sizeof(a->scope), row_text(row, 3));
	text_copy(a->agency, sizeof(a->agency), row_text(row, 4));
	text_copy(a->division, sizeof(a->division), row_text(row, 5));
	text_copy(a->desk, sizeof(a->desk), row_text(row, 6));
	text_copy(a->says, sizeof(a->says), row_text(row, 7));
	a->demo = row_int(row, 8) != 0;
	a->expires_at = u->with_end ? row_int(row, 9) : 0;
	return u->each != NULL ? u->each(a, u->ctx, f) : 0;
}

int
access_user(struct app *app, struct store_reader *reader, const char *id,
    struct actor *ret_actor, struct fault *f)
{
	struct user_read u = { .app = app, .actor = ret_actor };
	int64_t n = store_read(reader, ST_USER_GET, PARAMS(sql_text(id)), user_row, &u, f);

	if (n < 0)
		return -1;
	if (n == 0) {
		fault_set(f, FAULT_USER_UNKNOWN, "%s", "");
		return -1;
	}
	return 0;
}

int
access_users(struct app *app, struct store_reader *reader, access_user_fn *each, void *ctx,
    struct fault *f)
{
	struct actor actor;
	struct user_read u = { .app = app, .actor = &actor, .each = each, .ctx = ctx };

	return store_read(reader, ST_USERS, NULL, 0, user_row, &u, f) < 0 ? -1 : 0;
}

static void
token_of(const struct app *app, const char *cookie, uint8_t ret_token[BLIND_LEN])
{
	blind(app->seal, "session", cookie, strlen(cookie), ret_token);
}

void
access_draft_key(const struct app *app, const char *user, char ret_key[DRAFT_KEY_MAX])
{
	uint8_t key[BLIND_LEN];

	_Static_assert(ENC_SIZE(BLIND_LEN) <= DRAFT_KEY_MAX, "the key has room");
	blind(app->seal, "draft", user, strlen(user), key);
	enc_base64(key, sizeof(key), ret_key);
	explicit_bzero(key, sizeof(key));
}

static struct op *
session_op(struct app *app, const struct actor *user, enum record_type type, struct fault *f)
{
	struct record_actor actor = access_record_actor(user);
	uint8_t id[RECORD_ID_LEN];
	struct op *op = op_new();

	if (op == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", "");
		return NULL;
	}
	uuid7_new(app->clock, id);
	op_record(op, record_new(type, user->division, id, &actor));
	return op;
}

struct op *
access_open_session(struct app *app, const struct actor *user, int64_t now, int64_t expires_at,
    char ret_cookie[SESSION_COOKIE_MAX], struct fault *f)
{
	uint8_t bytes[32], token[BLIND_LEN];
	struct op *op = session_op(app, user, RECORD_SESSION_OPENED, f);

	if (op == NULL)
		return NULL;
	hash_random(bytes, sizeof(bytes));
	enc_base64url(bytes, sizeof(bytes), ret_cookie);
	explicit_bzero(bytes, sizeof(bytes));
	token_of(app, ret_cookie, token);
	op_step(op, ST_SESSION_EXPIRE, STORE_ANY_COUNT);
	op_int(op, now);
	op_step(op, ST_SESSION_INSERT, 1);
	op_blob(op, token, sizeof(token));
	op_text(op, user->id);
	op_at(op);
	op_int(op, expires_at);
	return op;
}

struct op *
access_close_session(struct app *app, const struct actor *user, const char *cookie,
    struct fault *f)
{
	uint8_t token[BLIND_LEN];
	struct op *op = session_op(app, user, RECORD_SESSION_CLOSED, f);

	if (op == NULL)
		return NULL;
	token_of(app, cookie, token);
	op_step(op, ST_SESSION_DELETE, STORE_ANY_COUNT);
	op_blob(op, token, sizeof(token));
	return op;
}

int
access_session(struct app *app, struct store_reader *reader, const char *cookie,
    struct actor *ret_actor, struct fault *f)
{
	struct user_read u = { .app = app, .actor = ret_actor, .with_end = 1 };
	uint8_t token[BLIND_LEN];
	int64_t n;

	token_of(app, cookie, token);
	n = store_read(reader, ST_SESSION_GET, PARAMS(sql_blob(token, sizeof(token)),
	    sql_int(clock_now(app->clock))), user_row, &u, f);
	if (n == 0)
		fault_set(f, FAULT_SIGN_IN, "%s", "");
	return n > 0 ? 0 : -1;
}

int
access_add_user(struct app *app, const struct actor *u, struct fault *f)
{
	struct buf name = BUF_INIT;
	uint8_t id[RECORD_ID_LEN];
	struct record *r;
	struct op *op = op_new();
	int rc = -1;

	if (op == NULL || seal(app->seal, (struct seal_place){ "user_account", "name", u->id,
	    strlen(u->id) }, u->name, strlen(u->name), &name, f) < 0)
		goto out;
	op_step(op, ST_USER_INSERT, 1);
	op_text(op, u->id);
	op_blob(op, name.data, name.len);
	op_text(op, u->role);
	op_text(op, u->scope);
	op_text(op, u->agency);
	op_text(op, u->division);
	op_text(op, u->desk[0] != '\0' ? u->desk : NULL);
	op_text(op, u->says);
	op_int(op, u->demo);
	uuid7_new(app->clock, id);
	if ((r = record_new(RECORD_USER_ADDED, app->division, id,
	    &(struct record_actor){ NULL, "root", "operator" })) != NULL) {
		record_str(r, "user", u->id);
		record_str(r, "role", u->role);
		if (u->desk[0] != '\0')
			record_str(r, "desk", u->desk);
	}
	op_record(op, r);
	rc = journal_run(app->journal, op, NULL, f);
	op = NULL;
out:
	op_free(op);
	buf_free(&name);
	return rc;
}

static int
add_demo_user(struct app *app, const struct demo_user *d, struct fault *f)
{
	struct actor u = { .demo = 1 };

	snprintf(u.id, sizeof(u.id), "%s", d->id);
	snprintf(u.name, sizeof(u.name), "%s", d->name);
	snprintf(u.role, sizeof(u.role), "%s", d->role);
	snprintf(u.scope, sizeof(u.scope), "%s", d->scope);
	snprintf(u.agency, sizeof(u.agency), "%s", d->agency);
	snprintf(u.division, sizeof(u.division), "%.6s", d->agency);
	snprintf(u.desk, sizeof(u.desk), "%s", d->desk != NULL ? d->desk : "");
	snprintf(u.says, sizeof(u.says), "%s", d->says[LANG_ZH]);
	return access_add_user(app, &u, f);
}

int
access_add_demo(struct app *app, struct fault *f)
{
	for (size_t i = 0; i < sizeof(demo_users) / sizeof(demo_users[0]); i++)
		if (add_demo_user(app, &demo_users[i], f) < 0)
			return -1;
	return 0;
}
