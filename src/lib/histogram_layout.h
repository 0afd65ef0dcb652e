/* histogram_layout.h - which bucket holds which value: HdrHistogram's layout.
 *
 * The lower half of bucket 0 counts 0..1023 one by one; then every doubling of
 * the value has 1,024 counters. Private to histogram.c, histogram_codec.c and
 * their tests. */
#ifndef LIB_HISTOGRAM_LAYOUT_H
#define LIB_HISTOGRAM_LAYOUT_H

#include "lib/histogram.h"

#include <stdint.h>

/* How finely some histogram counts: 2^half_bits counters a doubling, and
 * nothing finer than 2^unit_bits. */
struct histogram_layout {
	int half_bits, unit_bits;
};

/* Ours: three significant digits from 1 us on. */
#define HISTOGRAM_LAYOUT    ((struct histogram_layout){ 10, 0 })
#define HISTOGRAM_DIGITS    3
#define HISTOGRAM_INDEXES   (23 * 1024) /* up to 2^32 - 1 us */
#define HISTOGRAM_TOTAL_MAX ((uint64_t)INT64_MAX)

/* The counter of a value >= 0. */
static inline uint64_t layout_index(struct histogram_layout layout,
    uint64_t value)
{
	int half = layout.half_bits;
	uint64_t units = value >> layout.unit_bits;
	uint64_t low_bucket = (UINT64_C(2) << half) - 1;
	int doublings = 63 - half - __builtin_clzll(units | low_bucket);

	return ((uint64_t)doublings << half) + (units >> doublings);
}

static inline int layout_doublings(struct histogram_layout layout,
    uint64_t index)
{
	uint64_t row = index >> layout.half_bits;

	return row > 1 ? (int)(row - 1) : 0;
}

/* The lowest and the highest value of a counter, and what HdrHistogram takes
 * for its middle. */
static inline uint64_t layout_lowest(struct histogram_layout layout,
    uint64_t index)
{
	int doublings = layout_doublings(layout, index);
	uint64_t units = index - ((uint64_t)doublings << layout.half_bits);

	return units << (doublings + layout.unit_bits);
}

static inline uint64_t layout_width(struct histogram_layout layout,
    uint64_t index)
{
	return UINT64_C(1) << (layout_doublings(layout, index) +
	                       layout.unit_bits);
}

static inline uint64_t layout_highest(struct histogram_layout layout,
    uint64_t index)
{
	return layout_lowest(layout, index) + layout_width(layout, index) - 1;
}

static inline uint64_t layout_middle(struct histogram_layout layout,
    uint64_t index)
{
	return layout_lowest(layout, index) + layout_width(layout, index) / 2;
}

/* Adds `n` to one counter of ours: index < HISTOGRAM_INDEXES. */
void histogram_add(struct histogram *h, size_t index, uint64_t n);

/* Walks the counters that are not 0, in order. Start with *cursor = 0; while 1
 * is returned, *index and *n are one of them. */
int histogram_next_index(const struct histogram *h, size_t *cursor,
    size_t *index, uint64_t *n);

#endif
