#include "aggregate/scenario_json.h"

#include "aggregate/samples.h"
#include "lib/generator.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* What host_probe saw on that machine; null where there was none. */
static json_t *memory_json(const struct scenario *scenario, const char *id)
{
	const struct samples *samples = scenario->report->samples;
	for (size_t i = 0; i < samples->count; i++) {
		const struct sample_source *source = &samples->items[i];
		if (strcmp(source->source, "host") != 0 ||
		    strcmp(source->name, id) != 0)
			continue;
		json_t *object = json_object();
		for (size_t k = 0; k < source->series_count; k++) {
			const struct sample_series *series = &source->series[k];
			if (strcmp(series->name, "memory.used_bytes") != 0)
				continue;
			put(object, "hostUsedMean",
			    whole_json(series->sum / (double)series->count));
			put(object, "hostUsedMost", whole_json(series->most));
		}
		return object;
	}
	return json_null();
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
	put(object, "memory", memory_json(scenario, id));
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
