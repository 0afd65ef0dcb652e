/* http_exchange.h - one request and its answer. */
#ifndef STRESS_CLIENT_HTTP_EXCHANGE_H
#define STRESS_CLIENT_HTTP_EXCHANGE_H

#include "stress_client/driver.h"
#include "stress_client/http_link.h"
#include "stress_client/http_load.h"

/* A virtual client: a connection to each origin. */
struct http_client {
	uint32_t turn;      /* in the mix */
	const char *server; /* who answered last; NULL: nobody */
	struct http_link links[];
};

struct http_client *http_client_new(const struct http_load *http,
    uint32_t turn);
void http_client_free(struct http_client *client, const struct http_load *http);

/* Asks and judges, and fills in the request's outcome and detail. An idle
 * connection that the server has ended meanwhile is made anew. Returns the
 * status, or 0 where there was no whole answer. `scratch` as a user's. */
unsigned http_exchange(struct http_load *http, struct http_client *client,
    struct http_target *target, uint8_t *scratch, struct request *request);

#endif
