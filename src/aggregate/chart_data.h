/* chart_data.h - the charts of a run, from its bins, its latencies and its
 * samples. Pure. However long a run was, a few hundred points tell it: bins are
 * put together, and their latencies merged. */
#ifndef AGGREGATE_CHART_DATA_H
#define AGGREGATE_CHART_DATA_H

#include "aggregate/chart.h"
#include "aggregate/report.h"
#include "aggregate/samples.h"
#include "aggregate/series.h"

/* The time of the load; without a timeline of no points. */
void chart_time_axis(struct chart_axis *axis, const struct series *series);

/* The bins of one of its points: [first, end). */
struct chart_bins {
	size_t first, end;
	double seconds;
};

struct chart_bins chart_bins_of(const struct chart_axis *axis,
    const struct series *series, size_t point);

/* What is between the first and the last of those that are there; false where
 * no interval tells of the time. */
bool chart_is_told(const struct series *series, const struct chart_bins *bins);

/* Throughput, failures by reason, latency and servers over time. */
void chart_load(struct charts *charts, const struct report *report,
    const struct chart_axis *time);

/* How many requests took how long; makes the axis. */
void chart_percentiles(struct charts *charts, const struct report *report,
    struct chart_axis *axis);

/* Figures of machines and services, those of one name in one chart. */
void chart_samples(struct charts *charts, const struct samples *samples,
    const struct chart_axis *time);

#endif
