/* drawn.h - runs whose truth is known: each second remembers a share of the
 * last, as those of a real service do. */
#ifndef TESTS_COMPARE_DRAWN_H
#define TESTS_COMPARE_DRAWN_H

#include "compare/run.h"

#include "lib/mem.h"
#include "lib/rng.h"

#include <math.h>

#define DRAWN_PI 3.14159265358979323846

struct drawn {
	size_t seconds;
	double memory; /* of the second before: 0..1 */
	double wander; /* how far seconds are from one another, as a share */
	double median_us, spread;
	uint64_t requests; /* a second */
};

static inline double drawn_normal(struct rng *rng)
{
	double a = 1 - rng_unit(rng), b = rng_unit(rng);
	return sqrt(-2 * log(a)) * cos(2 * DRAWN_PI * b);
}

static inline void drawn_latencies(struct cell *cell, struct rng *rng,
    double median_us, double spread)
{
	struct histogram all = { 0 };
	size_t cursor = 0, count = 0;
	int64_t value_us;
	uint64_t n;
	for (uint64_t i = 0; i < cell->ok; i++)
		histogram_record(&all,
		    (int64_t)(median_us * exp(spread * drawn_normal(rng))));
	cell->buckets = mem_new(all.count + 1, sizeof *cell->buckets);
	while (histogram_next(&all, &cursor, &value_us, &n))
		cell->buckets[count++] =
		    (struct bucket){ (uint32_t)value_us, (uint32_t)n };
	cell->bucket_count = count;
	histogram_clear(&all);
}

/* A run without faults, released by run_release. Slow seconds answer less. */
static inline struct run drawn_run(const struct drawn *drawn, uint64_t seed)
{
	struct run run = { .steady = drawn->seconds };
	struct rng rng;
	double fresh = sqrt(1 - drawn->memory * drawn->memory), level;
	rng_init(&rng, seed, 77);
	level = drawn_normal(&rng);
	run.cells.items = mem_new(drawn->seconds, sizeof(struct cell));
	run.cells.count = drawn->seconds;
	for (size_t i = 0; i < drawn->seconds; i++) {
		struct cell *cell = &run.cells.items[i];
		double slow = exp(drawn->wander * level);
		*cell = (struct cell){ .seconds = 1,
			.steady = true,
			.ok = (uint64_t)((double)drawn->requests / slow) };
		drawn_latencies(cell, &rng, drawn->median_us * slow,
		    drawn->spread);
		level = drawn->memory * level + fresh * drawn_normal(&rng);
	}
	return run;
}

#endif
