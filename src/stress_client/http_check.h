/* http_check.h - --check: asks every URL once and says what came back. */
#ifndef STRESS_CLIENT_HTTP_CHECK_H
#define STRESS_CLIENT_HTTP_CHECK_H

#include "stress_client/http_load.h"

/* Prints to stdout; returns the exit code: not 0 where an answer was not
 * right. */
int http_check(struct http_load *http);

#endif
