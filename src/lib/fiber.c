#define _GNU_SOURCE
#include "lib/fiber.h"

#include "lib/clock.h"
#include "lib/context.h"
#include "lib/mem.h"
#include "lib/timers.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A loop that has work looks for events at least this often. */
#define LOOK_EVERY_NS (20 * NS_PER_US)

/* The kernel wakes a thread about this late. For a planned moment the loop gets
 * up as much earlier, and looks for events until it comes; measured, that makes
 * the median lateness of 20 us one of 5 us and costs no processor time. */
#define WAKE_EARLY_NS (20 * NS_PER_US)

/* This much done without waiting lets the others run. */
#define SHARE_EVERY 32

/* A loop keeps this many stacks beside those in use. */
#define SPARE_STACKS 64

enum state {
	RUNNABLE,
	SLEEPING, /* until its timer */
	PARKED,
	WATCHING,
	SUSPENDED /* nothing but fiber_resume wakes it */
};

struct fiber {
	struct context context; /* first: context_new gives both at once */
	struct timer timer;
	struct loop *loop;
	struct fiber *next;          /* in a queue, or in a list */
	struct fiber *newer, *older; /* among all that live */
	void (*run)(void *);
	void *arg;

	struct watch **watches; /* what it waits for; on its stack */
	size_t watch_count;
	int result, error; /* of the wait that ended */

	enum state state;
	bool cancelled, permit;
	unsigned shares;
};

struct queue {
	struct fiber *first, **last;
};

struct loop {
	int epoll, wake;
	bool coarse; /* the kernel lacks epoll_pwait2 */
	bool running, stopped;
	struct context home; /* loop_run's own */
	struct fiber *current;
	struct queue ready; /* at the next turn */
	struct queue turn;
	struct timers timers;
	struct fiber *newest, *spare;
	size_t living, spares;
	int64_t looked_ns;

	struct fiber *caller; /* of fiber_call */
	void (*work)(void *);
	void *work_arg;

	/* From other threads and signal handlers. */
	atomic_bool stop;
	_Atomic(struct fiber *) resumed;
};

static _Thread_local struct loop *here;

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_put(struct queue *queue, struct fiber *fiber)
{
	fiber->next = NULL;
	*queue->last = fiber;
	queue->last = &fiber->next;
}

static struct fiber *queue_take(struct queue *queue)
{
	struct fiber *fiber = queue->first;
	if (fiber) {
		queue->first = fiber->next;
		if (!queue->first)
			queue->last = &queue->first;
	}
	return fiber;
}

static struct fiber *running(void)
{
	assert(here && here->current);
	return here->current;
}

/* Switching */

static void give_way(struct fiber *self)
{
	struct loop *loop = self->loop;
	self->shares = 0;
	loop->current = queue_take(&loop->turn);
	context_switch(&self->context,
	    loop->current ? &loop->current->context : &loop->home);
}

static void run_turn(struct loop *loop)
{
	if (!loop->ready.first)
		return;
	loop->turn = loop->ready;
	queue_init(&loop->ready);
	struct fiber *next = queue_take(&loop->turn);
	while (next) {
		loop->current = next;
		context_switch(&loop->home, &next->context);
		next = loop->caller;
		if (next) {
			loop->work(loop->work_arg);
			loop->caller = NULL;
		}
	}
}

void fiber_call(void (*work)(void *), void *arg)
{
	struct fiber *self = running();
	struct loop *loop = self->loop;
	loop->caller = self;
	loop->work = work;
	loop->work_arg = arg;
	loop->current = NULL;
	context_switch(&self->context, &loop->home);
}

/* Waiting and waking */

static void wake(struct fiber *fiber, int result, int error)
{
	for (size_t i = 0; i < fiber->watch_count; i++) {
		struct watch *watch = fiber->watches[i];
		if (watch->reader == fiber)
			watch->reader = NULL;
		if (watch->writer == fiber)
			watch->writer = NULL;
	}
	fiber->watch_count = 0;
	timers_remove(&fiber->loop->timers, &fiber->timer);
	fiber->result = result;
	fiber->error = error;
	fiber->state = RUNNABLE;
	queue_put(&fiber->loop->ready, fiber);
}

static int outcome(const struct fiber *self)
{
	if (self->error == 0)
		return self->result;
	errno = self->error;
	return -1;
}

static int wait_as(struct fiber *self, enum state state, int64_t deadline_ns)
{
	self->state = state;
	if (deadline_ns != CLOCK_NEVER)
		timers_add(&self->loop->timers, &self->timer, deadline_ns);
	give_way(self);
	return outcome(self);
}

static bool is_cancelled(const struct fiber *self)
{
	if (self->cancelled)
		errno = ECANCELED;
	return self->cancelled;
}

int fiber_yield(void)
{
	struct fiber *self = running();
	queue_put(&self->loop->ready, self);
	give_way(self);
	return is_cancelled(self) ? -1 : 0;
}

int fiber_share(void)
{
	struct fiber *self = running();
	return ++self->shares < SHARE_EVERY ? 0 : fiber_yield();
}

int fiber_sleep_until(int64_t moment_ns)
{
	struct fiber *self = running();
	if (is_cancelled(self))
		return -1;
	return wait_as(self, SLEEPING, moment_ns);
}

int fiber_park(int64_t deadline_ns)
{
	struct fiber *self = running();
	if (is_cancelled(self))
		return -1;
	if (self->permit) {
		self->permit = false;
		return 0;
	}
	return wait_as(self, PARKED, deadline_ns);
}

void fiber_unpark(struct fiber *fiber)
{
	if (fiber->state == PARKED)
		wake(fiber, 0, 0);
	else
		fiber->permit = true;
}

void fiber_cancel(struct fiber *fiber)
{
	fiber->cancelled = true;
	if (fiber->state != RUNNABLE && fiber->state != SUSPENDED)
		wake(fiber, -1, ECANCELED);
}

void fiber_suspend(void)
{
	wait_as(running(), SUSPENDED, CLOCK_NEVER);
}

static void ring(struct loop *loop)
{
	/* It can only fail when the counter is full: then it rings anyway. */
	ssize_t written = write(loop->wake, &(uint64_t){ 1 }, sizeof(uint64_t));
	(void)written;
}

void fiber_resume(struct fiber *fiber)
{
	/* Once it is in the list the fiber may run, and end. */
	struct loop *loop = fiber->loop;
	struct fiber *first = atomic_load(&loop->resumed);
	do
		fiber->next = first;
	while (!atomic_compare_exchange_weak(&loop->resumed, &first, fiber));
	if (!first)
		ring(loop);
}

static void wake_resumed(struct loop *loop)
{
	struct fiber *fiber = atomic_exchange(&loop->resumed, NULL);
	while (fiber) {
		struct fiber *next = fiber->next;
		wake(fiber, 0, 0);
		fiber = next;
	}
}

static struct fiber *fiber_of(struct timer *timer)
{
	return (void *)((char *)timer - offsetof(struct fiber, timer));
}

static void wake_due(struct loop *loop, int64_t now_ns)
{
	struct timer *timer;
	while ((timer = timers_first(&loop->timers)) &&
	       timer->moment_ns <= now_ns) {
		struct fiber *fiber =
		    (struct fiber *)((char *)timer -
		                     offsetof(struct fiber, timer));
		wake(fiber, 0, fiber->state == SLEEPING ? 0 : ETIME);
	}
}

/* Descriptors */

/* `events` 0 takes it out of epoll, which otherwise reports failures always. */
static int arm(struct watch *watch, uint32_t events)
{
	if (events == watch->armed)
		return 0;
	int operation = !watch->armed ? EPOLL_CTL_ADD
	                : events      ? EPOLL_CTL_MOD
	                              : EPOLL_CTL_DEL;
	struct epoll_event event = { .events = events, .data.ptr = watch };
	if (epoll_ctl(watch->loop->epoll, operation, watch->fd, &event) < 0)
		return -1;
	watch->armed = events;
	return 0;
}

void watch_add(struct watch *watch, int fd)
{
	*watch = (struct watch){ .fd = fd };
}

void watch_remove(struct watch *watch)
{
	if (watch->reader)
		wake(watch->reader, -1, ECANCELED);
	if (watch->writer)
		wake(watch->writer, -1, ECANCELED);
	if (watch->armed)
		arm(watch, 0);
}

static int begin_watching(struct fiber *self, struct watch *watch,
    uint32_t events)
{
	assert(!watch->loop || watch->loop == self->loop);
	assert(!(events & EPOLLIN) || !watch->reader);
	assert(!(events & EPOLLOUT) || !watch->writer);
	watch->loop = self->loop;

	uint32_t stale = watch->writer ? 0 : EPOLLOUT;
	if (arm(watch, (watch->armed & ~stale) | events) < 0)
		return -1;
	if (events & EPOLLIN)
		watch->reader = self;
	if (events & EPOLLOUT)
		watch->writer = self;
	return 0;
}

int watch_wait_any(struct watch **watches, const uint32_t *events, size_t count,
    int64_t deadline_ns)
{
	struct fiber *self = running();
	if (is_cancelled(self))
		return -1;
	self->watches = watches;
	for (self->watch_count = 0; self->watch_count < count;
	     self->watch_count++) {
		size_t i = self->watch_count;
		if (events[i] == 0)
			continue;
		if (begin_watching(self, watches[i], events[i]) < 0) {
			wake(self, -1, errno);
			give_way(self);
			return outcome(self);
		}
	}
	return wait_as(self, WATCHING, deadline_ns);
}

int watch_wait(struct watch *watch, uint32_t event, int64_t deadline_ns)
{
	return watch_wait_any(&watch, &event, 1, deadline_ns);
}

static void wake_watching(struct fiber *fiber, const struct watch *watch)
{
	int i = 0;
	while (fiber->watches[i] != watch)
		i++;
	wake(fiber, i, 0);
}

/* What nobody waits for is disarmed, so that the loop does not spin on it. */
static void deliver(struct watch *watch, uint32_t events)
{
	if (events & (EPOLLERR | EPOLLHUP))
		events |= EPOLLIN | EPOLLOUT;
	uint32_t unwanted = 0;
	if ((events & EPOLLIN) && !watch->reader)
		unwanted |= EPOLLIN;
	if ((events & EPOLLOUT) && !watch->writer)
		unwanted |= EPOLLOUT;
	if (unwanted)
		arm(watch, watch->armed & ~unwanted);
	if ((events & EPOLLIN) && watch->reader)
		wake_watching(watch->reader, watch);
	if ((events & EPOLLOUT) && watch->writer)
		wake_watching(watch->writer, watch);
}

/* The loop */

/* How long it may sleep, or -1 for ever. */
static int64_t patience_ns(const struct loop *loop, int64_t now_ns)
{
	if (loop->ready.first)
		return 0;
	struct timer *timer = timers_first(&loop->timers);
	if (!timer)
		return -1;
	int64_t left_ns = timer->moment_ns - now_ns;
	if (fiber_of(timer)->state == SLEEPING)
		left_ns -= WAKE_EARLY_NS;
	return left_ns > 0 ? left_ns : 0;
}

static int wait_coarsely(struct loop *loop, struct epoll_event *events,
    int size, int64_t wait_ns)
{
	int64_t ms = (wait_ns + NS_PER_MS - 1) / NS_PER_MS;
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	return epoll_wait(loop->epoll, events, size,
	    wait_ns < 0 ? -1 : (int)ms);
}

static int wait_for_events(struct loop *loop, struct epoll_event *events,
    int size, int64_t wait_ns)
{
	if (loop->coarse)
		return wait_coarsely(loop, events, size, wait_ns);
	struct timespec limit = {
		.tv_sec = wait_ns / NS_PER_SECOND,
		.tv_nsec = wait_ns % NS_PER_SECOND,
	};
	int count = epoll_pwait2(loop->epoll, events, size,
	    wait_ns < 0 ? NULL : &limit, NULL);
	if (count < 0 && errno == ENOSYS) {
		loop->coarse = true;
		return wait_coarsely(loop, events, size, wait_ns);
	}
	return count;
}

static int look(struct loop *loop, int64_t wait_ns)
{
	struct epoll_event events[128];
	int count = wait_for_events(loop, events, 128, wait_ns);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;
		if (watch) {
			deliver(watch, events[i].events);
			continue;
		}
		uint64_t rings;
		ssize_t got = read(loop->wake, &rings, sizeof rings);
		(void)got;
		wake_resumed(loop);
	}
	return 0;
}

static void stop_all(struct loop *loop)
{
	loop->stopped = true;
	for (struct fiber *f = loop->newest; f; f = f->older)
		fiber_cancel(f);
}

/* Events before timers: what has arrived in time is not late. */
static int turn(struct loop *loop)
{
	if (!loop->stopped && atomic_load(&loop->stop))
		stop_all(loop);

	int64_t now_ns = clock_now_ns();
	struct timer *timer = timers_first(&loop->timers);
	if (!loop->ready.first || now_ns - loop->looked_ns >= LOOK_EVERY_NS ||
	    (timer && timer->moment_ns <= now_ns)) {
		if (look(loop, patience_ns(loop, now_ns)) < 0)
			return -1;
		loop->looked_ns = now_ns = clock_now_ns();
		wake_due(loop, now_ns);
	}
	run_turn(loop);
	return 0;
}

static void free_spares(struct loop *loop, size_t keep)
{
	while (loop->spares > keep) {
		struct fiber *fiber = loop->spare;
		loop->spare = fiber->next;
		loop->spares--;
		context_free(&fiber->context);
	}
}

int loop_run(struct loop *loop, struct err *err)
{
	assert(!here);
	here = loop;
	int result = 0;
	while (loop->living > 0 && result == 0) {
		result = turn(loop);
		free_spares(loop, loop->living + SPARE_STACKS);
	}
	here = NULL;
	if (result < 0)
		err_system(err, "cannot wait for events");
	return result;
}

struct loop *loop_new(struct err *err)
{
	struct loop *loop = mem_new(1, sizeof *loop);
	struct epoll_event event = { .events = EPOLLIN };

	context_init(&loop->home);
	queue_init(&loop->ready);
	queue_init(&loop->turn);
#ifdef __SANITIZE_THREAD__
	loop->coarse = true; /* it lets signals in at epoll_wait alone */
#endif
	loop->wake = -1;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll >= 0)
		loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake < 0 ||
	    epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) < 0) {
		err_system(err, "cannot make an event loop");
		loop_free(loop);
		return NULL;
	}
	/* Timers as sharp as they come, for this thread. */
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	return loop;
}

void loop_stop(struct loop *loop)
{
	int error = errno;
	atomic_store(&loop->stop, true);
	ring(loop);
	errno = error;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	assert(here != loop);
	while (loop->newest) {
		struct fiber *fiber = loop->newest;
		loop->newest = fiber->older;
		context_free(&fiber->context);
	}
	free_spares(loop, 0);
	timers_release(&loop->timers);
	if (loop->epoll >= 0)
		close(loop->epoll);
	if (loop->wake >= 0)
		close(loop->wake);
	free(loop);
}

struct loop *loop_current(void)
{
	return here;
}

/* Fibers */

static void unlink_living(struct fiber *self)
{
	struct loop *loop = self->loop;
	if (self->newer)
		self->newer->older = self->older;
	else
		loop->newest = self->older;
	if (self->older)
		self->older->newer = self->newer;
	loop->living--;
}

/* A stack runs one fiber after another. */
static void live(struct context *context)
{
	struct fiber *self = (struct fiber *)context;
	for (;;) {
		struct loop *loop = self->loop;
		self->run(self->arg);
		unlink_living(self);
		self->next = loop->spare;
		loop->spare = self;
		loop->spares++;
		context->spent = true;
		give_way(self);
	}
}

static struct fiber *take_stack(struct loop *loop)
{
	struct fiber *fiber = loop->spare;
	if (fiber) {
		loop->spare = fiber->next;
		loop->spares--;
		fiber->context.spent = false;
		return fiber;
	}
	struct context *self =
	    loop->current ? &loop->current->context : &loop->home;
	return context_new(self, sizeof *fiber, live);
}

struct fiber *fiber_spawn(struct loop *loop, void (*run)(void *), void *arg)
{
	if (timers_reserve(&loop->timers, loop->living + 1) < 0)
		return NULL;
	struct fiber *fiber = take_stack(loop);
	if (!fiber)
		return NULL;
	fiber->loop = loop;
	fiber->run = run;
	fiber->arg = arg;
	fiber->state = RUNNABLE;
	fiber->cancelled = loop->stopped;
	fiber->permit = false;
	fiber->newer = NULL;
	fiber->older = loop->newest;
	if (loop->newest)
		loop->newest->newer = fiber;
	loop->newest = fiber;
	loop->living++;
	queue_put(&loop->ready, fiber);
	return fiber;
}

struct fiber *fiber_self(void)
{
	return here ? here->current : NULL;
}
