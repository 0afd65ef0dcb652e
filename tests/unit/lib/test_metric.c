#include "lib/metric.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double figure(const char *name, const struct metric_source *source)
{
	struct metric metric;
	struct err err;
	if (metric_parse(&metric, name, &err))
		fail_msg("%s", err.text);
	return metric_figure(&metric, source);
}

/* Of 100 requests: 95 of 1 to 95 ms that were begun 10 ms late, 5 failed. */
static void each_name_gives_its_figure(void **state)
{
	static const struct {
		const char *name;
		double figure;
	} rows[] = {
		{ "failure_rate", 5 },
		{ "error_rate", 5 },
		{ "throughput", 9.5 },
		{ "requests", 100 },
		{ "successful", 95 },
		{ "failed", 5 },
		{ "retries", 100 },
		{ "skipped", 3 },
		{ "wrong_answers", 5 },
		{ "min", 11 },
		{ "avg", 58 },
		{ "max", 105 },
		{ "p50", 58 },
		{ "response_p50", 58 },
		{ "service_p50", 48 },
		{ "service_max", 95 },
		{ "p100", 105 },
		{ "lag_p99", 10 },
		{ "lag_max", 10 },
	};
	struct stats stats = { 0 };
	struct histogram lag = { 0 };
	const struct metric_source source = { &stats, 10, &lag };

	(void)state;
	for (int64_t i = 1; i <= 100; i++) {
		const struct outcome outcome = {
			.reason = i <= 95 ? NULL : "wrong answer",
			.service_us = i * 1000,
			.response_us = i * 1000 + 10000,
			.retries = 1,
		};
		stats_record(&stats, &outcome);
		histogram_record(&lag, 10000);
	}
	stats_skip(&stats, 3);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double is = figure(rows[i].name, &source);
		/* A bucket is 0.1 % wide. */
		if (!(fabs(is - rows[i].figure) <= rows[i].figure / 1000))
			fail_msg("%s is %g", rows[i].name, is);
	}
	stats_clear(&stats);
	histogram_clear(&lag);
}

static void percentiles_have_their_names(void **state)
{
	static const struct {
		const char *name;
		double percent;
	} rows[] = { { "p50", 50 }, { "p9", 9 }, { "p99.9", 99.9 },
		{ "p999", 99.9 }, { "p9999", 99.99 }, { "p100", 100 },
		{ "p0.1", 0.1 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct metric metric;
		assert_int_equal(metric_parse(&metric, rows[i].name, NULL), 0);
		assert_true(fabs(metric.percent - rows[i].percent) < 1e-9);
	}
}

static void what_did_not_happen_has_no_figure(void **state)
{
	static const char *const none[] = { "failure_rate", "throughput", "p99",
		"service_max", "avg", "lag_p99", "unaccounted", "recover_time",
		"acked_lost" };
	struct stats stats = { 0 };
	const struct metric_source source = { .stats = &stats };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (!isnan(figure(none[i], &source)))
			fail_msg("%s has a figure", none[i]);
	assert_true(figure("requests", &source) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_gives_its_figure),
		cmocka_unit_test(percentiles_have_their_names),
		cmocka_unit_test(what_did_not_happen_has_no_figure),
	};

	return cmocka_run_group_tests_name("metric", tests, NULL, NULL);
}
