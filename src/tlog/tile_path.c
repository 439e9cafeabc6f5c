/*
 * tile_path.c - the paths of tiles: 1234067 is x001/x234/067.
 */
#include <stdio.h>
#include <string.h>

#include "tlog/tiles.h"

#define GROUPS_MAX 6	/* of three digits */

/* A number of up to two or three digits without zeros in front, from 0 to max; -1 if it is none. */
static int
small_number(const char **at, int max)
{
	const char *p = *at;
	int n = 0, digits = 0;

	for (; *p >= '0' && *p <= '9' && digits < 3; p++, digits++)
		n = n * 10 + (*p - '0');
	if (digits == 0 || (digits > 1 && **at == '0') || n > max)
		return -1;
	*at = p;
	return n;
}

/* Three digits; -1 if they are not. */
static int
group(const char *p)
{
	int n = 0;

	for (int i = 0; i < 3; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		n = n * 10 + (p[i] - '0');
	}
	return n;
}

static int
parse_index(const char **at, uint64_t *ret_index)
{
	const char *p = *at;
	uint64_t index = 0;
	int more = *p == 'x', n;

	for (int groups = 0;; groups++) {
		int last = *p != 'x';

		if (groups == GROUPS_MAX || (n = group(p + !last)) < 0)
			return -1;
		/* x000 in front would be another way to write the same number. */
		if (groups == 0 && more && n == 0)
			return -1;
		index = index * 1000 + (uint64_t)n;
		p += 3 + !last;
		if (last)
			break;
		if (*p++ != '/')
			return -1;
	}
	*at = p;
	*ret_index = index;
	return 0;
}

int
tile_path_parse(const char *text, struct tile_path *ret_path)
{
	static const char entries[] = "entries/";
	struct tile_path path = { .width = TILE_WIDTH };
	const char *at = text;
	int n;

	if (strncmp(at, entries, sizeof(entries) - 1) == 0) {
		path.entries = 1;
		at += sizeof(entries) - 1;
	} else {
		if ((n = small_number(&at, 63)) < 0 || *at++ != '/')
			return -1;
		path.level = (unsigned)n;
	}
	if (parse_index(&at, &path.index) < 0)
		return -1;
	if (strncmp(at, ".p/", 3) == 0) {
		at += 3;
		if ((n = small_number(&at, TILE_WIDTH - 1)) < 1)
			return -1;
		path.width = (unsigned)n;
	}
	if (*at != '\0')
		return -1;
	*ret_path = path;
	return 0;
}

void
tile_path_format(const struct tile_path *path, char ret_text[TILE_PATH_MAX])
{
	unsigned group[GROUPS_MAX];
	uint64_t index = path->index;
	int n = 0, at;

	do {
		group[n++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index > 0 && n < GROUPS_MAX);
	at = path->entries ? snprintf(ret_text, TILE_PATH_MAX, "entries") :
	    snprintf(ret_text, TILE_PATH_MAX, "%u", path->level);
	while (n-- > 0)
		at += snprintf(ret_text + at, (size_t)(TILE_PATH_MAX - at), "/%s%03u", n > 0 ? "x" : "",
		    group[n]);
	if (path->width < TILE_WIDTH)
		snprintf(ret_text + at, (size_t)(TILE_PATH_MAX - at), ".p/%u", path->width);
}
