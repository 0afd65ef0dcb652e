/* http_hub.h - libcurl's multi interface on a thread's epoll loop. Only http.c
 * needs this. */
#ifndef LIB_HTTP_HUB_H
#define LIB_HTTP_HUB_H

#include "lib/err.h"
#include "lib/fiber.h"

#include "lib/libcurl.h"
#include <stdbool.h>

/* A request under way, for CURLOPT_PRIVATE. */
struct transfer {
	CURL *easy;
	struct fiber *waiting; /* parked until it is done */
	CURLcode result;
	bool done;
};

/* The thread's hub, made at its first use; http_hub_leave as often. NULL with
 * `err`. */
struct http_hub *http_hub_join(struct err *err);
void http_hub_leave(struct http_hub *hub);

/* On the thread's own stack, of which libcurl needs much: starts it, and takes
 * it back if it is not done yet. */
void http_hub_start(struct http_hub *hub, struct transfer *transfer);
void http_hub_abort(struct http_hub *hub, struct transfer *transfer);

#endif
