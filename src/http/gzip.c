/*
 * gzip.c - compression of what is made on the way; files have theirs beside them (file.c).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "http/server.h"

/* Whether the list of codings in Accept-Encoding has gzip, and not with q=0. */
int
http_accepts_gzip(const struct http_request *req)
{
	const char *list = http_header(req, "Accept-Encoding");

	while (list != NULL && list[0] != '\0') {
		size_t n = strcspn(list, ",");
		const char *name = list + strspn(list, " \t");

		if (strncasecmp(name, "gzip", 4) == 0) {
			const char *q = name + 4 + strspn(name + 4, " \t");

			if (q >= list + n)
				return 1;
			if (q[0] == ';') {
				q += 1 + strspn(q + 1, " \t");
				return strncasecmp(q, "q=", 2) != 0 || strtod(q + 2, NULL) > 0;
			}
		}
		list += n + (list[n] == ',');
	}
	return 0;
}

/* What body is when it is compressed, in room that deflateBound asks for. */
static int
compress_into(struct buf *body, Bytef *room, uLong size, z_stream *z)
{
	z->next_in = (Bytef *)body->data;
	z->avail_in = (uInt)body->len;
	z->next_out = room;
	z->avail_out = (uInt)size;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return -1;
	buf_clear(body);
	return buf_add(body, room, z->total_out);
}

static int
compress_body(struct buf *body)
{
	z_stream z = { .zalloc = Z_NULL };
	Bytef *room;
	uLong size;
	int rc = -1;

	/* 15 bits of window, 16 more for gzip's own header and trailer. */
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return -1;
	size = deflateBound(&z, body->len);
	if ((room = malloc(size)) != NULL)
		rc = compress_into(body, room, size, &z);
	free(room);
	deflateEnd(&z);
	return rc;
}

void
http_answer_compressed(struct http_request *req, int status, const char *type, struct buf *body)
{
	http_answer_header(req, "Vary", "Accept-Encoding");
	if (body->len > 0 && http_accepts_gzip(req) && compress_body(body) == 0)
		http_answer_header(req, "Content-Encoding", "gzip");
	http_answer(req, status, type, body);
}
