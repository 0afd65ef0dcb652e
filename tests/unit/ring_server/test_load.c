#include "ring_server/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_score(double cpu_percent, unsigned active_tasks,
    double available_memory_percent, double expected)
{
	double score =
	    load_score(cpu_percent, active_tasks, available_memory_percent);
	assert_true(score > expected - 1e-9 && score < expected + 1e-9);
}

static void an_idle_node_scores_0_and_a_full_one_100(void **state)
{
	(void)state;
	assert_score(0, 0, 100, 0);
	assert_score(100, 10, 0, 100);
}

static void each_part_has_the_weight_of_the_specification(void **state)
{
	(void)state;
	assert_score(40, 0, 100, 20);
	assert_score(0, 5, 100, 15);
	assert_score(0, 0, 75, 5);
	assert_score(40, 5, 75, 40);
}

static void more_than_ten_tasks_count_as_ten(void **state)
{
	(void)state;
	assert_score(0, 10, 100, 30);
	assert_score(0, 4000, 100, 30);
}

static void this_machine_s_score_is_between_idle_and_full(void **state)
{
	struct load_meter meter = { 0 };
	(void)state;
	for (int i = 0; i < 3; i++) {
		double score = load_measure(&meter, 0);
		assert_true(score >= 0 && score <= 70);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_node_scores_0_and_a_full_one_100),
		cmocka_unit_test(each_part_has_the_weight_of_the_specification),
		cmocka_unit_test(more_than_ten_tasks_count_as_ten),
		cmocka_unit_test(this_machine_s_score_is_between_idle_and_full),
	};
	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
