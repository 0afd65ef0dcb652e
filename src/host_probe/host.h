/* host.h - this machine's figures, from one moment to the next. */
#ifndef HOST_PROBE_HOST_H
#define HOST_PROBE_HOST_H

#include "lib/buf.h"
#include "lib/process_here.h"
#include "lib/readings.h"

#include <stdint.h>

#define HOST_FILES 16

struct host {
	int files[HOST_FILES]; /* kept open; -1: not there */
	struct buf text;
	struct process_here process; /* name NULL: none */
	struct procfs_process found;
	struct readings before, now;
	int64_t before_ns, before_unix_ns;
};

/* Opens what there is under `root`, "" but for tests, and reads it a first
 * time: what counters tell is told of the time since. With a `process` the
 * readings of all processes of that name are added. */
void host_init(struct host *host, const char *root, const char *process);

/* Adds the figures of the time since the last call. */
void host_sample(struct host *host, struct readings *to);

void host_release(struct host *host);

#endif
