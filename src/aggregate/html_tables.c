/* Latency, failures, anomalies, thresholds, operations and phases. */
#include "aggregate/anomalies.h"
#include "aggregate/html_parts.h"
#include "aggregate/series.h"
#include "aggregate/thresholds.h"
#include "lib/clock.h"
#include "lib/unit.h"

#include <math.h>
#include <string.h>

#define ANOMALIES_MOST 200

/* ---- latency ---- */

static void write_figure(const struct histogram *h, double percent, FILE *to)
{
	char text[UNIT_TEXT] = "-";
	if (h->count) {
		double us = percent > 0
		                ? (double)histogram_percentile(h, percent)
		            : percent < 0 ? histogram_mean(h)
		                          : (double)histogram_min(h);
		unit_ms(text, us, 2);
	}
	html_number_cell(to, "%s", text);
}

static void write_failed(const struct histogram *failed, FILE *to)
{
	char p50[UNIT_TEXT], p99[UNIT_TEXT];
	if (failed->count == 0)
		return;
	unit_ms(p50, (double)histogram_percentile(failed, 50), 2);
	unit_ms(p99, (double)histogram_percentile(failed, 99), 2);
	html_words(to,
	    "Failed requests (p50 %s ms, p99 %s ms) are apart from right "
	    "ones.",
	    p50, p99);
}

static void write_percentiles(const struct histogram *service,
    const struct stats *total, FILE *to)
{
	static const struct {
		const char *name;
		double percent; /* 0: the least; below: the mean */
	} rows[] = {
		{ "minimum", 0 },
		{ "mean", -1 },
		{ "p50", 50 },
		{ "p90", 90 },
		{ "p95", 95 },
		{ "p99", 99 },
		{ "p99.9", 99.9 },
		{ "maximum", 100 },
	};
	static const char *const heads[] = { "", "#service time, ms",
		"#response time, ms" };
	html_table(to, heads, total->response_apart ? 3 : 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		fputs("<tr>", to);
		html_text_cell(to, "%s", rows[i].name);
		write_figure(service, rows[i].percent, to);
		if (total->response_apart)
			write_figure(&total->response, rows[i].percent, to);
		fputs("</tr>\n", to);
	}
	html_table_end(to);
}

void html_latencies(const struct html_charts *charts, FILE *to)
{
	const struct report *report = charts->report;
	const struct stats *total = &report->merge->total;
	const struct histogram *service = report_latencies(report);
	html_section(to, "latency", "Latency");
	if (service->count == 0) {
		html_words(to, "There is none: no request succeeded.");
	} else {
		html_charts_percentiles(charts, to);
		write_percentiles(service, total, to);
		html_words(to, "%s",
		    report_estimated(report)
		        ? "Estimated: these files have no histograms, only "
		          "each client's minimum, average and maximum."
		    : total->response_apart
		        ? "Of right answers. Response time runs from the "
		          "moment that the plan said, service time from the "
		          "real send."
		        : "Of right answers. Response time is the same: no "
		          "request was sent later than planned.");
	}
	write_failed(&total->failed_service, to);
	html_section_end(to);
}

/* ---- failures ---- */

/* When the first interval with that reason began; 0: no timeline tells. */
static int64_t first_of(const struct series *series, const char *reason)
{
	int64_t first_ms = 0;
	for (size_t i = 0; i < series->slice_count; i++) {
		const struct slice *slice = &series->slices[i];
		if (slice->failed && counts_get(&slice->reasons, reason) &&
		    (first_ms == 0 || slice->from_ms < first_ms))
			first_ms = slice->from_ms;
	}
	return first_ms;
}

void html_failures(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "reason", "#requests", "#share",
		"first" };
	const struct counts *reasons = &report->merge->total.reasons;
	const struct count *top[50];
	double total = (double)counts_total(reasons);
	size_t shown = counts_top(reasons, top, sizeof top / sizeof *top);
	if (shown == 0)
		return;
	html_section(to, "failures", "Failures");
	html_table(to, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < shown; i++) {
		char n[UNIT_TEXT], stamp[CLOCK_STAMP + 11] = "           -";
		int64_t first_ms = first_of(report->series, top[i]->name);
		if (first_ms)
			clock_stamp(stamp, first_ms);
		fputs("<tr>", to);
		html_text_cell(to, "%s", top[i]->name);
		html_number_cell(to, "%s", unit_count(n, top[i]->n));
		html_number_cell(to, "%.2f %%",
		    100 * (double)top[i]->n / total);
		html_text_cell(to, "%s", stamp + 11);
		fputs("</tr>\n", to);
	}
	html_table_end(to);
	if (reasons->length > shown)
		html_words(to, "... and %zu other reasons.",
		    reasons->length - shown);
	html_section_end(to);
}

/* ---- anomalies ---- */

static void write_anomaly(const struct anomaly *anomaly, bool is_determined,
    FILE *to)
{
	char stamp[CLOCK_STAMP], length[UNIT_TEXT] = "-";
	clock_stamp(stamp, anomaly->from_ms);
	fputs("<tr>", to);
	html_text_cell(to, "%s", stamp + 11);
	if (anomaly->to_ms > anomaly->from_ms)
		unit_duration(length,
		    (anomaly->to_ms - anomaly->from_ms) * NS_PER_MS);
	html_number_cell(to, "%s", length);
	html_name_cell(to, "%s", anomaly_name(anomaly->kind));
	html_words_cell(to, "%s%s%s", anomaly->who, *anomaly->who ? ": " : "",
	    anomaly->words);
	if (anomaly->fault) {
		fprintf(to,
		    "<td class=\"name\"><a href=\"#fault-%ju\">fault "
		    "%ju</a></td>",
		    (uintmax_t)anomaly->fault->number,
		    (uintmax_t)anomaly->fault->number);
	} else {
		html_name_cell(to, is_determined ? "no fault" : "-");
	}
	fputs("</tr>\n", to);
}

void html_anomalies(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "time", "#for", "what", "size",
		"explained by" };
	const struct anomalies *anomalies = report->anomalies;
	const char *why = anomalies_unexplained(anomalies, report->impact);
	size_t shown = anomalies->count < ANOMALIES_MOST ? anomalies->count
	                                                 : ANOMALIES_MOST;
	if (shown == 0 && isnan(anomalies->health))
		return;
	html_section(to, "anomalies", "Anomalies");
	if (shown) {
		html_table(to, heads, sizeof heads / sizeof *heads);
		for (size_t i = 0; i < shown; i++)
			write_anomaly(&anomalies->items[i], !*why, to);
		html_table_end(to);
	}
	if (anomalies->count > shown)
		html_words(to, "... and %zu more, in final_report.json.",
		    anomalies->count - shown);
	if (*anomalies_remark(anomalies))
		html_words(to, "%s", anomalies_remark(anomalies));
	if (*why)
		html_words(to, "%s", why);
	if (!isnan(anomalies->health))
		html_words(to,
		    "Connection health %.0f of 100, %s: of each second the "
		    "share of requests answered right times that of "
		    "connections held, on average.",
		    floor(anomalies->health),
		    anomalies_health_word(anomalies->health));
	html_section_end(to);
}

/* ---- thresholds ---- */

void html_thresholds(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "", "threshold", "#figure", "" };
	const struct thresholds *thresholds = report->thresholds;
	if (thresholds->count == 0)
		return;
	html_section(to, "thresholds", "Thresholds");
	html_table(to, heads, sizeof heads / sizeof *heads);
	for (size_t i = 0; i < thresholds->count; i++) {
		const struct threshold *threshold = &thresholds->items[i];
		const struct measure *measure = &threshold->measure;
		char words[UNIT_TEXT];
		fprintf(to, "<tr><td class=\"%s\">%s</td>",
		    threshold->met ? "word" : "bad",
		    threshold->met ? "met" : "MISSED");
		html_name_cell(to, "%s", threshold->condition.text);
		html_number_cell(to, "%s",
		    metric_words(words, &threshold->condition.metric,
		        measure->figure));
		html_text_cell(to, "%s", measure->note ? measure->note : "");
		fputs("</tr>\n", to);
	}
	html_table_end(to);
	html_section_end(to);
}

/* ---- operations and phases ---- */

#define LATENCY_HEADS                                                          \
	"#p50, ms", "#p95, ms", "#p99, ms", "#max, ms", "#response p50, ms",   \
	    "#p95, ms", "#p99, ms", "#max, ms"

void html_operations(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "operation", "#requests",
		"#failed", "#share", LATENCY_HEADS };
	const struct stats *total = &report->merge->total;
	bool both = total->response_apart;
	if (total->operations.length == 0)
		return;
	html_section(to, "operations", "Operations");
	html_table(to, heads, sizeof heads / sizeof *heads - (both ? 0 : 4));
	for (size_t i = 0; i < total->operations.length; i++) {
		const struct operation *item = &total->operations.items[i];
		uint64_t sent = item->ok + item->failed;
		char n[UNIT_TEXT], failed[UNIT_TEXT];
		fputs("<tr>", to);
		html_text_cell(to, "%s", item->name);
		html_number_cell(to, "%s", unit_count(n, sent));
		html_number_cell(to, "%s", unit_count(failed, item->failed));
		html_number_cell(to, "%.2f %%",
		    sent ? 100 * (double)item->failed / (double)sent : 0.0);
		html_latency_cells(to, stats_operation_service(total, item));
		if (both)
			html_latency_cells(to,
			    stats_operation_response(total, item));
		fputs("</tr>\n", to);
	}
	html_table_end(to);
	html_section_end(to);
}

static void write_target(const struct phase_part *part, FILE *to)
{
	char first[UNIT_TEXT], last[UNIT_TEXT];
	unit_decimal(first, part->first_target, 0);
	unit_decimal(last, part->last_target, 0);
	if (!part->has_target)
		html_number_cell(to, "-");
	else if (strcmp(first, last) != 0)
		html_number_cell(to, "%s to %s", first, last);
	else
		html_number_cell(to, "%s", last);
}

void html_phases(const struct report *report, FILE *to)
{
	static const char *const heads[] = { "phase", "#lasted", "#target",
		"#requests", "#right/s", "#failed", "#not sent",
		LATENCY_HEADS };
	const struct merge *merge = report->merge;
	bool both = merge->total.response_apart;
	if (merge->phases.count == 0)
		return;
	html_section(to, "phases", "Phases");
	html_table(to, heads, sizeof heads / sizeof *heads - (both ? 0 : 4));
	for (size_t i = 0; i < merge->phases.count; i++) {
		const struct phase *phase = &merge->phases.items[i];
		const struct stats *stats = &phase->stats;
		char text[UNIT_TEXT];
		fputs("<tr>", to);
		html_text_cell(to, "%s",
		    *phase->name ? phase->name : "(no phase)");
		html_number_cell(to, "%s",
		    unit_duration(text, phase->whole.length_ms * NS_PER_MS));
		write_target(&phase->whole, to);
		html_number_cell(to, "%s", unit_count(text, stats->sent));
		html_number_cell(to, "%s",
		    unit_decimal(text, phase_throughput(phase), 1));
		html_number_cell(to, "%.2f %%", stats_failed_percent(stats));
		html_number_cell(to, "%s", unit_count(text, stats->skipped));
		html_latency_cells(to, &stats->service);
		if (both)
			html_latency_cells(to, stats_response(stats));
		fputs("</tr>\n", to);
	}
	html_table_end(to);
	html_words(to,
	    "From the timelines: a request counts to the phase in which it "
	    "ended. Targets are %s.",
	    merge->open_loop ? "requests per second" : "clients");
	html_section_end(to);
}
