#include "lib/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_values(const char *text, const char *const values[])
{
	struct conf conf;
	struct err err;
	size_t i = 0;
	if (conf_parse(&conf, "x.conf", text, strlen(text), &err) != 0)
		fail_msg("%s", err.text);
	for (size_t e = 0; e < conf.count; e++) {
		for (size_t v = 0; v < conf.entries[e].values.count; v++) {
			assert_non_null(values[i]);
			assert_string_equal(conf.entries[e].values.items[v],
			    values[i++]);
		}
	}
	assert_null(values[i]);
	conf_release(&conf);
}

static void expect_refused(const char *text, size_t length, const char *message)
{
	struct conf conf;
	struct err err;
	assert_int_equal(conf_parse(&conf, "x.conf", text, length, &err), -1);
	assert_string_equal(err.text, message);
	conf_release(&conf);
}

static void values_are_read_as_a_shell_reads_them(void **state)
{
	(void)state;
	setenv("RS_PLACE", "a b", 1);
	expect_values("# comment\nA=1 # one\n\tB=x#y\nC=\nD=a\\ b\r\n",
	    (const char *const[]){ "1", "x#y", "", "a b", NULL });
	expect_values("A=\"$RS_PLACE/${RS_PLACE}\"\nB='$RS_PLACE'\nC=$RS_PLACE",
	    (const char *const[]){ "a b/a b", "$RS_PLACE", "a b", NULL });
	expect_values("A=\"\\$ \\\" \\` \\\\ \\x\"\nB=a\"b c\"'d'\n",
	    (const char *const[]){ "$ \" ` \\ \\x", "ab cd", NULL });
}

static void a_list_may_take_several_lines(void **state)
{
	(void)state;
	expect_values("A=( \"a b\" c # first\n  'd' )\nB=()\nC=1\n",
	    (const char *const[]){ "a b", "c", "d", "1", NULL });
}

static void what_would_run_is_refused(void **state)
{
	static const char *const texts[] = { "\nA=$(id)", "\nA=\"$(id)\"",
		"\nA=`id`", "\nA=\"`id`\"", "\nA=b; id", "\nA=b;", "\nA=b&",
		"\nA=b | id", "\nA=<b", "\nA=b >c", "\nA=(b;c)" };
	static const char *const what[] = { "$(", "$(", "`", "`", ";", ";", "&",
		"|", "<", ">", ";" };
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char message[200];
		snprintf(message, sizeof message,
		    "x.conf:2: '%s' would run a command; a conf file is data "
		    "(write the value itself)",
		    what[i]);
		expect_refused(texts[i], strlen(texts[i]), message);
	}
}

static void every_refusal_names_its_line(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "A=1\n\nA=2", "x.conf:3: A is set in line 1 already; keep "
		                "one of the two" },
		{ "A=\"b\nC=d", "x.conf:1: a \" is not closed on its line" },
		{ "A='b", "x.conf:1: a ' is not closed on its line" },
		{ "\nA=( b\nc\n", "x.conf:2: the list A is not closed: ) is "
		                  "missing" },
		{ "A=b c", "x.conf:1: 'c' stands behind the value; quote a "
		           "value with blanks in it" },
		{ "export A=b",
		    "x.conf:1: 'export' is not needed: write KEY=value" },
		{ "A = b", "x.conf:1: 'A' is followed by a blank: write "
		           "KEY=value without blanks around =" },
		{ "source x", "x.conf:1: 'source' is no setting: write "
		              "KEY=value; a conf file is data, never code" },
		{ "A=$RS_UNSET", "x.conf:1: the environment variable RS_UNSET "
		                 "is not set" },
		{ "A=~/x", "x.conf:1: '~' is not expanded; write $HOME" },
		{ "A=(*.png)",
		    "x.conf:1: '*' means something in a shell; quote it" },
		{ "A=b\\", "x.conf:1: a \\ does not continue a line" },
	};
	(void)state;
	unsetenv("RS_UNSET");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect_refused(cases[i].text, strlen(cases[i].text),
		    cases[i].message);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	(void)state;
	expect_refused("A=1\nB=\0", 7,
	    "x.conf:2: byte 0x00 is no text; a conf file is UTF-8 text");
	expect_refused("\x7f"
	               "ELF",
	    4, "x.conf:1: byte 0x7f is no text; a conf file is UTF-8 text");
	expect_refused("A=\xc3", 3,
	    "x.conf:1: byte 0xc3 is no text; a conf file is UTF-8 text");
	expect_values("A=\xc3\xa4", (const char *const[]){ "\xc3\xa4", NULL });
}

static void a_file_as_windows_writes_it_is_read(void **state)
{
	(void)state;
	expect_values("\xef\xbb\xbf"
	              "A=1\r\nB=(\r\n\t\"x\" # one\r\n)\r\n",
	    (const char *const[]){ "1", "x", NULL });
	expect_refused("A=1\n\xef\xbb\xbf"
	               "B=2",
	    10,
	    "x.conf:2: '\xef\xbb\xbf"
	    "B=2' is no setting: write KEY=value; a conf file is data, never "
	    "code");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_as_a_shell_reads_them),
		cmocka_unit_test(a_list_may_take_several_lines),
		cmocka_unit_test(what_would_run_is_refused),
		cmocka_unit_test(every_refusal_names_its_line),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(a_file_as_windows_writes_it_is_read),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
