#include "aggregate/report_parts.h"

#include "aggregate/report_guide.h"
#include "aggregate/report_values.h"

#include "lib/unit.h"

#include <math.h>

/* No line is wider than 120 columns. */
#define CELL_WIDTH 9

/* ---- text: latencies in columns ---- */

/* A table: how wide it is before its latencies, in how many columns these are,
 * and whether there are both, which is where they are not the same. */
struct table {
	int name_width, width;
	size_t cells; /* p50, p95, p99, max */
	bool both;
};

static int group_width(const struct table *table)
{
	return CELL_WIDTH * (int)table->cells;
}

static void write_cells(const struct table *table, const struct histogram *h,
    FILE *to)
{
	static const double percents[] = { 50, 95, 99, 100 };
	for (size_t i = 0; i < table->cells; i++) {
		char text[UNIT_TEXT] = "-";
		if (h && h->count) {
			int64_t us = histogram_percentile(h, percents[i]);
			int digits = us < 1000        ? 3
			             : us < 1000000   ? 2
			             : us < 100000000 ? 1
			                              : 0;
			unit_decimal(text, (double)us / 1e3, digits);
		}
		fprintf(to, "%*s", CELL_WIDTH, text);
	}
}

static void write_latencies(const struct table *table,
    const struct histogram *service, const struct histogram *response, FILE *to)
{
	write_cells(table, service, to);
	if (table->both)
		write_cells(table, response, to);
}

static void write_title(const struct table *table, const char *title,
    int further_width, FILE *to)
{
	int groups = table->both ? 2 : 1;
	text_heading(to, title,
	    table->width + group_width(table) * groups + further_width);
	fprintf(to, "%*s%*s", table->width, "", group_width(table),
	    "service time, ms");
	if (table->both)
		fprintf(to, "%*s", group_width(table), "response time, ms");
	fputc('\n', to);
}

static void write_cell_titles(const struct table *table, FILE *to)
{
	static const char *const titles[] = { "p50", "p95", "p99", "max" };
	for (int group = 0; group <= table->both; group++)
		for (size_t i = 0; i < table->cells; i++)
			fprintf(to, "%*s", CELL_WIDTH, titles[i]);
}

/* ---- text: phases ---- */

/* "500", or "50 to 500" where it changes. */
static char *target_words(char *out, size_t size, const struct phase_part *part)
{
	char first[UNIT_TEXT], last[UNIT_TEXT];
	unit_decimal(first, part->first_target, 0);
	unit_decimal(last, part->last_target, 0);
	if (!part->has_target)
		snprintf(out, size, "-");
	else if (fabs(part->first_target - part->last_target) >
	         part->last_target / 100)
		snprintf(out, size, "%s to %s", first, last);
	else
		snprintf(out, size, "%s", last);
	return out;
}

static void write_phase(const struct table *table, const struct phase *phase,
    FILE *to)
{
	const struct stats *stats = &phase->stats;
	char target[2 * UNIT_TEXT + 8], n[UNIT_TEXT], rate[UNIT_TEXT];
	unit_count(n, stats->sent);
	unit_decimal(rate, phase_throughput(phase), 1);
	text_name(to, *phase->name ? phase->name : "(no phase)",
	    table->name_width);
	fprintf(to, "%14s%10s%9s%7.2f%%",
	    target_words(target, sizeof target, &phase->whole), n, rate,
	    stats_failed_percent(stats));
	write_latencies(table, &stats->service, stats_response(stats), to);
	fprintf(to, "%*s\n", CELL_WIDTH, unit_count(n, stats->skipped));
}

void phases_text(const struct report *report, FILE *to)
{
	const struct merge *merge = report->merge;
	const struct phases *phases = &merge->phases;
	const struct table table = { 16, 16 + 41, 3,
		merge->total.response_apart };
	if (phases->count < 2)
		return;
	write_title(&table, "PHASES", CELL_WIDTH, to);
	fprintf(to, "%-*s%14s%10s%9s%8s", table.name_width, "phase",
	    merge->open_loop ? "planned/s" : "clients", "requests", "right/s",
	    "failed");
	write_cell_titles(&table, to);
	fprintf(to, "%*s\n", CELL_WIDTH, "not sent");
	for (size_t i = 0; i < phases->count; i++)
		write_phase(&table, &phases->items[i], to);
	fputs("From the timelines: a request counts to the phase in which it "
	      "ended.\n",
	    to);
}

/* ---- text: operations ---- */

static double failed_percent(const struct operation *operation)
{
	uint64_t sent = operation->ok + operation->failed;
	return sent ? 100 * (double)operation->failed / (double)sent : 0;
}

static void write_operation(const struct table *table,
    const struct stats *total, const struct operation *operation, FILE *to)
{
	char n[UNIT_TEXT], failed[UNIT_TEXT];
	unit_count(n, operation->ok + operation->failed);
	unit_count(failed, operation->failed);
	text_name(to, operation->name, table->name_width);
	fprintf(to, "%11s%9s%7.2f%%", n, failed, failed_percent(operation));
	write_latencies(table, stats_operation_service(total, operation),
	    stats_operation_response(total, operation), to);
	fputc('\n', to);
}

void operations_text(const struct report *report, FILE *to)
{
	const struct stats *total = &report->merge->total;
	const struct operations *operations = &total->operations;
	int name_width = total->response_apart ? 20 : 40;
	const struct table table = { name_width, name_width + 28, 4,
		total->response_apart };
	if (operations->length < 2)
		return;
	write_title(&table, "OPERATIONS", 0, to);
	fprintf(to, "%-*s%11s%9s%8s", table.name_width, "operation", "requests",
	    "failed", "");
	write_cell_titles(&table, to);
	fputc('\n', to);
	for (size_t i = 0; i < operations->length; i++)
		write_operation(&table, total, &operations->items[i], to);
}

/* ---- JSON ---- */

json_t *lag_json(const struct histogram *lag)
{
	if (lag->count == 0)
		return json_null();
	json_t *object = json_object();
	put(object, "p50_ms",
	    decimals_json((double)histogram_percentile(lag, 50) / 1e3, 3));
	put(object, "p99_ms",
	    decimals_json((double)histogram_percentile(lag, 99) / 1e3, 3));
	put(object, "max_ms",
	    decimals_json((double)histogram_max(lag) / 1e3, 3));
	return object;
}

static json_t *phase_json(const struct phase *phase)
{
	const struct stats *stats = &phase->stats;
	const struct phase_part *whole = &phase->whole;
	json_t *object = json_object();
	put(object, "name", json_string(phase->name));
	put(object, "from_unix_ms", json_integer(phase->from_unix_ms));
	put(object, "duration_secs", decimals_json(phase_seconds(phase), 3));
	put(object, "target_first",
	    whole->has_target ? decimals_json(whole->first_target, 3)
	                      : json_null());
	put(object, "target_last",
	    whole->has_target ? decimals_json(whole->last_target, 3)
	                      : json_null());
	put(object, "total_requests", count_json(stats->sent));
	put(object, "successful_requests", count_json(stats->ok));
	put(object, "failed_requests", count_json(stats->failed));
	put(object, "failure_rate",
	    decimals_json(stats_failed_percent(stats), 2));
	put(object, "skipped_requests", count_json(stats->skipped));
	put(object, "throughput_rps",
	    decimals_json(phase_throughput(phase), 2));
	put(object, "latency_stats", latencies_json(&stats->service));
	put(object, "response_latency_stats",
	    latencies_json(stats_response(stats)));
	put(object, "lag", lag_json(&phase->lag));
	return object;
}

json_t *phases_json(const struct merge *merge)
{
	json_t *array = json_array();
	for (size_t i = 0; i < merge->phases.count; i++)
		json_array_append_new(array,
		    phase_json(&merge->phases.items[i]));
	return array;
}

json_t *operations_json(const struct merge *merge)
{
	const struct stats *total = &merge->total;
	json_t *object = json_object();
	for (size_t i = 0; i < total->operations.length; i++) {
		const struct operation *item = &total->operations.items[i];
		json_t *operation = json_object();
		put(operation, "ok", count_json(item->ok));
		put(operation, "failed", count_json(item->failed));
		put(operation, "failure_rate",
		    decimals_json(failed_percent(item), 2));
		put(operation, "latency_stats",
		    latencies_json(stats_operation_service(total, item)));
		put(operation, "response_latency_stats",
		    latencies_json(stats_operation_response(total, item)));
		put(object, item->name, operation);
	}
	return object;
}
