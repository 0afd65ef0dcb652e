#define _POSIX_C_SOURCE 200809L
#include "aggregate/chart.h"

#include "aggregate/chart_data.h"
#include "aggregate/chart_ticks.h"
#include "lib/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START INT64_C(1761904800000)

/* A run of so many intervals of a second with as many right answers each. */
static void fill(struct series *series, int seconds, uint64_t ok)
{
	static const struct machine_clock exact = { true, 0, 0 };
	struct err err;
	for (int k = 0; k < seconds; k++) {
		struct record_interval interval = { .machine_id = 1,
			.from_unix_ms = START + 1000 * k,
			.length_ms = 1000,
			.clients = 1,
			.stats = { .planned = ok, .sent = ok, .ok = ok } };
		series_add(series, &interval, &exact);
	}
	assert_int_equal(series_finish(series, &err), 0);
}

static void assert_points(int seconds, uint64_t ok, size_t count, double length)
{
	struct series series = { 0 };
	struct chart_axis axis;
	fill(&series, seconds, ok);
	chart_time_axis(&axis, &series);
	assert_int_equal(axis.count, count);
	assert_float_equal(axis.to[0], length, 1e-6);
	assert_float_equal(axis.to[count - 1], seconds, 1e-6);
	size_t next = 0;
	for (size_t i = 0; i < count; i++) {
		struct chart_bins bins = chart_bins_of(&axis, &series, i);
		assert_int_equal(bins.first, next);
		next = bins.end;
	}
	assert_int_equal(next, seconds);
	chart_axis_release(&axis);
	series_release(&series);
}

static void points_are_as_many_as_the_load_can_tell_apart(void **state)
{
	(void)state;
	assert_points(60, 100, 60, 1); /* enough requests in each */
	assert_points(600, 1, 60, 10); /* too few: 60 points all the same */
	assert_points(120, 10, 60, 2); /* twenty in two seconds */
	assert_points(10, 0, 10, 1);   /* no request, a short run */
	assert_points(3600, 1000, 360, 10); /* never more than 400 */
	assert_points(401, 1000, 201, 2);   /* the last one may be shorter */
}

static void a_run_without_a_timeline_has_no_points(void **state)
{
	(void)state;
	struct series series = { 0 };
	struct chart_axis axis;
	chart_time_axis(&axis, &series);
	assert_int_equal(axis.count, 0);
	chart_axis_release(&axis);
}

static void assert_ticks(double most, enum chart_unit unit, bool is_log,
    double least, const char *expected)
{
	struct chart_axis axis = { .is_time = true, .count = 2, .high = 2 };
	struct charts charts = { 0 };
	struct chart *chart =
	    charts_add(&charts, "x", mem_text("x"), unit, &axis);
	chart->is_log = is_log;
	double *values = chart_line(chart, "x");
	values[0] = least;
	values[1] = most;
	char *out = NULL;
	size_t length;
	double low, high;
	FILE *to = open_memstream(&out, &length);
	ticks_up(chart, &low, &high, to);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(out, expected);
	assert_true(high > most && low <= least);
	free(out);
	charts_release(&charts);
}

static void marks_are_round_and_reach_beyond_the_values(void **state)
{
	(void)state;
	assert_ticks(1234, CHART_RATE, false, 0,
	    "set ytics ('0' 0, '500' 500, '1,000' 1000, '1,500' 1500)\n");
	assert_ticks(0.9, CHART_RATE, false, 0,
	    "set ytics ('0' 0, '0.2' 0.2, '0.4' 0.4, '0.6' 0.6, '0.8' 0.8, "
	    "'1' 1)\n");
	assert_ticks(3e6, CHART_BYTES, false, 0,
	    "set ytics ('0 B' 0, '1.0 MB' 1000000, '2.0 MB' 2000000, "
	    "'3.0 MB' 3000000, '4.0 MB' 4000000)\n");
	assert_ticks(2000, CHART_MS, true, 20,
	    "set ytics ('20' 20, '50' 50, '100' 100, '200' 200, '500' 500, "
	    "'1,000' 1000, '2,000' 2000)\n");
	assert_ticks(5, CHART_MS, true, 5,
	    "set ytics ('2' 2, '5' 5, '10' 10)\n");
}

static void a_chart_without_a_value_is_dropped(void **state)
{
	(void)state;
	struct chart_axis axis = { .is_time = true, .count = 1, .high = 1 };
	struct charts charts = { 0 };
	struct chart *chart =
	    charts_add(&charts, "x", mem_text("x"), CHART_MS, &axis);
	chart_line(chart, "nobody knows");
	charts_drop_empty(&charts);
	assert_int_equal(charts.count, 0);
	chart = charts_add(&charts, "x", mem_text("x"), CHART_MS, &axis);
	chart->is_log = true;
	chart_line(chart, "nothing has no logarithm")[0] = 0;
	charts_drop_empty(&charts);
	assert_int_equal(charts.count, 0);
	charts_release(&charts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_as_many_as_the_load_can_tell_apart),
		cmocka_unit_test(a_run_without_a_timeline_has_no_points),
		cmocka_unit_test(marks_are_round_and_reach_beyond_the_values),
		cmocka_unit_test(a_chart_without_a_value_is_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
