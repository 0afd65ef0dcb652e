#include "aggregate/report_guide.h"

#include "lib/unit.h"
#include "lib/utf8.h"

#include <string.h>

#define REASONS_SHOWN   10
#define REASON_WIDTH    50
#define SERVER_WIDTH    50  /* of a longer name the line is moved */
#define SHARE_PER_BLOCK 2.0 /* percent */

void text_rule(FILE *to, char c, int width)
{
	while (width-- > 0)
		fputc(c, to);
	fputc('\n', to);
}

void text_heading(FILE *to, const char *title, int width)
{
	fprintf(to, "\n%s\n", title);
	text_rule(to, '-', width);
}

void text_name(FILE *to, const char *name, int width)
{
	int left = width;
	for (const char *c = name; *c; c++)
		left -= !utf8_continues(*c);
	if (left < 0)
		fprintf(to, "%s\n%*s", name, width, "");
	else
		fprintf(to, "%s%*s", name, left, "");
}

static void bar(FILE *to, const struct report *report, double percent)
{
	for (int n = (int)(percent / SHARE_PER_BLOCK); n > 0; n--)
		fputs(report->utf8 ? "\u2588" : "#", to);
	fputc('\n', to);
}

static void line(FILE *to, const char *label, const char *value)
{
	fprintf(to, "%-22s%s\n", label, value);
}

void guide_overall(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	char text[UNIT_TEXT];
	text_heading(to, "OVERALL STATISTICS", GUIDE_WIDTH);
	line(to, "Total Requests:", unit_count(text, total->sent));
	line(to, "Successful Requests:", unit_count(text, total->ok));
	line(to, "Failed Requests:", unit_count(text, total->failed));
	unit_decimal(text, stats_failed_percent(total), 2);
	fprintf(to, "%-22s%s%%\n", "Failure Rate:", text);
	unit_decimal(text, report_throughput(report), 1);
	fprintf(to, "%-22s%s requests/s\n", "Throughput:", text);
	line(to, "Retries:", unit_count(text, total->retries));
	line(to, "Sent:", unit_bytes(text, total->bytes_sent));
	line(to, "Received:", unit_bytes(text, total->bytes_received));
	if (report->cost)
		line(to, "Cost:", report->cost);
}

/* ---- latencies ---- */

/* One figure of a histogram, in us; the percentiles are above 0. */
static double figure_of(const struct histogram *h, double percent)
{
	if (percent > 0)
		return (double)histogram_percentile(h, percent);
	return percent < 0 ? histogram_mean(h) : (double)histogram_min(h);
}

static const struct row {
	const char *label;
	double percent; /* 0: the least; below: the mean */
} rows[] = {
	{ "Minimum:", 0 },
	{ "Maximum:", 100 },
	{ "Average:", -1 },
	{ "Median (P50):", 50 },
	{ "90th Percentile:", 90 },
	{ "95th Percentile:", 95 },
	{ "99th Percentile:", 99 },
	{ "99.9th Percentile:", 99.9 },
};

/* Response times stand beside where they are others (NULL: they are not). */
static void write_latencies(const struct histogram *service,
    const struct histogram *response, FILE *to)
{
	char text[UNIT_TEXT];
	if (response)
		fprintf(to, "%-22s%-22s%s\n", "", "service time",
		    "response time");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		unit_ms(text, figure_of(service, row->percent), 2);
		int width = fprintf(to, "%-22s%s ms", row->label, text);
		if (response)
			fprintf(to, "%*s%s ms", 44 - width, "",
			    unit_ms(text, figure_of(response, row->percent),
			        2));
		fputc('\n', to);
	}
}

static void write_lag(const struct histogram *lag, FILE *to)
{
	char p50[UNIT_TEXT], p99[UNIT_TEXT], max[UNIT_TEXT];
	unit_duration(p50, histogram_percentile(lag, 50) * 1000);
	unit_duration(p99, histogram_percentile(lag, 99) * 1000);
	unit_duration(max, histogram_max(lag) * 1000);
	fprintf(to,
	    "Schedule lag, the part of it that is the generator's own: P50 %s, "
	    "P99 %s, maximum %s.\n",
	    p50, p99, max);
}

static void write_loop(const struct merge *merge, FILE *to)
{
	if (merge->open_loop || merge->total.response_apart) {
		fputs("Response time runs from the moment that the plan "
		      "said.\n",
		    to);
		if (!merge->total.response_apart)
			fputs("It was that of the service for every request.\n",
			    to);
	} else {
		fputs("Closed loop: response time is the same.\n", to);
	}
	if (merge->open_loop && merge->lag.count)
		write_lag(&merge->lag, to);
}

static void write_failed_latency(const struct histogram *failed, FILE *to)
{
	char p50[UNIT_TEXT], p99[UNIT_TEXT];
	unit_ms(p50, (double)histogram_percentile(failed, 50), 2);
	unit_ms(p99, (double)histogram_percentile(failed, 99), 2);
	fprintf(to,
	    "Failed requests (P50 %s ms, P99 %s ms) are apart from these.\n",
	    p50, p99);
}

void guide_latency(const struct report *report, FILE *to)
{
	const struct histogram *h = report_latencies(report);
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	if (h->count) {
		text_heading(to, "REQUEST LATENCY (Successful Requests)",
		    GUIDE_WIDTH);
		write_latencies(h,
		    total->response_apart ? &total->response : NULL, to);
	}
	if (report_estimated(report))
		fputs("Estimated: these files have no histograms, only each "
		      "client's minimum,\naverage and maximum.\n",
		    to);
	else if (h->count)
		write_loop(merge, to);
	if (total->failed_service.count)
		write_failed_latency(&total->failed_service, to);
}

/* ---- servers and failures ---- */

void guide_servers(const struct report *report, FILE *to)
{
	const struct counts *servers = &report->merge->total.servers;
	uint64_t total = counts_total(servers);
	char n[UNIT_TEXT];
	if (total == 0)
		return;
	int width = 2;
	for (size_t i = 0; i < servers->length; i++) {
		size_t length = strlen(servers->items[i].name);
		if (length > (size_t)width && length <= SERVER_WIDTH)
			width = (int)length;
	}
	text_heading(to, "LOAD BALANCING - Server Distribution", GUIDE_WIDTH);
	for (size_t i = 0; i < servers->length; i++) {
		const struct count *server = &servers->items[i];
		double percent = 100.0 * (double)server->n / (double)total;
		fprintf(to, "Server %*s: %8s requests (%5.2f%%) ", width,
		    server->name, unit_count(n, server->n), percent);
		bar(to, report, percent);
	}
}

static void write_reason(FILE *to, const char *name, uint64_t n, uint64_t total)
{
	char text[UNIT_TEXT];
	int left = REASON_WIDTH;
	for (; *name && (left > 0 || utf8_continues(*name)); name++) {
		left -= !utf8_continues(*name);
		fputc(*name, to);
	}
	fprintf(to, "%*s: %6s (%6.2f%%)\n", left, "", unit_count(text, n),
	    100.0 * (double)n / (double)total);
}

void guide_failures(const struct report *report, FILE *to)
{
	const struct counts *reasons = &report->merge->total.reasons;
	uint64_t total = counts_total(reasons), rest = total;
	if (total == 0)
		return;
	text_heading(to, "FAILURE ANALYSIS", GUIDE_WIDTH);
	const struct count *top[REASONS_SHOWN];
	size_t shown = counts_top(reasons, top, REASONS_SHOWN);
	for (size_t i = 0; i < shown; i++) {
		write_reason(to, top[i]->name, top[i]->n, total);
		rest -= top[i]->n;
	}
	if (rest)
		write_reason(to, "other reasons", rest, total);
}
