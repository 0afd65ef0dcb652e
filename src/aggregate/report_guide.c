#include "aggregate/report_guide.h"

#include "lib/unit.h"

#define REASONS_SHOWN   10
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
}

static void latency(FILE *to, const char *label, double us)
{
	char text[UNIT_TEXT];
	fprintf(to, "%-22s%s ms\n", label, unit_decimal(text, us / 1e3, 2));
}

static void percentile(FILE *to, const char *label, const struct histogram *h,
    double percent)
{
	latency(to, label, (double)histogram_percentile(h, percent));
}

static void write_failed_latency(const struct histogram *failed, FILE *to)
{
	char p50[UNIT_TEXT], p99[UNIT_TEXT];
	unit_decimal(p50, (double)histogram_percentile(failed, 50) / 1e3, 2);
	unit_decimal(p99, (double)histogram_percentile(failed, 99) / 1e3, 2);
	fprintf(to,
	    "Failed requests (P50 %s ms, P99 %s ms) are apart from these.\n",
	    p50, p99);
}

static void write_response(const struct stats *total, FILE *to)
{
	const struct histogram *h = stats_response(total);
	if (!total->response_apart) {
		fputs("Closed loop: response time is the same.\n", to);
		return;
	}
	fputs("Response time, from the moment that the plan said:\n", to);
	percentile(to, "  Median (P50):", h, 50);
	percentile(to, "  99th Percentile:", h, 99);
	percentile(to, "  99.9th Percentile:", h, 99.9);
	latency(to, "  Maximum:", (double)histogram_max(h));
}

void guide_latency(const struct report *report, FILE *to)
{
	const struct histogram *h = report_latencies(report);
	const struct stats *total = &report->merge->total;
	if (h->count) {
		text_heading(to, "REQUEST LATENCY (Successful Requests)",
		    GUIDE_WIDTH);
		latency(to, "Minimum:", (double)histogram_min(h));
		latency(to, "Maximum:", (double)histogram_max(h));
		latency(to, "Average:", histogram_mean(h));
		percentile(to, "Median (P50):", h, 50);
		percentile(to, "90th Percentile:", h, 90);
		percentile(to, "95th Percentile:", h, 95);
		percentile(to, "99th Percentile:", h, 99);
		percentile(to, "99.9th Percentile:", h, 99.9);
	}
	if (report_estimated(report))
		fputs("Estimated: these files have no histograms, only each "
		      "client's minimum,\naverage and maximum.\n",
		    to);
	else if (h->count)
		write_response(total, to);
	if (total->failed_service.count)
		write_failed_latency(&total->failed_service, to);
}

void guide_servers(const struct report *report, FILE *to)
{
	const struct counts *servers = &report->merge->total.servers;
	uint64_t total = counts_total(servers);
	char n[UNIT_TEXT];
	if (total == 0)
		return;
	text_heading(to, "LOAD BALANCING - Server Distribution", GUIDE_WIDTH);
	for (size_t i = 0; i < servers->length; i++) {
		const struct count *server = &servers->items[i];
		double percent = 100.0 * (double)server->n / (double)total;
		fprintf(to, "Server %2s: %8s requests (%5.2f%%) ", server->name,
		    unit_count(n, server->n), percent);
		bar(to, report, percent);
	}
}

static void write_reason(FILE *to, const char *name, uint64_t n, uint64_t total)
{
	char text[UNIT_TEXT];
	fprintf(to, "%-50.50s: %6s (%6.2f%%)\n", name, unit_count(text, n),
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

void guide_operations(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	const struct operations *operations = &total->operations;
	if (operations->length > 1) {
		text_heading(to, "OPERATIONS", GUIDE_WIDTH);
		fprintf(to, "%-28s%14s%14s\n", "", "right", "failed");
	}
	for (size_t i = 0; operations->length > 1 && i < operations->length;
	     i++) {
		const struct operation *operation = &operations->items[i];
		char ok[UNIT_TEXT], failed[UNIT_TEXT];
		fprintf(to, "%-28s%14s%14s\n", operation->name,
		    unit_count(ok, operation->ok),
		    unit_count(failed, operation->failed));
	}
}
