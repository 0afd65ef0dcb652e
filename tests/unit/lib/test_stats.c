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
	assert_int_equal(counts_get(&stats.operations_ok, "task"), 1);
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
	assert_int_equal(counts_get(&stats.operations_failed, "task"), 1);
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
	assert_int_equal(counts_get(&all.operations_ok, "task"), 2);
	assert_int_equal(counts_get(&all.operations_failed, "task"), 2);
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
}

static void a_sum_that_wraps_round_is_broken(void **state)
{
	struct stats stats = { .planned = 5, .sent = UINT64_MAX, .skipped = 6 };
	struct err err;

	(void)state;
	assert_int_equal(stats_check(&stats, &err), -1);
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
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
