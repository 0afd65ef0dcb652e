/* fiber_state.h - what fiber.c, watch.c and loop.c share: fibers and loops from
 * inside. */
#ifndef LIB_FIBER_STATE_H
#define LIB_FIBER_STATE_H

#include "lib/context.h"
#include "lib/fiber.h"
#include "lib/histogram.h"
#include "lib/timers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum fiber_state {
	RUNNABLE,
	SLEEPING, /* until its timer */
	PARKED,
	WATCHING,
	SUSPENDED /* nothing but fiber_resume wakes it */
};

struct fiber {
	struct context context; /* first: context_new gives both at once */
	struct timer timer; /* set for due_ns, or for an earlier moment: then it
	                       is put right when that comes, as most waits end
	                       long before they are due */
	int64_t due_ns;     /* the end of its wait; CLOCK_NEVER: none */
	struct loop *loop;
	struct fiber *next;          /* in a queue, or in a list */
	struct fiber *newer, *older; /* among all that live */
	void (*run)(void *);
	void *arg;

	struct watch **watches; /* what it waits for; on its stack */
	size_t watch_count;
	int result, error; /* of the wait that ended */

	enum fiber_state state;
	bool cancelled, permit;
	unsigned shares;
};

/* {0} is empty. */
struct fiber_queue {
	struct fiber *first, *last; /* last: only while there is a first */
};

struct loop {
	int epoll, wake, alarm;
	int64_t alarm_ns; /* when it goes off; CLOCK_NEVER: it is not set */
	bool stopped;
	struct context home; /* loop_run's own */
	struct fiber *current;
	struct fiber_queue ready; /* at the next turn */
	struct fiber_queue turn;
	struct timers timers;
	struct fiber *newest, *spare;
	size_t living, spares;
	int64_t looked_ns, busy_since_ns;
	int64_t lateness_ns; /* how late the kernel wakes it, by experience */
	/* Only its thread writes them. While it is idle: since when; else 0. */
	_Atomic(int64_t) idle_ns, idle_from_ns;
	bool samples_delays;
	unsigned connections;    /* stamp.c counts them */
	pthread_mutex_t lock;    /* of what follows */
	struct histogram delays; /* that stamp.c measured */

	struct fiber *caller; /* of fiber_call */
	void (*work)(void *);
	void *work_arg;

	/* From other threads and signal handlers. */
	atomic_bool stop;
	_Atomic(struct fiber *) resumed;
};

/* fiber_self, where there must be one. */
struct fiber *fiber_running(void);

/* Whether it was cancelled; then errno says so. */
bool fiber_is_cancelled(const struct fiber *self);

/* Waits until something calls fiber_wake, at the latest the loop at the
 * deadline. Returns what that was told, or -1 with its error as errno. */
int fiber_wait_as(struct fiber *self, enum fiber_state state,
    int64_t deadline_ns);

/* Ends the wait of a fiber, which runs at the next turn. */
void fiber_wake(struct fiber *fiber, int result, int error);

/* Wakes what other threads have resumed. */
void fiber_wake_resumed(struct loop *loop);

/* Adds to what loop_take_delays hands over. */
void loop_keep_delay(struct loop *loop, int64_t delay_us);

/* Runs each fiber that is ready until it waits. */
void fiber_run_ready(struct loop *loop);

/* The fiber no longer waits for its watches. */
void watch_forget(struct fiber *fiber);

/* Wakes who waits for these events, and disarms what nobody waits for. */
void watch_deliver(struct watch *watch, uint32_t events);

/* Makes the loop look for what other threads want. Safe in a signal handler. */
void loop_ring(struct loop *loop);

#endif
