/* run_interval.c - one interval of a run after another. */
#include "stress_client/run_state.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <stdlib.h>

/* Logs written in an interval; the others wait for the next. */
#define LOGS_AT_ONCE 200

static uint64_t requests_started(const struct run *run)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < run->thread_count; i++)
		sum += atomic_load(&run->threads[i].started);
	return sum;
}

static uint64_t clients_active(const struct run *run)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < run->thread_count; i++)
		sum += atomic_load(&run->threads[i].active);
	return sum;
}

/* What has ended is asked for first: what ends meanwhile has started. */
uint64_t run_in_flight(const struct run *run)
{
	uint64_t ended = run->total.sent;
	for (uint64_t i = 0; i < run->thread_count; i++)
		ended += load_thread_ended(&run->threads[i]);
	return requests_started(run) - ended;
}

/* When, in milliseconds since the start. */
static int64_t since_start_ms(const struct run *run, int64_t at_ns)
{
	return (at_ns - run->plan->start_ns) / NS_PER_MS;
}

static void describe(const struct run *run, struct record_interval *interval,
    int64_t now_ns)
{
	const struct plan *plan = run->plan;
	int64_t from_ms = since_start_ms(run, run->from_ns);
	int64_t middle_ns =
	    run->from_ns + (now_ns - run->from_ns) / 2 - plan->start_ns;
	/* An interval that ends with its phase, or a little later, has that
	 * one's target and not the next one's; likewise at its begin. */
	int64_t begin_ns = run->from_ns - plan->start_ns;
	int64_t end_ns = now_ns - plan->start_ns;
	int64_t phase_end_ns = phases_next(&plan->load, middle_ns);
	int64_t next_ns = phases_next(&plan->load, begin_ns);
	while (next_ns > begin_ns && next_ns <= middle_ns) {
		begin_ns = next_ns;
		next_ns = phases_next(&plan->load, begin_ns);
	}
	interval->run_id = plan->run_id;
	interval->machine_id = plan->settings->machine_id;
	interval->process = plan->settings->process;
	interval->open_loop = plan->open_loop;
	interval->from_unix_ms = plan->start_unix_ms + from_ms;
	interval->length_ms = since_start_ms(run, now_ns) - from_ms;
	interval->phase = mem_text(phases_name(&plan->load, middle_ns));
	interval->has_target =
	    plan->open_loop || plan->settings->phases.count > 0;
	interval->target_from = plan_target(plan, begin_ns);
	interval->target = plan_target(plan,
	    end_ns < phase_end_ns ? end_ns : phase_end_ns - 1);
	interval->clients = clients_active(run);
	interval->generator.unjudged =
	    plan->settings->generator_check == GENERATOR_CHECK_OFF;
}

char *run_end_interval(struct run *run, bool last)
{
	int64_t now_ns = clock_now_ns();
	if (now_ns < run->from_ns) /* stopped before the moment to start */
		now_ns = run->from_ns;

	struct measured measured = { 0 };
	for (uint64_t i = 0; i < run->thread_count; i++)
		load_thread_take(&run->threads[i], &measured);
	uint64_t started = requests_started(run);
	stats_merge(&run->total, &measured.stats);

	struct record_interval interval = {
		.last = last,
		.stopped = last ? run->stopped : NULL,
		.started = started - run->started,
		.in_flight = started - run->total.sent,
		.stats = measured.stats,
		.connections = measured.connections,
	};
	describe(run, &interval, now_ns);
	self_watch_look(&run->self, run->threads, run->thread_count,
	    now_ns - run->from_ns, &measured, &interval);
	generator_add(&run->generator, &interval);

	output_interval(run->output, &interval);
	output_log_lines(run->output, &measured.newest_line);
	output_write_logs(run->output, LOGS_AT_ONCE);
	if (run->live)
		live_interval(run->live, &interval);
	char *met = stop_when_met(&run->plan->stop_when, &interval);

	free(interval.phase);
	histogram_clear(&interval.lag);
	record_generator_release(&interval.generator);
	measured_clear(&measured);
	run->started = started;
	run->from_ns = now_ns;
	return met;
}
