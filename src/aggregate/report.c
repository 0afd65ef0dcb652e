#include "aggregate/report.h"

const char *report_run_id(const struct report *report)
{
	const struct runs *runs = &report->merge->runs;
	return runs->count ? runs->parts[0].id : "";
}

double report_duration_seconds(const struct report *report)
{
	const struct merge *merge = report->merge;
	int64_t dated_ms = merge->end_unix_ms - merge->start_unix_ms;
	return (double)(dated_ms > merge->undated_ms ? dated_ms
	                                             : merge->undated_ms) /
	       1e3;
}

double report_throughput(const struct report *report)
{
	double seconds = report_duration_seconds(report);
	return seconds > 0 ? (double)report->merge->total.ok / seconds : 0;
}

bool report_estimated(const struct report *report)
{
	return report->merge->total.service.count == 0 &&
	       report->merge->estimate_us.count > 0;
}

const struct histogram *report_latencies(const struct report *report)
{
	return report_estimated(report) ? &report->merge->estimate_us
	                                : &report->merge->total.service;
}
