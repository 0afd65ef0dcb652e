/* ws_link_io.h - what making a link and using it have in common. Private to
 * ws_link*.c. */
#ifndef STRESS_CLIENT_WS_LINK_IO_H
#define STRESS_CLIENT_WS_LINK_IO_H

#include "stress_client/ws_link.h"

/* Sets it; returns -1. */
int ws_fail(struct ws_failure *failure, const char *reason, const char *detail);

/* The normalised reason of an errno. */
const char *ws_reason(int error);

/* Through TLS or not; as recv and send, or tls.h. */
ssize_t ws_link_receive(struct ws_link *link, void *to, size_t size,
    struct err *err);
ssize_t ws_link_transmit(struct ws_link *link, const void *from, size_t size,
    struct err *err);

/* It is up: listens from now on, and takes what has come already. */
void ws_link_begin(struct ws_link *link, uint8_t *rest, size_t length);

/* Closes it at once. */
void ws_link_release(struct ws_link *link);

#endif
