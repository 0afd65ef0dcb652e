#include "aggregate/anomaly_parts.h"

#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

static uint64_t cut_of(const struct counts *reasons)
{
	static const char *const cuts[] = { "closed by peer",
		"connection reset", "connection lost" };
	uint64_t cut = 0;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		cut += counts_get(reasons, cuts[i]);
	return cut;
}

/* States are those at the end of each process' last interval in the bin. */
static void take_slices(struct moment *moment, const struct series *series,
    const struct bin *bin)
{
	double target = 0;
	bool has_target = false;
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

void moments_init(struct moments *moments, const struct series *series)
{
	*moments = (struct moments){ .series = series,
		.count = series->bin_count,
		.items = mem_new(series->bin_count, sizeof *moments->items) };
	for (size_t k = 0; k < series->bin_count; k++) {
		const struct bin *bin = &series->bins[k];
		struct moment *moment = &moments->items[k];
		struct histogram latencies = { 0 };
		*moment = (struct moment){ .from_ms = bin->from_ms,
			.to_ms = bin->to_ms,
			.ok = bin->ok,
			.failed = bin->failed,
			.clients = bin->clients,
			.held = 1 };
		take_slices(moment, series, bin);
		series_latencies(series, k, k + 1, &latencies);
		moment->answers = latencies.count;
		moment->p95_us = histogram_percentile(&latencies, 95);
		histogram_clear(&latencies);
	}
}

void moments_release(struct moments *moments)
{
	free(moments->items);
	*moments = (struct moments){ 0 };
}

double moments_clients(const struct moments *moments, int64_t t_ms)
{
	if (moments->count == 0 || t_ms < moments->items[0].from_ms)
		return 0;
	size_t k = series_bin_at(moments->series, (double)t_ms);
	return k < moments->count ? moments->items[k].clients : 0;
}
