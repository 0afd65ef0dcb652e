/* run.csv, phases.csv and operations.csv: the whole and its parts. */
#include "aggregate/format_csv.h"

#include "aggregate/phases.h"

#include <inttypes.h>
#include <math.h>

static void write_titles(const char *first, FILE *to)
{
	fprintf(to, "%s,requests,successful,failed,failure_percent", first);
	csv_latency_titles("service", to);
	csv_latency_titles("response", to);
	fputc('\n', to);
}

static void write_figures(uint64_t ok, uint64_t failed,
    const struct histogram *service, const struct histogram *response, FILE *to)
{
	uint64_t sent = ok + failed;
	csv_count(sent, to);
	csv_count(ok, to);
	csv_count(failed, to);
	csv_number(sent ? 100 * (double)failed / (double)sent : NAN, 3, to);
	csv_latencies(service, to);
	csv_latencies(response, to);
	fputc('\n', to);
}

void csv_run(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct stats *total = &merge->total;
	write_titles("run,driver,loop,verdict,exit_code,start_unix_ms,"
	             "duration_secs,successful_per_second,planned,not_sent,"
	             "unaccounted,retries,bytes_sent,bytes_received,"
	             "latencies_are",
	    to);
	csv_text(report_run_id(report), to);
	fputc(',', to);
	csv_text(merge->driver, to);
	fprintf(to, ",%s,%s,%d,%" PRId64, merge->open_loop ? "open" : "closed",
	    result_word(report->verdict->result),
	    (int)report->verdict->exit_code, merge->start_unix_ms);
	csv_number(report_duration_seconds(report), 3, to);
	csv_number(report_throughput(report), 3, to);
	csv_count(merge->planned, to);
	csv_count(total->skipped, to);
	csv_count(merge->unaccounted, to);
	csv_count(total->retries, to);
	csv_count(total->bytes_sent, to);
	csv_count(total->bytes_received, to);
	fputs(report_estimated(report) ? ",estimates" : ",measured", to);
	write_figures(total->ok, total->failed, report_latencies(report),
	    report_estimated(report) ? NULL : stats_response(total), to);
}

static void write_phase(const struct phase *phase, FILE *to)
{
	const struct phase_part *whole = &phase->whole;
	const struct stats *stats = &phase->stats;
	csv_text(phase->name, to);
	fprintf(to, ",%" PRId64, phase->from_unix_ms);
	csv_number(phase_seconds(phase), 3, to);
	csv_number(whole->has_target ? whole->first_target : NAN, 3, to);
	csv_number(whole->has_target ? whole->last_target : NAN, 3, to);
	csv_number(phase_throughput(phase), 3, to);
	csv_count(stats->skipped, to);
	write_figures(stats->ok, stats->failed, &stats->service,
	    stats_response(stats), to);
}

void csv_phases(const struct report *report, FILE *to)
{
	const struct phases *phases = &report->merge->phases;
	write_titles("phase,from_unix_ms,duration_secs,target_first,"
	             "target_last,successful_per_second,not_sent",
	    to);
	for (size_t i = 0; i < phases->count; i++)
		write_phase(&phases->items[i], to);
}

void csv_operations(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	write_titles("operation", to);
	for (size_t i = 0; i < total->operations.length; i++) {
		const struct operation *item = &total->operations.items[i];
		csv_text(item->name, to);
		write_figures(item->ok, item->failed,
		    stats_operation_service(total, item),
		    stats_operation_response(total, item), to);
	}
}
