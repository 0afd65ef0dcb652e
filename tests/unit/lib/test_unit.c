#include "lib/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static double parsed(const char *text, enum unit unit)
{
	double value = -1;
	if (unit_parse(text, unit, &value) != 0)
		fail_msg("'%s' was refused", text);
	return value;
}

static void times_come_out_in_nanoseconds_whatever_their_unit(void **state)
{
	(void)state;
	assert_true(parsed("10us", UNIT_NS) == 10e3);
	assert_true(parsed("250ms", UNIT_NS) == 250e6);
	assert_true(parsed("1.5s", UNIT_NS) == 1.5e9);
	assert_true(parsed("5m", UNIT_NS) == 300e9);
	assert_true(parsed("1h", UNIT_NS) == 3600e9);
	assert_true(parsed("10s", UNIT_MS) == 10e9);
}

static void a_bare_number_means_what_the_name_says(void **state)
{
	double value;
	(void)state;
	assert_true(parsed("100", UNIT_MS) == 100e6);
	assert_true(parsed("3", UNIT_SECONDS) == 3e9);
	assert_int_equal(unit_parse("100", UNIT_NS, &value), -1);
	assert_true(parsed("0", UNIT_NS) == 0);
}

static void counts_are_in_thousands_and_bytes_in_1024s(void **state)
{
	(void)state;
	assert_true(parsed("4k", UNIT_NONE) == 4000);
	assert_true(parsed("2M", UNIT_NONE) == 2e6);
	assert_true(parsed("4k", UNIT_BYTES) == 4096);
	assert_true(parsed("1G", UNIT_BYTES) == 1073741824.0);
}

static void rates_are_per_second_and_shares_at_most_one(void **state)
{
	double value;
	(void)state;
	assert_true(parsed("5000/s", UNIT_PER_SECOND) == 5000);
	assert_true(parsed("5000", UNIT_PER_SECOND) == 5000);
	assert_true(parsed("90/m", UNIT_PER_SECOND) == 1.5);
	assert_true(parsed("80%", UNIT_SHARE) == 0.8);
	assert_true(parsed("0.8", UNIT_SHARE) == 0.8);
	assert_true(parsed("100%", UNIT_SHARE) == 1);
	assert_int_equal(unit_parse("101%", UNIT_SHARE, &value), -1);
}

static void what_is_no_quantity_is_refused(void **state)
{
	static const char *const bad[] = { "", " ", "k", "-1", "+1", "1 ", " 1",
		"1.", ".5", "1.5.2", "1e3", "0x10", "nan", "inf", "1kk", "4 k",
		"1,000", "1x", "1s " };
	double value;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		for (int unit = UNIT_NONE; unit <= UNIT_SHARE; unit++)
			assert_int_equal(
			    unit_parse(bad[i], (enum unit)unit, &value), -1);
	}
	assert_int_equal(unit_parse("1s", UNIT_BYTES, &value), -1);
}

static void a_number_beyond_all_bounds_is_refused(void **state)
{
	char digits[400];
	double value;
	(void)state;
	memset(digits, '9', sizeof digits - 1);
	digits[sizeof digits - 1] = '\0';
	assert_int_equal(unit_parse(digits, UNIT_NONE, &value), -1);
}

static void counts_get_a_comma_at_every_thousand(void **state)
{
	char out[UNIT_TEXT];
	(void)state;
	assert_string_equal(unit_count(out, 0), "0");
	assert_string_equal(unit_count(out, 999), "999");
	assert_string_equal(unit_count(out, 1000), "1,000");
	assert_string_equal(unit_count(out, 300000), "300,000");
	assert_string_equal(unit_count(out, UINT64_MAX),
	    "18,446,744,073,709,551,615");
}

static void decimals_keep_their_digits(void **state)
{
	char out[UNIT_TEXT];
	(void)state;
	assert_string_equal(unit_decimal(out, 8234.56, 2), "8,234.56");
	assert_string_equal(unit_decimal(out, 45.2, 2), "45.20");
	assert_string_equal(unit_decimal(out, 999.999, 2), "1,000.00");
	assert_string_equal(unit_decimal(out, -1234567.8, 1), "-1,234,567.8");
	assert_string_equal(unit_decimal(out, 1500, 0), "1,500");
	assert_string_equal(unit_ms(out, 999, 1), "0.999");
	assert_string_equal(unit_ms(out, 1000, 1), "1.0");
	assert_string_equal(unit_decimal(out, 1e300, 2), "1e+300");
}

static void sizes_take_the_unit_that_suits_them(void **state)
{
	char out[UNIT_TEXT];
	(void)state;
	assert_string_equal(unit_bytes(out, 999), "999 B");
	assert_string_equal(unit_bytes(out, 1000), "1.0 kB");
	assert_string_equal(unit_bytes(out, 1400000), "1.4 MB");
	assert_string_equal(unit_bytes(out, 999990), "1.0 MB");
	assert_string_equal(unit_bytes(out, UINT64_MAX), "18.4 EB");
}

static void durations_take_the_unit_that_suits_them(void **state)
{
	char out[UNIT_TEXT];
	(void)state;
	assert_string_equal(unit_duration(out, 0), "0 ns");
	assert_string_equal(unit_duration(out, 45000), "45 us");
	assert_string_equal(unit_duration(out, 1500000), "1.5 ms");
	assert_string_equal(unit_duration(out, 212000000), "212 ms");
	assert_string_equal(unit_duration(out, 999600000), "1.0 s");
	assert_string_equal(unit_duration(out, 4100000000), "4.1 s");
	assert_string_equal(unit_duration(out, 59960000000), "1m 0s");
	assert_string_equal(unit_duration(out, 440000000000), "7m 20s");
	assert_string_equal(unit_duration(out, 7500000000000), "2h 5m");
	assert_string_equal(unit_duration(out, -45000), "-45 us");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    times_come_out_in_nanoseconds_whatever_their_unit),
		cmocka_unit_test(a_bare_number_means_what_the_name_says),
		cmocka_unit_test(counts_are_in_thousands_and_bytes_in_1024s),
		cmocka_unit_test(rates_are_per_second_and_shares_at_most_one),
		cmocka_unit_test(what_is_no_quantity_is_refused),
		cmocka_unit_test(a_number_beyond_all_bounds_is_refused),
		cmocka_unit_test(counts_get_a_comma_at_every_thousand),
		cmocka_unit_test(decimals_keep_their_digits),
		cmocka_unit_test(sizes_take_the_unit_that_suits_them),
		cmocka_unit_test(durations_take_the_unit_that_suits_them),
	};

	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
