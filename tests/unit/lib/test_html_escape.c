#define _POSIX_C_SOURCE 200809L
#include "lib/html_escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_html(const char *text, const char *expected)
{
	char *out = NULL;
	size_t length;
	FILE *to = open_memstream(&out, &length);
	html_text(to, text);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(out, expected);
	free(out);
}

static void assert_gnuplot(const char *text, size_t most, const char *expected)
{
	char *out = NULL;
	size_t length;
	FILE *to = open_memstream(&out, &length);
	gnuplot_text(to, text, most);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(out, expected);
	free(out);
}

static void markup_is_shown_and_does_nothing(void **state)
{
	(void)state;
	assert_html("<a href=\"x\" id='y'>&amp;</a>",
	    "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;");
	assert_html("", "");
}

static void letters_of_all_lengths_stay_as_they_are(void **state)
{
	(void)state;
	assert_html("e \u00e9 \u20ac \U0001f600", "e \u00e9 \u20ac \U0001f600");
}

static void what_is_no_letter_is_shown_as_such(void **state)
{
	(void)state;
	assert_html("a\x1b[31m\x7f", "a\ufffd[31m\ufffd");
	assert_html("a\nb\tc", "a b c");
	/* C1; a mark that turns the direction of writing; a noncharacter. */
	assert_html("\xc2\x9b", "\ufffd");
	assert_html("\xe2\x80\xae"
	            "x",
	    "\ufffdx");
	assert_html("\xef\xbf\xbf", "\ufffd");
}

static void what_is_no_utf8_is_shown_byte_by_byte(void **state)
{
	(void)state;
	assert_html("\xff<", "\ufffd&lt;");
	assert_html("\xc3", "\ufffd");                     /* cut short */
	assert_html("\xe2\x82", "\ufffd\ufffd");           /* the same */
	assert_html("\xc0\xbc", "\ufffd\ufffd");           /* '<', overlong */
	assert_html("\xed\xa0\x80", "\ufffd\ufffd\ufffd"); /* a surrogate */
	assert_html("\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd");
	assert_html("\xc3<b>", "\ufffd&lt;b&gt;");
}

static void gnuplot_gets_one_quoted_string(void **state)
{
	(void)state;
	assert_gnuplot("it's `id`", 40, "'it''s `id`'");
	assert_gnuplot("a\n'\nplot x", 40, "'a\ufffd''\ufffdplot x'");
	assert_gnuplot("\\", 40, "'\\'");
	assert_gnuplot("", 40, "''");
}

static void a_name_for_gnuplot_is_cut_between_letters(void **state)
{
	(void)state;
	assert_gnuplot("\u00e9\u00e9\u00e9", 2, "'\u00e9\u00e9\u2026'");
	assert_gnuplot("'''", 2, "'''''\u2026'");
	assert_gnuplot("ab", 2, "'ab'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_is_shown_and_does_nothing),
		cmocka_unit_test(letters_of_all_lengths_stay_as_they_are),
		cmocka_unit_test(what_is_no_letter_is_shown_as_such),
		cmocka_unit_test(what_is_no_utf8_is_shown_byte_by_byte),
		cmocka_unit_test(gnuplot_gets_one_quoted_string),
		cmocka_unit_test(a_name_for_gnuplot_is_cut_between_letters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
