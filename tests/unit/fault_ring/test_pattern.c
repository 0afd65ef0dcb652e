#include "fault_ring/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const unsigned ids[] = { 1, 2, 5 };
static char kill_name[] = "kill", reset_name[] = "reset", odd_name[] = "odd";
static struct plan plan;
static struct err err;

/* "1 2 5" and so on: whom it hits, with "|" between groups. */
static const char *order(void)
{
	static char text[400];
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan.count; i++) {
		const struct planned *planned = &plan.items[i];
		const char *gap = i == 0                                ? ""
		                  : planned->group != planned[-1].group ? "|"
		                                                        : " ";
		length += (size_t)snprintf(text + length, sizeof text - length,
		    "%s%u", gap, planned->server);
	}
	return text;
}

static int make(struct settings settings)
{
	plan_release(&plan);
	if (!settings.fault)
		settings.fault = kill_name;
	return pattern_make(&plan, &settings, ids, 3, &err);
}

static int tear_down(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

static void ring_goes_round_in_order_and_numbers_faults(void **state)
{
	(void)state;
	assert_int_equal(
	    make((struct settings){ .num_cycles = 2, .restart_delay_ns = 7 }),
	    0);
	assert_string_equal(order(), "1|2|5|1|2|5");
	assert_int_equal(plan.cycles, 2);
	assert_int_equal(plan.groups, 6);
	assert_int_equal(plan.items[3].cycle, 2);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(plan.items[i].number, i + 1);
		assert_true(plan.items[i].length_ns == 7);
		assert_true(plan.items[i].at_ns == AFTER_THE_LAST);
	}
}

static void random_hits_everyone_once_a_cycle_and_repeats_by_its_seed(
    void **state)
{
	(void)state;
	struct settings settings = { .num_cycles = 30,
		.pattern = PATTERN_RANDOM,
		.seed = 3 };
	char first[400];
	unsigned changed = 0;

	assert_int_equal(make(settings), 0);
	for (size_t i = 0; i < plan.count; i += 3) {
		unsigned sum = 0;
		for (size_t j = 0; j < 3; j++) {
			sum += plan.items[i + j].server;
			changed += plan.items[i + j].server != ids[j];
		}
		assert_int_equal(sum, 8);
	}
	assert_true(changed > 0);
	snprintf(first, sizeof first, "%s", order());
	assert_int_equal(make(settings), 0);
	assert_string_equal(order(), first);
	settings.seed = 4;
	assert_int_equal(make(settings), 0);
	assert_string_not_equal(order(), first);
}

static void simultaneous_goes_on_in_the_ring_until_everyone_had_a_turn(
    void **state)
{
	(void)state;
	struct settings settings = { .num_cycles = 1,
		.pattern = PATTERN_SIMULTANEOUS,
		.count = 2 };

	assert_int_equal(make(settings), 0);
	assert_string_equal(order(), "1 2|5 1");
	settings.count = 3;
	assert_int_equal(make(settings), 0);
	assert_string_equal(order(), "1 2 5");
	settings.count = 4;
	assert_int_equal(make(settings), -1);
	assert_non_null(strstr(err.text, "COUNT=4"));
}

static void a_fault_without_length_is_over_at_once(void **state)
{
	(void)state;
	assert_int_equal(make((struct settings){ .num_cycles = 1,
	                     .restart_delay_ns = 7,
	                     .fault = reset_name }),
	    0);
	assert_true(plan.items[0].length_ns == 0);
	assert_int_equal(
	    make((struct settings){ .num_cycles = 1, .fault = odd_name }), -1);
	assert_non_null(strstr(err.text, "'odd' is no fault"));
}

static void its_length_counts_faults_and_the_intervals_between(void **state)
{
	(void)state;
	struct settings settings = { .num_cycles = 2,
		.restart_delay_ns = 10,
		.fault_interval_ns = 30,
		.start_after_ns = 5 };

	assert_int_equal(make(settings), 0);
	assert_true(plan_length_ns(&plan, &settings) == 5 + 6 * 10 + 5 * 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_goes_round_in_order_and_numbers_faults),
		cmocka_unit_test(
		    random_hits_everyone_once_a_cycle_and_repeats_by_its_seed),
		cmocka_unit_test(
		    simultaneous_goes_on_in_the_ring_until_everyone_had_a_turn),
		cmocka_unit_test(a_fault_without_length_is_over_at_once),
		cmocka_unit_test(
		    its_length_counts_faults_and_the_intervals_between),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, tear_down);
}
