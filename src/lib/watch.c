#include "lib/fiber_state.h"

#include <assert.h>
#include <errno.h>
#include <sys/epoll.h>

/* `events` 0 takes it out of epoll, which otherwise reports failures always. */
static int arm(struct watch *watch, uint32_t events)
{
	if (events == watch->armed)
		return 0;
	int operation = !watch->armed ? EPOLL_CTL_ADD
	                : events      ? EPOLL_CTL_MOD
	                              : EPOLL_CTL_DEL;
	struct epoll_event event = { .events = events, .data.ptr = watch };
	if (watch->sharp)
		event.events |= EPOLLET | EPOLLRDHUP;
	if (epoll_ctl(watch->loop->epoll, operation, watch->fd, &event) < 0)
		return -1;
	watch->armed = events;
	return 0;
}

void watch_add(struct watch *watch, int fd)
{
	*watch = (struct watch){ .fd = fd };
}

void watch_sharpen(struct watch *watch)
{
	watch->sharp = true;
	watch->ended = false;
	watch->missed = false;
}

void watch_remove(struct watch *watch)
{
	if (watch->reader)
		fiber_wake(watch->reader, -1, ECANCELED);
	if (watch->writer)
		fiber_wake(watch->writer, -1, ECANCELED);
	watch->heard = 0;
	if (watch->armed)
		arm(watch, 0);
}

void watch_forget(struct fiber *fiber)
{
	for (size_t i = 0; i < fiber->watch_count; i++) {
		struct watch *watch = fiber->watches[i];
		if (watch->reader == fiber)
			watch->reader = NULL;
		if (watch->writer == fiber)
			watch->writer = NULL;
	}
	fiber->watch_count = 0;
}

static int begin_watching(struct fiber *self, struct watch *watch,
    uint32_t events)
{
	assert(!watch->loop || watch->loop == self->loop);
	assert(!(events & EPOLLIN) || !watch->reader);
	assert(!(events & EPOLLOUT) || !watch->writer);
	watch->loop = self->loop;

	uint32_t stale = watch->writer ? 0 : EPOLLOUT;
	uint32_t wanted = watch->sharp ? (uint32_t)(EPOLLIN | EPOLLOUT)
	                               : (watch->armed & ~stale) | events;
	if (arm(watch, wanted | watch->heard) < 0)
		return -1;
	if (events & EPOLLIN)
		watch->reader = self;
	if (events & EPOLLOUT)
		watch->writer = self;
	return 0;
}

/* Whether what it would wait for has been told already. */
static bool knows(struct watch *watch, uint32_t events)
{
	bool known = (events & EPOLLIN) && (watch->missed || watch->ended);
	if (known)
		watch->missed = false;
	return known;
}

int watch_wait_any(struct watch **watches, const uint32_t *events, size_t count,
    int64_t deadline_ns)
{
	struct fiber *self = fiber_running();
	if (fiber_is_cancelled(self))
		return -1;
	self->watches = watches;
	for (self->watch_count = 0; self->watch_count < count;
	     self->watch_count++) {
		size_t i = self->watch_count;
		if (events[i] == 0)
			continue;
		if (knows(watches[i], events[i])) {
			watch_forget(self);
			return (int)i;
		}
		if (begin_watching(self, watches[i], events[i]) < 0) {
			watch_forget(self);
			return -1;
		}
	}
	return fiber_wait_as(self, WATCHING, deadline_ns);
}

int watch_wait(struct watch *watch, uint32_t event, int64_t deadline_ns)
{
	return watch_wait_any(&watch, &event, 1, deadline_ns);
}

int watch_listen(struct watch *watch, uint32_t events,
    void (*ready)(struct watch *watch, uint32_t events))
{
	assert(!watch->loop || watch->loop == loop_current());
	watch->loop = loop_current();
	uint32_t waited_for = (watch->reader ? (uint32_t)EPOLLIN : 0) |
	                      (watch->writer ? (uint32_t)EPOLLOUT : 0);
	if (arm(watch, waited_for | events) < 0)
		return -1;
	watch->heard = events;
	watch->ready = ready;
	return 0;
}

static void wake_watching(struct fiber *fiber, const struct watch *watch)
{
	int i = 0;
	while (fiber->watches[i] != watch)
		i++;
	fiber_wake(fiber, i, 0);
}

/* What nobody waits for is disarmed, so that the loop does not spin on it. */
static void disarm(struct watch *watch, uint32_t events)
{
	uint32_t unwanted = 0;
	if ((events & EPOLLIN) && !watch->reader)
		unwanted |= EPOLLIN;
	if ((events & EPOLLOUT) && !watch->writer)
		unwanted |= EPOLLOUT;
	unwanted &= ~watch->heard;
	if (unwanted)
		arm(watch, watch->armed & ~unwanted);
}

void watch_deliver(struct watch *watch, uint32_t events)
{
	if (events & (EPOLLERR | EPOLLHUP))
		events |= EPOLLIN | EPOLLOUT | EPOLLRDHUP;
	uint32_t heard = events & watch->heard;
	if (!watch->sharp) {
		disarm(watch, events);
	} else {
		watch->ended |= (events & EPOLLRDHUP) != 0;
		watch->missed |= (events & EPOLLIN) && !watch->reader;
	}
	if ((events & EPOLLIN) && watch->reader)
		wake_watching(watch->reader, watch);
	if ((events & EPOLLOUT) && watch->writer)
		wake_watching(watch->writer, watch);
	/* Last, since it may free the watch. */
	if (heard)
		watch->ready(watch, heard);
}
