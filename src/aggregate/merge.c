#include "aggregate/merge.h"

#include "lib/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Clients in an open hash table: a machine and a client number, and where. */
struct client_place {
	char *path; /* NULL: empty place */
	uint64_t machine_id, client_id;
};

/* How many clients a machine was to have. */
struct description {
	uint64_t machine_id, clients;
};

static size_t place_of(const struct merge *merge, uint64_t machine_id,
    uint64_t client_id)
{
	uint64_t hash =
	    (machine_id << 40 ^ client_id) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 20) & (merge->seen_capacity - 1);
	while (
	    merge->seen[i].path && (merge->seen[i].machine_id != machine_id ||
	                               merge->seen[i].client_id != client_id))
		i = (i + 1) & (merge->seen_capacity - 1);
	return i;
}

static void grow_seen(struct merge *merge)
{
	struct client_place *old = merge->seen;
	size_t old_capacity = merge->seen_capacity;
	merge->seen_capacity = old_capacity ? old_capacity * 2 : 64;
	merge->seen = mem_new(merge->seen_capacity, sizeof *merge->seen);
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].path)
			merge->seen[place_of(merge, old[i].machine_id,
			    old[i].client_id)] = old[i];
	free(old);
}

/* Whether a client is new. If not, `err` says where it was read before. */
static bool is_new(struct merge *merge, uint64_t machine_id, uint64_t client_id,
    const char *path, struct err *err)
{
	if (merge->seen_count * 2 >= merge->seen_capacity)
		grow_seen(merge);
	struct client_place *place =
	    &merge->seen[place_of(merge, machine_id, client_id)];
	if (place->path) {
		err_set(err, "the same client of the same run is in %s too",
		    place->path);
		return false;
	}
	*place = (struct client_place){ mem_text(path), machine_id, client_id };
	merge->seen_count++;
	return true;
}

bool merge_run_matches(const struct merge *merge, const char *run_id)
{
	if (!merge->wanted_run)
		return true;
	const char *dash = strrchr(run_id, '-');
	return strcmp(run_id, merge->wanted_run) == 0 ||
	       (dash && strcmp(dash + 1, merge->wanted_run) == 0);
}

/* Whether a record is of the run; one that names none belongs to every run.
 * Of a machine's second run nothing is merged: it is only counted. */
static bool belongs(struct merge *merge, const char *run_id,
    const struct run_part *part)
{
	return !run_id || (merge_run_matches(merge, run_id) &&
	                      runs_add(&merge->runs, run_id, part));
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

static void move(struct histogram *into, struct histogram *from)
{
	histogram_merge(into, from);
	histogram_clear(from);
}

/* Of a process that ended in order the client files count, whatever comes:
 * their latencies need not be kept apart, where each process would take memory.
 */
static void settle(struct merge *merge, struct process *process)
{
	move(&merge->total.service, &process->by_clients.service);
	move(&merge->total.response, &process->by_clients.response);
	move(&merge->total.failed_service, &process->by_clients.failed_service);
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
	if (has_name &&
	    !is_new(merge, client->machine_id, client->client_id, path, err))
		return MERGE_TWICE;
	struct process *process =
	    process_of(merge, client->machine_id, client->process);
	process->client_files++;
	stats_merge(&process->by_clients, &client->stats);
	process->client_latencies += client->stats.service.count;
	if (process->ended)
		settle(merge, process);
	merge->client_files++;
	if (client->estimate)
		add_estimate(merge, client);
	if (!merge->driver && client->driver)
		merge->driver = mem_text(client->driver);
	widen(merge, client->start_unix_ms,
	    (int64_t)(client->duration_seconds * 1e3));
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
	process->has_timeline = true;
	process->ended = process->ended || interval->last;
	if (interval->clients > process->clients)
		process->clients = interval->clients;
	process->in_flight = interval->in_flight;
	process->intervals++;
	process->busy_intervals += interval->cpu_percent >= RECORD_BUSY_PERCENT;
	process->cpu_percent_sum += interval->cpu_percent;
	histogram_record(&process->lag_us, interval->lag_p99_us);
	stats_merge(&process->by_timeline, &interval->stats);
	process->timeline_latencies += interval->stats.service.count;
	if (process->ended) {
		settle(merge, process);
		/* Of this account only the sums are needed. */
		histogram_clear(&process->by_timeline.service);
		histogram_clear(&process->by_timeline.response);
		histogram_clear(&process->by_timeline.failed_service);
	}
	widen(merge, interval->from_unix_ms, interval->length_ms);
	return MERGE_TAKEN;
}

void merge_description(struct merge *merge, const char *run_id,
    uint64_t machine_id, uint64_t clients)
{
	const struct run_part part = { .machine_id = machine_id };
	if (!belongs(merge, run_id, &part))
		return;
	merge->descriptions = mem_resize(merge->descriptions,
	    merge->description_count + 1, sizeof *merge->descriptions);
	merge->descriptions[merge->description_count++] =
	    (struct description){ machine_id, clients };
}

static bool killed(const struct process *process)
{
	return process->has_timeline && !process->ended;
}

/* A process that ended in order and whose client files are all there has told
 * the same story twice. */
static bool disagrees(const struct process *process)
{
	return process->ended && process->client_files >= process->clients &&
	       (process->by_timeline.ok != process->by_clients.ok ||
	           process->by_timeline.failed != process->by_clients.failed);
}

static void add_to_machine(struct machine *machine,
    const struct process *process, uint64_t requests)
{
	machine->processes++;
	machine->requests += requests;
	machine->killed_processes += killed(process);
	machine->disagreeing += disagrees(process);
	if (killed(process)) {
		machine->clients += process->clients;
	} else {
		machine->clients += process->client_files;
		if (process->clients > process->client_files)
			machine->missing_clients +=
			    process->clients - process->client_files;
	}
	if (!process->intervals)
		return;
	double intervals = (double)process->intervals;
	double cpu_percent = process->cpu_percent_sum / intervals;
	double busy = (double)process->busy_intervals / intervals;
	int64_t lag_us = histogram_percentile(&process->lag_us, 90);
	machine->has_timeline = true;
	if (cpu_percent > machine->cpu_percent)
		machine->cpu_percent = cpu_percent;
	if (busy > machine->busy_share)
		machine->busy_share = busy;
	if (lag_us > machine->lag_p99_us)
		machine->lag_p99_us = lag_us;
}

static struct machine *machine_of(struct merge *merge, uint64_t id)
{
	for (size_t i = merge->machine_count; i > 0; i--)
		if (merge->machines[i - 1].id == id)
			return &merge->machines[i - 1];
	merge->machines = mem_resize(merge->machines, merge->machine_count + 1,
	    sizeof *merge->machines);
	merge->machines[merge->machine_count] = (struct machine){ .id = id };
	return &merge->machines[merge->machine_count++];
}

/* What the buckets hold, counted one by one: the proof of the merge. */
static uint64_t counted(const struct histogram *h)
{
	uint64_t n, total = 0;
	int64_t value_us;
	size_t cursor = 0;
	while (histogram_next(h, &cursor, &value_us, &n))
		total += n;
	return total;
}

/* Clients whose process died before its first interval are known only from
 * what the machine was to run. */
static void miss_clients(struct merge *merge)
{
	for (size_t i = 0; i < merge->description_count; i++) {
		const struct description *said = &merge->descriptions[i];
		struct machine *machine = machine_of(merge, said->machine_id);
		uint64_t known = machine->clients + machine->missing_clients;
		if (said->clients > known)
			machine->missing_clients += said->clients - known;
	}
}

void merge_finish(struct merge *merge)
{
	for (size_t i = 0; i < merge->process_count; i++) {
		const struct process *process = merge->processes[i];
		const struct stats *stats = killed(process)
		                                ? &process->by_timeline
		                                : &process->by_clients;
		stats_merge(&merge->total, stats);
		merge->counts_in += killed(process)
		                        ? process->timeline_latencies
		                        : process->client_latencies;
		if (killed(process))
			merge->in_flight += process->in_flight;
		add_to_machine(machine_of(merge, process->machine_id), process,
		    stats->sent);
	}
	merge->counts_out = counted(&merge->total.service);
	assert(merge->counts_in == merge->counts_out);
	assert(stats_check(&merge->total, NULL) == 0);
	miss_clients(merge);
}

void merge_release(struct merge *merge)
{
	for (size_t i = 0; i < merge->process_count; i++) {
		struct process *process = merge->processes[i];
		histogram_clear(&process->lag_us);
		stats_clear(&process->by_timeline);
		stats_clear(&process->by_clients);
		free(process->timeline);
		free(process);
	}
	for (size_t i = 0; i < merge->seen_capacity; i++)
		free(merge->seen[i].path);
	free(merge->seen);
	free(merge->processes);
	free(merge->descriptions);
	free(merge->machines);
	free(merge->driver);
	runs_clear(&merge->runs);
	histogram_clear(&merge->estimate_us);
	stats_clear(&merge->total);
	*merge = (struct merge){ 0 };
}
