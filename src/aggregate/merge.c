#include "aggregate/merge.h"

#include "lib/mem.h"
#include "lib/printable.h"

#include <stdlib.h>
#include <string.h>

#define DRIVER_BYTES_MAX 64

/* Whether a record is of the run; one that names none belongs to every run. */
static bool belongs(struct merge *merge, const char *run_id,
    const struct run_part *part)
{
	return !run_id || runs_add(&merge->runs, run_id, part);
}

static int compare(const struct process *a, const struct process *b)
{
	if (a->machine_id != b->machine_id)
		return a->machine_id < b->machine_id ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static struct process *process_of(struct merge *merge, uint64_t machine_id,
    uint64_t number)
{
	const struct process key = { .machine_id = machine_id,
		.number = number };
	size_t low = 0, high = merge->process_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(merge->processes[middle], &key);
		if (order == 0)
			return merge->processes[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	merge->processes = mem_resize(merge->processes,
	    merge->process_count + 1, sizeof *merge->processes);
	struct process **place = &merge->processes[low];
	memmove(place + 1, place,
	    (merge->process_count++ - low) * sizeof *place);
	*place = mem_new(1, sizeof **place);
	**place = key;
	return *place;
}

static void note_length(struct merge *merge, int64_t length_ms)
{
	if (length_ms > merge->longest_ms)
		merge->longest_ms = length_ms;
}

static void widen(struct merge *merge, int64_t from_ms, int64_t length_ms)
{
	int64_t to_ms = from_ms + length_ms;
	if (from_ms == 0) {
		if (length_ms > merge->undated_ms)
			merge->undated_ms = length_ms;
		return;
	}
	if (merge->start_unix_ms == 0 || from_ms < merge->start_unix_ms)
		merge->start_unix_ms = from_ms;
	if (to_ms > merge->end_unix_ms)
		merge->end_unix_ms = to_ms;
}

/* CloudP2P's report takes up to 100 synthetic samples of each client: a third
 * each its minimum, its average and its maximum (specification 6.7). */
static void add_estimate(struct merge *merge,
    const struct record_client *client)
{
	uint64_t samples = client->stats.ok < 100 ? client->stats.ok : 100;
	uint64_t third = samples / 3;
	merge->estimate_files++;
	histogram_record_n(&merge->estimate_us,
	    (int64_t)(client->estimate_min_ms * 1e3), third);
	histogram_record_n(&merge->estimate_us,
	    (int64_t)(client->estimate_avg_ms * 1e3), third);
	histogram_record_n(&merge->estimate_us,
	    (int64_t)(client->estimate_max_ms * 1e3), samples - 2 * third);
}

static void enter(struct account *account, const struct stats *stats)
{
	account->planned += stats->planned;
	account->sent += stats->sent;
	account->ok += stats->ok;
	account->failed += stats->failed;
	account->latencies += stats->service.count;
}

/* Of a process that has ended in order the client files count, whatever comes:
 * they need not be kept apart, where each process would take memory. */
static void settle(struct merge *merge, struct process *process)
{
	process->ended = true;
	stats_merge(&merge->total, &process->by_clients.stats);
	stats_clear(&process->by_clients.stats);
	stats_clear(&process->by_timeline.stats);
}

enum merge_result merge_client(struct merge *merge,
    const struct record_client *client, const char *path, struct err *err)
{
	const struct run_part part = { NULL, client->machine_id, 1,
		client->start_unix_ms,
		client->start_unix_ms +
		    (int64_t)(client->duration_seconds * 1e3) };
	if (!belongs(merge, client->run_id, &part))
		return MERGE_OTHER_RUN;
	bool has_name = client->machine_id || client->client_id;
	const char *before = has_name
	                         ? seen_add(&merge->seen, client->machine_id,
	                               client->client_id, path)
	                         : NULL;
	if (before) {
		err_set(err, "the same client of the same run is in %s too",
		    before);
		return MERGE_TWICE;
	}
	struct process *process =
	    process_of(merge, client->machine_id, client->process);
	process->client_files++;
	enter(&process->by_clients, &client->stats);
	stats_merge(process->ended ? &merge->total : &process->by_clients.stats,
	    &client->stats);
	merge->client_files++;
	if (client->estimate)
		add_estimate(merge, client);
	if (!merge->driver && client->driver)
		merge->driver = mem_text(client->driver);
	merge->open_loop = merge->open_loop || client->open_loop;
	widen(merge, client->start_unix_ms,
	    (int64_t)(client->duration_seconds * 1e3));
	note_length(merge, (int64_t)(client->duration_seconds * 1e3));
	return MERGE_TAKEN;
}

enum merge_result merge_interval(struct merge *merge,
    const struct record_interval *interval, const char *path, struct err *err)
{
	const struct run_part part = { NULL, interval->machine_id, 0,
		interval->from_unix_ms,
		interval->from_unix_ms + interval->length_ms };
	if (!belongs(merge, interval->run_id, &part))
		return MERGE_OTHER_RUN;
	struct process *process =
	    process_of(merge, interval->machine_id, interval->process);
	if (process->timeline && strcmp(process->timeline, path) != 0) {
		err_set(err, "the same process of the same run is in %s too",
		    process->timeline);
		return MERGE_TWICE;
	}
	if (!process->timeline)
		process->timeline = mem_text(path);
	if (interval->clients > process->clients)
		process->clients = interval->clients;
	process->in_flight = interval->in_flight;
	process->intervals++;
	process->length_ms += interval->length_ms;
	note_length(merge, process->length_ms);
	generator_add(&process->generator, interval);
	phases_add(&merge->phases, &process->phases, interval);
	merge->open_loop = merge->open_loop || interval->open_loop;
	if (!merge->stopped && interval->stopped)
		merge->stopped = mem_text(interval->stopped);
	enter(&process->by_timeline, &interval->stats);
	if (interval->last && !process->ended)
		settle(merge, process);
	if (!process->ended)
		stats_merge(&process->by_timeline.stats, &interval->stats);
	widen(merge, interval->from_unix_ms, interval->length_ms);
	return MERGE_TAKEN;
}

void merge_description(struct merge *merge, const char *run_id,
    const struct description *description)
{
	const struct run_part part = { .machine_id = description->machine_id };
	if (!belongs(merge, run_id, &part))
		return;
	/* Where all clients were killed no other file tells of it. */
	if (!merge->driver && description->driver) {
		merge->driver = mem_text_n(description->driver,
		    strnlen(description->driver, DRIVER_BYTES_MAX));
		printable(merge->driver);
	}
	if (description->clients == 0)
		return;
	merge->descriptions = mem_resize(merge->descriptions,
	    merge->description_count + 1, sizeof *merge->descriptions);
	merge->descriptions[merge->description_count] = *description;
	merge->descriptions[merge->description_count++].driver = NULL;
}

void merge_release(struct merge *merge)
{
	for (size_t i = 0; i < merge->process_count; i++) {
		struct process *process = merge->processes[i];
		generator_clear(&process->generator);
		stats_clear(&process->by_timeline.stats);
		stats_clear(&process->by_clients.stats);
		free(process->timeline);
		free(process->phases.items);
		free(process);
	}
	seen_clear(&merge->seen);
	free(merge->processes);
	free(merge->descriptions);
	free(merge->machines);
	free(merge->driver);
	free(merge->stopped);
	phases_release(&merge->phases);
	histogram_clear(&merge->lag);
	runs_clear(&merge->runs);
	histogram_clear(&merge->estimate_us);
	stats_clear(&merge->total);
	*merge = (struct merge){ 0 };
}
