/* intervals.csv: of each interval of the run a row for all machines and one for
 * each of them, on the controller's clock. */
#include "aggregate/format_csv.h"

#include "aggregate/series.h"
#include "lib/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* What one machine, or all of them, did in one bin. */
struct row {
	int64_t from_ms, to_ms;
	uint64_t ok, failed, skipped, clients, in_flight;
	double ok_per_second, target;
	bool is_there, has_target;
	struct histogram service, response;
};

struct rows {
	const struct series *series;
	uint64_t *machines; /* their ids, in order */
	size_t count;
	size_t *machine_of; /* by index of the process */
	struct row *rows;   /* by index of the machine; the last is all */
};

static int by_id(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

static void rows_init(struct rows *rows, const struct series *series)
{
	size_t processes = series->process_count;
	*rows = (struct rows){
		.series = series,
		.machines = mem_new(processes + 1, sizeof *rows->machines),
		.machine_of = mem_new(processes + 1, sizeof *rows->machine_of),
	};
	for (size_t i = 0; i < processes; i++)
		rows->machines[i] = series->processes[i].machine_id;
	qsort(rows->machines, processes, sizeof *rows->machines, by_id);
	for (size_t i = 0; i < processes; i++)
		if (rows->count == 0 ||
		    rows->machines[rows->count - 1] != rows->machines[i])
			rows->machines[rows->count++] = rows->machines[i];
	for (size_t i = 0; i < processes; i++) {
		const uint64_t *found =
		    bsearch(&series->processes[i].machine_id, rows->machines,
		        rows->count, sizeof *rows->machines, by_id);
		rows->machine_of[i] = (size_t)(found - rows->machines);
	}
	rows->rows = mem_new(rows->count + 1, sizeof *rows->rows);
}

static void rows_release(struct rows *rows)
{
	free(rows->machines);
	free(rows->machine_of);
	free(rows->rows);
}

/* One process' slices in a bin, which follow one another: their requests add
 * up, and of their states the last stands. */
static void add_process(struct row *row, const struct slice *slices,
    size_t count)
{
	const struct slice *last = &slices[count - 1];
	uint64_t ok = 0;
	int64_t length_ms = 0;
	for (size_t i = 0; i < count; i++) {
		ok += slices[i].ok;
		length_ms += slices[i].to_ms - slices[i].from_ms;
		row->failed += slices[i].failed;
		row->skipped += slices[i].skipped;
		series_slice_latencies(&slices[i], &row->service);
		series_slice_responses(&slices[i], &row->response);
	}
	if (!row->is_there || slices->from_ms < row->from_ms)
		row->from_ms = slices->from_ms;
	if (!row->is_there || last->to_ms > row->to_ms)
		row->to_ms = last->to_ms;
	row->ok += ok;
	row->ok_per_second += (double)ok * 1e3 / (double)length_ms;
	row->clients += last->clients;
	row->in_flight += last->in_flight;
	row->target += last->has_target ? last->target : 0;
	row->has_target = row->has_target || last->has_target;
	row->is_there = true;
}

/* The one in which most of the row lies, or the last that had begun. */
static const char *phase_of(const struct series *series, const struct row *row)
{
	int64_t middle_ms = row->from_ms + (row->to_ms - row->from_ms) / 2;
	const struct series_phase *found = NULL;
	for (size_t i = 0; i < series->phase_count; i++) {
		const struct series_phase *phase = &series->phases[i];
		if (phase->from_ms <= middle_ms &&
		    (!found || phase->from_ms > found->from_ms))
			found = phase;
	}
	return found ? found->name : "";
}

static void write_row(const struct series *series, const struct row *row,
    FILE *to)
{
	uint64_t sent = row->ok + row->failed;
	fprintf(to, ",%" PRId64 ",%" PRId64 ",", row->from_ms, row->to_ms);
	csv_text(phase_of(series, row), to);
	csv_count(row->clients, to);
	csv_number(row->has_target ? row->target : NAN, 3, to);
	csv_count(sent, to);
	csv_count(row->ok, to);
	csv_count(row->failed, to);
	csv_number(sent ? 100 * (double)row->failed / (double)sent : NAN, 3,
	    to);
	csv_count(row->skipped, to);
	csv_count(row->in_flight, to);
	csv_number(row->ok_per_second, 3, to);
	csv_latencies(&row->service, to);
	csv_latencies(&row->response, to);
	fputc('\n', to);
}

static void fill(struct rows *rows, const struct bin *bin)
{
	const struct slice *slices = &rows->series->slices[bin->first_slice];
	for (size_t first = 0, end; first < bin->slice_count; first = end) {
		size_t process = slices[first].process;
		for (end = first;
		     end < bin->slice_count && slices[end].process == process;
		     end++)
			;
		add_process(&rows->rows[rows->machine_of[process]],
		    &slices[first], end - first);
		add_process(&rows->rows[rows->count], &slices[first],
		    end - first);
	}
}

static void write_bin(struct rows *rows, FILE *to)
{
	for (size_t i = 0; i <= rows->count; i++) {
		/* All of them first. */
		size_t which = i == 0 ? rows->count : i - 1;
		struct row *row = &rows->rows[which];
		if (!row->is_there)
			continue;
		if (i == 0)
			fputs("all", to);
		else
			fprintf(to, "%" PRIu64, rows->machines[which]);
		write_row(rows->series, row, to);
		histogram_clear(&row->service);
		histogram_clear(&row->response);
		*row = (struct row){ 0 };
	}
}

void csv_intervals(const struct report *report, FILE *to)
{
	struct rows rows;
	rows_init(&rows, report->series);
	fputs("machine,from_unix_ms,to_unix_ms,phase,clients,target,requests,"
	      "successful,failed,failure_percent,not_sent,in_flight,"
	      "successful_per_second",
	    to);
	csv_latency_titles("service", to);
	csv_latency_titles("response", to);
	fputc('\n', to);
	for (size_t i = 0; i < report->series->bin_count; i++) {
		fill(&rows, &report->series->bins[i]);
		write_bin(&rows, to);
	}
	rows_release(&rows);
}
