/* cells.h - the intervals of all machines and processes, merged into seconds.
 * Pure. */
#ifndef COMPARE_CELLS_H
#define COMPARE_CELLS_H

#include "lib/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many values were equivalent to value_us. */
struct bucket {
	uint32_t value_us, n;
};

/* What one process saw in one interval. */
struct slice {
	int64_t from_ms, length_ms;
	uint64_t machine_id, process;
	uint64_t ok, failed, clients;
	bool open_loop;
	struct bucket *buckets; /* latencies of the right answers; owned */
	size_t bucket_count;
};

struct cell {
	int64_t at_ms; /* its beginning, on the controller's clock */
	double seconds;
	uint64_t ok, failed, clients;
	bool steady; /* by cells_steady; true before */
	struct bucket *buckets;
	size_t bucket_count;
};

/* { 0 } is empty. */
struct cells {
	struct slice *slices;
	size_t slice_count, slice_capacity;
	bool open_loop;

	/* By cells_finish: */
	struct cell *items;
	size_t count;
	int64_t cell_ms;
};

/* Takes an interval in, of a machine whose clock is that far ahead. The
 * latencies are the response times in an open loop, else the service times. */
void cells_add(struct cells *cells, const struct record_interval *interval,
    double offset_ms);

/* Merges them, into seconds or what the intervals last; of a run of many hours
 * into larger cells, so that there are at most CELLS_MAX. */
#define CELLS_MAX 4096
void cells_finish(struct cells *cells);

/* A stretch of time in which a fault was at work. */
struct disturbance {
	int64_t from_ms, to_ms;
};

/* Whether it lasted less than half of what a cell lasts: what is left over at
 * the end of a phase. */
bool cell_is_remainder(const struct cells *cells, const struct cell *cell);

/* Marks as not steady the cells in which clients of a closed loop were still to
 * come or had left, remainders, and those which a disturbance touches. Returns
 * how many steady ones there are. */
size_t cells_steady(struct cells *cells, const struct disturbance *disturbances,
    size_t count);

/* How long they last in all, the steady ones alone or all. */
double cells_seconds(const struct cells *cells, bool steady);

/* Adds the latencies of cells [from, to), of the steady ones alone or all. */
void cells_latencies(const struct cells *cells, size_t from, size_t to,
    bool steady, struct histogram *into);

void cells_release(struct cells *cells);

#endif
