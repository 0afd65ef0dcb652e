/* driver_curl.h - what the files of driver curl share. */
#ifndef STRESS_CLIENT_DRIVER_CURL_H
#define STRESS_CLIENT_DRIVER_CURL_H

#include "lib/http.h"
#include "stress_client/aws_keys.h"
#include "stress_client/driver.h"
#include "stress_client/header_list.h"
#include "stress_client/http_judge.h"
#include "stress_client/http_mix.h"
#include "stress_client/http_names.h"
#include "stress_client/http_settings.h"

struct curl_settings {
	struct http_settings http; /* first: HTTP_ROWS */
	char *proxy, *cert, *key, *cacert;
	char *aws_sigv4, *aws_credentials;
	bool insecure, http1;
};

/* One URL. */
struct curl_target {
	struct http_request request;
	char *authority; /* NULL: it has no host */
	char *operation, *redirected;
	bool is_http; /* its answers have a status */
};

/* plan->driver_state. But for the names only read once it is prepared. */
struct curl_plan {
	const struct curl_settings *settings;
	struct http_mix mix;
	struct curl_target *targets; /* one for each URL of the mix */
	struct http_judge judge;
	struct http_names names;
	struct buf body;
	struct text_list headers;  /* --header, and a token */
	struct text_list resolved; /* "HOST:PORT:ADDRESS" */
	struct aws_keys keys;
	struct http_access access;
};

/* Settles how servers are reached: files that can be read, keys, addresses.
 * Returns 0, or -1 with `err`. */
int curl_access_prepare(struct curl_plan *plan, struct err *err);
void curl_access_release(struct curl_plan *plan);

/* One request to the target: sets the outcome, the detail of a failure, and the
 * answer. */
void curl_ask(struct curl_plan *plan, const struct curl_target *target,
    struct http *http, struct http_answer *answer, struct request *request);

/* --check. */
int curl_check(struct plan *plan);

#endif
