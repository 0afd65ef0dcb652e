#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void durations_never_run_backwards(void **state)
{
	int64_t last_ns = clock_now_ns();
	(void)state;
	for (int i = 0; i < 1000; i++) {
		int64_t now_ns = clock_now_ns();
		assert_true(now_ns >= last_ns);
		last_ns = now_ns;
	}
}

static void the_wall_clock_is_the_system_s(void **state)
{
	(void)state;
	int64_t before_ms = (int64_t)time(NULL) * 1000;
	int64_t now_ms = clock_unix_ms();
	int64_t after_ms = ((int64_t)time(NULL) + 1) * 1000;
	/* time(2) may lag by a tick of the kernel. */
	assert_true(now_ms >= before_ms && now_ms <= after_ms + 20);
}

static void processor_time_passes_while_a_thread_works(void **state)
{
	int64_t begin_ns = clock_thread_cpu_ns();
	int64_t limit_ns = clock_now_ns() + 60 * NS_PER_SECOND;
	(void)state;
	while (clock_thread_cpu_ns() == begin_ns)
		assert_true(clock_now_ns() < limit_ns);
}

static void a_stamp_is_local_time_to_the_second(void **state)
{
	char stamp[CLOCK_STAMP];
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	clock_stamp(stamp, INT64_C(1761904860999));
	assert_string_equal(stamp, "2025-10-31 10:01:00");
	setenv("TZ", "XYZ-2", 1);
	tzset();
	clock_stamp(stamp, 0);
	assert_string_equal(stamp, "1970-01-01 02:00:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_never_run_backwards),
		cmocka_unit_test(the_wall_clock_is_the_system_s),
		cmocka_unit_test(processor_time_passes_while_a_thread_works),
		cmocka_unit_test(a_stamp_is_local_time_to_the_second),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
