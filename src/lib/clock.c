#include "lib/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

int64_t clock_now_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_unix_ms(void)
{
	return read_ns(CLOCK_REALTIME) / NS_PER_MS;
}

int64_t clock_unix_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}

int64_t clock_thread_cpu_ns(void)
{
	return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

void clock_stamp(char out[CLOCK_STAMP], int64_t unix_ms)
{
	time_t seconds = (time_t)(unix_ms / 1000);
	struct tm local;
	out[0] = '\0';
	if (localtime_r(&seconds, &local))
		strftime(out, CLOCK_STAMP, "%Y-%m-%d %H:%M:%S", &local);
}
