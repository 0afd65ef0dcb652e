#include "lib/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Two lines to a log of that least level, and what its file then holds. */
static void write_to(char *text, size_t size, enum log_level least)
{
	char path[] = "/tmp/ringstorm-log-XXXXXX";
	struct log log = { .least = least };
	struct err err;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(log_open(&log, path, &err), 0);
	log_write(&log, LOG_DEBUG, "one %d", 1);
	log_write(&log, LOG_WARN, "%s", "two\nlines\033[31m");
	/* A line is there as soon as it is written. */
	ssize_t length = read(fd, text, size - 1);
	assert_true(length >= 0);
	text[length] = '\0';
	log_close(&log);
	close(fd);
	unlink(path);
}

static void a_line_has_time_level_and_text(void **state)
{
	char text[200];
	int hour, minute, second, end = 0;
	(void)state;
	write_to(text, sizeof text, LOG_DEBUG);
	assert_int_equal(sscanf(text, "[%2d:%2d:%2d] [DEBUG] one 1\n%n", &hour,
	                     &minute, &second, &end),
	    3);
	assert_true(end > 0);
	assert_non_null(strstr(text, "] [WARN] two?lines?[31m\n"));
}

static void what_is_below_the_least_level_is_not_written(void **state)
{
	char text[200];
	(void)state;
	write_to(text, sizeof text, LOG_INFO);
	assert_null(strstr(text, "one"));
	assert_non_null(strstr(text, "two"));
}

static void a_log_is_appended_to(void **state)
{
	char path[] = "/tmp/ringstorm-log-XXXXXX", text[200];
	struct log log = { .least = LOG_INFO };
	struct err err;
	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "before\n", 7), 7);
	assert_int_equal(log_open(&log, path, &err), 0);
	log_write(&log, LOG_INFO, "after");
	log_close(&log);
	ssize_t length = pread(fd, text, sizeof text - 1, 0);
	assert_true(length > 7);
	text[length] = '\0';
	assert_int_equal(strncmp(text, "before\n[", 8), 0);
	close(fd);
	unlink(path);
}

static void a_log_that_cannot_be_opened_is_an_error_and_silent(void **state)
{
	struct log log = { .least = LOG_INFO };
	struct err err = { "" };
	(void)state;
	assert_int_equal(log_open(&log, "/nowhere/at/all.log", &err), -1);
	assert_string_equal(err.text,
	    "cannot open the log /nowhere/at/all.log: No such file or "
	    "directory");
	log_write(&log, LOG_ERROR, "nobody hears it");
	log_close(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_time_level_and_text),
		cmocka_unit_test(what_is_below_the_least_level_is_not_written),
		cmocka_unit_test(a_log_is_appended_to),
		cmocka_unit_test(
		    a_log_that_cannot_be_opened_is_an_error_and_silent),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
