/* ping.h - asks a running server whether it answers. */
#ifndef RING_SERVER_PING_H
#define RING_SERVER_PING_H

#include "lib/err.h"

#include <stdint.h>

/* Returns 0 and the leader that the server names (0: it knows none), or -1
 * with `err`. */
int ping(const char *address, uint32_t *leader, struct err *err);

#endif
