/*
 * receipt.c - receipts: taken from the server; checked here, with no instance and no network.
 */
#include <string.h>

#include <wzm/verify.h>

#include "cli/cli.h"

static const struct { const char *type, *says[2]; } sayings[] = {
#define SAYING(type, zh, en) { type, { zh, en } },
#include "journal/sayings.def"
#undef SAYING
};

/* Why something was refused or not answered: the record has the code alone, so that what the sentence would name is left open. */
static void
add_why(struct cli *c, struct buf *out, const char *code)
{
	enum fault_code fault = fault_by_name(code);
	const char *text = word(c->lang, "refusal", code);

	if (fault == FAULT_NONE) {
		buf_str(out, code);
		return;
	}
	if (text == code)
		text = fault_template(fault, c->lang, 0);
	while (*text != '\0') {
		size_t n = strcspn(text, "{");

		buf_add(out, text, n);
		text += n;
		if (*text == '{') {
			buf_str(out, "…");
			text += strcspn(text, "}") + 1;
		}
	}
}

/* What a member's code is called; types: how those begin that it is called so in. */
static const char *
spoken(struct cli *c, const char *type, const char *member, const char *code)
{
	static const struct { const char *types, *member, *groups[3]; } rows[] = {
		{ "", "answer", { "receipt_answer", "step" } },
		{ "complaint.", "outcome", { "ruling" } },
		{ "dispute.", "outcome", { "dispute" } },
		{ "", "outcome", { "item", "case", "step" } },
		{ "platform.", "state", { "platform" } },
		{ "", "state", { "source" } },
		{ "", "method", { "method" } },
		{ "", "vote", { "vote" } },
		{ "query.", "reason", { "step" } },
		{ "align.", "decision", { "align" } },
		{ "joint.", "decision", { "joint_decision" } },
		{ "", "runs", { "runs" } },
		{ "", "among", { "among" } },
		{ "", "who", { "party" } },
		{ "", "party", { "party" } },
		{ "", "action", { "action" } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].member, member) != 0 || strncmp(type, rows[i].types, strlen(rows[i].types)) != 0)
			continue;
		for (size_t g = 0; g < 3 && rows[i].groups[g] != NULL; g++)
			if (word(c->lang, rows[i].groups[g], code) != code)
				return word(c->lang, rows[i].groups[g], code);
	}
	return code;
}

/* "NB3 started 1": which step of a life event, what became of it, at which attempt. */
static void
add_step(struct cli *c, struct buf *out, const char *text)
{
	char step[32], event[32], said[96];
	unsigned attempt;

	if (sscanf(text, "%31s %31s %u", step, event, &attempt) != 3) {
		buf_str(out, text);
		return;
	}
	snprintf(said, sizeof(said), "%s %s", strcmp(step, "*") == 0 ? "" : step, word(c->lang, "joint_event", event));
	buf_str(out, said + (said[0] == ' '));
}

static void
add_text(struct cli *c, struct buf *out, const char *type, const char *member, const char *text)
{
	const char *says = spoken(c, type, member, text);

	if (says == text && (strcmp(member, "code") == 0 || (strcmp(member, "reason") == 0 && strncmp(type, "query.", 6) == 0)))
		add_why(c, out, text);
	else if (strcmp(type, "joint.advanced") == 0 && strcmp(member, "steps") == 0)
		add_step(c, out, text);
	else
		buf_str(out, says);
}

static void
add_value(struct cli *c, struct buf *out, const char *type, const char *member, const json_t *value)
{
	const json_t *one;
	size_t i;

	if (json_is_string(value))
		add_text(c, out, type, member, json_string_value(value));
	else if (json_is_integer(value))
		buf_fmt(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_array(value))
		json_array_foreach(value, i, one) {
			if (i > 0)
				buf_str(out, c->lang == LANG_ZH ? "、" : ", ");
			add_value(c, out, type, member, one);
		}
	else
		buf_char(out, '-');
}

/* The sentence of the record's type, its members put in; that there is none, where there is none. */
static void
add_saying(struct cli *c, struct buf *out, const json_t *record)
{
	const char *text = msg(c->lang, SAY_RECORD_UNKNOWN);
	char member[16];

	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (strcmp(sayings[i].type, str(record, "type")) == 0)
			text = sayings[i].says[c->lang];
	while (*text != '\0') {
		size_t n = strcspn(text, "{");

		buf_add(out, text, n);
		text += n;
		if (*text == '{') {
			n = strcspn(text, "}");
			snprintf(member, sizeof(member), "%.*s", (int)(n - 1), text + 1);
			add_value(c, out, str(record, "type"), member, json_object_get(record, member));
			text += n + 1;
		}
	}
}

static void
pair(struct cli *c, enum message label, const json_t *record, const char *member)
{
	struct buf text = BUF_INIT;

	if (json_object_get(record, member) == NULL)
		return;
	add_value(c, &text, str(record, "type"), member, json_object_get(record, member));
	if (!buf_failed(&text))
		print_pair(c, label, text.data);
	buf_free(&text);
}

static void
print_actor(struct cli *c, const json_t *record)
{
	struct buf who = BUF_INIT;
	const char *role = str(record, "actor.role"), *agency = str(record, "actor.agency");

	buf_fmt(&who, c->lang == LANG_ZH ? "%s(%s)%s%s" : "%s (%s)%s%s", str(record, "actor.id"),
	    word(c->lang, "role", role), agency[0] != '\0' ? (c->lang == LANG_ZH ? "," : ", ") : "", agency);
	if (!buf_failed(&who))
		print_pair(c, SAY_WHO, who.data);
	buf_free(&who);
}

/* The body as it is: its members depend on the type. */
static void
print_body(struct cli *c, const struct wzm_finding *found)
{
	json_t *body = json_loadb(found->body, found->body_len, JSON_DECODE_ANY, NULL);
	char *text = body != NULL ? json_dumps(body, JSON_INDENT(2) | JSON_ENCODE_ANY) : NULL;

	if (text != NULL) {
		fprintf(c->out, "%s:\n", msg(c->lang, SAY_VALUES_SHOWN));
		print_text(c->out, text);
		fputc('\n', c->out);
	}
	free(text);
	json_decref(body);
}

static void
print_record(struct cli *c, const struct wzm_finding *found)
{
	json_t *record = json_loadb(found->record, found->record_len, JSON_REJECT_DUPLICATES, NULL);
	struct buf text = BUF_INIT;
	char version[NUM_SIZE];

	if (record == NULL) {
		say(c, SAY_RECORD_UNKNOWN);
		return;
	}
	add_saying(c, &text, record);
	if (!buf_failed(&text))
		print_pair(c, SAY_WHAT, text.data);
	buf_clear(&text);
	print_pair(c, SAY_TIME, str(record, "at"));
	print_actor(c, record);
	pair(c, SAY_DIVISION, record, "division");
	pair(c, SAY_CASE, record, "case");
	pair(c, SAY_JOINT, record, "joint");
	pair(c, SAY_LIFE_EVENT, record, "event");
	pair(c, SAY_MATTER, record, "matter");
	pair(c, SAY_ITEM, record, "item");
	pair(c, SAY_VERIFICATION, record, "verification");
	pair(c, SAY_DISPUTE, record, "dispute");
	pair(c, SAY_REVIEW, record, "review");
	pair(c, SAY_OBJECT, record, "object");
	pair(c, SAY_ABOUT_WHOM, record, "party");
	pair(c, SAY_GRANT, record, "grant");
	print_pair(c, SAY_RECORD, str(record, "id"));
	buf_fmt(&text, "%s v%s", str(record, "type"), num_text(num(record, "v"), version));
	if (!buf_failed(&text))
		print_pair(c, SAY_TYPE, text.data);
	if (found->body != NULL)
		print_body(c, found);
	else if (json_object_get(record, "body") != NULL)
		print_pair(c, SAY_VALUES_SHOWN, msg(c->lang, SAY_VALUES_LEFT_OUT));
	buf_free(&text);
	json_decref(record);
}

static void
print_place(struct cli *c, const struct wzm_finding *found)
{
	char line[64 + CLOCK_TEXT_MAX], when[CLOCK_TEXT_MAX];

	print_pair(c, SAY_LOG, found->origin);
	snprintf(line, sizeof(line), "%llu / %llu", (unsigned long long)found->index,
	    (unsigned long long)found->size);
	print_pair(c, SAY_INDEX, found->origin[0] != '\0' ? line : "");
	if (found->witnesses == 0 || found->witnessed > 253402300799)
		return;
	clock_text(found->witnessed * 1000, when);
	snprintf(line, sizeof(line), "%u, %s", found->witnesses, when);
	print_pair(c, SAY_WITNESSES, line);
}

static enum cli_exit
show(struct cli *c, enum wzm_verdict verdict, const struct wzm_finding *found)
{
	static const enum cli_exit exits[] = { CLI_OK, CLI_FAILED, CLI_MALFORMED, CLI_SYSTEM };

	if (c->json) {
		json_t *json = json_pack("{s:s, s:s, s:s, s:I, s:I, s:i, s:I, s:s}", "verdict",
		    wzm_verdict_word(verdict), "reason", found->reason, "origin", found->origin,
		    "index", (json_int_t)found->index, "size", (json_int_t)found->size,
		    "witnesses", (int)found->witnesses, "witnessed", (json_int_t)found->witnessed, "at", found->at);

		if (found->record != NULL)
			json_object_set_new(json, "record", json_stringn(found->record, found->record_len));
		if (found->body != NULL)
			json_object_set_new(json, "body", json_stringn(found->body, found->body_len));
		json_dumpf(json, c->out, JSON_COMPACT);
		fputc('\n', c->out);
		json_decref(json);
		return exits[verdict];
	}
	print_pair(c, SAY_VERDICT, word(c->lang, "verdict", wzm_verdict_word(verdict)));
	if (found->reason[0] != '\0')
		print_pair(c, SAY_REASON, word(c->lang, "receipt", found->reason));
	if (verdict == WZM_MATCH)
		print_record(c, found);
	print_place(c, found);
	return exits[verdict];
}

/* The keys of --key, --witness and --quorum; a usage error if one is none. */
static enum cli_exit
take_keys(struct cli *c, struct wzm_keys *keys)
{
	const char *text, *quorum = cli_opt(c, OPT_QUORUM);
	char most[NUM_SIZE];
	size_t n = 0;

	for (size_t i = 0; (text = cli_opt_nth(c, OPT_VKEY, i)) != NULL; i++)
		if (wzm_keys_log(keys, text) < 0)
			return cli_usage(c, SAY_BAD_KEY, opt_row(OPT_VKEY)->name, text);
	for (; (text = cli_opt_nth(c, OPT_WITNESS, n)) != NULL; n++)
		if (wzm_keys_witness(keys, text) < 0)
			return cli_usage(c, SAY_BAD_KEY, opt_row(OPT_WITNESS)->name, text);
	if (quorum != NULL && (quorum[strspn(quorum, "0123456789")] != '\0' || strlen(quorum) > 3 ||
	    quorum[0] == '\0' || wzm_keys_quorum(keys, (unsigned)strtoul(quorum, NULL, 10)) < 0))
		return cli_usage(c, SAY_BAD_NUMBER, opt_row(OPT_QUORUM)->name, "0", num_text((json_int_t)n, most));
	return CLI_OK;
}

/* A file that is too large to be a receipt is none. */
static enum cli_exit
check(struct cli *c, const struct wzm_keys *keys)
{
	struct buf text = BUF_INIT_MAX(WZM_RECEIPT_MAX);
	struct wzm_finding found = { .reason = "too_large" };
	enum wzm_verdict verdict = WZM_MALFORMED;
	struct fault f = FAULT_INIT;
	enum cli_exit rc;

	if (read_input(c, c->operand[0], &text, &f) == 0)
		verdict = wzm_verify(keys, text.data != NULL ? text.data : "", text.len, &found);
	if (f.code != FAULT_NONE && f.code != FAULT_FILE_TOO_LARGE) {
		/* Whatever kept it from being read: what failed to be checked is not what fails the check. */
		cli_fault(c, &f);
		rc = CLI_SYSTEM;
	} else {
		rc = show(c, verdict, &found);
	}
	wzm_finding_free(&found);
	buf_wipe(&text);
	return rc;
}

/* The bytes as they came: a receipt is a file, whatever --json says. */
enum cli_exit
cmd_receipt_get(struct cli *c)
{
	const char *to = cli_opt(c, OPT_FILE_TO);
	struct fault f = FAULT_INIT;
	enum cli_exit rc = call(c, (struct request){ .method = "GET", .path = "/api/v1/receipts/{}",
	    .arg = { c->operand[0] }, .query = { "body", cli_opt(c, OPT_VALUES) != NULL ? "1" : NULL },
	    .file = 1 }, NULL);

	if (rc != CLI_OK)
		return rc;
	if (to == NULL) {
		fwrite(c->raw.data, 1, c->raw.len, c->out);
		fputc('\n', c->out);
		return CLI_OK;
	}
	if (write_file(to, &c->raw, &f) < 0)
		return cli_fault(c, &f);
	if (!c->json)
		say(c, SAY_WRITTEN_TO, to);
	return CLI_OK;
}

enum cli_exit
cmd_receipt_verify(struct cli *c)
{
	struct wzm_keys *keys;
	struct fault f = FAULT_INIT;
	const char *key;
	enum cli_exit rc = need_opt(c, OPT_VKEY, &key);

	if (rc != CLI_OK)
		return rc;
	if ((keys = wzm_keys_new()) == NULL) {
		fault_set(&f, FAULT_MEMORY, "%s", "keys");
		return cli_fault(c, &f);
	}
	if ((rc = take_keys(c, keys)) == CLI_OK)
		rc = check(c, keys);
	wzm_keys_free(keys);
	return rc;
}
