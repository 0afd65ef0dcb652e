/* JUnit's XML as Jenkins and GitLab read it: one test case for the run as a
 * whole, one for each threshold, one for each fault. All pass where aggregate
 * ends with 0, and only there. */
#include "aggregate/format_text.h"
#include "aggregate/formats.h"
#include "aggregate/thresholds.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

static void text(const char *text, FILE *to)
{
	for (uint32_t c; text && (c = text_next(&text));) {
		switch (c) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		default:
			text_put(c, to);
		}
	}
}

static void attribute(const char *name, const char *value, FILE *to)
{
	fprintf(to, " %s=\"", name);
	text(value, to);
	fputc('"', to);
}

/* ---- the run ---- */

/* A run that only missed thresholds is told of by their cases. */
static bool is_in_order(const struct report *report)
{
	return report->verdict->exit_code == EXIT_PASSED ||
	       report->verdict->exit_code == EXIT_THRESHOLD;
}

static bool is_no_failure(const struct report *report)
{
	return report->verdict->result == RESULT_INVALID ||
	       report->verdict->result == RESULT_PARTIAL;
}

static void write_reasons(const struct verdict *verdict, FILE *to)
{
	for (size_t i = 0; i < verdict->reason_count; i++) {
		text(verdict->reasons[i], to);
		fputc('\n', to);
	}
}

static void write_run(const struct report *report, FILE *to)
{
	const struct verdict *verdict = report->verdict;
	const char *tag = is_no_failure(report) ? "error" : "failure";
	fprintf(to,
	    "    <testcase classname=\"ringstorm.run\" name=\"the run is valid "
	    "and complete\" time=\"%.3f\">\n",
	    report_duration_seconds(report));
	if (!is_in_order(report)) {
		fprintf(to, "      <%s type=\"%s\"", tag,
		    result_word(verdict->result));
		attribute("message",
		    verdict->reason_count ? verdict->reasons[0] : "", to);
		fputc('>', to);
		write_reasons(verdict, to);
		fprintf(to, "</%s>\n", tag);
	} else if (verdict->reason_count) {
		fputs("      <system-out>", to);
		write_reasons(verdict, to);
		fputs("</system-out>\n", to);
	}
	fputs("    </testcase>\n", to);
}

/* ---- thresholds ---- */

static void write_threshold(const struct threshold *threshold, FILE *to)
{
	const char *note = threshold->measure.note;
	char words[UNIT_TEXT];
	metric_words(words, &threshold->condition.metric,
	    threshold->measure.figure);
	fputs("    <testcase classname=\"ringstorm.thresholds\"", to);
	attribute("name", threshold->condition.text, to);
	fputs(" time=\"0\">\n", to);
	if (!threshold->met) {
		fputs("      <failure type=\"threshold\"", to);
		attribute("message", words, to);
		fputc('>', to);
	} else {
		fputs("      <system-out>", to);
	}
	text(words, to);
	if (note) {
		fputs(": ", to);
		text(note, to);
	}
	fputs(threshold->met ? "</system-out>\n" : "</failure>\n", to);
	fputs("    </testcase>\n", to);
}

/* ---- faults ---- */

static void write_span(const struct fault_impact *impact, enum figure figure,
    FILE *to)
{
	const struct span *span = &impact->spans[figure];
	const char *why = impact->not_determined[figure];
	fprintf(to, "%s: ", impact_figure_name(figure));
	if (why)
		text(why, to);
	else if (figure == FIRST_ERROR && impact->failed == 0)
		fputs("none", to);
	else
		fprintf(to, "%.1f (%.1f to %.1f)", span->ms, span->low_ms,
		    span->high_ms);
	fputc('\n', to);
}

static void write_effect(const struct fault_impact *impact, FILE *to)
{
	fputs("      <system-out>", to);
	for (enum figure figure = FIRST_ERROR; figure <= RESTART_TO_RECOVER;
	     figure++)
		write_span(impact, figure, to);
	if (!impact->not_determined[FAILED])
		fprintf(to, "failed: %" PRIu64 "\n", impact->failed);
	if (impact->fault->confirmed_unix_ms && !impact->fault->healed_unix_ms)
		fputs("It is not known to be healed.\n", to);
	fputs("</system-out>\n", to);
}

static void write_fault(const struct fault_impact *impact, FILE *to)
{
	const struct fault *fault = impact->fault;
	char *title = fault_title(fault);
	double recover_ms = impact->not_determined[TIME_TO_RECOVER]
	                        ? 0
	                        : impact->spans[TIME_TO_RECOVER].ms;
	fputs("    <testcase classname=\"ringstorm.faults\"", to);
	attribute("name", title, to);
	fprintf(to, " time=\"%.3f\">\n", recover_ms / 1e3);
	if (!fault->confirmed_unix_ms)
		fputs("      <error type=\"unconfirmed\" message=\"not "
		      "confirmed\">The fault was not confirmed, so the run "
		      "proves nothing about it.</error>\n",
		    to);
	write_effect(impact, to);
	fputs("    </testcase>\n", to);
	free(title);
}

/* ---- all of it ---- */

static void write_property(const char *name, const char *value, FILE *to)
{
	fprintf(to, "      <property name=\"%s\"", name);
	attribute("value", value, to);
	fputs("/>\n", to);
}

static void write_figure(const char *name, double value, FILE *to)
{
	if (isfinite(value))
		fprintf(to, "      <property name=\"%s\" value=\"%.10g\"/>\n",
		    name, value);
}

static void write_properties(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	const struct histogram *service = report_latencies(report);
	fputs("    <properties>\n", to);
	write_property("run_id", report_run_id(report), to);
	write_property("driver",
	    report->merge->driver ? report->merge->driver : "", to);
	write_property("verdict", result_word(report->verdict->result), to);
	write_property("latencies",
	    report_estimated(report) ? "estimates" : "measured", to);
	write_figure("exit_code", (double)report->verdict->exit_code, to);
	write_figure("requests", (double)total->sent, to);
	write_figure("failed", (double)total->failed, to);
	write_figure("failure_rate_percent",
	    total->sent ? stats_failed_percent(total) : NAN, to);
	write_figure("throughput_per_second", report_throughput(report), to);
	write_figure("service_p50_ms",
	    service->count ? (double)histogram_percentile(service, 50) / 1e3
	                   : NAN,
	    to);
	write_figure("service_p99_ms",
	    service->count ? (double)histogram_percentile(service, 99) / 1e3
	                   : NAN,
	    to);
	fputs("    </properties>\n", to);
}

static size_t unconfirmed(const struct impact *impact)
{
	size_t n = 0;
	for (size_t i = 0; i < impact->count; i++)
		n += impact->items[i].fault->confirmed_unix_ms == 0;
	return n;
}

static void write_suite(const char *element, const struct report *report,
    FILE *to)
{
	bool run = !is_in_order(report), error = is_no_failure(report);
	fprintf(to,
	    "<%s name=\"ringstorm\" tests=\"%zu\" failures=\"%zu\" "
	    "errors=\"%zu\" time=\"%.3f\"",
	    element, 1 + report->thresholds->count + report->impact->count,
	    report->thresholds->missed + (run && !error),
	    unconfirmed(report->impact) + (run && error),
	    report_duration_seconds(report));
}

static void write_start(const struct report *report, FILE *to)
{
	time_t seconds = (time_t)(report->merge->start_unix_ms / 1000);
	char moment[sizeof "2026-11-21T15:00:00"];
	struct tm utc;
	if (gmtime_r(&seconds, &utc) &&
	    strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%S", &utc))
		attribute("timestamp", moment, to);
}

static void write_junit(const struct report *report, FILE *to)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", to);
	write_suite("testsuites", report, to);
	fputs(">\n", to);
	fputs("  ", to);
	write_suite("testsuite", report, to);
	write_start(report, to);
	fputs(">\n", to);
	write_properties(report, to);
	write_run(report, to);
	for (size_t i = 0; i < report->thresholds->count; i++)
		write_threshold(&report->thresholds->items[i], to);
	for (size_t i = 0; i < report->impact->count; i++)
		write_fault(&report->impact->items[i], to);
	fputs("  </testsuite>\n</testsuites>\n", to);
}

int format_junit(const struct report *report, const char *path, struct err *err)
{
	return format_file(report, path, write_junit, err);
}
