#include "aggregate/scenario.h"

#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>

/* As the relay's own harness counts them. */
#define MEGABYTE (1024.0 * 1024)

/* Samples of memory, read on as the run goes. */
struct memory {
	const struct sample_series *series;
	size_t next;
};

/* Adds the last that was told before a moment; false where there is none. */
static bool add_memory(struct memory *memory, int64_t until_ms, double *bytes)
{
	const struct sample_series *series = memory->series;
	if (!series)
		return false;
	while (memory->next < series->point_count &&
	       series->points[memory->next].t_ms <= until_ms)
		memory->next++;
	if (memory->next == 0)
		return false;
	*bytes += series->points[memory->next - 1].value;
	return true;
}

static void write_memory(struct memory *memories, size_t count,
    int64_t until_ms, FILE *to)
{
	double bytes = 0;
	bool told = false;
	for (size_t i = 0; i < count; i++)
		told = add_memory(&memories[i], until_ms, &bytes) || told;
	if (told)
		fprintf(to, "%.2f", bytes / MEGABYTE);
}

static void write_moment(const struct scenario *scenario, size_t k,
    double operations, FILE *to)
{
	const struct scenario_moment *moment = &scenario->moments[k];
	double seconds = (double)(moment->to_ms - moment->from_ms) / 1e3;
	double failed =
	    moment->operations > 0 ? moment->errors / moment->operations : 0;
	struct histogram latencies = { 0 };
	series_latencies(scenario->series, k, k + 1, &latencies);
	fprintf(to, "%jd,%.0f,%.0f,%.0f,%.2f,%.2f,%.2f,%.2f,%.2f,",
	    (intmax_t)moment->from_ms, moment->connections,
	    round(moment->healthy), operations, moment->operations / seconds,
	    failed * 100, (double)histogram_percentile(&latencies, 50) / 1e3,
	    (double)histogram_percentile(&latencies, 95) / 1e3,
	    (double)histogram_percentile(&latencies, 99) / 1e3);
	histogram_clear(&latencies);
}

void scenario_csv(const struct scenario *scenario, FILE *to)
{
	struct memory relay = { scenario_relay_memory(scenario), 0 };
	struct memory *workers =
	    mem_new(scenario->worker_count, sizeof *workers);
	double operations = 0;
	for (size_t i = 0; i < scenario->worker_count; i++)
		workers[i].series = scenario_worker_memory(scenario,
		    scenario->workers[i].machine_id);
	fputs("Timestamp,Connections,Healthy Connections,Operations,Ops/sec,"
	      "Error Rate,P50 Latency,P95 Latency,P99 Latency,Relay RSS (MB),"
	      "Worker RSS (MB)\n",
	    to);
	for (size_t k = 0; k < scenario->moment_count; k++) {
		int64_t until_ms = scenario->moments[k].to_ms;
		operations += scenario->moments[k].operations;
		write_moment(scenario, k, operations, to);
		write_memory(&relay, 1, until_ms, to);
		fputc(',', to);
		write_memory(workers, scenario->worker_count, until_ms, to);
		fputc('\n', to);
	}
	free(workers);
}
