#include "lib/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define MANY 2000

/* A sequence that is the same each time. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void an_empty_heap_has_no_first(void **state)
{
	struct timers timers = { 0 };

	(void)state;
	assert_null(timers_first(&timers));
	timers_release(&timers);
}

static void timers_come_out_in_the_order_of_their_moments(void **state)
{
	struct timers timers = { 0 };
	static struct timer all[MANY];
	uint32_t seed = 1;
	int64_t last_ns = -1;
	size_t count = 0;

	(void)state;
	assert_int_equal(timers_reserve(&timers, MANY), 0);
	for (size_t i = 0; i < MANY; i++)
		timers_add(&timers, &all[i], next_random(&seed) % 500);
	for (struct timer *first; (first = timers_first(&timers)); count++) {
		assert_true(first->moment_ns >= last_ns);
		last_ns = first->moment_ns;
		timers_remove(&timers, first);
	}
	assert_int_equal(count, MANY);
	timers_release(&timers);
}

static void a_removed_timer_is_gone_and_the_others_keep_their_order(
    void **state)
{
	struct timers timers = { 0 };
	static struct timer all[MANY];
	uint32_t seed = 7;
	int64_t last_ns = -1;
	size_t count = 0;

	(void)state;
	assert_int_equal(timers_reserve(&timers, MANY), 0);
	for (size_t i = 0; i < MANY; i++)
		timers_add(&timers, &all[i], next_random(&seed));
	for (size_t i = 0; i < MANY; i += 3)
		timers_remove(&timers, &all[i]);
	for (struct timer *first; (first = timers_first(&timers)); count++) {
		assert_true((first - all) % 3 != 0);
		assert_true(first->moment_ns >= last_ns);
		last_ns = first->moment_ns;
		timers_remove(&timers, first);
	}
	assert_int_equal(count, MANY - (MANY + 2) / 3);
	timers_release(&timers);
}

static void removing_what_is_not_set_does_nothing(void **state)
{
	struct timers timers = { 0 };
	struct timer set = { 0 }, unset = { 0 };

	(void)state;
	assert_int_equal(timers_reserve(&timers, 1), 0);
	timers_add(&timers, &set, 5);
	timers_remove(&timers, &unset);
	assert_ptr_equal(timers_first(&timers), &set);
	timers_release(&timers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_heap_has_no_first),
		cmocka_unit_test(timers_come_out_in_the_order_of_their_moments),
		cmocka_unit_test(
		    a_removed_timer_is_gone_and_the_others_keep_their_order),
		cmocka_unit_test(removing_what_is_not_set_does_nothing),
	};

	return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
