#include "wire/http1_url.h"

#include "lib/mem.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct scheme {
	const char *name;
	uint16_t port;
} schemes[] = {
	{ "http", 80 },
	{ "https", 443 },
	{ "ws", 80 },
	{ "wss", 443 },
};

static const struct scheme *find_scheme(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strlen(schemes[i].name) == length &&
		    strncasecmp(schemes[i].name, text, length) == 0)
			return &schemes[i];
	return NULL;
}

static uint16_t default_port(const struct http1_url *url)
{
	const struct scheme *scheme =
	    find_scheme(url->scheme, strlen(url->scheme));
	return scheme ? scheme->port : 0;
}

/* Controls and blanks, what is not ASCII, and what browsers read as a slash. */
static bool is_foreign(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte <= ' ' || byte >= 0x7f || strchr("\"<>\\", c);
}

static int check_bytes(const char *text, struct err *err)
{
	const char *at = text;
	while (*at && !is_foreign(*at))
		at++;
	if (*at)
		return err_set(err,
		    "%s: byte %zu must be written as %%%02X in a URL", text,
		    (size_t)(at - text) + 1, (unsigned)(unsigned char)*at);
	if (strchr(text, '#'))
		return err_set(err,
		    "%s: what follows a '#' never reaches a server; leave it "
		    "out",
		    text);
	return 0;
}

static bool is_host(const char *host, size_t length)
{
	const char *allowed =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._";
	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		allowed = "0123456789abcdefABCDEF:.";
		host++;
		length -= 2;
	}
	return length > 0 && length <= HTTP1_HOST_MAX &&
	       strspn(host, allowed) >= length;
}

/* ":8080", or nothing. */
static int take_port(struct http1_url *url, const char *text, size_t length)
{
	unsigned long port = 0;
	if (length == 0) {
		url->port = default_port(url);
		return 0;
	}
	for (size_t i = 1; i < length && port <= 65535; i++) {
		if (!isdigit((unsigned char)text[i]))
			return -1;
		port = port * 10 + (unsigned long)(text[i] - '0');
	}
	url->port = (uint16_t)port;
	return text[0] == ':' && port >= 1 && port <= 65535 ? 0 : -1;
}

static int take_authority(struct http1_url *url, const char *text,
    const char *at, size_t length, struct err *err)
{
	if (memchr(at, '@', length))
		return err_set(err,
		    "%s: a user and password in a URL are not sent; give the "
		    "header Authorization",
		    text);
	const char *bracket = at[0] == '[' ? memchr(at, ']', length) : NULL;
	size_t host = bracket ? (size_t)(bracket + 1 - at) : strcspn(at, ":/?");
	if (host == 0)
		return err_set(err, "%s: the host is missing", text);
	if (!is_host(at, host))
		return err_set(err, "%s: '%.*s' is no host", text, (int)host,
		    at);
	if (take_port(url, at + host, length - host) < 0)
		return err_set(err,
		    "%s: a port is a number from 1 to 65535, behind a colon",
		    text);
	memcpy(url->host, at, host);
	url->host[host] = '\0';
	snprintf(url->authority, sizeof url->authority, "%s:%u", url->host,
	    (unsigned)url->port);
	return 0;
}

int http1_url_parse(struct http1_url *url, const char *text, struct err *err)
{
	*url = (struct http1_url){ 0 };
	const char *colon = strstr(text, "://");
	const struct scheme *scheme =
	    colon ? find_scheme(text, (size_t)(colon - text)) : NULL;
	if (!scheme)
		return err_set(err,
		    "%s: a URL begins with http://, https://, ws:// or wss://",
		    text);
	if (check_bytes(text, err) < 0)
		return -1;
	snprintf(url->scheme, sizeof url->scheme, "%s", scheme->name);
	const char *authority = colon + 3;
	size_t length = strcspn(authority, "/?");
	if (take_authority(url, text, authority, length, err) < 0)
		return -1;
	const char *target = authority + length;
	url->target = mem_format("%s%s", *target == '/' ? "" : "/", target);
	return 0;
}

void http1_url_host(const struct http1_url *url, char *out)
{
	bool plain = url->port == default_port(url);
	snprintf(out, sizeof url->authority, "%s",
	    plain ? url->host : url->authority);
}

void http1_url_release(struct http1_url *url)
{
	free(url->target);
	url->target = NULL;
}
