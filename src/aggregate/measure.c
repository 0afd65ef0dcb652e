#include "aggregate/measure.h"

#include "lib/mem.h"

#include <math.h>

static struct measure not_determined(enum measure_scope scope, char *why)
{
	return (struct measure){ NAN, scope, why };
}

/* Drivers that read back what their target had acknowledged do so in operations
 * "verify". */
static struct measure acked_lost(const struct stats *total)
{
	const struct operation *verify =
	    operations_find(&total->operations, "verify");
	uint64_t lost = counts_get(&total->reasons, STATS_LOST);
	if (lost > 0 || (verify && verify->failed == 0))
		return (struct measure){ (double)lost, MEASURE_RUN, NULL };
	return not_determined(MEASURE_RUN,
	    mem_text(verify ? "what the target had acknowledged could not be "
	                      "read back everywhere"
	                    : "no driver of this run checked what its target "
	                      "had acknowledged"));
}

/* The longest of all faults; one that is not known may have been longer. */
static struct measure recover_time(const struct impact *impact)
{
	const struct fault_impact *worst = NULL;
	if (impact->count == 0)
		return not_determined(MEASURE_RUN,
		    mem_text("there were no faults"));
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault_impact *item = &impact->items[i];
		const char *why = item->not_determined[TIME_TO_RECOVER];
		if (why)
			return not_determined(MEASURE_RUN,
			    mem_format("of fault %ju: %s",
			        (uintmax_t)item->fault->number, why));
		if (!worst || item->spans[TIME_TO_RECOVER].ms >
		                  worst->spans[TIME_TO_RECOVER].ms)
			worst = item;
	}
	return (struct measure){
		worst->spans[TIME_TO_RECOVER].ms,
		MEASURE_RUN,
		mem_format("fault %ju", (uintmax_t)worst->fault->number),
	};
}

/* CloudP2P's own files have latencies only as estimates. */
static double estimate(const struct report *report, const struct metric *metric)
{
	struct stats stats = report->merge->total;
	stats.service = report->merge->estimate_us;
	stats.response_apart = false;
	return metric_figure(metric,
	    &(struct metric_source){ &stats, 0, NULL });
}

static struct measure of_run(const struct report *report,
    const struct metric *metric)
{
	const struct merge *merge = report->merge;
	const struct metric_source source = {
		.stats = &merge->total,
		.seconds = report_duration_seconds(report),
		.lag = &merge->lag,
	};
	if (metric->kind == METRIC_RECOVER_TIME)
		return recover_time(report->impact);
	if (metric->kind == METRIC_ACKED_LOST)
		return acked_lost(&merge->total);
	if (metric->kind == METRIC_UNACCOUNTED)
		return (struct measure){ (double)merge->unaccounted,
			MEASURE_RUN, NULL };
	if (metric->kind >= METRIC_MIN && metric->latency != METRIC_LAG &&
	    report_estimated(report))
		return (struct measure){ estimate(report, metric), MEASURE_RUN,
			mem_text("an estimate") };
	return (struct measure){ metric_figure(metric, &source), MEASURE_RUN,
		NULL };
}

static struct measure of_phase(const struct phase *phase,
    const struct metric *metric)
{
	const struct metric_source source = { &phase->stats,
		phase_seconds(phase), &phase->lag };
	return (struct measure){ metric_figure(metric, &source), MEASURE_PHASE,
		NULL };
}

static struct measure of_operation(const struct report *report,
    const struct operation *operation, const struct metric *metric)
{
	const struct stats *total = &report->merge->total;
	const struct histogram *service =
	    stats_operation_service(total, operation);
	struct stats stats = {
		.planned = operation->ok + operation->failed,
		.sent = operation->ok + operation->failed,
		.ok = operation->ok,
		.failed = operation->failed,
		.response_apart = total->response_apart,
	};
	if (metric->kind == METRIC_RETRIES || metric->kind == METRIC_SKIPPED ||
	    metric->kind == METRIC_WRONG_ANSWERS ||
	    metric->latency == METRIC_LAG)
		return not_determined(MEASURE_OPERATION,
		    mem_text("it is not counted by operation"));
	if (service) {
		stats.service = *service;
		stats.response = *stats_operation_response(total, operation);
	} else if (metric->kind >= METRIC_MIN) {
		return not_determined(MEASURE_OPERATION,
		    mem_text("the files do not tell which latencies were of "
		             "which operation"));
	}
	const struct metric_source source = { &stats,
		report_duration_seconds(report), NULL };
	return (struct measure){ metric_figure(metric, &source),
		MEASURE_OPERATION, NULL };
}

/* Why metric_figure() knows none. */
static char *what_is_missing(const struct metric *metric)
{
	if (metric->kind == METRIC_FAILURE_RATE)
		return mem_text("there were no requests");
	if (metric->kind == METRIC_THROUGHPUT)
		return mem_text("it lasted no time");
	return mem_text(metric->latency == METRIC_LAG
	                    ? "no timeline tells of the schedule lag"
	                    : "no request succeeded");
}

struct measure measure(const struct report *report, const struct metric *metric,
    const char *scope)
{
	const struct merge *merge = report->merge;
	const struct phase *phase =
	    scope ? phases_find(&merge->phases, scope) : NULL;
	const struct operation *operation =
	    scope ? operations_find(&merge->total.operations, scope) : NULL;
	struct measure measure;
	if (phase)
		measure = of_phase(phase, metric);
	else if (operation)
		measure = of_operation(report, operation, metric);
	else if (scope)
		return not_determined(MEASURE_RUN,
		    mem_format("the run has no phase and no operation '%s'",
		        scope));
	else
		measure = of_run(report, metric);
	if (isnan(measure.figure) && !measure.note)
		measure.note = what_is_missing(metric);
	return measure;
}

const char *measure_scope_word(enum measure_scope scope)
{
	static const char *const words[] = {
		[MEASURE_RUN] = "run",
		[MEASURE_PHASE] = "phase",
		[MEASURE_OPERATION] = "operation",
	};
	return words[scope];
}
