#include "aggregate/scenario.h"

#include "aggregate/samples.h"

#include <math.h>

/* As the relay's own harness counts them. */
#define MEGABYTE (1024.0 * 1024)

/* The last that was told before a moment. */
static void write_memory(const struct sample_series *memory, size_t *next,
    int64_t until_ms, FILE *to)
{
	while (memory && *next < memory->point_count &&
	       memory->points[*next].t_ms <= until_ms)
		++*next;
	if (memory && *next > 0)
		fprintf(to, "%.2f", memory->points[*next - 1].value / MEGABYTE);
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
	    round(moment->connections * (1 - failed)), operations,
	    moment->operations / seconds, failed * 100,
	    (double)histogram_percentile(&latencies, 50) / 1e3,
	    (double)histogram_percentile(&latencies, 95) / 1e3,
	    (double)histogram_percentile(&latencies, 99) / 1e3);
	histogram_clear(&latencies);
}

void scenario_csv(const struct scenario *scenario, FILE *to)
{
	const struct sample_series *memory = scenario_memory(scenario);
	double operations = 0;
	size_t next = 0;
	fputs("Timestamp,Connections,Healthy Connections,Operations,Ops/sec,"
	      "Error Rate,P50 Latency,P95 Latency,P99 Latency,Relay RSS (MB),"
	      "Worker RSS (MB)\n",
	    to);
	for (size_t k = 0; k < scenario->moment_count; k++) {
		operations += scenario->moments[k].operations;
		write_moment(scenario, k, operations, to);
		write_memory(memory, &next, scenario->moments[k].to_ms, to);
		fputs(",\n", to);
	}
}
