#include "aggregate/series.h"

#include "aggregate/series_names.h"
#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BINS_MAX 1000000 /* a day in tenths of a second */

/* ---- taking in ---- */

static size_t process_of(struct series *series, uint64_t machine_id,
    uint64_t number)
{
	/* Intervals of one process mostly follow one another. */
	for (size_t i = series->process_count; i-- > 0;)
		if (series->processes[i].machine_id == machine_id &&
		    series->processes[i].number == number)
			return i;
	series->processes = mem_resize(series->processes,
	    series->process_count + 1, sizeof *series->processes);
	series->processes[series->process_count] =
	    (struct series_process){ .machine_id = machine_id,
		    .number = number };
	return series->process_count++;
}

static void note_clock(struct series *series, uint64_t machine_id,
    const struct machine_clock *clock)
{
	if (!clock->known && !series->clock_unknown) {
		series->clock_unknown = true;
		series->clock_unknown_machine = machine_id;
	}
	if (clock->known && clock->error_ms > series->clock_error_ms)
		series->clock_error_ms = clock->error_ms;
}

void series_add(struct series *series, const struct record_interval *interval,
    const struct machine_clock *clock)
{
	const struct stats *stats = &interval->stats;
	int64_t length_ms = record_interval_load_ms(interval);
	if (length_ms == 0)
		return;
	note_clock(series, interval->machine_id, clock);
	if (series->slice_count == series->slice_capacity) {
		series->slice_capacity = series->slice_capacity * 2 + 64;
		series->slices = mem_resize(series->slices,
		    series->slice_capacity, sizeof *series->slices);
	}
	struct slice *slice = &series->slices[series->slice_count++];
	int64_t from_ms = interval->from_unix_ms - llround(clock->offset_ms);
	*slice = (struct slice){
		.from_ms = from_ms,
		.to_ms = from_ms + length_ms,
		.process =
		    process_of(series, interval->machine_id, interval->process),
		.ok = stats->ok,
		.failed = stats->failed,
		.clients = interval->clients,
		.skipped = stats->skipped,
		.in_flight = interval->in_flight,
		.holds = interval->connections.held,
		.open = interval->connections.open,
		.joined = interval->connections.joined,
		.dropped = interval->connections.dropped,
		.restored = interval->connections.restored,
		.has_target = interval->has_target,
		.target = interval->target,
	};
	counts_merge(&slice->reasons, &stats->reasons);
	slice->latencies = packed_latencies(&stats->service);
	if (stats->response_apart) {
		slice->responses = packed_latencies(&stats->response);
		series->response_apart = true;
	}
	series_note_servers(series, slice, &stats->servers);
	series_note_phase(series, slice,
	    interval->phase ? interval->phase : "");
	series->failed += stats->failed;
}

/* ---- bins ---- */

static int by_process(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	return a->from_ms < b->from_ms ? -1 : a->from_ms > b->from_ms;
}

static int by_bin(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	if (a->bin != b->bin)
		return a->bin < b->bin ? -1 : 1;
	return by_process(left, right);
}

static int by_value(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

/* The interval that a process keeps: late ends do not add up, so the whole
 * time divided by how many of the median fit into it. */
static int64_t usual_interval(const struct slice *slices, size_t count)
{
	int64_t *lengths = mem_new(count, sizeof *lengths);
	for (size_t i = 0; i < count; i++)
		lengths[i] = slices[i].to_ms - slices[i].from_ms;
	qsort(lengths, count, sizeof *lengths, by_value);
	int64_t median = lengths[count / 2];
	free(lengths);
	int64_t whole = slices[count - 1].from_ms - slices[0].from_ms;
	int64_t steps = (whole + median / 2) / median;
	int64_t mean = steps ? (whole + steps / 2) / steps : median;
	return mean > 0 ? mean : 1;
}

static int64_t divide_down(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Which bins one process' slices are in, counted from `origin_ms`. */
static void place(struct slice *slices, size_t count, int64_t origin_ms,
    int64_t bin_ms)
{
	int64_t first_ms = slices[0].from_ms;
	int64_t phase = divide_down(first_ms - origin_ms + bin_ms / 2, bin_ms);
	for (size_t i = 0; i < count; i++) {
		struct slice *slice = &slices[i];
		int64_t length_ms = slice->to_ms - slice->from_ms;
		int64_t lead_ms =
		    length_ms < bin_ms ? length_ms / 2 : bin_ms / 2;
		int64_t bins = (length_ms + bin_ms / 2) / bin_ms;
		slice->bins = bins > 1 ? (size_t)bins : 1;
		slice->bin =
		    (size_t)(phase +
		             (slice->from_ms - first_ms + lead_ms) / bin_ms) +
		    slice->bins - 1;
	}
}

static void fill_bins(struct series *series)
{
	for (size_t i = 0; i < series->slice_count; i++) {
		const struct slice *slice = &series->slices[i];
		for (size_t k = 0; k < slice->bins; k++) {
			struct bin *bin = &series->bins[slice->bin - k];
			bin->ok += (double)slice->ok / (double)slice->bins;
			bin->failed +=
			    (double)slice->failed / (double)slice->bins;
			if (slice->from_ms < bin->from_ms)
				bin->from_ms = slice->from_ms;
			if (slice->to_ms > bin->to_ms)
				bin->to_ms = slice->to_ms;
		}
		struct bin *bin = &series->bins[slice->bin];
		if (bin->slice_count++ == 0)
			bin->first_slice = i;
	}
}

/* Marks the bins that a process passed over, and carries its clients: those at
 * the end of the last interval in each bin. Slices are by process. */
static void mark(struct series *series, const struct slice *slices,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct slice *slice = &slices[i];
		const struct slice *next = i + 1 < count ? slice + 1 : NULL;
		for (size_t k = slice->bin + 1;
		     next && k + next->bins <= next->bin; k++)
			series->bins[k].hole = true;
		for (size_t k = 0; k < slice->bins; k++)
			if (k > 0 || !next || next->bin > slice->bin)
				series->bins[slice->bin - k].clients +=
				    (double)slice->clients;
	}
}

/* Slices are by process: the end of those that begin at `first`. */
static size_t end_of_process(const struct series *series, size_t first)
{
	size_t end = first;
	while (end < series->slice_count &&
	       series->slices[end].process == series->slices[first].process)
		end++;
	return end;
}

/* The length of bins and where the first begins. */
static int64_t measure(struct series *series)
{
	int64_t origin_ms = INT64_MAX;
	for (size_t first = 0, end; first < series->slice_count; first = end) {
		end = end_of_process(series, first);
		const struct slice *slices = &series->slices[first];
		struct series_process *process =
		    &series->processes[slices->process];
		process->first_ms = slices->from_ms;
		process->last_ms = slices[end - first - 1].to_ms;
		process->interval_ms = usual_interval(slices, end - first);
		if (process->interval_ms > series->bin_ms)
			series->bin_ms = process->interval_ms;
		if (process->first_ms < origin_ms)
			origin_ms = process->first_ms;
	}
	return origin_ms;
}

int series_finish(struct series *series, struct err *err)
{
	if (series->slice_count == 0)
		return 0;
	qsort(series->slices, series->slice_count, sizeof *series->slices,
	    by_process);
	int64_t origin_ms = measure(series), bin_ms = series->bin_ms;
	int64_t end_ms = origin_ms;
	for (size_t i = 0; i < series->slice_count; i++)
		if (series->slices[i].to_ms > end_ms)
			end_ms = series->slices[i].to_ms;
	if ((end_ms - origin_ms) / bin_ms >= BINS_MAX)
		return err_set(err, "the timelines lie %.0f hours apart",
		    (double)(end_ms - origin_ms) / 3.6e6);
	for (size_t first = 0, end; first < series->slice_count; first = end) {
		end = end_of_process(series, first);
		place(&series->slices[first], end - first, origin_ms, bin_ms);
	}

	for (size_t i = 0; i < series->slice_count; i++) {
		const struct slice *slice = &series->slices[i];
		if (slice->bin >= series->bin_count)
			series->bin_count = slice->bin + 1;
	}
	series->origin_ms = origin_ms;
	series->bins = mem_new(series->bin_count, sizeof *series->bins);
	for (size_t k = 0; k < series->bin_count; k++) {
		series->bins[k].from_ms = origin_ms + (int64_t)k * bin_ms;
		series->bins[k].to_ms = series->bins[k].from_ms + bin_ms;
	}
	for (size_t first = 0, end; first < series->slice_count; first = end) {
		end = end_of_process(series, first);
		mark(series, &series->slices[first], end - first);
	}
	qsort(series->slices, series->slice_count, sizeof *series->slices,
	    by_bin);
	fill_bins(series);
	return 0;
}

/* ---- asking ---- */

/* A walk through the latencies of the bins [bin, end). */
struct walk {
	const struct series *series;
	size_t bin, end, slice;
	bool responses;
	struct packed_walk at; /* in the slice */
};

static const struct packed *packed_of(const struct walk *walk,
    const struct slice *slice)
{
	return walk->responses && slice->responses.length ? &slice->responses
	                                                  : &slice->latencies;
}

/* The next value and how many there are of it, into walk->at; false at the
 * end. */
static bool walk_next(struct walk *walk)
{
	for (; walk->bin < walk->end; walk->bin++, walk->slice = 0) {
		const struct bin *bin = &walk->series->bins[walk->bin];
		for (; walk->slice < bin->slice_count; walk->slice++) {
			const struct slice *slice =
			    &walk->series
			         ->slices[bin->first_slice + walk->slice];
			if (packed_next_latency(packed_of(walk, slice),
			        &walk->at))
				return true;
			walk->at = (struct packed_walk){ 0 };
		}
	}
	return false;
}

void series_latencies(const struct series *series, size_t from, size_t to,
    struct histogram *h)
{
	struct walk walk = { .series = series, .bin = from, .end = to };
	while (walk_next(&walk))
		histogram_record_n(h, walk.at.value_us, walk.at.second);
}

void series_responses(const struct series *series, size_t from, size_t to,
    struct histogram *h)
{
	struct walk walk = { .series = series,
		.bin = from,
		.end = to,
		.responses = true };
	while (walk_next(&walk))
		histogram_record_n(h, walk.at.value_us, walk.at.second);
}

void series_slice_latencies(const struct slice *slice, struct histogram *h)
{
	struct packed_walk walk = { 0 };
	while (packed_next_latency(&slice->latencies, &walk))
		histogram_record_n(h, walk.value_us, walk.second);
}

void series_slice_responses(const struct slice *slice, struct histogram *h)
{
	struct packed_walk walk = { 0 };
	const struct packed *responses =
	    slice->responses.length ? &slice->responses : &slice->latencies;
	while (packed_next_latency(responses, &walk))
		histogram_record_n(h, walk.value_us, walk.second);
}

uint64_t series_slower(const struct series *series, size_t from, size_t to,
    int64_t limit_us)
{
	struct walk walk = { .series = series, .bin = from, .end = to };
	uint64_t slower = 0;
	while (walk_next(&walk))
		slower += walk.at.value_us > limit_us ? walk.at.second : 0;
	return slower;
}

size_t series_bin_at(const struct series *series, double moment_ms)
{
	size_t low = 0, high = series->bin_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if ((double)series->bins[middle].to_ms > moment_ms)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void series_release(struct series *series)
{
	for (size_t i = 0; i < series->slice_count; i++) {
		packed_release(&series->slices[i].latencies);
		packed_release(&series->slices[i].responses);
		packed_release(&series->slices[i].servers);
		counts_clear(&series->slices[i].reasons);
	}
	series_forget_names(series);
	free(series->slices);
	free(series->processes);
	free(series->bins);
	*series = (struct series){ 0 };
}
