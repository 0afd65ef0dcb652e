#include "lib/fiber.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define REST_NS (60 * NS_PER_MS)
#define WORK_NS (40 * NS_PER_MS)

/* Of a fiber that rests, works and looks back; judged when the loop has ended.
 * Only the bounds hold that a machine with work for others holds too: a thread
 * may come to its work late, and never early. */
struct scene {
	struct loop *loop;
	int64_t idle_before_ns, idle_after_rest_ns, idle_after_work_ns;
	int64_t rest_end_ns, busy_since_ns;
};

static void work_for(int64_t ns)
{
	int64_t end_ns = clock_now_ns() + ns;
	while (clock_now_ns() < end_ns)
		;
}

static void rest_and_work(void *arg)
{
	struct scene *scene = arg;
	scene->idle_before_ns = loop_idle_ns(scene->loop);
	scene->rest_end_ns = clock_now_ns() + REST_NS;
	fiber_sleep_until(scene->rest_end_ns);
	scene->idle_after_rest_ns = loop_idle_ns(scene->loop);
	work_for(WORK_NS);
	fiber_yield(); /* a turn of the loop does not make it idle */
	work_for(WORK_NS);
	scene->busy_since_ns = loop_busy_since_ns();
	scene->idle_after_work_ns = loop_idle_ns(scene->loop);
}

static void play(struct scene *scene)
{
	scene->loop = loop_new(NULL);
	fiber_spawn(scene->loop, rest_and_work, scene);
	assert_int_equal(loop_run(scene->loop, NULL), 0);
	loop_free(scene->loop);
}

static void a_thread_without_work_is_idle(void **state)
{
	struct scene scene = { 0 };
	(void)state;
	play(&scene);
	int64_t idle_ns = scene.idle_after_rest_ns - scene.idle_before_ns;
	assert_true(idle_ns >= REST_NS * 9 / 10);
	assert_true(idle_ns <= REST_NS + NS_PER_MS);
}

static void a_thread_with_work_is_not(void **state)
{
	struct scene scene = { 0 };
	(void)state;
	play(&scene);
	assert_int_equal(scene.idle_after_work_ns, scene.idle_after_rest_ns);
}

static void what_is_due_ends_idleness_however_late_the_thread_wakes(
    void **state)
{
	struct scene scene = { 0 };
	(void)state;
	play(&scene);
	assert_true(scene.busy_since_ns <= scene.rest_end_ns);
	assert_true(scene.busy_since_ns >= scene.rest_end_ns - NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_without_work_is_idle),
		cmocka_unit_test(a_thread_with_work_is_not),
		cmocka_unit_test(
		    what_is_due_ends_idleness_however_late_the_thread_wakes),
	};
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
