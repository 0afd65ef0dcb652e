#include "aggregate/format_github.h"
#include "aggregate/format_text.h"
#include "aggregate/thresholds.h"

#include "lib/clock.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A step's summary is at most a megabyte, and a page to read. */
#define FAULTS_SHOWN     50
#define REASONS_SHOWN    10
#define THRESHOLDS_SHOWN 100

/* Text that is only text: no markup, no table, no HTML, no link. */
static void text(const char *text, FILE *to)
{
	for (uint32_t c; text && (c = text_next(&text));) {
		if (c == '<')
			fputs("&lt;", to);
		else if (c == '&')
			fputs("&amp;", to);
		else if (c < 0x80 && strchr("\\`*_[]>|~#@!$:", (int)c))
			fprintf(to, "\\%c", (int)c);
		else
			text_put(c, to);
	}
}

static void cell(const char *value, FILE *to)
{
	fputs(" | ", to);
	text(value, to);
}

static void count_cell(uint64_t n, FILE *to)
{
	char words[UNIT_TEXT];
	cell(unit_count(words, n), to);
}

static void latency_cell(const struct histogram *h, double percent, FILE *to)
{
	char words[UNIT_TEXT];
	if (h->count == 0) {
		cell("-", to);
		return;
	}
	cell(unit_ms(words, (double)histogram_percentile(h, percent), 2), to);
	fputs(" ms", to);
}

static void write_latencies(const char *name, const struct histogram *h,
    FILE *to)
{
	fprintf(to, "| %s", name);
	latency_cell(h, 50, to);
	latency_cell(h, 90, to);
	latency_cell(h, 99, to);
	latency_cell(h, 99.9, to);
	latency_cell(h, 100, to);
	fputs(" |\n", to);
}

static void write_figures(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	char words[UNIT_TEXT];
	fputs("\n| requests | successful | failed | failure rate | throughput "
	      "|\n|--:|--:|--:|--:|--:|\n",
	    to);
	fprintf(to, "| %s", unit_count(words, total->sent));
	count_cell(total->ok, to);
	count_cell(total->failed, to);
	cell(unit_decimal(words, stats_failed_percent(total), 2), to);
	fputs(" %", to);
	cell(unit_decimal(words, report_throughput(report), 1), to);
	fputs("/s |\n\n| latency | p50 | p90 | p99 | p99.9 | max "
	      "|\n|:--|--:|--:|--:|--:|--:|\n",
	    to);
	write_latencies(report_estimated(report) ? "service (estimate)"
	                                         : "service",
	    report_latencies(report), to);
	if (total->response_apart)
		write_latencies("response", stats_response(total), to);
}

static void write_more(size_t count, size_t shown, const char *what, FILE *to)
{
	if (count > shown)
		fprintf(to, "\nAnd %zu more %s.\n", count - shown, what);
}

static void write_thresholds(const struct thresholds *thresholds, FILE *to)
{
	char words[UNIT_TEXT];
	if (thresholds->count == 0)
		return;
	fputs("\n| threshold | measured | |\n|:--|--:|:--|\n", to);
	for (size_t i = 0; i < thresholds->count && i < THRESHOLDS_SHOWN; i++) {
		const struct threshold *item = &thresholds->items[i];
		fputs("| ", to);
		text(item->condition.text, to);
		cell(metric_words(words, &item->condition.metric,
		         item->measure.figure),
		    to);
		fprintf(to, " | %s |\n", item->met ? "met" : "**missed**");
	}
	write_more(thresholds->count, THRESHOLDS_SHOWN, "thresholds", to);
}

static void span_cell(const struct fault_impact *impact, enum figure figure,
    FILE *to)
{
	char words[UNIT_TEXT];
	double ms = impact->spans[figure].ms;
	if (impact->not_determined[figure])
		cell("not determined", to);
	else if (ms <= 0)
		cell("none", to);
	else
		cell(unit_duration(words, llround(ms * (double)NS_PER_MS)), to);
}

static void write_fault(const struct fault_impact *impact, FILE *to)
{
	const struct fault *fault = impact->fault;
	char *title = fault_title(fault);
	fputs("| ", to);
	text(title, to);
	cell(fault->confirmed_unix_ms ? "yes" : "NO", to);
	cell(fault->healed_unix_ms ? "yes" : "not known", to);
	span_cell(impact, ERROR_WINDOW, to);
	span_cell(impact, TIME_TO_RECOVER, to);
	if (impact->not_determined[FAILED])
		cell("not determined", to);
	else
		count_cell(impact->failed, to);
	fputs(" |\n", to);
	free(title);
}

static void write_faults(const struct impact *impact, FILE *to)
{
	if (impact->count == 0)
		return;
	fputs("\n| fault | confirmed | healed | errors for | recovered after | "
	      "failed |\n|:--|:--|:--|--:|--:|--:|\n",
	    to);
	for (size_t i = 0; i < impact->count && i < FAULTS_SHOWN; i++)
		write_fault(&impact->items[i], to);
	write_more(impact->count, FAULTS_SHOWN, "faults", to);
}

static void write_failures(const struct counts *reasons, FILE *to)
{
	const struct count *top[REASONS_SHOWN];
	size_t count = counts_top(reasons, top, REASONS_SHOWN);
	if (count == 0)
		return;
	fputs("\n| reason of failure | requests |\n|:--|--:|\n", to);
	for (size_t i = 0; i < count; i++) {
		fputs("| ", to);
		text(top[i]->name, to);
		count_cell(top[i]->n, to);
		fputs(" |\n", to);
	}
	write_more(reasons->length, REASONS_SHOWN, "reasons", to);
}

void github_summary(const struct report *report, FILE *to)
{
	const struct verdict *verdict = report->verdict;
	const char *remark = verdict_remark(verdict);
	fprintf(to, "## ringstorm: %s%s%s\n", verdict_word(verdict),
	    *remark ? ", but " : "", remark);
	if (*report_run_id(report)) {
		fputs("\nRun ", to);
		text(report_run_id(report), to);
		fputc('\n', to);
	}
	fputc('\n', to);
	for (size_t i = 0; i < verdict->reason_count; i++) {
		fputs("- ", to);
		text(verdict->reasons[i], to);
		fputc('\n', to);
	}
	write_figures(report, to);
	write_thresholds(report->thresholds, to);
	write_faults(report->impact, to);
	write_failures(&report->merge->total.reasons, to);
	fputc('\n', to);
}
