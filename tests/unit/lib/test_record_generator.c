#include "lib/record_generator.h"

#include "lib/mem.h"
#include "lib/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/interval_text.h"

static void what_a_generator_saw_of_itself_is_read_as_written(void **state)
{
	double threads[] = { 12.34, 97.5 };
	struct record_interval interval = { .open_loop = true,
		.generator = { .thread_cpu_percent = threads,
		    .threads = 2,
		    .busy_percent = 98.5,
		    .steal_percent = 4.25,
		    .open_files = 74,
		    .open_files_limit = 1024 } };
	(void)state;
	histogram_record(&interval.lag, 30);
	histogram_record(&interval.generator.receive_delay, 27);
	char *text = interval_text(&interval);

	struct record record;
	assert_int_equal(record_read(&record, text, strlen(text), NULL), 0);
	const struct record_interval *back = &record.as.interval;
	assert_true(back->open_loop);
	assert_int_equal(histogram_max(&back->lag), 30);
	assert_int_equal(back->generator.threads, 2);
	assert_true(back->generator.thread_cpu_percent[0] == 12.34);
	assert_true(back->generator.thread_cpu_percent[1] == 97.5);
	assert_true(back->generator.busy_percent == 98.5);
	assert_true(back->generator.steal_percent == 4.25);
	assert_int_equal(histogram_max(&back->generator.receive_delay), 27);
	assert_int_equal(back->generator.open_files, 74);
	assert_int_equal(back->generator.open_files_limit, 1024);

	record_release(&record);
	histogram_clear(&interval.lag);
	histogram_clear(&interval.generator.receive_delay);
	free(text);
}

static void a_generator_that_measured_nothing_writes_nothing(void **state)
{
	struct record_interval interval = { .machine_id = 1 };
	char *text = interval_text(&interval);
	(void)state;
	assert_null(strstr(text, "\"generator\""));
	assert_non_null(strstr(text, "\"loop\":\"closed\""));
	free(text);
}

static void what_makes_no_sense_of_a_generator_is_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "7", "generator is not an object" },
		{ "{}", "thread_cpu_percent is missing" },
		{ "{\"thread_cpu_percent\":5}", "is not an array" },
		{ "{\"thread_cpu_percent\":[1,\"x\"]}", "is not a number" },
		{ "{\"thread_cpu_percent\":[1],\"steal_percent\":-1}",
		    "steal_percent is not a number" },
		{ "{\"thread_cpu_percent\":[1],\"open_files\":1.5}",
		    "open_files is not a whole number" },
		{ "{\"thread_cpu_percent\":[1],\"receive_delay\":\"HIST\"}",
		    "receive_delay: " },
	};
	struct record_interval interval = { .machine_id = 1 };
	char *text = interval_text(&interval);
	(void)state;
	text[strlen(text) - 2] = '\0'; /* without its brace */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *line =
		    mem_format("%s,\"generator\":%s}", text, cases[i][0]);
		struct record record;
		struct err err = { "" };
		assert_int_equal(record_read(&record, line, strlen(line), &err),
		    -1);
		assert_non_null(strstr(err.text, cases[i][1]));
		free(line);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_a_generator_saw_of_itself_is_read_as_written),
		cmocka_unit_test(
		    a_generator_that_measured_nothing_writes_nothing),
		cmocka_unit_test(what_makes_no_sense_of_a_generator_is_refused),
	};
	return cmocka_run_group_tests_name("record_generator", tests, NULL,
	    NULL);
}
