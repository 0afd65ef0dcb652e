#include "relay_probe/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct metrics page_of(const char *text)
{
	struct metrics metrics = { 0 };
	struct err err;
	if (metrics_read(&metrics, text, strlen(text), &err) < 0)
		fail_msg("%s", err.text);
	return metrics;
}

/* The sample that comes of a page after another one; NULL: there was none. */
static struct record_sample checked(const struct check *given,
    const char *before, const char *now)
{
	struct check check = *given;
	struct metrics first = { 0 }, second = page_of(now);
	struct record_sample sample = { 0 };
	check.connections = "connections";
	check.pid_figure = "process.pid";
	if (before)
		first = page_of(before);
	check_figures(&sample, &check, &first, &second);
	metrics_release(&first);
	metrics_release(&second);
	return sample;
}

static const char *why(const struct record_sample *sample, const char *name)
{
	for (size_t i = 0; i < sample->mark_count; i++)
		if (strcmp(sample->marks[i].name, name) == 0)
			return sample->marks[i].why;
	return "not marked";
}

static void a_sound_page_has_no_marks(void **state)
{
	struct procfs_process process = { .count = 1,
		.with_files = 1,
		.sockets = 4 };
	struct check check = { .process = &process, .pid = 42 };
	struct record_sample sample = checked(&check,
	    "{\"connections\": 4, \"uptime\": 5, \"process\": {\"pid\": 42}}",
	    "{\"connections\": 4, \"uptime\": 6, \"process\": {\"pid\": 42}}");
	(void)state;
	assert_int_equal(sample.mark_count, 0);
	assert_false(sample.restarted);
	record_sample_release(&sample);
}

static void a_counter_that_goes_backwards_tells_of_a_restart(void **state)
{
	struct check check = { 0 };
	struct record_sample sample = checked(&check,
	    "# TYPE requests_total counter\nrequests_total 1200\nload 5\n",
	    "# TYPE requests_total counter\nrequests_total 3\nload 4\n");
	(void)state;
	assert_true(sample.restarted);
	assert_int_equal(sample.mark_count, 1);
	assert_string_equal(why(&sample, "requests_total"),
	    "3 after 1200: counts anew");
	record_sample_release(&sample);
	sample = checked(&check, "process_start_time_seconds 1.5e9\n",
	    "process_start_time_seconds 1.6e9\n");
	assert_true(sample.restarted);
	record_sample_release(&sample);
}

static void another_process_than_expected_is_marked(void **state)
{
	struct check check = { .pid = 77 };
	struct record_sample sample =
	    checked(&check, NULL, "{\"process\": {\"pid\": 42}}");
	(void)state;
	assert_string_equal(why(&sample, "process.pid"),
	    "another process answers than 77");
	assert_false(sample.restarted);
	record_sample_release(&sample);
	check.pid = 0;
	sample = checked(&check, "{\"process\": {\"pid\": 41}}",
	    "{\"process\": {\"pid\": 42}}");
	assert_int_equal(sample.mark_count, 0);
	assert_true(sample.restarted);
	record_sample_release(&sample);
}

static void more_connections_than_sockets_cannot_be(void **state)
{
	struct procfs_process process = { .count = 1,
		.with_files = 1,
		.sockets = 84 };
	struct check check = { .process = &process };
	struct record_sample sample =
	    checked(&check, NULL, "{\"connections\": 85}");
	(void)state;
	assert_string_equal(why(&sample, "connections"),
	    "the process has only 84 sockets");
	record_sample_release(&sample);
	process.with_files = 0;
	sample = checked(&check, NULL, "{\"connections\": 85}");
	assert_int_equal(sample.mark_count, 0);
	record_sample_release(&sample);
	sample = checked(&check, NULL, "{\"connections\": -1}");
	assert_string_equal(why(&sample, "connections"), "fewer than none");
	record_sample_release(&sample);
}

static void a_page_that_changes_its_shape_is_marked(void **state)
{
	struct check check = { 0 };
	struct record_sample sample =
	    checked(&check, "{\"connections\": 4, \"uptime\": 5}",
	        "{\"connections\": \"many\", \"uptime\": 6, \"new\": 1}");
	(void)state;
	assert_int_equal(sample.mark_count, 1);
	assert_string_equal(why(&sample, "connections"),
	    "is no number on the page any more");
	record_sample_release(&sample);
	sample = checked(&check, "{\"a\": 4}", "a 4\n");
	assert_string_equal(why(&sample, "page"),
	    "was JSON and is Prometheus' text");
	record_sample_release(&sample);
	/* Series come and go. */
	sample = checked(&check, "a 4\nb 5\n", "a 4\n");
	assert_int_equal(sample.mark_count, 0);
	record_sample_release(&sample);
}

static void only_the_first_of_many_marks_are_made(void **state)
{
	struct check check = { 0 };
	struct record_sample sample = checked(&check,
	    "{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1}", "[1]");
	(void)state;
	assert_int_equal(sample.mark_count, 5);
	record_sample_release(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_page_has_no_marks),
		cmocka_unit_test(
		    a_counter_that_goes_backwards_tells_of_a_restart),
		cmocka_unit_test(another_process_than_expected_is_marked),
		cmocka_unit_test(more_connections_than_sockets_cannot_be),
		cmocka_unit_test(a_page_that_changes_its_shape_is_marked),
		cmocka_unit_test(only_the_first_of_many_marks_are_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
