#define _GNU_SOURCE /* epoll_pwait2 */
#include "lib/fiber_state.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A loop that has work looks for events at least this often. */
#define LOOK_EVERY_NS (20 * NS_PER_US)

/* The kernel wakes a thread late, by an amount that depends on the machine and
 * on what else it does. For a planned moment the loop gets up as much earlier
 * as it has been late half of the time, and looks for events until it comes:
 * that hits the moment and spends little on waiting for it awake. A loop learns
 * by this much each time, which outliers do not hurry, up to the most that
 * waiting may cost. */
#define LATENESS_STEP_NS (NS_PER_US / 4)
#define LATENESS_MAX_NS  (20 * NS_PER_US)

/* A loop keeps this many stacks beside those in use. */
#define SPARE_STACKS 64

static _Thread_local struct loop *here;

void loop_ring(struct loop *loop)
{
	/* It can only fail when the counter is full: then it rings anyway. */
	ssize_t written = write(loop->wake, &(uint64_t){ 1 }, sizeof(uint64_t));
	(void)written;
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
		struct fiber *fiber = fiber_of(timer);
		timers_remove(&loop->timers, timer);
		if (fiber->due_ns <= now_ns)
			fiber_wake(fiber, 0,
			    fiber->state == SLEEPING ? 0 : ETIME);
		else if (fiber->due_ns != CLOCK_NEVER)
			timers_add(&loop->timers, timer, fiber->due_ns);
	}
}

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
		left_ns -= loop->lateness_ns;
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

/* Of many watches and fibers none is in the caches: those of the next events
 * are asked for in time. */
static void prefetch(const struct epoll_event *events, int left)
{
	if (left > 4)
		__builtin_prefetch(events[4].data.ptr);
	const struct watch *watch = left > 2 ? events[2].data.ptr : NULL;
	if (watch && watch->reader) {
		__builtin_prefetch(&watch->reader->timer);
		__builtin_prefetch(&watch->reader->state);
	}
}

/* Returns how many events there were, or -1. */
static int look(struct loop *loop, int64_t wait_ns)
{
	struct epoll_event events[128];
	int count = wait_for_events(loop, events, 128, wait_ns);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++) {
		struct watch *watch = events[i].data.ptr;
		prefetch(events + i, count - i);
		if (watch) {
			watch_deliver(watch, events[i].events);
			continue;
		}
		uint64_t rings;
		ssize_t got = read(loop->wake, &rings, sizeof rings);
		(void)got;
		fiber_wake_resumed(loop);
	}
	return count;
}

/* A look that found events at once takes so long, and one that had to wait for
 * them longer: putting a thread to sleep and waking it takes some us. */
#define LOOK_NS       3000
#define LOOK_EVENT_NS 250

/* After a look between the two moments, when there was nothing else to do. Was
 * there something due meanwhile, idleness ended when it was due, however late
 * the kernel let us know. A look in which others took the core is taken for
 * rest; then answers lie unread, and that is seen. */
static void note_idleness(struct loop *loop, int events, int64_t from_ns,
    int64_t to_ns)
{
	struct timer *timer = timers_first(&loop->timers);
	if (events > 0 && to_ns - from_ns < LOOK_NS + events * LOOK_EVENT_NS)
		return;
	if (timer && timer->moment_ns < to_ns)
		to_ns = timer->moment_ns > from_ns ? timer->moment_ns : from_ns;
	loop->busy_since_ns = to_ns;
	int64_t idle_ns =
	    atomic_load_explicit(&loop->idle_ns, memory_order_relaxed);
	atomic_store_explicit(&loop->idle_ns, idle_ns + to_ns - from_ns,
	    memory_order_release);
}

static void learn_lateness(struct loop *loop, int64_t late_ns)
{
	int64_t step_ns =
	    late_ns > loop->lateness_ns ? LATENESS_STEP_NS : -LATENESS_STEP_NS;
	int64_t lateness_ns = loop->lateness_ns + step_ns;
	if (lateness_ns >= 0 && lateness_ns <= LATENESS_MAX_NS)
		loop->lateness_ns = lateness_ns;
}

static int look_idly(struct loop *loop, int64_t now_ns)
{
	atomic_store_explicit(&loop->idle_from_ns, now_ns,
	    memory_order_release);
	int64_t patience = patience_ns(loop, now_ns);
	int events = look(loop, patience);
	loop->looked_ns = clock_now_ns();
	if (events == 0 && patience > 0)
		learn_lateness(loop, loop->looked_ns - now_ns - patience);
	note_idleness(loop, events, now_ns, loop->looked_ns);
	atomic_store_explicit(&loop->idle_from_ns, 0, memory_order_release);
	return events < 0 ? -1 : 0;
}

static int look_busily(struct loop *loop)
{
	int events = look(loop, 0);
	loop->looked_ns = clock_now_ns();
	return events < 0 ? -1 : 0;
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
	bool is_due = timer && timer->moment_ns <= now_ns;
	bool is_idle = !loop->ready.first && !is_due;
	if (is_idle || is_due || now_ns - loop->looked_ns >= LOOK_EVERY_NS) {
		if ((is_idle ? look_idly(loop, now_ns) : look_busily(loop)) < 0)
			return -1;
		wake_due(loop, loop->looked_ns);
	}
	fiber_run_ready(loop);
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
	pthread_mutex_init(&loop->lock, NULL);
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
	loop_ring(loop);
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
	pthread_mutex_destroy(&loop->lock);
	histogram_clear(&loop->delays);
	free(loop);
}

int64_t loop_busy_since_ns(void)
{
	return here->busy_since_ns;
}

int64_t loop_idle_ns(struct loop *loop)
{
	for (;;) {
		int64_t from_ns = atomic_load(&loop->idle_from_ns);
		int64_t idle_ns = atomic_load(&loop->idle_ns);
		if (from_ns == atomic_load(&loop->idle_from_ns))
			return from_ns ? idle_ns + clock_now_ns() - from_ns
			               : idle_ns;
	}
}

void loop_sample_delays(struct loop *loop)
{
	loop->samples_delays = true;
}

void loop_keep_delay(struct loop *loop, int64_t delay_us)
{
	pthread_mutex_lock(&loop->lock);
	histogram_record(&loop->delays, delay_us);
	pthread_mutex_unlock(&loop->lock);
}

void loop_take_delays(struct loop *loop, struct histogram *into)
{
	pthread_mutex_lock(&loop->lock);
	struct histogram taken = loop->delays;
	loop->delays = (struct histogram){ 0 };
	pthread_mutex_unlock(&loop->lock);
	histogram_merge(into, &taken);
	histogram_clear(&taken);
}

struct loop *loop_current(void)
{
	return here;
}
