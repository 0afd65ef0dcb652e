/* series_pack.h - pairs of numbers in few bytes: seven bits a byte. */
#ifndef AGGREGATE_SERIES_PACK_H
#define AGGREGATE_SERIES_PACK_H

#include "lib/histogram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* {0} is empty. */
struct packed {
	uint8_t *bytes; /* owned */
	size_t length;
};

/* A walk through the pairs. {0} begins. */
struct packed_walk {
	size_t at;
	uint64_t first, second;
	int64_t value_us; /* of latencies */
};

void packed_add(struct packed *packed, uint64_t first, uint64_t second);

/* The next pair into `walk`; false at the end. */
bool packed_next(const struct packed *packed, struct packed_walk *walk);

/* Latencies: steps from value to value, and counts. */
struct packed packed_latencies(const struct histogram *h);

/* The next value into walk->value_us; walk->second is how many there are. */
bool packed_next_latency(const struct packed *packed, struct packed_walk *walk);

void packed_release(struct packed *packed);

#endif
