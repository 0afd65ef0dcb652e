#include "lib/fiber_state.h"

#include "lib/clock.h"

#include <assert.h>
#include <errno.h>

/* This much done without waiting lets the others run. */
#define SHARE_EVERY 32

static void queue_put(struct fiber_queue *queue, struct fiber *fiber)
{
	fiber->next = NULL;
	if (queue->first)
		queue->last->next = fiber;
	else
		queue->first = fiber;
	queue->last = fiber;
}

static struct fiber *queue_take(struct fiber_queue *queue)
{
	struct fiber *fiber = queue->first;
	if (fiber)
		queue->first = fiber->next;
	return fiber;
}

#define CACHE_LINE     64
#define PREFETCH_LINES 32

/* Of a thousand stacks that take turns none is in the caches when it comes.
 * The next one is asked for while another runs. */
static void prefetch(const struct fiber *fiber)
{
	const char *at = fiber->context.frame, *end = (const char *)(fiber + 1);
	for (int i = 0; at && at < end && i < PREFETCH_LINES; i++) {
		__builtin_prefetch(at);
		at += CACHE_LINE;
	}
}

static struct fiber *take_next(struct loop *loop)
{
	struct fiber *fiber = queue_take(&loop->turn);
	if (fiber && loop->turn.first)
		prefetch(loop->turn.first);
	return fiber;
}

struct fiber *fiber_self(void)
{
	struct loop *loop = loop_current();
	return loop ? loop->current : NULL;
}

struct fiber *fiber_running(void)
{
	struct fiber *self = fiber_self();
	assert(self);
	return self;
}

/* Switching */

static void give_way(struct fiber *self)
{
	struct loop *loop = self->loop;
	self->shares = 0;
	loop->current = take_next(loop);
	context_switch(&self->context,
	    loop->current ? &loop->current->context : &loop->home);
}

void fiber_run_ready(struct loop *loop)
{
	loop->turn = loop->ready;
	loop->ready = (struct fiber_queue){ 0 };
	struct fiber *next = take_next(loop);
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
	struct fiber *self = fiber_running();
	struct loop *loop = self->loop;
	loop->caller = self;
	loop->work = work;
	loop->work_arg = arg;
	loop->current = NULL;
	context_switch(&self->context, &loop->home);
}

/* Waiting and waking */

void fiber_wake(struct fiber *fiber, int result, int error)
{
	watch_forget(fiber);
	fiber->due_ns = CLOCK_NEVER;
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

static void set_timer(struct fiber *self, int64_t due_ns)
{
	struct timers *timers = &self->loop->timers;
	self->due_ns = due_ns;
	if (due_ns == CLOCK_NEVER ||
	    (self->timer.place != 0 && self->timer.moment_ns <= due_ns))
		return;
	timers_remove(timers, &self->timer);
	timers_add(timers, &self->timer, due_ns);
}

int fiber_wait_as(struct fiber *self, enum fiber_state state,
    int64_t deadline_ns)
{
	self->state = state;
	set_timer(self, deadline_ns);
	give_way(self);
	return outcome(self);
}

bool fiber_is_cancelled(const struct fiber *self)
{
	if (self->cancelled)
		errno = ECANCELED;
	return self->cancelled;
}

int fiber_yield(void)
{
	struct fiber *self = fiber_running();
	queue_put(&self->loop->ready, self);
	give_way(self);
	return fiber_is_cancelled(self) ? -1 : 0;
}

int fiber_share(void)
{
	struct fiber *self = fiber_running();
	return ++self->shares < SHARE_EVERY ? 0 : fiber_yield();
}

int fiber_sleep_until(int64_t moment_ns)
{
	struct fiber *self = fiber_running();
	if (fiber_is_cancelled(self))
		return -1;
	return fiber_wait_as(self, SLEEPING, moment_ns);
}

int fiber_park(int64_t deadline_ns)
{
	struct fiber *self = fiber_running();
	if (fiber_is_cancelled(self))
		return -1;
	if (self->permit) {
		self->permit = false;
		return 0;
	}
	return fiber_wait_as(self, PARKED, deadline_ns);
}

void fiber_unpark(struct fiber *fiber)
{
	if (fiber->state == PARKED)
		fiber_wake(fiber, 0, 0);
	else
		fiber->permit = true;
}

void fiber_cancel(struct fiber *fiber)
{
	fiber->cancelled = true;
	if (fiber->state != RUNNABLE && fiber->state != SUSPENDED)
		fiber_wake(fiber, -1, ECANCELED);
}

void fiber_suspend(void)
{
	fiber_wait_as(fiber_running(), SUSPENDED, CLOCK_NEVER);
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
		loop_ring(loop);
}

void fiber_wake_resumed(struct loop *loop)
{
	struct fiber *fiber = atomic_exchange(&loop->resumed, NULL);
	while (fiber) {
		struct fiber *next = fiber->next;
		fiber_wake(fiber, 0, 0);
		fiber = next;
	}
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
		timers_remove(&loop->timers, &self->timer);
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
	fiber->due_ns = CLOCK_NEVER;
	fiber->newer = NULL;
	fiber->older = loop->newest;
	if (loop->newest)
		loop->newest->newer = fiber;
	loop->newest = fiber;
	loop->living++;
	queue_put(&loop->ready, fiber);
	return fiber;
}
