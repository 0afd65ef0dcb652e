#include "compare/cells.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>

#define SECOND_MS 1000

/* Clients of a closed loop that are there at least, as a share of the most. */
#define CLIENTS_SHARE 0.95

/* ---- taking in ---- */

static size_t count_buckets(const struct histogram *h)
{
	size_t cursor = 0, count = 0;
	int64_t value_us;
	uint64_t n;
	while (histogram_next(h, &cursor, &value_us, &n))
		count++;
	return count;
}

static size_t take_buckets(struct bucket **buckets, const struct histogram *h)
{
	size_t count = count_buckets(h), cursor = 0, i = 0;
	int64_t value_us;
	uint64_t n;
	*buckets = mem_new(count + 1, sizeof **buckets);
	while (histogram_next(h, &cursor, &value_us, &n))
		(*buckets)[i++] = (struct bucket){
			.value_us = value_us > UINT32_MAX ? UINT32_MAX
			                                  : (uint32_t)value_us,
			.n = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n,
		};
	return count;
}

void cells_add(struct cells *cells, const struct record_interval *interval,
    double offset_ms)
{
	const struct stats *stats = &interval->stats;
	int64_t length_ms = record_interval_load_ms(interval);
	if (length_ms == 0)
		return;
	if (cells->slice_count == cells->slice_capacity) {
		cells->slice_capacity = cells->slice_capacity * 2 + 64;
		cells->slices = mem_resize(cells->slices, cells->slice_capacity,
		    sizeof *cells->slices);
	}
	struct slice *slice = &cells->slices[cells->slice_count++];
	*slice = (struct slice){
		.from_ms = interval->from_unix_ms - llround(offset_ms),
		.length_ms = length_ms,
		.machine_id = interval->machine_id,
		.process = interval->process,
		.ok = stats->ok,
		.failed = stats->failed,
		.clients = interval->clients,
		.open_loop = interval->open_loop,
	};
	cells->open_loop |= interval->open_loop;
	slice->bucket_count = take_buckets(&slice->buckets,
	    interval->open_loop ? stats_response(stats) : &stats->service);
}

/* ---- merging ---- */

static int64_t middle_of(const struct slice *slice)
{
	return slice->from_ms + slice->length_ms / 2;
}

static int by_process(const struct slice *a, const struct slice *b)
{
	if (a->machine_id != b->machine_id)
		return a->machine_id < b->machine_id ? -1 : 1;
	return (a->process > b->process) - (a->process < b->process);
}

static int by_time(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	int64_t x = middle_of(a), y = middle_of(b);
	return x != y ? (x > y) - (x < y) : by_process(a, b);
}

static int by_process_then_time(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	int order = by_process(a, b);
	return order ? order : by_time(a, b);
}

/* A whole number of seconds that nearly all intervals fit into, and such that
 * at most CELLS_MAX hold something: a clock that jumps leaves empty ones. */
static int64_t choose_cell_ms(const struct slice *slices, size_t count)
{
	int64_t longest = SECOND_MS, occupied = 0, last = -1;
	for (size_t i = 0; i < count; i++) {
		int64_t second =
		    (middle_of(&slices[i]) - slices[0].from_ms) / SECOND_MS;
		if (slices[i].length_ms > longest)
			longest = slices[i].length_ms;
		occupied += second != last;
		last = second;
	}
	/* An interval may last a little longer than it should. */
	int64_t seconds = (longest + SECOND_MS / 2) / SECOND_MS;
	int64_t least = (occupied - 1) * seconds / CELLS_MAX + 1;
	return (seconds > least ? seconds : least) * SECOND_MS;
}

/* The slices of a cell, [from, to), are of all processes. The cell lasts as
 * long as the process that was longest in it. */
static void sum_slices(struct cell *cell, struct slice *slices, size_t count)
{
	qsort(slices, count, sizeof *slices, by_process_then_time);
	int64_t longest_ms = 0;
	for (size_t i = 0; i < count;) {
		size_t first = i;
		int64_t length_ms = 0;
		for (; i < count && by_process(&slices[first], &slices[i]) == 0;
		     i++) {
			length_ms += slices[i].length_ms;
			cell->ok += slices[i].ok;
			cell->failed += slices[i].failed;
		}
		cell->clients += slices[i - 1].clients;
		longest_ms = length_ms > longest_ms ? length_ms : longest_ms;
	}
	cell->seconds = (double)longest_ms / SECOND_MS;
}

static void merge_buckets(struct cell *cell, struct slice *slices, size_t count)
{
	struct histogram all = { 0 };
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < slices[i].bucket_count; k++)
			histogram_record_n(&all, slices[i].buckets[k].value_us,
			    slices[i].buckets[k].n);
		free(slices[i].buckets);
		slices[i].buckets = NULL;
		slices[i].bucket_count = 0;
	}
	cell->bucket_count = take_buckets(&cell->buckets, &all);
	histogram_clear(&all);
}

void cells_finish(struct cells *cells)
{
	struct slice *slices = cells->slices;
	size_t count = cells->slice_count;
	if (count == 0)
		return;
	qsort(slices, count, sizeof *slices, by_time);
	int64_t origin_ms = slices[0].from_ms;
	cells->cell_ms = choose_cell_ms(slices, count);
	cells->items = mem_new(count, sizeof *cells->items);
	for (size_t i = 0; i < count;) {
		int64_t number =
		    (middle_of(&slices[i]) - origin_ms) / cells->cell_ms;
		size_t first = i;
		while (i < count &&
		       (middle_of(&slices[i]) - origin_ms) / cells->cell_ms ==
		           number)
			i++;
		struct cell *cell = &cells->items[cells->count++];
		*cell = (struct cell){ .steady = true,
			.at_ms = origin_ms + number * cells->cell_ms };
		sum_slices(cell, slices + first, i - first);
		merge_buckets(cell, slices + first, i - first);
	}
}

/* ---- the steady ones ---- */

static bool is_disturbed(const struct cell *cell,
    const struct disturbance *disturbances, size_t count)
{
	int64_t end_ms = cell->at_ms + llround(cell->seconds * SECOND_MS);
	for (size_t i = 0; i < count; i++)
		if (cell->at_ms <= disturbances[i].to_ms &&
		    end_ms >= disturbances[i].from_ms)
			return true;
	return false;
}

bool cell_is_remainder(const struct cells *cells, const struct cell *cell)
{
	return cell->seconds * 2 * SECOND_MS < (double)cells->cell_ms;
}

size_t cells_steady(struct cells *cells, const struct disturbance *disturbances,
    size_t count)
{
	uint64_t most = 0;
	size_t steady = 0;
	for (size_t i = 0; i < cells->count; i++)
		if (cells->items[i].clients > most)
			most = cells->items[i].clients;
	double least =
	    cells->open_loop ? 0 : floor(CLIENTS_SHARE * (double)most);
	/* An interval tells how many there were at its end. */
	bool were_there = cells->open_loop;
	for (size_t i = 0; i < cells->count; i++) {
		struct cell *cell = &cells->items[i];
		bool are_there = (double)cell->clients >= least;
		cell->steady = were_there && are_there &&
		               !cell_is_remainder(cells, cell) &&
		               !is_disturbed(cell, disturbances, count);
		were_there = are_there;
		steady += cell->steady;
	}
	return steady;
}

double cells_seconds(const struct cells *cells, bool steady)
{
	double seconds = 0;
	for (size_t i = 0; i < cells->count; i++)
		if (!steady || cells->items[i].steady)
			seconds += cells->items[i].seconds;
	return seconds;
}

void cells_latencies(const struct cells *cells, size_t from, size_t to,
    bool steady, struct histogram *into)
{
	for (size_t i = from; i < to; i++) {
		const struct cell *cell = &cells->items[i];
		for (size_t k = 0;
		     k < cell->bucket_count && (!steady || cell->steady); k++)
			histogram_record_n(into, cell->buckets[k].value_us,
			    cell->buckets[k].n);
	}
}

void cells_release(struct cells *cells)
{
	for (size_t i = 0; i < cells->slice_count; i++)
		free(cells->slices[i].buckets);
	for (size_t i = 0; i < cells->count; i++)
		free(cells->items[i].buckets);
	free(cells->slices);
	free(cells->items);
	*cells = (struct cells){ 0 };
}
