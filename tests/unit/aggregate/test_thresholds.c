#include "aggregate/thresholds.h"

#include "lib/mem.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A run of two operations in ten seconds: 3 requests of "task" took 10 to 30
 * ms, of "list" one took 1 ms and one failed; "task" is a phase, too. */
struct run {
	struct merge merge;
	struct impact impact;
	struct fault faults[2];
	struct fault_impact impacts[2];
	struct report report;
};

static void record(struct stats *stats, const char *operation,
    const char *reason, int64_t us)
{
	const struct outcome outcome = { .operation = operation,
		.reason = reason,
		.service_us = us,
		.response_us = us };
	stats_record(stats, &outcome);
}

static void make(struct run *run)
{
	struct merge *merge = &run->merge;
	*run = (struct run){ 0 };
	record(&merge->total, "task", NULL, 10000);
	record(&merge->total, "task", NULL, 20000);
	record(&merge->total, "task", NULL, 30000);
	record(&merge->total, "list", NULL, 1000);
	record(&merge->total, "list", "http 503", 5);
	merge->start_unix_ms = 1000000;
	merge->end_unix_ms = 1010000;
	run->report = (struct report){ .merge = merge, .impact = &run->impact };
}

static void add_phase(struct run *run, char *name, int64_t us)
{
	struct phase_parts parts = { 0 };
	struct record_interval interval = { .phase = name,
		.from_unix_ms = 1000000,
		.length_ms = 2000 };
	record(&interval.stats, "task", NULL, us);
	phases_add(&run->merge.phases, &parts, &interval);
	phases_join(&run->merge.phases, &parts);
	stats_clear(&interval.stats);
	free(parts.items);
}

/* Two faults with these times to recover; below 0: not determined. */
static void add_faults(struct run *run, double first_ms, double second_ms)
{
	const double ms[] = { first_ms, second_ms };
	static char why[] = "the run ended before";
	for (size_t i = 0; i < 2; i++) {
		run->faults[i].number = i + 1;
		run->impacts[i].fault = &run->faults[i];
		run->impacts[i].spans[TIME_TO_RECOVER].ms = ms[i];
		if (ms[i] < 0)
			run->impacts[i].not_determined[TIME_TO_RECOVER] = why;
	}
	run->impact.items = run->impacts;
	run->impact.count = 2;
}

static void release(struct run *run)
{
	stats_clear(&run->merge.total);
	phases_release(&run->merge.phases);
}

static struct measure figure_of(const struct run *run, const char *text)
{
	struct condition condition;
	struct err err;
	char *whole = mem_format("%s == 0", text);
	if (condition_parse(&condition, whole, &err) < 0)
		fail_msg("%s", err.text);
	struct measure measured =
	    measure(&run->report, &condition.metric, condition.scope);
	condition_release(&condition);
	free(whole);
	return measured;
}

static void assert_figure(const struct run *run, const char *text,
    double figure)
{
	struct measure measured = figure_of(run, text);
	/* Of a latency, a bucket. */
	if (!(fabs(measured.figure - figure) <= figure / 1000))
		fail_msg("%s is %g", text, measured.figure);
	free(measured.note);
}

static void assert_none(const struct run *run, const char *text,
    const char *why)
{
	struct measure measured = figure_of(run, text);
	assert_true(isnan(measured.figure));
	assert_string_equal(measured.note, why);
	free(measured.note);
}

static void a_figure_is_of_the_run_a_phase_or_an_operation(void **state)
{
	struct run run;

	(void)state;
	make(&run);
	assert_figure(&run, "requests", 5);
	assert_figure(&run, "throughput", 0.4);
	assert_figure(&run, "failure_rate", 20);
	assert_figure(&run, "p100", 30);
	assert_figure(&run, "requests[task]", 3);
	assert_figure(&run, "failure_rate[list]", 50);
	assert_figure(&run, "min[task]", 10);
	assert_figure(&run, "max[list]", 1);
	assert_figure(&run, "throughput[task]", 0.3);
	/* A phase goes before an operation of the same name. */
	add_phase(&run, (char[]){ "task" }, 7000);
	assert_figure(&run, "max[task]", 7);
	assert_figure(&run, "throughput[task]", 0.5);
	release(&run);
}

static void what_is_not_determined_says_why(void **state)
{
	struct run run;

	(void)state;
	make(&run);
	assert_none(&run, "max[nope]",
	    "the run has no phase and no operation 'nope'");
	assert_none(&run, "retries[task]", "it is not counted by operation");
	assert_none(&run, "lag_p99[task]", "it is not counted by operation");
	assert_none(&run, "lag_p99", "no timeline tells of the schedule lag");
	assert_none(&run, "recover_time", "there were no faults");
	assert_none(&run, "acked_lost",
	    "no driver of this run checked what its target had acknowledged");
	stats_clear(&run.merge.total);
	assert_none(&run, "failure_rate", "there were no requests");
	assert_none(&run, "p99", "no request succeeded");
	release(&run);
}

static void to_recover_is_as_long_as_the_worst_fault_took(void **state)
{
	struct run run;

	(void)state;
	make(&run);
	add_faults(&run, 3000, 8900);
	struct measure measured = figure_of(&run, "recover_time");
	assert_true(measured.figure == 8900);
	assert_string_equal(measured.note, "fault 2");
	free(measured.note);
	/* One that is not known may have been worse. */
	add_faults(&run, 3000, -1);
	assert_none(&run, "recover_time", "of fault 2: the run ended before");
	release(&run);
}

static struct thresholds judged(const struct run *run, char **texts,
    size_t count)
{
	const struct text_list list = { texts, count };
	struct thresholds thresholds;
	struct err err;
	if (thresholds_parse(&thresholds, &list, &err) < 0)
		fail_msg("%s", err.text);
	thresholds_judge(&thresholds, &run->report);
	return thresholds;
}

static void assert_sentence(const struct thresholds *thresholds,
    const char *words)
{
	char *sentence = thresholds_sentence(thresholds);
	assert_string_equal(sentence, words);
	free(sentence);
}

static void those_missed_are_counted_and_the_first_named(void **state)
{
	char met[] = "requests == 5", slow[] = "p50[task] < 2ms",
	     unknown[] = "recover_time < 1h";
	struct run run;

	(void)state;
	make(&run);
	struct thresholds thresholds = judged(&run, (char *[]){ met }, 1);
	assert_int_equal(thresholds.missed, 0);
	assert_null(thresholds_sentence(&thresholds));
	thresholds_release(&thresholds);

	thresholds = judged(&run, (char *[]){ slow }, 1);
	assert_sentence(&thresholds,
	    "The threshold was missed: p50[task] < 2ms (20.02 ms).");
	thresholds_release(&thresholds);

	thresholds = judged(&run, (char *[]){ met, unknown, slow }, 3);
	assert_true(thresholds.items[0].met);
	assert_false(thresholds.items[1].met);
	assert_int_equal(thresholds.missed, 2);
	assert_sentence(&thresholds,
	    "2 of 3 thresholds were missed: recover_time < 1h (not "
	    "determined), and more: see THRESHOLDS.");
	thresholds_release(&thresholds);
	release(&run);
}

static void a_threshold_has_no_for(void **state)
{
	char good[] = "p99 < 1s", text[] = "p99 < 1s for 5s";
	const struct text_list list = { (char *[]){ good, text }, 2 };
	struct thresholds thresholds;
	struct err err;

	(void)state;
	assert_int_equal(thresholds_parse(&thresholds, &list, &err), -1);
	assert_non_null(strstr(err.text, "only for --stop-when"));
	assert_int_equal(thresholds.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_figure_is_of_the_run_a_phase_or_an_operation),
		cmocka_unit_test(what_is_not_determined_says_why),
		cmocka_unit_test(to_recover_is_as_long_as_the_worst_fault_took),
		cmocka_unit_test(those_missed_are_counted_and_the_first_named),
		cmocka_unit_test(a_threshold_has_no_for),
	};

	return cmocka_run_group_tests_name("thresholds", tests, NULL, NULL);
}
