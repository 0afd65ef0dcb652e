#include "lib/record_sample.h"

#include "lib/mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

static struct record_sample example(void)
{
	struct record_sample sample = { .source = mem_text("relay"),
		.name = mem_text("relay \"1\""),
		.t_unix_ms = 1761950000123 };
	readings_add_format(&sample.values, READING_NOW, 3521134592.0,
	    "memory.rss");
	readings_add_format(&sample.values, READING_NOW, 0.25,
	    "load{core=\"0\"}");
	readings_add_format(&sample.values, READING_NOW, -7, "below");
	readings_add_format(&sample.values, READING_NOW, 0, "nothing");
	return sample;
}

static double value(const struct record_sample *sample, const char *name)
{
	double found = -1;
	readings_get(&sample->values, name, &found);
	return found;
}

static void what_is_written_is_read_again(void **state)
{
	struct record_sample sample = example(), again;
	struct buf line = { 0 };
	struct err err = { "" };
	(void)state;
	sample.restarted = true;
	sample.failed = mem_text("request timed out");
	record_sample_mark(&sample, "memory.rss", "more than %d", 1);
	assert_int_equal(record_sample_write(&line, &sample), 0);
	assert_true(record_sample_is((const char *)line.data, line.length));
	assert_int_equal(record_sample_read(&again, (const char *)line.data,
	                     line.length, &err),
	    0);
	assert_string_equal(again.source, "relay");
	assert_string_equal(again.name, "relay \"1\"");
	assert_string_equal(again.failed, "request timed out");
	assert_true(again.restarted);
	assert_int_equal(again.t_unix_ms, 1761950000123);
	assert_int_equal(again.values.count, 4);
	assert_double_equal(value(&again, "memory.rss"), 3521134592.0, 0);
	assert_double_equal(value(&again, "load{core=\"0\"}"), 0.25, 0);
	assert_double_equal(value(&again, "below"), -7, 0);
	assert_int_equal(again.mark_count, 1);
	assert_string_equal(again.marks[0].name, "memory.rss");
	assert_string_equal(again.marks[0].why, "more than 1");
	record_sample_release(&again);
	record_sample_release(&sample);
	buf_release(&line);
}

static void a_line_is_as_the_readme_shows_it(void **state)
{
	struct record_sample sample = example();
	struct buf line = { 0 };
	(void)state;
	assert_int_equal(record_sample_write(&line, &sample), 0);
	assert_int_equal(buf_add(&line, "", 1), 0);
	assert_string_equal((const char *)line.data,
	    "{\"schema\": \"ringstorm-sample/1\", \"source\": \"relay\", "
	    "\"name\": \"relay \\\"1\\\"\", \"t_unix_ms\": 1761950000123, "
	    "\"values\": {\"memory.rss\": 3521134592, "
	    "\"load{core=\\\"0\\\"}\": 0.25, \"below\": -7, "
	    "\"nothing\": 0}}\n");
	record_sample_release(&sample);
	buf_release(&line);
}

static void what_is_no_number_or_no_utf8_still_makes_a_line(void **state)
{
	struct record_sample sample = { .source = mem_text("relay"),
		.name = mem_text("\xff\x01") },
	                     again;
	struct buf line = { 0 };
	struct err err = { "" };
	(void)state;
	readings_add_format(&sample.values, READING_NOW, NAN, "a");
	readings_add_format(&sample.values, READING_NOW, INFINITY, "b");
	readings_add_format(&sample.values, READING_NOW, 1e300, "\xc3\xa4");
	readings_add_format(&sample.values, READING_NOW, 2, "\xe5");
	assert_int_equal(record_sample_write(&line, &sample), 0);
	assert_int_equal(record_sample_read(&again, (const char *)line.data,
	                     line.length, &err),
	    0);
	assert_int_equal(again.values.count, 2);
	assert_double_equal(value(&again, "\xc3\xa4"), 1e300, 1e286);
	assert_double_equal(value(&again, "\xc3\xa5"), 2, 0);
	assert_string_equal(again.name, "\xc3\xbf?");
	record_sample_release(&again);
	record_sample_release(&sample);
	buf_release(&line);
}

static void a_broken_line_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "{", "no whole JSON" },
		{ "[]", "is no sample" },
		{ "{\"schema\": \"ringstorm-run/1\"}", "is no sample" },
		{ "{\"schema\": \"ringstorm-sample/2\"}", "newer than" },
		{ "{\"schema\": \"ringstorm-sample/x\"}", "unknown" },
		{ "{\"schema\": \"ringstorm-sample/1\"}", "source" },
		{ "{\"schema\": \"ringstorm-sample/1\", \"source\": \"a\", "
		  "\"name\": \"b\", \"t_unix_ms\": -1}",
		    "t_unix_ms" },
		{ "{\"schema\": \"ringstorm-sample/1\", \"source\": \"a\", "
		  "\"name\": \"b\", \"t_unix_ms\": 1, \"values\": "
		  "{\"a\": \"b\"}}",
		    "the value of a is no number" },
		{ "{\"schema\": \"ringstorm-sample/1\", \"source\": \"a\", "
		  "\"name\": \"b\", \"t_unix_ms\": 1, \"values\": [1]}",
		    "values is not an object" },
		{ "{\"schema\": \"ringstorm-sample/1\", \"source\": \"a\", "
		  "\"name\": \"b\", \"t_unix_ms\": 1, \"suspect\": "
		  "{\"a\": 1}}",
		    "suspect" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct record_sample sample;
		struct err err = { "" };
		assert_int_equal(record_sample_read(&sample, rows[i].line,
		                     strlen(rows[i].line), &err),
		    -1);
		if (!strstr(err.text, rows[i].why))
			fail_msg("%s: %s", rows[i].line, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_line_is_as_the_readme_shows_it),
		cmocka_unit_test(
		    what_is_no_number_or_no_utf8_still_makes_a_line),
		cmocka_unit_test(a_broken_line_is_refused_with_the_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
