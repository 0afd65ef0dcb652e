/* ends.h - what ends a wait early: SIGINT and SIGTERM, which are met nowhere
 * else, and the end of stdin where somebody holds its other end for us. */
#ifndef HOST_PROBE_ENDS_H
#define HOST_PROBE_ENDS_H

#include "lib/err.h"

#include <stdbool.h>
#include <stdint.h>

struct ends {
	int signals; /* signalfd */
	bool stdin_too;
};

/* Blocks the signals. Returns 0, or -1 with `err`. */
int ends_init(struct ends *ends, bool stdin_too, struct err *err);

enum woken { WOKEN_BY_TIME, WOKEN_BY_END, WOKEN_BY_SIGNAL };

/* Waits for a moment on clock_now_ns, or what comes first. */
enum woken ends_wait_until(const struct ends *ends, int64_t moment_ns,
    int *signal);

void ends_release(struct ends *ends);

#endif
