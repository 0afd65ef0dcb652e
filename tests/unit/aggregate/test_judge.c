#include "aggregate/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A merged run of one machine: so many right answers, and as many failures for
 * that reason. */
struct scene {
	struct merge merge;
	struct machine machine;
};

static void scene_init(struct scene *scene, uint64_t ok, uint64_t failed,
    const char *reason)
{
	*scene = (struct scene){ .machine = { .id = 1 } };
	scene->merge.total.sent = ok + failed;
	scene->merge.total.ok = ok;
	scene->merge.total.failed = failed;
	if (failed)
		counts_add(&scene->merge.total.reasons, reason, failed);
	scene->merge.machines = &scene->machine;
	scene->merge.machine_count = 1;
}

/* Judges, and releases what the scene owns. */
static void assert_judged(struct scene *scene, enum result result,
    enum exit_code code, const char *gravest_reason)
{
	struct verdict verdict;
	judge(&verdict, &scene->merge);
	assert_int_equal(verdict.result, result);
	assert_int_equal(verdict.exit_code, code);
	if (gravest_reason)
		assert_string_equal(verdict.reasons[0], gravest_reason);
	else
		assert_int_equal(verdict.reason_count, 0);
	verdict_release(&verdict);
	stats_clear(&scene->merge.total);
}

static void failures_alone_are_no_reason_to_fail(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 1, 99, "connection refused");
	assert_judged(&scene, RESULT_PASS, EXIT_PASSED, NULL);
}

/* Of 1,000 requests sent and as many as are skipped. */
static void assert_demands(bool open_loop, uint64_t failed, uint64_t skipped,
    bool demanded, const char *reason)
{
	struct scene scene;
	struct verdict verdict;
	scene_init(&scene, 1000 - failed, failed, "no leader");
	scene.merge.open_loop = open_loop;
	scene.merge.total.skipped = skipped;
	scene.merge.total.planned = 1000 + skipped;
	judge(&verdict, &scene.merge);
	judge_demands(&verdict, &scene.merge, demanded);
	assert_int_equal(verdict.result, RESULT_PASS);
	assert_int_equal(verdict.exit_code, EXIT_PASSED);
	assert_string_equal(verdict_word(&verdict), "PASSED");
	assert_string_equal(verdict_remark(&verdict),
	    reason ? "nothing was demanded" : "");
	if (reason)
		assert_string_equal(verdict.reasons[0], reason);
	else
		assert_int_equal(verdict.reason_count, 0);
	verdict_release(&verdict);
	stats_clear(&scene.merge.total);
}

static void where_much_failed_and_no_threshold_is_set_the_verdict_says_so(
    void **state)
{
	(void)state;
	assert_demands(false, 10, 0, false,
	    "Nothing was demanded of this run, in which "
	    "1.00 % of the requests failed. Say how much is too much with "
	    "--thresholds 'failure_rate < 1%', or THRESHOLDS in "
	    "config/aggregate.conf.");
	assert_demands(true, 0, 250, false,
	    "Nothing was demanded of this run, in which "
	    "20.00 % of the plan was not sent. Say how much is too much with "
	    "--thresholds 'skipped == 0', or THRESHOLDS in "
	    "config/aggregate.conf.");
	assert_demands(true, 700, 250, false,
	    "Nothing was demanded of this run, in which "
	    "70.00 % of the requests failed and 20.00 % of the plan was not "
	    "sent. Say how much is too much with --thresholds "
	    "'failure_rate < 1%', or THRESHOLDS in config/aggregate.conf.");
}

static void a_run_that_met_what_was_demanded_or_went_well_just_passed(
    void **state)
{
	(void)state;
	assert_demands(false, 700, 0, true, NULL);
	assert_demands(false, 9, 0, false, NULL);
	/* A closed loop that ended before its last requests. */
	assert_demands(false, 0, 250, false, NULL);
}

static void what_did_not_pass_needs_no_demand(void **state)
{
	struct scene scene;
	struct verdict verdict;
	(void)state;
	scene_init(&scene, 0, 5, "no leader");
	judge(&verdict, &scene.merge);
	judge_demands(&verdict, &scene.merge, false);
	assert_string_equal(verdict_word(&verdict), "FAILED");
	assert_string_equal(verdict_remark(&verdict), "");
	assert_int_equal(verdict.reason_count, 1);
	verdict_release(&verdict);
	stats_clear(&scene.merge.total);
}

static void one_wrong_answer_fails_the_run(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 1000, 1, "wrong answer");
	assert_judged(&scene, RESULT_FAIL, EXIT_WRONG,
	    "1 answer was wrong: what came back is not what it had to be.");
}

static void without_a_success_the_run_fails(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 0, 5, "no leader");
	assert_judged(&scene, RESULT_FAIL, EXIT_CANNOT,
	    "Not one request succeeded.");
	scene_init(&scene, 0, 0, NULL);
	assert_judged(&scene, RESULT_FAIL, EXIT_CANNOT,
	    "Not one request was sent.");
	scene_init(&scene, 0, 0, NULL);
	scene.merge.in_flight = 5;
	assert_judged(&scene, RESULT_FAIL, EXIT_CANNOT,
	    "No request is known to have ended.");
}

static void missing_clients_are_named_and_make_the_run_partial(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 5, 0, NULL);
	ranges_add(&scene.machine.missing, 7);
	assert_judged(&scene, RESULT_PARTIAL, EXIT_PARTIAL,
	    "Machine 1: the file of client 7 is missing.");
	scene_init(&scene, 5, 0, NULL);
	ranges_add(&scene.machine.missing, 7);
	ranges_add(&scene.machine.missing, 9);
	assert_judged(&scene, RESULT_PARTIAL, EXIT_PARTIAL,
	    "Machine 1: the files of clients 7 and 9 are missing.");
}

static void missing_clients_without_numbers_are_counted(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 5, 0, NULL);
	scene.machine.missing.total = 4000;
	assert_judged(&scene, RESULT_PARTIAL, EXIT_PARTIAL,
	    "Machine 1: the files of 4,000 clients are missing.");
}

static void of_several_exit_codes_the_largest_wins(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 5, 1, "wrong answer");
	scene.machine.killed_processes = 1;
	assert_judged(&scene, RESULT_PARTIAL, EXIT_PARTIAL,
	    "1 answer was wrong: what came back is not what it had to be.");
	scene_init(&scene, 0, 1, "wrong answer");
	assert_judged(&scene, RESULT_FAIL, EXIT_WRONG,
	    "1 answer was wrong: what came back is not what it had to be.");
}

static void however_many_machines_are_partial_the_reasons_have_room(
    void **state)
{
	struct scene scene;
	struct machine machines[100];
	(void)state;
	scene_init(&scene, 5, 1, "wrong answer");
	scene.merge.left_out = 1;
	for (size_t i = 0; i < 100; i++)
		machines[i] = (struct machine){ .id = i + 1,
			.killed_processes = 1,
			.missing.total = 1,
			.disagreeing = 1 };
	scene.merge.machines = machines;
	scene.merge.machine_count = 100;
	assert_judged(&scene, RESULT_PARTIAL, EXIT_PARTIAL,
	    "1 answer was wrong: what came back is not what it had to be.");
}

static void machines_that_are_not_named_are_counted(void **state)
{
	struct scene scene;
	struct machine machines[100];
	struct verdict verdict;
	(void)state;
	scene_init(&scene, 5, 0, NULL);
	for (size_t i = 0; i < 100; i++)
		machines[i] =
		    (struct machine){ .id = i + 1, .missing.total = i != 50 };
	scene.merge.machines = machines;
	scene.merge.machine_count = 100;
	judge(&verdict, &scene.merge);
	size_t named = verdict.reason_count - 1;
	char last[100];
	snprintf(last, sizeof last,
	    "%zu more machines are not whole: final_report.json tells which "
	    "(\"complete\").",
	    99 - named);
	assert_string_equal(verdict.reasons[named], last);
	verdict_release(&verdict);
}

static void an_overrun_generator_makes_the_run_invalid(void **state)
{
	struct scene scene;
	(void)state;
	scene_init(&scene, 5, 0, NULL);
	scene.machine.generator =
	    (struct generator_judgement){ GENERATOR_INVALID,
		    "lag p99 212 ms at 20,000/s", "use more threads" };
	assert_judged(&scene, RESULT_INVALID, EXIT_INVALID,
	    "Machine 1: the figures tell of the load generator, not of its "
	    "target: lag p99 212 ms at 20,000/s. To mend it, use more "
	    "threads.");
	scene_init(&scene, 5, 0, NULL);
	scene.machine.generator.verdict = GENERATOR_SUSPECT;
	assert_judged(&scene, RESULT_PASS, EXIT_PASSED, NULL);
}

static void however_many_generators_are_overrun_the_reasons_have_room(
    void **state)
{
	struct scene scene;
	struct machine machines[100];
	(void)state;
	scene_init(&scene, 5, 0, NULL);
	for (size_t i = 0; i < 100; i++)
		machines[i] = (struct machine){ .id = i + 1,
			.generator = { GENERATOR_INVALID, "late", "wait" } };
	scene.merge.machines = machines;
	scene.merge.machine_count = 100;
	assert_judged(&scene, RESULT_INVALID, EXIT_INVALID,
	    "Machine 1: the figures tell of the load generator, not of its "
	    "target: late. To mend it, wait.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_alone_are_no_reason_to_fail),
		cmocka_unit_test(
		    where_much_failed_and_no_threshold_is_set_the_verdict_says_so),
		cmocka_unit_test(
		    a_run_that_met_what_was_demanded_or_went_well_just_passed),
		cmocka_unit_test(what_did_not_pass_needs_no_demand),
		cmocka_unit_test(one_wrong_answer_fails_the_run),
		cmocka_unit_test(without_a_success_the_run_fails),
		cmocka_unit_test(
		    missing_clients_are_named_and_make_the_run_partial),
		cmocka_unit_test(missing_clients_without_numbers_are_counted),
		cmocka_unit_test(of_several_exit_codes_the_largest_wins),
		cmocka_unit_test(
		    however_many_machines_are_partial_the_reasons_have_room),
		cmocka_unit_test(machines_that_are_not_named_are_counted),
		cmocka_unit_test(an_overrun_generator_makes_the_run_invalid),
		cmocka_unit_test(
		    however_many_generators_are_overrun_the_reasons_have_room),
	};
	return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
