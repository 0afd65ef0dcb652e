/* scenario.h - the folder of a scenario's run, for --scenario-dir: the files
 * that the guide of Tonk's relay promises, made of the merged run.
 *
 *     summary.json               the run: phases, workers, errors, anomalies
 *     metrics.csv                a line for each interval
 *     relay-metrics.json         what the relay said of itself
 *     worker-metrics.json        each machine: load, latencies, errors
 *     latency-distribution.json  all latencies, bucket by bucket
 *     report.html                the report
 *
 * Their sums agree: the operations of the last line of metrics.csv, those of
 * the workers and of the summary are the same, and so are the errors by type,
 * by worker and by phase. */
#ifndef AGGREGATE_SCENARIO_H
#define AGGREGATE_SCENARIO_H

#include "aggregate/report.h"
#include "aggregate/samples.h"
#include "aggregate/series.h"

/* One bin of the run. */
struct scenario_moment {
	int64_t from_ms, to_ms;
	double operations; /* that ended in it; errors among them */
	double errors;
	double connections; /* at its end */
	double healthy;     /* of them */
};

struct scenario_worker {
	uint64_t machine_id;
	uint64_t ok, failed;
	double connections;         /* the most */
	struct histogram latencies; /* of the ok ones, us */
	struct counts reasons;
};

struct scenario {
	const struct report *report;
	const struct series *series;
	char *test; /* "baseline-20261121T150000Z": the folder's own name */
	char *name; /* "baseline": that without its last part */
	struct scenario_moment *moments;
	size_t moment_count;
	struct scenario_worker *workers; /* by machine */
	size_t worker_count;
};

/* Writes all of them into the folder, which is made where it is not there.
 * Returns 0, or -1 with `err`. */
int scenario_write(const struct report *report, const struct series *series,
    const char *folder, struct err *err);

/* What was sampled of the first relay's memory, and of that of a machine's
 * clients, by time; NULL where nobody looked. */
const struct sample_series *scenario_relay_memory(
    const struct scenario *scenario);
const struct sample_series *scenario_worker_memory(
    const struct scenario *scenario, uint64_t machine_id);

/* That machine's samples; NULL where there are none. */
const struct sample_source *scenario_host(const struct scenario *scenario,
    uint64_t machine_id);

/* The files, one each. Errors show in the stream. */
void scenario_summary(const struct scenario *scenario, FILE *to);
void scenario_csv(const struct scenario *scenario, FILE *to);
void scenario_relay(const struct scenario *scenario, FILE *to);
void scenario_workers(const struct scenario *scenario, FILE *to);
void scenario_latencies(const struct scenario *scenario, FILE *to);
void scenario_html(const struct scenario *scenario, FILE *to);

#endif
