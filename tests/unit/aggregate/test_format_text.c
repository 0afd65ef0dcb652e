#include "aggregate/format_csv.h"
#include "aggregate/format_text.h"

#include "lib/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What comes out of text_next and text_put. */
static void assert_becomes(const char *text, const char *expected)
{
	char *out = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&out, &length);
	for (uint32_t c; (c = text_next(&text));)
		text_put(c, to);
	fclose(to);
	assert_string_equal(out, expected);
	free(out);
}

static void what_is_utf8_stays(void **state)
{
	(void)state;
	assert_becomes("", "");
	assert_becomes("GET /a?b=c&d \"x\" <y>", "GET /a?b=c&d \"x\" <y>");
	assert_becomes("\u00a0\u00e9\u07ff\u0800\u20ac\ud7ff\ufffd",
	    "\u00a0\u00e9\u07ff\u0800\u20ac\ud7ff\ufffd");
	assert_becomes("\U00010000\U0001f980\U0010ffff",
	    "\U00010000\U0001f980\U0010ffff");
}

static void control_characters_are_question_marks(void **state)
{
	(void)state;
	assert_becomes("a\tb\nc\r\x01\x1b[2J\x7f", "a?b?c???[2J?");
	assert_becomes("\xc2\x80\xc2\x9b"
	               "2J\xc2\x9f",
	    "??2J?");
}

static void what_is_no_utf8_is_replaced(void **state)
{
	(void)state;
	assert_becomes("\xff", "\ufffd");
	assert_becomes("a\xe9z", "a\ufffdz");
	assert_becomes("\xc0\xaf", "\ufffd\ufffd");
	assert_becomes("\xe0\x80\xaf", "\ufffd\ufffd\ufffd");
	assert_becomes("\xed\xa0\x80", "\ufffd\ufffd\ufffd");
	assert_becomes("\xef\xbf\xbe\xef\xbf\xbf", "\ufffd\ufffd");
	assert_becomes("\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd");
	assert_becomes("\xf8\x88\x80\x80\x80",
	    "\ufffd\ufffd\ufffd\ufffd\ufffd");
}

static void a_text_that_is_cut_short_ends_there(void **state)
{
	(void)state;
	assert_becomes("a\xe2\x82", "a\ufffd\ufffd");
	assert_becomes("a\xf0\x9f\xa6", "a\ufffd\ufffd\ufffd");
	assert_becomes("\xc3", "\ufffd");
}

static void assert_cell(const char *text, const char *expected)
{
	char *out = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&out, &length);
	csv_text(text, to);
	fclose(to);
	assert_string_equal(out, expected);
	free(out);
}

static void a_cell_of_text_is_no_formula(void **state)
{
	(void)state;
	assert_cell(NULL, "");
	assert_cell("", "\"\"");
	assert_cell("  ", "\"  \"");
	assert_cell("GET /a, \"b\"", "\"GET /a, \"\"b\"\"\"");
	assert_cell("=1+1", "\"'=1+1\"");
	assert_cell("+1", "\"'+1\"");
	assert_cell("-1", "\"'-1\"");
	assert_cell("@SUM(A1)", "\"'@SUM(A1)\"");
	assert_cell("\t=1", "\"'?=1\"");
	assert_cell(" \r\n=1", "\"' ?"
	                       "?=1\"");
	assert_cell("a=b", "\"a=b\"");
}

static void a_fault_has_a_title_whatever_is_known_of_it(void **state)
{
	(void)state;
	char *title = fault_title(&(struct fault){ .number = 3 });
	assert_string_equal(title, "fault 3: fault of server ?");
	free(title);
	struct fault fault = { .number = 1, .leader = true };
	fault.kind = mem_text("kill");
	fault.server = mem_text("2");
	title = fault_title(&fault);
	assert_string_equal(title, "fault 1: kill of server 2, the leader");
	free(title);
	free(fault.kind);
	free(fault.server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_utf8_stays),
		cmocka_unit_test(control_characters_are_question_marks),
		cmocka_unit_test(what_is_no_utf8_is_replaced),
		cmocka_unit_test(a_text_that_is_cut_short_ends_there),
		cmocka_unit_test(a_cell_of_text_is_no_formula),
		cmocka_unit_test(a_fault_has_a_title_whatever_is_known_of_it),
	};
	return cmocka_run_group_tests_name("format_text", tests, NULL, NULL);
}
