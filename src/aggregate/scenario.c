#include "aggregate/scenario.h"

#include "lib/mem.h"
#include "lib/outfile.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*write)(const struct scenario *scenario, FILE *to);
} files[] = {
	{ "summary.json", scenario_summary },
	{ "metrics.csv", scenario_csv },
	{ "relay-metrics.json", scenario_relay },
	{ "worker-metrics.json", scenario_workers },
	{ "latency-distribution.json", scenario_latencies },
	{ "report.html", scenario_html },
};

/* ---- names ---- */

static void name_it(struct scenario *scenario, const char *folder)
{
	size_t length = strlen(folder);
	while (length > 1 && folder[length - 1] == '/')
		length--;
	size_t from = length;
	while (from > 0 && folder[from - 1] != '/')
		from--;
	scenario->test =
	    mem_format("%.*s", (int)(length - from), folder + from);
	scenario->name = mem_text(scenario->test);
	char *last = strrchr(scenario->name, '-');
	if (last && last != scenario->name)
		*last = '\0';
}

/* ---- workers ---- */

static struct scenario_worker *worker_of(struct scenario *scenario,
    uint64_t machine_id)
{
	for (size_t i = 0; i < scenario->worker_count; i++)
		if (scenario->workers[i].machine_id == machine_id)
			return &scenario->workers[i];
	return NULL;
}

static void find_workers(struct scenario *scenario)
{
	const struct merge *merge = scenario->report->merge;
	const struct series *series = scenario->series;
	scenario->worker_count = merge->machine_count;
	scenario->workers =
	    mem_new(merge->machine_count, sizeof *scenario->workers);
	for (size_t i = 0; i < merge->machine_count; i++)
		scenario->workers[i].machine_id = merge->machines[i].id;
	for (size_t i = 0; i < series->slice_count; i++) {
		const struct slice *slice = &series->slices[i];
		struct scenario_worker *worker = worker_of(scenario,
		    series->processes[slice->process].machine_id);
		if (!worker)
			continue;
		worker->ok += slice->ok;
		worker->failed += slice->failed;
		counts_merge(&worker->reasons, &slice->reasons);
		series_slice_latencies(slice, &worker->latencies);
	}
}

/* ---- moments ---- */

/* What a process holds. Where its timeline does not tell: in a closed loop
 * clients begin when the load first has room for them, and rest with their
 * connection open when it has no more. */
struct held {
	double most_wanted, connections;
	bool tells;
	double joined;
};

static void hold(struct held *held, const struct slice *slice, bool open_loop)
{
	held->tells = slice->holds;
	held->joined = (double)slice->joined;
	if (slice->target > held->most_wanted)
		held->most_wanted = slice->target;
	held->connections = (double)slice->clients;
	if (slice->has_target && !open_loop &&
	    held->most_wanted < held->connections)
		held->connections = held->most_wanted;
	if (slice->holds)
		held->connections = (double)slice->open;
}

/* Adds those of a machine to the moment; returns how many. */
static double add_held(const struct scenario *scenario, const struct held *held,
    uint64_t machine_id, const struct bin *bin, struct scenario_moment *moment)
{
	const struct series *series = scenario->series;
	double sum = 0, right = 1;
	if (moment->operations > 0)
		right -= moment->errors / moment->operations;
	for (size_t i = 0; i < series->process_count; i++) {
		const struct series_process *process = &series->processes[i];
		if (process->machine_id == machine_id &&
		    process->last_ms >= bin->from_ms) {
			sum += held[i].connections;
			moment->healthy += held[i].tells
			                       ? held[i].joined
			                       : held[i].connections * right;
		}
	}
	moment->connections += sum;
	return sum;
}

static void find_moments(struct scenario *scenario)
{
	const struct series *series = scenario->series;
	struct held *held = mem_new(series->process_count, sizeof *held);
	scenario->moment_count = series->bin_count;
	scenario->moments =
	    mem_new(series->bin_count, sizeof *scenario->moments);
	for (size_t k = 0; k < series->bin_count; k++) {
		const struct bin *bin = &series->bins[k];
		struct scenario_moment *moment = &scenario->moments[k];
		for (size_t i = 0; i < bin->slice_count; i++) {
			const struct slice *slice =
			    &series->slices[bin->first_slice + i];
			hold(&held[slice->process], slice,
			    scenario->report->merge->open_loop);
		}
		*moment = (struct scenario_moment){ .from_ms = bin->from_ms,
			.to_ms = bin->to_ms,
			.operations = bin->ok + bin->failed,
			.errors = bin->failed };
		for (size_t i = 0; i < scenario->worker_count; i++) {
			struct scenario_worker *worker = &scenario->workers[i];
			double connections = add_held(scenario, held,
			    worker->machine_id, bin, moment);
			if (connections > worker->connections)
				worker->connections = connections;
		}
	}
	free(held);
}

/* ---- samples ---- */

static const struct sample_series *series_of(const struct sample_source *source,
    const char *name)
{
	for (size_t i = 0; i < source->series_count; i++)
		if (strcmp(source->series[i].name, name) == 0 &&
		    source->series[i].point_count)
			return &source->series[i];
	return NULL;
}

/* A process' own memory before what a service says of its machine's. */
const struct sample_series *scenario_relay_memory(
    const struct scenario *scenario)
{
	static const char *const names[] = { "proc.rss_bytes", "memory.rss" };
	const struct samples *samples = scenario->report->samples;
	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (size_t i = 0; i < samples->count; i++) {
			const struct sample_series *memory =
			    series_of(&samples->items[i], names[n]);
			if (memory &&
			    strcmp(samples->items[i].source, "relay") == 0)
				return memory;
		}
	return NULL;
}

const struct sample_source *scenario_host(const struct scenario *scenario,
    uint64_t machine_id)
{
	const struct samples *samples = scenario->report->samples;
	const struct sample_source *found = NULL;
	char *name = mem_format("machine_%ju", (uintmax_t)machine_id);
	for (size_t i = 0; !found && i < samples->count; i++)
		if (strcmp(samples->items[i].source, "host") == 0 &&
		    strcmp(samples->items[i].name, name) == 0)
			found = &samples->items[i];
	free(name);
	return found;
}

const struct sample_series *scenario_worker_memory(
    const struct scenario *scenario, uint64_t machine_id)
{
	const struct sample_source *host = scenario_host(scenario, machine_id);
	return host ? series_of(host, "proc.rss_bytes") : NULL;
}

/* ---- files ---- */

static int write_file(const struct scenario *scenario, const char *folder,
    size_t which, struct err *err)
{
	struct outfile file;
	char *path = mem_format("%s/%s", folder, files[which].name);
	int result = outfile_open(&file, path, err);
	if (result == 0) {
		files[which].write(scenario, file.stream);
		result = outfile_commit(&file, err);
	}
	free(path);
	return result;
}

static void release(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->worker_count; i++) {
		histogram_clear(&scenario->workers[i].latencies);
		counts_clear(&scenario->workers[i].reasons);
	}
	free(scenario->workers);
	free(scenario->moments);
	free(scenario->test);
	free(scenario->name);
}

int scenario_write(const struct report *report, const struct series *series,
    const char *folder, struct err *err)
{
	struct scenario scenario = { .report = report, .series = series };
	int result = outfile_folder(folder, err);
	if (result < 0)
		return result;
	name_it(&scenario, folder);
	find_workers(&scenario);
	find_moments(&scenario);
	for (size_t i = 0; result == 0 && i < sizeof files / sizeof *files; i++)
		result = write_file(&scenario, folder, i, err);
	release(&scenario);
	return result;
}
