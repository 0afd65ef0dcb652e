/* fiber.h - straight-line code on small stacks, over one epoll loop a thread.
 *
 * A fiber may wait for a descriptor, a moment or another fiber as if it
 * blocked; the thread meanwhile runs the others. Loops share nothing. Unless
 * said otherwise, call from a fiber of the loop in question. */
#ifndef LIB_FIBER_H
#define LIB_FIBER_H

#include "lib/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct fiber;

/* From the thread that will run it. NULL with `err` when the system refuses. */
struct loop *loop_new(struct err *err);

/* Runs until every fiber has ended. Returns 0, or -1 with `err`. */
int loop_run(struct loop *loop, struct err *err);

/* Cancels every fiber, those to come as well. Also from another thread or a
 * signal handler. */
void loop_stop(struct loop *loop);

void loop_free(struct loop *loop);
struct loop *loop_current(void); /* NULL outside loop_run */

/* Since when the thread has had something to do without a break. What was due
 * later than that and is late is late because of the thread; what was due
 * before waited for something else. */
int64_t loop_busy_since_ns(void);

/* For how long in all it has had nothing to do; from any thread. Looking for
 * events until a moment comes is nothing. */
int64_t loop_idle_ns(struct loop *loop);

/* For loops that want to know how long answers lie unread (stamp.h): samples
 * the connections to come. What was measured is moved, in us; from any thread.
 */
struct histogram;
void loop_sample_delays(struct loop *loop);
void loop_take_delays(struct loop *loop, struct histogram *into);

/* Starts `run(arg)` at the loop's next turn; also from outside loop_run, in
 * the loop's thread. The fiber frees itself at its end. NULL: no memory. */
struct fiber *fiber_spawn(struct loop *loop, void (*run)(void *), void *arg);
struct fiber *fiber_self(void);

/* The wait in progress and every later one of that fiber end with ECANCELED.
 * The fiber must not have ended. */
void fiber_cancel(struct fiber *fiber);

/* Each returns 0, or -1 with errno ECANCELED, or ETIME when the deadline (on
 * clock_now_ns, or CLOCK_NEVER) came first. */
int fiber_sleep_until(int64_t moment_ns); /* 0 when it came; to 20 us */
int fiber_park(int64_t deadline_ns);      /* until fiber_unpark */
int fiber_yield(void); /* lets the others run once, cancelled or not */

/* Wakes a parked fiber, or lets its next park return at once. */
void fiber_unpark(struct fiber *fiber);

/* For loops that may never wait: now and then it yields. */
int fiber_share(void);

/* Runs work(arg), which must not wait, on the thread's own stack: what needs
 * much stack, such as decoding a picture, then makes no fiber's stack large. */
void fiber_call(void (*work)(void *), void *arg);

/* For another thread's answer: waits, cancelled or not, until fiber_resume,
 * which any thread may call, also before the fiber waits. */
void fiber_suspend(void);
void fiber_resume(struct fiber *fiber);

/* A descriptor that fibers wait for: registered with epoll when one first does,
 * and then left there. */
struct watch {
	int fd;
	uint32_t armed;
	bool sharp, ended; /* told once only; nothing comes after what is there
	                    */
	bool missed;       /* there was something to read, and nobody waited */
	struct fiber *reader, *writer; /* at most one waiting for each */
	uint32_t heard;                /* what `ready` is called for */
	void (*ready)(struct watch *watch, uint32_t events);
	struct loop *loop;
};

void watch_add(struct watch *watch, int fd); /* also outside loop_run */

/* For who reads until nothing is left before it waits: what has come is told
 * once (EPOLLET), which spares the kernel a second look at each event. A wait
 * for EPOLLIN may return without cause. Also for a socket that is connected
 * anew: what it has been told is forgotten. */
void watch_sharpen(struct watch *watch);

/* Before its fd is closed. Those who wait for it get ECANCELED. */
void watch_remove(struct watch *watch);

/* Waits until it can be read (EPOLLIN) or written (EPOLLOUT), or has failed.
 * -1 also with what epoll_ctl says: EPERM for a plain file. */
int watch_wait(struct watch *watch, uint32_t event, int64_t deadline_ns);

/* Waits for several at once: events[i] of watches[i] (0: not this one). Returns
 * the index of one that is ready, or -1. */
int watch_wait_any(struct watch **watches, const uint32_t *events, size_t count,
    int64_t deadline_ns);

/* For a descriptor that speaks while no fiber waits for it: from now on `ready`
 * is called with what there is of these events (a failure counts as all of
 * them), on the thread's own stack, where nothing may wait. It may remove its
 * watch and free it. Calling it again changes the events; 0 ends it. Returns 0,
 * or -1 as watch_wait. */
int watch_listen(struct watch *watch, uint32_t events,
    void (*ready)(struct watch *watch, uint32_t events));

#endif
