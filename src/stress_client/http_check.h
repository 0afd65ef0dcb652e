/* http_check.h - --check: asks every URL once and says what came back. */
#ifndef STRESS_CLIENT_HTTP_CHECK_H
#define STRESS_CLIENT_HTTP_CHECK_H

#include "stress_client/driver.h"
#include "stress_client/http_load.h"

/* Prints to stdout; returns the exit code: not 0 where an answer was not
 * right. */
int http_check(struct http_load *http);

/* One line of it: what came back from a URL; status 0 when nothing did. */
void http_check_print(const char *url, const struct request *request,
    unsigned status, int64_t took_ns);

#endif
