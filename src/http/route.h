/*
 * route.h - the route table, compiled once, and which route a path takes.
 *
 * Pure; a compiled table is read-only and safe from any thread.  Where several
 * patterns fit, a literal segment wins over a parameter and both over "{*}".
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "base/fault.h"
#include "http/http.h"
#include "http/target.h"

#define ROUTE_SEGMENTS_MAX 16

struct route;
struct route_table;

/*
 * Compiles routes, which must outlive the table.  A malformed pattern, a repeated
 * route, a missing handler or action is FAULT_BUG with the pattern in its cause.
 */
int route_table_new(const struct http_route *routes, size_t n, struct route_table **ret_table,
    struct fault *f);
void route_table_free(struct route_table *table);

/*
 * The route for a method (HTTP_NMETHODS: one that we do not know) and a path, or NULL;
 * then ret_methods has a bit 1 << method for each method that the path takes.  HEAD
 * goes where GET goes.
 */
const struct route *route_find(const struct route_table *table, enum http_method method,
    const struct target *t, unsigned *ret_methods);

const struct http_route *route_definition(const struct route *r);

/* The parameter of that name in the path that led to r; NULL if r has none. */
const char *route_param(const struct route *r, const struct target *t, const char *name);

/* The name of a method, "GET"; and the method of a name, or HTTP_NMETHODS. */
const char *route_method_name(enum http_method method);
enum http_method route_method(const char *name);

#endif
