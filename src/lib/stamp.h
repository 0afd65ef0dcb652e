/* stamp.h - how long answers lie in the kernel before they are read, measured
 * on a sample of connections with the kernel's own receive time
 * (SO_TIMESTAMPNS).
 *
 * A generator that has too much to do reads late, and what it then takes for
 * its target's latency is its own. */
#ifndef LIB_STAMP_H
#define LIB_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct stamp {
	bool is_sampled;
	unsigned reads;
};

/* For a new socket, on a fiber: takes one in a few into the sample, if the loop
 * wants one (loop_sample_delays). */
void stamp_init(struct stamp *stamp, int fd);

/* recv(2) for a fiber that has waited for what it is about to read: only then
 * is the delay its own. Keeps now and then the delay for loop_take_delays. */
ssize_t stamp_receive(struct stamp *stamp, int fd, void *to, size_t size,
    int flags);

#endif
