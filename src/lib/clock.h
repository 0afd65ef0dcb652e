/* clock.h - the monotonic clock for durations, the wall clock for records. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

#define NS_PER_US     INT64_C(1000)
#define NS_PER_MS     INT64_C(1000000)
#define NS_PER_SECOND INT64_C(1000000000)
#define CLOCK_NEVER   INT64_MAX /* a deadline that does not come */

/* CLOCK_MONOTONIC: for every interval, time-out and latency. */
int64_t clock_now_ns(void);

/* CLOCK_REALTIME: only for what another machine or a person reads. */
int64_t clock_unix_ms(void);
int64_t clock_unix_ns(void);

/* Processor time used so far by this thread. */
int64_t clock_thread_cpu_ns(void);

/* "2025-10-31 10:01:00" in local time, with its NUL. */
#define CLOCK_STAMP 20
void clock_stamp(char out[CLOCK_STAMP], int64_t unix_ms);

#endif
