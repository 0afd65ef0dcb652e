/* series.h - the run as a row of equal bins: all timelines of all processes on
 * the controller's clock. Pure.
 *
 * A bin is as long as the timelines' interval; where processes have different
 * ones, the longest (what is finer could not tell one machine's silence from
 * another's long interval). Each process keeps its own phase: its intervals
 * are put into the nearest bins one after another, so that one that ends a
 * little late leaves no hole. Since what is in a bin may then lie up to half a
 * bin beside it, each bin says from when to when its intervals really were.
 *
 * Memory: about 200 bytes an interval, and 3 for each different latency in it.
 */
#ifndef AGGREGATE_SERIES_H
#define AGGREGATE_SERIES_H

#include "aggregate/series_pack.h"
#include "lib/machine_clock.h"
#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One interval of one process. */
struct slice {
	int64_t from_ms, to_ms; /* on the controller's clock */
	size_t process;         /* index in series.processes */
	size_t bin, bins;       /* how many it extends over, mostly 1 */
	uint64_t ok, failed, clients, skipped, in_flight;
	bool has_target;
	double target;
	struct packed latencies; /* of the ok ones */
	struct packed responses; /* where they are others; else empty */
	struct packed servers;   /* index in series.servers, requests */
	bool holds; /* its clients hold connections; at the end of it: */
	uint64_t open, joined;
	uint64_t dropped, restored; /* lost in it, and back again in it */
	struct counts reasons;
};

struct bin {
	int64_t from_ms, to_ms; /* what its intervals cover */
	double ok, failed;      /* requests that ended in it */
	double clients;         /* active at its end */
	size_t first_slice, slice_count;
	bool hole; /* an interval that should be here is missing */
};

struct series_process {
	uint64_t machine_id, number;
	int64_t first_ms, last_ms; /* of its load */
	int64_t interval_ms;       /* the usual one */
};

/* From its first interval's begin to its last one's end. */
struct series_phase {
	char *name; /* owned */
	int64_t from_ms, to_ms;
};

struct series {
	struct slice *slices; /* owned; by bin, after series_finish */
	size_t slice_count, slice_capacity;
	struct series_process *processes;
	size_t process_count;
	char **servers; /* owned */
	size_t server_count;
	struct series_phase *phases; /* owned; as they were met */
	size_t phase_count;
	bool response_apart; /* some interval has response times of its own */
	bool clock_unknown;
	uint64_t clock_unknown_machine; /* the first such */
	double clock_error_ms;          /* the largest of those known */

	/* By series_finish: */
	struct bin *bins;
	size_t bin_count;
	int64_t origin_ms, bin_ms; /* bin k is meant to begin k bins after */
	uint64_t failed;           /* in all */
};

/* Takes an interval in, of any process, in any order. */
void series_add(struct series *series, const struct record_interval *interval,
    const struct machine_clock *clock);

/* Makes the bins. Returns 0, or -1 with `err` when the intervals lie too far
 * apart to be one run. */
int series_finish(struct series *series, struct err *err);

/* Adds the latencies of the ok ones in bins [from, to). */
void series_latencies(const struct series *series, size_t from, size_t to,
    struct histogram *h);

/* Adds those of one slice, or its response times. */
void series_slice_latencies(const struct slice *slice, struct histogram *h);
void series_slice_responses(const struct slice *slice, struct histogram *h);

/* The same of the response times. */
void series_responses(const struct series *series, size_t from, size_t to,
    struct histogram *h);

/* How many of the ok ones in them took longer than that. */
uint64_t series_slower(const struct series *series, size_t from, size_t to,
    int64_t limit_us);

/* The first bin that reaches beyond a moment; bin_count when none does. */
size_t series_bin_at(const struct series *series, double moment_ms);

void series_release(struct series *series);

#endif
