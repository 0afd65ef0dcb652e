/* self_watch.h - what this process sees of itself in an interval: the material
 * for lib/generator.h. */
#ifndef STRESS_CLIENT_SELF_WATCH_H
#define STRESS_CLIENT_SELF_WATCH_H

#include "lib/procstat.h"
#include "lib/record.h"
#include "stress_client/load_thread.h"

/* {0} begins. */
struct self_watch {
	struct procstat machine; /* at the last interval's end */
};

/* Fills in the interval's `generator`, to be released, and its cpu_percent: of
 * the time since the last call. Takes over what was measured of receive delay
 * and lag; it is empty then. */
void self_watch_look(struct self_watch *watch, struct load_thread *threads,
    uint64_t count, int64_t elapsed_ns, struct measured *measured,
    struct record_interval *interval);

#endif
