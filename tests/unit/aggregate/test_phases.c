#include "aggregate/phases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* An interval of a second, with one request of `us` or, for 0, none; a target
 * grows by its tenth in it. */
static void give(struct phases *phases, struct phase_parts *parts, char *name,
    int64_t second, double target, int64_t us)
{
	struct record_interval interval = { .phase = name,
		.from_unix_ms = 1000000 + second * 1000,
		.length_ms = 1000,
		.has_target = target > 0,
		.target_from = target * 0.9,
		.target = target };
	const struct outcome outcome = { .service_us = us, .response_us = us };
	if (us)
		stats_record(&interval.stats, &outcome);
	histogram_record(&interval.lag, 7);
	phases_add(phases, parts, &interval);
	stats_clear(&interval.stats);
	histogram_clear(&interval.lag);
}

static void processes_side_by_side_make_one_phase(void **state)
{
	struct phases phases = { 0 };
	struct phase_parts parts[2] = { 0 };
	char up[] = "rampup", on[] = "sustained";

	(void)state;
	/* The second process began with the later phase only. */
	give(&phases, &parts[1], on, 2, 40, 300);
	for (int64_t second = 0; second < 2; second++)
		give(&phases, &parts[0], up, second, 10 * (double)(second + 1),
		    100);
	for (int64_t second = 2; second < 5; second++)
		give(&phases, &parts[0], on, second, 20, 200);
	phases_join(&phases, &parts[0]);
	phases_join(&phases, &parts[1]);
	phases_finish(&phases);

	assert_int_equal(phases.count, 2);
	const struct phase *phase = &phases.items[0];
	assert_string_equal(phase->name, "rampup");
	assert_int_equal(phase->from_unix_ms, 1000000);
	assert_true(phase_seconds(phase) == 2);
	assert_true(phase->whole.first_target == 9);
	assert_true(phase->whole.last_target == 20);
	assert_int_equal(phase->lag.count, 2);
	phase = phases_find(&phases, "sustained");
	assert_ptr_equal(phase, &phases.items[1]);
	/* As long as the longest; as much as both together. */
	assert_true(phase_seconds(phase) == 3);
	assert_int_equal(phase->stats.ok, 4);
	assert_true(phase_throughput(phase) == 4.0 / 3);
	assert_true(phase->whole.first_target == 54);
	assert_null(phases_find(&phases, "spike"));
	phases_release(&phases);
	free(parts[0].items);
	free(parts[1].items);
}

static void the_last_line_without_load_is_of_no_phase(void **state)
{
	struct phases phases = { 0 };
	struct phase_parts parts = { 0 };
	const struct record_interval interval = { .last = true,
		.length_ms = 9000 };

	(void)state;
	phases_add(&phases, &parts, &interval);
	assert_int_equal(phases.count, 0);
	assert_int_equal(parts.count, 0);
}

static void no_more_phases_are_kept_than_anyone_needs(void **state)
{
	struct phases phases = { 0 };
	struct phase_parts parts = { 0 };
	char name[20];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int64_t i = 0; i < 1000; i++) {
			snprintf(name, sizeof name, "phase %d", (int)i);
			give(&phases, &parts, name, i, 0, 100);
		}
	phases_join(&phases, &parts);
	assert_int_equal(phases.count, PHASES_MAX);
	assert_int_equal(phases_find(&phases, "phase 3")->stats.ok, 2);
	assert_int_equal(phases_find(&phases, "other phases")->stats.ok,
	    2 * (1000 - PHASES_MAX + 1));
	assert_false(phases.items[0].whole.has_target);
	phases_release(&phases);
	free(parts.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_side_by_side_make_one_phase),
		cmocka_unit_test(the_last_line_without_load_is_of_no_phase),
		cmocka_unit_test(no_more_phases_are_kept_than_anyone_needs),
	};

	return cmocka_run_group_tests_name("phases", tests, NULL, NULL);
}
