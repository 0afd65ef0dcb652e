#include "aggregate/report_anomalies.h"
#include "aggregate/report_faults.h"
#include "aggregate/report_guide.h"
#include "aggregate/report_machines.h"
#include "aggregate/report_parts.h"
#include "aggregate/report_reconnects.h"
#include "aggregate/report_samples.h"
#include "aggregate/report_thresholds.h"
#include "aggregate/thresholds.h"

#include "lib/unit.h"

#include <string.h>

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

/* Its guide's words are for its readers (specification 6.7). */
static bool is_cloudp2p(const struct merge *merge)
{
	return merge->driver && strcmp(merge->driver, "cloudp2p") == 0;
}

static void write_head(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	uint64_t clients = 0;
	char text[UNIT_TEXT];
	for (size_t i = 0; i < merge->machine_count; i++)
		clients += merge->machines[i].clients;
	text_rule(to, '=', GUIDE_WIDTH);
	fputs(is_cloudp2p(merge)
	          ? "CloudP2P Stress Test - Aggregated Metrics Report\n"
	          : "ringstorm - Aggregated Metrics Report\n",
	    to);
	text_rule(to, '=', GUIDE_WIDTH);
	if (*report_run_id(report))
		fprintf(to, "Run %s   ", report_run_id(report));
	if (merge->driver)
		fprintf(to, "driver %s   ", merge->driver);
	print_many(to, merge->machine_count, "machine, ", "machines, ");
	print_many(to, clients, "client   ", "clients   ");
	if (merge->total.servers.length)
		print_many(to, merge->total.servers.length, "server   ",
		    "servers   ");
	fprintf(to, "%s\n",
	    unit_duration(text,
	        (int64_t)(report_duration_seconds(report) * 1e9)));
	listeners_text(report, to);
}

static void write_skipped(const struct merge *merge, FILE *to)
{
	const struct stats *total = &merge->total;
	if (total->skipped == 0)
		return;
	if (!merge->open_loop) {
		fputs("  Not sent is what its clients had left when the run "
		      "ended; in a closed loop nobody has waited for it.\n",
		    to);
		return;
	}
	fprintf(to,
	    "  Not sent is %.2f %% of the plan: when they were due every "
	    "client still waited for an answer, or the run ended.\n"
	    "  Users would have come all the same, and waited; no latency "
	    "below tells of them.\n",
	    100 * (double)total->skipped / (double)total->planned);
}

static void write_sums(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	char n[UNIT_TEXT];
	fprintf(to, "  %s %s planned: ", unit_count(n, merge->planned),
	    plural(merge->planned, "request was", "requests were"));
	fprintf(to, "%s answered right, ", unit_count(n, total->ok));
	fprintf(to, "%s failed, ", unit_count(n, total->failed));
	fprintf(to, "%s not sent, ", unit_count(n, total->skipped));
	fprintf(to, "%s unaccounted for.\n", unit_count(n, merge->unaccounted));
	write_skipped(merge, to);
	if (merge->in_flight)
		fprintf(to,
		    "  Of those unaccounted for at most %s %s in flight when "
		    "their process last wrote.\n",
		    unit_count(n, merge->in_flight),
		    plural(merge->in_flight, "was", "were"));
}

/* The guide's words for the failure rate. */
static void write_rate(const struct report *report, FILE *to)
{
	double percent = stats_failed_percent(&report->merge->total);
	const char *words = "more than 5 %: investigate the failure reasons";
	if (!is_cloudp2p(report->merge) && report->impact->count == 0) {
		fprintf(to, "  Failure rate %.2f %%%s.\n", percent,
		    percent > 0 && report->thresholds->count == 0 &&
		            !*verdict_remark(report->verdict)
		        ? "; no threshold said how much is too much"
		        : "");
		return;
	}
	if (percent < 1)
		words = "less than 1 %: excellent fault tolerance";
	else if (percent <= 5)
		words = "1 to 5 %: acceptable while faults were injected";
	fprintf(to, "  Failure rate %.2f %%, %s.\n", percent, words);
}

/* Those missed are the verdict's reasons. */
static void write_thresholds(const struct thresholds *thresholds, FILE *to)
{
	if (thresholds->missed > 0 || thresholds->count == 0)
		return;
	if (thresholds->count == 1)
		fputs("  The threshold was met.\n", to);
	else
		fprintf(to, "  All %zu thresholds were met.\n",
		    thresholds->count);
}

static void write_verdict(const struct report *report, FILE *to)
{
	const struct verdict *verdict = report->verdict;
	const char *remark = verdict_remark(verdict);
	fprintf(to, "\nVERDICT: %s%s%s\n", verdict_word(verdict),
	    *remark ? ", but " : "", remark);
	for (size_t i = 0; i < verdict->reason_count; i++)
		fprintf(to, "  %s\n", verdict->reasons[i]);
	write_sums(report, to);
	write_thresholds(report->thresholds, to);
	faults_verdict(report, to);
	if (report->merge->total.sent) {
		write_rate(report, to);
		machines_verdict(report, to);
	}
}

/* ---- trust ---- */

static void write_completeness(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	bool killed = false;
	for (size_t i = 0; i < merge->machine_count; i++)
		killed = killed || merge->machines[i].killed_processes;
	if (merge_is_whole(merge))
		fputs("Every client's file is complete. planned = sent + "
		      "skipped and sent = right + failed hold for each of "
		      "them.\n",
		    to);
	else
		fputs("Not everything is there; what is missing is named "
		      "under VERDICT. The identities hold for what was "
		      "read.\n",
		    to);
	if (killed)
		fputs("A process that did not end in order counts by its "
		      "timeline, up to the last whole line of it.\n",
		    to);
}

static void write_trust(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	char in[UNIT_TEXT], out[UNIT_TEXT];
	text_heading(to, "HOW FAR TO TRUST THESE FIGURES", GUIDE_WIDTH);
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

static void write_samples(const struct report *report, FILE *to)
{
	samples_text(report->samples, false, to);
}

static void write_end(const struct report *report, FILE *to)
{
	(void)report;
	fputc('\n', to);
	text_rule(to, '=', GUIDE_WIDTH);
	fputs("End of Report\n", to);
	text_rule(to, '=', GUIDE_WIDTH);
}

void report_text(const struct report *report, FILE *to)
{
	static void (*const sections[])(const struct report *, FILE *) = {
		write_head,
		write_verdict,
		guide_overall,
		guide_latency,
		phases_text,
		operations_text,
		guide_servers,
		faults_table,
		reconnects_text,
		guide_failures,
		anomalies_text,
		thresholds_text,
		machines_text,
		write_samples,
		write_trust,
		write_end,
	};
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		sections[i](report, to);
}
