#include "sheet/xml.h"

#include <string.h>

#include <expat.h>

#include "sheet/xlsx.h"

#define SEPARATOR '|'

struct reading {
	XML_Parser parser;
	const struct xml_reader *reader;
	const char *part;
	size_t depth;
	size_t fed, progress;	/* bytes: given, and given when something last came out */
	struct fault *f;
	int failed;
};

/* The namespaces whose elements we know: the format in both of its editions, relations. */
static const char *const known[] = {
	"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
	"http://purl.oclc.org/ooxml/spreadsheetml/main",
	"http://schemas.openxmlformats.org/package/2006/relationships",
};

static const char *
local_name(const char *name)
{
	const char *sep = strchr(name, SEPARATOR);
	size_t len = sep == NULL ? 0 : (size_t)(sep - name);

	for (size_t i = 0; sep != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == len && memcmp(known[i], name, len) == 0)
			return sep + 1;
	return "";
}

static void
stop(struct reading *r)
{
	r->failed = 1;
	XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL
on_start(void *ctx, const char *name, const char **attributes)
{
	struct reading *r = ctx;

	r->progress = r->fed;
	if (r->failed)
		return;
	if (++r->depth > XML_DEPTH_MAX)
		xlsx_over(r->f, XLSX_LIMIT_DEPTH, XML_DEPTH_MAX);
	else if (r->reader->start(r->reader->ctx, local_name(name), attributes, r->f) == 0)
		return;
	stop(r);
}

static void XMLCALL
on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	r->progress = r->fed;
	r->depth--;
	if (!r->failed && r->reader->end(r->reader->ctx, local_name(name), r->f) < 0)
		stop(r);
}

static void XMLCALL
on_text(void *ctx, const char *text, int len)
{
	struct reading *r = ctx;

	r->progress = r->fed;
	if (!r->failed && r->reader->text != NULL &&
	    r->reader->text(r->reader->ctx, text, (size_t)len, r->f) < 0)
		stop(r);
}

/* Entities, outside files, expansion without end: all of it begins with a document type. */
static void XMLCALL
on_doctype(void *ctx, const char *name, const char *system, const char *public, int internal)
{
	struct reading *r = ctx;

	(void)name, (void)system, (void)public, (void)internal;
	fault_set(r->f, FAULT_WORKBOOK_DTD, "%s", "");
	fault_arg(r->f, "part", "%s", r->part);
	stop(r);
}

/* Comments and the like: nothing to read, but the parser has got on. */
static void XMLCALL
on_other(void *ctx, const char *text, int len)
{
	struct reading *r = ctx;

	(void)text, (void)len;
	r->progress = r->fed;
}

/*
 * What a chunk leaves unfinished is looked at again with the next one, from its beginning: a
 * tag without end would take time with the square of its length.
 */
static int
check_token(struct reading *r)
{
	return r->fed - r->progress <= XML_TOKEN_MAX ? 0 :
	    xlsx_over(r->f, XLSX_LIMIT_TOKEN, XML_TOKEN_MAX);
}

static int
parse(struct reading *r, const char *data, size_t len, int last)
{
	r->fed += len;
	if (XML_Parse(r->parser, data, (int)len, last) == XML_STATUS_OK)
		return last ? 0 : check_token(r);
	if (r->failed)
		return -1;
	if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY) {
		fault_set(r->f, FAULT_MEMORY, "%s", r->part);
		return -1;
	}
	return xlsx_broken(r->f, XLSX_NOT_XML, r->part);
}

static int
take(void *ctx, const char *data, size_t len, struct fault *f)
{
	(void)f;	/* the same */
	return parse(ctx, data, len, 0);
}

int
xml_read(struct zip *z, const char *part, const struct xml_reader *reader, struct fault *f)
{
	struct reading r = { .reader = reader, .part = part, .f = f };
	int rc = -1;

	if ((r.parser = XML_ParserCreateNS(NULL, SEPARATOR)) == NULL) {
		fault_set(f, FAULT_MEMORY, "%s", part);
		return -1;
	}
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	XML_SetDefaultHandlerExpand(r.parser, on_other);
	if (zip_read(z, part, take, &r, f) == 0 && parse(&r, "", 0, 1) == 0)
		rc = 0;
	XML_ParserFree(r.parser);
	return rc;
}

const char *
xml_attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i] != NULL; i += 2) {
		const char *sep = strrchr(attributes[i], SEPARATOR);

		if (strcmp(sep == NULL ? attributes[i] : sep + 1, name) == 0)
			return attributes[i + 1];
	}
	return NULL;
}

int
xml_is_true(const char **attributes, const char *name)
{
	const char *value = xml_attribute(attributes, name);

	return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}
