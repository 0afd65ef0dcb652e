#include "wire/metrics.h"

#include "lib/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

static void read_page(struct metrics *metrics, const char *page)
{
	struct err err = { "" };
	if (metrics_read(metrics, page, strlen(page), &err) != 0)
		fail_msg("%s", err.text);
}

static void assert_refused(const char *page, const char *why)
{
	struct metrics metrics = { 0 };
	struct err err = { "" };
	assert_int_equal(metrics_read(&metrics, page, strlen(page), &err), -1);
	if (!strstr(err.text, why))
		fail_msg("'%s' instead of '%s'", err.text, why);
	metrics_release(&metrics);
}

static double value(const struct metrics *metrics, const char *name)
{
	double found = -1;
	if (!readings_get(&metrics->readings, name, &found))
		fail_msg("%s is not there", name);
	return found;
}

static enum reading_kind kind(const struct metrics *metrics, const char *name)
{
	const struct reading *reading =
	    readings_find(&metrics->readings, name, 0);
	assert_non_null(reading);
	return reading->kind;
}

static void the_relays_json_becomes_dotted_names(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics,
	    "{\"connections\":2,\"memory\":{\"rss\":3521134592,\"total\":"
	    "16637026304},\"process\":{\"pid\":4242},\"timestamp\":"
	    "1761950000123,\"uptime\":57}");
	assert_int_equal(metrics.format, METRICS_JSON);
	assert_int_equal(metrics.readings.count, 6);
	assert_double_equal(value(&metrics, "connections"), 2, 0);
	assert_double_equal(value(&metrics, "memory.rss"), 3521134592.0, 0);
	assert_double_equal(value(&metrics, "process.pid"), 4242, 0);
	assert_double_equal(value(&metrics, "timestamp"), 1761950000123.0, 0);
	assert_int_equal(kind(&metrics, "uptime"), READING_COUNTER);
	assert_int_equal(kind(&metrics, "connections"), READING_NOW);
	metrics_release(&metrics);
}

static void arrays_and_truths_are_numbers_and_texts_are_counted(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics, "{\"a\": [1, {\"b\": 2.5}], \"up\": true, \"v\": "
	                    "\"1.2\", \"n\": null, \"e\": {}, \"\": 1}");
	assert_int_equal(metrics.readings.count, 3);
	assert_double_equal(value(&metrics, "a.0"), 1, 0);
	assert_double_equal(value(&metrics, "a.1.b"), 2.5, 0);
	assert_double_equal(value(&metrics, "up"), 1, 0);
	assert_int_equal(metrics.not_numbers, 2);
	assert_int_equal(metrics.malformed, 1);
	metrics_release(&metrics);
}

static void what_is_no_number_loses_no_other_figure_of_the_json(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics,
	    "{\"a\": NaN, \"b\": [1,-Infinity,Infinity ,nan], \"c\":+Inf,\n"
	    "\"NaN\": 2, \"d\": \" NaN, \\\" inf \", \"e\": 3}");
	assert_int_equal(metrics.readings.count, 3);
	assert_double_equal(value(&metrics, "b.0"), 1, 0);
	assert_double_equal(value(&metrics, "NaN"), 2, 0);
	assert_double_equal(value(&metrics, "e"), 3, 0);
	assert_int_equal(metrics.not_numbers, 6);
	/* Whole numbers that fit no 64 bits, which stand for "no limit". */
	read_page(&metrics, "{\"limit\": 18446744073709551615, \"n\": 1}");
	assert_double_equal(value(&metrics, "limit"), 0x1p64, 0);
	metrics_release(&metrics);
	assert_refused("{\"a\": NaN, \"b\": NaNs}", "broken JSON");
	assert_refused("{\"a\": NaN", "broken JSON");
	assert_refused("{\"a\": \"NaN\\", "broken JSON");
}

static void a_name_of_two_figures_keeps_the_first(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics, "{\"a.b\": 1, \"a\": {\"b\": 2}}");
	assert_int_equal(metrics.readings.count, 1);
	assert_int_equal(metrics.twice, 1);
	read_page(&metrics, "x 1\nx 2\n");
	assert_double_equal(value(&metrics, "x"), 1, 0);
	metrics_release(&metrics);
}

static void json_that_is_too_deep_or_too_much_is_cut_and_counted(void **state)
{
	struct metrics metrics = { 0 };
	struct buf page = { 0 };
	(void)state;
	for (int i = 0; i < 40; i++)
		assert_int_equal(buf_add_text(&page, "{\"a\":"), 0);
	assert_int_equal(buf_add_text(&page, "1"), 0);
	for (int i = 0; i < 40; i++)
		assert_int_equal(buf_add_text(&page, "}"), 0);
	assert_int_equal(buf_add(&page, "", 1), 0);
	read_page(&metrics, (const char *)page.data);
	assert_int_equal(metrics.readings.count, 0);
	assert_int_equal(metrics.malformed, 1);

	page.length = 0;
	assert_int_equal(buf_add_text(&page, "[0"), 0);
	for (int i = 1; i < METRICS_MOST + 7; i++)
		assert_int_equal(buf_add_format(&page, ",%d", i), 0);
	assert_int_equal(buf_add(&page, "]", 2), 0);
	read_page(&metrics, (const char *)page.data);
	assert_int_equal(metrics.readings.count, METRICS_MOST);
	assert_int_equal(metrics.beyond, 7);
	assert_double_equal(value(&metrics, "9999"), 9999, 0);
	buf_release(&page);
	metrics_release(&metrics);
}

static void an_exporters_page_is_read_by_names_with_labels(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics,
	    "# HELP node_cpu_seconds_total Seconds the CPUs spent.\n"
	    "# TYPE node_cpu_seconds_total counter\n"
	    "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 1115.87\n"
	    "node_cpu_seconds_total{ cpu = \"1\", mode=\"idle\", } 538\n"
	    "# TYPE node_load1 gauge\n"
	    "node_load1 1.3 1395066363000\n"
	    "# TYPE go_gc_duration_seconds summary\n"
	    "go_gc_duration_seconds{quantile=\"0.5\"} 2.1e-05\n"
	    "go_gc_duration_seconds_count 12\n"
	    "\n"
	    "# TYPE rpc histogram\n"
	    "rpc_bucket{le=\"+Inf\"} 3 # {trace=\"x\"} 0.67\n"
	    "escaped{path=\"a\\\"b}\\\\\"} 4\n"
	    "no_labels{} 5\r\n"
	    "# EOF\n");
	assert_int_equal(metrics.format, METRICS_PROMETHEUS);
	assert_int_equal(metrics.malformed, 0);
	assert_int_equal(metrics.readings.count, 8);
	assert_double_equal(
	    value(&metrics, "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"}"),
	    1115.87, 1e-9);
	assert_int_equal(
	    kind(&metrics, "node_cpu_seconds_total{cpu=\"1\",mode=\"idle\"}"),
	    READING_COUNTER);
	assert_double_equal(value(&metrics, "node_load1"), 1.3, 1e-9);
	assert_int_equal(kind(&metrics, "node_load1"), READING_NOW);
	assert_int_equal(
	    kind(&metrics, "go_gc_duration_seconds{quantile=\"0.5\"}"),
	    READING_NOW);
	assert_int_equal(kind(&metrics, "go_gc_duration_seconds_count"),
	    READING_COUNTER);
	assert_double_equal(value(&metrics, "rpc_bucket{le=\"+Inf\"}"), 3, 0);
	assert_double_equal(value(&metrics, "escaped{path=\"a\\\"b}\\\\\"}"), 4,
	    0);
	assert_double_equal(value(&metrics, "no_labels"), 5, 0);
	metrics_release(&metrics);
}

static void wrong_lines_are_counted_and_the_others_are_read(void **state)
{
	static const char *const wrong[] = { "x", "x y", "x 1 2 3", "x 1z",
		"{a=\"b\"} 1", "x{a} 1", "x{a=b} 1", "x{a=\"b} 1",
		"x{a=\"b\" 1", "x{a=\"b\"c=\"d\"} 1", "1x 2", "x{0=\"a\"} 1",
		"x{a=\"b\"}", "x 1 y" };
	struct metrics metrics = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char page[64];
		snprintf(page, sizeof page, "good 1\n%s\nlast 2", wrong[i]);
		read_page(&metrics, page);
		if (metrics.malformed != 1 || metrics.readings.count != 2)
			fail_msg("'%s' was taken", wrong[i]);
	}
	metrics_release(&metrics);
}

static void what_is_no_finite_number_is_counted(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics, "a NaN\nb +Inf\nc -Inf\nd -1.5e3\ne 1e999\n");
	assert_int_equal(metrics.readings.count, 1);
	assert_int_equal(metrics.not_numbers, 4);
	assert_double_equal(value(&metrics, "d"), -1500, 0);
	metrics_release(&metrics);
}

static void nginx_status_is_read(void **state)
{
	struct metrics metrics = { 0 };
	(void)state;
	read_page(&metrics, "Active connections: 291 \n"
	                    "server accepts handled requests\n"
	                    " 16630948 16630947 31070465 \n"
	                    "Reading: 6 Writing: 179 Waiting: 106 \n");
	assert_int_equal(metrics.format, METRICS_NGINX);
	assert_int_equal(metrics.readings.count, 7);
	assert_double_equal(value(&metrics, "connections.active"), 291, 0);
	assert_double_equal(value(&metrics, "handled"), 16630947, 0);
	assert_double_equal(value(&metrics, "connections.waiting"), 106, 0);
	assert_int_equal(kind(&metrics, "requests"), READING_COUNTER);
	metrics_release(&metrics);
}

static void only_the_wanted_names_are_taken(void **state)
{
	static const char *const only[] = { "node_load*", "connections" };
	struct metrics metrics = { .only = only, .only_count = 2 };
	(void)state;
	read_page(&metrics, "node_load1 1\nnode_load15 2\nother 3\n");
	assert_int_equal(metrics.readings.count, 2);
	read_page(&metrics, "{\"connections\": 4, \"uptime\": 5}");
	assert_int_equal(metrics.readings.count, 1);
	metrics_release(&metrics);
}

static void a_page_that_is_something_else_is_refused_with_what_it_is(
    void **state)
{
	(void)state;
	assert_refused("", "the page is empty");
	assert_refused(" \r\n", "the page is empty");
	assert_refused("<html><body>404</body></html>",
	    "the page is HTML, no metrics");
	assert_refused("<?xml version=\"1.0\"?>", "the page is XML");
	assert_refused("{\"connections\": 2", "broken JSON");
	assert_refused("{\"a\": 1} and more", "broken JSON");
	assert_refused("it works!\n", "it begins with 'it works!?'");
	assert_refused("Active connections: many", "has no connections.active");
	assert_refused("Active connections: 1\nserver accepts handled "
	               "requests\n 1 2\nReading:",
	    "has no requests");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_relays_json_becomes_dotted_names),
		cmocka_unit_test(
		    arrays_and_truths_are_numbers_and_texts_are_counted),
		cmocka_unit_test(
		    what_is_no_number_loses_no_other_figure_of_the_json),
		cmocka_unit_test(a_name_of_two_figures_keeps_the_first),
		cmocka_unit_test(
		    json_that_is_too_deep_or_too_much_is_cut_and_counted),
		cmocka_unit_test(
		    an_exporters_page_is_read_by_names_with_labels),
		cmocka_unit_test(
		    wrong_lines_are_counted_and_the_others_are_read),
		cmocka_unit_test(what_is_no_finite_number_is_counted),
		cmocka_unit_test(nginx_status_is_read),
		cmocka_unit_test(only_the_wanted_names_are_taken),
		cmocka_unit_test(
		    a_page_that_is_something_else_is_refused_with_what_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
