/* How many requests took how long. */
#include "aggregate/chart_data.h"

#include "lib/mem.h"

#include <math.h>

#define PER_DECADE   32
#define DECADES_MOST 7

/* One point beyond what the count can tell is enough: the maximum. */
static void percent_axis(struct chart_axis *axis, uint64_t count)
{
	double decades = fmin(DECADES_MOST, fmax(1, log10((double)count)));
	axis->count = (size_t)ceil(decades * PER_DECADE) + 1;
	axis->from = mem_new(axis->count, sizeof *axis->from);
	axis->to = mem_new(axis->count, sizeof *axis->to);
	axis->percent = mem_new(axis->count, sizeof *axis->percent);
	for (size_t i = 0; i < axis->count; i++) {
		axis->from[i] = (double)i / PER_DECADE;
		axis->to[i] = (double)(i + 1) / PER_DECADE;
		axis->percent[i] = 100 * (1 - pow(10, -axis->from[i]));
	}
	axis->high = axis->from[axis->count - 1];
	axis->to[axis->count - 1] = axis->high;
}

static double ms_of(const struct histogram *h, double percent)
{
	return (double)histogram_percentile(h, percent) / 1e3;
}

static void percentile_line(struct chart *chart, const char *name,
    const struct histogram *h)
{
	double *values = chart_line(chart, name);
	for (size_t i = 0; i < chart->axis->count; i++)
		values[i] = ms_of(h, chart->axis->percent[i]);
}

void chart_percentiles(struct charts *charts, const struct report *report,
    struct chart_axis *axis)
{
	const struct histogram *service = report_latencies(report);
	const struct stats *total = &report->merge->total;
	*axis = (struct chart_axis){ 0 };
	if (service->count == 0)
		return;
	percent_axis(axis, service->count);
	struct chart *chart = charts_add(charts, "percentiles",
	    mem_text(report_estimated(report)
	                 ? "Service time by percentile, estimated"
	                 : "Latency by percentile"),
	    CHART_MS, axis);
	chart->is_log = true;
	percentile_line(chart, "service time", service);
	if (total->response_apart)
		percentile_line(chart, "response time", &total->response);
	charts_drop_empty(charts);
}
