#include "aggregate/report_faults.h"
#include "aggregate/report_machines.h"

#include "lib/unit.h"

#include <jansson.h>
#include <math.h>

static void put(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

static json_t *count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *decimals(double value, double scale)
{
	return json_real(round(value * scale) / scale);
}

static json_t *milliseconds(double us)
{
	return decimals(us / 1e3, 1e2);
}

static json_t *counted(const struct counts *counts)
{
	json_t *object = json_object();
	for (size_t i = 0; i < counts->length; i++)
		put(object, counts->items[i].name, count(counts->items[i].n));
	return object;
}

static json_t *latencies(const struct histogram *h, bool estimated)
{
	static const struct {
		const char *name;
		double percent;
	} percentiles[] = {
		{ "median_ms", 50 },
		{ "p90_ms", 90 },
		{ "p95_ms", 95 },
		{ "p99_ms", 99 },
		{ "p999_ms", 99.9 },
	};
	if (h->count == 0)
		return json_null();
	json_t *object = json_object();
	put(object, "min_ms", milliseconds((double)histogram_min(h)));
	put(object, "max_ms", milliseconds((double)histogram_max(h)));
	put(object, "avg_ms", milliseconds(histogram_mean(h)));
	for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
		put(object, percentiles[i].name,
		    milliseconds((double)histogram_percentile(h,
		        percentiles[i].percent)));
	if (estimated)
		put(object, "estimate", json_true());
	return object;
}

static json_t *operations(const struct stats *stats)
{
	json_t *object = json_object();
	for (size_t i = 0; i < stats->operations.length; i++) {
		const struct operation *item = &stats->operations.items[i];
		json_t *operation = json_object();
		put(operation, "ok", count(item->ok));
		put(operation, "failed", count(item->failed));
		put(object, item->name, operation);
	}
	return object;
}

static json_t *proof(const struct merge *merge)
{
	json_t *object = json_object();
	put(object, "files_read",
	    count(merge->client_files + merge->timeline_files));
	put(object, "client_files", count(merge->client_files));
	put(object, "timeline_files", count(merge->timeline_files));
	put(object, "left_out", count(merge->left_out));
	put(object, "counts_in", count(merge->counts_in));
	put(object, "counts_out", count(merge->counts_out));
	put(object, "bucket_error", decimals(histogram_error(), 1e6));
	put(object, "estimate_files", count(merge->estimate_files));
	return object;
}

static json_t *verdict(const struct verdict *verdict)
{
	json_t *reasons = json_array();
	for (size_t i = 0; i < verdict->reason_count; i++)
		json_array_append_new(reasons,
		    json_string(verdict->reasons[i]));
	json_t *object = json_object();
	put(object, "result", json_string(result_word(verdict->result)));
	put(object, "exit_code", json_integer(verdict->exit_code));
	put(object, "reasons", reasons);
	return object;
}

/* CloudP2P's fields first and in its order, then ours. */
void report_json(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	json_t *root = json_object();
	put(root, "total_requests", count(total->sent));
	put(root, "successful_requests", count(total->ok));
	put(root, "failed_requests", count(total->failed));
	put(root, "failure_rate", decimals(stats_failed_percent(total), 1e2));
	put(root, "server_distribution", counted(&total->servers));
	put(root, "failure_reasons", counted(&total->reasons));
	put(root, "latency_stats",
	    latencies(report_latencies(report), report_estimated(report)));
	put(root, "schema", json_string("ringstorm-report/1"));
	put(root, "run_id", json_string(report_run_id(report)));
	put(root, "driver", json_string(merge->driver ? merge->driver : ""));
	put(root, "start_unix_ms", json_integer(merge->start_unix_ms));
	put(root, "planned_requests", count(merge->planned));
	put(root, "skipped_requests", count(total->skipped));
	put(root, "unaccounted_requests", count(merge->unaccounted));
	put(root, "response_latency_stats",
	    latencies(stats_response(total), false));
	put(root, "failed_latency_stats",
	    latencies(&total->failed_service, false));
	put(root, "throughput_rps", decimals(report_throughput(report), 1e2));
	put(root, "duration_secs",
	    decimals(report_duration_seconds(report), 1e3));
	put(root, "retries", count(total->retries));
	put(root, "bytes_sent", count(total->bytes_sent));
	put(root, "bytes_received", count(total->bytes_received));
	put(root, "operations", operations(total));
	put(root, "phases", json_array());
	put(root, "faults", faults_json(report));
	put(root, "machines", machines_json(merge));
	put(root, "merge", proof(merge));
	put(root, "thresholds", json_array());
	put(root, "anomalies", json_array());
	put(root, "verdict", verdict(report->verdict));
	/* A dozen digits: what was rounded to two decimals prints as such. */
	json_dumpf(root, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	fputc('\n', to);
	json_decref(root);
}
