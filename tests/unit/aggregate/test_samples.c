#include "aggregate/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/near.h"

static void take(struct samples *samples, const char *name, int64_t t_ms,
    const char *rest)
{
	char line[512];
	struct err err = { "" };
	snprintf(line, sizeof line,
	    "{\"schema\": \"ringstorm-sample/1\", \"source\": \"relay\", "
	    "\"name\": \"%s\", \"t_unix_ms\": %lld, %s}",
	    name, (long long)t_ms, rest);
	if (samples_take(samples, line, strlen(line), 1000, &err) != 0)
		fail_msg("%s: %s", line, err.text);
}

static void figures_of_a_source_are_summed_up(void **state)
{
	struct samples samples = { 0 };
	(void)state;
	take(&samples, "b", 5000, "\"values\": {\"x\": 1, \"connections\": 9}");
	take(&samples, "a", 5000, "\"values\": {\"x\": 100}");
	take(&samples, "b", 7000, "\"failed\": \"connection refused\"");
	take(&samples, "b", 6000,
	    "\"values\": {\"connections\": 3, \"x\": 4}, \"restarted\": true, "
	    "\"suspect\": {\"x\": \"odd\"}");
	samples_finish(&samples);
	assert_int_equal(samples.count, 2);
	const struct sample_source *b = &samples.items[1];
	assert_string_equal(b->name, "b");
	assert_int_equal(b->samples, 3);
	assert_int_equal(b->first_ms, 4000); /* the clock is 1 s ahead */
	assert_int_equal(b->last_ms, 6000);
	assert_int_equal(counts_get(&b->failures, "connection refused"), 1);
	assert_int_equal(counts_get(&b->suspects, "x: odd"), 1);
	assert_int_equal(b->restart_count, 1);
	assert_int_equal(b->restarts[0], 5000);
	assert_int_equal(b->series_count, 2);
	assert_string_equal(b->series[0].name, "x");
	assert_double_equal(b->series[0].sum, 5, 0);
	assert_double_equal(b->series[0].most, 4, 0);
	assert_int_equal(b->series[0].point_count, 0);
	samples_release(&samples);
}

static void values_that_tell_how_a_run_went_are_kept_in_order(void **state)
{
	struct samples samples = { 0 };
	(void)state;
	take(&samples, "a", 9000, "\"values\": {\"memory.rss\": 3}");
	take(&samples, "a", 7000, "\"values\": {\"memory.rss\": 1}");
	take(&samples, "a", 8000, "\"values\": {\"memory.rss\": 2}");
	samples_finish(&samples);
	const struct sample_series *series = &samples.items[0].series[0];
	assert_int_equal(series->point_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(series->points[i].t_ms, 6000 + 1000 * (int)i);
		assert_double_equal(series->points[i].value, (double)i + 1, 0);
	}
	samples_release(&samples);
}

static void other_lines_are_not_taken(void **state)
{
	static const char other[] = "{\"schema\": \"ringstorm-run/1\"}";
	static const char broken[] = "{\"schema\": \"ringstorm-sample/1\"";
	struct samples samples = { 0 };
	struct err err = { "" };
	(void)state;
	assert_int_equal(samples_take(&samples, other, strlen(other), 0, &err),
	    1);
	assert_int_equal(
	    samples_take(&samples, broken, strlen(broken), 0, &err), -1);
	assert_non_null(strstr(err.text, "no whole JSON"));
	assert_int_equal(samples.count, 0);
	samples_release(&samples);
}

static void remarks_that_differ_in_numbers_are_one(void **state)
{
	struct samples samples = { 0 };
	char rest[128];
	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(rest, sizeof rest,
		    "\"suspect\": {\"up{cpu=\\\"%d\\\"}\": \"%d after %.1f\"}",
		    i % 2, i, 1.5 * i);
		take(&samples, "a", 1000 * i, rest);
	}
	take(&samples, "a", 1, "\"suspect\": {\"pid\": \"another\"}");
	const struct counts *suspects = &samples.items[0].suspects;
	assert_int_equal(suspects->length, 3);
	assert_int_equal(counts_get(suspects, "up{cpu=\"0\"}: 0 after 0.0"),
	    250);
	assert_int_equal(counts_get(suspects, "up{cpu=\"1\"}: 1 after 1.5"),
	    250);
	assert_int_equal(counts_get(suspects, "pid: another"), 1);
	samples_release(&samples);
}

static void ever_new_reasons_are_counted_in_bounded_memory(void **state)
{
	struct samples samples = { 0 };
	char rest[128];
	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(rest, sizeof rest, "\"failed\": \"begins with %d\"",
		    i);
		take(&samples, "a", 1000 * i, rest);
	}
	const struct counts *failures = &samples.items[0].failures;
	assert_int_equal(failures->length, 101);
	assert_int_equal(counts_total(failures), 500);
	assert_int_equal(counts_get(failures, "other reasons"), 400);
	samples_release(&samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remarks_that_differ_in_numbers_are_one),
		cmocka_unit_test(
		    ever_new_reasons_are_counted_in_bounded_memory),
		cmocka_unit_test(figures_of_a_source_are_summed_up),
		cmocka_unit_test(
		    values_that_tell_how_a_run_went_are_kept_in_order),
		cmocka_unit_test(other_lines_are_not_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
