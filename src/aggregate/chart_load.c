/* What the users did and what they got, over time. */
#define _GNU_SOURCE /* strverscmp */
#include "aggregate/chart_data.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OTHERS (CHART_LINES - 1) /* the line of what is not shown apart */

/* ---- throughput ---- */

/* What the plan wanted in an open loop, at the end of a bin. */
static double target_of(const struct series *series, const struct bin *bin)
{
	double target = 0;
	bool has_target = false;
	for (size_t i = 0; i < bin->slice_count; i++) {
		const struct slice *slice =
		    &series->slices[bin->first_slice + i];
		if (i + 1 < bin->slice_count &&
		    slice[1].process == slice->process)
			continue;
		has_target = has_target || slice->has_target;
		target += slice->target;
	}
	return has_target ? target : NAN;
}

static void throughput(struct charts *charts, const struct report *report,
    const struct chart_axis *time)
{
	const struct series *series = report->series;
	struct chart *chart = charts_add(charts, "throughput",
	    mem_text("Throughput"), CHART_RATE, time);
	double *right = chart_line(chart, "answered right");
	double *failed = series->failed ? chart_line(chart, "failed") : NULL;
	double *planned =
	    report->merge->open_loop ? chart_line(chart, "planned") : NULL;
	chart->lines[0].is_area = true;
	chart->lines[1].is_area = failed != NULL;
	for (size_t i = 0; i < time->count; i++) {
		struct chart_bins bins = chart_bins_of(time, series, i);
		if (!chart_is_told(series, &bins))
			continue;
		double ok = 0, not_ok = 0;
		for (size_t k = bins.first; k < bins.end; k++) {
			ok += series->bins[k].ok;
			not_ok += series->bins[k].failed;
		}
		right[i] = ok / bins.seconds;
		if (failed)
			failed[i] = not_ok / bins.seconds;
		if (planned)
			planned[i] =
			    target_of(series, &series->bins[bins.end - 1]);
	}
	charts_drop_empty(charts);
}

/* ---- what comes in kinds: reasons, servers ---- */

/* The lines of the kinds that have most; what is left is one more. */
struct kinds {
	struct chart *chart;
	double *lines[CHART_LINES];
	const char *names[OTHERS];
	char **servers; /* the series' names of them */
	size_t named;
};

/* Server "2" before server "10". */
static int by_name(const void *left, const void *right)
{
	const struct count *const *a = left, *const *b = right;
	return strverscmp((*a)->name, (*b)->name);
}

/* A number alone does not say what it is. */
static double *kind_line(struct chart *chart, const char *name)
{
	bool is_number = *name && name[strspn(name, "0123456789")] == '\0';
	char *words = mem_format("%s%s", is_number ? "server " : "", name);
	double *values = chart_line(chart, words);
	free(words);
	return values;
}

static void kinds_init(struct kinds *kinds, struct chart *chart,
    const struct counts *counts, const char *others)
{
	const struct count *top[OTHERS];
	*kinds = (struct kinds){ .chart = chart };
	kinds->named = counts_top(counts, top, OTHERS);
	qsort(top, kinds->named, sizeof *top, by_name);
	for (size_t i = 0; i < kinds->named; i++) {
		kinds->names[i] = top[i]->name;
		kinds->lines[i] = kind_line(chart, top[i]->name);
	}
	if (counts->length > kinds->named)
		kinds->lines[kinds->named] = chart_line(chart, others);
}

static void kinds_begin(struct kinds *kinds, size_t point)
{
	for (size_t i = 0; i < kinds->chart->line_count; i++)
		kinds->lines[i][point] = 0;
}

static void kinds_add(struct kinds *kinds, size_t point, const char *name,
    double n)
{
	size_t i = 0;
	while (i < kinds->named && strcmp(kinds->names[i], name) != 0)
		i++;
	if (i < kinds->chart->line_count)
		kinds->lines[i][point] += n;
}

static void add_reasons(struct kinds *kinds, size_t point,
    const struct slice *slice, double seconds)
{
	for (size_t i = 0; i < slice->reasons.length; i++)
		kinds_add(kinds, point, slice->reasons.items[i].name,
		    (double)slice->reasons.items[i].n / seconds);
}

/* Calls `add` for each slice of each point. */
static void fill_kinds(struct kinds *kinds, const struct series *series,
    const struct chart_axis *time,
    void (*add)(struct kinds *kinds, size_t point, const struct slice *slice,
        double seconds))
{
	for (size_t i = 0; i < time->count; i++) {
		struct chart_bins bins = chart_bins_of(time, series, i);
		if (!chart_is_told(series, &bins))
			continue;
		kinds_begin(kinds, i);
		for (size_t k = bins.first; k < bins.end; k++)
			for (size_t s = 0; s < series->bins[k].slice_count; s++)
				add(kinds, i,
				    &series
				         ->slices[series->bins[k].first_slice +
				                  s],
				    bins.seconds);
	}
}

static void failures(struct charts *charts, const struct report *report,
    const struct chart_axis *time)
{
	struct kinds kinds;
	struct counts reasons = { 0 };
	const struct series *series = report->series;
	for (size_t i = 0; i < series->slice_count; i++)
		counts_merge(&reasons, &series->slices[i].reasons);
	if (reasons.length) {
		struct chart *chart = charts_add(charts, "failures",
		    mem_text("Failures, by reason"), CHART_RATE, time);
		chart->is_stacked = chart->is_of_failures = true;
		chart->height = 220;
		kinds_init(&kinds, chart, &reasons, "other reasons");
		fill_kinds(&kinds, series, time, add_reasons);
		charts_drop_empty(charts);
	}
	counts_clear(&reasons);
}

static void add_servers(struct kinds *kinds, size_t point,
    const struct slice *slice, double seconds)
{
	struct packed_walk walk = { 0 };
	while (packed_next(&slice->servers, &walk))
		kinds_add(kinds, point, kinds->servers[walk.first],
		    (double)walk.second / seconds);
}

static void servers(struct charts *charts, const struct report *report,
    const struct chart_axis *time)
{
	const struct series *series = report->series;
	struct counts totals = { 0 };
	struct kinds kinds;
	for (size_t i = 0; i < series->slice_count; i++) {
		struct packed_walk walk = { 0 };
		while (packed_next(&series->slices[i].servers, &walk))
			counts_add(&totals, series->servers[walk.first],
			    walk.second);
	}
	if (totals.length) {
		struct chart *chart = charts_add(charts, "servers",
		    mem_text("Load per server"), CHART_RATE, time);
		chart->is_stacked = true;
		chart->height = 240;
		kinds_init(&kinds, chart, &totals, "other servers");
		kinds.servers = series->servers;
		fill_kinds(&kinds, series, time, add_servers);
		charts_drop_empty(charts);
	}
	counts_clear(&totals);
}

/* ---- latency ---- */

static double ms_of(const struct histogram *h, double percent)
{
	return h->count ? (double)histogram_percentile(h, percent) / 1e3 : NAN;
}

static void latency(struct charts *charts, const struct report *report,
    const struct chart_axis *time)
{
	static const double percents[] = { 99.9, 99, 50 };
	static const char *const names[] = { "p99.9", "p99", "p50" };
	const struct series *series = report->series;
	struct chart *chart = charts_add(charts, "latency",
	    mem_text("Service time of right answers"), CHART_MS, time);
	double *lines[3], *felt = NULL;
	chart->is_log = true;
	for (size_t i = 0; i < 3; i++)
		lines[i] = chart_line(chart, names[i]);
	chart->lines[0].is_broad = true;
	chart->note = "The p99 of fewer than 100 requests is the slowest of "
	              "them, and so is the p99.9 of fewer than 1,000.";
	if (series->response_apart)
		felt = chart_line(chart, "p99 of response time");
	for (size_t i = 0; i < time->count; i++) {
		struct chart_bins bins = chart_bins_of(time, series, i);
		struct histogram service = { 0 }, response = { 0 };
		series_latencies(series, bins.first, bins.end, &service);
		for (size_t k = 0; k < 3; k++)
			lines[k][i] = ms_of(&service, percents[k]);
		if (felt) {
			series_responses(series, bins.first, bins.end,
			    &response);
			felt[i] = ms_of(&response, 99);
		}
		histogram_clear(&service);
		histogram_clear(&response);
	}
	charts_drop_empty(charts);
}

void chart_load(struct charts *charts, const struct report *report,
    const struct chart_axis *time)
{
	if (time->count == 0)
		return;
	throughput(charts, report, time);
	failures(charts, report, time);
	latency(charts, report, time);
	servers(charts, report, time);
}
