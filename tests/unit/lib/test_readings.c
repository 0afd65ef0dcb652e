#include "lib/readings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

static double value(const struct readings *readings, const char *name)
{
	double found = -1;
	readings_get(readings, name, &found);
	return found;
}

static void names_outlive_the_growth_of_the_storage(void **state)
{
	struct readings readings = { 0 };
	(void)state;
	for (int i = 0; i < 1000; i++)
		readings_add_format(&readings, READING_NOW, i, "reading.%d", i);
	assert_int_equal(readings.count, 1000);
	for (int i = 0; i < 1000; i += 111) {
		char name[32];
		snprintf(name, sizeof name, "reading.%d", i);
		assert_string_equal(readings_name(&readings, (size_t)i), name);
		assert_double_equal(value(&readings, name), i, 0);
	}
	assert_null(readings_find(&readings, "reading.1000", 3));
	readings_clear(&readings);
	assert_null(readings_find(&readings, "reading.1", 1));
	readings_release(&readings);
}

static void counters_are_told_as_what_they_did_since(void **state)
{
	struct readings before = { 0 }, now = { 0 }, told = { 0 };
	(void)state;
	readings_add_format(&before, READING_RATE, 1000, "bytes");
	readings_add_format(&before, READING_EVENTS, 5, "drops");
	readings_add_format(&before, READING_SHARE, 10, "busy");
	/* Another order, and one that has gone. */
	readings_add_format(&now, READING_SHARE, 12.1, "busy");
	readings_add_format(&now, READING_RATE, 1500, "bytes");
	readings_add_format(&now, READING_EVENTS, 7, "drops");
	readings_add_format(&now, READING_NOW, 3, "load");
	readings_change(&told, &before, &now, 2);
	assert_double_equal(value(&told, "bytes_per_second"), 250, 0);
	assert_double_equal(value(&told, "drops"), 2, 0);
	assert_double_equal(value(&told, "busy_percent"), 100, 0);
	assert_double_equal(value(&told, "load"), 3, 0);
	readings_release(&before);
	readings_release(&now);
	readings_release(&told);
}

static void a_counter_without_a_past_is_left_out(void **state)
{
	struct readings before = { 0 }, now = { 0 }, told = { 0 };
	(void)state;
	readings_add_format(&before, READING_RATE, 1000, "restarted");
	readings_add_format(&now, READING_RATE, 10, "restarted");
	readings_add_format(&now, READING_RATE, 10, "new");
	readings_change(&told, &before, &now, 1);
	assert_int_equal(told.count, 0);
	readings_change(&told, &now, &now, 0);
	assert_int_equal(told.count, 0);
	readings_release(&before);
	readings_release(&now);
	readings_release(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_outlive_the_growth_of_the_storage),
		cmocka_unit_test(counters_are_told_as_what_they_did_since),
		cmocka_unit_test(a_counter_without_a_past_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
