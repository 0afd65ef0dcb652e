#include "compare/bootstrap.h"

#include "compare/drawn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS 2000

static void assert_near(double value, double expected, double share)
{
	if (fabs(value - expected) > share * fabs(expected))
		fail_msg("%g is not within %g %% of %g", value, share * 100,
		    expected);
}

/* A ratio of a series to 1 is its mean. */
static void take_series(struct sample *sample, size_t n, double memory,
    uint64_t seed)
{
	struct rng rng;
	double level, fresh = sqrt(1 - memory * memory);
	rng_init(&rng, seed, 1);
	level = drawn_normal(&rng);
	sample_ratio(sample);
	for (size_t i = 0; i < n; i++) {
		sample_add(sample, (double[]){ 100 + level, 1 });
		level = memory * level + fresh * drawn_normal(&rng);
	}
}

static double deviation(const double *numbers, size_t count)
{
	double mean = 0, squares = 0;
	for (size_t i = 0; i < count; i++)
		mean += numbers[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (numbers[i] - mean) * (numbers[i] - mean);
	return sqrt(squares / (double)count);
}

/* The spread that the drawn rows say a mean has, in the mean of 40 series. */
static double spread_of_mean(size_t n, double memory)
{
	static double figures[ROWS];
	double sum = 0;
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct sample sample;
		struct rng rng;
		take_series(&sample, n, memory, seed);
		size_t block = sample_block(&sample);
		rng_init(&rng, seed, 2);
		sample_resample(&sample, block, &rng, figures, ROWS);
		sum +=
		    deviation(figures, ROWS) * sample_shortfall(&sample, block);
		sample_release(&sample);
	}
	return sum / 40;
}

static void a_mean_of_independent_seconds_spreads_as_the_root_says(void **state)
{
	(void)state;
	assert_near(spread_of_mean(400, 0), 1 / sqrt(400), 0.1);
}

/* The variance of the mean of an AR(1) is (1 + r) / (1 - r) times as large. */
static void a_mean_of_seconds_that_remember_spreads_further(void **state)
{
	(void)state;
	assert_near(spread_of_mean(400, 0.5), sqrt(3.0 / 400), 0.1);
	assert_near(spread_of_mean(400, 0.8), sqrt(9.0 / 400), 0.15);
}

static void blocks_are_longer_where_seconds_remember(void **state)
{
	struct sample forgetful, mindful;
	(void)state;
	take_series(&forgetful, 1000, 0, 5);
	take_series(&mindful, 1000, 0.9, 5);
	assert_int_equal(sample_block(&forgetful), 10); /* the cube root */
	assert_true(sample_block(&mindful) > 20);
	sample_release(&forgetful);
	sample_release(&mindful);
}

static void a_percentile_is_that_of_all_cells_together(void **state)
{
	static const double values[] = { 1, 2, 3, 10 };
	struct sample sample;
	(void)state;
	sample_percentile(&sample, 0.5, values, 4);
	sample_add(&sample, (double[]){ 8, 9, 9, 9 });
	assert_near(sample_figure(&sample), 1, 0);
	sample_add(&sample, (double[]){ 0, 0, 12, 12 });
	assert_near(sample_figure(&sample), 3, 0);
	sample_release(&sample);
	sample_percentile(&sample, 0.99, values, 4);
	sample_add(&sample, (double[]){ 98, 98, 98, 100 });
	assert_near(sample_figure(&sample), 10, 0);
	sample_release(&sample);
}

/* Half of the values of each cell are 1, half 2: the share of 1s varies by
 * nothing, so neither does a percentile between. */
static void cells_that_are_alike_give_no_spread(void **state)
{
	static const double values[] = { 1, 2 };
	double figures[200];
	struct sample sample;
	struct rng rng;
	(void)state;
	sample_percentile(&sample, 0.4, values, 2);
	for (int i = 0; i < 30; i++)
		sample_add(&sample, (double[]){ 5, 10 });
	rng_init(&rng, 1, 1);
	sample_resample(&sample, sample_block(&sample), &rng, figures, 200);
	for (int i = 0; i < 200; i++)
		assert_near(figures[i], 1, 0);
	sample_release(&sample);
}

static void nothing_has_the_figure_nought(void **state)
{
	struct sample sample;
	(void)state;
	sample_ratio(&sample);
	assert_true(sample_figure(&sample) == 0);
	sample_add(&sample, (double[]){ 0, 0 });
	assert_true(sample_figure(&sample) == 0);
	sample_release(&sample);
}

static void a_block_as_long_as_the_row_only_turns_it(void **state)
{
	struct sample sample;
	struct rng rng;
	double figures[50];
	(void)state;
	take_series(&sample, 17, 0, 3);
	rng_init(&rng, 1, 1);
	sample_resample(&sample, 17, &rng, figures, 50);
	for (int i = 0; i < 50; i++)
		assert_near(figures[i], sample_figure(&sample), 1e-12);
	sample_release(&sample);
}

static void students_t_is_that_of_the_tables(void **state)
{
	(void)state;
	assert_near(student_975(1), 12.706, 1e-4);
	assert_near(student_975(10), 2.228, 1e-3);
	assert_near(student_975(30), 2.042, 1e-3);
	assert_near(student_975(1e6), 1.960, 1e-3);
	assert_near(student_975(0.1), 12.706, 1e-4);
}

static void a_share_lies_between_its_neighbours(void **state)
{
	double numbers[] = { 4, 1, 3, 2, 5 };
	(void)state;
	assert_near(share_of(numbers, 5, 0.5), 3, 0);
	assert_near(share_of(numbers, 5, 0.125), 1.5, 1e-12);
	assert_near(share_of(numbers, 5, 1), 5, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_mean_of_independent_seconds_spreads_as_the_root_says),
		cmocka_unit_test(
		    a_mean_of_seconds_that_remember_spreads_further),
		cmocka_unit_test(blocks_are_longer_where_seconds_remember),
		cmocka_unit_test(a_percentile_is_that_of_all_cells_together),
		cmocka_unit_test(cells_that_are_alike_give_no_spread),
		cmocka_unit_test(nothing_has_the_figure_nought),
		cmocka_unit_test(a_block_as_long_as_the_row_only_turns_it),
		cmocka_unit_test(students_t_is_that_of_the_tables),
		cmocka_unit_test(a_share_lies_between_its_neighbours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
