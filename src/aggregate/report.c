#include "aggregate/report.h"

#include "lib/mem.h"
#include "lib/outfile.h"

#include <stdlib.h>

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

static int write_file(const struct report *report, const char *folder,
    const char *name, void (*write)(const struct report *, FILE *),
    struct err *err)
{
	struct outfile file;
	char *path = mem_format("%s/%s", folder, name);
	int result = outfile_open(&file, path, err);
	if (result == 0) {
		write(report, file.stream);
		result = outfile_commit(&file, err);
	}
	free(path);
	return result;
}

int report_write(const struct report *report, const char *folder,
    struct err *err)
{
	if (outfile_folder(folder, err) < 0 ||
	    write_file(report, folder, "final_report.json", report_json, err) <
	        0)
		return -1;
	return write_file(report, folder, "final_report.txt", report_text, err);
}
