/* http1_request.h - HTTP/1.1 requests (RFC 9112, 3). */
#ifndef WIRE_HTTP1_REQUEST_H
#define WIRE_HTTP1_REQUEST_H

#include "lib/buf.h"
#include "lib/err.h"
#include "wire/http1_url.h"

#include <stdbool.h>
#include <stddef.h>

struct http1_request {
	const char *method;
	const struct http1_url *url;
	char *const *fields; /* "Name: value"; Host and User-Agent among them
	                        replace ours */
	size_t field_count;
	const void *body;
	size_t body_length;
	bool close; /* the connection serves this request only */
};

/* Appends the whole request, with Content-Length where there is a body or the
 * method means one. Refuses a method or field that would make another request
 * of it, and the fields that say where it ends. Returns 0, or -1 with `err`. */
int http1_request_build(struct buf *to, const struct http1_request *request,
    struct err *err);

/* Whether a field, "Name: value", has that name; and whether it may be given at
 * all: 0, or -1 with `err`, which does not show its value. */
bool http1_field_is(const char *field, const char *name);
int http1_field_check(const char *field, struct err *err);

#endif
