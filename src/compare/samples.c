#include "compare/samples.h"

#include "lib/mem.h"

#include <stdlib.h>

#define US_PER_MS 1000.0

/* A percentile is looked for among so many values of all that were measured,
 * and among as many more of the slowest tenth: a thousandth of the requests
 * lies between two of the former, a fiftieth of the slowest hundredth between
 * two of the latter. */
#define VALUES_EACH 512
#define TAIL        0.9

double sample_requests(const struct cells *cells)
{
	double requests = 0;
	for (size_t i = 0; i < cells->count; i++)
		if (cells->items[i].steady)
			requests += (double)(cells->items[i].ok +
			                     cells->items[i].failed);
	return requests;
}

static void make_ratio(struct sample *sample, enum effect_kind kind,
    const struct cells *cells)
{
	sample_ratio(sample);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *cell = &cells->items[i];
		double ok = (double)cell->ok, failed = (double)cell->failed;
		double row[2] = { ok, cell->seconds };
		if (kind == EFFECT_FAILURES) {
			row[0] = failed;
			row[1] = ok + failed;
		}
		if (cell->steady)
			sample_add(sample, row);
	}
}

/* The step on which a share of the requests stands. */
static size_t step_of(double share)
{
	size_t step = (size_t)(share * VALUES_EACH);
	return share < TAIL
	           ? step
	           : step + (size_t)((share - TAIL) / (1 - TAIL) * VALUES_EACH);
}

/* The last value of each step. Returns how many there are, at least one. */
static size_t choose_values(double *values, const struct histogram *h)
{
	size_t cursor = 0, count = 0, last_step = 0;
	double below = 0;
	int64_t value_us;
	uint64_t n;
	while (histogram_next(h, &cursor, &value_us, &n)) {
		below += (double)n;
		size_t step = step_of(below / (double)h->count);
		if (count == 0 || step != last_step)
			count++;
		values[count - 1] = (double)value_us;
		last_step = step;
	}
	if (count == 0)
		values[count++] = 0;
	return count;
}

/* How many of the cell's are at most each value. */
static void count_up_to(double *row, const struct cell *cell,
    const double *values, size_t count)
{
	size_t k = 0;
	double below = 0;
	for (size_t i = 0; i < count; i++) {
		while (k < cell->bucket_count &&
		       cell->buckets[k].value_us <= values[i])
			below += cell->buckets[k++].n;
		row[i] = below;
	}
}

static double make_percentile(struct sample *sample, double share,
    const struct cells *cells)
{
	struct histogram all = { 0 };
	cells_latencies(cells, 0, cells->count, true, &all);
	double *values = mem_new(2 * VALUES_EACH + 2, sizeof *values);
	double *row = mem_new(2 * VALUES_EACH + 2, sizeof *row);
	size_t count = choose_values(values, &all);
	sample_percentile(sample, share, values, count);
	for (size_t i = 0; i < cells->count; i++) {
		count_up_to(row, &cells->items[i], values, count);
		if (cells->items[i].steady)
			sample_add(sample, row);
	}
	double us = (double)histogram_percentile(&all, share * 100);
	histogram_clear(&all);
	free(values);
	free(row);
	return us / US_PER_MS;
}

double sample_make(struct sample *sample, enum effect_kind kind,
    const struct run *run)
{
	if (kind == EFFECT_P50)
		return make_percentile(sample, 0.5, &run->cells);
	if (kind == EFFECT_P99)
		return make_percentile(sample, 0.99, &run->cells);
	make_ratio(sample, kind, &run->cells);
	return sample_figure(sample);
}
