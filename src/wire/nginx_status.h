/* nginx_status.h - the page of nginx' ngx_http_stub_status_module. */
#ifndef WIRE_NGINX_STATUS_H
#define WIRE_NGINX_STATUS_H

#include "wire/metrics.h"

/* Adds connections.active, reading, writing, waiting and the counters accepts,
 * handled, requests. Returns 0, or -1 with `err`. */
int nginx_status_read(struct metrics *metrics, const char *page,
    struct err *err);

#endif
