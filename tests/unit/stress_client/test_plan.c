/* test_plan.c - which clients a process runs, and what makes no sense. */
#include "stress_client/plan.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Options of which nothing was given. */
static struct settings defaults;
static struct option_set set;
static struct options nothing = { .sets = &set, .set_count = 1 };

static int read_nothing(void **state)
{
	char program[] = "stress_client", *argv[] = { program, NULL };
	struct err err;
	int operand;

	(void)state;
	set = (struct option_set){ .title = "",
		.rows = settings_rows,
		.count = settings_count,
		.values = &defaults };
	return options_read(&nothing, 1, argv, &operand, &err) == OPTIONS_RUN
	           ? 0
	           : -1;
}

static int release(void **state)
{
	(void)state;
	options_release(&nothing);
	return 0;
}

static struct settings settings_of(uint64_t clients, uint64_t processes,
    uint64_t process)
{
	return (struct settings){
		.machine_id = 1,
		.machines = 1,
		.scale = 1,
		.num_clients = clients,
		.requests_per_client = 10,
		.processes = processes,
		.process = process,
		.threads = 4,
		.metrics_output_dir = defaults.metrics_output_dir,
	};
}

static void every_client_runs_in_exactly_one_process(void **state)
{
	(void)state;
	for (uint64_t clients = 1; clients <= 20; clients++) {
		for (uint64_t processes = 1; processes <= clients;
		     processes++) {
			unsigned seen[21] = { 0 };

			for (uint64_t p = 0; p < processes; p++) {
				struct settings settings =
				    settings_of(clients, processes, p);
				struct plan plan = { 0 };

				assert_int_equal(
				    plan_make(&plan, &nothing, &settings, NULL),
				    0);
				for (uint64_t k = 0; k < plan.clients; k++)
					seen[plan_client_number(&plan, k)]++;
				plan_release(&plan);
			}
			for (uint64_t i = 1; i <= clients; i++)
				assert_int_equal(seen[i], 1);
		}
	}
}

static void there_are_no_more_threads_than_clients(void **state)
{
	struct settings settings = settings_of(3, 0, 0);
	struct plan plan = { 0 };

	(void)state;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.threads, 3);
	plan_release(&plan);
}

static void only_a_duration_leaves_the_number_of_requests_open(void **state)
{
	struct settings settings = settings_of(1, 0, 0);
	struct plan plan = { 0 };

	(void)state;
	settings.duration_ns = NS_PER_SECOND;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.requests, 0);
	plan_release(&plan);
}

static void a_process_without_clients_is_refused(void **state)
{
	struct settings settings = settings_of(2, 3, 2);
	struct plan plan = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(plan_make(&plan, &nothing, &settings, &err), -1);
	assert_non_null(strstr(err.text, "process 2 has no client"));
	plan_release(&plan);
}

static void a_start_in_the_future_is_kept_to_the_millisecond(void **state)
{
	struct settings settings = settings_of(1, 0, 0);
	struct plan plan = { 0 };
	int64_t expected;

	(void)state;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	settings.start_at_unix_ms = (uint64_t)clock_unix_ms() + 60000;
	plan_start(&plan);
	expected = clock_now_ns() + 60 * NS_PER_SECOND;
	assert_int_equal(plan.start_unix_ms, settings.start_at_unix_ms);
	assert_true(plan.start_ns <= expected);
	assert_true(plan.start_ns > expected - NS_PER_SECOND);
	plan_release(&plan);
}

/* Every client of all machines, and every arrival, is somebody's, once. */
static void machines_and_processes_share_everything(void **state)
{
	unsigned ranks[23] = { 0 };
	uint64_t planned = 0;

	(void)state;
	for (uint64_t machine = 1; machine <= 3; machine++) {
		for (uint64_t process = 0; process < 2; process++) {
			struct settings settings = settings_of(23, 2, process);
			struct plan plan = { 0 };

			settings.machine_id = machine;
			settings.machines = 3;
			assert_int_equal(
			    plan_make(&plan, &nothing, &settings, NULL), 0);
			for (uint64_t k = 0; k < plan.clients; k++)
				ranks[plan_client_rank(&plan, k)]++;
			plan_release(&plan);

			settings.rate = 777;
			settings.duration_ns = NS_PER_SECOND;
			assert_int_equal(
			    plan_make(&plan, &nothing, &settings, NULL), 0);
			planned += plan_requests(&plan);
			plan_release(&plan);
		}
	}
	for (int i = 0; i < 23; i++)
		assert_int_equal(ranks[i], 1);
	assert_int_equal(planned, 777);
}

static void a_spike_has_clients_and_an_open_loop_has_room_for_them(void **state)
{
	char spike[] = "spike 1s 300%";
	char *items[] = { spike };
	struct settings settings = settings_of(10, 0, 0);
	struct plan plan = { 0 };

	(void)state;
	settings.phases = (struct text_list){ items, 1 };
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.clients, 30);
	assert_true(plan_target(&plan, 0) == 30);
	plan_release(&plan);
	settings.rate = 50;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.clients, 1000);
	assert_true(plan_target(&plan, 0) == 150);
	plan_release(&plan);
	settings.num_clients = 2000;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.clients, 2000);
	plan_release(&plan);
	settings.max_clients = 7;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan.clients, 7);
	plan_release(&plan);
}

static void an_open_loop_plans_what_time_and_number_allow(void **state)
{
	struct settings settings = settings_of(10, 0, 0);
	struct plan plan = { 0 };

	(void)state;
	settings.rate = 50;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan_requests(&plan), 100);
	plan_release(&plan);
	settings.requests_per_client = 0;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan_requests(&plan), 0);
	plan_release(&plan);
	settings.duration_ns = NS_PER_SECOND / 2;
	assert_int_equal(plan_make(&plan, &nothing, &settings, NULL), 0);
	assert_int_equal(plan_requests(&plan), 25);
	plan_release(&plan);
}

static void runs_have_ids_of_their_own(void **state)
{
	struct settings settings = settings_of(1, 0, 0);
	struct plan a = { 0 }, b = { 0 };

	(void)state;
	assert_int_equal(plan_make(&a, &nothing, &settings, NULL), 0);
	assert_int_equal(plan_make(&b, &nothing, &settings, NULL), 0);
	assert_int_equal(strlen(a.run_id), strlen("2025-10-31T10:00:00Z-7f3a"));
	assert_int_equal(a.run_id[10], 'T');
	assert_true(a.run_is_ours);
	plan_release(&a);
	plan_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_client_runs_in_exactly_one_process),
		cmocka_unit_test(there_are_no_more_threads_than_clients),
		cmocka_unit_test(
		    only_a_duration_leaves_the_number_of_requests_open),
		cmocka_unit_test(a_process_without_clients_is_refused),
		cmocka_unit_test(
		    a_start_in_the_future_is_kept_to_the_millisecond),
		cmocka_unit_test(machines_and_processes_share_everything),
		cmocka_unit_test(
		    a_spike_has_clients_and_an_open_loop_has_room_for_them),
		cmocka_unit_test(an_open_loop_plans_what_time_and_number_allow),
		cmocka_unit_test(runs_have_ids_of_their_own),
	};

	return cmocka_run_group_tests(tests, read_nothing, release);
}
