#include "aggregate/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct impact_settings settings = { .tolerance = 0.2,
	.hold_ms = 5000,
	.baseline_ms = 10000 };

/* A load, faults, and what they are found to have done. */
struct world {
	struct sim sim;
	struct series series;
	struct faults faults;
	struct impact impact;
};

/* Two machines at 200 requests/s each, timelines of 100 ms, for a minute. */
static struct world usual(void)
{
	return (struct world){ .sim = { .seed = 7,
		                   .processes = 2,
		                   .seconds = 60,
		                   .per_second = 200,
		                   .interval_ms = 100 } };
}

static void trouble(struct world *world, struct sim_trouble trouble)
{
	world->sim.troubles[world->sim.trouble_count++] = trouble;
}

static const struct fault_impact *look(struct world *world)
{
	struct err err;
	sim_run(&world->sim, &world->series);
	assert_int_equal(series_finish(&world->series, &err), 0);
	impact_find(&world->impact, &world->series, &world->faults, &settings);
	return world->impact.items;
}

static void leave(struct world *world)
{
	impact_release(&world->impact);
	faults_release(&world->faults);
	series_release(&world->series);
}

static void assert_says(const struct fault_impact *impact, enum figure figure,
    const char *why)
{
	const char *said = impact->not_determined[figure];
	if (!said || strcmp(said, why) != 0)
		fail_msg("%s: \"%s\" instead of \"%s\"",
		    impact_figure_name(figure), said ? said : "(determined)",
		    why);
}

static void assert_all_say(const struct fault_impact *impact, const char *why)
{
	for (enum figure figure = FIRST_ERROR; figure < FIGURES; figure++)
		assert_says(impact, figure, why);
}

static void assert_determined(const struct fault_impact *impact,
    enum figure figure)
{
	if (impact->not_determined[figure])
		fail_msg("%s is not determined: %s", impact_figure_name(figure),
		    impact->not_determined[figure]);
}

static void assert_holds(const struct fault_impact *impact, enum figure figure,
    double truth_ms)
{
	const struct span *span = &impact->spans[figure];
	assert_determined(impact, figure);
	if (!(span->low_ms <= truth_ms && truth_ms <= span->high_ms))
		fail_msg("%s: %.1f lies not in %.1f .. %.1f",
		    impact_figure_name(figure), truth_ms, span->low_ms,
		    span->high_ms);
	assert_true(span->low_ms <= span->ms && span->ms <= span->high_ms);
}

static void assert_narrow(const struct span *span, double most_ms)
{
	if (span->high_ms - span->low_ms > most_ms)
		fail_msg("%.1f .. %.1f is wider than %.1f", span->low_ms,
		    span->high_ms, most_ms);
}

static void a_clean_kill_is_measured_from_end_to_end(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20041, 23100, .fails = 0.9 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, FIRST_ERROR, world.sim.first_ms - 20000);
	assert_holds(impact, ERROR_WINDOW,
	    world.sim.last_ms - world.sim.first_ms);
	assert_holds(impact, TIME_TO_RECOVER, 3100);
	assert_holds(impact, RESTART_TO_RECOVER, 0);
	assert_determined(impact, FAILED);
	assert_int_equal(impact->failed, world.sim.failed);
	assert_int_equal(counts_get(&impact->reasons, "connection refused"),
	    world.sim.failed);
	assert_int_equal(world.impact.attributed, world.sim.failed);
	assert_true(impact->spans[TIME_TO_RECOVER].high_ms < 3400);
	assert_true(
	    impact->before.p50_us >= 20000 && impact->before.p99_us <= 30100);
	assert_true(impact->curve[4] > 0.9 && impact->curve[6] < 0.2 &&
	            impact->curve[9] > 0.9);
	leave(&world);
}

static void a_fault_that_nobody_felt_has_no_errors_and_no_recovery(void **state)
{
	(void)state;
	struct world world = usual();
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	for (enum figure figure = FIRST_ERROR; figure < FIGURES; figure++)
		assert_determined(impact, figure);
	assert_int_equal(impact->failed, 0);
	assert_true(impact->spans[TIME_TO_RECOVER].ms == 0);
	assert_true(impact->spans[TIME_TO_RECOVER].high_ms <= 200);
	assert_true(impact->missed < 1);
	assert_int_equal(impact->during.requests, 0);
	leave(&world);
}

static void faults_that_overlap_are_not_told_apart(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20050, 26000, .fails = 1 });
	sim_fault(&world.faults, 20000, 22000);
	sim_fault(&world.faults, 23000, 25000);
	sim_fault(&world.faults, 45000, 47000);
	const struct fault_impact *impact = look(&world);
	static const char why[] =
	    "fault 2 began 3.0 s after the fault, and it was not as before "
	    "yet";
	assert_holds(&impact[0], FIRST_ERROR, world.sim.first_ms - 20000);
	assert_says(&impact[0], ERROR_WINDOW, why);
	assert_says(&impact[0], TIME_TO_RECOVER, why);
	assert_says(&impact[0], FAILED, why);
	assert_says(&impact[0], MISSED, why);
	assert_all_say(&impact[1], "fault 1 was not over when it began");
	/* All was well again long before the third. */
	assert_holds(&impact[2], TIME_TO_RECOVER, 0);
	assert_int_equal(world.impact.attributed, 0);
	assert_int_equal(world.impact.unsure, world.sim.failed);
	leave(&world);
}

/* The first fault costs a third of the rate for good; the second is compared
 * with what has become usual. */
static void what_never_came_back_does_not_spoil_the_faults_after_it(
    void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 15000, 99000, .silent = 0.35 });
	trouble(&world, (struct sim_trouble){ 40050, 42000, .fails = 1 });
	sim_fault(&world.faults, 15000, 20000);
	sim_fault(&world.faults, 40000, 45000);
	const struct fault_impact *impact = look(&world);
	assert_says(&impact[0], TIME_TO_RECOVER,
	    "fault 2 began 25.0 s after the fault, and it had not been as "
	    "before for RECOVERY_HOLD_SECS (5) yet");
	assert_holds(&impact[1], TIME_TO_RECOVER, 2000);
	leave(&world);
}

static void a_next_fault_within_the_hold_leaves_the_recovery_open(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20050, 21000, .fails = 1 });
	sim_fault(&world.faults, 20000, 21000);
	sim_fault(&world.faults, 24000, 25000);
	const struct fault_impact *impact = look(&world);
	assert_says(&impact[0], TIME_TO_RECOVER,
	    "fault 2 began 4.0 s after the fault, RECOVERY_HOLD_SECS is 5");
	assert_all_say(&impact[1], "fault 1 was not over when it began");
	leave(&world);
}

static void a_run_that_ends_early_leaves_the_recovery_open(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.seconds = 23;
	trouble(&world, (struct sim_trouble){ 20041, 21100, .fails = 1 });
	sim_fault(&world.faults, 20000, 0);
	const struct fault_impact *impact = look(&world);
	assert_says(impact, TIME_TO_RECOVER,
	    "the run ended 3.0 s after the fault, RECOVERY_HOLD_SECS is 5");
	assert_says(impact, SERVICE_AFTER,
	    "the run ended 3.0 s after the fault, RECOVERY_HOLD_SECS is 5");
	assert_holds(impact, ERROR_WINDOW,
	    world.sim.last_ms - world.sim.first_ms);
	assert_determined(impact, FAILED);
	assert_int_equal(impact->failed, world.sim.failed);
	leave(&world);
}

static void errors_until_the_runs_end_have_no_known_length(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.seconds = 23;
	trouble(&world, (struct sim_trouble){ 20041, 30000, .fails = 1 });
	sim_fault(&world.faults, 20000, 0);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, FIRST_ERROR, world.sim.first_ms - 20000);
	assert_says(impact, ERROR_WINDOW, "requests failed until the end");
	leave(&world);
}

static void a_load_too_thin_for_an_answer_gets_none(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.processes = 1;
	world.sim.per_second = 4;
	trouble(&world, (struct sim_trouble){ 20041, 23100, .fails = 1 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	const char *why = impact->not_determined[FIRST_ERROR];
	assert_non_null(why);
	assert_non_null(strstr(why, "too thin a load: "));
	assert_non_null(strstr(why, "and 100 are needed"));
	assert_all_say(impact, why);
	leave(&world);
}

static void a_thin_but_steady_load_is_judged_in_longer_cells(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.processes = 1;
	world.sim.per_second = 15;
	trouble(&world, (struct sim_trouble){ 20041, 28000, .fails = 1 });
	sim_fault(&world.faults, 20000, 40000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, TIME_TO_RECOVER, 8000);
	assert_true(impact->spans[TIME_TO_RECOVER].high_ms -
	                impact->spans[TIME_TO_RECOVER].low_ms >
	            1000);
	leave(&world);
}

static void machines_clocks_are_put_right_and_their_error_carried(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.offset_ms[0] = 1500;
	world.sim.measured_ms[0] = 1502;
	world.sim.offset_ms[1] = -800;
	world.sim.measured_ms[1] = -803;
	world.sim.clock_error_ms = 4;
	trouble(&world, (struct sim_trouble){ 20041, 23100, .fails = 1 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, FIRST_ERROR, world.sim.first_ms - 20000);
	assert_holds(impact, ERROR_WINDOW,
	    world.sim.last_ms - world.sim.first_ms);
	assert_holds(impact, TIME_TO_RECOVER, 3100);
	assert_true(impact->clock_error_ms == 4);
	leave(&world);
}

static void a_clock_that_is_not_known_leaves_everything_open(void **state)
{
	(void)state;
	struct world world = usual();
	struct record_interval interval = { .machine_id = 9,
		.from_unix_ms = SIM_START,
		.length_ms = 100 };
	struct err err;
	sim_run(&world.sim, &world.series);
	series_add(&world.series, &interval, &(struct machine_clock){ 0 });
	assert_int_equal(series_finish(&world.series, &err), 0);
	sim_fault(&world.faults, 20000, 30000);
	impact_find(&world.impact, &world.series, &world.faults, &settings);
	assert_all_say(world.impact.items,
	    "the clock of machine 9 is not known (no clock.json, no "
	    "--clock-error-ms)");
	leave(&world);
}

static void slow_answers_alone_put_the_recovery_off(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world,
	    (struct sim_trouble){ 20000, 26500, .slower_us = 40000 });
	sim_fault(&world.faults, 20000, 22000);
	const struct fault_impact *impact = look(&world);
	assert_int_equal(impact->failed, 0);
	assert_holds(impact, TIME_TO_RECOVER, 6500);
	assert_holds(impact, RESTART_TO_RECOVER, 4500);
	assert_true(impact->during.p50_us > 55000);
	assert_true(impact->after.p99_us < 30100);
	leave(&world);
}

/* A handful of a thousand requests hang for two seconds: neither the rate nor
 * the p99 tells; the users know. */
static void a_few_stuck_requests_put_the_recovery_off(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world,
	    (struct sim_trouble){ 21985, 22000, .slower_us = 1900000 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, TIME_TO_RECOVER, 2000);
	assert_true(impact->after.p99_us < 30100);
	leave(&world);
}

static void silence_counts_as_missed_not_as_failed(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20000, 22000, .silent = 1 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_int_equal(impact->failed, 0);
	assert_true(impact->missed > 750 && impact->missed < 850);
	assert_holds(impact, TIME_TO_RECOVER, 2000);
	leave(&world);
}

static void failures_before_a_fault_leave_its_first_error_open(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.stray_ms[world.sim.stray_count++] = 15000;
	trouble(&world, (struct sim_trouble){ 20041, 23100, .fails = 1 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_says(impact, FIRST_ERROR, "requests failed before it, too");
	assert_says(impact, ERROR_WINDOW, "requests failed before it, too");
	assert_holds(impact, TIME_TO_RECOVER, 3100);
	assert_int_equal(impact->failed, world.sim.failed - 1);
	leave(&world);
}

static void a_failure_between_the_faults_is_nobodys(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.stray_ms[world.sim.stray_count++] = 40000;
	trouble(&world, (struct sim_trouble){ 20041, 23100, .fails = 1 });
	sim_fault(&world.faults, 20000, 30000);
	look(&world);
	assert_int_equal(world.impact.attributed, world.sim.failed - 1);
	assert_int_equal(world.impact.failed, world.sim.failed);
	leave(&world);
}

static void a_restart_that_disturbs_is_measured_apart(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20041, 22000, .fails = 1 });
	trouble(&world, (struct sim_trouble){ 30100, 31300, .fails = 0.5 });
	sim_fault(&world.faults, 20000, 30000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, TIME_TO_RECOVER, 2000);
	assert_holds(impact, RESTART_TO_RECOVER, 1300);
	assert_int_equal(impact->failed, world.sim.failed);
	assert_true(impact->failed_by_healing > 100);
	assert_true(impact->spans[ERROR_WINDOW].high_ms < 2200);
	leave(&world);
}

static void a_restart_before_the_recovery_is_measured_to_it(void **state)
{
	(void)state;
	struct world world = usual();
	trouble(&world, (struct sim_trouble){ 20041, 28000, .fails = 1 });
	sim_fault(&world.faults, 20000, 25000);
	const struct fault_impact *impact = look(&world);
	assert_holds(impact, TIME_TO_RECOVER, 8000);
	assert_holds(impact, RESTART_TO_RECOVER, 3000);
	assert_int_equal(impact->failed_by_healing, 0);
	leave(&world);
}

static void what_was_not_confirmed_has_no_effect_to_tell(void **state)
{
	(void)state;
	struct world world = usual();
	sim_fault(&world.faults, 20000, 30000);
	world.faults.items[0].confirmed_unix_ms = 0;
	assert_all_say(look(&world), "it was not confirmed");
	leave(&world);
}

static void what_was_not_healed_has_no_restart(void **state)
{
	(void)state;
	struct world world = usual();
	sim_fault(&world.faults, 20000, 0);
	const struct fault_impact *impact = look(&world);
	assert_says(impact, RESTART_TO_RECOVER,
	    "that it was healed was not confirmed");
	assert_determined(impact, TIME_TO_RECOVER);
	leave(&world);
}

static void without_a_timeline_nothing_is_determined(void **state)
{
	(void)state;
	struct world world = { 0 };
	sim_fault(&world.faults, 20000, 30000);
	impact_find(&world.impact, &world.series, &world.faults, &settings);
	assert_all_say(world.impact.items, "there is no timeline of the load");
	leave(&world);
}

static void a_timeline_too_coarse_for_the_hold_gives_no_answer(void **state)
{
	(void)state;
	struct world world = usual();
	world.sim.interval_ms = 4000;
	sim_fault(&world.faults, 20000, 30000);
	assert_all_say(look(&world),
	    "the timeline's 4 s are too coarse for RECOVERY_HOLD_SECS 5: set "
	    "TIMELINE_MS to half of it or less");
	leave(&world);
}

/* ---- the truth ---- */

static double between(struct rng *rng, double low, double high)
{
	return low + (high - low) * rng_unit(rng);
}

/* Any load, any timeline, any clocks, any outage: what is said holds what was
 * so, and not by being vague. */
static void the_truth_lies_within_what_is_said(void **state)
{
	size_t determined = 0;
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		static const int64_t intervals[] = { 50, 100, 250, 1000 };
		struct world world = { .sim = { .seed = seed } };
		struct sim *sim = &world.sim;
		struct rng rng;
		rng_init(&rng, seed, 1000);
		sim->processes = 1 + rng_below(&rng, SIM_PROCESSES);
		sim->seconds = 50;
		sim->per_second = between(&rng, 60, 400);
		sim->interval_ms = intervals[rng_below(&rng, 4)];
		sim->jitter = rng_below(&rng, 2);
		sim->clock_error_ms = between(&rng, 0, 20);
		for (size_t p = 0; p < sim->processes; p++) {
			sim->offset_ms[p] = round(between(&rng, -5000, 5000));
			sim->measured_ms[p] =
			    sim->offset_ms[p] +
			    between(&rng, -1, 1) * sim->clock_error_ms;
			if (seed % 2)
				sim->phase_ms[p] =
				    round(between(&rng, 0, 1000));
		}
		double at_ms = between(&rng, 15000, 20000);
		double delay_ms = between(&rng, 0, 300);
		double to_ms = at_ms + delay_ms + between(&rng, 2500, 12000);
		trouble(&world, (struct sim_trouble){ at_ms + delay_ms, to_ms,
		                    .fails = between(&rng, 0.6, 1) });
		sim_fault(&world.faults, at_ms, at_ms + 10000);
		const struct fault_impact *impact = look(&world);
		double at = round(at_ms);
		assert_holds(impact, FIRST_ERROR, sim->first_ms - at);
		assert_holds(impact, ERROR_WINDOW,
		    sim->last_ms - sim->first_ms);
		assert_holds(impact, TIME_TO_RECOVER, to_ms - at);
		assert_int_equal(impact->failed, sim->failed);
		/* Two cells, and what the phases and the clocks add. */
		double bin_ms = (double)sim->interval_ms;
		double right_per_ms =
		    sim->per_second * (double)sim->processes / 1e3;
		double cell_ms = ceil(21 / (right_per_ms * bin_ms)) * bin_ms;
		assert_narrow(&impact->spans[TIME_TO_RECOVER],
		    2 * cell_ms + bin_ms + 2 * sim->clock_error_ms + 10);
		assert_narrow(&impact->spans[FIRST_ERROR],
		    bin_ms + 2 * sim->clock_error_ms + 10);
		determined++;
		leave(&world);
	}
	assert_int_equal(determined, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_kill_is_measured_from_end_to_end),
		cmocka_unit_test(
		    a_fault_that_nobody_felt_has_no_errors_and_no_recovery),
		cmocka_unit_test(faults_that_overlap_are_not_told_apart),
		cmocka_unit_test(
		    what_never_came_back_does_not_spoil_the_faults_after_it),
		cmocka_unit_test(
		    a_next_fault_within_the_hold_leaves_the_recovery_open),
		cmocka_unit_test(
		    a_run_that_ends_early_leaves_the_recovery_open),
		cmocka_unit_test(
		    errors_until_the_runs_end_have_no_known_length),
		cmocka_unit_test(a_load_too_thin_for_an_answer_gets_none),
		cmocka_unit_test(
		    a_thin_but_steady_load_is_judged_in_longer_cells),
		cmocka_unit_test(
		    machines_clocks_are_put_right_and_their_error_carried),
		cmocka_unit_test(
		    a_clock_that_is_not_known_leaves_everything_open),
		cmocka_unit_test(slow_answers_alone_put_the_recovery_off),
		cmocka_unit_test(a_few_stuck_requests_put_the_recovery_off),
		cmocka_unit_test(silence_counts_as_missed_not_as_failed),
		cmocka_unit_test(
		    failures_before_a_fault_leave_its_first_error_open),
		cmocka_unit_test(a_failure_between_the_faults_is_nobodys),
		cmocka_unit_test(a_restart_that_disturbs_is_measured_apart),
		cmocka_unit_test(
		    a_restart_before_the_recovery_is_measured_to_it),
		cmocka_unit_test(what_was_not_confirmed_has_no_effect_to_tell),
		cmocka_unit_test(what_was_not_healed_has_no_restart),
		cmocka_unit_test(without_a_timeline_nothing_is_determined),
		cmocka_unit_test(
		    a_timeline_too_coarse_for_the_hold_gives_no_answer),
		cmocka_unit_test(the_truth_lies_within_what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
