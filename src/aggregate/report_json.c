#include "aggregate/report_anomalies.h"
#include "aggregate/report_faults.h"
#include "aggregate/report_machines.h"
#include "aggregate/report_parts.h"
#include "aggregate/report_reconnects.h"
#include "aggregate/report_samples.h"
#include "aggregate/report_thresholds.h"
#include "aggregate/report_values.h"

#include <jansson.h>

static json_t *counted(const struct counts *counts)
{
	json_t *object = json_object();
	for (size_t i = 0; i < counts->length; i++)
		put(object, counts->items[i].name,
		    count_json(counts->items[i].n));
	return object;
}

/* Of CloudP2P's own files they are estimates, and say so. */
static json_t *service_latencies(const struct report *report)
{
	json_t *object = latencies_json(report_latencies(report));
	if (report_estimated(report))
		put(object, "estimate", json_true());
	return object;
}

static json_t *proof(const struct merge *merge)
{
	json_t *object = json_object();
	put(object, "files_read",
	    count_json(merge->client_files + merge->timeline_files));
	put(object, "client_files", count_json(merge->client_files));
	put(object, "timeline_files", count_json(merge->timeline_files));
	put(object, "left_out", count_json(merge->left_out));
	put(object, "counts_in", count_json(merge->counts_in));
	put(object, "counts_out", count_json(merge->counts_out));
	put(object, "bucket_error", decimals_json(histogram_error(), 6));
	put(object, "estimate_files", count_json(merge->estimate_files));
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
	put(root, "total_requests", count_json(total->sent));
	put(root, "successful_requests", count_json(total->ok));
	put(root, "failed_requests", count_json(total->failed));
	put(root, "failure_rate",
	    decimals_json(stats_failed_percent(total), 2));
	put(root, "server_distribution", counted(&total->servers));
	put(root, "failure_reasons", counted(&total->reasons));
	put(root, "latency_stats", service_latencies(report));
	put(root, "schema", json_string("ringstorm-report/1"));
	put(root, "run_id", json_string(report_run_id(report)));
	put(root, "driver", json_string(merge->driver ? merge->driver : ""));
	put(root, "loop", json_string(merge->open_loop ? "open" : "closed"));
	put(root, "stopped",
	    merge->stopped ? json_string(merge->stopped) : json_null());
	put(root, "start_unix_ms", json_integer(merge->start_unix_ms));
	put(root, "planned_requests", count_json(merge->planned));
	put(root, "skipped_requests", count_json(total->skipped));
	put(root, "unaccounted_requests", count_json(merge->unaccounted));
	put(root, "response_latency_stats",
	    latencies_json(stats_response(total)));
	put(root, "lag", lag_json(&merge->lag));
	put(root, "failed_latency_stats",
	    latencies_json(&total->failed_service));
	put(root, "throughput_rps",
	    decimals_json(report_throughput(report), 2));
	put(root, "duration_secs",
	    decimals_json(report_duration_seconds(report), 3));
	put(root, "retries", count_json(total->retries));
	put(root, "bytes_sent", count_json(total->bytes_sent));
	put(root, "bytes_received", count_json(total->bytes_received));
	if (report->cost)
		put(root, "cost", json_string(report->cost));
	put(root, "operations", operations_json(merge));
	put(root, "phases", phases_json(merge));
	put(root, "faults", faults_json(report));
	put(root, "reconnects", reconnects_json(report));
	put(root, "listeners", listeners_json(report));
	put(root, "machines", machines_json(merge));
	put(root, "merge", proof(merge));
	put(root, "thresholds", thresholds_json(report));
	put(root, "anomalies", anomalies_json(report));
	put(root, "connection_health", health_json(report));
	put(root, "samples", samples_json(report->samples));
	put(root, "verdict", verdict(report->verdict));
	/* A dozen digits: what was rounded to two decimals prints as such. */
	json_dumpf(root, to, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	fputc('\n', to);
	json_decref(root);
}
