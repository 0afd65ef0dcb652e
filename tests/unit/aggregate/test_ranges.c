#include "aggregate/ranges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_words(const uint64_t *numbers, size_t count,
    const char *expected)
{
	struct ranges ranges = { 0 };
	for (size_t i = 0; i < count; i++)
		ranges_add(&ranges, numbers[i]);
	char *words = ranges_words(&ranges);
	assert_string_equal(words, expected);
	assert_int_equal(ranges.total, count);
	free(words);
}

static void neighbours_become_a_range(void **state)
{
	static const uint64_t numbers[] = { 3, 7, 12, 13, 14, 15 };
	(void)state;
	assert_words(numbers, 6, "3, 7 and 12-15");
	assert_words(numbers, 2, "3 and 7");
	assert_words(numbers, 1, "3");
	assert_words(numbers, 0, "");
	assert_words(numbers + 2, 4, "12-15");
}

static void what_is_beyond_the_limit_is_only_counted(void **state)
{
	uint64_t numbers[3000];
	(void)state;
	for (size_t i = 0; i < 3000; i++)
		numbers[i] = 2 * i + 1;
	assert_words(numbers, RANGES_MAX,
	    "1, 3, 5, 7, 9, 11, 13, 15, 17 and 19");
	assert_words(numbers, 3000,
	    "1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 2,990 more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_become_a_range),
		cmocka_unit_test(what_is_beyond_the_limit_is_only_counted),
	};
	return cmocka_run_group_tests_name("ranges", tests, NULL, NULL);
}
