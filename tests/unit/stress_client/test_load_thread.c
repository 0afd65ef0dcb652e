#include "stress_client/load_thread.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define REST_NS (20 * NS_PER_MS)
#define WORK_NS (30 * NS_PER_MS)

/* A request, planned and begun by a fiber whose thread has rested for REST_NS
 * and then worked for WORK_NS. Moments are since the end of the rest. */
struct scene {
	struct load_thread thread;
	int64_t planned_ns, free_ns;
	int64_t now_ns;
};

static void begin(void *arg)
{
	struct scene *scene = arg;
	int64_t rested_ns = clock_now_ns() + REST_NS;
	fiber_sleep_until(rested_ns);
	while (clock_now_ns() < rested_ns + WORK_NS)
		;
	int64_t now_ns = clock_now_ns();
	scene->now_ns = now_ns - rested_ns;
	load_thread_begun(&scene->thread, rested_ns + scene->planned_ns,
	    rested_ns + scene->free_ns, now_ns);
}

static void assert_lag(int64_t planned_ns, int64_t free_ns, int64_t from_ns)
{
	struct scene scene = { .planned_ns = planned_ns, .free_ns = free_ns };
	struct measured measured = { 0 };
	struct loop *loop = loop_new(NULL);
	pthread_mutex_init(&scene.thread.lock, NULL);
	fiber_spawn(loop, begin, &scene);
	assert_int_equal(loop_run(loop, NULL), 0);
	loop_free(loop);

	load_thread_take(&scene.thread, &measured);
	int64_t lag_us = (scene.now_ns - from_ns) / NS_PER_US;
	assert_int_equal(measured.lag.count, 1);
	assert_in_range(histogram_max(&measured.lag), lag_us - lag_us / 500,
	    lag_us + lag_us / 500);
	measured_clear(&measured);
	pthread_mutex_destroy(&scene.thread.lock);
}

static void what_a_busy_thread_lets_wait_is_lag(void **state)
{
	(void)state;
	assert_lag(5 * NS_PER_MS, 25 * NS_PER_MS, 5 * NS_PER_MS);
	assert_lag(5 * NS_PER_MS, -10 * NS_PER_MS, 5 * NS_PER_MS);
}

static void what_waited_for_the_target_is_lag_only_from_then_on(void **state)
{
	(void)state;
	assert_lag(-15 * NS_PER_MS, 10 * NS_PER_MS, 10 * NS_PER_MS);
}

static void a_client_that_was_free_should_have_begun_in_time(void **state)
{
	(void)state;
	assert_lag(-15 * NS_PER_MS, -18 * NS_PER_MS, -15 * NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_busy_thread_lets_wait_is_lag),
		cmocka_unit_test(
		    what_waited_for_the_target_is_lag_only_from_then_on),
		cmocka_unit_test(
		    a_client_that_was_free_should_have_begun_in_time),
	};
	return cmocka_run_group_tests_name("load_thread", tests, NULL, NULL);
}
