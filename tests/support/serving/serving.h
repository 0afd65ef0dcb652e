/* serving.h - what the servers of the tests have in common. */
#ifndef TESTS_SERVING_H
#define TESTS_SERVING_H

/* For a process that serves thousands: as many open files as it may have. From
 * now on SIGTERM and SIGINT come to serving_await_signal only. */
void serving_prepare(void);

/* On a fiber: waits for one of them. */
void serving_await_signal(void);

#endif
