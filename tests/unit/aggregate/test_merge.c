#include "aggregate/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char run_a[] = "a-1", run_b[] = "b-2";

static void succeed(struct stats *stats, int64_t us)
{
	struct outcome outcome = { .operation = "task",
		.server = "1",
		.service_us = us,
		.response_us = us };

	stats_record(stats, &outcome);
}

/* A client with one success of `us` is merged. */
static enum merge_result give_client(struct merge *merge, char *run,
    uint64_t client_id, uint64_t process, int64_t us)
{
	struct record_client client = { .run_id = run,
		.machine_id = 1,
		.client_id = client_id,
		.process = process,
		.start_unix_ms = 1000000,
		.duration_seconds = 2 };
	struct err err;

	succeed(&client.stats, us);
	enum merge_result result = merge_client(merge, &client, "file", &err);
	stats_clear(&client.stats);
	return result;
}

/* An interval with one success of `us`, at the end of which one client lives.
 */
static enum merge_result give_interval(struct merge *merge, uint64_t process,
    int64_t us, bool last, const char *path)
{
	struct record_interval interval = { .run_id = run_a,
		.machine_id = 1,
		.process = process,
		.from_unix_ms = 1000000,
		.length_ms = 1000,
		.clients = 1,
		.in_flight = 2,
		.last = last };
	struct err err;

	succeed(&interval.stats, us);
	enum merge_result result = merge_interval(merge, &interval, path, &err);
	stats_clear(&interval.stats);
	return result;
}

static void as_many_latencies_come_out_as_went_in(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 1000; i++)
		assert_int_equal(
		    give_client(&merge, run_a, i, i % 7, (int64_t)i * 100),
		    MERGE_TAKEN);
	merge_finish(&merge);
	assert_int_equal(merge.counts_in, 1000);
	assert_int_equal(merge.counts_out, 1000);
	assert_int_equal(merge.total.ok, 1000);
	assert_int_equal(merge.machine_count, 1);
	assert_int_equal(merge.machines[0].processes, 7);
	assert_int_equal(merge.machines[0].clients, 1000);
	merge_release(&merge);
}

static void the_order_of_the_records_does_not_matter(void **state)
{
	struct merge first = { 0 }, second = { 0 };

	(void)state;
	give_client(&first, run_a, 1, 0, 500);
	give_interval(&first, 0, 500, true, "t");
	give_interval(&first, 1, 900, false, "t");
	give_interval(&second, 1, 900, false, "t");
	give_interval(&second, 0, 500, true, "t");
	give_client(&second, run_a, 1, 0, 500);
	merge_finish(&first);
	merge_finish(&second);
	assert_int_equal(first.counts_out, 2);
	assert_int_equal(second.counts_out, 2);
	assert_int_equal(histogram_max(&first.total.service),
	    histogram_max(&second.total.service));
	merge_release(&first);
	merge_release(&second);
}

static void the_timeline_stands_for_a_killed_process(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	give_interval(&merge, 0, 700, false, "t");
	give_client(&merge, run_a, 1, 0, 100);
	merge_finish(&merge);
	assert_int_equal(merge.total.ok, 1);
	assert_in_range(histogram_max(&merge.total.service), 700, 701);
	assert_int_equal(merge.machines[0].killed_processes, 1);
	assert_int_equal(merge.in_flight, 2);
	merge_release(&merge);
}

static void the_client_files_count_where_a_process_ended(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	give_interval(&merge, 0, 700, true, "t");
	give_client(&merge, run_a, 1, 0, 100);
	merge_finish(&merge);
	assert_int_equal(merge.total.ok, 1);
	assert_in_range(histogram_max(&merge.total.service), 100, 101);
	assert_int_equal(merge.machines[0].killed_processes, 0);
	assert_int_equal(merge.machines[0].disagreeing, 0);
	merge_release(&merge);
}

static void two_accounts_that_differ_are_noticed(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	give_interval(&merge, 0, 700, false, "t");
	give_interval(&merge, 0, 700, true, "t");
	give_client(&merge, run_a, 1, 0, 700);
	merge_finish(&merge);
	assert_int_equal(merge.machines[0].disagreeing, 1);
	merge_release(&merge);
}

static void a_client_or_timeline_is_taken_once(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	assert_int_equal(give_client(&merge, run_a, 1, 0, 5), MERGE_TAKEN);
	assert_int_equal(give_client(&merge, run_a, 1, 1, 5), MERGE_TWICE);
	assert_int_equal(give_interval(&merge, 0, 5, false, "t"), MERGE_TAKEN);
	assert_int_equal(give_interval(&merge, 0, 5, false, "t"), MERGE_TAKEN);
	assert_int_equal(give_interval(&merge, 0, 5, false, "u"), MERGE_TWICE);
	merge_release(&merge);
}

static void a_second_run_is_counted_and_not_merged(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	assert_int_equal(give_client(&merge, run_a, 1, 0, 5), MERGE_TAKEN);
	assert_int_equal(give_client(&merge, run_b, 1, 0, 5), MERGE_OTHER_RUN);
	assert_int_equal(merge.runs.count, 2);
	merge_release(&merge);
}

static void a_run_is_named_in_full_or_by_its_last_part(void **state)
{
	struct merge merge = { .runs.wanted = "2" };
	const struct run_part part = { .machine_id = 1 };
	struct err err;

	(void)state;
	assert_int_equal(give_client(&merge, run_a, 1, 0, 5), MERGE_OTHER_RUN);
	assert_int_equal(give_client(&merge, run_b, 1, 0, 5), MERGE_TAKEN);
	merge.runs.wanted = "b-2";
	assert_true(runs_add(&merge.runs, run_b, &part));
	assert_false(runs_add(&merge.runs, "b-22", &part));
	assert_int_equal(runs_check(&merge.runs, &err), 0);
	merge_release(&merge);
}

static void a_wanted_run_that_is_not_there_is_refused_with_those_that_are(
    void **state)
{
	struct merge merge = { .runs.wanted = "3" };
	struct err err = { "" };

	(void)state;
	give_client(&merge, run_a, 1, 0, 5);
	give_client(&merge, run_b, 1, 0, 5);
	assert_int_equal(runs_check(&merge.runs, &err), -1);
	assert_string_equal(err.text,
	    "no file is of the run 3; there are files of a-1, b-2");
	merge_release(&merge);
}

/* Machine 1 was to run that many clients in that many processes. */
static void describe(struct merge *merge, uint64_t clients, uint64_t processes,
    uint64_t requests)
{
	merge_description(merge, run_a,
	    &(struct description){ .machine_id = 1,
	        .clients = clients,
	        .processes = processes,
	        .requests = requests });
}

static void assert_missing(const struct merge *merge, const char *numbers)
{
	char *words = ranges_words(&merge->machines[0].missing);

	assert_string_equal(words, numbers);
	free(words);
}

static void clients_without_a_trace_are_missing_by_number(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	describe(&merge, 9, 1, 0);
	give_client(&merge, run_a, 1, 0, 5);
	give_client(&merge, run_a, 4, 0, 5);
	give_client(&merge, run_a, 5, 0, 5);
	merge_finish(&merge);
	assert_int_equal(merge.machines[0].missing.total, 6);
	assert_missing(&merge, "2-3 and 6-9");
	merge_release(&merge);
}

static void a_timeline_stands_for_all_clients_of_its_process(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	describe(&merge, 7, 3, 0); /* process 1 runs 2 and 5, 2 runs 3 and 6 */
	give_client(&merge, run_a, 1, 0, 5);
	give_client(&merge, run_a, 7, 0, 5);
	give_interval(&merge, 1, 700, false, "t");
	merge_finish(&merge);
	assert_missing(&merge, "3-4 and 6");
	merge_release(&merge);
}

static void a_machine_of_which_nothing_came_is_missing_whole(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	merge_description(&merge, run_a,
	    &(struct description){ .machine_id = 2,
	        .clients = 3,
	        .processes = 1,
	        .requests = 30 });
	merge_finish(&merge);
	assert_int_equal(merge.machines[0].id, 2);
	assert_missing(&merge, "1-3");
	assert_int_equal(merge.planned, 30);
	assert_int_equal(merge.unaccounted, 30);
	merge_release(&merge);
}

static void what_was_to_be_sent_and_is_on_no_record_is_unaccounted_for(
    void **state)
{
	struct merge merge = { 0 };

	(void)state;
	describe(&merge, 2, 1, 20);
	give_interval(&merge, 0, 700, false, "t");
	merge_finish(&merge);
	assert_int_equal(merge.total.ok, 1);
	assert_int_equal(merge.planned, 20);
	assert_int_equal(merge.unaccounted, 19);
	assert_int_equal(merge.in_flight, 2);
	merge_release(&merge);
}

static void without_a_plan_only_what_was_in_flight_is_unaccounted_for(
    void **state)
{
	struct merge merge = { 0 };

	(void)state;
	describe(&merge, 1, 1, 0);
	give_interval(&merge, 0, 700, false, "t");
	merge_finish(&merge);
	assert_int_equal(merge.planned, 3);
	assert_int_equal(merge.unaccounted, 2);
	assert_int_equal(merge.in_flight, 2);
	merge_release(&merge);
}

static void a_record_without_a_start_does_not_stretch_the_run(void **state)
{
	struct merge merge = { 0 };
	struct record_client undated = { .duration_seconds = 9,
		.estimate = true };
	struct err err;

	(void)state;
	give_client(&merge, run_a, 1, 0, 5);
	merge_client(&merge, &undated, "x", &err);
	assert_int_equal(merge.end_unix_ms - merge.start_unix_ms, 2000);
	assert_int_equal(merge.undated_ms, 9000);
	merge_release(&merge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_latencies_come_out_as_went_in),
		cmocka_unit_test(the_order_of_the_records_does_not_matter),
		cmocka_unit_test(the_timeline_stands_for_a_killed_process),
		cmocka_unit_test(the_client_files_count_where_a_process_ended),
		cmocka_unit_test(two_accounts_that_differ_are_noticed),
		cmocka_unit_test(a_client_or_timeline_is_taken_once),
		cmocka_unit_test(a_second_run_is_counted_and_not_merged),
		cmocka_unit_test(a_run_is_named_in_full_or_by_its_last_part),
		cmocka_unit_test(
		    a_wanted_run_that_is_not_there_is_refused_with_those_that_are),
		cmocka_unit_test(clients_without_a_trace_are_missing_by_number),
		cmocka_unit_test(
		    a_timeline_stands_for_all_clients_of_its_process),
		cmocka_unit_test(
		    a_machine_of_which_nothing_came_is_missing_whole),
		cmocka_unit_test(
		    what_was_to_be_sent_and_is_on_no_record_is_unaccounted_for),
		cmocka_unit_test(
		    without_a_plan_only_what_was_in_flight_is_unaccounted_for),
		cmocka_unit_test(
		    a_record_without_a_start_does_not_stretch_the_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
