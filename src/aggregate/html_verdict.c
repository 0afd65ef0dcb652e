/* The top of the page: which run, what became of it, the four figures. */
#include "aggregate/html_parts.h"
#include "aggregate/report_faults.h"
#include "aggregate/report_machines.h"
#include "aggregate/thresholds.h"
#include "lib/clock.h"
#include "lib/html_escape.h"
#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_many(FILE *to, uint64_t n, const char *one, const char *many)
{
	char text[UNIT_TEXT];
	html_format(to, "%s %s", unit_count(text, n), n == 1 ? one : many);
}

static void write_run(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	char stamp[CLOCK_STAMP], text[UNIT_TEXT];
	uint64_t clients = 0;
	for (size_t i = 0; i < merge->machine_count; i++)
		clients += merge->machines[i].clients;
	fputs("<h1>ringstorm", to);
	if (*report_run_id(report))
		html_format(to, " \u00b7 run %s", report_run_id(report));
	fputs("</h1>\n<p class=\"quiet\">", to);
	if (merge->start_unix_ms) {
		clock_stamp(stamp, merge->start_unix_ms);
		html_format(to, "%s, ", stamp);
	}
	html_format(to, "%s \u00b7 ",
	    unit_duration(text,
	        (int64_t)(report_duration_seconds(report) * 1e9)));
	if (merge->driver)
		html_format(to, "driver %s, %s loop \u00b7 ", merge->driver,
		    merge->open_loop ? "open" : "closed");
	write_many(to, merge->machine_count, "machine, ", "machines, ");
	write_many(to, clients, "client", "clients");
	if (merge->total.servers.length) {
		fputs(", ", to);
		write_many(to, merge->total.servers.length, "server",
		    "servers");
	}
	fputs("</p>\n", to);
}

/* ---- in words ---- */

static void write_headline(const struct report *report, FILE *to)
{
	static const struct {
		const char *class, *meaning;
	} results[] = {
		[RESULT_PASS] = { "pass", "" },
		[RESULT_FAIL] = { "fail", "" },
		[RESULT_INVALID] = { "invalid", "the run proves nothing" },
		[RESULT_PARTIAL] = { "partial", "not everything is there" },
	};
	const struct verdict *verdict = report->verdict;
	const struct thresholds *thresholds = report->thresholds;
	const char *remark = verdict_remark(verdict);
	size_t faults = report->impact->count;
	fprintf(to, "<div class=\"verdict %s\"><strong>%s</strong>",
	    *remark ? "partial" : results[verdict->result].class,
	    verdict_word(verdict));
	html_format(to, "%s", results[verdict->result].meaning);
	if (verdict->result == RESULT_PASS && faults)
		html_format(to, "with %zu fault%s", faults,
		    faults == 1 ? "" : "s");
	if (verdict->result == RESULT_PASS && thresholds->count)
		html_format(to, "%s%s", faults ? ", " : "",
		    thresholds->count == 1 ? "the threshold was met"
		                           : "all thresholds were met");
	if (*remark)
		html_format(to, "%sbut %s",
		    faults || thresholds->count ? ", " : "", remark);
	if (verdict->reason_count) {
		fputs("\n<ul>\n", to);
		for (size_t i = 0; i < verdict->reason_count; i++) {
			fputs("<li>", to);
			html_text(to, verdict->reasons[i]);
			fputs("</li>\n", to);
		}
		fputs("</ul>", to);
	}
	fputs("</div>\n", to);
}

static void write_sums(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	char planned[UNIT_TEXT], ok[UNIT_TEXT], failed[UNIT_TEXT];
	char skipped[UNIT_TEXT], unaccounted[UNIT_TEXT];
	html_words(to,
	    "%s %s planned: %s answered right, %s failed, %s not sent, %s "
	    "unaccounted for.",
	    unit_count(planned, merge->planned),
	    merge->planned == 1 ? "request was" : "requests were",
	    unit_count(ok, total->ok), unit_count(failed, total->failed),
	    unit_count(skipped, total->skipped),
	    unit_count(unaccounted, merge->unaccounted));
}

/* ---- the four figures ---- */

static void write_figure(FILE *to, const char *name, const char *value,
    bool is_bad)
{
	fputs("<div><dt>", to);
	html_text(to, name);
	fprintf(to, "</dt><dd%s>", is_bad ? " class=\"bad\"" : "");
	html_text(to, value);
	fputs("</dd></div>\n", to);
}

static void write_right(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	char value[UNIT_TEXT + 4] = "no request";
	double percent =
	    total->sent ? 100 * (double)total->ok / (double)total->sent : 0;
	/* 99.9996 % is not all of them. */
	if (total->sent)
		snprintf(value, sizeof value, "%.*f %%",
		    total->failed == 0 ? 0 : 2,
		    total->failed ? fmin(percent, 99.99) : percent);
	write_figure(to, "answered right", value, total->ok == 0);
}

static const char *latency_words(char *out, int64_t us)
{
	return unit_decimal(out, (double)us / 1e3,
	    us < 1000      ? 3
	    : us < 10000   ? 2
	    : us < 1000000 ? 1
	                   : 0);
}

static void write_latency(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	const struct histogram *h = total->response_apart
	                                ? stats_response(total)
	                                : report_latencies(report);
	char p50[UNIT_TEXT], p99[UNIT_TEXT], value[2 * UNIT_TEXT + 8] = "none";
	if (h->count)
		snprintf(value, sizeof value, "%s / %s ms",
		    latency_words(p50, histogram_percentile(h, 50)),
		    latency_words(p99, histogram_percentile(h, 99)));
	write_figure(to,
	    total->response_apart      ? "p50 / p99, response time"
	    : report_estimated(report) ? "p50 / p99, estimated"
	                               : "p50 / p99, service time",
	    value, false);
}

/* Of faults the longest recovery, where that of each is known; without faults
 * what the users got. */
static void write_third(const struct report *report, FILE *to)
{
	const struct impact *impact = report->impact;
	char value[UNIT_TEXT + 4];
	double longest_ms = 0;
	size_t known = 0;
	if (impact->count == 0) {
		double rate = report_throughput(report);
		unit_decimal(value, rate, rate < 1 ? 3 : rate < 100 ? 1 : 0);
		strncat(value, " /s", sizeof value - strlen(value) - 1);
		write_figure(to, "right answers", value, false);
		return;
	}
	for (size_t i = 0; i < impact->count; i++) {
		const struct fault_impact *item = &impact->items[i];
		if (item->not_determined[TIME_TO_RECOVER])
			continue;
		known++;
		longest_ms = fmax(longest_ms, item->spans[TIME_TO_RECOVER].ms);
	}
	char *name = known == impact->count
	                 ? mem_text("longest recovery")
	                 : mem_format("longest recovery, of the %zu of %zu "
	                              "faults that can be told",
	                       known, impact->count);
	if (known == 0)
		snprintf(value, sizeof value, "not determined");
	else if (longest_ms <= 0)
		snprintf(value, sizeof value, "0.0 s");
	else
		unit_duration(value, llround(longest_ms * NS_PER_MS));
	write_figure(to, known ? name : "longest recovery", value, false);
	free(name);
}

static void write_generators(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	enum generator_verdict worst = GENERATOR_OK;
	size_t unknown = 0;
	for (size_t i = 0; i < merge->machine_count; i++) {
		enum generator_verdict verdict =
		    merge->machines[i].generator.verdict;
		unknown += verdict == GENERATOR_UNKNOWN;
		worst = verdict > worst ? verdict : worst;
	}
	if (worst == GENERATOR_OK && unknown)
		worst = GENERATOR_UNKNOWN;
	write_figure(to,
	    merge->machine_count > 1 ? "load generators" : "load generator",
	    generator_word(worst), worst > GENERATOR_OK);
}

static void write_links(const struct report *report, FILE *to)
{
	static const struct {
		const char *id, *title;
	} links[] = {
		{ "load", "Over time" },
		{ "faults", "Faults" },
		{ "latency", "Latency" },
		{ "machines", "Machines" },
		{ "trust", "Trust" },
	};
	fputs("<nav aria-label=\"parts of the report\">", to);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (report->impact->count || strcmp(links[i].id, "faults") != 0)
			fprintf(to, "<a href=\"#%s\">%s</a>", links[i].id,
			    links[i].title);
	fputs("</nav>\n", to);
}

void html_verdict(const struct report *report, FILE *to)
{
	fputs("<header>\n", to);
	write_run(report, to);
	write_headline(report, to);
	fputs("<dl class=\"figures\">\n", to);
	write_right(report, to);
	write_latency(report, to);
	write_third(report, to);
	write_generators(report, to);
	fputs("</dl>\n", to);
	write_sums(report, to);
	html_words_of(to, faults_verdict, report);
	if (report->merge->total.sent)
		html_words_of(to, machines_verdict, report);
	write_links(report, to);
	fputs("</header>\n", to);
}
