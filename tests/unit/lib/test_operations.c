#include "lib/operations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void a_name_is_there_once(void **state)
{
	struct operations operations = { 0 };

	(void)state;
	operations_add(&operations, "task")->ok += 2;
	operations_add(&operations, "task")->ok += 3;
	assert_int_equal(operations.length, 1);
	assert_int_equal(operations_find(&operations, "task")->ok, 5);
	operations_clear(&operations);
}

static void they_are_in_the_order_of_their_names(void **state)
{
	static const char *const names[] = { "GET /b", "GET /a", "PUT", "A" };
	static const char *const sorted[] = { "A", "GET /a", "GET /b", "PUT" };
	struct operations operations = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		operations_add(&operations, names[i])->failed = i;
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(operations.items[i].name, sorted[i]);
	assert_int_equal(operations_find(&operations, "PUT")->failed, 2);
	operations_clear(&operations);
}

static void a_name_that_is_not_there_is_not_made(void **state)
{
	struct operations operations = { 0 };

	(void)state;
	assert_null(operations_find(&operations, "task"));
	operations_add(&operations, "task");
	assert_null(operations_find(&operations, "tas"));
	assert_null(operations_find(&operations, "tasks"));
	operations_clear(&operations);
}

static void the_ok_ones_add_up(void **state)
{
	struct operations operations = { 0 };

	(void)state;
	assert_int_equal(operations_ok(&operations), 0);
	operations_add(&operations, "a")->ok = 2;
	operations_add(&operations, "b")->ok = 3;
	operations_add(&operations, "c")->failed = 4;
	assert_int_equal(operations_ok(&operations), 5);
	operations_clear(&operations);
	assert_int_equal(operations.length, 0);
}

static void there_are_never_more_than_anyone_needs(void **state)
{
	struct operations operations = { 0 };
	char name[20];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 3 * OPERATIONS_MAX; i++) {
			snprintf(name, sizeof name, "GET /%d", i);
			operations_add(&operations, name)->ok++;
		}
	assert_int_equal(operations.length, OPERATIONS_MAX);
	assert_int_equal(operations_find(&operations, "GET /7")->ok, 2);
	assert_int_equal(operations_find(&operations, OPERATIONS_OTHER)->ok,
	    2 * (3 * OPERATIONS_MAX - (OPERATIONS_MAX - 1)));
	assert_int_equal(operations_ok(&operations), 6 * OPERATIONS_MAX);
	operations_clear(&operations);
}

static void those_of_a_full_set_fit_in_whatever_order(void **state)
{
	struct operations operations = { 0 };
	char name[20];

	(void)state;
	operations_add(&operations, OPERATIONS_OTHER);
	for (int i = 1; i < OPERATIONS_MAX; i++) {
		snprintf(name, sizeof name, "GET /%d", i);
		operations_add(&operations, name);
	}
	assert_int_equal(operations.length, OPERATIONS_MAX);
	operations_clear(&operations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_there_once),
		cmocka_unit_test(they_are_in_the_order_of_their_names),
		cmocka_unit_test(a_name_that_is_not_there_is_not_made),
		cmocka_unit_test(the_ok_ones_add_up),
		cmocka_unit_test(there_are_never_more_than_anyone_needs),
		cmocka_unit_test(those_of_a_full_set_fit_in_whatever_order),
	};

	return cmocka_run_group_tests_name("operations", tests, NULL, NULL);
}
