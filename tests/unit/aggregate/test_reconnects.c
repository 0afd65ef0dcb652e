#include "aggregate/reconnects.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define START INT64_C(1761904800000)

static const struct machine_clock clock_known = { .known = true };

/* A second of one process: `dropped` lost, `n` back after `ms` each. */
static void give(struct reconnects *reconnects, int64_t second,
    uint64_t dropped, uint64_t n, int64_t ms)
{
	struct record_interval interval = {
		.from_unix_ms = START + second * 1000,
		.length_ms = 1000,
		.connections = { .held = true,
		    .dropped = dropped,
		    .restored = n },
	};
	if (n)
		histogram_record_n(&interval.connections.restore, ms * 1000, n);
	reconnects_add(reconnects, &interval, &clock_known);
	record_connections_release(&interval.connections);
}

static void give_messages(struct reconnects *reconnects, int64_t second,
    uint64_t missed, uint64_t doubled)
{
	struct record_interval interval = {
		.from_unix_ms = START + second * 1000,
		.length_ms = 1000,
		.connections = { .held = true,
		    .missed = missed,
		    .doubled = doubled },
	};
	reconnects_add(reconnects, &interval, &clock_known);
}

static struct fault fault_at(uint64_t number, double second, double healed)
{
	return (struct fault){ .number = number,
		.commanded_unix_ms = START + llround(second * 1e3),
		.healed_unix_ms =
		    healed > 0 ? START + llround(healed * 1e3) : 0 };
}

static void assert_ms(int64_t us, double ms)
{
	assert_true(fabs((double)us / 1e3 - ms) <= ms * 0.001);
}

static void no_connections_are_no_view(void **state)
{
	struct reconnects reconnects = { 0 };
	struct impact impact = { 0 };
	const struct record_interval interval = { .length_ms = 1000 };

	(void)state;
	reconnects_add(&reconnects, &interval, &clock_known);
	reconnects_find(&reconnects, &impact);
	assert_false(reconnects.held);
	assert_int_equal(reconnects.outage_count, 0);
	reconnects_release(&reconnects);
}

static void percentages_are_of_all_that_were_lost(void **state)
{
	struct reconnects reconnects = { 0 };
	struct impact impact = { 0 };

	(void)state;
	/* Of 100: 50 after 200 ms, 40 after 1,500 ms, and 10 never. */
	give(&reconnects, 10, 100, 50, 200);
	give(&reconnects, 12, 0, 40, 1500);
	reconnects_find(&reconnects, &impact);
	assert_int_equal(reconnects.outage_count, 1);
	const struct outage *outage = &reconnects.outages[0];
	assert_null(outage->fault);
	assert_int_equal(outage->from_ms, START + 10000);
	assert_int_equal(outage->dropped, 100);
	assert_int_equal(outage->restore.count, 90);
	assert_ms(outage->back_us[BACK_50], 200);
	assert_ms(outage->back_us[BACK_90], 1500);
	assert_string_equal(outage->not_determined[BACK_99],
	    "only 90 of 100 came back before the run ended");
	reconnects_release(&reconnects);
}

static void each_outage_has_its_own_fault_and_its_own_return(void **state)
{
	struct reconnects reconnects = { 0 };
	struct fault faults[] = { fault_at(1, 5.5, 7), fault_at(2, 30.2, 32),
		fault_at(3, 50, 52) };
	struct fault_impact items[] = { { .fault = &faults[0] },
		{ .fault = &faults[1] }, { .fault = &faults[2] } };
	struct impact impact = { .items = items, .count = 3 };

	(void)state;
	give(&reconnects, 5, 20, 0, 0);
	give(&reconnects, 20, 7, 7, 100); /* nobody's */
	give(&reconnects, 30, 20, 0, 0);
	give(&reconnects, 33, 0, 20, 2400);
	/* Those of the first fault that were away the longest. */
	give(&reconnects, 35, 0, 20, 30000);
	reconnects_find(&reconnects, &impact);
	assert_int_equal(reconnects.outage_count, 4);
	const struct outage *outages = reconnects.outages;
	assert_ptr_equal(outages[0].fault, &faults[0]);
	assert_ms(outages[0].back_us[BACK_50], 30000);
	assert_null(outages[1].fault);
	assert_ms(outages[1].back_us[BACK_99], 100);
	assert_ptr_equal(outages[2].fault, &faults[1]);
	assert_ms(outages[2].back_us[BACK_99], 2400);
	assert_ptr_equal(outages[3].fault, &faults[2]);
	assert_int_equal(outages[3].dropped, 0);
	assert_string_equal(outages[3].not_determined[BACK_50],
	    "no connection was lost");
	assert_int_equal(reconnects.dropped, 47);
	assert_int_equal(reconnects.restored, 47);
	assert_int_equal(reconnects.untimed, 0);
	reconnects_release(&reconnects);
}

static void messages_count_until_the_next_outage(void **state)
{
	struct reconnects reconnects = { 0 };
	struct impact impact = { 0 };

	(void)state;
	give_messages(&reconnects, 1, 1, 0); /* before any */
	give(&reconnects, 10, 5, 5, 10);
	give_messages(&reconnects, 19, 4, 2);
	give(&reconnects, 30, 5, 5, 10);
	give_messages(&reconnects, 31, 0, 3);
	reconnects_find(&reconnects, &impact);
	assert_int_equal(reconnects.outage_count, 2);
	assert_int_equal(reconnects.outages[0].missed, 4);
	assert_int_equal(reconnects.outages[0].doubled, 2);
	assert_int_equal(reconnects.outages[1].missed, 0);
	assert_int_equal(reconnects.outages[1].doubled, 3);
	assert_int_equal(reconnects.missed, 5);
	reconnects_release(&reconnects);
}

static void without_a_clock_no_outage_is_a_faults(void **state)
{
	struct reconnects reconnects = { 0 };
	struct fault fault = fault_at(1, 5, 7);
	struct fault_impact item = { .fault = &fault };
	struct impact impact = { .items = &item,
		.count = 1,
		.clock_unknown = true };

	(void)state;
	give(&reconnects, 5, 20, 20, 50);
	reconnects_find(&reconnects, &impact);
	assert_int_equal(reconnects.outage_count, 1);
	assert_null(reconnects.outages[0].fault);
	reconnects_release(&reconnects);
}

static void clocks_that_differ_by_their_error_hide_no_fault(void **state)
{
	(void)state;
	for (int error_ms = 0; error_ms <= 20; error_ms += 20) {
		struct reconnects reconnects = { 0 };
		/* Ten milliseconds after the interval of the loss. */
		struct fault fault = fault_at(1, 6.01, 8);
		struct fault_impact item = { .fault = &fault };
		struct impact impact = { .items = &item,
			.count = 1,
			.clock_error_ms = error_ms };
		give(&reconnects, 5, 20, 20, 50);
		reconnects_find(&reconnects, &impact);
		assert_int_equal(reconnects.outage_count, error_ms ? 1 : 2);
		assert_ptr_equal(reconnects.outages[0].fault,
		    error_ms ? &fault : NULL);
		reconnects_release(&reconnects);
	}
}

static void a_return_without_a_time_is_not_determined(void **state)
{
	struct reconnects reconnects = { 0 };
	struct impact impact = { 0 };
	const struct record_interval interval = { .from_unix_ms = START,
		.length_ms = 1000,
		.connections = { .held = true, .dropped = 4, .restored = 4 } };

	(void)state;
	reconnects_add(&reconnects, &interval, &clock_known);
	reconnects_find(&reconnects, &impact);
	assert_string_equal(reconnects.outages[0].not_determined[BACK_50],
	    "the timelines do not tell how long 4 took that came back");
	reconnects_release(&reconnects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_connections_are_no_view),
		cmocka_unit_test(percentages_are_of_all_that_were_lost),
		cmocka_unit_test(
		    each_outage_has_its_own_fault_and_its_own_return),
		cmocka_unit_test(messages_count_until_the_next_outage),
		cmocka_unit_test(without_a_clock_no_outage_is_a_faults),
		cmocka_unit_test(
		    clocks_that_differ_by_their_error_hide_no_fault),
		cmocka_unit_test(a_return_without_a_time_is_not_determined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
