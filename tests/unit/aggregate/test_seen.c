#include "aggregate/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_client_is_new_once_and_its_file_is_remembered(void **state)
{
	struct seen seen = { 0 };
	(void)state;
	assert_false(seen_has(&seen, 1, 2));
	assert_null(seen_add(&seen, 1, 2, "a"));
	assert_null(seen_add(&seen, 2, 1, "b"));
	assert_string_equal(seen_add(&seen, 1, 2, "c"), "a");
	assert_true(seen_has(&seen, 2, 1));
	assert_false(seen_has(&seen, 2, 2));
	seen_clear(&seen);
	assert_false(seen_has(&seen, 2, 1));
}

static void none_is_lost_among_very_many(void **state)
{
	struct seen seen = { 0 };
	(void)state;
	for (uint64_t i = 0; i < 20000; i++)
		assert_null(seen_add(&seen, i % 7, i, "x"));
	for (uint64_t i = 0; i < 20000; i++) {
		assert_true(seen_has(&seen, i % 7, i));
		assert_false(seen_has(&seen, i % 7 + 1, i));
	}
	seen_clear(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_client_is_new_once_and_its_file_is_remembered),
		cmocka_unit_test(none_is_lost_among_very_many),
	};
	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
