/* test_stop_when.c - when a condition ends a run. */
#include "stress_client/stop_when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct stop_when stop_when(const char *text)
{
	char copy[80], *items[] = { copy };
	struct text_list list = { items, 1 };
	struct stop_when stop;
	struct err err = { "" };
	strncpy(copy, text, sizeof copy - 1);
	copy[sizeof copy - 1] = '\0';
	if (stop_when_parse(&stop, &list, &err) < 0)
		fail_msg("%s", err.text);
	return stop;
}

/* An interval in which so many failed, of 100 of each operation. */
static bool ends(struct stop_when *stop, const char *phase, int64_t length_ms,
    int failed)
{
	static char name[16];
	struct record_interval interval = { .phase = name,
		.length_ms = length_ms };
	strncpy(name, phase, sizeof name - 1);
	for (int i = 0; i < 200; i++) {
		struct outcome outcome = {
			.operation = i % 2 ? "read" : "write",
			.reason = i % 2 && i / 2 < failed ? "http 503" : NULL,
			.service_us = i % 2 ? 10000 : 1000,
			.response_us = i % 2 ? 10000 : 1000,
		};
		stats_record(&interval.stats, &outcome);
	}
	char *words = stop_when_met(stop, &interval);
	stats_clear(&interval.stats);
	bool met = words;
	free(words);
	return met;
}

static void one_interval_is_enough_unless_it_says_for_how_long(void **state)
{
	struct stop_when stop = stop_when("error_rate > 10%");
	(void)state;
	assert_false(ends(&stop, "a", 1000, 20));
	assert_true(ends(&stop, "a", 1000, 21));
	stop_when_release(&stop);
}

static void it_must_hold_all_the_time(void **state)
{
	struct stop_when stop = stop_when("error_rate > 10% for 3s");
	(void)state;
	assert_false(ends(&stop, "a", 1000, 50));
	assert_false(ends(&stop, "a", 1999, 50));
	assert_false(ends(&stop, "a", 1000, 0));
	assert_false(ends(&stop, "a", 1000, 50));
	assert_false(ends(&stop, "a", 1000, 50));
	assert_true(ends(&stop, "a", 1000, 50));
	stop_when_release(&stop);
}

static void what_a_phase_has_cut_short_tells_nothing(void **state)
{
	struct stop_when once = stop_when("error_rate > 10%");
	struct stop_when longer = stop_when("error_rate > 10% for 2s");
	(void)state;
	assert_false(ends(&once, "a", 1, 100));
	assert_true(ends(&once, "a", 99, 100));
	assert_false(ends(&longer, "a", 1000, 50));
	assert_false(ends(&longer, "a", 1, 0));
	assert_true(ends(&longer, "a", 1000, 50));
	stop_when_release(&once);
	stop_when_release(&longer);
}

static void a_scope_is_a_phase_or_an_operation(void **state)
{
	struct stop_when phase = stop_when("error_rate[b] > 10%");
	struct stop_when operation = stop_when("error_rate[read] > 30%");
	struct stop_when latency = stop_when("p99[write] > 5ms");
	(void)state;
	assert_false(ends(&phase, "a", 1000, 50));
	assert_true(ends(&phase, "b", 1000, 50));
	assert_false(ends(&operation, "a", 1000, 30));
	assert_true(ends(&operation, "a", 1000, 31));
	assert_false(ends(&latency, "a", 1000, 0));
	stop_when_release(&phase);
	stop_when_release(&operation);
	stop_when_release(&latency);
}

static void what_nothing_tells_of_is_not_met(void **state)
{
	struct stop_when stop = stop_when("p99[update] > 0ms");
	(void)state;
	assert_false(ends(&stop, "a", 1000, 0));
	stop_when_release(&stop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_interval_is_enough_unless_it_says_for_how_long),
		cmocka_unit_test(it_must_hold_all_the_time),
		cmocka_unit_test(what_a_phase_has_cut_short_tells_nothing),
		cmocka_unit_test(a_scope_is_a_phase_or_an_operation),
		cmocka_unit_test(what_nothing_tells_of_is_not_met),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
