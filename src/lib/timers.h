/* timers.h - moments to come, the earliest first: a binary heap. */
#ifndef LIB_TIMERS_H
#define LIB_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/* Part of what waits. */
struct timer {
	int64_t moment_ns;
	size_t place; /* 0: not set */
};

/* {0} is empty. */
struct timers {
	struct timer_slot {
		int64_t moment_ns;
		struct timer *timer;
	} * slots; /* from 1; owned */
	size_t count, capacity;
};

/* Room for `count` in all, so that timers_add cannot fail. Returns 0, or -1
 * when there is no memory. */
int timers_reserve(struct timers *timers, size_t count);

/* Sets a timer that is not set; there must be room for it. */
void timers_add(struct timers *timers, struct timer *timer, int64_t moment_ns);

/* Takes it out, if it is set. */
void timers_remove(struct timers *timers, struct timer *timer);
struct timer *timers_first(const struct timers *timers); /* NULL: none */
void timers_release(struct timers *timers);

#endif
