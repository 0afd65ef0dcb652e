/* What machines and services said of themselves, beside the load. */
#include "aggregate/chart_data.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHARTS_MOST 8

/* The mean of the samples in each stretch of time; where samples are fewer than
 * the stretches each stands until the next, for `hold_s` at most. */
static void fill(double *values, const struct chart_axis *time,
    const struct sample_series *series, double hold_s)
{
	size_t k = 0;
	double last = NAN, last_s = 0;
	for (size_t i = 0; i < time->count; i++) {
		double sum = 0;
		size_t n = 0;
		for (; k < series->point_count; k++) {
			const struct sample_point *point = &series->points[k];
			double at =
			    (double)(point->t_ms - time->zero_unix_ms) / 1e3;
			if (at >= time->to[i])
				break;
			last = point->value;
			last_s = at;
			if (at < time->from[i])
				continue;
			sum += point->value;
			n++;
		}
		if (n)
			values[i] = sum / (double)n;
		else if (!isnan(last) && time->from[i] - last_s <= hold_s)
			values[i] = last;
	}
}

static double usual_step_s(const struct sample_source *source)
{
	double whole = (double)(source->last_ms - source->first_ms) / 1e3;
	return source->samples > 1 ? whole / (double)(source->samples - 1) : 1;
}

static enum chart_unit unit_of(const char *name)
{
	if (strstr(name, "percent"))
		return CHART_PERCENT;
	if (strstr(name, "rss") || strstr(name, "bytes"))
		return CHART_BYTES;
	return strstr(name, "_ms") ? CHART_MS : CHART_COUNT;
}

static bool is_drawn(const struct charts *charts, size_t first,
    const char *name)
{
	for (size_t i = first; i < charts->count; i++)
		if (strcmp(charts->items[i].title, name) == 0)
			return true;
	return false;
}

/* All sources' figure of that name. */
static void draw(struct charts *charts, const struct samples *samples,
    const struct chart_axis *time, const char *id, const char *name)
{
	struct chart *chart =
	    charts_add(charts, id, mem_text(name), unit_of(name), time);
	chart->height = 200;
	for (size_t i = 0; i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		for (size_t k = 0; k < source->series_count; k++) {
			const struct sample_series *series = &source->series[k];
			if (chart->line_count == CHART_LINES ||
			    !series->is_kept || strcmp(series->name, name) != 0)
				continue;
			char *who =
			    mem_format("%s %s", source->source, source->name);
			fill(chart_line(chart, who), time, series,
			    2 * usual_step_s(source));
			free(who);
		}
	}
	charts_drop_empty(charts);
}

void chart_samples(struct charts *charts, const struct samples *samples,
    const struct chart_axis *time)
{
	static const char *const ids[CHARTS_MOST] = { "samples-1", "samples-2",
		"samples-3", "samples-4", "samples-5", "samples-6", "samples-7",
		"samples-8" };
	size_t first = charts->count;
	for (size_t i = 0; time->count && i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		for (size_t k = 0; k < source->series_count; k++) {
			const struct sample_series *series = &source->series[k];
			size_t drawn = charts->count - first;
			if (series->is_kept && drawn < CHARTS_MOST &&
			    !is_drawn(charts, first, series->name))
				draw(charts, samples, time, ids[drawn],
				    series->name);
		}
	}
}
