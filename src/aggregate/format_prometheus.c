/* Prometheus' text exposition (version 0.0.4) for the textfile collector of
 * node_exporter: gauges of the last run, times in seconds, shares from 0 to 1.
 * What is not determined is left out. */
#include "aggregate/format_text.h"
#include "aggregate/formats.h"
#include "aggregate/thresholds.h"

#include <inttypes.h>
#include <math.h>

/* ---- lines ---- */

/* What the samples that follow are. */
static void family(const char *name, const char *type, const char *help,
    FILE *to)
{
	fprintf(to, "# HELP ringstorm_%s %s\n# TYPE ringstorm_%s %s\n", name,
	    help, name, type);
}

/* Behind the name: {label="value", and then ,label="value". */
static void label(char before, const char *name, const char *value, FILE *to)
{
	fprintf(to, "%c%s=\"", before, name);
	for (uint32_t c; value && (c = text_next(&value));) {
		if (c == '"' || c == '\\')
			fputc('\\', to);
		text_put(c, to);
	}
	fputc('"', to);
}

static void number_label(char before, const char *name, uint64_t value,
    FILE *to)
{
	fprintf(to, "%c%s=\"%" PRIu64 "\"", before, name, value);
}

static void one(const char *name, const char *help, double value, FILE *to)
{
	if (!isfinite(value))
		return;
	family(name, "gauge", help, to);
	fprintf(to, "ringstorm_%s %.15g\n", name, value);
}

static void labelled(const char *name, const char *label_name,
    const char *label_value, double value, FILE *to)
{
	fprintf(to, "ringstorm_%s", name);
	label('{', label_name, label_value, to);
	fprintf(to, "} %.15g\n", value);
}

static void counted(const char *name, const char *help, const char *label_name,
    const struct counts *counts, FILE *to)
{
	if (counts->length)
		family(name, "gauge", help, to);
	for (size_t i = 0; i < counts->length; i++)
		labelled(name, label_name, counts->items[i].name,
		    (double)counts->items[i].n, to);
}

/* ---- latencies ---- */

static void quantile(const char *name, const char *operation, double percent,
    double us, FILE *to)
{
	fprintf(to, "ringstorm_%s", name);
	if (operation)
		label('{', "operation", operation, to);
	fprintf(to, "%cquantile=\"%g\"} %.15g\n", operation ? ',' : '{',
	    percent / 100, us / 1e6);
}

static void part(const char *name, const char *what, const char *operation,
    double value, FILE *to)
{
	fprintf(to, "ringstorm_%s_%s", name, what);
	if (operation) {
		label('{', "operation", operation, to);
		fputc('}', to);
	}
	fprintf(to, " %.15g\n", value);
}

/* The samples of a summary; `operation` is NULL for all of them. */
static void latencies(const char *name, const char *operation,
    const struct histogram *h, FILE *to)
{
	static const double percents[] = { 0, 50, 90, 95, 99, 99.9, 100 };
	if (!h || h->count == 0)
		return;
	for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
		quantile(name, operation, percents[i],
		    percents[i] > 0
		        ? (double)histogram_percentile(h, percents[i])
		        : (double)histogram_min(h),
		    to);
	part(name, "sum", operation, histogram_mean(h) * (double)h->count / 1e6,
	    to);
	part(name, "count", operation, (double)h->count, to);
}

static void write_latencies(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	const struct histogram *service = report_latencies(report);
	const struct histogram *response = stats_response(total);
	one("latencies_estimated", "1 where the latencies are estimates.",
	    report_estimated(report), to);
	if (service->count)
		family("service_time_seconds", "summary",
		    "Of the successful requests, from the real send.", to);
	latencies("service_time_seconds", NULL, service, to);
	if (response->count)
		family("response_time_seconds", "summary",
		    "Of the successful requests, from the planned moment.", to);
	latencies("response_time_seconds", NULL, response, to);
}

static void write_operations(const struct stats *total, FILE *to)
{
	const struct operations *operations = &total->operations;
	if (operations->length == 0)
		return;
	family("operation_requests", "gauge", "Requests by operation.", to);
	for (size_t i = 0; i < operations->length; i++) {
		const struct operation *item = &operations->items[i];
		for (int failed = 0; failed < 2; failed++) {
			fputs("ringstorm_operation_requests", to);
			label('{', "operation", item->name, to);
			fprintf(to, ",outcome=\"%s\"} %" PRIu64 "\n",
			    failed ? "failed" : "ok",
			    failed ? item->failed : item->ok);
		}
	}
	family("operation_response_time_seconds", "summary",
	    "Of the successful requests, by operation.", to);
	for (size_t i = 0; i < operations->length; i++)
		latencies("operation_response_time_seconds",
		    operations->items[i].name,
		    stats_operation_response(total, &operations->items[i]), to);
}

/* ---- the run ---- */

static void write_verdict(const struct verdict *verdict, FILE *to)
{
	family("verdict", "gauge", "1 at the verdict of the run.", to);
	for (enum result result = RESULT_PASS; result <= RESULT_PARTIAL;
	     result++)
		labelled("verdict", "verdict", result_word(result),
		    result == verdict->result, to);
	one("exit_code", "With which aggregate ended.",
	    (double)verdict->exit_code, to);
}

static void write_info(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	family("run_info", "gauge", "The run that all this is of.", to);
	fputs("ringstorm_run_info", to);
	label('{', "run_id", report_run_id(report), to);
	label(',', "driver", merge->driver ? merge->driver : "", to);
	label(',', "loop", merge->open_loop ? "open" : "closed", to);
	label(',', "version", RINGSTORM_VERSION, to);
	fputs("} 1\n", to);
	one("run_start_timestamp_seconds", "When its load began.",
	    merge->start_unix_ms ? (double)merge->start_unix_ms / 1e3 : NAN,
	    to);
	one("run_duration_seconds", "How long its load was.",
	    report_duration_seconds(report), to);
}

static void write_requests(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	family("requests", "gauge", "Requests by what became of them.", to);
	labelled("requests", "outcome", "ok", (double)total->ok, to);
	labelled("requests", "outcome", "failed", (double)total->failed, to);
	labelled("requests", "outcome", "not_sent", (double)total->skipped, to);
	labelled("requests", "outcome", "unaccounted",
	    (double)merge->unaccounted, to);
	one("successful_requests_per_second", "Right answers a second.",
	    report_throughput(report), to);
	one("failure_ratio", "Failed requests of those sent.",
	    total->sent ? (double)total->failed / (double)total->sent : NAN,
	    to);
	one("retries", "Further attempts of requests.", (double)total->retries,
	    to);
	one("sent_bytes", "Sent by the clients.", (double)total->bytes_sent,
	    to);
	one("received_bytes", "Received by the clients.",
	    (double)total->bytes_received, to);
	counted("failures", "Failed requests by reason.", "reason",
	    &total->reasons, to);
	counted("server_requests", "Requests by the server that answered.",
	    "server", &total->servers, to);
}

/* ---- thresholds, faults, machines ---- */

static void threshold_labels(const struct threshold *threshold, size_t i,
    FILE *to)
{
	number_label('{', "number", i + 1, to);
	label(',', "threshold", threshold->condition.text, to);
}

static void write_thresholds(const struct thresholds *thresholds, FILE *to)
{
	if (thresholds->count == 0)
		return;
	family("threshold_met", "gauge", "1 where the threshold was met.", to);
	for (size_t i = 0; i < thresholds->count; i++) {
		fputs("ringstorm_threshold_met", to);
		threshold_labels(&thresholds->items[i], i, to);
		fprintf(to, "} %d\n", thresholds->items[i].met);
	}
	family("threshold_figure", "gauge",
	    "What was measured: milliseconds, percent, or a number.", to);
	for (size_t i = 0; i < thresholds->count; i++) {
		double figure = thresholds->items[i].measure.figure;
		if (!isfinite(figure))
			continue;
		fputs("ringstorm_threshold_figure", to);
		threshold_labels(&thresholds->items[i], i, to);
		fprintf(to, "} %.15g\n", figure);
	}
}

static double is_confirmed(const struct fault_impact *impact)
{
	return impact->fault->confirmed_unix_ms != 0;
}

static double is_healed(const struct fault_impact *impact)
{
	return impact->fault->healed_unix_ms != 0;
}

static double error_window(const struct fault_impact *impact)
{
	return impact->not_determined[ERROR_WINDOW]
	           ? NAN
	           : impact->spans[ERROR_WINDOW].ms / 1e3;
}

static double recover_time(const struct fault_impact *impact)
{
	return impact->not_determined[TIME_TO_RECOVER]
	           ? NAN
	           : impact->spans[TIME_TO_RECOVER].ms / 1e3;
}

static double failed(const struct fault_impact *impact)
{
	return impact->not_determined[FAILED] ? NAN : (double)impact->failed;
}

/* Faults are told apart by their place, since runs of faults may share numbers.
 */
static void write_faults(const struct impact *impact, FILE *to)
{
	static const struct {
		const char *name, *help;
		double (*figure)(const struct fault_impact *impact);
	} figures[] = {
		{ "fault_confirmed", "1 where the fault was confirmed.",
		    is_confirmed },
		{ "fault_healed", "1 where its healing was confirmed.",
		    is_healed },
		{ "fault_error_window_seconds",
		    "From its first failure to the last.", error_window },
		{ "fault_recover_seconds", "Until all was as before it.",
		    recover_time },
		{ "fault_failed_requests", "Failures attributed to it.",
		    failed },
	};
	for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
		if (impact->count)
			family(figures[k].name, "gauge", figures[k].help, to);
		for (size_t i = 0; i < impact->count; i++) {
			const struct fault_impact *item = &impact->items[i];
			double figure = figures[k].figure(item);
			if (!isfinite(figure))
				continue;
			fprintf(to, "ringstorm_%s", figures[k].name);
			number_label('{', "fault", i + 1, to);
			label(',', "kind", item->fault->kind, to);
			label(',', "server", item->fault->server, to);
			fprintf(to, "} %.15g\n", figure);
		}
	}
}

static void write_machines(const struct merge *merge, FILE *to)
{
	family("generator_ok", "gauge",
	    "1 where the load generator of the machine kept up.", to);
	for (size_t i = 0; i < merge->machine_count; i++) {
		const struct machine *machine = &merge->machines[i];
		if (machine->generator.verdict == GENERATOR_UNKNOWN)
			continue;
		fputs("ringstorm_generator_ok", to);
		number_label('{', "machine", machine->id, to);
		fprintf(to, "} %d\n",
		    machine->generator.verdict == GENERATOR_OK);
	}
	family("machine_requests", "gauge", "Requests by machine.", to);
	for (size_t i = 0; i < merge->machine_count; i++) {
		fputs("ringstorm_machine_requests", to);
		number_label('{', "machine", merge->machines[i].id, to);
		fprintf(to, "} %" PRIu64 "\n", merge->machines[i].requests);
	}
}

static void write_prometheus(const struct report *report, FILE *to)
{
	write_info(report, to);
	write_verdict(report->verdict, to);
	write_requests(report, to);
	write_latencies(report, to);
	write_operations(&report->merge->total, to);
	write_thresholds(report->thresholds, to);
	write_faults(report->impact, to);
	write_machines(report->merge, to);
}

int format_prometheus(const struct report *report, const char *path,
    struct err *err)
{
	return format_file(report, path, write_prometheus, err);
}
