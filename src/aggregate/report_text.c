#include "aggregate/report.h"

#include "lib/mem.h"
#include "lib/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GUIDE_WIDTH     60
#define WIDE_WIDTH      100
#define REASONS_SHOWN   10
#define SHARE_PER_BLOCK 2.0 /* percent */

static void rule(FILE *to, char c, int width)
{
	while (width-- > 0)
		fputc(c, to);
	fputc('\n', to);
}

static void heading(FILE *to, const char *title, int width)
{
	fprintf(to, "\n%s\n", title);
	rule(to, '-', width);
}

static void bar(FILE *to, const struct report *report, double percent)
{
	for (int n = (int)(percent / SHARE_PER_BLOCK); n > 0; n--)
		fputs(report->utf8 ? "\u2588" : "#", to);
	fputc('\n', to);
}

static const char *plural(uint64_t n, const char *one, const char *many)
{
	return n == 1 ? one : many;
}

static void print_many(FILE *to, uint64_t n, const char *one, const char *many)
{
	char text[UNIT_TEXT];
	fprintf(to, "%s %s", unit_count(text, n), plural(n, one, many));
}

/* ---- head and verdict ---- */

static void write_head(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	uint64_t clients = 0;
	char text[UNIT_TEXT];
	for (size_t i = 0; i < merge->machine_count; i++)
		clients += merge->machines[i].clients;
	rule(to, '=', GUIDE_WIDTH);
	fputs("CloudP2P Stress Test - Aggregated Metrics Report\n", to);
	rule(to, '=', GUIDE_WIDTH);
	if (*report_run_id(report))
		fprintf(to, "Run %s   ", report_run_id(report));
	if (merge->driver)
		fprintf(to, "driver %s   ", merge->driver);
	print_many(to, merge->machine_count, "machine, ", "machines, ");
	print_many(to, clients, "client   ", "clients   ");
	print_many(to, merge->total.servers.length, "server   ", "servers   ");
	fprintf(to, "%s\n",
	    unit_duration(text,
	        (int64_t)(report_duration_seconds(report) * 1e9)));
}

static const char *verdict_words(const struct verdict *verdict)
{
	static const char *const words[] = {
		[RESULT_PASS] = "PASSED",
		[RESULT_FAIL] = "FAILED",
		[RESULT_INVALID] = "INVALID",
		[RESULT_PARTIAL] = "PARTIAL",
	};
	return words[verdict->result];
}

static void write_sums(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	char n[UNIT_TEXT];
	fprintf(to, "  %s %s planned: ", unit_count(n, total->planned),
	    plural(total->planned, "request was", "requests were"));
	fprintf(to, "%s answered right, ", unit_count(n, total->ok));
	fprintf(to, "%s failed, ", unit_count(n, total->failed));
	fprintf(to, "%s not sent, ", unit_count(n, total->skipped));
	fprintf(to, "%s unaccounted for.\n", unit_count(n, merge->in_flight));
}

static void write_generators(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	char why[UNIT_TEXT];
	size_t kept_up = 0, unknown = 0;
	for (size_t i = 0; i < merge->machine_count; i++) {
		enum generator verdict =
		    judge_generator(&merge->machines[i], why);
		kept_up += verdict == GENERATOR_OK;
		unknown += verdict == GENERATOR_UNKNOWN;
	}
	if (unknown == merge->machine_count)
		fputs("  Whether the load generators kept up is not known: "
		      "there is no timeline.\n",
		    to);
	else if (kept_up == merge->machine_count && kept_up > 1)
		fprintf(to,
		    "  The load generators kept up on all %zu "
		    "machines.\n",
		    kept_up);
	else if (kept_up == merge->machine_count)
		fputs("  The load generator kept up.\n", to);
	else
		fprintf(to,
		    "  The load generators kept up on %zu of %zu machines: see "
		    "MACHINES before you believe a latency.\n",
		    kept_up, merge->machine_count);
}

/* The guide's words for the failure rate. */
static void write_rate(const struct report *report, FILE *to)
{
	double percent = report_failure_percent(report);
	const char *words = "more than 5 %: investigate the failure reasons";
	if (percent < 1)
		words = "less than 1 %: excellent fault tolerance";
	else if (percent <= 5)
		words = "1 to 5 %: acceptable while faults were injected";
	fprintf(to, "  Failure rate %.2f %%, %s.\n", percent, words);
}

static void write_verdict(const struct report *report, FILE *to)
{
	const struct verdict *verdict = report->verdict;
	fprintf(to, "\nVERDICT: %s\n", verdict_words(verdict));
	for (size_t i = 0; i < verdict->reason_count; i++)
		fprintf(to, "  %s\n", verdict->reasons[i]);
	write_sums(report, to);
	if (report->merge->total.sent) {
		write_rate(report, to);
		write_generators(report, to);
	}
}

/* ---- the guide's sections ---- */

static void line(FILE *to, const char *label, const char *value)
{
	fprintf(to, "%-22s%s\n", label, value);
}

static void write_overall(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	char text[UNIT_TEXT];
	heading(to, "OVERALL STATISTICS", GUIDE_WIDTH);
	line(to, "Total Requests:", unit_count(text, total->sent));
	line(to, "Successful Requests:", unit_count(text, total->ok));
	line(to, "Failed Requests:", unit_count(text, total->failed));
	unit_decimal(text, report_failure_percent(report), 2);
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

static bool same(const struct histogram *a, const struct histogram *b)
{
	size_t at_a = 0, at_b = 0;
	int64_t value_a, value_b;
	uint64_t n_a, n_b;
	if (a->count != b->count)
		return false;
	while (histogram_next(a, &at_a, &value_a, &n_a))
		if (!histogram_next(b, &at_b, &value_b, &n_b) ||
		    value_a != value_b || n_a != n_b)
			return false;
	return true;
}

static void write_response(const struct stats *total, FILE *to)
{
	const struct histogram *h = &total->response;
	if (same(&total->service, h)) {
		fputs("Closed loop: response time is the same.\n", to);
		return;
	}
	fputs("Response time, from the moment that the plan said:\n", to);
	percentile(to, "  Median (P50):", h, 50);
	percentile(to, "  99th Percentile:", h, 99);
	percentile(to, "  99.9th Percentile:", h, 99.9);
	latency(to, "  Maximum:", (double)histogram_max(h));
}

static void write_latency(const struct report *report, FILE *to)
{
	const struct histogram *h = report_latencies(report);
	const struct stats *total = &report->merge->total;
	if (h->count) {
		heading(to, "REQUEST LATENCY (Successful Requests)",
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

static void write_servers(const struct report *report, FILE *to)
{
	const struct counts *servers = &report->merge->total.servers;
	uint64_t total = counts_total(servers);
	char n[UNIT_TEXT];
	if (total == 0)
		return;
	heading(to, "LOAD BALANCING - Server Distribution", GUIDE_WIDTH);
	for (size_t i = 0; i < servers->length; i++) {
		const struct count *server = &servers->items[i];
		double percent = 100.0 * (double)server->n / (double)total;
		fprintf(to, "Server %2s: %8s requests (%5.2f%%) ", server->name,
		    unit_count(n, server->n), percent);
		bar(to, report, percent);
	}
}

static int more_first(const void *left, const void *right)
{
	const struct count *a = left, *b = right;
	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return strcmp(a->name, b->name);
}

static void write_reason(FILE *to, const char *name, uint64_t n, uint64_t total)
{
	char text[UNIT_TEXT];
	fprintf(to, "%-50.50s: %6s (%6.2f%%)\n", name, unit_count(text, n),
	    100.0 * (double)n / (double)total);
}

static void write_failures(const struct report *report, FILE *to)
{
	const struct counts *reasons = &report->merge->total.reasons;
	uint64_t total = counts_total(reasons), rest = total;
	if (total == 0)
		return;
	heading(to, "FAILURE ANALYSIS", GUIDE_WIDTH);
	struct count *sorted = mem_new(reasons->length, sizeof *sorted);
	memcpy(sorted, reasons->items, reasons->length * sizeof *sorted);
	qsort(sorted, reasons->length, sizeof *sorted, more_first);
	for (size_t i = 0; i < reasons->length && i < REASONS_SHOWN; i++) {
		write_reason(to, sorted[i].name, sorted[i].n, total);
		rest -= sorted[i].n;
	}
	if (rest)
		write_reason(to, "other reasons", rest, total);
	free(sorted);
}

static void write_operations(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	struct counts names = { 0 };
	counts_merge(&names, &total->operations_ok);
	counts_merge(&names, &total->operations_failed);
	if (names.length > 1) {
		heading(to, "OPERATIONS", GUIDE_WIDTH);
		fprintf(to, "%-28s%14s%14s\n", "", "right", "failed");
	}
	for (size_t i = 0; names.length > 1 && i < names.length; i++) {
		const char *name = names.items[i].name;
		char ok[UNIT_TEXT], failed[UNIT_TEXT];
		unit_count(ok, counts_get(&total->operations_ok, name));
		unit_count(failed, counts_get(&total->operations_failed, name));
		fprintf(to, "%-28s%14s%14s\n", name, ok, failed);
	}
	counts_clear(&names);
}

/* ---- machines and trust ---- */

static void write_machine(const struct machine *machine, FILE *to)
{
	char clients[UNIT_TEXT], requests[UNIT_TEXT], why[UNIT_TEXT];
	char cpu[UNIT_TEXT] = "-", lag[UNIT_TEXT] = "-";
	enum generator verdict = judge_generator(machine, why);
	if (machine->has_timeline) {
		snprintf(cpu, sizeof cpu, "%.0f %%", machine->cpu_percent);
		unit_duration(lag, machine->lag_p99_us * 1000);
	}
	fprintf(to, "%8ju %9s %11s %10ju   %-9s %6s %9s%s%s\n",
	    (uintmax_t)machine->id, unit_count(clients, machine->clients),
	    unit_count(requests, machine->requests),
	    (uintmax_t)machine->processes, generator_word(verdict), cpu, lag,
	    *why ? "   " : "", why);
}

static void write_machines(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	if (merge->machine_count == 0)
		return;
	heading(to, "MACHINES", WIDE_WIDTH);
	fprintf(to, "%8s %9s %11s %10s   %-9s %6s %9s   %s\n", "machine",
	    "clients", "requests", "processes", "generator", "cpu", "lag p99",
	    "why");
	for (size_t i = 0; i < merge->machine_count; i++)
		write_machine(&merge->machines[i], to);
}

static void write_completeness(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	bool whole = merge->left_out == 0;
	for (size_t i = 0; i < merge->machine_count; i++)
		whole = whole && merge->machines[i].missing_clients == 0 &&
		        merge->machines[i].killed_processes == 0;
	if (whole && merge->client_files)
		fputs("Every client's file is complete. planned = sent + "
		      "skipped and sent = right + failed hold for each of "
		      "them.\n",
		    to);
	else
		fputs("Not everything is there; what is missing is named "
		      "under VERDICT. The identities hold for what was "
		      "read.\n",
		    to);
	if (merge->in_flight) {
		fputs("A process that did not end in order counts by its "
		      "timeline, up to the last whole line of it.\n",
		    to);
		char n[UNIT_TEXT];
		fprintf(to,
		    "Up to %s requests were in flight when their process died; "
		    "what became of them is not known.\n",
		    unit_count(n, merge->in_flight));
	}
}

static void write_trust(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	char in[UNIT_TEXT], out[UNIT_TEXT];
	heading(to, "HOW FAR TO TRUST THESE FIGURES", GUIDE_WIDTH);
	fputs("Merged exactly from ", to);
	print_many(to, merge->client_files, "client file", "client files");
	if (merge->timeline_files) {
		fputs(" and ", to);
		print_many(to, merge->timeline_files, "timeline", "timelines");
	}
	fprintf(to,
	    ": %s latencies in, %s out; a bucket is at most %.1f %% wide.\n",
	    unit_count(in, merge->counts_in),
	    unit_count(out, merge->counts_out), histogram_error() * 100);
	if (merge->estimate_files) {
		print_many(to, merge->estimate_files, "file has", "files have");
		fprintf(to, " no histogram (CloudP2P's own): counted, %s.\n",
		    report_estimated(report)
		        ? "and their latencies are estimates"
		        : "but not among the latencies above");
	}
	write_completeness(report, to);
}

static void write_end(const struct report *report, FILE *to)
{
	(void)report;
	fputc('\n', to);
	rule(to, '=', GUIDE_WIDTH);
	fputs("End of Report\n", to);
	rule(to, '=', GUIDE_WIDTH);
}

void report_text(const struct report *report, FILE *to)
{
	static void (*const sections[])(const struct report *, FILE *) = {
		write_head,
		write_verdict,
		write_overall,
		write_latency,
		write_servers,
		write_failures,
		write_operations,
		write_machines,
		write_trust,
		write_end,
	};
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		sections[i](report, to);
}
