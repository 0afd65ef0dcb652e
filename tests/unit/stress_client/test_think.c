/* test_think.c - the pauses of a closed loop. */
#include "stress_client/think.h"

#include "lib/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS    NS_PER_MS
#define TIMES 20000

struct seen {
	double mean_ms;
	int64_t least_ns, most_ns;
};

static struct seen watch(int64_t min_ns, int64_t max_ns, int how, bool ok)
{
	struct settings settings = { .min_delay_ns = min_ns,
		.max_delay_ns = max_ns,
		.think_time = how };
	struct seen seen = { .least_ns = INT64_MAX };
	struct rng rng;
	rng_init(&rng, 1, 2);
	for (int i = 0; i < TIMES; i++) {
		int64_t pause_ns = think_time_ns(&settings, &rng, ok);
		seen.mean_ms += (double)pause_ns / (double)MS / TIMES;
		seen.least_ns =
		    pause_ns < seen.least_ns ? pause_ns : seen.least_ns;
		seen.most_ns =
		    pause_ns > seen.most_ns ? pause_ns : seen.most_ns;
	}
	return seen;
}

static void equal_bounds_are_a_fixed_pause(void **state)
{
	struct seen even = watch(70 * MS, 70 * MS, THINK_UNIFORM, true);
	struct seen other = watch(70 * MS, 70 * MS, THINK_EXPONENTIAL, true);
	struct seen none = watch(0, 0, THINK_UNIFORM, true);
	(void)state;
	assert_true(even.least_ns == 70 * MS && even.most_ns == 70 * MS);
	assert_true(other.least_ns == 70 * MS && other.most_ns == 70 * MS);
	assert_true(none.most_ns == 0);
}

static void even_pauses_lie_between_the_bounds(void **state)
{
	struct seen seen = watch(100 * MS, 300 * MS, THINK_UNIFORM, true);
	(void)state;
	assert_true(seen.least_ns >= 100 * MS && seen.least_ns < 101 * MS);
	assert_true(seen.most_ns <= 300 * MS && seen.most_ns > 299 * MS);
	assert_true(fabs(seen.mean_ms - 200) < 2);
}

static void exponential_pauses_have_the_same_mean_and_a_long_tail(void **state)
{
	struct seen seen = watch(100 * MS, 300 * MS, THINK_EXPONENTIAL, true);
	(void)state;
	assert_true(seen.least_ns >= 100 * MS && seen.least_ns < 101 * MS);
	assert_true(seen.most_ns > 700 * MS);
	assert_true(fabs(seen.mean_ms - 200) < 4);
}

static void a_failure_is_followed_by_a_rest(void **state)
{
	struct seen seen = watch(0, 0, THINK_UNIFORM, false);
	(void)state;
	assert_true(seen.least_ns >= 50 * MS && seen.most_ns <= 150 * MS);
	assert_true(fabs(seen.mean_ms - 100) < 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_bounds_are_a_fixed_pause),
		cmocka_unit_test(even_pauses_lie_between_the_bounds),
		cmocka_unit_test(
		    exponential_pauses_have_the_same_mean_and_a_long_tail),
		cmocka_unit_test(a_failure_is_followed_by_a_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
