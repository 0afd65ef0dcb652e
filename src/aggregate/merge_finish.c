/* merge_finish.c - what all records together say; see merge.h. */
#include "aggregate/merge.h"

#include "lib/mem.h"

#include <assert.h>
#include <stdlib.h>

static bool killed(const struct process *process)
{
	return process->timeline && !process->ended;
}

/* A process that ended in order and whose client files are all there has told
 * the same story twice. */
static bool disagrees(const struct process *process)
{
	return process->ended && process->client_files >= process->clients &&
	       (process->by_timeline.ok != process->by_clients.ok ||
	           process->by_timeline.failed != process->by_clients.failed);
}

static int64_t more(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static double greater(double a, double b)
{
	return a > b ? a : b;
}

/* Percentiles of several processes are not averaged: the worst stands. */
static void add_generator(struct machine *machine,
    const struct process *process)
{
	struct generator_judgement judgement =
	    generator_judge(&process->generator);
	struct generator_figures now = generator_figures(&process->generator);
	struct generator_figures *worst = &machine->figures;
	machine->has_timeline |= process->intervals > 0;
	if (machine->processes == 1 ||
	    judgement.verdict > machine->generator.verdict ||
	    (judgement.verdict == machine->generator.verdict &&
	        now.lag_p99_us > worst->lag_p99_us))
		machine->generator = judgement;
	worst->cpu_percent = greater(worst->cpu_percent, now.cpu_percent);
	worst->steal_percent = greater(worst->steal_percent, now.steal_percent);
	worst->lag_p50_us = more(worst->lag_p50_us, now.lag_p50_us);
	worst->lag_p99_us = more(worst->lag_p99_us, now.lag_p99_us);
	worst->lag_max_us = more(worst->lag_max_us, now.lag_max_us);
	worst->receive_delay_p99_us =
	    more(worst->receive_delay_p99_us, now.receive_delay_p99_us);
}

static void add_to_machine(struct machine *machine,
    const struct process *process, const struct account *account)
{
	machine->processes++;
	machine->requests += account->sent;
	machine->planned += account->planned;
	machine->killed_processes += killed(process);
	machine->disagreeing += disagrees(process);
	if (killed(process)) {
		machine->clients += process->clients;
		machine->in_flight += process->in_flight;
		machine->unaccounted += process->in_flight;
	} else {
		machine->clients += process->client_files;
		if (process->clients > process->client_files)
			machine->missing.total +=
			    process->clients - process->client_files;
	}
	add_generator(machine, process);
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

/* Which processes of a machine their timeline stands for; to be freed. */
static bool *killed_processes(const struct merge *merge,
    const struct description *said)
{
	bool *is_killed = mem_new(said->processes, sizeof *is_killed);
	for (size_t i = 0; i < merge->process_count; i++) {
		const struct process *process = merge->processes[i];
		if (process->machine_id == said->machine_id &&
		    process->number < said->processes)
			is_killed[process->number] = killed(process);
	}
	return is_killed;
}

/* What was to be there and is not can be named where it was said before. */
static void compare_with(struct merge *merge, const struct description *said)
{
	struct machine *machine = machine_of(merge, said->machine_id);
	bool *is_killed = killed_processes(merge, said);
	machine->missing = (struct ranges){ 0 };
	for (uint64_t id = 1; id <= said->clients; id++)
		if (!is_killed[(id - 1) % said->processes] &&
		    !seen_has(&merge->seen, said->machine_id, id))
			ranges_add(&machine->missing, id);
	free(is_killed);
	if (said->requests == 0)
		return;
	machine->unaccounted = said->requests > machine->planned
	                           ? said->requests - machine->planned
	                           : 0;
	if (machine->in_flight > machine->unaccounted)
		machine->in_flight = machine->unaccounted;
}

void merge_finish(struct merge *merge)
{
	for (size_t i = 0; i < merge->process_count; i++) {
		const struct process *process = merge->processes[i];
		const struct account *account = killed(process)
		                                    ? &process->by_timeline
		                                    : &process->by_clients;
		stats_merge(&merge->total, &account->stats);
		merge->counts_in += account->latencies;
		phases_join(&merge->phases, &process->phases);
		add_to_machine(machine_of(merge, process->machine_id), process,
		    account);
	}
	phases_finish(&merge->phases);
	for (size_t i = 0; i < merge->phases.count; i++)
		histogram_merge(&merge->lag, &merge->phases.items[i].lag);
	merge->counts_out = counted(&merge->total.service);
	assert(merge->counts_in == merge->counts_out);
	assert(stats_check(&merge->total, NULL) == 0);
	for (size_t i = 0; i < merge->description_count; i++)
		compare_with(merge, &merge->descriptions[i]);
	for (size_t i = 0; i < merge->machine_count; i++) {
		merge->unaccounted += merge->machines[i].unaccounted;
		merge->in_flight += merge->machines[i].in_flight;
	}
	merge->planned = merge->total.planned + merge->unaccounted;
}

bool machine_is_whole(const struct machine *machine)
{
	return machine->missing.total == 0 && machine->killed_processes == 0 &&
	       machine->disagreeing == 0;
}

bool merge_is_whole(const struct merge *merge)
{
	bool is_whole = merge->left_out == 0 && merge->client_files > 0;
	for (size_t i = 0; i < merge->machine_count; i++)
		is_whole = is_whole && machine_is_whole(&merge->machines[i]);
	return is_whole;
}
