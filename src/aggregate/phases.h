/* phases.h - the run by its phases: what the intervals of each saw. Pure.
 *
 * Only timelines know phases. An interval counts to the phase that it names,
 * and a request to the interval in which it ended: one begun at the end of a
 * phase may count to the next. */
#ifndef AGGREGATE_PHASES_H
#define AGGREGATE_PHASES_H

#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More are one together, "other phases": names are input. */
#define PHASES_MAX 100

/* How long one process was in a phase, and what it was to do there. */
struct phase_part {
	int64_t length_ms;
	bool has_target;
	/* When its first interval began and its last one ended. */
	double first_target, last_target;
};

struct phase {
	char *name; /* "" of intervals that name none; owned */
	int64_t from_unix_ms;
	struct stats stats;
	struct histogram lag; /* us */

	/* By phases_join: of all processes, which are in it side by side. */
	struct phase_part whole;
};

struct phases {
	struct phase *items; /* owned */
	size_t count;
};

/* What one process did in each, by the index of phases_add. */
struct phase_parts {
	struct phase_part *items; /* owned */
	size_t count;
};

/* Takes an interval in, and into the parts of its process. */
void phases_add(struct phases *phases, struct phase_parts *parts,
    const struct record_interval *interval);

/* Adds what a process did; once for each, before phases_finish. */
void phases_join(struct phases *phases, const struct phase_parts *parts);

/* Into the order in which they began. */
void phases_finish(struct phases *phases);

/* NULL when there is none of that name. */
const struct phase *phases_find(const struct phases *phases, const char *name);

/* How long it lasted; right answers a second, 0 where it lasted no time. */
double phase_seconds(const struct phase *phase);
double phase_throughput(const struct phase *phase);

void phases_release(struct phases *phases);

#endif
