/* test_assign.c - tasks go to the least loaded, and do not herd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ring_server/assign.h"

#define COUNT 3

static struct assign_server servers[COUNT];
static uint64_t turn;

static int set_up(void **state)
{
	(void)state;
	turn = 0;
	for (uint32_t i = 0; i < COUNT; i++)
		servers[i] = (struct assign_server){ .id = i + 1,
			.usable = true,
			.load = 10 };
	return 0;
}

static uint32_t pick(void)
{
	struct assign_server *server = assign_pick(servers, COUNT, &turn);

	return server ? server->id : 0;
}

static void equal_servers_take_turns(void **state)
{
	unsigned given[COUNT + 1] = { 0 };

	(void)state;
	for (int i = 0; i < 30; i++)
		given[pick()]++;
	for (int i = 1; i <= COUNT; i++)
		assert_int_equal(given[i], 10);
}

static void turns_go_on_across_heartbeats(void **state)
{
	unsigned given[COUNT + 1] = { 0 };

	(void)state;
	for (int i = 0; i < 30; i++) {
		given[pick()]++;
		for (int j = 0; j < COUNT; j++)
			assign_heard(&servers[j], 10 + 0.4 * j);
	}
	for (int i = 1; i <= COUNT; i++)
		assert_int_equal(given[i], 10);
}

static void the_least_loaded_is_chosen(void **state)
{
	(void)state;
	assign_heard(&servers[1], 1);
	assert_int_equal(pick(), 2);
	assert_int_equal(pick(), 2);
}

static void a_burst_between_two_heartbeats_is_spread(void **state)
{
	unsigned given[COUNT + 1] = { 0 };

	(void)state;
	assign_heard(&servers[1], 1);
	for (int i = 0; i < 60; i++)
		given[pick()]++;
	for (int i = 1; i <= COUNT; i++)
		assert_in_range(given[i], 17, 25);
	assert_true(given[2] > given[1]);
}

static void the_unusable_are_passed_over(void **state)
{
	(void)state;
	servers[0].usable = servers[2].usable = false;
	servers[1].load = 99;
	assert_int_equal(pick(), 2);
	servers[1].usable = false;
	assert_int_equal(pick(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(equal_servers_take_turns, set_up),
		cmocka_unit_test_setup(turns_go_on_across_heartbeats, set_up),
		cmocka_unit_test_setup(the_least_loaded_is_chosen, set_up),
		cmocka_unit_test_setup(a_burst_between_two_heartbeats_is_spread,
		    set_up),
		cmocka_unit_test_setup(the_unusable_are_passed_over, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
