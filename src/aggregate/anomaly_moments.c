#include "aggregate/anomaly_parts.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of one of several bins at the most. */
#define MOMENT_MS 1000

static uint64_t cut_of(const struct counts *reasons)
{
	static const char *const cuts[] = { "closed by peer",
		"connection reset", "connection lost" };
	uint64_t cut = 0;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		cut += counts_get(reasons, cuts[i]);
	return cut;
}

/* What ended in the bin adds up; states are those at the end of each process'
 * last interval in it. */
static void take_bin(struct moment *moment, const struct series *series,
    const struct bin *bin)
{
	double target = 0;
	bool has_target = false;
	moment->to_ms = bin->to_ms;
	moment->ok += bin->ok;
	moment->failed += bin->failed;
	if (bin->slice_count == 0 && bin > &series->bins[moment->first])
		return; /* the states are still those before it */
	moment->clients = bin->clients;
	moment->in_flight = 0;
	for (size_t i = 0; i < bin->slice_count; i++) {
		const struct slice *slice =
		    &series->slices[bin->first_slice + i];
		moment->skipped += (double)slice->skipped;
		moment->cut += cut_of(&slice->reasons);
		moment->dropped += slice->dropped;
		if (i + 1 < bin->slice_count &&
		    slice[1].process == slice->process)
			continue;
		moment->in_flight += (double)slice->in_flight;
		has_target = has_target || slice->has_target;
		target += slice->target;
	}
	moment->wanted = has_target ? target : moment->clients;
}

/* Connections that clients hold: those that were lost and are not back, of the
 * most that there were. */
struct away {
	double now, most;
};

static void take_held(struct moment *moment, struct away *away,
    const struct series *series, const struct bin *bin)
{
	double joined = 0;
	for (size_t i = 0; i < bin->slice_count; i++) {
		const struct slice *slice =
		    &series->slices[bin->first_slice + i];
		away->now += (double)slice->dropped - (double)slice->restored;
		if (i + 1 == bin->slice_count ||
		    slice[1].process != slice->process)
			joined += (double)slice->joined;
	}
	away->most = fmax(away->most, joined + away->now);
	if (away->now > 0)
		moment->held = fmin(moment->held, 1 - away->now / away->most);
}

static void take_latencies(struct moment *moment, const struct series *series)
{
	struct histogram latencies = { 0 };
	series_latencies(series, moment->first, moment->end, &latencies);
	moment->answers = latencies.count;
	moment->p95_us = histogram_percentile(&latencies, 95);
	histogram_clear(&latencies);
}

/* As many as mostly have the answers that it takes, and some to spare. */
static size_t bins_of_moment(const struct series *series)
{
	double answers = 0, bins = 1;
	for (size_t k = 0; k < series->bin_count; k++)
		answers += series->bins[k].ok;
	if (answers > 0)
		bins = ceil(
		    2 * USUAL_ANSWERS * (double)series->bin_count / answers);
	size_t most = series->bin_ms > 0 && series->bin_ms < MOMENT_MS
	                  ? (size_t)(MOMENT_MS / series->bin_ms)
	                  : 1;
	return bins < (double)most ? (size_t)bins : most;
}

void moments_init(struct moments *moments, const struct series *series)
{
	size_t bins = bins_of_moment(series);
	size_t count = (series->bin_count + bins - 1) / bins;
	struct away away = { 0 };
	*moments = (struct moments){ .series = series,
		.bins = bins,
		.count = count,
		.items = mem_new(count, sizeof *moments->items) };
	for (size_t k = 0; k < count; k++) {
		struct moment *moment = &moments->items[k];
		size_t first = k * bins, end = first + bins;
		if (end > series->bin_count)
			end = series->bin_count;
		*moment = (struct moment){ .first = first,
			.end = end,
			.from_ms = series->bins[first].from_ms,
			.held = 1 };
		for (size_t i = first; i < end; i++) {
			take_bin(moment, series, &series->bins[i]);
			take_held(moment, &away, series, &series->bins[i]);
		}
		take_latencies(moment, series);
	}
}

void moments_release(struct moments *moments)
{
	free(moments->items);
	*moments = (struct moments){ 0 };
}

size_t moments_at(const struct moments *moments, int64_t t_ms)
{
	size_t bin = series_bin_at(moments->series, (double)t_ms);
	return bin < moments->series->bin_count ? bin / moments->bins
	                                        : moments->count;
}

double moments_clients(const struct moments *moments, int64_t t_ms)
{
	if (moments->count == 0 || t_ms < moments->items[0].from_ms)
		return 0;
	const struct series *series = moments->series;
	size_t bin = series_bin_at(series, (double)t_ms);
	return bin < series->bin_count ? series->bins[bin].clients : 0;
}
