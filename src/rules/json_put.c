#include "rules/json_put.h"

#include "rules/json_text.h"

void
json_put_name(struct buf *b, const char *name)
{
	char last = b->len > 0 ? b->data[b->len - 1] : '[';

	/* A text ends with a quote, so a bracket that opens is one, and a colon follows a name. */
	if (last != '{' && last != '[' && last != ':')
		buf_char(b, ',');
	if (name == NULL)
		return;
	buf_char(b, '"');
	buf_str(b, name);
	buf_add(b, "\":", 2);
}

void
json_put_open(struct buf *b, const char *name, char bracket)
{
	json_put_name(b, name);
	buf_char(b, bracket);
}

void
json_put_close(struct buf *b, char bracket)
{
	buf_char(b, bracket == '{' ? '}' : ']');
}

void
json_put_text(struct buf *b, const char *name, const char *text)
{
	json_put_name(b, name);
	if (text != NULL)
		buf_json(b, text, strlen(text));
	else
		buf_add(b, "null", 4);
}

void
json_put_int(struct buf *b, const char *name, int64_t n)
{
	json_put_name(b, name);
	buf_int(b, n);
}

void
json_put_bool(struct buf *b, const char *name, int yes)
{
	json_put_name(b, name);
	buf_str(b, yes ? "true" : "false");
}

void
json_put_tree(struct buf *b, const char *name, json_t *json)
{
	json_put_name(b, name);
	if (json == NULL)
		buf_add(b, "null", 4);
	else
		(void)json_text(json, JSON_AS_MADE, b);
}

void
json_put_members(struct buf *b, json_t *object)
{
	const char *name;
	json_t *m;

	json_object_foreach(object, name, m)
		json_put_tree(b, name, m);
}
