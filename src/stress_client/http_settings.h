/* http_settings.h - what the user may say about HTTP requests and right
 * answers. Drivers that speak HTTP put HTTP_ROWS into their tables, and the
 * struct into their values. */
#ifndef STRESS_CLIENT_HTTP_SETTINGS_H
#define STRESS_CLIENT_HTTP_SETTINGS_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/options.h"

#include <stdint.h>

struct http_settings {
	char *method; /* NULL: GET, or POST with a body */
	struct text_list headers;
	char *body, *body_file;
	int connection;
	int64_t timeout_ns, connect_timeout_ns;
	struct text_list check_status;
	char *check_body_length, *check_body_contains, *check_body_sha256;
	char *server_header;
};

enum http_connection { HTTP_KEEP_ALIVE, HTTP_CLOSE };

#define HTTP_ROW(...) OPTION_ROW(struct http_settings, __VA_ARGS__)

/* For values that begin with struct http_settings. */
#define HTTP_ROWS                                                              \
	HTTP_ROW("method", OPTION_TEXT, method, .words = "NAME",               \
	    .help = "of every request; default: GET, or POST with a body"),    \
	    HTTP_ROW("header", OPTION_ITEMS, headers,                          \
	        .words = "'NAME: VALUE'",                                      \
	        .help = "of every request; once for each; @FILE: the lines "   \
	                "of a file"),                                          \
	    HTTP_ROW("body", OPTION_TEXT, body, .words = "TEXT",               \
	        .help = "of every request"),                                   \
	    HTTP_ROW("body-file", OPTION_TEXT, body_file, .words = "FILE",     \
	        .help = "whose content is the body"),                          \
	    HTTP_ROW("connection", OPTION_CHOICE, connection,                  \
	        .fallback = "keep-alive", .words = "keep-alive|close",         \
	        .help = "one connection for all requests of a client, or "     \
	                "one for each"),                                       \
	    HTTP_ROW("http-timeout", OPTION_TIME, timeout_ns,                  \
	        .fallback = "30s", .from = "1ms", .to = "1h",                  \
	        .help = "from a request's begin to the end of its answer"),    \
	    HTTP_ROW("connect-timeout", OPTION_TIME, connect_timeout_ns,       \
	        .fallback = "10s", .from = "1ms", .to = "1h",                  \
	        .help = "for making a connection"),                            \
	    HTTP_ROW("check-status", OPTION_LIST, check_status,                \
	        .words = "STATUS",                                             \
	        .help = "the right ones: 200, 2xx; default: 2xx and 3xx"),     \
	    HTTP_ROW("check-body-length", OPTION_TEXT, check_body_length,      \
	        .words = "SIZE",                                               \
	        .help = "an answer of another length is wrong"),               \
	    HTTP_ROW("check-body-contains", OPTION_TEXT, check_body_contains,  \
	        .words = "TEXT",                                               \
	        .help = "an answer without this text is wrong"),               \
	    HTTP_ROW("check-body-sha256", OPTION_TEXT, check_body_sha256,      \
	        .words = "HEX",                                                \
	        .help = "an answer with another hash is wrong"),               \
	    HTTP_ROW("server-header", OPTION_TEXT, server_header,              \
	        .words = "NAME",                                               \
	        .help = "header that names the server that answered; "         \
	                "default: its address")

/* Appends the body to send: --body, or what --body-file holds. Returns 0, or -1
 * with `err`. */
int http_settings_body(const struct http_settings *settings, struct buf *body,
    struct err *err);

/* The method that follows from the settings. */
const char *http_settings_method(const struct http_settings *settings);

/* The name under which requests for a target ("/path?query") are counted. To be
 * freed. */
char *http_settings_operation(const struct http_settings *settings,
    const char *target);

#endif
