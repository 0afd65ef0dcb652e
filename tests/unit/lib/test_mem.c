#include "lib/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void new_elements_are_zero(void **state)
{
	static const int zeros[100];
	int *numbers = mem_new(100, sizeof *numbers);
	(void)state;
	assert_memory_equal(numbers, zeros, sizeof zeros);
	free(numbers);
}

static void nothing_is_something_to_free(void **state)
{
	void *none = mem_new(0, 8);
	(void)state;
	assert_non_null(none);
	none = mem_resize(none, 0, 8);
	assert_non_null(none);
	free(none);
}

static void resizing_keeps_what_was_there(void **state)
{
	char *text = mem_text("abc");
	(void)state;
	text = mem_resize(text, 100000, 1);
	assert_string_equal(text, "abc");
	free(text);
}

static void texts_are_copied_in_whole_or_in_part(void **state)
{
	const char *const original = "machine_1";
	char *whole = mem_text(original), *part = mem_text_n(original, 7);
	char *made = mem_format("%s-%05d", part, 42);
	(void)state;
	assert_string_equal(whole, original);
	assert_ptr_not_equal(whole, original);
	assert_string_equal(part, "machine");
	assert_string_equal(made, "machine-00042");
	free(whole);
	free(part);
	free(made);
}

/* In a child, whose end it is. */
static void a_size_beyond_memory_ends_the_program_with_exit_1(void **state)
{
	int status = 0;
	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		free(mem_resize(NULL, SIZE_MAX / 2, 3));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_elements_are_zero),
		cmocka_unit_test(nothing_is_something_to_free),
		cmocka_unit_test(resizing_keeps_what_was_there),
		cmocka_unit_test(texts_are_copied_in_whole_or_in_part),
		cmocka_unit_test(
		    a_size_beyond_memory_ends_the_program_with_exit_1),
	};

	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
