/* test_arrivals.c - the planned moments of an open loop. */
#include "stress_client/arrivals.h"

#include "lib/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define S NS_PER_SECOND

static struct phases rate_of(double rate, int64_t length_ns)
{
	struct phases phases;
	phases_constant(&phases, rate, length_ns);
	return phases;
}

static struct phases ramp(void)
{
	char up[] = "up 10s 0..100%", down[] = "down 7s 300%..10%";
	char *items[] = { up, down };
	struct text_list list = { items, 2 };
	struct load_unit unit = { .open_loop = true,
		.full = 997,
		.most = 1e7,
		.scale = 1 };
	struct phases phases;
	assert_int_equal(phases_parse(&phases, &list, &unit, NULL), 0);
	return phases;
}

static uint64_t count(struct arrivals *arrivals)
{
	uint64_t n = 0;
	while (arrivals_take(arrivals) != CLOCK_NEVER)
		n++;
	return n;
}

static void a_uniform_rate_plans_exactly_what_it_says(void **state)
{
	struct phases rate = rate_of(5000, 10 * S);
	struct arrivals all;
	(void)state;
	arrivals_init(&all, &rate, false, 0, 0, 1, 1);
	for (int64_t k = 0; k < 50000; k++)
		assert_true(arrivals_take(&all) == k * 200 * NS_PER_US);
	assert_true(arrivals_take(&all) == CLOCK_NEVER);
	assert_true(arrivals_take(&all) == CLOCK_NEVER);
	phases_release(&rate);
}

static void shares_are_the_whole_dealt_out(void **state)
{
	struct phases rate = ramp();
	struct arrivals all, shares[7];
	(void)state;
	arrivals_init(&all, &rate, false, 0, 0, 1, 1);
	for (uint64_t i = 0; i < 7; i++)
		arrivals_init(&shares[i], &rate, false, 0, i, 7, 1);
	for (uint64_t k = 0; all.moment_ns != CLOCK_NEVER; k++)
		assert_true(
		    arrivals_take(&all) == arrivals_take(&shares[k % 7]));
	for (uint64_t i = 0; i < 7; i++)
		assert_true(arrivals_take(&shares[i]) == CLOCK_NEVER);
	phases_release(&rate);
}

static void a_total_bounds_all_shares_together(void **state)
{
	struct phases rate = rate_of(1000, CLOCK_NEVER);
	(void)state;
	for (int poisson = 0; poisson <= 1; poisson++) {
		for (uint64_t total = 1; total < 40; total++) {
			uint64_t sum = 0;
			for (uint64_t share = 0; share < 7; share++) {
				struct arrivals arrivals;
				arrivals_init(&arrivals, &rate, poisson, total,
				    share, 7, 1);
				sum += count(&arrivals);
			}
			assert_int_equal(sum, total);
		}
	}
	phases_release(&rate);
}

/* Whatever is skipped on the way, each arrival is taken or skipped. */
static void what_is_skipped_and_what_is_taken_is_the_whole(void **state)
{
	struct phases rate = ramp();
	struct arrivals all, one;
	struct rng rng;
	(void)state;
	rng_init(&rng, 4, 4);
	arrivals_init(&all, &rate, false, 0, 1, 3, 1);
	uint64_t total = count(&all);
	for (int round = 0; round < 300; round++) {
		uint64_t n = 0;
		int64_t at_ns = 0;
		arrivals_init(&one, &rate, false, 0, 1, 3, 1);
		while (one.moment_ns != CLOCK_NEVER) {
			at_ns += (int64_t)rng_below(&rng, S);
			/* A moment that is one of the stream is not before
			 * itself. */
			if (round % 2)
				at_ns = one.moment_ns;
			n += arrivals_skip(&one, at_ns);
			assert_true(one.moment_ns >= at_ns);
			for (uint64_t i = rng_below(&rng, 20); i > 0; i--)
				n += arrivals_take(&one) != CLOCK_NEVER;
		}
		assert_int_equal(n, total);
	}
	phases_release(&rate);
}

static void skipping_counts_as_taking_does(void **state)
{
	struct phases rate = ramp();
	struct arrivals taken, skipped;
	(void)state;
	arrivals_init(&taken, &rate, false, 0, 2, 5, 1);
	arrivals_init(&skipped, &rate, false, 0, 2, 5, 1);
	for (int64_t at_ns = 0; at_ns <= 18 * S; at_ns += 12345678) {
		uint64_t n = 0;
		while (
		    taken.moment_ns < at_ns && taken.moment_ns != CLOCK_NEVER) {
			arrivals_take(&taken);
			n++;
		}
		assert_int_equal(arrivals_skip(&skipped, at_ns), n);
	}
	assert_true(
	    taken.moment_ns == CLOCK_NEVER && skipped.moment_ns == CLOCK_NEVER);
	phases_release(&rate);
}

static void ten_million_a_second_are_skipped_at_once(void **state)
{
	struct phases rate = rate_of(1e7, 3600 * S);
	struct arrivals arrivals;
	(void)state;
	arrivals_init(&arrivals, &rate, false, 0, 0, 1, 1);
	assert_true(
	    arrivals_skip(&arrivals, 3600 * S) == UINT64_C(36000000000));
	assert_true(arrivals.moment_ns == CLOCK_NEVER);
	arrivals_init(&arrivals, &rate, true, 0, 0, 1, 1);
	double n = (double)arrivals_skip(&arrivals, 3600 * S);
	assert_true(fabs(n - 3.6e10) < 6 * sqrt(3.6e10));
	assert_true(arrivals.moment_ns == CLOCK_NEVER);
	phases_release(&rate);
}

/* Mean and variance of a Poisson process' counts, over shares and seeds. */
static void poisson_moments_are_as_many_as_the_rate_says_and_as_scattered(
    void **state)
{
	struct phases rate = ramp();
	double mean = phases_arrivals(&rate, rate.length_ns) / 4, sum = 0,
	       squares = 0;
	(void)state;
	for (uint64_t i = 0; i < 400; i++) {
		struct arrivals arrivals;
		arrivals_init(&arrivals, &rate, true, 0, i % 4, 4, i / 4);
		int64_t before_ns = 0;
		uint64_t n = 0;
		/* Half of them are skipped, which must make no difference. */
		for (int64_t at_ns;
		     (at_ns = arrivals_take(&arrivals)) != CLOCK_NEVER; n++) {
			assert_true(at_ns >= before_ns);
			before_ns = at_ns;
			if (i % 2)
				n += arrivals_skip(&arrivals, at_ns + S / 3);
		}
		sum += (double)n;
		squares += ((double)n - mean) * ((double)n - mean);
	}
	if (fabs(sum / 400 - mean) > 5 * sqrt(mean / 400))
		fail_msg("the mean is %f, not %f", sum / 400, mean);
	if (fabs(squares / 400 / mean - 1) > 0.35)
		fail_msg("the variance is %f, not %f", squares / 400, mean);
	phases_release(&rate);
}

static void a_seed_gives_the_same_poisson_moments(void **state)
{
	struct phases rate = rate_of(100, 10 * S);
	struct arrivals a, b, other;
	bool differs = false;
	(void)state;
	arrivals_init(&a, &rate, true, 0, 1, 2, 7);
	arrivals_init(&b, &rate, true, 0, 1, 2, 7);
	arrivals_init(&other, &rate, true, 0, 1, 2, 8);
	while (a.moment_ns != CLOCK_NEVER) {
		int64_t moment_ns = arrivals_take(&a);
		assert_true(moment_ns == arrivals_take(&b));
		differs |= moment_ns != arrivals_take(&other);
	}
	assert_true(differs);
	phases_release(&rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uniform_rate_plans_exactly_what_it_says),
		cmocka_unit_test(shares_are_the_whole_dealt_out),
		cmocka_unit_test(a_total_bounds_all_shares_together),
		cmocka_unit_test(
		    what_is_skipped_and_what_is_taken_is_the_whole),
		cmocka_unit_test(skipping_counts_as_taking_does),
		cmocka_unit_test(ten_million_a_second_are_skipped_at_once),
		cmocka_unit_test(
		    poisson_moments_are_as_many_as_the_rate_says_and_as_scattered),
		cmocka_unit_test(a_seed_gives_the_same_poisson_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
