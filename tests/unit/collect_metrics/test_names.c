#include "collect_metrics/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_of_metric_files_are_taken(void **state)
{
	(void)state;
	assert_true(name_is_metrics("machine_1_client_100.json"));
	assert_true(name_is_metrics("machine_12_client_3.log"));
	assert_true(name_is_metrics("machine_1_timeline.jsonl"));
	assert_true(name_is_metrics("machine_1_run.json"));
	assert_true(name_is_metrics("client_7.json"));
	assert_true(name_is_metrics("host_server-1.example.jsonl"));
	assert_true(name_is_metrics("probe_relay_2.jsonl"));
	assert_true(name_is_machine("machine_3"));
}

static void all_other_names_are_passed_over(void **state)
{
	(void)state;
	static const char *const others[] = { "", ".", "..",
		"final_report.json", "machine_1_client_1.json.123.tmp",
		"machine_x_client_1.json", "machine__client_1.json",
		"Machine_1_run.json", "machine_1_client_1.json ",
		" client_1.json", "client_.json", "client_-1.json",
		"../client_1.json", "a/client_1.json", "host_.jsonl",
		"host_../../etc/passwd.jsonl", "host_a b.jsonl",
		"host_.hidden.jsonl", "host_a\n.jsonl", "host_a.jsonl\n",
		"probe_$(id).jsonl", "clock.json" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(name_is_metrics(others[i]));
	assert_false(name_is_machine("machine_"));
	assert_false(name_is_machine("machine_1x"));
	assert_false(name_is_machine("machine_1/.."));
}

static void names_are_bounded(void **state)
{
	(void)state;
	char name[300] = "host_";
	memset(name + 5, 'a', 200);
	memcpy(name + 205, ".jsonl", 7);
	assert_false(name_is_metrics(name));
}

static void hostile_names_are_told_from_strange_ones(void **state)
{
	(void)state;
	assert_true(name_is_hostile("../machine_1_run.json"));
	assert_true(name_is_hostile("a\x1b[2J"));
	assert_true(name_is_hostile("a\n"));
	assert_false(name_is_hostile("notes for me.txt"));
	assert_false(name_is_hostile("\xc3\xa4.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_metric_files_are_taken),
		cmocka_unit_test(all_other_names_are_passed_over),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(hostile_names_are_told_from_strange_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
