/*
 * answers.c - what is given as text on the command line, as the JSON that the server wants.
 */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"

#define OBJECT_FILE_MAX (1u << 20)

/* The field of this name of a matter's form. */
static const json_t *
find_field(const json_t *fields, const char *name, size_t len)
{
	const json_t *field;
	size_t i;

	json_array_foreach(fields, i, field)
		if (strlen(str(field, "name")) == len && strncmp(str(field, "name"), name, len) == 0)
			return field;
	return NULL;
}

/* "a,b,c" as an array of strings; "" as an empty one. */
static json_t *
list(const char *text)
{
	json_t *array = json_array();

	while (*text != '\0') {
		size_t n = strcspn(text, ",");

		json_array_append_new(array, json_stringn(text, n));
		text += n;
		if (*text == ',')
			text++;
	}
	return array;
}

static json_t *
boolean(const char *text)
{
	static const char *const words[2][3] = { { "false", "no", "否" }, { "true", "yes", "是" } };

	for (int yes = 0; yes < 2; yes++)
		for (size_t i = 0; i < 3; i++)
			if (strcmp(text, words[yes][i]) == 0)
				return json_boolean(yes);
	return NULL;
}

/* The value as the type of its field has it, or NULL. */
static json_t *
typed(const char *type, const char *text)
{
	json_t *value;

	if (strcmp(type, "boolean") == 0)
		return boolean(text);
	if (strcmp(type, "enum_list") == 0)
		return list(text);
	if (strcmp(type, "integer") != 0 && strcmp(type, "number") != 0)
		return json_string(text);
	value = json_loads(text, JSON_DECODE_ANY, NULL);
	if (json_is_integer(value) || (json_is_real(value) && strcmp(type, "number") == 0))
		return value;
	json_decref(value);
	return NULL;
}

static enum cli_exit
no_such_field(struct cli *c, const json_t *fields, const char *pair)
{
	struct buf names = BUF_INIT_MAX(512);
	const json_t *field;
	char name[64];
	enum cli_exit rc;
	size_t i;

	json_array_foreach(fields, i, field)
		buf_fmt(&names, "%s%s", i > 0 ? " " : "", str(field, "name"));
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(pair, "="), pair);
	rc = cli_usage(c, SAY_FIELD_NOT_READ, name, names.len > 0 ? names.data : msg(c->lang, SAY_NONE));
	buf_free(&names);
	return rc;
}

enum cli_exit
add_answers(struct cli *c, const json_t *fields, json_t *form)
{
	const char *pair;

	for (size_t i = 0; (pair = cli_opt_nth(c, OPT_ANSWER_FIELD, i)) != NULL; i++) {
		const char *equals = strchr(pair, '=');
		const json_t *field;
		json_t *value;

		if (equals == NULL || equals == pair)
			return cli_usage(c, SAY_BAD_PAIR, "answer", "FIELD=VALUE");
		field = find_field(fields, pair, (size_t)(equals - pair));
		if (field == NULL)
			return no_such_field(c, fields, pair);
		if ((value = typed(str(field, "type"), equals + 1)) == NULL)
			return cli_usage(c, SAY_FIELD_BAD, str(field, "name"), str(field, "type"));
		json_object_set_new(form, str(field, "name"), value);
	}
	return CLI_OK;
}

enum cli_exit
add_asks(struct cli *c, json_t *asks)
{
	const char *text;

	for (size_t i = 0; (text = cli_opt_nth(c, OPT_ASK, i)) != NULL; i++) {
		const char *dot = strchr(text, '.'), *equals = strchr(text, '=');

		if (dot == NULL || equals == NULL || dot == text || equals <= dot + 1)
			return cli_usage(c, SAY_BAD_PAIR, "ask", "ITEM.INPUT=VALUE");
		json_array_append_new(asks, json_pack("{s:o, s:o, s:s}",
		    "item", json_stringn(text, (size_t)(dot - text)),
		    "input", json_stringn(dot + 1, (size_t)(equals - dot - 1)), "value", equals + 1));
	}
	return CLI_OK;
}

enum cli_exit
add_parties(struct cli *c, json_t *parties)
{
	static const char *const names[] = { "role", "kind", "identifier_type", "identifier" };
	const char *text;

	for (size_t i = 0; (text = cli_opt_nth(c, OPT_PARTY, i)) != NULL; i++) {
		json_t *party = json_object();

		for (size_t k = 0; k < 4; k++) {
			size_t n = strcspn(text, ":");

			if (text[n] == '\0') {
				json_decref(party);
				return cli_usage(c, SAY_BAD_PARTY);
			}
			json_object_set_new(party, names[k], json_stringn(text, n));
			text += n + 1;
		}
		/* The name is the rest, colons included. */
		json_object_set_new(party, "name", json_string(text));
		json_array_append_new(parties, party);
	}
	return CLI_OK;
}

/* Reads the rest of a stream. */
static int
read_stream(FILE *in, struct buf *text)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		if (buf_add(text, piece, n) < 0)
			return -1;
	return ferror(in) ? -1 : 0;
}

int
read_input(struct cli *c, const char *file, struct buf *text, struct fault *f)
{
	if (strcmp(file, "-") != 0)
		return buf_read_file(text, file, text->max, f);
	if (read_stream(c->in, text) == 0)
		return 0;
	fault_set(f, buf_failed(text) ? FAULT_FILE_TOO_LARGE : FAULT_FILE_READ, "%s", "");
	fault_arg(f, "file", "%s", file);
	return -1;
}

enum cli_exit
read_object(struct cli *c, enum opt opt, json_t **ret_object)
{
	const char *file = cli_opt(c, opt);
	struct buf text = BUF_INIT_MAX(OBJECT_FILE_MAX);
	struct fault f = FAULT_INIT;
	json_error_t error;
	json_t *body = NULL;

	if (file == NULL) {
		*ret_object = json_object();
		return CLI_OK;
	}
	if (read_input(c, file, &text, &f) == 0) {
		body = json_loadb(text.data != NULL ? text.data : "", text.len, JSON_REJECT_DUPLICATES,
		    &error);
		if (body == NULL) {
			fault_set(&f, FAULT_BAD_JSON, "line %d", error.line);
			fault_arg(&f, "offset", "%d", error.position);
		}
	}
	buf_wipe(&text);
	if (f.code != FAULT_NONE)
		return cli_fault(c, &f);
	if (!json_is_object(body)) {
		json_decref(body);
		return cli_usage(c, SAY_NOT_AN_OBJECT, file);
	}
	*ret_object = body;
	return CLI_OK;
}

void
put_texts(struct cli *c, const enum opt *opts, size_t n, json_t *body)
{
	for (size_t i = 0; i < n; i++)
		if (cli_opt(c, opts[i]) != NULL)
			json_object_set_new(body, opt_row(opts[i])->name, json_string(cli_opt(c, opts[i])));
}

enum cli_exit
need_opt(struct cli *c, enum opt opt, const char **ret_value)
{
	*ret_value = cli_opt(c, opt);
	return *ret_value != NULL ? CLI_OK : cli_usage(c, SAY_NEEDS_OPTION, opt_row(opt)->name);
}

enum cli_exit
version_of(struct cli *c, const char *path, json_int_t *ret_version)
{
	const char *seen = cli_opt(c, OPT_SEEN);
	json_t *object = NULL;
	enum cli_exit rc;

	if (seen != NULL) {
		char *end;

		errno = 0;
		*ret_version = strtoll(seen, &end, 10);
		if (errno != 0 || *end != '\0' || *ret_version < 1)
			return cli_usage(c, SAY_BAD_NUMBER, "seen", "1", "9223372036854775807");
		return CLI_OK;
	}
	rc = call(c, (struct request){ .method = "GET", .path = path, .arg = { c->operand[0] } },
	    &object);
	if (rc == CLI_OK)
		*ret_version = num(object, "version");
	json_decref(object);
	return rc;
}

enum cli_exit
post_change(struct cli *c, const char *path, const char *change, json_t *body,
    json_t **ret_changed)
{
	json_int_t version = 0;
	enum cli_exit rc = version_of(c, path, &version);

	if (rc != CLI_OK) {
		json_decref(body);
		return rc;
	}
	return call(c, (struct request){ .method = "POST", .path = change, .arg = { c->operand[0],
	    c->noperands > 1 ? c->operand[1] : NULL, c->noperands > 2 ? c->operand[2] : NULL },
	    .body = body, .version = version }, ret_changed);
}

const char *
num_text(json_int_t n, char ret_text[NUM_SIZE])
{
	snprintf(ret_text, NUM_SIZE, "%lld", (long long)n);
	return ret_text;
}
