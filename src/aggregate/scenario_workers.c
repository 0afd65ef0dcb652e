#include "aggregate/scenario_json.h"

#include "lib/generator.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* {"rss": {..}, "hostUsed": {..}}, of what host_probe saw there. */
static json_t *memory_json(const struct scenario *scenario, uint64_t machine_id)
{
	static const struct {
		const char *figure, *name;
	} figures[] = {
		{ "proc.rss_bytes", "rss" },
		{ "memory.used_bytes", "hostUsed" },
	};
	const struct sample_source *host = scenario_host(scenario, machine_id);
	json_t *object = json_object();
	for (size_t i = 0; host && i < host->series_count; i++)
		for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
			const struct sample_series *series = &host->series[i];
			if (strcmp(series->name, figures[k].figure) != 0)
				continue;
			put(object, figures[k].name,
			    json_pack("{s:o, s:o}", "mean",
			        whole_json(series->sum / (double)series->count),
			        "max", whole_json(series->most)));
		}
	return object;
}

static json_t *operations_json(const struct scenario *scenario,
    const struct scenario_worker *worker)
{
	double seconds = report_duration_seconds(scenario->report);
	json_t *object = json_object();
	put(object, "completed", count_json(worker->ok));
	put(object, "failed", count_json(worker->failed));
	put(object, "operationsPerSecond",
	    decimals_json(seconds > 0 ? (double)worker->ok / seconds : 0, 2));
	return object;
}

static json_t *worker_json(const struct scenario *scenario, size_t i)
{
	const struct scenario_worker *worker = &scenario->workers[i];
	const struct machine *machine = &scenario->report->merge->machines[i];
	char *id = mem_format("machine_%ju", (uintmax_t)worker->machine_id);
	json_t *errors = json_object(), *generator = json_object();
	put(errors, "count", count_json(worker->failed));
	put(errors, "types", scenario_counts(&worker->reasons));
	put(generator, "verdict",
	    json_string(generator_word(machine->generator.verdict)));
	put(generator, "reason", json_string(machine->generator.why));
	json_t *object = json_object();
	put(object, "workerId", json_string(id));
	put(object, "clients", count_json(machine->clients));
	put(object, "connections", whole_json(worker->connections));
	put(object, "operations", operations_json(scenario, worker));
	put(object, "latency", scenario_percentiles(&worker->latencies));
	put(object, "errors", errors);
	put(object, "memory", memory_json(scenario, worker->machine_id));
	put(object, "generator", generator);
	free(id);
	return object;
}

void scenario_workers(const struct scenario *scenario, FILE *to)
{
	json_t *root =
	    scenario_object(scenario, "ringstorm-scenario-workers/1");
	json_t *array = json_array();
	for (size_t i = 0; i < scenario->worker_count; i++)
		json_array_append_new(array, worker_json(scenario, i));
	put(root, "workers", array);
	scenario_dump(root, to);
}
