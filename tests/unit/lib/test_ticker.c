#include "lib/ticker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void moments_come_at_even_distances(void **state)
{
	struct ticker ticker = { .start_ns = 1000, .interval_ns = 10 };
	(void)state;
	assert_int_equal(ticker_next(&ticker, 1000), 1010);
	assert_int_equal(ticker_next(&ticker, 1011), 1020);
	assert_int_equal(ticker_next(&ticker, 1029), 1030);
	assert_int_equal(ticker.missed, 0);
}

static void late_work_skips_moments_and_keeps_the_rest(void **state)
{
	struct ticker ticker = { .start_ns = 1000, .interval_ns = 10 };
	(void)state;
	assert_int_equal(ticker_next(&ticker, 1000), 1010);
	assert_int_equal(ticker_next(&ticker, 1045), 1050);
	assert_int_equal(ticker.missed, 3);
	assert_int_equal(ticker_next(&ticker, 1060), 1060);
	assert_int_equal(ticker.missed, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_come_at_even_distances),
		cmocka_unit_test(late_work_skips_moments_and_keeps_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
