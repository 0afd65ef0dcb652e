/* HdrHistogram's log of intervals, version 1.3: of each interval of the run the
 * latencies of all machines, service times and, where they are others, response
 * times under a tag of their own. Values are microseconds; the largest of an
 * interval stands beside its times in milliseconds. */
#include "aggregate/formats.h"

#include "aggregate/series.h"

#include <stdlib.h>

static void write_head(int64_t start_ms, FILE *to)
{
	double seconds = (double)start_ms / 1e3;
	fputs("#[Logged by ringstorm " RINGSTORM_VERSION
	      ": all machines together, in microseconds]\n"
	      "#[Histogram log format version 1.3]\n",
	    to);
	fprintf(to, "#[StartTime: %.3f (seconds since epoch)]\n", seconds);
	fprintf(to, "#[BaseTime: %.3f (seconds since epoch)]\n", seconds);
	fputs("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
	      "\"Interval_Compressed_Histogram\"\n",
	    to);
}

static void write_interval(const char *tag, const struct bin *bin,
    int64_t start_ms, const struct histogram *h, FILE *to)
{
	char *text = histogram_encode(h);
	fprintf(to, "Tag=%s,%.3f,%.3f,%.3f,%s\n", tag,
	    (double)(bin->from_ms - start_ms) / 1e3,
	    (double)(bin->to_ms - bin->from_ms) / 1e3,
	    (double)histogram_max(h) / 1e3, text ? text : "");
	free(text);
}

static void write_log(const struct report *report, FILE *to)
{
	const struct series *series = report->series;
	int64_t start_ms = series->bin_count ? series->bins[0].from_ms
	                                     : report->merge->start_unix_ms;
	write_head(start_ms, to);
	for (size_t i = 0; i < series->bin_count; i++) {
		const struct bin *bin = &series->bins[i];
		struct histogram h = { 0 };
		if (bin->slice_count == 0)
			continue;
		series_latencies(series, i, i + 1, &h);
		write_interval("service", bin, start_ms, &h, to);
		histogram_clear(&h);
		if (!series->response_apart)
			continue;
		series_responses(series, i, i + 1, &h);
		write_interval("response", bin, start_ms, &h, to);
		histogram_clear(&h);
	}
}

int format_hlog(const struct report *report, const char *path, struct err *err)
{
	return format_file(report, path, write_log, err);
}
