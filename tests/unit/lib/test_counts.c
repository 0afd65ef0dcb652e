#include "lib/counts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void names_are_sorted_and_their_numbers_summed(void **state)
{
	static const char *const names[] = { "m", "z", "a", "m", "b", "z" };
	struct counts counts = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		counts_add(&counts, names[i], i + 1);
	assert_int_equal(counts.length, 4);
	for (size_t i = 1; i < counts.length; i++)
		assert_true(
		    strcmp(counts.items[i - 1].name, counts.items[i].name) < 0);
	assert_int_equal(counts_get(&counts, "m"), 5);
	assert_int_equal(counts_get(&counts, "none"), 0);
	assert_int_equal(counts_total(&counts), 21);
	counts_clear(&counts);
	assert_int_equal(counts_total(&counts), 0);
}

static void merging_loses_no_name_and_no_number(void **state)
{
	struct counts a = { 0 }, b = { 0 };
	(void)state;
	counts_add(&a, "x", 1);
	counts_add(&b, "x", 2);
	counts_add(&b, "y", 3);
	counts_merge(&a, &b);
	assert_int_equal(counts_get(&a, "x"), 3);
	assert_int_equal(counts_get(&a, "y"), 3);
	counts_clear(&a);
	counts_clear(&b);
}

static void the_largest_come_first_and_those_alike_by_name(void **state)
{
	static const char *const names[] = { "b", "d", "a", "e", "c" };
	static const uint64_t numbers[] = { 7, 1, 7, 9, 2 };
	struct counts counts = { 0 };
	const struct count *top[5];
	(void)state;
	assert_int_equal(counts_top(&counts, top, 5), 0);
	for (size_t i = 0; i < 5; i++)
		counts_add(&counts, names[i], numbers[i]);
	assert_int_equal(counts_top(&counts, top, 3), 3);
	assert_string_equal(top[0]->name, "e");
	assert_string_equal(top[1]->name, "a");
	assert_string_equal(top[2]->name, "b");
	assert_int_equal(counts_top(&counts, top, 5), 5);
	assert_string_equal(top[3]->name, "c");
	assert_int_equal(top[4]->n, 1);
	counts_clear(&counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_sorted_and_their_numbers_summed),
		cmocka_unit_test(merging_loses_no_name_and_no_number),
		cmocka_unit_test(
		    the_largest_come_first_and_those_alike_by_name),
	};

	return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
