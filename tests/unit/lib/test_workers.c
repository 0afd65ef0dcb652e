#include "lib/workers.h"

#include "lib/clock.h"
#include "lib/fiber.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#define JOBS 500

struct setting {
	struct loop *loop;
	struct workers *workers;
	pthread_t home;
	atomic_int done, elsewhere;
	atomic_bool gate;
	bool finished_first, yielded;
	struct fiber *first;
};

static struct setting set_up(unsigned threads)
{
	struct setting setting = { .home = pthread_self() };

	setting.loop = loop_new(NULL);
	setting.workers = workers_new(threads, NULL);
	return setting;
}

static void run_and_release(struct setting *setting)
{
	assert_int_equal(loop_run(setting->loop, NULL), 0);
	workers_free(setting->workers);
	loop_free(setting->loop);
}

static void count(void *arg)
{
	struct setting *setting = arg;

	atomic_fetch_add(&setting->done, 1);
	if (!pthread_equal(pthread_self(), setting->home))
		atomic_fetch_add(&setting->elsewhere, 1);
}

static void work_once(void *arg)
{
	struct setting *setting = arg;

	workers_run(setting->workers, count, setting);
}

static void all_work_is_done_once_and_on_other_threads(void **state)
{
	struct setting setting = set_up(3);

	(void)state;
	for (int i = 0; i < JOBS; i++)
		assert_non_null(fiber_spawn(setting.loop, work_once, &setting));
	run_and_release(&setting);
	assert_int_equal(setting.done, JOBS);
	assert_int_equal(setting.elsewhere, JOBS);
}

/* Until the gate opens, but not for ever. */
static void wait_for_gate(void *arg)
{
	struct setting *setting = arg;
	int64_t deadline_ns = clock_now_ns() + 10 * NS_PER_SECOND;

	while (!atomic_load(&setting->gate) && clock_now_ns() < deadline_ns)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	atomic_fetch_add(&setting->done, 1);
}

static void work_behind_the_gate(void *arg)
{
	struct setting *setting = arg;

	setting->first = fiber_self();
	workers_run(setting->workers, wait_for_gate, setting);
	setting->finished_first = setting->done == 1;
}

static void open_the_gate(void *arg)
{
	struct setting *setting = arg;

	setting->yielded =
	    fiber_sleep_until(clock_now_ns() + 5 * NS_PER_MS) == 0;
	atomic_store(&setting->gate, true);
}

static void the_loop_runs_on_while_a_thread_works(void **state)
{
	struct setting setting = set_up(1);

	(void)state;
	fiber_spawn(setting.loop, work_behind_the_gate, &setting);
	fiber_spawn(setting.loop, open_the_gate, &setting);
	run_and_release(&setting);
	assert_true(setting.yielded);
	assert_true(setting.finished_first);
}

static void cancel_then_open(void *arg)
{
	struct setting *setting = arg;

	fiber_cancel(setting->first);
	open_the_gate(arg);
}

static void a_cancelled_fiber_waits_for_its_work(void **state)
{
	struct setting setting = set_up(1);

	(void)state;
	fiber_spawn(setting.loop, work_behind_the_gate, &setting);
	fiber_spawn(setting.loop, cancel_then_open, &setting);
	run_and_release(&setting);
	assert_true(setting.finished_first);
}

static void *run_another_loop(void *arg)
{
	struct setting *setting = arg;
	struct loop *loop = loop_new(NULL);

	for (int i = 0; loop && i < JOBS; i++)
		fiber_spawn(loop, work_once, setting);
	loop_run(loop, NULL);
	loop_free(loop);
	return NULL;
}

static void several_loops_share_the_workers(void **state)
{
	struct setting setting = set_up(2);
	pthread_t threads[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, run_another_loop, &setting);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	run_and_release(&setting);
	assert_int_equal(setting.done, 2 * JOBS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_work_is_done_once_and_on_other_threads),
		cmocka_unit_test(the_loop_runs_on_while_a_thread_works),
		cmocka_unit_test(a_cancelled_fiber_waits_for_its_work),
		cmocka_unit_test(several_loops_share_the_workers),
	};

	return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
