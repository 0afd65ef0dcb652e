#include "lib/figures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

static double value(const struct figures *figures, const char *name)
{
	double found = -1;
	figures_get(figures, name, &found);
	return found;
}

static void names_outlive_the_growth_of_the_storage(void **state)
{
	struct figures figures = { 0 };
	(void)state;
	for (int i = 0; i < 1000; i++)
		figures_add_format(&figures, FIGURE_NOW, i, "figure.%d", i);
	assert_int_equal(figures.count, 1000);
	for (int i = 0; i < 1000; i += 111) {
		char name[32];
		snprintf(name, sizeof name, "figure.%d", i);
		assert_string_equal(figures_name(&figures, (size_t)i), name);
		assert_double_equal(value(&figures, name), i, 0);
	}
	assert_null(figures_find(&figures, "figure.1000", 3));
	figures_clear(&figures);
	assert_null(figures_find(&figures, "figure.1", 1));
	figures_release(&figures);
}

static void counters_are_told_as_what_they_did_since(void **state)
{
	struct figures before = { 0 }, now = { 0 }, told = { 0 };
	(void)state;
	figures_add_format(&before, FIGURE_RATE, 1000, "bytes");
	figures_add_format(&before, FIGURE_EVENTS, 5, "drops");
	figures_add_format(&before, FIGURE_SHARE, 10, "busy");
	figures_add_format(&before, FIGURE_USE, 10, "cpu");
	/* Another order, and one that has gone. */
	figures_add_format(&now, FIGURE_USE, 14.5, "cpu");
	figures_add_format(&now, FIGURE_SHARE, 12.1, "busy");
	figures_add_format(&now, FIGURE_RATE, 1500, "bytes");
	figures_add_format(&now, FIGURE_EVENTS, 7, "drops");
	figures_add_format(&now, FIGURE_NOW, 3, "load");
	figures_change(&told, &before, &now, 2);
	assert_double_equal(value(&told, "bytes_per_second"), 250, 0);
	assert_double_equal(value(&told, "drops"), 2, 0);
	assert_double_equal(value(&told, "busy_percent"), 100, 0);
	assert_double_equal(value(&told, "cpu_percent"), 225, 0);
	assert_double_equal(value(&told, "load"), 3, 0);
	figures_release(&before);
	figures_release(&now);
	figures_release(&told);
}

static void a_counter_without_a_past_is_left_out(void **state)
{
	struct figures before = { 0 }, now = { 0 }, told = { 0 };
	(void)state;
	figures_add_format(&before, FIGURE_RATE, 1000, "restarted");
	figures_add_format(&now, FIGURE_RATE, 10, "restarted");
	figures_add_format(&now, FIGURE_RATE, 10, "new");
	figures_change(&told, &before, &now, 1);
	assert_int_equal(told.count, 0);
	figures_change(&told, &now, &now, 0);
	assert_int_equal(told.count, 0);
	figures_release(&before);
	figures_release(&now);
	figures_release(&told);
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
