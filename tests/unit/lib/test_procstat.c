#include "lib/procstat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void steal_is_a_share_of_all_time(void **state)
{
	struct procstat before, now;
	(void)state;
	assert_int_equal(
	    procstat_parse(&before, "cpu  10 0 10 60 0 0 0 20 7 0\n"), 0);
	assert_int_equal(
	    procstat_parse(&now, "cpu  40 0 20 98 0 0 0 42 99 0\n"), 0);
	assert_true(procstat_steal_percent(&before, &now) == 22);
}

static void what_is_not_known_is_no_steal(void **state)
{
	const struct procstat none = { 0 }, some = { 100, 50 };
	(void)state;
	assert_true(procstat_steal_percent(&none, &some) == 0);
	assert_true(procstat_steal_percent(&some, &none) == 0);
	assert_true(procstat_steal_percent(&some, &some) == 0);
}

static void another_line_is_refused(void **state)
{
	struct procstat now = { 1, 1 };
	(void)state;
	assert_int_equal(procstat_parse(&now, "cpu0 1 2 3 4 5 6 7 8\n"), -1);
	assert_int_equal(procstat_parse(&now, "cpu 1 2 3 4\n"), -1);
	assert_int_equal(procstat_parse(&now, ""), -1);
	assert_int_equal(now.all, 0);
}

static void this_machine_can_be_read(void **state)
{
	struct procstat now;
	(void)state;
	assert_int_equal(procstat_read(&now), 0);
	assert_true(now.all > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steal_is_a_share_of_all_time),
		cmocka_unit_test(what_is_not_known_is_no_steal),
		cmocka_unit_test(another_line_is_refused),
		cmocka_unit_test(this_machine_can_be_read),
	};
	return cmocka_run_group_tests_name("procstat", tests, NULL, NULL);
}
