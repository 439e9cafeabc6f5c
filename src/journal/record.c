#include "journal/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/uuid.h"

#define MEMBERS_MAX 24
#define SAFE_INTEGER INT64_C(9007199254740991)	/* 2^53 - 1: RFC 8785, RFC 7493 */

static const struct type_row {
	const char *name;
	int version;
	const char *needs, *may;	/* member names with spaces between */
} types[] = {
#define RECORD(sym, name, version, needs, may) [RECORD_##sym] = { name, version, needs, may },
#include "journal/records.def"
#undef RECORD
};

static const char always[] = "actor at division id type v";

#define TEXT_ROOM 1000	/* bytes that most records' values have place in */

/* A member's name, and where its JSON text lies in that of all. */
struct member {
	char name[16];
	size_t from, len;
};

struct record {
	enum record_type type;
	char division[7];
	uint8_t id[RECORD_ID_LEN];
	struct member member[MEMBERS_MAX];	/* in the order of RFC 8785: ASCII names, bytewise */
	size_t nmembers;
	struct buf text;		/* the values, in the order in which they were set */
	const char *wrong;		/* the first thing that went wrong, for us */
	struct buf body;
	uint8_t body_salt[RECORD_SALT_LEN];
	int has_body;
};

const char *
record_type_name(enum record_type type)
{
	return types[type].name;
}

/* Whether name is one of the words of list. */
static int
listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = list; (p = strstr(p, name)) != NULL; p += len)
		if ((p == list || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return 1;
	return 0;
}

/* Begins a member, whose value is to be added to the text; NULL if it cannot be. */
static struct member *
begin(struct record *r, const char *name)
{
	size_t at = r->nmembers;

	if (!listed(types[r->type].needs, name) && !listed(types[r->type].may, name) &&
	    !listed(always, name)) {
		r->wrong = "a member that the type does not have";
		return NULL;
	}
	if (r->nmembers == MEMBERS_MAX) {
		r->wrong = "too many members";
		return NULL;
	}
	while (at > 0 && strcmp(r->member[at - 1].name, name) > 0)
		at--;
	if (at > 0 && strcmp(r->member[at - 1].name, name) == 0) {
		r->wrong = "a member twice";
		return NULL;
	}
	memmove(&r->member[at + 1], &r->member[at], (r->nmembers - at) * sizeof(r->member[0]));
	r->nmembers++;
	text_copy(r->member[at].name, sizeof(r->member[at].name), name);
	r->member[at].from = r->text.len;
	r->member[at].len = 0;
	return &r->member[at];
}

static void
end(const struct record *r, struct member *m)
{
	m->len = r->text.len - m->from;
}

static void
quoted(struct record *r, const char *text)
{
	size_t len = strlen(text);

	if (!utf8_valid(text, len, NULL))
		r->wrong = "text that is not UTF-8";
	else
		buf_json(&r->text, text, len);
}

struct record *
record_new(enum record_type type, const char *division, const uint8_t id[RECORD_ID_LEN],
    const struct record_actor *actor)
{
	struct record *r = calloc(1, sizeof(*r));
	struct member *m;

	if (r == NULL)
		return NULL;
	r->type = type;
	r->text.max = RECORD_TEXT_MAX;
	r->body.max = 1u << 20;
	buf_room(&r->text, TEXT_ROOM);
	text_copy(r->division, sizeof(r->division), division);
	memcpy(r->id, id, RECORD_ID_LEN);
	if ((m = begin(r, "actor")) != NULL) {
		buf_char(&r->text, '{');
		if (actor->agency != NULL) {
			buf_str(&r->text, "\"agency\":");
			quoted(r, actor->agency);
			buf_char(&r->text, ',');
		}
		buf_str(&r->text, "\"id\":");
		quoted(r, actor->id);
		buf_str(&r->text, ",\"role\":");
		quoted(r, actor->role);
		buf_char(&r->text, '}');
		end(r, m);
	}
	record_str(r, "division", r->division);
	record_object(r, "id", id);
	record_str(r, "type", types[type].name);
	record_int(r, "v", types[type].version);
	begin(r, "at");
	return r;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	buf_free(&r->text);
	buf_wipe(&r->body);
	explicit_bzero(r->body_salt, sizeof(r->body_salt));
	free(r);
}

void
record_str(struct record *r, const char *member, const char *text)
{
	struct member *m = begin(r, member);

	if (m == NULL)
		return;
	quoted(r, text);
	end(r, m);
}

void
record_int(struct record *r, const char *member, int64_t value)
{
	struct member *m = begin(r, member);

	if (value > SAFE_INTEGER || value < -SAFE_INTEGER)
		r->wrong = "an integer of 2^53 or more";
	if (m == NULL)
		return;
	buf_int(&r->text, value);
	end(r, m);
}

void
record_list(struct record *r, const char *member, const char *const *text)
{
	struct member *m = begin(r, member);

	if (m == NULL)
		return;
	buf_char(&r->text, '[');
	for (size_t i = 0; text != NULL && text[i] != NULL; i++) {
		if (i > 0)
			buf_char(&r->text, ',');
		quoted(r, text[i]);
	}
	buf_char(&r->text, ']');
	end(r, m);
}

void
record_object_name(const char *division, const uint8_t id[RECORD_ID_LEN], char *text)
{
	text_copy(text, 7, division);
	text += strlen(text);
	*text++ = '-';
	uuid_text(id, text);
}

int
record_object_parse(const char *text, char division[7], uint8_t id[RECORD_ID_LEN])
{
	if (strlen(text) != 6 + 1 + 36 || text[6] != '-' ||
	    strspn(text, "0123456789") < 6 || uuid_parse(text + 7, id) < 0)
		return -1;
	memcpy(division, text, 6);
	division[6] = '\0';
	return 0;
}

void
record_object(struct record *r, const char *member, const uint8_t id[RECORD_ID_LEN])
{
	char text[RECORD_NAME_MAX];

	record_object_name(r->division, id, text);
	record_str(r, member, text);
}

void
record_body(struct record *r, const char *text, size_t len, const uint8_t salt[RECORD_SALT_LEN])
{
	struct sha256 hash = record_body_hash(salt, text, len);
	char base64[ENC_SIZE(sizeof(hash.b))];

	enc_base64(hash.b, sizeof(hash.b), base64);
	record_str(r, "body", base64);
	memcpy(r->body_salt, salt, RECORD_SALT_LEN);
	r->has_body = 1;
	if (buf_add(&r->body, text, len) < 0)
		r->wrong = "a body that is too large";
}

static int
incomplete(const struct record *r, const char **ret_name)
{
	const char *p = types[r->type].needs;

	while (*p != '\0') {
		size_t len = strcspn(p, " "), i;

		for (i = 0; i < r->nmembers; i++)
			if (strncmp(r->member[i].name, p, len) == 0 && r->member[i].name[len] == '\0')
				break;
		if (i == r->nmembers) {
			*ret_name = p;
			return 1;
		}
		p += len + (p[len] == ' ');
	}
	return 0;
}

int
record_finish(const struct record *r, int64_t at, struct buf *out, struct fault *f)
{
	char time[CLOCK_TEXT_MAX];
	const char *missing = NULL;

	if (r->wrong != NULL || incomplete(r, &missing)) {
		fault_set(f, FAULT_BUG, "record %s: %s%s", types[r->type].name,
		    r->wrong != NULL ? r->wrong : "lacks one of: ", missing != NULL ? missing : "");
		return -1;
	}
	clock_text(at, time);
	if (buf_failed(&r->text))
		buf_add(out, "", SIZE_MAX);	/* makes out fail */
	buf_char(out, '{');
	for (size_t i = 0; i < r->nmembers && !buf_failed(out); i++) {
		const struct member *m = &r->member[i];

		buf_str(out, i > 0 ? ",\"" : "\"");
		buf_str(out, m->name);
		buf_str(out, "\":");
		if (strcmp(m->name, "at") == 0)
			buf_json(out, time, strlen(time));
		else
			buf_add(out, r->text.data + m->from, m->len);
	}
	buf_char(out, '}');
	if (buf_failed(out)) {
		fault_set(f, FAULT_MEMORY, "%s", "record");
		return -1;
	}
	return 0;
}

struct sha256
record_entry(const uint8_t salt[RECORD_SALT_LEN], const char *text, size_t len)
{
	return hash_sha256((const struct hash_part[]){
	    { "wzm-record-1\n", 13 }, { salt, RECORD_SALT_LEN }, { text, len } }, 3);
}

struct sha256
record_body_hash(const uint8_t salt[RECORD_SALT_LEN], const char *body, size_t len)
{
	return hash_sha256((const struct hash_part[]){
	    { "wzm-body-1\n", 11 }, { salt, RECORD_SALT_LEN }, { body, len } }, 3);
}

enum record_type
record_type_of(const struct record *r)
{
	return r->type;
}

const char *
record_division(const struct record *r)
{
	return r->division;
}

const uint8_t *
record_id(const struct record *r)
{
	return r->id;
}

const char *
record_body_of(const struct record *r, size_t *ret_len)
{
	*ret_len = r->body.len;
	return r->has_body ? r->body.data : NULL;
}

const uint8_t *
record_body_salt(const struct record *r)
{
	return r->body_salt;
}
