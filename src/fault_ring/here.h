/* here.h - commands of the user's that run on the controller. */
#ifndef FAULT_RING_HERE_H
#define FAULT_RING_HERE_H

#include "lib/err.h"
#include "lib/net.h"

#include <stddef.h>
#include <stdint.h>

/* Runs it with a shell; `out` (may be NULL) gets the beginning of what it
 * printed. Returns 0 when it succeeded, or -1 with `err`. */
int here_run(const char *command, int64_t timeout_ns, char *out, size_t size,
    struct err *err);

/* The same again and again, until it succeeds or the deadline has come. */
int here_wait(const char *command, int64_t deadline_ns, struct err *err);

/* Connects until it takes a connection. */
int here_reach(const struct address *address, int64_t deadline_ns,
    struct err *err);

#endif
