#include "fault_ring/guard.h"
#include "fault_ring/schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

static const unsigned ids[] = { 1, 2, 3 };
static struct settings settings = { .restart_delay_ns = 10 * SECOND,
	.max_down = 1 };
static struct plan plan;
static struct err err;

static int parse(const char *text)
{
	plan_release(&plan);
	return schedule_parse(&plan, "plan", text, &settings, ids, 3, &err);
}

static int tear_down(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

static void lines_come_in_the_order_of_their_moments(void **state)
{
	(void)state;
	assert_int_equal(parse("# a plan\n"
	                       "at +1m pause 3\r\n"
	                       "\n"
	                       "  at\t+30s kill 2 for 1500ms # first\n"
	                       "at +1m slow 1 for 2s"),
	    0);
	assert_int_equal(plan.count, 3);
	assert_int_equal(plan.groups, 2);
	assert_true(plan.items[0].at_ns == 30 * SECOND);
	assert_string_equal(plan.items[0].fault->name, "kill");
	assert_int_equal(plan.items[0].server, 2);
	assert_true(plan.items[0].length_ns == 3 * SECOND / 2);
	assert_int_equal(plan.items[0].number, 1);
	assert_string_equal(plan.items[1].fault->name, "pause");
	assert_true(plan.items[1].length_ns == 10 * SECOND);
	assert_string_equal(plan.items[2].fault->name, "slow");
	assert_int_equal(plan.items[2].number, 3);
	assert_int_equal(plan.items[2].group, plan.items[1].group);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "at +1s kill\n", "plan:1: a line reads: " },
		{ "at 1s kill 1\n", "plan:1: a line reads: " },
		{ "#\nat +1s kill 1 for\n", "plan:2: a line reads: " },
		{ "at +1s kill 1 for 2s now\n", "plan:1: a line reads: " },
		{ "at +x kill 1\n", "plan:1: 'x' is no time" },
		{ "at +2 kill 1\n", "plan:1: '2' is no time" },
		{ "at +1s kill 1 for 99h\n", "plan:1: '99h' is no time" },
		{ "at +1s kill 4\n", "plan:1: there is no server '4'" },
		{ "at +1s kill 1x\n", "plan:1: there is no server '1x'" },
		{ "at +1s fly 1\n", "plan:1: 'fly' is no fault; " },
		{ "# nothing\n", "plan: no fault is in it" },
		{ "", "plan: no fault is in it" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(parse(wrong[i].text), -1);
		assert_non_null(strstr(err.text, wrong[i].says));
	}
}

static void a_fault_waits_until_the_one_before_has_ended(void **state)
{
	(void)state;
	settings.max_down = 2;
	settings.allow_overlap = false;
	parse("at +1s kill 1 for 2s\nat +3s kill 2 for 2s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), 0);
	parse("at +1s kill 1 for 3s\nat +3s kill 2 for 2s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), -1);
	assert_non_null(strstr(err.text, "ALLOW_OVERLAP=true"));
	settings.allow_overlap = true;
	assert_int_equal(guard_check(&plan, &settings, 3, &err), 0);
}

static void never_more_than_max_down_at_once(void **state)
{
	(void)state;
	settings.allow_overlap = true;
	settings.max_down = 2;
	parse("at +1s kill 1 for 9s\nat +2s kill 2 for 1s\nat +4s kill 3 for "
	      "1s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), 0);
	parse("at +1s kill 1 for 9s\nat +2s kill 2 for 3s\nat +4s kill 3 for "
	      "1s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), -1);
	assert_non_null(strstr(err.text, "MAX_DOWN is 2"));
	settings.max_down = 1;
	parse("at +1s kill 1 for 1s\nat +1s kill 2 for 1s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), -1);
}

static void a_server_never_has_two_faults(void **state)
{
	(void)state;
	settings.allow_overlap = true;
	settings.max_down = 3;
	parse("at +1s slow 1 for 5s\nat +2s kill 1 for 1s\n");
	assert_int_equal(guard_check(&plan, &settings, 3, &err), -1);
	assert_non_null(strstr(err.text, "same server 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_in_the_order_of_their_moments),
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(a_fault_waits_until_the_one_before_has_ended),
		cmocka_unit_test(never_more_than_max_down_at_once),
		cmocka_unit_test(a_server_never_has_two_faults),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, tear_down);
}
