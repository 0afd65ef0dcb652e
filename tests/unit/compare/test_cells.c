#include "compare/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define START INT64_C(1761904800000)

/* An interval with `ok` answers of 1 ms, in an open loop of 2 ms. */
static void add(struct cells *cells, uint64_t machine, int64_t from_ms,
    int64_t length_ms, uint64_t ok, uint64_t clients)
{
	struct record_interval interval = {
		.machine_id = machine,
		.from_unix_ms = START + from_ms,
		.length_ms = length_ms,
		.clients = clients,
	};
	interval.stats.sent = interval.stats.ok = ok;
	histogram_record_n(&interval.stats.service, 1000, ok);
	cells_add(cells, &interval, 0);
	stats_clear(&interval.stats);
}

static void machines_side_by_side_become_one_second(void **state)
{
	struct cells cells = { 0 };
	(void)state;
	for (int second = 0; second < 5; second++) {
		add(&cells, 1, second * 1000, 1000, 10, 2);
		add(&cells, 2, second * 1000 + 200, 1000, 20, 3);
	}
	cells_finish(&cells);
	assert_int_equal(cells.count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(cells.items[i].ok, 30);
		assert_int_equal(cells.items[i].clients, 5);
		assert_int_equal(cells.items[i].bucket_count, 1);
		assert_int_equal(cells.items[i].buckets[0].n, 30);
		assert_true(cells.items[i].seconds == 1);
	}
	cells_release(&cells);
}

static void requests_that_end_with_the_last_tick_are_not_lost(void **state)
{
	struct cells cells = { 0 };
	uint64_t ok = 0;
	(void)state;
	add(&cells, 1, 0, 1000, 10, 2);
	add(&cells, 1, 1000, 0, 3, 2);
	cells_finish(&cells);
	for (size_t i = 0; i < cells.count; i++)
		ok += cells.items[i].ok;
	assert_int_equal(ok, 13);
	cells_release(&cells);
}

static void short_intervals_become_seconds_and_long_ones_stay(void **state)
{
	struct cells tenths = { 0 }, fives = { 0 };
	(void)state;
	for (int i = 0; i < 30; i++)
		add(&tenths, 1, i * 100, 100, 1, 1);
	for (int i = 0; i < 3; i++)
		add(&fives, 1, i * 5000, 5000, 1, 1);
	cells_finish(&tenths);
	cells_finish(&fives);
	assert_int_equal(tenths.count, 3);
	assert_int_equal(tenths.items[1].ok, 10);
	assert_int_equal(fives.count, 3);
	assert_int_equal(fives.cell_ms, 5000);
	cells_release(&tenths);
	cells_release(&fives);
}

static void many_hours_are_merged_into_larger_cells(void **state)
{
	struct cells cells = { 0 };
	(void)state;
	for (int i = 0; i < 3 * CELLS_MAX; i++)
		add(&cells, 1, i * INT64_C(1000), 1000, 1, 1);
	cells_finish(&cells);
	assert_int_equal(cells.count, CELLS_MAX);
	assert_int_equal(cells.items[7].ok, 3);
	assert_true(cells.items[7].seconds == 3);
	cells_release(&cells);
}

static void a_clock_that_jumps_loses_no_second(void **state)
{
	struct cells cells = { 0 };
	(void)state;
	for (int i = 0; i < 20; i++)
		add(&cells, 1,
		    i * INT64_C(1000) + (i < 10 ? 0 : INT64_C(40000000000)),
		    1000, 5, 1);
	cells_finish(&cells);
	assert_int_equal(cells.cell_ms, 1000);
	assert_int_equal(cells.count, 20);
	assert_int_equal(cells.items[19].ok, 5);
	cells_release(&cells);
}

static void seconds_without_all_clients_are_not_steady(void **state)
{
	static const uint64_t clients[] = { 4, 10, 10, 10, 10, 6, 2 };
	static const bool steady[] = { false, false, true, true, true, false,
		false };
	struct cells cells = { 0 };
	(void)state;
	for (int i = 0; i < 7; i++)
		add(&cells, 1, i * 1000, 1000, 1, clients[i]);
	cells_finish(&cells);
	assert_int_equal(cells_steady(&cells, NULL, 0), 3);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(cells.items[i].steady, steady[i]);
	cells_release(&cells);
}

static void seconds_that_a_fault_touches_are_not_steady(void **state)
{
	struct disturbance fault = { START + 4500, START + 6500 };
	struct disturbance for_ever = { START + 8000, INT64_MAX };
	struct cells cells = { 0 };
	struct histogram all = { 0 };
	(void)state;
	for (int i = 0; i < 10; i++)
		add(&cells, 1, i * 1000, 1000, 1, 1);
	cells_finish(&cells);
	/* Of a closed loop nobody knows who was there before the first. */
	assert_int_equal(cells_steady(&cells, &fault, 1), 6);
	assert_true(cells.items[3].steady && !cells.items[4].steady);
	assert_true(!cells.items[6].steady && cells.items[7].steady);
	cells_latencies(&cells, 0, 10, true, &all);
	assert_int_equal(all.count, 6);
	histogram_clear(&all);
	assert_int_equal(cells_steady(&cells, &for_ever, 1), 6);
	cells_release(&cells);
}

static void nothing_makes_no_cells(void **state)
{
	struct cells cells = { 0 };
	(void)state;
	cells_finish(&cells);
	assert_int_equal(cells.count, 0);
	assert_int_equal(cells_steady(&cells, NULL, 0), 0);
	cells_release(&cells);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_side_by_side_become_one_second),
		cmocka_unit_test(
		    short_intervals_become_seconds_and_long_ones_stay),
		cmocka_unit_test(
		    requests_that_end_with_the_last_tick_are_not_lost),
		cmocka_unit_test(many_hours_are_merged_into_larger_cells),
		cmocka_unit_test(a_clock_that_jumps_loses_no_second),
		cmocka_unit_test(seconds_without_all_clients_are_not_steady),
		cmocka_unit_test(seconds_that_a_fault_touches_are_not_steady),
		cmocka_unit_test(nothing_makes_no_cells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
