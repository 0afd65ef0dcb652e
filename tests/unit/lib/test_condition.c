#include "lib/condition.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

#define METRICS                                                                \
	"there are failure_rate, throughput, requests, successful, failed, "   \
	"retries, skipped, wrong_answers, unaccounted, recover_time, "         \
	"acked_lost, min, avg, max, p50 ... p99.9, and latencies also with "   \
	"service_, response_ or lag_ before them"
#define NONE(text) "'" text "' is no condition such as 'p99 < 200ms': "

static void what_is_allowed_is_read(void **state)
{
	static const struct row {
		const char *text;
		enum metric_kind kind;
		const char *scope;
		enum condition_op op;
		double value;
		int64_t for_ns;
	} rows[] = {
		{ "failure_rate < 1%", METRIC_FAILURE_RATE, NULL,
		    CONDITION_LESS, 1, 0 },
		{ "error_rate > 10% for 5s", METRIC_FAILURE_RATE, NULL,
		    CONDITION_MORE, 10, 5 * SECOND },
		{ "failure_rate == 0", METRIC_FAILURE_RATE, NULL,
		    CONDITION_EQUAL, 0, 0 },
		{ "p99 < 200ms", METRIC_PERCENTILE, NULL, CONDITION_LESS, 200,
		    0 },
		{ " p99[ sustained ]<=1.5s\n", METRIC_PERCENTILE, "sustained",
		    CONDITION_AT_MOST, 1500, 0 },
		{ "max[GET /<id>[0]] < 10us", METRIC_MAX, "GET /<id>[0]",
		    CONDITION_LESS, 0.01, 0 },
		{ "avg [for ever] < 1m for 1h", METRIC_AVG, "for ever",
		    CONDITION_LESS, 60000, 3600 * SECOND },
		{ "throughput >= 900/s", METRIC_THROUGHPUT, NULL,
		    CONDITION_AT_LEAST, 900, 0 },
		{ "throughput > 60/m", METRIC_THROUGHPUT, NULL, CONDITION_MORE,
		    1, 0 },
		{ "throughput > 900", METRIC_THROUGHPUT, NULL, CONDITION_MORE,
		    900, 0 },
		{ "skipped == 0", METRIC_SKIPPED, NULL, CONDITION_EQUAL, 0, 0 },
		{ "requests != 4k", METRIC_REQUESTS, NULL, CONDITION_OTHER,
		    4000, 0 },
		{ "recover_time < 5s", METRIC_RECOVER_TIME, NULL,
		    CONDITION_LESS, 5000, 0 },
		{ "acked_lost == 0", METRIC_ACKED_LOST, NULL, CONDITION_EQUAL,
		    0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct condition condition;
		struct err err = { "" };
		if (condition_parse(&condition, row->text, &err))
			fail_msg("%s", err.text);
		assert_int_equal(condition.metric.kind, row->kind);
		assert_int_equal(condition.op, row->op);
		if (row->scope)
			assert_string_equal(condition.scope, row->scope);
		else
			assert_null(condition.scope);
		if (fabs(condition.value - row->value) > 1e-9)
			fail_msg("%s: %g", row->text, condition.value);
		assert_true(condition.for_ns == row->for_ns);
		condition_release(&condition);
	}
}

static void what_is_not_allowed_is_named_with_what_is(void **state)
{
	static const char *const rows[][2] = {
		{ "p99s < 1s",
		    NONE("p99s < 1s") "there is no metric 'p99s'; " METRICS },
		{ "p < 1s", NONE("p < 1s") "there is no metric 'p'; " METRICS },
		{ "p0 < 1s",
		    NONE("p0 < 1s") "there is no metric 'p0'; " METRICS },
		{ "p101 < 1s",
		    NONE("p101 < 1s") "there is no metric 'p101'; " METRICS },
		{ "service_requests < 1",
		    NONE("service_requests < 1") "there is no metric "
		                                 "'service_requests';"
		                                 " " METRICS },
		{ "< 1s", NONE("< 1s") "there is no metric ''; " METRICS },
		{ "", NONE("") "there is no < <= > >= == or != in it" },
		{ "p99 200ms", NONE("p99 200ms") "there is no < <= > >= == or "
		                                 "!= in it" },
		{ "p99 = 200ms", NONE("p99 = 200ms") "there is no < <= > >= == "
		                                     "or != in it" },
		{ "p99 <> 200ms", NONE("p99 <> 200ms") "'> 200ms' is not a "
		                                       "time such as 250ms, "
		                                       "10s or 5m" },
		{ "p99 < 200", NONE("p99 < 200") "'200' is not a time such as "
		                                 "250ms, 10s or 5m" },
		{ "p99 <", NONE("p99 <") "'' is not a time such as 250ms, 10s "
		                         "or 5m" },
		{ "p99 < -1ms", NONE("p99 < -1ms") "'-1ms' is not a time such "
		                                   "as 250ms, 10s or 5m" },
		{ "failure_rate < 1",
		    NONE("failure_rate < 1") "'1' is not a percentage such as "
		                             "1%" },
		{ "failure_rate < 101%",
		    NONE("failure_rate < 101%") "'101%' is not a percentage "
		                                "such as 1%" },
		{ "throughput > 5ms",
		    NONE("throughput > 5ms") "'5ms' is not a rate such as "
		                             "5000, 5000/s or 90/m" },
		{ "skipped < 1s", NONE("skipped < 1s") "'1s' is not a whole "
		                                       "number such as 100, "
		                                       "4k or 2M" },
		{ "p99[sustained < 1s",
		    NONE("p99[sustained < 1s") "the [ of its scope has no ]" },
		{ "p99[] < 1s",
		    NONE("p99[] < 1s") "[] names no phase and no operation" },
		{ "recover_time[spike] < 1s",
		    NONE("recover_time[spike] < 1s") "recover_time is of a "
		                                     "whole run and takes no "
		                                     "[phase] or "
		                                     "[operation]" },
		{ "p99 < 1s for 5", NONE("p99 < 1s for 5") "'for 5' is not "
		                                           "'for' a time such "
		                                           "as 250ms, 10s or "
		                                           "5m" },
		{ "p99 < 1s for", NONE("p99 < 1s for") "'for ' is not 'for' a "
		                                       "time such as 250ms, "
		                                       "10s or 5m" },
		{ "p99 < 1s fo 5s", NONE("p99 < 1s fo 5s") "'1s fo 5s' is not "
		                                           "a time such as "
		                                           "250ms, 10s or 5m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct condition condition;
		struct err err = { "" };
		assert_int_equal(condition_parse(&condition, rows[i][0], &err),
		    -1);
		assert_string_equal(err.text, rows[i][1]);
		condition_release(&condition); /* harmless */
	}
}

static void every_operator_compares(void **state)
{
	static const struct {
		const char *text;
		bool below, at, above;
	} rows[] = {
		{ "p99 < 5ms", true, false, false },
		{ "p99 <= 5ms", true, true, false },
		{ "p99 > 5ms", false, false, true },
		{ "p99 >= 5ms", false, true, true },
		{ "p99 == 5ms", false, true, false },
		{ "p99 != 5ms", true, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct condition condition;
		assert_int_equal(
		    condition_parse(&condition, rows[i].text, NULL), 0);
		assert_int_equal(condition_evaluate(&condition, 4.9),
		    rows[i].below);
		assert_int_equal(condition_evaluate(&condition, 5), rows[i].at);
		assert_int_equal(condition_evaluate(&condition, 5.1),
		    rows[i].above);
		/* What is not determined never does. */
		assert_false(condition_evaluate(&condition, NAN));
		condition_release(&condition);
	}
}

static void the_words_have_the_figure_with_its_unit(void **state)
{
	static const struct {
		const char *text;
		double figure;
		const char *words;
	} rows[] = {
		{ " error_rate > 10% for 5s ", 12.5,
		    "error_rate > 10% for 5s: 12.50%" },
		{ "p99 < 1s", 641.279, "p99 < 1s: 641.28 ms" },
		{ "p99 < 1s", 999.996, "p99 < 1s: 1.00 s" },
		{ "p99 < 1s", 8904, "p99 < 1s: 8.90 s" },
		{ "p99 < 1s", 130000, "p99 < 1s: 2m 10s" },
		{ "p99 < 1s", NAN, "p99 < 1s: not determined" },
		{ "throughput > 1", 1912.44, "throughput > 1: 1,912.4/s" },
		{ "skipped == 0", 3312, "skipped == 0: 3,312" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct condition condition;
		assert_int_equal(
		    condition_parse(&condition, rows[i].text, NULL), 0);
		char *words = condition_words(&condition, rows[i].figure);
		assert_string_equal(words, rows[i].words);
		free(words);
		condition_release(&condition);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_is_read),
		cmocka_unit_test(what_is_not_allowed_is_named_with_what_is),
		cmocka_unit_test(every_operator_compares),
		cmocka_unit_test(the_words_have_the_figure_with_its_unit),
	};

	return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
