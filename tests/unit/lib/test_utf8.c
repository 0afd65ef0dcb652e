#include "lib/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_character(uint32_t code)
{
	return code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
}

/* Of all that four bytes can say. */
static void every_character_comes_back_and_nothing_else_does(void **state)
{
	(void)state;
	for (uint32_t code = 1; code < 0x200000; code++) {
		char text[5] = "";
		size_t length = utf8_put(code, text);
		const char *at = text;
		bool is_one = is_character(code);
		assert_int_equal(utf8_length(text, length),
		    is_one ? length : 0);
		assert_int_equal(utf8_length(text, length - 1), 0);
		assert_true(utf8_is_valid((uint8_t *)text, length) == is_one);
		assert_int_equal(utf8_next(&at),
		    is_one ? code : UTF8_REPLACEMENT);
		assert_ptr_equal(at, text + (is_one ? length : 1));
	}
}

static void longer_forms_than_needed_are_none(void **state)
{
	static const char *const overlong[] = { "\xc0\x80", "\xc1\xbf",
		"\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80" };
	(void)state;
	for (size_t i = 0; i < sizeof overlong / sizeof *overlong; i++)
		assert_int_equal(utf8_length(overlong[i], strlen(overlong[i])),
		    0);
}

static void a_text_is_taken_character_by_character(void **state)
{
	const char *at = "a\u00e9\xff\u20ac\xe2\x82";
	(void)state;
	assert_int_equal(utf8_next(&at), 'a');
	assert_int_equal(utf8_next(&at), 0xe9);
	assert_int_equal(utf8_next(&at), UTF8_REPLACEMENT);
	assert_int_equal(utf8_next(&at), 0x20ac);
	assert_int_equal(utf8_next(&at), UTF8_REPLACEMENT);
	assert_int_equal(utf8_next(&at), UTF8_REPLACEMENT);
	assert_int_equal(utf8_next(&at), 0);
	assert_int_equal(utf8_next(&at), 0);
}

static void pieces_are_taken_as_the_whole_is(void **state)
{
	static const char text[] = "twelve bytes \u00e9 \u20ac \U0001f980 end";
	size_t length = sizeof text - 1;
	(void)state;
	for (size_t cut = 0; cut <= length; cut++) {
		struct utf8 utf8 = { 0 };
		const uint8_t *bytes = (const uint8_t *)text;
		assert_true(utf8_take(&utf8, bytes, cut));
		assert_true(utf8_is_whole(&utf8) == !utf8_continues(text[cut]));
		assert_true(utf8_take(&utf8, bytes + cut, length - cut));
		assert_true(utf8_is_whole(&utf8));
	}
}

static void a_cut_is_never_within_a_character(void **state)
{
	(void)state;
	const char *text = "a\u00e9\U0001f980";
	const size_t whole[] = { 0, 1, 1, 3, 3, 3, 3, 7 };
	for (size_t length = 0; length <= strlen(text); length++)
		assert_int_equal(utf8_cut(text, length), whole[length]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_character_comes_back_and_nothing_else_does),
		cmocka_unit_test(longer_forms_than_needed_are_none),
		cmocka_unit_test(a_text_is_taken_character_by_character),
		cmocka_unit_test(a_cut_is_never_within_a_character),
		cmocka_unit_test(pieces_are_taken_as_the_whole_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
