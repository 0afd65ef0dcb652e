#include "lib/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_printable(const char *text, const char *expected)
{
	char copy[100];
	strncpy(copy, text, sizeof copy - 1);
	copy[sizeof copy - 1] = '\0';
	printable(copy);
	assert_string_equal(copy, expected);
}

static void control_characters_become_question_marks(void **state)
{
	(void)state;
	assert_printable("a\x1b[31m\n\x7f", "a?[31m??");
	assert_printable("\xc2\x9b", "??");
}

static void marks_that_turn_the_writing_become_question_marks(void **state)
{
	(void)state;
	assert_printable("a\xe2\x80\xae"
	                 "b\xe2\x81\xa6",
	    "a???b???");
	assert_printable("\xe2\x80\x8f", "???");
}

static void other_text_stays_also_where_it_is_cut(void **state)
{
	(void)state;
	assert_printable("Gr\xc3\xbc\xc3\x9f"
	                 "e \xe2\x82\xac \xe2\x80\xa6",
	    "Gr\xc3\xbc\xc3\x9f"
	    "e \xe2\x82\xac \xe2\x80\xa6");
	assert_printable("\xe2", "\xe2");
	assert_printable("\xe2\x80", "\xe2\x80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_become_question_marks),
		cmocka_unit_test(
		    marks_that_turn_the_writing_become_question_marks),
		cmocka_unit_test(other_text_stays_also_where_it_is_cut),
	};

	return cmocka_run_group_tests_name("printable", tests, NULL, NULL);
}
