/* samples.h - what machines and services said of themselves during the run:
 * the records of host_probe and relay_probe. Pure.
 *
 * Of every figure the least, mean and most are kept; of a few that say how a
 * run went (memory, connections, processors, clocks) every value, at 16 bytes
 * each. */
#ifndef AGGREGATE_SAMPLES_H
#define AGGREGATE_SAMPLES_H

#include "lib/counts.h"
#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample_point {
	int64_t t_ms; /* on the controller's clock */
	double value;
};

struct sample_series {
	char *name; /* "memory.rss"; owned */
	uint64_t count;
	double least, most, sum, last;
	bool is_kept;
	struct sample_point *points; /* owned; by time after samples_finish */
	size_t point_count, point_capacity;
};

/* All samples of one machine or service. */
struct sample_source {
	char *source, *name; /* "relay", "relay1"; owned */
	uint64_t samples;
	int64_t first_ms, last_ms;
	struct counts failures; /* polls that failed, by reason */
	/* "connections: the process has only 3 sockets"; with other numbers it
	 * counts as the first one. */
	struct counts suspects;
	int64_t *restarts; /* moments; owned; by time */
	size_t restart_count;
	struct sample_series *series; /* owned; in the order of the page */
	size_t series_count;
};

/* {0} is empty. */
struct samples {
	struct sample_source *items; /* owned */
	size_t count;
	uint64_t beyond; /* figures that were too many to look at */
};

/* Takes a line in; `offset_ms` is how far its writer's clock is ahead of the
 * controller's. Returns 0; 1 when the line is no sample; or -1 with `err`: it
 * is one, and it makes no sense. */
int samples_take(struct samples *samples, const char *line, size_t length,
    double offset_ms, struct err *err);

/* Forgets the source at `index`; those behind it move up. */
void samples_drop(struct samples *samples, size_t index);

/* Puts all into the order of time. Call once, after the last line. */
void samples_finish(struct samples *samples);

void samples_release(struct samples *samples);

/* Whether a figure is the memory of a process or a machine. */
bool sample_is_memory(const char *name);

#endif
