#include "lib/fiber_state.h"

#include "lib/clock.h"
#include "lib/mem.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
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

/* A loop keeps so many stacks beside those in use: enough for those who come
 * and go, and not what thousands needed who only came to make a connection. */
#define SPARE_STACKS   64
#define IN_USE_A_SPARE 8

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

/* Makes a look end at that moment at the latest. A time-out of epoll's own
 * would have the clock set before and after each wait, which costs as much as a
 * small request; this timer stays as it is while the moment only moves on, and
 * then goes off once for nothing. */
static int set_alarm(struct loop *loop, int64_t moment_ns)
{
	if (loop->alarm_ns <= moment_ns)
		return 0;
	struct itimerspec alarm = {
		.it_value.tv_sec = moment_ns / NS_PER_SECOND,
		.it_value.tv_nsec = moment_ns % NS_PER_SECOND,
	};
	loop->alarm_ns = moment_ns;
	return timerfd_settime(loop->alarm, TFD_TIMER_ABSTIME, &alarm, NULL);
}

static void take_rings(struct loop *loop)
{
	uint64_t rings;
	ssize_t got = read(loop->wake, &rings, sizeof rings);
	(void)got;
	fiber_wake_resumed(loop);
}

/* Whether an event is the alarm's or a ring, and no watch's. */
static bool is_own(const struct loop *loop, const void *source)
{
	return source == &loop->alarm || source == &loop->wake;
}

/* Of many watches and fibers none is in the caches: those of the next events
 * are asked for in time. */
static void prefetch(const struct loop *loop, const struct epoll_event *events,
    int left)
{
	if (left > 4)
		__builtin_prefetch(events[4].data.ptr);
	const void *source = left > 2 ? events[2].data.ptr : NULL;
	if (!source || is_own(loop, source))
		return;
	const struct watch *watch = source;
	if (watch->reader) {
		__builtin_prefetch(&watch->reader->timer);
		__builtin_prefetch(&watch->reader->state);
	}
}

/* Waits so long at most (-1: for ever). Returns how many events there were, the
 * alarm not counted, or -1. */
static int look(struct loop *loop, int64_t now_ns, int64_t wait_ns)
{
	struct epoll_event events[128];
	if (wait_ns > 0 && set_alarm(loop, now_ns + wait_ns) < 0)
		return -1;
	int count = epoll_wait(loop->epoll, events, 128, wait_ns == 0 ? 0 : -1);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	int alarms = 0;
	for (int i = 0; i < count; i++) {
		prefetch(loop, events + i, count - i);
		void *source = events[i].data.ptr;
		if (source == &loop->alarm) {
			loop->alarm_ns = CLOCK_NEVER;
			alarms++;
		} else if (source == &loop->wake) {
			take_rings(loop);
		} else {
			watch_deliver(source, events[i].events);
		}
	}
	return count - alarms;
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
	int64_t alarm_ns = patience > 0 ? now_ns + patience : CLOCK_NEVER;
	int events = look(loop, now_ns, patience);
	loop->looked_ns = clock_now_ns();
	if (events == 0 && loop->looked_ns >= alarm_ns)
		learn_lateness(loop, loop->looked_ns - alarm_ns);
	note_idleness(loop, events, now_ns, loop->looked_ns);
	atomic_store_explicit(&loop->idle_from_ns, 0, memory_order_release);
	return events < 0 ? -1 : 0;
}

static int look_busily(struct loop *loop)
{
	int events = look(loop, 0, 0);
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
		free_spares(loop, SPARE_STACKS + loop->living / IN_USE_A_SPARE);
	}
	here = NULL;
	if (result < 0)
		err_system(err, "cannot wait for events");
	return result;
}

/* Neither is a watch: what they say is the loop's own. */
static int add_own(const struct loop *loop, int *fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = fd };
	return *fd < 0 ? -1
	               : epoll_ctl(loop->epoll, EPOLL_CTL_ADD, *fd, &event);
}

struct loop *loop_new(struct err *err)
{
	struct loop *loop = mem_new(1, sizeof *loop);

	context_init(&loop->home);
	pthread_mutex_init(&loop->lock, NULL);
	loop->alarm_ns = CLOCK_NEVER;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	loop->alarm =
	    timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	/* The alarm goes off once and is never read. */
	if (loop->epoll < 0 || add_own(loop, &loop->wake, EPOLLIN) < 0 ||
	    add_own(loop, &loop->alarm, EPOLLIN | EPOLLET) < 0) {
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
	if (loop->alarm >= 0)
		close(loop->alarm);
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
