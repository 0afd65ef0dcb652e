/* reconnects.h - how the connections that clients hold came back after they had
 * been lost: for each fault, and for each outage that no fault explains. Pure.
 *
 * outage      losses that follow one another within OUTAGE_GAP_MS. It is a
 *             fault's when it began after the fault was commanded and before
 *             the next one, no later than EXPLAINS_MS after the fault was
 *             healed; with the next fault another outage begins.
 * back        a connection that could be used again. How long that took is
 *             measured by its client from the loss on (the histogram
 *             "restore"), which is finer than the intervals and tells as well
 *             to which outage it belongs: that of the moment so long before.
 *             One that comes back and is lost again counts twice.
 * missed, doubled  messages; of an outage those from its beginning to that of
 *             the next one, since they are given up only later.
 *
 * So many percent are of all that were lost: one that never came back is slower
 * than all that did. */
#ifndef AGGREGATE_RECONNECTS_H
#define AGGREGATE_RECONNECTS_H

#include "aggregate/impact.h"
#include "lib/machine_clock.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTAGE_GAP_MS 5000
#define EXPLAINS_MS   5000

enum { BACK_50, BACK_90, BACK_99, BACKS };

/* One interval of one process, on the controller's clock. */
struct connections_slice {
	int64_t from_ms, to_ms;
	uint64_t dropped, restored, missed, doubled;
	struct histogram restore; /* us; owned */
};

struct outage {
	const struct fault *fault; /* NULL: none explains it; borrowed */
	int64_t from_ms, to_ms;    /* of the intervals with losses; of a fault
	                              without any, its moment */
	uint64_t dropped, missed, doubled;
	struct histogram restore; /* us, of those that came back; owned */
	int64_t back_us[BACKS];
	char *not_determined[BACKS]; /* why; NULL: it is. Owned */
};

/* {0} is empty. */
struct reconnects {
	bool held;                       /* some client held connections */
	struct connections_slice *items; /* owned */
	size_t count, capacity;

	/* By reconnects_find: */
	struct outage *outages; /* by time; owned */
	size_t outage_count;
	uint64_t dropped, restored, missed, doubled; /* in all */
	uint64_t untimed; /* of those restored, which no histogram has */
};

/* Takes an interval in, of any process, in any order. */
void reconnects_add(struct reconnects *reconnects,
    const struct record_interval *interval, const struct machine_clock *clock);

/* Makes the outages. Borrows impact's faults; where a machine's clock is not
 * known (impact->clock_unknown) no outage is a fault's. */
void reconnects_find(struct reconnects *reconnects,
    const struct impact *impact);

void reconnects_release(struct reconnects *reconnects);

#endif
