/* http1_url.h - URLs with a host (RFC 3986), as far as a client of HTTP needs
 * them. */
#ifndef WIRE_HTTP1_URL_H
#define WIRE_HTTP1_URL_H

#include "lib/err.h"

#include <stdint.h>

#define HTTP1_HOST_MAX 253

struct http1_url {
	char scheme[8];                     /* http, https, ws or wss */
	char host[HTTP1_HOST_MAX + 3];      /* with the brackets of IPv6 */
	uint16_t port;                      /* given, or the scheme's */
	char authority[HTTP1_HOST_MAX + 9]; /* "host:port", always both */
	char *target;                       /* "/path?query"; owned */
};

/* Refuses what another program might read otherwise: blanks, controls and bytes
 * beyond ASCII, a user before the host, a fragment. Returns 0, or -1 with `err`
 * that names the URL. */
int http1_url_parse(struct http1_url *url, const char *text, struct err *err);

/* What the field Host says: without the port where it is the scheme's. At least
 * sizeof url->authority bytes. */
void http1_url_host(const struct http1_url *url, char *out);

void http1_url_release(struct http1_url *url);

#endif
