#include "lib/rng.h"
#include "lib/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct outcome good = { .operation = "task",
	.server = "1",
	.service_us = 1500,
	.response_us = 2000,
	.retries = 1,
	.bytes_sent = 100,
	.bytes_received = 300 };
static const struct outcome refused = { .reason = "connection refused",
	.operation = "task",
	.server = "2",
	.service_us = 40,
	.response_us = 50,
	.bytes_sent = 10 };
static const struct outcome nobody = { .reason = "no leader",
	.service_us = 5000000,
	.response_us = 5000000 };

static void assert_refused(const struct stats *stats, const char *words)
{
	struct err err = { "" };

	assert_int_equal(stats_check(stats, &err), -1);
	assert_string_equal(err.text, words);
}

static void a_success_counts_in_both_latencies(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	stats_record(&stats, &good);
	assert_int_equal(stats.ok, 1);
	assert_int_equal(stats.retries, 1);
	assert_int_equal(stats.bytes_sent, 100);
	assert_int_equal(stats.bytes_received, 300);
	assert_int_equal(counts_get(&stats.servers, "1"), 1);
	assert_int_equal(stats.operations.items[0].ok, 1);
	assert_int_equal(histogram_max(&stats.service), 1500);
	assert_int_equal(histogram_max(&stats.response), 2000);
	assert_int_equal(stats.failed_service.count, 0);
	stats_clear(&stats);
}

static void a_failure_keeps_its_reason_and_its_latency_apart(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	stats_record(&stats, &refused);
	stats_record(&stats, &nobody);
	assert_int_equal(stats.failed, 2);
	assert_int_equal(counts_get(&stats.reasons, "no leader"), 1);
	assert_int_equal(counts_get(&stats.reasons, "connection refused"), 1);
	assert_int_equal(stats.operations.length, 1);
	assert_int_equal(stats.operations.items[0].failed, 1);
	assert_int_equal(counts_total(&stats.servers), 1);
	assert_int_equal(stats.service.count, 0);
	assert_int_equal(stats.response.count, 0);
	assert_int_equal(stats.failed_service.count, 2);
	assert_int_equal(histogram_min(&stats.failed_service), 40);
	stats_clear(&stats);
}

static void the_failed_are_a_share_of_the_sent(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	assert_true(stats_failed_percent(&stats) == 0);
	stats_skip(&stats, 100);
	assert_true(stats_failed_percent(&stats) == 0);
	for (int i = 0; i < 3; i++)
		stats_record(&stats, &good);
	stats_record(&stats, &refused);
	assert_true(stats_failed_percent(&stats) == 25);
	stats_clear(&stats);
}

static void what_is_recorded_keeps_the_identities(void **state)
{
	struct stats stats = { 0 }, all = { 0 };
	struct err err = { "" };

	(void)state;
	assert_int_equal(stats_check(&stats, &err), 0);
	stats_record(&stats, &good);
	stats_record(&stats, &refused);
	stats_skip(&stats, 3);
	assert_int_equal(stats.planned, 5);
	assert_int_equal(stats.skipped, 3);
	assert_int_equal(stats_check(&stats, &err), 0);
	stats_merge(&all, &stats);
	stats_merge(&all, &stats);
	assert_int_equal(stats_check(&all, &err), 0);
	assert_int_equal(all.planned, 10);
	assert_int_equal(all.sent, 4);
	assert_int_equal(all.skipped, 6);
	assert_int_equal(all.ok, 2);
	assert_int_equal(all.failed, 2);
	assert_int_equal(all.retries, 2);
	assert_int_equal(all.bytes_sent, 220);
	assert_int_equal(all.bytes_received, 600);
	assert_int_equal(counts_get(&all.servers, "2"), 2);
	assert_int_equal(counts_get(&all.reasons, "connection refused"), 2);
	assert_int_equal(all.operations.items[0].ok, 2);
	assert_int_equal(all.operations.items[0].failed, 2);
	assert_int_equal(all.service.count, 2);
	assert_int_equal(all.response.count, 2);
	assert_int_equal(all.failed_service.count, 2);
	stats_clear(&stats);
	stats_clear(&all);
	assert_int_equal(all.planned, 0);
}

static void a_broken_sum_is_named_with_its_numbers(void **state)
{
	struct stats stats = { .planned = 1000,
		.sent = 1000,
		.ok = 990,
		.failed = 9 };

	(void)state;
	assert_refused(&stats,
	    "sent 1,000 but successful 990 + failed 9 = 999");
	stats.planned = 1001;
	assert_refused(&stats, "planned 1,001 but sent 1,000 + skipped 0 = "
	                       "1,000");
	stats.planned = 1000;
	stats.failed = 10;
	assert_refused(&stats, "failed 10 but the reasons add up to 0");
	counts_add(&stats.reasons, "x", 10);
	operations_add(&stats.operations, "task")->ok = 991;
	assert_refused(&stats,
	    "successful 990 but its operations add up to 991");
	stats_clear(&stats);
}

static void a_sum_that_wraps_round_is_broken(void **state)
{
	struct stats stats = { .planned = 5, .sent = UINT64_MAX, .skipped = 6 };
	struct err err;

	(void)state;
	assert_int_equal(stats_check(&stats, &err), -1);
}

/* ---- what is the same is kept once ---- */

static void record(struct stats *stats, const char *operation,
    int64_t service_us, int64_t response_us)
{
	struct outcome outcome = { .operation = operation,
		.service_us = service_us,
		.response_us = response_us };
	stats_record(stats, &outcome);
}

static uint64_t service_count(const struct stats *stats, const char *name)
{
	const struct operation *operation =
	    operations_find(&stats->operations, name);
	assert_non_null(operation);
	const struct histogram *h = stats_operation_service(stats, operation);
	assert_non_null(h);
	return h->count;
}

static int64_t slowest(const struct stats *stats, const char *name)
{
	return histogram_max(stats_operation_response(stats,
	    operations_find(&stats->operations, name)));
}

static void responses_are_services_until_one_differs(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	record(&stats, "task", 10, 10);
	record(&stats, "task", 20, 20);
	assert_false(stats.response_apart);
	assert_int_equal(stats.response.count, 0);
	assert_int_equal(histogram_max(stats_response(&stats)), 20);
	record(&stats, "task", 30, 40);
	assert_true(stats.response_apart);
	assert_int_equal(stats_response(&stats)->count, 3);
	assert_int_equal(histogram_min(stats_response(&stats)), 10);
	assert_int_equal(histogram_max(stats_response(&stats)), 40);
	assert_int_equal(histogram_max(&stats.service), 30);
	stats_clear(&stats);
	assert_false(stats.response_apart);
}

static void one_operation_has_the_latencies_of_all(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	record(&stats, "task", 10, 15);
	record(&stats, "task", 20, 25);
	assert_int_equal(stats.operations.items[0].service.count, 0);
	assert_int_equal(service_count(&stats, "task"), 2);
	assert_int_equal(slowest(&stats, "task"), 25);
	stats_record(&stats, &nobody); /* has no latency among these */
	assert_false(stats.operations.apart);
	stats_clear(&stats);
}

static void a_second_operation_leaves_the_first_its_latencies(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	record(&stats, "task", 10, 10);
	record(&stats, "task", 20, 25);
	record(&stats, "list", 30, 35);
	record(&stats, "task", 40, 45);
	assert_int_equal(service_count(&stats, "task"), 3);
	assert_int_equal(service_count(&stats, "list"), 1);
	assert_int_equal(slowest(&stats, "task"), 45);
	assert_int_equal(slowest(&stats, "list"), 35);
	stats_clear(&stats);
}

static void a_request_of_no_operation_is_none_of_the_others(void **state)
{
	struct stats before = { 0 }, after = { 0 };

	(void)state;
	record(&before, NULL, 99, 99);
	record(&before, "task", 10, 10);
	record(&after, "task", 10, 10);
	record(&after, NULL, 99, 99);
	assert_int_equal(service_count(&before, "task"), 1);
	assert_int_equal(service_count(&after, "task"), 1);
	assert_int_equal(slowest(&before, "task"), 10);
	assert_int_equal(slowest(&after, "task"), 10);
	stats_clear(&before);
	stats_clear(&after);
}

static void operations_part_also_after_their_responses(void **state)
{
	struct stats stats = { 0 };

	(void)state;
	record(&stats, "task", 10, 10);
	record(&stats, "list", 20, 20);
	record(&stats, "task", 30, 39);
	assert_int_equal(slowest(&stats, "task"), 39);
	assert_int_equal(slowest(&stats, "list"), 20);
	stats_clear(&stats);
}

/* Requests of a few operations, some on time and some late, dealt out to some
 * sets and to one. */
static void what_is_merged_is_what_would_have_been_recorded(void **state)
{
	static const char *const names[] = { "task", "list", "read", NULL };

	(void)state;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct rng rng;
		struct stats parts[4] = { 0 }, merged = { 0 }, all = { 0 };
		rng_init(&rng, seed, 0);
		for (uint64_t n = rng_below(&rng, 12); n > 0; n--) {
			uint64_t part = rng_below(&rng, 4);
			uint64_t kinds = seed % 5 ? seed % 5 : 1;
			int64_t late = seed % 2 ? 0 : 5;
			const char *name = names[rng_below(&rng, kinds)];
			int64_t us = 1 + (int64_t)rng_below(&rng, 1000);
			record(&parts[part], name, us, us + late);
			record(&all, name, us, us + late);
		}
		for (size_t i = 0; i < 4; i++)
			stats_merge(&merged, &parts[i]);
		assert_int_equal(merged.operations.length,
		    all.operations.length);
		for (size_t i = 0; i < all.operations.length; i++) {
			const char *name = all.operations.items[i].name;
			assert_int_equal(service_count(&merged, name),
			    all.operations.items[i].ok);
			assert_int_equal(service_count(&merged, name),
			    service_count(&all, name));
			assert_int_equal(slowest(&merged, name),
			    slowest(&all, name));
		}
		assert_int_equal(stats_response(&merged)->count, all.ok);
		for (size_t i = 0; i < 4; i++)
			stats_clear(&parts[i]);
		stats_clear(&merged);
		stats_clear(&all);
	}
}

static void latencies_that_nobody_told_apart_are_not_made_up(void **state)
{
	struct stats older = { 0 }, all = { 0 };

	(void)state;
	/* As a record of older days is read: two names and one histogram. */
	record(&older, NULL, 10, 10);
	record(&older, NULL, 20, 20);
	operations_add(&older.operations, "task")->ok = 1;
	operations_add(&older.operations, "list")->ok = 1;
	assert_null(stats_operation_service(&older,
	    operations_find(&older.operations, "task")));
	record(&all, "task", 30, 30);
	stats_merge(&all, &older);
	assert_null(stats_operation_service(&all,
	    operations_find(&all.operations, "task")));
	assert_null(stats_operation_response(&all,
	    operations_find(&all.operations, "list")));
	stats_clear(&older);
	stats_clear(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_counts_in_both_latencies),
		cmocka_unit_test(
		    a_failure_keeps_its_reason_and_its_latency_apart),
		cmocka_unit_test(the_failed_are_a_share_of_the_sent),
		cmocka_unit_test(what_is_recorded_keeps_the_identities),
		cmocka_unit_test(a_broken_sum_is_named_with_its_numbers),
		cmocka_unit_test(a_sum_that_wraps_round_is_broken),
		cmocka_unit_test(responses_are_services_until_one_differs),
		cmocka_unit_test(one_operation_has_the_latencies_of_all),
		cmocka_unit_test(
		    a_second_operation_leaves_the_first_its_latencies),
		cmocka_unit_test(
		    a_request_of_no_operation_is_none_of_the_others),
		cmocka_unit_test(operations_part_also_after_their_responses),
		cmocka_unit_test(
		    what_is_merged_is_what_would_have_been_recorded),
		cmocka_unit_test(
		    latencies_that_nobody_told_apart_are_not_made_up),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
