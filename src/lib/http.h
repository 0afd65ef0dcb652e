/* http.h - any URL that libcurl speaks (https, HTTP/2, proxies, ...), fetched
 * by a fiber as if it blocked. All of a thread's sessions share its epoll loop.
 *
 *	struct http *http = http_new(&access, &err);
 *	if (http_fetch(http, &request, &answer) == -1)
 *		... answer.reason, answer.detail ...
 *	http_answer_release(&answer);
 *	http_free(http);
 *
 * A session keeps its connections for later requests and shares them with no
 * other. It runs one request at a time; many fibers have a session each.
 * Redirects are not followed, proxies of the environment are not used. The
 * thread's SIGPIPE is blocked from its first session on. */
#ifndef LIB_HTTP_H
#define LIB_HTTP_H

#include "lib/buf.h"
#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a session reaches its servers; {0}: directly, trusting whom the system
 * trusts. NULL where not wanted. */
struct http_access {
	const char *proxy;     /* URL */
	const char *cert;      /* PEM file; the key may be in it, too */
	const char *key;       /* PEM file */
	const char *cacert;    /* PEM file: whom to trust */
	const char *aws_sigv4; /* "aws:amz:REGION:SERVICE": signs requests */
	const char *user, *password; /* of the server; the signature's, too */
	char *const *resolved; /* "HOST:PORT:ADDRESS": not asked for again */
	size_t resolved_count;
	bool insecure;   /* trusts everybody */
	bool only_http1; /* no HTTP/2, even if the server has it */
	bool close;      /* no request uses a connection again */
};

struct http_request {
	const char *url;
	const char *method;   /* NULL: GET, with a body POST */
	char *const *headers; /* "Name: value" */
	size_t header_count;
	const void *body;
	size_t body_length;
	const char *wanted_header; /* NULL, or its value goes into the answer */
	int64_t timeout_ns;        /* for all of it; 0: none */
	int64_t connect_timeout_ns; /* 0: five minutes */
	size_t keep_bytes;          /* of the body, into the answer */
	uint64_t limit_bytes;       /* a longer body fails; 0: no limit */

	/* Sees all of the body as it comes, on the thread's own stack, with the
	 * answer's context. */
	void (*see)(void *context, const uint8_t *bytes, size_t length);
};

/* {0}, but for the context, before its first use. */
struct http_answer {
	void *context;      /* the caller's */
	const char *reason; /* NULL: there is one, whatever its status; else
	                       why not, normalised: "connection refused" */
	char detail[256];   /* what a person wants to know about a failure */
	unsigned status;    /* 0: none */
	unsigned connects;  /* connections that had to be made */
	char server[64];    /* who answered: "127.0.0.1:80"; or "" */
	char header[64];    /* the wanted one's value, cut to fit; or "" */
	uint64_t body_bytes, bytes_sent, bytes_received;
	struct buf body; /* its first keep_bytes */
};

/* NULL with `err` when libcurl refuses something of it. From the thread that
 * will use it. */
struct http *http_new(const struct http_access *access, struct err *err);

/* Closes its connections. Also outside of loop_run. */
void http_free(struct http *http);

/* From a fiber. Returns 0 when an answer came, or -1 with answer->reason.
 * A request that is the same object as the session's last one is taken to say
 * the same, so that its parts need not be set again. */
int http_fetch(struct http *http, const struct http_request *request,
    struct http_answer *answer);

void http_answer_release(struct http_answer *answer);

/* Whether it is a URL that libcurl can fetch; -1 with `err` that says what is
 * wrong with it. */
int http_check_url(const char *url, struct err *err);

/* The same for the URL of a proxy. */
int http_check_proxy(const char *url, struct err *err);

/* "host:port" of such a URL, with its protocol's port where it names none; NULL
 * when it has no host. To be freed. */
char *http_url_authority(const char *url);

/* Its path; NULL when it is no URL. To be freed. */
char *http_url_path(const char *url);

/* Whether its protocol is HTTP, over TLS or not. */
bool http_url_is_http(const char *url);

#endif
