/* http_reason.h - why a transfer of libcurl's failed, in our words. Only http.c
 * needs this. */
#ifndef LIB_HTTP_REASON_H
#define LIB_HTTP_REASON_H

#include "lib/libcurl.h"

/* The normalised reason of a result that is not CURLE_OK; `error` is what
 * CURLINFO_OS_ERRNO gives and `text` libcurl's own words. */
const char *http_reason(CURLcode result, long error, const char *text);

#endif
