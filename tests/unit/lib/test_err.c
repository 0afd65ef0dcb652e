#include "lib/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What err_fail prints, and that it returns the code. */
static void assert_prints(const char *message, const char *printed)
{
	struct err err;
	char text[1000] = "";
	FILE *file = tmpfile();
	int terminal = dup(STDERR_FILENO);
	assert_non_null(file);
	assert_true(terminal >= 0);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	err_set(&err, "%s", message);
	int code = err_fail(&err, EXIT_USAGE);
	fflush(stderr);
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	rewind(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, printed);
	assert_int_equal(code, EXIT_USAGE);
}

static void a_message_is_formatted_and_the_result_is_a_failure(void **state)
{
	struct err err;
	(void)state;
	assert_int_equal(err_set(&err, "%d of %s", 3, "five"), -1);
	assert_string_equal(err.text, "3 of five");
	assert_int_equal(err_set(NULL, "nobody wants to know"), -1);
	assert_int_equal(err_system(NULL, "nobody wants to know"), -1);
}

static void a_message_cannot_steer_the_terminal(void **state)
{
	struct err err;
	(void)state;
	err_set(&err, "%s: bad", "a\nb\033[31m.json");
	assert_string_equal(err.text, "a?b?[31m.json: bad");
	errno = ENOENT;
	err_system(&err, "cannot open %s", "\xc2\x9b\x7f\xc3\xa4");
	assert_string_equal(err.text,
	    "cannot open ???\xc3\xa4: No such file or directory");
}

static void a_long_message_is_cut(void **state)
{
	struct err err;
	char text[2 * sizeof err.text];
	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	err_set(&err, "%s", text);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
	errno = ENOENT;
	err_system(&err, "%s", text);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void a_message_of_the_system_ends_in_its_words_and_keeps_errno(
    void **state)
{
	struct err err;
	(void)state;
	errno = ENOENT;
	assert_int_equal(err_system(&err, "cannot open %s", "x.conf"), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(err.text,
	    "cannot open x.conf: No such file or directory");
}

static void a_failure_names_the_program_without_its_folder(void **state)
{
	(void)state;
	err_program("/usr/local/bin/stress_client");
	assert_prints("no memory", "stress_client: no memory\n");
	err_program("aggregate");
	assert_prints("100 % of it: gone", "aggregate: 100 % of it: gone\n");
}

static void a_failure_at_a_place_begins_with_the_place(void **state)
{
	(void)state;
	err_program("aggregate");
	assert_prints("/dev/null:12: no key", "/dev/null:12: no key\n");
	assert_prints("no.host:80: unknown",
	    "aggregate: no.host:80: unknown\n");
	assert_prints("/dev/null:12 odd", "aggregate: /dev/null:12 odd\n");
	assert_prints("a file:12: odd", "aggregate: a file:12: odd\n");
	assert_prints(":12: odd", "aggregate: :12: odd\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_message_is_formatted_and_the_result_is_a_failure),
		cmocka_unit_test(a_message_cannot_steer_the_terminal),
		cmocka_unit_test(a_long_message_is_cut),
		cmocka_unit_test(
		    a_message_of_the_system_ends_in_its_words_and_keeps_errno),
		cmocka_unit_test(
		    a_failure_names_the_program_without_its_folder),
		cmocka_unit_test(a_failure_at_a_place_begins_with_the_place),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
