#include "aggregate/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START INT64_C(1761904800000)

static const struct machine_clock exact = { true, 0, 0 };

/* An interval of a machine with so many right answers. */
static void add(struct series *series, uint64_t machine, int64_t from_ms,
    int64_t length_ms, int ok)
{
	struct record_interval interval = { .machine_id = machine,
		.from_unix_ms = START + from_ms,
		.length_ms = length_ms,
		.clients = 2 };
	const struct outcome right = { .service_us = 1000 * (int64_t)machine,
		.response_us = 1000 };
	for (int i = 0; i < ok; i++)
		stats_record(&interval.stats, &right);
	series_add(series, &interval, &exact);
	stats_clear(&interval.stats);
}

static void finish(struct series *series)
{
	struct err err;
	assert_int_equal(series_finish(series, &err), 0);
}

/* The right answers in each bin: "3 3 6". */
static void assert_bins(const struct series *series, const char *expected)
{
	char list[200] = "";
	size_t length = 0;
	for (size_t k = 0; k < series->bin_count; k++)
		length += (size_t)snprintf(list + length, sizeof list - length,
		    "%s%g%s", k ? " " : "", series->bins[k].ok,
		    series->bins[k].hole ? "!" : "");
	assert_string_equal(list, expected);
}

static void intervals_of_all_processes_share_bins(void **state)
{
	(void)state;
	struct series series = { 0 };
	for (int k = 0; k < 3; k++) {
		add(&series, 1, 100 * k, 100, 1);
		add(&series, 2, 100 * k, 100, 2 * k);
	}
	finish(&series);
	assert_int_equal(series.bin_ms, 100);
	assert_bins(&series, "1 3 5");
	assert_true(series.bins[1].clients == 4);
	series_release(&series);
}

static void an_interval_that_ends_late_leaves_no_hole(void **state)
{
	(void)state;
	struct series series = { 0 };
	/* The grid is 100 ms; each end is some milliseconds behind it. */
	static const int64_t ends[] = { 103, 200, 309, 400, 502, 601, 700 };
	int64_t from = 0;
	for (size_t k = 0; k < 7; k++) {
		add(&series, 1, from, ends[k] - from, 5);
		from = ends[k];
	}
	finish(&series);
	assert_int_equal(series.bin_ms, 100);
	assert_bins(&series, "5 5 5 5 5 5 5");
	series_release(&series);
}

static void a_process_keeps_its_phase_and_the_bins_say_how_far_they_reach(
    void **state)
{
	(void)state;
	struct series series = { 0 };
	for (int k = 0; k < 20; k++) {
		add(&series, 1, 100 * k, 100, 1);
		/* Half a bin later: rounding must not flip to and fro. */
		add(&series, 2, 100 * k + 49 + k % 3, 100 + (k + 1) % 3 - k % 3,
		    1);
	}
	finish(&series);
	for (size_t k = 1; k + 1 < series.bin_count; k++) {
		assert_true(series.bins[k].ok == 2);
		assert_true(
		    series.bins[k].to_ms - series.bins[k].from_ms > 140);
	}
	series_release(&series);
}

static void a_stalled_interval_is_spread_over_what_it_covers(void **state)
{
	(void)state;
	struct series series = { 0 };
	add(&series, 1, 0, 100, 4);
	add(&series, 1, 100, 100, 4);
	add(&series, 1, 200, 300, 12);
	add(&series, 1, 500, 100, 4);
	add(&series, 1, 600, 100, 4);
	finish(&series);
	assert_bins(&series, "4 4 4 4 4 4 4");
	assert_int_equal(series.bins[2].to_ms, START + 500);
	series_release(&series);
}

static void a_missing_interval_is_a_hole(void **state)
{
	(void)state;
	struct series series = { 0 };
	for (int k = 0; k < 6; k++)
		if (k != 3)
			add(&series, 1, 100 * k, 100, 4);
	finish(&series);
	assert_bins(&series, "4 4 4 0! 4 4");
	series_release(&series);
}

static void the_coarsest_timeline_decides_the_bins(void **state)
{
	(void)state;
	struct series series = { 0 };
	for (int k = 0; k < 20; k++)
		add(&series, 1, 100 * k, 100, 1);
	for (int k = 0; k < 2; k++)
		add(&series, 2, 1000 * k, 1000, 7);
	finish(&series);
	assert_int_equal(series.bin_ms, 1000);
	assert_bins(&series, "17 17");
	series_release(&series);
}

static void latencies_come_out_as_they_went_in(void **state)
{
	(void)state;
	struct series series = { 0 };
	struct record_interval interval = { .machine_id = 1,
		.from_unix_ms = START,
		.length_ms = 100 };
	for (int64_t us = 1; us < 3000000000; us = us * 3 + 1) {
		const struct outcome outcome = { .service_us = us,
			.response_us = us };
		for (int64_t n = 0; n <= us % 200; n++)
			stats_record(&interval.stats, &outcome);
	}
	series_add(&series, &interval, &exact);
	finish(&series);
	struct histogram h = { 0 };
	series_latencies(&series, 0, 1, &h);
	char *in = histogram_encode(&interval.stats.service);
	char *out = histogram_encode(&h);
	assert_string_equal(in, out);
	assert_int_equal(series_slower(&series, 0, 1, 0), h.count);
	assert_int_equal(series_slower(&series, 0, 1, HISTOGRAM_MAX_US), 0);
	free(in);
	free(out);
	histogram_clear(&h);
	stats_clear(&interval.stats);
	series_release(&series);
}

static void the_time_in_which_files_are_written_is_no_load(void **state)
{
	(void)state;
	struct series series = { 0 };
	const struct record_interval last = { .machine_id = 1,
		.from_unix_ms = START + 200,
		.length_ms = 900,
		.last = true };
	add(&series, 1, 0, 100, 4);
	add(&series, 1, 100, 100, 4);
	series_add(&series, &last, &exact);
	finish(&series);
	assert_bins(&series, "4 4");
	series_release(&series);
}

static void requests_that_end_with_the_last_tick_are_not_lost(void **state)
{
	(void)state;
	struct series series = { 0 };
	add(&series, 1, 0, 100, 4);
	add(&series, 1, 100, 100, 4);
	add(&series, 1, 200, 0, 2);
	add(&series, 2, 200, 0, 0);
	finish(&series);
	assert_int_equal(series.process_count, 1);
	assert_bins(&series, "4 4 2");
	series_release(&series);
}

static void timelines_that_lie_years_apart_are_refused(void **state)
{
	(void)state;
	struct series series = { 0 };
	struct err err = { "" };
	add(&series, 1, 0, 100, 4);
	add(&series, 2, INT64_C(100000000000), 100, 4);
	assert_int_equal(series_finish(&series, &err), -1);
	assert_string_equal(err.text, "the timelines lie 27778 hours apart");
	assert_int_equal(series.bin_count, 0);
	series_release(&series);
}

static void servers_and_phases_are_kept_by_name(void **state)
{
	(void)state;
	struct series series = { 0 };
	char warmup[] = "warmup", sustained[] = "sustained";
	char *phases[] = { warmup, sustained };
	for (int k = 0; k < 2; k++) {
		struct record_interval interval = { .machine_id = 1,
			.from_unix_ms = START + 100 * k,
			.length_ms = 100,
			.phase = phases[k] };
		counts_add(&interval.stats.servers, "a", 7);
		counts_add(&interval.stats.servers, k ? "b" : "a", 300);
		series_add(&series, &interval, &exact);
		stats_clear(&interval.stats);
	}
	finish(&series);
	struct packed_walk walk = { 0 };
	assert_true(packed_next(&series.slices[1].servers, &walk));
	assert_string_equal(series.servers[walk.first], "a");
	assert_int_equal(walk.second, 7);
	assert_true(packed_next(&series.slices[1].servers, &walk));
	assert_string_equal(series.servers[walk.first], "b");
	assert_int_equal(walk.second, 300);
	assert_false(packed_next(&series.slices[1].servers, &walk));
	assert_int_equal(series.phase_count, 2);
	assert_string_equal(series.phases[1].name, "sustained");
	assert_int_equal(series.phases[1].from_ms, START + 100);
	assert_int_equal(series.phases[1].to_ms, START + 200);
	series_release(&series);
}

static void response_times_are_those_of_the_service_where_they_are_not_apart(
    void **state)
{
	(void)state;
	struct series series = { 0 };
	struct histogram h = { 0 };
	add(&series, 2, 0, 100, 3);
	struct record_interval interval = { .machine_id = 1,
		.from_unix_ms = START + 100,
		.length_ms = 100 };
	const struct outcome late = { .service_us = 500, .response_us = 9000 };
	stats_record(&interval.stats, &late);
	series_add(&series, &interval, &exact);
	stats_clear(&interval.stats);
	finish(&series);
	assert_true(series.response_apart);
	series_responses(&series, 1, 2, &h);
	assert_int_equal(h.count, 1);
	assert_in_range(histogram_max(&h), 8990, 9010);
	histogram_clear(&h);
	series_release(&series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_of_all_processes_share_bins),
		cmocka_unit_test(an_interval_that_ends_late_leaves_no_hole),
		cmocka_unit_test(
		    a_process_keeps_its_phase_and_the_bins_say_how_far_they_reach),
		cmocka_unit_test(
		    a_stalled_interval_is_spread_over_what_it_covers),
		cmocka_unit_test(a_missing_interval_is_a_hole),
		cmocka_unit_test(the_coarsest_timeline_decides_the_bins),
		cmocka_unit_test(latencies_come_out_as_they_went_in),
		cmocka_unit_test(
		    the_time_in_which_files_are_written_is_no_load),
		cmocka_unit_test(
		    requests_that_end_with_the_last_tick_are_not_lost),
		cmocka_unit_test(timelines_that_lie_years_apart_are_refused),
		cmocka_unit_test(servers_and_phases_are_kept_by_name),
		cmocka_unit_test(
		    response_times_are_those_of_the_service_where_they_are_not_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
