/* list.c - a county's list in memory. */
#include <stdlib.h>
#include <string.h>

#include "align/list.h"
#include "base/utf8.h"

static int
no_memory(struct fault *f)
{
	fault_set(f, FAULT_MEMORY, "%s", "alignment");
	return -1;
}

static const char *
text_of(struct align_list *list, const char *text)
{
	return text[0] == '\0' ? "" : arena_text(&list->texts, text, strlen(text));
}

int
list_add(struct align_list *list, const struct align_row *row, struct fault *f)
{
	struct align_row *to;

	if (list->n == list->cap) {
		size_t cap = list->cap == 0 ? 1024 : list->cap * 2;

		if ((to = reallocarray(list->row, cap, sizeof(*to))) == NULL)
			return no_memory(f);
		list->row = to;
		list->cap = cap;
	}
	to = &list->row[list->n];
	to->code = text_of(list, row->code);
	to->matter = list->n > 0 && strcmp(to[-1].matter, row->matter) == 0 ? to[-1].matter : text_of(list, row->matter);
	to->proof = text_of(list, row->proof);
	to->legal_basis = list->n > 0 && strcmp(to[-1].legal_basis, row->legal_basis) == 0 ? to[-1].legal_basis :
	    text_of(list, row->legal_basis);
	to->method = row->method;
	to->line = row->line;
	if (to->code == NULL || to->matter == NULL || to->proof == NULL || to->legal_basis == NULL)
		return no_memory(f);
	list->n++;
	return 0;
}

struct align_list *
list_new(struct fault *f)
{
	struct align_list *list = calloc(1, sizeof(*list));

	if (list == NULL)
		no_memory(f);
	else
		list->texts.max = LIST_TEXT_MAX;
	return list;
}

int
align_list_of(const struct align_row *row, size_t n, struct align_list **ret_list, struct fault *f)
{
	struct align_list *list = list_new(f);

	for (size_t i = 0; list != NULL && i < n; i++)
		if (list_add(list, &row[i], f) < 0) {
			align_list_free(list);
			return -1;
		}
	if (list == NULL)
		return -1;
	*ret_list = list;
	return 0;
}

void
align_list_free(struct align_list *list)
{
	if (list == NULL)
		return;
	arena_free(&list->texts);
	free(list->row);
	free(list);
}

size_t
align_list_rows(const struct align_list *list)
{
	return list->n;
}

const struct align_row *
align_list_row(const struct align_list *list, size_t i)
{
	return &list->row[i];
}

static void
field(struct buf *out, const char *text, char end)
{
	if (text[strcspn(text, ",\"\r\n")] == '\0') {
		buf_str(out, text);
	} else {
		buf_char(out, '"');
		for (; *text != '\0'; text++) {
			if (*text == '"')
				buf_char(out, '"');
			buf_char(out, *text);
		}
		buf_char(out, '"');
	}
	buf_char(out, end);
}

int
align_list_csv(const struct align_list *list, struct buf *out)
{
	char line[24];

	buf_str(out, "line,code,matter_name,proof_name,method,legal_basis\n");
	for (size_t i = 0; i < list->n; i++) {
		const struct align_row *r = &list->row[i];

		snprintf(line, sizeof(line), "%zu", r->line);
		field(out, line, ',');
		field(out, r->code, ',');
		field(out, r->matter, ',');
		field(out, r->proof, ',');
		field(out, method_name(r->method), ',');
		field(out, r->legal_basis, '\n');
	}
	return buf_failed(out) ? -1 : 0;
}
