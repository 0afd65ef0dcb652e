/* The axis of time, and which bins a point of it stands for. */
#include "aggregate/chart_data.h"

#include "lib/mem.h"

#include <math.h>

#define POINTS_MOST  400
#define POINTS_LEAST 60
#define REQUESTS     20 /* in a point, or there is only noise to see */

static size_t divide_up(size_t a, size_t b)
{
	return (a + b - 1) / b;
}

/* 1, 2 or 5 times a power of ten, the next above. */
static size_t round_up(size_t n)
{
	static const size_t factors[] = { 1, 2, 5 };
	for (size_t power = 1;; power *= 10)
		for (size_t i = 0; i < 3; i++)
			if (factors[i] * power >= n)
				return factors[i] * power;
}

/* How many bins are one point. */
static size_t bins_each(const struct series *series)
{
	double requests = 0;
	size_t count = series->bin_count;
	for (size_t k = 0; k < count; k++)
		requests += series->bins[k].ok + series->bins[k].failed;
	size_t few = divide_up(count, POINTS_LEAST);
	double wanted =
	    requests > 0 ? (double)count * REQUESTS / requests : (double)few;
	size_t each = wanted < (double)few ? (size_t)ceil(wanted) : few;
	size_t least = divide_up(count, POINTS_MOST);
	return round_up(each > least ? each : least);
}

void chart_time_axis(struct chart_axis *axis, const struct series *series)
{
	*axis = (struct chart_axis){ .is_time = true, .high = 1 };
	if (series->bin_count == 0)
		return;
	size_t each = axis->each = bins_each(series);
	double bin_s = (double)series->bin_ms / 1e3;
	axis->zero_unix_ms = series->origin_ms;
	axis->count = (series->bin_count + each - 1) / each;
	axis->from = mem_new(axis->count, sizeof *axis->from);
	axis->to = mem_new(axis->count, sizeof *axis->to);
	for (size_t i = 0; i < axis->count; i++) {
		struct chart_bins bins = chart_bins_of(axis, series, i);
		axis->from[i] = (double)bins.first * bin_s;
		axis->to[i] = (double)bins.end * bin_s;
	}
	axis->high = axis->to[axis->count - 1];
}

struct chart_bins chart_bins_of(const struct chart_axis *axis,
    const struct series *series, size_t point)
{
	size_t each = axis->each;
	struct chart_bins bins = { .first = point * each };
	bins.end =
	    point + 1 < axis->count ? bins.first + each : series->bin_count;
	bins.seconds =
	    (double)(bins.end - bins.first) * (double)series->bin_ms / 1e3;
	return bins;
}

bool chart_is_told(const struct series *series, const struct chart_bins *bins)
{
	for (size_t k = bins->first; k < bins->end; k++)
		if (series->bins[k].slice_count || series->bins[k].clients > 0)
			return true;
	return false;
}
