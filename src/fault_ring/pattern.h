/* pattern.h - which fault comes when to whom: values in, values out. */
#ifndef FAULT_RING_PATTERN_H
#define FAULT_RING_PATTERN_H

#include "fault_ring/fault.h"
#include "fault_ring/settings.h"

#include <stddef.h>
#include <stdint.h>

#define AFTER_THE_LAST (-1)

struct planned {
	unsigned number; /* 1.. in the run */
	unsigned cycle;  /* 1.. */
	unsigned group;  /* 0..; those of one group come at once */
	unsigned server; /* its id */
	const struct fault *fault;
	int64_t at_ns; /* from the start, or AFTER_THE_LAST: an interval after
	                  the group before is healed */
	int64_t length_ns;
};

/* In the order in which they come. */
struct plan {
	struct planned *items; /* owned */
	size_t count;
	unsigned groups, cycles;
};

/* The patterns ring, random and simultaneous, over the servers with these ids.
 * The same seed gives the same order. */
int pattern_make(struct plan *plan, const struct settings *settings,
    const unsigned *servers, size_t count, struct err *err);

/* Adds one; the caller has filled it in but for the number. */
void plan_add(struct plan *plan, const struct planned *planned);

/* How long it takes, without the recoveries. */
int64_t plan_length_ns(const struct plan *plan,
    const struct settings *settings);

void plan_release(struct plan *plan);

#endif
