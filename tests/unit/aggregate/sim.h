/* sim.h - a load whose whole truth is known: each request is drawn, ended at a
 * known millisecond, and told to the series only by way of interval records, as
 * the processes of several machines with their own clocks write them. */
#ifndef TESTS_AGGREGATE_SIM_H
#define TESTS_AGGREGATE_SIM_H

#include "aggregate/impact.h"
#include "lib/mem.h"
#include "lib/rng.h"

#include <math.h>
#include <stdlib.h>

#define SIM_START     INT64_C(1761904800000) /* the first process' first ms */
#define SIM_PROCESSES 6

/* Something that happens to the service between two moments, in milliseconds
 * since the start. */
struct sim_trouble {
	double from_ms, to_ms;
	double fails;     /* share of requests that fail, 0..1 */
	double silent;    /* share of requests that never end */
	double slower_us; /* added to the service time of the others */
};

struct sim {
	uint64_t seed;
	size_t processes;           /* one on each machine */
	double seconds, per_second; /* of each process */
	int64_t interval_ms;
	double offset_ms[SIM_PROCESSES];   /* the machines' clocks, in truth */
	double measured_ms[SIM_PROCESSES]; /* and as clock.json has them */
	double clock_error_ms;
	double phase_ms[SIM_PROCESSES]; /* starts that much later */
	bool jitter;                    /* intervals end up to 3 ms late */
	struct sim_trouble troubles[8];
	size_t trouble_count;
	double stray_ms[8]; /* single failures */
	size_t stray_count;
	/* The truth that comes of it, since the start; NAN: there was none. */
	double first_ms, last_ms; /* failures */
	uint64_t failed;
};

static inline void sim_end(struct sim *sim, struct stats *stats,
    struct rng *rng, double t_ms)
{
	struct outcome outcome = { .operation = "task", .server = "1" };
	outcome.service_us = 20000 + (int64_t)(10000 * rng_unit(rng));
	for (size_t i = 0; i < sim->trouble_count; i++) {
		const struct sim_trouble *trouble = &sim->troubles[i];
		if (t_ms < trouble->from_ms || t_ms >= trouble->to_ms)
			continue;
		double dice = rng_unit(rng);
		if (dice < trouble->fails)
			outcome.reason = "connection refused";
		else if (dice < trouble->fails + trouble->silent)
			return;
		outcome.service_us += (int64_t)trouble->slower_us;
	}
	outcome.response_us = outcome.service_us;
	stats_record(stats, &outcome);
	if (!outcome.reason)
		return;
	sim->failed++;
	if (!(t_ms >= sim->first_ms))
		sim->first_ms = t_ms;
	if (!(t_ms <= sim->last_ms))
		sim->last_ms = t_ms;
}

static inline void sim_stray(struct sim *sim, struct stats *stats)
{
	const struct outcome outcome = { .reason = "request timed out" };
	stats_record(stats, &outcome);
	sim->failed++;
}

static inline void sim_process(struct sim *sim, struct series *series, size_t p)
{
	struct rng rng;
	rng_init(&rng, sim->seed, p);
	const struct machine_clock clock = { true, sim->measured_ms[p],
		sim->clock_error_ms };
	double end_ms = sim->seconds * 1e3, step_ms = 1e3 / sim->per_second;
	double t_ms = sim->phase_ms[p] + step_ms * rng_unit(&rng);
	int64_t from_ms = llround(sim->phase_ms[p]);
	int64_t grid_ms = from_ms;
	while ((double)grid_ms < end_ms) {
		struct record_interval interval = { .machine_id = p + 1 };
		grid_ms += sim->interval_ms;
		int64_t to_ms = grid_ms;
		if (sim->jitter)
			to_ms += (int64_t)rng_below(&rng, 4);
		if ((double)to_ms > end_ms)
			to_ms = llround(end_ms);
		/* Requests keep their pace, each a little off it. */
		for (; t_ms < (double)to_ms;
		     t_ms += step_ms * (0.5 + rng_unit(&rng)))
			sim_end(sim, &interval.stats, &rng, t_ms);
		for (size_t i = 0; p == 0 && i < sim->stray_count; i++)
			if (sim->stray_ms[i] >= (double)from_ms &&
			    sim->stray_ms[i] < (double)to_ms)
				sim_stray(sim, &interval.stats);
		interval.clients = 10;
		interval.length_ms = to_ms - from_ms;
		interval.from_unix_ms =
		    SIM_START + from_ms + llround(sim->offset_ms[p]);
		series_add(series, &interval, &clock);
		stats_clear(&interval.stats);
		from_ms = to_ms;
	}
}

/* Fills the series with it, and the truth. */
static inline void sim_run(struct sim *sim, struct series *series)
{
	*series = (struct series){ 0 };
	sim->first_ms = sim->last_ms = NAN;
	for (size_t p = 0; p < sim->processes; p++)
		sim_process(sim, series, p);
}

/* A fault at that many milliseconds since the start, confirmed 2 ms later;
 * healed_ms 0: it was not. */
static inline void sim_fault(struct faults *faults, double at_ms,
    double healed_ms)
{
	faults->items =
	    mem_resize(faults->items, faults->count + 1, sizeof *faults->items);
	int64_t at = SIM_START + llround(at_ms);
	faults->items[faults->count] = (struct fault){
		.number = faults->count + 1,
		.server = mem_text("1"),
		.host = mem_text("local"),
		.kind = mem_text("kill"),
		.commanded_unix_ms = at,
		.confirmed_unix_ms = at + 2,
		.healed_unix_ms =
		    healed_ms > 0 ? SIM_START + llround(healed_ms) : 0,
	};
	faults->count++;
}

#endif
