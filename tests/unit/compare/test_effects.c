#include "compare/effects.h"

#include "compare/drawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAIRS 300

static const struct effects_settings settings = { 0.05, 0.001, 300, 1 };

/* A minute of 100 requests a second; a second is 5 % off, and remembers half of
 * the one before. */
static const struct drawn minute = { 60, 0.5, 0.05, 20000, 0.3, 100 };

/* ---- the verdict ---- */

static enum finding judged(double change, double low, double high)
{
	struct effect effect = { .change = change,
		.low = low,
		.high = high,
		.tolerance = 0.05 };
	return effect_judge(&effect, true);
}

static void each_range_has_its_verdict(void **state)
{
	(void)state;
	assert_int_equal(judged(0.01, -0.01, 0.03), FINDING_SAME);
	assert_int_equal(judged(0.02, -0.05, 0.09), FINDING_UNKNOWN);
	assert_int_equal(judged(0.02, 0.01, 0.03), FINDING_WITHIN);
	assert_int_equal(judged(0.10, 0.01, 0.19), FINDING_WORSE);
	assert_int_equal(judged(-0.10, -0.19, -0.01), FINDING_BETTER);
	assert_int_equal(judged(-0.02, -0.03, -0.01), FINDING_WITHIN);
}

static void less_throughput_is_worse(void **state)
{
	struct effect effect = { .change = -0.1,
		.low = -0.12,
		.high = -0.08,
		.tolerance = 0.05 };
	(void)state;
	assert_int_equal(effect_judge(&effect, false), FINDING_WORSE);
	assert_int_equal(effect_judge(&effect, true), FINDING_BETTER);
}

/* ---- error rates ---- */

/* Of so many pairs of runs, those in which the kinds found a difference, and
 * those in which something was worse. */
struct rates {
	int different[EFFECT_FAILURES + 1];
	int worse;
};

static struct rates rates_of(const struct drawn *before,
    const struct drawn *after)
{
	struct rates rates = { 0 };
	for (uint64_t i = 0; i < PAIRS; i++) {
		struct run a = drawn_run(before, 2 * i + 1);
		struct run b = drawn_run(after, 2 * i + 2);
		struct effects effects;
		effects_find(&effects, &a, &b, &settings);
		for (int k = 0; k <= EFFECT_FAILURES; k++)
			rates.different[k] += effects.items[k].low > 0 ||
			                      effects.items[k].high < 0;
		rates.worse += effects.worse > 0;
		effects_release(&effects);
		run_release(&a);
		run_release(&b);
	}
	print_message("# of %d pairs: throughput %d, p50 %d, p99 %d differ; "
	              "%d worse\n",
	    PAIRS, rates.different[EFFECT_THROUGHPUT],
	    rates.different[EFFECT_P50], rates.different[EFFECT_P99],
	    rates.worse);
	return rates;
}

/* Five in a hundred are meant; of 300 pairs that is 15, and more than 28 come
 * by chance once in a thousand times. */
static void assert_false_alarms(const struct drawn *drawn)
{
	struct rates rates = rates_of(drawn, drawn);
	for (int k = EFFECT_THROUGHPUT; k <= EFFECT_P99; k++)
		assert_in_range(rates.different[k], 3, 28);
	assert_int_equal(rates.different[EFFECT_FAILURES], 0);
	/* That takes a change beyond the tolerance. */
	assert_true(rates.worse < PAIRS * 5 / 100);
}

static void five_of_a_hundred_equal_runs_differ_by_chance(void **state)
{
	(void)state;
	assert_false_alarms(&minute);
}

static void so_they_do_where_seconds_do_not_remember(void **state)
{
	struct drawn drawn = minute;
	(void)state;
	drawn.memory = 0;
	assert_false_alarms(&drawn);
}

static void a_tenth_is_found_in_nearly_all_pairs(void **state)
{
	struct drawn slower = minute;
	(void)state;
	slower.median_us *= 1.1;
	struct rates rates = rates_of(&minute, &slower);
	assert_true(rates.different[EFFECT_P50] > PAIRS * 97 / 100);
	assert_true(rates.worse > PAIRS * 97 / 100);
}

/* ---- faults ---- */

static struct past past_of(struct past_fault *faults, size_t count)
{
	return (struct past){ .is_there = true,
		.faults = faults,
		.fault_count = count };
}

static struct effect compare_kills(const double *before, size_t before_count,
    const double *after, size_t after_count)
{
	static char name[] = "kill 1";
	struct past_fault a[4] = { 0 }, b[4] = { 0 };
	struct run baseline = { 0 }, run = { 0 };
	struct effects effects;
	for (size_t i = 0; i < before_count; i++)
		a[i] = (struct past_fault){ .name = name,
			.recovered = true,
			.recover_ms = before[i] };
	for (size_t i = 0; i < after_count; i++)
		b[i] = (struct past_fault){ .name = name,
			.recovered = true,
			.recover_ms = after[i] };
	baseline.past = past_of(a, before_count);
	run.past = past_of(b, after_count);
	effects_find(&effects, &baseline, &run, &settings);
	assert_int_equal(effects.count, EFFECT_RECOVERY + 1);
	struct effect effect = effects.items[EFFECT_RECOVERY];
	effects_release(&effects);
	return effect;
}

/* By hand: means 4 and 6, variances 1, three each: 2.776 x sqrt(2/3). */
static void the_range_of_faults_is_welchs(void **state)
{
	static const double before[] = { 3000, 4000, 5000 };
	static const double after[] = { 5000, 6000, 7000 };
	struct effect effect = compare_kills(before, 3, after, 3);
	(void)state;
	assert_true(fabs(effect.change - 2) < 1e-9);
	assert_true(fabs(effect.high - effect.low - 2 * 2.2667) < 1e-3);
	assert_int_equal(effect.finding, FINDING_UNKNOWN);
}

static void faults_that_all_take_longer_are_worse(void **state)
{
	static const double before[] = { 4000, 4100, 4200 };
	static const double after[] = { 9000, 9100, 9300 };
	(void)state;
	assert_int_equal(compare_kills(before, 3, after, 3).finding,
	    FINDING_WORSE);
	assert_int_equal(compare_kills(after, 3, before, 3).finding,
	    FINDING_BETTER);
}

static void one_fault_proves_nothing(void **state)
{
	static const double before[] = { 4000, 4100, 4200 };
	static const double after[] = { 30000 };
	(void)state;
	assert_int_equal(compare_kills(before, 3, after, 1).finding,
	    FINDING_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_range_has_its_verdict),
		cmocka_unit_test(less_throughput_is_worse),
		cmocka_unit_test(five_of_a_hundred_equal_runs_differ_by_chance),
		cmocka_unit_test(so_they_do_where_seconds_do_not_remember),
		cmocka_unit_test(a_tenth_is_found_in_nearly_all_pairs),
		cmocka_unit_test(the_range_of_faults_is_welchs),
		cmocka_unit_test(faults_that_all_take_longer_are_worse),
		cmocka_unit_test(one_fault_proves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
