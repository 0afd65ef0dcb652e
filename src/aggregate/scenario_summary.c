#include "aggregate/report_anomalies.h"
#include "aggregate/scenario_json.h"
#include "aggregate/trend.h"

#define MEGABYTE (1024.0 * 1024)
#define QUARTERS 4

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100 * (double)part / (double)whole : 0;
}

static json_t *phase_json(const struct phase *phase, bool stopped)
{
	const struct stats *stats = &phase->stats;
	json_t *metrics = json_object(), *object = json_object();
	put(metrics, "operations", count_json(stats->sent));
	put(metrics, "errors", count_json(stats->failed));
	put(metrics, "errorRate",
	    decimals_json(stats_failed_percent(stats), 2));
	put(metrics, "operationsPerSecond",
	    decimals_json(phase_throughput(phase), 2));
	put(metrics, "latency", scenario_percentiles(&stats->service));
	put(object, "phase", json_string(phase->name));
	put(object, "startTime", json_integer(phase->from_unix_ms));
	put(object, "endTime",
	    json_integer(phase->from_unix_ms + phase->whole.length_ms));
	put(object, "duration", json_integer(phase->whole.length_ms));
	put(object, "status", json_string(stopped ? "stopped" : "completed"));
	put(object, "metrics", metrics);
	return object;
}

/* Where a condition ended the run, it did so in the last of them. */
static json_t *phases(const struct merge *merge)
{
	json_t *array = json_array();
	for (size_t i = 0; i < merge->phases.count; i++)
		json_array_append_new(array,
		    phase_json(&merge->phases.items[i],
		        merge->stopped && i + 1 == merge->phases.count));
	return array;
}

static json_t *memory_growth(const struct scenario *scenario)
{
	const struct sample_series *memory = scenario_relay_memory(scenario);
	if (!memory || memory->point_count < QUARTERS)
		return json_null();
	struct trend trend = trend_of(memory->points, memory->point_count);
	return decimals_json(trend.quarters / MEGABYTE, 2);
}

static json_t *totals(const struct scenario *scenario)
{
	const struct report *report = scenario->report;
	const struct stats *total = &report->merge->total;
	const struct histogram *h = report_latencies(report);
	double sum = 0, peak = 0;
	for (size_t i = 0; i < scenario->moment_count; i++) {
		double connections = scenario->moments[i].connections;
		sum += connections;
		peak = connections > peak ? connections : peak;
	}
	json_t *object = json_object();
	put(object, "totalConnections",
	    decimals_json(scenario->moment_count
	                      ? sum / (double)scenario->moment_count
	                      : 0,
	        1));
	put(object, "peakConnections", whole_json(peak));
	put(object, "totalOperations", count_json(total->sent));
	put(object, "totalErrors", count_json(total->failed));
	put(object, "errorRate",
	    decimals_json(percent(total->failed, total->sent), 2));
	put(object, "operationsPerSecond",
	    decimals_json(report_throughput(report), 2));
	put(object, "avgLatency", decimals_json(histogram_mean(h) / 1e3, 3));
	put(object, "p95Latency",
	    decimals_json((double)histogram_percentile(h, 95) / 1e3, 3));
	put(object, "p99Latency",
	    decimals_json((double)histogram_percentile(h, 99) / 1e3, 3));
	put(object, "maxLatency",
	    decimals_json((double)histogram_max(h) / 1e3, 3));
	put(object, "relayMemoryGrowth", memory_growth(scenario));
	return object;
}

static json_t *worker_stats(const struct scenario *scenario)
{
	json_t *array = json_array();
	for (size_t i = 0; i < scenario->worker_count; i++) {
		const struct scenario_worker *worker = &scenario->workers[i];
		json_t *object = json_object();
		put(object, "workerId",
		    json_sprintf("machine_%ju", (uintmax_t)worker->machine_id));
		put(object, "connections", whole_json(worker->connections));
		put(object, "operations",
		    count_json(worker->ok + worker->failed));
		put(object, "errors", count_json(worker->failed));
		put(object, "avgLatency",
		    decimals_json(histogram_mean(&worker->latencies) / 1e3, 3));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *errors(const struct scenario *scenario)
{
	const struct merge *merge = scenario->report->merge;
	json_t *by_worker = json_object(), *by_phase = json_object();
	for (size_t i = 0; i < scenario->worker_count; i++) {
		const struct scenario_worker *worker = &scenario->workers[i];
		json_t *id =
		    json_sprintf("machine_%ju", (uintmax_t)worker->machine_id);
		put(by_worker, json_string_value(id),
		    count_json(worker->failed));
		json_decref(id);
	}
	for (size_t i = 0; i < merge->phases.count; i++)
		put(by_phase, merge->phases.items[i].name,
		    count_json(merge->phases.items[i].stats.failed));
	json_t *object = json_object();
	put(object, "totalErrors", count_json(merge->total.failed));
	put(object, "errorsByType", scenario_counts(&merge->total.reasons));
	put(object, "errorsByWorker", by_worker);
	put(object, "errorsByPhase", by_phase);
	return object;
}

/* "passed", "failed", ... as the guide has it, and the reasons. */
static void put_verdict(json_t *object, const struct verdict *verdict)
{
	static const char *const words[] = {
		[RESULT_PASS] = "passed",
		[RESULT_FAIL] = "failed",
		[RESULT_INVALID] = "invalid",
		[RESULT_PARTIAL] = "partial",
	};
	json_t *reasons = json_array();
	for (size_t i = 0; i < verdict->reason_count; i++)
		json_array_append_new(reasons,
		    json_string(verdict->reasons[i]));
	put(object, "status", json_string(words[verdict->result]));
	put(object, "exitCode", json_integer(verdict->exit_code));
	put(object, "reasons", reasons);
}

void scenario_summary(const struct scenario *scenario, FILE *to)
{
	const struct report *report = scenario->report;
	const struct merge *merge = report->merge;
	json_t *root =
	    scenario_object(scenario, "ringstorm-scenario-summary/1");
	put(root, "scenario", json_string(scenario->name));
	put(root, "startTime", json_integer(merge->start_unix_ms));
	put(root, "endTime", json_integer(merge->end_unix_ms));
	put(root, "duration",
	    json_integer(merge->end_unix_ms - merge->start_unix_ms));
	put_verdict(root, report->verdict);
	put(root, "phases", phases(merge));
	put(root, "summary", totals(scenario));
	put(root, "workerStats", worker_stats(scenario));
	put(root, "errorReport", errors(scenario));
	put(root, "connectionHealth", health_json(report));
	put(root, "anomalies", anomalies_json(report));
	if (report->cost)
		put(root, "cost", json_string(report->cost));
	scenario_dump(root, to);
}
