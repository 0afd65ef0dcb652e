#include "lib/live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* An interval in which `sent` requests ended. */
static void tell(struct live *live, uint64_t sent, bool last)
{
	struct record_interval interval = { .machine_id = 1,
		.from_unix_ms = clock_unix_ms(),
		.length_ms = 1000,
		.last = last };
	struct outcome outcome = { .service_us = 1000, .response_us = 1000 };
	for (uint64_t i = 0; i < sent; i++)
		stats_record(&interval.stats, &outcome);
	live_interval(live, &interval);
	stats_clear(&interval.stats);
}

static int lines(FILE *file)
{
	int count = 0, c;
	rewind(file);
	while ((c = getc(file)) != EOF)
		count += c == '\n';
	return count;
}

static void off_a_terminal_the_last_line_comes_only_with_news(void **state)
{
	(void)state;
	FILE *file = tmpfile();
	assert_non_null(file);
	struct live *live =
	    live_new(&(struct live_setup){ .to = file, .title = "a test" });
	tell(live, 10, false);
	live_below(live);
	assert_int_equal(lines(file), 1);
	tell(live, 0, true);
	live_below(live);
	assert_int_equal(lines(file), 1);
	tell(live, 3, true);
	live_below(live);
	assert_int_equal(lines(file), 2);
	live_free(live);
	fclose(file);
}

static void before_the_first_answer_no_latency_is_told(void **state)
{
	(void)state;
	char text[300] = "";
	FILE *file = tmpfile();
	assert_non_null(file);
	struct live *live =
	    live_new(&(struct live_setup){ .to = file, .title = "a test" });
	tell(live, 0, false);
	live_below(live);
	rewind(file);
	assert_true(fread(text, 1, sizeof text - 1, file) > 0);
	assert_non_null(strstr(text, "no answer yet"));
	assert_null(strstr(text, "p50"));
	live_free(live);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    off_a_terminal_the_last_line_comes_only_with_news),
		cmocka_unit_test(before_the_first_answer_no_latency_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
