/*
 * xml.h - one part of a workbook as a run of elements: no document type, no entities.
 */
#ifndef SHEET_XML_H
#define SHEET_XML_H

#include "sheet/zip.h"

#define XML_DEPTH_MAX 64
#define XML_TOKEN_MAX ((size_t)1 << 20)	/* bytes of one tag or the like */

/*
 * name is that of an element of the format itself without its namespace, "" for any other.
 * -1 with a fault ends the reading.
 */
struct xml_reader {
	int (*start)(void *ctx, const char *name, const char **attributes, struct fault *f);
	int (*end)(void *ctx, const char *name, struct fault *f);
	int (*text)(void *ctx, const char *text, size_t len, struct fault *f);	/* may be NULL */
	void *ctx;
};

/* FAULT_WORKBOOK_DTD, _BROKEN (not well-formed), what zip_read and the reader say. */
int xml_read(struct zip *z, const char *part, const struct xml_reader *reader, struct fault *f);

/* The value of an attribute, whatever its namespace; NULL if it is not there. */
const char *xml_attribute(const char **attributes, const char *name);

/* Whether an attribute is there and says yes. */
int xml_is_true(const char **attributes, const char *name);

#endif
